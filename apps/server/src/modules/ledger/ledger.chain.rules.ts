// What a seal is made of: the twin of `ledger_words` in the migration, and how a broken chain is told.
import { createHash } from 'node:crypto';

export type SealedEntry = {
  type: string;
  ownerKind: string;
  ownerId: string;
  unit: string;
  amount: number;
  /** UTC with microseconds, as PostgreSQL keeps it. */
  at: string;
};
export type SealedPosting = {
  id: string;
  key: string;
  label: string;
  refKind: string;
  refId: string;
  at: string;
  entries: readonly SealedEntry[];
};

/** The chain begins with nothing. */
export const GENESIS = Buffer.alloc(32);

/** One field that cannot be mistaken for two: its length in bytes, then itself. */
const field = (value: string): string => `${Buffer.byteLength(value)}:${value},`;

/** All that a posting says. Entries stand in the order of their accounts, byte by byte. */
export function wordsOf(posting: SealedPosting): string {
  const { id, key, label, refKind, refId, at } = posting;
  const entries = posting.entries.toSorted(
    (a, b) => compare(a.type, b.type) || compare(a.ownerKind, b.ownerKind) || compare(a.ownerId, b.ownerId),
  );
  const words = [id, key, label, refKind, refId, at];
  for (const { type, ownerKind, ownerId, unit, amount, at: written } of entries) {
    words.push(type, ownerKind, ownerId, unit, String(amount), written);
  }
  return words.map(field).join('');
}

export const sealOf = (before: Buffer, words: string): Buffer =>
  createHash('sha256').update(before).update(words).digest();

const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

export type Break = {
  position: number;
  why: 'changed' | 'posting_missing' | 'seal_missing' | 'anchor' | 'head' | 'beyond';
};

const WHYS: Readonly<Record<Break['why'], string>> = {
  changed: '这一笔记账或它的分录、账户被改动过',
  posting_missing: '这一笔记账被删除',
  seal_missing: '这个位置的封印被删除',
  anchor: '上次核对过的封印被改动或删除',
  head: '最后一个封印与登记的链尾不符',
  beyond: '链尾之后出现了多余的封印',
};

export const breakText = ({ position, why }: Break): string => `封印链在第 ${position} 位断开：${WHYS[why]}`;
