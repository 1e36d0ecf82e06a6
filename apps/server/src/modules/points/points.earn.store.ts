// All SQL of earning: rules, events that earned, and what refunds could not take back.
import type { EarnRuleCode } from '@jishi/contract';
import { sql } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';

export type RuleRow = {
  code: string;
  unit: string;
  value: number;
  daily_cap: number | null;
  is_on: boolean;
  expires_months: number | null;
  version: number;
};

export const rules = (reader: Reader): Promise<RuleRow[]> => reader.q.selectFrom('point_rules').selectAll().execute();

export const rule = (reader: Reader, code: string): Promise<RuleRow | undefined> =>
  reader.q.selectFrom('point_rules').selectAll().where('code', '=', code).executeTakeFirst();

export async function lockRule(tx: Tx, code: string): Promise<RuleRow | undefined> {
  return tx.q.selectFrom('point_rules').selectAll().where('code', '=', code).forUpdate().executeTakeFirst();
}

type RuleFields = { value: number; dailyCap: number | null; isOn: boolean; expiresMonths: number | null };

export async function updateRule(tx: Tx, code: EarnRuleCode, fields: RuleFields): Promise<RuleRow> {
  return tx.q
    .updateTable('point_rules')
    .set({
      value: fields.value,
      daily_cap: fields.dailyCap,
      is_on: fields.isOn,
      expires_months: fields.expiresMonths,
      version: sql`version + 1`,
    })
    .where('code', '=', code)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What each rule has given on a day, to everybody. */
export async function earnedByRule(reader: Reader, day: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ rule: string; points: number }>`
    select rule, sum(points)::bigint as points from point_earnings where day = ${day}::date group by rule
  `.execute(reader.q);
  return new Map(rows.map((row) => [row.rule, Number(row.points)]));
}

export type EarningRow = { key: string; buyer_id: string; units: number; points: number; reversed: number };

export async function earning(reader: Reader, key: string): Promise<EarningRow | undefined> {
  return reader.q
    .selectFrom('point_earnings')
    .select(['key', 'buyer_id', 'units', 'points', 'reversed'])
    .where('key', '=', key)
    .executeTakeFirst();
}

export async function earnedOn(reader: Reader, buyerId: string, rule: string, day: string): Promise<number> {
  const { rows } = await sql<{ points: number }>`
    select coalesce(sum(points), 0)::bigint as points from point_earnings
    where buyer_id = ${buyerId} and rule = ${rule} and day = ${day}::date
  `.execute(reader.q);
  return Number(rows[0]?.points ?? 0);
}

export async function earnedInAll(reader: Reader, buyerId: string, ofRules: readonly string[]): Promise<number> {
  const { rows } = await sql<{ points: number }>`
    select coalesce(sum(points - reversed), 0)::bigint as points from point_earnings
    where buyer_id = ${buyerId} and rule = any(${ofRules}::text[])
  `.execute(reader.q);
  return Number(rows[0]?.points ?? 0);
}

/** What a member of staff has given on a day. */
export async function givenBy(reader: Reader, staffId: string, day: string): Promise<number> {
  const { rows } = await sql<{ points: number }>`
    select coalesce(sum(points), 0)::bigint as points from point_earnings
    where by_staff = ${staffId} and day = ${day}::date
  `.execute(reader.q);
  return Number(rows[0]?.points ?? 0);
}

export type NewEarning = {
  key: string;
  rule: string;
  buyerId: string;
  day: string;
  units: number;
  points: number;
  setOff: number;
  byStaff: string | null;
  at: Date;
};

export async function insertEarning(tx: Tx, one: NewEarning): Promise<void> {
  await tx.q
    .insertInto('point_earnings')
    .values({
      key: one.key,
      rule: one.rule,
      buyer_id: one.buyerId,
      day: one.day,
      units: one.units,
      points: one.points,
      set_off: one.setOff,
      by_staff: one.byStaff,
      at: one.at,
    })
    .execute();
}

export async function addReversed(tx: Tx, key: string, points: number): Promise<void> {
  await tx.q
    .updateTable('point_earnings')
    .set({ reversed: sql`reversed + ${points}` })
    .where('key', '=', key)
    .execute();
}

/** What a person still owes in points; whoever changes it holds the lock of the buyer. */
export async function owed(reader: Reader, buyerId: string): Promise<number> {
  const { rows } = await sql<{ owed: number }>`
    select (select coalesce(sum(points), 0) from point_shortfalls where buyer_id = ${buyerId})
      - (select coalesce(sum(set_off), 0) from point_earnings where buyer_id = ${buyerId} and set_off > 0) as owed
  `.execute(reader.q);
  return Number(rows[0]?.owed ?? 0);
}

export async function insertShortfall(
  tx: Tx,
  one: { key: string; buyerId: string; points: number; label: string; at: Date },
): Promise<void> {
  await tx.q
    .insertInto('point_shortfalls')
    .values({ key: one.key, buyer_id: one.buyerId, points: one.points, label: one.label, at: one.at })
    .execute();
}

export type HolderRow = { buyerId: string; paid: number; bonus: number; earned: number; held: number };

/** People by what they can spend, most first. */
export async function holders(
  reader: Reader,
  filter: { buyerId: string | undefined; now: Date },
  page: { page: number; size: number },
): Promise<HolderRow[]> {
  const { rows } = await sql<HolderRow>`
    select buyer_id as "buyerId",
      coalesce(sum(points_left) filter (where kind = 'paid' and lives), 0)::bigint as paid,
      coalesce(sum(points_left) filter (where kind = 'bonus' and lives), 0)::bigint as bonus,
      coalesce(sum(points_left) filter (where kind = 'earned' and lives), 0)::bigint as earned,
      coalesce(sum(held), 0)::bigint as held
    from (select *, expires_at is null or expires_at > ${filter.now} as lives from point_lots) lots
    where ${filter.buyerId === undefined ? sql`true` : sql`buyer_id = ${filter.buyerId}`}
    group by buyer_id
    order by coalesce(sum(points_left) filter (where lives), 0) desc, buyer_id
    limit ${page.size} offset ${(page.page - 1) * page.size}
  `.execute(reader.q);
  return rows;
}

export async function countHolders(reader: Reader, buyerId: string | undefined, max: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (select distinct buyer_id from point_lots
      where ${buyerId === undefined ? sql`true` : sql`buyer_id = ${buyerId}`} limit ${max}) found
  `.execute(reader.q);
  return rows[0]?.n ?? 0;
}
