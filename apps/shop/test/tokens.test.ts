// Tokens are renewed by one flight, each call is repeated at most once, and no refresh token is ever sent twice.
import { ApiError, type Client, type ErrorCode } from '@jishi/contract';
import { beforeEach, describe, expect, test } from 'vitest';
import { createIntent } from '../src/session/intent.ts';
import { createRenewal, goingOn, signed, type Tokens } from '../src/session/tokens.ts';

const refusal = (code: ErrorCode | 'network', status = 401) => new ApiError(status, { code, message: code });
const endpointOf = (audience: 'public' | 'buyer') => ({ audience }) as unknown as Parameters<Client>[0];

/** A server that knows one access token and one refresh token, and remembers what it was asked. */
function house() {
  const state = {
    kept: { accessToken: 'a1', refreshToken: 'r1' } as Tokens | null,
    valid: 'a1',
    round: 1,
    refreshes: [] as string[],
    calls: [] as (string | undefined)[],
    refreshFails: null as ApiError | null,
  };
  const server = (async (_endpoint, _input, options) => {
    const sent = options?.headers?.['authorization'];
    state.calls.push(sent);
    await Promise.resolve();
    if (sent !== `Bearer ${state.valid}`) throw refusal('auth.required');
    return { ok: true };
  }) as Client;
  const renewal = createRenewal({
    read: () => state.kept,
    write: (tokens) => {
      state.kept = tokens;
    },
    async refresh(refreshToken) {
      state.refreshes.push(refreshToken);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (state.refreshFails) throw state.refreshFails;
      state.round += 1;
      state.valid = `a${state.round}`;
      return { accessToken: state.valid, refreshToken: `r${state.round}` };
    },
    alone: (work) => work(),
  });
  return { state, renewal, api: signed(server, () => state.kept, renewal) };
}

describe('a session', () => {
  let h: ReturnType<typeof house>;
  beforeEach(() => {
    h = house();
  });

  test('ten calls that fail together cause one renewal, and all succeed', async () => {
    h.state.valid = 'expired';
    const answers = await Promise.all(Array.from({ length: 10 }, () => h.api(endpointOf('buyer'), {})));
    expect(answers).toHaveLength(10);
    expect(h.state.refreshes).toEqual(['r1']);
  });

  test('a call is repeated once, not for ever', async () => {
    h.state.valid = 'expired';
    const stubborn = signed(
      (async () => {
        h.state.calls.push('again');
        throw refusal('auth.required');
      }) as Client,
      () => h.state.kept,
      h.renewal,
    );
    await expect(stubborn(endpointOf('buyer'), {})).rejects.toMatchObject({ code: 'auth.required' });
    expect(h.state.calls).toHaveLength(2);
  });

  test('tokens that another tab has renewed are taken as they are', async () => {
    h.state.kept = { accessToken: 'a9', refreshToken: 'r9' };
    expect(await h.renewal('a1')).toEqual({ accessToken: 'a9', refreshToken: 'r9' });
    expect(h.state.refreshes).toEqual([]);
  });

  test('a refused refresh token ends the session; a dead network does not', async () => {
    h.state.valid = 'expired';
    h.state.refreshFails = refusal('network', 0);
    await expect(h.api(endpointOf('buyer'), {})).rejects.toMatchObject({ code: 'network' });
    expect(h.state.kept).not.toBeNull();
    h.state.refreshFails = refusal('auth.refresh_invalid');
    await expect(h.api(endpointOf('buyer'), {})).rejects.toMatchObject({ code: 'auth.required' });
    expect(h.state.kept).toBeNull();
  });

  test('public doors never see a token, guests cause no renewal', async () => {
    await h.api(endpointOf('public'), {}).catch(() => undefined);
    expect(h.state.calls).toEqual([undefined]);
    h.state.kept = null;
    await expect(h.api(endpointOf('buyer'), {})).rejects.toMatchObject({ code: 'auth.required' });
    expect(h.state.refreshes).toEqual([]);
  });
});

describe('an intent', () => {
  let made = 0;
  const intent = () => {
    made = 0;
    return createIntent(() => `key-${(made += 1)}`);
  };
  const failing = (code: ErrorCode | 'network') => (key: string) =>
    Promise.reject(Object.assign(refusal(code), { key }));

  test('keeps its key while nobody knows whether it has happened', async () => {
    const run = intent();
    const keys: string[] = [];
    for (const code of ['network', 'idempotency.in_progress', 'server.busy'] as const)
      await run({ buy: 1 }, failing(code)).catch((problem: { key: string }) => keys.push(problem.key));
    await run({ buy: 1 }, (key) => Promise.resolve(keys.push(key)));
    expect(keys).toEqual(['key-1', 'key-1', 'key-1', 'key-1']);
  });

  test('gets a new key when it is done, refused, or about something else', async () => {
    const run = intent();
    const keys: string[] = [];
    const note = (key: string) => Promise.resolve(keys.push(key));
    await run({ buy: 1 }, note);
    await run({ buy: 1 }, failing('inventory.short')).catch((problem: { key: string }) => keys.push(problem.key));
    await run({ buy: 1 }, failing('network')).catch((problem: { key: string }) => keys.push(problem.key));
    await run({ buy: 2 }, note);
    expect(keys).toEqual(['key-1', 'key-2', 'key-3', 'key-4']);
  });

  test('is the same intent after the page was left: the key told before is the key sent', async () => {
    const key = intent().keyOf({ buy: 1 });
    const next = createIntent(() => 'another');
    next.resume({ buy: 1 }, key);
    const keys: string[] = [];
    await next({ buy: 1 }, failing('network')).catch((problem: { key: string }) => keys.push(problem.key));
    await next({ buy: 1 }, (sent) => Promise.resolve(keys.push(sent)));
    await next({ buy: 1 }, (sent) => Promise.resolve(keys.push(sent)));
    expect(keys).toEqual([key, key, 'another']);
  });
});

describe('a session that ends in the middle of something', () => {
  const doing = (what: { method: string; id?: string; audience?: string }) =>
    ({ audience: 'buyer', id: 'addToCart', ...what }) as unknown as Parameters<Client>[0];
  /** Knows nobody until somebody has signed in. */
  function door(signsIn: boolean) {
    const seen = { asked: 0, keys: [] as (string | undefined)[] };
    let isIn = false;
    const server = (async (_endpoint, _input, options) => {
      seen.keys.push(options?.key);
      await Promise.resolve();
      if (!isIn) throw refusal('auth.required');
      return { ok: true };
    }) as Client;
    const api = goingOn(server, () => {
      seen.asked += 1;
      isIn = signsIn;
      return Promise.resolve(signsIn);
    });
    return { api, seen };
  }

  test('is begun again by the buyer, and what was begun goes on with the same key', async () => {
    const { api, seen } = door(true);
    expect(await api(doing({ method: 'POST' }), {}, { key: 'k' })).toEqual({ ok: true });
    expect(seen).toEqual({ asked: 1, keys: ['k', 'k'] });
  });

  test('stays ended when the buyer would rather not', async () => {
    const { api, seen } = door(false);
    await expect(api(doing({ method: 'POST' }), {}, { key: 'k' })).rejects.toMatchObject({ code: 'auth.required' });
    expect(seen).toEqual({ asked: 1, keys: ['k'] });
  });

  test('asks nobody who only looks, or who is signing out', async () => {
    const { api, seen } = door(true);
    await expect(api(doing({ method: 'GET' }), {})).rejects.toMatchObject({ code: 'auth.required' });
    await expect(api(doing({ method: 'POST', id: 'logout' }), {})).rejects.toMatchObject({ code: 'auth.required' });
    expect(seen.asked).toBe(0);
  });
});
