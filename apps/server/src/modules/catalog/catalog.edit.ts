// The desk where staff write products: create, edit, shelve, remove; every change with its version and its trail.
import { fen, type adminCreateProduct, type adminListProducts, type Id, type In } from '@jishi/contract';
import { violates, type Reader, type Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import { newId } from '../../platform/ids.ts';
import type { Asking } from '../staff/staff.ts';
import type { Catalog, CatalogGround, StaffProduct, StaffProductRow } from './catalog.ts';
import { changes, codeTwice, priceRange, searchWords, shelfProblem, specsProblem, type Spec } from './catalog.rules.ts';
import * as store from './catalog.store.ts';
import * as tree from './catalog.tree.store.ts';

type Form = In<typeof adminCreateProduct>;
type Desk = Pick<Catalog, 'staffRows' | 'staffProduct' | 'create' | 'edit' | 'setState' | 'remove' | 'restore'>;
type LiveSku = Awaited<ReturnType<typeof store.liveSkus>>[number];

export function createProductDesk(ground: CatalogGround): Desk {
  const { db, clock, staff } = ground;

  return {
    staffRows: (input, stock) => staffRows(ground, input, stock),
    staffProduct: (reader, productId) => staffProduct(ground, reader, productId),

    create: (who, input, asking) =>
      codeGuard(() =>
        db.tx(async (tx) => {
          await checkForm(ground, tx, input);
          const product = { id: newId<'product'>(), sellerId: (await store.platformSeller(tx)).id, at: clock.now() };
          await store.insertProduct(tx, product, input, priceRange(input.skus));
          await writeSkus(tx, product.id, input, []);
          const trail = entry('catalog.create', { id: product.id, title: input.title }, {}, trailOf(input));
          await staff.audit(tx, who, trail, asking);
          return finish(ground, tx, product.id);
        }),
      ),

    edit: (who, input, asking) =>
      codeGuard(() =>
        db.tx(async (tx) => {
          // Category and brand are locked before the product, as those who move them do.
          await checkForm(ground, tx, input);
          const before = await lockVersion(ground, tx, input.productId, input.version);
          const skus = await store.liveSkus(tx, [input.productId]);
          const problem = shelfProblem(input.imageFileIds, input.skus);
          if (before.state === 'on_sale' && problem) fail('product.incomplete', { why: problem });
          const at = clock.now();
          await store.updateProduct(tx, { id: input.productId, at }, input, priceRange(input.skus));
          await store.retireSkus(tx, input.productId, at);
          await writeSkus(tx, input.productId, input, skus);
          const differ = changes(trailOf(formOf(before, skus)), trailOf(input));
          const trail = entry('catalog.edit', { id: before.id, title: input.title }, differ.before, differ.after);
          await staff.audit(tx, who, trail, asking);
          return finish(ground, tx, input.productId);
        }),
      ),

    setState: (who, input, asking) =>
      db.tx(async (tx) => {
        const before = await lockVersion(ground, tx, input.productId, input.version);
        if (before.state === input.state) return staffProduct(ground, tx, input.productId);
        const problem = shelfProblem(before.image_file_ids, (await store.liveSkus(tx, [before.id])).map(saleOf));
        if (input.state === 'on_sale' && problem) fail('product.incomplete', { why: problem });
        const at = clock.now();
        // The first time on the shelf makes a product new; taking it off and on again does not.
        const publishedAt = before.published_at ?? (input.state === 'on_sale' ? at : null);
        await store.setState(tx, { id: before.id, state: input.state, publishedAt, at });
        const trail = entry('catalog.shelf', before, { state: before.state }, { state: input.state });
        await staff.audit(tx, who, trail, asking);
        return finish(ground, tx, before.id);
      }),

    remove: (who, productId, asking) =>
      db.tx(async (tx) => {
        const before = await store.lockProduct(tx, productId);
        if (!before) fail('product.not_found');
        await store.bin(tx, productId, clock.now());
        const trail = entry('catalog.remove', before, { title: before.title, state: before.state }, {});
        await staff.audit(tx, who, trail, asking);
        await tx.emit('product.changed', { productId: before.id as Id<'product'> });
        ground.changed(tx);
      }),

    restore: (who, input, asking) => codeGuard(() => restore(ground, who, input, asking)),
  };
}

const saleOf = (sku: LiveSku) => ({ isOnSale: sku.is_on_sale });

type Named = { id: string; title: string };
function entry(action: string, one: Named, before: Record<string, unknown>, after: Record<string, unknown>) {
  return { action, subjectKind: 'product', subjectId: one.id, name: one.title, before, after };
}

async function lockVersion(
  { staff }: CatalogGround,
  tx: Tx,
  productId: string,
  version: number,
): Promise<store.ProductRow> {
  const product = await store.lockProduct(tx, productId);
  if (!product) fail('product.not_found');
  if (product.version !== version) {
    const last = await staff.lastChange(tx, productId);
    fail('product.stale', { version: product.version, changedBy: last?.by ?? '', changedAt: last?.at ?? null });
  }
  return product;
}

/** Back from the bin, off the shelf. Its category may be gone by now: then another one has to be named. */
async function restore(
  ground: CatalogGround,
  who: Parameters<Desk['restore']>[0],
  input: Parameters<Desk['restore']>[1],
  asking?: Asking,
): Promise<StaffProduct> {
  return ground.db.tx(async (tx) => {
    if (input.categoryId && !(await tree.holdCategory(tx, input.categoryId))) {
      fail('category.not_found', {}, 'categoryId');
    }
    const before = await store.lockBinned(tx, input.productId);
    if (!before) fail('product.not_found');
    const categoryId = input.categoryId ?? before.category_id ?? fail('product.category_gone', {}, 'categoryId');
    await store.unbin(tx, before, categoryId, ground.clock.now());
    const trail = entry('catalog.restore', before, {}, { title: before.title, categoryId });
    await ground.staff.audit(tx, who, trail, asking);
    return finish(ground, tx, before.id);
  });
}

/** What has to be true of a form before anything is written; category and brand stay as they are until commit. */
async function checkForm({ files }: CatalogGround, tx: Tx, form: Form): Promise<void> {
  const why = specsProblem(form.specs, form.skus);
  if (why) fail('product.specs_invalid', { why }, 'skus');
  const code = codeTwice(form.skus);
  if (code !== undefined) fail('sku.code_taken', { code }, 'skus');
  if (!(await tree.holdCategory(tx, form.categoryId))) fail('category.not_found', {}, 'categoryId');
  if (form.brandId !== null && !(await tree.holdBrand(tx, form.brandId))) fail('brand.not_found', {}, 'brandId');
  const pictures = [...form.imageFileIds, ...form.skus.flatMap((sku) => sku.imageFileId ?? [])];
  const found = await files.pictures(tx, pictures);
  if (pictures.some((id) => !found.has(id))) fail('file.not_found', {}, 'imageFileIds');
}

/** Kept SKUs keep their id and with it their stock; those without an id are new; the others stay retired. */
async function writeSkus(tx: Tx, productId: string, form: Form, live: readonly LiveSku[]): Promise<void> {
  const kept = form.skus.flatMap((sku) => sku.id ?? []);
  const known = new Set(live.map((sku) => sku.id));
  if (kept.some((id) => !known.has(id)) || new Set(kept).size !== kept.length) fail('sku.not_found', {}, 'skus');
  const codes = form.skus.flatMap((sku) => sku.code ?? []);
  const taken = await store.takenCode(tx, productId, codes);
  if (taken !== undefined) fail('sku.code_taken', { code: taken }, 'skus');
  const skus = form.skus.map((sku) => ({ ...sku, id: sku.id ?? newId<'sku'>() }));
  await store.writeSkus(tx, productId, skus);
}

/** Two forms with the same new code at the same moment: the index decides, the loser reads why. */
async function codeGuard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!violates(error, 'skus_code')) throw error;
    const code = /\(code\)=\((.*)\)/.exec((error as { detail?: string }).detail ?? '')?.[1] ?? '';
    fail('sku.code_taken', { code }, 'skus');
  }
}

/** The last step of every change: what products repeat of others is written anew, and others are told. */
async function finish(ground: CatalogGround, tx: Tx, productId: string): Promise<StaffProduct> {
  await tree.refreshProduct(tx, productId);
  await tx.emit('product.changed', { productId: productId as Id<'product'> });
  ground.changed(tx);
  return staffProduct(ground, tx, productId);
}

/** What the trail tells of a product: everything that staff typed. */
function trailOf(form: Form): Record<string, unknown> {
  const { skus, ...fields } = form;
  const { categoryId, brandId, title, subtitle, description, imageFileIds, specs, sortOrder } = fields;
  return {
    categoryId,
    brandId,
    title,
    subtitle,
    description,
    imageFileIds,
    specs,
    sortOrder,
    skus: skus.map(({ specValues, code, priceFen, marketPriceFen, costFen, imageFileId, isOnSale }) => {
      return { specValues, code, priceFen, marketPriceFen, costFen, imageFileId, isOnSale };
    }),
  };
}

/** A stored product as the form that would write it. */
function formOf(product: store.ProductRow, skus: readonly LiveSku[]): Form {
  return {
    categoryId: product.category_id as Form['categoryId'],
    brandId: product.brand_id as Form['brandId'],
    title: product.title,
    subtitle: product.subtitle,
    description: product.description,
    imageFileIds: product.image_file_ids as Form['imageFileIds'],
    specs: product.specs as Spec[],
    sortOrder: product.sort_order,
    skus: skus.map((sku) => ({
      id: sku.id as Id<'sku'>,
      specValues: sku.spec_values,
      code: sku.code,
      priceFen: fen(sku.price_fen),
      marketPriceFen: sku.market_price_fen === null ? null : fen(sku.market_price_fen),
      costFen: sku.cost_fen === null ? null : fen(sku.cost_fen),
      imageFileId: sku.image_file_id as Form['skus'][number]['imageFileId'],
      isOnSale: sku.is_on_sale,
    })),
  };
}

async function staffProduct({ files }: CatalogGround, reader: Reader, productId: string): Promise<StaffProduct> {
  const product = await store.findProduct(reader, productId);
  if (!product) fail('product.not_found');
  const skus = await store.liveSkus(reader, [productId]);
  const pictures = await files.pictures(reader, [...product.image_file_ids, ...skus.map((sku) => sku.image_file_id)]);
  assert(product.category_id, `product ${productId} outside the bin has no category`);
  return {
    id: product.id,
    sellerId: product.seller_id,
    categoryId: product.category_id,
    brandId: product.brand_id,
    title: product.title,
    subtitle: product.subtitle,
    description: product.description,
    images: product.image_file_ids.flatMap((id) => pictures.get(id) ?? []),
    specs: product.specs as Spec[],
    skus: skus.map((sku) => ({
      id: sku.id,
      specValues: sku.spec_values,
      code: sku.code,
      priceFen: sku.price_fen,
      marketPriceFen: sku.market_price_fen,
      costFen: sku.cost_fen,
      image: sku.image_file_id === null ? null : (pictures.get(sku.image_file_id) ?? null),
      isOnSale: sku.is_on_sale,
    })),
    state: product.state as StaffProduct['state'],
    salesCount: product.sales_count,
    sortOrder: product.sort_order,
    version: product.version,
    createdAt: product.created_at,
    updatedAt: product.updated_at,
  };
}

async function staffRows(
  { db, files }: CatalogGround,
  input: In<typeof adminListProducts>,
  stock: store.StockFilter | null,
): Promise<{ items: StaffProductRow[]; total: number }> {
  const filter = { ...input, words: searchWords(input.q), text: input.q ?? '' };
  const page = { offset: (input.page - 1) * input.size, limit: input.size };
  const { rows, total } = await store.adminRows(db, filter, page, stock ?? { enough: null, any: null });
  const pictures = await files.pictures(
    db,
    rows.map((row) => row.image_file_id),
  );
  const items = rows.map((row) => ({
    id: row.id,
    title: row.title,
    image: row.image_file_id === null ? null : (pictures.get(row.image_file_id) ?? null),
    categoryName: row.category_name,
    brandName: row.brand_name,
    state: row.state as StaffProductRow['state'],
    minPriceFen: row.min_price_fen,
    maxPriceFen: row.max_price_fen,
    skuCount: row.sku_ids.length,
    salesCount: row.sales_count,
    version: row.version,
    updatedAt: row.updated_at,
    removedAt: row.deleted_at,
    skuIds: row.sku_ids,
  }));
  return { items, total };
}
