// The keys of the shop itself. Every other key is declared by the room that lives by it.
import { z } from 'zod';
import { AGREEMENT, PRIVACY } from './settings.texts.ts';
import type { SettingDefinition } from './settings.ts';

type Words = { key: string; group: string; label: string; hint: string };

function words(about: Words, value: string, max: number): SettingDefinition<string> {
  const kind = max > 200 ? 'longText' : 'text';
  return { ...about, kind, schema: z.string().trim().max(max), default: value };
}

const SHOP = '店铺';

export const SHOP_KEYS = {
  shopName: words({ key: 'shop.name', group: SHOP, label: '店铺名称', hint: '显示在首页和页面标题' }, '集市小铺', 30),
  servicePhone: words(
    { key: 'shop.servicePhone', group: SHOP, label: '客服电话', hint: '顾客在“我的”页面可以拨打；留空则不显示' },
    '',
    20,
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
