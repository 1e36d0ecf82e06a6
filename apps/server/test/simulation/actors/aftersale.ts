// After the sale: buyers ask for their money, think better of it, send goods back; staff agree in whole or in part, refuse,
// and look at what came.
import {
  adminGetAftersale,
  approveAftersale,
  receiveReturn,
  rejectAftersale,
  requestAftersale,
  sendBack,
  withdrawAftersale,
  type Id,
} from '@jishi/contract';
import type { Dice } from '../dice.ts';
import { verb } from '../story.ts';
import type { Town } from '../town.ts';
import { find, ownerOf, piecesOf, somePieces, type Pieces } from './find.ts';

type Kind = 'refund_only' | 'return_refund';
type OfCase = { of: string };

const caseId = (town: Town, of: string) => town.names.idOf(of) as Id<'aftersale'>;
const aCase = async (town: Town, dice: Dice, ...states: readonly string[]): Promise<OfCase | null> => {
  const of = await find(town, dice, 'case', `t.state in ('${states.join("', '")}')`);
  return of === null ? null : { of };
};
const seen = async (town: Town, of: string) => {
  const { version, maxFen, lines } = await town.as('staff', adminGetAftersale, { aftersaleId: caseId(town, of) });
  return { version, maxFen, lines };
};

const ofBuyers = {
  'buyer.ask': verb<{ order: string; kind: Kind; pieces: Pieces }>({
    weight: 8,
    think: async (town, dice) => {
      const order = await find(town, dice, 'order', `t.state in ('paid', 'partly_shipped', 'shipped', 'received')`);
      if (!order) return null;
      const kind = dice.hit(0.5) ? 'refund_only' : 'return_refund';
      return { order, kind, pieces: await somePieces(town, dice, order) };
    },
    act: async (town, { order, kind, pieces }) => {
      const buyer = await ownerOf(town, 'order', order);
      const lines = await piecesOf(town, order, pieces);
      const orderId = town.names.idOf(order) as Id<'order'>;
      const wish = { orderId, kind, lines, reason: '不想要了', description: '' };
      const made = await town.as(buyer, requestAftersale, wish);
      return `${town.names.give('case', made.id)}: ${made.askedFen} fen`;
    },
  }),
  'buyer.withdraw': verb<OfCase>({
    weight: 1.5,
    think: (town, dice) => aCase(town, dice, 'requested', 'await_return'),
    act: async (town, { of }) => {
      const buyer = await ownerOf(town, 'case', of);
      return (await town.as(buyer, withdrawAftersale, { aftersaleId: caseId(town, of) })).state;
    },
  }),
  'buyer.sendBack': verb<OfCase & { tracking: number }>({
    weight: 4,
    think: async (town, dice) => {
      const one = await aCase(town, dice, 'await_return');
      return one && { ...one, tracking: dice.roll(1e9) };
    },
    act: async (town, { of, tracking }) => {
      const buyer = await ownerOf(town, 'case', of);
      const parcel = { carrier: 'ZTO' as const, trackingNo: `ZT${tracking + 1e9}` };
      return (await town.as(buyer, sendBack, { aftersaleId: caseId(town, of), ...parcel })).state;
    },
  }),
};

const ofStaff = {
  /** `share` of the most that may be agreed, in percent. */
  'staff.approve': verb<OfCase & { share: number; kind: Kind | null }>({
    weight: 8,
    think: async (town, dice) => {
      const one = await aCase(town, dice, 'requested');
      const share = dice.hit(0.7) ? 100 : dice.between(1, 99);
      return one && { ...one, share, kind: dice.hit(0.1) ? 'refund_only' : null };
    },
    act: async (town, { of, share, kind }) => {
      const { version, maxFen } = await seen(town, of);
      const amount = share === 100 ? {} : { amountFen: Math.floor((maxFen * share) / 100) };
      const agreement = { aftersaleId: caseId(town, of), version, ...amount, ...(kind ? { kind } : {}) };
      const agreed = await town.as('staff', approveAftersale, agreement);
      return `${agreed.state}, ${agreed.agreedFen} fen`;
    },
  }),
  'staff.reject': verb<OfCase>({
    weight: 1.5,
    think: (town, dice) => aCase(town, dice, 'requested'),
    act: async (town, { of }) => {
      const { version } = await seen(town, of);
      const refusal = { aftersaleId: caseId(town, of), version, reason: '不符合条件' };
      return (await town.as('staff', rejectAftersale, refusal)).state;
    },
  }),
  'staff.receiveReturn': verb<OfCase & { damaged: boolean }>({
    weight: 4,
    think: async (town, dice) => {
      const one = await aCase(town, dice, 'returning', 'await_return');
      return one && { ...one, damaged: dice.hit(0.25) };
    },
    act: async (town, { of, damaged }) => {
      const { version, lines } = await seen(town, of);
      const broken = damaged ? lines.slice(0, 1).map(({ lineId }) => ({ lineId, quantity: 1 })) : [];
      const receipt = { aftersaleId: caseId(town, of), version, damaged: broken };
      return (await town.as('staff', receiveReturn, receipt)).state;
    },
  }),
};

export const aftersale = { ...ofBuyers, ...ofStaff };
