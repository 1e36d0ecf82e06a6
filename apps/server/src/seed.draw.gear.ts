// Demo drawings: gadgets for the desk, sound, and machines for kitchen and bathroom.
import { box, drum, gleam, group, oval, path, stroke, times, lying, standing, type Draw } from './seed.draw.ts';
import { markOf, printed, type Mark } from './seed.draw.patterns.ts';

const slab = (w: number, h: number, screen: Mark): Draw =>
  standing(
    w * 2 + 60,
    h + 70,
    (c) =>
      path(`M-110 0L-60 -70H60L110 0Z`, 'url(#ah)') +
      box(-w, -h - 60, w * 2, h, 26, 'url(#black)') +
      box(-w + 14, -h - 46, w * 2 - 28, h - 28, 14, c.pale) +
      group(markOf(screen, c), `translate(0 ${-h * 0.6 - 50}) scale(1.3)`) +
      box(-w * 0.5, -h * 0.34 - 40, w, 12, 6, c.deep, 'opacity="0.5"'),
  );
const stand1 = standing(
  420,
  340,
  (c) =>
    box(-190, -30, 380, 30, 14, 'url(#mh)') +
    stroke('M-120 -30L-40 -220', c.dark, 26) +
    path('M-200 -210L190 -300L200 -262L-190 -172Z', 'url(#steel)') +
    path('M-180 -220L170 -302L150 -330L-160 -256Z', '#34373d') +
    box(-200, -190, 30, 40, 6, c.accent),
);
const hub = lying(
  460,
  250,
  (c) =>
    stroke('M-230 0H-120', '#34373d', 15) +
    box(-130, -70, 340, 140, 28, 'url(#ms)') +
    times(
      4,
      (i) =>
        box(-100 + i * 76, -26, 50, 52, 6, '#25282d') +
        box(-94 + i * 76, -8, 38, 16, 3, i === 1 ? c.accent : '#5b8fb9'),
    ) +
    box(-250, -20, 40, 40, 6, 'url(#steel)'),
);
const cable = lying(
  420,
  420,
  (c) =>
    times(3, (i) => oval(0, 0, 90 + i * 34, 80 + i * 32, 'none', `stroke="${c.main}" stroke-width="19"`)) +
    box(130, 60, 70, 34, 8, 'url(#steel)') +
    box(90, 54, 50, 46, 10, c.deep) +
    group(
      box(0, -17, 70, 34, 8, 'url(#steel)') + box(-44, -23, 50, 46, 10, c.deep),
      'translate(-130 -130) rotate(200)',
    ) +
    box(-30, 90, 60, 110, 14, c.accent),
);
const charger = standing(
  300,
  320,
  (c) =>
    box(-40, -318, 20, 60, 5, 'url(#steel)') +
    box(20, -318, 20, 60, 5, 'url(#steel)') +
    box(-130, -268, 260, 268, 56, 'url(#mh)') +
    box(-70, -190, 140, 34, 14, '#25282d') +
    box(-70, -130, 140, 34, 14, '#25282d') +
    path('M8 -80L-24 -40H0L-8 -12L26 -52H2Z', c.accent),
);
const wireless = standing(
  380,
  330,
  (c) =>
    oval(0, -14, 150, 24, c.deep) +
    box(-16, -120, 32, 100, 8, 'url(#steel)') +
    oval(0, -190, 140, 130, 'url(#mr)') +
    oval(0, -190, 96, 88, c.light) +
    path('M10 -240L-40 -176H-4L-14 -136L38 -204H2Z', c.accent) +
    box(-70, -40, 140, 18, 9, c.dark),
);
const speakerRound = standing(
  320,
  340,
  (c) =>
    drum(150, 300, 50, 'url(#mh)') +
    printed('spr', 'M-150 -280H150V-60H-150Z', 'dots', c, 0.45) +
    oval(0, -300, 150, 50, c.light) +
    oval(0, -300, 100, 32, c.deep, 'opacity="0.5"') +
    oval(0, -300, 36, 12, c.accent) +
    box(-150, -50, 300, 12, 0, c.accent),
);
const speakerMini = standing(
  360,
  300,
  (c) =>
    stroke('M100 -250Q190 -270 170 -170', c.accent, 13) +
    oval(0, -140, 150, 140, 'url(#mr)') +
    oval(0, -140, 100, 92, c.deep) +
    times(16, (i) => group(oval(0, -60, 6, 6, c.pale), `translate(0 -140) rotate(${i * 22.5})`)) +
    oval(0, -140, 34, 32, c.accent),
);
const soundbar = standing(
  500,
  180,
  (c) =>
    box(-245, -140, 490, 110, 50, 'url(#mh)') +
    box(-200, -120, 400, 70, 34, c.deep, 'opacity="0.6"') +
    times(24, (i) => box(-190 + i * 16, -114, 5, 58, 2, c.pale, 'opacity="0.4"')) +
    oval(0, -85, 26, 26, c.accent) +
    box(-180, -34, 60, 34, 8, c.deep) +
    box(120, -34, 60, 34, 8, c.deep),
);
const radio = standing(
  420,
  320,
  (c) =>
    stroke('M120 -240L190 -340', '#9aa1a8', 8) +
    box(-200, -250, 400, 250, 40, 'url(#mh)') +
    oval(-90, -125, 84, 84, c.deep) +
    times(6, (i) => box(-160 + i * 26, -190, 8, 130, 4, c.pale, 'opacity="0.5"')) +
    box(30, -210, 140, 70, 10, '#fff3cf') +
    stroke('M100 -210V-140', '#c9434b', 4) +
    oval(66, -80, 34, 34, 'url(#ah)') +
    oval(140, -80, 24, 24, 'url(#gold)'),
);
const neckband = lying(
  430,
  430,
  (c) =>
    stroke('M-150 110C-220 -240 220 -240 150 110', c.main, 36) +
    stroke('M-150 110C-160 180 -90 190 -60 120M150 110C160 180 90 190 60 120', '#34373d', 9) +
    oval(-54, 96, 34, 40, c.accent) +
    oval(54, 96, 34, 40, c.accent) +
    oval(-54, 92, 16, 20, '#25282d') +
    oval(54, 92, 16, 20, '#25282d'),
);
const openEar = standing(
  350,
  330,
  (c) =>
    times(2, (i) =>
      group(
        stroke('M10 -60C-60 -160 70 -190 60 -80', c.accent, 18) +
          box(-40, -90, 80, 110, 36, 'url(#mh)') +
          oval(-2, -30, 17, 22, '#25282d'),
        `translate(${i ? 90 : -90} -150) scale(${i ? 1 : -1} 1)`,
      ),
    ) +
    box(-150, -110, 300, 110, 50, 'url(#dh)') +
    oval(0, -54, 10, 10, '#b7f0c0'),
);
const gameMouse = lying(
  340,
  460,
  (c) =>
    path(
      'M-130 -40C-130 -200 -70 -230 0 -230C70 -230 130 -200 130 -40L110 100C110 190 60 220 0 220C-60 220 -110 190 -110 100Z',
      'url(#blacks)',
    ) +
    path('M-130 -40C-130 -200 -70 -230 0 -230V-30Z', c.main, 'opacity="0.9"') +
    box(-15, -170, 30, 90, 15, c.accent) +
    stroke('M-70 120Q0 170 70 120', c.accent, 9) +
    box(-124, -20, 20, 90, 8, c.light),
);
const trackball = lying(
  400,
  440,
  (c) =>
    path(
      'M-150 -60C-150 -200 -60 -220 20 -210C130 -200 170 -100 160 20C150 160 80 214 0 210C-110 204 -150 90 -150 -60Z',
      'url(#ms)',
    ) +
    oval(-70, -40, 70, 70, c.deep) +
    oval(-70, -40, 60, 60, 'url(#ar)') +
    oval(-90, -62, 18, 14, '#fff', 'opacity="0.7"') +
    stroke('M40 -206V-60', c.deep, 5) +
    box(26, -170, 28, 70, 14, c.dark),
);
const mousePad = lying(
  480,
  320,
  (c) =>
    box(-240, -160, 480, 320, 24, 'url(#ms)') +
    printed('mpd', 'M-236 -156H236V156H-236Z', 'hills', c, 0.9) +
    oval(110, -70, 36, 36, '#fff3cf') +
    stroke('M-230 -150H230V150H-230Z', c.deep, 4, 'stroke-dasharray="10 8" opacity="0.6"'),
);
const numpad = lying(
  340,
  420,
  (c) =>
    box(-150, -190, 300, 390, 28, c.deep) +
    box(-150, -202, 300, 390, 28, 'url(#ms)') +
    times(16, (i) =>
      box(-124 + (i % 4) * 64, -176 + Math.floor(i / 4) * 84, 54, 68, 12, i % 4 === 3 ? c.accent : c.pale),
    ) +
    box(-124, 160, 0, 0, 0, c.main),
);
const splitKeys = lying(490, 350, (c) =>
  times(2, (i) =>
    group(
      box(-118, -110, 236, 230, 26, 'url(#ms)') +
        times(20, (n) =>
          box(-104 + (n % 5) * 43, -96 + Math.floor(n / 5) * 52, 36, 42, 8, n % 7 === 3 ? c.accent : c.pale),
        ),
      `translate(${i ? 126 : -126} 0) rotate(${i ? 10 : -10})`,
    ),
  ),
);

const toaster = standing(
  420,
  300,
  (c) =>
    box(-90, -330, 180, 120, 40, '#d9a25e') +
    box(-78, -318, 156, 100, 32, '#f0d3a0') +
    box(-200, -240, 400, 240, 70, 'url(#mh)') +
    box(-130, -240, 260, 16, 8, c.deep) +
    box(180, -170, 40, 60, 12, 'url(#steel)') +
    oval(0, -80, 30, 30, 'url(#ah)') +
    gleam(-170, -180, 110, 14, 0.4),
);
const blender = standing(
  280,
  490,
  () =>
    path('M-100 -440H100L76 -150H-76Z', 'url(#glass)') +
    path('M-92 -340H92L76 -150H-76Z', '#f0a24a', 'opacity="0.85"') +
    oval(0, -340, 90, 16, '#f7c98a') +
    box(-108, -480, 216, 48, 18, 'url(#dh)') +
    path('M-90 -150H90L120 -20Q120 0 96 0H-96Q-120 0 -120 -20Z', 'url(#mh)') +
    oval(0, -70, 30, 30, 'url(#ah)') +
    gleam(-72, -410, 200, 11, 0.7),
);
const riceCooker = standing(
  400,
  340,
  (c) =>
    path('M-180 -250Q-180 -330 0 -336Q180 -330 180 -250V-60Q180 0 110 0H-110Q-180 0 -180 -60Z', 'url(#mh)') +
    stroke('M-180 -220Q0 -190 180 -220', c.deep, 5) +
    box(-80, -150, 160, 100, 20, '#26312c') +
    box(-56, -130, 112, 34, 6, '#9fe0b4') +
    times(3, (i) => oval(-40 + i * 40, -72, 11, 9, c.pale)) +
    box(-40, -342, 80, 24, 12, c.accent),
);
const airFryer = standing(
  360,
  430,
  (c) =>
    path('M-160 -340Q-160 -420 0 -420Q160 -420 160 -340V-50Q160 0 110 0H-110Q-160 0 -160 -50Z', 'url(#mh)') +
    path('M-130 -220H130V-60Q130 -30 100 -30H-100Q-130 -30 -130 -60Z', c.deep) +
    box(-30, -200, 60, 130, 20, 'url(#wood)') +
    oval(0, -310, 56, 50, '#25282d') +
    stroke('M0 -310L24 -340', c.accent, 8),
);
const eggCooker = standing(
  380,
  290,
  (c) =>
    path('M-150 -110C-150 -270 150 -270 150 -110Z', 'url(#glass)') +
    times(5, (i) => oval(-96 + i * 48, -130 - (i % 2) * 16, 30, 38, i % 2 ? '#f3dcc0' : '#fff4e2')) +
    path('M-170 -110H170L150 -20Q146 0 120 0H-120Q-146 0 -150 -20Z', 'url(#mh)') +
    oval(0, -50, 22, 20, 'url(#ah)') +
    oval(0, -238, 20, 15, c.deep),
);
const waffle = lying(
  430,
  450,
  (c) =>
    oval(0, -10, 190, 190, 'url(#ms)') +
    oval(0, -10, 156, 156, '#d9a25e') +
    times(6, (i) => stroke(`M${-120 + i * 48} -150V130M-150 ${-130 + i * 48}H150`, '#b5763a', 9, 'opacity="0.65"')) +
    box(-30, 170, 60, 60, 14, 'url(#black)') +
    box(-40, -40, 80, 50, 12, '#ffe7a0') +
    oval(60, 40, 20, 20, c.accent),
);
const dryer = lying(430, 440, (c) =>
  group(
    path('M-170 -120Q-170 -190 -90 -190H110Q180 -170 180 -120T110 -50H-90Q-170 -50 -170 -120Z', 'url(#ms)') +
      oval(-150, -120, 30, 62, c.deep) +
      path('M-30 -60H60L40 200Q10 220 -20 200Z', 'url(#dh)') +
      box(-6, 20, 30, 70, 12, c.accent),
    'rotate(12)',
  ),
);
const heater = standing(
  330,
  440,
  (c) =>
    box(-150, -420, 300, 410, 60, 'url(#mh)') +
    box(-110, -370, 220, 250, 36, '#3a3438') +
    times(5, (i) => stroke(`M-84 ${-340 + i * 46}h168`, '#ff9a4a', 10)) +
    oval(0, -70, 30, 30, 'url(#ah)') +
    box(-120, -16, 240, 16, 8, c.deep),
);
const steamer = standing(
  270,
  480,
  (c) =>
    path('M-80 -470Q0 -500 80 -470L60 -390H-60Z', 'url(#dh)') +
    times(5, (i) => oval(-40 + i * 20, -440, 6, 6, '#fff')) +
    stroke('M0 -390V-280', c.dark, 46) +
    box(-110, -290, 220, 290, 56, 'url(#mh)') +
    box(-60, -220, 120, 120, 24, 'url(#glass)') +
    oval(0, -56, 18, 18, c.accent),
);

export const gearDrawings = {
  tabletStand: slab(150, 220, 'sun'),
  alarmSlab: slab(170, 160, 'moon'),
  laptopStand: stand1,
  hub,
  cable,
  charger,
  wireless,
  speakerRound,
  speakerMini,
  soundbar,
  radio,
  neckband,
  openEar,
  gameMouse,
  trackball,
  mousePad,
  numpad,
  splitKeys,
  toaster,
  blender,
  riceCooker,
  airFryer,
  eggCooker,
  waffle,
  dryer,
  heater,
  steamer,
};
