// The demo catalogue: how a product is told, the tree of categories, the invented brands, and all goods on one shelf.
import { careGoods } from './seed.goods.care.ts';
import { deviceGoods } from './seed.goods.devices.ts';
import { foodGoods } from './seed.goods.food.ts';
import { homeGoods } from './seed.goods.home.ts';
import { kitchenGoods } from './seed.goods.kitchen.ts';
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
} as const satisfies Record<string, { name: string; mark: Mark; colour: string }>;
export type BrandKey = keyof typeof BRANDS;

type Icon = { motif: Motif; colour: ColourName; accent: string };
type Twig = { name: string; icon: Icon };
export type Branch = {
  name: string;
  tint: string;
  icon: Icon;
  /** What every description of this branch ends with. */
  care: string;
  children: readonly { name: string; icon: Icon; children: readonly Twig[] }[];
};
const icon = (motif: Motif, colour: ColourName, accent = '#d98e73'): Icon => ({ motif, colour, accent });
const twig = (name: string, motif: Motif, colour: ColourName, accent?: string): Twig => ({
  name,
  icon: icon(motif, colour, accent),
});

export const CATEGORIES: readonly Branch[] = [
  {
    name: '家居生活',
    tint: '#e6d5be',
    icon: icon('mushroom', '焦糖'),
    care: '家居布艺与木作会有自然的色差与纹理，属正常现象。收到后请先开箱通风一天，首次清洗建议冷水轻柔洗涤。',
    children: [
      {
        name: '家纺布艺',
        icon: icon('cushion', '鼠尾草绿'),
        children: [
          twig('毛巾浴巾', 'towel', '雾蓝'),
          twig('毛毯盖毯', 'blanket', '焦糖', '#f2dfc2'),
          twig('抱枕靠垫', 'cushion', '藕粉'),
        ],
      },
      {
        name: '家具灯饰',
        icon: icon('lamp', '墨绿'),
        children: [twig('台灯夜灯', 'lamp', '砖红'), twig('椅凳', 'chair', '雾蓝')],
      },
      {
        name: '收纳香氛',
        icon: icon('candle', '鼠尾草绿'),
        children: [
          twig('收纳筐箱', 'basket', '燕麦'),
          twig('香薰蜡烛', 'candle', '藕粉'),
          twig('绿植花器', 'plant', '珊瑚'),
        ],
      },
    ],
  },
  {
    name: '厨房餐饮',
    tint: '#c3d3bf',
    icon: icon('casserole', '珊瑚'),
    care: '所有餐具与器皿出厂前均已检验，收到后请先用温水冲洗。瓷器、玻璃采用加厚纸箱与气柱双层防护，如有破损请在签收后四十八小时内联系客服补寄。',
    children: [
      {
        name: '茶具咖啡具',
        icon: icon('teapot', '天青'),
        children: [
          twig('茶壶茶具', 'teapot', '天青'),
          twig('马克杯', 'mug', '奶黄', '#c68a55'),
          twig('咖啡器具', 'dripper', '藕粉'),
        ],
      },
      {
        name: '锅具餐具',
        icon: icon('casserole', '藏青'),
        children: [
          twig('锅具', 'pan', '珊瑚'),
          twig('碗盘餐具', 'bowls', '雾蓝', '#e0a15c'),
          twig('砧板刀具', 'board', '焦糖'),
        ],
      },
      {
        name: '水杯水壶',
        icon: icon('thermos', '鼠尾草绿'),
        children: [twig('保温杯', 'thermos', '珊瑚', '#ffffff'), twig('玻璃水杯', 'glasses', '奶黄', '#9cc7a2')],
      },
    ],
  },
  {
    name: '食品茶饮',
    tint: '#f0dca8',
    icon: icon('orangeBox', '珊瑚', '#e0883c'),
    care: '食品类商品拆封后请密封存放于阴凉干燥处，并在保质期内食用。生鲜由产地直接发出，签收后请立即开箱查看，坏果按比例赔付。',
    children: [
      {
        name: '茶叶冲饮',
        icon: icon('teaTin', '墨绿', '#e0b060'),
        children: [twig('茶叶', 'teaTin', '墨绿', '#e0b060'), twig('咖啡豆', 'coffeeBag', '焦糖', '#6d4228')],
      },
      {
        name: '休闲零食',
        icon: icon('biscuitBox', '珊瑚'),
        children: [twig('坚果蜜饯', 'nutBag', '牛油果绿', '#e0883c'), twig('饼干糕点', 'biscuitBox', '天青')],
      },
      {
        name: '生鲜粮蜜',
        icon: icon('appleBox', '樱桃红', '#c9434b'),
        children: [twig('时令水果', 'peachBox', '珊瑚'), twig('蜂蜜杂粮', 'honey', '奶黄', '#b5563f')],
      },
    ],
  },
  {
    name: '服饰箱包',
    tint: '#e8cbc6',
    icon: icon('backpack', '藏青', '#e0c080'),
    care: '尺码为平铺手工测量，误差一至三厘米。不同显示器会有轻微色差，请以实物为准。未洗涤、吊牌完好可在售后期内退换。',
    children: [
      {
        name: '服装',
        icon: icon('tshirt', '米白', '#e58a6f'),
        children: [twig('T恤', 'tshirtStripe', '米白', '#34466b'), twig('卫衣衬衫', 'hoodie', '鼠尾草绿', '#f2dfc2')],
      },
      {
        name: '鞋帽配饰',
        icon: icon('cap', '砖红', '#f2dfc2'),
        children: [twig('帽子围巾', 'scarf', '酒红', '#e6c9a0'), twig('鞋袜', 'shoe', '藏青', '#e0b060')],
      },
      {
        name: '箱包',
        icon: icon('suitcase', '天青'),
        children: [twig('双肩包', 'rucksack', '墨绿'), twig('手提行李', 'tote', '燕麦', '#b5563f')],
      },
    ],
  },
  {
    name: '数码家电',
    tint: '#bfd0e2',
    icon: icon('headphones', '月白', '#e58a6f'),
    care: '数码与电器类商品享受七天无理由退货、一年质保。请使用符合规格的电源，保留包装与配件以便售后检测。',
    children: [
      {
        name: '影音设备',
        icon: icon('speaker', '墨绿', '#e0a15c'),
        children: [twig('耳机', 'headphones', '米白', '#e58a6f'), twig('音箱', 'speaker', '砖红', '#f2dfc2')],
      },
      {
        name: '电脑办公',
        icon: icon('keyboard', '雾蓝', '#e58a6f'),
        children: [twig('键盘', 'keyboard', '月白', '#e58a6f'), twig('鼠标', 'mouse', '浅灰', '#e0a15c')],
      },
      {
        name: '生活电器',
        icon: icon('fan', '天青', '#e58a6f'),
        children: [twig('充电配件', 'powerbank', '藏青', '#e0b060'), twig('小家电', 'humidifier', '天青', '#e58a6f')],
      },
    ],
  },
  {
    name: '个护文创',
    tint: '#d3c9e3',
    icon: icon('notebook', '丁香紫', '#f0d48a'),
    care: '个护产品请避光保存，初次使用前先在手腕内侧试用。文具与纸品请远离潮湿与阳光直射，以保持纸张平整、颜色鲜亮。',
    children: [
      {
        name: '洗护清洁',
        icon: icon('pump', '鼠尾草绿'),
        children: [twig('手工皂', 'soap', '藕粉', '#c98a5b'), twig('洗护用品', 'pump', '奶黄')],
      },
      {
        name: '文具手账',
        icon: icon('planner', '丁香紫', '#e58a6f'),
        children: [twig('笔记手账', 'notebook', '墨绿', '#e0b060'), twig('书写用具', 'pencils', '晴空蓝', '#c9434b')],
      },
      {
        name: '出行雨具',
        icon: icon('umbrella', '晴空蓝', '#f0d48a'),
        children: [twig('雨伞', 'umbrella', '珊瑚', '#fff3dd')],
      },
    ],
  },
];

/** In the order in which they were put on the shelf: branches take turns, so that what is new is a mixture. */
export const GOODS: readonly Goods[] = inTurns([homeGoods, kitchenGoods, foodGoods, wearGoods, deviceGoods, careGoods]);

function inTurns(shelves: readonly (readonly Goods[])[]): Goods[] {
  const longest = Math.max(...shelves.map((shelf) => shelf.length));
  return Array.from({ length: longest }, (_, at) => shelves.flatMap((shelf) => shelf[at] ?? [])).flat();
}
