// Columns of the list of people with points.
import type { adminListBuyerPoints, Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export type Holder = Got<typeof adminListBuyerPoints>['items'][number];

const count = (key: 'total' | 'paid' | 'bonus' | 'earned' | 'held', label: string): Column<Holder> => ({
  key,
  label,
  width: 110,
  align: 'right',
  text: (row) => String(row[key]),
});

export const columns: Column<Holder>[] = [
  { key: 'nickname', label: '用户', minWidth: 160, isFixed: true, file: (row) => row.nickname },
  { key: 'phone', label: '手机号', width: 130, text: (row) => row.phone ?? '未绑定' },
  count('total', '可用合计'),
  count('earned', '奖励积分'),
  count('bonus', '赠送积分'),
  count('paid', '充值积分'),
  count('held', '占用中'),
];
