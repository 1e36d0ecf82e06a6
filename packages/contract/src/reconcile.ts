// Daily reconciliation: the bills of WeChat, our payments and the ledger, day by day, and the differences between them.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Day, Instant, line, page, pageQuery } from './fields.ts';
import { PaymentId, ReconcileCaseId } from './ids.ts';
import { FenField } from './money.ts';

export const RECONCILE_STATES = ['waiting', 'running', 'agreed', 'differs', 'failed'] as const;
export const RECONCILE_STATE_NAMES = {
  waiting: '未出账',
  running: '核对中',
  agreed: '一致',
  differs: '有差异',
  failed: '失败',
} as const;

export const RECONCILE_CASE_KINDS = [
  'missing_here',
  'missing_there',
  'amount_differs',
  'refund_unknown',
  'refund_missing',
  'refund_differs',
  'refund_state',
  'fee_differs',
  'ledger_differs',
  'fund_differs',
  'fund_unknown',
  'listed_twice',
] as const;
export const RECONCILE_CASE_KIND_NAMES = {
  missing_here: '微信已收款，本店未入账',
  missing_there: '本店已入账，账单没有',
  amount_differs: '收款金额不一致',
  refund_unknown: '微信已退款，本店无此退款',
  refund_missing: '本店已退款，账单没有',
  refund_differs: '退款金额不一致',
  refund_state: '退款状态不一致',
  fee_differs: '手续费不一致',
  ledger_differs: '记账金额不一致',
  fund_differs: '资金流水与交易不一致',
  fund_unknown: '不明资金流水',
  listed_twice: '账单重复列出',
} as const;

export const RECONCILE_REPAIRS = ['recover', 'book', 'recheck', 'acknowledge'] as const;
export const RECONCILE_REPAIR_NAMES = {
  recover: '向微信核实并补记',
  book: '按微信账单记账调平',
  recheck: '重新下载账单核对',
  acknowledge: '以资金流水为准，确认无误',
} as const;

export const RECONCILE_CASE_STATES = ['open', 'repaired', 'closed', 'settled'] as const;
export const RECONCILE_CASE_STATE_NAMES = {
  open: '待处理',
  repaired: '已修复',
  closed: '已关闭',
  settled: '复核已一致',
} as const;

/** One side of a day: what came in, what went back, what was kept, what was paid out. */
const Side = z.object({
  payments: z.int(),
  paidFen: FenField,
  refunds: z.int(),
  refundedFen: FenField,
});
export const ReconcileFigures = z.object({
  wechat: Side,
  ours: Side,
  ledger: Side,
  /** From the fund-flow bill; below zero when more was given back than taken. */
  feeFen: z.int(),
  payoutFen: z.int(),
  /** How many differences of each kind were found, also beyond those that became cases. */
  found: z.record(z.string(), z.int()),
});
export type ReconcileFiguresView = z.input<typeof ReconcileFigures>;

const Bill = z.object({
  kind: z.enum(['trade', 'fund']),
  sha1: z.string(),
  bytes: z.int(),
  lines: z.int(),
  downloadedAt: Instant,
});
export const ReconcileDay = z.object({
  /** The day itself: rows of a list have an id. */
  id: Day,
  day: Day,
  state: z.enum(RECONCILE_STATES),
  openCases: z.int(),
  cases: z.int(),
  tries: z.int(),
  /** Why it failed or what it waits for. */
  why: z.string().nullable(),
  nextTryAt: Instant.nullable(),
  reconciledAt: Instant.nullable(),
  figures: ReconcileFigures.nullable(),
});
export const ReconcileRun = z.object({
  id: z.string(),
  by: z.string(),
  state: z.enum(['running', 'done', 'waiting', 'failed']),
  why: z.string().nullable(),
  opened: z.int(),
  settled: z.int(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
});
export const ReconcileCase = z.object({
  id: ReconcileCaseId,
  day: Day,
  kind: z.enum(RECONCILE_CASE_KINDS),
  title: z.string(),
  state: z.enum(RECONCILE_CASE_STATES),
  /** The number by which the difference is found: ours where there is one, else WeChat's. */
  number: z.string(),
  paymentId: PaymentId.nullable(),
  wechatFen: z.int().nullable(),
  oursFen: z.int().nullable(),
  ledgerFen: z.int().nullable(),
  detail: z.string(),
  repair: z.enum(RECONCILE_REPAIRS),
  /** What accepting it will do, in one sentence. */
  proposal: z.string(),
  resolution: z.string().nullable(),
  doneBy: z.string().nullable(),
  doneAt: Instant.nullable(),
  createdAt: Instant,
});
export type ReconcileCaseView = z.output<typeof ReconcileCase>;

const staff = { tag: '后台·对账', audience: 'staff' } as const;

export const adminListReconcileDays = endpoint({
  ...staff,
  id: 'adminListReconcileDays',
  method: 'GET',
  path: '/admin/reconcile/days',
  permission: 'reconcile.view',
  summary: '每日对账列表',
  input: z.object({ state: z.enum(RECONCILE_STATES).optional(), ...pageQuery }).strict(),
  output: page(ReconcileDay),
});
export const adminGetReconcileDay = endpoint({
  ...staff,
  id: 'adminGetReconcileDay',
  method: 'GET',
  path: '/admin/reconcile/days/:day',
  permission: 'reconcile.view',
  summary: '一天的对账：三方合计、账单文件与历次核对',
  input: z.object({ day: Day }).strict(),
  output: ReconcileDay.extend({ bills: z.array(Bill), runs: z.array(ReconcileRun) }),
  errors: ['reconcile.not_found'],
});
export const adminRunReconcile = endpoint({
  ...staff,
  id: 'adminRunReconcile',
  method: 'POST',
  path: '/admin/reconcile/days/:day/run',
  permission: 'reconcile.edit',
  idempotent: true,
  summary: '手动重新核对一天',
  input: z.object({ day: Day }).strict(),
  output: ReconcileDay,
  errors: ['reconcile.too_early', 'reconcile.too_late'],
});
export const adminDownloadBill = endpoint({
  ...staff,
  id: 'adminDownloadBill',
  method: 'GET',
  path: '/admin/reconcile/days/:day/bills/:kind',
  permission: 'reconcile.view',
  summary: '下载微信原始账单（CSV）',
  input: z.object({ day: Day, kind: z.enum(['trade', 'fund']) }).strict(),
  output: z.any(),
  errors: ['reconcile.bill_gone'],
});
export const adminListReconcileCases = endpoint({
  ...staff,
  id: 'adminListReconcileCases',
  method: 'GET',
  path: '/admin/reconcile/cases',
  permission: 'reconcile.view',
  summary: '对账差异列表',
  input: z
    .object({
      day: Day.optional(),
      state: z.enum(RECONCILE_CASE_STATES).optional(),
      kind: z.enum(RECONCILE_CASE_KINDS).optional(),
      q: z.string().trim().max(64).optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(ReconcileCase),
});
export const adminRepairReconcileCase = endpoint({
  ...staff,
  id: 'adminRepairReconcileCase',
  method: 'POST',
  path: '/admin/reconcile/cases/:caseId/repair',
  permission: 'reconcile.edit',
  idempotent: true,
  summary: '接受建议的修复',
  input: z.object({ caseId: ReconcileCaseId, note: z.string().trim().max(200).default('') }).strict(),
  output: ReconcileCase,
  errors: ['reconcile.case_not_found', 'reconcile.not_confirmed', 'payment.pending'],
});
export const adminCloseReconcileCase = endpoint({
  ...staff,
  id: 'adminCloseReconcileCase',
  method: 'POST',
  path: '/admin/reconcile/cases/:caseId/close',
  permission: 'reconcile.edit',
  idempotent: true,
  summary: '说明原因后关闭差异，不作修复',
  input: z.object({ caseId: ReconcileCaseId, reason: line(200) }).strict(),
  output: ReconcileCase,
  errors: ['reconcile.case_not_found'],
});
