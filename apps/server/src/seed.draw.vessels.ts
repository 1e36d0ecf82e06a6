// Demo drawings by measure: cups, bottles, jars, bowls, plates and pots of any size, cap and pattern.
import {
  box,
  drum,
  gleam,
  group,
  inside,
  leaf,
  oval,
  path,
  stroke,
  times,
  type Draw,
  type Paint,
} from './seed.draw.ts';
import { label, printed, type Mark, type Pattern } from './seed.draw.patterns.ts';

type Cup = {
  w?: number;
  h?: number;
  foot?: number;
  handle?: boolean;
  lid?: boolean;
  straw?: boolean;
  pattern?: Pattern;
  saucer?: boolean;
  drink?: string;
  sleeve?: boolean;
  ears?: boolean;
};
/** Half width and height; the foot as a share of the rim. */
const cup =
  ({ w = 130, h = 250, foot = 0.8, pattern = 'plain', drink = '#8d5a38', ...has }: Cup): Draw =>
  (c) => {
    const f = w * foot;
    const shape = `M${-w} ${-h}H${w}L${f} -30Q${f - 2} 0 ${f - 36} 0H${36 - f}Q${2 - f} 0 ${-f} -30Z`;
    const handle = stroke(
      `M${w - 12} ${-h * 0.8}C${w + 90} ${-h * 0.86} ${w + 80} ${-h * 0.26} ${f - 6} ${-h * 0.28}`,
      c.dark,
      28,
    );
    const lid = box(-w - 10, -h - 30, w * 2 + 20, 44, 18, 'url(#ah)') + box(-w * 0.5, -h - 48, w, 24, 11, 'url(#ah)');
    const rim = oval(0, -h, w, w * 0.2, c.pale) + oval(0, -h + 4, w * 0.88, w * 0.15, drink);
    return {
      body:
        (has.saucer ? oval(0, -6, w * 1.5, 26, c.dark) + oval(0, -14, w * 1.5, 24, 'url(#ph)') : '') +
        (has.straw ? stroke(`M${w * 0.2} ${-h - 190}L${-w * 0.1} ${-h + 10}`, c.accent, 15) : '') +
        (has.ears
          ? path(
              `M${-w + 6} ${-h + 10}L${-w + 20} ${-h - 70}L${-w + 90} ${-h - 4}ZM${w - 6} ${-h + 10}L${w - 20} ${-h - 70}L${w - 90} ${-h - 4}Z`,
              c.main,
            )
          : '') +
        (has.handle ? handle : '') +
        path(shape, 'url(#mh)') +
        printed('cup', shape, pattern, c) +
        (has.sleeve
          ? path(`M${-w * 0.97} ${-h * 0.72}H${w * 0.97}L${w * 0.87} ${-h * 0.26}H${-w * 0.87}Z`, 'url(#ah)')
          : '') +
        (has.lid ? lid : rim) +
        (has.ears
          ? oval(-w * 0.4, -h * 0.55, 9, 12, c.deep) +
            oval(w * 0.4, -h * 0.55, 9, 12, c.deep) +
            stroke(`M-14 ${-h * 0.42}q14 14 28 0`, c.deep, 6)
          : '') +
        gleam(-w * 0.78, -h * 0.78, h * 0.52, 13, 0.42),
      stance: 'stand',
      width: w * 2 + (has.handle || has.saucer ? 90 : 20),
      height: h + (has.straw ? 190 : has.lid ? 50 : 24),
    };
  };

type Cap = 'screw' | 'cork' | 'pump' | 'spray' | 'dropper' | 'loop' | 'straw' | 'sport' | 'metal';
const caps: Record<Cap, (n: number, y: number, c: Paint) => string> = {
  screw: (n, y) => box(-n - 6, y - 56, n * 2 + 12, 66, 10, 'url(#wh)'),
  cork: (n, y) => path(`M${-n + 4} ${y}L${-n - 4} ${y - 52}H${n + 4}L${n - 4} ${y}Z`, 'url(#wood)'),
  metal: (n, y) => box(-n - 6, y - 46, n * 2 + 12, 56, 8, 'url(#gold)'),
  pump: (n, y) =>
    box(-n - 6, y - 44, n * 2 + 12, 50, 10, 'url(#wh)') +
    box(-12, y - 100, 24, 60, 6, 'url(#wh)') +
    path(
      `M-24 ${y - 128}H60Q104 ${y - 124} 106 ${y - 92}H86Q82 ${y - 104} 56 ${y - 104}H-24Q-42 ${y - 116} -24 ${y - 128}Z`,
      'url(#wh)',
    ),
  spray: (n, y, c) =>
    box(-n - 4, y - 40, n * 2 + 8, 46, 8, 'url(#wh)') +
    path(`M-40 ${y - 40}L-30 ${y - 120}H70L84 ${y - 92}H30L26 ${y - 40}Z`, 'url(#ah)') +
    path(`M30 ${y - 84}L58 ${y - 40}H40L22 ${y - 66}Z`, c.accentDark),
  dropper: (n, y) =>
    box(-n - 4, y - 34, n * 2 + 8, 42, 8, 'url(#gold)') +
    path(`M-20 ${y - 34}Q-30 ${y - 120} 0 ${y - 124}Q30 ${y - 120} 20 ${y - 34}Z`, 'url(#black)'),
  loop: (n, y, c) =>
    stroke(`M${-n * 0.6} ${y - 70}C${-n * 0.6} ${y - 140} ${n * 0.6} ${y - 140} ${n * 0.6} ${y - 70}`, c.accent, 15) +
    box(-n - 8, y - 84, n * 2 + 16, 92, 20, 'url(#dh)'),
  straw: (n, y, c) =>
    stroke(`M10 ${y - 60}L26 ${y - 160}L76 ${y - 176}`, c.accent, 16) +
    box(-n - 8, y - 70, n * 2 + 16, 78, 22, 'url(#dh)'),
  sport: (n, y) =>
    box(-16, y - 118, 32, 50, 10, 'url(#black)') +
    path(
      `M${-n - 6} ${y + 6}V${y - 40}Q${-n} ${y - 76} -20 ${y - 78}H20Q${n} ${y - 76} ${n + 6} ${y - 40}V${y + 6}Z`,
      'url(#ah)',
    ),
};

type Bottle = {
  w?: number;
  h?: number;
  neck?: number;
  slope?: number;
  cap?: Cap;
  pattern?: Pattern;
  mark?: Mark;
  glass?: string;
  square?: boolean;
  band?: boolean;
};
/** Half widths of body and neck; `slope` is how high the shoulders are; `glass` is what is seen inside. */
const bottle =
  ({ w = 100, h = 380, neck = 46, slope = 90, cap = 'screw', pattern = 'plain', ...has }: Bottle): Draw =>
  (c) => {
    const r = has.square ? 14 : 40;
    const shape = `M${-neck} ${-h}H${neck}C${neck + 6} ${-h + slope * 0.7} ${w} ${-h + slope * 0.55} ${w} ${-h + slope}V${-r}Q${w} 0 ${w - r} 0H${r - w}Q${-w} 0 ${-w} ${-r}V${-h + slope}C${-w} ${-h + slope * 0.55} ${-neck - 6} ${-h + slope * 0.7} ${-neck} ${-h}Z`;
    const seen = has.glass
      ? path(shape, '#f3f6f4') +
        inside('bot', shape, box(-w, -h + slope * 0.8, w * 2, h, 0, has.glass)) +
        path(shape, 'url(#glass)', 'opacity="0.6"')
      : path(shape, 'url(#mh)');
    return {
      body:
        caps[cap](neck, -h, c) +
        seen +
        printed('bop', shape, pattern, c) +
        (has.band ? box(-w, -h * 0.46, w * 2, h * 0.3, 0, 'url(#ah)') : '') +
        (has.mark ? label(c, has.mark, -(h - slope) * 0.86, w * 1.5, (h - slope) * 0.66) : '') +
        gleam(-w * 0.84, -(h - slope) * 0.9, (h - slope) * 0.7, 11, 0.45),
      stance: 'stand',
      width: w * 2 + (cap === 'pump' || cap === 'spray' ? 40 : 10),
      height:
        h +
        (cap === 'pump' || cap === 'loop' || cap === 'straw' || cap === 'dropper' || cap === 'spray' || cap === 'sport'
          ? 130
          : 56),
    };
  };

type Jar = {
  w?: number;
  h?: number;
  lid?: 'wood' | 'metal' | 'colour' | 'cloth' | 'clip';
  fill: readonly string[];
  mark?: Mark;
  bits?: string;
};
const jar =
  ({ w = 140, h = 280, lid = 'wood', fill, mark, bits }: Jar): Draw =>
  (c) => {
    const shape = `M${-w + 30} ${-h}H${w - 30}Q${w} ${-h + 10} ${w} ${-h + 50}V-46Q${w} 0 ${w - 46} 0H${46 - w}Q${-w} 0 ${-w} -46V${-h + 50}Q${-w} ${-h + 10} ${30 - w} ${-h}Z`;
    const deep = (h * 0.86) / fill.length;
    const layers = fill.map((colour, at) => box(-w, -h * 0.86 + at * deep, w * 2, deep + 2, 0, colour)).join('');
    const grains = bits
      ? times(54, (i) =>
          oval(-w + 14 + ((i * 53) % (w * 2 - 24)), -h * 0.82 + ((i * 71) % (h * 0.8)), 9, 7, bits, 'opacity="0.75"'),
        )
      : '';
    const lids = {
      wood: box(-w + 16, -h - 56, w * 2 - 32, 62, 16, 'url(#wood)'),
      metal: box(-w + 16, -h - 46, w * 2 - 32, 54, 8, 'url(#gold)'),
      colour: box(-w + 12, -h - 52, w * 2 - 24, 60, 16, 'url(#mh)'),
      clip:
        box(-w + 10, -h - 40, w * 2 - 20, 44, 20, 'url(#glass)') +
        stroke(`M${w - 34} ${-h - 30}Q${w + 14} ${-h} ${w - 26} ${-h + 50}`, '#9aa1a8', 8),
      cloth:
        path(
          `M${-w} ${-h - 10}Q0 ${-h - 90} ${w} ${-h - 10}L${w + 10} ${-h + 34}Q${w * 0.5} ${-h + 10} 0 ${-h + 36}Q${-w * 0.5} ${-h + 10} ${-w - 10} ${-h + 34}Z`,
          'url(#mv)',
        ) + stroke(`M${-w + 4} ${-h + 2}Q0 ${-h + 24} ${w - 4} ${-h + 2}`, c.accent, 8),
    };
    return {
      body:
        path(shape, '#f6f1e6') +
        inside('jar', shape, layers + grains) +
        path(shape, 'url(#glass)', 'opacity="0.6"') +
        lids[lid] +
        (mark ? label(c, mark, -h * 0.66, w * 1.2, h * 0.5) : '') +
        gleam(-w * 0.84, -h * 0.8, h * 0.6, 12, 0.65),
      stance: 'stand',
      width: w * 2,
      height: h + 60,
    };
  };

type Bowl = {
  w?: number;
  h?: number;
  pattern?: Pattern;
  food?: 'rice' | 'salad' | 'noodles' | 'none' | 'kibble' | 'water';
  pair?: boolean;
  wide?: boolean;
};
const foods = {
  none: () => '',
  water: () => oval(0, 0, 96, 14, '#cfe6ee', 'opacity="0.9"'),
  rice: () => path('M-80 0C-60 -44 60 -44 80 0Z', '#fffdf6'),
  noodles: () =>
    times(8, (i) => stroke(`M${-78 + i * 18} 6Q${-64 + i * 18} -26 ${-42 + i * 18} 4`, '#f0d08a', 6)) +
    oval(30, -8, 17, 14, '#fff6e0') +
    oval(30, -8, 8, 7, '#f2a33c'),
  salad: () =>
    times(7, (i) => leaf(46, 20, -66 + i * 22, i % 2 ? '#7faf62' : '#a9c878', 0, 6)) +
    oval(-30, -8, 14, 12, '#e2684e') +
    oval(34, -6, 13, 11, '#f2b84b'),
  kibble: () =>
    times(18, (i) => oval(-72 + (i % 9) * 18, -2 - Math.floor(i / 9) * 11, 10, 9, i % 3 ? '#a86f43' : '#8a5733')),
} as const;
const bowl =
  ({ w = 190, h = 160, pattern = 'plain', food = 'none', pair, wide }: Bowl): Draw =>
  (c) => {
    const foot = wide ? 0.78 : 0.42;
    const shape = `M${-w} ${-h}H${w}C${w} ${-h * 0.3} ${w * (foot + 0.12)} 0 ${w * foot} 0H${-w * foot}C${-w * (foot + 0.12)} 0 ${-w} ${-h * 0.3} ${-w} ${-h}Z`;
    const one =
      path(shape, 'url(#mh)') +
      printed('bwl', shape, pattern, c) +
      oval(0, -h, w, w * 0.17, c.pale) +
      oval(0, -h + 4, w * 0.9, w * 0.13, c.dark, 'opacity="0.35"') +
      group(foods[food](), `translate(0 ${-h + 4}) scale(${w * 0.009})`) +
      gleam(-w * 0.7, -h * 0.72, h * 0.36, 12, 0.4);
    return {
      body: pair ? group(one, 'translate(-120 0) scale(0.62)') + group(one, 'translate(126 0) scale(0.62)') : one,
      stance: 'stand',
      width: pair ? 480 : w * 2,
      height: pair ? h * 0.62 + 40 : h + 60,
    };
  };

/** A plate from above: round or with soft corners. */
const plate =
  (pattern: Pattern, { square = false, food = false, pair = false } = {}): Draw =>
  (c) => {
    const r = square ? 70 : 215;
    const shape = `M${r - 215} -215H${215 - r}Q215 -215 215 ${r - 215}V${215 - r}Q215 215 ${215 - r} 215H${r - 215}Q-215 215 -215 ${215 - r}V${r - 215}Q-215 -215 ${r - 215} -215Z`;
    const inner = square
      ? box(-150, -150, 300, 300, 50, c.light, 'opacity="0.9"')
      : oval(0, 0, 148, 148, c.light, 'opacity="0.9"');
    const meal =
      oval(-24, 14, 74, 62, '#d9935a') +
      oval(-30, 4, 66, 52, '#e9b27a') +
      leaf(96, 30, 70, 'url(#leaf)', 30, 30) +
      leaf(80, 26, 110, 'url(#leafd)', 30, 34) +
      oval(60, -54, 24, 24, '#e2684e') +
      oval(20, -84, 18, 18, '#f2b84b');
    const one = path(shape, 'url(#ms)') + printed('plt', shape, pattern, c) + inner + (food ? meal : '');
    return {
      body: pair
        ? group(path(shape, 'url(#ah)'), 'translate(-70 -50) scale(0.86)') + group(one, 'translate(52 46) scale(0.86)')
        : one,
      stance: 'flat',
      width: pair ? 490 : 430,
      height: pair ? 470 : 430,
    };
  };

type Pot = {
  w?: number;
  h?: number;
  grip?: 'two' | 'long' | 'arch';
  lid?: 'dome' | 'glass' | 'none';
  pattern?: Pattern;
};
const pot =
  ({ w = 190, h = 180, grip = 'two', lid = 'dome', pattern = 'plain' }: Pot): Draw =>
  (c) => {
    const shape = `M${-w} ${-h}H${w}V-50Q${w} 0 ${w - 60} 0H${60 - w}Q${-w} 0 ${-w} -50Z`;
    const grips = {
      two: box(-w - 50, -h + 24, 70, 34, 16, 'url(#dh)') + box(w - 20, -h + 24, 70, 34, 16, 'url(#dh)'),
      long: box(w - 10, -h + 16, 210, 38, 18, 'url(#wood)'),
      arch: stroke(`M${-w + 10} ${-h}C${-w + 10} ${-h - 240} ${w - 10} ${-h - 240} ${w - 10} ${-h}`, '#8a6038', 18),
    };
    const lids = {
      none: oval(0, -h, w, 26, c.pale) + oval(0, -h + 4, w - 14, 20, c.deep, 'opacity="0.5"'),
      dome:
        path(`M${-w - 4} ${-h}C${-w} ${-h - 100} ${w} ${-h - 100} ${w + 4} ${-h}Z`, 'url(#mr)') +
        oval(0, -h - 84, 24, 20, 'url(#ar)') +
        box(-w - 8, -h - 10, w * 2 + 16, 22, 11, 'url(#mh)'),
      glass:
        path(`M${-w - 4} ${-h}C${-w} ${-h - 90} ${w} ${-h - 90} ${w + 4} ${-h}Z`, 'url(#glass)') +
        box(-24, -h - 104, 48, 34, 14, 'url(#black)') +
        box(-w - 8, -h - 10, w * 2 + 16, 20, 10, 'url(#steel)'),
    };
    const shift = grip === 'long' ? -90 : 0;
    return {
      body: group(
        grips[grip] +
          path(shape, 'url(#mh)') +
          printed('pot', shape, pattern, c) +
          lids[lid] +
          gleam(-w * 0.84, -h * 0.8, h * 0.5, 13, 0.35),
        `translate(${shift} 0)`,
      ),
      stance: 'stand',
      width: w * 2 + (grip === 'long' ? 200 : 80),
      height: h + (grip === 'arch' ? 180 : 104),
    };
  };

/** A round tin with a lid and a paper band. */
const tin =
  ({
    w = 130,
    h = 240,
    mark = 'leaf',
    pattern = 'plain',
    lid = 60,
  }: {
    w?: number;
    h?: number;
    mark?: Mark;
    pattern?: Pattern;
    lid?: number;
  }): Draw =>
  (c) => ({
    body:
      drum(w, h, 28, 'url(#mh)') +
      printed('tin', `M${-w} ${-h}H${w}V-20H${-w}Z`, pattern, c, 0.55) +
      label(c, mark, -h * 0.84, w * 1.25, h * 0.66) +
      drum(w + 6, lid, 28, 'url(#ah)', -h + 8) +
      oval(0, -h - lid + 10, w + 6, 28, c.accent) +
      gleam(-w * 0.86, -h * 0.86, h * 0.66, 11, 0.4),
    stance: 'stand',
    width: w * 2 + 12,
    height: h + lid + 20,
  });

export const vesselDrawings = {
  cupDots: cup({ handle: true, pattern: 'dots' }),
  cupCat: cup({ handle: true, ears: true, w: 140, h: 230, foot: 0.9 }),
  cupHills: cup({ handle: true, pattern: 'hills', w: 150, h: 220, foot: 0.92 }),
  cupSaucer: cup({ handle: true, saucer: true, w: 110, h: 150, foot: 0.62, pattern: 'bands' }),
  cupToGo: cup({ lid: true, sleeve: true, w: 120, h: 340, foot: 0.72 }),
  cupStraw: cup({ lid: true, straw: true, w: 116, h: 320, foot: 0.8, pattern: 'halves' }),
  cupKids: cup({ lid: true, straw: true, handle: true, w: 120, h: 230, pattern: 'stars' }),
  glassTall: bottle({ w: 86, h: 330, neck: 80, slope: 20, cap: 'cork', glass: '#f6d6a0' }),
  bottleSport: bottle({ w: 96, h: 400, neck: 60, slope: 60, cap: 'sport', pattern: 'waves' }),
  bottleLoop: bottle({ w: 92, h: 400, neck: 70, slope: 40, cap: 'loop', pattern: 'hills' }),
  bottleSlim: bottle({ w: 70, h: 430, neck: 56, slope: 34, cap: 'screw', band: true }),
  bottleKids: bottle({ w: 100, h: 320, neck: 70, slope: 50, cap: 'straw', pattern: 'paws' }),
  bottleGlass: bottle({ w: 90, h: 380, neck: 54, slope: 70, cap: 'cork', glass: '#e9f2d8' }),
  bottleOil: bottle({ w: 76, h: 440, neck: 30, slope: 150, cap: 'metal', glass: '#c9a437', mark: 'leaf' }),
  bottleSauce: bottle({ w: 84, h: 380, neck: 36, slope: 130, cap: 'screw', glass: '#5a2f1f', mark: 'wheat' }),
  bottleJuice: bottle({ w: 90, h: 340, neck: 44, slope: 90, cap: 'metal', glass: '#f0a23c', mark: 'sun' }),
  bottleBaby: bottle({ w: 88, h: 300, neck: 62, slope: 40, cap: 'sport', glass: '#fbf6ea', mark: 'heart' }),
  washHand: bottle({ w: 110, h: 300, neck: 40, slope: 60, cap: 'pump', mark: 'drop', pattern: 'plain' }),
  washSquare: bottle({ w: 104, h: 340, neck: 40, slope: 30, cap: 'pump', mark: 'flower', square: true }),
  sprayClean: bottle({ w: 100, h: 340, neck: 40, slope: 120, cap: 'spray', mark: 'sun' }),
  sprayHair: bottle({ w: 74, h: 300, neck: 40, slope: 40, cap: 'spray', mark: 'leaf', glass: '#dfe9ea' }),
  serum: bottle({ w: 84, h: 230, neck: 36, slope: 50, cap: 'dropper', mark: 'drop', square: true }),
  serumAmber: bottle({ w: 78, h: 250, neck: 36, slope: 60, cap: 'dropper', mark: 'leaf', glass: '#a5652c' }),
  toner: bottle({ w: 80, h: 340, neck: 40, slope: 36, cap: 'metal', mark: 'moon', glass: '#e8eef0' }),
  perfume: bottle({
    w: 110,
    h: 220,
    neck: 34,
    slope: 30,
    cap: 'metal',
    mark: 'flower',
    glass: '#f3d9cf',
    square: true,
  }),
  laundry: bottle({ w: 130, h: 380, neck: 56, slope: 130, cap: 'screw', mark: 'flower', pattern: 'plain' }),
  creamJar: jar({ w: 150, h: 130, lid: 'metal', fill: ['#f7ead9'], mark: 'flower' }),
  jamJar: jar({ w: 130, h: 230, lid: 'cloth', fill: ['#a52a3a'], bits: '#c94a55', mark: 'heart' }),
  chiliJar: jar({ w: 126, h: 240, lid: 'metal', fill: ['#c23b22', '#8f2417'], bits: '#f2b84b', mark: 'sun' }),
  candyJar: jar({ w: 140, h: 270, lid: 'colour', fill: ['#fff3e6'], bits: '#e58a9f', mark: 'star' }),
  oatJar: jar({ w: 150, h: 300, lid: 'wood', fill: ['#e6cd9c'], bits: '#c99f5c', mark: 'wheat' }),
  storageJar: jar({ w: 130, h: 300, lid: 'clip', fill: ['#7a4a2b'], bits: '#a06a3e' }),
  treatJar: jar({ w: 140, h: 270, lid: 'colour', fill: ['#d9a06a'], bits: '#b5713c', mark: 'paw' }),
  bowlNoodle: bowl({ w: 210, h: 170, food: 'noodles', pattern: 'waves' }),
  bowlRice: bowl({ w: 160, h: 150, food: 'rice', pattern: 'flowers' }),
  bowlSalad: bowl({ w: 220, h: 180, food: 'salad', pattern: 'plain' }),
  bowlBaby: bowl({ w: 180, h: 130, pattern: 'hearts', food: 'rice', wide: true }),
  bowlPet: bowl({ w: 210, h: 120, pattern: 'paws', food: 'kibble', wide: true }),
  bowlPetPair: bowl({ w: 200, h: 150, food: 'kibble', wide: true, pair: true, pattern: 'stripes' }),
  plateFlower: plate('flowers'),
  plateKids: plate('stars', { square: true, food: true }),
  potSoup: pot({ w: 180, h: 230, lid: 'glass' }),
  potMilk: pot({ w: 140, h: 150, grip: 'long', lid: 'none', pattern: 'dots' }),
  potClay: pot({ w: 200, h: 180, lid: 'dome', pattern: 'flowers' }),
  potWok: pot({ w: 230, h: 110, grip: 'long', lid: 'none' }),
  potTea: pot({ w: 150, h: 180, grip: 'arch', lid: 'dome', pattern: 'leaves' }),
  tinMatcha: tin({ w: 110, h: 170, mark: 'leaf', pattern: 'stripes' }),
  tinFlower: tin({ w: 120, h: 210, mark: 'flower', pattern: 'flowers' }),
  tinCookie: tin({ w: 190, h: 150, mark: 'heart', pattern: 'stars', lid: 50 }),
  tinCoffee: tin({ w: 120, h: 260, mark: 'bean', pattern: 'bands' }),
  tinPet: tin({ w: 130, h: 110, mark: 'fish', pattern: 'plain', lid: 22 }),
  tinCandle: tin({ w: 140, h: 120, mark: 'moon', pattern: 'waves', lid: 40 }),
};
