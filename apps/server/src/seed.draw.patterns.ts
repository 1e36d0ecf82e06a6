// What demo things are printed, woven and painted with: a dozen patterns cut to any shape, and small marks for labels.
import { box, group, inside, leaf, oval, path, stroke, times, type Paint } from './seed.draw.ts';

export type Pattern =
  | 'plain'
  | 'stripes'
  | 'bands'
  | 'dots'
  | 'checks'
  | 'waves'
  | 'leaves'
  | 'flowers'
  | 'stars'
  | 'hills'
  | 'halves'
  | 'speckle'
  | 'diamonds'
  | 'paws'
  | 'hearts'
  | 'moons'
  | 'fruit'
  | 'ribs'
  | 'arcs';

/** Something in every place of a loose grid. */
function scatter(step: number, make: (at: number) => string): string {
  const columns = Math.ceil(560 / step);
  const rows = Math.ceil(780 / step);
  return times(rows * columns, (at) => {
    const row = Math.floor(at / columns);
    const x = -280 + (at % columns) * step + (row % 2 ? step / 2 : 0);
    return group(make(at), `translate(${x} ${-520 + row * step}) rotate(${(at * 47) % 50})`);
  });
}

export const star = 'M0 -22L6 -7L22 -6L10 4L14 20L0 11L-14 20L-10 4L-22 -6L-6 -7Z';
export const heart = 'M0 20C-30 0 -26 -24 -9 -22Q-1 -20 0 -10Q1 -20 9 -22C26 -24 30 0 0 20Z';

const blossom = (colour: string, heartColour: string) =>
  times(5, (i) => group(oval(0, -13, 9, 12, colour), `rotate(${i * 72})`)) + oval(0, 0, 7, 7, heartColour);
const paw = (colour: string) =>
  oval(0, 8, 14, 11, colour) + times(4, (i) => oval(-16 + i * 11, i === 0 || i === 3 ? -4 : -12, 5, 6.5, colour));

const marks: Record<Pattern, (a: string, b: string) => string> = {
  plain: () => '',
  stripes: (a) => times(16, (i) => box(-300, -500 + i * 48, 600, 17, 0, a)),
  bands: (a, b) => times(14, (i) => box(-294 + i * 44, -540, i % 2 ? 7 : 16, 800, 0, i % 2 ? b : a)),
  dots: (a) => scatter(52, () => oval(0, 0, 9, 9, a)),
  checks: (a, b) =>
    times(11, (i) => box(-290 + i * 56, -540, 26, 800, 0, a, 'opacity="0.5"')) +
    times(14, (i) => box(-300, -520 + i * 56, 600, 26, 0, b, 'opacity="0.42"')),
  waves: (a) =>
    times(13, (i) =>
      stroke(`M-300 ${-500 + i * 58}q25 -30 50 0t50 0t50 0t50 0t50 0t50 0t50 0t50 0t50 0t50 0t50 0t50 0`, a, 7),
    ),
  leaves: (a, b) => scatter(74, (i) => leaf(44, 14, 20, i % 2 ? a : b) + leaf(34, 12, 95, i % 2 ? a : b)),
  flowers: (a, b) => scatter(72, (i) => blossom(i % 3 ? a : '#ffffff', b)),
  stars: (a, b) => scatter(70, (i) => group(path(star, i % 2 ? a : b), `scale(${i % 3 ? 0.6 : 0.9})`)),
  hills: (a, b) =>
    path('M-320 300V-120Q-200 -250 -90 -130Q20 -260 140 -120Q220 -190 320 -90V300Z', a, 'opacity="0.75"') +
    path('M-320 300V-20Q-150 -120 0 -20Q150 -110 320 -10V300Z', b, 'opacity="0.85"'),
  halves: (a) => path('M-320 300V-150Q-160 -190 0 -150T320 -150V300Z', a),
  speckle: (a, b) => scatter(38, (i) => oval((i * 13) % 17, (i * 7) % 19, 2 + (i % 3), 2 + (i % 2), i % 4 ? a : b)),
  diamonds: (a) =>
    times(14, (i) =>
      stroke(`M${-520 + i * 76} -560L${40 + i * 76} 260M${520 - i * 76} -560L${-40 - i * 76} 260`, a, 4),
    ),
  paws: (a, b) => scatter(84, (i) => paw(i % 2 ? a : b)),
  hearts: (a, b) => scatter(76, (i) => group(path(heart, i % 2 ? a : b), 'scale(0.8)')),
  moons: (a) =>
    scatter(78, (i) => (i % 2 ? path('M6 -20A20 20 0 1 0 18 12A16 16 0 1 1 6 -20Z', a) : oval(0, 0, 4, 4, a))),
  fruit: (a, b) =>
    scatter(
      82,
      (i) =>
        oval(0, 0, 17, 16, i % 2 ? a : b) +
        leaf(20, 8, 40, '#6f9a63', 0, -13) +
        oval(-5, -5, 4, 3, '#fff', 'opacity="0.6"'),
    ),
  ribs: (a) => times(30, (i) => stroke(`M${-290 + i * 20} -540V260`, a, 4, 'opacity="0.6"')),
  arcs: (a, b) => scatter(80, (i) => stroke('M-24 12A24 24 0 0 1 24 12M-12 12A12 12 0 0 1 12 12', i % 2 ? a : b, 6)),
};

/** A shape with its pattern in the second colour of the thing, softly. */
export function printed(id: string, shape: string, kind: Pattern, c: Paint, opacity = 0.8): string {
  if (kind === 'plain') return '';
  return inside(id, shape, `<g opacity="${opacity}">${marks[kind](c.accent, c.pale)}</g>`);
}

export type Mark =
  | 'leaf'
  | 'bean'
  | 'sun'
  | 'hill'
  | 'heart'
  | 'star'
  | 'drop'
  | 'paw'
  | 'flower'
  | 'wheat'
  | 'fish'
  | 'moon';
const markShapes: Record<Mark, (c: Paint) => string> = {
  leaf: () => leaf(62, 22, -34, 'url(#leaf)', -2, 24) + leaf(62, 22, 34, 'url(#leafd)', 2, 24),
  bean: () => group(oval(0, 0, 22, 34, '#7a4a2b') + stroke('M0 -30C-14 -10 14 10 0 30', '#fffaf0', 5), 'rotate(28)'),
  sun: (c) =>
    oval(0, 0, 20, 20, c.accent) + times(8, (i) => group(box(-4, -42, 8, 15, 4, c.accent), `rotate(${i * 45})`)),
  hill: (c) => path('M-56 28L-18 -30L8 8L28 -14L58 28Z', c.main) + oval(32, -32, 11, 11, c.accent),
  heart: (c) => group(path(heart, c.accent), 'scale(1.6)'),
  star: (c) => group(path(star, c.accent), 'scale(1.6)'),
  drop: (c) =>
    path('M0 -38C22 -8 28 4 28 14A28 26 0 0 1 -28 14C-28 4 -22 -8 0 -38Z', c.accent) +
    oval(-9, 12, 6, 9, '#fff', 'opacity="0.6"'),
  paw: (c) => group(paw(c.accent), 'scale(1.9)'),
  flower: (c) => group(blossom(c.accent, '#f3cf6a'), 'scale(1.7)'),
  wheat: () =>
    stroke('M0 40V-30', '#b98a3d', 5) +
    times(4, (i) => leaf(26, 10, 46, '#d9a94e', 0, 18 - i * 15) + leaf(26, 10, -46, '#d9a94e', 0, 18 - i * 15)),
  fish: (c) =>
    path('M-44 0Q-6 -36 30 0Q-6 36 -44 0Z', c.accent) +
    path('M24 0L52 -20V20Z', c.accent) +
    oval(-20, -5, 4, 4, '#fff'),
  moon: (c) => group(path('M6 -20A20 20 0 1 0 18 12A16 16 0 1 1 6 -20Z', c.accent), 'scale(1.8)'),
};

/** A paper label: a mark and lines that stand for words, since no font of the machine is asked. */
export function label(c: Paint, mark: Mark, y: number, w: number, h: number, paper = '#fffaf0'): string {
  return (
    box(-w / 2, y, w, h, 12, paper) +
    box(-w / 2 + 9, y + 9, w - 18, h - 18, 7, 'none', `stroke="${c.accent}" stroke-width="3"`) +
    group(markShapes[mark](c), `translate(0 ${y + h * 0.42}) scale(${Math.min(1, h / 150, w / 130)})`) +
    box(-w * 0.26, y + h * 0.72, w * 0.52, h * 0.05, 4, c.deep, 'opacity="0.7"') +
    box(-w * 0.16, y + h * 0.81, w * 0.32, h * 0.035, 3, c.deep, 'opacity="0.4"')
  );
}
export const markOf = (mark: Mark, c: Paint) => markShapes[mark](c);
