// What the background jobs do, in words. A job that is not here yet is shown by its code.
const NAMES: Record<string, string> = {
  'refund.succeeded/aftersale': '退款到账后办结售后',
  'aftersale.decided/aftersale-notice': '通知买家：售后处理结果',
  'aftersale.done/aftersale-notice': '通知买家：售后已完成',
  'payment.succeeded/ordering': '到账后把订单记为已付款',
  'payment.closed/ordering': '支付关闭后取消订单',
  'order.paid/ordering-notice': '通知买家：付款成功',
  'order.cancelled/ordering-notice': '通知买家：订单已取消',
  'refund.created/payment-send': '向微信提交退款',
  'order.shipped/fulfilment-notice': '通知买家：已发货',
};

export const jobName = (queue: string): string => NAMES[queue] ?? queue;
