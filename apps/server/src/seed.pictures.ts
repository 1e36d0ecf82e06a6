// Demo pictures: every object in a soft studio, seen from afar, at home and close by; icons of categories, marks of brands.
import sharp from 'sharp';
import { deskDrawings } from './seed.draw.desk.ts';
import { foodDrawings } from './seed.draw.food.ts';
import { homeDrawings } from './seed.draw.home.ts';
import { kitchenDrawings } from './seed.draw.kitchen.ts';
import {
  box,
  group,
  leaf,
  materials,
  mix,
  oval,
  paintOf,
  path,
  stroke,
  times,
  type Draw,
  type Drawing,
} from './seed.draw.ts';
import { clothDrawings } from './seed.draw.cloth.ts';
import { gearDrawings } from './seed.draw.gear.ts';
import { packDrawings } from './seed.draw.packs.ts';
import { paperDrawings } from './seed.draw.paper.ts';
import { playDrawings } from './seed.draw.play.ts';
import { roomDrawings } from './seed.draw.room.ts';
import { vesselDrawings } from './seed.draw.vessels.ts';
import { widthOf, written } from './seed.draw.digits.ts';
import { roomOf, SIDE, STAGES, TABLES, type Room } from './seed.draw.stage.ts';
import { wearDrawings } from './seed.draw.wear.ts';

const drawings = {
  ...homeDrawings,
  ...kitchenDrawings,
  ...foodDrawings,
  ...wearDrawings,
  ...deskDrawings,
  ...vesselDrawings,
  ...packDrawings,
  ...clothDrawings,
  ...roomDrawings,
  ...playDrawings,
  ...gearDrawings,
  ...paperDrawings,
};
export type Motif = keyof typeof drawings;
export type Look = {
  motif: Motif;
  main: string;
  accent: string;
  tint: string;
  /** Which studio: neighbours in a list get different ones. */
  stage?: number;
  /** What the size card says. */
  measure?: string | null;
  /** The colours that there are, for the card. */
  palette?: readonly string[];
};
/** One of the pictures of a product: alone, with company in the light of a window, close by, or with its measure. */
export type View = 'studio' | 'scene' | 'detail' | 'card';

/** The pixels of a picture: a phone shows it across its whole width. */
const PIXELS = 600;
/** For the small picture beside a choice. */
const SMALL = 240;

function lights(room: Room): string {
  return `<linearGradient id="wall" x1="0" y1="0" x2="0.4" y2="1"><stop offset="0" stop-color="${room.wall}"/><stop offset="1" stop-color="${room.wallLow}"/></linearGradient>
<linearGradient id="floor" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${room.floor}"/><stop offset="1" stop-color="${room.floorLow}"/></linearGradient>
<linearGradient id="arch" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${room.arch}"/><stop offset="1" stop-color="${room.arch}" stop-opacity="0.35"/></linearGradient>
<radialGradient id="spot" cx="0.5" cy="0.5" r="0.5"><stop offset="0" stop-color="#ffffff" stop-opacity="0.75"/><stop offset="1" stop-color="#ffffff" stop-opacity="0"/></radialGradient>
<radialGradient id="shadow" cx="0.5" cy="0.5" r="0.5"><stop offset="0" stop-color="${room.shade}" stop-opacity="0.62"/><stop offset="0.55" stop-color="${room.shade}" stop-opacity="0.26"/><stop offset="1" stop-color="${room.shade}" stop-opacity="0"/></radialGradient>
<filter id="soft" x="-20%" y="-20%" width="140%" height="150%"><feDropShadow dx="10" dy="24" stdDeviation="16" flood-color="${room.shade}" flood-opacity="0.42"/></filter>`;
}

function sheet(look: Look, room: Room, inner: string, side = PIXELS): string {
  const defs = materials(paintOf(look.main, look.accent)) + lights(room);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 ${SIDE} ${SIDE}"><defs>${defs}</defs>${inner}</svg>`;
}

/** The object at its place: standing things with their shadow on the floor, flat things with one around them. */
function placed(drawing: Drawing, x: number, y: number, scale: number): string {
  const { stance, width, body } = drawing;
  if (stance === 'flat') return group(body, `translate(${x} ${y}) scale(${scale})`, 'filter="url(#soft)"');
  const reach = (width / 2) * scale;
  return (
    oval(x + reach * 0.24, y + 4, reach * 1.34, 34 + reach * 0.08, 'url(#shadow)') +
    oval(x, y, reach * 0.98, 16, 'url(#shadow)') +
    group(body, `translate(${x} ${y}) scale(${scale})`)
  );
}

function fit(drawing: Drawing, width: number, height: number): number {
  return Math.min(width / drawing.width, height / drawing.height, 1.6);
}

function studio(look: Look, drawing: Drawing, side = PIXELS): string {
  const stage = look.stage ?? 0;
  // Every other studio takes a little of the thing's own colour, so that a page of a list is not of one tint.
  const room = roomOf(mix(look.tint, stage % 2 ? look.main : look.accent, [0, 0.3, 0.12, 0.42][stage % 4] ?? 0), false);
  const isFlat = drawing.stance === 'flat';
  const sets = isFlat ? TABLES : STAGES;
  const back = sets[stage % sets.length]?.(room) ?? '';
  const at = isFlat ? { y: 400, scale: fit(drawing, 580, 560) } : { y: 668, scale: fit(drawing, 540, 520) };
  return sheet(look, room, back + placed(drawing, 400, at.y, at.scale), side);
}

/** The thing on paper with its measure and the colours that there are. */
function card(look: Look, drawing: Drawing): string {
  const room = roomOf(mix(look.tint, '#ffffff', 0.35), false);
  const { measure = '', palette = [] } = look;
  const text = measure ?? '';
  const scale = Math.min(fit(drawing, 400, 380), 1.2);
  const [w, h] = [drawing.width * scale, drawing.height * scale];
  const foot = drawing.stance === 'flat' ? 330 : 330 + h / 2;
  const ink = mix(look.tint, '#3a2c3a', 0.62);
  const [left, right, top, low] = [400 - w / 2, 400 + w / 2, 330 - h / 2, 330 + h / 2];
  const rule = text.endsWith('m')
    ? stroke(`M${left} ${low + 44}H${right}M${left} ${low + 32}v24M${right} ${low + 32}v24`, ink, 4, 'opacity="0.55"') +
      stroke(`M${right + 44} ${top}V${low}M${right + 32} ${top}h24M${right + 32} ${low}h24`, ink, 4, 'opacity="0.55"')
    : '';
  const height = 46;
  const across = widthOf(text, height);
  const plate =
    box(400 - across / 2 - 40, 640, across + 80, 96, 48, '#ffffff', 'opacity="0.85"') +
    written(text, 400 - across / 2, 711, height, ink);
  const dots = palette
    .slice(0, 5)
    .map((colour, at) => oval(96, 110 + at * 66, 24, 24, colour, 'stroke="#ffffff" stroke-width="7"'))
    .join('');
  const grid = times(15, (i) => stroke(`M${i * 57} 0V800M0 ${i * 57}H800`, room.shade, 1.5, 'opacity="0.07"'));
  const back = box(0, 0, SIDE, SIDE, 0, room.arch) + grid;
  return sheet(look, room, back + rule + group(drawing.body, `translate(400 ${foot}) scale(${scale})`) + dots + plate);
}

function scene(look: Look, drawing: Drawing): string {
  // Not the same afternoon in every house.
  const room = roomOf(mix(look.tint, look.main, [0, 0.16, 0.3][(look.stage ?? 0) % 3] ?? 0), true);
  const window = times(2, (column) =>
    times(3, (row) =>
      path(`M${430 + column * 150} ${40 + row * 150 - column * 34}l126 -30v118l-126 30Z`, '#fff6e2', 'opacity="0.34"'),
    ),
  );
  const shade = (x: number, turn: number) =>
    times(5, (i) => leaf(190 - i * 14, 38, turn + i * 26, room.shade, x, 60 + i * 10));
  const shadows = `<g opacity="0.13">${shade(60, 100)}${shade(-10, 60)}</g>`;
  const floorY = 600;
  const back =
    box(0, 0, SIDE, SIDE, 0, 'url(#wall)') +
    window +
    shadows +
    box(0, floorY - 20, SIDE, SIDE - floorY + 20, 0, 'url(#floor)') +
    stroke(`M0 ${floorY - 20}H800`, room.shade, 2, 'opacity="0.14"');
  if (drawing.stance === 'flat') {
    const cloth = `<g transform="rotate(-6 400 400)">${box(-60, 120, 920, 560, 0, room.arch, 'opacity="0.55"')}${times(24, (i) => stroke(`M-60 ${134 + i * 24}H860`, room.shade, 1.5, 'opacity="0.07"'))}</g>`;
    const flatBack = box(0, 0, SIDE, SIDE, 0, 'url(#floor)') + cloth + window + shadows;
    const twig = group(
      times(6, (i) => leaf(84, 24, i % 2 ? 58 : -58, 'url(#leaf)', 0, -i * 40)) + stroke('M0 20V-220', '#6f8f66', 6),
      'translate(676 770) rotate(-38)',
      'filter="url(#soft)"',
    );
    return sheet(look, room, flatBack + placed(drawing, 390, 390, fit(drawing, 500, 480)) + twig);
  }
  const scale = fit(drawing, 430, 440);
  const stage =
    oval(400, 728, 330, 60, 'url(#shadow)') +
    path('M110 660V704A290 56 0 0 0 690 704V660Z', room.floorLow) +
    oval(400, 660, 290, 56, room.arch);
  const pebble =
    oval(150, 748, 74, 30, mix(look.tint, '#ffffff', 0.5)) + oval(138, 738, 40, 12, '#ffffff', 'opacity="0.5"');
  return sheet(look, room, back + stage + placed(drawing, 400, 672, scale) + pebble);
}

function detail(look: Look, drawing: Drawing): string {
  const room = roomOf(mix(look.tint, look.main, 0.22), false);
  const back =
    box(0, 0, SIDE, SIDE, 0, 'url(#wall)') +
    oval(620, 180, 420, 420, 'url(#arch)', 'opacity="0.8"') +
    oval(250, 250, 480, 480, 'url(#spot)');
  const scale = fit(drawing, 560, 540) * 1.75;
  const isFlat = drawing.stance === 'flat';
  const at = isFlat ? { x: 470, y: 470 } : { x: 470, y: 400 + drawing.height * 0.62 * scale };
  const body = group(drawing.body, `translate(${at.x} ${at.y}) scale(${scale})`, isFlat ? 'filter="url(#soft)"' : '');
  return sheet(look, room, back + body);
}

const views: Record<View, (look: Look, drawing: Drawing) => string> = { studio, scene, detail, card };

function drawingOf(look: Look): Drawing {
  const draw: Draw = drawings[look.motif];
  return draw(paintOf(look.main, look.accent));
}

export function productPicture(look: Look, view: View): Promise<Buffer> {
  return paint(views[view](look, drawingOf(look)));
}

/** A colour among others, for the small picture beside a choice. */
export function colourPicture(look: Look): Promise<Buffer> {
  return paint(studio(look, drawingOf(look), SMALL));
}

export function categoryPicture(look: Look): Promise<Buffer> {
  const room = roomOf(look.tint, false);
  const drawing = drawingOf(look);
  const scale = fit(drawing, 500, 500);
  const y = drawing.stance === 'flat' ? 400 : 400 + (drawing.height * scale) / 2;
  const back = box(0, 0, SIDE, SIDE, 0, 'url(#wall)') + oval(300, 250, 420, 360, 'url(#spot)');
  return paint(sheet(look, room, back + placed(drawing, 400, y, scale), 400));
}

/** Marks of invented brands: a few shapes each, no letters. */
const marks = {
  hill: path('M100 560L300 250L420 430L510 310L700 560Z', '#fff') + oval(560, 230, 54, 54, '#fff', 'opacity="0.85"'),
  ring: oval(400, 400, 230, 230, 'none', 'stroke="#fff" stroke-width="54"') + oval(400, 400, 84, 84, '#fff'),
  sprout:
    stroke('M400 640V330', '#fff', 44) + leaf(280, 130, -52, '#fff', 396, 430) + leaf(280, 130, 52, '#fff', 404, 380),
  wave: times(3, (i) =>
    stroke(`M130 ${290 + i * 120}Q265 ${190 + i * 120} 400 ${290 + i * 120}T670 ${290 + i * 120}`, '#fff', 50),
  ),
  moon: path('M500 150A260 260 0 1 0 650 520A210 210 0 1 1 500 150Z', '#fff') + oval(590, 280, 38, 38, '#fff'),
  grid: times(9, (i) =>
    box(
      190 + (i % 3) * 150,
      190 + Math.floor(i / 3) * 150,
      120,
      120,
      i === 4 ? 60 : 26,
      '#fff',
      i % 2 ? 'opacity="0.72"' : '',
    ),
  ),
  bird:
    path('M140 470C260 250 420 260 520 330L680 300L590 410C560 560 380 620 250 540L350 470Z', '#fff') +
    oval(540, 362, 17, 17, '#00000055'),
  kiln:
    path('M250 260H550Q620 420 560 560Q540 600 490 600H310Q260 600 240 560Q180 420 250 260Z', '#fff') +
    box(270, 200, 260, 44, 22, '#fff'),
  grain:
    stroke('M400 640V300', '#fff', 22) +
    times(4, (i) => leaf(150, 46, 44, '#fff', 400, 560 - i * 84) + leaf(150, 46, -44, '#fff', 400, 560 - i * 84)),
  block:
    box(210, 420, 180, 180, 34, '#fff') +
    box(410, 420, 180, 180, 34, '#fff', 'opacity="0.72"') +
    path('M400 190L510 390H290Z', '#fff', 'stroke="#fff" stroke-width="24" stroke-linejoin="round"'),
  tent:
    path('M400 210L640 590H160Z', '#fff', 'stroke="#fff" stroke-width="24" stroke-linejoin="round"') +
    path('M400 400L480 590H320Z', '#00000033') +
    oval(590, 230, 50, 50, '#fff', 'opacity="0.8"'),
  paw: oval(400, 480, 130, 108, '#fff') + times(4, (i) => oval(240 + i * 107, i % 3 ? 290 : 370, 52, 68, '#fff')),
} as const;
export type Mark = keyof typeof marks;

export function brandPicture(mark: Mark, colour: string): Promise<Buffer> {
  const back = `<linearGradient id="b" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${mix(colour, '#ffffff', 0.18)}"/><stop offset="1" stop-color="${mix(colour, '#2a2233', 0.16)}"/></linearGradient>`;
  return paint(
    `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 800 800"><defs>${back}</defs>${box(0, 0, 800, 800, 0, 'url(#b)')}${marks[mark]}</svg>`,
  );
}

/** A face without a face: hair, a jumper, a quiet background. */
export function portrait(at: number): Promise<Buffer> {
  const colours = ['#e9b9a6', '#a9c3d8', '#c9b5db', '#a8cbb4', '#f0cf9c', '#b3b8dd', '#e6b3c6', '#a5cdd1'];
  const jumpers = ['#b5563f', '#34466b', '#8a3b46', '#3f6152', '#c68a55', '#4a4e55', '#9b6b8f', '#2f7f88'];
  const tint = colours[at % colours.length] ?? '#e9b9a6';
  const jumper = jumpers[(at * 5 + Math.floor(at / 8) * 3) % jumpers.length] ?? '#34466b';
  const hair = ['#3a2c2a', '#5a3d2b', '#2b2a33', '#6b4a34'][(at + Math.floor(at / 4)) % 4] ?? '#3a2c2a';
  const long = path('M210 330C200 150 600 150 590 330L620 620H180Z', hair);
  const short = path('M232 340C190 130 610 130 568 340Q400 300 232 340Z', hair);
  const fringe = path('M246 330C250 200 550 190 556 330Q480 250 400 262Q300 262 246 330Z', hair);
  const head = box(360, 480, 80, 120, 30, '#f0c9ae') + oval(400, 380, 148, 168, '#f8d9c2');
  const body = path('M110 820C120 640 260 580 400 600C540 580 680 640 690 820Z', jumper);
  return paint(
    `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320" viewBox="0 0 800 800">${box(0, 0, 800, 800, 0, mix(tint, '#ffffff', 0.25))}${oval(400, 420, 330, 330, tint)}${at % 2 === 0 ? long : ''}${body}${head}${at % 2 === 0 ? fringe : short}</svg>`,
  );
}

/** Quick and nearly lossless: the picture store encodes once more, as it does with every upload. */
function paint(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg))
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 96, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

export const motifs = Object.keys(drawings) as Motif[];
