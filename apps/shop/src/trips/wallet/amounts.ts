// What is said about an amount while it is typed: the fee and what arrives, or why it cannot be asked for.
import { fen, type getWallet, type Got, parseYuan, rateOf, yuan } from '@jishi/contract';

type Wallet = Pick<Got<typeof getWallet>, 'availableFen' | 'rules'>;

export function hintOf(text: string, { availableFen, rules }: Wallet): { text: string; isWrong: boolean } {
  if (text.trim() === '') return { text: '', isWrong: false };
  const amountFen = parseYuan(text);
  if (amountFen === null) return { text: '请输入正确的金额，最多两位小数', isWrong: true };
  if (amountFen < rules.minFen) return { text: `最少提现 ${yuan(rules.minFen)}`, isWrong: true };
  if (amountFen > availableFen) return { text: `可用余额只有 ${yuan(availableFen)}`, isWrong: true };
  if (amountFen > rules.maxFen) return { text: `单笔最多 ${yuan(rules.maxFen)}`, isWrong: true };
  const feeFen = rateOf(fen(amountFen), rules.feeBps);
  if (feeFen === 0) return { text: `到账 ${yuan(amountFen)}，免手续费`, isWrong: false };
  return { text: `手续费 ${yuan(feeFen)}，到账 ${yuan(amountFen - feeFen)}`, isWrong: false };
}

export function feeText(feeBps: number): string {
  return feeBps === 0 ? '免手续费' : `手续费 ${feeBps / 100}%，从提现金额中扣除`;
}
