// Figures for the people who run the shop.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Day } from './fields.ts';
import { FenField } from './money.ts';

export const Dashboard = z.object({
  today: z.object({
    orders: z.int(),
    paidOrders: z.int(),
    gmvFen: FenField,
    refundedFen: FenField,
    newBuyers: z.int(),
    paymentSuccessBps: z.int().nullable(),
  }),
  yesterday: z.object({ orders: z.int(), paidOrders: z.int(), gmvFen: FenField }),
  waiting: z.object({
    toShip: z.int(),
    aftersales: z.int(),
    returnsToReceive: z.int(),
    paymentCases: z.int(),
    lowStock: z.int(),
    deadJobs: z.int(),
  }),
  days: z.array(z.object({ day: Day, orders: z.int(), gmvFen: FenField })),
  topProducts: z.array(z.object({ productId: z.string(), title: z.string(), quantity: z.int(), amountFen: FenField })),
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
