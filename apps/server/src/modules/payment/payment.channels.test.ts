// Which goods may be paid where: asked of the server, and of WeChat, who would refuse as well.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sellingHouse, type Selling } from '../../../test/selling.ts';
import { newId } from '../../platform/ids.ts';
import { placeOf } from './payment.channels.ts';
import type { PayableKind } from './payment.rules.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50';
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130 Mobile MicroMessenger/8.0.50';
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1';
const DESKTOP = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130';

let house: Selling;
beforeAll(async () => {
  house = await sellingHouse();
});
afterAll(() => house.close());

async function owe(payableKind: PayableKind, device: 'ios' | 'android' = 'ios') {
  const shopper = await house.given.shopper();
  const person = house.sim.control.addPerson({ walletFen: 1_000_000, device });
  await house.db.q.updateTable('buyers').set({ openid_weapp: person.openid }).where('id', '=', shopper.id).execute();
  const ownerId = newId<'order'>();
  const paymentId = await house.db.tx((tx) =>
    house.payment.open(tx, {
      payableKind,
      payableId: newId<'checkout'>(),
      buyerId: shopper.id,
      amountFen: 990,
      parts: [{ account: { type: 'order_deferred', ownerKind: 'order', ownerId }, amountFen: 990 }],
      description: '100 积分',
      expiresAt: new Date(house.clock.now().getTime() + 15 * 60_000),
    }),
  );
  const ask = (userAgent: string) =>
    house.payment.prepay(shopper, { paymentId, channel: 'jsapi', platform: 'weapp', clientIp: '127.0.0.1', userAgent });
  const number = async () =>
    (await house.payment.moneyOf(house.db, [paymentId])).payments[0]?.attempts.at(-1)?.outTradeNo ?? '';
  return { ask, number };
}

describe('where a buyer stands', () => {
  test.each([
    ['weapp', IPHONE, 'weapp_ios'],
    ['weapp', ANDROID, 'weapp_other'],
    ['weapp', '', 'weapp_other'],
    ['h5', IPHONE, 'wechat'],
    ['h5', SAFARI, 'browser'],
    ['h5', DESKTOP, 'desktop'],
  ] as const)('%s, %s', (platform, userAgent, place) => {
    expect(placeOf({ platform, userAgent })).toBe(place);
  });
});

describe('virtual goods', () => {
  test('are not sold in the mini-program on an iPhone, and the buyer reads where instead', async () => {
    const owed = await owe('recharge');
    await expect(owed.ask(IPHONE)).rejects.toMatchObject({
      code: 'payment.channel_barred',
      details: { why: 'iPhone 小程序内暂不支持购买虚拟商品，请在安卓小程序、微信内网页、手机浏览器、电脑网页中购买' },
    });
    await expect(owed.ask(ANDROID)).resolves.toMatchObject({ channel: 'jsapi' });
  });

  test('goods that are sent are sold there', async () => {
    const owed = await owe('checkout');
    await expect(owed.ask(IPHONE)).resolves.toMatchObject({ channel: 'jsapi' });
    await house.sim.control.pay(await owed.number());
  });

  test('a shop that lies about the phone is refused by WeChat', async () => {
    const owed = await owe('recharge');
    await owed.ask(ANDROID);
    await expect(house.sim.control.pay(await owed.number())).rejects.toThrow('iOS 端小程序暂不支持购买虚拟商品');
    const other = await owe('recharge', 'android');
    await other.ask(ANDROID);
    await house.sim.control.pay(await other.number());
  });

  test('the operator decides: what is switched on is sold, what is switched off is not', async () => {
    const set = async (key: string, value: boolean) => {
      const known = (await house.settings.list()).items.find((setting) => setting.key === key);
      await house.settings.change(house.boss, { key, value, version: known?.version ?? 0 });
    };
    await set('channel.virtual.weapp_ios', true);
    await set('channel.goods.weapp_other', false);
    await expect((await owe('recharge')).ask(IPHONE)).resolves.toMatchObject({ channel: 'jsapi' });
    await expect((await owe('checkout')).ask(ANDROID)).rejects.toMatchObject({ code: 'payment.channel_barred' });
  });
});
