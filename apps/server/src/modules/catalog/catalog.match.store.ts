// The best matches of a word that thousands of goods have, without looking at all of them.
//
//   begins with it ──> has it in the title ──> has it elsewhere        each along the order of sales, the next one
//   only when the one before it did not fill the page
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Reader } from '../../platform/db.ts';
import type { Place } from './catalog.rules.ts';
import {
  all,
  cardColumns,
  fits,
  folded,
  hasStock,
  inTitle,
  matches,
  onShelf,
  productOf,
  titlesWith,
  type CardRow,
  type ShelfFilter,
  type Stocked,
} from './catalog.shelf.store.ts';

/** How the rows of a score are found: along the order of sales where they are dense, by their own index where not. */
type Tier = 'walk' | 'gather';
export type Tiers = readonly [elsewhere: Tier, inTitle: Tier, begins: Tier];

/** So many matches are looked at to judge how dense the scores lie among them. */
const SAMPLE = 2000;
/** A score with fewer in the sample is gathered. */
const DENSE = 100;

/** Null when so little matches that all of it may be sorted. A wrong answer costs time and nothing else. */
export async function tiersOf(reader: Reader, filter: ShelfFilter): Promise<Tiers | null> {
  const { words } = filter;
  const { rows } = await sql<{ found: number; begins: number; titled: number }>`
    select count(*)::int as found, count(*) filter (where begins)::int as begins,
      count(*) filter (where titled and not begins)::int as titled
    from (
      select ${begins(words)} as begins, ${inTitle(words)} as titled
      from products p where ${all(fits(filter, 'gather'))} limit ${SAMPLE + 1}) found
  `.execute(reader.q);
  const [sample] = rows;
  if (!sample || sample.found <= SAMPLE) return null;
  const way = (count: number): Tier => (count >= DENSE ? 'walk' : 'gather');
  return [way(sample.found - sample.begins - sample.titled), way(sample.titled), way(sample.begins)];
}

const first = (words: readonly string[]) => folded(words[0] ?? '');
const begins = (words: readonly string[]) => sql<SqlBool>`starts_with(p.search_text, ${first(words)})`;

/** Everything that begins with the word is one span of an index in the order of code points. */
const span = (words: readonly string[]) => sql<SqlBool>`
  left(p.search_text, 64) collate "C" >= left(${first(words)}, 64)
  and left(p.search_text, 64) collate "C" < left(${first(words)}, 64) || chr(1114111)`;

const SCORES = [2, 1, 0] as const;
type Score = (typeof SCORES)[number];

const INDEXED = { 2: span, 1: titlesWith, 0: matches };

function scored(words: readonly string[], score: Score): RawBuilder<SqlBool> {
  if (score === 2) return begins(words);
  return sql<SqlBool>`not ${begins(words)} and ${score === 1 ? inTitle(words) : sql`not (${inTitle(words)})`}`;
}

type Page = { after: Place | null; limit: number };

export async function bestCards(
  reader: Reader,
  filter: ShelfFilter,
  page: Page,
  tiers: Tiers,
  stocked: Stocked,
): Promise<CardRow[]> {
  return (await bestCardsQuery(filter, page, tiers, stocked).execute(reader.q)).rows;
}

/** Apart so that a test can ask PostgreSQL for its plan. */
export function bestCardsQuery(filter: ShelfFilter, page: Page, tiers: Tiers, stocked: Stocked): RawBuilder<CardRow> {
  const wanted = filter.inStockOnly ? hasStock(stocked) : sql<SqlBool>`true`;
  return sql<CardRow>`
    select ${cardColumns(stocked)}, shown.weight, shown.score
    from ${bestMatches(filter, page, tiers, wanted)} shown ${productOf}
    order by shown.score desc, shown.sales_count desc, shown.published_at desc, shown.id desc`;
}

function bestMatches(filter: ShelfFilter, page: Page, tiers: Tiers, wanted: RawBuilder<SqlBool>): RawBuilder<unknown> {
  const { words } = filter;
  const { after, limit } = page;
  const tier = (score: Score) => {
    const isWalk = tiers[score] === 'walk';
    const index = isWalk ? sql`true` : INDEXED[score](words);
    const past = after && after['score'] !== score;
    const place = past
      ? sql`${Number(after['score'])}::int > ${sql.lit(score)}`
      : after
        ? sql`(p.sales_count, p.published_at, p.id) <
            (${after['sales_count']}::bigint, ${after['published_at']}::timestamptz, ${after['id']}::uuid)`
        : sql`true`;
    return sql`
      select p.id, p.sales_count, p.published_at, - p.sort_order as weight, ${sql.lit(score)}::int as score from products p
      where ${onShelf} and ${index} and ${all(fits(filter, 'walk'))} and ${scored(words, score)} and ${place} and ${wanted}
      order by p.sales_count desc, p.published_at desc, p.id desc`;
  };
  return sql`(
    with begins as materialized (${tier(2)} limit ${limit}),
    titled as materialized (${tier(1)} limit ${limit} - (select count(*) from begins)),
    elsewhere as materialized (
      ${tier(0)} limit ${limit} - (select count(*) from begins) - (select count(*) from titled))
    select * from begins union all select * from titled union all select * from elsewhere)`;
}
