// What background jobs and schedules do, in words. One that is not here yet is shown by its code.
const NAMES: Record<string, string> = {
  'refund.succeeded/aftersale': '退款到账后办结售后',
  'aftersale.decided/aftersale-notice': '通知买家：售后处理结果',
  'aftersale.done/aftersale-notice': '通知买家：售后已完成',
  'payment.succeeded/ordering': '到账后把订单记为已付款',
  'payment.closed/ordering': '支付关闭后取消订单',
  'order.paid/ordering-notice': '通知买家：付款成功',
  'order.cancelled/ordering-notice': '通知买家：订单已取消',
  'refund.created/payment-send': '向微信提交退款',
  'withdrawal.approved/wallet-send': '向微信提交提现打款',
  'withdrawal.cancel_asked/wallet-cancel': '向微信撤销提现打款',
  'transfer.heard/wallet-ask': '向微信核对提现结果',
  'order.shipped/fulfilment-notice': '通知买家：已发货',
  'payment.succeeded/fulfilment-upload': '记下要告诉微信的发货',
  'order.shipped/fulfilment-upload': '发货后告诉微信',
  'parcel.corrected/fulfilment-upload': '更正运单号后告诉微信',
  'order.refunded/fulfilment-upload': '退款后核对微信的发货信息',
  'wechat.pushed/fulfilment-push': '处理微信推送',
  'payment.succeeded/recharge': '充值到账发放积分',
  'payment.closed/recharge': '支付关闭后取消充值',
  'refund.succeeded/recharge': '退款到账后办结充值退款',
  'recharge.paid/invite-reward': '发放邀请充值奖励',
  'recharge.refunded/invite-reward': '收回邀请充值奖励',
  'order.completed/ordering-points': '订单完成后发放积分',
  'notice.retried/payment-notice': '重新处理微信通知',
  'reconcile.asked/reconcile-run': '与微信账单对账',
};

export const jobName = (queue: string): string => NAMES[queue] ?? queue;

const SCHEDULES: Record<string, string> = {
  'payment.expire': '关闭超时未付的支付单',
  'payment.poll': '向微信查询支付结果',
  'payment.refunds': '向微信查询退款结果',
  'payment.notices': '补处理微信通知',
  'wallet.poll': '向微信查询提现结果',
  'wallet.reseal': '用新密钥重新加密个人信息',
  'recharge.catchUp': '充值与支付结果对齐',
  'points.expireDue': '到期积分与占用处理',
  'points.inviteRewards': '发放到期的邀请奖励',
  'fulfilment.uploads': '向微信上传发货信息',
  'fulfilment.compare': '与微信核对发货信息',
  'ledger.seal': '给新记账加封',
  'ledger.verify': '查验新的记账',
  'ledger.verifyWhole': '查验全部记账',
  'ledger.expireAdjustments': '过期的记账调整作废',
  'reconcile.daily': '每日与微信对账',
  'ordering.catchUp': '订单与支付结果对齐',
  'ordering.autoReceive': '到期自动确认收货',
  'ordering.completeDue': '售后期满完成订单',
  'aftersale.expireReturns': '逾期未寄回的售后关闭',
  'staff.sweep': '清理过期的员工会话',
  'identity.sweep': '清理过期的买家登录',
  'platform.forgetKeys': '清理过期的防重复记录',
};

export const scheduleName = (name: string): string => SCHEDULES[name] ?? name;

const MINUTE = 60;
const HOUR = 3600;
/** 每 15 秒, 每 10 分钟, 每小时. */
export function everyText(seconds: number): string {
  if (seconds % HOUR === 0) return seconds === HOUR ? '每小时' : `每 ${seconds / HOUR} 小时`;
  if (seconds % MINUTE === 0) return seconds === MINUTE ? '每分钟' : `每 ${seconds / MINUTE} 分钟`;
  return `每 ${seconds} 秒`;
}
