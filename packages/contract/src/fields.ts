// Field types shared by many endpoints: text, time, pages. One place, so limits agree everywhere.
import { z } from 'zod';

/** One line of human text: trimmed, 1..max characters, no control characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    // oxlint-disable-next-line no-control-regex -- control characters are exactly what a single line must not hold
    .regex(/^[^\u0000-\u001F\u007F]*$/, '不能包含控制字符');

/** Text of several lines, possibly empty. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    // oxlint-disable-next-line no-control-regex -- line breaks and tabs are allowed, other control characters are not
    .regex(/^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*$/, '不能包含控制字符');

/** ISO-8601 UTC on the wire; the server may hand over a Date. */
export const Instant = z.preprocess(
  (value) => (value instanceof Date ? value.toISOString() : value),
  z.iso.datetime({ offset: true }),
) as unknown as z.ZodType<string, string | Date>;

/** A date in Asia/Shanghai, yyyy-mm-dd. */
export const Day = z.iso.date();

/** A phone number of mainland China. */
export const Phone = z.string().regex(/^1[3-9]\d{9}$/, '请输入 11 位手机号');

export const Quantity = z.int().min(1).max(99);

/** An opaque position in a keyset-paged list. */
export const Cursor = z.string().max(300);

export const cursorQuery = { cursor: Cursor.optional(), limit: z.int().min(1).max(50).default(20) };
export const pageQuery = { page: z.int().min(1).max(100_000).default(1), size: z.int().min(1).max(500).default(20) };

/** A list for shoppers: scroll on while there is a cursor. */
export const scroll = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** A list for staff: numbered pages with a total. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), total: z.int() });

/** The answer of verbs that have nothing to say. */
export const Done = z.object({ ok: z.literal(true) });

/** Who or what did something, for timelines: 系统, a buyer, or a named member of staff. */
export const Actor = z.object({ kind: z.enum(['system', 'buyer', 'staff']), name: z.string() });

/** A picture as shown: the address of each size, ready for <img>. Sizes in px on the longer side. */
export const Picture = z.object({
  fileId: z.string(),
  url: z.string().describe('up to 1600 px'),
  thumbUrl: z.string().describe('up to 400 px'),
  width: z.int(),
  height: z.int(),
});
export type Picture = z.output<typeof Picture>;
