// The town of a story: a server that may die, a WeChat that is rude, people who buy and sell, and one clock for all.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  ApiError,
  createClient,
  type Client,
  type Endpoint,
  type Got,
  type Id,
  type Sent,
  type Transport,
} from '@jishi/contract';
import { createSim, type Control, type PersonView } from '@jishi/wechat-sim';
import pg from 'pg';
import { workInTurn } from '../../src/platform/batch.ts';
import { testClock } from '../../src/platform/clock.ts';
import { loadConfig, type Config } from '../../src/platform/config.ts';
import { columnTypes } from '../../src/platform/pool.ts';
import { freePort, houseEnv } from '../env.ts';
import { addressOf, runCommand } from '../postgres.ts';
import { Broken, createAuditor, type Auditor } from './auditor.ts';
import { beginLife, Cut, type Life } from './life.ts';
import { createNames, type Names } from './names.ts';
import { keyNow } from './now.ts';
import { createPost, type Post } from './post.ts';

export type Resident = { id: Id<'buyer'>; person: PersonView; addressId: Id<'address'>; headers(): Promise<Headers> };
export type Headers = Record<string, string>;

export type Town = {
  wechat: Control;
  now(): Date;
  /** Looks into the database without the server knowing. */
  rows<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
  readonly life: Life;
  names: Names;
  post: Post;
  auditor: Auditor;
  buyers: Resident[];
  /** The shop's one member of staff, once signed in. */
  staff: { headers: Headers };
  /** What happens to the next request of a client on its way. */
  line: { trouble: LineTrouble | null };
  /** A command or a question, with the key of this step where one is asked for. */
  as<E extends Endpoint>(who: Resident | 'staff', endpoint: E, input: Sent<E>): Promise<Got<E>>;
  /** Time passes for everybody, and what is due by the schedules runs, in this order. */
  forward(seconds: number, order?: (names: readonly string[]) => readonly string[]): Promise<number>;
  /** A new server on the same database, after the machine was off for a while. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** `lost`: the answer does not arrive, and the client asks again. `doubled`: the request arrives twice. */
export type LineTrouble = 'lost' | 'doubled';

export type TownOptions = { seed: number; server: string; template: string };

let towns = 0;

/** Opens the town's doors. Who lives in it and what it sells comes later, through the doors. */
export async function openTown({ seed, server, template }: TownOptions): Promise<Town> {
  workInTurn();
  const name = `sim_${process.pid}_${(towns += 1)}`;
  await runCommand(server, `create database ${name} template ${template}`);
  const url = addressOf(server, name);
  const observer = new pg.Client({ connectionString: url, types: columnTypes });
  await observer.connect();
  const auditor = await createAuditor(observer);
  const clock = testClock();
  const sim = await createSim({
    clock: 'steppable',
    startAt: clock.now(),
    onTick: (at) => clock.set(at),
    seed,
    merchant: { openingAvailableFen: 100_000_000, refundDelayMs: 20_000 },
  });
  // A letter goes where the story sends it, when the story says so.
  sim.control.noticeMode('held');
  const dir = await mkdtemp(join(tmpdir(), 'jishi-town-'));
  const port = await freePort();
  const config: Config = loadConfig(await houseEnv({ sim, database: { url }, dir, port, env: {} }));
  let life = await beginLife(config, clock);
  const mailbox = createServer((request, response) => void hear(() => life, request, response));
  await new Promise<void>((resolve) => mailbox.listen(port, '127.0.0.1', resolve));
  const lastRun = new Map<string, number>();

  const rows: Town['rows'] = async (text, values = []) =>
    (await observer.query({ name: statementName(text), text, values: [...values] })).rows as never;
  const line: Town['line'] = { trouble: null };
  const ask = (headers: () => Promise<Headers>) =>
    createClient(
      API,
      carry(() => life, line),
      headers,
      () => clock.now().getTime(),
    );
  const staffCall = ask(async () => town.staff.headers);
  const calls = new Map<Resident, Client>();

  const town: Town = {
    wechat: sim.control,
    now: clock.now,
    rows,
    get life() {
      return life;
    },
    names: createNames(),
    post: createPost(rows, () => life),
    auditor,
    buyers: [],
    staff: { headers: {} },
    line,
    as: (who, endpoint, input) => {
      if (who !== 'staff' && !calls.has(who)) calls.set(who, ask(who.headers));
      const call = who === 'staff' ? staffCall : (calls.get(who) as Client);
      return call(endpoint, input, endpoint.idempotent ? { key: keyNow() } : {});
    },
    forward: async (seconds, order = (names) => names) => {
      await sim.control.clock.advance({ seconds });
      const at = clock.now().getTime();
      const crons = new Map(life.app.jobs.plan().crons.map((cron) => [cron.name, cron]));
      const due = [...crons.values()].filter((one) => at - (lastRun.get(one.name) ?? 0) >= one.everySeconds * 1000);
      const inOrder = order(due.map((one) => one.name));
      for (const one of inOrder) {
        lastRun.set(one, at);
        await life.during(() => (crons.get(one) as (typeof due)[number]).run());
      }
      return inOrder.length;
    },
    restart: async () => {
      await sim.control.settle();
      // A key that was being worked on when the machine went off is free again after a minute.
      await rows(`update idempotency_keys set started_at = started_at - interval '2 minutes' where state = 'running'`);
      life = await beginLife(config, clock);
    },
    close: async () => {
      mailbox.closeAllConnections();
      await new Promise((resolve) => mailbox.close(resolve));
      await life.close();
      await sim.close();
      await observer.end();
      await runCommand(server, `drop database if exists ${name} with (force)`);
      await rm(dir, { recursive: true, force: true });
    },
  };
  return town;
}

const API = '/api/v1';

const statements = new Map<string, string>();
/** Planned once, however often it is asked. */
function statementName(text: string): string {
  const name = statements.get(text) ?? `q${statements.size}`;
  statements.set(text, name);
  return name;
}

/** The network between a client and the server: requests go in without a socket, and get lost or doubled when told so. */
function carry(
  life: () => Life,
  line: Town['line'],
  seen: (cookies: string | string[] | undefined) => void = () => {},
): Transport {
  return async ({ method, url, headers, body }) => {
    const { trouble } = line;
    line.trouble = null;
    const once = async () => {
      const here = life();
      const asked = {
        method: method as 'GET',
        url,
        headers,
        ...(body === undefined ? {} : { payload: body as string }),
      };
      const answer = await here.during(() => here.app.fastify.inject(asked));
      seen(answer.headers['set-cookie']);
      return { status: answer.statusCode, body: answer.body === '' ? undefined : (answer.json() as unknown) };
    };
    const first = await once();
    if (trouble === null) return first;
    if (trouble === 'lost') return once();
    const second = await once();
    // Doubled on the way: the client hears the answer that comes first, and the second must not differ.
    if (headers['idempotency-key'] && first.status < 400 && !isDeepStrictEqual(first, second))
      throw new Broken('the same request gets the same answer', JSON.stringify([method, url, first, second]));
    return first;
  };
}

/** Where WeChat's letters arrive. When the server is dead or dies over one, the line is cut. */
async function hear(life: () => Life, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const here = life();
    const answer = await here.during(() =>
      here.app.fastify.inject({
        method: 'POST',
        url: request.url ?? '/',
        headers: request.headers,
        payload: Buffer.concat(chunks),
      }),
    );
    response.writeHead(answer.statusCode, { 'content-type': 'application/json' });
    response.end(answer.body);
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
    request.socket.destroy();
  }
}

export const isLost = (error: unknown): boolean =>
  error instanceof Cut || (error instanceof ApiError && error.code === 'network' && error.cause instanceof Cut);

/** A client that is not signed in, and the cookie that it was given. */
export function overLine(town: Town): { call: Client; cookie(): string } {
  let cookie = '';
  const seen = (set: string | string[] | undefined) => {
    if (set !== undefined)
      cookie = [set]
        .flat()
        .map((one) => one.split(';')[0])
        .join('; ');
  };
  return {
    call: createClient(
      API,
      carry(() => town.life, { trouble: null }, seen),
    ),
    cookie: () => cookie,
  };
}
