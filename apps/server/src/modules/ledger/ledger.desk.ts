// The books as staff see them: accounts, statements, figures by day, and what the chain says.
import {
  OVERVIEW_DAYS_MAX,
  type getLedgerAccount,
  type getLedgerChain,
  type getLedgerPosting,
  type getMoneyOverview,
  type Id,
  type In,
  type LedgerAccount,
  type listLedgerAccounts,
  type listLedgerEntries,
  type listLedgerTypes,
  type Out,
  type exportLedgerAccounts,
  type exportLedgerEntries,
} from '@jishi/contract';
import type { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { dayLater, shanghaiSpan } from '../../platform/days.ts';
import type { Db, Reader } from '../../platform/db.ts';
import { byKey, exported, type SheetColumn } from '../../platform/export.ts';
import { fail } from '../../platform/fail.ts';
import type { FileAnswer, StaffSession } from '../../platform/http.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import type { LedgerChain } from './ledger.chain.ts';
import * as rules from './ledger.desk.rules.ts';
import * as store from './ledger.desk.store.ts';
import { ACCOUNTS, type AccountType } from './ledger.rules.ts';

/** Who accounts belong to, as rooms that stand higher know it. */
export type Owners = {
  /** Ids that a phone number, an order number or an id names; a bounded number of them. */
  find(reader: Reader, q: string): Promise<string[]>;
  /** What people call these owners, by id; who is not known is absent. */
  names(reader: Reader, owners: readonly { kind: string; id: string }[]): Promise<Map<string, string>>;
  byPhone(reader: Reader, phone: string): Promise<{ id: Id<'buyer'>; name: string } | null>;
};

export type LedgerDesk = {
  types(): Promise<Out<typeof listLedgerTypes>>;
  accounts(input: In<typeof listLedgerAccounts>): Promise<Out<typeof listLedgerAccounts>>;
  account(accountId: string): Promise<Out<typeof getLedgerAccount>>;
  statement(input: In<typeof listLedgerEntries>): Promise<Out<typeof listLedgerEntries>>;
  posting(postingId: string): Promise<Out<typeof getLedgerPosting>>;
  overview(input: In<typeof getMoneyOverview>): Promise<Out<typeof getMoneyOverview>>;
  chain(): Promise<Out<typeof getLedgerChain>>;
  /** Asks for a look at everything, in the background. */
  askVerify(who: StaffSession, asking?: Asking): Promise<void>;
  exportAccounts(who: StaffSession, input: In<typeof exportLedgerAccounts>, asking?: Asking): Promise<FileAnswer>;
  exportStatement(who: StaffSession, input: In<typeof exportLedgerEntries>, asking?: Asking): Promise<FileAnswer>;
};

export type DeskDeps = {
  db: Db;
  clock: Clock;
  staff: Pick<Staff, 'audit'>;
  chain: Pick<LedgerChain, 'standing' | 'ask'>;
  owners: Owners;
};

const REASONS_MAX = 30;

type AccountView = z.input<typeof LedgerAccount>;

export function createLedgerDesk(deps: DeskDeps): LedgerDesk {
  const { db, chain } = deps;
  return {
    types: async () => ({
      items: (Object.keys(ACCOUNTS) as AccountType[]).map((type) => {
        const { name, unit, side, mayOverdraw } = ACCOUNTS[type];
        return { type, name, unit, side, mayOverdraw, mayAdjust: rules.mayAdjust(type) };
      }),
    }),
    accounts: async ({ page, size, ...input }) => {
      const filter = await filterOf(deps, input);
      const [rows, total] = await Promise.all([
        store.accounts(db, filter, { offset: (page - 1) * size, limit: size }),
        store.countAccounts(db, filter),
      ]);
      return { items: await views(deps, rows), total };
    },
    account: async (accountId) => {
      const row = (await store.account(db, accountId)) ?? fail('ledger.account_not_found');
      return one(await views(deps, [row]));
    },
    statement: (input) => statement(deps, input),
    posting: async (postingId) => {
      const posting = (await store.posting(db, postingId)) ?? fail('ledger.posting_not_found');
      const rows = await store.entriesOfPosting(db, postingId);
      const accounts = await views(deps, rows);
      const entries = accounts.map((account, index) => ({ account, ...sidesOf(rows[index]?.amount ?? 0) }));
      return { ...posting, id: posting.id as Id<'posting'>, entries };
    },
    overview: (input) => overview(deps, input),
    chain: async () => {
      const { chain: head, checks } = await chain.standing();
      const { position, sealedAt, verifiedPosition, verifiedAt, askedAt } = head;
      return {
        position,
        hash: head.hash.toString('hex'),
        sealedAt,
        verifiedPosition,
        verifiedAt,
        isAsked: askedAt !== null,
        checks,
      };
    },
    askVerify: (who, asking) =>
      db.tx(async (tx) => {
        const subject = { subjectKind: 'ledger', subjectId: 'chain', name: '封印链' };
        await deps.staff.audit(tx, who, { action: 'ledger.verify', ...subject }, asking);
        await chain.ask(tx, who.name);
      }),
    exportAccounts: async (who, input, asking) => {
      const filter = await filterOf(deps, input);
      await told(deps, who, { name: '账户', input }, asking);
      const rows = byKey<AccountView>(async (last, max) =>
        views(deps, await store.accountsAfter(db, filter, last?.id, max)),
      );
      return exported('账户', ACCOUNT_COLUMNS, rows);
    },
    exportStatement: (who, input, asking) => exportStatement(deps, who, input, asking),
  };
}

async function filterOf(
  { db, owners }: DeskDeps,
  { q, type, ownerKind, nonZeroOnly }: Omit<In<typeof listLedgerAccounts>, 'page' | 'size'>,
): Promise<store.AccountFilter> {
  return { type, ownerKind, nonZeroOnly, ...(q === undefined ? {} : { ids: await owners.find(db, q) }) };
}

async function views({ db, owners }: DeskDeps, rows: readonly store.AccountRow[]): Promise<AccountView[]> {
  const names = await owners.names(
    db,
    rows.map((row) => ({ kind: row.ownerKind, id: row.ownerId })),
  );
  return rows.map(({ id, type, unit, side, ownerKind, ownerId, balance, createdAt }) => ({
    id: id as Id<'account'>,
    type,
    typeName: rules.nameOfType(type),
    unit,
    side,
    ownerKind,
    ownerId,
    ownerName: names.get(ownerId) ?? ownerId,
    balance: rules.ownSide(side, balance),
    createdAt,
  }));
}

function one<T>(items: readonly T[]): T {
  return items[0] ?? fail('ledger.account_not_found');
}

const sidesOf = (amount: number) => ({ debit: Math.max(amount, 0), credit: Math.max(0 - amount, 0) });

/** What the account held before and after a span, told from what it holds now and what came later. */
async function edges(deps: DeskDeps, accountId: string, span: store.Span) {
  // One snapshot: a posting between the two questions would part them.
  return deps.db.tx(
    async (tx) => {
      const account = (await store.account(tx, accountId)) ?? fail('ledger.account_not_found');
      const sums = await store.sumsOf(tx, accountId, span);
      const closing = account.balance - sums.later;
      return { account, sums, closing, opening: closing - sums.debit + sums.credit };
    },
    { isolation: 'serializable', isPlumbing: true },
  );
}

async function statement(
  deps: DeskDeps,
  { accountId, from, to, page, size }: In<typeof listLedgerEntries>,
): Promise<Out<typeof listLedgerEntries>> {
  const span = shanghaiSpan(from, to);
  const { account, sums, closing, opening } = await edges(deps, accountId, span);
  const { rows, newer } = await store.statement(deps.db, accountId, span, { offset: (page - 1) * size, limit: size });
  let balance = closing - newer;
  const items = rows.map((row) => {
    const view = entryView(account.side, row, balance);
    balance -= row.amount;
    return view;
  });
  const ends = { opening: rules.ownSide(account.side, opening), closing: rules.ownSide(account.side, closing) };
  return { items, total: sums.count, ...ends, debit: sums.debit, credit: sums.credit };
}

function entryView(side: 'debit' | 'credit', row: store.StatementRow, balance: number) {
  const { id, at, label, refKind, refId, amount } = row;
  const against = row.against.map(rules.nameOfType);
  return {
    id: id as Id<'posting'>,
    at,
    label,
    against,
    refKind,
    refId,
    ...sidesOf(amount),
    balance: rules.ownSide(side, balance),
  };
}

async function overview(
  deps: DeskDeps,
  { from, to }: In<typeof getMoneyOverview>,
): Promise<Out<typeof getMoneyOverview>> {
  const length = rules.daysOf(from, to, OVERVIEW_DAYS_MAX) ?? fail('ledger.span_too_long', { days: OVERVIEW_DAYS_MAX });
  const [sums, totals] = await Promise.all([store.days(deps.db, dayLater(from, -length), to), store.totals(deps.db)]);
  const now = sums.filter((sum) => sum.day >= from);
  const byDay = Map.groupBy(now, (sum) => sum.day);
  const held = new Map(totals.map(({ type, balance }) => [type, balance]));
  const accounts = (Object.keys(ACCOUNTS) as AccountType[]).map((type) => {
    const { name, unit, side } = ACCOUNTS[type];
    const own = now.filter((sum) => sum.type === type);
    const total = (key: 'debit' | 'credit') => own.reduce((sum, day) => sum + day[key], 0);
    const balance = rules.ownSide(side, held.get(type) ?? 0);
    return { type, name, unit, kind: rules.kindOf(type), balance, debit: total('debit'), credit: total('credit') };
  });
  return {
    at: deps.clock.now(),
    period: rules.figuresOf(now),
    periodBefore: rules.figuresOf(sums.filter((sum) => sum.day < from)),
    days: Array.from({ length }, (_, index) => {
      const day = dayLater(from, index);
      const { receivedFen, refundedFen, incomeFen } = rules.figuresOf(byDay.get(day) ?? []);
      return { day, receivedFen, refundedFen, incomeFen };
    }),
    accounts: accounts.filter((one) => one.balance !== 0 || one.debit !== 0 || one.credit !== 0),
    reasons: reasonsOf(now),
  };
}

/** What happened, by what it is called: the debits of all accounts, and how often. */
function reasonsOf(sums: readonly rules.DaySum[]): Out<typeof getMoneyOverview>['reasons'] {
  const inMoney = sums.filter(({ type, debit }) => debit > 0 && ACCOUNTS[type as AccountType]?.unit === 'CNY');
  const reasons = [...Map.groupBy(inMoney, (sum) => sum.label)].map(([label, own]) => {
    const byType = [...Map.groupBy(own, (sum) => sum.type).values()];
    // A posting names an account of a kind once, so the kind that is named most often tells how many there were.
    const counts = byType.map((some) => some.reduce((sum, { entries }) => sum + entries, 0));
    return { label, count: Math.max(...counts), amountFen: own.reduce((sum, { debit }) => sum + debit, 0) };
  });
  return reasons.toSorted((a, b) => b.amountFen - a.amountFen).slice(0, REASONS_MAX);
}

/** Who has taken a file of the books away, and of what. */
async function told(
  { db, staff }: DeskDeps,
  who: StaffSession,
  what: { name: string; input: unknown },
  asking?: Asking,
) {
  const note = {
    action: 'ledger.export',
    subjectKind: 'ledger',
    subjectId: 'export',
    name: what.name,
    after: what.input,
  };
  await db.tx((tx) => staff.audit(tx, who, note, asking));
}

type EntryView = ReturnType<typeof entryView>;

async function exportStatement(
  deps: DeskDeps,
  who: StaffSession,
  input: In<typeof exportLedgerEntries>,
  asking?: Asking,
): Promise<FileAnswer> {
  const { accountId, from, to } = input;
  const span = shanghaiSpan(from, to);
  const { account, opening } = await edges(deps, accountId, span);
  const [view] = await views(deps, [account]);
  const name = `流水 ${view?.typeName ?? ''} ${view?.ownerName ?? ''}`.trim();
  await told(deps, who, { name, input }, asking);
  let balance = opening;
  const rows = byKey<EntryView>(async (last, max) => {
    const some = await store.statementAfter(deps.db, accountId, span, last, max);
    return some.map((row) => entryView(account.side, row, (balance += row.amount)));
  });
  return exported(name, entryColumns(account.unit), rows);
}

const ACCOUNT_COLUMNS: SheetColumn<AccountView>[] = [
  { label: '科目', width: 20, text: (one) => one.typeName },
  { label: '所有者', width: 24, text: (one) => one.ownerName },
  { label: '金额余额（元）', fen: (one) => (one.unit === 'CNY' ? one.balance : null) },
  { label: '积分余额', whole: (one) => (one.unit === 'PTS' ? one.balance : null) },
  { label: '方向', width: 8, text: (one) => (one.side === 'debit' ? '借' : '贷') },
  { label: '开户时间', width: 20, at: (one) => new Date(one.createdAt) },
  { label: '账户编号', width: 38, text: (one) => one.id },
];

function entryColumns(unit: 'CNY' | 'PTS'): SheetColumn<EntryView>[] {
  const amount = (label: string, key: 'debit' | 'credit' | 'balance', isEmptyAtZero = true): SheetColumn<EntryView> => {
    const value = (one: EntryView) => (isEmptyAtZero && one[key] === 0 ? null : one[key]);
    return unit === 'CNY' ? { label: `${label}（元）`, fen: value } : { label: `${label}（积分）`, whole: value };
  };
  return [
    { label: '时间', width: 20, at: (one) => one.at },
    { label: '摘要', width: 24, text: (one) => one.label },
    { label: '对方科目', width: 28, text: (one) => one.against.join('、') },
    amount('借', 'debit'),
    amount('贷', 'credit'),
    amount('余额', 'balance', false),
    { label: '关联单据', width: 38, text: (one) => one.refId },
    { label: '凭证编号', width: 38, text: (one) => one.id },
  ];
}
