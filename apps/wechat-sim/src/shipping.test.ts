// Shipping info and message push, played by the book: uploads, the one correction, receipt, settlement, and sealed events.
import { createDecipheriv, createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { town, type Town } from '../test/town.ts';

type Told = Record<string, unknown>;
type Heard = { query: URLSearchParams; body: Told };

let place: Town;
let ear: Awaited<ReturnType<typeof listen>>;
let answer: { status: number; text: string };
beforeEach(async () => {
  answer = { status: 200, text: 'success' };
  ear = await listen();
  place = await town({ clock: 'steppable', merchant: { pushUrl: ear.url } });
});
afterEach(async () => {
  await place.close();
  await ear.close();
});

async function listen() {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const query = new URL(request.url ?? '/', 'http://x').searchParams;
      heard.push({ query, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Told });
      response.writeHead(answer.status).end(answer.text);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { heard, url: `http://127.0.0.1:${port}/push`, close };
}

async function call(path: string, body: object): Promise<Told> {
  const { appid, secret } = place.sim.credentials;
  const ask = async (target: string, what: object) =>
    (await (await fetch(`${place.sim.url}${target}`, { method: 'POST', body: JSON.stringify(what) })).json()) as Told;
  const grant = { grant_type: 'client_credential', appid, secret };
  const { access_token: token } = await ask('/cgi-bin/stable_token', grant);
  return ask(`/wxa/sec/order/${path}?access_token=${String(token)}`, body);
}

async function paid(): Promise<{ outTradeNo: string; transactionId: string; openid: string }> {
  const { openid } = place.control.person('p1');
  const body = place.orderBody({ payer: { openid } });
  await place.call('POST', '/v3/pay/transactions/jsapi', body);
  const { outTradeNo, transactionId } = await place.control.pay(String(body['out_trade_no']));
  await place.control.settle();
  return { outTradeNo, transactionId, openid };
}

type Paid = Awaited<ReturnType<typeof paid>>;
const parcel = (tracking_no: string, more: object = {}) => ({
  tracking_no,
  express_company: 'ZTO',
  item_desc: '杯子',
  ...more,
});
const wish = ({ transactionId, openid }: Paid, list: object[], more: object = {}) => ({
  order_key: { order_number_type: 2, transaction_id: transactionId },
  logistics_type: 1,
  delivery_mode: 1,
  shipping_list: list,
  upload_time: place.control.clock.now().toISOString(),
  payer: { openid },
  ...more,
});
const upload = async (order: Paid, list: object[], more: object = {}) => {
  await place.control.clock.advance({ seconds: 1 });
  return (await call('upload_shipping_info', wish(order, list, more)))['errcode'];
};
const stateOf = async ({ transactionId }: Paid) =>
  ((await call('get_order', { transaction_id: transactionId }))['order'] as Told)['order_state'];

/** Opened by this test's own hand. */
function opened({ query, body }: Heard): Told {
  const { pushToken, pushAesKey, appid } = place.sim.credentials;
  const sealed = String(body['Encrypt']);
  const parts = [pushToken, query.get('timestamp') ?? '', query.get('nonce') ?? '', sealed].toSorted();
  expect(query.get('msg_signature')).toBe(createHash('sha1').update(parts.join('')).digest('hex'));
  const key = Buffer.from(`${pushAesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]);
  const length = plain.readUInt32BE(16);
  expect(plain.subarray(20 + length, plain.length - (plain.at(-1) ?? 0)).toString()).toBe(appid);
  return JSON.parse(plain.subarray(20, 20 + length).toString('utf8')) as Told;
}

describe('uploads', () => {
  test('one parcel, shipped; then the one correction, and no second', async () => {
    const order = await paid();
    expect(await stateOf(order)).toBe(1);
    expect(await upload(order, [parcel('Z1')])).toBe(0);
    expect(await stateOf(order)).toBe(2);
    expect(await upload(order, [parcel('Z1')])).toBe(10060023);
    expect(await upload(order, [parcel('Z2')])).toBe(0);
    expect(place.control.shipment(order.outTradeNo)).toMatchObject({
      correctionUsed: true,
      parcels: [{ trackingNo: 'Z2' }],
    });
    expect(await upload(order, [parcel('Z3')])).toBe(10060003);
  });

  test('split parcels add up until all are delivered', async () => {
    const order = await paid();
    const split = (isAll: boolean) => ({ delivery_mode: 2, is_all_delivered: isAll });
    expect(await upload(order, [parcel('Z1')], split(false))).toBe(0);
    expect(await stateOf(order)).toBe(1);
    expect(await upload(order, [parcel('Z2')], split(true))).toBe(0);
    expect(place.control.shipment(order.outTradeNo)).toMatchObject({
      isSplit: true,
      isComplete: true,
      correctionUsed: false,
      parcels: [{ trackingNo: 'Z1' }, { trackingNo: 'Z2' }],
    });
  });

  test.each<[string, object[], object, number]>([
    ['no parcel number', [{ express_company: 'ZTO', item_desc: 'x' }], {}, 268485226],
    ['two parcels unified', [parcel('A'), parcel('B')], {}, 268485228],
    ['sixteen parcels', Array.from({ length: 16 }, (_, n) => parcel(`P${n}`)), splitAll(), 10060024],
    ['split without the word', [parcel('A')], { delivery_mode: 2 }, 10060007],
    ['split of what has no parcel', [{ item_desc: 'x' }], { ...splitAll(), logistics_type: 3 }, 10060006],
    ['a long text', [parcel('A', { item_desc: '长'.repeat(121) })], {}, 10060009],
    ['no text', [parcel('A', { item_desc: '' })], {}, 10060008],
    ['SF without a number to call', [parcel('A', { express_company: 'SF' })], {}, 10060014],
    ['somebody else pays', [parcel('A')], { payer: { openid: 'other' } }, 10060031],
    ['an unknown payment', [parcel('A')], { order_key: { order_number_type: 2, transaction_id: '1' } }, 10060001],
    ['a time of its own', [parcel('A')], { upload_time: 'yesterday' }, 268485216],
  ])('%s is refused', async (_, list, more, errcode) => {
    expect(await upload(await paid(), list, more)).toBe(errcode);
  });

  test('what is refunded or confirmed is not shipped any more', async () => {
    const order = await paid();
    await upload(order, [parcel('Z1')]);
    place.control.confirmReceipt(order.outTradeNo);
    expect(await upload(order, [parcel('Z2')])).toBe(10060004);
  });
});

test('the list knows what was paid when, page by page', async () => {
  const orders = [await paid(), await paid(), await paid()];
  await upload(orders[1] as Paid, [{ item_desc: '积分' }], { logistics_type: 3 });
  const first = await call('get_order_list', { page_size: 2 });
  expect(first).toMatchObject({ has_more: true, last_index: '2' });
  const rest = await call('get_order_list', { page_size: 2, last_index: '2' });
  expect([first, rest].flatMap((page) => page['order_list'] as Told[]).map((one) => one['transaction_id'])).toEqual(
    orders.map((order) => order.transactionId),
  );
  expect(((await call('get_order_list', { order_state: 2 }))['order_list'] as Told[]).length).toBe(1);
});

describe('events', () => {
  test('shipped and settled are told, sealed and signed; unanswered ones are repeated three times', async () => {
    const order = await paid();
    await upload(order, [parcel('Z1')]);
    await place.control.settle();
    expect(opened(ear.heard.at(-1) as Heard)).toMatchObject({
      Event: 'trade_manage_order_settlement',
      transaction_id: order.transactionId,
      estimated_settlement_time: expect.any(Number),
    });
    place.control.confirmReceipt(order.outTradeNo);
    answer = { status: 200, text: 'oops' };
    await place.control.clock.advance({ minutes: 10 });
    const settled = ear.heard.map(opened).filter((one) => one['settlement_time'] !== undefined);
    expect(settled).toHaveLength(4);
    expect(settled[0]).toMatchObject({ confirm_receive_method: 2 });
    expect(place.control.pushes().at(-1)).toMatchObject({ state: 'exhausted', tries: 4, status: 0 });
    answer = { status: 200, text: '' };
    expect(await place.control.pushAgain(place.control.pushes().at(-1)?.id ?? '')).toBe(true);
  });

  test('an order that lies about is asked about after two days, a shipped one confirms itself after ten', async () => {
    const [idle, sent] = [await paid(), await paid()];
    await upload(sent, [parcel('Z1')]);
    await place.control.clock.advance({ hours: 49 });
    const asked = ear.heard.map(opened).filter((one) => one['Event'] === 'trade_manage_remind_shipping');
    expect(asked.map((one) => one['transaction_id'])).toEqual([idle.transactionId]);
    await place.control.clock.advance({ days: 9 });
    expect(await stateOf(sent)).toBe(4);
    expect(ear.heard.map(opened).at(-1)).toMatchObject({ confirm_receive_method: 1 });
  });
});

function splitAll() {
  return { delivery_mode: 2, is_all_delivered: true };
}
