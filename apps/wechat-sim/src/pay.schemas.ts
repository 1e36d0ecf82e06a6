// The shapes of pay requests (wechat.md 2.1, 2.4, 3.1, 3.3, 8): strict in types, lengths and character sets; unknown fields are refused.
import { z } from 'zod';
import { paramError } from './refusal.ts';
import type { TradeKind } from './surface.ts';

/** WeChat counts characters, a Chinese one as one. */
const text = (max: number, min = 1) =>
  z.string().refine((value) => [...value].length >= min && [...value].length <= max, {
    error: `字符串长度须在${min}到${max}之间`,
  });
const count = z.int().min(1);
const fen = z.int().min(1).max(100_000_000_00);
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const timestamp = text(64).refine((value) => rfc3339.test(value) && !Number.isNaN(Date.parse(value)), {
  error: '时间须遵循RFC3339格式',
});

const goodsDetail = z.strictObject({
  cost_price: z.int().optional(),
  invoice_id: text(32).optional(),
  goods_detail: z
    .array(
      z.strictObject({
        merchant_goods_id: text(32),
        wechatpay_goods_id: text(32).optional(),
        goods_name: text(256).optional(),
        quantity: count,
        unit_price: z.int().min(0),
      }),
    )
    .optional(),
});

const scene = {
  payer_client_ip: z.union([z.ipv4(), z.ipv6()]),
  device_id: text(32).optional(),
  store_info: z
    .strictObject({
      id: text(32),
      name: text(256).optional(),
      area_code: text(32).optional(),
      address: text(512).optional(),
    })
    .optional(),
};

const h5Info = z.strictObject({
  type: z.enum(['Wap', 'iOS', 'Android']),
  app_name: text(64).optional(),
  app_url: text(128).optional(),
  bundle_id: text(128).optional(),
  package_name: text(128).optional(),
});

const prepay = {
  appid: text(32),
  mchid: text(32),
  description: text(127),
  out_trade_no: z.string().regex(/^[0-9A-Za-z_\-|*]{6,32}$/, { error: '须为6到32位的数字、字母或_-|*' }),
  time_expire: timestamp.optional(),
  attach: text(128).optional(),
  notify_url: text(255),
  goods_tag: text(32).optional(),
  support_fapiao: z.boolean().optional(),
  amount: z.strictObject({ total: fen, currency: z.literal('CNY').optional() }),
  detail: goodsDetail
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= 6144, { error: '超过6144字节' })
    .optional(),
  settle_info: z.strictObject({ profit_sharing: z.boolean().optional() }).optional(),
  limit_pay: z.array(text(32)).optional(),
};

const plain = z.strictObject({ ...prepay, scene_info: z.strictObject(scene).optional() });

export const prepaySchemas = {
  jsapi: z.strictObject({
    ...prepay,
    scene_info: z.strictObject(scene).optional(),
    payer: z.strictObject({ openid: text(128) }),
  }),
  native: plain,
  app: plain,
  h5: z.strictObject({ ...prepay, scene_info: z.strictObject({ ...scene, h5_info: h5Info }) }),
} as const satisfies Record<TradeKind, z.ZodType>;

export type PrepayBody = z.infer<typeof plain> & { payer?: { openid: string } };

export const closeSchema = z.strictObject({ mchid: text(32) });

export const refundSchema = z.strictObject({
  transaction_id: text(32).optional(),
  out_trade_no: text(32).optional(),
  out_refund_no: z.string().regex(/^[0-9A-Za-z_\-|*@]{1,64}$/, { error: '须为1到64位的数字、字母或_-|*@' }),
  reason: text(80).optional(),
  notify_url: text(256, 8).optional(),
  funds_account: z.enum(['AVAILABLE', 'UNSETTLED']).optional(),
  amount: z.strictObject({
    refund: fen,
    total: fen,
    currency: z.literal('CNY'),
    from: z.array(z.strictObject({ account: z.enum(['AVAILABLE', 'UNAVAILABLE']), amount: fen })).optional(),
  }),
  goods_detail: z
    .array(
      z.strictObject({
        merchant_goods_id: text(32),
        wechatpay_goods_id: text(32).optional(),
        goods_name: text(256).optional(),
        unit_price: z.int().min(0),
        refund_amount: z.int().min(0),
        refund_quantity: count,
      }),
    )
    .optional(),
});

export type RefundBody = z.infer<typeof refundSchema>;

const debitBanks = 'CMB COMM ABC CCB ICBC BOC PAB SPDB CITIC CEB CMBC CIB GDB PSBC NBCB'.split(' ');

export const abnormalRefundSchema = z.strictObject({
  out_refund_no: text(64),
  type: z.enum(['USER_BANK_CARD', 'MERCHANT_BANK_CARD']),
  bank_type: z.enum(debitBanks.map((bank) => `${bank}_DEBIT`)).optional(),
  bank_account: text(1024).optional(),
  real_name: text(1024).optional(),
});

export const transferSchema = z.strictObject({
  appid: text(32),
  out_bill_no: z.string().regex(/^[0-9A-Za-z]{1,32}$/, { error: '只能由数字、大小写字母组成' }),
  transfer_scene_id: text(36),
  openid: text(64),
  user_name: text(1024).optional(),
  transfer_amount: z.int().min(10),
  transfer_remark: text(32),
  notify_url: text(256, 8).optional(),
  user_recv_perception: text(32).optional(),
  transfer_scene_report_infos: z.array(z.strictObject({ info_type: text(15), info_content: text(32) })).min(1),
  user_recv_style: z.strictObject({ type: z.enum(['CONFIRM_PAGE', 'RED_PACKET']) }).optional(),
});

export type TransferBody = z.infer<typeof transferSchema>;

export const transferCancelSchema = z.strictObject({});

export const echoSchema = z.strictObject({
  echo_message: text(1024),
  encrypted_echo_message: text(1024).optional(),
  notify_url: text(256, 8).optional(),
});

/** The body as its schema sees it, or PARAM_ERROR that points at the first wrong field. */
export function readBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...extra].map(String);
  const value = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), body);
  const words =
    extra.length > 0 ? '存在未定义的参数' : value === undefined ? '必填项缺失' : (issue?.message ?? '格式错误');
  throw paramError(`/body/${path.join('/')}`, words, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
