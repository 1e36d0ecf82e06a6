// Files: pictures by content, never by name; re-encoded in two sizes, stored once, shown for ever.
import type { Id, Picture } from '@jishi/contract';
import type { Reader, Tx } from '../../platform/db.ts';

export type FileOwner =
  | { kind: 'buyer'; id: Id<'buyer'> }
  | { kind: 'staff'; id: Id<'staff'> }
  | { kind: 'system'; id?: null };

export type Files = {
  /** Command: decodes, cleans and keeps a picture. Refuses what is no JPG, PNG or WebP. */
  store(owner: FileOwner, bytes: Buffer): Promise<Picture>;
  /** Pictures by file id, for as many as a page needs in one query. Unknown ids are simply absent. */
  pictures(reader: Reader, ids: readonly (string | null)[]): Promise<Map<string, Picture>>;
  /** Part: fails with `file.not_found` unless every id is a picture of this owner. */
  mustOwn(tx: Tx, ids: readonly (string | null)[], owner: FileOwner): Promise<void>;
};
