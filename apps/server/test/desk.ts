// What buyers and staff do at their screens, a line each: for stories that are about what follows.
import {
  adminGetAftersale,
  adminGetOrder,
  adminGetOrderMoney,
  approveAftersale,
  changeSetting,
  getAftersale,
  getOrder,
  listSettings,
  receiveOrder,
  receiveReturn,
  refundOrder,
  rejectAftersale,
  requestAftersale,
  sendBack,
  shipOrder,
  withdrawAftersale,
  type CarrierCode,
  type Client,
  type Got,
  type Id,
  type Sent,
} from '@jishi/contract';
import { expect } from 'vitest';
import { key } from './given.ts';
import type { BuyerSession, House } from './house.ts';

export type OrderView = Got<typeof getOrder>;
export type CaseView = Got<typeof getAftersale>;
type Named = { id: string };
type Pieces = { lineId: string; quantity: number };
type Kind = Sent<typeof requestAftersale>['kind'];
type Agreement = Partial<Pick<Sent<typeof approveAftersale>, 'amountFen' | 'kind' | 'note' | 'version'>>;

export type Desk = Awaited<ReturnType<typeof createDesk>>;

let parcels = 0;
export const newTrackingNo = () => `SF${String((parcels += 1)).padStart(10, '0')}`;

export const orderId = (order: Named) => ({ orderId: order.id as Id<'order'> });
const caseId = (one: Named) => ({ aftersaleId: one.id as Id<'aftersale'> });
const ids = (lines: readonly Pieces[]) => lines as readonly { lineId: Id<'orderLine'>; quantity: number }[] as never;

/** All pieces of an order, or of some of its lines. */
export const pieces = (order: { lines: readonly { id: string; quantity: number }[] }, ...quantities: number[]) =>
  order.lines
    .map((line, index) => ({
      lineId: line.id,
      quantity: quantities.length > 0 ? (quantities[index] ?? 0) : line.quantity,
    }))
    .filter((one) => one.quantity > 0);

export async function createDesk(house: House) {
  const { call: staff } = await house.admin();
  const version = async (one: Named) => (await staff(adminGetAftersale, caseId(one))).version;
  return {
    staff,
    /** Changes one setting, whatever its version is. */
    setting: async (name: string, value: string | number) => {
      const { items } = await staff(listSettings, {});
      await staff(changeSetting, { key: name, value, version: items.find((one) => one.key === name)?.version ?? 0 });
    },
    order: (buyer: BuyerSession, order: Named) => buyer.call(getOrder, orderId(order)),
    staffOrder: (order: Named) => staff(adminGetOrder, orderId(order)),
    /** Postings of an order in one line each: `label: account +debit -credit`. */
    postings: async (order: Named) =>
      (await staff(adminGetOrderMoney, orderId(order))).postings
        .map(({ label, entries }) => ({
          label,
          entries: entries.map((one) => [one.account, one.debitFen - one.creditFen] as const),
        }))
        // Points are another unit, and another story.
        .filter(({ entries }) => entries.some(([, fen]) => fen !== 0)),
    money: (order: Named) => staff(adminGetOrderMoney, orderId(order)),
    ship: (order: Named, lines?: readonly Pieces[], by: Client = staff, carrier: CarrierCode = 'SF') =>
      by(
        shipOrder,
        { ...orderId(order), carrier, trackingNo: newTrackingNo(), ...(lines ? { lines: ids(lines) } : {}) },
        { key: key() },
      ),
    receive: (buyer: BuyerSession, order: Named) => buyer.call(receiveOrder, orderId(order), { key: key() }),

    ask: (buyer: BuyerSession, order: Named, lines: readonly Pieces[], kind: Kind = 'refund_only') =>
      buyer.call(
        requestAftersale,
        { ...orderId(order), kind, lines: ids(lines), reason: '不想要了', description: '' },
        { key: key() },
      ),
    caseOf: (buyer: BuyerSession, one: Named) => buyer.call(getAftersale, caseId(one)),
    withdraw: (buyer: BuyerSession, one: Named) => buyer.call(withdrawAftersale, caseId(one), { key: key() }),
    sendBack: (buyer: BuyerSession, one: Named, trackingNo = newTrackingNo()) =>
      buyer.call(sendBack, { ...caseId(one), carrier: 'ZTO', trackingNo }, { key: key() }),
    staffCase: (one: Named) => staff(adminGetAftersale, caseId(one)),
    approve: async (one: Named, agreement: Agreement = {}) =>
      staff(approveAftersale, { ...caseId(one), version: await version(one), ...agreement }, { key: key() }),
    reject: async (one: Named, reason = '商品已拆封') =>
      staff(rejectAftersale, { ...caseId(one), version: await version(one), reason }, { key: key() }),
    receiveReturn: async (one: Named, damaged: readonly Pieces[] = []) =>
      staff(receiveReturn, { ...caseId(one), version: await version(one), damaged: ids(damaged) }, { key: key() }),
    refund: (order: Named, lines: readonly Pieces[], reason = '缺货') =>
      staff(refundOrder, { ...orderId(order), lines: ids(lines), reason }, { key: key() }),
  };
}

/** The call is refused with this code, which the endpoint lists. */
export async function refused(call: Promise<unknown>, code: string, details: Record<string, unknown> = {}) {
  await expect(call).rejects.toMatchObject({ name: 'ApiError', code, details });
}
