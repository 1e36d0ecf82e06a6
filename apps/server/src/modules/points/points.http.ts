// The doors of points: what a person holds, what they can buy, and the desk behind it.
import {
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
