// Two buyers who own the same kinds of things, staff, and the ids of all of it by the names of the contract's fields.
import {
  listNotices,
  listRoles,
  listStaff,
  requestAftersale,
  requestWithdrawal,
  uploadFile,
  type Endpoint,
  type Id,
} from '@jishi/contract';
import sharp from 'sharp';
import { newId } from '../../src/platform/ids.ts';
import { key } from '../given.ts';
import type { BuyerSession, House, ServiceClient, StaffClient } from '../house.ts';
import type { Ids } from './wishes.ts';

/** What belongs to one buyer. */
export type Belongings = {
  who: BuyerSession;
  address: string;
  cartLine: string;
  checkout: string;
  /** Shipped; `unpaid` is the one of the checkout. */
  order: string;
  unpaid: string;
  orderLine: string;
  aftersale: string;
  notice: string;
  withdrawal: string;
  file: string;
  /** The number of a recharge that is not paid, and the id of one that is. */
  unpaidRecharge: string;
  recharge: string;
};
export type World = {
  mine: Belongings;
  theirs: Belongings;
  admin: StaffClient;
  /** Another program that may do all that programs may. */
  service: ServiceClient;
  ids: Ids;
};

const OWNED: Record<string, keyof Omit<Belongings, 'who'>> = {
  addressId: 'address',
  checkoutId: 'checkout',
  orderId: 'order',
  aftersaleId: 'aftersale',
  noticeId: 'notice',
  withdrawalId: 'withdrawal',
  withdrawalIds: 'withdrawal',
  avatarFileId: 'file',
  evidenceFileIds: 'file',
  orderNo: 'unpaidRecharge',
};

/** What kind of a buyer's thing a field of an endpoint names; undefined when nobody owns it. */
export function ownedBy(endpoint: Endpoint, field: string): keyof Omit<Belongings, 'who'> | undefined {
  if (field === 'lineId') return endpoint.path.startsWith('/cart') ? 'cartLine' : 'orderLine';
  return OWNED[field];
}

export async function makeWorld(house: House): Promise<World> {
  const { given } = house;
  const sku = await given.sku({ stock: 50, priceFen: 3_980 });
  const admin = await house.admin();
  const service = await given.service();
  const packageId = await given.package();
  const mine = await belongings(house, sku.skuId, packageId);
  const theirs = await belongings(house, sku.skuId, packageId);
  const brandId = await given.brand();
  const categoryId = await given.category();
  const staffId = (await admin.call(listStaff, {})).items[0]?.id ?? '';
  const roleId = (await admin.call(listRoles, {})).items[0]?.id ?? '';
  const picture = await given.picture();
  const { location_id: locationId } = await house.app.db.q
    .selectFrom('stock_balances')
    .select('location_id')
    .executeTakeFirstOrThrow();
  const parcel = await house.app.db.q.selectFrom('parcels').select('id').executeTakeFirstOrThrow();
  const shared: Record<string, string> = {
    skuId: sku.skuId,
    productId: sku.productId,
    categoryId,
    parentId: categoryId,
    brandId,
    staffId,
    roleIds: roleId,
    roleId,
    imageFileIds: picture,
    imageFileId: picture,
    logoFileId: picture,
    locationId,
    parcelId: parcel.id,
    buyerId: mine.who.id,
    packageId,
    rechargeId: mine.recharge,
  };
  const ids: Ids = (endpoint, field) => {
    const kind = ownedBy(endpoint, field);
    // What ends a session, and what only exists after something went wrong, is asked for by numbers that nobody has.
    return kind ? mine[kind] : (shared[field] ??= newId());
  };
  return { mine, theirs, admin, service, ids };
}

async function belongings(house: House, skuId: Id<'sku'>, packageId: Id<'package'>) {
  const { given } = house;
  const who = await given.buyer();
  const address = await given.address(who);
  const open = await given.checkout(who, [{ skuId }]);
  const shipped = await given.shippedOrder(who, [{ skuId, quantity: 3 }]);
  await given.cartLine(who, { skuId, productId: newId(), priceFen: 1, title: '' });
  const lineId = shipped.lines[0]?.id;
  if (!lineId) throw new Error('an order without lines');
  const asked = {
    orderId: shipped.id,
    kind: 'refund_only' as const,
    lines: [{ lineId, quantity: 1 }],
    reason: '不想要了',
  };
  const aftersale = await who.call(requestAftersale, asked, { key: key() });
  const recharge = await given.paidRecharge(who, packageId);
  const unpaid = await given.recharge(who, packageId);
  await given.wallet(who, 50_000);
  const wish = { amountFen: 10_000, platform: 'weapp' as const };
  const withdrawal = await who.call(requestWithdrawal, wish, { key: key() });
  const { items } = await who.call(listNotices, {});
  const cart = await house.app.db.q
    .selectFrom('cart_lines')
    .select('id')
    .where('buyer_id', '=', who.id)
    .executeTakeFirstOrThrow();
  return {
    who,
    address: address.id,
    cartLine: cart.id,
    checkout: open.id,
    order: shipped.id,
    unpaid: open.orders[0]?.id ?? '',
    orderLine: lineId,
    aftersale: aftersale.id,
    notice: items[0]?.id ?? '',
    unpaidRecharge: unpaid.orderNo,
    recharge: recharge.id,
    withdrawal: withdrawal.id,
    file: await ownFile(who),
  };
}

async function ownFile(who: BuyerSession): Promise<string> {
  const form = new FormData();
  const png = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#c60' } })
    .png()
    .toBuffer();
  form.set('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'a.png');
  return (await who.call(uploadFile, {}, { form })).fileId;
}
