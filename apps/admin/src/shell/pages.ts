// Every page there is: its address, its place in the menu, and the endpoint without which it makes no sense.
import {
  adminGetProduct,
  adminListAftersales,
  adminListBrands,
  adminListBuyers,
  adminListCategories,
  adminListOrders,
  adminListPackages,
  adminListPaymentCases,
  adminListPayments,
  adminListProducts,
  adminListRecharges,
  adminListShippingUploads,
  adminListWithdrawals,
  getDashboard,
  listAudit,
  listDeadJobs,
  listLogins,
  listRoles,
  listServiceTokens,
  listSettings,
  listStaff,
  listStaffSessions,
  type Permission,
} from '@jishi/contract';
import type { Component } from 'vue';

export type RouteNeeds = Permission | 'self' | undefined;

export type Page = {
  path: string;
  title: string;
  area: AreaCode;
  /** The permission of the endpoint that fills the page. */
  needs: RouteNeeds;
  load: () => Promise<{ default: Component }>;
  /** A page below another one: not in the menu, lights that entry. */
  under?: string;
};

export const AREAS = {
  home: '首页',
  catalog: '商品',
  trade: '交易',
  money: '资金',
  points: '积分',
  user: '用户',
  staff: '员工',
  audit: '日志',
  system: '系统',
} as const;
export type AreaCode = keyof typeof AREAS;

export const PAGES: readonly Page[] = [
  {
    path: '/home',
    title: '首页',
    area: 'home',
    needs: getDashboard.permission,
    load: () => import('../pages/home/dashboard.vue'),
  },
  {
    path: '/catalog/product',
    title: '商品列表',
    area: 'catalog',
    needs: adminListProducts.permission,
    load: () => import('../pages/catalog/product/list.vue'),
  },
  {
    path: '/catalog/product/:productId',
    title: '商品编辑',
    area: 'catalog',
    needs: adminGetProduct.permission,
    load: () => import('../pages/catalog/product/form.vue'),
    under: '/catalog/product',
  },
  {
    path: '/catalog/category',
    title: '分类',
    area: 'catalog',
    needs: adminListCategories.permission,
    load: () => import('../pages/catalog/category/list.vue'),
  },
  {
    path: '/catalog/brand',
    title: '品牌',
    area: 'catalog',
    needs: adminListBrands.permission,
    load: () => import('../pages/catalog/brand/list.vue'),
  },
  {
    path: '/trade/order',
    title: '订单',
    area: 'trade',
    needs: adminListOrders.permission,
    load: () => import('../pages/trade/order/list.vue'),
  },
  {
    path: '/trade/order/:orderId',
    title: '订单详情',
    area: 'trade',
    needs: adminListOrders.permission,
    load: () => import('../pages/trade/order/detail.vue'),
    under: '/trade/order',
  },
  {
    path: '/trade/aftersale',
    title: '售后',
    area: 'trade',
    needs: adminListAftersales.permission,
    load: () => import('../pages/trade/aftersale/list.vue'),
  },
  {
    path: '/trade/aftersale/:aftersaleId',
    title: '售后详情',
    area: 'trade',
    needs: adminListAftersales.permission,
    load: () => import('../pages/trade/aftersale/detail.vue'),
    under: '/trade/aftersale',
  },
  {
    path: '/trade/shipping',
    title: '微信发货信息',
    area: 'trade',
    needs: adminListShippingUploads.permission,
    load: () => import('../pages/trade/shipping/list.vue'),
  },
  {
    path: '/money/payment',
    title: '支付单',
    area: 'money',
    needs: adminListPayments.permission,
    load: () => import('../pages/money/payment/list.vue'),
  },
  {
    path: '/money/payment/:paymentId',
    title: '支付单详情',
    area: 'money',
    needs: adminListPayments.permission,
    load: () => import('../pages/money/payment/detail.vue'),
    under: '/money/payment',
  },
  {
    path: '/money/case',
    title: '支付异常',
    area: 'money',
    needs: adminListPaymentCases.permission,
    load: () => import('../pages/money/case/list.vue'),
  },
  {
    path: '/points/package',
    title: '积分套餐',
    area: 'points',
    needs: adminListPackages.permission,
    load: () => import('../pages/points/package/list.vue'),
  },
  {
    path: '/points/recharge',
    title: '充值订单',
    area: 'points',
    needs: adminListRecharges.permission,
    load: () => import('../pages/points/recharge/list.vue'),
  },
  {
    path: '/points/recharge/:rechargeId',
    title: '充值订单详情',
    area: 'points',
    needs: adminListRecharges.permission,
    load: () => import('../pages/points/recharge/detail.vue'),
    under: '/points/recharge',
  },
  {
    path: '/money/withdrawal',
    title: '提现',
    area: 'money',
    needs: adminListWithdrawals.permission,
    load: () => import('../pages/money/withdrawal/list.vue'),
  },
  {
    path: '/money/withdrawal/:withdrawalId',
    title: '提现详情',
    area: 'money',
    needs: adminListWithdrawals.permission,
    load: () => import('../pages/money/withdrawal/detail.vue'),
    under: '/money/withdrawal',
  },
  {
    path: '/user/buyer',
    title: '用户列表',
    area: 'user',
    needs: adminListBuyers.permission,
    load: () => import('../pages/user/buyer/list.vue'),
  },
  {
    path: '/user/buyer/:buyerId',
    title: '用户详情',
    area: 'user',
    needs: adminListBuyers.permission,
    load: () => import('../pages/user/buyer/detail.vue'),
    under: '/user/buyer',
  },
  {
    path: '/staff/member',
    title: '员工账号',
    area: 'staff',
    needs: listStaff.permission,
    load: () => import('../pages/staff/member/list.vue'),
  },
  {
    path: '/staff/role',
    title: '角色与权限',
    area: 'staff',
    needs: listRoles.permission,
    load: () => import('../pages/staff/role/list.vue'),
  },
  {
    path: '/audit/operation',
    title: '操作日志',
    area: 'audit',
    needs: listAudit.permission,
    load: () => import('../pages/audit/operation/list.vue'),
  },
  {
    path: '/audit/login',
    title: '登录日志',
    area: 'audit',
    needs: listLogins.permission,
    load: () => import('../pages/audit/login/list.vue'),
  },
  {
    path: '/audit/online',
    title: '在线会话',
    area: 'audit',
    needs: listStaffSessions.permission,
    load: () => import('../pages/audit/online/list.vue'),
  },
  {
    path: '/system/settings',
    title: '系统设置',
    area: 'system',
    needs: listSettings.permission,
    load: () => import('../pages/system/settings/form.vue'),
  },
  {
    path: '/system/service',
    title: '服务令牌',
    area: 'system',
    needs: listServiceTokens.permission,
    load: () => import('../pages/system/service/list.vue'),
  },
  {
    path: '/system/jobs',
    title: '失败任务',
    area: 'system',
    needs: listDeadJobs.permission,
    load: () => import('../pages/system/jobs/list.vue'),
  },
];
