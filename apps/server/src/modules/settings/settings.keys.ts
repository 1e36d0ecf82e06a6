// The keys every shop has. A room that lives by one of them declares it again, more exactly; both have to agree.
import { z } from 'zod';
import { AGREEMENT, PRIVACY } from './settings.texts.ts';
import type { SettingDefinition, SettingKind } from './settings.ts';

type Words = { key: string; group: string; label: string; hint: string };
type Range = { default: number; min: number; max: number };

function amount(kind: SettingKind, words: Words, range: Range): SettingDefinition<number> {
  return { ...words, kind, schema: z.int(), ...range };
}

function words(about: Words, value: string, max: number): SettingDefinition<string> {
  const kind = max > 200 ? 'longText' : 'text';
  return { ...about, kind, schema: z.string().trim().max(max), default: value };
}

const SHOP = '店铺';
const SHIPPING = '运费';
const ORDER = '订单';
const AFTERSALE = '售后';

export const SHOP_KEYS = {
  shopName: words({ key: 'shop.name', group: SHOP, label: '店铺名称', hint: '显示在首页和页面标题' }, '集市小铺', 30),
  servicePhone: words(
    { key: 'shop.servicePhone', group: SHOP, label: '客服电话', hint: '顾客在“我的”页面可以拨打；留空则不显示' },
    '',
    20,
  ),
  returnName: words(
    { key: 'shop.returnName', group: SHOP, label: '退货收件人', hint: '退货退款审核通过后展示给顾客' },
    '集市小铺售后部',
    20,
  ),
  returnPhone: words(
    { key: 'shop.returnPhone', group: SHOP, label: '退货联系电话', hint: '与退货地址一起展示' },
    '',
    20,
  ),
  returnAddress: words(
    { key: 'shop.returnAddress', group: SHOP, label: '退货地址', hint: '请填写完整的省、市、区和详细地址' },
    '',
    150,
  ),
  shippingFeeFen: amount(
    'fen',
    { key: 'shipping.feeFen', group: SHIPPING, label: '基础运费', hint: '每个订单收取一次' },
    { default: 1000, min: 0, max: 100_000 },
  ),
  freeShippingFromFen: amount(
    'fen',
    {
      key: 'shipping.freeFromFen',
      group: SHIPPING,
      label: '包邮门槛',
      hint: '商品金额达到后免运费；填 0 表示全部包邮',
    },
    { default: 9900, min: 0, max: 10_000_000 },
  ),
  payWindowMinutes: amount(
    'minutes',
    { key: 'order.payWindowMinutes', group: ORDER, label: '付款时限', hint: '超过后未付款的订单自动取消' },
    { default: 30, min: 1, max: 1440 },
  ),
  autoReceiveDays: amount(
    'days',
    { key: 'order.autoReceiveDays', group: ORDER, label: '自动确认收货', hint: '全部发货后经过的天数' },
    { default: 15, min: 1, max: 60 },
  ),
  aftersaleDays: amount(
    'days',
    { key: 'order.aftersaleDays', group: ORDER, label: '售后期限', hint: '确认收货后可申请售后的天数' },
    { default: 15, min: 1, max: 90 },
  ),
  returnDays: amount(
    'days',
    { key: 'aftersale.returnDays', group: AFTERSALE, label: '退货寄回期限', hint: '审核通过后须在此天数内寄回' },
    { default: 7, min: 1, max: 60 },
  ),
  applicationsMax: amount(
    'integer',
    { key: 'aftersale.applicationsMax', group: AFTERSALE, label: '同一商品申请次数', hint: '被拒绝后还可以再次申请' },
    { default: 2, min: 1, max: 10 },
  ),
  lowStockLevel: amount(
    'integer',
    { key: 'stock.lowLevel', group: '库存', label: '低库存提醒', hint: '可售数量不高于此值时提醒补货' },
    { default: 10, min: 0, max: 100_000 },
  ),
  agreement: words(
    { key: 'shop.agreement', group: '协议', label: '用户协议', hint: '顾客登录前可阅读；请按实际经营情况修改' },
    AGREEMENT,
    20_000,
  ),
  privacy: words(
    { key: 'shop.privacy', group: '协议', label: '隐私政策', hint: '说明收集哪些信息、作何用途；请按实际经营情况修改' },
    PRIVACY,
    20_000,
  ),
};
