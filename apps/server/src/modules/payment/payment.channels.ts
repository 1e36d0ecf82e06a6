// Where what may be sold: goods that are sent and goods that are not, on each kind of client, as the operator decides.
import { z } from 'zod';
import type { Reader } from '../../platform/db.ts';
import type { Settings, SettingKey } from '../settings/settings.ts';
import type { PayableKind, PrepayRequest } from './payment.rules.ts';

/** Where a buyer stands when paying. */
export const PLACES = {
  weapp_ios: 'iPhone 小程序',
  weapp_other: '安卓小程序',
  wechat: '微信内网页',
  browser: '手机浏览器',
  desktop: '电脑网页',
} as const;
export type Place = keyof typeof PLACES;
/** Virtual goods are never sent: WeChat and Apple have rules of their own for them. */
export type Nature = 'goods' | 'virtual';
const NATURE_NAMES: Record<Nature, string> = { goods: '实物商品', virtual: '虚拟商品' };

export const natureOf = (kind: PayableKind): Nature => (kind === 'recharge' ? 'virtual' : 'goods');

export type Visit = { platform: 'weapp' | 'h5'; channel?: PrepayRequest['channel']; userAgent?: string | undefined };

/** From what the client says of itself: a hint for a rule of business, never for a rule of safety. */
export function placeOf({ platform, channel, userAgent = '' }: Visit): Place {
  if (platform === 'weapp') return /iPhone|iPad|iPod/i.test(userAgent) ? 'weapp_ios' : 'weapp_other';
  if (channel === 'jsapi' || /MicroMessenger/i.test(userAgent)) return 'wechat';
  return channel === 'h5' || /Android|iPhone|iPad|iPod|Mobile|HarmonyOS/i.test(userAgent) ? 'browser' : 'desktop';
}

export type Channels = {
  /** Why this cannot be paid here, in words for the buyer; null when it can. */
  barred(reader: Reader, kind: PayableKind, visit: Visit): Promise<string | null>;
};

export function createChannels(settings: Pick<Settings, 'define' | 'read'>): Channels {
  const places = Object.keys(PLACES) as Place[];
  const keysOf = (nature: Nature): Record<Place, SettingKey<boolean>> => {
    const entries = places.map((place) => [place, settings.define(definition(nature, place))] as const);
    return Object.fromEntries(entries) as Record<Place, SettingKey<boolean>>;
  };
  const keys = { goods: keysOf('goods'), virtual: keysOf('virtual') };
  return {
    barred: async (reader, kind, visit) => {
      const [nature, place] = [natureOf(kind), placeOf(visit)];
      if (await settings.read(reader, keys[nature][place])) return null;
      const open: Place[] = [];
      for (const other of places) if (await settings.read(reader, keys[nature][other])) open.push(other);
      const elsewhere = open.map((other) => PLACES[other]).join('、');
      return `${PLACES[place]}内暂不支持购买${NATURE_NAMES[nature]}${elsewhere ? `，请在${elsewhere}中购买` : ''}`;
    },
  };
}

function definition(nature: Nature, place: Place) {
  const isApple = nature === 'virtual' && place === 'weapp_ios';
  return {
    key: `channel.${nature}.${place}`,
    group: '支付渠道',
    label: `${NATURE_NAMES[nature]}：${PLACES[place]}`,
    hint: isApple
      ? '按微信与苹果的规定，iPhone 小程序不能用微信支付购买积分等虚拟商品；打开前请确认已取得许可'
      : `是否允许在${PLACES[place]}用微信支付购买${NATURE_NAMES[nature]}`,
    kind: 'boolean' as const,
    schema: z.boolean(),
    default: !isApple,
  };
}
