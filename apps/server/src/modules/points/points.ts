// Points: bought, given and earned. One book for all kinds; the ledger holds the same in its own unit.
import type {
  adminCreatePackage,
  adminDeletePackage,
  adminGetPackage,
  adminGetRecharge,
  adminGetRechargeMoney,
  adminGiveUpRechargeRefund,
  adminListPackages,
  adminListRecharges,
  adminRefundRecharge,
  adminUpdatePackage,
  Id,
  In,
  listPackages,
  listPointMoves,
  listRecharges,
  Out,
  payRecharge,
  placeRecharge,
  PointBalance,
  PointKind,
  PointPackage,
  RechargeOrder,
} from '@jishi/contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { readCursor, scrolled } from '../../platform/cursor.ts';
import type { Db, Once, Reader, Tx } from '../../platform/db.ts';
import type { Buyer, Ctx, StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Identity } from '../identity/identity.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Payment } from '../payment/payment.ts';
import type { SettingKey, Settings } from '../settings/settings.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import { createEarning, type Earning } from './points.earn.ts';
import { createHolders, type Holders } from './points.holders.ts';
import { createInviting, type Inviting } from './points.invites.ts';
import { createSigningIn, type SigningIn } from './points.signin.ts';
import { createSpending, type Spending } from './points.spend.ts';
import { createLots } from './points.lots.ts';
import { createPackages } from './points.packages.ts';
import type { RechargeRow } from './points.recharge.store.ts';
import { createRecharging } from './points.recharge.ts';
import { createRechargeDesk } from './points.refunds.ts';
import * as store from './points.store.ts';

export type { Balance, Drift } from './points.store.ts';
export type { RechargeRow } from './points.recharge.store.ts';

/** What people read beside a change, and what it belongs to. */
export type About = store.About & { key: string };
export type Grant = About & {
  buyerId: string;
  kind: PointKind;
  points: number;
  /** Null: for ever. */
  expiresAt: Date | null;
};
export type Reserve = About & {
  buyerId: string;
  points: number;
  /** Which kinds may be spent; given ones go first, then earned, then bought. */
  kinds: readonly PointKind[];
  /** When it is cancelled by itself; null: it waits for a decision. */
  expiresAt: Date | null;
};

/** What is unspent of these grants. */
export type HoldGrants = Omit<Reserve, 'kinds' | 'points'> & { grantKeys: readonly string[] };
export type GiveBack = { reservationId: string; points: number; key: string; label: string };
export type TakeBack = { grantKey: string; points: number; key: string; label: string };

/** Every `key` is a business key: the same effect a second time changes nothing and answers the same. */
export type PointsBook = {
  /** Part. */
  grant(tx: Tx, grant: Grant): Promise<'granted' | 'repeated'>;
  /** Part: promises points to something. Fails with `points.short` { left }. Answers the reservation. */
  reserve(tx: Tx, reserve: Reserve): Promise<string>;
  /** Part: what was promised is used. `cancelled`: it was too late. */
  commit(tx: Tx, reservationId: string): Promise<'committed' | 'repeated' | 'cancelled'>;
  /** Part: back into the very lots. `committed`: it was too late. */
  cancel(tx: Tx, reservationId: string, label?: string): Promise<'cancelled' | 'repeated' | 'committed'>;
  /** Part: a part of what was used comes back, last used first. */
  giveBack(tx: Tx, back: GiveBack): Promise<'given' | 'repeated'>;
  /** Part: reverses a grant as far as it is unspent; answers how much could be taken. */
  takeBack(tx: Tx, back: TakeBack): Promise<number>;
  /** Without expired points, whether or not the schedule has counted them out. */
  balance(reader: Reader, buyerId: string): Promise<store.Balance>;
  history(
    reader: Reader,
    buyerId: string,
    page: Omit<In<typeof listPointMoves>, 'kind'> & { kind?: PointKind | undefined },
  ): Promise<Out<typeof listPointMoves>>;
  mine(buyer: Buyer): Promise<z.input<typeof PointBalance>>;
  /** Schedule: late reservations and expired lots. */
  expireDue(): Promise<void>;
  /** People whose lots, journal and accounts disagree; empty in a healthy house. */
  check(reader: Reader): Promise<store.Drift[]>;
};

export type PackageDesk = {
  packages(buyer: Buyer | null): Promise<Out<typeof listPackages>>;
  package(buyer: Buyer | null, packageId: Id<'package'>): Promise<z.input<typeof PointPackage>>;
  staffPackages(input: In<typeof adminListPackages>): Promise<Out<typeof adminListPackages>>;
  staffPackage(packageId: Id<'package'>): Promise<Out<typeof adminGetPackage>>;
  createPackage(
    staff: StaffSession,
    input: In<typeof adminCreatePackage>,
    asking?: Asking,
  ): Promise<Out<typeof adminCreatePackage>>;
  updatePackage(
    staff: StaffSession,
    input: In<typeof adminUpdatePackage>,
    asking?: Asking,
  ): Promise<Out<typeof adminUpdatePackage>>;
  deletePackage(
    staff: StaffSession,
    packageId: Id<'package'>,
    asking?: Asking,
  ): Promise<Out<typeof adminDeletePackage>>;
};

export type Recharging = {
  /** `once` keeps the answer by the same commit. */
  place(buyer: Buyer, input: In<typeof placeRecharge>, once?: Once): Promise<z.input<typeof RechargeOrder>>;
  pay(buyer: Buyer, input: In<typeof payRecharge>, from: Ctx['request']): Promise<Out<typeof payRecharge>>;
  /** What WeChat says, not what the phone believes. */
  recharge(buyer: Buyer, orderNo: string): Promise<z.input<typeof RechargeOrder>>;
  cancel(buyer: Buyer, orderNo: string): Promise<z.input<typeof RechargeOrder>>;
  recharges(buyer: Buyer, input: In<typeof listRecharges>): Promise<Out<typeof listRecharges>>;
  /** Command: the payment of a recharge has succeeded. Safe to repeat; other payments are not ours. */
  markPaid(paymentId: Id<'payment'>): Promise<void>;
  /** Command: the payment can never be paid any more. Safe to repeat. */
  markClosed(paymentId: Id<'payment'>): Promise<void>;
  /** Schedule: orders that were never told what became of their payment. */
  catchUp(): Promise<void>;
  rechargesBy(reader: Reader, ids: readonly string[]): Promise<RechargeRow[]>;
  /** By the whole number that people read. */
  byNumber(reader: Reader, orderNo: string): Promise<RechargeRow | undefined>;
};

export type RechargeDesk = {
  staffRecharges(input: In<typeof adminListRecharges>): Promise<Out<typeof adminListRecharges>>;
  staffRecharge(rechargeId: Id<'recharge'>): Promise<Out<typeof adminGetRecharge>>;
  rechargeMoney(rechargeId: Id<'recharge'>): Promise<Out<typeof adminGetRechargeMoney>>;
  refundRecharge(
    staff: StaffSession,
    input: In<typeof adminRefundRecharge>,
    asking?: Asking,
    once?: Once,
  ): Promise<Out<typeof adminRefundRecharge>>;
  giveUpRefund(
    staff: StaffSession,
    input: In<typeof adminGiveUpRechargeRefund>,
    asking?: Asking,
    once?: Once,
  ): Promise<Out<typeof adminGiveUpRechargeRefund>>;
  /** Command: a refund has arrived. Safe to repeat; refunds of other causes are not ours. */
  markRefunded(refundId: Id<'refund'>): Promise<void>;
};

/** The book has parts for other rooms; buying has commands, which the doors call as `recharging` and `desk`. */
export type Points = PointsBook & {
  shelf: PackageDesk;
  recharging: Recharging;
  desk: RechargeDesk;
  spending: Spending;
  earning: Earning;
  signingIn: SigningIn;
  inviting: Inviting;
  holders: Holders;
};

export type BookDeps = { db: Db; clock: Clock; log: Log; ledger: Pick<Ledger, 'post'> };
export type PointsDeps = BookDeps & {
  staff: Pick<Staff, 'audit'>;
  settings: Pick<Settings, 'define' | 'read'>;
  identity: Pick<Identity, 'names' | 'byPhone' | 'ownPage'>;
  messaging: Pick<Messaging, 'notify'>;
  ledger: Pick<Ledger, 'post' | 'postingsOf'>;
  payment: Pick<
    Payment,
    | 'open'
    | 'prepay'
    | 'view'
    | 'refresh'
    | 'beginClose'
    | 'finishClose'
    | 'refund'
    | 'refundOf'
    | 'refundFor'
    | 'giveUpRefund'
    | 'moneyOf'
    | 'payablesByNumber'
  >;
};

/** What the verbs are given first. */
export type PointsRoom = PointsDeps & {
  keys: Record<
    'payWindowMinutes' | 'paidDays' | 'bonusDays' | 'inviteFrozenDays' | 'grantDailyMax',
    SettingKey<number>
  >;
};

export function createPoints(deps: PointsDeps): Points {
  const room: PointsRoom = { ...deps, keys: defineKeys(deps.settings) };
  const lots = createLots(deps);
  const recharging = createRecharging(room, lots);
  const earning = createEarning(room, lots);
  const inviting = createInviting(room, earning, recharging);
  return {
    ...createBook(deps),
    shelf: createPackages(room),
    recharging,
    desk: createRechargeDesk(room, lots),
    spending: createSpending(room, lots),
    earning,
    signingIn: createSigningIn(room, lots, earning),
    inviting,
    holders: createHolders(room, lots, earning, inviting),
  };
}

/** Lots and their history alone: what everything about points stands on. */
export function createBook(deps: BookDeps): PointsBook {
  const { db } = deps;
  const { factsOf: _, holdGrants: __, lockBuyer: ___, ...lots } = createLots(deps);
  return {
    ...lots,
    history: async (reader, buyerId, { kind, cursor, limit }) => {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await store.moves(reader, { buyerId, kind, after, limit: limit + 1 });
      const { shown, nextCursor } = scrolled(rows, limit, (row) => row.at);
      return { items: shown, nextCursor };
    },
    mine: async (buyer) => {
      const balance = await lots.balance(db, buyer.id);
      return { ...balance, total: balance.paid + balance.bonus + balance.earned };
    },
    check: store.drifts,
  };
}

function defineKeys(settings: PointsDeps['settings']): PointsRoom['keys'] {
  const group = '积分';
  const days = (key: string, label: string, value: number) =>
    settings.define({
      key,
      group,
      label,
      hint: '从到账起计算的天数；0 表示长期有效。只影响之后的订单',
      kind: 'days',
      schema: z.int(),
      default: value,
      min: 0,
      max: 3650,
    });
  return {
    payWindowMinutes: settings.define({
      key: 'recharge.payWindowMinutes',
      group,
      label: '充值付款时限',
      hint: '超过后未付款的充值订单自动关闭',
      kind: 'minutes',
      schema: z.int(),
      default: 15,
      min: 5,
      max: 120,
    }),
    paidDays: days('points.paidDays', '充值积分有效期', 0),
    bonusDays: days('points.bonusDays', '赠送积分有效期', 365),
    inviteFrozenDays: settings.define({
      key: 'points.inviteFrozenDays',
      group,
      label: '邀请充值奖励冻结期',
      hint: '好友首次充值后经过这些天且没有退款，才发放奖励',
      kind: 'days',
      schema: z.int(),
      default: 15,
      min: 0,
      max: 90,
    }),
    grantDailyMax: settings.define({
      key: 'points.grantDailyMax',
      group,
      label: '员工每天补发积分上限',
      hint: '每名员工一天内最多补发的积分，0 表示不能补发',
      kind: 'integer',
      schema: z.int(),
      default: 2000,
      min: 0,
      max: 1_000_000,
    }),
  };
}
