// Everybody who acts in a story. A new business joins with a file of its own and a line here.
import type { Verbs } from '../story.ts';
import { aftersale } from './aftersale.ts';
import { buyers } from './buyers.ts';
import { payers } from './payers.ts';
import { recharge } from './recharge.ts';
import { staff } from './staff.ts';
import { time } from './time.ts';
import { wechat } from './wechat.ts';
import { withdrawing } from './withdrawing.ts';

export const everybody: Verbs = {
  ...buyers,
  ...payers,
  ...recharge,
  ...aftersale,
  ...withdrawing,
  ...staff,
  ...wechat,
  ...time,
};
