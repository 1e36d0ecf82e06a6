// Messaging: what the house tells buyers, inside the app. Outbound only.
import {
  NoticeId,
  type countUnreadNotices,
  type Id,
  type In,
  type listNotices,
  type Notice,
  type NOTICE_KINDS,
  type Out,
} from '@jishi/contract';
import type { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Reader, Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import * as store from './messaging.store.ts';

export type NewNotice = {
  /** The business key: told again with the same key, nothing happens. */
  key: string;
  buyerId: string;
  kind: (typeof NOTICE_KINDS)[number];
  title: string;
  body: string;
  orderId?: string | null;
  aftersaleId?: string | null;
  withdrawalId?: string | null;
};

export type Messaging = {
  /** Part: writes a notice; a key that is already there changes nothing. */
  notify(tx: Tx, notice: NewNotice): Promise<void>;
  list(buyer: Buyer, input: In<typeof listNotices>): Promise<Out<typeof listNotices>>;
  /** What the buyer was told about one order, for staff. */
  ofOrder(reader: Reader, order: { id: string; buyerId: string }): Promise<z.input<typeof Notice>[]>;
  unread(buyer: Buyer): Promise<Out<typeof countUnreadNotices>>;
  read(buyer: Buyer, noticeId: Id<'notice'>): Promise<void>;
  readAll(buyer: Buyer): Promise<void>;
};

/** More unread notices than this are shown as this many. */
const UNREAD_MAX = 1000;
const ORDER_MAX = 100;

export function createMessaging({ db, clock }: { db: Db; clock: Clock }): Messaging {
  return {
    notify: (tx, notice) => store.insert(tx, notice, clock.now()),
    list: async (buyer, input) => {
      const before = input.cursor === undefined ? null : positionOf(input.cursor);
      // One more than shown tells whether there is more.
      const rows = await store.page(db, buyer.id, before, input.limit + 1);
      const shown = rows.slice(0, input.limit);
      const last = shown.at(-1);
      return {
        items: shown.map(viewOf),
        nextCursor: rows.length > shown.length && last ? Buffer.from(last.id).toString('base64url') : null,
      };
    },
    ofOrder: async (reader, order) => (await store.ofOrder(reader, order.buyerId, order.id, ORDER_MAX)).map(viewOf),
    unread: async (buyer) => ({ count: await store.countUnread(db, buyer.id, UNREAD_MAX) }),
    read: async (buyer, noticeId) => {
      if (!(await store.markRead(db, buyer.id, noticeId, clock.now()))) fail('notice.not_found');
    },
    readAll: (buyer) => store.markAllRead(db, buyer.id, clock.now()),
  };
}

function viewOf(row: Awaited<ReturnType<typeof store.page>>[number]): z.input<typeof Notice> {
  return {
    id: row.id,
    kind: row.kind as NewNotice['kind'],
    title: row.title,
    body: row.body,
    orderId: row.order_id,
    aftersaleId: row.aftersale_id,
    withdrawalId: row.withdrawal_id,
    readAt: row.read_at,
    createdAt: row.created_at,
  };
}

function positionOf(cursor: string): string {
  const parsed = NoticeId.safeParse(Buffer.from(cursor, 'base64url').toString());
  return parsed.success ? parsed.data : fail('cursor.invalid');
}
