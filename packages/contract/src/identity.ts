// Buyers: who they are, how they sign in, where parcels go.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Done, Instant, line, page, pageQuery, Phone, text } from './fields.ts';
import { AddressId, BuyerId, FileId } from './ids.ts';

export const BUYER_STATES = ['active', 'blocked'] as const;
export const BUYER_STATE_NAMES = { active: '正常', blocked: '已停用' } as const;

export const Me = z.object({
  id: BuyerId,
  nickname: z.string(),
  avatarUrl: z.string().nullable(),
  /** Masked: 138****8000. */
  phone: z.string().nullable(),
  memberSince: Instant,
});

export const Session = z.object({
  accessToken: z.string(),
  accessExpiresAt: Instant,
  refreshToken: z.string(),
  me: Me,
});

export const login = endpoint({
  id: 'login',
  tag: '登录',
  method: 'POST',
  path: '/auth/login',
  audience: 'public',
  ratePerMinute: 10,
  summary: '用微信登录凭证换取会话（小程序 wx.login 或网页授权 code）',
  input: z.object({ code: z.string().min(1).max(256), platform: z.enum(['weapp', 'h5']).default('weapp') }).strict(),
  output: Session,
  errors: ['auth.code_invalid', 'auth.blocked', 'wechat.unavailable'],
});
export const mockLogin = endpoint({
  id: 'mockLogin',
  tag: '登录',
  method: 'POST',
  path: '/auth/mock-login',
  audience: 'public',
  summary: '开发环境专用登录，生产环境返回 403',
  input: z
    .object({
      openid: z
        .string()
        .min(6)
        .max(64)
        .regex(/^[\w-]+$/),
    })
    .strict(),
  output: Session,
  errors: ['auth.mock_disabled', 'auth.blocked'],
});
export const refreshSession = endpoint({
  id: 'refreshSession',
  tag: '登录',
  method: 'POST',
  path: '/auth/refresh',
  audience: 'public',
  ratePerMinute: 30,
  summary: '换取新的会话；旧的刷新令牌立即作废，重复使用会注销整组会话',
  input: z.object({ refreshToken: z.string().min(20).max(200) }).strict(),
  output: Session,
  errors: ['auth.refresh_invalid', 'auth.blocked'],
});
export const logout = endpoint({
  id: 'logout',
  tag: '登录',
  method: 'POST',
  path: '/auth/logout',
  audience: 'buyer',
  summary: '退出登录',
  input: z.object({}).strict(),
  output: Done,
});
export const loginAddress = endpoint({
  id: 'loginAddress',
  tag: '登录',
  method: 'GET',
  path: '/auth/wechat-address',
  audience: 'public',
  summary: '网页登录：微信授权页地址，授权后带 code 与 state 返回 returnTo',
  input: z
    .object({
      returnTo: z.string().max(500),
      state: z
        .string()
        .min(8)
        .max(64)
        .regex(/^[\w-]+$/),
    })
    .strict(),
  output: z.object({ url: z.string() }),
});
export const bindPhone = endpoint({
  id: 'bindPhone',
  tag: '我的',
  method: 'POST',
  path: '/auth/phone',
  audience: 'buyer',
  ratePerMinute: 10,
  summary: '用微信手机号授权凭证绑定手机号',
  input: z.object({ code: z.string().min(1).max(256) }).strict(),
  output: Me,
  errors: ['auth.phone_invalid', 'auth.phone_taken', 'wechat.unavailable'],
});
export const getMe = endpoint({
  id: 'getMe',
  tag: '我的',
  method: 'GET',
  path: '/me',
  audience: 'buyer',
  summary: '我的资料',
  input: z.object({}).strict(),
  output: Me,
});
export const updateMe = endpoint({
  id: 'updateMe',
  tag: '我的',
  method: 'PATCH',
  path: '/me',
  audience: 'buyer',
  summary: '修改昵称与头像',
  input: z.object({ nickname: line(20).optional(), avatarFileId: FileId.nullable().optional() }).strict(),
  output: Me,
  errors: ['file.not_found'],
});

/** Where a parcel goes. Region names are as the post uses them: 省 市 区. */
export const AddressFields = {
  name: line(20),
  phone: Phone,
  province: line(20),
  city: line(20),
  district: line(20),
  detail: line(100),
};
export const Address = z.object({ id: AddressId, ...AddressFields, isDefault: z.boolean() });
export type AddressView = z.output<typeof Address>;
/** The address as frozen on an order. */
export const AddressSnapshot = z.object(AddressFields);

export const listAddresses = endpoint({
  id: 'listAddresses',
  tag: '地址',
  method: 'GET',
  path: '/addresses',
  audience: 'buyer',
  summary: '我的收货地址，默认地址在前',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(Address) }),
});
export const createAddress = endpoint({
  id: 'createAddress',
  tag: '地址',
  method: 'POST',
  path: '/addresses',
  audience: 'buyer',
  status: 201,
  summary: '新增收货地址',
  input: z.object({ ...AddressFields, isDefault: z.boolean().default(false) }).strict(),
  output: Address,
  errors: ['address.too_many'],
});
export const updateAddress = endpoint({
  id: 'updateAddress',
  tag: '地址',
  method: 'PUT',
  path: '/addresses/:addressId',
  audience: 'buyer',
  summary: '修改收货地址',
  input: z.object({ addressId: AddressId, ...AddressFields, isDefault: z.boolean().default(false) }).strict(),
  output: Address,
  errors: ['address.not_found'],
});
export const deleteAddress = endpoint({
  id: 'deleteAddress',
  tag: '地址',
  method: 'DELETE',
  path: '/addresses/:addressId',
  audience: 'buyer',
  summary: '删除收货地址',
  input: z.object({ addressId: AddressId }).strict(),
  output: Done,
  errors: ['address.not_found'],
});
export const setDefaultAddress = endpoint({
  id: 'setDefaultAddress',
  tag: '地址',
  method: 'POST',
  path: '/addresses/:addressId/default',
  audience: 'buyer',
  summary: '设为默认地址',
  input: z.object({ addressId: AddressId }).strict(),
  output: Address,
  errors: ['address.not_found'],
});

export const AdminBuyer = z.object({
  id: BuyerId,
  displayNo: z.int(),
  nickname: z.string(),
  avatarUrl: z.string().nullable(),
  phone: z.string().nullable(),
  state: z.enum(BUYER_STATES),
  blockedReason: z.string().nullable(),
  createdAt: Instant,
  lastSeenAt: Instant.nullable(),
});
/** What the staff list of buyers can be put in order by; a minus is the other way round. */
export const BUYER_SORTS = ['createdAt', '-createdAt', 'lastSeenAt', '-lastSeenAt'] as const;
export type BuyerSort = (typeof BUYER_SORTS)[number];

export const adminListBuyers = endpoint({
  id: 'adminListBuyers',
  tag: '后台·用户',
  method: 'GET',
  path: '/admin/users',
  audience: 'staff',
  permission: 'buyer.view',
  summary: '用户列表，可按昵称、手机号、编号查找',
  input: z
    .object({
      q: z.string().trim().max(50).optional(),
      state: z.enum(BUYER_STATES).optional(),
      sort: z.enum(BUYER_SORTS).optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(AdminBuyer),
});
export const adminGetBuyer = endpoint({
  id: 'adminGetBuyer',
  tag: '后台·用户',
  method: 'GET',
  path: '/admin/users/:buyerId',
  audience: 'staff',
  permission: 'buyer.view',
  summary: '用户详情；手机号打码',
  input: z.object({ buyerId: BuyerId }).strict(),
  output: AdminBuyer.extend({ addresses: z.array(Address.extend({ phone: z.string() })) }),
  errors: ['buyer.not_found'],
});
export const adminRevealBuyerPhone = endpoint({
  id: 'adminRevealBuyerPhone',
  tag: '后台·用户',
  method: 'POST',
  path: '/admin/users/:buyerId/phone',
  audience: 'staff',
  permission: 'buyer.view',
  summary: '查看用户与其收货地址的完整手机号，记入操作日志',
  input: z.object({ buyerId: BuyerId }).strict(),
  output: z.object({ phone: z.string().nullable(), addresses: z.array(Address) }),
  errors: ['buyer.not_found'],
});
export const adminSetBuyerState = endpoint({
  id: 'adminSetBuyerState',
  tag: '后台·用户',
  method: 'PUT',
  path: '/admin/users/:buyerId/status',
  audience: 'staff',
  permission: 'buyer.edit',
  summary: '停用或恢复用户，停用须写明原因，立即失去访问权',
  input: z.object({ buyerId: BuyerId, state: z.enum(BUYER_STATES), reason: text(200).default('') }).strict(),
  output: AdminBuyer,
  errors: ['buyer.not_found', 'buyer.reason_missing'],
});
