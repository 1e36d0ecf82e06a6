// A whole house for a test: server over real HTTP, a database of its own, WeChat as a simulator, one clock for both.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  changeStaffPassword,
  createClient,
  login,
  staffCaptcha,
  staffLogin,
  type Client,
  type Id,
  type Transport,
} from '@jishi/contract';
import { createSim, type Control, type PersonView, type Sim } from '@jishi/wechat-sim';
import { sql } from 'kysely';
import { openApp, type App } from '../src/app.ts';
import { systemClock, testClock, type TestClock } from '../src/platform/clock.ts';
import { loadConfig, type Config } from '../src/platform/config.ts';
import { silentLog } from '../src/platform/log.ts';
import { createBooks, type Books } from './books.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { freePort, houseEnv, writeReturnAddress, type Plan } from './env.ts';
import { createGiven, type Given } from './given.ts';

/** A signed-in buyer. `call` signs in again by itself when the token has run out, as the shop does. */
export type BuyerSession = { id: string; person: PersonView; call: Client; token: string };
export type StaffClient = { call: Client; cookie: string; csrfToken: string };
/** Another program with a token of its own. */
export type ServiceClient = { call: Client; token: string; tokenId: Id<'serviceToken'>; code: string };
export type Span = { days?: number; hours?: number; minutes?: number; seconds?: number };

export type House = {
  app: App;
  url: string;
  api: string;
  database: TestDatabase;
  clock: TestClock;
  wechat: Control;
  sim: Sim;
  /** Nobody in particular. */
  visitor: Client;
  /** A person of WeChat signs in to the shop, over HTTP and with a real code. */
  signIn(person?: PersonView): Promise<BuyerSession>;
  /** The first admin, signed in through the back office's own door. */
  admin(): Promise<StaffClient>;
  staff(username: string, password: string): Promise<StaffClient>;
  /** Whoever holds this token. */
  bearer(token: string): Client;
  /** Time passes for us and for WeChat alike: notices are resent, schedules run, jobs are drained. */
  forward(by: Span): Promise<void>;
  /** Waits for deliveries in flight and runs what they have caused. */
  settle(): Promise<void>;
  /** Lets time pass until every refund that is on its way has arrived; WeChat takes one a minute for an order. */
  refundsArrive(): Promise<void>;
  given: Given;
  books: Books;
  close(): Promise<void>;
};

export const ADMIN = { username: 'admin', name: '店长', password: 'Jishi2026test' };

export type HouseOptions = {
  seed?: number;
  env?: Record<string, string>;
  /** `real`: time runs by itself and so do the jobs, as somebody at a screen needs it; `forward` is refused then. */
  clock?: 'stepped' | 'real';
  /** What WeChat keeps of each payment, in basis points. Default 0: books are easier to read. */
  feeBps?: number;
};

export async function house(options: HouseOptions = {}): Promise<House> {
  const database = await testDatabase();
  await writeReturnAddress(database.db);
  const dir = await mkdtemp(join(tmpdir(), 'jishi-house-'));
  const isReal = options.clock === 'real';
  const clock = isReal ? runningClock() : testClock();
  const port = await freePort();
  const sim = await createSim({
    clock: isReal ? 'real' : 'steppable',
    startAt: clock.now(),
    onTick: (now) => clock.set(now),
    seed: options.seed ?? 7,
    merchant: {
      openingAvailableFen: 100_000_000,
      refundDelayMs: 1000,
      feeBps: options.feeBps ?? 0,
      pushUrl: `http://127.0.0.1:${port}/api/v1/wechat/push`,
    },
  });
  const config = await configOf({ sim, database, dir, port, env: options.env ?? {} });
  const app = await openApp(config, silentLog, { clock, captchaText: () => 'abcd' });
  await app.fastify.listen({ host: '127.0.0.1', port });
  if (isReal) await app.jobs.start();
  const url = `http://127.0.0.1:${port}`;
  const api = `${url}/api/v1`;
  const visitor = createClient(api, fetchTransport());
  const partial = { app, url, api, database, clock, wechat: sim.control, sim, visitor };
  const signIn = (person = sim.control.addPerson({ walletFen: 10_000_000 })) => signInWith(partial, person);
  let admin: Promise<StaffClient> | undefined;
  const ground = {
    ...partial,
    signIn,
    admin: () => (admin ??= firstAdmin(app, api, clock)),
    staff: (username: string, password: string) => signInStaff(api, clock, username, password),
    refundsArrive: () => refundsArrive(app, ground),
    bearer: (token: string) => createClient(api, fetchTransport(), () => ({ authorization: `Bearer ${token}` })),
    settle: async () => {
      if (isReal) return quiet(app, sim);
      await sim.control.settle();
      await app.jobs.drain();
      await sim.control.settle();
      await app.jobs.drain();
    },
    forward: async (by: Span) => {
      await sim.control.clock.advance(by);
      await app.jobs.tick();
      await app.jobs.drain();
      await sim.control.settle();
      await app.jobs.drain();
    },
  };
  return {
    ...ground,
    given: createGiven(ground),
    books: createBooks(app, sim.control, ground.settle),
    close: async () => {
      await app.close();
      await sim.close();
      await database.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const configOf = async (plan: Plan): Promise<Config> => loadConfig(await houseEnv(plan));

/** The clock of the machine, where a clock that can be moved is asked for. */
function runningClock(): TestClock {
  const never = () => assert.fail('a real clock moves by itself');
  return { ...systemClock, forward: never, set: never };
}

const QUIET_MAX_MS = 20_000;

/** Waits until no notice is in flight and the workers have nothing left to do. */
async function quiet(app: App, sim: Sim): Promise<void> {
  const until = performance.now() + QUIET_MAX_MS;
  while (performance.now() < until) {
    await sim.control.settle();
    const { rows } = await sql<{ busy: boolean }>`
      select exists (select 1 from outbox) or exists (
        select 1 from pgboss.job where name like '%/%' and state in ('created', 'retry', 'active')) as busy
    `.execute(app.db.q);
    if (!rows[0]?.busy) return;
    await setTimeout(50);
  }
  throw new Error(`the house did not come to rest within ${QUIET_MAX_MS / 1000} seconds`);
}

/** HTTP as a browser does it; `seen` gets the raw answer, for cookies and headers. */
export function fetchTransport(seen?: (response: Response) => void): Transport {
  return async ({ method, url, headers, body }) => {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body as string | FormData }),
    });
    seen?.(response);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** Rounds of a little more than a minute; nothing of ours waits longer while WeChat answers. */
const REFUND_ROUNDS_MAX = 20;

async function refundsArrive(app: App, { settle, forward }: Pick<House, 'settle' | 'forward'>): Promise<void> {
  await settle();
  for (let round = 0; round < REFUND_ROUNDS_MAX; round += 1) {
    const waiting = await app.db.q
      .selectFrom('refunds')
      .select('id')
      .where('state', 'in', ['created', 'submitted'])
      .executeTakeFirst();
    if (!waiting) return;
    await forward({ seconds: 65 });
  }
  throw new Error(`refunds are still on their way after ${REFUND_ROUNDS_MAX} minutes`);
}

async function signInWith(
  parts: { api: string; visitor: Client; wechat: Control; clock: TestClock },
  person: PersonView,
): Promise<BuyerSession> {
  const enter = () => parts.visitor(login, { code: parts.wechat.loginCode(person.id), platform: 'weapp' });
  let session = await enter();
  const headers = async () => {
    if (new Date(session.accessExpiresAt) <= parts.clock.now()) session = await enter();
    return { authorization: `Bearer ${session.accessToken}`, 'x-client': 'weapp' };
  };
  return {
    id: session.me.id,
    person,
    token: session.accessToken,
    call: createClient(parts.api, fetchTransport(), headers),
  };
}

async function firstAdmin(app: App, api: string, clock: TestClock): Promise<StaffClient> {
  await app.createAdmin(ADMIN);
  return signInStaff(api, clock, ADMIN.username, ADMIN.password);
}

/** A session of staff ends after half an hour without a click; one that tests come back to later is opened anew. */
const STAFF_IDLE_MS = 20 * 60_000;

async function signInStaff(api: string, clock: TestClock, username: string, password: string): Promise<StaffClient> {
  let session = await enterStaff(api, username, password);
  if (session.mustChangePassword) session = await ownPassword(api, session, username, password);
  let usedAt = clock.now();
  const headers = async () => {
    if (clock.now().getTime() - usedAt.getTime() > STAFF_IDLE_MS) session = await enterStaff(api, username, password);
    usedAt = clock.now();
    return { cookie: session.cookie, 'x-csrf-token': session.csrfToken, 'x-client': 'admin' };
  };
  return { ...session, call: createClient(api, fetchTransport(), headers) };
}

type Entered = { cookie: string; csrfToken: string; mustChangePassword: boolean };

async function enterStaff(api: string, username: string, password: string): Promise<Entered> {
  const jar = { cookie: '' };
  const door = createClient(api, fetchTransport(keepCookie(jar)));
  const { captchaId } = await door(staffCaptcha, {});
  const me = await door(staffLogin, { username, password, captchaId, captcha: 'abcd' });
  return { cookie: jar.cookie, csrfToken: me.csrfToken, mustChangePassword: me.mustChangePassword };
}

const keepCookie = (jar: { cookie: string }) => (response: Response) => {
  const set = response.headers.getSetCookie().map((one) => one.split(';')[0]);
  if (set.length > 0) jar.cookie = set.join('; ');
};

/** A given password opens nothing but its own change: it is made the person's own, by way of another one. */
async function ownPassword(api: string, first: Entered, username: string, password: string): Promise<Entered> {
  const jar = { cookie: first.cookie };
  let { csrfToken } = first;
  const headers = () => ({ cookie: jar.cookie, 'x-csrf-token': csrfToken, 'x-client': 'admin' });
  const call = createClient(api, fetchTransport(keepCookie(jar)), headers);
  const there = { oldPassword: password, newPassword: `${password}9` };
  ({ csrfToken } = await call(changeStaffPassword, there));
  await call(changeStaffPassword, { oldPassword: there.newPassword, newPassword: password });
  return enterStaff(api, username, password);
}
