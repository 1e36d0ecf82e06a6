// Stock: what lies where, what orders hold of it, and the journal of every movement.
//
//   hold ──confirm──> held (paid) ──consume──> consumed ──restock──> back on the shelf
//     └───────────── release ─────────────> released
import type { In, LocationId, Out, StockLevel, adjustStock, listStockMovements } from '@jishi/contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Once, Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Settings } from '../settings/settings.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import { adjusted, availableOf, mergeLines, NOTHING, shortOf } from './inventory.rules.ts';
import * as store from './inventory.store.ts';

export type { BackLine, Drift, Level, LineQuantity } from './inventory.store.ts';

/** `title` and `field` name the line in a refusal. */
export type HoldLine = store.HoldLine & { title?: string; field?: string };
export type HoldInput = { orderId: string; lines: readonly HoldLine[]; expiresAt: Date | null };
export type StockEffect<Line> = {
  /** The business key: the same effect a second time changes nothing. */
  key: string;
  lines: readonly Line[];
  /** What staff read beside the movement: the order number, the after-sale number. */
  ref: string | null;
  actorName: string;
};

export type Inventory = {
  /** The place that the shop's own goods ship from. */
  warehouse(reader: Reader): Promise<z.output<typeof LocationId>>;
  /** On hand minus reserved; 0 for a SKU that never had stock. Every asked SKU is in the answer. */
  available(reader: Reader, skuIds: readonly string[]): Promise<Map<string, number>>;
  levels(reader: Reader, skuIds: readonly string[]): Promise<Map<string, store.Level>>;
  /** An SQL condition on a SKU id, for lists of goods: more than so many pieces can be ordered. */
  moreThan: typeof store.moreThan;
  /** The same for one page: how many pieces of a SKU id can be ordered. */
  left: typeof store.left;
  /**
   * Reserves all lines of an order; when one is short, the transaction is refused with `inventory.short`
   * { left, skuId } of the first short line.
   */
  hold(tx: Tx, input: HoldInput): Promise<void>;
  /** The order is paid: its holds do not expire any more. */
  confirm(tx: Tx, orderId: string): Promise<void>;
  /** Gives back a part of what lines hold. The caller has locked the order and knows how much is still held. */
  release(tx: Tx, lines: readonly store.LineQuantity[]): Promise<void>;
  /** Gives back everything that the order still holds; a second call finds nothing and changes nothing. */
  releaseOrder(tx: Tx, orderId: string): Promise<void>;
  /** Goods leave: held becomes consumed, the shelf and the reservation go down together. */
  consume(tx: Tx, effect: StockEffect<store.LineQuantity>): Promise<'moved' | 'repeated'>;
  /** Goods come back; `damaged` of `quantity` are written off in the same breath. */
  restock(tx: Tx, effect: StockEffect<store.BackLine>): Promise<'moved' | 'repeated'>;
  /** At or below so many available pieces a SKU counts as running low. */
  lowLevel(reader: Reader): Promise<number>;
  /** The same key counts once, also when the server was killed before it could answer. */
  adjust(
    staff: StaffSession,
    input: In<typeof adjustStock>,
    asking?: Asking,
    key?: string,
    once?: Once,
  ): Promise<z.input<typeof StockLevel>>;
  movements(input: In<typeof listStockMovements>): Promise<Out<typeof listStockMovements>>;
  /** Balances that disagree with their journal or their holds; empty in a healthy house. */
  check(reader: Reader): Promise<store.Drift[]>;
};

export type InventoryDeps = {
  db: Db;
  clock: Clock;
  staff: Pick<Staff, 'audit'>;
  settings: Pick<Settings, 'define' | 'read'>;
  catalog: Pick<Catalog, 'skusForSale' | 'skuIdsOf'>;
};

export function createInventory(deps: InventoryDeps): Inventory {
  const { clock } = deps;
  let warehouse: string | undefined;
  const lowLevel = deps.settings.define({
    key: 'stock.lowLevel',
    group: '库存',
    label: '库存预警线',
    hint: '可售库存不高于该数量时提醒补货',
    kind: 'integer',
    schema: z.int(),
    default: 10,
    min: 0,
    max: 10_000,
  });

  /** It is made by the migration and never changes, so it is read once. */
  async function warehouseOf(reader: Reader): Promise<string> {
    warehouse ??= await store.warehouseId(reader);
    return warehouse;
  }

  async function levels(reader: Reader, skuIds: readonly string[]): Promise<Map<string, store.Level>> {
    const found = new Map<string, store.Level>(skuIds.map((id) => [id, NOTHING]));
    if (skuIds.length === 0) return found;
    for (const row of await store.levels(reader, await warehouseOf(reader), skuIds)) {
      found.set(row.sku_id, { onHand: row.on_hand, reserved: row.reserved, available: availableOf(row) });
    }
    return found;
  }

  async function releaseLines(tx: Tx, lines: readonly store.LineQuantity[]): Promise<void> {
    const wanted = mergeLines(lines);
    if (wanted.length === 0) return;
    const found = await store.release(tx, wanted);
    assert(found === wanted.length, `${wanted.length} lines should be released, ${found} have a hold`);
  }

  return {
    warehouse: async (reader) => (await warehouseOf(reader)) as z.output<typeof LocationId>,
    levels,
    moreThan: store.moreThan,
    left: store.left,
    available: async (reader, skuIds) => {
      const found = await levels(reader, skuIds);
      return new Map([...found].map(([skuId, level]) => [skuId, level.available]));
    },
    hold: async (tx, { orderId, lines, expiresAt }) => {
      assert(lines.length > 0, 'an order without lines holds nothing');
      const place = { locationId: await warehouseOf(tx), orderId, expiresAt, at: clock.now() };
      store.hold(tx, place, lines, (error) => {
        const short = store.shortIn(error);
        if (!short) throw error;
        const { title, field } = lines.find((line) => line.skuId === short.skuId) ?? {};
        fail('inventory.short', { ...shortOf(short), ...(title === undefined ? {} : { title }) }, field);
      });
    },
    confirm: store.confirm,
    release: releaseLines,
    releaseOrder: async (tx, orderId) => releaseLines(tx, await store.heldLines(tx, orderId)),
    consume: (tx, effect) => consume(clock, tx, effect),
    restock: (tx, effect) => restock(clock, tx, effect),
    lowLevel: (reader) => deps.settings.read(reader, lowLevel),
    adjust: (staff, input, asking, key, once) => adjust(deps, warehouseOf, staff, input, { asking, key, once }),
    movements: (input) => movements(deps, input),
    check: store.drifts,
  };
}

type Moved = 'moved' | 'repeated';

async function consume(clock: Clock, tx: Tx, { lines, ...effect }: StockEffect<store.LineQuantity>): Promise<Moved> {
  const wanted = mergeLines(lines);
  assert(wanted.length > 0, `${effect.key} consumes nothing`);
  if (await store.isMoved(tx, effect.key, 'ship', wanted)) return 'repeated';
  const found = await store.consume(tx, wanted, { ...effect, at: clock.now() });
  assert(found === wanted.length, `${effect.key}: ${wanted.length} lines ship, ${found} have a hold`);
  return 'moved';
}

async function restock(clock: Clock, tx: Tx, { lines, ...effect }: StockEffect<store.BackLine>): Promise<Moved> {
  for (const line of lines) {
    assert(line.damaged >= 0 && line.damaged <= line.quantity, `${effect.key}: more damaged than came back`);
  }
  const wanted = lines.filter((line) => line.quantity > 0);
  assert(wanted.length > 0, `${effect.key} brings nothing back`);
  if (await store.isMoved(tx, effect.key, 'return', wanted)) return 'repeated';
  const found = await store.restock(tx, wanted, { ...effect, at: clock.now() });
  const distinct = new Set(wanted.map((line) => line.lineId)).size;
  assert(found === distinct, `${effect.key}: ${distinct} lines come back, ${found} have a hold`);
  return 'moved';
}

async function adjust(
  { db, clock, staff, catalog }: InventoryDeps,
  warehouseOf: (reader: Reader) => Promise<string>,
  who: StaffSession,
  input: In<typeof adjustStock>,
  { asking, key, once }: { asking: Asking | undefined; key: string | undefined; once: Once | undefined },
): Promise<z.input<typeof StockLevel>> {
  const work = async (tx: Tx) => {
    const sku = (await catalog.skusForSale(tx, [input.skuId])).get(input.skuId);
    if (!sku) fail('sku.not_found');
    const locationId = input.locationId ?? (await warehouseOf(tx));
    const locationName = await store.locationName(tx, locationId);
    if (locationName === null) fail('location.not_found');

    const before = await store.lockBalance(tx, locationId, input.skuId);
    const place = { skuId: input.skuId, locationId, locationName };
    const movement = `adjust:${key === undefined ? newId<'movement'>() : `${who.staffId}:${input.skuId}:${key}`}`;
    if (await store.isWritten(tx, movement)) return { ...place, ...before, available: before.onHand - before.reserved };
    const onHand = adjusted(before, input.delta);
    if (onHand === null) fail('inventory.below_reserved', { reserved: before.reserved }, 'delta');
    await store.adjust(tx, {
      key: movement,
      locationId,
      skuId: input.skuId,
      delta: input.delta,
      reason: input.reason,
      note: input.note,
      onHandAfter: onHand,
      ref: null,
      actorName: who.name,
      at: clock.now(),
    });
    const note = {
      action: 'stock.adjust',
      subjectKind: 'sku',
      subjectId: input.skuId,
      name: [sku.title, sku.specText].filter(Boolean).join(' '),
      before: { title: sku.title, specText: sku.specText, onHand: before.onHand },
      after: { onHand, reason: input.reason, note: input.note },
    };
    await staff.audit(tx, who, note, asking);
    const { reserved } = before;
    return { ...place, onHand, reserved, available: onHand - reserved };
  };
  return db.tx(work, { once });
}

async function movements(
  { db, catalog }: InventoryDeps,
  input: In<typeof listStockMovements>,
): Promise<Out<typeof listStockMovements>> {
  const ofProduct = input.productId ? await catalog.skuIdsOf(db, input.productId) : null;
  const asked = input.skuId ? [input.skuId] : ofProduct;
  const skuIds = ofProduct && asked ? asked.filter((id) => ofProduct.includes(id)) : asked;
  const page = { skuIds, offset: (input.page - 1) * input.size, limit: input.size };
  const { rows, total } = await store.movements(db, page);
  const skus = await catalog.skusForSale(db, [...new Set(rows.map((row) => row.sku_id))]);
  const items = rows.map((row) => ({
    id: String(row.id),
    at: row.at,
    skuId: row.sku_id,
    productTitle: skus.get(row.sku_id)?.title ?? '',
    specText: skus.get(row.sku_id)?.specText ?? '',
    locationName: row.location_name,
    delta: row.delta,
    onHandAfter: row.on_hand_after,
    reason: row.reason as Out<typeof listStockMovements>['items'][number]['reason'],
    note: row.note,
    reference: row.ref,
    actorName: row.actor_name,
  }));
  return { items, total };
}
