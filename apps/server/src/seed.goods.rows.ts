// How most demo goods are told: one row each, under the name of their category; what a row leaves out is worked out here.
import type { BrandKey, Choice, ColourName, Goods, Shelf } from './seed.goods.ts';
import type { Motif } from './seed.pictures.ts';

type More = {
  specs?: Readonly<Record<string, readonly (string | Choice)[]>>;
  colourName?: string;
  accent?: string;
  marketFen?: number;
  shelf?: Shelf;
  state?: Goods['state'];
  sold?: number;
};
export type Row = readonly [
  motif: Motif,
  brand: BrandKey | null,
  title: string,
  subtitle: string,
  about: string,
  /** `name：value；name：value` */
  facts: string,
  fen: number,
  colours: readonly ColourName[],
  more: More,
];

const ACCENTS = ['#e58a6f', '#f2dfc2', '#e0b060', '#c98a5b', '#fff3dd', '#b5563f', '#9cc7a2', '#34466b'] as const;

/** A number that belongs to a text, the same on every machine. */
export function numberOf(text: string): number {
  let sum = 7;
  for (const letter of text) sum = (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum;
}

/** Between a fifth and a third above, ending as the price does: 109 yuan before 139, 29.90 before 36.90. */
function marketOf(fen: number, luck: number): number {
  const dearer = (fen * (120 + (luck % 15))) / 100;
  return fen % 100 === 0 ? Math.ceil(dearer / 1000) * 1000 - 100 : Math.ceil(dearer / 100) * 100 - 10;
}

/** Goods of one category. */
export function on(category: string, rows: readonly Row[]): Goods[] {
  return rows.map(([motif, brand, title, subtitle, about, facts, fen, colours, more]) => {
    const luck = numberOf(title);
    const { specs = {}, ...rest } = more;
    return {
      motif,
      category,
      brand,
      title,
      subtitle,
      about: [about],
      facts: Object.fromEntries(facts.split('；').map((fact) => fact.split('：', 2) as [string, string])),
      fen,
      marketFen: marketOf(fen, luck),
      colours,
      specs: Object.entries(specs).map(([name, choices]) => ({
        name,
        choices: choices.map((choice) => (typeof choice === 'string' ? ([choice] as const) : choice)),
      })),
      accent: ACCENTS[luck % ACCENTS.length] ?? '#e58a6f',
      sold: 40 + (luck % 37) * (1 + (luck % 23)),
      ...rest,
    };
  });
}
