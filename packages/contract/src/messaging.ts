// In-app notices to buyers.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { cursorQuery, Done, Instant, scroll } from './fields.ts';
import { NoticeId } from './ids.ts';

export const NOTICE_KINDS = ['order', 'aftersale', 'wallet', 'system'] as const;

export const Notice = z.object({
  id: NoticeId,
  kind: z.enum(NOTICE_KINDS),
  title: z.string(),
  body: z.string(),
  /** Where a tap leads: the id of an order, an after-sale case or a withdrawal; null when nowhere. */
  orderId: z.string().nullable(),
  aftersaleId: z.string().nullable(),
  withdrawalId: z.string().nullable(),
  readAt: Instant.nullable(),
  createdAt: Instant,
});
export const listNotices = endpoint({
  id: 'listNotices',
  tag: '消息',
  method: 'GET',
  path: '/notices',
  audience: 'buyer',
  summary: '我的消息，新的在前',
  input: z.object({ ...cursorQuery }).strict(),
  output: scroll(Notice),
  errors: ['cursor.invalid'],
});
export const countUnreadNotices = endpoint({
  id: 'countUnreadNotices',
  tag: '消息',
  method: 'GET',
  path: '/notices/unread',
  audience: 'buyer',
  summary: '未读消息数',
  input: z.object({}).strict(),
  output: z.object({ count: z.int() }),
});
export const readNotice = endpoint({
  id: 'readNotice',
  tag: '消息',
  method: 'POST',
  path: '/notices/:noticeId/read',
  audience: 'buyer',
  summary: '标记为已读',
  input: z.object({ noticeId: NoticeId }).strict(),
  output: Done,
  errors: ['notice.not_found'],
});
export const readAllNotices = endpoint({
  id: 'readAllNotices',
  tag: '消息',
  method: 'POST',
  path: '/notices/read-all',
  audience: 'buyer',
  summary: '全部标记为已读',
  input: z.object({}).strict(),
  output: Done,
});
