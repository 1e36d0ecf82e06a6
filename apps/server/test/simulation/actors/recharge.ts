// Points for money: buyers buy packages, change their minds, and staff pay back what is untouched.
import {
  adminCreatePackage,
  adminGetRecharge,
  adminGiveUpRechargeRefund,
  adminRefundRecharge,
  cancelRecharge,
  payRecharge,
  placeRecharge,
  type Id,
} from '@jishi/contract';
import type { Dice } from '../dice.ts';
import { verb } from '../story.ts';
import type { Resident, Town } from '../town.ts';
import { find, ownerOf } from './find.ts';
import { nameAttempt, type Channel } from './payers.ts';

type Package = { priceFen: number; points: number; bonusPoints: number };
const PACKAGES: readonly Package[] = [
  { priceFen: 600, points: 60, bonusPoints: 0 },
  { priceFen: 3_333, points: 333, bonusPoints: 67 },
  { priceFen: 9_900, points: 1_000, bonusPoints: 250 },
];

/** Before the story begins: what can be bought. */
export async function offerPackages(town: Town): Promise<void> {
  for (const [index, offer] of PACKAGES.entries()) {
    const { id } = await town.as('staff', adminCreatePackage, { name: `套餐 ${index + 1}`, ...offer } as never);
    town.names.give('package', id, `package${index + 1}`);
  }
}

type OfRecharge = { recharge: string };
const rechargeId = (town: Town, recharge: string) => town.names.idOf(recharge) as Id<'recharge'>;

async function thatIs(town: Town, dice: Dice, isRight: string): Promise<OfRecharge | null> {
  const recharge = await find(town, dice, 'recharge', isRight);
  return recharge === null ? null : { recharge };
}

async function byNumber(town: Town, recharge: string): Promise<{ buyer: Resident; orderNo: string }> {
  const [row] = await town.rows<{ no: string }>('select order_no as no from recharge_orders where id = $1', [
    rechargeId(town, recharge),
  ]);
  return { buyer: await ownerOf(town, 'recharge', recharge), orderNo: row?.no ?? '' };
}

const ofBuyers = {
  'buyer.recharge': verb<{ who: number; pack: string }>({
    weight: 4,
    think: (town, dice) => ({
      who: dice.roll(town.buyers.length),
      pack: dice.pick(town.names.all('package')) as string,
    }),
    act: async (town, { who, pack }) => {
      const buyer = town.buyers[who % town.buyers.length] as Resident;
      const made = await town.as(buyer, placeRecharge, { packageId: town.names.idOf(pack) as Id<'package'> });
      return `${town.names.give('recharge', made.id)}: ${made.priceFen} fen`;
    },
  }),
  'buyer.payRecharge': verb<OfRecharge & { channel: Channel }>({
    weight: 4,
    think: async (town, dice) => {
      const one = await thatIs(town, dice, `t.state = 'pending'`);
      return one && { ...one, channel: dice.weighed({ native: 3, jsapi: 2, h5: 1 }) as Channel };
    },
    act: async (town, { recharge, channel }) => {
      const { buyer, orderNo } = await byNumber(town, recharge);
      await town.as(buyer, payRecharge, { orderNo: orderNo as never, channel });
      return nameAttempt(town, rechargeId(town, recharge));
    },
  }),
  'buyer.cancelRecharge': verb<OfRecharge>({
    weight: 1,
    think: (town, dice) => thatIs(town, dice, `t.state = 'pending'`),
    act: async (town, { recharge }) => {
      const { buyer, orderNo } = await byNumber(town, recharge);
      return (await town.as(buyer, cancelRecharge, { orderNo: orderNo as never })).state;
    },
  }),
};

const ofStaff = {
  'staff.refundRecharge': verb<OfRecharge>({
    weight: 2,
    think: (town, dice) => thatIs(town, dice, `t.state = 'paid'`),
    act: async (town, { recharge }) => {
      const id = { rechargeId: rechargeId(town, recharge) };
      const { plan, refusal } = await town.as('staff', adminGetRecharge, id);
      if (!plan) return refusal ?? 'nothing to pay back';
      await town.as('staff', adminRefundRecharge, { ...id, reason: '买家要求', expectedFen: plan.amountFen });
      return `${plan.amountFen} fen for ${plan.paidPoints} and ${plan.bonusPoints} points`;
    },
  }),
  'staff.giveUpRefund': verb<OfRecharge>({
    weight: 0.5,
    think: (town, dice) =>
      thatIs(
        town,
        dice,
        `exists (select 1 from recharge_refunds f where f.recharge_id = t.id and f.state = 'refunding')`,
      ),
    act: async (town, { recharge }) => {
      const given = { rechargeId: rechargeId(town, recharge), note: '买家放弃' };
      return (await town.as('staff', adminGiveUpRechargeRefund, given)).state;
    },
  }),
};

export const recharge = { ...ofBuyers, ...ofStaff };
