// Inviting: a code, a bond that is made once and kept, and what it brings to whoever invited.
import { randomInt } from 'node:crypto';
import { INVITEES_SHOWN, POINT_FEN, type bindInvite, type getInvite, type Id, type Out } from '@jishi/contract';
import { eachOf } from '../../platform/batch.ts';
import { spanMs } from '../../platform/clock.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { lock } from '../../platform/lock.ts';
import { worthOf } from './points.earn.rules.ts';
import type { Earning } from './points.earn.ts';
import * as store from './points.people.store.ts';
import * as earnings from './points.earn.store.ts';
import type { PointsRoom, Recharging } from './points.ts';

/** Without 0, 1, I, O: people read codes to each other. Six of them are more than a thousand million. */
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 6;
const CODE_TRIES_MAX = 5;
/** No chain of friends is longer; a longer one is taken for no loop. */
const CHAIN_MAX = 50;
const BATCH = 200;
const FROM_INVITES = ['invite', 'invite_recharge'];

const nameOf = async (room: PointsRoom, reader: Reader, buyerId: string) =>
  (await room.identity.names(reader, [buyerId])).get(buyerId)?.nickname ?? '';

const newCode = () => Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');

export type Inviting = {
  mine(buyer: Buyer): Promise<Out<typeof getInvite>>;
  /** Part: `hasPaid` is known upstairs. */
  bind(tx: Tx, buyer: Buyer, code: string, hasPaid: boolean): Promise<Out<typeof bindInvite>>;
  /** Who invited a buyer, and how many they invited: the relation that distribution will stand on. */
  bonds(buyerId: string): Promise<{ inviterId: string | null; invited: number }>;
  /** Command: a recharge is credited; the first of a friend freezes its reward. Safe to repeat. */
  recharged(rechargeId: Id<'recharge'>): Promise<void>;
  /** Command: a recharge was paid back; its reward is dropped, or taken back. Safe to repeat. */
  paidBack(rechargeId: Id<'recharge'>): Promise<void>;
  /** Schedule: rewards whose recharge can no longer be paid back. */
  grantDue(): Promise<void>;
};

export function createInviting(
  room: PointsRoom,
  earning: Earning,
  recharging: Pick<Recharging, 'rechargesBy'>,
): Inviting {
  const { db, clock } = room;

  return {
    mine: async (buyer) => {
      const code = (await store.codeOf(db, buyer.id)) ?? (await db.tx((tx) => makeCode(tx, buyer, clock.now())));
      const people = await store.invitees(db, buyer.id, INVITEES_SHOWN);
      const names = await room.identity.names(
        db,
        people.map((one) => one.invitee_id),
      );
      const inviterId = await store.inviterOf(db, buyer.id);
      return {
        code,
        invited: await store.countInvitees(db, buyer.id),
        earned: await earnings.earnedInAll(db, buyer.id, FROM_INVITES),
        frozen: await frozenOf(room, buyer.id),
        inviter: inviterId === undefined ? null : await nameOf(room, db, inviterId),
        people: people.map((one) => ({ nickname: names.get(one.invitee_id)?.nickname ?? '', at: one.at })),
      };
    },
    bind: (tx, buyer, code, hasPaid) => bind(room, earning, tx, { buyer, code, hasPaid }),
    bonds: async (buyerId) => ({
      inviterId: (await store.inviterOf(db, buyerId)) ?? null,
      invited: await store.countInvitees(db, buyerId),
    }),
    recharged: async (rechargeId) => {
      const [recharge] = await recharging.rechargesBy(db, [rechargeId]);
      if (recharge?.state !== 'paid') return;
      const inviterId = await store.inviterOf(db, recharge.buyerId);
      const worth = Math.floor(recharge.priceFen / POINT_FEN);
      if (inviterId === undefined || worth === 0) return;
      const days = await room.settings.read(db, room.keys.inviteFrozenDays);
      const dueAt = new Date((recharge.paidAt ?? clock.now()).getTime() + spanMs({ days }));
      const reward = { inviteeId: recharge.buyerId, inviterId, rechargeId, worth, dueAt };
      await db.tx((tx) => store.freezeReward(tx, reward));
    },
    paidBack: (rechargeId) =>
      db.tx(async (tx) => {
        const reward = await store.lockReward(tx, rechargeId);
        if (!reward || reward.state === 'dropped') return;
        await store.decideReward(tx, rechargeId, 'dropped', clock.now());
        if (reward.state === 'frozen') return;
        await earning.unearn(tx, { key: rewardKey(rechargeId), unitsLeft: 0, label: '好友充值已退款，收回奖励' });
      }),
    grantDue: async () => {
      const due = await store.dueRewards(db, clock.now(), BATCH);
      await eachOf(
        due,
        1,
        (id) => db.tx((tx) => grant(room, earning, recharging, tx, id)),
        (error, rechargeId) =>
          room.log.error({ err: error, rechargeId }, 'the reward for an invitation could not be granted'),
      );
    },
  };
}

type Binding = { buyer: Buyer; code: string; hasPaid: boolean };

async function bind(
  room: PointsRoom,
  earning: Earning,
  tx: Tx,
  { buyer, code, hasPaid }: Binding,
): Promise<Out<typeof bindInvite>> {
  // One bond after the other: two that would close a loop cannot both be made.
  await lock(tx, 'referrals');
  if (await store.inviterOf(tx, buyer.id)) fail('invite.bound');
  const inviterId = await store.ownerOf(tx, code);
  if (inviterId === undefined) fail('invite.code_unknown', {}, 'code');
  if (inviterId === buyer.id) fail('invite.self', {}, 'code');
  if (hasPaid) fail('invite.not_new');
  if (await store.descendsFrom(tx, inviterId, buyer.id, CHAIN_MAX)) fail('invite.loop', {}, 'code');
  await store.bind(tx, buyer.id, inviterId, room.clock.now());
  const about = { refKind: 'buyer', refId: buyer.id, label: `邀请好友 ${await nameOf(room, tx, buyer.id)}` };
  await earning.earn(tx, { rule: 'invite', buyerId: inviterId, key: `invite:${buyer.id}`, ...about });
  return { inviter: await nameOf(room, tx, inviterId) };
}

const rewardKey = (rechargeId: string) => `invite_recharge:${rechargeId}`;

async function grant(
  room: PointsRoom,
  earning: Earning,
  recharging: Pick<Recharging, 'rechargesBy'>,
  tx: Tx,
  rechargeId: string,
): Promise<void> {
  const reward = await store.lockReward(tx, rechargeId);
  if (reward?.state !== 'frozen') return;
  const [recharge] = await recharging.rechargesBy(tx, [rechargeId]);
  const isKept = recharge?.state === 'paid';
  await store.decideReward(tx, rechargeId, isKept ? 'granted' : 'dropped', room.clock.now());
  if (!isKept) return;
  await earning.earn(tx, {
    rule: 'invite_recharge',
    buyerId: reward.inviter_id,
    key: rewardKey(rechargeId),
    units: reward.worth,
    label: '好友首次充值奖励',
    refKind: 'recharge',
    refId: rechargeId,
  });
}

/** What the frozen rewards would bring by today's rule. */
async function frozenOf(room: PointsRoom, inviterId: string): Promise<number> {
  const rule = await earnings.rule(room.db, 'invite_recharge');
  assert(rule, 'the rule of invitations is not there');
  if (!rule.is_on) return 0;
  const worths = await store.frozenWorth(room.db, inviterId);
  const each = { unit: 'percent', value: rule.value, dailyCap: null } as const;
  return worths.reduce((sum, worth) => sum + worthOf(each, worth, 0), 0);
}

async function makeCode(tx: Tx, buyer: Buyer, at: Date): Promise<string> {
  for (let attempt = 0; attempt < CODE_TRIES_MAX; attempt += 1) {
    const code = await store.putCode(tx, buyer.id, newCode(), at);
    if (code !== null) return code;
  }
  throw new Error(`no free invitation code in ${CODE_TRIES_MAX} tries`);
}
