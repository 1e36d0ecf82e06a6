// What the buyer does with a case: ask, correct, withdraw, send the goods back.
import {
  AFTERSALE_KIND_NAMES,
  CARRIERS,
  type editAftersale,
  type Id,
  type In,
  type requestAftersale,
  type sendBack as sendBackDoor,
} from '@jishi/contract';
import { violates, type Once, type Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId, newOrderNo } from '../../platform/ids.ts';
import { aftersaleDoor, type Actor, type Claim, type OrderRow } from '../ordering/ordering.ts';
import {
  goodsOf,
  planClaims,
  RETURNABLE,
  shippingAsked,
  WITHDRAWABLE,
  withClaims,
  type Kind,
} from './aftersale.rules.ts';
import * as store from './aftersale.store.ts';
import type { Room } from './aftersale.ts';

const BUYER: Actor = { kind: 'buyer', name: '买家' };
const NUMBER_TRIES_MAX = 3;

/** How a command ends: its answer is read by its own transaction, so that one commit keeps both (`once`). */
export type Answering<T> = { answer: (tx: Tx, id: Id<'aftersale'>) => Promise<T>; once?: Once | undefined };

/** Opens a case. The order's lock makes two requests for the same piece one after the other, and the second is refused. */
export async function request<T>(
  room: Room,
  buyer: Buyer,
  input: In<typeof requestAftersale>,
  by: Answering<T> & { key?: string | undefined },
): Promise<T> {
  return withNewNumber(() =>
    room.db.tx(async (tx) => by.answer(tx, await requestOnce(room, tx, buyer, input, by.key)), by),
  );
}

/** Names one intent of one person about one order; null without a key. */
export const intentOf = (person: string, orderId: string, key: string | undefined): string | null =>
  key === undefined ? null : `${person}:${orderId}:${key}`;

/** Two cases of one second may draw the same random digits; the whole verb runs again then. */
export async function withNewNumber<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!violates(error, 'aftersales_no') || attempt === NUMBER_TRIES_MAX) throw error;
    }
  }
}

async function requestOnce(
  room: Room,
  tx: Tx,
  buyer: Buyer,
  input: In<typeof requestAftersale>,
  key: string | undefined,
): Promise<Id<'aftersale'>> {
  const order = await room.ordering.lock(tx, input.orderId);
  // A stranger gets the same answer as for an order that does not exist.
  if (order.buyerId !== buyer.id) fail('order.not_found');
  const madeBy = intentOf(buyer.id, order.id, key);
  const made = await store.madeBy(tx, madeBy);
  if (made) return made;
  const door = aftersaleDoor({ ...order, isClosing: false }, room.clock.now());
  if (door === 'window_closed') fail('aftersale.window_closed');
  if (door === 'unavailable') fail('aftersale.kind_unavailable', { state: order.state });
  const lines = await room.ordering.lines(tx, [order.id]);
  const claims = planClaims(lines, input.lines, input.kind);
  const max = await room.settings.read(tx, room.keys.applicationsMax);
  if (
    (await store.vainApplications(
      tx,
      claims.map((claim) => claim.lineId),
    )) >= max
  )
    fail('aftersale.too_many', { max });
  await room.files.mustOwn(tx, input.evidenceFileIds, { kind: 'buyer', id: buyer.id });

  const shippingFen = shippingAsked(order, withClaims(lines, claims));
  const words = { kind: input.kind, reason: input.reason, description: input.description };
  const row = await openCase(room, tx, order, claims, {
    ...words,
    state: 'requested',
    shippingFen,
    evidenceFileIds: input.evidenceFileIds,
    actor: BUYER,
    title: '买家申请售后',
    madeBy,
  });
  await tx.emit('aftersale.requested', { aftersaleId: row.id });
  return row.id;
}

export type NewCase = {
  kind: Kind;
  state: 'requested' | 'refunding';
  reason: string;
  description: string;
  shippingFen: number;
  evidenceFileIds: readonly string[];
  actor: Actor;
  title: string;
  madeBy: string | null;
};

/** Part: writes a case with its claims. The order is locked. */
export async function openCase(
  room: Room,
  tx: Tx,
  order: OrderRow,
  claims: readonly Claim[],
  wish: NewCase,
): Promise<store.CaseRow> {
  const now = room.clock.now();
  await room.ordering.openCase(tx, order, claims);
  const row = {
    id: newId<'aftersale'>(),
    aftersale_no: newOrderNo(room.clock),
    order_id: order.id,
    buyer_id: order.buyerId,
    kind: wish.kind,
    state: wish.state,
    asked_fen: goodsOf(claims) + wish.shippingFen,
    shipping_fen: wish.shippingFen,
    reason: wish.reason,
    description: wish.description,
    evidence_file_ids: [...wish.evidenceFileIds],
    made_by: wish.madeBy,
    created_at: now,
  };
  const made = await store.insertCase(tx, row, claims);
  const detail = `${AFTERSALE_KIND_NAMES[wish.kind]}：${wish.reason}`;
  await store.note(tx, made.id, now, { title: wish.title, detail, actor: wish.actor });
  const told = {
    kind: 'aftersale',
    title: wish.title,
    detail: `售后单 ${made.aftersaleNo}，${detail}`,
    actor: wish.actor,
  };
  await room.ordering.note(tx, order.id, told);
  return made;
}

/** Part: the case of this buyer under both locks, the order's first. */
async function lockMine(room: Room, tx: Tx, buyer: Buyer, id: Id<'aftersale'>) {
  const known = await store.find(tx, id);
  if (known?.buyerId !== buyer.id) fail('aftersale.not_found');
  const order = await room.ordering.lock(tx, known.orderId);
  return { order, one: await store.lock(tx, id) };
}

/** Free as long as nobody has decided. */
export async function edit<T>(room: Room, buyer: Buyer, input: In<typeof editAftersale>, by: Answering<T>): Promise<T> {
  return room.db.tx(async (tx) => {
    const { one } = await lockMine(room, tx, buyer, input.aftersaleId);
    if (one.state !== 'requested') fail('aftersale.not_open', { state: one.state });
    await room.files.mustOwn(tx, input.evidenceFileIds, { kind: 'buyer', id: buyer.id });
    await store.change(tx, one, {
      reason: input.reason,
      description: input.description,
      evidence_file_ids: [...input.evidenceFileIds],
    });
    await store.note(tx, one.id, room.clock.now(), { title: '买家修改申请', detail: input.reason, actor: BUYER });
    return by.answer(tx, one.id);
  }, by);
}

export async function withdraw<T>(room: Room, buyer: Buyer, id: Id<'aftersale'>, by: Answering<T>): Promise<T> {
  return room.db.tx(async (tx) => {
    const { order, one } = await lockMine(room, tx, buyer, id);
    if (!WITHDRAWABLE.includes(one.state)) fail('aftersale.not_open', { state: one.state });
    await store.move(tx, one, 'withdrawn');
    await room.ordering.closeCase(tx, order, await store.linesOf(tx, [one.id]));
    await store.note(tx, one.id, room.clock.now(), { title: '买家撤销申请', actor: BUYER });
    const told = { kind: 'aftersale', title: '买家撤销售后', detail: `售后单 ${one.aftersaleNo}`, actor: BUYER };
    await room.ordering.note(tx, order.id, told);
    return by.answer(tx, one.id);
  }, by);
}

/** The number may be corrected until the shop has the goods. */
export async function sendBack<T>(
  room: Room,
  buyer: Buyer,
  input: In<typeof sendBackDoor>,
  by: Answering<T>,
): Promise<T> {
  return room.db.tx(async (tx) => {
    const { one } = await lockMine(room, tx, buyer, input.aftersaleId);
    if (!RETURNABLE.includes(one.state)) fail('aftersale.not_open', { state: one.state });
    assert(one.kind === 'return_refund', `case ${one.id} waits for a return and is none`);
    const parcel = { return_carrier: input.carrier, return_tracking_no: input.trackingNo.toUpperCase() };
    const isFirst = one.state === 'await_return';
    if (isFirst) await store.move(tx, one, 'returning', parcel);
    else await store.change(tx, one, parcel);
    const title = isFirst ? '买家寄回商品' : '买家更正退货单号';
    const detail = `${CARRIERS[input.carrier]} ${parcel.return_tracking_no}`;
    await store.note(tx, one.id, room.clock.now(), { title, detail, actor: BUYER });
    return by.answer(tx, one.id);
  }, by);
}
