// Money that leaves the shop: people earn something, ask for it, think better of it or confirm on the phone; finance
// reviews, sends again what found no money; WeChat pays, fails, or takes its time.
import {
  approveWithdrawals,
  cancelWithdrawal,
  getWithdrawal,
  rejectWithdrawal,
  requestWithdrawal,
  resendWithdrawal,
  returnWithdrawal,
  type Id,
} from '@jishi/contract';
import { platformAccount } from '../../../src/modules/ledger/ledger.ts';
import { newId } from '../../../src/platform/ids.ts';
import type { Dice } from '../dice.ts';
import { verb } from '../story.ts';
import type { Resident, Town } from '../town.ts';
import { find, ownerOf } from './find.ts';

type OfOne = { withdrawal: string };
const idOf = (town: Town, { withdrawal }: OfOne) => town.names.idOf(withdrawal) as Id<'withdrawal'>;

async function thatIs(town: Town, dice: Dice, ...states: readonly string[]): Promise<OfOne | null> {
  const withdrawal = await find(town, dice, 'withdrawal', `t.state in ('${states.join("', '")}')`);
  return withdrawal === null ? null : { withdrawal };
}

/** As a later room would pay a commission. The key makes it one payment, however often it is tried. */
async function earn(town: Town, who: number, amountFen: number, key: string): Promise<string> {
  const ownerId = (town.buyers[who % town.buyers.length] as Resident).id;
  const lines = [
    { account: platformAccount('loss'), debitFen: amountFen },
    { account: { type: 'wallet_available' as const, ownerKind: 'buyer', ownerId }, creditFen: amountFen },
  ];
  const posting = { key: `earned:${key}`, label: '测试入账', refKind: 'test', refId: newId(), lines };
  const { app } = town.life;
  return town.life.during(() => app.db.tx((tx) => app.ledger.post(tx, posting)));
}

/** Before the story begins: everybody has something in the wallet. */
export async function fillWallets(town: Town): Promise<void> {
  for (const who of town.buyers.keys()) await earn(town, who, 80_000, `first-${who}`);
}

const ofBuyers = {
  'buyer.earns': verb<{ who: number; amountFen: number; key: string }>({
    weight: 2,
    think: (town, dice) => ({
      who: dice.roll(town.buyers.length),
      amountFen: dice.between(500, 60_000),
      key: String(dice.roll(1e9)),
    }),
    act: (town, { who, amountFen, key }) => earn(town, who, amountFen, key),
  }),
  'buyer.withdraws': verb<{ who: number; amountFen: number }>({
    weight: 5,
    think: async (town, dice) => {
      const rich = await town.rows<{ id: string; fen: number }>(
        `select owner_id as id, -balance as fen from ledger_accounts
         where type = 'wallet_available' and balance <= -1000 order by owner_id`,
      );
      const one = dice.pick(rich);
      if (!one) return null;
      const who = town.buyers.findIndex((buyer) => buyer.id === one.id);
      return {
        who,
        amountFen: dice.hit(0.1) ? dice.between(1, 60_000) : dice.between(1000, Math.min(one.fen, 30_000)),
      };
    },
    act: async (town, { who, amountFen }) => {
      const buyer = town.buyers[who % town.buyers.length] as Resident;
      const made = await town.as(buyer, requestWithdrawal, { amountFen: amountFen as never, platform: 'weapp' });
      return `${town.names.give('withdrawal', made.id)}: ${made.arrivesFen} fen`;
    },
  }),
  'buyer.cancelsWithdrawal': verb<OfOne>({
    weight: 1.5,
    think: (town, dice) => thatIs(town, dice, 'pending', 'approved', 'sending', 'await_confirm'),
    act: async (town, one) => {
      const buyer = await ownerOf(town, 'withdrawal', one.withdrawal);
      return (await town.as(buyer, cancelWithdrawal, { withdrawalId: idOf(town, one) })).state;
    },
  }),
  'buyer.looksAtWithdrawal': verb<OfOne>({
    weight: 1.5,
    think: (town, dice) => thatIs(town, dice, 'sending', 'await_confirm', 'approved'),
    act: async (town, one) => {
      const buyer = await ownerOf(town, 'withdrawal', one.withdrawal);
      return (await town.as(buyer, getWithdrawal, { withdrawalId: idOf(town, one) })).state;
    },
  }),
  'buyer.confirmsTransfer': verb<{ which: number }>({
    weight: 4,
    think: (town, dice) => (waitingTransfers(town).length === 0 ? null : { which: dice.roll(6) }),
    act: async (town, { which }) => {
      const waiting = waitingTransfers(town);
      const one = waiting[which % Math.max(1, waiting.length)];
      return one ? (await town.wechat.confirmTransfer(one.outBillNo)).state : 'nothing to confirm';
    },
  }),
};

const waitingTransfers = (town: Town) => town.wechat.transfers().filter((one) => one.state === 'WAIT_USER_CONFIRM');

const ofStaff = {
  'staff.approveWithdrawal': verb<OfOne>({
    weight: 4,
    think: (town, dice) => thatIs(town, dice, 'pending'),
    act: async (town, one) => {
      const answer = await town.as('staff', approveWithdrawals, { withdrawalIds: [idOf(town, one)], note: '' });
      return JSON.stringify(answer).includes('approved') ? 'approved' : 'not approved';
    },
  }),
  'staff.rejectWithdrawal': verb<OfOne>({
    weight: 0.7,
    think: (town, dice) => thatIs(town, dice, 'pending'),
    act: async (town, one) =>
      (await town.as('staff', rejectWithdrawal, { withdrawalId: idOf(town, one), reason: '资料不符' })).state,
  }),
  'staff.resendWithdrawal': verb<OfOne>({
    weight: 1,
    think: (town, dice) => thatIs(town, dice, 'approved', 'sending'),
    act: async (town, one) => (await town.as('staff', resendWithdrawal, { withdrawalId: idOf(town, one) })).state,
  }),
  'staff.returnWithdrawal': verb<OfOne>({
    weight: 0.7,
    think: (town, dice) => thatIs(town, dice, 'approved', 'sending', 'await_confirm'),
    act: async (town, one) =>
      (await town.as('staff', returnWithdrawal, { withdrawalId: idOf(town, one), reason: '退回余额' })).state,
  }),
};

const ofWechat = {
  'wechat.transfer': verb<{ which: number; state: 'SUCCESS' | 'FAIL' | 'CANCELLED' }>({
    weight: 1,
    think: (town, dice) => {
      const state = dice.weighed({ SUCCESS: 4, FAIL: 2, CANCELLED: 1 }) as 'FAIL';
      return openTransfers(town).length === 0 ? null : { which: dice.roll(6), state };
    },
    act: async (town, { which, state }) => {
      const open = openTransfers(town);
      const one = open[which % Math.max(1, open.length)];
      return one ? (await town.wechat.finishTransfer(one.outBillNo, state)).state : 'no transfer';
    },
  }),
  'wechat.payouts': verb<{ amountFen: number; lockMs: number }>({
    weight: 0.7,
    think: (_, dice) => ({ amountFen: dice.between(1, 200_000), lockMs: dice.hit(0.5) ? 0 : 30_000 }),
    act: async (town, { amountFen, lockMs }) => {
      const left = town.wechat.ledger().balances['merchant:available'] ?? 0;
      town.wechat.fund({ account: 'available', amountFen: amountFen - left });
      town.wechat.transferPace({ lockMs });
      return `${amountFen} fen to pay out of`;
    },
  }),
};

const openTransfers = (town: Town) =>
  town.wechat.transfers().filter((one) => !['SUCCESS', 'FAIL', 'CANCELLED'].includes(one.state));

/** In the evening finance sends again what found no money. */
export async function sendAgain(town: Town): Promise<void> {
  town.wechat.transferPace({ lockMs: 0, delayMs: 1000 });
  const stuck = await town.rows<{ id: Id<'withdrawal'> }>(
    `select id from withdrawals where state in ('approved', 'sending') and problem is not null order by id`,
  );
  for (const { id } of stuck)
    await town.as('staff', resendWithdrawal, { withdrawalId: id }).catch(() => 'it has moved on');
}

export const withdrawing = { ...ofBuyers, ...ofStaff, ...ofWechat };
