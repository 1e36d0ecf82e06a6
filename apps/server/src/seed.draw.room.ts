// Demo drawings by measure: lamps, tables, shelves, clocks, plants and the small tools of a household.
import {
  box,
  drum,
  gleam,
  group,
  leaf,
  oval,
  path,
  stroke,
  times,
  lying,
  standing,
  type Draw,
  type Paint,
} from './seed.draw.ts';
import { markOf, printed, type Mark, type Pattern } from './seed.draw.patterns.ts';

const shades = {
  cone: 'M-70 -440H70L150 -260Q0 -236 -150 -260Z',
  drum: 'M-130 -440H130L140 -270Q0 -250 -140 -270Z',
  dome: 'M-160 -270C-160 -400 -80 -440 0 -440C80 -440 160 -400 160 -270Q0 -236 -160 -270Z',
  globe: 'M0 -450A110 110 0 0 1 0 -230A110 110 0 0 1 0 -450Z',
} as const;
const lampOf = (
  shade: keyof typeof shades,
  foot: 'post' | 'tripod' | 'ball' | 'tall',
  pattern: Pattern = 'plain',
): Draw =>
  standing(310, 450, (c) => {
    const feet = {
      post: box(-9, -270, 18, 256, 6, 'url(#wood)') + oval(0, -10, 100, 18, 'url(#woodv)'),
      tripod: stroke('M0 -270L-90 -6M0 -270L90 -6M0 -270V-20', '#8f6337', 15),
      ball:
        path(
          'M-30 -262H30C40 -230 110 -190 110 -110C110 -40 60 0 0 0C-60 0 -110 -40 -110 -110C-110 -190 -40 -230 -30 -262Z',
          'url(#ah)',
        ) + gleam(-80, -150, 70, 12, 0.4),
      tall: box(-6, -270, 12, 262, 4, 'url(#gold)') + oval(0, -8, 86, 14, 'url(#gold)'),
    };
    const glass = shade === 'globe' ? '#fff4d4' : 'url(#mh)';
    return (
      oval(0, -330, 280, 240, 'url(#glow)') +
      feet[foot] +
      oval(0, -262, 110, 18, '#fff0bd') +
      path(shades[shade], glass) +
      printed('lmp', shades[shade], pattern, c, 0.6)
    );
  });

const table = (w: number, h: number, shelf: boolean, round: boolean): Draw =>
  standing(
    w * 2,
    h + 60,
    (c) =>
      stroke(`M${-w * 0.74} ${-h}L${-w * 0.86} -6M${w * 0.74} ${-h}L${w * 0.86} -6`, '#8f6337', 20) +
      (shelf
        ? box(-w * 0.8, -h * 0.45, w * 1.6, 18, 6, 'url(#wood)') + box(-w * 0.5, -h * 0.45 - 50, 90, 50, 6, 'url(#ah)')
        : '') +
      (round
        ? oval(0, -h - 4, w, 34, '#8f6337') + oval(0, -h - 16, w, 34, 'url(#mh)')
        : box(-w, -h - 20, w * 2, 32, 12, 'url(#mh)') +
          box(-w * 0.5, -h + 12, w, 54, 6, 'url(#woodv)') +
          oval(0, -h + 38, 10, 10, c.accent)) +
      group(
        box(-28, -60, 56, 60, 12, c.pale) +
          leaf(70, 22, -16, 'url(#leaf)', 0, -50) +
          leaf(70, 22, 22, 'url(#leafd)', 0, -50),
        `translate(${-w * 0.4} ${-h - 18})`,
      ),
  );

const shelfOf = (rows: number, w: number): Draw =>
  standing(
    w * 2,
    rows * 130 + 30,
    (c) =>
      times(rows + 1, (i) => box(-w, -i * 130 - 22, w * 2, 20, 4, 'url(#wood)')) +
      box(-w, -rows * 130 - 22, 18, rows * 130 + 22, 4, 'url(#woodv)') +
      box(w - 18, -rows * 130 - 22, 18, rows * 130 + 22, 4, 'url(#woodv)') +
      times(rows, (row) => {
        const y = -row * 130 - 22;
        const things = [
          times(5, (i) =>
            box(
              -w + 34 + i * 26,
              y - 92 - (i % 3) * 8,
              20,
              92 + (i % 3) * 8,
              3,
              [c.main, c.accent, c.pale, c.deep, '#e6d5be'][i] ?? c.main,
            ),
          ),
          box(-w + 40, y - 70, 100, 70, 10, 'url(#mh)') + box(w - 120, y - 54, 76, 54, 26, 'url(#ah)'),
          oval(-w + 80, y - 34, 36, 34, 'url(#mr)') +
            leaf(60, 20, 10, 'url(#leaf)', w - 80, y - 30) +
            box(w - 108, y - 40, 56, 40, 8, c.pale),
        ];
        return things[row % 3] ?? '';
      }),
  );

const sofa = standing(
  500,
  300,
  (c) =>
    box(-240, -290, 480, 220, 50, 'url(#mh)') +
    box(-250, -190, 90, 160, 38, 'url(#dh)') +
    box(160, -190, 90, 160, 38, 'url(#dh)') +
    box(-166, -150, 166, 90, 26, 'url(#mv)') +
    box(0, -150, 166, 90, 26, 'url(#mv)') +
    box(-220, -50, 440, 26, 8, c.deep) +
    stroke('M-200 -24V-4M200 -24V-4', '#8f6337', 18) +
    group(box(-50, -50, 100, 100, 22, c.accent), 'translate(-110 -180) rotate(-12)'),
);
const beanbag = standing(
  400,
  340,
  (c) =>
    path('M-200 -60C-210 -160 -110 -330 0 -340C110 -330 210 -160 200 -60Q180 0 0 0Q-180 0 -200 -60Z', 'url(#mr)') +
    stroke('M0 -338C-60 -240 -90 -120 -80 -6M0 -338C60 -240 90 -120 80 -6', c.deep, 4, 'opacity="0.35"') +
    oval(0, -330, 26, 18, c.accent),
);

const clock = (square: boolean, bell: boolean): Draw =>
  standing(
    380,
    400,
    (c) =>
      (bell
        ? oval(-90, -350, 56, 42, 'url(#ah)') +
          oval(90, -350, 56, 42, 'url(#ah)') +
          stroke('M-110 -30L-140 -4M110 -30L140 -4', c.deep, 22)
        : '') +
      (square ? box(-180, -370, 360, 366, 60, 'url(#ms)') : oval(0, -186, 182, 182, 'url(#ms)')) +
      oval(0, -186, 142, 142, '#fffdf6') +
      times(12, (i) => group(box(-4, -128, 8, i % 3 ? 12 : 26, 4, c.deep), `translate(0 -186) rotate(${i * 30})`)) +
      stroke('M0 -186L-52 -240', c.deep, 13) +
      stroke('M0 -186L70 -262', c.deep, 8) +
      stroke('M0 -186V-92', c.accent, 4) +
      oval(0, -186, 12, 12, c.accent),
  );

const frame = (art: Pattern, mark: Mark): Draw =>
  standing(360, 460, (c) => {
    const sheet = 'M-130 -410H130V-50H-130Z';
    return (
      box(-176, -456, 352, 452, 8, 'url(#woodv)') +
      box(-150, -430, 300, 400, 4, '#fffaf0') +
      path(sheet, c.pale) +
      printed('frm', sheet, art, c, 0.9) +
      group(oval(0, 0, 70, 70, '#fffaf0', 'opacity="0.92"') + markOf(mark, c), 'translate(0 -230)')
    );
  });
const mirror = standing(
  320,
  460,
  (c) =>
    oval(0, -250, 160, 206, 'url(#wood)') +
    oval(0, -250, 140, 186, '#eaf3f5') +
    path('M-70 -380L40 -420L-60 -120L-110 -190Z', '#fff', 'opacity="0.7"') +
    box(-90, -44, 180, 44, 16, 'url(#mh)') +
    box(-12, -60, 24, 30, 6, c.deep),
);
const drawers = standing(
  400,
  400,
  (c) =>
    box(-196, -396, 392, 396, 26, 'url(#ph)') +
    times(
      3,
      (i) =>
        box(-174, -374 + i * 124, 348, 108, 16, i === 1 ? 'url(#ah)' : 'url(#mh)') +
        box(-50, -336 + i * 124, 100, 20, 10, c.deep, 'opacity="0.6"'),
    ),
);
const foldBox = standing(
  430,
  300,
  (c) =>
    path('M-210 -240H210L200 0H-200Z', 'url(#mh)') +
    printed('fbx', 'M-210 -240H210L200 0H-200Z', 'bands', c, 0.35) +
    box(-216, -276, 432, 50, 12, 'url(#dh)') +
    box(-70, -160, 140, 70, 10, '#fffaf0') +
    box(-40, -134, 80, 10, 4, c.deep) +
    stroke('M-150 -230V-120M150 -230V-120', '#8a5a32', 18),
);
const vacuumBag = lying(
  430,
  470,
  (c) =>
    box(-200, -220, 400, 440, 20, '#eef4f6') +
    box(-200, -220, 400, 34, 10, c.accent) +
    box(-160, -150, 320, 120, 36, 'url(#mh)') +
    box(-160, -10, 320, 110, 36, 'url(#ah)') +
    oval(140, 160, 40, 40, c.deep) +
    oval(140, 160, 24, 24, c.pale) +
    path('M-190 -180L-60 -180L-180 200Z', '#fff', 'opacity="0.45"'),
);

type Leafy = 'round' | 'palm' | 'cactus' | 'fern' | 'flower' | 'succulent' | 'tulip' | 'lucky';
const greens: Record<Leafy, (c: Paint) => string> = {
  round: () =>
    times(9, (i) =>
      group(
        stroke('M0 0V-150', '#55734f', 6) + oval(0, -170, 46, 42, i % 2 ? 'url(#leaf)' : 'url(#leafd)'),
        `translate(0 -170) rotate(${-64 + i * 16}) scale(${0.8 + (i % 3) * 0.18})`,
      ),
    ),
  palm: () =>
    times(7, (i) =>
      group(
        leaf(250, 22, 0, i % 2 ? 'url(#leaf)' : 'url(#leafd)') +
          leaf(170, 16, 22, 'url(#leaf)', 0, -60) +
          leaf(170, 16, -22, 'url(#leafd)', 0, -60),
        `translate(0 -170) rotate(${-60 + i * 20})`,
      ),
    ),
  cactus: (c) =>
    box(-62, -400, 124, 250, 62, 'url(#leafd)') +
    box(-130, -330, 60, 110, 30, 'url(#leaf)') +
    box(76, -300, 54, 96, 27, 'url(#leaf)') +
    times(18, (i) =>
      stroke(`M${-40 + (i % 3) * 40} ${-360 + Math.floor(i / 3) * 34}l8 -10`, '#fff', 4, 'opacity="0.7"'),
    ) +
    oval(0, -402, 26, 20, c.accent),
  fern: () =>
    times(11, (i) =>
      group(
        times(
          6,
          (n) => leaf(46, 14, 60, 'url(#leaf)', 0, -50 - n * 26) + leaf(46, 14, -60, 'url(#leafd)', 0, -50 - n * 26),
        ) + stroke('M0 0V-210', '#55734f', 5),
        `translate(0 -170) rotate(${-80 + i * 16})`,
      ),
    ),
  flower: (c) =>
    times(7, (i) =>
      group(
        stroke('M0 0V-190', '#55734f', 7) +
          times(7, (n) =>
            group(oval(0, -28, 16, 26, i % 2 ? c.accent : '#f7dfe2'), `translate(0 -200) rotate(${n * 51})`),
          ) +
          oval(0, -200, 14, 14, '#f3cf6a'),
        `translate(0 -160) rotate(${-54 + i * 18}) scale(${0.8 + (i % 2) * 0.2})`,
      ),
    ) +
    leaf(120, 40, -70, 'url(#leafd)', 0, -170) +
    leaf(120, 40, 70, 'url(#leaf)', 0, -170),
  succulent: () =>
    times(3, (ring) =>
      times(10, (i) =>
        leaf(
          130 - ring * 36,
          34 - ring * 6,
          i * 36 + ring * 18,
          ['#7fa58a', '#97bb9c', '#b6d2b4'][ring] ?? '#97bb9c',
          0,
          -230,
        ),
      ),
    ),
  tulip: (c) =>
    times(5, (i) =>
      group(
        stroke('M0 0V-220', '#55734f', 8) +
          path('M-36 -290Q-40 -210 0 -206Q40 -210 36 -290L16 -256L0 -296L-16 -256Z', i % 2 ? c.accent : '#f4c6c0') +
          leaf(140, 18, 16, 'url(#leaf)', 0, 0),
        `translate(0 -150) rotate(${-36 + i * 18})`,
      ),
    ),
  lucky: () =>
    times(
      5,
      (i) =>
        box(-52 + i * 22, -340 - (i % 2) * 40, 18, 200 + (i % 2) * 40, 8, 'url(#leaf)') +
        leaf(90, 18, -30 + i * 16, 'url(#leafd)', -43 + i * 22, -330 - (i % 2) * 40),
    ) + box(-66, -260, 130, 16, 6, '#c9434b'),
};
const potted = (kind: Leafy, pattern: Pattern = 'plain'): Draw =>
  standing(
    290,
    450,
    (c) =>
      greens[kind](c) +
      path('M-116 -180H116L96 -24Q92 0 66 0H-66Q-92 0 -96 -24Z', 'url(#mh)') +
      printed('ptd', 'M-116 -180H116L96 0H-96Z', pattern, c) +
      box(-128, -204, 256, 44, 16, 'url(#mh)') +
      gleam(-92, -140, 90, 11, 0.35),
  );

const sticks = (heads: (c: Paint) => readonly string[]): Draw =>
  standing(360, 480, (c) =>
    heads(c)
      .map((head, i, all) =>
        group(
          box(-11, -470, 22, 330, 11, i % 2 ? 'url(#wood)' : 'url(#mh)') + head,
          `translate(${(i - (all.length - 1) / 2) * 130} 0) rotate(${(i - (all.length - 1) / 2) * 5})`,
        ),
      )
      .join(''),
  );

const spoon = (fill: string) => oval(0, -70, 56, 72, fill) + oval(0, -74, 40, 54, '#fff', 'opacity="0.25"');
const spatula = (fill: string) =>
  path('M-50 -150H50L60 -10Q0 10 -60 -10Z', fill) +
  times(3, (i) => box(-30 + i * 24, -120, 12, 80, 6, '#fff', 'opacity="0.4"'));
const whisk = (c: Paint) =>
  times(5, (i) => stroke(`M0 -150C${-70 + i * 35} -100 ${-60 + i * 30} -10 0 0`, i % 2 ? '#aab0b6' : c.dark, 6));
const brush = (c: Paint) =>
  box(-70, -150, 140, 50, 18, 'url(#wood)') +
  times(12, (i) => box(-64 + i * 11, -104, 7, 96, 3, i % 2 ? c.accent : c.pale));

export const roomDrawings = {
  lampPost: lampOf('cone', 'post', 'ribs'),
  lampGlobe: lampOf('globe', 'ball'),
  lampDome: lampOf('dome', 'tall'),
  lampMoon: lampOf('globe', 'post'),
  sideTable: table(200, 260, true, true),
  desk: table(240, 300, false, false),
  teaTable: table(230, 170, true, false),
  shelfTall: shelfOf(3, 170),
  shelfLow: shelfOf(2, 210),
  sofa,
  beanbag,
  clockRound: clock(false, false),
  clockBell: clock(false, true),
  clockSquare: clock(true, false),
  frameHill: frame('hills', 'sun'),
  mirror,
  drawers,
  foldBox,
  vacuumBag,
  pottedSucculent: potted('succulent', 'speckle'),
  pottedTulip: potted('tulip', 'hearts'),
  mop: sticks((c) => [
    path('M-130 -140H130L140 -20Q0 10 -140 -20Z', 'url(#ah)') +
      times(12, (i) => stroke(`M${-120 + i * 22} -30v30`, c.pale, 12)),
  ]),
  broomSet: sticks((c) => [
    path('M-30 -160H30L110 0H-110Z', 'url(#ah)') +
      times(9, (i) => stroke(`M${-70 + i * 18} -60L${-96 + i * 24} -4`, c.accentDark, 4)),
    path('M-100 -150H100L116 0H-116Z', 'url(#mh)') + box(-80, -40, 160, 14, 6, c.deep),
  ]),
  brushSet: sticks((c) => [brush(c), brush(c), brush(c)]),
  spatulaSet: sticks((c) => [spoon('url(#mh)'), spatula('url(#ah)'), spoon(c.light)]),
  bakeSet: sticks((c) => [whisk(c), spatula('url(#mh)'), box(-60, -150, 120, 140, 20, 'url(#wood)')]),
  knifeSet: sticks(() => [
    path('M-26 -160H26V-10Q-20 -30 -26 -160Z', 'url(#steel)'),
    path('M-40 -170H40V0Q-30 -10 -40 -170Z', 'url(#steel)'),
    path('M-18 -160H18V-30Q-10 -50 -18 -160Z', 'url(#steel)'),
  ]),
  chopsticks: sticks((c) => [
    box(-8, -150, 16, 150, 6, c.main),
    box(-8, -150, 16, 150, 6, c.accent),
    box(-8, -150, 16, 150, 6, c.deep),
  ]),
  boardRound: lying(
    440,
    440,
    () =>
      oval(0, 10, 210, 210, '#8f6337') +
      oval(0, 0, 210, 210, 'url(#woodv)') +
      times(6, (i) => oval(0, 0, 30 + i * 30, 30 + i * 30, 'none', 'stroke="#8f6337" stroke-width="3" opacity="0.3"')) +
      leaf(130, 36, 40, 'url(#leaf)', -60, 60) +
      oval(70, -50, 50, 48, '#e2684e') +
      oval(56, -64, 18, 14, '#fff', 'opacity="0.5"'),
  ),
  scissors: lying(
    420,
    470,
    (c) =>
      group(
        path('M-18 -230Q20 -220 22 40L-10 40Z', 'url(#steel)') +
          oval(-66, 140, 66, 84, 'none', `stroke="${c.main}" stroke-width="30"`),
        'rotate(14)',
      ) +
      group(
        path('M18 -230Q-20 -220 -22 40L10 40Z', 'url(#steel)') +
          oval(66, 140, 66, 84, 'none', `stroke="${c.main}" stroke-width="30"`),
        'rotate(-14)',
      ) +
      oval(0, 30, 15, 15, c.accent),
  ),
  mould: lying(
    450,
    400,
    (c) =>
      box(-220, -190, 440, 380, 40, 'url(#ms)') +
      times(6, (i) =>
        group(
          times(8, (n) => group(oval(0, -36, 17, 20, c.deep, 'opacity="0.55"'), `rotate(${n * 45})`)) +
            oval(0, 0, 46, 46, c.deep, 'opacity="0.6"') +
            oval(-8, -8, 30, 30, '#e9b977'),
          `translate(${-140 + (i % 3) * 140} ${i > 2 ? 90 : -90})`,
        ),
      ),
  ),
  scale: standing(
    420,
    240,
    (c) =>
      box(-206, -90, 412, 90, 26, 'url(#mh)') +
      box(-70, -64, 140, 44, 8, '#26312c') +
      times(4, (i) => box(-52 + i * 28, -54, 18, 24, 3, '#9fe0b4')) +
      oval(0, -100, 180, 26, 'url(#steel)') +
      path('M-120 -106C-110 -210 110 -210 120 -106Z', c.accent, 'opacity="0.35"'),
  ),
  rollingPin: lying(
    480,
    420,
    (c) =>
      group(
        box(-150, -46, 300, 92, 40, 'url(#wood)') +
          box(-230, -22, 90, 44, 20, 'url(#mh)') +
          box(140, -22, 90, 44, 20, 'url(#mh)'),
        'rotate(-28)',
      ) +
      group(
        oval(0, 0, 90, 80, '#f6e6c8') +
          path('M0 -50L14 -14L52 -14L22 10L34 46L0 24L-34 46L-22 10L-52 -14L-14 -14Z', c.accent, 'opacity="0.6"'),
        'translate(120 130)',
      ),
  ),
  lunchBox: standing(
    430,
    300,
    (c) =>
      box(-210, -130, 420, 130, 40, 'url(#mh)') +
      box(-210, -250, 420, 116, 40, 'url(#ah)') +
      box(-220, -290, 440, 56, 26, 'url(#dh)') +
      box(-30, -300, 60, 200, 14, c.accentDark, 'opacity="0.8"') +
      gleam(-180, -110, 70, 12, 0.4),
  ),
  lunchOpen: lying(
    480,
    380,
    (c) =>
      box(-236, -180, 472, 360, 50, 'url(#ms)') +
      box(-210, -154, 230, 308, 30, '#fffaf0') +
      box(34, -154, 176, 146, 30, '#fffaf0') +
      box(34, 8, 176, 146, 30, '#fffaf0') +
      times(20, (i) =>
        oval(
          -180 + (i % 5) * 44,
          -120 + Math.floor(i / 5) * 70,
          24,
          20,
          '#fdf6e6',
          'stroke="#eadcc4" stroke-width="3"',
        ),
      ) +
      oval(90, -80, 40, 36, '#e2684e') +
      leaf(80, 26, 60, 'url(#leaf)', 120, -50) +
      oval(90, 80, 34, 30, '#f2b84b') +
      oval(150, 84, 30, 30, '#d9935a') +
      oval(-90, -10, 26, 20, c.deep),
  ),
  lunchStack: standing(
    300,
    430,
    (c) =>
      stroke('M-96 -360C-96 -450 96 -450 96 -360', c.deep, 16) +
      times(
        3,
        (i) =>
          drum(130, 124, 26, i % 2 ? 'url(#ah)' : 'url(#mh)', -i * 116) + oval(0, -i * 116 - 124, 130, 26, c.light),
      ) +
      box(-150, -330, 22, 330, 10, 'url(#steel)') +
      box(128, -330, 22, 330, 10, 'url(#steel)'),
  ),
  lunchSleeve: standing(
    350,
    330,
    (c) =>
      stroke('M-60 -270C-60 -350 60 -350 60 -270', c.deep, 20) +
      path('M-170 -260Q0 -290 170 -260V-40Q170 0 130 0H-130Q-170 0 -170 -40Z', 'url(#mh)') +
      printed('lsl', 'M-170 -260H170V0H-170Z', 'checks', c, 0.6) +
      stroke('M-160 -236H160', c.deep, 9),
  ),
};
