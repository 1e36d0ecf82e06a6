// Demo drawings by measure: towels and quilts, clothes laid flat, hats, shoes, bags and purses in many patterns.
import { box, gleam, group, oval, path, stroke, times, type Draw, type Paint } from './seed.draw.ts';
import { markOf, printed, type Mark, type Pattern } from './seed.draw.patterns.ts';

/** Folded cloth in a pile, the uppermost printed, perhaps tied with a ribbon. */
const pile =
  (n: number, pattern: Pattern, { ribbon = false, w = 205, tag = true } = {}): Draw =>
  (c) => {
    const fills = ['url(#dh)', 'url(#mh)', 'url(#ph)', 'url(#ah)', 'url(#mh)'];
    const layer = (i: number) => {
      const y = -(i + 1) * 78;
      const shape = `M${-w + 30} ${y}H${w - 30}Q${w} ${y} ${w} ${y + 38}T${w - 30} ${y + 76}H${30 - w}Q${-w} ${y + 76} ${-w} ${y + 38}T${30 - w} ${y}Z`;
      return (
        path(shape, fills[i % 5] ?? 'url(#mh)') +
        (i % 2 === (n - 1) % 2 ? printed(`pl${i}`, shape, pattern, c) : '') +
        stroke(`M${-w + 40} ${y + 38}H${w - 16}`, c.deep, 3, 'opacity="0.35"')
      );
    };
    return {
      body:
        times(n, layer) +
        (ribbon
          ? box(-20, -n * 78, 40, n * 78, 0, c.accent, 'opacity="0.92"') +
            path(
              `M0 ${-n * 78}C-70 ${-n * 78 - 60} -90 ${-n * 78 + 10} 0 ${-n * 78}C90 ${-n * 78 + 10} 70 ${-n * 78 - 60} 0 ${-n * 78}Z`,
              c.accentDark,
            )
          : '') +
        (tag && !ribbon ? box(w - 66, -n * 78 + 52, 40, 30, 4, '#fffaf0') : ''),
      stance: 'stand',
      width: w * 2,
      height: n * 78 + (ribbon ? 40 : 0),
    };
  };

/** Cloth over a wooden rail. */
const hung =
  (pattern: Pattern, { w = 140, h = 330, fringe = true, pair = false } = {}): Draw =>
  (c) => {
    const one = (x: number, l: number, fill: string, id: string) => {
      const shape = `M${x - w} -430H${x + w}V${-430 + l}Q${x} ${-420 + l} ${x - w} ${-430 + l}Z`;
      return (
        path(shape, fill) +
        printed(id, shape, pattern, c) +
        (fringe ? times(12, (i) => stroke(`M${x - w + 12 + (i * (w * 2 - 24)) / 11} ${-430 + l}v24`, c.pale, 6)) : '') +
        stroke(`M${x - w * 0.3} -425V${-440 + l}M${x + w * 0.4} -425V${-440 + l}`, c.deep, 3, 'opacity="0.25"')
      );
    };
    return {
      body:
        box(-12, -470, 24, 460, 8, 'url(#wood)') +
        box(-120, -24, 240, 24, 12, 'url(#wood)') +
        (pair ? one(-96, h * 0.8, 'url(#ah)', 'hg2') + one(96, h, 'url(#mv)', 'hg1') : one(0, h, 'url(#mv)', 'hg1')) +
        box(-230, -446, 460, 24, 12, 'url(#wood)'),
      stance: 'stand',
      width: 470,
      height: 470,
    };
  };

/** A made bed: headboard, two pillows, a quilt. */
const bed =
  (pattern: Pattern): Draw =>
  (c) => {
    const quilt = 'M-236 -150Q-200 -190 -120 -180Q0 -200 120 -180Q200 -190 236 -150L244 -40H-244Z';
    const pillow = (x: number, fill: string) =>
      path(
        `M${x - 90} -176Q${x - 100} -250 ${x - 70} -250Q${x} -262 ${x + 70} -250Q${x + 100} -250 ${x + 90} -176Q${x} -160 ${x - 90} -176Z`,
        fill,
      );
    return {
      body:
        box(-250, -350, 500, 300, 40, 'url(#woodv)') +
        box(-222, -322, 444, 200, 28, '#e6c79f', 'opacity="0.5"') +
        pillow(-112, 'url(#ph)') +
        pillow(112, 'url(#ph)') +
        group(pillow(0, 'url(#ah)'), 'translate(0 14) scale(0.7)') +
        path(quilt, 'url(#mv)') +
        printed('bed', quilt, pattern, c) +
        path('M-240 -124Q0 -90 240 -124L242 -96Q0 -62 -242 -96Z', c.pale, 'opacity="0.9"') +
        box(-250, -44, 500, 30, 10, 'url(#wood)') +
        box(-236, -16, 26, 16, 4, '#8a6038') +
        box(210, -16, 26, 16, 4, '#8a6038'),
      stance: 'stand',
      width: 500,
      height: 350,
    };
  };

const pillowOf =
  (pattern: Pattern, kind: 'square' | 'round' | 'long' | 'heart' = 'square'): Draw =>
  (c) => {
    const shapes = {
      square:
        'M-190 -380Q-204 -396 -180 -392Q0 -352 180 -392Q204 -396 190 -380Q158 -196 190 -12Q204 6 180 0Q0 -34 -180 0Q-204 6 -190 -12Q-158 -196 -190 -380Z',
      round: 'M0 -380A190 190 0 0 1 0 0A190 190 0 0 1 0 -380Z',
      long: 'M-240 -220Q-252 -250 -222 -246Q0 -224 222 -246Q252 -250 240 -220Q222 -120 240 -14Q246 6 222 2Q0 -20 -222 2Q-246 6 -240 -14Q-222 -120 -240 -220Z',
      heart:
        'M0 -300C40 -400 230 -390 220 -240C214 -130 70 -60 0 0C-70 -60 -214 -130 -220 -240C-230 -390 -40 -400 0 -300Z',
    };
    const h = kind === 'long' ? 250 : 390;
    return {
      body:
        path(shapes[kind], 'url(#mr)') +
        printed('pil', shapes[kind], pattern, c, 0.7) +
        (kind === 'round'
          ? times(12, (i) =>
              group(stroke('M0 -24V-176', c.deep, 3, 'opacity="0.25"'), `translate(0 -190) rotate(${i * 30})`),
            ) + oval(0, -190, 18, 18, c.accent)
          : ''),
      stance: 'stand',
      width: kind === 'long' ? 480 : 400,
      height: h,
    };
  };

type Top = {
  sleeve?: 'short' | 'long' | 'none';
  pattern?: Pattern;
  mark?: Mark;
  open?: boolean;
  collar?: boolean;
  buttons?: boolean;
  hood?: boolean;
  ribbed?: boolean;
  length?: number;
};
function topBody(c: Paint, { sleeve = 'short', pattern = 'plain', mark, length = 230, ...has }: Top): string {
  const sleeves = {
    none: 'L-150 -150Q-118 -90 -138 -40',
    short: 'L-200 -164Q-218 -156 -226 -130L-264 -30L-168 8L-142 -50',
    long: 'L-196 -160Q-216 -150 -222 -126L-276 120Q-278 142 -258 148L-208 160Q-190 160 -186 144L-142 4',
  };
  const left = sleeves[sleeve];
  const half = `M0 -206Q-40 -206 -78 -220${left}V${length - 20}Q-142 ${length} -120 ${length}H0Z`;
  return (
    path(half, 'url(#ms)') +
    group(path(half, c.main) + path(half, c.dark, 'opacity="0.25"'), 'scale(-1 1)') +
    printed('tp1', half, pattern, c) +
    group(printed('tp2', half, pattern, c), 'scale(-1 1)') +
    (has.ribbed ? box(-142, length - 34, 284, 34, 10, c.dark, 'opacity="0.55"') : '') +
    (has.hood
      ? path('M-96 -200C-110 -290 110 -290 96 -200C60 -140 -60 -140 -96 -200Z', c.deep) +
        path('M-70 -200Q0 -256 70 -200Q50 -150 0 -144Q-50 -150 -70 -200Z', c.dark)
      : path('M-78 -220Q-40 -170 0 -170Q40 -170 78 -220Q0 -200 -78 -220Z', c.deep, 'opacity="0.6"')) +
    (has.open
      ? path(`M-26 -176L-10 ${length}H10L26 -176Z`, '#fff6ea') +
        stroke(`M-26 -176L-10 ${length}M26 -176L10 ${length}`, c.deep, 5, 'opacity="0.5"')
      : '') +
    (has.collar
      ? path('M-80 -222L0 -160L-50 -100L-104 -190Z', c.light) + path('M80 -222L0 -160L50 -100L104 -190Z', c.light)
      : '') +
    (has.buttons
      ? stroke(`M0 -150V${length}`, c.deep, 3, 'opacity="0.4"') +
        times(5, (i) => oval(0, -110 + i * 66, 8, 8, '#fffaf0', `stroke="${c.deep}" stroke-width="2"`))
      : '') +
    (mark ? group(markOf(mark, c), 'translate(0 -20) scale(1.25)') : '')
  );
}
const top =
  (form: Top): Draw =>
  (c) => ({ body: topBody(c, form), stance: 'flat', width: 500, height: (form.length ?? 230) + 240 });

const legsShape = (length: number, wide: number) =>
  `M-120 -220H120L${wide} ${length}H${wide - 96}L0 -60L${96 - wide} ${length}H${-wide}Z`;
const trousers =
  (length: number, wide: number, pattern: Pattern, { jeans = false, cuff = false } = {}): Draw =>
  (c) => {
    const shape = legsShape(length, wide);
    return {
      body:
        path(shape, 'url(#ms)') +
        printed('trs', shape, pattern, c, 0.6) +
        box(-124, -236, 248, 40, 10, jeans ? c.deep : 'url(#dh)') +
        (jeans
          ? stroke('M-110 -180Q-80 -150 -60 -196M110 -180Q80 -150 60 -196', c.accent, 5) +
            stroke(
              `M0 -196V-60M${-wide + 20} ${length - 20}H${76 - wide}M${wide - 20} ${length - 20}H${wide - 76}`,
              c.accent,
              4,
            )
          : stroke('M-20 -216q-20 50 -8 74M20 -216q20 50 8 74', '#fff7ea', 7)) +
        (cuff ? box(-wide, length - 26, 96, 26, 8, c.deep) + box(wide - 96, length - 26, 96, 26, 8, c.deep) : ''),
      stance: 'flat',
      width: wide * 2,
      height: length + 240,
    };
  };

const skirt =
  (pattern: Pattern, { dress = false, pleats = false, wide = 210 } = {}): Draw =>
  (c) => {
    const shape = dress
      ? `M-70 -236L-96 -110L-78 -60L${-wide} 230Q0 262 ${wide} 230L78 -60L96 -110L70 -236L40 -236Q0 -170 -40 -236Z`
      : `M-104 -190H104L${wide} 200Q0 236 ${-wide} 200Z`;
    return {
      body:
        path(shape, 'url(#ms)') +
        printed('skt', shape, pattern, c) +
        (pleats
          ? times(7, (i) =>
              stroke(`M${-90 + i * 30} -170L${-wide * 0.86 + (i * wide * 1.72) / 6} 206`, c.deep, 4, 'opacity="0.35"'),
            )
          : '') +
        (dress
          ? box(-82, -84, 164, 26, 12, c.accent) +
            path('M0 -72C-50 -110 -60 -40 0 -72C60 -40 50 -110 0 -72Z', c.accentDark)
          : box(-108, -214, 216, 36, 10, 'url(#dh)')),
      stance: 'flat',
      width: wide * 2,
      height: dress ? 490 : 440,
    };
  };

/** Top and bottom of something soft for the evening. */
const pyjamas =
  (pattern: Pattern, length: number): Draw =>
  (c) => ({
    body:
      group(
        path(legsShape(length, 150), 'url(#ms)') +
          printed('pj', legsShape(length, 150), pattern, c) +
          box(-124, -236, 248, 36, 10, c.dark),
        'translate(110 60) scale(0.78) rotate(6)',
      ) +
      group(
        topBody(c, { sleeve: 'long', pattern, collar: true, buttons: true, length: 200 }),
        'translate(-50 -40) scale(0.82) rotate(-5)',
      ),
    stance: 'flat',
    width: 500,
    height: 470,
  });

const hats: Record<'bucket' | 'beanie' | 'straw' | 'beret', (c: Paint) => string> = {
  bucket: (c) =>
    path('M-130 -210Q0 -250 130 -210L160 -80H-160Z', 'url(#mh)') +
    path('M-160 -90Q0 -60 160 -90L230 -10Q0 50 -230 -10Z', 'url(#dh)') +
    stroke('M-196 -30Q0 20 196 -30', c.light, 3, 'stroke-dasharray="10 9"'),
  beanie: (c) =>
    path('M-170 -90C-180 -270 -90 -320 0 -320C90 -320 180 -270 170 -90Z', 'url(#mr)') +
    times(9, (i) => stroke(`M${-150 + i * 37} -90Q${-100 + i * 25} -240 0 -316`, c.deep, 4, 'opacity="0.3"')) +
    box(-184, -110, 368, 96, 36, 'url(#dh)') +
    oval(0, -330, 48, 46, 'url(#ar)'),
  straw: (c) =>
    path('M-130 -70C-140 -230 -80 -250 0 -250C80 -250 140 -230 130 -70Z', '#e3c48a') +
    box(-134, -110, 268, 44, 6, c.main) +
    path('M-134 -74Q0 -40 134 -74Q270 -50 270 -10Q0 60 -270 -10Q-270 -50 -134 -74Z', '#d9b676') +
    times(7, (i) =>
      stroke(
        `M${-240 + i * 10} ${-10 - i * 6}Q0 ${46 - i * 12} ${240 - i * 10} ${-10 - i * 6}`,
        '#b8935a',
        3,
        'opacity="0.5"',
      ),
    ),
  beret: (c) =>
    path(
      'M-220 -120C-220 -240 -60 -270 40 -250C200 -230 260 -130 200 -80Q0 -30 -160 -60Q-220 -80 -220 -120Z',
      'url(#mr)',
    ) +
    path('M-150 -66Q0 -30 160 -70L150 -20Q0 20 -140 -20Z', 'url(#dh)') +
    stroke('M30 -250Q40 -276 60 -280', c.deep, 10),
};
const hat =
  (kind: keyof typeof hats): Draw =>
  (c) => ({ body: hats[kind](c), stance: 'stand', width: 480, height: kind === 'beanie' ? 380 : 270 });

const shoePair: Record<'slipper' | 'sneaker' | 'boot' | 'loafer', (c: Paint) => string> = {
  slipper: (c) =>
    path('M-90 -230C-120 -60 -100 220 0 230C100 220 120 -60 90 -230C60 -270 -60 -270 -90 -230Z', c.pale) +
    path('M-102 20C-80 -70 80 -70 102 20C110 90 90 200 60 216Q0 236 -60 216C-90 200 -110 90 -102 20Z', 'url(#ms)') +
    oval(0, 90, 26, 24, c.accent),
  sneaker: (c) =>
    path('M-80 -220C-110 -60 -110 200 0 226C110 200 110 -60 80 -220C50 -260 -50 -260 -80 -220Z', '#fffdf8') +
    path('M-70 -200C-90 -60 -90 90 -60 120H60C90 90 90 -60 70 -200Q0 -240 -70 -200Z', 'url(#ms)') +
    oval(0, -150, 46, 60, c.deep) +
    times(4, (i) => stroke(`M-40 ${-60 + i * 34}H40`, '#fffdf6', 10)) +
    path('M-60 130Q0 90 60 130Q50 200 0 206Q-50 200 -60 130Z', c.accent, 'opacity="0.9"'),
  boot: (c) =>
    path('M-90 -230H60V20Q120 50 130 150Q134 190 100 190H-90Z', 'url(#ms)') +
    box(-100, 184, 236, 36, 10, c.deep) +
    box(-96, -244, 162, 50, 12, 'url(#ah)') +
    stroke('M-20 -180V20', c.deep, 5, 'opacity="0.5"'),
  loafer: (c) =>
    path('M-80 -200C-110 -60 -104 190 0 214C104 190 110 -60 80 -200C50 -240 -50 -240 -80 -200Z', 'url(#ms)') +
    path('M-56 -180Q0 -214 56 -180Q70 -60 50 0H-50Q-70 -60 -56 -180Z', c.deep) +
    box(-74, 6, 148, 46, 14, c.dark) +
    oval(0, 28, 30, 12, c.accent),
};
const shoes =
  (kind: keyof typeof shoePair): Draw =>
  (c) => ({
    body:
      group(shoePair[kind](c), 'translate(-118 0) rotate(-6)') +
      group(shoePair[kind](c), kind === 'boot' ? 'translate(128 10) rotate(5)' : 'translate(122 14) rotate(7)'),
    stance: 'flat',
    width: 500,
    height: 490,
  });

type Carry = {
  w?: number;
  h?: number;
  strap?: 'long' | 'short' | 'none';
  flap?: boolean;
  pattern?: Pattern;
  mark?: Mark;
  soft?: boolean;
  zip?: boolean;
};
const carry =
  ({ w = 180, h = 240, strap = 'short', flap, pattern = 'plain', mark, soft, zip }: Carry): Draw =>
  (c) => {
    const shape = soft
      ? `M${-w} ${-h}Q0 ${-h - 30} ${w} ${-h}Q${w + 30} ${-h * 0.4} ${w - 10} -20Q0 20 ${10 - w} -20Q${-w - 30} ${-h * 0.4} ${-w} ${-h}Z`
      : `M${-w + 20} ${-h}H${w - 20}Q${w} ${-h} ${w} ${-h + 24}V-36Q${w} 0 ${w - 36} 0H${36 - w}Q${-w} 0 ${-w} -36V${-h + 24}Q${-w} ${-h} ${20 - w} ${-h}Z`;
    const reach = strap === 'long' ? 250 : 130;
    return {
      body:
        (strap === 'none'
          ? ''
          : stroke(
              `M${-w * 0.72} ${-h + 10}C${-w * 0.7} ${-h - reach} ${w * 0.7} ${-h - reach} ${w * 0.72} ${-h + 10}`,
              c.deep,
              strap === 'long' ? 12 : 20,
            )) +
        path(shape, 'url(#mh)') +
        printed('cry', shape, pattern, c, 0.6) +
        (flap
          ? path(`M${-w} ${-h + 10}H${w}L${w * 0.8} ${-h * 0.4}Q0 ${-h * 0.24} ${-w * 0.8} ${-h * 0.4}Z`, 'url(#dh)') +
            box(-17, -h * 0.42, 34, 44, 8, 'url(#gold)')
          : '') +
        (zip
          ? stroke(`M${-w * 0.8} ${-h * 0.8}H${w * 0.8}`, c.deep, 9) + box(w * 0.6, -h * 0.8, 14, 40, 6, 'url(#gold)')
          : '') +
        (mark ? group(markOf(mark, c), `translate(0 ${-h * 0.4}) scale(1.1)`) : '') +
        gleam(-w * 0.84, -h * 0.8, h * 0.5, 11, 0.24),
      stance: 'stand',
      width: w * 2 + 20,
      height: h + (strap === 'none' ? 10 : reach * 0.76),
    };
  };

export const clothDrawings = {
  towelStripe: pile(3, 'stripes'),
  towelGift: pile(2, 'dots', { ribbon: true }),
  towelSquare: pile(4, 'checks', { w: 150 }),
  towelKids: hung('paws', { fringe: false }),
  throwKnit: pile(2, 'diamonds'),
  throwLeaf: hung('leaves', { w: 190, h: 360 }),
  throwFlower: pile(3, 'flowers', { ribbon: true }),
  quiltSummer: pile(2, 'hills', { ribbon: true, w: 220 }),
  bedLeaf: bed('leaves'),
  bedStripe: bed('stripes'),
  bedCheck: bed('checks'),
  bedMoon: bed('moons'),
  pillowRound: pillowOf('plain', 'round'),
  pillowHeart: pillowOf('dots', 'heart'),
  pillowSleep: pillowOf('ribs', 'long'),
  teePlain: top({ mark: 'hill' }),
  teeHeart: top({ mark: 'heart' }),
  teePolo: top({ collar: true, pattern: 'ribs' }),
  sweater: top({ sleeve: 'long', pattern: 'diamonds', ribbed: true }),
  hoodieStar: top({ sleeve: 'long', hood: true, mark: 'star', ribbed: true }),
  shirtCheck: top({ sleeve: 'long', collar: true, buttons: true, pattern: 'checks' }),
  shirtLinen: top({ sleeve: 'long', collar: true, buttons: true, pattern: 'bands' }),
  jeans: trousers(250, 150, 'plain', { jeans: true }),
  jeansWide: trousers(250, 200, 'plain', { jeans: true }),
  joggers: trousers(240, 150, 'plain', { cuff: true }),
  shorts: trousers(60, 170, 'plain'),
  linenPants: trousers(240, 180, 'ribs'),
  skirtPleat: skirt('plain', { pleats: true }),
  skirtCheck: skirt('checks', { pleats: true, wide: 190 }),
  skirtFlower: skirt('flowers', { wide: 230 }),
  dressDot: skirt('dots', { dress: true }),
  dressStripe: skirt('bands', { dress: true, wide: 170 }),
  pyjamaStripe: pyjamas('bands', 220),
  pyjamaMoon: pyjamas('moons', 220),
  pyjamaShort: pyjamas('fruit', 40),
  robe: top({ sleeve: 'long', open: true, pattern: 'dots', length: 260, collar: true }),
  pyjamaCheck: pyjamas('checks', 200),
  hatBucket: hat('bucket'),
  hatBeanie: hat('beanie'),
  hatStraw: hat('straw'),
  slippers: shoes('slipper'),
  sneakers: shoes('sneaker'),
  rainBoots: shoes('boot'),
  loafers: shoes('loafer'),
  handbag: carry({ flap: true }),
  crossbody: carry({ w: 130, h: 190, strap: 'long', zip: true }),
  wallet: carry({ w: 200, h: 230, strap: 'none', flap: true }),
  coinPurse: carry({ w: 130, h: 160, strap: 'none', zip: true, mark: 'flower', soft: true }),
  washBag: carry({ w: 200, h: 210, pattern: 'leaves', zip: true }),
  duffel: carry({ w: 235, h: 230, soft: true, zip: true, mark: 'hill' }),
  canvasBag: carry({ w: 170, h: 300, pattern: 'fruit', strap: 'short' }),
  pouchSet: carry({ w: 190, h: 220, strap: 'none', pattern: 'stars', zip: true }),
  dumplingBag: carry({ w: 190, h: 200, soft: true, strap: 'long' }),
  waistBag: carry({ w: 190, h: 140, soft: true, zip: true, strap: 'long' }),
  romper: top({ sleeve: 'short', pattern: 'paws', length: 210, mark: 'heart' }),
  babySweater: top({ sleeve: 'long', pattern: 'hearts', length: 170 }),
  bib: pillowOf('fruit', 'round'),
  swaddle: pile(3, 'stars', { ribbon: true, w: 160 }),
  babyHat: hat('beanie'),
  petVest: top({ sleeve: 'none', pattern: 'stripes', length: 150, mark: 'paw' }),
};
