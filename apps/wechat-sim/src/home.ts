// The home page: what this is, who lives here, what was ordered, what was told to the shop.
import { escape, shell, yuan } from './pages.ts';
import type {
  Control,
  DeliveryView,
  NoticeView,
  OrderView,
  RefundView,
  ShipmentView,
  TransferView,
} from './surface.ts';

const rowsMax = 50;
const kinds = { jsapi: 'JSAPI', native: '扫码', h5: 'H5', app: 'APP' } as const;
const orderWords = {
  NOTPAY: ['wait', '未支付'],
  SUCCESS: ['good', '已支付'],
  REFUND: ['', '转入退款'],
  CLOSED: ['', '已关闭'],
} as const;
const refundWords = {
  PROCESSING: ['wait', '处理中'],
  SUCCESS: ['good', '退款成功'],
  CLOSED: ['', '已关闭'],
  ABNORMAL: ['bad', '异常'],
} as const;
const transferWords = {
  ACCEPTED: ['wait', '已受理'],
  PROCESSING: ['wait', '锁定资金中'],
  WAIT_USER_CONFIRM: ['wait', '待用户确认'],
  TRANSFERING: ['wait', '转账中'],
  CANCELING: ['wait', '撤销中'],
  SUCCESS: ['good', '已收款'],
  FAIL: ['bad', '失败'],
  CANCELLED: ['', '已撤销'],
} as const;
const noticeWords = {
  scheduled: ['wait', '等待投递'],
  held: ['wait', '已扣住'],
  dropped: ['bad', '已丢弃'],
  delivered: ['good', '已送达'],
  exhausted: ['bad', '已放弃'],
} as const;

export type HomeFacts = {
  control: Control;
  mayControl: boolean;
  merchantName: string;
  signing: string;
  publicUrl: string;
};

export function homePage({ control, mayControl, merchantName, signing, publicUrl }: HomeFacts): string {
  const orders = control.orders().toReversed().slice(0, rowsMax);
  const refunds = control.refunds().toReversed().slice(0, rowsMax);
  const transfers = control.transfers().toReversed().slice(0, rowsMax);
  const notices = control.notices().toReversed().slice(0, rowsMax);
  const deliveries = control.deliveries().toReversed().slice(0, rowsMax);
  const { balances } = control.ledger();
  return shell(
    '模拟微信',
    `<main class="wide"><header><h1>模拟微信</h1><a href="/__sim/login?redirect_uri=${encodeURIComponent(`${publicUrl}/`)}">演示人物</a></header>
<p class="lead">这里扮演微信支付与微信开放接口（api.mch.weixin.qq.com、api.weixin.qq.com）：签名、加密、通知、退款都按真实规则进行，只有钱是假的。仅用于开发与演示。</p>
<section class="grid">${fact('模拟时间', chinaClock(control.clock.now()))}${fact('商户', merchantName)}${fact('可用余额', `¥${yuan(balances['merchant:available'] ?? 0)}`)}${fact('未结算', `¥${yuan(balances['merchant:unsettled'] ?? 0)}`)}${fact('应答签名', signing)}</section>
<h2>订单</h2>${table(
      ['商户单号', '商品', '金额', '方式', '状态', ''],
      orders.map((order) => orderRow(control, order, mayControl)),
      '还没有订单。到商城下一单，这里就会出现。',
    )}
<h2>退款</h2>${table(
      ['退款单号', '商户单号', '金额', '状态', ''],
      refunds.map((refund) => refundRow(refund, mayControl)),
      '还没有退款。',
    )}
<h2>转账</h2>${table(
      ['转账单号', '收款人', '金额', '状态', ''],
      transfers.map((transfer) => transferRow(transfer, control.person(transfer.openid).name, mayControl)),
      '还没有转账。商城向用户付款（提现）后，这里就会出现。',
    )}
<h2>通知</h2>${table(
      ['时间', '事件', '单号', '次数', '状态', ''],
      notices.map((notice) => noticeRow(notice, mayControl)),
      '还没有通知。',
    )}
<h2>投递记录</h2>${table(['时间', '事件', '单号', '第几次', '应答'], deliveries.map(deliveryRow), '还没有投递。')}
</main>`,
    'home.js',
  );
}

const fact = (name: string, value: string): string =>
  `<div class="fact"><span>${name}</span><b>${escape(value)}</b></div>`;

function table(heads: string[], rows: string[], empty: string): string {
  if (rows.length === 0) return `<div class="card"><div class="empty">${empty}</div></div>`;
  return `<div class="card"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const tag = ([tone, word]: readonly [string, string]): string => `<span class="tag ${tone}">${word}</span>`;
const cells = (...parts: string[]): string => `<tr>${parts.map((part) => `<td>${part}</td>`).join('')}</tr>`;
const code = (text: string): string => `<code>${escape(text)}</code>`;

function act(allowed: boolean, verb: string, body: object, word: string): string {
  return allowed
    ? `<button class="small" data-verb="${verb}" data-body="${escape(JSON.stringify(body))}">${word}</button>`
    : '';
}

function orderRow(control: Control, order: OrderView, may: boolean): string {
  const { outTradeNo, codeUrl } = order;
  const shipment = control.shipment(outTradeNo);
  const acts =
    order.state === 'NOTPAY'
      ? act(may, 'pay', { outTradeNo }, '支付') +
        act(may, 'pay', { outTradeNo, notice: 'held' }, '支付并扣住通知') +
        (codeUrl === null
          ? ''
          : `<a class="button small" href="/qr?code_url=${encodeURIComponent(codeUrl)}">二维码</a>`)
      : shipment?.isComplete && shipment.confirmedAt === null
        ? act(may, 'confirm-receipt', { outTradeNo }, '确认收货')
        : '';
  return cells(
    code(outTradeNo),
    escape(order.description),
    `¥${yuan(order.totalFen)}`,
    kinds[order.kind],
    tag(orderWords[order.state]) + shippingTag(shipment),
    acts,
  );
}

function shippingTag(shipment: ShipmentView | null): string {
  if (shipment === null) return '';
  if (shipment.settledAt !== null) return tag(['good', '已结算']);
  return tag(shipment.confirmedAt !== null ? ['good', '已收货'] : ['', shipment.isComplete ? '已发货' : '部分发货']);
}

function refundRow(refund: RefundView, may: boolean): string {
  const { outRefundNo } = refund;
  const acts =
    refund.state === 'PROCESSING'
      ? act(may, 'finish-refund', { outRefundNo, state: 'SUCCESS' }, '到账') +
        act(may, 'finish-refund', { outRefundNo, state: 'ABNORMAL' }, '异常') +
        act(may, 'finish-refund', { outRefundNo, state: 'CLOSED' }, '关闭')
      : '';
  return cells(
    code(outRefundNo),
    code(refund.outTradeNo),
    `¥${yuan(refund.amountFen)}`,
    tag(refundWords[refund.state]),
    acts,
  );
}

function transferRow(transfer: TransferView, name: string, may: boolean): string {
  const { outBillNo, state, failReason } = transfer;
  const acts =
    state === 'WAIT_USER_CONFIRM'
      ? act(may, 'confirm-transfer', { outBillNo }, '确认收款') +
        act(may, 'finish-transfer', { outBillNo, state: 'FAIL', failReason: 'OVERDUE_CLOSE' }, '超时关闭')
      : '';
  return cells(
    code(outBillNo),
    escape(name),
    `¥${yuan(transfer.amountFen)}`,
    tag(transferWords[state]) + (failReason === null ? '' : `<br>${code(failReason)}`),
    acts,
  );
}

function noticeRow(notice: NoticeView, may: boolean): string {
  const noticeId = notice.id;
  const acts =
    act(may, 'deliver', { noticeId }, '立即投递') +
    (notice.state === 'scheduled' ? act(may, 'drop', { noticeId }, '丢弃') : '');
  const next = notice.nextAt === null ? '' : `<br>下次 ${chinaClock(new Date(notice.nextAt))}`;
  const at = chinaClock(new Date(notice.createdAt));
  return cells(
    at,
    escape(notice.eventType),
    code(notice.subject),
    String(notice.tries),
    tag(noticeWords[notice.state]) + next,
    acts,
  );
}

function deliveryRow(delivery: DeliveryView): string {
  const told = delivery.status === null ? (delivery.failure ?? '无应答') : `HTTP ${delivery.status} ${delivery.answer}`;
  const flavour = delivery.flavour === 'genuine' ? String(delivery.try) : `伪造：${delivery.flavour}`;
  const outcome = `${tag(delivery.ok ? ['good', '成功'] : ['bad', '失败'])} ${code(told)}`;
  return cells(chinaClock(new Date(delivery.at)), escape(delivery.eventType), code(delivery.subject), flavour, outcome);
}

function chinaClock(at: Date): string {
  return at.toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false });
}
