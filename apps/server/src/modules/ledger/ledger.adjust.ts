// Adjustments: one person asks for a posting by hand, another one approves it, and only then it is in the books.
//
//   proposed ──approve (somebody else)──> approved: posted, once
//      ├──reject (somebody else)──> rejected
//      ├──withdraw (the same)──> withdrawn
//      └──nobody, for seven days──> expired
import {
  ADJUSTMENT_DAYS,
  yuanDigits,
  type approveLedgerAdjustment,
  type findAdjustmentBuyer,
  type Id,
  type In,
  type LedgerAdjustment,
  type listLedgerAdjustments,
  type Out,
  type proposeLedgerAdjustment,
  type rejectLedgerAdjustment,
} from '@jishi/contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { DAY_MS, dayStart } from '../../platform/days.ts';
import { violates, type Db, type Once, type Reader, type Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { lock } from '../../platform/lock.ts';
import type { SettingKey, Settings } from '../settings/settings.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import * as store from './ledger.adjust.store.ts';
import { mayAdjust, nameOfType, typeOf } from './ledger.desk.rules.ts';
import type { Owners } from './ledger.desk.ts';
import { ACCOUNTS, nameOf, PLATFORM, settled, signedLines, type AccountRef, type PostingLine } from './ledger.rules.ts';
import type { Ledger } from './ledger.ts';
import { balanceOf } from './ledger.store.ts';

type View = z.input<typeof LedgerAdjustment>;

export type LedgerAdjust = {
  list(who: StaffSession, input: In<typeof listLedgerAdjustments>): Promise<Out<typeof listLedgerAdjustments>>;
  buyer(phone: string): Promise<Out<typeof findAdjustmentBuyer>>;
  propose(who: StaffSession, input: In<typeof proposeLedgerAdjustment>, asking?: Asking, once?: Once): Promise<View>;
  approve(who: StaffSession, input: In<typeof approveLedgerAdjustment>, asking?: Asking, once?: Once): Promise<View>;
  reject(who: StaffSession, input: In<typeof rejectLedgerAdjustment>, asking?: Asking, once?: Once): Promise<View>;
  withdraw(who: StaffSession, adjustmentId: string, asking?: Asking, once?: Once): Promise<View>;
  /** Schedule: what nobody decided in time is over. */
  expire(): Promise<void>;
};

export type AdjustDeps = {
  db: Db;
  clock: Clock;
  ledger: Pick<Ledger, 'post'>;
  staff: Pick<Staff, 'audit'>;
  settings: Pick<Settings, 'define' | 'read'>;
  owners: Owners;
};
type Room = AdjustDeps & { keys: { perOne: SettingKey<number>; perDay: SettingKey<number> } };

export function createLedgerAdjust(deps: AdjustDeps): LedgerAdjust {
  const { db, clock, owners } = deps;
  const room: Room = { ...deps, keys: defineKeys(deps.settings) };
  return {
    list: async (who, { state, page, size }) => {
      const { rows, total } = await store.page(db, { state, offset: (page - 1) * size, limit: size });
      return { items: rows.map((row) => view(who, row)), total };
    },
    buyer: async (phone) => {
      const found = (await owners.byPhone(db, phone)) ?? fail('ledger.buyer_not_found', {}, 'phone');
      const of = (type: 'wallet_available' | 'debt') => balanceOf(db, { type, ownerKind: 'buyer', ownerId: found.id });
      return {
        buyerId: found.id,
        name: found.name,
        walletFen: 0 - (await of('wallet_available')),
        debtFen: await of('debt'),
      };
    },
    propose: (who, input, asking, once) => propose(room, { who, asking, once }, input),
    approve: (who, input, asking, once) => approve(room, { who, asking, once }, input),
    reject: (who, { adjustmentId, note }, asking, once) =>
      decide(room, { who, asking, once }, adjustmentId, async (tx, row) => {
        if (row.proposedBy === who.staffId) fail('adjustment.own');
        await record(room, tx, { who, asking }, 'ledger.reject', row, { note });
        return { state: 'rejected', note, postingId: null };
      }),
    withdraw: (who, adjustmentId, asking, once) =>
      decide(room, { who, asking, once }, adjustmentId, async (tx, row) => {
        if (row.proposedBy !== who.staffId) fail('adjustment.not_own');
        await record(room, tx, { who, asking }, 'ledger.withdraw', row);
        return { state: 'withdrawn', note: null, postingId: null };
      }),
    expire: async () => void (await store.expire(db, clock.now())),
  };
}

function defineKeys(settings: AdjustDeps['settings']): Room['keys'] {
  const amount = { group: '账务', kind: 'fen', schema: z.int(), min: 0, max: 100_000_000 } as const;
  return {
    perOne: settings.define({
      ...amount,
      key: 'ledger.adjustOneFen',
      label: '单笔记账调整上限',
      hint: '超过时不能申请，也不能复核通过；0 表示不允许人工调整',
      default: 100_000,
    }),
    perDay: settings.define({
      ...amount,
      key: 'ledger.adjustDayFen',
      label: '每日记账调整上限',
      hint: '一天（北京时间）内复核入账的合计',
      default: 500_000,
    }),
  };
}

type Command = { who: StaffSession; asking: Asking | undefined; once?: Once | undefined };

async function propose(
  room: Room,
  { who, asking, once }: Command,
  input: In<typeof proposeLedgerAdjustment>,
): Promise<View> {
  const { db, clock } = room;
  return db.tx(
    async (tx) => {
      const lines = await linesOf(room, tx, input.lines);
      const amountFen = balanced(lines);
      await withinOne(room, tx, amountFen);
      await refuseShort(tx, lines);
      const now = clock.now();
      const row = {
        id: newId<'adjustment'>(),
        reason: input.reason,
        lines,
        amountFen,
        proposedBy: who.staffId,
        proposerName: who.name,
        proposedAt: now,
        expiresAt: new Date(now.getTime() + ADJUSTMENT_DAYS * DAY_MS),
      };
      await store.add(tx, row);
      await record(room, tx, { who, asking }, 'ledger.propose', row, { lines });
      return view(who, { ...row, state: 'proposed', deciderName: null, decidedAt: null, note: null, postingId: null });
    },
    { once },
  );
}

/** Accounts of the shop by their kind alone, those of a person by the person. */
async function linesOf(room: Room, tx: Tx, asked: In<typeof proposeLedgerAdjustment>['lines']): Promise<store.Line[]> {
  const buyerIds = asked.flatMap((line) => (line.buyerId === null ? [] : [line.buyerId]));
  const names = await room.owners.names(
    tx,
    buyerIds.map((id) => ({ kind: 'buyer', id })),
  );
  return asked.map(({ type: name, buyerId, side, amountFen }, index) => {
    const refuse: (why: string) => never = (why) =>
      fail('adjustment.account', { account: nameOfType(name), why }, `lines.${index}.type`);
    const type = typeOf(name) ?? refuse('不是会计科目');
    if (!mayAdjust(type)) refuse('与业务单据一一对应，请在对应的单据上处理');
    if (amountFen === 0) refuse('的金额须大于 0');
    const isOurs = ACCOUNTS[type].mayOverdraw;
    if (isOurs && buyerId !== null) refuse('是本店的科目，不属于用户');
    if (isOurs) return { type, ownerKind: 'platform', ownerId: PLATFORM, ownerName: '本店', side, amountFen };
    if (buyerId === null) refuse('属于用户，请先按手机号选择用户');
    const ownerName = names.get(buyerId) ?? fail('ledger.buyer_not_found', {}, `lines.${index}.buyerId`);
    return { type, ownerKind: 'buyer', ownerId: buyerId, ownerName, side, amountFen };
  });
}

function balanced(lines: readonly store.Line[]): number {
  const total = (side: 'debit' | 'credit') =>
    lines.reduce((sum, line) => sum + (line.side === side ? line.amountFen : 0), 0);
  const [debit, credit] = [total('debit'), total('credit')];
  if (debit !== credit) fail('adjustment.unbalanced', { diff: yuanDigits(debit - credit) }, 'lines');
  return debit;
}

async function withinOne({ settings, keys }: Room, tx: Tx, amountFen: number): Promise<void> {
  const max = await settings.read(tx, keys.perOne);
  if (amountFen > max) fail('adjustment.too_large', { max: yuanDigits(max) }, 'lines');
}

const postingLines = (lines: readonly store.Line[]): PostingLine[] =>
  lines.map(({ type, ownerKind, ownerId, side, amountFen }) => {
    const account: AccountRef = {
      type: typeOf(type) ?? fail('adjustment.account', { account: type, why: '已停用' }),
      ownerKind,
      ownerId,
    };
    return side === 'debit' ? { account, debitFen: amountFen } : { account, creditFen: amountFen };
  });

/** Told while somebody fills in the form, and again before it is posted; the database has the last word. */
async function refuseShort(reader: Reader, lines: readonly store.Line[]): Promise<void> {
  const signed = signedLines(postingLines(lines));
  const standing = new Map<string, number>();
  for (const line of signed) standing.set(nameOf(line), await balanceOf(reader, line));
  const after = settled(standing, signed);
  if ('short' in after) {
    const short = lines.find((line) => after.short === `${line.type}/${line.ownerKind}/${line.ownerId}`);
    fail('adjustment.short', { account: `${nameOfType(short?.type ?? '')} ${short?.ownerName ?? ''}`.trim() }, 'lines');
  }
}

async function approve(
  room: Room,
  command: Command,
  { adjustmentId, note }: In<typeof approveLedgerAdjustment>,
): Promise<View> {
  const { who, asking } = command;
  return decide(room, command, adjustmentId, async (tx, row, now) => {
    if (row.proposedBy === who.staffId) fail('adjustment.own');
    await withinOne(room, tx, row.amountFen);
    // One after the other: two that fit alone may not fit together.
    await lock(tx, 'ledger.adjust');
    const max = await room.settings.read(tx, room.keys.perDay);
    const done = await store.approvedSince(tx, dayStart(now));
    if (done + row.amountFen > max) fail('adjustment.day_full', { done: yuanDigits(done), max: yuanDigits(max) });
    await refuseShort(tx, row.lines);
    const key = `adjustment:${row.id}`;
    const posting = { key, label: '记账调整', refKind: 'adjustment', refId: row.id, lines: postingLines(row.lines) };
    await room.ledger.post(tx, posting).catch((error: unknown) => {
      if (violates(error, 'ledger_accounts_no_overdraft')) fail('adjustment.short', { account: '账户' });
      throw error;
    });
    const postingId = await store.postingOf(tx, key);
    assert(postingId, `adjustment ${row.id} was posted and is not there`);
    await record(room, tx, { who, asking }, 'ledger.approve', row, { note, lines: row.lines });
    return { state: 'approved', note, postingId };
  });
}

type Verdict = Pick<store.Decision, 'state' | 'note' | 'postingId'>;

async function decide(
  { db, clock }: Room,
  { who, once }: Command,
  id: string,
  judge: (tx: Tx, row: store.Row, now: Date) => Promise<Verdict>,
): Promise<View> {
  return db.tx(
    async (tx) => {
      const row = (await store.lock(tx, id)) ?? fail('adjustment.not_found');
      const now = clock.now();
      if (row.state === 'expired' || (row.state === 'proposed' && row.expiresAt < now)) fail('adjustment.expired');
      if (row.state !== 'proposed') fail('adjustment.not_open');
      const verdict = await judge(tx, row, now);
      await store.decide(tx, id, { ...verdict, by: who.staffId, name: who.name, at: now });
      return view(who, { ...row, ...verdict, deciderName: who.name, decidedAt: now });
    },
    { once },
  );
}

async function record(
  { staff }: Room,
  tx: Tx,
  { who, asking }: Command,
  action: string,
  row: Pick<store.Row, 'id' | 'reason' | 'amountFen'>,
  more: object = {},
): Promise<void> {
  const { id, reason, amountFen } = row;
  const subject = { subjectKind: 'adjustment', subjectId: id, name: reason.slice(0, 40) };
  await staff.audit(tx, who, { action, ...subject, after: { amountFen, reason, ...more } }, asking);
}

function view(who: StaffSession, row: store.Row): View {
  return {
    id: row.id as Id<'adjustment'>,
    state: row.state,
    reason: row.reason,
    amountFen: row.amountFen,
    lines: row.lines.map(({ type, ownerName, side, amountFen }) => ({
      type,
      typeName: nameOfType(type),
      ownerName,
      side,
      amountFen,
    })),
    proposedBy: row.proposerName,
    proposedAt: row.proposedAt,
    expiresAt: row.expiresAt,
    isMine: row.proposedBy === who.staffId,
    decidedBy: row.deciderName,
    decidedAt: row.decidedAt,
    note: row.note,
    postingId: row.postingId as Id<'posting'> | null,
  };
}
