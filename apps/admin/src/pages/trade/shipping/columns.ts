// Columns of what WeChat was told of shipped goods.
import { UPLOAD_STATE_NAMES, WECHAT_ORDER_STATE_NAMES, type adminListShippingUploads, type Got } from '@jishi/contract';
import { NOTHING, type Column } from '../../../parts/column.ts';

export type UploadRow = Got<typeof adminListShippingUploads>['items'][number];

const LOGISTICS = { express: '快递', pickup: '自提', virtual: '虚拟商品' } as const;

export const columns: Column<UploadRow>[] = [
  {
    key: 'orders',
    label: '订单号',
    minWidth: 220,
    isFixed: true,
    file: (row) => row.orders.map((order) => order.orderNo).join('；'),
  },
  { key: 'state', label: '上传状态', width: 110, file: (row) => UPLOAD_STATE_NAMES[row.state] },
  {
    key: 'wechatState',
    label: '微信侧状态',
    width: 110,
    file: (row) => (row.wechatState ? WECHAT_ORDER_STATE_NAMES[row.wechatState] : ''),
  },
  {
    key: 'sent',
    label: '微信已知的包裹',
    minWidth: 200,
    file: (row) => row.sent.map((parcel) => `${parcel.company} ${parcel.trackingNo}`).join('；'),
  },
  { key: 'lastError', label: '说明', minWidth: 200, isCut: true, yields: 1, text: (row) => row.lastError ?? NOTHING },
  { key: 'logistics', label: '方式', width: 100, yields: 2, text: (row) => LOGISTICS[row.logistics] },
  { key: 'paidAt', label: '付款时间', width: 144, yields: 3, at: (row) => row.paidAt },
  { key: 'uploadedAt', label: '上传时间', width: 144, at: (row) => row.uploadedAt },
  { key: 'confirmedAt', label: '微信确认收货', width: 144, isHidden: true, at: (row) => row.confirmedAt },
  { key: 'settledAt', label: '微信结算', width: 144, isHidden: true, at: (row) => row.settledAt },
  { key: 'outTradeNo', label: '商户单号', width: 240, isHidden: true, text: (row) => row.outTradeNo },
  { key: 'transactionId', label: '微信交易号', width: 260, isHidden: true, text: (row) => row.transactionId },
];
