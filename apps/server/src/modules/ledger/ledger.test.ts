// The ledger's laws: what balances is kept, what does not is refused by the database itself.
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { testClock } from '../../platform/clock.ts';
import { newId } from '../../platform/ids.ts';
import { createLedger, platformAccount, type AccountRef, type Ledger } from './ledger.ts';

let database: TestDatabase;
let ledger: Ledger;
beforeAll(async () => {
  database = await testDatabase();
  ledger = createLedger({ clock: testClock() });
});
afterAll(() => database.close());

const clearing = platformAccount('provider_clearing');
const deferred = (orderId: string): AccountRef => ({ type: 'order_deferred', ownerKind: 'order', ownerId: orderId });

const receive = (orderId: string, amountFen: number, key = `receive:${orderId}`) => ({
  key,
  label: '收到货款',
  refKind: 'order',
  refId: orderId,
  lines: [
    { account: clearing, debitFen: amountFen },
    { account: deferred(orderId), creditFen: amountFen },
  ],
});
const giveBack = (orderId: string, amountFen: number, key: string) => ({
  key,
  label: '退款',
  refKind: 'order',
  refId: orderId,
  lines: [
    { account: deferred(orderId), debitFen: amountFen },
    { account: clearing, creditFen: amountFen },
  ],
});

describe('posting', () => {
  test('the same effect posted twice counts once', async () => {
    const orderId = newId<'order'>();
    expect(await database.db.tx((tx) => ledger.post(tx, receive(orderId, 500)))).toBe('posted');
    expect(await database.db.tx((tx) => ledger.post(tx, receive(orderId, 500)))).toBe('repeated');
    expect(await ledger.standing(database.db, deferred(orderId))).toBe(500);
  });

  test('twenty at once on one hot account lose nothing', async () => {
    const before = await ledger.standing(database.db, clearing);
    const ids = Array.from({ length: 20 }, () => newId<'order'>());
    await Promise.all(ids.map((id) => database.db.tx((tx) => ledger.post(tx, receive(id, 7)))));
    expect((await ledger.standing(database.db, clearing)) - before).toBe(140);
  });

  test('two postings with one key at the same time: one is written', async () => {
    const orderId = newId<'order'>();
    const results = await Promise.all(
      Array.from({ length: 8 }, () => database.db.tx((tx) => ledger.post(tx, receive(orderId, 900)))),
    );
    expect(results.toSorted()).toEqual(['posted', ...Array.from({ length: 7 }, () => 'repeated')]);
    expect(await ledger.standing(database.db, deferred(orderId))).toBe(900);
  });

  test('more than was received cannot be given back', async () => {
    const orderId = newId<'order'>();
    await database.db.tx((tx) => ledger.post(tx, receive(orderId, 100)));
    const tooMuch = database.db.tx((tx) => ledger.post(tx, giveBack(orderId, 101, `back:${orderId}`)));
    await expect(tooMuch).rejects.toThrow(/ledger_accounts_no_overdraft/);
    expect(await ledger.standing(database.db, deferred(orderId))).toBe(100);
  });

  test('a posting that does not balance is refused before it reaches the database', async () => {
    const orderId = newId<'order'>();
    const crooked = { ...receive(orderId, 100), lines: receive(orderId, 100).lines.slice(0, 1) };
    await expect(database.db.tx((tx) => ledger.post(tx, crooked))).rejects.toThrow(/off by 100/);
  });
});

describe('laws of the database', () => {
  test('entries that do not balance are refused even when written by hand', async () => {
    const orderId = newId<'order'>();
    await database.db.tx((tx) => ledger.post(tx, receive(orderId, 100)));
    await database.db.tx((tx) =>
      ledger.post(tx, {
        key: `complete:${orderId}`,
        label: '确认收入',
        refKind: 'order',
        refId: orderId,
        lines: [
          { account: deferred(orderId), debitFen: 100 },
          { account: platformAccount('platform_sales'), creditFen: 100 },
        ],
      }),
    );
    const byHand = database.db.tx((tx) =>
      sql`insert into ledger_entries (posting_id, account_id, unit, amount)
          select p.id, a.id, 'CNY', 1 from ledger_postings p, ledger_accounts a
          where p.key = ${`receive:${orderId}`} and a.type = 'platform_sales' limit 1`.execute(tx.q),
    );
    await expect(byHand).rejects.toThrow(/does not balance/);
  });

  test.each(['update ledger_entries set amount = 1', 'delete from ledger_postings', 'truncate ledger_entries cascade'])(
    'history is not rewritten: %s',
    async (statement) => {
      await expect(database.db.tx((tx) => sql.raw(statement).execute(tx.q))).rejects.toThrow(/never changed/);
    },
  );
});

test('after any sequence of receipts and refunds the books balance and nobody is owed less than nothing', async () => {
  const step = fc.record({
    order: fc.integer({ min: 0, max: 3 }),
    amount: fc.integer({ min: 1, max: 5000 }),
    back: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const ids = Array.from({ length: 4 }, () => newId<'order'>());
      const owed = [0, 0, 0, 0];
      for (const [index, { order, amount, back }] of steps.entries()) {
        const id = ids[order] as string;
        const posting = back ? giveBack(id, amount, `b:${id}:${index}`) : receive(id, amount, `r:${id}:${index}`);
        const done = await database.db
          .tx((tx) => ledger.post(tx, posting))
          .then(
            () => true,
            () => false,
          );
        expect(done).toBe(!back || (owed[order] as number) >= amount);
        if (done) owed[order] = (owed[order] as number) + (back ? -amount : amount);
      }
      for (const [index, id] of ids.entries())
        expect(await ledger.standing(database.db, deferred(id))).toBe(owed[index]);
      expect(await ledger.check(database.db)).toEqual({ unbalancedUnits: 0, crookedPostings: 0, driftedAccounts: 0 });
    }),
    { numRuns: 15 },
  );
});
