// The books as staff see and correct them: statements that add up, figures by day, and two people for every adjustment.
import {
  approveLedgerAdjustment,
  createStaff,
  exportLedgerEntries,
  findAdjustmentBuyer,
  getLedgerChain,
  getLedgerPosting,
  getMoneyOverview,
  listLedgerAccounts,
  listLedgerAdjustments,
  listLedgerEntries,
  listRoles,
  proposeLedgerAdjustment,
  rejectLedgerAdjustment,
  verifyLedger,
  withdrawLedgerAdjustment,
  type Id,
} from '@jishi/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { key } from '../../../test/given.ts';
import { ADMIN, house, type House } from '../../../test/house.ts';
import { newId } from '../../platform/ids.ts';
import { platformAccount, type AccountRef } from './ledger.ts';

let h: House;
let boss: Awaited<ReturnType<House['admin']>>;
let other: Awaited<ReturnType<House['staff']>>;
const PASSWORD = 'Caiwu2026test';
beforeAll(async () => {
  h = await house();
  boss = await h.admin();
  const { items: roles } = await boss.call(listRoles, {});
  const roleIds = roles.filter((role) => role.code === 'finance').map((role) => role.id);
  await boss.call(createStaff, { username: 'caiwu', name: '财务小陈', password: PASSWORD, roleIds });
  other = await h.staff('caiwu', PASSWORD);
});
afterAll(() => h.close());

const wallet = (buyerId: string): AccountRef => ({ type: 'wallet_available', ownerKind: 'buyer', ownerId: buyerId });
const standing = (account: AccountRef) => h.app.ledger.standing(h.app.db, account);
const buyerId = async () => {
  const buyer = await h.given.buyer();
  return buyer.id as Id<'buyer'>;
};
const goodwill = (to: Id<'buyer'>, amountFen: number) => [
  { type: 'loss', side: 'debit' as const, amountFen },
  { type: 'wallet_available', buyerId: to, side: 'credit' as const, amountFen },
];
const propose = (to: Id<'buyer'>, amountFen = 2000) =>
  boss.call(proposeLedgerAdjustment, { reason: '包裹破损，补偿运费', lines: goodwill(to, amountFen) }, { key: key() });
const approve = (adjustmentId: Id<'adjustment'>, by = other) =>
  by.call(approveLedgerAdjustment, { adjustmentId, note: '已核对聊天记录' }, { key: key() });

describe('adjustments', () => {
  test('one asks, another approves, and a wallet has the money once', async () => {
    const to = await buyerId();
    const asked = await propose(to);
    expect(asked).toMatchObject({ state: 'proposed', amountFen: 2000, isMine: true });
    expect(await standing(wallet(to))).toBe(0);
    await expect(approve(asked.id, boss)).rejects.toMatchObject({ code: 'adjustment.own' });
    const done = await approve(asked.id);
    expect(done).toMatchObject({ state: 'approved', isMine: false, note: '已核对聊天记录' });
    expect(await standing(wallet(to))).toBe(2000);
    await expect(approve(asked.id)).rejects.toMatchObject({ code: 'adjustment.not_open' });
    expect(await standing(wallet(to))).toBe(2000);
    const { entries, label } = await boss.call(getLedgerPosting, { postingId: done.postingId as Id<'posting'> });
    expect(label).toBe('记账调整');
    expect(entries.map((one) => [one.account.typeName, one.debit, one.credit])).toEqual([
      ['损失', 2000, 0],
      ['钱包可用余额', 0, 2000],
    ]);
    const trail = await h.app.staff.auditTrail({ action: 'ledger.approve', page: 1, size: 5 });
    expect(trail.items[0]).toMatchObject({ subjectId: asked.id });
  });

  test('many who approve at once put it into the books once', async () => {
    const to = await buyerId();
    const asked = await propose(to, 700);
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => approve(asked.id)));
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await standing(wallet(to))).toBe(700);
  });

  test('the database itself refuses that one person does both, and that what was decided changes', async () => {
    const asked = await propose(await buyerId(), 300);
    const byHand = (text: string) => h.app.db.tx((tx) => sql.raw(text).execute(tx.q));
    await expect(
      byHand(
        `update ledger_adjustments set state = 'rejected', decided_by = proposed_by, decided_at = now() where id = '${asked.id}'`,
      ),
    ).rejects.toThrow(/two_people/);
    await expect(byHand(`update ledger_adjustments set amount_fen = 1 where id = '${asked.id}'`)).rejects.toThrow(
      /never changed/,
    );
    await other.call(rejectLedgerAdjustment, { adjustmentId: asked.id, note: '金额有误' }, { key: key() });
    await expect(byHand(`update ledger_adjustments set note = 'x' where id = '${asked.id}'`)).rejects.toThrow(
      /never changed/,
    );
    await expect(byHand('delete from ledger_adjustments')).rejects.toThrow(/never changed/);
  });

  test.each([
    [
      'sides that differ',
      [
        { type: 'loss', side: 'debit', amountFen: 5 },
        { type: 'platform_sales', side: 'credit', amountFen: 4 },
      ],
      'adjustment.unbalanced',
    ],
    [
      'an account that orders keep',
      [
        { type: 'loss', side: 'debit', amountFen: 5 },
        { type: 'order_deferred', side: 'credit', amountFen: 5 },
      ],
      'adjustment.account',
    ],
    [
      'points',
      [
        { type: 'pts_issued', side: 'debit', amountFen: 5 },
        { type: 'pts_used', side: 'credit', amountFen: 5 },
      ],
      'adjustment.account',
    ],
    [
      'a wallet of nobody',
      [
        { type: 'loss', side: 'debit', amountFen: 5 },
        { type: 'wallet_available', side: 'credit', amountFen: 5 },
      ],
      'adjustment.account',
    ],
    [
      'a buyer who is not there',
      [
        { type: 'loss', side: 'debit', amountFen: 5 },
        { type: 'wallet_available', buyerId: newId<'buyer'>(), side: 'credit', amountFen: 5 },
      ],
      'ledger.buyer_not_found',
    ],
    [
      'more than one adjustment may be',
      [
        { type: 'loss', side: 'debit', amountFen: 100_001 },
        { type: 'platform_sales', side: 'credit', amountFen: 100_001 },
      ],
      'adjustment.too_large',
    ],
  ] as const)('is refused: %s', async (_, lines, code) => {
    const call = boss.call(proposeLedgerAdjustment, { reason: '测试', lines: [...lines] }, { key: key() });
    await expect(call).rejects.toMatchObject({ code });
  });

  test('a wallet is never taken below zero, neither when it is asked for nor when it is approved', async () => {
    const to = await buyerId();
    const take = (amountFen: number) => [
      { type: 'wallet_available', buyerId: to, side: 'debit' as const, amountFen },
      { type: 'platform_sales', side: 'credit' as const, amountFen },
    ];
    const ask = (amountFen: number) =>
      boss.call(proposeLedgerAdjustment, { reason: '收回多付', lines: take(amountFen) }, { key: key() });
    await expect(ask(1)).rejects.toMatchObject({ code: 'adjustment.short' });
    await approve((await propose(to, 1000)).id);
    const [first, second] = [await ask(800), await ask(800)];
    await approve(first.id);
    await expect(approve(second.id)).rejects.toMatchObject({ code: 'adjustment.short' });
    expect(await standing(wallet(to))).toBe(200);
  });

  test('a day has its limit, also for those who approve at the same time', async () => {
    h.clock.forward({ days: 1 });
    // Signed in again before many of them act at once.
    await other.call(listLedgerAdjustments, {});
    const to = await buyerId();
    const asked = [];
    for (let turn = 0; turn < 7; turn += 1) asked.push(await propose(to, 100_000));
    const results = await Promise.allSettled(asked.map((one) => approve(one.id)));
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(5);
    for (const one of results.filter((two) => two.status === 'rejected')) {
      expect(one.reason).toMatchObject({ code: 'adjustment.day_full' });
    }
    expect(await standing(wallet(to))).toBe(500_000);
  });

  test('the one who asked may take it back; what nobody decides in a week is over', async () => {
    const to = await buyerId();
    const [back, late] = [await propose(to, 10), await propose(to, 20)];
    await expect(other.call(withdrawLedgerAdjustment, { adjustmentId: back.id }, { key: key() })).rejects.toMatchObject(
      { code: 'adjustment.not_own' },
    );
    expect(await boss.call(withdrawLedgerAdjustment, { adjustmentId: back.id }, { key: key() })).toMatchObject({
      state: 'withdrawn',
    });
    h.clock.forward({ days: 7, seconds: 1 });
    await expect(approve(late.id)).rejects.toMatchObject({ code: 'adjustment.expired' });
    await h.app.jobs.tick('ledger.expireAdjustments');
    const { items } = await boss.call(listLedgerAdjustments, { state: 'expired' });
    expect(items.map((one) => one.id)).toContain(late.id);
    expect(await standing(wallet(to))).toBe(0);
  });

  test('a buyer is found by the whole phone number, with what the wallet holds', async () => {
    await expect(boss.call(findAdjustmentBuyer, { phone: '13900009999' })).rejects.toMatchObject({
      code: 'ledger.buyer_not_found',
    });
    const to = await buyerId();
    await sql`update buyers set phone = '13900009999' where id = ${to}`.execute(h.app.db.q);
    expect(await boss.call(findAdjustmentBuyer, { phone: '13900009999' })).toMatchObject({
      buyerId: to,
      walletFen: 0,
      debtFen: 0,
    });
  });
});

describe('statements', () => {
  /** Seven movements of one wallet, one a day: +1000, -1, +1000, -1 … */
  async function moved(begin: string): Promise<{ id: Id<'account'>; owner: Id<'buyer'> }> {
    const owner = await buyerId();
    h.clock.set(new Date(`${begin}T04:00:00Z`));
    for (let turn = 0; turn < 7; turn += 1) {
      const [side, against] =
        turn % 2 === 0 ? (['creditFen', 'debitFen'] as const) : (['debitFen', 'creditFen'] as const);
      const fen = turn % 2 === 0 ? 1000 : 1;
      const lines = [
        { account: wallet(owner), [side]: fen } as never,
        { account: platformAccount('loss'), [against]: fen } as never,
      ];
      await h.app.db.tx((tx) =>
        h.app.ledger.post(tx, {
          key: `moved:${owner}:${turn}`,
          label: `第 ${turn} 笔`,
          refKind: 'buyer',
          refId: owner,
          lines,
        }),
      );
      h.clock.forward({ days: 1 });
    }
    const { items } = await boss.call(listLedgerAccounts, { q: owner, type: 'wallet_available' });
    return { id: items[0]?.id as Id<'account'>, owner };
  }

  test('every page and every span tells the balance after each entry', async () => {
    const { id } = await moved('2026-06-01');
    const all = await boss.call(listLedgerEntries, { accountId: id });
    expect(all).toMatchObject({ total: 7, opening: 0, closing: 3997, debit: 3, credit: 4000 });
    expect(all.items.map((one) => one.balance)).toEqual([3997, 2997, 2998, 1998, 1999, 999, 1000]);
    expect(all.items[0]).toMatchObject({ label: '第 6 笔', credit: 1000, debit: 0, against: ['损失'] });
    const second = await boss.call(listLedgerEntries, { accountId: id, page: 2, size: 3 });
    expect(second.items.map((one) => one.balance)).toEqual([1998, 1999, 999]);
    const span = await boss.call(listLedgerEntries, { accountId: id, from: '2026-06-03', to: '2026-06-05', size: 2 });
    expect(span).toMatchObject({ total: 3, opening: 999, closing: 2999 - 1, credit: 2000, debit: 1 });
    expect(span.items.map((one) => one.balance)).toEqual([2998, 1998]);
  });

  test('the account of the shop, kept in stripes, adds up in the same way', async () => {
    await moved('2026-06-10');
    const { items } = await boss.call(listLedgerAccounts, { type: 'loss' });
    const loss = items[0];
    expect(loss).toMatchObject({ ownerName: '本店', balance: await standing(platformAccount('loss')) });
    const all = await boss.call(listLedgerEntries, { accountId: loss?.id as Id<'account'>, size: 500 });
    expect(all.closing).toBe(loss?.balance);
    expect(all.items[0]?.balance).toBe(all.closing);
    expect(all.items.at(-1)?.balance).toBe((all.items.at(-1)?.debit ?? 0) - (all.items.at(-1)?.credit ?? 0));
  });

  test('a statement goes into a file, oldest first, and who took it is written down', async () => {
    const { id } = await moved('2026-06-20');
    const answer = await fetch(`${h.url}/api/v1${exportLedgerEntries.path.replace(':accountId', id)}?from=2026-06-02`, {
      headers: { cookie: (await h.staff(ADMIN.username, ADMIN.password)).cookie },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('spreadsheetml');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    const trail = await h.app.staff.auditTrail({ action: 'ledger.export', page: 1, size: 1 });
    expect(trail.items[0]).toMatchObject({ action: 'ledger.export' });
  });
});

describe('figures and the chain', () => {
  test('what was sold, refunded and earned stands on its day, sealed or not', async () => {
    h.clock.set(new Date('2026-07-01T04:00:00Z'));
    const post = (label: string, lines: { account: AccountRef; debitFen?: number; creditFen?: number }[]) =>
      h.app.db.tx((tx) =>
        h.app.ledger.post(tx, {
          key: `figure:${newId()}`,
          label,
          refKind: 'test',
          refId: newId(),
          lines: lines as never,
        }),
      );
    const clearing = platformAccount('provider_clearing');
    const sales = platformAccount('platform_sales');
    await post('收到货款', [
      { account: clearing, debitFen: 9000 },
      { account: sales, creditFen: 9000 },
    ]);
    await h.app.ledgerChain.seal();
    await post('退款', [
      { account: sales, debitFen: 1500 },
      { account: clearing, creditFen: 1500 },
    ]);
    await post('微信支付手续费', [
      { account: platformAccount('provider_fee'), debitFen: 54 },
      { account: clearing, creditFen: 54 },
    ]);
    const board = await boss.call(getMoneyOverview, { from: '2026-07-01', to: '2026-07-02' });
    const figures = { receivedFen: 9000, refundedFen: 1500, incomeFen: 7500, feeFen: 54, costFen: 0 };
    expect(board.period).toEqual(figures);
    expect(board.days).toEqual([
      { day: '2026-07-01', receivedFen: 9000, refundedFen: 1500, incomeFen: 7500 },
      { day: '2026-07-02', receivedFen: 0, refundedFen: 0, incomeFen: 0 },
    ]);
    expect(board.accounts.find((one) => one.type === 'provider_clearing')).toMatchObject({
      kind: 'asset',
      debit: 9000,
      credit: 1554,
      balance: await standing(clearing),
    });
    expect(board.reasons[0]).toEqual({ label: '收到货款', count: 1, amountFen: 9000 });
    expect((await boss.call(getMoneyOverview, { from: '2026-07-03', to: '2026-07-04' })).periodBefore).toEqual(figures);
    const tooLong = boss.call(getMoneyOverview, { from: '2024-01-01', to: '2026-01-01' });
    await expect(tooLong).rejects.toMatchObject({ code: 'ledger.span_too_long' });
  });

  test('staff ask for a look at everything, and read what it found', async () => {
    await boss.call(verifyLedger, {});
    expect((await boss.call(getLedgerChain, {})).isAsked).toBe(true);
    await h.settle();
    const chain = await boss.call(getLedgerChain, {});
    expect(chain).toMatchObject({ isAsked: false, verifiedPosition: chain.position });
    expect(chain.checks[0]).toMatchObject({
      kind: 'whole',
      fault: null,
      brokenPosition: null,
      positions: chain.position,
    });
  });
});
