// Transactions: retries, nesting, events with the commit, and column types.
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { inTransaction, sqlState, violates, type EventName, type EventPayload, type Tx } from './db.ts';

let house: TestDatabase;
const retries: string[] = [];
const warnings: string[] = [];
const hear = (warning: Error) => warnings.push(warning.message);

/** Events of this file only; the real list belongs to the modules. */
const events = { 'test.happened': z.object({ n: z.number() }) };
const emit = (tx: Tx, n: number) => tx.emit('test.happened' as EventName, { n } as unknown as EventPayload<EventName>);

beforeAll(async () => {
  process.on('warning', hear);
  house = await testDatabase({ events, onRetry: (state) => retries.push(state), max: 6 });
  await sql`create table jars (id int primary key, beans bigint not null, constraint jars_not_negative check (beans >= 0))`.execute(
    house.db.q,
  );
});
afterAll(async () => {
  process.off('warning', hear);
  await house.close();
});
beforeEach(async () => {
  retries.length = 0;
  await sql`truncate jars, outbox`.execute(house.db.q);
  await sql`insert into jars values (1, 10), (2, 10)`.execute(house.db.q);
});

const beans = async (id: number) => {
  const { rows } = await sql<{ beans: number }>`select beans from jars where id = ${id}`.execute(house.db.q);
  return rows[0]?.beans;
};
const pour = (tx: Tx, from: number, by: number) =>
  sql`update jars set beans = beans - ${by} where id = ${from}`.execute(tx.q);
const told = async () =>
  (await sql<{ payload: unknown }>`select payload from outbox order by id`.execute(house.db.q)).rows;

test('what a transaction wrote and told is there after it, and nothing of it when it fails', async () => {
  await house.db.tx(async (tx) => {
    await pour(tx, 1, 3);
    await emit(tx, 1);
    await emit(tx, 2);
  });
  expect(await beans(1)).toBe(7);
  expect(await told()).toEqual([{ payload: { n: 1 } }, { payload: { n: 2 } }]);

  const failing = house.db.tx(async (tx) => {
    await pour(tx, 1, 3);
    await emit(tx, 3);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await beans(1)).toBe(7);
  expect(await told()).toHaveLength(2);
});

test('an event whose payload its schema refuses stops the transaction', async () => {
  const wrong = house.db.tx((tx) => tx.emit('test.happened' as EventName, { n: 'x' } as never));
  await expect(wrong).rejects.toThrow(/test.happened/);
});

test('two transactions that lock each other out both succeed, because one of them runs again', async () => {
  const both = [false, false];
  const run = (me: 0 | 1) =>
    house.db.tx(async (tx) => {
      await pour(tx, me + 1, 1);
      both[me] = true;
      while (!both[1 - me]) await new Promise((resolve) => setTimeout(resolve, 5));
      await pour(tx, 2 - me, 1);
    });
  await Promise.all([run(0), run(1)]);
  expect([await beans(1), await beans(2)]).toEqual([8, 8]);
  expect(retries).toEqual(['40P01']);
});

test('a transaction that always meets another one gives up after three tries', async () => {
  let tries = 0;
  const failing = house.db.tx(async (tx) => {
    tries += 1;
    await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(tx.q);
  });
  await expect(failing).rejects.toThrow('again');
  expect(tries).toBe(3);
});

test('serializable transactions that read what the other wrote do not both win', async () => {
  const take = () =>
    house.db.tx(
      async (tx) => {
        const { rows } = await sql<{ total: number }>`select sum(beans)::int8 as total from jars`.execute(tx.q);
        if ((rows[0]?.total ?? 0) < 20) return 'empty';
        await pour(tx, 1, 1);
        return 'taken';
      },
      { isolation: 'serializable' },
    );
  const answers = await Promise.all([take(), take(), take()]);
  expect(answers.toSorted()).toEqual(['empty', 'empty', 'taken']);
});

test('a broken law of the table is an error that names the constraint, and nothing is tried again', async () => {
  const failing = house.db.tx((tx) => pour(tx, 1, 11));
  const error: unknown = await failing.catch((reason: unknown) => reason);
  expect(sqlState(error)).toBe('23514');
  expect(violates(error, 'jars_not_negative')).toBe(true);
  expect(violates(error, 'another_law')).toBe(false);
  expect(retries).toEqual([]);
});

test('a transaction inside a transaction, and the pool inside a transaction, are refused', async () => {
  await expect(house.db.tx(() => house.db.tx(async () => 1))).rejects.toThrow(/inside another/);
  await expect(house.db.tx(() => beans(1))).rejects.toThrow(/use tx.q/);
});

test('code knows whether it runs inside a transaction', async () => {
  const seen: boolean[] = [inTransaction()];
  await house.db.tx(async (tx) => {
    seen.push(inTransaction());
    tx.afterCommit(() => seen.push(inTransaction()));
  });
  seen.push(inTransaction());
  expect(seen).toEqual([false, true, false, false]);
});

test('what waits for the commit runs once, also when the transaction ran twice', async () => {
  let tries = 0;
  const after: number[] = [];
  await house.db.tx(async (tx) => {
    tries += 1;
    const now = tries;
    tx.afterCommit(() => after.push(now));
    await emit(tx, now);
    if (tries === 1) await sql`do $$ begin raise exception 'x' using errcode = '40001'; end $$`.execute(tx.q);
  });
  expect(after).toEqual([2]);
  expect(await told()).toEqual([{ payload: { n: 2 } }]);
});

test('statements fired together run one after the other, and one failure fails the transaction cleanly', async () => {
  await house.db.tx((tx) => Promise.all([1, 1, 1].map((by) => pour(tx, 1, by))));
  expect(await beans(1)).toBe(7);
  await expect(house.db.tx((tx) => Promise.all([pour(tx, 1, 1), pour(tx, 1, 100), pour(tx, 1, 1)]))).rejects.toThrow(
    /jars_not_negative/,
  );
  expect(await beans(1)).toBe(7);
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings.filter((text) => text.includes('client.query'))).toEqual([]);
});

test('int8 comes as a safe number, arrays of it too, numeric as text, time as Date, date as text, json parsed', async () => {
  const { rows } = await sql`
    select 9007199254740991::int8 as big, array[1, null, 3]::int8[] as many, 1.10::numeric as rate,
           timestamptz '2026-01-02 03:04:05+00' as at, date '2026-01-02' as day, '{"a":1}'::jsonb as doc
  `.execute(house.db.q);
  expect(rows[0]).toEqual({
    big: 9007199254740991,
    many: [1, null, 3],
    rate: '1.10',
    at: new Date('2026-01-02T03:04:05Z'),
    day: '2026-01-02',
    doc: { a: 1 },
  });
  await expect(sql`select 9007199254740992::int8`.execute(house.db.q)).rejects.toThrow(/9007199254740992/);
});

test('pieces of two characters find Chinese words, and a journal cannot be changed', async () => {
  const { rows } = await sql`select bigrams('华为Mate') as two, bigrams('书') as one, bigrams('') as none`.execute(
    house.db.q,
  );
  expect(rows[0]).toEqual({ two: expect.arrayContaining(['华为', '为m', 'ma', 'at', 'te']), one: ['书'], none: [] });
  await sql`create table journal (n int)`.execute(house.db.q);
  await sql`create trigger j1 before update or delete on journal for each row execute function forbid_change()`.execute(
    house.db.q,
  );
  await sql`create trigger j2 before truncate on journal for each statement execute function forbid_change()`.execute(
    house.db.q,
  );
  await sql`insert into journal values (1)`.execute(house.db.q);
  await expect(sql`update journal set n = 2`.execute(house.db.q)).rejects.toThrow(/never changed/);
  await expect(sql`delete from journal`.execute(house.db.q)).rejects.toThrow(/never changed/);
  await expect(sql`truncate journal`.execute(house.db.q)).rejects.toThrow(/never changed/);
});
