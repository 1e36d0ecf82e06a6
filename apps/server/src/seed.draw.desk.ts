// Demo drawings: small electric things, the desk with its paper and pens, and the washbasin.
import { box, drum, gleam, group, leaf, oval, path, stroke, times, type Draw } from './seed.draw.ts';

const headphones: Draw = (c) => ({
  body:
    stroke('M-176 -190C-190 -500 190 -500 176 -190', c.deep, 40) +
    stroke('M-176 -190C-190 -500 190 -500 176 -190', c.main, 26) +
    stroke('M-150 -300C-110 -410 20 -430 70 -404', c.pale, 8, 'opacity="0.6"') +
    stroke('M-172 -230V-190M172 -230V-190', '#c9ced4', 16) +
    box(-216, -216, 110, 208, 52, 'url(#mh)') +
    box(106, -216, 110, 208, 52, 'url(#mh)') +
    box(-122, -200, 46, 176, 23, '#34373d') +
    box(76, -200, 46, 176, 23, '#34373d') +
    oval(-176, -112, 26, 46, c.light, 'opacity="0.7"') +
    oval(176, -112, 22, 46, c.dark, 'opacity="0.5"') +
    oval(-176, -112, 9, 16, c.accent),
  stance: 'stand',
  width: 430,
  height: 440,
});

const earbuds: Draw = (c) => {
  const bud = (flip: number) =>
    group(
      box(-16, -40, 34, 150, 17, 'url(#wh)') +
        oval(-14, -54, 52, 48, 'url(#wh)') +
        oval(-46, -60, 24, 30, '#4b4f57') +
        oval(-48, -62, 12, 17, '#25282d') +
        oval(8, -58, 10, 10, c.main) +
        box(-8, 82, 18, 20, 8, c.accent),
      `scale(${flip} 1)`,
    );
  return {
    body:
      group(bud(1), 'translate(-76 -322) rotate(-10)') +
      group(bud(-1), 'translate(76 -322) rotate(10)') +
      path('M-176 -180Q-176 -200 -156 -200H156Q176 -200 176 -180V-70Q176 0 106 0H-106Q-176 0 -176 -70Z', 'url(#mh)') +
      oval(0, -198, 168, 20, c.deep) +
      oval(-72, -198, 44, 11, '#1f2126', 'opacity="0.55"') +
      oval(72, -198, 44, 11, '#1f2126', 'opacity="0.55"') +
      oval(0, -110, 8, 8, '#b7f0c0') +
      gleam(-150, -160, 90, 13, 0.4),
    stance: 'stand',
    width: 350,
    height: 440,
  };
};

const speaker: Draw = (c) => ({
  body:
    stroke('M-96 -300C-96 -390 96 -390 96 -300', '#8a5a32', 20) +
    box(-196, -310, 392, 310, 60, 'url(#mh)') +
    box(-170, -250, 340, 222, 40, c.deep, 'opacity="0.55"') +
    times(9, (row) => times(15, (i) => oval(-150 + i * 21.5, -236 + row * 24, 5, 5, c.pale, 'opacity="0.55"'))) +
    oval(0, -140, 58, 58, 'url(#ah)') +
    oval(0, -140, 34, 34, c.accentDark, 'opacity="0.5"') +
    times(3, (i) => oval(-46 + i * 46, -282, 11, 8, i === 1 ? c.accent : c.pale)) +
    gleam(-176, -270, 190, 12, 0.3),
  stance: 'stand',
  width: 400,
  height: 380,
});

function keys(rows: number, columns: number, size: number, cap: string, special: string, dark: string): string {
  return times(rows, (row) =>
    times(columns, (i) => {
      const isWide = row === rows - 1 && i > 2 && i < columns - 4;
      if (isWide && i !== 3) return '';
      const width = isWide ? (columns - 7) * size + size - 9 - 0 : size - 8;
      const x = (-columns * size) / 2 + i * size + 4;
      const y = (-rows * size) / 2 + row * size + 4;
      const fill =
        (row === 0 && i === 0) || (row === 2 && i === columns - 1) ? special : i === 0 || i > columns - 3 ? dark : cap;
      return (
        box(x, y + 4, width, size - 8, 8, '#000', 'opacity="0.22"') +
        box(x, y, width, size - 8, 8, fill) +
        box(x + 5, y + 3, width - 10, size - 18, 6, '#fff', 'opacity="0.28"')
      );
    }),
  );
}

const keyboard: Draw = (c) => ({
  body: group(
    box(-262, -118, 524, 250, 26, c.deep) +
      box(-262, -130, 524, 250, 26, 'url(#ms)') +
      group(keys(5, 13, 38, c.pale, c.accent, c.light), 'translate(0 -5)'),
    'translate(0 10) rotate(-9)',
  ),
  stance: 'flat',
  width: 540,
  height: 330,
});

const keyboardWide: Draw = (c) => ({
  body: group(
    box(-268, -96, 536, 216, 20, '#1f2126') +
      box(-268, -108, 536, 216, 20, 'url(#blacks)') +
      group(keys(5, 11, 36, c.main, c.accent, c.dark), 'translate(-50 0)') +
      group(keys(5, 2, 36, c.light, c.accent, c.light), 'translate(200 0)') +
      oval(200, -72, 24, 24, 'url(#gold)'),
    'translate(0 0) rotate(7)',
  ),
  stance: 'flat',
  width: 540,
  height: 300,
});

const mouse: Draw = (c) => ({
  body: group(
    path(
      'M-122 -60C-122 -180 -70 -240 0 -240C70 -240 122 -180 122 -60V80C122 170 70 220 0 220C-70 220 -122 170 -122 80Z',
      'url(#ms)',
    ) +
      path('M-122 -60C-122 -180 -70 -240 0 -240V-40Q-70 -40 -122 -20Z', c.light, 'opacity="0.55"') +
      stroke('M0 -240V-40M-122 -18Q0 -60 122 -18', c.deep, 5, 'opacity="0.45"') +
      box(-17, -168, 34, 84, 17, c.deep) +
      box(-9, -156, 18, 60, 9, c.accent) +
      oval(0, 130, 26, 26, c.deep, 'opacity="0.2"') +
      path(
        'M-80 -80C-76 -150 -52 -190 -30 -204',
        'none',
        'stroke="#fff" stroke-width="11" stroke-linecap="round" opacity="0.5"',
      ),
    'rotate(24)',
  ),
  stance: 'flat',
  width: 300,
  height: 460,
});

const powerbank: Draw = (c) => ({
  body:
    stroke('M40 -330C40 -450 190 -420 190 -300V-180', c.accent, 13) +
    box(172, -190, 36, 60, 8, 'url(#steel)') +
    box(-150, -350, 260, 350, 44, 'url(#mh)') +
    box(-122, -322, 204, 294, 28, '#ffffff', 'opacity="0.13"') +
    times(4, (i) => oval(-68 + i * 32, -58, 8, 8, i < 3 ? '#c9f2cf' : c.deep)) +
    path('M-4 -256L-52 -170H-22L-38 -108L18 -200H-14Z', '#fff', 'opacity="0.85"') +
    box(20, -352, 40, 14, 4, c.deep) +
    gleam(-128, -300, 230, 12, 0.4),
  stance: 'stand',
  width: 290,
  height: 420,
});

const humidifier: Draw = (c) => ({
  body:
    path('M-10 -330C-60 -400 30 -420 -6 -500C60 -450 40 -400 16 -330Z', '#ffffff', 'opacity="0.75"') +
    path('M20 -330C60 -380 20 -420 70 -460C90 -410 70 -370 44 -326Z', '#ffffff', 'opacity="0.5"') +
    path(
      'M-150 -130C-150 -270 -100 -330 0 -330C100 -330 150 -270 150 -130V-50Q150 0 100 0H-100Q-150 0 -150 -50Z',
      'url(#mh)',
    ) +
    oval(0, -324, 44, 13, c.deep) +
    path('M-150 -130Q0 -100 150 -130V-50Q150 0 100 0H-100Q-150 0 -150 -50Z', 'url(#wh)') +
    oval(-44, -226, 10, 14, c.deep) +
    oval(44, -226, 10, 14, c.deep) +
    stroke('M-18 -196Q0 -180 18 -196', c.deep, 6) +
    oval(-74, -200, 17, 10, c.accent, 'opacity="0.6"') +
    oval(74, -200, 17, 10, c.accent, 'opacity="0.6"') +
    oval(0, -58, 14, 14, c.accent),
  stance: 'stand',
  width: 300,
  height: 480,
});

const fan: Draw = (c) => ({
  body:
    oval(0, -10, 112, 18, c.deep) +
    oval(0, -18, 112, 18, 'url(#mh)') +
    box(-18, -150, 36, 136, 14, 'url(#mh)') +
    oval(0, -320, 196, 196, 'url(#ms)') +
    oval(0, -320, 174, 174, c.pale) +
    times(3, (i) =>
      group(
        path('M0 0C40 -60 110 -110 60 -150C0 -180 -40 -90 0 0Z', c.accent, 'opacity="0.85"'),
        `translate(0 -320) rotate(${i * 120 + 20})`,
      ),
    ) +
    times(24, (i) => group(box(-2, -172, 4, 130, 2, c.dark, 'opacity="0.4"'), `translate(0 -320) rotate(${i * 15})`)) +
    oval(0, -320, 120, 120, 'none', `stroke="${c.dark}" stroke-width="4" opacity="0.4"`) +
    oval(0, -320, 42, 42, 'url(#mr)') +
    oval(-8, -328, 12, 10, '#fff', 'opacity="0.6"') +
    oval(0, -72, 9, 9, c.accent),
  stance: 'stand',
  width: 260,
  height: 516,
});

const soap: Draw = (c) => ({
  body:
    path('M-226 -40H226L196 -8Q190 0 178 0H-178Q-190 0 -196 -8Z', 'url(#wood)') +
    box(-236, -60, 472, 30, 12, 'url(#wood)') +
    path(
      'M-180 -130Q-180 -166 -144 -166H144Q180 -166 180 -130V-84Q180 -58 150 -58H-150Q-180 -58 -180 -84Z',
      'url(#dh)',
    ) +
    box(-180, -176, 360, 92, 40, c.light) +
    box(-112, -152, 224, 40, 18, c.main, 'opacity="0.5"') +
    group(
      box(-140, -84, 280, 84, 30, 'url(#ah)') +
        box(-140, -104, 280, 74, 32, c.pale) +
        path(
          'M-100 -70C-60 -96 -20 -46 20 -70S90 -84 104 -66',
          'none',
          `stroke="${c.accent}" stroke-width="7" opacity="0.8" stroke-linecap="round"`,
        ),
      'translate(16 -172) rotate(-5)',
    ) +
    leaf(90, 22, 58, 'url(#leaf)', 120, -70) +
    leaf(70, 18, 88, 'url(#leafd)', 124, -66) +
    oval(-196, -196, 24, 24, '#fff', 'opacity="0.65"') +
    oval(-160, -240, 14, 14, '#fff', 'opacity="0.6"') +
    oval(190, -230, 18, 18, '#fff', 'opacity="0.6"'),
  stance: 'stand',
  width: 460,
  height: 290,
});

const pump: Draw = (c) => ({
  body:
    box(-15, -470, 30, 90, 6, 'url(#wh)') +
    path('M-20 -500H70Q112 -496 116 -462H96Q90 -476 64 -476H-20Q-40 -478 -40 -488T-20 -500Z', 'url(#wh)') +
    box(-50, -400, 100, 50, 12, 'url(#wh)') +
    path(
      'M-62 -354H62C66 -326 132 -320 132 -250V-40Q132 0 92 0H-92Q-132 0 -132 -40V-250C-132 -320 -66 -326 -62 -354Z',
      'url(#mh)',
    ) +
    box(-92, -240, 184, 176, 12, '#fffaf2', 'opacity="0.95"') +
    leaf(58, 18, -26, 'url(#leaf)', -4, -150) +
    leaf(66, 18, 22, 'url(#leafd)', 6, -148) +
    box(-54, -128, 108, 9, 4, c.deep, 'opacity="0.75"') +
    box(-36, -106, 72, 6, 3, c.deep, 'opacity="0.4"') +
    box(-20, -86, 40, 6, 3, c.accent) +
    gleam(-116, -256, 210, 11, 0.45),
  stance: 'stand',
  width: 270,
  height: 500,
});

const tube: Draw = (c) => {
  const one = (fill: string, lid: string) =>
    path('M-84 -360H84L62 -70H-62Z', fill) +
    box(-90, -386, 180, 34, 6, fill) +
    times(10, (i) => box(-80 + i * 17, -384, 4, 30, 2, '#fff', 'opacity="0.25"')) +
    box(-58, -76, 116, 76, 16, lid) +
    times(7, (i) => box(-46 + i * 15, -66, 4, 56, 2, '#000', 'opacity="0.1"')) +
    oval(0, -240, 32, 32, '#fffaf2', 'opacity="0.9"') +
    leaf(40, 13, 18, 'url(#leaf)', -4, -222) +
    box(-36, -180, 72, 7, 3, '#fffaf2', 'opacity="0.9"') +
    box(-24, -160, 48, 5, 2, '#fffaf2', 'opacity="0.6"') +
    gleam(-64, -330, 200, 10, 0.4);
  return {
    body:
      group(one('url(#ah)', 'url(#gold)'), 'translate(100 -18) rotate(6)') +
      group(one('url(#mh)', 'url(#wh)'), `translate(-84 0)`) +
      oval(0, 0, 0, 0, c.main),
    stance: 'stand',
    width: 360,
    height: 400,
  };
};

const toothbrush: Draw = (c) => {
  const brush = (x: number, turn: number, fill: string) =>
    group(
      box(-11, -430, 22, 330, 11, fill) +
        box(-17, -500, 34, 80, 14, fill) +
        times(4, (i) => box(15, -494 + i * 17, 30, 13, 4, i % 2 ? '#fff' : c.accent)),
      `translate(${x} -40) rotate(${turn})`,
    );
  return {
    body:
      brush(-40, -10, 'url(#wood)') +
      brush(34, 9, 'url(#mh)') +
      drum(112, 210, 24, 'url(#wh)') +
      oval(0, -210, 112, 24, '#efe8de') +
      oval(0, -207, 96, 17, c.deep, 'opacity="0.35"') +
      path('M-112 -120Q-50 -150 0 -120T112 -124V-24A112 24 0 0 1 -112 -24Z', c.main, 'opacity="0.7"') +
      gleam(-88, -180, 130, 12, 0.6),
    stance: 'stand',
    width: 240,
    height: 520,
  };
};

const notebook: Draw = (c) => ({
  body: group(
    box(-150, -214, 330, 446, 18, '#fffdf7') +
      stroke('M-120 228H176V-196', '#d8d0c4', 4) +
      box(-166, -226, 326, 446, 18, 'url(#ms)') +
      box(-166, -226, 54, 446, 14, c.dark, 'opacity="0.5"') +
      box(112, -226, 17, 446, 0, c.accent) +
      box(-76, -130, 150, 100, 10, '#fffaf0', 'opacity="0.94"') +
      box(-52, -100, 102, 9, 4, c.deep, 'opacity="0.7"') +
      box(-36, -76, 70, 6, 3, c.deep, 'opacity="0.4"') +
      stroke('M40 220v44l14 -14l14 14v-44', c.accent, 0) +
      path('M30 218V272L46 258L62 272V218Z', c.accent),
    'rotate(-8)',
  ),
  stance: 'flat',
  width: 390,
  height: 500,
});

const planner: Draw = (c) => ({
  body: group(
    box(-240, -170, 480, 352, 20, c.dark) +
      path('M-226 -176Q-110 -200 0 -172V172Q-110 146 -226 168Z', '#fffdf7') +
      path('M226 -176Q110 -200 0 -172V172Q110 146 226 168Z', '#f8f3ea') +
      stroke('M0 -172V172', '#d5cabb', 5) +
      times(7, (i) => stroke(`M-196 ${-118 + i * 38}Q-110 ${-134 + i * 38} -30 ${-116 + i * 38}`, '#ddd3c5', 4)) +
      times(20, (i) =>
        box(
          34 + (i % 5) * 35,
          -120 + Math.floor(i / 5) * 52,
          27,
          40,
          6,
          [3, 8, 11, 17].includes(i) ? c.accent : c.pale,
          'opacity="0.85"',
        ),
      ) +
      group(
        box(-13, -180, 26, 250, 9, 'url(#mh)') +
          path('M-13 70L0 118L13 70Z', '#e8c79a') +
          path('M-4 104L0 118L4 104Z', '#34373d') +
          box(-13, -204, 26, 34, 8, 'url(#gold)'),
        'translate(-70 30) rotate(32)',
      ),
    'rotate(-4)',
  ),
  stance: 'flat',
  width: 500,
  height: 380,
});

const pen: Draw = (c) => ({
  body:
    group(
      box(-30, -250, 60, 250, 26, 'url(#mh)') +
        box(-31, -24, 62, 22, 4, 'url(#gold)') +
        box(-27, -2, 54, 140, 8, 'url(#black)') +
        path('M-26 138L-13 186H13L26 138Z', 'url(#black)') +
        path('M-15 184L0 252L15 184Z', 'url(#gold)') +
        stroke('M0 200V246', '#7d5c26', 3) +
        oval(0, 202, 4, 4, '#7d5c26') +
        box(20, -236, 12, 150, 6, 'url(#gold)') +
        gleam(-18, -230, 190, 8, 0.4),
      'translate(60 -10) rotate(36)',
    ) +
    group(
      box(-96, -64, 192, 128, 20, 'url(#glass)') +
        box(-86, -20, 172, 74, 14, c.deep, 'opacity="0.9"') +
        box(-44, -106, 88, 50, 12, 'url(#gold)') +
        box(-56, -8, 112, 48, 6, '#fffaf0') +
        box(-32, 8, 64, 7, 3, c.deep),
      'translate(-130 130)',
    ),
  stance: 'flat',
  width: 470,
  height: 470,
});

const tape: Draw = (c) => {
  const roll = (x: number, y: number, fill: string, dot: string, r: number) =>
    oval(x, y + 14, r, r, '#2a2233', 'opacity="0.14"') +
    oval(x, y, r, r, fill) +
    times(12, (i) => group(oval(0, -r * 0.8, 8, 8, dot, 'opacity="0.8"'), `translate(${x} ${y}) rotate(${i * 30})`)) +
    oval(x, y, r * 0.6, r * 0.6, '#efe3d0') +
    oval(x, y, r * 0.48, r * 0.48, '#fffaf2');
  return {
    body:
      path('M-20 170L250 196L244 232L-20 216Z', c.main) +
      times(7, (i) => oval(16 + i * 32, 196 + i * 3, 7, 7, '#fff', 'opacity="0.8"')) +
      roll(-20, 96, 'url(#mr)', '#ffffff', 122) +
      roll(110, -100, 'url(#ar)', '#ffffff', 112) +
      roll(-140, -120, 'url(#ws)', c.main, 104),
    stance: 'flat',
    width: 460,
    height: 450,
  };
};

const pencils: Draw = (c) => {
  const colours = [c.main, '#e2684e', '#f0b64a', '#7fa36b', '#5b8fb9', '#9b7fb8', c.accent];
  const pencil = (colour: string, at: number) =>
    group(
      box(-19, -150, 38, 190, 3, colour) +
        box(-6, -150, 12, 190, 0, '#fff', 'opacity="0.22"') +
        path('M-19 -150L-6 -206H6L19 -150Z', '#efd3a8') +
        path('M-6 -204L0 -228L6 -204Z', colour),
      `translate(${-138 + at * 46} ${-170 - (at % 3) * 24}) rotate(${(at - 3) * 3})`,
    );
  return {
    body:
      colours.map(pencil).join('') +
      path('M-190 -190H190V-30Q190 0 160 0H-160Q-190 0 -190 -30Z', 'url(#mh)') +
      box(-200, -206, 400, 44, 16, 'url(#dh)') +
      group(
        oval(0, 0, 46, 46, '#fffaf0', 'opacity="0.9"') + path('M-24 16L0 -24L24 16Z', c.accent),
        'translate(0 -88)',
      ) +
      gleam(-166, -144, 110, 12, 0.35),
    stance: 'stand',
    width: 390,
    height: 420,
  };
};

export const deskDrawings = {
  headphones,
  earbuds,
  speaker,
  keyboard,
  keyboardWide,
  mouse,
  powerbank,
  humidifier,
  fan,
  soap,
  pump,
  tube,
  toothbrush,
  notebook,
  planner,
  pen,
  tape,
  pencils,
};
