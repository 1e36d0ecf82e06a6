// What a guest was about to do when the web shop left for WeChat's sign-in page: done once on the way back, or forgotten.
import type { Id } from '@jishi/contract';
import type { KeptBridge } from '@/bridge/types';

export type Errand = {
  productId: Id<'product'>;
  purpose: 'cart' | 'buy';
  wish: { skuId: Id<'sku'>; quantity: number };
  /** The key of the intent, so that it is the same intent before and after. */
  key: string;
};

const KEPT = 'errand';
/** Whoever comes back later than this no longer expects anything to happen by itself. */
const AGE_MAX_MS = 10 * 60 * 1000;

type Kept = { errand: Errand; keptAt: number };

/** Keeps at most one errand in `kept`, by the clock `now`. */
export function createErrands(kept: KeptBridge, now: () => number) {
  return {
    keep: (errand: Errand) => kept.write(KEPT, { errand, keptAt: now() } satisfies Kept),
    forget: () => kept.remove(KEPT),
    /** The errand, if it is fresh. It is gone afterwards either way. */
    take(): Errand | null {
      const found = kept.read<Kept>(KEPT);
      kept.remove(KEPT);
      return found !== null && now() - found.keptAt <= AGE_MAX_MS ? found.errand : null;
    },
  };
}
