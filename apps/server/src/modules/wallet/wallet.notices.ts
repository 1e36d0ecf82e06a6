// What the buyer is told about a withdrawal. Keys are unique, so a step that is taken twice says it once.
import { yuan } from '@jishi/contract';
import type { Tx } from '../../platform/db.ts';
import { failWords } from './wallet.rules.ts';
import type { WithdrawalRow } from './wallet.store.ts';
import type { Room } from './wallet.ts';

/** Part: tells what the state of `row` means; in states that mean nothing to the person it says nothing. */
export async function tell(room: Room, tx: Tx, row: WithdrawalRow): Promise<void> {
  const words = wordsOf(row);
  if (words === null) return;
  const [title, body] = words;
  await room.messaging.notify(tx, {
    key: `withdrawal.${row.state}:${row.id}`,
    buyerId: row.buyer_id,
    kind: 'wallet',
    title,
    body,
    withdrawalId: row.id,
  });
}

function wordsOf(row: WithdrawalRow): [string, string] | null {
  const amount = yuan(row.amount_fen);
  const back = `提现 ${amount} 已退回钱包`;
  switch (row.state) {
    case 'await_confirm':
      return ['提现待确认收款', `提现 ${amount} 已打款，请在 24 小时内确认收款，超时将退回钱包`];
    case 'paid':
      return ['提现已到账', `${yuan(row.amount_fen - row.fee_fen)} 已存入你的微信零钱`];
    case 'rejected':
      return ['提现审核未通过', `${back}：${row.reject_reason ?? ''}`];
    case 'expired':
      return ['提现超时未确认', `${back}，可重新申请`];
    case 'failed':
      return ['提现失败', `${back}：${failWords(row.fail_reason)}`];
    default:
      return null;
  }
}
