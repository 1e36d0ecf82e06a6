// What is said about an amount while it is typed.
import { fen } from '@jishi/contract';
import { expect, test } from 'vitest';
import { feeText, hintOf } from '../src/trips/wallet/amounts.ts';

const wallet = (feeBps = 0, availableFen = 100_000) => ({
  availableFen: fen(availableFen),
  rules: {
    minFen: fen(1_000),
    maxFen: fen(5_000_000),
    perDay: 3,
    leftToday: 3,
    feeBps,
    namedFromFen: fen(200_000),
  },
});

test.each([
  ['', '', false],
  ['100', '到账 ¥100.00，免手续费', false],
  ['9.99', '最少提现 ¥10.00', true],
  ['1000.01', '可用余额只有 ¥1,000.00', true],
  ['1.234', '请输入正确的金额，最多两位小数', true],
  ['abc', '请输入正确的金额，最多两位小数', true],
])('%s: %s', (text, said, isWrong) => {
  expect(hintOf(text, wallet())).toEqual({ text: said, isWrong });
});

test('the fee and what arrives are said before anything is sent', () => {
  expect(hintOf('100', wallet(60))).toEqual({ text: '手续费 ¥0.60，到账 ¥99.40', isWrong: false });
  expect(hintOf('60000', wallet(0, 9_000_000)).text).toBe('单笔最多 ¥50,000.00');
  expect([feeText(0), feeText(60)]).toEqual(['免手续费', '手续费 0.6%，从提现金额中扣除']);
});
