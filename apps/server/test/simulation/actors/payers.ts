// Paying: a buyer asks for the cashier, by one channel and then by another, and whoever holds the phone pays, too late,
// twice, or another amount than was asked.
import { getPaymentStatus, payCheckout, type Id } from '@jishi/contract';
import type { NoticeMode } from '@jishi/wechat-sim';
import { verb } from '../story.ts';
import type { Resident, Town } from '../town.ts';
import { find, ownerOf } from './find.ts';

export type Channel = 'jsapi' | 'native' | 'h5';
type Paying = { attempt: string; notice: NoticeMode; force: boolean; claim: number | null };

/** The newest attempt to pay for something, by its number at WeChat. */
export async function nameAttempt(town: Town, payableId: string): Promise<string> {
  const [last] = await town.rows<{ no: string }>(
    `select a.out_trade_no as no from payment_attempts a join payments p on p.id = a.payment_id
     where p.payable_id = $1 order by a.id desc limit 1`,
    [payableId],
  );
  return last ? town.names.give('attempt', last.no) : 'nothing to pay';
}

async function fromWallet(town: Town, buyer: Resident, checkoutId: Id<'checkout'>, share: number): Promise<number> {
  const { spendableFen } = await town.as(buyer, getPaymentStatus, { checkoutId });
  return Math.floor((spendableFen * share) / 100);
}

export const payers = {
  'buyer.prepay': verb<{ checkout: string; channel: Channel; wallet: number }>({
    weight: 13,
    think: async (town, dice) => {
      const open = `exists (select 1 from payments p where p.id = t.payment_id and p.state = 'open')`;
      const checkout = await find(town, dice, 'checkout', open);
      const channel = dice.weighed({ jsapi: 6, native: 2, h5: 1 }) as Channel;
      // How much of what the wallet could give it does give, in percent.
      const wallet = dice.hit(0.3) ? (dice.hit(0.4) ? 100 : dice.between(1, 99)) : 0;
      return checkout && { checkout, channel, wallet };
    },
    act: async (town, { checkout, channel, wallet }) => {
      const buyer = await ownerOf(town, 'checkout', checkout);
      const checkoutId = town.names.idOf(checkout) as Id<'checkout'>;
      const balanceFen = wallet === 0 ? 0 : await fromWallet(town, buyer, checkoutId, wallet);
      const opened = await town.as(buyer, payCheckout, { checkoutId, channel, balanceFen: balanceFen as never });
      if (opened.channel === 'balance') return `the wallet pays ${balanceFen} fen`;
      return nameAttempt(town, checkoutId);
    },
  }),
  'payer.pay': verb<Paying>({
    weight: 14,
    think: async (town, dice) => {
      const force = dice.hit(0.12);
      const open = await town.rows<{ no: string }>(
        `select out_trade_no as no from payment_attempts where state = any($1) order by id desc limit 30`,
        [force ? ['closed', 'created', 'prepaid'] : ['prepaid', 'created']],
      );
      const attempt = dice.pick(open.flatMap(({ no }) => town.names.nameOf(no) ?? []));
      if (attempt === undefined) return null;
      // Paid after WeChat itself has closed it: only a letter can tell us of that.
      const notice = dice.weighed({ held: 6, late: 2, dropped: force ? 0 : 1 }) as NoticeMode;
      return { attempt, notice, force, claim: dice.hit(0.05) ? dice.between(1, 500) : null };
    },
    act: async (town, { attempt, notice, force, claim }) => {
      const options = { notice, force, ...(claim === null ? {} : { claimTotalFen: claim }) };
      await town.wechat.pay(town.names.idOf(attempt), options);
      return 'paid';
    },
  }),
};
