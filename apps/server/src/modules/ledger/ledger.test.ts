// The ledger's laws: what balances is kept, what does not is refused by the database itself.
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { testClock } from '../../platform/clock.ts';
import { openDb, violates } from '../../platform/db.ts';
import { newId } from '../../platform/ids.ts';
import { ACCOUNTS, nameOf, settled, signedLines, type PostingLine, type Standing } from './ledger.rules.ts';
import {
  createLedger,
  platformAccount,
  type AccountRef,
  type AccountType,
  type Ledger,
  type Posting,
} from './ledger.ts';

let database: TestDatabase;
let ledger: Ledger;
beforeAll(async () => {
  database = await testDatabase();
  ledger = createLedger({ clock: testClock() });
});
afterAll(() => database.close());

const clearing = platformAccount('provider_clearing');
const deferred = (orderId: string): AccountRef => ({ type: 'order_deferred', ownerKind: 'order', ownerId: orderId });

const HEALTHY = { unbalancedUnits: 0, crookedPostings: 0, driftedAccounts: 0 };
const wallet = (buyerId: string): AccountRef => ({ type: 'wallet_available', ownerKind: 'buyer', ownerId: buyerId });
const fill = (account: AccountRef, amountFen: number, key: string): Posting => ({
  key,
  label: '补偿',
  refKind: 'buyer',
  refId: account.ownerId,
  lines: [
    { account: platformAccount('loss'), debitFen: amountFen },
    { account, creditFen: amountFen },
  ],
});
const move = (from: AccountRef, to: AccountRef, amountFen: number, turn: string): Posting => ({
  key: `move:${turn}:${from.ownerId}`,
  label: '转账',
  refKind: 'buyer',
  refId: from.ownerId,
  lines: [
    { account: from, debitFen: amountFen },
    { account: to, creditFen: amountFen },
  ],
});

const post = (posting: Posting) => database.db.tx((tx) => ledger.post(tx, posting));
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
      sql`insert into ledger_entries (posting_id, account_id, unit, amount, at)
          select p.id, a.id, 'CNY', 1, p.at from ledger_postings p, ledger_accounts a
          where p.key = ${`receive:${orderId}`} and a.type = 'platform_sales' limit 1`.execute(tx.q),
    );
    await expect(byHand).rejects.toThrow(/does not balance/);
  });

  test('a posting that was committed gets no further entries, not even balanced ones', async () => {
    const orderId = newId<'order'>();
    await post(receive(orderId, 100));
    await post({
      ...receive(orderId, 1, `open-loss:${orderId}`),
      lines: [
        { account: platformAccount('loss'), debitFen: 1 },
        { account: platformAccount('platform_sales'), creditFen: 1 },
      ],
    });
    const later = database.db.tx((tx) =>
      sql`insert into ledger_entries (posting_id, account_id, unit, amount, at)
          select p.id, a.id, 'CNY', a.amount, p.at from ledger_postings p,
            (select id, 5 as amount from ledger_accounts where type = 'platform_sales'
             union all select id, -5 from ledger_accounts where type = 'loss') a
          where p.key = ${`receive:${orderId}`}`.execute(tx.q),
    );
    await expect(later).rejects.toThrow(/with their posting or never/);
  });

  test.each([
    ['an account of another unit', `select id, 'PTS' as unit from ledger_accounts where type = 'provider_clearing'`],
    ['an account that is not there', `select gen_random_uuid() as id, 'CNY' as unit`],
  ])('entries on %s are refused', async (_, account) => {
    await post(receive(newId<'order'>(), 5));
    const write = database.db.tx(async (tx) => {
      await sql`insert into ledger_postings (id, key, label, ref_kind, ref_id, at)
        values (${newId()}, ${`hand:${newId()}`}, 'x', 'x', ${newId()}, now())`.execute(tx.q);
      await sql`insert into ledger_entries (posting_id, account_id, unit, amount, at)
        select p.id, a.id, a.unit, a.amount, now() from ledger_postings p, (
          select id, unit, 5 as amount from (${sql.raw(account)}) x
          union all select id, ${account.includes('PTS') ? 'PTS' : 'CNY'}, -5 from ledger_accounts where type = 'order_deferred' limit 2) a
        where p.key like 'hand:%'`.execute(tx.q);
    });
    await expect(write).rejects.toThrow(/foreign unit, or on no account/);
  });

  test.each([
    ['delete from ledger_accounts', /never removed/],
    [`update ledger_accounts set owner_id = gen_random_uuid()`, /never changed/],
    [`update ledger_accounts set balance = 1 where may_overdraw`, /ledger_accounts_no_overdraft/],
    [
      `insert into ledger_accounts values (gen_random_uuid(), 'loss', 'buyer', gen_random_uuid(), 'CNY', 'debit', true, 0, now())`,
      /only accounts of the shop/,
    ],
  ])('accounts stay what they are: %s', async (statement, refusal) => {
    await post(receive(newId<'order'>(), 5));
    await expect(database.db.tx((tx) => sql.raw(statement).execute(tx.q))).rejects.toThrow(refusal);
  });

  test.each(['update ledger_entries set amount = 1', 'delete from ledger_postings', 'truncate ledger_entries cascade'])(
    'history is not rewritten: %s',
    async (statement) => {
      await expect(database.db.tx((tx) => sql.raw(statement).execute(tx.q))).rejects.toThrow(/never changed/);
    },
  );
});

describe('many at once', () => {
  test('a posting on a hot account does not wait for another that has not committed yet', async () => {
    const held = Promise.withResolvers<void>();
    const posted = Promise.withResolvers<void>();
    const before = await ledger.standing(database.db, clearing);
    const slow = database.db.tx(async (tx) => {
      await ledger.post(tx, receive(newId<'order'>(), 11));
      posted.resolve();
      await held.promise;
    });
    await posted.promise;
    await post(receive(newId<'order'>(), 31));
    expect((await ledger.standing(database.db, clearing)) - before).toBe(31);
    held.resolve();
    await slow;
    expect((await ledger.standing(database.db, clearing)) - before).toBe(42);
  });

  test('several in one go are answered one by one, in the order asked', async () => {
    const [one, two] = [newId<'order'>(), newId<'order'>()];
    await post(receive(two, 5));
    const nothing = { ...receive(one, 0, `nothing:${one}`) };
    const done = await database.db.tx((tx) =>
      ledger.postMany(tx, [
        receive(two, 5),
        nothing,
        receive(one, 7),
        receive(one, 7),
        giveBack(one, 3, `back:${one}`),
      ]),
    );
    expect(done).toEqual(['repeated', 'repeated', 'posted', 'repeated', 'posted']);
    expect(await ledger.standing(database.db, deferred(one))).toBe(4);
  });

  test('wallets that pay each other in circles never lock each other up', async () => {
    const wallets = Array.from({ length: 6 }, () => wallet(newId<'buyer'>()));
    await database.db.tx((tx) =>
      ledger.postMany(
        tx,
        wallets.map((one, index) => fill(one, 1000, `fill:${one.ownerId}:${index}`)),
      ),
    );
    let retries = 0;
    const other = openDb({ url: database.url, max: 10, onRetry: () => (retries += 1) });
    await Promise.all(
      Array.from({ length: 40 }, (_, turn) =>
        other.tx((tx) =>
          ledger.postMany(
            tx,
            // Every transaction names them in another order.
            wallets
              .map((from, index) => move(from, wallets[(index + 1 + turn) % 6] as AccountRef, 3, `${turn}`))
              .toSorted(() => Math.random() - 0.5),
          ),
        ),
      ),
    );
    await other.close();
    expect(retries).toBe(0);
    for (const one of wallets) expect(await ledger.standing(database.db, one)).toBeGreaterThanOrEqual(0);
    expect(await ledger.check(database.db)).toEqual(HEALTHY);
  });

  test('stripes of connections that are gone are folded, and nothing is lost by it', async () => {
    const other = openDb({ url: database.url, max: 4 });
    await Promise.all(
      Array.from({ length: 12 }, () => other.tx((tx) => ledger.post(tx, receive(newId<'order'>(), 9)))),
    );
    await other.close();
    const before = await ledger.standing(database.db, clearing);
    await expect.poll(() => ledger.foldStripes(database.db)).toBeGreaterThan(0);
    expect(await ledger.standing(database.db, clearing)).toBe(before);
    expect(await ledger.check(database.db)).toEqual(HEALTHY);
  });
});

test('a posting reads its own accounts and no others, from the first day on', async () => {
  const own = await testDatabase();
  try {
    await own.db.tx(async (tx) => {
      const many = Array.from({ length: 300 }, (_, index) => fill(wallet(newId<'buyer'>()), 1, `first-day:${index}`));
      await ledger.postMany(tx, many);
      const { rows } = await sql<{ read: number }>`
        select idx_tup_fetch::int as read from pg_stat_xact_user_tables where relname = 'ledger_accounts'
      `.execute(tx.q);
      // Two lines each, looked up and written. Led through all accounts of a type it would be some 45 000.
      expect(rows[0]?.read).toBeLessThan(300 * 2 * 6);
    });
  } finally {
    await own.close();
  }
});

test('points and money of one posting stand side by side, each in its own unit', async () => {
  const buyerId = newId<'buyer'>();
  const points: AccountRef = { type: 'pts_paid', ownerKind: 'buyer', ownerId: buyerId };
  const recharge: Posting = {
    key: `recharge:${buyerId}`,
    label: '积分充值',
    refKind: 'recharge',
    refId: buyerId,
    lines: [
      { account: clearing, debitFen: 990 },
      { account: platformAccount('recharge_sales'), creditFen: 990 },
      { account: platformAccount('pts_issued'), debitPoints: 100 },
      { account: points, creditPoints: 100 },
    ],
  };
  await post(recharge);
  expect(await ledger.standing(database.db, points)).toBe(100);
  const [posting] = await ledger.postingsOf(database.db, [buyerId]);
  expect(posting?.entries).toEqual([
    { account: '微信支付待结算', debitFen: 990, creditFen: 0, debitPoints: 0, creditPoints: 0 },
    { account: '积分充值收入', debitFen: 0, creditFen: 990, debitPoints: 0, creditPoints: 0 },
    { account: '已发放积分', debitFen: 0, creditFen: 0, debitPoints: 100, creditPoints: 0 },
    { account: '充值积分', debitFen: 0, creditFen: 0, debitPoints: 0, creditPoints: 100 },
  ]);
});

test('the database and its twin agree on any postings in both units, and on every refusal', async () => {
  const types = Object.keys(ACCOUNTS) as AccountType[];
  const line = fc.record({
    from: fc.nat({ max: 30 }),
    to: fc.nat({ max: 30 }),
    amount: fc.integer({ min: 0, max: 90 }),
  });
  const owners = [newId<'buyer'>(), newId<'buyer'>()];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), async (asked) => {
      const run = newId();
      // The accounts of people are new in every run; those of the shop go on.
      const place = (pick: number, unit: string): AccountRef => {
        const fitting = types.filter((type) => ACCOUNTS[type].unit === unit);
        const type = fitting[pick % fitting.length] as AccountType;
        return ACCOUNTS[type].mayOverdraw
          ? platformAccount(type)
          : { type, ownerKind: `run-${run}`, ownerId: owners[pick % 2] as string };
      };
      let standing: Standing = new Map();
      for (const type of types.filter((one) => ACCOUNTS[one].mayOverdraw)) {
        const account = platformAccount(type);
        const own = await ledger.standing(database.db, account);
        standing = new Map([...standing, [nameOf(account), ACCOUNTS[type].side === 'debit' ? own : 0 - own]]);
      }
      for (const [index, wishes] of asked.entries()) {
        const lines = wishes.flatMap(({ from, to, amount }): PostingLine[] =>
          (from + to) % 2 === 0
            ? [
                { account: place(from, 'CNY'), debitFen: amount },
                { account: place(to, 'CNY'), creditFen: amount },
              ]
            : [
                { account: place(from, 'PTS'), debitPoints: amount },
                { account: place(to, 'PTS'), creditPoints: amount },
              ],
        );
        const expected = settled(standing, signedLines(lines));
        const posting = { key: `twin:${run}:${index}`, label: '对照', refKind: 'test', refId: newId(), lines };
        const refusal = await post(posting).then(
          () => undefined,
          (error: unknown) => error,
        );
        if ('short' in expected) expect(violates(refusal, 'ledger_accounts_no_overdraft')).toBe(true);
        else {
          expect(refusal).toBeUndefined();
          standing = expected as Standing;
        }
      }
      const { rows } = await sql<{ name: string; balance: number }>`
        select type || '/' || owner_kind || '/' || owner_id as name, balance from ledger_balances
        where owner_kind in ('platform', ${`run-${run}`})`.execute(database.db.q);
      for (const row of rows) expect([row.name, row.balance]).toEqual([row.name, standing.get(row.name) ?? 0]);
      expect(await ledger.check(database.db)).toEqual(HEALTHY);
    }),
    { numRuns: 25 },
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
      expect(await ledger.check(database.db)).toEqual(HEALTHY);
    }),
    { numRuns: 15 },
  );
});
