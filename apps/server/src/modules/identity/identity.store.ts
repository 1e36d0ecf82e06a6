// All SQL of buyers and their tokens.
import type { BuyerSort } from '@jishi/contract';
import { sql, type RawBuilder } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';
import { ask, statement } from '../../platform/statement.ts';
import type { KnownBuyer, Person } from './identity.rules.ts';
import type { WechatPlatform } from './identity.ts';

export type BuyerRow = {
  id: string;
  display_no: number;
  phone: string | null;
  nickname: string;
  avatar_file_id: string | null;
  state: string;
  blocked_reason: string | null;
  token_version: number;
  created_at: Date;
  last_seen_at: Date | null;
};
const BUYER = [
  'id',
  'display_no',
  'phone',
  'nickname',
  'avatar_file_id',
  'state',
  'blocked_reason',
  'token_version',
  'created_at',
  'last_seen_at',
] as const;

const openidColumn = (platform: WechatPlatform) => (platform === 'weapp' ? 'openid_weapp' : 'openid_h5');

export async function buyer(reader: Reader, id: string): Promise<BuyerRow | undefined> {
  return reader.q.selectFrom('buyers').select(BUYER).where('id', '=', id).executeTakeFirst();
}

/** Everything that changes a buyer's rights or tokens waits for this lock; rows that only refer to them do not. */
export async function lockBuyer(tx: Tx, id: string): Promise<BuyerRow | undefined> {
  return tx.q.selectFrom('buyers').select(BUYER).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export async function known(tx: Tx, platform: WechatPlatform, person: Person) {
  const column = openidColumn(platform);
  const find = tx.q.selectFrom('buyers').select(['id', `${column} as openid`, 'unionid']);
  const byOpenid: KnownBuyer | undefined = await find.where(column, '=', person.openid).executeTakeFirst();
  const byUnionid: KnownBuyer | undefined =
    person.unionid === null ? undefined : await find.where('unionid', '=', person.unionid).executeTakeFirst();
  return { byOpenid, byUnionid };
}

export type NewBuyer = { id: string; platform: WechatPlatform; person: Person; nickname: string; at: Date };

export async function insertBuyer(tx: Tx, buyer: NewBuyer): Promise<void> {
  await tx.q
    .insertInto('buyers')
    .values({
      id: buyer.id,
      [openidColumn(buyer.platform)]: buyer.person.openid,
      unionid: buyer.person.unionid,
      nickname: buyer.nickname,
      created_at: buyer.at,
      last_seen_at: buyer.at,
    })
    .execute();
}

export async function learn(
  tx: Tx,
  id: string,
  platform: WechatPlatform,
  news: { openid?: string; unionid?: string },
): Promise<void> {
  const openid = news.openid === undefined ? {} : { [openidColumn(platform)]: news.openid };
  const unionid = news.unionid === undefined ? {} : { unionid: news.unionid };
  await tx.q
    .updateTable('buyers')
    .set({ ...openid, ...unionid })
    .where('id', '=', id)
    .execute();
}

export async function touch(reader: Reader, id: string, at: Date): Promise<void> {
  await reader.q.updateTable('buyers').set({ last_seen_at: at }).where('id', '=', id).execute();
}

export type Standing = { state: string; tokenVersion: number; lastSeenAt: Date | null; isFamilyOpen: boolean };

/** All that decides whether an access token still opens a door, in one question. */
export async function standing(reader: Reader, buyerId: string, familyId: string): Promise<Standing | undefined> {
  const rows = await ask(
    reader,
    statement<Standing>`
    select state, token_version as "tokenVersion", last_seen_at as "lastSeenAt",
      exists (select 1 from buyer_tokens where family_id = ${familyId} and state = 'live') as "isFamilyOpen"
    from buyers where id = ${buyerId}
  `,
  );
  return rows[0];
}

export type Profile = { nickname?: string | undefined; avatarFileId?: string | null | undefined };

export async function setProfile(tx: Tx, id: string, profile: Profile): Promise<void> {
  const { nickname, avatarFileId } = profile;
  if (nickname === undefined && avatarFileId === undefined) return;
  await tx.q
    .updateTable('buyers')
    .set({
      ...(nickname === undefined ? {} : { nickname }),
      ...(avatarFileId === undefined ? {} : { avatar_file_id: avatarFileId }),
    })
    .where('id', '=', id)
    .execute();
}

export async function setPhone(reader: Reader, id: string, phone: string): Promise<void> {
  await reader.q.updateTable('buyers').set({ phone }).where('id', '=', id).execute();
}

/** Blocking also makes every access token worthless at once. */
export async function setState(tx: Tx, id: string, state: string, reason: string | null): Promise<void> {
  await tx.q
    .updateTable('buyers')
    .set({
      state,
      blocked_reason: reason,
      token_version: state === 'blocked' ? sql<number>`token_version + 1` : sql<number>`token_version`,
    })
    .where('id', '=', id)
    .execute();
}

export async function openid(reader: Reader, id: string, platform: WechatPlatform): Promise<string | null> {
  const row = await reader.q
    .selectFrom('buyers')
    .select(`${openidColumn(platform)} as openid`)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.openid ?? null;
}

export async function names(reader: Reader, ids: readonly string[]) {
  return reader.q
    .selectFrom('buyers')
    .select(['id', 'nickname', 'phone'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
}

export type BuyerFilter = {
  q?: string | undefined;
  state?: string | undefined;
  sort?: BuyerSort | undefined;
  page: number;
  size: number;
};

const SORTS: Readonly<Record<BuyerSort, RawBuilder<unknown>>> = {
  createdAt: sql`created_at, id`,
  '-createdAt': sql`created_at desc, id desc`,
  lastSeenAt: sql`last_seen_at nulls last, id`,
  '-lastSeenAt': sql`last_seen_at desc nulls last, id desc`,
};

/** A word that is looked for brings at most so many buyers; a longer one finds the rest. */
const COUNT_MAX = 10_000;
/** How far the pages and the total of a staff list reach; an export walks through all of them. */
const ROWS_MAX = 100_000;

/**
 * What a search word may be, each arm along its own index: the whole phone number, its last four digits, the number of
 * a buyer, or a piece of the nickname.
 */
function named(q: string) {
  const like = `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const arms = [
    [...q].length === 1
      ? sql`(select id from (select id, nickname from buyers order by created_at desc, id desc limit 5000) newest
          where nickname ilike ${like})`
      : sql`(select id from buyers where bigrams(nickname) @> bigrams(${q}) and nickname ilike ${like} limit ${COUNT_MAX})`,
  ];
  if (/^\d{11}$/.test(q)) arms.push(sql`select id from buyers where phone = ${q}`);
  if (/^\d{4}$/.test(q)) arms.push(sql`(select id from buyers where right(phone, 4) = ${q} limit ${COUNT_MAX})`);
  if (/^\d{6,15}$/.test(q)) arms.push(sql`select id from buyers where display_no = ${q}::bigint`);
  return sql.join(arms, sql` union `);
}

export async function page(reader: Reader, filter: BuyerFilter): Promise<{ items: BuyerRow[]; total: number }> {
  const { q = '', state } = filter;
  const parts = [sql`true`];
  if (state !== undefined) parts.push(sql`state = ${state}`);
  if (q !== '') parts.push(sql`id in (${named(q)})`);
  const where = sql<boolean>`${sql.join(parts, sql` and `)}`;
  const items = await reader.q
    .selectFrom('buyers')
    .select(BUYER)
    .where(where)
    .orderBy(SORTS[filter.sort ?? '-createdAt'])
    .limit(filter.size)
    .offset((filter.page - 1) * filter.size)
    .execute();
  const counted = await sql<{ total: number }>`
    select count(*)::int as total from (select from buyers where ${where} limit ${ROWS_MAX}) found
  `.execute(reader.q);
  return { items, total: counted.rows[0]?.total ?? 0 };
}

export async function idByPhone(reader: Reader, phone: string): Promise<string | undefined> {
  const row = await reader.q.selectFrom('buyers').select('id').where('phone', '=', phone).executeTakeFirst();
  return row?.id;
}

export type TokenRow = {
  id: string;
  familyId: string;
  buyerId: string;
  state: string;
  spentAt: Date | null;
  expiresAt: Date;
};

export async function tokenByHash(reader: Reader, hash: string): Promise<TokenRow | undefined> {
  return reader.q
    .selectFrom('buyer_tokens')
    .select([
      'id',
      'family_id as familyId',
      'buyer_id as buyerId',
      'state',
      'spent_at as spentAt',
      'expires_at as expiresAt',
    ])
    .where('token_hash', '=', hash)
    .executeTakeFirst();
}

export type NewToken = { id: string; familyId: string; buyerId: string; hash: string; at: Date; expiresAt: Date };

export async function insertToken(tx: Tx, token: NewToken): Promise<void> {
  await tx.q
    .insertInto('buyer_tokens')
    .values({
      id: token.id,
      family_id: token.familyId,
      buyer_id: token.buyerId,
      token_hash: token.hash,
      created_at: token.at,
      expires_at: token.expiresAt,
    })
    .execute();
}

export async function spendToken(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.q.updateTable('buyer_tokens').set({ state: 'spent', spent_at: at }).where('id', '=', id).execute();
}

export async function endFamily(tx: Tx, familyId: string): Promise<void> {
  await tx.q
    .updateTable('buyer_tokens')
    .set({ state: 'revoked' })
    .where('family_id', '=', familyId)
    .where('state', '!=', 'revoked')
    .execute();
}

export async function endFamiliesOf(tx: Tx, buyerId: string): Promise<void> {
  await tx.q
    .updateTable('buyer_tokens')
    .set({ state: 'revoked' })
    .where('buyer_id', '=', buyerId)
    .where('state', '!=', 'revoked')
    .execute();
}

export async function forgetTokens(reader: Reader, expiredBefore: Date): Promise<void> {
  await reader.q.deleteFrom('buyer_tokens').where('expires_at', '<', expiredBefore).execute();
}
