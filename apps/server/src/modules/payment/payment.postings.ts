// Where the money of payments stands in the ledger, and what a payment and a refund move there. Pure.
import { platformAccount, type AccountRef, type PostingLine } from '../ledger/ledger.ts';
import type { RefundSource } from './payment.refunds.store.ts';
import type { Part } from './payment.store.ts';

/** What WeChat holds for us. */
export const clearing = platformAccount('provider_clearing');

/** Money of a payment that paid for nothing and must go home. */
export const suspenseOf = (paymentId: string): AccountRef => ({
  type: 'payment_suspense',
  ownerKind: 'payment',
  ownerId: paymentId,
});

export const walletOf = (buyerId: string): AccountRef => ({
  type: 'wallet_available',
  ownerKind: 'buyer',
  ownerId: buyerId,
});

/** What the wallet has promised to a payment. */
export const holdOf = (paymentId: string): AccountRef => ({
  type: 'payment_hold',
  ownerKind: 'payment',
  ownerId: paymentId,
});

/** What staff read in the ledger. */
export const PAID_LABELS = { checkout: '收到货款', recharge: '收到充值款' } as const;

/** What the buyer pays goes to the parts, together with what the shop adds to them. */
export function intoParts(parts: readonly Part[]): PostingLine[] {
  const subsidyFen = parts.reduce((sum, part) => sum + (part.subsidyFen ?? 0), 0);
  return [
    { account: platformAccount('discount_cost'), debitFen: subsidyFen },
    ...parts.map((part) => ({ account: part.account, creditFen: part.amountFen + (part.subsidyFen ?? 0) })),
  ];
}

/** What the sources give: to the buyer, and to the shop its share of what it had added. */
export function outOfSources(sources: readonly RefundSource[]): PostingLine[] {
  const subsidyFen = sources.reduce((sum, source) => sum + (source.subsidyFen ?? 0), 0);
  return [
    ...sources.map((source) => ({ account: source, debitFen: source.amountFen + (source.subsidyFen ?? 0) })),
    { account: platformAccount('discount_cost'), creditFen: subsidyFen },
  ];
}
