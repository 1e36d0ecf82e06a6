// The door of pricing.
import { makeQuote } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Pricing } from './pricing.ts';

export function bindPricing(door: Door, pricing: Pricing): void {
  door.handle(makeQuote, ({ buyer }, input) => pricing.make(buyer, input));
}
