// Permission codes grouped by the word before the dot, for reading and for ticking whole groups.
import { PERMISSIONS, PERMISSION_CODES, type Permission } from '@jishi/contract';

const GROUP_NAMES: Record<string, string> = {
  dashboard: '首页',
  catalog: '商品',
  stock: '库存',
  order: '订单',
  aftersale: '售后',
  payment: '支付',
  points: '积分',
  withdrawal: '提现',
  payout: '收款信息',
  ledger: '账目',
  reconcile: '对账',
  buyer: '用户',
  staff: '员工',
  audit: '日志',
  service: '服务令牌',
  settings: '设置',
  system: '系统',
};

export type PermissionGroup = { prefix: string; name: string; permissions: { code: Permission; name: string }[] };

/** Every permission exactly once; a prefix without a name of its own is shown as it is. */
export function permissionGroups(): PermissionGroup[] {
  const groups = Map.groupBy(PERMISSION_CODES, (code) => code.split('.')[0] ?? code);
  return [...groups].map(([prefix, codes]) => ({
    prefix,
    name: GROUP_NAMES[prefix] ?? prefix,
    permissions: codes.map((code) => ({ code, name: PERMISSIONS[code] })),
  }));
}
