// From spec names and values to the grid of SKUs: every combination once, and what was typed before is kept.
import { SKUS_MAX, type adminGetProduct, type Got } from '@jishi/contract';

export type Product = Got<typeof adminGetProduct>;
export type Shown = { fileId: string; url: string; thumbUrl: string };

/** A value has a key of its own, so that renaming it keeps its SKUs. */
export type SpecValueDraft = { key: string; text: string };
export type SpecDraft = { key: string; name: string; values: SpecValueDraft[] };
export type SkuDraft = {
  /** Keys of the chosen values, in the order of the specs. */
  valueKeys: string[];
  id: string | undefined;
  code: string;
  priceFen: number | null;
  marketPriceFen: number | null;
  costFen: number | null;
  pictures: Shown[];
  isOnSale: boolean;
  available: number | null;
};

let made = 0;
export function newSpecKey(): string {
  made += 1;
  return `k${made}`;
}

export function emptySku(valueKeys: string[] = []): SkuDraft {
  return {
    valueKeys,
    id: undefined,
    code: '',
    priceFen: null,
    marketPriceFen: null,
    costFen: null,
    pictures: [],
    isOnSale: true,
    available: null,
  };
}

/** How many SKUs the specs ask for; specs without a value do not count yet. */
export function gridSize(specs: readonly SpecDraft[]): number {
  return specs.reduce((size, spec) => size * Math.max(1, spec.values.length), 1);
}

/** All combinations of value keys in reading order; a spec without values is not there yet. */
function combinations(specs: readonly SpecDraft[]): string[][] {
  return specs
    .filter((spec) => spec.values.length > 0)
    .reduce<string[][]>((rows, spec) => rows.flatMap((row) => spec.values.map((value) => [...row, value.key])), [[]]);
}

/**
 * The grid for `specs`. A combination that was there keeps everything. A new one takes over prices from the nearest old
 * row, but never its identity: code, stock and id belong to one SKU only. Beyond SKUS_MAX the grid is left as it was.
 */
export function buildGrid(specs: readonly SpecDraft[], previous: readonly SkuDraft[]): SkuDraft[] {
  if (gridSize(specs) > SKUS_MAX) return [...previous];
  const byKeys = new Map(previous.map((sku) => [sku.valueKeys.join('/'), sku]));
  return combinations(specs).map((valueKeys) => byKeys.get(valueKeys.join('/')) ?? priced(valueKeys, previous));
}

/** A new row with the prices of the old row that shares most of its values, provided one dimension came or went. */
function priced(valueKeys: string[], previous: readonly SkuDraft[]): SkuDraft {
  const fresh = emptySku(valueKeys);
  const near = previous.find(
    (sku) =>
      sku.valueKeys.length !== valueKeys.length &&
      (sku.valueKeys.every((key) => valueKeys.includes(key)) || valueKeys.every((key) => sku.valueKeys.includes(key))),
  );
  if (!near) return fresh;
  return { ...fresh, priceFen: near.priceFen, marketPriceFen: near.marketPriceFen, costFen: near.costFen };
}

/** A product's specs and SKUs as drafts. */
export function toDrafts(product: Pick<Product, 'specs' | 'skus'>): { specs: SpecDraft[]; skus: SkuDraft[] } {
  const specs = product.specs.map((spec) => ({
    key: newSpecKey(),
    name: spec.name,
    values: spec.values.map((text) => ({ key: newSpecKey(), text })),
  }));
  const known = product.skus.map((sku) => ({
    ...emptySku(sku.specValues.map((text, at) => specs[at]?.values.find((value) => value.text === text)?.key ?? '')),
    id: sku.id as string,
    code: sku.code ?? '',
    priceFen: sku.priceFen as number,
    marketPriceFen: sku.marketPriceFen as number | null,
    costFen: sku.costFen as number | null,
    pictures: sku.image ? [sku.image] : [],
    isOnSale: sku.isOnSale,
    available: sku.available,
  }));
  return { specs, skus: buildGrid(specs, known) };
}

/** The texts of a row, for the table and for sending. */
export function valueTexts(specs: readonly SpecDraft[], sku: SkuDraft): string[] {
  const values = specs.flatMap((spec) => spec.values);
  return sku.valueKeys.map((key) => values.find((value) => value.key === key)?.text.trim() ?? '');
}
