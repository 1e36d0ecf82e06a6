// Demo drawings: clothes laid flat, bags, shoes, and what one takes along on a rainy day.
import { box, gleam, group, inside, oval, path, stroke, times, type Draw } from './seed.draw.ts';

const shirtShape =
  'M-78 -220L-196 -168Q-214 -160 -222 -140L-262 -30L-168 8L-146 -46V210Q-146 232 -124 232H124Q146 232 146 210V-46L168 8L262 -30L222 -140Q214 -160 196 -168L78 -220Q40 -176 0 -176Q-40 -176 -78 -220Z';

const tshirt: Draw = (c) => ({
  body:
    path(shirtShape, 'url(#ms)') +
    stroke('M-78 -220Q-40 -172 0 -172Q40 -172 78 -220', c.deep, 9, 'opacity="0.55"') +
    stroke('M-146 -46Q-140 -96 -150 -120M146 -46Q140 -96 150 -120', c.deep, 4, 'opacity="0.4"') +
    stroke('M-246 -66L-166 -34M246 -66L166 -34M-142 206H142', c.deep, 3, 'opacity="0.3"') +
    oval(0, -20, 62, 62, c.accent) +
    path('M-62 -14Q-30 -50 0 -14T62 -14A62 62 0 0 1 -62 -14Z', '#fff', 'opacity="0.75"'),
  stance: 'flat',
  width: 480,
  height: 470,
});

const tshirtStripe: Draw = (c) => ({
  body:
    path(shirtShape, 'url(#ms)') +
    inside(
      'ts',
      shirtShape,
      times(9, (i) => box(-270, -150 + i * 42, 540, 17, 0, c.accent, 'opacity="0.85"')),
    ) +
    stroke('M-78 -220Q-40 -172 0 -172Q40 -172 78 -220', c.accent, 11) +
    stroke('M-146 -46Q-140 -96 -150 -120M146 -46Q140 -96 150 -120', c.deep, 4, 'opacity="0.4"') +
    box(58, -96, 60, 68, 8, c.main, `stroke="${c.dark}" stroke-width="3"`),
  stance: 'flat',
  width: 480,
  height: 470,
});

const hoodie: Draw = (c) => ({
  body:
    path('M-96 -176C-110 -270 110 -270 96 -176C70 -120 -70 -120 -96 -176Z', c.deep) +
    path(
      'M-92 -190L-190 -150Q-210 -140 -216 -118L-270 120Q-272 140 -252 146L-202 158Q-186 160 -180 144L-148 20V208Q-148 234 -122 234H122Q148 234 148 208V20L180 144Q186 160 202 158L252 146Q272 140 270 120L216 -118Q210 -140 190 -150L92 -190Q60 -130 0 -130Q-60 -130 -92 -190Z',
      'url(#ms)',
    ) +
    path('M-98 -196Q-60 -250 0 -250Q60 -250 98 -196Q90 -120 0 -104Q-90 -120 -98 -196Z', 'url(#mv)') +
    path('M-62 -186Q-34 -220 0 -220Q34 -220 62 -186Q52 -134 0 -124Q-52 -134 -62 -186Z', c.deep) +
    stroke('M-30 -116V-20M30 -116V-36', '#fff7ea', 8) +
    path('M-92 60H92L112 160Q112 172 98 172H-98Q-112 172 -112 160Z', c.dark, 'opacity="0.5"') +
    stroke('M-92 60L-112 162M92 60L112 162', c.deep, 4, 'opacity="0.5"') +
    box(-148, 204, 296, 30, 10, c.dark, 'opacity="0.7"') +
    box(-62, -4, 124, 14, 7, c.accent),
  stance: 'flat',
  width: 480,
  height: 480,
});

const shirt: Draw = (c) => ({
  body:
    path(
      'M-78 -214L-186 -166Q-206 -156 -212 -136L-258 130Q-260 146 -244 148L-190 156Q-176 156 -172 142L-146 30V214Q-146 234 -126 234H126Q146 234 146 214V30L172 142Q176 156 190 156L244 148Q260 146 258 130L212 -136Q206 -156 186 -166L78 -214L0 -150Z',
      'url(#ms)',
    ) +
    stroke('M0 -140V230', c.deep, 4, 'opacity="0.4"') +
    times(6, (i) => oval(0, -108 + i * 58, 7, 7, '#fffaf0', `stroke="${c.deep}" stroke-width="2"`)) +
    path('M-80 -218L0 -150L-54 -92L-108 -190Z', c.light) +
    path('M80 -218L0 -150L54 -92L108 -190Z', c.light) +
    stroke('M-80 -218L0 -150L-54 -92L-108 -190M80 -218L0 -150L54 -92L108 -190', c.dark, 3, 'opacity="0.5"') +
    box(42, -50, 74, 82, 8, c.dark, 'opacity="0.28"') +
    stroke('M42 -28H116', c.deep, 3, 'opacity="0.4"'),
  stance: 'flat',
  width: 480,
  height: 480,
});

const backpack: Draw = (c) => ({
  body:
    stroke('M-58 -432C-58 -496 58 -496 58 -432', c.deep, 20) +
    box(-196, -300, 60, 230, 28, 'url(#dh)') +
    box(136, -300, 60, 230, 28, 'url(#dh)') +
    path(
      'M-170 -330C-170 -410 -110 -446 0 -446C110 -446 170 -410 170 -330V-46Q170 0 124 0H-124Q-170 0 -170 -46Z',
      'url(#mh)',
    ) +
    stroke('M-140 -320C-140 -384 -84 -412 0 -412C84 -412 140 -384 140 -320', c.deep, 6, 'opacity="0.55"') +
    box(-124, -216, 248, 186, 30, 'url(#mv)', `stroke="${c.deep}" stroke-opacity="0.35" stroke-width="4"`) +
    stroke('M-104 -166H104', c.deep, 7, 'opacity="0.6"') +
    box(-9, -172, 18, 48, 8, c.accent) +
    box(-46, -320, 92, 60, 10, c.accent, 'opacity="0.95"') +
    box(-26, -300, 52, 8, 4, '#fff', 'opacity="0.85"') +
    gleam(-140, -320, 220, 13, 0.28),
  stance: 'stand',
  width: 370,
  height: 490,
});

const rucksack: Draw = (c) => ({
  body:
    stroke('M-40 -420C-40 -470 40 -470 40 -420', c.deep, 16) +
    path('M-164 -300H164L176 -40Q178 0 140 0H-140Q-178 0 -176 -40Z', 'url(#mh)') +
    box(-176, -190, 60, 150, 24, 'url(#dh)') +
    box(116, -190, 60, 150, 24, 'url(#dh)') +
    path(
      'M-172 -330C-172 -400 -100 -424 0 -424C100 -424 172 -400 172 -330L164 -210Q160 -186 136 -186H-136Q-160 -186 -164 -210Z',
      'url(#mv)',
    ) +
    stroke('M-70 -240V-96M70 -240V-96', '#8a5a32', 20) +
    box(-90, -140, 40, 32, 6, 'url(#gold)') +
    box(50, -140, 40, 32, 6, 'url(#gold)') +
    box(-82, -132, 24, 16, 3, '#8a5a32') +
    box(58, -132, 24, 16, 3, '#8a5a32') +
    box(-86, -84, 172, 60, 16, c.dark, 'opacity="0.4"') +
    box(-40, -356, 80, 44, 8, '#8a5a32') +
    box(-22, -338, 44, 6, 3, '#e0bd94'),
  stance: 'stand',
  width: 350,
  height: 470,
});

const tote: Draw = (c) => ({
  body:
    stroke('M-96 -300C-96 -500 96 -500 96 -300', c.deep, 20) +
    stroke('M-80 -300C-80 -470 80 -470 80 -300', c.dark, 16) +
    path('M-196 -320H196L176 -24Q174 0 150 0H-150Q-174 0 -176 -24Z', 'url(#mh)') +
    stroke('M-190 -290H190', c.deep, 3, 'opacity="0.4" stroke-dasharray="10 9"') +
    group(
      path('M-80 60C-80 -10 -40 -40 0 -40C40 -40 80 -10 80 60Z', c.accent) +
        oval(0, -10, 30, 30, '#fff6e6') +
        path('M-80 60Q-40 26 0 60T80 60Z', '#fff6e6', 'opacity="0.8"'),
      'translate(0 -160)',
    ) +
    stroke('M-96 -320v44M96 -320v44', c.deep, 20) +
    gleam(-160, -280, 200, 12, 0.2),
  stance: 'stand',
  width: 360,
  height: 470,
});

const suitcase: Draw = (c) => ({
  body:
    stroke('M-70 -404V-520H70V-404', '#8f979f', 14) +
    box(-86, -540, 172, 30, 15, 'url(#black)') +
    oval(-110, -12, 24, 24, 'url(#black)') +
    oval(110, -12, 24, 24, 'url(#black)') +
    box(-168, -414, 336, 394, 48, 'url(#mh)') +
    times(6, (i) => box(-126 + i * 46, -390, 18, 346, 9, i % 2 ? c.light : c.dark, 'opacity="0.5"')) +
    box(-168, -232, 336, 14, 0, c.deep, 'opacity="0.55"') +
    box(-36, -252, 72, 54, 14, 'url(#steel)') +
    box(-50, -414, 100, 22, 11, 'url(#black)') +
    gleam(-142, -370, 290, 14, 0.35),
  stance: 'stand',
  width: 340,
  height: 540,
});

const cap: Draw = (c) => ({
  body:
    path('M-196 -40C-206 -200 -120 -270 0 -270C120 -270 190 -196 184 -48Q0 -90 -196 -40Z', 'url(#mr)') +
    stroke('M-4 -268Q-60 -170 -58 -66M-4 -268Q76 -190 84 -62', c.deep, 4, 'opacity="0.4"') +
    oval(-2, -270, 20, 12, c.dark) +
    path('M-196 -44Q-20 -98 188 -50Q270 -24 282 10Q286 32 254 26Q60 -24 -190 -12Q-206 -24 -196 -44Z', 'url(#dh)') +
    stroke('M-180 -24Q60 -40 262 14', c.light, 4, 'opacity="0.5" stroke-dasharray="12 9"') +
    group(oval(0, 0, 38, 38, c.accent) + path('M-16 10L0 -20L16 10Z', '#fff'), 'translate(16 -150)'),
  stance: 'stand',
  width: 430,
  height: 280,
});

const scarf: Draw = (c) => {
  const tail = 'M-150 -90L-60 -110L-34 210L-146 224Z';
  const tail2 = 'M40 -120L130 -100L176 170L70 196Z';
  const rows = times(6, (i) => box(-200, -40 + i * 44, 420, 15, 0, c.accent, 'opacity="0.75"'));
  const fringe = (x: number, y: number, tilt: number) =>
    times(7, (i) => stroke(`M${x + i * 16} ${y - i * tilt}l${2} 42`, c.dark, 7));
  return {
    body:
      fringe(-140, 220, 2) +
      fringe(76, 190, 4) +
      path(tail2, 'url(#dh)') +
      inside('sc2', tail2, rows) +
      path(tail, 'url(#mh)') +
      inside('sc1', tail, rows) +
      path(
        'M-190 -150C-200 -250 -90 -280 0 -280C90 -280 200 -250 190 -150C180 -70 80 -60 0 -60C-80 -60 -180 -70 -190 -150Z',
        'url(#mr)',
      ) +
      path(
        'M-110 -170C-100 -210 -50 -222 0 -222C50 -222 100 -210 110 -170C80 -146 -80 -146 -110 -170Z',
        c.deep,
        'opacity="0.75"',
      ) +
      stroke(
        'M-176 -150C-150 -100 -60 -96 20 -100S150 -120 178 -156M-184 -186C-160 -130 -110 -126 -60 -124',
        c.deep,
        5,
        'opacity="0.3"',
      ),
    stance: 'flat',
    width: 400,
    height: 500,
  };
};

const socks: Draw = (c) => {
  const sock = (fill: string, band: string) =>
    path('M-56 -210H56V10Q60 60 110 84Q160 110 150 160Q140 190 100 190H10Q-56 186 -56 120Z', fill) +
    box(-60, -222, 120, 50, 14, band) +
    path('M-56 96Q-20 110 -10 188Q-56 180 -56 120Z', band) +
    path('M118 88Q96 130 112 190Q146 186 150 160Q156 112 118 88Z', band) +
    box(-56, -130, 112, 16, 0, band, 'opacity="0.8"') +
    box(-56, -100, 112, 16, 0, band, 'opacity="0.8"');
  return {
    body:
      group(sock('url(#ah)', c.main), 'translate(60 -10) rotate(9)') +
      group(sock('url(#mh)', c.accent), 'translate(-110 10) rotate(-5)'),
    stance: 'flat',
    width: 420,
    height: 440,
  };
};

const shoe: Draw = (c) => ({
  body:
    path(
      'M-230 -70C-230 -140 -220 -200 -190 -214C-150 -226 -130 -196 -96 -184C-40 -166 -10 -196 20 -176L110 -112C170 -100 236 -96 244 -44L240 -30H-230Z',
      'url(#mv)',
    ) +
    path('M-230 -70C-230 -110 -226 -150 -216 -180Q-150 -140 -150 -36H-230Z', c.dark, 'opacity="0.45"') +
    path('M120 -108C180 -98 236 -94 244 -44L240 -30H110Q104 -80 120 -108Z', 'url(#wh)') +
    times(4, (i) => stroke(`M${-46 + i * 34} ${-184 + i * 18}l36 -22`, '#fffdf6', 11)) +
    path('M-120 -60Q-60 -130 20 -70Q-40 -84 -96 -44Z', c.accent) +
    box(-244, -46, 494, 46, 22, 'url(#wh)') +
    stroke('M-226 -30H232', c.accent, 6) +
    stroke('M-190 -214Q-176 -238 -156 -226', c.dark, 12),
  stance: 'stand',
  width: 480,
  height: 240,
});

const umbrella: Draw = (c) => ({
  body: group(
    stroke('M0 -260V190Q0 236 40 236T82 196', '#7b5530', 17) +
      stroke('M0 -260V150', '#c9ced4', 8) +
      path(
        'M-260 -60C-250 -200 -130 -290 0 -290C130 -290 250 -200 260 -60Q216 -96 172 -60Q130 -96 86 -60Q44 -96 0 -60Q-44 -96 -86 -60Q-130 -96 -172 -60Q-216 -96 -260 -60Z',
        'url(#mr)',
      ) +
      path('M-86 -60Q-90 -200 0 -290Q90 -200 86 -60Q44 -96 0 -60Q-44 -96 -86 -60Z', c.light, 'opacity="0.5"') +
      stroke(
        'M0 -290V-60M0 -290Q-90 -200 -86 -60M0 -290Q90 -200 86 -60M0 -290Q-180 -220 -172 -60M0 -290Q180 -220 172 -60',
        c.deep,
        3,
        'opacity="0.3"',
      ) +
      box(-7, -326, 14, 44, 7, c.deep) +
      times(6, (i) => oval(-190 + i * 76, -106 - (i % 2) * 66, 9, 12, c.accent, 'opacity="0.85"')),
    'translate(0 30) rotate(-12)',
  ),
  stance: 'flat',
  width: 500,
  height: 520,
});

export const wearDrawings = {
  tshirt,
  tshirtStripe,
  hoodie,
  shirt,
  backpack,
  rucksack,
  tote,
  suitcase,
  cap,
  scarf,
  socks,
  shoe,
  umbrella,
};
