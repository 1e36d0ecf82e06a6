// What the states of a withdrawal mean to the person.
import { WITHDRAWAL_STATE_NAMES, type WithdrawalState } from '@jishi/contract';

/** For the person, the two ways of waiting for us are one. */
export const stateName = (state: WithdrawalState): string =>
  state === 'approved' ? '打款中' : WITHDRAWAL_STATE_NAMES[state];

export const STATE_WORDS: Readonly<Record<WithdrawalState, string>> = {
  pending: '财务审核通过后会打款到你的微信零钱',
  approved: '审核已通过，正在打款',
  sending: '正在提交微信，请稍候',
  await_confirm: '微信已准备好这笔钱，请在 24 小时内确认收款',
  paid: '已存入你的微信零钱',
  failed: '钱已全部退回钱包',
  rejected: '钱已全部退回钱包',
  cancelled: '钱已全部退回钱包',
  expired: '钱已全部退回钱包，可以重新申请',
};

export const isOpen = (state: WithdrawalState): boolean =>
  state === 'pending' || state === 'approved' || state === 'sending' || state === 'await_confirm';
