// The chain: what is committed is sealed once, and whoever touches a row behind the triggers is found at the right place.
import fc from 'fast-check';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { testClock } from '../../platform/clock.ts';
import { newId } from '../../platform/ids.ts';
import { createLog } from '../../platform/log.ts';
import { GENESIS, sealOf, wordsOf, type SealedPosting } from './ledger.chain.rules.ts';
import { createLedgerChain, type LedgerChain } from './ledger.chain.ts';
import { createLedger, platformAccount, type Ledger, type Posting } from './ledger.ts';

let database: TestDatabase;
let ledger: Ledger;
let chain: LedgerChain;
const clock = testClock();
beforeAll(async () => {
  database = await testDatabase();
  ledger = createLedger({ clock });
  chain = createLedgerChain({ db: database.db, clock, log: createLog({ level: 'silent' }) });
});
afterAll(() => database.close());
beforeEach(async () => {
  await chain.seal();
});

const goodwill = (amountFen = 500, label = '补偿'): Posting => {
  const id = newId<'buyer'>();
  return {
    key: `goodwill:${id}`,
    label,
    refKind: 'buyer',
    refId: id,
    lines: [
      { account: platformAccount('loss'), debitFen: amountFen },
      { account: { type: 'wallet_available', ownerKind: 'buyer', ownerId: id }, creditFen: amountFen },
    ],
  };
};
const post = (posting: Posting) => database.db.tx((tx) => ledger.post(tx, posting));
const head = async () => (await chain.standing()).chain.position;

/** As somebody does who owns the database: no trigger stands in the way. */
async function behindTheTriggers(statement: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(statement, values);
  } finally {
    await client.end();
  }
}

describe('sealing', () => {
  test('every posting is sealed once, however often and by however many', async () => {
    const before = await head();
    await Promise.all(Array.from({ length: 12 }, () => post(goodwill())));
    const sealed = await Promise.all([chain.seal(), chain.seal(), chain.seal()]);
    expect(sealed.reduce((sum, one) => sum + one, 0)).toBe(12);
    expect((await head()) - before).toBe(12);
    expect(await chain.verify('whole', 'test')).toMatchObject({
      fault: null,
      brokenPosition: null,
      positions: await head(),
    });
  });

  test('a posting that commits late is sealed later, and one that is rolled back never', async () => {
    const commit = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const before = await head();
    const late = database.db.tx(async (tx) => {
      await ledger.post(tx, goodwill());
      begun.resolve();
      await commit.promise;
    });
    await begun.promise;
    const undone = database.db.tx(async (tx) => {
      await ledger.post(tx, goodwill());
      throw new Error('the buyer changed their mind');
    });
    await expect(undone).rejects.toThrow();
    await post(goodwill());
    expect(await chain.seal()).toBe(1);
    expect(await chain.seal()).toBe(0);
    commit.resolve();
    await late;
    expect(await chain.seal()).toBe(1);
    expect((await head()) - before).toBe(2);
    expect((await chain.verify('whole', 'test')).fault).toBeNull();
  });

  test('many of one transaction are sealed some at a time, each once, and each counts once on its day', async () => {
    const label = '一次很多';
    await database.db.tx((tx) =>
      ledger.postMany(
        tx,
        Array.from({ length: 5 }, () => goodwill(10, label)),
      ),
    );
    const sealed: number[] = [];
    for (let go = 0; go < 4; go += 1) {
      const { rows } = await sql<{ n: number }>`select ledger_seal(2, now()) as n`.execute(database.db.q);
      sealed.push(rows[0]?.n ?? -1);
    }
    expect(sealed).toEqual([2, 2, 1, 0]);
    const { rows } = await sql`select entries, debit from ledger_days where label = ${label} and type = 'loss'`.execute(
      database.db.q,
    );
    expect(rows).toEqual([{ entries: 5, debit: 50 }]);
    expect((await chain.verify('whole', 'test')).fault).toBeNull();
  });

  test('after a restore into a cluster that counts transactions anew, nothing is left out', async () => {
    await post(goodwill());
    await chain.seal();
    // As a dump of a busy cluster reads in a fresh one: the numbers that were kept lie far ahead of its own.
    await behindTheTriggers(`update ledger_chain set cluster = 'another', low_xact = 9000000000000`);
    await post(goodwill());
    expect(await chain.seal()).toBe(1);
    expect((await chain.verify('whole', 'test')).fault).toBeNull();
  });

  test('daily sums are those of the entries, by the day in Shanghai', async () => {
    // 15:59 UTC is one minute before midnight in Shanghai.
    clock.set(new Date('2026-05-01T15:59:00Z'));
    await post(goodwill(700, '每日汇总'));
    clock.forward({ minutes: 1 });
    await post(goodwill(11, '每日汇总'));
    await post(goodwill(22, '每日汇总'));
    await chain.seal();
    const { rows } = await sql`
      select day::text, type, debit, credit, entries from ledger_days where label = '每日汇总' order by day, type`.execute(
      database.db.q,
    );
    expect(rows).toEqual([
      { day: '2026-05-01', type: 'loss', debit: 700, credit: 0, entries: 1 },
      { day: '2026-05-01', type: 'wallet_available', debit: 0, credit: 700, entries: 1 },
      { day: '2026-05-02', type: 'loss', debit: 33, credit: 0, entries: 2 },
      { day: '2026-05-02', type: 'wallet_available', debit: 0, credit: 33, entries: 2 },
    ]);
  });
});

describe('tampering', () => {
  /** Three postings in the chain; the middle one is what somebody touches. */
  async function three(): Promise<{ position: number; postingId: string }> {
    const before = await head();
    for (let turn = 0; turn < 3; turn += 1) {
      await post(goodwill(500 + turn));
      await chain.seal();
    }
    const { rows } = await sql<{
      id: string;
    }>`select posting_id as id from ledger_seals where position = ${before + 2}`.execute(database.db.q);
    return { position: before + 2, postingId: rows[0]?.id ?? '' };
  }
  const restore = async () => {
    await database.close();
    database = await testDatabase();
    chain = createLedgerChain({ db: database.db, clock, log: createLog({ level: 'silent' }) });
  };

  test.each([
    ['an amount on both sides', 'update ledger_entries set amount = amount * 2 where posting_id = $1', 'changed'],
    ['an entry taken out', 'delete from ledger_entries where posting_id = $1 and amount > 0', 'changed'],
    ['all entries taken out', 'delete from ledger_entries where posting_id = $1', 'changed'],
    ['a posting taken out', 'delete from ledger_postings where id = $1', '被删除'],
    ['a label', `update ledger_postings set label = label || '!' where id = $1`, 'changed'],
    [
      'the time of an entry',
      `update ledger_entries set at = at - interval '1 microsecond' where posting_id = $1`,
      'changed',
    ],
    [
      'whose account it is',
      `update ledger_accounts set owner_id = gen_random_uuid() where id = (select account_id from ledger_entries where posting_id = $1 and amount < 0)`,
      'changed',
    ],
    ['a seal taken out', 'delete from ledger_seals where posting_id = $1', '封印被删除'],
    ['a hash', `update ledger_seals set hash = sha256('x') where posting_id = $1`, 'changed'],
  ])('is found at its position: %s', async (_, statement, why) => {
    const { position, postingId } = await three();
    await behindTheTriggers(statement, [postingId]);
    const found = await chain.verify('whole', 'test');
    expect(found).toMatchObject({ brokenPosition: position });
    expect(found.fault).toContain(`第 ${position} 位`);
    expect(found.fault).toContain(why === 'changed' ? '被改动过' : why);
    expect((await chain.standing()).checks[0]).toMatchObject({ brokenPosition: position, fault: found.fault });
    await restore();
  });

  test('the newest seal taken out is missed, by a look at the new as well', async () => {
    await three();
    const newest = await head();
    await behindTheTriggers('delete from ledger_seals where position = $1', [newest]);
    expect(await chain.verify('new', 'test')).toMatchObject({ brokenPosition: newest });
    expect(await chain.verify('whole', 'test')).toMatchObject({ brokenPosition: newest });
    await restore();
  });

  test('a seal added behind the head is found, and one whose look ended there finds it gone', async () => {
    await three();
    expect((await chain.verify('new', 'test')).fault).toBeNull();
    const newest = await head();
    await behindTheTriggers(`insert into ledger_seals values ($1, gen_random_uuid(), sha256('x'))`, [newest + 1]);
    expect(await chain.verify('new', 'test')).toMatchObject({ brokenPosition: newest + 1 });
    await behindTheTriggers(`delete from ledger_seals where position >= $1`, [newest]);
    expect(await chain.verify('new', 'test')).toMatchObject({ brokenPosition: newest });
    await restore();
  });

  test('a posting slipped past the sealing and a balance changed by hand are found by the look at everything', async () => {
    await three();
    await behindTheTriggers(
      `insert into ledger_postings (id, key, label, ref_kind, ref_id, at, xact) values (gen_random_uuid(), 'slipped', 'x', 'x', gen_random_uuid(), now(), 1)`,
    );
    await behindTheTriggers(
      `update ledger_accounts set balance = balance - 7 where id = (select id from ledger_accounts where type = 'wallet_available' limit 1)`,
    );
    expect(await chain.seal()).toBe(0);
    const { fault } = await chain.verify('whole', 'test');
    expect(fault).toBe('1 个账户的余额与分录之和不符，1 个单位的总额不为零，1 笔记账绕过了封印');
    await restore();
  });

  test('a look at the new reads only what came since', async () => {
    await three();
    await chain.verify('new', 'test');
    await three();
    expect(await chain.verify('new', 'test')).toMatchObject({ fault: null, positions: 3 });
  });
});

describe('what a seal is made of', () => {
  const golden: SealedPosting = {
    id: '01a22dd5-0085-7338-ad35-2822e899e8bd',
    key: 'payment:1',
    label: '收到货款',
    refKind: 'payment',
    refId: '01a22dd5-0085-7338-ad35-2822e899e8be',
    at: '2026-03-01T02:03:04.000567Z',
    entries: [
      {
        type: 'provider_clearing',
        ownerKind: 'platform',
        ownerId: '00000000-0000-7000-8000-000000000001',
        unit: 'CNY',
        amount: 990,
        at: '2026-03-01T02:03:04.000567Z',
      },
      {
        type: 'order_deferred',
        ownerKind: 'order',
        ownerId: '01a22dd5-0085-7338-ad35-2822e899e8bf',
        unit: 'CNY',
        amount: -990,
        at: '2026-03-01T02:03:04.000567Z',
      },
    ],
  };

  test('golden: the words and the hash of one posting never change', () => {
    expect(wordsOf(golden)).toBe(
      '36:01a22dd5-0085-7338-ad35-2822e899e8bd,9:payment:1,12:收到货款,7:payment,36:01a22dd5-0085-7338-ad35-2822e899e8be,' +
        '27:2026-03-01T02:03:04.000567Z,14:order_deferred,5:order,36:01a22dd5-0085-7338-ad35-2822e899e8bf,3:CNY,4:-990,27:2026-03-01T02:03:04.000567Z,' +
        '17:provider_clearing,8:platform,36:00000000-0000-7000-8000-000000000001,3:CNY,3:990,27:2026-03-01T02:03:04.000567Z,',
    );
    expect(sealOf(GENESIS, wordsOf(golden)).toString('hex')).toBe(
      'd122fd5a61c511b29bf57ebe1d48b4545c9430e19c57164ec4113655b7a679aa',
    );
  });

  test('no two postings say the same, wherever their words are cut', () => {
    const word = fc.string({ maxLength: 6 });
    fc.assert(
      fc.property(word, word, word, word, (key, label, otherKey, otherLabel) => {
        const [one, two] = [
          { ...golden, key, label },
          { ...golden, key: otherKey, label: otherLabel },
        ];
        expect(wordsOf(one) === wordsOf(two)).toBe(key === otherKey && label === otherLabel);
      }),
    );
  });

  test('the database seals with the very same words as its twin', async () => {
    await post(goodwill(1, '中文，12:逗号,与\n换行 😀'));
    clock.forward({ seconds: 7 });
    await database.db.tx((tx) => ledger.postMany(tx, [goodwill(5), goodwill(77)]));
    await chain.seal();
    const { rows } = await sql<SealedPosting & { hash: Buffer }>`
      select p.id, p.key, p.label, p.ref_kind as "refKind", p.ref_id as "refId", s.hash,
        to_char(p.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
        (select jsonb_agg(jsonb_build_object('type', a.type, 'ownerKind', a.owner_kind, 'ownerId', a.owner_id, 'unit', e.unit,
          'amount', e.amount, 'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
         from ledger_entries e join ledger_accounts a on a.id = e.account_id where e.posting_id = p.id) as entries
      from ledger_seals s join ledger_postings p on p.id = s.posting_id order by s.position`.execute(database.db.q);
    expect(rows.length).toBeGreaterThan(2);
    let hash: Buffer = GENESIS;
    for (const row of rows) {
      hash = sealOf(hash, wordsOf(row));
      expect(row.hash.equals(hash)).toBe(true);
    }
  });
});
