// One life of the server, from its start to its crash: every way to the database and to WeChat passes a gate, at which
// the server can be cut off for good, or held while somebody else acts.
import type pg from 'pg';
import { openApp, type App } from '../../src/app.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { Config } from '../../src/platform/config.ts';
import { silentLog } from '../../src/platform/log.ts';

/**
 * `connect`: before a transaction or a question. `precommit`: all is written and nothing kept. `commit`: it is kept and
 * the server has not heard of it. `call`: before WeChat hears us. `answer`: WeChat has acted and we do not know.
 */
export const PLACES = ['connect', 'precommit', 'commit', 'call', 'answer'] as const;
export type Place = (typeof PLACES)[number];

/** What waits at the gate: it strikes at the `nth` passing of `place`, once. */
export type Ambush = { place: Place; nth: number; kind: 'crash' | 'pause' };

/** The server has died while this was under way: nobody knows how far it came. */
export class Cut extends Error {}

export type Life = {
  app: App;
  readonly isOver: boolean;
  /** Runs something on this server; rejects with `Cut` when it dies meanwhile. */
  during<T>(work: () => Promise<T>): Promise<T>;
  lay(ambush: Ambush): void;
  /** Settles when somebody is held at the gate. */
  held(): Promise<void>;
  /** Takes the ambush away and lets go whoever is held. */
  lift(): void;
  close(): Promise<void>;
};

const NEVER = new Promise<never>(() => {});

type Gate = {
  pass(place: Place): Promise<void> | undefined;
  isOver(): boolean;
};

export async function beginLife(config: Config, clock: Clock): Promise<Life> {
  const lines = new Set<pg.PoolClient>();
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  let isOver = false;
  let ambush: Ambush | null = null;
  let arrived = Promise.withResolvers<void>();
  let freed = Promise.withResolvers<void>();

  /** Thrown away as it is: what was under way stays where it was, for ever. */
  const die = () => {
    isOver = true;
    for (const line of lines) cutLine(line);
    ended.reject(new Cut('the server has died'));
  };
  const pass: Gate['pass'] = (place) => {
    if (isOver) return NEVER;
    if (ambush?.place !== place || (ambush.nth -= 1) > 0) return undefined;
    const { kind } = ambush;
    ambush = null;
    if (kind === 'crash') {
      die();
      return NEVER;
    }
    arrived.resolve();
    return freed.promise;
  };
  const gate: Gate = { pass, isOver: () => isOver };
  const wechatLine = { fetch: guardedFetch(gate), retryPauseMs: 1 };
  const app = await openApp(config, silentLog, { clock, wechatLine, captchaText: () => 'abcd' });
  guardPool(app.db.pool, gate, lines);
  return {
    app,
    get isOver() {
      return isOver;
    },
    during: (work) => Promise.race([ended.promise, isOver ? NEVER : work()]),
    lay: (next) => {
      ambush = { ...next };
      arrived = Promise.withResolvers<void>();
      freed = Promise.withResolvers<void>();
    },
    held: () => arrived.promise,
    lift: () => {
      ambush = null;
      freed.resolve();
    },
    close: async () => {
      if (!isOver) await app.close();
    },
  };
}

function cutLine(line: pg.PoolClient): void {
  const { stream } = (line as unknown as { connection: { stream: { destroy(): void } } }).connection;
  stream.destroy();
}

type Connect = (done?: (...answer: unknown[]) => void) => Promise<pg.PoolClient> | undefined;
type Query = (...asked: unknown[]) => unknown;

/** Every connection that is lent, and every commit, passes the gate. */
function guardPool(pool: pg.Pool, gate: Gate, lines: Set<pg.PoolClient>): void {
  const connect = pool.connect.bind(pool) as unknown as Connect;
  const guarded: Connect = (done) => {
    // What the pool asks for itself (it rings the bell) comes at its own time: that would not be repeatable.
    if (done) return gate.isOver() ? undefined : connect(done);
    const wait = gate.pass('connect');
    return wait ? wait.then(() => connect() as Promise<pg.PoolClient>) : connect();
  };
  pool.connect = guarded as unknown as pg.Pool['connect'];
  const watch = (client: pg.PoolClient) => {
    lines.add(client);
    client.on('error', () => {});
    const query = client.query.bind(client) as Query;
    client.query = ((...asked: unknown[]) => {
      const isCommit = (asked[0] as { text?: string } | undefined)?.text === 'commit';
      return isCommit ? commit(() => query(...asked) as Promise<unknown>, gate) : query(...asked);
    }) as unknown as pg.PoolClient['query'];
  };
  for (const client of (pool as unknown as { _clients: pg.PoolClient[] })._clients) watch(client);
  pool.on('connect', watch);
  pool.on('remove', (client) => lines.delete(client));
}

async function commit(send: () => Promise<unknown>, gate: Gate): Promise<unknown> {
  const wait = gate.pass('precommit');
  if (wait) await wait;
  const answer = await send();
  await gate.pass('commit');
  return answer;
}

/** Only calls about money are counted: tokens are shared by everybody, who would wait for whoever is held. */
const MONEY = /\/v3\/(?!certificates)/;

function guardedFetch(gate: Gate): typeof fetch {
  return async (input, init) => {
    const isMoney = MONEY.test(String(input));
    await (isMoney ? gate.pass('call') : undefined);
    if (gate.isOver()) return NEVER;
    const answer = await fetch(input, init);
    await (isMoney ? gate.pass('answer') : undefined);
    return gate.isOver() ? NEVER : answer;
  };
}
