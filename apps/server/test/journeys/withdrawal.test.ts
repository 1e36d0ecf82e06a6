// Money leaves a wallet: asked for, agreed to, sent to WeChat, confirmed on the phone; and every way in which it comes back.
import {
  adminCountWithdrawals,
  adminGetWithdrawal,
  adminListWithdrawals,
  adminSetBuyerState,
  approveWithdrawals,
  cancelWithdrawal,
  getWallet,
  getWithdrawal,
  listAudit,
  listNotices,
  listWalletEntries,
  listWithdrawals,
  rejectWithdrawal,
  requestWithdrawal,
  resendWithdrawal,
  returnWithdrawal,
  revealPayee,
  savePayoutAccount,
  type Id,
} from '@jishi/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { key } from '../given.ts';
import { house, type BuyerSession, type House, type StaffClient } from '../house.ts';

let shop: House;
let admin: StaffClient;
let buyer: BuyerSession;

beforeAll(async () => {
  shop = await house();
  admin = await shop.admin();
});
afterAll(() => shop.close());
beforeEach(async () => {
  shop.wechat.clearFaults();
  shop.wechat.transferPace({ lockMs: 0, delayMs: 1000 });
  buyer = await shop.signIn();
  await shop.given.wallet(buyer, 100_000);
});

type WithdrawalId = Id<'withdrawal'>;
const ask = (amountFen = 30_000, by = buyer) =>
  by.call(requestWithdrawal, { amountFen, platform: 'weapp' }, { key: key() });
const agree = (...withdrawalIds: WithdrawalId[]) => admin.call(approveWithdrawals, { withdrawalIds }, { key: key() });
const look = (withdrawalId: WithdrawalId, by = buyer) => by.call(getWithdrawal, { withdrawalId });
const staffLook = (withdrawalId: WithdrawalId) => admin.call(adminGetWithdrawal, { withdrawalId });
const wallet = () => buyer.call(getWallet, {});
const told = async () => (await buyer.call(listNotices, {})).items.map((notice) => notice.title);

/** Asked for, agreed to and waiting for the person at WeChat. */
async function waiting(amountFen = 30_000): Promise<{ id: WithdrawalId; billNo: string }> {
  const { id } = await ask(amountFen);
  await agree(id);
  await shop.settle();
  expect((await look(id)).state).toBe('await_confirm');
  return { id, billNo: (await staffLook(id)).outBillNo! };
}

test('asked, agreed, sent, confirmed, arrived: told at each step and booked to the fen', async () => {
  const before = shop.wechat.person(buyer.person.id).walletFen;
  const asked = await ask();
  expect(asked).toMatchObject({ state: 'pending', amountFen: 30_000, feeFen: 0, arrivesFen: 30_000, canCancel: true });
  expect(await wallet()).toMatchObject({ availableFen: 70_000, withdrawingFen: 30_000, rules: { leftToday: 2 } });
  expect((await admin.call(adminCountWithdrawals, {})).states.pending).toBe(1);
  expect((await agree(asked.id)).approved).toEqual([asked.id]);
  await shop.settle();
  const open = await look(asked.id);
  expect(open).toMatchObject({
    state: 'await_confirm',
    canCancel: true,
    confirm: { mchId: shop.sim.credentials.mchid, appId: shop.sim.credentials.appid, package: expect.any(String) },
  });
  const { outBillNo } = await staffLook(asked.id);
  shop.wechat.transferPace({ delayMs: 10_000 });
  await shop.wechat.confirmTransfer(outBillNo!);
  await shop.wechat.clock.advance({ seconds: 4 });
  expect(await look(asked.id)).toMatchObject({ state: 'await_confirm', confirm: null, canCancel: false });
  await shop.forward({ seconds: 10 });
  const over = await look(asked.id);
  expect(over).toMatchObject({ state: 'paid', confirm: null, canCancel: false, reason: null });
  expect(over.timeline.map((event) => event.title)).toEqual([
    '提交提现申请',
    '审核通过',
    '提交微信打款',
    '微信已受理，等待确认收款',
    '已收款，提现完成',
  ]);
  expect(shop.wechat.person(buyer.person.id).walletFen).toBe(before + 30_000);
  expect(await wallet()).toMatchObject({ availableFen: 70_000, withdrawingFen: 0 });
  const { items } = await buyer.call(listWalletEntries, {});
  expect(items.map((entry) => [entry.changeFen, entry.withdrawalId])).toEqual([
    [-30_000, asked.id],
    [100_000, null],
  ]);
  const newest = await buyer.call(listWalletEntries, { limit: 1 });
  const older = await buyer.call(listWalletEntries, { limit: 1, cursor: newest.nextCursor! });
  expect([newest.items[0], older.items[0]]).toEqual(items);
  expect(older.nextCursor).toBeNull();
  expect(await told()).toEqual(['提现已到账', '提现待确认收款']);
  const { postings } = await staffLook(asked.id);
  expect(postings.map((posting) => posting.entries.length)).toEqual([2, 2]);
  await shop.books.balance({ atRest: true });
});

test('a notice is only a hint: forged or held back, the query decides', async () => {
  const { id, billNo } = await waiting();
  for (const kind of ['wrong_signature', 'wrong_amount', 'unpaid_state', 'other_mchid'] as const) {
    await shop.wechat.forge(kind, billNo);
    await shop.settle();
    expect((await look(id)).state).toBe('await_confirm');
  }
  shop.wechat.noticeMode('held');
  await shop.wechat.confirmTransfer(billNo);
  await shop.wechat.clock.advance({ seconds: 2 });
  shop.wechat.noticeMode('now');
  await shop.forward({ minutes: 2 });
  expect((await look(id)).state).toBe('paid');
  await shop.wechat.release();
  await shop.settle();
  await shop.books.balance({ atRest: true });
});

test('refused by finance: the reason is told, the money is back', async () => {
  const { id } = await ask();
  await admin.call(rejectWithdrawal, { withdrawalId: id, reason: '请先完成实名认证' }, { key: key() });
  expect(await look(id)).toMatchObject({ state: 'rejected', reason: '请先完成实名认证', canCancel: false });
  // What never reached WeChat counts for no limit.
  expect(await wallet()).toMatchObject({ availableFen: 100_000, withdrawingFen: 0, rules: { leftToday: 3 } });
  expect(await told()).toEqual(['提现审核未通过']);
  await expect(
    admin.call(rejectWithdrawal, { withdrawalId: id, reason: '再来' }, { key: key() }),
  ).rejects.toMatchObject({ code: 'withdrawal.not_open' });
  await shop.books.balance({ atRest: true });
});

test('nobody confirms for a day: the money comes back when WeChat says so, not by our clock', async () => {
  const { id } = await waiting();
  await shop.forward({ hours: 24 });
  // WeChat closes a little later; until then its query still says that it waits, and so do we.
  expect(await look(id)).toMatchObject({ state: 'await_confirm', confirm: null });
  expect((await wallet()).withdrawingFen).toBe(30_000);
  await shop.forward({ minutes: 20 });
  expect(await look(id)).toMatchObject({ state: 'expired', reason: '超过 24 小时未确认收款' });
  expect((await wallet()).availableFen).toBe(100_000);
  expect(await told()).toContain('提现超时未确认');
  await shop.books.balance({ atRest: true });
});

test('the buyer changes their mind: at once before it is sent, by WeChat’s word afterwards', async () => {
  const early = await ask();
  await buyer.call(cancelWithdrawal, { withdrawalId: early.id }, { key: key() });
  expect(await look(early.id)).toMatchObject({ state: 'cancelled' });
  expect((await wallet()).availableFen).toBe(100_000);

  const { id } = await waiting();
  const wanted = await buyer.call(cancelWithdrawal, { withdrawalId: id }, { key: key() });
  expect(wanted).toMatchObject({ state: 'await_confirm', isCancelling: true, confirm: null });
  await shop.settle();
  // CANCELING is not the end.
  expect((await look(id)).state).toBe('await_confirm');
  await shop.forward({ minutes: 1 });
  expect((await look(id)).state).toBe('cancelled');
  expect((await wallet()).availableFen).toBe(100_000);
  await shop.books.balance({ atRest: true });
});

test('the person was quicker than the cancel: paid it is', async () => {
  const { id, billNo } = await waiting();
  shop.wechat.fault({ endpoint: 'transfer.cancel', kind: 'timeout-before', delayMs: 10 });
  await buyer.call(cancelWithdrawal, { withdrawalId: id }, { key: key() });
  await shop.wechat.confirmTransfer(billNo);
  await shop.settle();
  await shop.forward({ minutes: 2 });
  expect((await look(id)).state).toBe('paid');
  await shop.books.balance({ atRest: true });
});

test.each(['500-after', 'reset-after', '429-accepted', 'truncated-json', 'wrong-signature'] as const)(
  'accepted, but the answer is %s: one transfer, one number, and the confirm page is found again',
  async (kind) => {
    shop.wechat.fault({ endpoint: 'transfer.create', kind });
    const before = shop.wechat.transfers().length;
    const { id } = await ask();
    await agree(id);
    await shop.settle();
    await shop.forward({ minutes: 1 });
    const open = await look(id);
    expect(open.state).toBe('await_confirm');
    expect(open.confirm).not.toBeNull();
    expect(shop.wechat.transfers().length).toBe(before + 1);
    await shop.wechat.confirmTransfer((await staffLook(id)).outBillNo!);
    await shop.forward({ seconds: 2 });
    expect((await look(id)).state).toBe('paid');
    await shop.books.balance({ atRest: true });
  },
);

test('WeChat is away altogether: nothing is assumed, and the same number is sent when it is back', async () => {
  shop.wechat.fault({ endpoint: 'transfer.*', kind: '502', count: 50 });
  const { id } = await ask();
  await agree(id);
  await shop.settle();
  await shop.forward({ minutes: 1 });
  expect((await look(id)).state).toBe('sending');
  await expect(
    admin.call(returnWithdrawal, { withdrawalId: id, reason: '不打了' }, { key: key() }),
  ).rejects.toMatchObject({ code: 'withdrawal.undecided' });
  const number = (await staffLook(id)).outBillNo;
  shop.wechat.clearFaults();
  await shop.forward({ minutes: 10 });
  expect((await look(id)).state).toBe('await_confirm');
  expect((await staffLook(id)).outBillNo).toBe(number);
  await shop.wechat.confirmTransfer(number!);
  await shop.forward({ seconds: 2 });
  await shop.books.balance({ atRest: true });
});

test('the shop’s money at WeChat is short: it waits under its number, finance sees it, and it goes on after a top-up', async () => {
  const all = shop.wechat.ledger().balances['merchant:available'] ?? 0;
  shop.wechat.fund({ account: 'available', amountFen: -all });
  const { id } = await ask();
  await agree(id);
  await shop.settle();
  const stuck = await staffLook(id);
  expect(stuck).toMatchObject({ state: 'sending', problem: 'not_enough', canReturn: false });
  expect((await admin.call(adminCountWithdrawals, {})).problems).toBe(1);
  expect((await admin.call(adminListWithdrawals, { problemOnly: true })).items).toMatchObject([{ id }]);
  // The person is not troubled with it.
  expect((await look(id)).timeline.map((event) => event.title)).not.toContain('商户余额不足');
  shop.wechat.fund({ account: 'available', amountFen: all });
  const again = await admin.call(resendWithdrawal, { withdrawalId: id }, { key: key() });
  expect(again).toMatchObject({ state: 'await_confirm', problem: null, outBillNo: stuck.outBillNo });
  await shop.wechat.confirmTransfer(again.outBillNo!);
  await shop.forward({ seconds: 2 });
  await shop.books.balance({ atRest: true });
});

test('short of money in the other way: PROCESSING stays, and the original number is sent again', async () => {
  const all = shop.wechat.ledger().balances['merchant:available'] ?? 0;
  shop.wechat.fund({ account: 'available', amountFen: -all });
  shop.wechat.transferPace({ lockMs: 500 });
  const { id } = await ask();
  await agree(id);
  await shop.settle();
  for (let minute = 0; minute < 5; minute += 1) await shop.forward({ minutes: 1 });
  expect(await staffLook(id)).toMatchObject({ state: 'sending', wechatState: 'PROCESSING', problem: 'not_enough' });
  shop.wechat.fund({ account: 'available', amountFen: all });
  await shop.forward({ minutes: 11 });
  const open = await look(id);
  expect(open).toMatchObject({ state: 'await_confirm' });
  expect(open.confirm).not.toBeNull();
  await shop.wechat.confirmTransfer((await staffLook(id)).outBillNo!);
  await shop.forward({ seconds: 2 });
  await shop.books.balance({ atRest: true });
});

test('a receiver that WeChat refuses for good: finance gives up, once nothing can be on its way', async () => {
  const { id } = await ask();
  await shop.app.db.q.updateTable('withdrawals').set({ openid: 'oNobodyAtAll' }).where('id', '=', id).execute();
  await agree(id);
  await shop.settle();
  await shop.forward({ minutes: 1 });
  await shop.forward({ minutes: 1 });
  expect(await staffLook(id)).toMatchObject({ state: 'sending', problem: 'refused', canReturn: false });
  const giveUp = () => admin.call(returnWithdrawal, { withdrawalId: id, reason: '账号已注销' }, { key: key() });
  await expect(giveUp()).rejects.toMatchObject({ code: 'withdrawal.undecided' });
  await shop.wechat.clock.advance({ minutes: 11 });
  expect(await giveUp()).toMatchObject({ state: 'failed' });
  expect(await wallet()).toMatchObject({ availableFen: 100_000, withdrawingFen: 0 });
  await shop.books.balance({ atRest: true });
});

test('a wrong name fails at the confirm page, and the person reads why', async () => {
  await buyer.call(savePayoutAccount, { realName: '别人家' });
  const { id, billNo } = await waiting();
  await shop.wechat.confirmTransfer(billNo);
  await shop.settle();
  await shop.forward({ minutes: 1 });
  expect(await look(id)).toMatchObject({ state: 'failed', reason: '收款人姓名与微信实名不一致', payeeName: '别**' });
  expect((await wallet()).availableFen).toBe(100_000);
  await shop.books.balance({ atRest: true });
});

test('from 2000 yuan on the real name is asked for, and travels to WeChat', async () => {
  await shop.given.wallet(buyer, 400_000);
  await expect(ask(200_000)).rejects.toMatchObject({ code: 'withdrawal.name_missing' });
  await buyer.call(savePayoutAccount, { realName: buyer.person.name });
  const { billNo } = await waiting(200_000);
  await shop.wechat.confirmTransfer(billNo);
  await shop.forward({ seconds: 2 });
  await shop.books.balance({ atRest: true });
});

test('limits: too little, too much, more than there is, a fourth time today, a debt', async () => {
  await expect(ask(999)).rejects.toMatchObject({ code: 'withdrawal.amount', message: /¥10.00/ });
  await expect(ask(5_000_001)).rejects.toMatchObject({ code: 'withdrawal.amount' });
  await expect(ask(100_001)).rejects.toMatchObject({ code: 'wallet.short' });
  for (let time = 0; time < 3; time += 1) await ask(1_000);
  await expect(ask(1_000)).rejects.toMatchObject({ code: 'withdrawal.daily_limit' });
  // The day is Shanghai's.
  const untilMidnight = 24 * 60 - ((shop.clock.now().getUTCHours() + 8) % 24) * 60 - shop.clock.now().getUTCMinutes();
  await shop.forward({ minutes: untilMidnight });
  await ask(1_000);
  const other = await shop.signIn();
  await shop.given.wallet(other, 50_000);
  await shop.app.db.tx((tx) =>
    shop.app.ledger.post(tx, {
      key: `debt:${other.id}`,
      label: '欠款',
      refKind: 'test',
      refId: other.id,
      lines: [
        { account: { type: 'debt', ownerKind: 'buyer', ownerId: other.id }, debitFen: 1 },
        { account: { type: 'wallet_available', ownerKind: 'buyer', ownerId: other.id }, creditFen: 1 },
      ],
    }),
  );
  await expect(ask(1_000, other)).rejects.toMatchObject({ code: 'withdrawal.debt', message: /0\.01/ });
  await shop.books.balance();
});

test('twice at once: one key asks once, two keys never take more than there is', async () => {
  const same = key();
  const call = (one: string, amountFen = 60_000) =>
    buyer.call(requestWithdrawal, { amountFen, platform: 'weapp' }, { key: one });
  const [first, second] = await Promise.allSettled([call(same), call(same)]);
  const ids = [first, second].flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
  expect(new Set(ids).size).toBe(1);
  const rivals = await Promise.allSettled([call(key()), call(key()), call(key(), 30_000)]);
  const taken = rivals.filter((one) => one.status === 'fulfilled');
  expect(taken).toHaveLength(1);
  expect((await wallet()).availableFen).toBe(10_000);
  await shop.books.balance();
});

test('two reviewers at once: each withdrawal is decided once, and the audit trail names who', async () => {
  const ids = [(await ask(1_000)).id, (await ask(2_000)).id, (await ask(3_000)).id];
  const [one, two] = await Promise.all([agree(...ids), agree(...ids.toReversed())]);
  expect([...one.approved, ...two.approved].toSorted()).toEqual(ids.toSorted());
  expect([...one.skipped, ...two.skipped].map((skip) => skip.why)).toEqual(['已被处理', '已被处理', '已被处理']);
  const { items } = await admin.call(listAudit, { q: (await staffLook(ids[0]!)).withdrawalNo });
  expect(items.map((row) => row.action)).toEqual(['withdrawal.approve']);
  await shop.settle();
  // One at WeChat at a time; the others follow when it has ended.
  const states = async () => Promise.all(ids.map(async (id) => (await look(id)).state));
  expect((await states()).toSorted()).toEqual(['approved', 'approved', 'await_confirm']);
  for (let round = 0; round < 3; round += 1) {
    for (const transfer of shop.wechat.transfers())
      if (transfer.state === 'WAIT_USER_CONFIRM') await shop.wechat.confirmTransfer(transfer.outBillNo);
    await shop.forward({ minutes: 2 });
    await shop.forward({ minutes: 2 });
  }
  expect(await states()).toEqual(['paid', 'paid', 'paid']);
  await shop.books.balance({ atRest: true });
});

test('a blocked buyer is not approved, and what was approved before is not sent', async () => {
  const [early, late] = [await ask(1_000), await ask(2_000)];
  await agree(early.id);
  await admin.call(adminSetBuyerState, { buyerId: buyer.id as Id<'buyer'>, state: 'blocked', reason: '刷单' });
  await shop.settle();
  expect(await staffLook(early.id)).toMatchObject({ state: 'approved', problem: 'blocked', outBillNo: null });
  expect((await agree(late.id)).skipped).toMatchObject([{ why: '用户已被停用' }]);
  await admin.call(adminSetBuyerState, { buyerId: buyer.id as Id<'buyer'>, state: 'active', reason: '' });
  await shop.forward({ minutes: 11 });
  expect((await staffLook(early.id)).state).toBe('await_confirm');
});

test('another buyer’s withdrawal is not found, neither seen nor cancelled', async () => {
  const { id } = await ask();
  const stranger = await shop.signIn();
  await expect(look(id, stranger)).rejects.toMatchObject({ code: 'withdrawal.not_found' });
  await expect(stranger.call(cancelWithdrawal, { withdrawalId: id }, { key: key() })).rejects.toMatchObject({
    code: 'withdrawal.not_found',
  });
  expect((await stranger.call(listWithdrawals, {})).items).toEqual([]);
});

test('personal data: sealed in the table, masked on every page, whole only for who may look, and looking is written down', async () => {
  const [name, idNo, card] = ['王小明', '11010519491231002X', '6222021234567894'] as const;
  const saved = await buyer.call(savePayoutAccount, { realName: name, idNo, cardNo: card });
  expect(saved).toMatchObject({ realName: '王**', idNo: '1****************X', cardNo: '**** 7894' });
  const { id } = await ask();
  const pages = JSON.stringify([
    await wallet(),
    await look(id),
    await staffLook(id),
    await admin.call(adminListWithdrawals, {}),
  ]);
  const tables = JSON.stringify([
    await shop.app.db.q.selectFrom('payout_accounts').selectAll().execute(),
    await shop.app.db.q.selectFrom('withdrawals').selectAll().execute(),
    await shop.app.db.q.selectFrom('idempotency_keys').selectAll().execute(),
  ]);
  for (const plain of [name, idNo, card]) {
    expect(pages).not.toContain(plain);
    expect(tables).not.toContain(plain);
  }
  expect(await admin.call(revealPayee, { withdrawalId: id })).toEqual({ realName: name, idNo, cardNo: card });
  const { items } = await admin.call(listAudit, { action: 'payout.reveal' });
  expect(items).toHaveLength(1);
  expect(JSON.stringify(items)).not.toContain(name);
  // Not given stays, empty goes.
  const again = await buyer.call(savePayoutAccount, { realName: name, cardNo: '' });
  expect(again).toMatchObject({ idNo: '1****************X', cardNo: null });
});
