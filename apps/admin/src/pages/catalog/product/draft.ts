// A product as its form holds it, and what is sent of it.
import type { adminCreateProduct, Sent } from '@jishi/contract';
import { emptySku, toDrafts, valueTexts, type Product, type Shown, type SkuDraft, type SpecDraft } from './sku-grid.ts';

export type ProductDraft = {
  title: string;
  subtitle: string;
  description: string;
  categoryId: string;
  brandId: string;
  sortOrder: number;
  pictures: Shown[];
  specs: SpecDraft[];
  skus: SkuDraft[];
};

export function emptyDraft(): ProductDraft {
  return {
    title: '',
    subtitle: '',
    description: '',
    categoryId: '',
    brandId: '',
    sortOrder: 0,
    pictures: [],
    specs: [],
    skus: [emptySku()],
  };
}

export function draftOf(product: Product): ProductDraft {
  return {
    title: product.title,
    subtitle: product.subtitle,
    description: product.description,
    categoryId: product.categoryId,
    brandId: product.brandId ?? '',
    sortOrder: product.sortOrder,
    pictures: product.images.map(({ fileId, url, thumbUrl }) => ({ fileId, url, thumbUrl })),
    ...toDrafts(product),
  };
}

/** What the contract wants; specs that have no value yet are not sent. */
export function sentOf(draft: ProductDraft): Sent<typeof adminCreateProduct> {
  const specs = draft.specs.filter((spec) => spec.values.length > 0);
  return {
    title: draft.title,
    subtitle: draft.subtitle,
    description: draft.description,
    categoryId: draft.categoryId,
    brandId: draft.brandId || null,
    sortOrder: draft.sortOrder,
    imageFileIds: draft.pictures.map((picture) => picture.fileId),
    specs: specs.map((spec) => ({ name: spec.name, values: spec.values.map((value) => value.text) })),
    skus: draft.skus.map((sku) => ({
      ...(sku.id ? { id: sku.id } : {}),
      specValues: valueTexts(specs, sku),
      code: sku.code.trim() || null,
      // No price is sent as zero, which the contract refuses at the right field.
      priceFen: sku.priceFen ?? 0,
      marketPriceFen: sku.marketPriceFen,
      costFen: sku.costFen,
      imageFileId: sku.pictures[0]?.fileId ?? null,
      isOnSale: sku.isOnSale,
    })),
  };
}

/** A new product like this one: SKUs without their identity, and a name that tells it apart until somebody writes its own. */
export function copyOf(draft: ProductDraft): ProductDraft {
  return {
    ...draft,
    title: `${draft.title.slice(0, 57)} 副本`,
    skus: draft.skus.map((sku) => ({ ...sku, id: undefined, code: '', available: null })),
  };
}
