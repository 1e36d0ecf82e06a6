// Properties of the rules: limits, fees, masks, and what each word of WeChat's makes of a withdrawal.
import { CardNo, IdNo, NAMED_FROM_FEN, OPEN_WITHDRAWAL_STATES, WITHDRAWAL_STATES } from '@jishi/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signedLines } from '../ledger/ledger.rules.ts';
import {
  asked,
  failWords,
  feeOf,
  isOver,
  maskCardNo,
  maskIdNo,
  maskName,
  nextCheck,
  readReports,
  refusalOf,
  returned,
  settled,
  verdictOf,
  WITHDRAWAL_MOVES,
} from './wallet.rules.ts';

const amount = fc.integer({ min: 1, max: 6_000_000 });
const someAsk = fc.record({
  amountFen: amount,
  availableFen: fc.integer({ min: 0, max: 10_000_000 }),
  debtFen: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1000 })),
  usedToday: fc.integer({ min: 0, max: 5 }),
  isNamed: fc.boolean(),
});
const someLimits = fc.record({
  minFen: fc.integer({ min: 10, max: 5_000 }),
  maxFen: fc.integer({ min: 5_000, max: 5_000_000 }),
  perDay: fc.integer({ min: 1, max: 5 }),
  feeBps: fc.integer({ min: 0, max: 1_000 }),
});

test('exactly what keeps every limit may be asked for, and a refusal names a limit that is broken', () => {
  fc.assert(
    fc.property(someAsk, someLimits, (ask, limits) => {
      const feeFen = feeOf(ask.amountFen, limits.feeBps);
      const broken = {
        'withdrawal.debt': ask.debtFen > 0,
        'withdrawal.daily_limit': ask.usedToday >= limits.perDay,
        'withdrawal.amount': ask.amountFen < limits.minFen || ask.amountFen > limits.maxFen,
        'wallet.short': ask.amountFen > ask.availableFen,
        'withdrawal.name_missing': ask.amountFen - feeFen >= NAMED_FROM_FEN && !ask.isNamed,
      };
      const refusal = refusalOf({ ...ask, feeFen }, limits);
      if (refusal === null) expect(Object.values(broken)).not.toContain(true);
      else expect(broken[refusal.code]).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a fee is a share of the amount, and something always arrives of the least that may be asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 5_000_000 }), fc.integer({ min: 0, max: 1_000 }), (amountFen, feeBps) => {
      const feeFen = feeOf(amountFen, feeBps);
      expect(Math.abs(feeFen - (amountFen * feeBps) / 10_000)).toBeLessThanOrEqual(0.5);
      expect(amountFen - feeFen).toBeGreaterThanOrEqual(9);
    }),
  );
});

test('whatever becomes of it, the three postings balance, and the last two undo the first', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: 1_000 }), (amountFen, feeBps) => {
      const buyerId = '00000000-0000-7000-8000-00000000000a';
      const one = { id: buyerId, withdrawalNo: '1', buyerId, amountFen, feeFen: feeOf(amountFen, feeBps) };
      const [out, paid, back] = [asked(one), settled(one), returned(one)].map((posting) => signedLines(posting.lines));
      const transit = (lines = out) => lines?.find((line) => line.type === 'withdraw_transit')?.amount ?? 0;
      expect(transit(out) + transit(paid)).toBe(0);
      expect(transit(out) + transit(back)).toBe(0);
    }),
  );
});

test('the states: every one is either open or over, and nothing leaves an end', () => {
  for (const state of WITHDRAWAL_STATES) {
    expect(isOver(state)).toBe(!(OPEN_WITHDRAWAL_STATES as readonly string[]).includes(state));
    if (isOver(state)) expect(WITHDRAWAL_MOVES[state]).toEqual([]);
  }
});

describe('what WeChat says', () => {
  test.each([
    ['SUCCESS', null, 'paid'],
    ['FAIL', 'OVERDUE_CLOSE', 'expired'],
    ['FAIL', 'NAME_NOT_CORRECT', 'failed'],
    ['FAIL', 'MCH_CANCEL', 'cancelled'],
    ['FAIL', null, 'failed'],
    ['CANCELLED', 'MCH_CANCEL', 'cancelled'],
  ] as const)('%s (%s) ends it as %s, but only from a query', (state, failReason, to) => {
    expect(verdictOf({ state, failReason }, true)).toEqual({ to });
    expect(verdictOf({ state, failReason }, false)).toBeNull();
  });
  test.each(['WAIT_USER_CONFIRM', 'TRANSFERING', 'CANCELING'] as const)('%s waits for the person', (state) => {
    expect(verdictOf({ state, failReason: null }, false)).toEqual({ to: 'await_confirm' });
  });
  test.each(['ACCEPTED', 'PROCESSING'] as const)('%s says nothing new', (state) => {
    expect(verdictOf({ state, failReason: null }, true)).toBeNull();
  });
  test('a reason that is new is shown by its code', () => {
    expect(failWords('ACCOUNT_FROZEN')).toMatch(/冻结/);
    expect(failWords('SOMETHING_NEW')).toBe('微信打款失败（SOMETHING_NEW）');
  });
});

test('patience grows, and a shortage waits for ten minutes', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const seconds = (...args: Parameters<typeof nextCheck> extends [Date, ...infer R] ? R : never) =>
    (nextCheck(now, ...args).getTime() - now.getTime()) / 1000;
  expect([0, 1, 2, 3, 4, 99].map((tries) => seconds('sending', tries))).toEqual([10, 30, 60, 300, 600, 600]);
  expect(seconds('sending', 0, true)).toBe(600);
  expect(seconds('await_confirm', 0)).toBe(60);
});

test('masks show the least that a person recognises', () => {
  expect([maskName('张三'), maskName('欧阳小明'), maskName('李')]).toEqual(['张*', '欧***', '李*']);
  expect(maskIdNo('11010519491231002X')).toBe('1****************X');
  expect(maskCardNo('6222021234567893')).toBe('**** 7893');
});

test('identity and card numbers carry a check, and one wrong digit shows', () => {
  expect(IdNo.parse('11010519491231002x')).toBe('11010519491231002X');
  expect(CardNo.parse('4111 1111 1111 1111')).toBe('4111111111111111');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
      const right = '11010519491231002X';
      const digit = (Number(right[at]) + by) % 10;
      expect(IdNo.safeParse(right.slice(0, at) + String(digit) + right.slice(at + 1)).success).toBe(false);
    }),
  );
  for (const wrong of ['', '123', '4111111111111112', '41111111111111x1'])
    expect(CardNo.safeParse(wrong).success).toBe(false);
});

test('report infos are read line by line; what WeChat would refuse is not taken', () => {
  expect(readReports('岗位类型=推广员\n报酬说明＝佣金')).toEqual([
    { type: '岗位类型', content: '推广员' },
    { type: '报酬说明', content: '佣金' },
  ]);
  for (const wrong of ['', '岗位类型', `${'名'.repeat(16)}=x`, `名=${'长'.repeat(33)}`])
    expect(readReports(wrong)).toBeNull();
});
