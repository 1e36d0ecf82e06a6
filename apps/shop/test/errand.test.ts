// What a guest meant to do before the sign-in is done once, and soon, or not at all.
import type { Id } from '@jishi/contract';
import { beforeEach, describe, expect, test } from 'vitest';
import { createErrands, type Errand } from '../src/session/errand.ts';

const errand: Errand = {
  productId: '019aa000-0000-7000-8000-000000000001' as Id<'product'>,
  purpose: 'cart',
  wish: { skuId: '019aa000-0000-7000-8000-000000000011' as Id<'sku'>, quantity: 2 },
  key: '0123456789abcdef0123456789abcdef',
};
const MINUTE_MS = 60_000;

describe('an errand that waits for a sign-in', () => {
  let kept: Map<string, string>;
  let time: number;
  /** The shop as it starts anew after each way through WeChat; only the tab's own memory goes on. */
  const shop = () =>
    createErrands(
      {
        read: <T>(key: string) => JSON.parse(kept.get(key) ?? 'null') as T | null,
        write: (key, value) => void kept.set(key, JSON.stringify(value)),
        remove: (key) => void kept.delete(key),
      },
      () => time,
    );
  beforeEach(() => {
    kept = new Map();
    time = 1_800_000_000_000;
  });

  test('is found as it was, with its key, and only once', () => {
    shop().keep(errand);
    time += MINUTE_MS;
    expect(shop().take()).toEqual(errand);
    expect(shop().take()).toBeNull();
  });

  test('is worth nothing after ten minutes, and stays forgotten', () => {
    shop().keep(errand);
    time += 10 * MINUTE_MS + 1;
    expect(shop().take()).toBeNull();
    time -= 5 * MINUTE_MS;
    expect(shop().take()).toBeNull();
  });

  test('is still good at the tenth minute', () => {
    shop().keep(errand);
    time += 10 * MINUTE_MS;
    expect(shop().take()).toEqual(errand);
  });

  test('is forgotten when the sign-in was refused', () => {
    shop().keep(errand);
    shop().forget();
    expect(shop().take()).toBeNull();
  });

  test('gives way to a later one', () => {
    shop().keep(errand);
    const later: Errand = { ...errand, purpose: 'buy', wish: { ...errand.wish, quantity: 1 }, key: 'another' };
    shop().keep(later);
    expect(shop().take()).toEqual(later);
    expect(kept.size).toBe(0);
  });
});
