// Which combination of specs is meant, and which values can still lead to something that can be bought.

/** What the choice needs to know about a product; the contract's own views fit. */
export type Spec = { name: string; values: readonly string[] };
export type SkuFacts = { specValues: readonly string[]; available: number };

/** One entry per spec, in order; null where nothing is chosen yet. */
export type Chosen = readonly (string | null)[];

/** `impossible`: no such SKU with the rest of the choice; `sold_out`: it exists, but none is left. */
export type ValueState = 'chosen' | 'open' | 'sold_out' | 'impossible';

export function nothingChosen(specs: readonly Spec[]): Chosen {
  return specs.map(() => null);
}

/** Takes a value, or takes it back when it was chosen already. */
export function toggle(chosen: Chosen, spec: number, value: string): Chosen {
  return chosen.map((now, index) => (index === spec ? (now === value ? null : value) : now));
}

function fits(sku: SkuFacts, chosen: Chosen): boolean {
  return chosen.every((value, index) => value === null || sku.specValues[index] === value);
}

/** The one SKU that a complete choice means. */
export function chosenSku<S extends SkuFacts>(skus: readonly S[], chosen: Chosen): S | null {
  if (chosen.some((value) => value === null)) return null;
  return skus.find((sku) => fits(sku, chosen)) ?? null;
}

/** How a value looks, given what is chosen of the other specs. */
export function valueState(skus: readonly SkuFacts[], chosen: Chosen, spec: number, value: string): ValueState {
  const wish = chosen.map((now, index) => (index === spec ? value : now));
  const matching = skus.filter((sku) => fits(sku, wish));
  if (matching.length === 0) return 'impossible';
  if (matching.every((sku) => sku.available <= 0)) return 'sold_out';
  return chosen[spec] === value ? 'chosen' : 'open';
}

/** The choice to begin with: where only one value exists there is nothing to choose. */
export function firstChoice(specs: readonly Spec[], skus: readonly SkuFacts[]): Chosen {
  const buyable = skus.filter((sku) => sku.available > 0);
  const [only] = buyable;
  if (only && buyable.length === 1) return specs.map((_spec, index) => only.specValues[index] ?? null);
  return specs.map((spec) => (spec.values.length === 1 ? (spec.values[0] ?? null) : null));
}

/** Names of the specs that still need a choice: 颜色、尺码. */
export function missing(specs: readonly Spec[], chosen: Chosen): string {
  return specs
    .filter((_spec, index) => (chosen[index] ?? null) === null)
    .map((spec) => spec.name)
    .join('、');
}
