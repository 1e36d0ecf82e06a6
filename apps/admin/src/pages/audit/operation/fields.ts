// What the fields in the trail are called, and how their values read.
import {
  PERMISSIONS,
  SERVICE_SCOPES,
  SHELF_STATE_NAMES,
  yuan,
  type Permission,
  type ServiceScope,
} from '@jishi/contract';
import { stateLook, type StateKind } from '../../../parts/states.ts';
import { timeText } from '../../../parts/time.ts';

const NAMES: Record<string, string> = {
  action: '处理方式',
  address: '收货信息',
  aftersaleId: '售后单',
  agreedFen: '同意金额',
  aftersaleUntil: '售后截止',
  amountFen: '金额',
  askedFen: '申请金额',
  bonusPoints: '赠送积分',
  brandId: '品牌',
  carrier: '快递公司',
  categoryId: '分类',
  code: '规格编码',
  costFen: '成本价',
  damaged: '残损',
  damagedQuantity: '残损件数',
  description: '详情',
  detail: '详细地址',
  dailyCap: '每天上限',
  expiresMonths: '有效月数',
  isOn: '是否开启',
  value: '数值',
  expiresAt: '有效期至',
  hint: '令牌尾号',
  icon: '图标',
  image_file_id: '图片',
  imageFileId: '图片',
  imageFileIds: '图片',
  is_visible: '是否显示',
  isActive: '是否启用',
  isOnSale: '是否在售',
  isPasswordReset: '重设密码',
  isRecommended: '是否推荐',
  isVisible: '是否显示',
  kind: '类型',
  label: '标签',
  labelColor: '标签颜色',
  lineId: '商品行',
  lines: '商品行',
  logo_file_id: '标志',
  logoFileId: '标志',
  marketPriceFen: '划线价',
  missingBonus: '缺少的赠送积分',
  missingFen: '缺口抵扣',
  name: '名称',
  note: '备注',
  onHand: '库存',
  orderNo: '订单号',
  outcome: '结果',
  paidPoints: '充值积分',
  parcelId: '包裹',
  parent_id: '上级分类',
  parentId: '上级分类',
  perBuyerMax: '每人限购',
  permissions: '权限',
  phone: '手机号',
  points: '积分',
  priceFen: '售价',
  problem: '异常',
  productId: '商品',
  quantity: '数量',
  queue: '任务',
  reason: '原因',
  region: '地区',
  roles: '角色',
  retiredAt: '停售时间',
  saleFrom: '开售时间',
  saleUntil: '结束时间',
  scopes: '授权',
  service: '服务代号',
  shippingFen: '运费',
  skus: '规格',
  sort_order: '排序',
  sortOrder: '排序',
  specs: '规格项',
  specText: '规格',
  specValues: '规格值',
  staffNote: '内部备注',
  state: '状态',
  subtitle: '副标题',
  title: '标题',
  trackingNo: '运单号',
  username: '账号',
  values: '可选值',
};

/** Where the state of a subject has its names. */
const STATE_KINDS: Record<string, StateKind> = {
  product: 'shelf',
  order: 'order',
  aftersale: 'aftersale',
  buyer: 'buyer',
  staff: 'staff',
  payment_case: 'case',
  withdrawal: 'withdrawal',
};
const KINDS: Record<string, string> = {
  refund: '仅退款',
  return_refund: '退货退款',
  exchange: '换货',
  goods: '商品',
};

/** A field that has no name yet is shown by its code rather than hidden. */
export const fieldName = (field: string): string => NAMES[field] ?? field;

/** One value in words, by the field it stands in. */
export function valueText(field: string, value: unknown, subjectKind: string): string {
  if (value === undefined || value === null || value === '') return '—';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value === 'number') return numberText(field, value);
  if (typeof value === 'string') return wordText(field, value, subjectKind);
  if (Array.isArray(value)) return listText(field, value, subjectKind);
  return Object.entries(value)
    .filter(([, inner]) => inner !== null && inner !== '')
    .map(([inner, worth]) => `${fieldName(inner)} ${valueText(inner, worth, subjectKind)}`)
    .join('，');
}

function numberText(field: string, value: number): string {
  if (/Fen$|_fen$/.test(field)) return yuan(value);
  if (/Bps$|_bps$/.test(field)) return `${value / 100}%`;
  return String(value);
}

function wordText(field: string, value: string, subjectKind: string): string {
  if (field === 'state') {
    const kind = STATE_KINDS[subjectKind];
    return kind ? stateLook(kind, value).name : (SHELF_STATE_NAMES[value as keyof typeof SHELF_STATE_NAMES] ?? value);
  }
  if (field === 'kind') return KINDS[value] ?? value;
  if (/At$|_at$|Until$/.test(field)) return timeText(value);
  return value;
}

function listText(field: string, values: readonly unknown[], subjectKind: string): string {
  if (values.length === 0) return '—';
  if (field === 'imageFileIds') return `${values.length} 张`;
  if (field === 'permissions') return values.map((code) => PERMISSIONS[code as Permission] ?? String(code)).join('、');
  if (field === 'scopes') return values.map((code) => SERVICE_SCOPES[code as ServiceScope] ?? String(code)).join('、');
  const parts = values.map((value) => valueText(field, value, subjectKind));
  return parts.join(values.some((value) => typeof value === 'object') ? '\n' : '、');
}
