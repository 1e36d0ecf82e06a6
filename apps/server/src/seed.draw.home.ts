// Demo drawings: textiles, lamps, seats, boxes, candles and green things for the home.
import { box, drum, gleam, group, inside, leaf, oval, path, stroke, times, type Draw } from './seed.draw.ts';

const towel: Draw = (c) => {
  const fold = (y: number, fill: string, edge: string) =>
    box(-205, y, 410, 88, 42, fill) +
    box(118, y, 22, 88, 0, '#ffffff', 'opacity="0.35"') +
    box(148, y, 8, 88, 0, '#ffffff', 'opacity="0.35"') +
    stroke(`M-158 ${y + 44}H180`, edge, 4, 'opacity="0.55"') +
    stroke(`M-158 ${y + 20}Q-186 ${y + 44} -158 ${y + 68}`, edge, 4, 'opacity="0.45"');
  const roll =
    box(-150, -356, 300, 98, 49, 'url(#mv)') +
    oval(-104, -307, 46, 49, c.light) +
    stroke('M-104 -307c18 -4 16 22 -6 20c-30 -4 -26 -46 8 -44c42 4 40 66 -4 66', c.dark, 5, 'opacity="0.6"') +
    box(90, -356, 16, 98, 0, '#ffffff', 'opacity="0.3"');
  return {
    body: roll + fold(-266, 'url(#ph)', c.main) + fold(-177, 'url(#mh)', c.deep) + fold(-88, 'url(#dh)', c.deep),
    stance: 'stand',
    width: 430,
    height: 356,
  };
};

const blanket: Draw = (c) => {
  const sheet = 'M-210 -330Q-214 -352 -190 -352H190Q214 -352 210 -330L222 -22Q222 0 198 0H-198Q-222 0 -222 -22Z';
  const flap = 'M-214 -330Q-214 -356 -188 -356H188Q214 -356 214 -330L219 -170Q0 -150 -219 -170Z';
  const checks = (opacity: number) =>
    times(6, (i) => box(-190 + i * 72, -370, 24, 380, 0, c.accent, `opacity="${opacity}"`)) +
    times(5, (i) => box(-230, -330 + i * 72, 460, 24, 0, '#ffffff', `opacity="${opacity * 0.9}"`));
  const fringe = times(22, (i) => stroke(`M${-210 + i * 20} ${-164 + (i > 4 && i < 17 ? 10 : 4)}v26`, c.pale, 7));
  return {
    body:
      path(sheet, 'url(#dh)') +
      inside('bl1', sheet, checks(0.22)) +
      stroke('M-216 -60Q0 -44 216 -60M-219 -30Q0 -14 219 -30', c.deep, 3, 'opacity="0.5"') +
      fringe +
      path(flap, 'url(#mh)') +
      inside('bl2', flap, checks(0.34)),
    stance: 'stand',
    width: 450,
    height: 356,
  };
};

const cushion: Draw = (c) => {
  const shape =
    'M-206 -392Q-214 -410 -194 -404Q0 -362 194 -404Q214 -410 206 -392Q168 -200 206 -12Q212 8 190 2Q0 -36 -190 2Q-212 8 -206 -12Q-168 -200 -206 -392Z';
  const pattern =
    stroke('M0 -20V-380', c.pale, 5, 'opacity="0.8"') +
    times(6, (i) => leaf(92, 26, 52, c.pale, 2, -40 - i * 56) + leaf(92, 26, -52, c.pale, -2, -40 - i * 56));
  return {
    body:
      path(shape, 'url(#mr)') +
      inside('cu', shape, `<g opacity="0.75">${pattern}</g>`) +
      stroke('M-190 -386Q0 -346 190 -386M-190 -16Q0 -54 190 -16', c.deep, 3, 'opacity="0.28"'),
    stance: 'stand',
    width: 400,
    height: 400,
  };
};

const cushionPlain: Draw = (c) => {
  const shape =
    'M-200 -380Q-212 -402 -188 -396Q0 -358 188 -396Q212 -402 200 -380Q166 -196 200 -12Q206 8 184 2Q0 -34 -184 2Q-206 8 -200 -12Q-166 -196 -200 -380Z';
  const stripes =
    times(5, (i) => box(-150 + i * 66, -410, 14, 420, 0, c.accent, 'opacity="0.85"')) +
    times(5, (i) => box(-128 + i * 66, -410, 5, 420, 0, c.accent, 'opacity="0.6"'));
  const tassel = (x: number, y: number) =>
    oval(x, y, 16, 16, c.accent) + oval(x - 4, y - 5, 6, 6, '#fff', 'opacity="0.4"');
  return {
    body:
      path(shape, 'url(#mr)') +
      inside('cp', shape, stripes) +
      tassel(-196, -390) +
      tassel(196, -390) +
      tassel(-192, -4) +
      tassel(192, -4),
    stance: 'stand',
    width: 390,
    height: 400,
  };
};

const lamp: Draw = (c) => ({
  body:
    oval(-20, -250, 300, 250, 'url(#glow)') +
    oval(60, -10, 120, 20, c.deep) +
    oval(60, -20, 120, 20, 'url(#mh)') +
    stroke('M60 -24L150 -230L10 -360', c.deep, 15) +
    stroke('M57 -28L146 -231L8 -360', c.light, 4, 'opacity="0.6"') +
    oval(150, -230, 19, 19, 'url(#gold)') +
    oval(10, -362, 15, 15, 'url(#gold)') +
    group(
      path('M-44 -58Q0 -84 44 -58L104 74Q0 104 -104 74Z', 'url(#mh)') +
        oval(0, 76, 104, 22, '#fff2c9') +
        oval(0, 80, 40, 10, '#ffffff'),
      'translate(-50 -330) rotate(28)',
    ),
  stance: 'stand',
  width: 260,
  height: 430,
});

const mushroom: Draw = (c) => ({
  body:
    oval(0, -250, 310, 260, 'url(#glow)') +
    path('M-62 -230L-88 -30Q-90 -4 0 -4Q90 -4 88 -30L62 -230Z', 'url(#wh)') +
    oval(0, -222, 150, 30, '#ffeeb9') +
    path('M-212 -230C-212 -350 -120 -420 0 -420C120 -420 212 -350 212 -230Q0 -176 -212 -230Z', 'url(#mr)') +
    path(
      'M-150 -300C-130 -350 -90 -376 -52 -388',
      'none',
      'stroke="#fff" stroke-width="14" stroke-linecap="round" opacity="0.45"',
    ) +
    oval(0, -28, 12, 8, c.accent),
  stance: 'stand',
  width: 230,
  height: 420,
});

const chair: Draw = () => ({
  body:
    stroke('M-120 -190L-146 -8M120 -190L146 -8', '#8f6337', 20) +
    stroke('M-84 -204L-92 -60M84 -204L92 -60', '#7c5530', 15) +
    stroke('M-128 -86H128', '#9a6c3e', 10) +
    stroke('M-128 -210L-118 -390M128 -210L118 -390', '#a87849', 20) +
    path(
      'M-150 -474Q0 -510 150 -474Q160 -470 158 -452L146 -352Q0 -330 -146 -352L-158 -452Q-160 -470 -150 -474Z',
      'url(#mh)',
    ) +
    stroke('M-128 -452Q0 -482 128 -452', '#fff', 6, 'opacity="0.35"') +
    path('M-152 -238Q0 -262 152 -238L176 -186Q178 -172 160 -170Q0 -156 -160 -170Q-178 -172 -176 -186Z', 'url(#mv)') +
    path('M-176 -186Q0 -164 176 -186Q178 -172 160 -166Q0 -150 -160 -166Q-178 -172 -176 -186Z', 'url(#dh)'),
  stance: 'stand',
  width: 330,
  height: 490,
});

const stool: Draw = (c) => ({
  body:
    stroke('M0 -220V-30', '#8f6337', 18) +
    stroke('M-110 -230L-150 -8M110 -230L150 -8', '#a87849', 22) +
    stroke('M-136 -96Q0 -66 136 -96', '#b98653', 11) +
    path('M-176 -262V-232A176 44 0 0 0 176 -232V-262Z', 'url(#wood)') +
    oval(0, -262, 176, 46, '#d9ae80') +
    path('M-160 -300V-268A160 40 0 0 0 160 -268V-300Z', 'url(#mh)') +
    oval(0, -300, 160, 42, c.light) +
    oval(0, -302, 12, 5, c.dark),
  stance: 'stand',
  width: 320,
  height: 340,
});

const basket: Draw = (c) => {
  const shape = 'M-204 -250H204L172 -26Q168 0 140 0H-140Q-168 0 -172 -26Z';
  const weave = times(8, (row) =>
    times(15, (i) =>
      box(
        -222 + i * 32 + (row % 2) * 16,
        -248 + row * 32,
        27,
        25,
        9,
        (i + row) % 2 ? c.light : c.dark,
        'opacity="0.55"',
      ),
    ),
  );
  return {
    body:
      path('M-180 -256Q-120 -330 20 -306Q120 -336 180 -256Z', '#f7f1e6') +
      path('M-90 -262Q-40 -350 60 -262Z', c.accent, 'opacity="0.8"') +
      stroke('M-96 -248C-96 -318 96 -318 96 -248', c.deep, 0) +
      path(shape, 'url(#mh)') +
      inside('bk', shape, weave) +
      box(-216, -268, 432, 36, 18, 'url(#dh)') +
      stroke('M-120 -176Q-90 -140 -60 -176M60 -176Q90 -140 120 -176', '#7a5530', 15),
    stance: 'stand',
    width: 370,
    height: 330,
  };
};

const crate: Draw = (c) => ({
  body:
    box(-216, -270, 432, 270, 26, 'url(#mh)') +
    times(7, (i) => box(-176 + i * 54, -206, 28, 170, 12, c.dark, 'opacity="0.35"')) +
    box(-70, -190, 140, 54, 27, c.deep, 'opacity="0.85"') +
    box(-56, -182, 112, 26, 13, '#000', 'opacity="0.18"') +
    box(-230, -322, 460, 64, 24, 'url(#ph)') +
    box(-190, -316, 380, 10, 5, '#fff', 'opacity="0.7"') +
    box(-210, -280, 44, 60, 12, 'url(#ah)') +
    box(166, -280, 44, 60, 12, 'url(#ah)'),
  stance: 'stand',
  width: 430,
  height: 322,
});

const candle: Draw = (c) => ({
  body:
    oval(0, -350, 240, 220, 'url(#glow)') +
    drum(150, 262, 34, 'url(#mh)') +
    oval(0, -262, 150, 34, c.pale) +
    oval(0, -254, 132, 26, '#fff7e8') +
    oval(0, -252, 52, 11, '#ffedc2') +
    stroke('M0 -252V-282', '#4b3b32', 6) +
    path('M0 -372C34 -330 34 -288 0 -282C-34 -288 -34 -330 0 -372Z', '#ffb648') +
    path('M0 -340C16 -318 16 -294 0 -288C-16 -294 -16 -318 0 -340Z', '#fff0bd') +
    box(-88, -184, 176, 116, 10, '#fffaf2') +
    box(-52, -152, 104, 9, 4, c.dark, 'opacity="0.75"') +
    box(-34, -128, 68, 6, 3, c.dark, 'opacity="0.4"') +
    oval(0, -98, 10, 10, c.accent) +
    gleam(-128, -220, 170, 14, 0.45),
  stance: 'stand',
  width: 300,
  height: 372,
});

const diffuser: Draw = (c) => ({
  body:
    stroke('M-14 -230L-92 -470M0 -230L-22 -490M8 -230L48 -484M16 -230L112 -452', '#b58a5c', 7) +
    path(
      'M-46 -270H46V-214C120 -196 140 -150 140 -96V-40Q140 0 100 0H-100Q-140 0 -140 -40V-96C-140 -150 -120 -196 -46 -214Z',
      'url(#glass)',
    ) +
    path('M-128 -120Q0 -100 128 -120V-42Q128 -12 98 -12H-98Q-128 -12 -128 -42Z', 'url(#mh)', 'opacity="0.85"') +
    oval(0, -118, 128, 14, c.pale) +
    box(-54, -282, 108, 50, 12, 'url(#wood)') +
    oval(0, -282, 50, 11, '#8a6038') +
    box(-70, -92, 140, 64, 8, '#fffaf2', 'opacity="0.94"') +
    box(-42, -74, 84, 8, 4, c.deep) +
    box(-28, -54, 56, 5, 2, c.deep, 'opacity="0.5"') +
    gleam(-118, -170, 130, 12, 0.6),
  stance: 'stand',
  width: 290,
  height: 480,
});

const pot = (h: number) =>
  path(`M-122 ${-h}H122L98 -26Q94 0 66 0H-66Q-94 0 -98 -26Z`, 'url(#mh)') +
  box(-136, -h - 26, 272, 48, 18, 'url(#mh)') +
  gleam(-96, -h + 40, h - 80, 12, 0.35);

const plant: Draw = () => ({
  body:
    stroke('M0 -170V-320M0 -190Q-60 -260 -120 -280M0 -190Q60 -260 120 -290', '#55734f', 8) +
    leaf(190, 84, -64, 'url(#leafd)', -40, -230) +
    leaf(190, 84, 64, 'url(#leafd)', 40, -230) +
    leaf(210, 84, -30, 'url(#leaf)', -20, -220) +
    leaf(210, 84, 34, 'url(#leaf)', 24, -220) +
    leaf(250, 84, 2, 'url(#leafd)', 0, -220) +
    leaf(120, 56, -84, 'url(#leaf)', -10, -190) +
    leaf(120, 56, 86, 'url(#leaf)', 10, -190) +
    pot(176),
  stance: 'stand',
  width: 240,
  height: 470,
});

const snakePlant: Draw = () => ({
  body:
    [-24, -10, 4, 18, 30]
      .map((turn, i) =>
        leaf([220, 300, 330, 280, 200][i] ?? 240, 34, turn, i % 2 ? 'url(#leaf)' : 'url(#leafd)', -52 + i * 26, -170),
      )
      .join('') +
    leaf(180, 30, -40, 'url(#leaf)', -50, -170) +
    pot(170),
  stance: 'stand',
  width: 240,
  height: 480,
});

const vase: Draw = (c) => {
  const twig = (turn: number, length: number) =>
    group(
      stroke(`M0 0Q14 ${-length / 2} 0 ${-length}`, '#9a7b58', 5) +
        times(
          7,
          (i) =>
            oval(i % 2 ? 18 : -14, -length + 6 + i * 24, 15, 12, i % 3 ? c.accent : '#f6e7d6') +
            oval(i % 2 ? 15 : -17, -length + 2 + i * 24, 5, 4, '#ffffff', 'opacity="0.5"'),
        ),
      `translate(0 -286) rotate(${turn})`,
    );
  return {
    body:
      twig(-24, 200) +
      twig(4, 236) +
      twig(28, 190) +
      twig(-6, 160) +
      path(
        'M-44 -310Q-56 -324 -52 -330H52Q56 -324 44 -310C40 -268 132 -226 132 -118C132 -46 96 0 56 0H-56C-96 0 -132 -46 -132 -118C-132 -226 -40 -268 -44 -310Z',
        'url(#mh)',
      ) +
      oval(0, -328, 52, 10, c.deep) +
      stroke('M-124 -146Q0 -116 124 -146M-130 -116Q0 -86 130 -116', '#fff', 4, 'opacity="0.4"') +
      gleam(-98, -180, 120, 14, 0.35),
    stance: 'stand',
    width: 260,
    height: 520,
  };
};

export const homeDrawings = {
  towel,
  blanket,
  cushion,
  cushionPlain,
  lamp,
  mushroom,
  chair,
  stool,
  basket,
  crate,
  candle,
  diffuser,
  plant,
  snakePlant,
  vase,
};
