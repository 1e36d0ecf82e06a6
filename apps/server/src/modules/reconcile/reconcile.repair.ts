// What staff decide about a difference: accept the proposed repair, or close it with a reason. Either is done once.
import {
  RECONCILE_CASE_KIND_NAMES,
  RECONCILE_REPAIR_NAMES,
  yuan,
  type adminCloseReconcileCase,
  type adminRepairReconcileCase,
  type In,
} from '@jishi/contract';
import type { Once, Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { platformAccount, type AccountRef } from '../ledger/ledger.ts';
import type { Asking } from '../staff/staff.ts';
import type { ReconcileDeps } from './reconcile.ts';
import * as store from './reconcile.store.ts';
import type { CaseRow } from './reconcile.store.ts';
import { caseView, type CaseView } from './reconcile.views.ts';

type Deciding = { staff: StaffSession; asking?: Asking | undefined; once?: Once | undefined };

/** Whatever WeChat has to be asked happens before the commit and may happen again; the rest is one commit. */
export async function repair(
  deps: ReconcileDeps,
  input: In<typeof adminRepairReconcileCase>,
  { staff, asking, once }: Deciding,
): Promise<CaseView> {
  const seen = await store.findCase(deps.db, input.caseId);
  if (!seen) fail('reconcile.case_not_found');
  const said = seen.state === 'open' && seen.repair === 'recover' ? await recover(deps, seen) : null;
  return deps.db.tx(
    async (tx) => {
      const row = await lockInOrder(tx, seen);
      if (row.state !== 'open') return caseView(row);
      if (row.repair === 'recheck') {
        await askForRun(deps, tx, row.day, staff.name);
        await audit(deps, tx, row, { staff, asking }, { repair: row.repair, note: input.note });
        return caseView(row);
      }
      const result = said ?? (row.repair === 'book' ? await book(deps, tx, row) : '已确认，以资金流水为准');
      const note = input.note === '' ? '' : `。${input.note}`;
      const state = row.repair === 'acknowledge' ? ('closed' as const) : ('repaired' as const);
      return caseView(await end(deps, tx, row, { state, resolution: `${result}${note}` }, { staff, asking }));
    },
    { once },
  );
}

export async function close(
  deps: ReconcileDeps,
  input: In<typeof adminCloseReconcileCase>,
  { staff, asking, once }: Deciding,
): Promise<CaseView> {
  return deps.db.tx(
    async (tx) => {
      const seen = await store.findCase(tx, input.caseId);
      if (!seen) fail('reconcile.case_not_found');
      const row = await lockInOrder(tx, seen);
      if (row.state !== 'open') return caseView(row);
      return caseView(await end(deps, tx, row, { state: 'closed', resolution: input.reason }, { staff, asking }));
    },
    { once },
  );
}

/** The day first, as in a run: a run that ends right now settles cases and counts them. */
async function lockInOrder(tx: Tx, seen: CaseRow): Promise<CaseRow> {
  await store.lockDay(tx, seen.day);
  return store.lockCase(tx, seen.id);
}

async function end(
  deps: ReconcileDeps,
  tx: Tx,
  row: CaseRow,
  to: { state: 'repaired' | 'closed'; resolution: string },
  { staff, asking }: Deciding,
): Promise<CaseRow> {
  const done = await store.endCase(tx, row.id, { ...to, done_by: staff.name, done_at: deps.clock.now() });
  const { open, all } = await store.countCases(tx, row.day);
  const day = await store.findDay(tx, row.day);
  const isOver = open === 0 && day?.state === 'differs';
  await store.touchDay(tx, row.day, { open_cases: open, cases: all, ...(isOver ? { state: 'agreed' } : {}) });
  await audit(deps, tx, row, { staff, asking }, to);
  return done;
}

async function audit(
  deps: ReconcileDeps,
  tx: Tx,
  row: CaseRow,
  { staff, asking }: Deciding,
  after: Record<string, unknown>,
): Promise<void> {
  const note = {
    action: 'reconcile.case',
    subjectKind: 'reconcile_case',
    subjectId: row.id,
    name: `${row.day} ${RECONCILE_CASE_KIND_NAMES[row.kind]}`,
    before: {
      state: row.state,
      repair: RECONCILE_REPAIR_NAMES[row.repair],
      wechatFen: row.wechat_fen,
      oursFen: row.ours_fen,
    },
    after,
  };
  await deps.staff.audit(tx, staff, note, asking);
}

/** A day is compared anew as soon as a worker is free. */
export async function askForRun(deps: ReconcileDeps, tx: Tx, day: string, byName: string): Promise<void> {
  await store.touchDay(tx, day, { state: 'waiting', tries: 0, next_try_at: deps.clock.now(), last_error: null });
  await tx.emit('reconcile.asked', { day, byName });
}

const RECOVERED: Readonly<Record<string, string>> = {
  accepted: '已入账到订单',
  repeated: '此前已入账',
  late: '订单已关闭，已原路退回',
  duplicate: '重复付款，已原路退回',
  disputed: '金额与应付不符，已转为支付问题',
  orphan: '找不到订单，已记为待退回款项并转为支付问题',
  changed: '退款状态已更新',
};

/** The one path that notices and queries take; the bill itself is no proof enough to move money by. */
async function recover(deps: ReconcileDeps, row: CaseRow): Promise<string> {
  const result =
    row.kind === 'missing_here' ? await deps.payment.recover(row.number) : await deps.payment.recoverRefund(row.number);
  if (result === 'no_answer') fail('payment.pending');
  return RECOVERED[result] ?? fail('reconcile.not_confirmed');
}

const clearing = platformAccount('provider_clearing');
const suspenseOf = (row: CaseRow): AccountRef => ({
  type: 'payment_suspense',
  ownerKind: 'reconcile',
  ownerId: row.id,
});

/** Brings what we say WeChat holds to what WeChat says. What is too much is kept for its owner, never as income. */
async function book(deps: ReconcileDeps, tx: Tx, row: CaseRow): Promise<string> {
  const fen = row.book_fen;
  const from = fen >= 0 ? suspenseOf(row) : await payer(deps, tx, row, -fen);
  await deps.ledger.post(tx, {
    key: `reconcile:${row.id}`,
    label: `对账调平：${RECONCILE_CASE_KIND_NAMES[row.kind]}`,
    refKind: row.payment_id === null ? 'reconcile' : 'payment',
    refId: row.payment_id ?? row.id,
    lines:
      fen >= 0
        ? [
            { account: clearing, debitFen: fen },
            { account: from, creditFen: fen },
          ]
        : [
            { account: from, debitFen: -fen },
            { account: clearing, creditFen: -fen },
          ],
  });
  if (fen >= 0) return `已记入待退回款项 ${yuan(fen)}`;
  return from.type === 'loss' ? `已记为损失 ${yuan(-fen)}` : `已从待退回款项扣减 ${yuan(-fen)}`;
}

/** Money that went back through WeChat's console was kept for that very payment, or nobody else bears it. */
async function payer(deps: ReconcileDeps, tx: Tx, row: CaseRow, fen: number): Promise<AccountRef> {
  const orphan = row.transaction_id === null ? null : await store.orphanOf(tx, row.transaction_id);
  const kept: AccountRef | null =
    orphan === null ? null : { type: 'payment_suspense', ownerKind: 'orphan', ownerId: orphan };
  return kept !== null && (await deps.ledger.standing(tx, kept)) >= fen ? kept : platformAccount('loss');
}
