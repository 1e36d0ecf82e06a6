// Demo drawings: paper and pens, things for the bathroom, for a journey and for rain.
import { box, group, oval, path, stroke, times, lying, standing, type Draw } from './seed.draw.ts';
import { markOf, printed, star, type Pattern } from './seed.draw.patterns.ts';

const penCup = standing(
  320,
  430,
  (c) =>
    times(6, (i) =>
      group(
        box(-12, -330, 24, 280, 8, ['#e2684e', '#f0b64a', c.accent, '#5b8fb9', c.deep, '#9b7fb8'][i] ?? c.main) +
          path('M-12 -330L0 -366L12 -330Z', '#efd3a8'),
        `translate(${-80 + i * 32} 0) rotate(${-9 + i * 3.6})`,
      ),
    ) +
    box(-130, -220, 260, 220, 26, 'url(#mh)') +
    box(-130, -80, 260, 80, 26, c.dark, 'opacity="0.3"'),
);
const sticky = lying(
  430,
  430,
  (c) =>
    times(4, (i) =>
      group(
        box(-150, -150, 300, 300, 6, [c.main, c.accent, '#f7e08a', c.pale][i] ?? c.main),
        `translate(${-30 + i * 20} ${30 - i * 20}) rotate(${-10 + i * 5})`,
      ),
    ) + group(stroke('M-90 -60H90M-90 0H90M-90 60H30', c.deep, 7, 'opacity="0.5"'), 'translate(30 -30) rotate(5)'),
);
const ruler = lying(
  460,
  430,
  (c) =>
    group(
      box(-230, -44, 460, 88, 10, 'url(#ms)') +
        times(23, (i) => box(-216 + i * 19, -44, 3, i % 5 ? 22 : 40, 0, c.deep)),
      'rotate(-24)',
    ) +
    path('M-190 190L10 190L-190 20Z', c.accent, 'opacity="0.75"') +
    path('M-160 170L-60 170L-160 84Z', '#fffaf2'),
);
const stapler = standing(
  440,
  240,
  (c) =>
    box(-210, -36, 420, 36, 14, 'url(#black)') +
    path('M-200 -60L150 -190Q210 -200 216 -140L200 -60Z', 'url(#mh)') +
    box(-200, -66, 400, 26, 6, 'url(#steel)') +
    oval(150, -110, 14, 14, c.accent),
);
const organizer = standing(
  440,
  330,
  (c) =>
    box(-210, -150, 420, 150, 16, 'url(#woodv)') +
    box(-210, -300, 190, 150, 12, 'url(#mh)') +
    times(4, (i) => box(-190 + i * 42, -280 + i * 10, 34, 130, 4, ['#fffaf0', c.accent, c.pale, c.deep][i] ?? c.main)) +
    box(0, -240, 100, 90, 12, 'url(#ah)') +
    times(3, (i) => box(20 + i * 24, -310, 12, 90, 4, [c.main, '#e2684e', '#5b8fb9'][i] ?? c.main)) +
    box(-180, -100, 160, 20, 10, '#7c5530') +
    box(30, -100, 160, 20, 10, '#7c5530'),
);
const highlighters = lying(450, 420, (c) =>
  times(5, (i) =>
    group(
      box(-30, -120, 60, 250, 16, [c.main, c.accent, '#f7e08a', '#a9cdb0', '#dfb6d2'][i] ?? c.main) +
        box(-24, -190, 48, 76, 10, '#fffaf2') +
        path('M-14 -190L10 -216L16 -190Z', [c.dark, c.accentDark, '#d9b93a', '#6f9a78', '#b6769a'][i] ?? c.dark),
      `translate(${-170 + i * 85} ${(i % 2) * 18}) rotate(${-8 + i * 4})`,
    ),
  ),
);
const paints = lying(
  460,
  390,
  (c) =>
    box(-226, -180, 452, 360, 30, 'url(#blacks)') +
    times(12, (i) =>
      box(
        -200 + (i % 4) * 102,
        -156 + Math.floor(i / 4) * 82,
        92,
        70,
        14,
        [
          '#c9434b',
          '#e2684e',
          '#f0b64a',
          '#f7e08a',
          '#a9b665',
          '#5f8f63',
          '#6fa8d6',
          '#34466b',
          '#9b7fb8',
          '#dfb6b2',
          '#8a5733',
          c.main,
        ][i] ?? c.main,
      ),
    ) +
    group(
      box(-10, -170, 20, 250, 8, 'url(#wood)') + path('M-12 -170L0 -230L12 -170Z', c.accent),
      'translate(120 150) rotate(60)',
    ) +
    oval(-120, 130, 50, 26, '#fffaf2'),
);
const eyeMask = lying(
  460,
  250,
  (c) =>
    stroke('M-220 -20Q0 -160 220 -20', c.deep, 15) +
    path('M-200 -60Q0 -120 200 -60Q220 60 120 90Q40 100 0 30Q-40 100 -120 90Q-220 60 -200 -60Z', 'url(#ms)') +
    stroke('M-140 10q40 30 80 0M60 10q40 30 80 0', c.deep, 8) +
    group(path(star, c.accent), 'translate(0 -60)'),
);
const neckPillow = lying(
  430,
  400,
  (c) =>
    stroke('M-100 130C-260 -220 260 -220 100 130', c.dark, 130) +
    stroke('M-100 130C-260 -220 260 -220 100 130', c.main, 112) +
    stroke('M-170 40C-190 -140 20 -190 100 -130', c.pale, 14, 'opacity="0.5"') +
    oval(-92, 150, 16, 12, c.accent),
);
const cubes = lying(460, 460, (c) =>
  times(4, (i) =>
    group(
      box(-104, -104, 208, 208, 26, i % 2 ? 'url(#ah)' : 'url(#ms)') +
        stroke('M-80 -60H80', '#fffaf0', 9) +
        box(40, -76, 34, 32, 10, 'url(#gold)') +
        printed(`cb${i}`, 'M-90 -40H90V90H-90Z', 'ribs', c, 0.5),
      `translate(${i % 2 ? 112 : -112} ${i > 1 ? 112 : -112})`,
    ),
  ),
);
const rainCoat = lying(
  490,
  480,
  (c) =>
    path(
      'M-90 -180C-100 -270 100 -270 90 -180L200 -120L260 100L180 130L150 20L170 220H-170L-150 20L-180 130L-260 100L-200 -120Z',
      'url(#ms)',
    ) +
    path('M-66 -186Q0 -250 66 -186Q50 -130 0 -124Q-50 -130 -66 -186Z', c.deep) +
    stroke('M0 -120V216', c.deep, 5) +
    times(4, (i) => oval(0, -80 + i * 76, 10, 10, c.accent)) +
    box(-120, 80, 80, 70, 10, c.dark, 'opacity="0.4"') +
    box(40, 80, 80, 70, 10, c.dark, 'opacity="0.4"'),
);
const umbrellaFold = (pattern: Pattern): Draw =>
  standing(
    260,
    480,
    (c) =>
      stroke('M0 -60V-10Q0 10 -20 6', '#7b5530', 17) +
      path('M-70 -380Q0 -470 70 -380L46 -70Q0 -40 -46 -70Z', 'url(#mh)') +
      printed('umf', 'M-70 -380Q0 -470 70 -380L46 -70Q0 -40 -46 -70Z', pattern, c) +
      box(-60, -240, 120, 26, 8, c.accent) +
      box(-9, -474, 18, 50, 8, c.deep),
  );
const toothSet = standing(
  380,
  420,
  (c) =>
    box(-150, -150, 300, 150, 30, 'url(#ph)') +
    times(2, (i) =>
      group(
        box(-22, -300, 44, 220, 20, i ? 'url(#ah)' : 'url(#mh)') +
          box(-10, -390, 20, 100, 6, '#fff') +
          box(-20, -410, 40, 46, 10, i ? c.accent : c.main),
        `translate(${i ? 70 : -70} -40)`,
      ),
    ),
);
const towelPaper = standing(
  430,
  330,
  (c) =>
    oval(-80, -150, 130, 140, '#fffdf8') +
    oval(-80, -150, 44, 48, '#d8c0a0') +
    oval(-80, -150, 30, 34, '#8a6038') +
    path('M-80 -290H150Q210 -290 210 -150Q210 -10 150 -10H-80Q50 -20 50 -150Q50 -280 -80 -290Z', '#f6f0e6') +
    path('M150 -10Q210 -10 210 -150L230 0Z', '#efe6d6') +
    group(markOf('leaf', c), 'translate(110 -150) scale(0.7)'),
);
const combs = lying(
  430,
  450,
  (c) =>
    group(
      box(-60, -200, 120, 230, 50, 'url(#wood)') +
        times(6, (i) => times(9, (n) => oval(-40 + i * 16, -180 + n * 23, 4, 4, c.accent))) +
        box(-20, 20, 40, 190, 20, 'url(#wood)'),
      'translate(-90 0) rotate(-14)',
    ) +
    group(
      box(-150, -40, 300, 46, 16, 'url(#ms)') + times(18, (i) => box(-142 + i * 16, 0, 8, 80, 4, c.main)),
      'translate(90 60) rotate(62)',
    ),
);

export const paperDrawings = {
  umbrellaDot: umbrellaFold('dots'),
  umbrellaFlower: umbrellaFold('flowers'),
  umbrellaCheck: umbrellaFold('checks'),
  penCup,
  sticky,
  ruler,
  stapler,
  organizer,
  highlighters,
  paints,
  eyeMask,
  neckPillow,
  cubes,
  rainCoat,
  toothSet,
  towelPaper,
  combs,
};
