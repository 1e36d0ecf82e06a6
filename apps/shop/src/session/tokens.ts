// The two tokens of a session and their renewal: one flight at a time, one retry, and never a refresh token used twice.
import type { ApiError, CallOptions, Client } from '@jishi/contract';

export type Tokens = { accessToken: string; refreshToken: string };

/** What renewal needs from around it; the shop gives storage and the API, a test gives plain values. */
export type TokenDesk = {
  read(): Tokens | null;
  write(tokens: Tokens | null): void;
  /** Asks the server for new tokens in exchange for the refresh token. */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Runs while no other tab renews. */
  alone<T>(work: () => Promise<T>): Promise<T>;
};

export type Renewal = (failedAccessToken: string) => Promise<Tokens | null>;

/** Refusals after which the refresh token is worth nothing; anything else (a dead network) keeps it. */
const LOST = new Set<string>(['auth.refresh_invalid', 'auth.blocked', 'request.invalid']);

/** Renews the tokens. Callers that failed together wait for one flight and share its outcome. */
export function createRenewal(desk: TokenDesk): Renewal {
  let flight: Promise<Tokens | null> | null = null;
  return (failedAccessToken) => {
    flight ??= desk
      .alone(() => renew(desk, failedAccessToken))
      .finally(() => {
        flight = null;
      });
    return flight;
  };
}

async function renew(desk: TokenDesk, failedAccessToken: string): Promise<Tokens | null> {
  const kept = desk.read();
  if (kept === null) return null;
  // Another tab, or a flight that has just landed, was faster: its tokens are the good ones.
  if (kept.accessToken !== failedAccessToken) return kept;
  try {
    const renewed = await desk.refresh(kept.refreshToken);
    desk.write(renewed);
    return renewed;
  } catch (problem) {
    if (!LOST.has((problem as ApiError).code)) throw problem;
    desk.write(null);
    return null;
  }
}

/** A client that signs its calls, and repeats a call once with fresh tokens when the server no longer knows the old. */
export function signed(client: Client, read: () => Tokens | null, renewal: Renewal): Client {
  return async (endpoint, input, options = {}) => {
    if (endpoint.audience === 'public') return client(endpoint, input, options);
    const tokens = read();
    try {
      return await client(endpoint, input, withToken(options, tokens));
    } catch (problem) {
      if (tokens === null || !isRefusedToken(problem)) throw problem;
      const renewed = await renewal(tokens.accessToken);
      if (renewed === null) throw problem;
      return client(endpoint, input, withToken(options, renewed));
    }
  };
}

/**
 * A client under which a session may end in the middle of something: the buyer is asked to sign in, and what they were
 * doing goes on with the same key. A page that only looks says by itself that it needs a sign-in.
 */
export function goingOn(client: Client, enter: () => Promise<boolean>): Client {
  return async (endpoint, input, options) => {
    try {
      return await client(endpoint, input, options);
    } catch (problem) {
      // Nobody signs in again only to sign out.
      const isVerb = endpoint.audience === 'buyer' && endpoint.method !== 'GET' && endpoint.id !== 'logout';
      if (!isVerb || !isRefusedToken(problem) || !(await enter())) throw problem;
      return client(endpoint, input, options);
    }
  };
}

function isRefusedToken(problem: unknown) {
  return (problem as ApiError).code === 'auth.required';
}

function withToken(options: CallOptions, tokens: Tokens | null): CallOptions {
  if (tokens === null) return options;
  return { ...options, headers: { ...options.headers, authorization: `Bearer ${tokens.accessToken}` } };
}
