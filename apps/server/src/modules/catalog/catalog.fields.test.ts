// Every field of the product form, taken from the contract itself: kept, handed back and told in the trail.
import { adminCreateProduct, type Id } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodsHouse, type GoodsHouse } from '../../../test/goods.ts';
import { rightInput } from '../../../test/inputs/wishes.ts';
import { newId } from '../../platform/ids.ts';
import type { StaffProduct } from './catalog.ts';

let house: GoodsHouse;
beforeAll(async () => {
  house = await goodsHouse();
});
afterAll(() => house.close());

/** A form with something in every field that there is. */
async function fullForm() {
  const { given } = house;
  const ids: Record<string, string> = {
    categoryId: await given.category(),
    brandId: await given.brand(),
    imageFileIds: await given.picture(),
    imageFileId: await given.picture(),
  };
  const form = adminCreateProduct.input.parse(rightInput(adminCreateProduct, (_, field) => ids[field] ?? newId()));
  return { ...form, skus: form.skus.map(({ id: _, ...sku }) => ({ ...sku, code: newId() })) };
}

/** A product under the names that the form has for what is shown as pictures. */
const asForm = (product: StaffProduct) => ({
  ...product,
  imageFileIds: product.images.map((image) => image.fileId),
  skus: product.skus.map((sku) => ({ ...sku, imageFileId: sku.image?.fileId ?? null })),
});

const trailOf = (productId: string, action: string) =>
  house.db.q
    .selectFrom('audit_log')
    .select(['before', 'after'])
    .where('subject_id', '=', productId)
    .where('action', '=', action)
    .executeTakeFirstOrThrow();

test('what staff type is kept, handed back and told in the trail, field by field', async () => {
  const { catalog, boss } = house;
  const full = await fullForm();
  const made = await catalog.create(boss, full);
  expect(asForm(made)).toMatchObject(full);
  const told = await trailOf(made.id, 'catalog.create');
  expect(Object.keys(told.after as object).toSorted()).toEqual(Object.keys(full).toSorted());
});

test('a form that leaves out what may be left out empties it, and the trail says what was there', async () => {
  const { catalog, boss } = house;
  const full = await fullForm();
  const made = await catalog.create(boss, full);
  const bare = adminCreateProduct.input.parse({
    categoryId: full.categoryId,
    title: full.title,
    imageFileIds: full.imageFileIds,
    skus: [{ specValues: [], priceFen: 1 }],
  });
  const id = made.id as Id<'product'>;
  expect(asForm(await catalog.edit(boss, { ...bare, productId: id, version: made.version }))).toMatchObject(bare);
  const differ = (Object.keys(full) as (keyof typeof full)[]).filter(
    (field) => JSON.stringify(full[field]) !== JSON.stringify(bare[field]),
  );
  const told = await trailOf(made.id, 'catalog.edit');
  expect(Object.keys(told.before as object).toSorted()).toEqual(differ.toSorted());
  expect(differ.length).toBeGreaterThan(4);
});
