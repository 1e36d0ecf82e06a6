// Asking for money: prepay for a phone, a QR code or a browser.
import { z } from 'zod';
import type { Exchange } from './exchange.ts';
import { refusedLocally } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { notifyUrlProblem } from './pay.config.ts';
import type { PaySetup } from './pay.config.ts';
import { between, isFen, OUT_TRADE_NO } from './pay.limits.ts';
import { toRfc3339 } from './time.ts';

/**
 * The same input under the same settings gives the same bytes, so a stored input can be replayed as WeChat demands.
 * Name `appid` and `notifyUrl` when the settings may change while the order is open.
 */
export type PrepayOrder = {
  outTradeNo: string;
  description: string;
  totalFen: number;
  /** Latest moment to pay. It does not close the order. Store it: a replay must repeat it. */
  timeExpire?: Date;
  attach?: string;
  goodsTag?: string;
  notifyUrl?: string;
  appid?: string;
  profitSharing?: boolean;
  payerClientIp?: string;
};
export type PrepayJsapiOrder = PrepayOrder & { openid: string };
export type PrepayH5Order = PrepayOrder & { payerClientIp: string; h5Type?: 'Wap' | 'iOS' | 'Android' };

export function payPrepay(setup: PaySetup, exchange: Exchange) {
  async function prepay<T>(
    channel: 'jsapi' | 'native' | 'h5',
    order: PrepayOrder,
    extra: Record<string, unknown>,
    answer: z.ZodType<T>,
  ): Promise<Outcome<T>> {
    const problem = orderProblem(order);
    if (problem !== null) return refusedLocally(problem);
    return exchange({
      endpoint: `POST /v3/pay/transactions/${channel}`,
      method: 'POST',
      target: `/v3/pay/transactions/${channel}`,
      body: JSON.stringify({ ...orderBody(setup, order), ...extra }),
      answer,
      repeat: 'always',
      hides429: false,
    });
  }

  return {
    async prepayJsapi(order: PrepayJsapiOrder): Promise<Outcome<{ prepayId: string }>> {
      if (!between(order.openid, 1, 128)) return refusedLocally('openid');
      return prepay('jsapi', order, { payer: { openid: order.openid }, scene_info: payerScene(order) }, PrepayId);
    },
    async prepayNative(order: PrepayOrder): Promise<Outcome<{ codeUrl: string }>> {
      return prepay('native', order, { scene_info: payerScene(order) }, CodeUrl);
    },
    async prepayH5(order: PrepayH5Order): Promise<Outcome<{ h5Url: string }>> {
      const scene = { payer_client_ip: order.payerClientIp, h5_info: { type: order.h5Type ?? 'Wap' } };
      return prepay('h5', order, { scene_info: scene }, H5Url);
    },
  };
}

const PrepayId = z.looseObject({ prepay_id: z.string().min(1) }).transform((wire) => ({ prepayId: wire.prepay_id }));
const CodeUrl = z.looseObject({ code_url: z.string().min(1) }).transform((wire) => ({ codeUrl: wire.code_url }));
const H5Url = z.looseObject({ h5_url: z.string().regex(/^https?:\/\//) }).transform((wire) => ({ h5Url: wire.h5_url }));

function payerScene(order: PrepayOrder) {
  return order.payerClientIp === undefined ? undefined : { payer_client_ip: order.payerClientIp };
}

/** The order of fields is fixed, so that a replay is byte for byte the same. Undefined fields disappear. */
function orderBody(setup: PaySetup, order: PrepayOrder): Record<string, unknown> {
  return {
    appid: order.appid ?? setup.appid,
    mchid: setup.mchid,
    description: order.description,
    out_trade_no: order.outTradeNo,
    time_expire: order.timeExpire && toRfc3339(order.timeExpire),
    attach: order.attach,
    notify_url: order.notifyUrl?.trim() ?? setup.notifyUrls.pay,
    goods_tag: order.goodsTag,
    settle_info: order.profitSharing === undefined ? undefined : { profit_sharing: order.profitSharing },
    amount: { total: order.totalFen, currency: 'CNY' },
  };
}

function orderProblem(order: PrepayOrder): string | null {
  if (!OUT_TRADE_NO.test(order.outTradeNo)) return 'outTradeNo: 6 to 32 of 0-9 A-Z a-z _ - | *';
  if (!between(order.description, 1, 127)) return 'description: 1 to 127 characters';
  if (!isFen(order.totalFen)) return 'totalFen: a whole number of at least 1';
  if (order.attach !== undefined && !between(order.attach, 0, 128)) return 'attach: at most 128 characters';
  if (order.goodsTag !== undefined && !between(order.goodsTag, 0, 32)) return 'goodsTag: at most 32 characters';
  if (order.timeExpire && Number.isNaN(order.timeExpire.getTime())) return 'timeExpire: not a time';
  if (order.payerClientIp !== undefined && !between(order.payerClientIp, 1, 45)) return 'payerClientIp: an address';
  const url = order.notifyUrl === undefined ? null : notifyUrlProblem(order.notifyUrl.trim());
  return url === null ? null : `notifyUrl: ${url}`;
}
