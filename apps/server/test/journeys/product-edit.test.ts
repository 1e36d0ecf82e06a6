// Journey: staff edit a product; two editors, the trail, carts, caches and old orders.
import {
  adminGetProduct,
  adminSetProductState,
  adminUpdateProduct,
  getCart,
  getHome,
  type getProduct,
  listAudit,
  listProducts,
  makeQuote,
  type Got,
  type Sent,
} from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDesk, pieces, refused, type Desk } from '../desk.ts';
import type { GivenSku } from '../given.ts';
import { ADMIN, house, type House } from '../house.ts';

let h: House;
let desk: Desk;
beforeAll(async () => {
  h = await house();
  desk = await createDesk(h);
});
afterAll(async () => {
  await h?.books.balance({ atRest: true });
  await h?.close();
});

type Product = Got<typeof adminGetProduct>;
type Edit = Partial<Sent<typeof adminUpdateProduct>>;

const opened = (sku: GivenSku) => desk.staff(adminGetProduct, { productId: sku.productId });

/** What the form sends: everything as it was opened, with what was changed in it. */
const form = (product: Product, edit: Edit = {}): Sent<typeof adminUpdateProduct> => ({
  productId: product.id,
  version: product.version,
  categoryId: product.categoryId,
  brandId: product.brandId,
  title: product.title,
  subtitle: product.subtitle,
  description: product.description,
  imageFileIds: product.images.map((one) => one.fileId) as Sent<typeof adminUpdateProduct>['imageFileIds'],
  specs: product.specs,
  skus: product.skus.map(({ id, specValues, priceFen }) => ({ id, specValues, priceFen })),
  sortOrder: product.sortOrder,
  ...edit,
});

const priced = (product: Product, priceFen: number) =>
  product.skus.map(({ id, specValues }) => ({ id, specValues, priceFen }));

/** A browser that keeps what it has seen. */
async function look(path: string, etag?: string) {
  const response = await fetch(`${h.api}${path}`, { headers: etag ? { 'if-none-match': etag } : {} });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    body: text === '' ? null : (JSON.parse(text) as Got<typeof getProduct>),
  };
}

test('two editors open the same page: the first saves, the second is told, nothing of the first is lost', async () => {
  const sku = await h.given.sku({ title: '景德镇茶壶', priceFen: 8_800 });
  const before = await opened(sku);
  const saved = await desk.staff(
    adminUpdateProduct,
    form(before, { title: '景德镇手工茶壶', skus: priced(before, 9_900) }),
  );
  expect(saved).toMatchObject({ title: '景德镇手工茶壶', version: before.version + 1, skus: [{ priceFen: 9_900 }] });
  await refused(desk.staff(adminUpdateProduct, form(before, { subtitle: '第二位编辑' })), 'product.stale');
  const stale = { productId: before.id, state: 'off_shelf', version: before.version } as const;
  await refused(desk.staff(adminSetProductState, stale), 'product.stale');
  expect(await opened(sku)).toMatchObject({ title: '景德镇手工茶壶', subtitle: '', state: 'on_sale' });

  const { items } = await desk.staff(listAudit, { subjectId: before.id });
  const edits = items.filter((one) => one.action === 'catalog.edit');
  expect(edits).toHaveLength(1);
  expect(edits[0]).toMatchObject({ staffName: ADMIN.name, subjectKind: 'product' });
  expect(JSON.stringify(edits[0]?.before)).toContain('景德镇茶壶');
  expect(JSON.stringify(edits[0]?.before)).toContain('8800');
  expect(JSON.stringify(edits[0]?.after)).toContain('景德镇手工茶壶');
  expect(JSON.stringify(edits[0]?.after)).toContain('9900');
  expect(edits[0]?.ip).toBeTruthy();
  expect(edits[0]?.requestId).toBeTruthy();
});

test('ten editors save the same version at once: one wins', async () => {
  const product = await opened(await h.given.sku());
  const titles = Array.from({ length: 10 }, (_, index) => `同时改的标题 ${index}`);
  const results = await Promise.allSettled(
    titles.map((title) => desk.staff(adminUpdateProduct, form(product, { title }))),
  );
  const codes = results.map((one) => (one.status === 'fulfilled' ? 'saved' : (one.reason as { code: string }).code));
  expect(codes.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'product.stale'), 'saved']);
  const after = await desk.staff(adminGetProduct, { productId: product.id });
  expect(after).toMatchObject({ version: product.version + 1, title: titles[codes.indexOf('saved')] });
});

test('the new price is in carts, quotes, lists and searches at once', async () => {
  const sku = await h.given.sku({ title: '紫砂提梁壶', priceFen: 20_000 });
  const buyer = await h.given.buyer();
  await h.given.cartLine(buyer, sku, 2);
  const now = await opened(sku);
  await desk.staff(adminUpdateProduct, form(now, { title: '紫砂西施壶', skus: priced(now, 18_000) }));
  const cart = await buyer.call(getCart, {});
  expect(cart).toMatchObject({
    lines: [{ title: '紫砂西施壶', unitFen: 18_000, changedFen: -2_000 }],
    quote: { totalFen: 36_000 },
  });
  const quote = await buyer.call(makeQuote, { lines: [{ skuId: sku.skuId, quantity: 1 }] });
  expect(quote.totalFen).toBe(18_000);
  expect((await h.visitor(listProducts, { q: '西施' })).items).toMatchObject([{ priceFen: 18_000 }]);
  expect((await h.visitor(listProducts, { q: '提梁' })).items).toEqual([]);
  const { fresh } = await h.visitor(getHome, {});
  expect(fresh.find((card) => card.id === sku.productId)).toMatchObject({ title: '紫砂西施壶', priceFen: 18_000 });
});

test('a page that has not changed is not sent again; after an edit it is, at once', async () => {
  const sku = await h.given.sku({ title: '建盏', priceFen: 6_600 });
  for (const path of [`/products/${sku.productId}`, '/products?q=%E5%BB%BA%E7%9B%8F', '/zones/homepage']) {
    const first = await look(path);
    expect(first.status).toBe(200);
    expect(await look(path, first.etag)).toMatchObject({ status: 304, body: null, etag: first.etag });
    const now = await opened(sku);
    await desk.staff(
      adminUpdateProduct,
      form(now, { skus: priced(now, now.skus[0]?.priceFen === 6_600 ? 7_700 : 6_600) }),
    );
    const second = await look(path, first.etag);
    expect(second.status).toBe(200);
    expect(second.etag).not.toBe(first.etag);
  }
});

test('stock moves the page too: sold out is seen by who comes back', async () => {
  const sku = await h.given.sku({ stock: 1 });
  const path = `/products/${sku.productId}`;
  const first = await look(path);
  expect(first.body).toMatchObject({ isSoldOut: false });
  const buyer = await h.given.buyer();
  await h.given.checkout(buyer, [sku]);
  const second = await look(path, first.etag);
  expect(second).toMatchObject({ status: 200, body: { isSoldOut: true, skus: [{ available: 0 }] } });
  await h.forward({ minutes: 31 });
});

test('an order keeps the title and the price it was placed with, through refund and all', async () => {
  const sku = await h.given.sku({ title: '老款盖碗', priceFen: 12_345 });
  const buyer = await h.given.buyer();
  const order = await h.given.paidOrder(buyer, [{ ...sku, quantity: 2 }]);
  const now = await opened(sku);
  await desk.staff(adminUpdateProduct, form(now, { title: '新款盖碗', skus: priced(now, 1) }));
  const seen = await desk.order(buyer, order);
  expect(seen).toMatchObject({ totalFen: 24_690, lines: [{ title: '老款盖碗', unitFen: 12_345, payableFen: 24_690 }] });
  await desk.approve(await desk.ask(buyer, order, pieces(seen, 1)));
  await h.refundsArrive();
  expect(await desk.order(buyer, order)).toMatchObject({ refundedFen: 12_345 });
});

test('a SKU that is taken out of a product is gone for carts and stays on orders', async () => {
  const sku = await h.given.sku({ priceFen: 5_000 });
  const buyer = await h.given.buyer();
  const order = await h.given.paidOrder(buyer, [sku]);
  await h.given.cartLine(buyer, sku);
  const now = await opened(sku);
  await desk.staff(adminUpdateProduct, form(now, { skus: [{ specValues: [], priceFen: 5_500 }] }));
  expect((await buyer.call(getCart, {})).lines).toMatchObject([{ problem: 'gone' }]);
  expect(await desk.order(buyer, order)).toMatchObject({ lines: [{ skuId: sku.skuId, unitFen: 5_000 }] });
  await desk.ship(order);
});
