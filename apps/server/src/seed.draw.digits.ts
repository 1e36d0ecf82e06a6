// The numbers on demo size cards, as strokes of our own: no font of the machine is asked, which may have none.
import { group, stroke } from './seed.draw.ts';

/** In a box 60 wide and 100 high, the foot at 100. */
const GLYPHS: Readonly<Record<string, string>> = {
  0: 'M30 0C6 0 4 30 4 50S6 100 30 100S56 70 56 50S54 0 30 0Z',
  1: 'M12 20L34 0V100',
  2: 'M6 24C6 -8 54 -8 54 26C54 52 6 78 6 100H56',
  3: 'M6 14C18 -8 54 -4 52 24C50 46 30 46 24 46C34 46 56 50 54 74C52 104 14 106 4 82',
  4: 'M42 100V0L2 70H58',
  5: 'M52 0H12L8 44C24 32 56 36 56 68C56 104 14 108 4 84',
  6: 'M50 6C24 0 4 34 4 66C4 110 56 110 56 70C56 36 10 40 5 66',
  7: 'M4 0H56L22 100',
  8: 'M30 46C2 40 4 0 30 0S58 40 30 46C0 52 0 100 30 100S60 52 30 46Z',
  9: 'M10 94C36 100 56 66 56 34C56 -10 4 -10 4 30C4 64 50 60 55 34',
  '.': 'M14 98V100',
  '×': 'M8 36L52 84M52 36L8 84',
  c: 'M52 44C34 28 4 38 4 68S34 108 52 92',
  m: 'M0 100V40M0 56C8 36 30 34 30 58V100M30 58C36 36 60 36 60 58V100',
  l: 'M20 0V84Q20 100 34 100',
  L: 'M8 0V100H52',
  g: 'M52 40V104C52 132 14 130 8 116M52 68C52 30 6 30 6 68S52 106 52 68Z',
  k: 'M10 0V100M48 40L10 74M24 62L50 100',
};
const UNITS: readonly (readonly [chinese: string, sign: string])[] = [
  ['毫升', 'ml'],
  ['千克', 'kg'],
  ['厘米', 'cm'],
  ['毫米', 'mm'],
  ['升', 'L'],
  ['克', 'g'],
];
const MEASURES = ['尺寸', '容量', '净含量', '直径', '高度', '重量', '厚度', '长度', '单果'];

/** The measure that a card can show, as `45×45 cm`; null when none of the facts is one. */
export function measureOf(facts: Readonly<Record<string, string>>): string | null {
  for (const name of MEASURES) {
    const found = /^(?:约 ?)?(\d[\d.]*(?:×\d[\d.]*){0,2}) ?(毫升|千克|厘米|毫米|升|克)/.exec(facts[name] ?? '');
    if (!found) continue;
    const unit = UNITS.find(([chinese]) => chinese === found[2])?.[1] ?? found[2] ?? '';
    return `${found[1] ?? ''} ${unit}`;
  }
  return null;
}

/** True when there is a sign for every letter. */
export const isWritable = (text: string): boolean => [...text].every((letter) => letter === ' ' || letter in GLYPHS);

/** Written to the right from (x, y), the feet of the letters at y. */
export function written(text: string, x: number, y: number, height: number, colour: string): string {
  let at = 0;
  const letters = [...text].map((letter) => {
    const glyph = GLYPHS[letter] ? group(stroke(GLYPHS[letter], colour, 11), `translate(${at} -100)`) : '';
    at += letter === ' ' ? 26 : letter === '.' || letter === 'l' ? 46 : 78;
    return glyph;
  });
  return group(letters.join(''), `translate(${x} ${y}) scale(${height / 100})`);
}

/** How wide that will be. */
export function widthOf(text: string, height: number): number {
  const units = [...text].reduce(
    (sum, letter) => sum + (letter === ' ' ? 26 : letter === '.' || letter === 'l' ? 46 : 78),
    0,
  );
  return ((units - 18) * height) / 100;
}
