// The doors of messaging.
import { countUnreadNotices, listNotices, readAllNotices, readNotice } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Messaging } from './messaging.ts';

const done = { ok: true } as const;

export function bindMessaging(door: Door, messaging: Messaging): void {
  door.handle(listNotices, ({ buyer }, input) => messaging.list(buyer, input));
  door.handle(countUnreadNotices, ({ buyer }) => messaging.unread(buyer));
  door.handle(readNotice, ({ buyer }, input) => messaging.read(buyer, input.noticeId).then(() => done));
  door.handle(readAllNotices, ({ buyer }) => messaging.readAll(buyer).then(() => done));
}
