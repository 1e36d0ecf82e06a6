// What other programs do with a buyer's points: look, promise, use, let go. They can never give any.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant, line } from './fields.ts';
import { BuyerId, idField } from './ids.ts';
import { POINT_KINDS } from './points.ts';

export const PointReservationId = idField<'pointReservation'>();
export const SERVICE_POINTS_MAX = 100_000;
export const RESERVATION_STATES = ['held', 'committed', 'cancelled'] as const;

export const ServiceReservation = z.object({
  id: PointReservationId,
  buyerId: BuyerId,
  state: z.enum(RESERVATION_STATES),
  points: z.int(),
  label: z.string(),
  expiresAt: Instant.describe('到这一刻还没有扣减就自动释放'),
});

export const getServiceBalance = endpoint({
  id: 'getServiceBalance',
  tag: '服务接口',
  method: 'GET',
  path: '/service/points/balance',
  audience: 'service',
  scope: 'points.view',
  summary: '用户可用的积分，按来源分开',
  input: z.object({ buyerId: BuyerId }).strict(),
  output: z.object({
    buyerId: BuyerId,
    paid: z.int(),
    bonus: z.int(),
    earned: z.int(),
    held: z.int(),
    total: z.int().describe('可用合计，不含占用'),
  }),
  errors: ['buyer.not_found'],
});
export const reserveServicePoints = endpoint({
  id: 'reserveServicePoints',
  tag: '服务接口',
  method: 'POST',
  path: '/service/points/reservations',
  audience: 'service',
  scope: 'points.spend',
  status: 201,
  idempotent: true,
  summary: '预占积分：先赠送、再奖励、后充值，先到期的先用；标识永远有效，重复请求得到同一笔预占',
  input: z
    .object({
      buyerId: BuyerId,
      points: z.int().min(1).max(SERVICE_POINTS_MAX),
      label: line(30).describe('用户在积分明细中看到的用途'),
      kinds: z
        .array(z.enum(POINT_KINDS))
        .min(1)
        .max(3)
        .default([...POINT_KINDS]),
      holdMinutes: z.int().min(1).max(1440).default(15),
    })
    .strict(),
  output: ServiceReservation,
  errors: ['buyer.not_found', 'points.short'],
});
const one = z.object({ reservationId: PointReservationId }).strict();
export const getServiceReservation = endpoint({
  id: 'getServiceReservation',
  tag: '服务接口',
  method: 'GET',
  path: '/service/points/reservations/:reservationId',
  audience: 'service',
  scope: 'points.spend',
  summary: '一笔预占的现状；不知道上次请求结果时先问这里',
  input: one,
  output: ServiceReservation,
  errors: ['points.reservation_not_found'],
});
export const commitServicePoints = endpoint({
  id: 'commitServicePoints',
  tag: '服务接口',
  method: 'POST',
  path: '/service/points/reservations/:reservationId/commit',
  audience: 'service',
  scope: 'points.spend',
  summary: '扣减预占的积分；重复请求结果相同，过期或已取消的拒绝',
  input: one,
  output: ServiceReservation,
  errors: ['points.reservation_not_found', 'points.reservation_over'],
});
export const cancelServicePoints = endpoint({
  id: 'cancelServicePoints',
  tag: '服务接口',
  method: 'POST',
  path: '/service/points/reservations/:reservationId/cancel',
  audience: 'service',
  scope: 'points.spend',
  summary: '释放预占的积分，退回原来的批次；重复请求结果相同，已扣减的拒绝',
  input: one,
  output: ServiceReservation,
  errors: ['points.reservation_not_found', 'points.reservation_used'],
});
