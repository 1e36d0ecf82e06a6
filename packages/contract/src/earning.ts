// How points are earned: the rules, signing in, inviting; and what staff see and give.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { cursorQuery, Day, Instant, line, page, pageQuery, scroll } from './fields.ts';
import { BuyerId } from './ids.ts';
import { PointBalance, PointMove } from './points.ts';

/** What a rule's value counts in: points per event, points per yuan paid, or percent of what somebody else bought. */
export const EARN_UNITS = ['points', 'per_yuan', 'percent'] as const;
export const EARN_RULES = {
  order: { name: '购物奖励', unit: 'per_yuan', hint: '订单完成（过了售后期）后，按实付每满 1 元奖励' },
  sign_in: { name: '每日签到', unit: 'points', hint: '每天签到一次' },
  streak: { name: '连续签到 7 天', unit: 'points', hint: '每连续签到满 7 天额外奖励' },
  review: { name: '评价商品', unit: 'points', hint: '评价通过后奖励' },
  review_picture: { name: '带图评价', unit: 'points', hint: '评价带图片时代替普通评价奖励' },
  share: { name: '分享商品', unit: 'points', hint: '把商品分享给好友' },
  invite: { name: '邀请好友', unit: 'points', hint: '新用户填写你的邀请码' },
  invite_recharge: {
    name: '好友首次充值',
    unit: 'percent',
    hint: '按好友首次充值金额折合积分的百分比，等到充值不会再退款时发放',
  },
} as const satisfies Record<string, { name: string; unit: (typeof EARN_UNITS)[number]; hint: string }>;
export type EarnRuleCode = keyof typeof EARN_RULES;
export const EARN_RULE_CODES = Object.keys(EARN_RULES) as EarnRuleCode[];
/** Signing in so many days in a row brings the extra. */
export const STREAK_DAYS = 7;

const RuleCode = z.enum(EARN_RULE_CODES as [EarnRuleCode, ...EarnRuleCode[]]);
export const EarnRule = z.object({
  code: RuleCode,
  name: z.string(),
  hint: z.string(),
  unit: z.enum(EARN_UNITS),
  value: z.int(),
  /** Points a person can earn by it in one day; null: no limit. */
  dailyCap: z.int().nullable(),
  isOn: z.boolean(),
  /** So long they can be spent; null: for ever. */
  expiresMonths: z.int().nullable(),
  version: z.int(),
});
export const adminListEarnRules = endpoint({
  id: 'adminListEarnRules',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/points/rules',
  audience: 'staff',
  permission: 'points.view',
  summary: '积分规则，含今天已发放的积分',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(EarnRule.extend({ earnedToday: z.int() })) }),
});
export const adminUpdateEarnRule = endpoint({
  id: 'adminUpdateEarnRule',
  tag: '后台·积分',
  method: 'PUT',
  path: '/admin/points/rules/:code',
  audience: 'staff',
  permission: 'points.edit',
  summary: '修改积分规则：只影响之后的奖励',
  input: z
    .object({
      code: RuleCode,
      value: z.int().min(0).max(10_000),
      dailyCap: z.int().min(1).max(1_000_000).nullable(),
      isOn: z.boolean(),
      expiresMonths: z.int().min(1).max(120).nullable(),
      version: z.int().min(1),
    })
    .strict(),
  output: EarnRule,
  errors: ['points.rule_stale'],
});

const AdminPointsRow = z.object({
  id: BuyerId,
  nickname: z.string(),
  phone: z.string().nullable(),
  paid: z.int(),
  bonus: z.int(),
  earned: z.int(),
  held: z.int(),
  total: z.int(),
});
export const adminListBuyerPoints = endpoint({
  id: 'adminListBuyerPoints',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/points/users',
  audience: 'staff',
  permission: 'points.view',
  summary: '用户积分：积分多的在前；可按手机号或用户编号查一个人',
  input: z.object({ q: z.string().trim().max(50).optional(), ...pageQuery }).strict(),
  output: page(AdminPointsRow),
});
export const adminGetBuyerPoints = endpoint({
  id: 'adminGetBuyerPoints',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/points/users/:buyerId',
  audience: 'staff',
  permission: 'points.view',
  summary: '一名用户的积分，按来源分开',
  input: z.object({ buyerId: BuyerId }).strict(),
  output: PointBalance.extend({
    buyerId: BuyerId,
    nickname: z.string(),
    /** Points that refunds should have taken back and could not: set off against what is earned next. */
    owed: z.int(),
    invitedBy: z.string().nullable(),
    invited: z.int(),
  }),
  errors: ['buyer.not_found'],
});
export const adminListPointMoves = endpoint({
  id: 'adminListPointMoves',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/points/users/:buyerId/transactions',
  audience: 'staff',
  permission: 'points.view',
  summary: '一名用户的积分明细，新的在前',
  input: z.object({ buyerId: BuyerId, ...cursorQuery }).strict(),
  output: scroll(PointMove),
  errors: ['cursor.invalid'],
});
export const adminGrantPoints = endpoint({
  id: 'adminGrantPoints',
  tag: '后台·积分',
  method: 'POST',
  path: '/admin/points/users/:buyerId/grant',
  audience: 'staff',
  permission: 'points.edit',
  status: 201,
  idempotent: true,
  summary: '补发奖励积分：须写明原因，记入操作日志，每名员工每天有上限',
  input: z.object({ buyerId: BuyerId, points: z.int().min(1).max(100_000), reason: line(50) }).strict(),
  output: PointBalance,
  errors: ['buyer.not_found', 'points.grant_limit'],
});

export const listEarnWays = endpoint({
  id: 'listEarnWays',
  tag: '积分',
  method: 'GET',
  path: '/points/rules',
  audience: 'public',
  etag: true,
  summary: '怎样获得积分：已开启的规则',
  input: z.object({}).strict(),
  output: z.object({
    items: z.array(EarnRule.pick({ code: true, name: true, hint: true, unit: true, value: true, dailyCap: true })),
  }),
});
export const SignInMonth = z.object({
  today: Day,
  isSignedToday: z.boolean(),
  /** Days in a row, up to today or yesterday. */
  streak: z.int(),
  /** Days still missing to the extra of a whole week. */
  toBonus: z.int(),
  month: z.string(),
  /** Days of the month that were signed in. */
  days: z.array(Day),
});
const Month = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, '月份形如 2026-03');
export const getSignIn = endpoint({
  id: 'getSignIn',
  tag: '积分',
  method: 'GET',
  path: '/points/sign-in',
  audience: 'buyer',
  summary: '签到日历：一个月的签到日、连续天数（北京时间）',
  input: z.object({ month: Month.optional() }).strict(),
  output: SignInMonth,
});
export const signIn = endpoint({
  id: 'signIn',
  tag: '积分',
  method: 'POST',
  path: '/points/sign-in',
  audience: 'buyer',
  summary: '今天签到；当天重复签到结果相同，不重复奖励',
  input: z.object({}).strict(),
  output: SignInMonth.extend({ earned: z.int().describe('这次签到得到的积分，含连续奖励；重复签到为 0') }),
});
export const INVITEES_SHOWN = 20;
export const getInvite = endpoint({
  id: 'getInvite',
  tag: '积分',
  method: 'GET',
  path: '/points/invite',
  audience: 'buyer',
  summary: '我的邀请码、邀请了谁、得到多少积分',
  input: z.object({}).strict(),
  output: z.object({
    code: z.string(),
    invited: z.int(),
    earned: z.int(),
    /** What friends' first recharges will bring once they can no longer be paid back. */
    frozen: z.int(),
    inviter: z.string().nullable(),
    people: z.array(z.object({ nickname: z.string(), at: Instant })).max(INVITEES_SHOWN),
  }),
});
export const bindInvite = endpoint({
  id: 'bindInvite',
  tag: '积分',
  method: 'POST',
  path: '/points/invite/bind',
  audience: 'buyer',
  ratePerMinute: 10,
  summary: '填写邀请码：只能填一次，限还没有付过款的新用户',
  input: z.object({ code: z.string().trim().toUpperCase().min(4).max(16) }).strict(),
  output: z.object({ inviter: z.string() }),
  errors: ['invite.code_unknown', 'invite.self', 'invite.bound', 'invite.loop', 'invite.not_new'],
});
