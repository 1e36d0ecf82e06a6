// Demo drawings: what stands in a kitchen and on a table: pots of tea, cups, pans, bowls and bottles.
import { box, gleam, group, inside, oval, path, stroke, times, type Draw } from './seed.draw.ts';

const teapot: Draw = (c) => ({
  body:
    stroke('M120 -222C236 -250 246 -92 128 -86', c.dark, 30) +
    stroke('M124 -226C226 -246 232 -104 130 -92', c.light, 8, 'opacity="0.6"') +
    path('M-120 -120C-190 -120 -196 -200 -246 -234Q-252 -252 -226 -252C-176 -246 -172 -190 -110 -196Z', 'url(#mh)') +
    path(
      'M-170 -150C-170 -240 -90 -272 0 -272C90 -272 170 -240 170 -150C170 -56 100 0 0 0C-100 0 -170 -56 -170 -150Z',
      'url(#mr)',
    ) +
    path('M-92 -252Q0 -226 92 -252Q84 -300 0 -300Q-84 -300 -92 -252Z', 'url(#mh)') +
    stroke('M-96 -250Q0 -222 96 -250', c.deep, 4, 'opacity="0.5"') +
    oval(0, -316, 24, 22, 'url(#ar)') +
    path(
      'M-120 -196C-100 -226 -70 -238 -44 -244',
      'none',
      'stroke="#fff" stroke-width="13" stroke-linecap="round" opacity="0.45"',
    ) +
    oval(0, -4, 80, 10, c.deep, 'opacity="0.35"'),
  stance: 'stand',
  width: 330,
  height: 338,
});

const ironPot: Draw = (c) => ({
  body:
    stroke('M-128 -226C-120 -420 120 -420 128 -226', 'url(#wood)', 20) +
    path('M-130 -120C-180 -124 -196 -176 -232 -196Q-240 -214 -214 -218C-170 -210 -164 -176 -116 -182Z', 'url(#mh)') +
    path(
      'M-164 -140C-164 -214 -96 -240 0 -240C96 -240 164 -214 164 -140C164 -50 110 0 0 0C-110 0 -164 -50 -164 -140Z',
      'url(#mr)',
    ) +
    times(5, (row) =>
      times(11, (i) => oval(-140 + i * 28 + (row % 2) * 14, -168 + row * 28, 5, 5, c.light, 'opacity="0.55"')),
    ) +
    path('M-100 -226Q0 -204 100 -226Q90 -264 0 -264Q-90 -264 -100 -226Z', 'url(#mh)') +
    oval(0, -276, 20, 17, 'url(#ar)'),
  stance: 'stand',
  width: 320,
  height: 400,
});

const cup = (fill: string, tea: string) =>
  path('M-84 -104H84C84 -34 52 0 26 0H-26C-52 0 -84 -34 -84 -104Z', fill) +
  oval(0, -104, 84, 20, '#fffdf8') +
  oval(0, -101, 72, 14, tea) +
  gleam(-62, -86, 46, 9, 0.5);

const gaiwan: Draw = (c) => ({
  body:
    group(cup('url(#wh)', '#c98a45'), 'translate(-188 0) scale(0.86)') +
    group(cup('url(#wh)', '#c98a45'), 'translate(192 0) scale(0.86)') +
    oval(0, -14, 150, 22, c.dark) +
    oval(0, -22, 150, 22, 'url(#mh)') +
    path('M-128 -196H128C128 -82 84 -26 46 -26H-46C-84 -26 -128 -82 -128 -196Z', 'url(#mh)') +
    stroke('M-110 -130Q-60 -170 -20 -118T70 -126', '#fff', 6, 'opacity="0.55"') +
    path('M-118 -202Q0 -172 118 -202C104 -252 50 -272 0 -272C-50 -272 -104 -252 -118 -202Z', 'url(#mr)') +
    box(-26, -300, 52, 36, 12, 'url(#mh)') +
    gleam(-100, -170, 84, 12, 0.4),
  stance: 'stand',
  width: 470,
  height: 300,
});

const mug: Draw = (c) => ({
  body:
    stroke('M138 -222C236 -230 236 -76 126 -74', c.dark, 34) +
    stroke('M138 -226C224 -228 226 -86 128 -82', c.light, 9, 'opacity="0.5"') +
    path('M-148 -280H148L138 -44Q136 0 92 0H-92Q-136 0 -138 -44Z', 'url(#mh)') +
    oval(0, -280, 148, 34, c.pale) +
    oval(0, -274, 130, 26, '#7b5236') +
    oval(-26, -276, 62, 13, '#a87852') +
    path('M-144 -118Q-70 -150 0 -118T142 -122L138 -44Q136 0 92 0H-92Q-136 0 -138 -44Z', c.accent, 'opacity="0.55"') +
    gleam(-118, -224, 150, 15, 0.42),
  stance: 'stand',
  width: 300,
  height: 314,
});

const mugPair: Draw = (c) => {
  const one = (fill: string, dot: string) =>
    stroke('M94 -150C160 -154 160 -52 86 -52', dot, 22) +
    box(-104, -196, 208, 196, 36, fill) +
    oval(0, -190, 98, 20, '#fff8ee') +
    oval(0, -187, 86, 14, '#8a5b3c') +
    path(
      'M-46 -90C-46 -122 -8 -122 0 -96C8 -122 46 -122 46 -90C46 -62 14 -46 0 -34C-14 -46 -46 -62 -46 -90Z',
      '#fff',
      'opacity="0.6"',
    ) +
    gleam(-82, -150, 90, 11, 0.4);
  return {
    body:
      group(one('url(#ah)', c.accentDark), 'translate(112 -22)') + group(one('url(#mh)', c.dark), 'translate(-110 0)'),
    stance: 'stand',
    width: 470,
    height: 218,
  };
};

const dripper: Draw = (c) => ({
  body:
    stroke('M120 -180C196 -180 196 -60 124 -52', '#b9c9cc', 16, 'opacity="0.9"') +
    path(
      'M-62 -236H62C70 -190 148 -160 148 -82C148 -24 118 0 88 0H-88C-118 0 -148 -24 -148 -82C-148 -160 -70 -190 -62 -236Z',
      'url(#glass)',
    ) +
    path(
      'M-140 -96Q0 -74 140 -96C140 -30 112 -10 84 -10H-84C-112 -10 -140 -30 -140 -96Z',
      '#6a4026',
      'opacity="0.92"',
    ) +
    oval(0, -93, 140, 14, '#8d5a38') +
    box(-84, -250, 168, 26, 13, 'url(#wood)') +
    path('M-150 -402H150L64 -252H-64Z', 'url(#mh)') +
    times(5, (i) => stroke(`M${-100 + i * 50} -384L${-44 + i * 22} -262`, c.dark, 4, 'opacity="0.35"')) +
    oval(0, -402, 150, 28, c.pale) +
    oval(0, -399, 128, 20, '#fff7ea') +
    oval(0, -396, 86, 12, '#6a4026') +
    gleam(-112, -160, 110, 11, 0.7),
  stance: 'stand',
  width: 310,
  height: 430,
});

const kettle: Draw = (c) => ({
  body:
    stroke('M-96 -90C-190 -90 -168 -280 -250 -316', c.dark, 20) +
    stroke('M-98 -94C-184 -98 -166 -280 -246 -314', c.light, 6, 'opacity="0.5"') +
    stroke('M96 -236C96 -300 236 -310 226 -206L206 -90', '#34373d', 26) +
    oval(0, -10, 160, 20, 'url(#black)') +
    path('M-96 -252H96L138 -40Q142 -14 116 -14H-116Q-142 -14 -138 -40Z', 'url(#mh)') +
    oval(0, -252, 96, 20, c.light) +
    path('M-80 -256Q0 -238 80 -256Q70 -288 0 -288Q-70 -288 -80 -256Z', 'url(#dh)') +
    oval(0, -300, 19, 17, 'url(#wood)') +
    gleam(-84, -220, 150, 13, 0.42),
  stance: 'stand',
  width: 320,
  height: 330,
});

const casserole: Draw = (c) => ({
  body:
    box(-262, -176, 86, 44, 20, 'url(#dh)') +
    box(176, -176, 86, 44, 20, 'url(#dh)') +
    path('M-200 -206H200V-66Q200 0 132 0H-132Q-200 0 -200 -66Z', 'url(#mh)') +
    box(-212, -222, 424, 34, 17, 'url(#mh)') +
    path('M-200 -222C-190 -300 -96 -318 0 -318C96 -318 190 -300 200 -222Z', 'url(#mr)') +
    box(-34, -356, 68, 44, 20, 'url(#gold)') +
    stroke('M-200 -206H200', c.deep, 4, 'opacity="0.35"') +
    path(
      'M-150 -262C-126 -286 -92 -294 -60 -298',
      'none',
      'stroke="#fff" stroke-width="12" stroke-linecap="round" opacity="0.45"',
    ) +
    gleam(-170, -166, 110, 13, 0.32),
  stance: 'stand',
  width: 420,
  height: 356,
});

const pan: Draw = (c) => ({
  body: group(
    box(-28, 150, 56, 210, 26, 'url(#wood)') +
      oval(0, 322, 11, 13, '#fff8ee') +
      box(-34, 130, 68, 56, 14, 'url(#steel)') +
      oval(0, -40, 206, 206, 'url(#ms)') +
      oval(0, -40, 176, 176, c.deep) +
      oval(-8, -48, 168, 168, c.dark) +
      path(
        'M-92 -60C-100 -120 -20 -150 30 -120C100 -130 124 -50 80 -10C70 50 -20 60 -50 20C-90 10 -100 -30 -92 -60Z',
        '#fffdf6',
      ) +
      oval(4, -52, 46, 44, '#f7b53c') +
      oval(-8, -66, 14, 11, '#ffe1a0', 'opacity="0.9"') +
      oval(92, 44, 13, 11, '#7fa36b') +
      oval(66, 70, 10, 8, '#8fb37b') +
      oval(-70, 66, 11, 9, '#d86f52'),
    'translate(-20 -40) rotate(38)',
  ),
  stance: 'flat',
  width: 440,
  height: 440,
});

const bowls: Draw = (c) => {
  const bowl = (w: number, h: number, fill: string, inner: string) =>
    path(
      `M${-w} ${-h}H${w}C${w} ${-h * 0.3} ${w * 0.5} 0 ${w * 0.38} 0H${-w * 0.38}C${-w * 0.5} 0 ${-w} ${-h * 0.3} ${-w} ${-h}Z`,
      fill,
    ) + oval(0, -h, w, w * 0.17, inner);
  return {
    body:
      bowl(206, 150, 'url(#dh)', c.main) +
      group(bowl(186, 140, 'url(#ah)', c.accent), 'translate(0 -72)') +
      group(
        bowl(168, 130, 'url(#mh)', c.light) +
          oval(0, -128, 148, 22, '#fffaf0') +
          stroke('M-150 -92Q0 -66 150 -92', '#fff', 5, 'opacity="0.5"'),
        'translate(0 -142)',
      ) +
      stroke('M-60 -292L232 -336M-52 -280L238 -312', '#8f6337', 9),
    stance: 'stand',
    width: 380,
    height: 320,
  };
};

const plates: Draw = (c) => ({
  body:
    oval(-70, 40, 190, 190, c.deep, 'opacity="0.18"') +
    oval(-80, 26, 190, 190, 'url(#ah)') +
    oval(-80, 26, 140, 140, '#ffffff', 'opacity="0.2"') +
    oval(56, -24, 196, 196, c.deep, 'opacity="0.22"') +
    oval(46, -38, 196, 196, 'url(#ms)') +
    oval(46, -38, 146, 146, c.dark, 'opacity="0.18"') +
    oval(44, -41, 142, 142, c.light) +
    times(12, (i) => group(oval(0, -170, 5, 12, '#fff', 'opacity="0.7"'), `translate(46 -38) rotate(${i * 30})`)),
  stance: 'flat',
  width: 480,
  height: 430,
});

const thermos: Draw = (c) => ({
  body:
    path(
      'M-92 -352C-92 -372 -82 -380 -70 -384H70C82 -380 92 -372 92 -352V-30Q92 0 60 0H-60Q-92 0 -92 -30Z',
      'url(#mh)',
    ) +
    box(-96, -60, 192, 20, 6, c.deep, 'opacity="0.3"') +
    box(-74, -420, 148, 44, 8, 'url(#steel)') +
    box(-82, -500, 164, 92, 26, 'url(#dh)') +
    stroke('M-50 -498C-50 -548 50 -548 50 -498', c.accent, 14) +
    oval(0, -210, 26, 26, '#fff', 'opacity="0.8"') +
    path('M-12 -206Q0 -228 12 -206Q0 -190 -12 -206Z', c.accent) +
    gleam(-68, -340, 240, 13, 0.42),
  stance: 'stand',
  width: 210,
  height: 540,
});

const tumbler: Draw = (c) => ({
  body:
    stroke('M30 -560L14 -390', c.accent, 15) +
    stroke('M118 -300C206 -300 200 -150 108 -156', c.dark, 28) +
    path('M-128 -400H128L96 -30Q92 0 62 0H-62Q-92 0 -96 -30Z', 'url(#mh)') +
    box(-138, -440, 276, 56, 22, 'url(#dh)') +
    box(-104, -428, 208, 10, 5, '#fff', 'opacity="0.35"') +
    box(-84, -44, 168, 44, 12, c.deep, 'opacity="0.28"') +
    gleam(-98, -360, 250, 14, 0.4),
  stance: 'stand',
  width: 240,
  height: 540,
});

const glasses: Draw = (c) => {
  const one = (drink: string, id: string) => {
    const shape = 'M-82 -236H82L66 -20Q64 0 46 0H-46Q-64 0 -66 -20Z';
    return (
      path(shape, 'url(#glass)') +
      inside(
        id,
        shape,
        box(-90, -168, 180, 156, 0, drink, 'opacity="0.85"') + oval(0, -168, 84, 13, '#fff', 'opacity="0.55"'),
      ) +
      times(4, (i) => stroke(`M${-48 + i * 32} -220L${-40 + i * 26} -14`, '#fff', 5, 'opacity="0.4"')) +
      oval(0, -236, 82, 15, '#ffffff', 'opacity="0.65"') +
      gleam(-62, -210, 150, 9, 0.75)
    );
  };
  return {
    body:
      group(one(c.accent, 'gl1'), 'translate(112 -20)') +
      group(
        one(c.main, 'gl2') +
          oval(50, -232, 46, 46, '#ffd25e') +
          oval(50, -232, 36, 36, '#fff0b8') +
          times(6, (i) => group(stroke('M0 0V-32', '#ffd25e', 4), `translate(50 -232) rotate(${i * 60})`)),
        'translate(-96 0)',
      ),
    stance: 'stand',
    width: 420,
    height: 290,
  };
};

const board: Draw = () => ({
  body: group(
    path(
      'M-150 -230Q-150 -260 -120 -260H120Q150 -260 150 -230V190Q150 220 120 220H-120Q-150 220 -150 190Z',
      'url(#woodv)',
    ) +
      stroke('M-100 -250V214M-40 -256V218M30 -256V218M96 -252V216', '#9c6f40', 4, 'opacity="0.35"') +
      oval(0, -214, 22, 22, '#fff6ea') +
      group(
        path('M-22 -150H22Q60 -40 22 110H-22Z', 'url(#steel)') +
          box(-24, 106, 46, 130, 16, 'url(#black)') +
          oval(0, 138, 5, 5, '#c9ced4') +
          oval(0, 186, 5, 5, '#c9ced4'),
        'translate(64 -10) rotate(14)',
      ) +
      oval(-70, 90, 52, 52, '#e2684e') +
      oval(-70, 90, 42, 42, '#f08f74') +
      times(6, (i) => group(oval(0, -24, 7, 13, '#fbd6bd'), `translate(-70 90) rotate(${i * 60})`)),
    'translate(0 10) rotate(-14)',
  ),
  stance: 'flat',
  width: 400,
  height: 480,
});

export const kitchenDrawings = {
  teapot,
  ironPot,
  gaiwan,
  mug,
  mugPair,
  dripper,
  kettle,
  casserole,
  pan,
  bowls,
  plates,
  thermos,
  tumbler,
  glasses,
  board,
};
