// Packages: what can be bought, when and how often. One that was bought once is retired, never deleted.
import {
  PACKAGE_LABEL_NAMES,
  type adminCreatePackage,
  type AdminPackage,
  type In,
  type PointPackage,
} from '@jishi/contract';
import type { z } from 'zod';
import { violates, type Reader, type Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import * as store from './points.packages.store.ts';
import type { PackageRow } from './points.packages.store.ts';
import { isOnSale, shelfOf } from './points.recharge.rules.ts';
import * as recharges from './points.recharge.store.ts';
import type { PackageDesk, PointsRoom } from './points.ts';

/** More than any shop puts on one page. */
const SHELF_MAX = 200;

export function createPackages(room: PointsRoom): PackageDesk {
  const { db, clock } = room;
  return {
    packages: async (buyer) => {
      const now = clock.now();
      const rows = (await store.active(db, SHELF_MAX)).filter((row) => isOnSale(row, now));
      return { items: await shopViews(db, rows, buyer) };
    },
    package: async (buyer, packageId) => {
      const row = await store.find(db, packageId);
      if (!row || !isOnSale(row, clock.now())) fail('package.not_found');
      const [view] = await shopViews(db, [row], buyer);
      return view ?? fail('package.not_found');
    },
    staffPackages: async (input) => {
      const { items, total } = await store.list(db, input);
      return { items: await staffViews(room, db, items), total };
    },
    staffPackage: async (packageId) =>
      staffView(room, db, (await store.find(db, packageId)) ?? fail('package.not_found')),
    createPackage: (staff, input, asking) =>
      inWindow(() =>
        db.tx(async (tx) => {
          const row = await store.insert(tx, newId<'package'>(), fieldsOf(input), clock.now());
          const note = { action: 'package.create', subjectKind: 'package', subjectId: row.id, name: row.name };
          await room.staff.audit(tx, staff, { ...note, before: {}, after: trailOf(row) }, asking);
          return staffView(room, tx, row);
        }),
      ),
    updatePackage: (staff, input, asking) =>
      inWindow(() =>
        db.tx(async (tx) => {
          const before = (await store.lock(tx, input.packageId)) ?? fail('package.not_found');
          if (before.retiredAt !== null) fail('package.retired');
          if (before.version !== input.version) fail('package.stale');
          const row = await store.change(tx, before.id, fieldsOf(input), clock.now());
          const note = { action: 'package.edit', subjectKind: 'package', subjectId: row.id, name: row.name };
          await room.staff.audit(tx, staff, { ...note, before: trailOf(before), after: trailOf(row) }, asking);
          return staffView(room, tx, row);
        }),
      ),
    deletePackage: (staff, packageId, asking) =>
      db.tx(async (tx) => {
        const before = (await store.lock(tx, packageId)) ?? fail('package.not_found');
        if (before.retiredAt !== null) return { ok: true, outcome: 'retired' };
        // An order that is placed right now waits for our lock and then finds the package gone from the shelf.
        const isSold = await recharges.hasOrders(tx, packageId);
        if (isSold) await store.change(tx, packageId, { is_active: false, retired_at: clock.now() }, clock.now());
        else await store.remove(tx, packageId);
        const outcome = isSold ? ('retired' as const) : ('deleted' as const);
        const note = {
          action: `package.${isSold ? 'retire' : 'delete'}`,
          subjectKind: 'package',
          subjectId: packageId,
        };
        const trail = { ...note, name: before.name, before: trailOf(before), after: { outcome } };
        await room.staff.audit(tx, staff, trail, asking);
        return { ok: true, outcome };
      }),
  };
}

const fieldsOf = (input: In<typeof adminCreatePackage>): store.PackageFields => ({
  name: input.name,
  description: input.description,
  price_fen: input.priceFen,
  points: input.points,
  bonus_points: input.bonusPoints,
  label: input.label,
  label_color: input.labelColor,
  icon: input.icon,
  is_recommended: input.isRecommended,
  sort_order: input.sortOrder,
  is_active: input.isActive,
  sale_from: input.saleFrom === null ? null : new Date(input.saleFrom),
  sale_until: input.saleUntil === null ? null : new Date(input.saleUntil),
  per_buyer_max: input.perBuyerMax,
});

function trailOf({ id: _, version: __, ...row }: PackageRow) {
  return row;
}

async function inWindow<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (violates(error, 'point_packages_window')) fail('package.window', {}, 'saleUntil');
    throw error;
  }
}

/** A package that may be bought now; the order keeps what it was. */
export async function packageOnSale(room: PointsRoom, tx: Tx, packageId: string): Promise<PackageRow> {
  const row = await store.shared(tx, packageId);
  if (!row || !isOnSale(row, room.clock.now())) fail('package.not_found');
  return row;
}

async function shopViews(
  reader: Reader,
  rows: readonly PackageRow[],
  buyer: Buyer | null,
): Promise<z.input<typeof PointPackage>[]> {
  const limited = rows.filter((row) => row.perBuyerMax !== null).map((row) => row.id);
  const bought =
    buyer && limited.length > 0 ? await recharges.countsOfBuyer(reader, buyer.id, limited) : new Map<string, number>();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    priceFen: row.priceFen,
    points: row.points,
    bonusPoints: row.bonusPoints,
    label: row.label,
    labelText: row.label === null ? null : PACKAGE_LABEL_NAMES[row.label],
    labelColor: row.labelColor,
    icon: row.icon,
    isRecommended: row.isRecommended,
    saleUntil: row.saleUntil,
    perBuyerMax: row.perBuyerMax,
    isLimitReached: row.perBuyerMax !== null && (bought.get(row.id) ?? 0) >= row.perBuyerMax,
  }));
}

async function staffViews(
  room: PointsRoom,
  reader: Reader,
  rows: readonly PackageRow[],
): Promise<z.input<typeof AdminPackage>[]> {
  const now = room.clock.now();
  const sales = await recharges.salesOf(
    reader,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const { orders, paid } = sales.get(row.id) ?? { orders: 0, paid: 0 };
    return { ...row, isSold: orders > 0, shelf: shelfOf(row, now), paidCount: paid };
  });
}

async function staffView(room: PointsRoom, reader: Reader, row: PackageRow): Promise<z.input<typeof AdminPackage>> {
  const [view] = await staffViews(room, reader, [row]);
  return view ?? fail('package.not_found');
}
