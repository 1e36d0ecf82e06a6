// Columns of the list of WeChat's letters, and what WeChat calls them.
import { NOTICE_STATE_NAMES, type adminListNotices, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export type NoticeRow = Got<typeof adminListNotices>['items'][number];

const EVENTS: Readonly<Record<string, string>> = {
  'TRANSACTION.SUCCESS': '支付成功',
  'REFUND.SUCCESS': '退款成功',
  'REFUND.ABNORMAL': '退款异常',
  'REFUND.CLOSED': '退款关闭',
  'MCHTRANSFER.BILL.FINISHED': '商家转账结果',
  unverified: '未通过验签',
};
export const eventName = (eventType: string) => EVENTS[eventType] ?? eventType;

export const columns: Column<NoticeRow>[] = [
  { key: 'receivedAt', label: '收到时间', width: 144, isFixed: true, at: (row) => row.receivedAt },
  { key: 'event', label: '类型', width: 120, text: (row) => eventName(row.eventType) },
  { key: 'state', label: '处理', width: 100, file: (row) => NOTICE_STATE_NAMES[row.state] },
  { key: 'outTradeNo', label: '商户单号', minWidth: 250, file: (row) => row.outTradeNo },
  { key: 'why', label: '说明', minWidth: 180, text: (row) => row.why ?? '—' },
  { key: 'tries', label: '处理次数', width: 90, align: 'right', yields: 2, text: (row) => String(row.tries) },
  {
    key: 'deliveries',
    label: '送达次数',
    width: 90,
    align: 'right',
    isHidden: true,
    text: (row) => String(row.deliveries),
  },
  { key: 'nextTryAt', label: '下次重试', width: 144, yields: 1, at: (row) => row.nextTryAt },
  { key: 'ip', label: '来源地址', width: 140, yields: 3, text: (row) => row.ip },
];
