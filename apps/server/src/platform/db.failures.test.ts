// A transaction travels in few packets, its opening and its commit included: whatever fails on the way, nothing is left.
import { sql, type CompiledQuery } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { sqlState, type EventName, type EventPayload, type Once, type Tx } from './db.ts';
import { statement } from './statement.ts';

let house: TestDatabase;
let commits = 0;

const events = { 'test.happened': z.object({ n: z.number() }) };
const emit = (tx: Tx) => tx.emit('test.happened' as EventName, { n: 1 } as unknown as EventPayload<EventName>);

beforeAll(async () => {
  // One connection: what one transaction left open would be met by the next.
  house = await testDatabase({ events, max: 1, statementTimeoutMs: 400, onCommit: () => (commits += 1) });
  const { q } = house.db;
  await sql`create table jars (id int primary key, of_jar int references jars deferrable initially deferred)`.execute(
    q,
  );
  await sql`create function meet() returns int language plpgsql as $$ begin
    raise exception 'met another one' using errcode = '40001'; end $$`.execute(q);
});
afterAll(() => house.close());
beforeEach(async () => {
  await sql`truncate jars, outbox, idempotency_keys`.execute(house.db.q);
  commits = 0;
});

const put = (id: number) => statement`insert into jars (id) values (${id})`;

const claim = (key: string) => statement`
  insert into idempotency_keys (scope, key, endpoint, request_hash, state, owner, started_at)
  values ('buyer:anna', ${key}, 'put', 'hash', 'running', gen_random_uuid(), now())
  on conflict (scope, key, endpoint) do nothing returning id`;
const keep = (key: string) =>
  statement`update idempotency_keys set state = 'done', status = 200, answer = '{}' where key = ${key}`;

const left = async () => {
  const { rows } = await sql<{ jars: number; told: number; keys: number }>`
    select (select count(*) from jars) as jars, (select count(*) from outbox) as told,
      (select count(*) from idempotency_keys) as keys`.execute(house.db.q);
  return rows[0];
};

/** Each ends a statement in its own way. The second is the SQLSTATE that the caller sees; none when the line is cut. */
const ENDS = {
  'is refused': [statement`select 1 / ${0}::int`, '22012'],
  'breaks a law': [statement`insert into jars values (${7}), (${7})`, '23505'],
  'takes too long': [statement`select pg_sleep(${5})`, '57014'],
  'meets another transaction': [statement`select meet() + ${0}`, '40001'],
  'loses its connection': [statement`select pg_terminate_backend(pg_backend_pid()), ${0}::int`, undefined],
} satisfies Record<string, readonly [CompiledQuery, string | undefined]>;

type Failing = (tx: Tx, end: CompiledQuery) => Promise<unknown>;
const PLACES: Record<string, Failing> = {
  'the first question': async (tx, end) => {
    await tx.q.executeQuery(end);
  },
  'one of several first statements': async (tx, end) => {
    await Promise.all([tx.q.executeQuery(put(1)), tx.q.executeQuery(end), tx.q.executeQuery(put(2))]);
  },
  'a question in the middle': async (tx, end) => {
    await tx.q.executeQuery(put(1));
    tx.write(put(2));
    await tx.q.executeQuery(end);
  },
  'the first write': async (tx, end) => {
    tx.write(end);
    tx.write(put(1));
  },
  'a write in the middle': async (tx, end) => {
    tx.write(put(1));
    tx.write(end);
    tx.write(put(2));
    await emit(tx);
  },
  'a write before a question': async (tx, end) => {
    tx.write(put(1));
    tx.write(end);
    await tx.q.executeQuery(statement`select ${1}::int`);
  },
};

const once = (key: string, last?: CompiledQuery): Once => ({ claim: () => claim(key), keep: () => last ?? keep(key) });
const cases = Object.keys(PLACES).flatMap((place) => Object.keys(ENDS).map((end) => [place, end] as const));

test.for(cases)('%s %s: nothing is left, and the next one succeeds', async ([place, how]) => {
  const [end, state] = ENDS[how as keyof typeof ENDS];
  for (const options of [{}, { once: once('key-of-this') }]) {
    let hasTold = false;
    const work = async (tx: Tx) => {
      tx.afterCommit(() => (hasTold = true));
      await emit(tx);
      await PLACES[place]?.(tx, end);
      return 'done';
    };
    const error = await house.db.tx(work, options).then(
      () => undefined,
      (why: unknown) => why,
    );
    expect(error).toBeInstanceOf(Error);
    if (state !== undefined) expect(sqlState(error)).toBe(state);
    expect(await left()).toEqual({ jars: 0, told: 0, keys: 0 });
    expect({ hasTold, commits }).toEqual({ hasTold: false, commits: 0 });
  }
  await house.db.tx(
    async (tx) => {
      tx.write(put(1));
      await emit(tx);
    },
    { once: once('key-of-this') },
  );
  expect(await left()).toEqual({ jars: 1, told: 1, keys: 1 });
});

test.for(Object.keys(ENDS))('keeping the answer %s: nothing is left', async (how) => {
  const [end, state] = ENDS[how as keyof typeof ENDS];
  const failing = house.db.tx(async (tx) => tx.write(put(1)), { once: once('key-of-this', end) });
  const error = await failing.catch((why: unknown) => why);
  expect(error).toBeInstanceOf(Error);
  if (state !== undefined) expect(sqlState(error)).toBe(state);
  expect(await left()).toEqual({ jars: 0, told: 0, keys: 0 });
});

test('a law that is looked at by the commit refuses it, and nobody hears of success', async () => {
  const work = async (tx: Tx) => {
    tx.write(statement`insert into jars values (${1}, ${99})`);
    await emit(tx);
  };
  const error = await house.db.tx(work, { once: once('key-of-this') }).catch((why: unknown) => why);
  expect(sqlState(error)).toBe('23503');
  expect(await left()).toEqual({ jars: 0, told: 0, keys: 0 });
  expect(commits).toBe(0);
});

test('a write that is refused says why in its own words, wherever it stands', async () => {
  const refused = () => {
    throw new Error('there is none left');
  };
  const works: ((tx: Tx) => Promise<unknown>)[] = [
    async (tx) => tx.write(ENDS['is refused'][0], refused),
    async (tx) => {
      tx.write(put(1));
      tx.write(ENDS['is refused'][0], refused);
      tx.write(put(2));
    },
    async (tx) => {
      await tx.q.executeQuery(put(1));
      tx.write(ENDS['is refused'][0], refused);
      await tx.q.executeQuery(put(2));
    },
  ];
  for (const work of works) await expect(house.db.tx(work)).rejects.toThrow('there is none left');
  expect(await left()).toEqual({ jars: 0, told: 0, keys: 0 });
});

test('a verb that throws leaves nothing, whether it has waited for what it asked or not', async () => {
  for (const options of [{}, { once: once('key-of-this') }]) {
    const works: ((tx: Tx) => Promise<void>)[] = [
      async (tx) => {
        tx.write(put(1));
        throw new Error('no');
      },
      async (tx) => {
        void tx.q.executeQuery(put(1));
        void tx.q.executeQuery(put(2));
        throw new Error('no');
      },
      async (tx) => {
        await tx.q.executeQuery(put(1));
        tx.write(put(2));
        throw new Error('no');
      },
    ];
    for (const work of works) {
      await expect(house.db.tx(work, options)).rejects.toThrow('no');
      expect(await left()).toEqual({ jars: 0, told: 0, keys: 0 });
    }
  }
});

test('what a verb asks after its end is refused and not committed by itself', async () => {
  let late: Promise<unknown> = Promise.resolve();
  const failing = house.db.tx(async (tx) => {
    await tx.q.executeQuery(put(1));
    // Nobody waits for this one, and it asks again after the transaction has failed.
    late = tx.q
      .executeQuery(statement`select pg_sleep(${0.05})`)
      .then(() => new Promise((resolve) => setTimeout(resolve, 50)))
      .then(() => tx.q.executeQuery(put(2)));
    late.catch(() => {});
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await expect(late).rejects.toThrow('after its transaction had ended');
  expect((await left())?.jars).toBe(0);
});

test('an opening that fails alone takes everything with it that was sent after it', async () => {
  const works: ((tx: Tx) => Promise<unknown>)[] = [
    async (tx) => tx.q.executeQuery(put(1)),
    async (tx) => Promise.all([put(1), put(2), put(3)].map((one) => tx.q.executeQuery(one))),
    async (tx) => Promise.all([statement`select ${1}::int`, put(2)].map((one) => tx.q.executeQuery(one))),
    async (tx) => {
      tx.write(put(1));
      tx.write(put(2));
    },
    emit,
  ];
  for (const work of works) {
    for (const options of [{}, { once: once('key-of-this') }]) {
      // The prepared `begin` of the only connection is gone: PostgreSQL refuses the opening and nothing else.
      await house.db.tx(async (tx) => tx.q.executeQuery(statement`select ${1}::int`));
      await house.db.pool.query('deallocate begin');
      const error = await house.db.tx(work, options).catch((why: unknown) => why);
      expect(sqlState(error)).toBe('26000');
      expect(await left()).toEqual({ jars: 0, told: 0, keys: 0 });
    }
  }
  expect(commits).toBe(works.length * 2);
});

test('a transaction that asks nothing costs nothing and is told as done', async () => {
  let hasTold = false;
  const value = await house.db.tx(async (tx) => {
    tx.afterCommit(() => (hasTold = true));
    return 5;
  });
  expect({ value, hasTold }).toEqual({ value: 5, hasTold: true });
});
