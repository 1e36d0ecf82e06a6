// The demo catalogue keeps the rules of the real one, and its pictures are pictures.
import { adminCreateProduct, SKUS_MAX, SPEC_NAMES_MAX } from '@jishi/contract';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { CATEGORIES, GOODS, COLOURS } from './seed.goods.ts';
import { brandPicture, categoryPicture, motifs, productPicture, type View } from './seed.pictures.ts';
import { plansUntil } from './seed.plans.ts';
import { STORIES } from './seed.stories.ts';

const twigs = CATEGORIES.flatMap((branch) => branch.children.flatMap((bough) => bough.children));

describe('the demo catalogue', () => {
  test('every product has a third-level category, and every category a product', () => {
    const names = twigs.map((twig) => twig.name);
    expect(GOODS.filter((goods) => !names.includes(goods.category)).map((goods) => goods.title)).toEqual([]);
    expect(names.filter((name) => !GOODS.some((goods) => goods.category === name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('titles differ, since an interrupted seed knows products by them, and fit the form', () => {
    expect(GOODS.length).toBeGreaterThanOrEqual(72);
    expect(new Set(GOODS.map((goods) => goods.title)).size).toBe(GOODS.length);
    const { title, subtitle } = adminCreateProduct.input.shape;
    for (const goods of GOODS) {
      expect(title.safeParse(goods.title).success, goods.title).toBe(true);
      expect(subtitle.safeParse(goods.subtitle).success, goods.subtitle).toBe(true);
    }
  });

  test('prices are below the market, and specs make one to twelve SKUs under at most three names', () => {
    for (const goods of GOODS) {
      const names = (goods.colours.length > 1 ? 1 : 0) + (goods.specs?.length ?? 0);
      const skus = (goods.specs ?? []).reduce((count, spec) => count * spec.choices.length, goods.colours.length);
      expect(goods.marketFen, goods.title).toBeGreaterThan(goods.fen);
      expect(names, goods.title).toBeLessThanOrEqual(SPEC_NAMES_MAX);
      expect(skus, goods.title).toBeLessThanOrEqual(Math.min(SKUS_MAX, 12));
    }
  });

  test('steps of a story follow each other, and nothing is told of the future', () => {
    for (const { story, daysAgo, hour } of plansUntil(3)) {
      const hours = story.map((step) => step.after);
      expect(hours).toEqual(hours.toSorted((a, b) => a - b));
      expect(daysAgo === 0 ? hour < 0 : hour >= 0 && hour < 24).toBe(true);
    }
  });
});

describe('the demo orders', () => {
  test('tell every story there is, on every weekday that a demo may be started', () => {
    for (let weekday = 0; weekday < 7; weekday += 1) {
      const plans = plansUntil(weekday);
      const told = new Set(plans.map((plan) => plan.story));
      expect(Object.values(STORIES).filter((story) => !told.has(story))).toEqual([]);
      expect(plans.length).toBeGreaterThanOrEqual(150);
      expect(new Set(plans.map((plan) => plan.daysAgo)).size).toBe(31);
    }
  });

  test('come in the evening rather than in the morning, and more of them at weekends', () => {
    const plans = plansUntil(0).filter(({ daysAgo }) => daysAgo > 0);
    const between = (from: number, to: number) => plans.filter(({ hour }) => hour >= from && hour < to).length;
    expect(between(19, 23)).toBeGreaterThan(2 * between(6, 10));
    const isWeekend = (daysAgo: number) => daysAgo % 7 <= 1;
    const weekend = plans.filter(({ daysAgo }) => isWeekend(daysAgo)).length;
    expect(weekend / 2).toBeGreaterThan((plans.length - weekend) / 5);
  });
});

describe('the demo pictures', () => {
  const look = (at: number) => ({
    motif: motifs[at % motifs.length] ?? 'mug',
    main: COLOURS.雾蓝,
    accent: '#e58a6f',
    tint: '#e6d5be',
  });

  test.each<View>(['studio', 'scene', 'detail'])('are 720 by 720 and not empty: %s', async (view) => {
    for (let at = 0; at < motifs.length; at += 9) {
      const picture = sharp(await productPicture(look(at), view));
      expect(await picture.metadata()).toMatchObject({ format: 'jpeg', width: 720, height: 720 });
      const { entropy } = await picture.stats();
      expect(entropy, motifs[at]).toBeGreaterThan(3);
    }
  });

  test('the same product looks the same tomorrow, so that nothing is stored twice', async () => {
    expect(await productPicture(look(0), 'scene')).toEqual(await productPicture(look(0), 'scene'));
    expect((await categoryPicture(look(1))).length).toBeGreaterThan(1000);
    expect((await brandPicture('kiln', '#5f8f8a')).length).toBeGreaterThan(1000);
  });
});
