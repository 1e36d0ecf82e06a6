// After-sale: a case by line and quantity is asked for, decided, sent back, paid back. Several per order, cent exact.
import type {
  approveAftersale,
  editAftersale,
  Endpoint,
  Id,
  In,
  listAftersales,
  adminCountAftersales,
  adminListAftersales,
  adminPreviewApproval,
  Out,
  previewAftersale,
  receiveReturn,
  refundOrder,
  rejectAftersale,
  requestAftersale,
  sendBack,
} from '@jishi/contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Once, Reader, Tx } from '../../platform/db.ts';
import type { Buyer, StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Files } from '../files/files.ts';
import type { Identity } from '../identity/identity.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Ordering } from '../ordering/ordering.ts';
import type { Payment } from '../payment/payment.ts';
import type { SettingKey, Settings } from '../settings/settings.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import * as decide from './aftersale.decide.ts';
import * as notices from './aftersale.notices.ts';
import * as request from './aftersale.request.ts';
import * as settle from './aftersale.settle.ts';
import * as store from './aftersale.store.ts';
import * as views from './aftersale.views.ts';

export type { CaseView, RefundableView, StaffCaseView } from './aftersale.views.ts';

/** Command of staff on a case that is open. */
type Decision<E extends Endpoint> = (
  staff: StaffSession,
  input: In<E>,
  asking?: Asking,
  once?: Once,
) => Promise<views.StaffCaseView>;

export type Aftersale = {
  refundable(buyer: Buyer, orderId: Id<'order'>): Promise<views.RefundableView>;
  preview(buyer: Buyer, input: In<typeof previewAftersale>): Promise<Out<typeof previewAftersale>>;
  /** The same key asks for the same case, however often it comes. */
  request(buyer: Buyer, input: In<typeof requestAftersale>, key?: string, once?: Once): Promise<views.CaseView>;
  edit(buyer: Buyer, input: In<typeof editAftersale>): Promise<views.CaseView>;
  withdraw(buyer: Buyer, id: Id<'aftersale'>, once?: Once): Promise<views.CaseView>;
  sendBack(buyer: Buyer, input: In<typeof sendBack>, once?: Once): Promise<views.CaseView>;
  list(buyer: Buyer, input: In<typeof listAftersales>): Promise<Out<typeof listAftersales>>;
  view(buyer: Buyer, id: Id<'aftersale'>): Promise<views.CaseView>;

  staffList(input: In<typeof adminListAftersales>): Promise<Out<typeof adminListAftersales>>;
  openCounts(): Promise<Out<typeof adminCountAftersales>>;
  /** How a sum would fall on the lines and the shipping fee. */
  approvalOf(input: In<typeof adminPreviewApproval>): Promise<Out<typeof adminPreviewApproval>>;
  staffView(id: Id<'aftersale'>): Promise<views.StaffCaseView>;
  approve: Decision<typeof approveAftersale>;
  reject: Decision<typeof rejectAftersale>;
  receiveReturn: Decision<typeof receiveReturn>;
  /** Out of stock, goodwill: a case that is agreed as it is opened. */
  refundOrder(
    staff: StaffSession,
    input: In<typeof refundOrder>,
    asking?: Asking,
    key?: string,
    once?: Once,
  ): Promise<views.StaffCaseView>;

  /** Command: WeChat has paid a refund back. Safe to repeat. */
  markRefunded(refundId: Id<'refund'>): Promise<void>;
  /** Schedule: returns that were agreed and never sent. */
  expireReturns(): Promise<void>;
  notifyDecided(id: Id<'aftersale'>): Promise<void>;
  notifyDone(id: Id<'aftersale'>): Promise<void>;

  /** Cases of orders, newest first; every asked order is in the answer. */
  caseIdsOf(reader: Reader, orderIds: readonly Id<'order'>[]): Promise<Map<Id<'order'>, Id<'aftersale'>[]>>;
};

export type AftersaleDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  settings: Pick<Settings, 'define' | 'read'>;
  staff: Pick<Staff, 'audit'>;
  files: Pick<Files, 'pictures' | 'mustOwn'>;
  identity: Pick<Identity, 'names'>;
  messaging: Pick<Messaging, 'notify'>;
  inventory: Pick<Inventory, 'release' | 'restock'>;
  payment: Pick<Payment, 'refund' | 'refundOf' | 'refundView'>;
  ordering: Pick<
    Ordering,
    | 'lock'
    | 'orders'
    | 'lines'
    | 'linePoints'
    | 'mine'
    | 'find'
    | 'note'
    | 'openCase'
    | 'closeCase'
    | 'orderPointsBack'
    | 'applyRefund'
  >;
};

/** The module with its settings: what every verb is given first. */
export type Room = AftersaleDeps & {
  keys: {
    returnDays: SettingKey<number>;
    applicationsMax: SettingKey<number>;
    returnName: SettingKey<string>;
    returnPhone: SettingKey<string>;
    returnAddress: SettingKey<string>;
  };
};

export function createAftersale(deps: AftersaleDeps): Aftersale {
  const room: Room = { ...deps, keys: defineKeys(deps.settings) };
  const toBuyer = (buyer: Buyer, once?: Once) => ({
    answer: (tx: Tx, id: Id<'aftersale'>) => views.buyerView(room, tx, buyer, id),
    once,
  });
  const toStaff = (asking?: Asking, once?: Once) => ({
    answer: (tx: Tx, id: Id<'aftersale'>) => views.staffView(room, tx, id),
    asking,
    once,
  });
  return {
    refundable: (buyer, orderId) => views.refundable(room, buyer, orderId),
    preview: (buyer, input) => views.preview(room, buyer, input),
    request: (buyer, input, key, once) => request.request(room, buyer, input, { ...toBuyer(buyer, once), key }),
    edit: (buyer, input) => request.edit(room, buyer, input, toBuyer(buyer)),
    withdraw: (buyer, id, once) => request.withdraw(room, buyer, id, toBuyer(buyer, once)),
    sendBack: (buyer, input, once) => request.sendBack(room, buyer, input, toBuyer(buyer, once)),
    list: (buyer, input) => views.list(room, buyer, input),
    view: (buyer, id) => views.buyerView(room, room.db, buyer, id),

    staffList: (input) => views.staffList(room, input),
    openCounts: async () => ({ states: await store.openCounts(room.db) }),
    approvalOf: (input) => views.approvalOf(room, input),
    staffView: (id) => views.staffView(room, room.db, id),
    approve: (staff, input, asking, once) => decide.approve(room, staff, input, toStaff(asking, once)),
    reject: (staff, input, asking, once) => decide.reject(room, staff, input, toStaff(asking, once)),
    receiveReturn: (staff, input, asking, once) => decide.receiveReturn(room, staff, input, toStaff(asking, once)),
    refundOrder: (staff, input, asking, key, once) =>
      decide.refundOrder(room, staff, input, { ...toStaff(asking, once), key }),

    markRefunded: (refundId) => settle.markRefunded(room, refundId),
    expireReturns: () => settle.expireReturns(room),
    notifyDecided: (id) => notices.decided(room, id),
    notifyDone: (id) => notices.done(room, id),

    caseIdsOf: async (reader, orderIds) => {
      const found = new Map<Id<'order'>, Id<'aftersale'>[]>(orderIds.map((id) => [id, []]));
      for (const one of await store.idsOf(reader, orderIds)) found.get(one.orderId)?.push(one.id);
      return found;
    },
  };
}

function defineKeys(settings: AftersaleDeps['settings']): Room['keys'] {
  const count = { group: '售后', schema: z.int(), min: 1 } as const;
  const words = (key: string, label: string, hint: string, standard: string, max: number) =>
    settings.define({
      key,
      group: '店铺',
      label,
      hint,
      kind: 'text',
      schema: z.string().trim().max(max),
      default: standard,
    });
  return {
    returnDays: settings.define({
      ...count,
      key: 'aftersale.returnDays',
      label: '退货寄回期限',
      hint: '审核通过后须在此天数内寄回，逾期自动关闭',
      kind: 'days',
      default: 7,
      max: 60,
    }),
    applicationsMax: settings.define({
      ...count,
      key: 'aftersale.applicationsMax',
      label: '同一商品申请次数',
      hint: '被拒绝、撤销或逾期的申请都计入',
      kind: 'integer',
      default: 2,
      max: 10,
    }),
    returnName: words('shop.returnName', '退货收件人', '同意退货时写入售后单', '集市小铺售后部', 20),
    returnPhone: words('shop.returnPhone', '退货联系电话', '与退货地址一起展示', '', 20),
    returnAddress: words('shop.returnAddress', '退货地址', '请填写完整的省、市、区和详细地址', '', 150),
  };
}
