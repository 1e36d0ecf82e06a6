// Refunds over the wire: limits, idempotence, outcomes, and money that always adds up.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oracle, town, type Town } from '../test/town.ts';

let the: Town;
beforeEach(async () => {
  the = await town({ clock: 'steppable', merchant: { feeBps: 60 } });
  // The platform's fee leaves less than a full refund needs; a living shop has other income.
  the.control.fund({ account: 'unsettled', amountFen: 100_000 });
});
afterEach(() => the.close());

const queryRefund = (number: string) => the.call('GET', `/v3/refund/domestic/refunds/${number}`);

test('a refund is accepted, then succeeds by itself, is told, and the payer has the money', async () => {
  const number = await the.paid();
  const before = the.payer().walletFen;
  const accepted = await the.refunding(number, 'R1', 9_900);
  expect(accepted.data).toMatchObject({
    status: 'PROCESSING',
    out_refund_no: 'R1',
    channel: 'ORIGINAL',
    amount: { refund: 9_900, total: 9_900 },
  });
  expect((await the.query(number)).data.trade_state).toBe('REFUND');
  expect(the.payer().walletFen).toBe(before);
  await the.control.clock.advance({ seconds: 2 });
  expect((await queryRefund('R1')).data).toMatchObject({ status: 'SUCCESS', success_time: expect.any(String) });
  expect(the.payer().walletFen).toBe(before + 9_900);
  expect(the.shop.heard.at(-1)).toMatchObject({
    genuine: true,
    envelope: { event_type: 'REFUND.SUCCESS', resource: { original_type: 'refund' } },
    plain: {
      refund_status: 'SUCCESS',
      out_refund_no: 'R1',
      amount: { total: 9_900, refund: 9_900, payer_total: 9_900, payer_refund: 9_900 },
    },
  });
  expect(the.shop.heard.at(-1)?.plain.amount).not.toHaveProperty('currency');
  expect(the.control.ledger().balances).toMatchObject({ fees: 0, 'transit:refund': 0 });
});

test('the same number with the same parameters is the same refund; with others it is refused', async () => {
  const number = await the.paid();
  const first = await the.refunding(number, 'R1', 100);
  const again = await the.refunding(number, 'R1', 100);
  expect(again.data.refund_id).toBe(first.data.refund_id);
  expect(the.control.order(number).refundedFen).toBe(100);
  expect((await the.refunding(number, 'R1', 200)).data.code).toBe('INVALID_REQUEST');
});

test('refunds of one order keep a minute apart and never exceed it', async () => {
  const number = await the.paid();
  expect((await the.refunding(number, 'R1', 9_000)).status).toBe(200);
  expect((await the.refunding(number, 'R2', 900)).data.message).toContain('1分钟');
  await the.control.clock.advance({ minutes: 1 });
  expect((await the.refunding(number, 'R3', 901)).data.message).toContain('大于');
  expect((await the.refunding(number, 'R4', 900)).status).toBe(200);
});

test('a closed refund gives its share free again', async () => {
  const number = await the.paid();
  await the.refunding(number, 'R1', 9_900);
  await the.control.finishRefund('R1', 'CLOSED');
  await the.control.settle();
  expect(the.shop.heard.at(-1)?.envelope.event_type).toBe('REFUND.CLOSED');
  expect(the.control.ledger().balances['merchant:unsettled']).toBe(109_900 - 59);
  await the.control.clock.advance({ minutes: 1 });
  expect((await the.refunding(number, 'R2', 9_900)).status).toBe(200);
  // The fee came and went with the closed refund, and comes back with this one.
  expect(the.control.ledger().balances).toMatchObject({ fees: 0, 'merchant:unsettled': 100_000 });
});

test('fifty parts, not fifty-one', async () => {
  const number = await the.paid();
  for (let part = 1; part <= 50; part += 1) {
    expect((await the.refunding(number, `R${part}`, 1)).status).toBe(200);
    await the.control.clock.advance({ minutes: 1 });
  }
  expect((await the.refunding(number, 'R51', 1)).data.message).toContain('次数');
});

test('after a year nothing goes back', async () => {
  const number = await the.paid();
  await the.control.clock.advance({ days: 365, seconds: 1 });
  expect((await the.refunding(number, 'R1', 1)).data.message).toContain('期限');
});

test.each([
  ['another total', { amount: { refund: 1, total: 9_901, currency: 'CNY' } }, 400, 'INVALID_REQUEST'],
  ['no currency', { amount: { refund: 1, total: 9_900 } }, 400, 'PARAM_ERROR'],
  ['an unknown order', { out_trade_no: 'T-UNKNOWN' }, 404, 'RESOURCE_NOT_EXISTS'],
  ['no order at all', { out_trade_no: undefined }, 400, 'PARAM_ERROR'],
])('%s is refused', async (_name, change, status, code) => {
  const number = await the.paid();
  const answer = await the.refunding(number, 'R1', 1, change);
  expect([answer.status, answer.data.code]).toEqual([status, code]);
});

test('an unpaid order cannot be refunded', async () => {
  expect((await the.refunding(await the.placed(), 'R1', 1)).data.code).toBe('RESOURCE_NOT_EXISTS');
});

test('short of money: NOT_ENOUGH, and the same number works after a top-up', async () => {
  const number = await the.paid();
  the.control.settleFunds();
  expect((await the.refunding(number, 'R1', 9_900)).data).toMatchObject({ code: 'NOT_ENOUGH' });
  expect((await queryRefund('R1')).data.code).toBe('RESOURCE_NOT_EXISTS');
  the.control.fund({ account: 'unsettled', amountFen: 20_000 });
  expect((await the.refunding(number, 'R1', 9_900)).status).toBe(200);
  expect((await the.refunding(await the.paid(), 'R2', 9_900, { funds_account: 'AVAILABLE' })).status).toBe(200);
});

test('an abnormal refund waits for a card, and then reaches it', async () => {
  const number = await the.paid();
  await the.refunding(number, 'R1', 500);
  await the.control.finishRefund('R1', 'ABNORMAL');
  await the.control.clock.advance({ days: 1 });
  const { refundId, state } = the.control.refund('R1');
  expect(state).toBe('ABNORMAL');
  expect(the.control.ledger().balances['transit:refund']).toBe(500);
  const path = `/v3/refund/domestic/refunds/${refundId}/apply-abnormal-refund`;
  expect((await the.call('POST', path, { out_refund_no: 'R1', type: 'USER_BANK_CARD' })).data.detail).toMatchObject({
    field: '/body/bank_type',
  });
  expect((await the.call('POST', path, { out_refund_no: 'R1', type: 'MERCHANT_BANK_CARD' })).data.status).toBe(
    'PROCESSING',
  );
  await the.control.clock.advance({ seconds: 2 });
  expect(the.control.refund('R1').state).toBe('SUCCESS');
  expect(the.control.ledger().balances['transit:refund']).toBe(0);
});

test('a card number is sent encrypted with a key that we know', async () => {
  const number = await the.paid();
  await the.refunding(number, 'R1', 500);
  await the.control.finishRefund('R1', 'ABNORMAL');
  const { platformPublicKey, platformPublicKeyId } = the.sim.credentials;
  const path = `/v3/refund/domestic/refunds/${the.control.refund('R1').refundId}/apply-abnormal-refund`;
  const seal = (text: string) => oracle.Rsa.encrypt(text, platformPublicKey);
  const body = {
    out_refund_no: 'R1',
    type: 'USER_BANK_CARD',
    bank_type: 'CMB_DEBIT',
    bank_account: seal('6225000011112222'),
    real_name: seal('李建国'),
  };
  const wrong = await the.call('POST', path, body, { headers: { 'Wechatpay-Serial': 'A'.repeat(40) } });
  expect(wrong.data.message).toContain('Wechatpay-Serial');
  const right = await the.call('POST', path, body, { headers: { 'Wechatpay-Serial': platformPublicKeyId } });
  expect(right.data.status).toBe('PROCESSING');
});
