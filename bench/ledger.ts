// Postings: random accounts, and all on one hot account, against pgbench writing the same rows statement by statement.
import { randomUUID } from 'node:crypto';
import {
  createLedger,
  platformAccount,
  type AccountRef,
  type Posting,
} from '../apps/server/src/modules/ledger/ledger.ts';
import { systemClock } from '../apps/server/src/platform/clock.ts';
import { openDb, type Db } from '../apps/server/src/platform/db.ts';
import { idOf } from './fill.ts';
import { busy } from './load.ts';
import type { Ctx, Part, Row } from './part.ts';
import { pgbench } from './pgbench.ts';

const CONNECTIONS = 16;
const WALLETS = 10_000;
/** What issue 4 asks for, whichever is more on the machine. */
const AIM = { perSecond: 5000, ofLimit: 0.6, hotOfRandom: 0.5 };

const clearing = platformAccount('provider_clearing');
const walletOf = (number: number): AccountRef => ({
  type: 'wallet_available',
  ownerKind: 'buyer',
  ownerId: idOf('buyer', number),
});
const anyWallet = () => walletOf(1 + Math.floor(Math.random() * WALLETS));

function posting(debit: AccountRef, credit: AccountRef, amountFen = 1): Posting {
  const id = randomUUID();
  const lines = [
    { account: debit, debitFen: amountFen },
    { account: credit, creditFen: amountFen },
  ];
  return { key: `bench:${id}`, label: '压测', refKind: 'bench', refId: id, lines };
}

/** The same rows and the same indexes as ours, without a law: two entries of one posting and their balances. */
const BARE_TABLES = `
drop schema if exists bare_ledger cascade;
create schema bare_ledger;
create table bare_ledger.accounts (id int primary key, balance bigint not null) with (fillfactor = 70);
insert into bare_ledger.accounts select i, 0 from generate_series(0, ${WALLETS}) i;
create table bare_ledger.postings (id uuid primary key, key text not null unique, label text not null, ref_kind text not null, ref_id uuid not null, at timestamptz not null);
create index on bare_ledger.postings (ref_id, at);
create table bare_ledger.entries (posting_id uuid not null, account_id int not null, unit text not null, amount bigint not null, at timestamptz not null, primary key (posting_id, account_id));
create index on bare_ledger.entries (account_id, at, posting_id);
`;
const bare = (debit: string) => `
\\set a ${debit}
\\set b random(1, ${WALLETS / 2})
\\set n random(1, 1000000000000)
begin;
select gen_random_uuid() as id, gen_random_uuid() as ref \\gset
insert into bare_ledger.postings values (:id, 'bench:' || (:n)::text || ':' || (:id)::text, '压测', 'bench', :ref, now());
insert into bare_ledger.entries values (:id, :a, 'CNY', 1, now());
insert into bare_ledger.entries values (:id, :b, 'CNY', -1, now());
update bare_ledger.accounts set balance = balance - 1 where id = :b;
update bare_ledger.accounts set balance = balance + 1 where id = :a;
commit;
`;

export const ledger: Part = {
  name: 'ledger',
  run: async (ctx) => {
    const books = createLedger({ clock: systemClock });
    const db = openDb({ url: ctx.databaseUrl(ctx.database), max: CONNECTIONS });
    try {
      await ctx.pool.query(BARE_TABLES);
      await fillWallets(db, books);
      return await measure(ctx, db, books);
    } finally {
      await db.close();
    }
  },
};

/** Every wallet holds more than the bench can spend, and every account is there. */
async function fillWallets(db: Db, books: ReturnType<typeof createLedger>): Promise<void> {
  for (let from = 1; from <= WALLETS; from += 1000) {
    const some = Array.from({ length: 1000 }, (_, index) =>
      posting(platformAccount('loss'), walletOf(from + index), 1_000_000),
    );
    await db.tx((tx) => books.postMany(tx, some));
  }
}

async function measure(ctx: Ctx, db: Db, books: ReturnType<typeof createLedger>): Promise<Row[]> {
  const { seconds } = ctx.sizes;
  const single = (make: () => Posting) => () =>
    busy(CONNECTIONS, seconds, () => db.tx((tx) => books.post(tx, make())).then(() => 1));
  const PER_GO = 50;
  const many = () =>
    busy(CONNECTIONS, seconds, () =>
      db
        .tx((tx) =>
          books.postMany(
            tx,
            Array.from({ length: PER_GO }, () => posting(anyWallet(), clearing)),
          ),
        )
        .then(() => PER_GO),
    );
  const one = walletOf(1);
  const found = await ctx.inTurn({
    limit: () => pgbench(ctx, 'ledger', bare(`random(${WALLETS / 2 + 1}, ${WALLETS})`), CONNECTIONS),
    random: single(() => posting(anyWallet(), anyWallet())),
    hotLimit: () => pgbench(ctx, 'ledger-hot', bare('0'), CONNECTIONS),
    hot: single(() => posting(clearing, anyWallet())),
    opening: single(() => posting(clearing, { type: 'order_deferred', ownerKind: 'order', ownerId: randomUUID() })),
    exact: single(() => posting(platformAccount('loss'), one)),
    many,
  });
  const ratio = found.random.perSecond / found.limit.perSecond;
  const limit = { name: 'pgbench 逐条写同样的行，没有约束', load: found.limit };
  const random = { name: '随机账户', load: found.random };
  const aim = Math.max(AIM.perSecond, AIM.ofLimit * found.limit.perSecond);
  const hotRatio = found.hot.perSecond / found.random.perSecond;
  return [
    { what: '记账，随机账户，16 个连接', ours: found.random, limit, aim: `≥ ${Math.round(aim)}`, isMet: found.random.perSecond >= aim, note: `比率目标 0.6，得 ${ratio.toFixed(2)}` },
    { what: '记账，都在同一个热账户', ours: found.hot, limit: random, aim: '≥ 0.5', isMet: hotRatio >= AIM.hotOfRandom, note: '一边是“微信支付待结算”，按连接分条' },
    { what: '同上', ours: found.hot, limit: { name: 'pgbench，都改同一行', load: found.hotLimit } },
    { what: '收到货款：每单一个新账户', ours: found.opening, limit, note: '同一条语句里开户' },
    { what: '都在同一个不可透支的账户', ours: found.exact, limit: { name: 'pgbench，都改同一行', load: found.hotLimit }, note: '锁住余额，逐个通过' },
    { what: `一次 ${PER_GO} 笔（postMany）`, ours: found.many, limit, note: '都在热账户，延迟是一次的' },
  ]; // prettier-ignore
}
