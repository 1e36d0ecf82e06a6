// Values the operator may change without a developer; each module declares its own keys on the server.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant } from './fields.ts';

/** How a page should render and read the value. */
export const SETTING_KINDS = ['fen', 'bps', 'integer', 'minutes', 'days', 'text', 'longText', 'boolean'] as const;

export const Setting = z.object({
  key: z.string(),
  group: z.string(),
  label: z.string(),
  hint: z.string(),
  kind: z.enum(SETTING_KINDS),
  value: z.json(),
  defaultValue: z.json(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  version: z.int(),
  changedAt: Instant.nullable(),
  changedBy: z.string().nullable(),
});
export const listSettings = endpoint({
  id: 'listSettings',
  tag: '后台·设置',
  method: 'GET',
  path: '/admin/settings',
  audience: 'staff',
  permission: 'settings.view',
  summary: '系统设置',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(Setting) }),
});
export const changeSetting = endpoint({
  id: 'changeSetting',
  tag: '后台·设置',
  method: 'PUT',
  path: '/admin/settings/:key',
  audience: 'staff',
  permission: 'settings.edit',
  summary: '修改设置；旧订单按下单时的值执行',
  input: z.object({ key: z.string().max(64), value: z.json(), version: z.int() }).strict(),
  output: Setting,
  errors: ['setting.not_found', 'setting.invalid'],
});
export const publicConfig = endpoint({
  id: 'publicConfig',
  tag: '设置',
  method: 'GET',
  path: '/config/public',
  audience: 'public',
  etag: true,
  summary: '店铺公开信息：名称、客服、运费规则、支付时限、协议',
  input: z.object({}).strict(),
  output: z.object({
    shopName: z.string(),
    servicePhone: z.string(),
    shippingFeeFen: z.int(),
    freeShippingFromFen: z.int(),
    payWindowMinutes: z.int(),
    aftersaleDays: z.int(),
    agreement: z.string(),
    privacy: z.string(),
    isDemo: z.boolean(),
  }),
});
