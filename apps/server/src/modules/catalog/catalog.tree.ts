// Categories and brands: the tree people walk down, and the names that products repeat.
import type {
  AdminBrand,
  AdminCategory,
  adminCreateBrand,
  adminOrderBrands,
  adminCreateCategory,
  adminOrderCategories,
  In,
} from '@jishi/contract';
import type { z } from 'zod';
import { violates, type Reader, type Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { lock } from '../../platform/lock.ts';
import type { Asking } from '../staff/staff.ts';
import type { Catalog, CatalogGround } from './catalog.ts';
import { categoryTree, categoryView, changes, inTreeOrder, placeBelow, type CategoryRow } from './catalog.rules.ts';
import * as store from './catalog.tree.store.ts';

type Tree = Pick<
  Catalog,
  | 'categoryTree'
  | 'categoryChildren'
  | 'staffCategories'
  | 'createCategory'
  | 'updateCategory'
  | 'orderCategories'
  | 'removeCategory'
>;
type Brands = Pick<Catalog, 'brands' | 'staffBrands' | 'createBrand' | 'updateBrand' | 'orderBrand' | 'removeBrand'>;
type CategoryForm = In<typeof adminCreateCategory>;
type BrandForm = In<typeof adminCreateBrand>;

/** Whoever changes the shape of the tree is alone with it. */
const TREE = 'catalog.tree';

export function createTree(ground: CatalogGround): Tree & Brands {
  return { ...categories(ground), ...brands(ground) };
}

function categories(ground: CatalogGround): Tree {
  const { db } = ground;
  return {
    categoryTree: async () => {
      // Left out with its parent: what stands below a hidden category cannot be walked to.
      const rows = inTreeOrder((await store.categories(db)).filter((row) => row.is_visible));
      const urlOf = await urls(ground, db, rows);
      return categoryTree(rows.map((row) => categoryView(row, urlOf)));
    },
    categoryChildren: async (categoryId) => {
      const rows = inTreeOrder((await store.categories(db)).filter((row) => row.is_visible));
      if (!rows.some((row) => row.id === categoryId)) fail('category.not_found');
      const children = rows.filter((row) => row.parent_id === categoryId);
      const urlOf = await urls(ground, db, children);
      return children.map((row) => categoryView(row, urlOf));
    },
    staffCategories: () => staffCategories(ground, db),
    createCategory: (who, input, asking) =>
      named('category.name_taken', 'categories_sibling_name', () =>
        db.tx(async (tx) => {
          await lock(tx, TREE);
          const row = await writableRow(ground, tx, newId<'category'>(), input, 1);
          await store.insertCategory(tx, row);
          await audit(ground, tx, { who, asking }, 'category.create', row, {}, trailOf(row));
          return staffCategory(row, 0, await urls(ground, tx, [row]));
        }),
      ),
    updateCategory: (who, input, asking) =>
      named('category.name_taken', 'categories_sibling_name', () =>
        db.tx(async (tx) => {
          await lock(tx, TREE);
          const before = await store.lockCategory(tx, input.categoryId);
          if (!before) fail('category.not_found');
          const row = await writableRow(ground, tx, before.id, input, await store.heightOf(tx, before));
          await store.updateCategory(tx, row, before.level);
          await store.refreshCategory(tx, row.id);
          const differ = changes(trailOf(before), trailOf(row));
          await audit(ground, tx, { who, asking }, 'category.edit', row, differ.before, differ.after);
          const counts = await store.productCounts(tx);
          return staffCategory(row, counts.get(row.id) ?? 0, await urls(ground, tx, [row]));
        }),
      ),
    orderCategories: (who, input, asking) => orderCategories(ground, who, input, asking),
    removeCategory: (who, categoryId, asking) =>
      db.tx(async (tx) => {
        await lock(tx, TREE);
        const before = await store.lockCategory(tx, categoryId);
        if (!before) fail('category.not_found');
        const inside = await store.contentsOf(tx, categoryId);
        if (inside.children + inside.products > 0) fail('category.not_empty', inside);
        await store.deleteCategory(tx, categoryId);
        await audit(ground, tx, { who, asking }, 'category.remove', before, trailOf(before), {});
      }),
  };
}

async function orderCategories(
  ground: CatalogGround,
  who: StaffSession,
  { parentId, categoryIds }: In<typeof adminOrderCategories>,
  asking?: Asking,
) {
  return ground.db.tx(async (tx) => {
    await lock(tx, TREE);
    const before = await store.siblingIds(tx, parentId);
    // Somebody has added, moved or removed one meanwhile: the list that was put in order is not the list there is.
    const given = new Set<string>(categoryIds);
    const isWhole = given.size === categoryIds.length && given.size === before.length;
    if (!isWhole || !before.every((id) => given.has(id))) fail('category.stale');
    await store.putInOrder(tx, categoryIds);
    const parent = parentId === null ? undefined : await store.category(tx, parentId);
    const subject = { id: parentId ?? 'top', name: parent?.name ?? '一级分类' };
    await audit(ground, tx, { who, asking }, 'category.order', subject, { ids: before }, { ids: categoryIds });
    return staffCategories(ground, tx);
  });
}

async function staffCategories(ground: CatalogGround, reader: Reader) {
  const rows = inTreeOrder(await store.categories(reader));
  const counts = await store.productCounts(reader);
  const urlOf = await urls(ground, reader, rows);
  return { items: rows.map((row) => staffCategory(row, counts.get(row.id) ?? 0, urlOf)) };
}

function brands(ground: CatalogGround): Brands {
  const { db } = ground;
  return {
    brands: async () => {
      const rows = await store.brands(db);
      const urlOf = await urls(ground, db, rows.map(logoOf));
      return { items: rows.map((row) => brandView(row, urlOf)) };
    },
    staffBrands: async (input) => {
      const page = { q: input.q ?? '', offset: (input.page - 1) * input.size, limit: input.size };
      const { rows, total } = await store.brandPage(db, page);
      const urlOf = await urls(ground, db, rows.map(logoOf));
      return { items: rows.map((row) => staffBrand(row, row.product_count ?? 0, urlOf)), total };
    },
    createBrand: (who, input, asking) =>
      named('brand.name_taken', 'brands_name', () =>
        db.tx(async (tx) => {
          const row = await brandRow(ground, tx, newId<'brand'>(), input);
          await store.insertBrand(tx, row);
          await audit(ground, tx, { who, asking }, 'brand.create', row, {}, { ...row });
          return staffBrand(row, 0, await urls(ground, tx, [logoOf(row)]));
        }),
      ),
    updateBrand: (who, input, asking) =>
      named('brand.name_taken', 'brands_name', () =>
        db.tx(async (tx) => {
          const before = await store.lockBrand(tx, input.brandId);
          if (!before) fail('brand.not_found');
          const row = await brandRow(ground, tx, before.id, input);
          await store.updateBrand(tx, row);
          if (row.name !== before.name) await store.refreshBrand(tx, row.id);
          const differ = changes<Record<string, unknown>>({ ...before }, { ...row });
          await audit(ground, tx, { who, asking }, 'brand.edit', row, differ.before, differ.after);
          const count = await store.brandProductCount(tx, row.id);
          return staffBrand(row, count, await urls(ground, tx, [logoOf(row)]));
        }),
      ),
    orderBrand: (who, input, asking) => orderBrand(ground, who, input, asking),
    removeBrand: (who, brandId, asking) =>
      db.tx(async (tx) => {
        const before = await store.lockBrand(tx, brandId);
        if (!before) fail('brand.not_found');
        const count = await store.brandProductCount(tx, brandId);
        if (count > 0) fail('brand.in_use', { count });
        await store.deleteBrand(tx, brandId);
        await audit(ground, tx, { who, asking }, 'brand.remove', before, { ...before }, {});
      }),
  };
}

/** One brand moves; the others close up behind it. The undo of it is another move. */
async function orderBrand(
  { db, staff }: CatalogGround,
  who: StaffSession,
  { brandId, beforeId }: In<typeof adminOrderBrands>,
  asking?: Asking,
): Promise<void> {
  await db.tx(async (tx) => {
    await lock(tx, TREE);
    const rows = await store.lockBrandsInOrder(tx);
    const from = rows.findIndex((row) => row.id === brandId);
    const rest = rows.filter((row) => row.id !== brandId).map((row) => row.id);
    const to = beforeId === null ? rest.length : rest.indexOf(beforeId);
    if (from === -1 || to === -1) fail('brand.not_found');
    rest.splice(to, 0, brandId);
    await store.putBrandsInOrder(tx, rest);
    const note = { action: 'brand.order', subjectKind: 'brand', subjectId: brandId, name: rows[from]?.name };
    await staff.audit(tx, who, { ...note, before: { place: from + 1 }, after: { place: to + 1 } }, asking);
  });
}

type UrlOf = (fileId: string) => string | null;

/** The small size of every picture that the rows name, in one query. */
async function urls(
  { files }: CatalogGround,
  reader: Reader,
  rows: readonly { image_file_id: string | null }[],
): Promise<UrlOf> {
  const pictures = await files.pictures(
    reader,
    rows.map((row) => row.image_file_id),
  );
  return (fileId) => pictures.get(fileId)?.thumbUrl ?? null;
}

const logoOf = (row: store.BrandRow) => ({ image_file_id: row.logo_file_id });

/** A form as the row it makes: its parent and picture exist, and it fits where it is put. */
async function writableRow(ground: CatalogGround, tx: Tx, id: string, form: CategoryForm, height: number) {
  const parent = form.parentId === null ? null : await store.category(tx, form.parentId);
  if (parent === undefined) fail('category.not_found', {}, 'parentId');
  await mustExist(ground, tx, form.imageFileId, 'imageFileId');
  return {
    id,
    parent_id: form.parentId,
    name: form.name,
    ...placeBelow(id, parent, height),
    sort_order: form.sortOrder,
    is_visible: form.isVisible,
    image_file_id: form.imageFileId,
  } satisfies CategoryRow;
}

async function brandRow(ground: CatalogGround, tx: Tx, id: string, form: BrandForm): Promise<store.BrandRow> {
  await mustExist(ground, tx, form.logoFileId, 'logoFileId');
  return { id, name: form.name, logo_file_id: form.logoFileId, sort_order: form.sortOrder };
}

async function mustExist({ files }: CatalogGround, tx: Tx, fileId: string | null, field: string): Promise<void> {
  if (fileId !== null && !(await files.pictures(tx, [fileId])).has(fileId)) fail('file.not_found', {}, field);
}

/** The unique index knows best whether a name is taken. */
async function named<T>(
  code: 'category.name_taken' | 'brand.name_taken',
  index: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, index)) fail(code, {}, 'name');
    throw error;
  }
}

function trailOf(row: CategoryRow): Record<string, unknown> {
  const { id: _, path: __, ...fields } = row;
  return fields;
}

async function audit(
  ground: CatalogGround,
  tx: Tx,
  { who, asking }: { who: StaffSession; asking: Asking | undefined },
  action: `${'category' | 'brand'}.${'create' | 'edit' | 'order' | 'remove'}`,
  one: { id: string; name: string },
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Promise<void> {
  const [subjectKind = ''] = action.split('.');
  await ground.staff.audit(tx, who, { action, subjectKind, subjectId: one.id, name: one.name, before, after }, asking);
  ground.changed(tx);
}

function staffCategory(row: CategoryRow, productCount: number, urlOf: UrlOf): z.input<typeof AdminCategory> {
  return { ...categoryView(row, urlOf), imageFileId: row.image_file_id, productCount };
}

function brandView(row: store.BrandRow, urlOf: UrlOf) {
  const logoUrl = row.logo_file_id === null ? null : urlOf(row.logo_file_id);
  return { id: row.id, name: row.name, logoUrl, sortOrder: row.sort_order };
}

function staffBrand(row: store.BrandRow, productCount: number, urlOf: UrlOf): z.input<typeof AdminBrand> {
  return { ...brandView(row, urlOf), logoFileId: row.logo_file_id, productCount };
}
