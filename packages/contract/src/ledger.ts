// The books as staff see them: accounts, statements, figures by day, the chain over postings, and adjustments by two people.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { exportOf } from './export.ts';
import { Day, Instant, line, page, pageQuery } from './fields.ts';
import { FenField, SignedFenField } from './money.ts';
import { BuyerId, idField } from './ids.ts';

export const LedgerAccountId = idField<'account'>();
export const LedgerPostingId = idField<'posting'>();
export const LedgerAdjustmentId = idField<'adjustment'>();

export const LEDGER_UNITS = ['CNY', 'PTS'] as const;
export const LEDGER_UNIT_NAMES = { CNY: '金额', PTS: '积分' } as const;
export const LEDGER_OWNER_KINDS = ['platform', 'buyer', 'order', 'payment', 'orphan'] as const;
export const LEDGER_OWNER_KIND_NAMES = {
  platform: '本店',
  buyer: '用户',
  order: '订单',
  payment: '支付单',
  orphan: '无主付款',
} as const;

/** Whole fen or whole points, by the unit beside it. */
const Amount = z.int();

export const LedgerAccount = z.object({
  id: LedgerAccountId,
  type: z.string(),
  typeName: z.string(),
  unit: z.enum(LEDGER_UNITS),
  side: z.enum(['debit', 'credit']).describe('the side on which the account normally stands'),
  ownerKind: z.string(),
  ownerId: z.string(),
  ownerName: z.string(),
  balance: Amount.describe('on its own side; below zero only for accounts of the shop'),
  createdAt: Instant,
});
export const listLedgerAccounts = endpoint({
  id: 'listLedgerAccounts',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/accounts',
  audience: 'staff',
  permission: 'ledger.view',
  summary: '账户与余额，新开的在前；总数最多数到一万',
  input: z
    .object({
      ...pageQuery,
      type: z.string().max(40).optional(),
      ownerKind: z.string().max(40).optional(),
      q: line(60).optional().describe('手机号、订单号、用户或账户的编号'),
      nonZeroOnly: z.boolean().default(false),
    })
    .strict(),
  output: page(LedgerAccount),
});
export const listLedgerTypes = endpoint({
  id: 'listLedgerTypes',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/types',
  audience: 'staff',
  permission: 'ledger.view',
  summary: '会计科目',
  input: z.object({}).strict(),
  output: z.object({
    items: z.array(
      z.object({
        type: z.string(),
        name: z.string(),
        unit: z.enum(LEDGER_UNITS),
        side: z.enum(['debit', 'credit']),
        mayOverdraw: z.boolean(),
        mayAdjust: z.boolean(),
      }),
    ),
  }),
});
export const getLedgerAccount = endpoint({
  id: 'getLedgerAccount',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/accounts/:accountId',
  audience: 'staff',
  permission: 'ledger.view',
  summary: '一个账户',
  input: z.object({ accountId: LedgerAccountId }).strict(),
  output: LedgerAccount,
  errors: ['ledger.account_not_found'],
});

export const LedgerEntry = z.object({
  id: LedgerPostingId.describe('the posting'),
  at: Instant,
  label: z.string(),
  against: z.array(z.string()).describe('names of the accounts on the other sides'),
  refKind: z.string(),
  refId: z.string(),
  debit: Amount,
  credit: Amount,
  balance: Amount.describe('of the account after this entry'),
});
export const listLedgerEntries = endpoint({
  id: 'listLedgerEntries',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/accounts/:accountId/entries',
  audience: 'staff',
  permission: 'ledger.view',
  summary: '账户流水，新的在前，逐笔余额；期初与期末余额、期间借贷合计',
  input: z
    .object({
      ...pageQuery,
      accountId: LedgerAccountId,
      from: Day.optional(),
      to: Day.optional(),
    })
    .strict(),
  output: z.object({
    items: z.array(LedgerEntry),
    total: z.int(),
    opening: Amount,
    closing: Amount,
    debit: Amount,
    credit: Amount,
  }),
  errors: ['ledger.account_not_found'],
});
export const exportLedgerEntries = exportOf(listLedgerEntries);
export const exportLedgerAccounts = exportOf(listLedgerAccounts);

export const getLedgerPosting = endpoint({
  id: 'getLedgerPosting',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/postings/:postingId',
  audience: 'staff',
  permission: 'ledger.view',
  summary: '一笔记账的全部分录与它在封印链中的位置',
  input: z.object({ postingId: LedgerPostingId }).strict(),
  output: z.object({
    id: LedgerPostingId,
    key: z.string(),
    label: z.string(),
    at: Instant,
    refKind: z.string(),
    refId: z.string(),
    position: z.int().nullable().describe('in the chain; null: not sealed yet'),
    seal: z.string().nullable(),
    entries: z.array(z.object({ account: LedgerAccount, debit: Amount, credit: Amount })),
  }),
  errors: ['ledger.posting_not_found'],
});

const MoneyFigures = z.object({
  receivedFen: SignedFenField.describe('收款：进入微信待结算账户'),
  refundedFen: SignedFenField.describe('退款：原路退回'),
  incomeFen: SignedFenField.describe('收入：销售、充值与手续费，冲回的已扣除'),
  feeFen: SignedFenField.describe('微信支付手续费'),
  costFen: SignedFenField.describe('优惠成本与损失'),
});
export const getMoneyOverview = endpoint({
  id: 'getMoneyOverview',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/overview',
  audience: 'staff',
  permission: 'ledger.view',
  summary: '资金概览：期间与上一期的收入、退款、费用，逐日走势，负债与各科目余额（北京时间）',
  input: z.object({ from: Day, to: Day }).strict(),
  output: z.object({
    at: Instant,
    period: MoneyFigures,
    periodBefore: MoneyFigures,
    days: z.array(
      z.object({ day: Day, receivedFen: SignedFenField, refundedFen: SignedFenField, incomeFen: SignedFenField }),
    ),
    accounts: z.array(
      z.object({
        type: z.string(),
        name: z.string(),
        unit: z.enum(LEDGER_UNITS),
        kind: z.enum(['asset', 'liability', 'income', 'cost', 'points']),
        balance: Amount.describe('of all its accounts now, on its own side'),
        debit: Amount.describe('in the period'),
        credit: Amount,
      }),
    ),
    reasons: z
      .array(z.object({ label: z.string(), count: z.int(), amountFen: FenField }))
      .describe('what happened in the period, by what it is called'),
  }),
  errors: ['ledger.span_too_long'],
});
/** A year, with its last day of February. */
export const OVERVIEW_DAYS_MAX = 366;

export const LedgerCheck = z.object({
  id: z.string(),
  at: Instant,
  kind: z.enum(['whole', 'new']),
  askedBy: z.string(),
  positions: z.int().describe('seals looked at'),
  headPosition: z.int(),
  headHash: z.string(),
  brokenPosition: z.int().nullable(),
  fault: z.string().nullable(),
});
export const getLedgerChain = endpoint({
  id: 'getLedgerChain',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/chain',
  audience: 'staff',
  permission: 'ledger.view',
  summary: '封印链：链尾、最近一次核对与近二十次结果',
  input: z.object({}).strict(),
  output: z.object({
    position: z.int(),
    hash: z.string(),
    sealedAt: Instant.nullable(),
    verifiedPosition: z.int(),
    verifiedAt: Instant.nullable(),
    isAsked: z.boolean().describe('a look at everything is on its way'),
    checks: z.array(LedgerCheck),
  }),
});
export const verifyLedger = endpoint({
  id: 'verifyLedger',
  tag: '后台·账务',
  method: 'POST',
  path: '/admin/ledger/verify',
  audience: 'staff',
  permission: 'ledger.view',
  status: 202,
  ratePerMinute: 6,
  summary: '从第一笔记账起重新核对封印链、余额与每日汇总；在后台进行',
  input: z.object({}).strict(),
  output: z.object({ ok: z.literal(true) }),
});

export const ADJUSTMENT_STATES = ['proposed', 'approved', 'rejected', 'withdrawn', 'expired'] as const;
export const ADJUSTMENT_STATE_NAMES = {
  proposed: '待复核',
  approved: '已入账',
  rejected: '已驳回',
  withdrawn: '已撤回',
  expired: '已过期',
} as const;
export const ADJUSTMENT_DAYS = 7;

const AdjustmentLine = z.object({
  type: z.string().max(40),
  buyerId: BuyerId.nullable().default(null).describe('null: an account of the shop'),
  side: z.enum(['debit', 'credit']),
  amountFen: FenField,
});
export const LedgerAdjustment = z.object({
  id: LedgerAdjustmentId,
  state: z.enum(ADJUSTMENT_STATES),
  reason: z.string(),
  amountFen: FenField,
  lines: z.array(
    z.object({
      type: z.string(),
      typeName: z.string(),
      ownerName: z.string(),
      side: z.enum(['debit', 'credit']),
      amountFen: FenField,
    }),
  ),
  proposedBy: z.string(),
  proposedAt: Instant,
  expiresAt: Instant,
  isMine: z.boolean(),
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable(),
  note: z.string().nullable(),
  postingId: LedgerPostingId.nullable(),
});
export const listLedgerAdjustments = endpoint({
  id: 'listLedgerAdjustments',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/adjustments',
  audience: 'staff',
  permission: 'ledger.view',
  summary: '记账调整：一人申请，另一人复核',
  input: z.object({ ...pageQuery, state: z.enum(ADJUSTMENT_STATES).optional() }).strict(),
  output: page(LedgerAdjustment),
});
export const findAdjustmentBuyer = endpoint({
  id: 'findAdjustmentBuyer',
  tag: '后台·账务',
  method: 'GET',
  path: '/admin/ledger/adjustments/buyer',
  audience: 'staff',
  permission: 'ledger.adjust',
  summary: '按手机号找到要补款的用户，带钱包余额',
  input: z.object({ phone: z.string().regex(/^1[3-9]\d{9}$/, '请输入 11 位手机号') }).strict(),
  output: z.object({ buyerId: BuyerId, name: z.string(), walletFen: SignedFenField, debtFen: SignedFenField }),
  errors: ['ledger.buyer_not_found'],
});
const DECISION_ERRORS = ['adjustment.not_found', 'adjustment.not_open', 'adjustment.expired'] as const;
export const proposeLedgerAdjustment = endpoint({
  id: 'proposeLedgerAdjustment',
  tag: '后台·账务',
  method: 'POST',
  path: '/admin/ledger/adjustments',
  audience: 'staff',
  permission: 'ledger.adjust',
  idempotent: true,
  status: 201,
  summary: '申请记账调整；七天内须由另一位员工复核',
  input: z.object({ reason: line(200), lines: z.array(AdjustmentLine).min(2).max(10) }).strict(),
  output: LedgerAdjustment,
  errors: [
    'adjustment.unbalanced',
    'adjustment.account',
    'adjustment.too_large',
    'adjustment.short',
    'ledger.buyer_not_found',
  ],
});
export const approveLedgerAdjustment = endpoint({
  id: 'approveLedgerAdjustment',
  tag: '后台·账务',
  method: 'POST',
  path: '/admin/ledger/adjustments/:adjustmentId/approve',
  audience: 'staff',
  permission: 'ledger.approve',
  idempotent: true,
  summary: '复核通过并立即入账；申请人不能复核自己的申请',
  input: z.object({ adjustmentId: LedgerAdjustmentId, note: line(200) }).strict(),
  output: LedgerAdjustment,
  errors: [...DECISION_ERRORS, 'adjustment.own', 'adjustment.too_large', 'adjustment.day_full', 'adjustment.short'],
});
export const rejectLedgerAdjustment = endpoint({
  id: 'rejectLedgerAdjustment',
  tag: '后台·账务',
  method: 'POST',
  path: '/admin/ledger/adjustments/:adjustmentId/reject',
  audience: 'staff',
  permission: 'ledger.approve',
  idempotent: true,
  summary: '驳回记账调整',
  input: z.object({ adjustmentId: LedgerAdjustmentId, note: line(200) }).strict(),
  output: LedgerAdjustment,
  errors: [...DECISION_ERRORS, 'adjustment.own'],
});
export const withdrawLedgerAdjustment = endpoint({
  id: 'withdrawLedgerAdjustment',
  tag: '后台·账务',
  method: 'POST',
  path: '/admin/ledger/adjustments/:adjustmentId/withdraw',
  audience: 'staff',
  permission: 'ledger.adjust',
  idempotent: true,
  summary: '申请人撤回自己的申请',
  input: z.object({ adjustmentId: LedgerAdjustmentId }).strict(),
  output: LedgerAdjustment,
  errors: [...DECISION_ERRORS, 'adjustment.not_own'],
});
