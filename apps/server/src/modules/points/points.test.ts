// Points through their verbs: in any order, repeated at will and side by side, nobody has more or less than they should.
import type { PointKind } from '@jishi/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { brokenPoints } from '../../../test/books.ts';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { spanMs, testClock, type TestClock } from '../../platform/clock.ts';
import type { Tx } from '../../platform/db.ts';
import type { Failure } from '../../platform/fail.ts';
import { newId } from '../../platform/ids.ts';
import { silentLog } from '../../platform/log.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { createBook, type PointsBook } from './points.ts';

const ALL: PointKind[] = ['paid', 'bonus', 'earned'];

let database: TestDatabase;
let clock: TestClock;
let ledger: Ledger;
let points: PointsBook;
beforeAll(async () => {
  database = await testDatabase();
  clock = testClock();
  ledger = createLedger({ clock });
  points = createBook({ db: database.db, clock, log: silentLog, ledger });
});
afterAll(() => database.close());

let buyerId: string;
beforeEach(async () => {
  buyerId = await newBuyer();
});

async function newBuyer(): Promise<string> {
  const id = newId<'buyer'>();
  await database.db.q.insertInto('buyers').values({ id, nickname: '小雨', created_at: clock.now() }).execute();
  return id;
}

const inTx = <T>(work: (tx: Tx) => Promise<T>) => database.db.tx(work);
const about = (key: string) => ({ key, label: '测试', refKind: 'test', refId: newId<'test'>() });
const inDays = (days: number) => new Date(clock.now().getTime() + spanMs({ days }));

const grant = (
  kind: PointKind,
  amount: number,
  { key = newId<'test'>() as string, days = 365 as number | null } = {},
) =>
  inTx((tx) =>
    points.grant(tx, {
      ...about(key),
      buyerId,
      kind,
      points: amount,
      expiresAt: days === null ? null : inDays(days),
    }),
  );
const reserve = (amount: number, { key = newId<'test'>() as string, kinds = ALL, minutes = 30 } = {}) =>
  inTx((tx) =>
    points.reserve(tx, {
      ...about(key),
      buyerId,
      points: amount,
      kinds,
      expiresAt: new Date(clock.now().getTime() + spanMs({ minutes })),
    }),
  );
const spend = async (amount: number, kinds = ALL) => {
  const id = await reserve(amount, { kinds });
  await inTx((tx) => points.commit(tx, id));
  return id;
};
const commit = (id: string) => inTx((tx) => points.commit(tx, id));
const cancel = (id: string) => inTx((tx) => points.cancel(tx, id));
const giveBack = (reservationId: string, amount: number, key: string = newId<'test'>()) =>
  inTx((tx) => points.giveBack(tx, { reservationId, points: amount, key, label: '退回' }));
const takeBack = (grantKey: string, amount: number, key: string = newId<'test'>()) =>
  inTx((tx) => points.takeBack(tx, { grantKey, points: amount, key, label: '收回' }));
const held = async () => {
  const { expiring: _, ...kinds } = await points.balance(database.db, buyerId);
  return kinds;
};
const nothing = { paid: 0, bonus: 0, earned: 0, held: 0 };
const inBalance = async () => {
  expect(await brokenPoints(database.db)).toEqual([]);
  expect(await points.check(database.db)).toEqual([]);
};

describe('spending', () => {
  test('given points go first, then earned, then bought; within a kind the nearest expiry', async () => {
    await grant('paid', 100, { days: null });
    await grant('earned', 50, { days: 10 });
    await grant('bonus', 30, { days: 200 });
    await grant('bonus', 20, { days: 5, key: `soon:${buyerId}` });
    await spend(25);
    expect(await held()).toEqual({ ...nothing, paid: 100, earned: 50, bonus: 25 });
    expect(await takeBack(`soon:${buyerId}`, 20)).toBe(0);
    await spend(90);
    expect(await held()).toEqual({ ...nothing, paid: 85 });
    await inBalance();
  });

  test('only the kinds that may be spent count, and what is short says what there is', async () => {
    await grant('paid', 500);
    await grant('earned', 40);
    const refused = await reserve(41, { kinds: ['earned'] }).catch((error: Failure) => error);
    expect(refused).toMatchObject({ code: 'points.short', details: { left: 40 } });
    await spend(40, ['earned']);
    expect(await held()).toEqual({ ...nothing, paid: 500 });
  });

  test('what is reserved cannot be spent twice, and comes back into the very lots', async () => {
    await grant('bonus', 10);
    await grant('paid', 10);
    const id = await reserve(15);
    expect(await held()).toEqual({ ...nothing, paid: 5, held: 15 });
    await expect(reserve(6)).rejects.toMatchObject({ code: 'points.short' });
    expect(await cancel(id)).toBe('cancelled');
    expect(await cancel(id)).toBe('repeated');
    expect(await commit(id)).toBe('cancelled');
    expect(await held()).toEqual({ ...nothing, paid: 10, bonus: 10 });
    await inBalance();
  });

  test('a reservation that nobody decides goes back by the clock', async () => {
    await grant('earned', 10);
    const id = await reserve(10, { minutes: 15 });
    clock.forward({ minutes: 14 });
    await points.expireDue();
    expect(await held()).toEqual({ ...nothing, held: 10 });
    clock.forward({ minutes: 1 });
    await points.expireDue();
    expect(await held()).toEqual({ ...nothing, earned: 10 });
    expect(await commit(id)).toBe('cancelled');
  });

  test('twenty at once for the points of ten: exactly ten get them', async () => {
    await grant('bonus', 30);
    await grant('paid', 70);
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => spend(10)));
    expect(answers.filter((one) => one.status === 'fulfilled')).toHaveLength(10);
    expect(await held()).toEqual(nothing);
    await inBalance();
  });

  test('ten with one key at once are one, for every verb', async () => {
    const many = <T>(run: () => Promise<T>) => Promise.all(Array.from({ length: 10 }, run));
    const key = `grant:${buyerId}`;
    expect((await many(() => grant('paid', 100, { key }))).toSorted()[0]).toBe('granted');
    const ids = await many(() => reserve(60, { key: `reserve:${buyerId}` }));
    expect(new Set(ids).size).toBe(1);
    const [id] = ids as [string];
    await many(() => commit(id));
    await many(() => giveBack(id, 20, `back:${buyerId}`));
    expect(await many(() => takeBack(key, 50, `take:${buyerId}`))).toEqual(Array.from({ length: 10 }, () => 50));
    expect(await held()).toEqual({ ...nothing, paid: 10 });
    await inBalance();
  });
});

describe('coming back', () => {
  test('what was used last comes back first, in the right kind, and never more than was used', async () => {
    await grant('bonus', 10);
    await grant('paid', 10);
    const id = await spend(20);
    await giveBack(id, 5);
    expect(await held()).toEqual({ ...nothing, paid: 5 });
    await giveBack(id, 10);
    expect(await held()).toEqual({ ...nothing, paid: 10, bonus: 5 });
    await expect(giveBack(id, 6)).rejects.toThrow(/1 points more/);
    await inBalance();
  });

  test('points whose time ran out meanwhile can be spent once more; the rest of their lot cannot', async () => {
    await grant('earned', 30, { days: 3 });
    const id = await spend(10);
    clock.forward({ days: 4 });
    expect(await held()).toEqual(nothing);
    await giveBack(id, 10);
    expect(await held()).toEqual({ ...nothing, earned: 10 });
    clock.forward({ days: 31 });
    await points.expireDue();
    expect(await held()).toEqual(nothing);
    await inBalance();
  });

  test('a grant is taken back as far as it is unspent, and asked again the answer is the same', async () => {
    const key = `order:${buyerId}`;
    await grant('earned', 100, { key });
    await spend(70);
    expect(await takeBack(key, 100, 'refund-1')).toBe(30);
    await grant('earned', 50);
    expect(await takeBack(key, 100, 'refund-1')).toBe(30);
    expect(await takeBack(key, 100, 'refund-2')).toBe(0);
    expect(await takeBack('never granted', 100, 'refund-3')).toBe(0);
    expect(await held()).toEqual({ ...nothing, earned: 50 });
  });
});

test('lots expire at their time, whatever others are left, and the journal says so', async () => {
  await grant('bonus', 10, { days: 1 });
  await grant('bonus', 20, { days: 2 });
  await grant('paid', 30, { days: null });
  expect((await points.balance(database.db, buyerId)).expiring).toEqual({ points: 10, at: inDays(1) });
  clock.forward({ days: 1 });
  await points.expireDue();
  await points.expireDue();
  expect(await held()).toEqual({ ...nothing, bonus: 20, paid: 30 });
  const page = await points.history(database.db, buyerId, { limit: 2 });
  expect(page.items.map((move) => [move.cause, move.delta])[0]).toEqual(['expiry', -10]);
  const rest = await points.history(database.db, buyerId, { limit: 9, cursor: page.nextCursor ?? '' });
  expect(rest.items.map((move) => move.delta).toSorted((a, b) => a - b)).toHaveLength(2);
  await inBalance();
});

test.each([
  ['points cannot be made in a lot', 'update point_lots set points_left = points_left + 1', /point_lots_conserved/],
  ['what was moved stays written', 'update point_moves set delta = 1', /never changed/],
  ['what was not used does not come back', 'update point_reservations set given_back = 1', /only_used_comes_back/],
])('%s', async (_, statement, refusal) => {
  await grant('paid', 10);
  await reserve(5);
  await expect(inTx((tx) => sql.raw(statement).execute(tx.q))).rejects.toThrow(refusal);
});

/** The same rules by hand, on numbers alone. */
const step = fc.oneof(
  fc.record({ do: fc.constant('grant' as const), kind: fc.constantFrom(...ALL), n: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ do: fc.constant('reserve' as const), n: fc.integer({ min: 1, max: 80 }) }),
  fc.record({ do: fc.constantFrom('commit' as const, 'cancel' as const), at: fc.nat(5) }),
  fc.record({ do: fc.constant('giveBack' as const), at: fc.nat(5), n: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ do: fc.constant('takeBack' as const), at: fc.nat(5), n: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant('days' as const), n: fc.integer({ min: 1, max: 20 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

test('in any order, each verb repeated: balance = lots = moves = accounts, and nothing is ever below zero', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.integer({ min: 1, max: 3 }), async (steps, times) => {
      buyerId = await newBuyer();
      const [grants, reservations]: [string[], string[]] = [[], []];
      for (const [index, one] of steps.entries()) {
        const before = await held();
        // The same again, and again side by side: only the first may change anything.
        const results = await Promise.allSettled(
          Array.from({ length: times }, () => run(one, `${buyerId}:${index}`, grants, reservations)),
        );
        if (results.some((result) => result.status === 'fulfilled')) remember(one, results, grants, reservations);
        else expect(await held()).toEqual(before);
        const after = await held();
        for (const amount of Object.values(after)) expect(amount).toBeGreaterThanOrEqual(0);
        if (one.do === 'reserve' && results[0]?.status === 'fulfilled') expect(after.held - before.held).toBe(one.n);
        await points.expireDue();
        await inBalance();
      }
    }),
    { numRuns: 12 },
  );
}, 60_000);

async function run(one: Step, key: string, grants: readonly string[], reservations: readonly string[]) {
  if (one.do === 'grant') {
    await grant(one.kind, one.n, { key, days: one.n });
    return key;
  }
  if (one.do === 'reserve') return reserve(one.n, { key, minutes: 60 * 24 * 7 });
  if (one.do === 'days') return clock.forward({ days: one.n });
  const from = one.do === 'takeBack' ? grants : reservations;
  const target = from[one.at % Math.max(from.length, 1)];
  if (target === undefined) return;
  if (one.do === 'takeBack') return takeBack(target, one.n, key);
  if (one.do === 'giveBack') return giveBack(target, one.n, key);
  return one.do === 'commit' ? commit(target) : cancel(target);
}

function remember(one: Step, results: PromiseSettledResult<unknown>[], grants: string[], reservations: string[]) {
  const values = new Set(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  const [value] = values;
  if (one.do === 'grant') grants.push(value as string);
  if (one.do !== 'reserve') return;
  expect(values.size).toBe(1);
  reservations.push(value as string);
}
