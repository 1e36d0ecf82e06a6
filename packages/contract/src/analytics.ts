// Figures for the people who run the shop.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Day, Instant } from './fields.ts';
import { SignedFenField } from './money.ts';

const Figures = z.object({
  orders: z.int(),
  paidOrders: z.int(),
  gmvFen: SignedFenField,
  refundedFen: SignedFenField,
  newBuyers: z.int(),
  paymentSuccessBps: z.int().nullable().describe('null: no attempt ended'),
  averageFen: SignedFenField.nullable().describe('per paid order; null without one'),
});
export const Dashboard = z.object({
  at: Instant,
  today: Figures,
  yesterday: Figures,
  yesterdaySoFar: Figures.describe('up to the same time of yesterday'),
  period: Figures.describe('the 14 days that are listed in days'),
  periodBefore: Figures.describe('the 14 days before them'),
  waiting: z.object({
    toShip: z.int().describe('paid, nothing sent yet'),
    partlyShipped: z.int(),
    aftersales: z.int(),
    returnsToReceive: z.int(),
    paymentCases: z.int(),
    withdrawals: z.int().describe('waiting for a decision, or in trouble'),
    reconcileCases: z.int(),
    lowStock: z.int().describe('products on the shelf with a SKU that runs low'),
    deadJobs: z.int(),
  }),
  days: z.array(z.object({ day: Day, orders: z.int(), gmvFen: SignedFenField })),
  topProducts: z.array(
    z.object({ productId: z.string(), title: z.string(), quantity: z.int(), amountFen: SignedFenField }),
  ),
});
export const getDashboard = endpoint({
  id: 'getDashboard',
  tag: '后台·首页',
  method: 'GET',
  path: '/admin/dashboard',
  audience: 'staff',
  permission: 'dashboard.view',
  summary: '今日数据、待办与近 14 天走势（北京时间）',
  input: z.object({}).strict(),
  output: Dashboard,
});
