// Transfers over the wire: eight states, the person's confirmation, a day's patience, and money that always adds up.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oracle, town, type Town } from '../test/town.ts';

const BILLS = '/v3/fund-app/mch-transfer/transfer-bills';
const OPENING = 10_000_000;
let the: Town;
beforeEach(async () => {
  the = await town({ clock: 'steppable' });
});
afterEach(() => the.close());

const person = () => the.payer();
const serial = () => ({ headers: { 'Wechatpay-Serial': the.sim.credentials.platformPublicKeyId } });
const sealed = (name: string) => oracle.Rsa.encrypt(name, the.sim.credentials.platformPublicKey);
function body(over: Record<string, unknown> = {}) {
  return {
    appid: the.sim.credentials.appid,
    out_bill_no: 'W1',
    transfer_scene_id: '1005',
    openid: person().openid,
    transfer_amount: 5_000,
    transfer_remark: '钱包提现',
    notify_url: `${the.shop.url}/transfer`,
    transfer_scene_report_infos: [
      { info_type: '岗位类型', info_content: '推广员' },
      { info_type: '报酬说明', info_content: '钱包提现' },
    ],
    ...over,
  };
}
const send = (over: Record<string, unknown> = {}, more: object = {}) => the.call('POST', BILLS, body(over), more);
const ask = (number = 'W1') => the.call('GET', `${BILLS}/out-bill-no/${number}`);
const cancel = (number = 'W1') => the.call('POST', `${BILLS}/out-bill-no/${number}/cancel`, {});
const balances = () => the.control.ledger().balances;

test('accepted, waiting, confirmed, received: the money moves twice and the merchant is told once', async () => {
  const before = person().walletFen;
  const accepted = await send();
  expect(accepted.data).toMatchObject({
    out_bill_no: 'W1',
    state: 'WAIT_USER_CONFIRM',
    package_info: expect.any(String),
  });
  expect(balances()).toMatchObject({ 'merchant:available': OPENING - 5_000, 'transit:transfer': 5_000 });
  await the.control.confirmTransfer('W1');
  expect((await ask()).data).toMatchObject({ state: 'TRANSFERING', transfer_amount: 5_000, openid: person().openid });
  expect((await ask()).data).not.toHaveProperty('package_info');
  await the.control.clock.advance({ seconds: 1 });
  const { transfer_bill_no: billNo } = (await ask()).data;
  expect((await the.call('GET', `${BILLS}/transfer-bill-no/${String(billNo)}`)).data.state).toBe('SUCCESS');
  expect(person().walletFen).toBe(before + 5_000);
  expect(balances()['transit:transfer']).toBe(0);
  expect(the.shop.heard).toHaveLength(1);
  expect(the.shop.heard[0]).toMatchObject({
    genuine: true,
    envelope: { event_type: 'MCHTRANSFER.BILL.FINISHED', resource: { original_type: 'mch_payment' } },
    plain: { out_bill_no: 'W1', state: 'SUCCESS', transfer_amount: 5_000, mch_id: the.sim.credentials.mchid },
  });
});

test('the same number with the same parameters is the same bill; with others it is refused', async () => {
  const name = { user_name: sealed(person().name) };
  const first = await send(name, serial());
  // Encrypted anew, the text is another one; the name is not.
  const again = await send({ user_name: sealed(person().name) }, serial());
  expect(again.data.transfer_bill_no).toBe(first.data.transfer_bill_no);
  expect(again.data.package_info).toBe(first.data.package_info);
  expect(balances()['transit:transfer']).toBe(5_000);
  expect((await send({ ...name, transfer_amount: 5_001 }, serial())).data.code).toBe('ALREADY_EXISTS');
});

test('unconfirmed for a day: the page is dead at once, the bill a little later, and the money is back', async () => {
  await send();
  await the.control.clock.advance({ hours: 24 });
  expect((await ask()).data.state).toBe('WAIT_USER_CONFIRM');
  await expect(the.control.confirmTransfer('W1')).rejects.toThrow('24小时');
  await the.control.clock.advance({ minutes: 1 });
  expect((await ask()).data).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' });
  expect(balances()).toMatchObject({ 'merchant:available': OPENING, 'transit:transfer': 0 });
  expect(the.shop.heard.at(-1)?.plain).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' });
});

test('a cancel is possible until the person confirms, may be repeated, and ends in CANCELLED', async () => {
  await send();
  expect((await cancel()).data.state).toBe('CANCELING');
  expect((await cancel()).data.state).toBe('CANCELING');
  await expect(the.control.confirmTransfer('W1')).rejects.toThrow('失效');
  await the.control.clock.advance({ seconds: 1 });
  expect((await cancel()).data.state).toBe('CANCELLED');
  expect(balances()).toMatchObject({ 'merchant:available': OPENING, 'transit:transfer': 0 });
  await send({ out_bill_no: 'W2' });
  await the.control.confirmTransfer('W2');
  expect((await cancel('W2')).data.code).toBe('INVALID_REQUEST');
  expect((await cancel('W3')).data.code).toBe('NOT_FOUND');
  // The body may be missing altogether.
  expect((await the.call('POST', `${BILLS}/out-bill-no/W1/cancel`)).data.state).toBe('CANCELLED');
});

test('short of money: NOT_ENOUGH at once, or PROCESSING until money comes', async () => {
  the.control.fund({ account: 'available', amountFen: -OPENING });
  expect((await send()).data.code).toBe('NOT_ENOUGH');
  expect((await ask()).data.code).toBe('NOT_FOUND');
  the.control.transferPace({ lockMs: 500 });
  expect((await send()).data).toMatchObject({ state: 'ACCEPTED' });
  await the.control.clock.advance({ seconds: 1 });
  expect((await ask()).data.state).toBe('PROCESSING');
  expect((await send()).data).toMatchObject({ state: 'PROCESSING' });
  the.control.fund({ account: 'available', amountFen: 5_000 });
  expect((await ask()).data.state).toBe('WAIT_USER_CONFIRM');
  expect((await send()).data.package_info).toEqual(expect.any(String));
});

test('a wrong name fails when the person confirms, and the money is back', async () => {
  await send({ user_name: sealed('某某某') }, serial());
  expect((await the.control.confirmTransfer('W1')).state).toBe('FAIL');
  expect((await ask()).data).toMatchObject({ state: 'FAIL', fail_reason: 'NAME_NOT_CORRECT' });
  expect(balances()['merchant:available']).toBe(OPENING);
});

test.each([
  ['a number with a dash', { out_bill_no: 'W-1' }, 400, 'PARAM_ERROR'],
  ['less than 0.1 yuan', { transfer_amount: 9 }, 400, 'PARAM_ERROR'],
  ['2000 yuan without a name', { transfer_amount: 200_000 }, 400, 'PARAM_ERROR'],
  ['more than the single limit', { transfer_amount: 5_000_001, user_name: 'SEALED' }, 400, 'INVALID_REQUEST'],
  ['a name for very little', { transfer_amount: 10, user_name: 'SEALED' }, 400, 'INVALID_REQUEST'],
  ['a name sealed for nobody', { user_name: 'AAAA' }, 400, 'PARAM_ERROR'],
  ['a foreign person', { openid: 'oNobody' }, 400, 'PARAM_ERROR'],
  ['another app', { appid: 'wxsomebodyelse' }, 400, 'INVALID_REQUEST'],
  ['a scene that is not open', { transfer_scene_id: '1009' }, 403, 'NO_AUTH'],
  [
    'a report too few',
    { transfer_scene_report_infos: [{ info_type: '岗位类型', info_content: 'x' }] },
    400,
    'PARAM_ERROR',
  ],
  ['a reason of another scene', { user_recv_perception: '活动奖励' }, 400, 'INVALID_REQUEST'],
  ['an unknown field', { nonsense: 1 }, 400, 'PARAM_ERROR'],
])('%s is refused', async (_name, change: Record<string, unknown>, status, code) => {
  const named = change.user_name === 'SEALED' ? { user_name: sealed(person().name) } : {};
  const answer = await send({ ...change, ...named }, serial());
  expect([answer.status, answer.data.code]).toEqual([status, code]);
  expect(balances()['transit:transfer'] ?? 0).toBe(0);
});

test('accepted, but the answer is lost: the query knows, and the same number goes on', async () => {
  the.control.fault({ endpoint: 'transfer.create', kind: '500-after' });
  expect((await send()).status).toBe(500);
  expect((await ask()).data.state).toBe('WAIT_USER_CONFIRM');
  expect((await send()).data.package_info).toEqual(expect.any(String));
  expect(the.control.transfers()).toHaveLength(1);
});

test('an unheard notice is repeated after 15 seconds, many more times than a payment', async () => {
  await send();
  the.shop.answers(500);
  await the.control.confirmTransfer('W1');
  await the.control.clock.advance({ seconds: 1 });
  const tries = () => the.control.noticesOf('W1')[0]?.tries;
  expect(tries()).toBe(1);
  await the.control.clock.advance({ seconds: 150 });
  expect(tries()).toBe(11);
  await the.control.clock.advance({ minutes: 50, hours: 22 });
  expect(the.control.noticesOf('W1')[0]).toMatchObject({ tries: 65, state: 'exhausted' });
});

test('after thirty days the query has forgotten', async () => {
  await send();
  await the.control.clock.advance({ days: 30, seconds: 1 });
  expect((await ask()).data.code).toBe('NOT_FOUND');
});

test('the confirm page opens for its own merchant, app and package, and takes one decision', async () => {
  const { data } = await send();
  const { mchid, appid } = the.sim.credentials;
  const fields = { mchId: mchid, appId: appid, package: String(data.package_info) };
  const open = async (over: object = {}) =>
    (await fetch(`${the.sim.url}/cashier/transfer?${new URLSearchParams({ ...fields, ...over }).toString()}`)).text();
  expect(await open()).toContain('50.00');
  expect(await open({ mchId: '1' })).toContain('不一致');
  expect(await open({ package: 'x' })).toContain('已失效');
  const press = async (result: string, redirect: string) =>
    fetch(`${the.sim.url}/cashier/transfer`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ ...fields, result, redirect_url: redirect }),
    });
  const away = await press('cancel', 'http://localhost:1/wallet');
  expect(away.headers.get('location')).toBe('http://localhost:1/wallet?result=cancel');
  expect((await ask()).data.state).toBe('WAIT_USER_CONFIRM');
  expect(await (await press('ok', '')).text()).toContain('收款处理中');
  expect((await ask()).data.state).toBe('TRANSFERING');
});

test('a transfer is forged like a payment: none of it is signed by the platform, or none of it is true', async () => {
  await send();
  await the.control.forge('wrong_signature', 'W1');
  expect(the.shop.heard.at(-1)?.genuine).toBe(false);
  await the.control.forge('wrong_amount', 'W1');
  expect(the.shop.heard.at(-1)).toMatchObject({ genuine: true, plain: { state: 'SUCCESS', transfer_amount: 1 } });
});

test('the old batch interface tells a merchant of today to go elsewhere', async () => {
  expect((await the.call('POST', '/v3/transfer/batches', {})).data.code).toBe('NO_AUTH');
});
