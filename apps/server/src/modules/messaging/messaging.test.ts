// Notices: said once, shown newest first, read by nobody but their buyer.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Id } from '@jishi/contract';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { testClock } from '../../platform/clock.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { createMessaging, type Messaging } from './messaging.ts';

let database: TestDatabase;
let messaging: Messaging;
let buyer: Buyer;
const clock = testClock();
beforeAll(async () => {
  database = await testDatabase();
  messaging = createMessaging({ db: database.db, clock });
});
afterAll(() => database.close());
beforeEach(async () => void (buyer = await someBuyer()));

async function someBuyer(): Promise<Buyer> {
  const id = newId<'buyer'>();
  await database.db.q.insertInto('buyers').values({ id, nickname: '买家', created_at: clock.now() }).execute();
  return { id };
}
const tell = (key: string, to = buyer) =>
  database.db.tx((tx) =>
    messaging.notify(tx, {
      key: `${key}:${to.id}`,
      buyerId: to.id,
      kind: 'order',
      title: key,
      body: '内容',
      orderId: null,
    }),
  );
const titles = async (cursor?: string, limit = 2) => {
  const page = await messaging.list(buyer, { limit, ...(cursor === undefined ? {} : { cursor }) });
  return { titles: page.items.map((one) => one.title), next: page.nextCursor };
};

describe('telling', () => {
  test('the same thing twice, even at the same moment, is said once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => tell('已发货')));
    expect(await messaging.unread(buyer)).toEqual({ count: 1 });
  });

  test('is forgotten with the transaction that failed', async () => {
    const failing = database.db.tx(async (tx) => {
      await messaging.notify(tx, { key: `no:${buyer.id}`, buyerId: buyer.id, kind: 'system', title: 'x', body: 'y' });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await messaging.unread(buyer)).toEqual({ count: 0 });
  });
});

describe('reading', () => {
  test('newest first, page by page, without a gap when news comes in between', async () => {
    for (const key of ['一', '二', '三', '四', '五']) await tell(key);
    const first = await titles();
    expect(first.titles).toEqual(['五', '四']);
    await tell('六');
    const second = await titles(first.next ?? '');
    expect(second.titles).toEqual(['三', '二']);
    expect(await titles(second.next ?? '')).toEqual({ titles: ['一'], next: null });
    for (const cursor of ['nonsense', Buffer.from("' or 1=1").toString('base64url')]) {
      await expect(titles(cursor)).rejects.toMatchObject({ code: 'cursor.invalid' });
    }
  });

  test('marks one or all, keeps the first time, and is nobody else’s business', async () => {
    await tell('一');
    await tell('二');
    const stranger = await someBuyer();
    await tell('别人的', stranger);
    const [newest] = (await messaging.list(buyer, { limit: 1 })).items;
    const id = newest?.id as Id<'notice'>;
    await expect(messaging.read(stranger, id)).rejects.toMatchObject({ code: 'notice.not_found' });
    const firstRead = clock.now();
    await messaging.read(buyer, id);
    clock.forward({ minutes: 1 });
    await messaging.read(buyer, id);
    expect((await messaging.list(buyer, { limit: 1 })).items[0]?.readAt).toEqual(firstRead);
    expect(await messaging.unread(buyer)).toEqual({ count: 1 });
    await messaging.readAll(buyer);
    expect(await messaging.unread(buyer)).toEqual({ count: 0 });
    expect(await messaging.unread(stranger)).toEqual({ count: 1 });
  });
});
