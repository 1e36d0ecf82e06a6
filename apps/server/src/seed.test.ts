// The demo catalogue keeps the rules of the real one, and its pictures are pictures.
import { adminCreateProduct, SKUS_MAX, SPEC_NAMES_MAX } from '@jishi/contract';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { isWritable, measureOf } from './seed.draw.digits.ts';
import { BRANDS, GOODS, COLOURS } from './seed.goods.ts';
import { CATEGORIES } from './seed.goods.tree.ts';
import { brandPicture, categoryPicture, motifs, productPicture, type View } from './seed.pictures.ts';
import { plansUntil } from './seed.plans.ts';
import { STORIES } from './seed.stories.ts';

const twigs = CATEGORIES.flatMap((branch) => branch.children.flatMap((bough) => bough.children));

describe('the demo catalogue', () => {
  test('every product has a third-level category, and every category a product', () => {
    const names = twigs.map((twig) => twig.name);
    expect(GOODS.filter((goods) => !names.includes(goods.category)).map((goods) => goods.title)).toEqual([]);
    const count = (name: string) => GOODS.filter((goods) => goods.category === name).length;
    expect(names.filter((name) => count(name) < 4)).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(55);
    expect(new Set(names).size).toBe(names.length);
  });

  test('titles differ, since an interrupted seed knows products by them, and fit the form', () => {
    expect(GOODS.length).toBeGreaterThanOrEqual(320);
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

describe('the shelves of the demo shop', () => {
  test('what sells best, what is newest and what is cheapest are different things', () => {
    const onSale = GOODS.filter((goods) => goods.state === undefined);
    const discount = (goods: (typeof GOODS)[number]) => goods.fen / goods.marketFen;
    const zones = [
      onSale.toSorted((a, b) => b.sold - a.sold).slice(0, 10),
      onSale.slice(-10),
      onSale.toSorted((a, b) => discount(a) - discount(b)).slice(0, 10),
    ];
    const titles = zones.flat().map((goods) => goods.title);
    expect(new Set(titles).size).toBeGreaterThanOrEqual(27);
    for (const zone of zones) expect(new Set(zone.map((goods) => goods.category)).size).toBeGreaterThanOrEqual(7);
  });

  test('hardly two products share a drawing, and no drawing lies about unused', () => {
    const drawn = GOODS.map((goods) => goods.motif);
    expect(drawn.length - new Set(drawn).size).toBeLessThan(10);
    const icons = CATEGORIES.flatMap((top) => [
      top,
      ...top.children,
      ...top.children.flatMap((bough) => bough.children),
    ]);
    const used = new Set<string>([...drawn, ...icons.map(({ icon }) => icon.motif), 'crate']);
    expect(motifs.filter((motif) => !used.has(motif))).toEqual([]);
  });

  test('every brand has several products, and words people search for find enough', () => {
    for (const brand of Object.keys(BRANDS)) {
      expect(GOODS.filter((goods) => goods.brand === brand).length, brand).toBeGreaterThanOrEqual(8);
    }
    for (const word of ['杯', '毛巾', '耳机', '礼物', '礼盒', '儿童', '茶']) {
      const found = GOODS.filter((goods) => goods.title.includes(word) || goods.category.includes(word));
      expect(found.length, word).toBeGreaterThanOrEqual(4);
    }
  });

  test('a card can write every measure that it is given', () => {
    for (const goods of GOODS) {
      const measure = measureOf(goods.facts);
      if (measure !== null) expect(isWritable(measure), measure).toBe(true);
    }
    expect(GOODS.filter((goods) => measureOf(goods.facts) !== null).length).toBeGreaterThan(100);
    expect(measureOf({ 尺寸: '约 75×150 厘米' })).toBe('75×150 cm');
    expect(measureOf({ 材质: '棉' })).toBeNull();
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

  test.each<View>(['studio', 'scene', 'detail', 'card'])('are 600 by 600 and not empty: %s', async (view) => {
    for (let at = 0; at < motifs.length; at += 31) {
      const picture = sharp(await productPicture(look(at), view));
      expect(await picture.metadata()).toMatchObject({ format: 'jpeg', width: 600, height: 600 });
      const { entropy } = await picture.stats();
      expect(entropy, motifs[at]).toBeGreaterThan(1);
    }
  });

  test('the same product looks the same tomorrow, so that nothing is stored twice', async () => {
    expect(await productPicture(look(0), 'scene')).toEqual(await productPicture(look(0), 'scene'));
    expect((await categoryPicture(look(1))).length).toBeGreaterThan(1000);
    expect((await brandPicture('kiln', '#5f8f8a')).length).toBeGreaterThan(1000);
  });
});
