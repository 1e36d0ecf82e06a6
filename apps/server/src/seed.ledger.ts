// The demo's adjustments: one that two people have brought into the books, one that waits for the second of them.
import { fen, type Id } from '@jishi/contract';
import type { App } from './app.ts';
import type { Customer, Desk } from './seed.people.ts';

export async function adjust(app: App, desk: Desk, customers: readonly Customer[]): Promise<void> {
  const goodwill = (customer: Customer, reason: string, amountFen: number) =>
    app.ledgerAdjust.propose(desk.yunying, {
      reason,
      lines: [
        { type: 'loss', buyerId: null, side: 'debit', amountFen: fen(amountFen) },
        { type: 'wallet_available', buyerId: customer.buyer.id, side: 'credit', amountFen: fen(amountFen) },
      ],
    });
  const [first, second] = customers;
  if (!first || !second) return;
  const { id } = await goodwill(first, '包裹在途中破损，补偿一次运费', 1_200);
  await app.ledgerAdjust.approve(desk.admin, {
    adjustmentId: id as Id<'adjustment'>,
    note: '已核对客服记录与快递照片',
  });
  await goodwill(second, '活动价未及时更新，补差价', 2_000);
}
