// Demo drawings by measure: cartons, bags and gift boxes, with a mark, a window or a ribbon.
import { box, group, inside, oval, path, stroke, times, type Draw, type Paint } from './seed.draw.ts';
import { label, markOf, printed, type Mark, type Pattern } from './seed.draw.patterns.ts';

type Carton = {
  w?: number;
  h?: number;
  d?: number;
  mark?: Mark;
  pattern?: Pattern;
  ribbon?: boolean;
  beside?: (c: Paint) => string;
};
/** A standing box, a little from the side. */
const carton =
  ({ w = 260, h = 330, d = 70, mark = 'leaf', pattern = 'plain', ribbon, beside }: Carton): Draw =>
  (c) => {
    const left = -(w + d) / 2;
    const front = `M${left} ${-h}H${left + w}V0H${left}Z`;
    return {
      body:
        path(`M${left + w} ${-h}L${left + w + d} ${-h - d * 0.5}V${-d * 0.5}L${left + w} 0Z`, c.deep) +
        path(`M${left} ${-h}L${left + d} ${-h - d * 0.5}H${left + w + d}L${left + w} ${-h}Z`, c.light) +
        path(front, 'url(#ms)') +
        printed('ctn', front, pattern, c, 0.5) +
        (ribbon
          ? box(left + w * 0.44, -h, w * 0.12, h, 0, 'url(#ah)') +
            path(
              `M${left + w / 2} ${-h}C${left + w * 0.2} ${-h - 80} ${left + w * 0.1} ${-h - 10} ${left + w / 2} ${-h}C${left + w * 0.9} ${-h - 10} ${left + w * 0.8} ${-h - 80} ${left + w / 2} ${-h}Z`,
              c.accent,
            ) +
            oval(left + w / 2, -h - 4, 17, 15, c.accentDark)
          : group(label(c, mark, -h * 0.84, w * 0.72, h * 0.66), `translate(${left + w / 2} 0)`)) +
        (beside ? group(beside(c), `translate(${w / 2 + 6} 0)`) : ''),
      stance: 'stand',
      width: w + d + (beside ? 130 : 0),
      height: h + d * 0.5 + (ribbon ? 50 : 0),
    };
  };

type Bag = {
  w?: number;
  h?: number;
  mark?: Mark;
  pattern?: Pattern;
  bits?: (at: number) => string;
  top?: 'zip' | 'fold' | 'tie';
};
const bag =
  ({ w = 160, h = 400, mark = 'leaf', pattern = 'plain', bits, top = 'zip' }: Bag): Draw =>
  (c) => {
    const shape = `M${-w} ${-h}H${w}L${w + 12} -40Q${w + 14} 0 ${w - 22} 0H${22 - w}Q${-w - 14} 0 ${-w - 12} -40Z`;
    const view = `M${-w * 0.76} ${-h * 0.36}H${w * 0.76}V-60Q${w * 0.76} -30 ${w * 0.56} -30H${-w * 0.56}Q${-w * 0.76} -30 ${-w * 0.76} -60Z`;
    const tops = {
      zip:
        box(-w - 5, -h - 28, w * 2 + 10, 44, 8, 'url(#dh)') +
        times(12, (i) => box(-w + 8 + i * ((w * 2 - 16) / 12), -h - 24, 4, 36, 2, '#fff', 'opacity="0.22"')),
      fold:
        path(`M${-w} ${-h + 4}L${-w + 20} ${-h - 60}H${w - 20}L${w} ${-h + 4}Z`, 'url(#dh)') +
        box(-w * 0.5, -h - 40, w, 20, 6, 'url(#ah)'),
      tie:
        path(
          `M${-w} ${-h}Q${-w * 0.2} ${-h - 30} ${-w * 0.3} ${-h - 90}Q0 ${-h - 66} ${w * 0.3} ${-h - 90}Q${w * 0.2} ${-h - 30} ${w} ${-h}Z`,
          'url(#mv)',
        ) + stroke(`M${-w * 0.3} ${-h - 34}Q0 ${-h - 18} ${w * 0.3} ${-h - 34}`, c.accent, 12),
    };
    const pieces =
      bits &&
      times(30, (i) =>
        group(
          bits(i),
          `translate(${-w * 0.7 + ((i * 37) % (w * 1.42))} ${-h * 0.34 + ((i * 59) % (h * 0.3))}) rotate(${i * 53})`,
        ),
      );
    return {
      body:
        tops[top] +
        path(shape, 'url(#mh)') +
        printed('bag', shape, pattern, c, 0.45) +
        path(`M${-w} ${-h}Q${-w * 0.8} ${-h * 0.5} ${-w + 12} -20L${-w - 12} -40Z`, '#fff', 'opacity="0.16"') +
        (pieces
          ? path(view, '#fff6e6') +
            inside('bgw', view, pieces) +
            path(view, 'none', 'stroke="#fff" stroke-width="5" opacity="0.6"')
          : '') +
        label(c, mark, -h * 0.86, w * 1.24, pieces ? h * 0.42 : h * 0.58),
      stance: 'stand',
      width: w * 2 + 26,
      height: h + (top === 'tie' ? 90 : 50),
    };
  };

/** A flat gift box seen from above, its lid open: things in a grid. */
const hamper =
  (columns: number, rows: number, piece: (at: number, c: Paint) => string, pattern: Pattern = 'plain'): Draw =>
  (c) => {
    const w = 230;
    const h = 200;
    const lid = `M${-w} ${-h}H${w}V${h}H${-w}Z`;
    const dx = (w * 2 - 70) / columns;
    const dy = (h * 2 - 70) / rows;
    return {
      body:
        box(-w, -h + 14, w * 2, h * 2, 26, c.deep, 'opacity="0.8"') +
        box(-w, -h, w * 2, h * 2, 26, 'url(#ms)') +
        printed('hmp', lid, pattern, c, 0.4) +
        box(-w + 26, -h + 26, w * 2 - 52, h * 2 - 52, 16, '#fff6e6') +
        times(columns * rows, (i) =>
          group(
            piece(i, c),
            `translate(${-w + 35 + dx * ((i % columns) + 0.5)} ${-h + 35 + dy * (Math.floor(i / columns) + 0.5)})`,
          ),
        ),
      stance: 'flat',
      width: w * 2,
      height: h * 2,
    };
  };

/** Fruit and vegetables in a paper tray or a basket. */
const tray =
  (piece: (at: number) => string, size: number, woven = false): Draw =>
  (c) => ({
    body:
      times(9, (i) =>
        group(
          piece(i),
          `translate(${[-150, -52, 52, 150, -102, 0, 102, -52, 54][i] ?? 0} ${[-130, -140, -140, -130, -200, -214, -200, -270, -268][i] ?? 0}) scale(${size})`,
        ),
      ) +
      path('M-230 -140H230L196 -20Q190 0 170 0H-170Q-190 0 -196 -20Z', woven ? 'url(#wood)' : 'url(#mh)') +
      (woven
        ? times(24, (i) =>
            box(-214 + (i % 12) * 36 + (i > 11 ? 14 : 0), i > 11 ? -64 : -118, 24, 40, 9, '#8a6038', 'opacity="0.4"'),
          )
        : box(-80, -112, 160, 84, 12, '#fffaf0') + group(markOf('sun', c), 'translate(0 -74) scale(0.66)')),
    stance: 'stand',
    width: 460,
    height: 330,
  });

const ball = (fill: string, light: string, top = '') =>
  oval(0, 0, 62, 58, fill) + oval(-18, -20, 22, 16, light, 'opacity="0.75"') + top;
const choc = (i: number) =>
  box(-34, -30, 68, 60, 12, i % 3 ? '#6d4228' : '#8d5a38') +
  stroke(i % 2 ? 'M-20 -10L20 10M-20 10L20 -10' : 'M-22 -8q11 -14 22 0t22 0', i % 3 ? '#c99a6b' : '#f0d9b8', 5);
const cakelet = (i: number, c: Paint) =>
  path('M-34 30L-28 -6H28L34 30Z', '#d9a25e') +
  oval(0, -10, 36, 26, ['#f7e3d0', c.accent, '#b7c48a'][i % 3] ?? '#f7e3d0') +
  oval(0, -30, 9, 9, '#c9434b');
const teaCell = (i: number, c: Paint) =>
  oval(0, 0, 46, 46, ['#8aa873', '#c98a5b', c.accent, '#d8b4a0'][i % 4] ?? c.main) +
  oval(0, 0, 36, 36, '#fffaf0', 'opacity="0.35"') +
  group(markOf('leaf', c), 'scale(0.6)');

export const packDrawings = {
  boxTea: carton({ mark: 'leaf', pattern: 'waves' }),
  boxFlowerTea: carton({ mark: 'flower', pattern: 'flowers', w: 220, h: 280 }),
  boxGift: carton({ ribbon: true, pattern: 'stars', w: 300, h: 260 }),
  boxGiftTall: carton({ ribbon: true, pattern: 'dots', w: 220, h: 340 }),
  boxMask: carton({ mark: 'drop', w: 230, h: 280, d: 40, pattern: 'arcs' }),
  boxCereal: carton({ mark: 'wheat', pattern: 'hills', w: 230, h: 340 }),
  bagSeeds: bag({
    mark: 'flower',
    bits: () => path('M0 -22Q14 0 0 20Q-14 0 0 -22Z', '#4a4038') + stroke('M0 -16V14', '#d8d0c4', 3),
    top: 'fold',
  }),
  bagCashew: bag({ mark: 'bean', bits: () => stroke('M-12 -10Q16 -10 8 16', '#e6c893', 15) }),
  bagCandy: bag({
    mark: 'heart',
    bits: (i) => oval(0, 0, 16, 16, ['#e58a9f', '#f2c25e', '#9bc4a0', '#a9c3e8'][i % 4] ?? '#fff'),
    pattern: 'stripes',
  }),
  bagMarshmallow: bag({
    mark: 'moon',
    bits: (i) => box(-18, -14, 36, 28, 12, i % 2 ? '#ffffff' : '#f9dbe0'),
    top: 'tie',
  }),
  bagRice: bag({ w: 180, h: 360, mark: 'wheat', top: 'tie', pattern: 'plain' }),
  bagNoodle: bag({ w: 130, h: 420, mark: 'wheat', bits: () => stroke('M-40 0H40', '#efd9a0', 5), pattern: 'stripes' }),
  bagCoffeeKraft: bag({ mark: 'bean', top: 'fold', pattern: 'halves' }),
  bagCoffeeSlim: bag({ w: 120, h: 420, mark: 'bean', pattern: 'diamonds' }),
  bagTea: bag({ w: 150, h: 360, mark: 'leaf', top: 'fold', pattern: 'leaves' }),
  bagMushroom: bag({
    mark: 'hill',
    bits: (i) =>
      path('M-22 4Q-22 -20 0 -20Q22 -20 22 4Z', i % 2 ? '#8a6248' : '#a67c5b') + box(-7, 2, 14, 20, 5, '#f0dfc4'),
    pattern: 'plain',
  }),
  bagKibble: bag({
    w: 180,
    h: 420,
    mark: 'paw',
    bits: (i) => oval(0, 0, 17, 15, i % 2 ? '#a86f43' : '#c08a58'),
    pattern: 'hills',
  }),
  bagCatFood: bag({
    w: 160,
    h: 400,
    mark: 'fish',
    bits: (i) => path('M-20 0L0 -15L20 0L0 15Z', i % 2 ? '#b5713c' : '#cf9a62'),
    top: 'fold',
    pattern: 'waves',
  }),
  bagTreat: bag({
    w: 130,
    h: 330,
    mark: 'paw',
    bits: () => path('M-26 -8a9 9 0 1 1 8 -4h36a9 9 0 1 1 8 12a9 9 0 1 1 -8 8h-36a9 9 0 1 1 -8 -16Z', '#e6c08a'),
    pattern: 'dots',
  }),
  bagLitter: bag({ w: 190, h: 400, mark: 'moon', pattern: 'speckle' }),
  boxChocolate: hamper(4, 3, choc, 'hearts'),
  boxCupcake: hamper(3, 2, (i, c) => group(cakelet(i, c), 'scale(1.4)'), 'dots'),
  boxTeaSet: hamper(3, 3, teaCell, 'leaves'),
  boxMooncake: hamper(
    2,
    2,
    (i, c) =>
      group(
        times(8, (n) => group(oval(0, -52, 24, 24, '#cf9450'), `rotate(${n * 45})`)) +
          oval(0, 0, 58, 58, '#dca765') +
          group(markOf(i % 2 ? 'flower' : 'moon', c), 'scale(0.8)'),
        'scale(0.86)',
      ),
    'moons',
  ),
  boxEggRoll: hamper(
    5,
    1,
    () =>
      box(-28, -140, 56, 280, 26, '#e3b25f') +
      times(8, (i) => stroke(`M-24 ${-110 + i * 32}q24 14 48 0`, '#c58a3a', 4)),
    'stripes',
  ),
  boxNougat: hamper(
    4,
    3,
    (i) =>
      box(-38, -26, 76, 52, 10, i % 2 ? '#fdf6e8' : '#f6dfe0') +
      oval(-12, 2, 8, 6, '#b5713c') +
      oval(14, -8, 7, 6, '#8aa04e'),
    'flowers',
  ),
  boxSoapSet: hamper(
    2,
    2,
    (i, c) =>
      box(-72, -56, 144, 112, 30, [c.light, c.accent, '#f3e3c4', '#bcd0c4'][i] ?? c.main) +
      group(markOf('leaf', c), 'scale(0.8)'),
    'leaves',
  ),
  boxStamps: hamper(
    4,
    3,
    (i, c) =>
      box(-40, -38, 80, 76, 8, '#c99a6b') +
      group(markOf((['star', 'heart', 'moon', 'flower'] as const)[i % 4] ?? 'star', c), 'scale(0.6)'),
  ),
  boxCrayon: hamper(
    6,
    1,
    (i) =>
      box(-20, -130, 40, 250, 10, ['#e2684e', '#f0b64a', '#7fa36b', '#5b8fb9', '#9b7fb8', '#e58a9f'][i] ?? '#888') +
      path('M-14 -130L0 -160L14 -130Z', '#efd3a8'),
  ),
  cherryTray: tray(() => ball('#9c1f33', '#e07a86', stroke('M0 -54Q10 -96 34 -104', '#6a8a4a', 6)), 0.72),
  kiwiTray: tray(
    (i) =>
      i % 3
        ? ball('#8a6a3c', '#b8945c')
        : oval(0, 0, 60, 58, '#8a6a3c') +
          oval(0, 0, 52, 50, '#a8c84a') +
          oval(0, 0, 18, 17, '#f3f0d0') +
          times(10, (n) => group(oval(0, -28, 3, 6, '#2f2a22'), `rotate(${n * 36})`)),
    1,
  ),
};
