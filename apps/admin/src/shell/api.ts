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
  onSignedOut: () => {},
};

/** The session store says here who is signed in and wants to hear when that ends. */
export function connectDoor(hooks: { onRefreshed: (me: StaffMe) => void; onSignedOut: () => void }): void {
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

/** Calls an endpoint. A token that another tab has outdated is renewed once; a session that is over leads to the login page. */
export const call: Client = async (endpoint, input, options) => {
  try {
    return await client(endpoint, input, options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'staff.not_signed_in') door.onSignedOut();
    if (error.code !== 'staff.csrf') throw error;
    await refresh(endpoint);
    return client(endpoint, input, options);
  }
};

async function refresh(refused: Endpoint): Promise<void> {
  if (refused.id === getStaffMe.id) return;
  door.onRefreshed(await client(getStaffMe, {}));
}
