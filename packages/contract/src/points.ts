// Points: what a person holds, by how it was come by, and every change of it.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { cursorQuery, Instant, scroll } from './fields.ts';

export const POINT_KINDS = ['paid', 'bonus', 'earned'] as const;
export type PointKind = (typeof POINT_KINDS)[number];
export const POINT_KIND_NAMES: Record<PointKind, string> = { paid: '充值积分', bonus: '赠送积分', earned: '奖励积分' };

export const POINT_CAUSES = ['grant', 'spend', 'back', 'expiry', 'take_back'] as const;
export const POINT_CAUSE_NAMES: Record<(typeof POINT_CAUSES)[number], string> = {
  grant: '获得',
  spend: '使用',
  back: '退回',
  expiry: '过期',
  take_back: '收回',
};

export const PointBalance = z.object({
  /** What can be spent, by kind; expired points are not in it. */
  paid: z.int(),
  bonus: z.int(),
  earned: z.int(),
  /** Promised to something that is not decided yet. */
  held: z.int(),
  total: z.int().describe('paid + bonus + earned'),
  /** What expires next, if anything does. */
  expiring: z.object({ points: z.int(), at: Instant }).nullable(),
});
export const PointMove = z.object({
  id: z.string(),
  kind: z.enum(POINT_KINDS),
  cause: z.enum(POINT_CAUSES),
  /** Above zero: more; below: fewer. */
  delta: z.int(),
  label: z.string(),
  at: Instant,
});

export const getPoints = endpoint({
  id: 'getPoints',
  tag: '积分',
  method: 'GET',
  path: '/points/balance',
  audience: 'buyer',
  summary: '我的积分：按来源分开，含占用与即将过期',
  input: z.object({}).strict(),
  output: PointBalance,
});
export const listPointMoves = endpoint({
  id: 'listPointMoves',
  tag: '积分',
  method: 'GET',
  path: '/points/transactions',
  audience: 'buyer',
  summary: '积分明细，新的在前',
  input: z.object({ kind: z.enum(POINT_KINDS).optional(), ...cursorQuery }).strict(),
  output: scroll(PointMove),
  errors: ['cursor.invalid'],
});
