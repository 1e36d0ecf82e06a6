// What a connection sends in one go: values of every kind arrive as they were, plans are kept, failures stay where they are.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { sqlState } from './db.ts';
import { ask, statement } from './statement.ts';

let house: TestDatabase;

beforeAll(async () => {
  // One connection: what it remembers from one call it has to know in the next.
  house = await testDatabase({ max: 1 });
  await sql`create table jars (id int primary key, label text)`.execute(house.db.q);
});
afterAll(() => house.close());

const one = async (asked: ReturnType<typeof statement>) => (await ask(house.db, asked))[0];

test('texts, numbers, times, bytes, documents and lists arrive as they were', async () => {
  const words = ['', 'a,b', '{}', 'say "yes"', 'back\\slash', 'null', '山野\n保温杯'];
  const at = new Date('2026-02-28T23:59:59.123Z');
  const got =
    await one(statement`select ${words[3]}::text as text, ${-5}::int8 as big, ${1.5}::float8 as part, ${true}::bool as yes,
    ${null}::text as none, ${at}::timestamptz as at, ${Buffer.from([0, 255])}::bytea as bytes, ${{ a: [1, '"'] }}::jsonb as doc,
    ${words}::text[] as words, ${[1, null, 3]}::int8[] as numbers, ${[at]}::timestamptz[] as times, ${[]}::text[] as empty,
    ${[Buffer.from([0, 255])]}::bytea[] as many, ${[['a'], ['b']]}::text[] as square`);
  expect(got).toEqual({
    text: 'say "yes"',
    big: -5,
    part: 1.5,
    yes: true,
    none: null,
    at,
    bytes: Buffer.from([0, 255]),
    doc: { a: [1, '"'] },
    words,
    numbers: [1, null, 3],
    times: [at],
    empty: [],
    many: [Buffer.from([0, 255])],
    square: [['a'], ['b']],
  });
});

test('a statement is planned once on a connection and answers with its columns every time', async () => {
  const asked = (id: number) => statement`select ${id}::int as id, 'x' as x`;
  expect([await one(asked(1)), await one(asked(2))]).toEqual([
    { id: 1, x: 'x' },
    { id: 2, x: 'x' },
  ]);
  const { rows } = await sql<{ plans: number }>`select count(*) as plans from pg_prepared_statements
    where statement like 'select $1::int as id%'`.execute(house.db.q);
  expect(rows).toEqual([{ plans: 1 }]);
  // The same new statement several times in one go is sent to be parsed by the first of them alone.
  const put = (id: number) => statement`insert into jars (id) values (${id}) returning id`;
  const ids = await house.db.tx((tx) => Promise.all([1, 2, 3].map((id) => ask(tx, put(id)))));
  expect(ids).toEqual([[{ id: 1 }], [{ id: 2 }], [{ id: 3 }]]);
});

test('what failed is told by the one that failed, and its statement can be asked again', async () => {
  const half = (by: number) => statement`select 1 / ${by}::int as half`;
  const label = (id: number, text: string) => statement`update jars set label = ${text} where id = ${id}`;
  const failing = house.db.tx((tx) =>
    Promise.all([ask(tx, label(1, 'no')), ask(tx, half(0)), ask(tx, label(2, 'no'))]),
  );
  expect(sqlState(await failing.catch((error: unknown) => error))).toBe('22012');
  await house.db.tx((tx) => Promise.all([ask(tx, label(2, 'yes')), ask(tx, half(1))]));
  const { rows } = await sql`select id, label from jars order by id limit 2`.execute(house.db.q);
  expect(rows).toEqual([
    { id: 1, label: null },
    { id: 2, label: 'yes' },
  ]);
});

test('a value that cannot be sent fails what it was asked with, and nothing else', async () => {
  const circle: Record<string, unknown> = {};
  circle['circle'] = circle;
  const failing = house.db.tx((tx) =>
    Promise.all([ask(tx, statement`select ${1}::int`), ask(tx, statement`select ${circle}::jsonb`)]),
  );
  await expect(failing).rejects.toThrow(/circular/i);
  expect(await one(statement`select ${2}::int as two`)).toEqual({ two: 2 });
});

test('a value too large for a number fails its own statement, not those beside it', async () => {
  const big = statement`select ${'9007199254740992'}::int8 as big`;
  const small = (n: number) => statement`select ${n}::int as n`;
  const ended = await house.db.tx((tx) => Promise.allSettled([small(1), big, small(3)].map((asked) => ask(tx, asked))));
  expect(ended.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
