// What staff do with a case: agree, refuse, take the goods back, pay back on their own account.
import {
  yuan,
  type approveAftersale,
  type Id,
  type In,
  type receiveReturn as receiveReturnDoor,
  type refundOrder as refundOrderDoor,
  type rejectAftersale,
} from '@jishi/contract';
import { spanMs } from '../../platform/clock.ts';
import type { Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { lowerParts, type Actor, type OrderRow } from '../ordering/ordering.ts';
import type { Asking } from '../staff/staff.ts';
import { intentOf, openCase, withNewNumber, type Answering } from './aftersale.request.ts';
import { goodsOf, planClaims, RETURNABLE, shippingDue, withClaims } from './aftersale.rules.ts';
import { payBack } from './aftersale.settle.ts';
import * as store from './aftersale.store.ts';
import type { Room } from './aftersale.ts';

const actorOf = (staff: StaffSession): Actor => ({ kind: 'staff', name: staff.name });

/** Part: any case under both locks, the order's first, so that every race over it has one order of events. */
async function lockCase(room: Room, tx: Tx, id: Id<'aftersale'>) {
  const known = (await store.find(tx, id)) ?? fail('aftersale.not_found');
  const order = await room.ordering.lock(tx, known.orderId);
  return { order, one: await store.lock(tx, id) };
}

type By<T> = Answering<T> & { asking?: Asking | undefined };

function checkVersion(one: store.CaseRow, version: number): void {
  if (one.version !== version) fail('aftersale.stale', { version: one.version });
}

/** What of the shipping fee this case would carry if it were agreed now. */
export async function shippingDueNow(room: Room, tx: Tx, order: OrderRow, one: store.CaseRow): Promise<number> {
  const lines = await room.ordering.lines(tx, [order.id]);
  const siblings = (await store.openOf(tx, [order.id])).filter((other) => other.id !== one.id);
  return shippingDue(order, lines, siblings);
}

/** Agrees, perhaps to less money or to the other kind. A refund starts at once, a return waits for the goods. */
export async function approve<T>(
  room: Room,
  staff: StaffSession,
  input: In<typeof approveAftersale>,
  by: By<T>,
): Promise<T> {
  return room.db.tx(async (tx) => {
    const { order, one } = await lockCase(room, tx, input.aftersaleId);
    if (one.state !== 'requested') fail('aftersale.not_open', { state: one.state });
    checkVersion(one, input.version);
    const lines = await store.linesOf(tx, [one.id]);
    const kind = input.kind ?? one.kind;
    // What never left the house cannot come back.
    if (kind === 'return_refund' && lines.some((line) => line.unshippedQuantity > 0)) {
      fail('aftersale.kind_unavailable', {}, 'kind');
    }
    const shippingFen = await shippingDueNow(room, tx, order, one);
    const maxFen = goodsOf(lines) + shippingFen;
    const agreedFen = input.amountFen ?? maxFen;
    if (agreedFen > maxFen) fail('aftersale.amount', { max: yuan(maxFen), maxFen }, 'amountFen');

    const agreed = await writeAgreement(room, tx, { one, lines, shippingFen, agreedFen, maxFen }, staff, input.note);
    const subject = { action: 'aftersale.approve', subjectKind: 'aftersale', subjectId: one.id, name: one.aftersaleNo };
    const before = { state: one.state, kind: one.kind, askedFen: one.askedFen };
    await room.staff.audit(tx, staff, { ...subject, before, after: { kind, agreedFen, note: input.note } }, by.asking);
    if (kind === 'return_refund') await awaitReturn(room, tx, agreed, staff);
    else await payBack(room, tx, order, agreed, { kind });
    await tx.emit('aftersale.decided', { aftersaleId: one.id });
    return by.answer(tx, one.id);
  }, by);
}

type Agreement = {
  one: store.CaseRow;
  lines: store.CaseLine[];
  shippingFen: number;
  agreedFen: number;
  maxFen: number;
};

/** The agreed sum over the lines and the shipping fee: each part stays within what was asked for it. */
async function writeAgreement(room: Room, tx: Tx, what: Agreement, staff: StaffSession, words: string) {
  const parts = lowerParts(what.agreedFen, [...what.lines.map((line) => line.amountFen), what.shippingFen]);
  const byLine = what.lines.map((line, index) => ({ lineId: line.lineId, agreedFen: parts[index] ?? 0 }));
  await store.setAgreed(tx, what.one.id, byLine);
  const detail = words === '' ? '' : `说明：${words}`;
  await store.note(tx, what.one.id, room.clock.now(), { title: '商家同意申请', detail, actor: actorOf(staff) });
  return store.change(tx, what.one, {
    asked_fen: what.maxFen,
    agreed_fen: what.agreedFen,
    shipping_fen: parts.at(-1) ?? 0,
    decided_by: staff.name,
    decide_note: words,
  });
}

/** Where and until when, as it is now: a later change of the settings does not move this buyer's parcel. */
async function awaitReturn(room: Room, tx: Tx, one: store.CaseRow, staff: StaffSession): Promise<void> {
  const { settings, keys } = room;
  const days = await settings.read(tx, keys.returnDays);
  const to = {
    name: await settings.read(tx, keys.returnName),
    phone: await settings.read(tx, keys.returnPhone),
    address: await settings.read(tx, keys.returnAddress),
  };
  // A buyer cannot send a parcel to nowhere.
  if (to.phone === '' || to.address === '') fail('aftersale.return_address_missing');
  const now = room.clock.now();
  await store.move(tx, one, 'await_return', {
    kind: 'return_refund',
    return_to: JSON.stringify(to),
    return_before: new Date(now.getTime() + spanMs({ days })),
  });
  const detail = `请在 ${days} 天内寄回并填写单号`;
  await store.note(tx, one.id, now, { title: '等待买家寄回商品', detail, actor: actorOf(staff) });
}

export async function reject<T>(
  room: Room,
  staff: StaffSession,
  input: In<typeof rejectAftersale>,
  by: By<T>,
): Promise<T> {
  return room.db.tx(async (tx) => {
    const { order, one } = await lockCase(room, tx, input.aftersaleId);
    if (one.state !== 'requested') fail('aftersale.not_open', { state: one.state });
    checkVersion(one, input.version);
    await store.move(tx, one, 'rejected', { reject_reason: input.reason, decided_by: staff.name });
    await room.ordering.closeCase(tx, order, await store.linesOf(tx, [one.id]));
    const actor = actorOf(staff);
    await store.note(tx, one.id, room.clock.now(), { title: '商家拒绝申请', detail: input.reason, actor });
    const told = {
      kind: 'aftersale',
      title: '商家拒绝售后',
      detail: `售后单 ${one.aftersaleNo}：${input.reason}`,
      actor,
    };
    await room.ordering.note(tx, order.id, told);
    const subject = { action: 'aftersale.reject', subjectKind: 'aftersale', subjectId: one.id, name: one.aftersaleNo };
    const after = { state: 'rejected', reason: input.reason };
    await room.staff.audit(tx, staff, { ...subject, before: { state: one.state }, after }, by.asking);
    await tx.emit('aftersale.decided', { aftersaleId: one.id });
    return by.answer(tx, one.id);
  }, by);
}

/** The goods are here and graded: the whole ones go back on the shelf, the damaged ones are written off, and we pay. */
export async function receiveReturn<T>(
  room: Room,
  staff: StaffSession,
  input: In<typeof receiveReturnDoor>,
  by: By<T>,
): Promise<T> {
  return room.db.tx(async (tx) => {
    const { order, one } = await lockCase(room, tx, input.aftersaleId);
    if (!RETURNABLE.includes(one.state)) fail('aftersale.not_open', { state: one.state });
    checkVersion(one, input.version);
    const lines = await store.linesOf(tx, [one.id]);
    const damaged = new Map<string, number>();
    for (const { lineId, quantity } of input.damaged) damaged.set(lineId, (damaged.get(lineId) ?? 0) + quantity);
    for (const [lineId, quantity] of damaged) {
      const most = lines.find((line) => line.lineId === lineId)?.quantity ?? 0;
      if (quantity > most) fail('aftersale.quantity', { lineId, left: most }, 'damaged');
    }
    const broken = [...damaged].map(([lineId, quantity]) => ({ lineId, quantity }));
    if (broken.length > 0) await store.setDamaged(tx, one.id, broken);
    const back = await store.move(tx, one, 'return_received');
    const pieces = broken.reduce((sum, part) => sum + part.quantity, 0);
    const graded = pieces === 0 ? '商品完好' : `其中 ${pieces} 件残损`;
    const detail = input.note === '' ? graded : `${graded}，${input.note}`;
    await store.note(tx, one.id, room.clock.now(), { title: '商家收到退货', detail, actor: actorOf(staff) });
    const subject = { action: 'aftersale.receive', subjectKind: 'aftersale', subjectId: one.id, name: one.aftersaleNo };
    const after = { state: 'return_received', damaged: broken, note: input.note };
    await room.staff.audit(tx, staff, { ...subject, before: { state: one.state }, after }, by.asking);
    const shelve = () =>
      room.inventory.restock(tx, {
        key: `return:${one.id}`,
        lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity, damaged: damaged.get(lineId) ?? 0 })),
        ref: one.aftersaleNo,
        actorName: staff.name,
      });
    await payBack(room, tx, order, back, { stock: shelve });
    return by.answer(tx, one.id);
  }, by);
}

/** Staff pay back without being asked; also for an order that is completed. */
export async function refundOrder<T>(
  room: Room,
  staff: StaffSession,
  input: In<typeof refundOrderDoor>,
  by: By<T> & { key?: string | undefined },
): Promise<T> {
  return withNewNumber(() =>
    room.db.tx(async (tx) => {
      const order = await room.ordering.lock(tx, input.orderId);
      const madeBy = intentOf(staff.staffId, order.id, by.key);
      const known = await store.madeBy(tx, madeBy);
      if (known) return by.answer(tx, known);
      const isPaid = order.state !== 'unpaid' && order.state !== 'cancelled';
      if (!isPaid) fail('aftersale.kind_unavailable', { state: order.state });
      const lines = await room.ordering.lines(tx, [order.id]);
      const claims = planClaims(lines, input.lines, 'system');
      const shippingFen = shippingDue(order, withClaims(lines, claims), await store.openOf(tx, [order.id]));
      const made = await openCase(room, tx, order, claims, {
        kind: 'system',
        state: 'refunding',
        reason: input.reason,
        description: '',
        shippingFen,
        evidenceFileIds: [],
        actor: actorOf(staff),
        title: '商家主动退款',
        madeBy,
      });
      await store.setAgreed(
        tx,
        made.id,
        claims.map((claim) => ({ lineId: claim.lineId, agreedFen: claim.amountFen })),
      );
      const agreed = await store.change(tx, made, { agreed_fen: made.askedFen, decided_by: staff.name });
      const subject = { action: 'order.refund', subjectKind: 'order', subjectId: order.id, name: order.orderNo };
      const after = { aftersaleId: made.id, agreedFen: made.askedFen, reason: input.reason, lines: input.lines };
      await room.staff.audit(tx, staff, { ...subject, before: { state: order.state }, after }, by.asking);
      await payBack(room, tx, order, agreed, {});
      await tx.emit('aftersale.decided', { aftersaleId: made.id });
      return by.answer(tx, made.id);
    }, by),
  );
}
