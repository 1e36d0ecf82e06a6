// Columns of the list of recharges.
import { RECHARGE_STATE_NAMES, type adminListRecharges, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export type Recharge = Got<typeof adminListRecharges>['items'][number];

export const columns: Column<Recharge>[] = [
  { key: 'orderNo', label: '订单编号', minWidth: 210, isFixed: true, file: (one) => one.orderNo },
  { key: 'state', label: '状态', width: 130, file: (one) => RECHARGE_STATE_NAMES[one.state] },
  { key: 'package', label: '套餐', minWidth: 150, isCut: true, text: (one) => one.packageName },
  { key: 'price', label: '金额', width: 110, fen: (one) => one.priceFen },
  { key: 'points', label: '充值积分', width: 96, align: 'right', text: (one) => String(one.points) },
  { key: 'bonus', label: '赠送积分', width: 96, align: 'right', text: (one) => String(one.bonusPoints) },
  { key: 'buyer', label: '用户', width: 130, isCut: true, file: (one) => one.buyerName },
  { key: 'createdAt', label: '下单时间', width: 144, yields: 1, at: (one) => one.createdAt },
  { key: 'paidAt', label: '付款时间', width: 144, at: (one) => one.paidAt },
];
