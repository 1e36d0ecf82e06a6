// The pencil of the demo pictures: colours, soft light as gradients, and a few shapes. SVG text in, SVG text out.

/** What an object is painted with: its own colour, a second one, and what both become in light and shade. */
export type Paint = {
  main: string;
  light: string;
  pale: string;
  dark: string;
  deep: string;
  accent: string;
  accentDark: string;
};
/** How an object rests: on the floor (drawn upwards from 0), or laid flat (drawn around 0). */
export type Drawing = { body: string; stance: 'stand' | 'flat'; width: number; height: number };
export type Draw = (paint: Paint) => Drawing;

/** A thing that stands on the floor, of this width and height. */
export const standing =
  (width: number, height: number, make: (paint: Paint) => string): Draw =>
  (paint) => ({ body: make(paint), stance: 'stand', width, height });
/** A thing that lies flat and is seen from above. */
export const lying =
  (width: number, height: number, make: (paint: Paint) => string): Draw =>
  (paint) => ({ body: make(paint), stance: 'flat', width, height });

/** `share` of `b` in `a`, both #rrggbb. */
export function mix(a: string, b: string, share: number): string {
  const part = (at: number) => {
    const from = Number.parseInt(a.slice(at, at + 2), 16);
    const to = Number.parseInt(b.slice(at, at + 2), 16);
    return Math.round(from + (to - from) * share)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${part(1)}${part(3)}${part(5)}`;
}

const SHADE = '#2a2233';
export function paintOf(main: string, accent: string): Paint {
  return {
    main,
    light: mix(main, '#ffffff', 0.24),
    pale: mix(main, '#ffffff', 0.52),
    dark: mix(main, SHADE, 0.2),
    deep: mix(main, SHADE, 0.42),
    accent,
    accentDark: mix(accent, SHADE, 0.24),
  };
}

type Stop = readonly [at: number, colour: string, opacity?: number];
function stops(list: readonly Stop[]): string {
  return list
    .map(([at, colour, opacity = 1]) => `<stop offset="${at}" stop-color="${colour}" stop-opacity="${opacity}"/>`)
    .join('');
}
const across = (id: string, list: readonly Stop[]) => `<linearGradient id="${id}">${stops(list)}</linearGradient>`;
const down = (id: string, list: readonly Stop[]) =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops(list)}</linearGradient>`;
const slant = (id: string, list: readonly Stop[]) =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="1" y2="1">${stops(list)}</linearGradient>`;
const round = (id: string, list: readonly Stop[], at = 'cx="0.38" cy="0.32" r="0.75"') =>
  `<radialGradient id="${id}" ${at}>${stops(list)}</radialGradient>`;

type Sides = readonly [id: string, from: string, mid: string, to: string];
/** How a round thing takes light from the upper left: a bright band near the left edge, shade on the right. */
const sides = ([id, from, mid, to]: Sides) =>
  across(id, [
    [0, mid],
    [0.22, from],
    [0.55, mid],
    [1, to],
  ]);
const slope = (make: typeof down, id: string, ...colours: readonly string[]) =>
  make(
    id,
    colours.map((colour, at) => [at / (colours.length - 1), colour] as const),
  );

/** The object's own colours, as they look on every kind of surface. */
function ownLights({ main, light, pale, dark, deep, accent, accentDark }: Paint): string {
  return [
    sides(['mh', light, main, dark]),
    sides(['dh', main, dark, deep]),
    sides(['ph', mix(pale, '#ffffff', 0.5), pale, mix(light, main, 0.5)]),
    sides(['ah', mix(accent, '#ffffff', 0.28), accent, accentDark]),
    slope(down, 'mv', light, main, dark),
    slope(slant, 'ms', light, main, dark),
    slope(round, 'mr', pale, main, dark),
    slope(round, 'ar', mix(accent, '#ffffff', 0.45), accent, accentDark),
  ].join('');
}

/** What is the same on every picture: glaze, wood, metal, glass, leaves and lamplight. */
const STUFF = [
  sides(['wh', '#ffffff', '#f6f2ec', '#d9d2ca']),
  sides(['wood', '#dbb185', '#c99a6b', '#a87849']),
  sides(['steel', '#fbfcfd', '#c9ced4', '#8f979f']),
  sides(['black', '#565a61', '#34373d', '#1f2126']),
  sides(['gold', '#f5dea6', '#d6b06a', '#a57f3f']),
  slope(slant, 'ws', '#ffffff', '#e6dfd6'),
  slope(down, 'woodv', '#d9ae80', '#b3834f'),
  slope(slant, 'blacks', '#4b4f57', '#25282d'),
  slope(slant, 'leaf', '#86ac78', '#4b7a56'),
  slope(slant, 'leafd', '#5f8f63', '#335a45'),
  across('glass', [
    [0, '#ffffff', 0.75],
    [0.2, '#f4fbfb', 0.35],
    [0.75, '#dcebec', 0.4],
    [1, '#b6cdd1', 0.65],
  ]),
  round(
    'glow',
    [
      [0, '#fff3cf', 0.95],
      [0.4, '#ffe6ab', 0.45],
      [1, '#ffe6ab', 0],
    ],
    'cx="0.5" cy="0.5" r="0.5"',
  ),
].join('');

/** The light of the studio comes from the upper left; every material knows how it answers. */
export function materials(paint: Paint): string {
  return ownLights(paint) + STUFF;
}

const n = (value: number) => String(Math.round(value * 10) / 10);

export function path(d: string, fill: string, more = ''): string {
  return `<path d="${d}" fill="${fill}" ${more}/>`;
}
export function stroke(d: string, colour: string, width: number, more = ''): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;
}
export function box(x: number, y: number, w: number, h: number, r: number, fill: string, more = ''): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" rx="${n(r)}" fill="${fill}" ${more}/>`;
}
export function oval(x: number, y: number, rx: number, ry: number, fill: string, more = ''): string {
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="${fill}" ${more}/>`;
}
export function group(inner: string, transform: string, more = ''): string {
  return `<g transform="${transform}" ${more}>${inner}</g>`;
}
/** A round thing seen from a little above: half width, height, how round its foot looks. */
export function drum(w: number, h: number, ry: number, fill: string, y = 0): string {
  return path(
    `M${n(-w)} ${n(y - h)}V${n(y - ry)}A${n(w)} ${n(ry)} 0 0 0 ${n(w)} ${n(y - ry)}V${n(y - h)}A${n(w)} ${n(ry)} 0 0 1 ${n(-w)} ${n(y - h)}Z`,
    fill,
  );
}
/** The long white gleam on glazed and polished things. */
export function gleam(x: number, y: number, h: number, w = 12, opacity = 0.5): string {
  return box(x, y, w, h, w / 2, '#ffffff', `opacity="${opacity}"`);
}
/** The same thing several times: `make(0)`, `make(1)` ... */
export function times(count: number, make: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => make(at)).join('');
}
/** Only what lies inside `shape` of `inner` is seen. */
export function inside(id: string, shape: string, inner: string): string {
  return `<clipPath id="${id}"><path d="${shape}"/></clipPath><g clip-path="url(#${id})">${inner}</g>`;
}
/** A leaf from the origin upwards. */
export function leaf(length: number, width: number, turn: number, fill: string, x = 0, y = 0): string {
  const d = `M0 0C${n(-width)} ${n(-length * 0.35)} ${n(-width * 0.7)} ${n(-length * 0.8)} 0 ${n(-length)}C${n(width * 0.7)} ${n(-length * 0.8)} ${n(width)} ${n(-length * 0.35)} 0 0Z`;
  const vein = stroke(`M0 0V${n(-length * 0.86)}`, '#ffffff', 2, 'opacity="0.25"');
  return group(path(d, fill) + vein, `translate(${n(x)} ${n(y)}) rotate(${n(turn)})`);
}
