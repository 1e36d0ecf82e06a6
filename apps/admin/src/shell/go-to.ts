// Finding a page by a few letters: its Chinese name, or the first letters of how it is spoken.
import { landingFor, menuFor } from './menu.ts';
import type { Permission } from '@jishi/contract';

export type Place = { path: string; title: string; area: string; letters: string };

/**
 * For every letter a character that is the first to be spoken with it, in the order of the language's own dictionary. The
 * browser knows that order; so no table of characters has to be shipped.
 */
const FIRST: readonly (readonly [letter: string, character: string])[] = [
  ['a', '阿'], ['b', '八'], ['c', '嚓'], ['d', '哒'], ['e', '妸'], ['f', '发'], ['g', '旮'], ['h', '哈'],
  ['j', '讥'], ['k', '咔'], ['l', '垃'], ['m', '妈'], ['n', '拏'], ['o', '噢'], ['p', '妑'], ['q', '七'],
  ['r', '呥'], ['s', '仨'], ['t', '他'], ['w', '屲'], ['x', '夕'], ['y', '丫'], ['z', '帀'],
]; // prettier-ignore
const spoken = new Intl.Collator('zh-Hans-CN-u-co-pinyin');

/** "订单" is found by dd. What is no Chinese character stands for itself. */
export function lettersOf(text: string): string {
  return Array.from(text, (sign) => {
    if (!/\p{Script=Han}/u.test(sign)) return sign.toLowerCase();
    const found = FIRST.findLast(([, first]) => spoken.compare(sign, first) >= 0);
    return found?.[0] ?? '';
  }).join('');
}

export function placesFor(permissions: readonly Permission[]): Place[] {
  if (landingFor(permissions) === null) return [];
  return menuFor(permissions).flatMap((area) =>
    area.pages.map((page) => ({
      path: page.path,
      title: page.title,
      area: area.title,
      letters: `${lettersOf(page.title)} ${lettersOf(area.title)}`,
    })),
  );
}

/** Names that begin so come first, then names that hold it, then letters. Nothing typed: everything. */
export function found(places: readonly Place[], typed: string): Place[] {
  const word = typed.trim().toLowerCase();
  if (word === '') return [...places];
  const rank = (place: Place) => {
    if (place.title.startsWith(word)) return 0;
    if (place.title.includes(word) || place.area.includes(word)) return 1;
    if (place.letters.startsWith(word)) return 2;
    return place.letters.includes(word) || place.path.includes(word) ? 3 : 9;
  };
  return places.filter((place) => rank(place) < 9).toSorted((a, b) => rank(a) - rank(b));
}
