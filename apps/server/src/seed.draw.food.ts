// Demo drawings: tins of tea, bags of coffee and snacks, boxes of biscuits and fruit, jars.
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

/** Labels carry marks, never letters: no font of the machine is asked. */
function label(c: Paint, y: number, w: number, h: number, mark: string): string {
  return (
    box(-w / 2, y, w, h, 12, '#fffaf0') +
    box(-w / 2 + 10, y + 10, w - 20, h - 20, 7, 'none', `stroke="${c.accent}" stroke-width="3"`) +
    group(mark, `translate(0 ${y + h * 0.42})`) +
    box(-w * 0.26, y + h * 0.72, w * 0.52, 9, 4, c.deep, 'opacity="0.7"') +
    box(-w * 0.16, y + h * 0.81, w * 0.32, 6, 3, c.deep, 'opacity="0.4"')
  );
}
const teaMark =
  leaf(62, 22, -34, 'url(#leaf)', -2, 24) +
  leaf(62, 22, 34, 'url(#leafd)', 2, 24) +
  leaf(74, 20, 0, 'url(#leaf)', 0, 22);
const beanMark = (colour: string) =>
  group(oval(0, 0, 24, 36, colour) + stroke('M0 -32C-14 -10 14 10 0 32', '#fffaf0', 5), 'rotate(28)');
const sunMark = (colour: string) =>
  oval(0, 0, 22, 22, colour) + times(8, (i) => group(box(-4, -46, 8, 16, 4, colour), `rotate(${i * 45})`));
const hillMark = (c: Paint) => path('M-60 30L-18 -32L10 10L30 -14L62 30Z', c.main) + oval(34, -34, 12, 12, c.accent);

const teaTin: Draw = (c) => ({
  body:
    drum(136, 330, 30, 'url(#mh)') +
    label(c, -252, 176, 200, teaMark) +
    drum(144, 84, 32, 'url(#dh)', -316) +
    oval(0, -400, 144, 32, c.light) +
    oval(0, -402, 54, 12, c.main) +
    gleam(-118, -300, 250, 12, 0.38),
  stance: 'stand',
  width: 280,
  height: 432,
});

const teaBox: Draw = (c) => ({
  body:
    group(
      drum(84, 180, 20, 'url(#ah)') +
        oval(0, -180, 84, 20, '#f7ead3') +
        label(c, -140, 104, 108, group(teaMark, 'scale(0.6)')),
      'translate(168 0)',
    ) +
    box(-214, -300, 290, 300, 14, 'url(#ms)') +
    path('M-214 -286L-180 -336H112L76 -286Z', c.light) +
    path('M76 -292L112 -336V-30L76 -4Z', c.deep) +
    group(label(c, -250, 190, 210, hillMark(c)), 'translate(-69 0)'),
  stance: 'stand',
  width: 460,
  height: 336,
});

const pouch = (c: Paint, mark: string, window: string) =>
  path('M-158 -420H158L172 -40Q176 0 138 0H-138Q-176 0 -172 -40Z', 'url(#mh)') +
  box(-164, -448, 328, 46, 8, 'url(#dh)') +
  times(15, (i) => box(-152 + i * 21, -444, 4, 38, 2, '#ffffff', 'opacity="0.2"')) +
  path('M-158 -402Q-120 -200 -150 -20L-172 -40Z', '#ffffff', 'opacity="0.16"') +
  path('M158 -402Q128 -200 150 -16L172 -40Z', '#000000', 'opacity="0.1"') +
  window +
  label(c, -360, 204, 176, mark);

const coffeeBag: Draw = (c) => ({
  body:
    pouch(c, beanMark('#7a4a2b'), oval(0, -100, 20, 20, c.pale) + oval(0, -100, 9, 9, c.deep)) +
    times(6, (i) =>
      group(
        oval(0, 0, 17, 25, i % 2 ? '#6a3f24' : '#83532f') + stroke('M0 -20C-10 -6 10 6 0 20', '#4b2b18', 4),
        `translate(${[-236, -206, 214, 244, 190, -180][i] ?? 0} ${[-22, -54, -20, -44, -62, -20][i] ?? 0}) rotate(${i * 48})`,
      ),
    ),
  stance: 'stand',
  width: 390,
  height: 448,
});

function filledPouch(c: Paint, mark: string, piece: (at: number) => string, id: string) {
  const shape = 'M-120 -150H120V-60Q120 -30 90 -30H-90Q-120 -30 -120 -60Z';
  const pieces = times(24, (i) =>
    group(
      piece(i),
      `translate(${-105 + (i % 6) * 42 + (Math.floor(i / 6) % 2) * 18} ${-140 + Math.floor(i / 6) * 34}) rotate(${i * 53})`,
    ),
  );
  return pouch(
    c,
    mark,
    path(shape, '#fff6e6') +
      inside(id, shape, pieces) +
      path(shape, 'none', 'stroke="#fff" stroke-width="5" opacity="0.6"'),
  );
}
const nut = (i: number) => oval(0, 0, 15, 21, i % 3 ? '#c48c52' : '#dba76b') + stroke('M0 -16Q6 0 0 16', '#8f5e30', 3);
const mango = (i: number) => box(-23, -10, 46, 20, 9, i % 2 ? '#f6a93b' : '#fbc25e');
const berry = (i: number) =>
  oval(0, 0, 17, 15, i % 2 ? '#a63b44' : '#c4525a') + oval(-5, -5, 5, 4, '#fff', 'opacity="0.4"');

const nutBag: Draw = (c) => ({
  body: filledPouch(c, sunMark(c.accent), nut, 'nb'),
  stance: 'stand',
  width: 350,
  height: 448,
});
const mangoBag: Draw = (c) => ({
  body: filledPouch(c, oval(-6, 0, 34, 26, '#f6a93b') + leaf(34, 12, 40, 'url(#leaf)', 18, -18), mango, 'mb'),
  stance: 'stand',
  width: 350,
  height: 448,
});
const jujubeBag: Draw = (c) => ({
  body: filledPouch(c, oval(0, 2, 25, 32, '#a63b44') + leaf(34, 12, 24, 'url(#leaf)', 0, -24), berry, 'jb'),
  stance: 'stand',
  width: 350,
  height: 448,
});

const biscuit = (x: number, y: number, size: number) =>
  oval(x, y, size, size * 0.96, '#d9a25e') +
  oval(x - 2, y - 3, size * 0.9, size * 0.86, '#e8b977') +
  [
    [-0.4, -0.3],
    [0.3, -0.4],
    [0.05, 0.1],
    [-0.35, 0.4],
    [0.45, 0.3],
  ]
    .map(([dx = 0, dy = 0]) => oval(x + dx * size, y + dy * size, size * 0.13, size * 0.11, '#7a4a2b'))
    .join('');

const biscuitBox: Draw = (c) => ({
  body:
    box(-226, -160, 452, 340, 40, c.deep, 'opacity="0.9"') +
    box(-226, -176, 452, 340, 40, 'url(#ms)') +
    box(-198, -148, 396, 284, 26, '#fff6e6') +
    stroke('M0 -148V136M-198 -6H198', '#eadcc4', 6) +
    biscuit(-142, -80, 48) +
    biscuit(-62, -74, 48) +
    biscuit(62, -78, 48) +
    biscuit(142, -74, 48) +
    biscuit(-138, 66, 48) +
    biscuit(-60, 62, 48) +
    times(
      3,
      (i) =>
        box(28 + i * 58, 16, 46, 100, 14, i % 2 ? '#8d5a38' : '#6d4228') +
        stroke(`M${36 + i * 58} ${46}h30M${36 + i * 58} ${76}h30`, '#a97850', 4),
    ) +
    group(
      box(-70, -22, 140, 44, 22, 'url(#ah)') +
        path('M0 0C-60 -52 -92 -20 0 0C92 -20 60 -52 0 0Z', c.accent) +
        oval(0, -4, 15, 13, c.accentDark),
      'translate(0 -176) scale(0.9)',
    ),
  stance: 'flat',
  width: 460,
  height: 370,
});

const cakeBox: Draw = (c) => {
  const cake = (x: number, y: number, fill: string) =>
    oval(x, y + 8, 84, 84, c.deep, 'opacity="0.16"') +
    times(10, (i) => group(oval(0, -62, 25, 25, fill), `translate(${x} ${y}) rotate(${i * 36})`)) +
    oval(x, y, 70, 70, fill) +
    oval(x, y, 50, 50, 'none', 'stroke="#fff" stroke-width="4" opacity="0.6"') +
    times(5, (i) => group(oval(0, -24, 10, 18, '#fff', 'opacity="0.5"'), `translate(${x} ${y}) rotate(${i * 72})`));
  return {
    body:
      box(-230, -220, 460, 450, 36, 'url(#ms)') +
      box(-204, -194, 408, 398, 22, '#fff3dd', 'opacity="0.92"') +
      cake(-98, -88, '#e6b56a') +
      cake(98, -88, c.accent) +
      cake(-98, 100, '#b7c48a') +
      cake(98, 100, '#d9a0a0'),
    stance: 'flat',
    width: 460,
    height: 450,
  };
};

function fruitBox(piece: (x: number, y: number) => string): Draw {
  return (c) => ({
    body:
      piece(-140, -196) +
      piece(-46, -216) +
      piece(50, -214) +
      piece(142, -194) +
      piece(-94, -262) +
      piece(4, -286) +
      piece(98, -262) +
      path('M-226 -186H226L206 -20Q204 0 184 0H-184Q-204 0 -206 -20Z', 'url(#woodv)') +
      box(-232, -194, 464, 40, 8, 'url(#wood)') +
      stroke('M-216 -100H216M-211 -50H211', '#8f6337', 5, 'opacity="0.4"') +
      box(-84, -124, 168, 88, 10, '#fffaf0') +
      group(sunMark(c.accent), 'translate(0 -86) scale(0.7)') +
      box(-46, -52, 92, 6, 3, c.deep, 'opacity="0.5"'),
    stance: 'stand',
    width: 430,
    height: 350,
  });
}
const fruit = (fill: string, light: string, more: string) => (x: number, y: number) =>
  group(oval(0, 0, 66, 62, fill) + oval(-18, -20, 24, 18, light, 'opacity="0.75"') + more, `translate(${x} ${y})`);
const orangeBox = fruitBox(
  fruit('#f2913a', '#ffc27c', oval(0, -54, 8, 5, '#7a8f4a') + leaf(40, 15, 64, 'url(#leaf)', 4, -56)),
);
const appleBox = fruitBox(
  fruit('#d1484a', '#f08c80', stroke('M0 -52Q4 -70 14 -76', '#6a4526', 6) + leaf(36, 13, 62, 'url(#leaf)', 8, -64)),
);
const peachBox = fruitBox(
  fruit(
    '#f2a79a',
    '#fde0d2',
    stroke('M2 -60Q22 -20 6 44', '#de8176', 4, 'opacity="0.7"') + leaf(42, 15, -58, 'url(#leaf)', 0, -56),
  ),
);

const honey: Draw = (c) => ({
  body:
    path(
      'M-140 -250C-160 -230 -166 -200 -166 -160V-48Q-166 0 -118 0H118Q166 0 166 -48V-160C166 -200 160 -230 140 -250Z',
      '#f0ac35',
    ) +
    path(
      'M-140 -250C-160 -230 -166 -200 -166 -160V-48Q-166 0 -118 0H118Q166 0 166 -48V-160C166 -200 160 -230 140 -250Z',
      'url(#glass)',
      'opacity="0.55"',
    ) +
    label(
      c,
      -196,
      190,
      156,
      times(3, (i) =>
        path(
          'M0 -22L19 -11V11L0 22L-19 11V-11Z',
          i === 1 ? '#f0ac35' : '#f8cf7c',
          `transform="translate(${-38 + i * 38} ${i === 1 ? -12 : 12})"`,
        ),
      ),
    ) +
    box(-152, -314, 304, 70, 16, 'url(#mh)') +
    path(
      'M-166 -320Q0 -380 166 -320L176 -262Q120 -280 100 -258Q60 -282 34 -258Q0 -280 -34 -258Q-70 -282 -100 -258Q-130 -280 -176 -262Z',
      'url(#mv)',
    ) +
    stroke('M-160 -276Q0 -250 160 -276', c.accent, 9) +
    gleam(-140, -190, 130, 13, 0.6),
  stance: 'stand',
  width: 330,
  height: 350,
});

const grainJar: Draw = (c) => ({
  body:
    box(-146, -330, 292, 330, 46, '#f4ead6') +
    inside(
      'gj',
      'M-146 -250H146V-46Q146 0 100 0H-100Q-146 0 -146 -46Z',
      box(-150, -250, 300, 76, 0, '#8c4a3c') +
        box(-150, -180, 300, 66, 0, '#e9d8a6') +
        box(-150, -118, 300, 62, 0, '#6c7f4f') +
        box(-150, -60, 300, 66, 0, '#d9a25e') +
        times(60, (i) =>
          oval(-140 + (i % 12) * 25 + (i % 2) * 8, -240 + Math.floor(i / 12) * 52, 6, 5, '#fff', 'opacity="0.28"'),
        ),
    ) +
    box(-146, -330, 292, 330, 46, 'url(#glass)', 'opacity="0.7"') +
    box(-124, -392, 248, 76, 22, 'url(#wood)') +
    box(-156, -334, 312, 16, 8, 'url(#steel)') +
    group(label(c, -190, 150, 120, group(sunMark(c.accent), 'scale(0.7)')), 'translate(0 20)') +
    gleam(-122, -290, 230, 12, 0.7),
  stance: 'stand',
  width: 300,
  height: 392,
});

export const foodDrawings = {
  teaTin,
  teaBox,
  coffeeBag,
  nutBag,
  mangoBag,
  jujubeBag,
  biscuitBox,
  cakeBox,
  orangeBox,
  appleBox,
  peachBox,
  honey,
  grainJar,
};
