// Where demo things are photographed: walls, arches, blocks and cloths, so that neighbours in a list do not look alike.
import { box, leaf, mix, oval, path, stroke, times } from './seed.draw.ts';

export const SIDE = 800;
export type Room = {
  wall: string;
  wallLow: string;
  floor: string;
  floorLow: string;
  arch: string;
  shade: string;
  pop: string;
};

/** The colours of a studio; `pop` is a stronger piece of its own colour, for blocks and suns. */
export function roomOf(tint: string, isDeep: boolean): Room {
  const base = isDeep ? mix(tint, '#3b3140', 0.1) : tint;
  return {
    wall: mix(base, '#ffffff', isDeep ? 0.3 : 0.62),
    wallLow: mix(base, '#ffffff', isDeep ? 0.12 : 0.4),
    floor: mix(base, '#ffffff', isDeep ? 0.24 : 0.5),
    floorLow: mix(base, '#6b5a55', isDeep ? 0.12 : 0.04),
    arch: mix(base, '#ffffff', isDeep ? 0.42 : 0.78),
    shade: mix(base, '#3a2c3a', 0.55),
    pop: mix(base, '#ffffff', 0.12),
  };
}

const wall = box(0, 0, SIDE, SIDE, 0, 'url(#wall)');
const spot = oval(300, 230, 420, 330, 'url(#spot)', 'opacity="0.7"');
const floor = path('M0 606Q400 566 800 606V800H0Z', 'url(#floor)');
const flatFloor = box(0, 600, SIDE, 200, 0, 'url(#floor)');
const beams = times(3, (i) => path(`M${250 + i * 170} -20l110 0l-330 640l-130 0Z`, '#ffffff', 'opacity="0.2"'));

/** A block with a round top, to stand on. */
function drumOf(x: number, y: number, w: number, h: number, room: Room): string {
  return (
    path(`M${x - w} ${y}V${y + h}A${w} ${w * 0.16} 0 0 0 ${x + w} ${y + h}V${y}Z`, room.floorLow) +
    oval(x, y, w, w * 0.16, room.arch)
  );
}

/** Where standing things stand; their feet are at (400, 668). */
export const STAGES: readonly ((room: Room) => string)[] = [
  () => wall + path('M176 640V330A224 224 0 0 1 624 330V640Z', 'url(#arch)') + floor + spot,
  (room) => wall + oval(400, 350, 262, 262, room.pop, 'opacity="0.6"') + flatFloor + spot,
  (room) =>
    wall +
    box(430, 0, 370, 606, 0, room.pop, 'opacity="0.5"') +
    flatFloor +
    spot +
    oval(400, 690, 330, 66, room.arch, 'opacity="0.9"'),
  () => wall + beams + floor,
  (room) =>
    wall +
    box(60, 250, 190, 360, 95, room.pop, 'opacity="0.42"') +
    box(566, 330, 190, 280, 12, room.pop, 'opacity="0.34"') +
    flatFloor +
    spot +
    drumOf(400, 660, 300, 90, room),
  (room) =>
    wall +
    `<g opacity="0.16">${times(7, (i) => leaf(210 - i * 12, 40, 96 + i * 22, room.shade, -10, 90 + i * 20))}${times(5, (i) => leaf(180, 36, -150 + i * 20, room.shade, 810, 40 + i * 16))}</g>` +
    floor +
    spot,
  (room) => wall + times(9, (i) => box(i * 92 - 10, 0, 46, 606, 0, room.pop, 'opacity="0.22"')) + flatFloor + spot,
  (room) =>
    wall +
    path('M0 430Q170 300 330 400T640 380T800 340V606H0Z', room.pop, 'opacity="0.42"') +
    oval(620, 210, 88, 88, room.arch) +
    flatFloor,
];

/** What flat things lie on, seen from above. */
export const TABLES: readonly ((room: Room) => string)[] = [
  () => wall + oval(400, 400, 318, 318, 'url(#arch)') + oval(300, 250, 420, 360, 'url(#spot)', 'opacity="0.7"'),
  (room) =>
    wall + `<g transform="rotate(-7 400 400)">${box(110, 90, 580, 620, 10, room.arch, 'opacity="0.8"')}</g>` + spot,
  (room) => wall + times(34, (i) => stroke(`M0 ${12 + i * 24}H800`, room.shade, 1.5, 'opacity="0.08"')) + spot,
  (room) => wall + path('M0 800L800 0V800Z', room.pop, 'opacity="0.45"') + spot,
  (room) =>
    wall +
    times(46, (i) =>
      oval(
        (i * 173) % 800,
        (i * 257) % 800,
        9 + (i % 4) * 5,
        7 + (i % 3) * 4,
        i % 3 ? room.pop : room.arch,
        'opacity="0.75"',
      ),
    ) +
    spot,
  (room) =>
    wall +
    path('M140 250C200 60 560 60 660 240S760 640 560 700S120 720 90 540S90 390 140 250Z', room.pop, 'opacity="0.4"') +
    spot,
  (room) =>
    wall +
    times(8, (i) =>
      times(8, (n) => ((i + n) % 2 ? box(i * 100, n * 100, 100, 100, 0, room.pop, 'opacity="0.2"') : '')),
    ) +
    spot,
];
