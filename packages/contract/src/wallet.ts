// The wallet of a buyer: what is in it, what moved, and how money leaves it through WeChat.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Actor, cursorQuery, Day, Done, Instant, line, page, pageQuery, scroll, text } from './fields.ts';
import { BuyerId, WithdrawalId } from './ids.ts';
import { FenField, SignedFenField } from './money.ts';

export const WITHDRAWAL_STATES = [
  'pending',
  'approved',
  'sending',
  'await_confirm',
  'paid',
  'failed',
  'rejected',
  'cancelled',
  'expired',
] as const;
export type WithdrawalState = (typeof WITHDRAWAL_STATES)[number];
export const WITHDRAWAL_STATE_NAMES: Readonly<Record<WithdrawalState, string>> = {
  pending: '待审核',
  approved: '待打款',
  sending: '打款中',
  await_confirm: '待确认收款',
  paid: '已到账',
  failed: '打款失败',
  rejected: '审核未通过',
  cancelled: '已撤销',
  expired: '超时未确认',
};
/** The money is on its way; in the other states it has arrived or is back in the wallet. */
export const OPEN_WITHDRAWAL_STATES = ['pending', 'approved', 'sending', 'await_confirm'] as const;
/** Why one needs a person: WeChat's account of the shop is short, WeChat refuses, or it says something impossible. */
export const WITHDRAWAL_PROBLEMS = ['not_enough', 'refused', 'blocked', 'mismatch'] as const;
export const WITHDRAWAL_PROBLEM_NAMES = {
  not_enough: '商户余额不足',
  refused: '微信拒绝受理',
  blocked: '收款人已停用',
  mismatch: '金额与微信不一致',
} as const;

/** What WeChat calls the states of a transfer to a balance, in words. */
export const TRANSFER_STATE_NAMES: Readonly<Record<string, string>> = {
  ACCEPTED: '已受理',
  PROCESSING: '锁定资金中',
  WAIT_USER_CONFIRM: '待用户确认收款',
  TRANSFERING: '转账中',
  CANCELING: '撤销中',
  SUCCESS: '成功',
  FAIL: '失败',
  CANCELLED: '已撤销',
};

/** From this amount on WeChat wants the real name of the receiver. */
export const NAMED_FROM_FEN = 200_000;

/** A resident identity number: 17 digits and a check sign (GB 11643). */
export const IdNo = z.string().trim().toUpperCase().refine(isIdNo, '身份证号有误，请核对');
/** A bank card number with its check digit (Luhn). */
export const CardNo = z
  .string()
  .trim()
  .transform((value) => value.replaceAll(' ', ''))
  .refine(isCardNo, '银行卡号有误，请核对');

export function isIdNo(value: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(value)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(value[at]), 0);
  return '10X98765432'[sum % 11] === value[17];
}

export function isCardNo(value: string): boolean {
  if (!/^\d{12,19}$/.test(value)) return false;
  // Old phones have no `toReversed`.
  const sum = [...value].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** Only ever shown with most of it hidden. */
export const PayoutAccount = z.object({
  realName: z.string().describe('张*'),
  idNo: z.string().nullable().describe('3****************2'),
  cardNo: z.string().nullable().describe('**** 1234'),
  changedAt: Instant,
});

export const WalletView = z.object({
  availableFen: FenField,
  /** On its way out: withdrawals that are not decided, and payments that are not. */
  withdrawingFen: FenField,
  payingFen: FenField,
  debtFen: FenField,
  payout: PayoutAccount.nullable(),
  rules: z.object({
    minFen: FenField,
    maxFen: FenField,
    perDay: z.int(),
    leftToday: z.int(),
    feeBps: z.int(),
    namedFromFen: FenField,
  }),
});
export const getWallet = endpoint({
  id: 'getWallet',
  tag: '钱包',
  method: 'GET',
  path: '/wallet',
  audience: 'buyer',
  summary: '我的钱包：可用、冻结、欠款，以及提现规则',
  input: z.object({}).strict(),
  output: WalletView,
});

export const WalletEntry = z.object({
  id: z.string(),
  at: Instant,
  title: z.string(),
  changeFen: SignedFenField,
  withdrawalId: WithdrawalId.nullable(),
});
export const listWalletEntries = endpoint({
  id: 'listWalletEntries',
  tag: '钱包',
  method: 'GET',
  path: '/wallet/entries',
  audience: 'buyer',
  summary: '钱包明细，新的在前',
  input: z.object({ ...cursorQuery }).strict(),
  output: scroll(WalletEntry),
  errors: ['cursor.invalid'],
});

export const savePayoutAccount = endpoint({
  id: 'savePayoutAccount',
  tag: '钱包',
  method: 'PUT',
  path: '/wallet/payout',
  audience: 'buyer',
  ratePerMinute: 5,
  summary: '保存收款人信息；加密保存，任何页面只显示部分；不传的证件号、卡号保持原样，传空则删除',
  input: z
    .object({
      realName: line(30).regex(/^[\p{Script=Han}·A-Za-z .]{2,30}$/u, '请填写微信实名认证的真实姓名'),
      idNo: IdNo.or(z.literal('')).optional(),
      cardNo: CardNo.or(z.literal('')).optional(),
    })
    .strict(),
  output: PayoutAccount,
});
export const deletePayoutAccount = endpoint({
  id: 'deletePayoutAccount',
  tag: '钱包',
  method: 'DELETE',
  path: '/wallet/payout',
  audience: 'buyer',
  summary: '删除收款人信息',
  input: z.object({}).strict(),
  output: Done,
});

const withdrawalFields = {
  id: WithdrawalId,
  withdrawalNo: z.string(),
  state: z.enum(WITHDRAWAL_STATES),
  amountFen: FenField,
  feeFen: FenField,
  /** What arrives: the amount less the fee. */
  arrivesFen: FenField,
  createdAt: Instant,
  endedAt: Instant.nullable(),
  /** Why it was refused or came back, for the person. */
  reason: z.string().nullable(),
};
export const Withdrawal = z.object({
  ...withdrawalFields,
  confirmBefore: Instant.nullable(),
});
export type WithdrawalView = z.output<typeof Withdrawal>;

/** What the phone needs to open WeChat's confirm page. */
export const TransferConfirm = z.object({ mchId: z.string(), appId: z.string(), package: z.string() });
export type TransferConfirmView = z.output<typeof TransferConfirm>;

export const WithdrawalDetail = Withdrawal.extend({
  payeeName: z.string().nullable(),
  canCancel: z.boolean(),
  isCancelling: z.boolean(),
  confirm: TransferConfirm.nullable(),
  timeline: z.array(z.object({ at: Instant, title: z.string(), detail: z.string() })),
});
export type WithdrawalDetailView = z.output<typeof WithdrawalDetail>;

export const requestWithdrawal = endpoint({
  id: 'requestWithdrawal',
  tag: '钱包',
  method: 'POST',
  path: '/wallet/withdrawals',
  audience: 'buyer',
  idempotent: true,
  ratePerMinute: 5,
  status: 201,
  summary: '申请提现到微信零钱',
  input: z.object({ amountFen: FenField, platform: z.enum(['weapp', 'h5']) }).strict(),
  output: WithdrawalDetail,
  errors: [
    'wallet.short',
    'withdrawal.amount',
    'withdrawal.daily_limit',
    'withdrawal.debt',
    'withdrawal.name_missing',
    'payment.openid_missing',
  ],
});
export const listWithdrawals = endpoint({
  id: 'listWithdrawals',
  tag: '钱包',
  method: 'GET',
  path: '/wallet/withdrawals',
  audience: 'buyer',
  summary: '我的提现，新的在前',
  input: z.object({ ...cursorQuery }).strict(),
  output: scroll(Withdrawal),
  errors: ['cursor.invalid'],
});
export const getWithdrawal = endpoint({
  id: 'getWithdrawal',
  tag: '钱包',
  method: 'GET',
  path: '/wallet/withdrawals/:withdrawalId',
  audience: 'buyer',
  summary: '提现详情；已发往微信的会向微信核对结果',
  input: z.object({ withdrawalId: WithdrawalId }).strict(),
  output: WithdrawalDetail,
  errors: ['withdrawal.not_found'],
});
export const cancelWithdrawal = endpoint({
  id: 'cancelWithdrawal',
  tag: '钱包',
  method: 'POST',
  path: '/wallet/withdrawals/:withdrawalId/cancel',
  audience: 'buyer',
  idempotent: true,
  summary: '撤销提现；已发往微信的，以微信的结果为准',
  input: z.object({ withdrawalId: WithdrawalId }).strict(),
  output: WithdrawalDetail,
  errors: ['withdrawal.not_found', 'withdrawal.not_cancellable'],
});

/** Answered in WeChat's own shape. */
export const hearTransferNotice = endpoint({
  id: 'hearTransferNotice',
  tag: '微信通知',
  method: 'POST',
  path: '/payment/notify/wechat/transfer',
  audience: 'wechat',
  summary: '微信商家转账结果通知',
  input: z.object({}),
  output: z.object({ code: z.string(), message: z.string() }).partial(),
});

export const AdminWithdrawal = z.object({
  ...withdrawalFields,
  buyer: z.object({ id: BuyerId, nickname: z.string(), phone: z.string().nullable() }),
  payeeName: z.string().nullable(),
  problem: z.enum(WITHDRAWAL_PROBLEMS).nullable(),
  reviewedBy: z.string().nullable(),
});
export type AdminWithdrawalView = z.output<typeof AdminWithdrawal>;
export const adminListWithdrawals = endpoint({
  id: 'adminListWithdrawals',
  tag: '后台·提现',
  method: 'GET',
  path: '/admin/withdrawals',
  audience: 'staff',
  permission: 'withdrawal.view',
  summary: '提现列表：待审核的等得最久的在前，其余新的在前；并给出合计',
  input: z
    .object({
      q: z.string().trim().max(50).optional(),
      state: z.enum(WITHDRAWAL_STATES).optional(),
      problemOnly: z.boolean().default(false),
      buyerId: BuyerId.optional(),
      from: Day.optional(),
      to: Day.optional(),
      minFen: FenField.optional(),
      maxFen: FenField.optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(AdminWithdrawal).extend({ sumFen: SignedFenField, sumFeeFen: SignedFenField }),
});
export const adminCountWithdrawals = endpoint({
  id: 'adminCountWithdrawals',
  tag: '后台·提现',
  method: 'GET',
  path: '/admin/withdrawals/counts',
  audience: 'staff',
  permission: 'withdrawal.view',
  summary: '各未完结状态的提现数，以及需要人工处理的',
  input: z.object({}).strict(),
  output: z.object({ states: z.partialRecord(z.enum(OPEN_WITHDRAWAL_STATES), z.int()), problems: z.int() }),
});
export const AdminWithdrawalDetail = AdminWithdrawal.extend({
  platform: z.enum(['weapp', 'h5']),
  problemDetail: z.string().nullable(),
  isIdNoKnown: z.boolean(),
  isCardNoKnown: z.boolean(),
  outBillNo: z.string().nullable(),
  transferBillNo: z.string().nullable(),
  wechatState: z.string().nullable(),
  failReason: z.string().nullable(),
  tries: z.int(),
  sentAt: Instant.nullable(),
  confirmBefore: Instant.nullable(),
  nextCheckAt: Instant.nullable(),
  isCancelling: z.boolean(),
  canReturn: z.boolean(),
  walletFen: FenField,
  debtFen: FenField,
  timeline: z.array(z.object({ at: Instant, title: z.string(), detail: z.string(), actor: Actor })),
  postings: z.array(
    z.object({
      id: z.string(),
      at: Instant,
      label: z.string(),
      entries: z.array(z.object({ account: z.string(), debitFen: FenField, creditFen: FenField })),
    }),
  ),
});
export type AdminWithdrawalDetailView = z.output<typeof AdminWithdrawalDetail>;
export const adminGetWithdrawal = endpoint({
  id: 'adminGetWithdrawal',
  tag: '后台·提现',
  method: 'GET',
  path: '/admin/withdrawals/:withdrawalId',
  audience: 'staff',
  permission: 'withdrawal.view',
  summary: '提现详情：时间线、收款人（部分隐藏）、微信状态与记账',
  input: z.object({ withdrawalId: WithdrawalId }).strict(),
  output: AdminWithdrawalDetail,
  errors: ['withdrawal.not_found'],
});
export const approveWithdrawals = endpoint({
  id: 'approveWithdrawals',
  tag: '后台·提现',
  method: 'POST',
  path: '/admin/withdrawals/approve',
  audience: 'staff',
  permission: 'withdrawal.review',
  idempotent: true,
  summary: '审核通过一笔或多笔；已被处理、收款人已停用或有欠款的跳过并说明',
  input: z.object({ withdrawalIds: z.array(WithdrawalId).min(1).max(100), note: text(200).default('') }).strict(),
  output: z.object({
    approved: z.array(WithdrawalId),
    approvedFen: SignedFenField,
    skipped: z.array(z.object({ withdrawalId: WithdrawalId, why: z.string() })),
  }),
});
export const rejectWithdrawal = endpoint({
  id: 'rejectWithdrawal',
  tag: '后台·提现',
  method: 'POST',
  path: '/admin/withdrawals/:withdrawalId/reject',
  audience: 'staff',
  permission: 'withdrawal.review',
  idempotent: true,
  summary: '审核不通过，钱退回用户钱包；原因会告诉用户',
  input: z.object({ withdrawalId: WithdrawalId, reason: line(200) }).strict(),
  output: AdminWithdrawalDetail,
  errors: ['withdrawal.not_found', 'withdrawal.not_open'],
});
export const resendWithdrawal = endpoint({
  id: 'resendWithdrawal',
  tag: '后台·提现',
  method: 'POST',
  path: '/admin/withdrawals/:withdrawalId/resend',
  audience: 'staff',
  permission: 'withdrawal.review',
  idempotent: true,
  summary: '立即用原单号再向微信提交或核对一次',
  input: z.object({ withdrawalId: WithdrawalId }).strict(),
  output: AdminWithdrawalDetail,
  errors: ['withdrawal.not_found', 'withdrawal.not_open'],
});
export const returnWithdrawal = endpoint({
  id: 'returnWithdrawal',
  tag: '后台·提现',
  method: 'POST',
  path: '/admin/withdrawals/:withdrawalId/return',
  audience: 'staff',
  permission: 'withdrawal.review',
  idempotent: true,
  summary: '放弃打款，钱退回用户钱包；仅当微信确认没有这笔转账',
  input: z.object({ withdrawalId: WithdrawalId, reason: line(200) }).strict(),
  output: AdminWithdrawalDetail,
  errors: ['withdrawal.not_found', 'withdrawal.not_open', 'withdrawal.undecided'],
});
export const revealPayee = endpoint({
  id: 'revealPayee',
  tag: '后台·提现',
  method: 'POST',
  path: '/admin/withdrawals/:withdrawalId/reveal',
  audience: 'staff',
  permission: 'payout.reveal',
  ratePerMinute: 20,
  summary: '查看收款人完整信息；每次查看都会记录',
  input: z.object({ withdrawalId: WithdrawalId }).strict(),
  output: z.object({ realName: z.string().nullable(), idNo: z.string().nullable(), cardNo: z.string().nullable() }),
  errors: ['withdrawal.not_found'],
});
