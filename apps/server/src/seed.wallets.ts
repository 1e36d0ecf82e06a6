// The demo wallets: some customers have money in them, and their withdrawals stand in every state a shopkeeper meets.
import { fen, type Id } from '@jishi/contract';
import type { App } from './app.ts';
import type { Buyer } from './platform/http.ts';
import { assert } from './platform/fail.ts';
import { newId } from './platform/ids.ts';
import { platformAccount } from './modules/ledger/ledger.ts';
import type { Scene } from './seed.orders.ts';

type Fate = 'pending' | 'await_confirm' | 'paid' | 'rejected' | 'cancelled';
/** Whose wallet, by their place among the customers; how much was put in and how much is asked for. */
const PLANS: readonly { who: number; haveFen: number; askFen: number; fate: Fate }[] = [
  { who: 0, haveFen: 186_600, askFen: 50_000, fate: 'paid' },
  { who: 0, haveFen: 0, askFen: 66_000, fate: 'await_confirm' },
  { who: 1, haveFen: 52_800, askFen: 52_800, fate: 'rejected' },
  { who: 2, haveFen: 388_000, askFen: 268_000, fate: 'pending' },
  { who: 3, haveFen: 23_500, askFen: 20_000, fate: 'pending' },
  { who: 4, haveFen: 99_000, askFen: 30_000, fate: 'cancelled' },
  { who: 5, haveFen: 120_000, askFen: 88_800, fate: 'paid' },
  { who: 6, haveFen: 45_600, askFen: 36_000, fate: 'pending' },
];

/** Through the verbs that people use; the money itself is a gift of the house, booked as its cost. */
export async function fillWallets(scene: Scene): Promise<void> {
  const { app, customers } = scene;
  for (const [index, plan] of PLANS.entries()) {
    const customer = customers[plan.who];
    if (!customer) continue;
    if (plan.haveFen > 0) await give(app, customer.buyer, plan.haveFen, index);
    await app.wallet.savePayout(customer.buyer, { realName: customer.person.name });
    const wish = { amountFen: fen(plan.askFen), platform: 'weapp' as const };
    const { id } = await app.wallet.request(customer.buyer, wish);
    await play(scene, customer.buyer, id as Id<'withdrawal'>, plan.fate);
  }
}

async function give(app: App, buyer: Buyer, amountFen: number, index: number): Promise<void> {
  await app.db.tx((tx) =>
    app.ledger.post(tx, {
      key: `demo-wallet:${index}`,
      label: '老客户回馈',
      refKind: 'demo',
      refId: newId(),
      lines: [
        { account: platformAccount('discount_cost'), debitFen: amountFen },
        { account: { type: 'wallet_available', ownerKind: 'buyer', ownerId: buyer.id }, creditFen: amountFen },
      ],
    }),
  );
}

async function play({ app, desk, phones }: Scene, buyer: Buyer, id: Id<'withdrawal'>, fate: Fate): Promise<void> {
  if (fate === 'cancelled') return void (await app.wallet.cancel(buyer, id));
  if (fate === 'rejected') {
    const reason = '请先填写与微信实名一致的姓名';
    return void (await app.wallet.reject(desk.yunying, { withdrawalId: id, reason }));
  }
  if (fate === 'pending') return;
  await app.wallet.approve(desk.yunying, { withdrawalIds: [id], note: '' });
  await app.jobs.drain();
  if (fate !== 'paid') return;
  const { outBillNo } = await app.wallet.staffOne(id);
  assert(outBillNo, `withdrawal ${id} was not sent`);
  await phones.receive(outBillNo);
  await app.wallet.advance(id);
}
