// The demo tree of categories: nine branches, their boughs and twigs, each with its icon.
import type { ColourName } from './seed.goods.ts';
import type { Motif } from './seed.pictures.ts';

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
          twig('床品套件', 'bedLeaf', '奶黄', '#5f8f63'),
        ],
      },
      {
        name: '家具灯饰',
        icon: icon('lamp', '墨绿'),
        children: [
          twig('台灯夜灯', 'lamp', '砖红'),
          twig('椅凳', 'chair', '雾蓝'),
          twig('边几书架', 'sideTable', '天青'),
        ],
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
      {
        name: '日用百货',
        icon: icon('clockBell', '珊瑚', '#fff3dd'),
        children: [twig('钟表挂饰', 'clockRound', '雾蓝'), twig('清洁用具', 'broomSet', '鼠尾草绿')],
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
          twig('烘焙用具', 'mould', '雾蓝'),
        ],
      },
      {
        name: '水杯水壶',
        icon: icon('thermos', '鼠尾草绿'),
        children: [
          twig('保温杯', 'thermos', '珊瑚', '#ffffff'),
          twig('玻璃水杯', 'glasses', '奶黄', '#9cc7a2'),
          twig('饭盒便当', 'lunchBox', '鼠尾草绿'),
        ],
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
        children: [
          twig('茶叶', 'teaTin', '墨绿', '#e0b060'),
          twig('咖啡豆', 'coffeeBag', '焦糖', '#6d4228'),
          twig('花草冲饮', 'tinFlower', '奶黄'),
        ],
      },
      {
        name: '休闲零食',
        icon: icon('biscuitBox', '珊瑚'),
        children: [
          twig('坚果蜜饯', 'nutBag', '牛油果绿', '#e0883c'),
          twig('饼干糕点', 'biscuitBox', '天青'),
          twig('糖果巧克力', 'boxChocolate', '藕粉'),
        ],
      },
      {
        name: '生鲜粮蜜',
        icon: icon('appleBox', '樱桃红', '#c9434b'),
        children: [
          twig('时令水果', 'peachBox', '珊瑚'),
          twig('蜂蜜杂粮', 'honey', '奶黄', '#b5563f'),
          twig('粮油调味', 'chiliJar', '砖红'),
        ],
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
        children: [
          twig('T恤', 'tshirtStripe', '米白', '#34466b'),
          twig('卫衣衬衫', 'hoodie', '鼠尾草绿', '#f2dfc2'),
          twig('裤装', 'jeans', '雾蓝', '#e0b060'),
          twig('裙装', 'dressDot', '珊瑚', '#fff3dd'),
          twig('家居服', 'pyjamaStripe', '藕粉', '#fff3dd'),
        ],
      },
      {
        name: '鞋帽配饰',
        icon: icon('cap', '砖红', '#f2dfc2'),
        children: [twig('帽子围巾', 'scarf', '酒红', '#e6c9a0'), twig('鞋袜', 'shoe', '藏青', '#e0b060')],
      },
      {
        name: '箱包',
        icon: icon('suitcase', '天青'),
        children: [
          twig('双肩包', 'rucksack', '墨绿'),
          twig('手提行李', 'tote', '燕麦', '#b5563f'),
          twig('钱包小包', 'crossbody', '珊瑚'),
        ],
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
        children: [
          twig('键盘', 'keyboard', '月白', '#e58a6f'),
          twig('鼠标', 'mouse', '浅灰', '#e0a15c'),
          twig('支架扩展', 'laptopStand', '石墨'),
        ],
      },
      {
        name: '生活电器',
        icon: icon('fan', '天青', '#e58a6f'),
        children: [
          twig('充电配件', 'powerbank', '藏青', '#e0b060'),
          twig('小家电', 'humidifier', '天青', '#e58a6f'),
          twig('厨房小电', 'toaster', '珊瑚', '#f2dfc2'),
        ],
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
        children: [
          twig('手工皂', 'soap', '藕粉', '#c98a5b'),
          twig('洗护用品', 'pump', '奶黄'),
          twig('面部护理', 'serum', '墨绿'),
        ],
      },
      {
        name: '文具手账',
        icon: icon('planner', '丁香紫', '#e58a6f'),
        children: [
          twig('笔记手账', 'notebook', '墨绿', '#e0b060'),
          twig('书写用具', 'pencils', '晴空蓝', '#c9434b'),
          twig('桌面文具', 'penCup', '雾蓝'),
        ],
      },
      {
        name: '出行雨具',
        icon: icon('umbrella', '晴空蓝', '#f0d48a'),
        children: [twig('雨伞', 'umbrella', '珊瑚', '#fff3dd'), twig('旅行用品', 'neckPillow', '天青')],
      },
    ],
  },
  {
    name: '母婴童趣',
    tint: '#f0d6c4',
    icon: icon('plushBear', '焦糖', '#f2dfc2'),
    care: '婴童用品出厂前均按 A 类或玩具安全标准检验。首次使用前请清洗晾干，玩具请在成人看护下使用，并留意包装上的适用年龄。',
    children: [
      {
        name: '宝宝用品',
        icon: icon('bottleBaby', '珊瑚'),
        children: [twig('婴儿服饰', 'romper', '奶黄', '#e58a6f'), twig('喂养餐具', 'bowlBaby', '藕粉')],
      },
      {
        name: '玩具公仔',
        icon: icon('toyBlocks', '雾蓝'),
        children: [twig('益智玩具', 'stackRings', '珊瑚', '#8fa9bf'), twig('毛绒玩偶', 'plushRabbit', '藕粉')],
      },
    ],
  },
  {
    name: '运动户外',
    tint: '#c9d6c3',
    icon: icon('tent', '墨绿', '#e0b060'),
    care: '户外与运动用品请按说明书使用，运动前充分热身。帐篷、天幕收纳前请晾干，避免发霉；照明产品长期不用请每三个月补电一次。',
    children: [
      {
        name: '运动健身',
        icon: icon('dumbbells', '珊瑚'),
        children: [twig('瑜伽健身', 'mat', '丁香紫'), twig('球类运动', 'ballBasket', '砖红', '#e0b060')],
      },
      {
        name: '露营徒步',
        icon: icon('campChair', '珊瑚'),
        children: [twig('露营装备', 'tent', '藏青', '#e0b060'), twig('户外照明', 'lantern', '墨绿', '#e0b060')],
      },
    ],
  },
  {
    name: '宠物生活',
    tint: '#e4d7c0',
    icon: icon('petBed', '雾蓝', '#e58a6f'),
    care: '宠物食品请密封存放于阴凉处，换粮请用七天逐步过渡。窝垫与玩具请定期清洗，发现破损及时更换，以免误食。',
    children: [
      {
        name: '宠物日用',
        icon: icon('carrier', '奶黄'),
        children: [twig('宠物餐具', 'bowlPet', '雾蓝'), twig('宠物窝垫', 'petHouse', '珊瑚')],
      },
      {
        name: '宠物吃玩',
        icon: icon('fishToy', '雾蓝', '#e58a6f'),
        children: [twig('宠物玩具', 'boneToy', '珊瑚', '#fff3dd'), twig('宠物零食', 'bagKibble', '藏青')],
      },
    ],
  },
];
