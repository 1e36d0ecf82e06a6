// The doors of points: what a person holds, what they can buy, and the desk behind it.
import {
  adminGetBuyerPoints,
  adminGrantPoints,
  adminListBuyerPoints,
  adminListEarnRules,
  adminListPointMoves,
  adminUpdateEarnRule,
  cancelServicePoints,
  commitServicePoints,
  getInvite,
  getServiceBalance,
  getServiceReservation,
  getSignIn,
  listEarnWays,
  reserveServicePoints,
  signIn,
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
  cancelRecharge,
  getPackage,
  getPoints,
  getRecharge,
  listPackages,
  listPointMoves,
  listRecharges,
  payRecharge,
  placeRecharge,
} from '@jishi/contract';
import type { Db } from '../../platform/db.ts';
import type { Door } from '../../platform/http.ts';
import type { Points } from './points.ts';

export function bindPoints(door: Door, points: Points, db: Db): void {
  door.handle(getPoints, ({ buyer }) => points.mine(buyer));
  door.handle(listPointMoves, ({ buyer }, input) => points.history(db, buyer.id, input));
  bindRecharging(door, points);
  bindDesk(door, points);
  bindEarning(door, points, db);
  bindServices(door, points);
}

function bindRecharging(door: Door, { shelf, recharging }: Points): void {
  door.handle(listPackages, ({ buyer }) => shelf.packages(buyer));
  door.handle(getPackage, ({ buyer }, input) => shelf.package(buyer, input.packageId));
  door.handleOnce(placeRecharge, ({ buyer, once }, input) => recharging.place(buyer, input, once));
  door.handle(payRecharge, ({ buyer, request }, input) => recharging.pay(buyer, input, request));
  door.handle(getRecharge, ({ buyer }, input) => recharging.recharge(buyer, input.orderNo));
  door.handle(cancelRecharge, ({ buyer }, input) => recharging.cancel(buyer, input.orderNo));
  door.handle(listRecharges, ({ buyer }, input) => recharging.recharges(buyer, input));
}

function bindDesk(door: Door, { shelf, desk }: Points): void {
  door.handle(adminListPackages, (_, input) => shelf.staffPackages(input));
  door.handle(adminGetPackage, (_, input) => shelf.staffPackage(input.packageId));
  door.handle(adminCreatePackage, ({ staff, request }, input) => shelf.createPackage(staff, input, request));
  door.handle(adminUpdatePackage, ({ staff, request }, input) => shelf.updatePackage(staff, input, request));
  door.handle(adminDeletePackage, ({ staff, request }, input) => shelf.deletePackage(staff, input.packageId, request));
  door.handle(adminListRecharges, (_, input) => desk.staffRecharges(input));
  door.handle(adminGetRecharge, (_, input) => desk.staffRecharge(input.rechargeId));
  door.handle(adminGetRechargeMoney, (_, input) => desk.rechargeMoney(input.rechargeId));
  door.handleOnce(adminRefundRecharge, ({ staff, request, once }, input) =>
    desk.refundRecharge(staff, input, request, once),
  );
  door.handleOnce(adminGiveUpRechargeRefund, ({ staff, request, once }, input) =>
    desk.giveUpRefund(staff, input, request, once),
  );
}

function bindEarning(door: Door, { earning, signingIn, inviting, holders, history }: Points, db: Db): void {
  door.handle(listEarnWays, () => earning.ways());
  door.handle(getSignIn, ({ buyer }, input) => signingIn.month(buyer, input.month));
  door.handle(signIn, ({ buyer }) => signingIn.signIn(buyer));
  door.handle(getInvite, ({ buyer }) => inviting.mine(buyer));
  door.handle(adminListEarnRules, () => earning.rules());
  door.handle(adminUpdateEarnRule, ({ staff, request }, input) => earning.updateRule(staff, input, request));
  door.handle(adminListBuyerPoints, (_, input) => holders.list(input));
  door.handle(adminGetBuyerPoints, (_, input) => holders.one(input.buyerId));
  door.handle(adminListPointMoves, (_, { buyerId, ...page }) => history(db, buyerId, page));
  door.handleOnce(adminGrantPoints, ({ staff, request, idempotencyKey: key = '', once }, input) =>
    holders.grant(staff, input, { key, asking: request, once }),
  );
}

function bindServices(door: Door, { spending }: Points): void {
  door.handle(getServiceBalance, (_, input) => spending.balance(input.buyerId));
  door.handleOnce(reserveServicePoints, ({ service, idempotencyKey: key = '', once }, input) =>
    spending.reserve(service, input, key, once),
  );
  door.handle(getServiceReservation, ({ service }, input) => spending.reservation(service, input.reservationId));
  door.handle(commitServicePoints, ({ service }, input) => spending.commit(service, input.reservationId));
  door.handle(cancelServicePoints, ({ service }, input) => spending.cancel(service, input.reservationId));
}
