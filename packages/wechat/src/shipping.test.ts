// Shipping info over real HTTP: what goes out is what WeChat documents, and every end of it has a name.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMiniClient } from './mini.ts';
import { createShippingClient } from './shipping.ts';
import { APPID, NOON, openTestWechat, plain, type TestWechat } from './test-wechat.ts';

let wechat: TestWechat;
beforeEach(async () => void (wechat = await openTestWechat()));
afterEach(() => wechat.close());

const client = () =>
  createShippingClient(
    createMiniClient({ appid: APPID, secret: 'f00d', baseUrl: wechat.origin, now: () => NOON, retryPauseMs: 1 }),
    APPID,
  );
const token = plain(200, { access_token: 'T', expires_in: 7200 });
const sent = () => JSON.parse(wechat.heard.at(-1)?.body ?? 'null') as Record<string, unknown>;
const base = { transactionId: '4200', openid: 'o1', uploadedAt: new Date('2026-03-01T12:00:00.678+08:00') };

test('one parcel: unified, with the times and names that WeChat wants', async () => {
  wechat.will(token, plain(200, { errcode: 0, errmsg: 'ok' }));
  const express = { trackingNo: 'SF123', company: 'SF', receiverContact: '138****1234' };
  const entries = [{ itemDesc: '云'.repeat(130), express }];
  expect(await client().upload({ ...base, logistics: 'express', entries })).toMatchObject({ outcome: 'ok' });
  expect(sent()).toEqual({
    order_key: { order_number_type: 2, transaction_id: '4200' },
    logistics_type: 1,
    delivery_mode: 1,
    shipping_list: [
      {
        item_desc: '云'.repeat(120),
        tracking_no: 'SF123',
        express_company: 'SF',
        contact: { receiver_contact: '138****1234' },
      },
    ],
    upload_time: '2026-03-01T12:00:00.678+08:00',
    payer: { openid: 'o1' },
  });
});

test('several parcels are split; what needs no parcel names none', async () => {
  wechat.will(token, plain(200, { errcode: 0 }), token, plain(200, { errcode: 0 }));
  const parcel = { itemDesc: '杯子', express: { trackingNo: 'Z1', company: 'ZTO' } };
  await client().upload({ ...base, logistics: 'express', split: { isAllDelivered: false }, entries: [parcel] });
  expect(sent()).toMatchObject({ delivery_mode: 2, is_all_delivered: false });
  await client().upload({ ...base, logistics: 'virtual', entries: [{ itemDesc: '积分' }] });
  expect(sent()).toMatchObject({ logistics_type: 3, delivery_mode: 1, shipping_list: [{ item_desc: '积分' }] });
  expect(sent()).not.toHaveProperty('is_all_delivered');
});

test('every refusal has a kind; busy departments are unknown, not refused', async () => {
  const kinds = {
    10060001: 'order_not_found',
    10060002: 'already_shipped',
    10060003: 'no_correction_left',
    10060004: 'not_shippable',
    10060023: 'already_shipped',
    10060024: 'param',
    268485216: 'param',
  };
  for (const [errcode, kind] of Object.entries(kinds)) {
    wechat.will(token, plain(200, { errcode: Number(errcode), errmsg: 'no' }));
    const answer = await client().upload({ ...base, logistics: 'virtual', entries: [{ itemDesc: 'x' }] });
    expect(answer).toMatchObject({ outcome: 'refused', kind, code: errcode });
  }
  wechat.will(token, plain(200, { errcode: 10060012, errmsg: 'system error' }));
  expect(await client().order('4200')).toMatchObject({ outcome: 'unknown', why: 'server_error' });
});

const wire = (more: object = {}) => ({
  transaction_id: '4200',
  merchant_trade_no: 'P1',
  openid: 'o1',
  pay_time: 1772337600,
  order_state: 2,
  in_complaint: false,
  shipping: { finish_shipping: true, shipping_list: [{ tracking_no: 'SF1', express_company: 'SF', upload_time: 1 }] },
  ...more,
});

test('how an order stands is read, unknown states included', async () => {
  wechat.will(token, plain(200, { errcode: 0, order: wire() }));
  expect(await client().order('4200')).toMatchObject({
    outcome: 'ok',
    value: {
      outTradeNo: 'P1',
      state: 'shipped',
      isComplete: true,
      paidAt: new Date(1772337600_000),
      parcels: [{ trackingNo: 'SF1', company: 'SF' }],
    },
  });
  wechat.will(token, plain(200, { errcode: 0, order: wire({ order_state: 9, shipping: null }) }));
  expect(await client().order('4200')).toMatchObject({ value: { state: 'unknown', isComplete: false, parcels: [] } });
});

test('a list goes on by its index until WeChat says that it ends', async () => {
  wechat.will(token, plain(200, { errcode: 0, order_list: [wire()], last_index: 'abc', has_more: true }));
  const page = { paidFrom: NOON, paidTo: new Date(NOON.getTime() + 1000), lastIndex: null };
  expect(await client().orders(page)).toMatchObject({
    value: { nextIndex: 'abc', orders: [{ transactionId: '4200' }] },
  });
  expect(sent()).toEqual({ pay_time_range: { begin_time: 1772337600, end_time: 1772337601 }, page_size: 100 });
  wechat.will(token, plain(200, { errcode: 0, order_list: [], last_index: 'abd', has_more: false }));
  expect(await client().orders({ ...page, lastIndex: 'abc' })).toMatchObject({
    value: { nextIndex: null, orders: [] },
  });
  expect(sent()).toMatchObject({ last_index: 'abc' });
  wechat.will(token, plain(200, { errcode: 0, is_trade_managed: true }));
  expect(await client().isManaged()).toMatchObject({ value: true });
});
