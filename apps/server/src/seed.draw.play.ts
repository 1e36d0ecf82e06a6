// Demo drawings: toys, sports, camping and pets.
import {
  box,
  drum,
  gleam,
  group,
  oval,
  path,
  stroke,
  times,
  lying,
  standing,
  type Draw,
  type Paint,
} from './seed.draw.ts';
import { heart, markOf, printed, star } from './seed.draw.patterns.ts';

const ears = {
  bear: (c: Paint) =>
    oval(-92, -380, 46, 46, c.main) +
    oval(92, -380, 46, 46, c.main) +
    oval(-92, -380, 24, 24, c.accent) +
    oval(92, -380, 24, 24, c.accent),
  rabbit: (c: Paint) =>
    oval(-56, -470, 36, 110, c.main) +
    oval(56, -470, 36, 110, c.main) +
    oval(-56, -460, 18, 84, c.accent) +
    oval(56, -460, 18, 84, c.accent),
  cat: (c: Paint) => path('M-136 -340L-124 -450L-40 -390ZM136 -340L124 -450L40 -390Z', c.main),
  dog: (c: Paint) => oval(-140, -320, 40, 86, c.dark) + oval(140, -320, 40, 86, c.dark),
  dino: (c: Paint) =>
    times(5, (i) => path(`M${-80 + i * 34} -400L${-62 + i * 34} -452L${-44 + i * 34} -400Z`, c.accent)),
};
const plush = (kind: keyof typeof ears): Draw =>
  standing(
    330,
    kind === 'rabbit' ? 560 : 450,
    (c) =>
      ears[kind](c) +
      oval(-120, -30, 60, 44, c.dark) +
      oval(120, -30, 60, 44, c.dark) +
      oval(-150, -150, 40, 74, c.dark) +
      oval(150, -150, 40, 74, c.dark) +
      oval(0, -120, 140, 124, 'url(#mr)') +
      oval(0, -100, 84, 84, c.pale) +
      oval(0, -300, 150, 126, 'url(#mr)') +
      oval(0, -262, 66, 48, c.pale) +
      oval(0, -284, 20, 14, c.deep) +
      stroke('M0 -270q-16 26 -34 10M0 -270q16 26 34 10', c.deep, 5) +
      oval(-62, -318, 12, 15, '#2a2233') +
      oval(62, -318, 12, 15, '#2a2233') +
      oval(-58, -323, 4, 5, '#fff') +
      oval(66, -323, 4, 5, '#fff') +
      oval(-96, -276, 20, 12, c.accent, 'opacity="0.6"') +
      oval(96, -276, 20, 12, c.accent, 'opacity="0.6"') +
      box(-60, -212, 120, 26, 13, c.accent),
  );

const toyBlocks = standing(
  430,
  400,
  (c) =>
    box(-200, -130, 130, 130, 16, 'url(#mh)') +
    box(-64, -130, 130, 130, 16, 'url(#ah)') +
    box(72, -130, 130, 130, 16, '#8fb37b') +
    box(-130, -264, 130, 130, 16, '#f0c65e') +
    box(8, -264, 130, 130, 16, c.light) +
    path('M-66 -268L4 -396L74 -268Z', '#e2684e') +
    group(path(star, '#fff', 'opacity="0.85"'), 'translate(-134 -64) scale(1.6)') +
    group(path(heart, '#fff', 'opacity="0.85"'), 'translate(0 -64) scale(1.5)') +
    oval(136, -64, 34, 34, '#fff', 'opacity="0.8"'),
);
const train = standing(
  480,
  280,
  (c) =>
    box(-220, -130, 190, 90, 16, 'url(#mh)') +
    box(-220, -230, 90, 110, 12, 'url(#ah)') +
    box(-206, -210, 60, 50, 8, '#fffaf0') +
    box(-70, -190, 34, 64, 8, c.deep) +
    box(0, -140, 110, 100, 12, '#f0c65e') +
    box(126, -140, 110, 100, 12, '#8fb37b') +
    oval(55, -150, 34, 34, '#e2684e') +
    path('M150 -140L180 -200L212 -140Z', c.accent) +
    times(6, (i) => oval(-180 + i * 80, -34, 34, 34, '#8f6337') + oval(-180 + i * 80, -34, 14, 14, '#e6c79f')),
);
const stackRings = standing(
  320,
  420,
  (c) =>
    box(-12, -400, 24, 390, 10, 'url(#wood)') +
    times(5, (i) =>
      box(
        -150 + i * 20,
        -74 - i * 66,
        300 - i * 40,
        64,
        32,
        ['url(#mh)', 'url(#ah)', '#f0c65e', '#8fb37b', '#e2684e'][i] ?? c.main,
      ),
    ) +
    oval(0, -400, 34, 34, '#f0c65e'),
);
const puzzle = lying(460, 400, (c) =>
  times(
    12,
    (i) =>
      box(
        -218 + (i % 4) * 110,
        -160 + Math.floor(i / 4) * 110,
        106,
        106,
        14,
        [c.main, c.accent, '#f0c65e', '#8fb37b', c.light][i % 5] ?? c.main,
      ) +
      oval(
        -218 + (i % 4) * 110 + 106,
        -107 + Math.floor(i / 4) * 110,
        i % 4 === 3 ? 0 : 18,
        18,
        [c.main, c.accent, '#f0c65e', '#8fb37b', c.light][i % 5] ?? c.main,
      ),
  ),
);
const rattle = lying(380, 460, (c) =>
  group(
    box(-18, 0, 36, 200, 18, 'url(#wood)') +
      oval(0, -80, 120, 120, 'url(#mr)') +
      oval(0, -80, 66, 66, '#fffaf0') +
      group(path(star, c.accent), 'translate(0 -80) scale(2)') +
      oval(0, 200, 40, 30, 'url(#ah)'),
    'rotate(24)',
  ),
);
const phonics = lying(
  460,
  420,
  (c) =>
    box(-220, -200, 440, 400, 40, 'url(#ms)') +
    times(
      6,
      (i) =>
        box(-186 + (i % 3) * 130, -166 + Math.floor(i / 3) * 178, 112, 152, 18, '#fffaf0') +
        group(
          markOf((['sun', 'fish', 'leaf', 'heart', 'moon', 'star'] as const)[i] ?? 'sun', c),
          `translate(${-130 + (i % 3) * 130} ${-90 + Math.floor(i / 3) * 178})`,
        ),
    ),
);
const spoonSet = lying(400, 470, (c) =>
  times(3, (i) =>
    group(
      box(-14, -20, 28, 230, 14, i % 2 ? 'url(#ah)' : 'url(#mh)') +
        (i === 1
          ? times(3, (n) => box(-34 + n * 27, -200, 16, 120, 8, c.accent)) + box(-36, -110, 72, 100, 30, 'url(#ah)')
          : oval(0, -110, 50, 100, i ? c.light : 'url(#mh)')),
      `translate(${-120 + i * 120} 0) rotate(${-10 + i * 10})`,
    ),
  ),
);

const mat = standing(
  460,
  330,
  (c) =>
    oval(-120, -110, 110, 110, 'url(#mr)') +
    times(5, (i) =>
      oval(-120, -110, 96 - i * 19, 96 - i * 19, 'none', `stroke="${c.deep}" stroke-width="4" opacity="0.45"`),
    ) +
    path('M-120 -220H180L230 0H-110Z', 'url(#mv)') +
    printed('mat', 'M-60 -220H180L230 0H-60Z', 'diamonds', c, 0.4) +
    stroke('M-200 -160Q-120 -110 -44 -170', c.accent, 13),
);
const dumbbells = standing(460, 220, (c) =>
  times(2, (i) =>
    group(
      box(-90, -84, 180, 38, 12, 'url(#steel)') +
        box(-170, -130, 80, 130, 26, 'url(#mh)') +
        box(90, -130, 80, 130, 26, 'url(#mh)') +
        box(-150, -110, 12, 90, 6, c.light) +
        box(112, -110, 12, 90, 6, c.light),
      `translate(${i ? 50 : -50} ${i ? -70 : 0}) scale(${i ? 0.82 : 1})`,
    ),
  ),
);
const kettlebell = standing(
  300,
  360,
  (c) =>
    stroke('M-66 -220C-110 -370 110 -370 66 -220', '#4a4e55', 34) +
    oval(0, -140, 146, 140, 'url(#mr)') +
    oval(0, -140, 70, 66, c.accent) +
    gleam(-110, -190, 70, 14, 0.4),
);
const band = lying(440, 420, (c) =>
  times(3, (i) =>
    oval(-60 + i * 60, -40 + i * 40, 150, 110, 'none', `stroke="${[c.main, c.accent, c.deep][i]}" stroke-width="36"`),
  ),
);
const ballOf = (lines: 'basket' | 'foot' | 'yoga' | 'volley'): Draw =>
  standing(380, 380, (c) => {
    const seams = {
      basket: stroke('M0 -376V-4M-186 -190H186M-130 -326Q-30 -190 -130 -54M130 -326Q30 -190 130 -54', '#4b2b18', 8),
      foot:
        path('M0 -256L62 -210L38 -138H-38L-62 -210Z', '#2f3238') +
        times(5, (i) =>
          group(path('M0 -188L40 -160L24 -110H-24L-40 -160Z', '#2f3238'), `translate(0 -190) rotate(${i * 72 + 36})`),
        ),
      yoga: times(6, (i) =>
        oval(0, -190, 180 - i * 4, 30 + i * 30, 'none', `stroke="${c.deep}" stroke-width="4" opacity="0.3"`),
      ),
      volley: stroke('M-180 -230Q0 -300 180 -230M-150 -80Q0 -190 0 -376M150 -80Q60 -170 0 -190', c.accent, 12),
    };
    return (
      oval(0, -190, 186, 186, lines === 'foot' ? 'url(#ws)' : 'url(#mr)') +
      seams[lines] +
      oval(-70, -270, 44, 30, '#fff', 'opacity="0.4"')
    );
  });
const racket = lying(
  420,
  490,
  (c) =>
    times(2, (i) =>
      group(
        oval(0, -110, 96, 124, 'none', `stroke="${i ? c.accent : c.main}" stroke-width="20"`) +
          times(7, (n) => stroke(`M${-66 + n * 22} -220V0M-90 ${-190 + n * 27}H90`, '#c5c8cc', 2)) +
          box(-9, 14, 18, 120, 6, '#9aa1a8') +
          box(-16, 120, 32, 110, 12, c.deep),
        `translate(${i ? 70 : -70} 0) rotate(${i ? 22 : -22})`,
      ),
    ) + group(path('M-30 0L-46 -70H46L30 0Z', '#fffdf6') + oval(0, 8, 30, 22, c.accent), 'translate(0 200)'),
);
const rope = lying(
  430,
  430,
  (c) =>
    stroke('M-130 120C-240 -220 240 -220 130 120C60 280 -60 40 0 -40', c.accent, 13) +
    group(box(-22, -10, 44, 150, 20, 'url(#mh)'), 'translate(-130 100) rotate(20)') +
    group(box(-22, -10, 44, 150, 20, 'url(#mh)'), 'translate(130 100) rotate(-20)'),
);

const tent = standing(
  500,
  340,
  (c) =>
    path('M-250 0L0 -330L250 0Z', 'url(#mh)') +
    path('M0 -330L250 0H120Z', c.dark, 'opacity="0.6"') +
    path('M-80 0L0 -230L80 0Z', c.deep) +
    path('M0 -230L80 0H40Z', c.pale) +
    stroke('M-250 0L-290 10M0 -330V-352', '#8a6038', 8) +
    path('M0 -352L44 -338L0 -324Z', c.accent),
);
const canopy = standing(
  500,
  400,
  (c) =>
    stroke('M-200 0V-300M200 0V-300', '#9aa1a8', 13) +
    path('M-250 -250Q0 -420 250 -250Q120 -280 0 -300Q-120 -280 -250 -250Z', 'url(#mv)') +
    stroke('M-250 -250L-270 0M250 -250L270 0', '#c9a57c', 4) +
    box(-90, -90, 180, 20, 6, 'url(#wood)') +
    stroke('M-70 -70L-50 0M70 -70L50 0', '#8a6038', 10) +
    oval(0, -112, 30, 22, c.accent),
);
const lantern = standing(
  260,
  450,
  (c) =>
    oval(0, -200, 230, 220, 'url(#glow)') +
    stroke('M-80 -340C-80 -460 80 -460 80 -340', '#9aa1a8', 10) +
    box(-90, -350, 180, 60, 16, 'url(#mh)') +
    box(-76, -296, 152, 200, 20, '#fff3cf') +
    oval(0, -190, 30, 46, '#ffc85e') +
    times(3, (i) => box(-60 + i * 55, -296, 8, 200, 3, c.deep, 'opacity="0.6"')) +
    box(-110, -100, 220, 100, 24, 'url(#mh)') +
    oval(0, -50, 20, 20, c.accent),
);
const campChair = standing(
  420,
  400,
  (c) =>
    stroke('M-160 0L120 -210M160 0L-120 -210M-150 -390L-120 -180M150 -390L120 -180', '#4a4e55', 14) +
    path('M-150 -390Q0 -360 150 -390L128 -200Q0 -170 -128 -200Z', 'url(#mv)') +
    path('M-128 -200Q0 -170 128 -200L150 -150Q0 -110 -150 -150Z', 'url(#dh)') +
    box(-190, -250, 60, 22, 10, c.accent) +
    box(130, -250, 60, 22, 10, c.accent),
);
const campTable = standing(
  480,
  270,
  (c) =>
    stroke('M-180 -230L120 0M180 -230L-120 0', '#8a6038', 17) +
    box(-230, -262, 460, 36, 10, 'url(#wood)') +
    times(8, (i) => box(-226 + i * 57, -262, 4, 36, 0, '#8a6038', 'opacity="0.5"')) +
    box(40, -330, 90, 70, 14, 'url(#mh)') +
    oval(-80, -270, 60, 14, c.accent),
);
const flashlight = lying(430, 300, (c) =>
  group(
    box(-200, -46, 250, 92, 26, 'url(#black)') +
      path('M40 -50L110 -86V86L40 50Z', 'url(#mh)') +
      oval(116, 0, 26, 86, '#fff3cf') +
      times(6, (i) => box(-180 + i * 30, -46, 10, 92, 3, '#fff', 'opacity="0.14"')) +
      oval(-20, 0, 18, 14, c.accent),
    'rotate(-16)',
  ),
);
const bicycleLamp = standing(
  300,
  340,
  (c) =>
    box(-90, -120, 180, 120, 30, 'url(#black)') +
    oval(0, -210, 130, 120, 'url(#mh)') +
    oval(0, -210, 96, 88, '#fff6dc') +
    oval(0, -210, 44, 40, '#ffd977') +
    times(8, (i) => group(box(-3, -84, 6, 26, 3, c.deep, 'opacity="0.5"'), `translate(0 -210) rotate(${i * 45})`)),
);
const hammock = standing(
  500,
  330,
  (c) =>
    stroke('M-240 0V-310M240 0V-310', '#8a6038', 22) +
    stroke('M-240 -270L-170 -200M240 -270L170 -200', '#c9a57c', 6) +
    path('M-180 -210Q0 40 180 -210Q0 -70 -180 -210Z', 'url(#mv)') +
    printed('hmk', 'M-180 -210Q0 40 180 -210Q0 -70 -180 -210Z', 'bands', c),
);
const cooler = standing(
  420,
  330,
  (c) =>
    stroke('M-120 -250C-120 -350 120 -350 120 -250', c.deep, 20) +
    box(-200, -200, 400, 200, 30, 'url(#mh)') +
    box(-210, -260, 420, 76, 26, 'url(#ph)') +
    box(-60, -150, 120, 90, 16, c.accent) +
    group(path('M0 -30V30M-26 -15L26 15M-26 15L26 -15', 'none', 'stroke="#fff" stroke-width="8"'), 'translate(0 -105)'),
);

const petBed = standing(
  460,
  220,
  (c) =>
    oval(0, -60, 230, 60, 'url(#dh)') +
    path(
      'M-230 -70C-230 -170 -140 -200 0 -200C140 -200 230 -170 230 -70Q180 -140 0 -140Q-180 -140 -230 -70Z',
      'url(#mh)',
    ) +
    oval(0, -86, 160, 44, c.pale) +
    path('M-230 -70Q0 20 230 -70Q230 0 120 0H-120Q-230 0 -230 -70Z', 'url(#mv)') +
    group(markOf('paw', c), 'translate(0 -36) scale(0.7)'),
);
const petHouse = standing(
  420,
  400,
  (c) =>
    box(-170, -260, 340, 260, 30, 'url(#mh)') +
    path('M-220 -240L0 -400L220 -240Z', 'url(#ah)') +
    path('M-80 0V-110A80 80 0 0 1 80 -110V0Z', c.deep) +
    group(markOf('paw', c), 'translate(0 -270) scale(0.7)'),
);
const catTree = standing(
  400,
  480,
  (c) =>
    box(-180, -30, 360, 30, 12, 'url(#mh)') +
    box(-34, -440, 68, 410, 10, '#d9b98c') +
    times(16, (i) => stroke(`M-34 ${-430 + i * 25}l68 12`, '#b8935a', 4)) +
    box(-160, -270, 190, 34, 16, 'url(#ah)') +
    box(-90, -470, 220, 40, 18, 'url(#mh)') +
    stroke('M110 -440V-350', c.deep, 4) +
    oval(110, -330, 24, 24, c.accent),
);
const scratcher = standing(
  480,
  180,
  (c) =>
    path('M-230 -60Q0 -190 230 -60V-20Q0 -120 -230 -20Z', 'url(#wood)') +
    times(20, (i) =>
      stroke(`M${-210 + i * 22} ${-64 - Math.sin((i / 19) * 3.14) * 60}v34`, '#8a6038', 3, 'opacity="0.5"'),
    ) +
    path('M-230 -20Q0 -120 230 -20V0H-230Z', 'url(#mh)') +
    group(markOf('paw', c), 'translate(0 -30) scale(0.5)'),
);
const catWand = lying(
  440,
  440,
  (c) =>
    stroke('M-180 180L60 -120', '#a87849', 13) +
    stroke('M60 -120Q150 -200 130 -60', c.deep, 4) +
    group(
      times(5, (i) =>
        group(
          path('M0 0C-26 -40 -20 -90 0 -120C20 -90 26 -40 0 0Z', i % 2 ? c.main : c.accent),
          `rotate(${130 + i * 24})`,
        ),
      ) + oval(0, 0, 22, 22, c.dark),
      'translate(130 -50)',
    ),
);
const petBalls = standing(
  420,
  300,
  (c) =>
    times(3, (i) =>
      group(
        oval(0, -84, 84, 84, ['url(#mr)', 'url(#ar)', '#f0c65e'][i] ?? '') +
          stroke('M-70 -130Q0 -84 -70 -38M70 -130Q0 -84 70 -38', '#fff', 8, 'opacity="0.8"'),
        `translate(${[-120, 120, 0][i] ?? 0} ${[0, 0, -120][i] ?? 0})`,
      ),
    ) + oval(0, 0, 0, 0, c.main),
);
const boneToy = lying(460, 300, (c) =>
  group(
    path(
      'M-130 -36a62 62 0 1 1 -70 -64a62 62 0 0 1 110 30h180a62 62 0 0 1 110 -30a62 62 0 1 1 -70 64v72a62 62 0 1 1 70 64a62 62 0 0 1 -110 -30h-180a62 62 0 0 1 -110 30a62 62 0 1 1 70 -64Z',
      'url(#ms)',
    ) +
      box(-80, -30, 160, 60, 20, c.accent) +
      times(5, (i) => oval(-60 + i * 30, 0, 8, 8, '#fff')),
    'rotate(-14)',
  ),
);
const fishToy = lying(460, 330, (c) =>
  group(
    path('M-200 0Q-60 -150 110 0Q-60 150 -200 0Z', 'url(#ms)') +
      path('M90 0L210 -100V100Z', 'url(#ah)') +
      printed('fsh', 'M-200 0Q-60 -150 110 0Q-60 150 -200 0Z', 'arcs', c, 0.6) +
      oval(-130, -20, 16, 16, '#fff') +
      oval(-132, -20, 8, 8, '#2a2233') +
      stroke('M-186 16q20 14 36 6', c.deep, 5),
    'rotate(-12)',
  ),
);
const leash = lying(
  440,
  440,
  (c) =>
    oval(-40, 60, 140, 120, 'none', `stroke="${c.main}" stroke-width="26"`) +
    stroke('M60 -20C200 -120 60 -220 -60 -150', c.accent, 18) +
    box(-110, -190, 70, 40, 14, 'url(#gold)') +
    oval(70, -20, 20, 20, 'url(#steel)') +
    box(-180, 40, 70, 50, 12, c.accent),
);
const fountain = standing(
  340,
  330,
  (c) =>
    drum(150, 150, 40, 'url(#ph)') +
    oval(0, -150, 150, 40, '#cfe6ee') +
    box(-30, -230, 60, 90, 26, 'url(#mh)') +
    stroke('M0 -230C-50 -290 -100 -250 -110 -170M0 -230C50 -290 100 -250 110 -170', '#9cc9da', 13, 'opacity="0.9"') +
    oval(0, -60, 16, 16, c.accent),
);
const carrier = standing(
  400,
  420,
  (c) =>
    stroke('M-90 -330C-90 -430 90 -430 90 -330', c.deep, 22) +
    box(-180, -330, 360, 330, 70, 'url(#mh)') +
    box(-120, -250, 240, 170, 60, '#3a3f47') +
    times(7, (i) => box(-104 + i * 34, -240, 6, 150, 3, '#c9ced4', 'opacity="0.7"')) +
    oval(-30, -160, 12, 15, '#ffe7a0') +
    oval(40, -160, 12, 15, '#ffe7a0') +
    group(markOf('paw', c), 'translate(0 -40) scale(0.5)'),
);

export const playDrawings = {
  plushBear: plush('bear'),
  plushRabbit: plush('rabbit'),
  plushCat: plush('cat'),
  plushDog: plush('dog'),
  plushDino: plush('dino'),
  toyBlocks,
  train,
  stackRings,
  puzzle,
  rattle,
  phonics,
  spoonSet,
  mat,
  dumbbells,
  kettlebell,
  band,
  ballBasket: ballOf('basket'),
  ballFoot: ballOf('foot'),
  ballYoga: ballOf('yoga'),
  ballVolley: ballOf('volley'),
  racket,
  rope,
  tent,
  canopy,
  lantern,
  campChair,
  campTable,
  flashlight,
  bicycleLamp,
  hammock,
  cooler,
  petBed,
  petHouse,
  catTree,
  scratcher,
  catWand,
  petBalls,
  boneToy,
  fishToy,
  leash,
  fountain,
  carrier,
};
