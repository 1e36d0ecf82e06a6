// Transfers to a person: what is sent, how the name travels, and what each answer is worth.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rsa } from 'wechatpay-axios-plugin';
import {
  APPID,
  byPublicKey,
  certificatePem,
  hangUp,
  MCHID,
  openTestWechat,
  payClient,
  plain,
  platform,
  PUBLIC_KEY_ID,
  seal,
  signed,
  stampHeaders,
} from './test-wechat.ts';
import type { TestWechat } from './test-wechat.ts';
import type { TransferRequest } from './pay.transfers.ts';

let wechat: TestWechat;
beforeAll(async () => {
  wechat = await openTestWechat();
});
afterAll(() => wechat.close());

const BILLS = '/v3/fund-app/mch-transfer/transfer-bills';
const NO = 'W20260301000000000001';
const request: TransferRequest = {
  outBillNo: NO,
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  sceneId: '1005',
  amountFen: 250_000,
  remark: '钱包提现',
  userName: '张三',
  reports: [
    { type: '岗位类型', content: '推广员' },
    { type: '报酬说明', content: '钱包提现' },
  ],
};
const bill = (over: Record<string, unknown> = {}) => ({
  out_bill_no: NO,
  transfer_bill_no: '1330000071100999991182020050700019480001',
  create_time: '2026-03-01T12:00:00+08:00',
  state: 'WAIT_USER_CONFIRM',
  package_info: 'affffddafdfafddffda==',
  announced_by_nobody: 1,
  ...over,
});
const found = (over: Record<string, unknown> = {}) => ({
  ...bill(),
  package_info: undefined,
  mch_id: MCHID,
  appid: APPID,
  transfer_amount: 250_000,
  transfer_remark: '钱包提现',
  openid: request.openid,
  update_time: '2026-03-01T12:00:01+08:00',
  ...over,
});

test('a transfer says who, how much and what for; the name travels encrypted under a named key', async () => {
  wechat.will(signed(bill(), byPublicKey));
  const answer = await payClient(wechat).transfer(request);
  expect(answer).toMatchObject({
    outcome: 'ok',
    value: { outBillNo: NO, state: 'WAIT_USER_CONFIRM', packageInfo: 'affffddafdfafddffda==', failReason: null },
  });
  const { method, target, headers, body } = wechat.heard.at(-1)!;
  expect([method, target]).toEqual(['POST', BILLS]);
  expect(headers['wechatpay-serial']).toBe(PUBLIC_KEY_ID);
  const { user_name: sealed, ...told } = JSON.parse(body) as Record<string, unknown>;
  expect(Rsa.decrypt(String(sealed), platform.privateKey)).toBe('张三');
  expect(told).toEqual({
    appid: APPID,
    out_bill_no: NO,
    transfer_scene_id: '1005',
    openid: request.openid,
    transfer_amount: 250_000,
    transfer_remark: '钱包提现',
    notify_url: 'https://shop.example/wechat/transfer/notify',
    transfer_scene_report_infos: [
      { info_type: '岗位类型', info_content: '推广员' },
      { info_type: '报酬说明', info_content: '钱包提现' },
    ],
  });
});

test('without a name nothing is encrypted; a merchant with certificates fetches one before it encrypts', async () => {
  const serial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
  const certificate = certificatePem(platform, serial);
  const keyless = () => payClient(wechat, { publicKey: undefined });
  wechat.will(plain(403, { code: 'NOT_ENOUGH', message: '资金不足' }));
  expect(await keyless().transfer({ ...request, amountFen: 10, userName: undefined })).toMatchObject({
    outcome: 'refused',
    kind: 'not_enough',
  });
  expect(wechat.heard.at(-1)!.headers['wechatpay-serial']).toBeUndefined();
  expect(wechat.heard.at(-1)!.body).not.toContain('user_name');

  const listed = {
    data: [
      {
        serial_no: serial,
        effective_time: '2026-01-01T00:00:00+08:00',
        expire_time: '2031-01-01T00:00:00+08:00',
        encrypt_certificate: seal(certificate, 'certificate'),
      },
    ],
  };
  const byCertificate = { key: platform.privateKey, serial };
  wechat.will(signed(listed, byCertificate), signed(bill({ state: 'PROCESSING' }), byCertificate));
  expect(await keyless().transfer(request)).toMatchObject({ outcome: 'ok', value: { state: 'PROCESSING' } });
  expect(wechat.heard.at(-1)!.headers['wechatpay-serial']).toBe(serial);
});

test('what WeChat may have accepted is unknown, and is never sent a second time by itself', async () => {
  const client = payClient(wechat);
  const undecided = [
    [hangUp, 'connection'],
    [plain(429, { code: 'FREQUENCY_LIMIT_EXCEED' }), 'rate_limited'],
    [plain(500, { code: 'SYSTEM_ERROR' }), 'server_error'],
    [signed(bill({ out_bill_no: 'ANOTHER1' }), byPublicKey), 'unreadable'],
    [signed(bill({ state: 'NEWS' }), byPublicKey), 'unreadable'],
  ] as const;
  for (const [reply, why] of undecided) {
    const before = wechat.heard.length;
    wechat.will(reply);
    expect(await client.transfer(request)).toMatchObject({ outcome: 'unknown', why });
    expect(wechat.heard.length).toBe(before + 1);
  }
  const refused = [
    ['ALREADY_EXISTS', 400, 'already_exists'],
    ['USER_ERROR', 400, 'user_account'],
    ['NO_AUTH', 403, 'forbidden'],
    ['INVALID_REQUEST', 400, 'invalid_request'],
  ] as const;
  for (const [code, status, kind] of refused) {
    wechat.will(plain(status, { code, message: '' }));
    expect(await client.transfer(request)).toMatchObject({ outcome: 'refused', kind });
  }
});

test('both queries tell state, amount and reason; of another merchant or number they tell nothing', async () => {
  const client = payClient(wechat);
  wechat.will(signed(found({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' }), byPublicKey));
  expect(await client.queryTransfer(NO)).toMatchObject({
    outcome: 'ok',
    value: { state: 'FAIL', failReason: 'OVERDUE_CLOSE', amountFen: 250_000, openid: request.openid, mchid: MCHID },
  });
  expect(wechat.heard.at(-1)!.target).toBe(`${BILLS}/out-bill-no/${NO}`);
  wechat.will(signed(found({ mch_id: undefined, mchid: MCHID }), byPublicKey));
  expect((await client.queryTransferByBillNo(bill().transfer_bill_no)).outcome).toBe('ok');
  expect(wechat.heard.at(-1)!.target).toBe(`${BILLS}/transfer-bill-no/${bill().transfer_bill_no}`);
  for (const wrong of [{ mch_id: '1900000000' }, { out_bill_no: 'W2' }, { transfer_amount: undefined }]) {
    wechat.will(signed(found(wrong), byPublicKey));
    expect(await client.queryTransfer(NO)).toMatchObject({ outcome: 'unknown', why: 'unreadable' });
  }
  wechat.will(plain(404, { code: 'NOT_FOUND', message: '记录不存在' }));
  expect(await client.queryTransfer(NO)).toMatchObject({ outcome: 'refused', kind: 'not_found' });
});

test('the other spellings of a state are read', async () => {
  const spellings = { TRANSFERRING: 'TRANSFERING', CANCELLING: 'CANCELING', CANCELED: 'CANCELLED' };
  for (const [told, read] of Object.entries(spellings)) {
    wechat.will(signed(found({ state: told }), byPublicKey));
    expect(await payClient(wechat).queryTransfer(NO)).toMatchObject({ outcome: 'ok', value: { state: read } });
  }
});

test('a cancel is asked for with an empty object and may still be under way', async () => {
  wechat.will(signed(bill({ state: 'CANCELING', package_info: undefined }), byPublicKey));
  expect(await payClient(wechat).cancelTransfer(NO)).toMatchObject({ outcome: 'ok', value: { state: 'CANCELING' } });
  expect(wechat.heard.at(-1)).toMatchObject({ target: `${BILLS}/out-bill-no/${NO}/cancel`, body: '{}' });
  wechat.will(plain(429, { code: 'FREQUENCY_LIMITED' }));
  expect(await payClient(wechat).cancelTransfer(NO)).toMatchObject({ outcome: 'unknown', why: 'rate_limited' });
});

test('a transfer against the published limits never leaves the house', async () => {
  const client = payClient(wechat);
  const before = wechat.heard.length;
  const wrong: Partial<TransferRequest>[] = [
    { outBillNo: 'W-1' },
    { outBillNo: 'W'.repeat(33) },
    { amountFen: 9 },
    { amountFen: 10.5 },
    { userName: undefined },
    { userName: '张'.repeat(80) },
    { remark: '茶'.repeat(33) },
    { reports: [] },
    { reports: [{ type: '岗位类型', content: '长'.repeat(33) }] },
    { openid: '' },
    { notifyUrl: 'https://shop.example/x?a=1' },
  ];
  for (const part of wrong) {
    expect(await client.transfer({ ...request, ...part })).toMatchObject({ outcome: 'refused', code: 'LOCAL_PARAM' });
  }
  expect(await client.queryTransfer('W-1')).toMatchObject({ code: 'LOCAL_PARAM' });
  expect(await client.cancelTransfer('../x')).toMatchObject({ code: 'LOCAL_PARAM' });
  expect(wechat.heard.length).toBe(before);
});

test('the confirm page gets merchant, app and package', () => {
  expect(payClient(wechat).transferConfirm('abc==')).toEqual({ mchId: MCHID, appId: APPID, package: 'abc==' });
});

test('a finished transfer is told by a notice; one without an amount is malformed', async () => {
  const letter = (resource: unknown) => {
    const body = JSON.stringify({
      id: 'EV-1',
      create_time: '2026-03-01T12:00:00+08:00',
      resource_type: 'encrypt-resource',
      event_type: 'MCHTRANSFER.BILL.FINISHED',
      summary: '商家转账单据终态通知',
      resource: { original_type: 'mch_payment', ...seal(JSON.stringify(resource), 'mch_payment') },
    });
    return { headers: stampHeaders(body, byPublicKey), rawBody: body };
  };
  const told = found({ state: 'SUCCESS' });
  expect(await payClient(wechat).openNotice(letter(told))).toMatchObject({
    ok: true,
    kind: 'transfer',
    transfer: { outBillNo: NO, state: 'SUCCESS', amountFen: 250_000, mchid: MCHID, openid: request.openid },
  });
  expect(await payClient(wechat).openNotice(letter({ ...told, transfer_amount: undefined }))).toEqual({
    ok: false,
    reason: 'malformed',
  });
});
