// The stable access token: one for all processes, one request at a time, replaced shortly before it ends.
import { z } from 'zod';
import type { MiniOutcome, MiniSend } from './mini.send.ts';

/** Plain JSON, so that any cache can hold it. Treat it as a secret. */
export type StoredToken = { token: string; expiresAtMs: number };
export type TokenStore = {
  get(key: string): Promise<StoredToken | null>;
  set(key: string, token: StoredToken): Promise<void>;
};

// In its last five minutes WeChat hands out a successor while both are good; asking earlier returns the same token.
const RENEW_BEFORE_MS = 240_000;

const TokenWire = z.looseObject({ access_token: z.string().min(1).max(1024), expires_in: z.number().int().positive() });

export function createAccessToken(deps: {
  appid: string;
  secret: string;
  send: MiniSend;
  store: TokenStore | undefined;
  now: () => Date;
}) {
  const store = deps.store ?? memoryStore();
  const key = `wechat.access_token.${deps.appid}`;
  let inFlight: Promise<MiniOutcome<string>> | null = null;

  async function fetchToken(): Promise<MiniOutcome<string>> {
    const outcome = await deps.send({
      endpoint: 'POST /cgi-bin/stable_token',
      method: 'POST',
      target: '/cgi-bin/stable_token',
      body: JSON.stringify({ grant_type: 'client_credential', appid: deps.appid, secret: deps.secret }),
      answer: TokenWire,
      repeat: 'always',
      secrets: [deps.secret],
    });
    if (outcome.outcome !== 'ok') return outcome;
    const { access_token: token, expires_in: seconds } = outcome.value;
    await store.set(key, { token, expiresAtMs: deps.now().getTime() + seconds * 1000 });
    return { ...outcome, value: token };
  }

  function fetchOnce(): Promise<MiniOutcome<string>> {
    inFlight ??= fetchToken().finally(() => (inFlight = null));
    return inFlight;
  }

  async function held(): Promise<string | null> {
    const stored = await store.get(key);
    const fresh = stored !== null && stored.expiresAtMs - deps.now().getTime() > RENEW_BEFORE_MS;
    return fresh ? stored.token : null;
  }

  async function getOtherThan(dead: string | null): Promise<MiniOutcome<string>> {
    const token = await held();
    // Somebody else may have renewed it already.
    if (token !== null && token !== dead) return { outcome: 'ok', value: token, requestId: null };
    return fetchOnce();
  }

  return { get: () => getOtherThan(null), getOtherThan };
}

function memoryStore(): TokenStore {
  const tokens = new Map<string, StoredToken>();
  return {
    get: async (key) => tokens.get(key) ?? null,
    set: async (key, token) => void tokens.set(key, token),
  };
}
