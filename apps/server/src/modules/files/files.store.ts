// All SQL of files: what is known of a picture; its bytes are in the storage.
import { sql, type Expression } from 'kysely';
import type { Db, Reader, Tx } from '../../platform/db.ts';
import type { FileOwner } from './files.ts';

export type FileRow = { id: string; width: number; height: number };
export type NewFile = FileRow & { owner: FileOwner; sha256: string; bytes: number; at: Date };

const ownerId = (owner: FileOwner): string | null => owner.id ?? null;

export async function insert(db: Db, file: NewFile): Promise<void> {
  await db.q
    .insertInto('files')
    .values({
      id: file.id,
      owner_kind: file.owner.kind,
      owner_id: ownerId(file.owner),
      sha256: file.sha256,
      width: file.width,
      height: file.height,
      bytes: file.bytes,
      created_at: file.at,
    })
    .execute();
}

/** The picture that this owner has uploaded before, byte for byte. */
export async function same(reader: Reader, owner: FileOwner, sha256: string): Promise<FileRow | undefined> {
  return reader.q
    .selectFrom('files')
    .select(['id', 'width', 'height'])
    .where('sha256', '=', sha256)
    .where('owner_kind', '=', owner.kind)
    .where('owner_id', 'is not distinct from', ownerId(owner))
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
}

export async function byIds(reader: Reader, ids: readonly string[]): Promise<FileRow[]> {
  return reader.q
    .selectFrom('files')
    .select(['id', 'width', 'height'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
}

/** Rows of `byIds` as one value of somebody else's statement. */
export function rowsOf(ids: Expression<string[]>): Expression<FileRow[]> {
  return sql<
    FileRow[]
  >`(select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'width', f.width, 'height', f.height)), '[]')
    from files f where f.id = any(${ids}))`;
}

export async function countOwned(tx: Tx, owner: FileOwner, ids: readonly string[]): Promise<number> {
  const { count } = await tx.q
    .selectFrom('files')
    .select((count) => count.fn.countAll<number>().as('count'))
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('owner_kind', '=', owner.kind)
    .where('owner_id', 'is not distinct from', ownerId(owner))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function countSince(reader: Reader, owner: FileOwner, since: Date): Promise<number> {
  const { count } = await reader.q
    .selectFrom('files')
    .select((count) => count.fn.countAll<number>().as('count'))
    .where('owner_kind', '=', owner.kind)
    .where('owner_id', 'is not distinct from', ownerId(owner))
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}
