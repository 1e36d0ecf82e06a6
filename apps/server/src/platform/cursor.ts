// Where a list goes on that is ordered by time: opaque to callers, checked when it comes back.
import { fail } from './fail.ts';

export type ListPosition = { at: Date; id: string };

export function writeCursor(position: ListPosition): string {
  return Buffer.from(`${position.at.getTime()}.${position.id}`).toString('base64url');
}

export function readCursor(cursor: string): ListPosition {
  const match = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString('utf8'),
  );
  if (!match?.[1] || !match[2]) fail('cursor.invalid');
  return { at: new Date(Number(match[1])), id: match[2] };
}

/** The page of a list that was asked for one row more than it shows: that row tells whether there is more. */
export function scrolled<Row extends { id: string }>(rows: readonly Row[], limit: number, at: (row: Row) => Date) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { shown, nextCursor: rows.length > limit && last ? writeCursor({ at: at(last), id: last.id }) : null };
}
