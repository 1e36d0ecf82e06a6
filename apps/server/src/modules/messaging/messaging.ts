// Messaging: what the house tells buyers, inside the app. Outbound only.
import type { countUnreadNotices, Id, In, listNotices, NOTICE_KINDS, Out } from '@jishi/contract';
import type { Tx } from '../../platform/db.ts';
import type { Buyer } from '../../platform/http.ts';

export type NewNotice = {
  /** The business key: told again with the same key, nothing happens. */
  key: string;
  buyerId: string;
  kind: (typeof NOTICE_KINDS)[number];
  title: string;
  body: string;
  orderId?: string | null;
  aftersaleId?: string | null;
};

export type Messaging = {
  /** Part: writes a notice; a key that is already there changes nothing. */
  notify(tx: Tx, notice: NewNotice): Promise<void>;
  list(buyer: Buyer, input: In<typeof listNotices>): Promise<Out<typeof listNotices>>;
  unread(buyer: Buyer): Promise<Out<typeof countUnreadNotices>>;
  read(buyer: Buyer, noticeId: Id<'notice'>): Promise<void>;
  readAll(buyer: Buyer): Promise<void>;
};
