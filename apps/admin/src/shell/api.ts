// The one door to the server: cookie session, CSRF token on writes, and what happens when the session is over.
import {
  ApiError,
  createClient,
  getStaffMe,
  type Client,
  type Endpoint,
  type Got,
  type Transport,
} from '@jishi/contract';

export type StaffMe = Got<typeof getStaffMe>;

const door = {
  csrfToken: '',
  onRefreshed: (_me: StaffMe) => {},
  onSignedOut: () => Promise.resolve(false),
};

/** The session store says here who is signed in and wants to hear when that ends. */
export function connectDoor(hooks: {
  onRefreshed: (me: StaffMe) => void;
  /** Answers whether the same person is back, so that what they were doing goes on. */
  onSignedOut: () => Promise<boolean>;
}): void {
  Object.assign(door, hooks);
}

/** Every write from now on carries this token. */
export function setCsrfToken(token: string): void {
  door.csrfToken = token;
}

const send: Transport = async ({ method, url, headers, body }) => {
  const isWrite = method !== 'GET';
  const request: RequestInit = { method, headers, credentials: 'same-origin' };
  if (isWrite && door.csrfToken) request.headers = { ...headers, 'x-csrf-token': door.csrfToken };
  if (isWrite) request.body = body as BodyInit | undefined;
  const answer = await fetch(url, request);
  return { status: answer.status, body: parse(await answer.text()) };
};

/** A proxy may answer with a page of its own; that is no answer of ours. */
function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const client = createClient('/api/v1', send, () => ({ 'x-client': 'admin' }));

/**
 * Calls an endpoint. A token that another tab has outdated is renewed once. When the session is over the person signs in
 * again where they stand, and the call is made again: nothing they had begun is lost.
 */
export const call: Client = async (endpoint, input, options) => {
  try {
    return await client(endpoint, input, options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'staff.not_signed_in') {
      if (!(await door.onSignedOut())) throw error;
    } else if (error.code === 'staff.csrf') await refresh(endpoint);
    else throw error;
    return client(endpoint, input, options);
  }
};

async function refresh(refused: Endpoint): Promise<void> {
  if (refused.id === getStaffMe.id) return;
  door.onRefreshed(await client(getStaffMe, {}));
}
