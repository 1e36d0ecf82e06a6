// The demo catalogue: how a product is told, the tree of categories, the invented brands, and all goods on one shelf.
import { careGoods } from './seed.goods.care.ts';
import { deviceGoods } from './seed.goods.devices.ts';
import { foodGoods } from './seed.goods.food.ts';
import { homeGoods } from './seed.goods.home.ts';
import { kitchenGoods } from './seed.goods.kitchen.ts';
import { dressGoods } from './seed.goods.dress.ts';
import { familyGoods } from './seed.goods.family.ts';
import { gadgetGoods } from './seed.goods.gadgets.ts';
import { linenGoods } from './seed.goods.linen.ts';
import { outdoorGoods } from './seed.goods.outdoor.ts';
import { pantryGoods } from './seed.goods.pantry.ts';
import { studyGoods } from './seed.goods.study.ts';
import { tableGoods } from './seed.goods.table.ts';
import { wearGoods } from './seed.goods.wear.ts';
import type { Mark, Motif } from './seed.pictures.ts';

/** A value of a spec, and what it adds to the price. */
export type Choice = readonly [value: string, plusFen?: number];
/** How much lies in the warehouse: plenty, a little, nothing, or some values sold out. */
export type Shelf = 'plenty' | 'low' | 'out' | 'gaps';
export type Goods = {
  motif: Motif;
  category: string;
  brand: BrandKey | null;
  title: string;
  subtitle: string;
  /** Paragraphs that only this product has. */
  about: readonly string[];
  facts: Readonly<Record<string, string>>;
  fen: number;
  marketFen: number;
  /** The first spec when there are several colours; the picture follows it. */
  colours: readonly ColourName[];
  colourName?: string;
  specs?: readonly { name: string; choices: readonly Choice[] }[];
  accent: string;
  shelf?: Shelf;
  /** Most things are on sale. */
  state?: 'draft' | 'off_shelf';
  /** Pieces sold before this shop moved here. */
  sold: number;
};

export const COLOURS = {
  米白: '#efe4d2',
  月白: '#dfe9ea',
  燕麦: '#d9c6a5',
  奶黄: '#f0d48a',
  焦糖: '#c68a55',
  珊瑚: '#e58a6f',
  砖红: '#b5563f',
  樱桃红: '#c9434b',
  酒红: '#8a3b46',
  藕粉: '#dfb6b2',
  丁香紫: '#b6a3cf',
  雾蓝: '#8fa9bf',
  晴空蓝: '#6fa8d6',
  藏青: '#34466b',
  天青: '#a9cdd1',
  鼠尾草绿: '#9db09a',
  牛油果绿: '#a9b665',
  墨绿: '#3f6152',
  浅灰: '#c5c8cc',
  石墨: '#4a4e55',
} as const;
export type ColourName = keyof typeof COLOURS;

export const BRANDS = {
  yunmian: { name: '云棉记', mark: 'wave', colour: '#7f9bb5' },
  muyumian: { name: '木与眠', mark: 'moon', colour: '#8a6a4a' },
  qingyao: { name: '青窑', mark: 'kiln', colour: '#5f8f8a' },
  shanye: { name: '山野集', mark: 'hill', colour: '#6f8f4f' },
  beixing: { name: '北行', mark: 'bird', colour: '#3d5277' },
  yuexiang: { name: '悦响', mark: 'ring', colour: '#5f6399' },
  zhiwu: { name: '纸物社', mark: 'grid', colour: '#b5654a' },
  caomubai: { name: '草木白', mark: 'sprout', colour: '#7fa37a' },
  heli: { name: '禾里', mark: 'grain', colour: '#b08a5a' },
  xiaozhuma: { name: '小竹马', mark: 'block', colour: '#d98a72' },
  yejing: { name: '野径', mark: 'tent', colour: '#5d7359' },
  zhuazhua: { name: '爪爪屋', mark: 'paw', colour: '#c2925e' },
} as const satisfies Record<string, { name: string; mark: Mark; colour: string }>;
export type BrandKey = keyof typeof BRANDS;

/** In the order in which they were put on the shelf: branches take turns, so that what is new is a mixture. */
export const GOODS: readonly Goods[] = inTurns([
  [...linenGoods, ...homeGoods],
  [...kitchenGoods, ...tableGoods],
  [...foodGoods, ...pantryGoods],
  [...wearGoods, ...dressGoods],
  [...deviceGoods, ...gadgetGoods],
  [...careGoods, ...studyGoods],
  familyGoods,
  outdoorGoods,
]);

/** All shelves run out together, however long they are: the n-th thing of a shelf stands at its share of the way. */
function inTurns(shelves: readonly (readonly Goods[])[]): Goods[] {
  return shelves
    .flatMap((shelf) => mixed(shelf).map((goods, at) => ({ goods, share: (at + 0.5) / shelf.length })))
    .toSorted((a, b) => a.share - b.share)
    .map(({ goods }) => goods);
}

/** Neighbours in a table are alike; on the shelf they are not. */
function mixed(shelf: readonly Goods[]): Goods[] {
  const stride = 11;
  return Array.from({ length: stride }, (_, from) => shelf.filter((_goods, at) => at % stride === from)).flat();
}
