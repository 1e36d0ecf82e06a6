// The closed list of permission codes: one source for doors, roles, menus and buttons.

/** Code -> what a shopkeeper calls it. A role is a set of these. */
export const PERMISSIONS = {
  'dashboard.view': '查看首页数据',
  'catalog.view': '查看商品',
  'catalog.edit': '编辑商品、分类与品牌',
  'stock.view': '查看库存',
  'stock.adjust': '调整库存',
  'order.view': '查看订单',
  'order.ship': '订单发货',
  'order.edit': '备注、关闭订单',
  'order.refund': '主动退款',
  'aftersale.view': '查看售后',
  'aftersale.decide': '审核售后、确认收货',
  'payment.view': '查看支付流水与通知',
  'points.view': '查看积分与充值',
  'points.edit': '管理积分套餐与规则',
  'withdrawal.view': '查看提现',
  'withdrawal.review': '审核提现',
  'payout.reveal': '查看收款人完整信息',
  'ledger.view': '查看账户、流水与资金概览',
  'ledger.adjust': '申请记账调整',
  'ledger.approve': '复核记账调整',
  'reconcile.view': '查看对账与微信账单',
  'reconcile.edit': '处理对账差异',
  'buyer.view': '查看用户',
  'buyer.edit': '禁用与恢复用户',
  'staff.view': '查看员工与角色',
  'staff.edit': '管理员工与角色',
  'service.edit': '管理服务令牌',
  'audit.view': '查看操作与登录日志',
  'settings.view': '查看系统设置',
  'settings.edit': '修改系统设置',
  'system.view': '查看系统任务',
  'system.edit': '重试失败任务',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const PERMISSION_CODES = Object.keys(PERMISSIONS) as Permission[];

/** What a service token may be allowed: other programs, no people. */
export const SERVICE_SCOPES = {
  'points.view': '查询用户积分余额',
  'points.spend': '预占、扣减与释放用户积分',
} as const;

export type ServiceScope = keyof typeof SERVICE_SCOPES;

export const SERVICE_SCOPE_CODES = Object.keys(SERVICE_SCOPES) as ServiceScope[];

/** Roles every shop starts with. `super` always holds every permission and cannot be edited. */
export const BUILT_IN_ROLES: Readonly<Record<string, { name: string; permissions: readonly Permission[] }>> = {
  super: { name: '超级管理员', permissions: PERMISSION_CODES },
  product: {
    name: '商品管理员',
    permissions: [
      'dashboard.view',
      'catalog.view',
      'catalog.edit',
      'stock.view',
      'stock.adjust',
      'points.view',
      'points.edit',
    ],
  },
  order: {
    name: '订单管理员',
    permissions: [
      'dashboard.view',
      'catalog.view',
      'stock.view',
      'order.view',
      'order.ship',
      'order.edit',
      'aftersale.view',
      'buyer.view',
    ],
  },
  service: {
    name: '客服',
    permissions: [
      'order.view',
      'points.view',
      'order.edit',
      'aftersale.view',
      'aftersale.decide',
      'buyer.view',
      'catalog.view',
    ],
  },
  finance: {
    name: '财务',
    permissions: [
      'dashboard.view',
      'order.view',
      'points.view',
      'order.refund',
      'payment.view',
      'withdrawal.view',
      'withdrawal.review',
      'payout.reveal',
      'ledger.view',
      'ledger.adjust',
      'ledger.approve',
      'reconcile.view',
      'reconcile.edit',
      'aftersale.view',
      'aftersale.decide',
    ],
  },
  auditor: {
    name: '审计员',
    permissions: [
      'dashboard.view',
      'order.view',
      'points.view',
      'payment.view',
      'withdrawal.view',
      'ledger.view',
      'reconcile.view',
      'audit.view',
      'staff.view',
      'settings.view',
      'system.view',
    ],
  },
};
