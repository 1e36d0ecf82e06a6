// Files: pictures by content, never by name; re-encoded in two sizes, stored once, shown for ever.
import { createHash } from 'node:crypto';
import { FileId, type Id, type Picture } from '@jishi/contract';
import { spanMs, type Clock } from '../../platform/clock.ts';
import type { Db, Reader, Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import { newId } from '../../platform/ids.ts';
import type { Storage } from '../../platform/storage.ts';
import { encode } from './files.encode.ts';
import { BUYER_FILES_PER_DAY, BYTES_MAX, storageKey } from './files.rules.ts';
import * as store from './files.store.ts';

export type FileOwner =
  | { kind: 'buyer'; id: Id<'buyer'> }
  | { kind: 'staff'; id: Id<'staff'> }
  | { kind: 'system'; id?: null };

export type Files = {
  /** Command: decodes, cleans and keeps a picture. Refuses what is no JPG, PNG or WebP. */
  store(owner: FileOwner, bytes: Buffer): Promise<Picture>;
  /** Pictures by file id, for as many as a page needs in one query. Unknown ids are simply absent. */
  pictures(reader: Reader, ids: readonly (string | null)[]): Promise<Map<string, Picture>>;
  /** The same within a statement of another room: an SQL value for an array of file ids, and the pictures it stands for. */
  rowsOf: typeof store.rowsOf;
  picturesOf(rows: readonly store.FileRow[]): Map<string, Picture>;
  /** Part: fails with `file.not_found` unless every id is a picture of this owner. */
  mustOwn(tx: Tx, ids: readonly (string | null)[], owner: FileOwner): Promise<void>;
};

const KNOWN_MAX = 20_000;

export type FilesDeps = { db: Db; clock: Clock; storage: Storage };

export function createFiles(deps: FilesDeps): Files {
  const { storage } = deps;
  // What is kept under an id never changes and is never removed, so it is asked for once.
  const known = new Map<string, Picture>();
  return {
    store: (owner, bytes) => keep(deps, owner, bytes),
    pictures: async (reader, ids) => {
      const asked = uuids(ids);
      if (asked.length === 0) return new Map();
      const missing = asked.filter((id) => !known.has(id));
      const found = new Map<string, Picture>();
      for (const row of missing.length > 0 ? await store.byIds(reader, missing) : []) {
        const picture = pictureOf(storage, row);
        found.set(row.id, picture);
        known.set(row.id, picture);
      }
      for (const id of asked) {
        const picture = known.get(id);
        if (picture) found.set(id, picture);
      }
      for (const oldest of known.keys()) {
        if (known.size <= KNOWN_MAX) break;
        known.delete(oldest);
      }
      return found;
    },
    rowsOf: store.rowsOf,
    picturesOf: (rows) => new Map(rows.map((row) => [row.id, pictureOf(storage, row)])),
    mustOwn: async (tx, ids, owner) => {
      const given = new Set(ids.filter((id) => id !== null));
      const asked = uuids(ids);
      const owned = asked.length === 0 ? 0 : await store.countOwned(tx, owner, asked);
      if (owned !== given.size) fail('file.not_found');
    },
  };
}

/** Each id once; what is no id at all names no picture and must not reach the database. */
function uuids(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids)].flatMap((id) => (id !== null && FileId.safeParse(id).success ? [id] : []));
}

async function keep({ db, clock, storage }: FilesDeps, owner: FileOwner, bytes: Buffer): Promise<Picture> {
  if (bytes.length > BYTES_MAX) fail('file.too_large');
  const now = clock.now();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = await store.same(db, owner, sha256);
  if (known) return pictureOf(storage, known);
  if (owner.kind === 'buyer') {
    const since = new Date(now.getTime() - spanMs({ days: 1 }));
    if ((await store.countSince(db, owner, since)) >= BUYER_FILES_PER_DAY) fail('rate.limited');
  }
  const encoded = await encode(bytes);
  const file = { id: newId<'file'>(), width: encoded.width, height: encoded.height };
  // Bytes first: a row always has its picture, while bytes without a row are never asked for.
  await storage.put(storageKey(file.id, 'large'), encoded.large, 'image/webp');
  await storage.put(storageKey(file.id, 'thumb'), encoded.thumb, 'image/webp');
  await store.insert(db, { ...file, owner, sha256, bytes: encoded.large.length + encoded.thumb.length, at: now });
  return pictureOf(storage, file);
}

function pictureOf(storage: Storage, row: store.FileRow): Picture {
  return {
    fileId: row.id,
    url: storage.url(storageKey(row.id, 'large')),
    thumbUrl: storage.url(storageKey(row.id, 'thumb')),
    width: row.width,
    height: row.height,
  };
}
