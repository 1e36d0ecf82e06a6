// All SQL of service tokens.
import { sql } from 'kysely';
import type { Db, Reader, Tx } from '../../platform/db.ts';
import { lock } from '../../platform/lock.ts';

export type TokenRow = {
  id: string;
  service: string;
  name: string;
  hint: string;
  scopes: string[];
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
};
const TOKEN = [
  'id',
  'service',
  'name',
  'hint',
  'scopes',
  'created_by',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
] as const;
const SHOWN_MAX = 500;

/** One token after the other, so that the number of good ones has a bound. */
export const lockTokens = (tx: Tx): Promise<void> => lock(tx, 'service-tokens');

export async function tokens(reader: Reader): Promise<TokenRow[]> {
  return reader.q
    .selectFrom('service_tokens')
    .select(TOKEN)
    .orderBy(sql`revoked_at is not null`)
    .orderBy('created_at', 'desc')
    .limit(SHOWN_MAX)
    .execute();
}

export async function countGood(reader: Reader, now: Date): Promise<number> {
  const { count } = await reader.q
    .selectFrom('service_tokens')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type NewToken = {
  id: string;
  service: string;
  name: string;
  hash: string;
  hint: string;
  scopes: readonly string[];
  by: string;
  at: Date;
  expiresAt: Date | null;
};

export async function insertToken(tx: Tx, token: NewToken): Promise<TokenRow> {
  return tx.q
    .insertInto('service_tokens')
    .values({
      id: token.id,
      service: token.service,
      name: token.name,
      token_hash: token.hash,
      hint: token.hint,
      scopes: [...token.scopes],
      created_by: token.by,
      created_at: token.at,
      expires_at: token.expiresAt,
    })
    .returning(TOKEN)
    .executeTakeFirstOrThrow();
}

export async function lockToken(tx: Tx, id: string): Promise<TokenRow | undefined> {
  return tx.q.selectFrom('service_tokens').select(TOKEN).where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function revoke(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.q.updateTable('service_tokens').set({ revoked_at: at }).where('id', '=', id).execute();
}

/** The token with this hash, when it is good. */
export async function goodToken(reader: Reader, hash: string, now: Date): Promise<TokenRow | undefined> {
  return reader.q
    .selectFrom('service_tokens')
    .select(TOKEN)
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .executeTakeFirst();
}

export async function touch(db: Db, id: string, now: Date, before: Date): Promise<void> {
  await db.q
    .updateTable('service_tokens')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', before)]))
    .execute();
}
