// Every state a person meets, with its Chinese name from the contract and its colour: one place, so pages agree.
import {
  AFTERSALE_STATE_NAMES,
  ATTEMPT_STATE_NAMES,
  BUYER_STATE_NAMES,
  NOTICE_STATE_NAMES,
  ORDER_STATE_NAMES,
  PACKAGE_SHELF_NAMES,
  RECHARGE_REFUND_STATE_NAMES,
  RECHARGE_STATE_NAMES,
  RECONCILE_CASE_STATE_NAMES,
  RECONCILE_STATE_NAMES,
  REFUND_STATE_NAMES,
  SERVICE_TOKEN_STATE_NAMES,
  SHELF_STATE_NAMES,
  UPLOAD_STATE_NAMES,
  WECHAT_ORDER_STATE_NAMES,
  WITHDRAWAL_STATE_NAMES,
} from '@jishi/contract';

/** good: as it should be; wait: somebody has to act; go: under way; bad: went wrong; off: over, needs nobody. */
type Tone = 'good' | 'wait' | 'go' | 'bad' | 'off';
type Looks<Names extends Record<string, string>> = { names: Names; tones: Record<keyof Names & string, Tone> };

const looks = <Names extends Record<string, string>>(names: Names, tones: Looks<Names>['tones']) => ({ names, tones });

export const PAYMENT_STATE_NAMES = { open: '待支付', closing: '关闭中', closed: '已关闭', paid: '已支付' } as const;

const STATES = {
  shelf: looks(SHELF_STATE_NAMES, { draft: 'wait', on_sale: 'good', off_shelf: 'off' }),
  order: looks(ORDER_STATE_NAMES, {
    unpaid: 'off',
    paid: 'wait',
    partly_shipped: 'wait',
    shipped: 'go',
    received: 'good',
    completed: 'good',
    cancelled: 'off',
    refunded: 'bad',
  }),
  aftersale: looks(AFTERSALE_STATE_NAMES, {
    requested: 'wait',
    await_return: 'go',
    returning: 'wait',
    return_received: 'go',
    refunding: 'go',
    done: 'good',
    rejected: 'bad',
    withdrawn: 'off',
    expired: 'off',
  }),
  payment: looks(PAYMENT_STATE_NAMES, { open: 'wait', closing: 'go', closed: 'off', paid: 'good' }),
  attempt: looks(ATTEMPT_STATE_NAMES, {
    created: 'off',
    prepaid: 'wait',
    succeeded: 'good',
    closed: 'off',
    failed: 'bad',
    disputed: 'bad',
  }),
  refund: looks(REFUND_STATE_NAMES, {
    created: 'off',
    submitted: 'go',
    succeeded: 'good',
    abnormal: 'bad',
    closed: 'off',
    manual: 'bad',
  }),
  withdrawal: looks(WITHDRAWAL_STATE_NAMES, {
    pending: 'wait',
    approved: 'go',
    sending: 'go',
    await_confirm: 'go',
    paid: 'good',
    failed: 'bad',
    rejected: 'bad',
    cancelled: 'off',
    expired: 'off',
  }),
  notice: looks(NOTICE_STATE_NAMES, {
    stored: 'go',
    done: 'good',
    failed: 'wait',
    dead: 'bad',
    rejected: 'bad',
    ignored: 'off',
  }),
  upload: looks(UPLOAD_STATE_NAMES, {
    waiting: 'off',
    due: 'go',
    told: 'go',
    complete: 'good',
    stuck: 'bad',
    over: 'off',
  }),
  wechatOrder: looks(WECHAT_ORDER_STATE_NAMES, {
    to_ship: 'wait',
    shipped: 'go',
    confirmed: 'good',
    done: 'good',
    refunded: 'bad',
    settling: 'go',
    unknown: 'off',
  }),
  package: looks(PACKAGE_SHELF_NAMES, { on_sale: 'good', later: 'wait', over: 'off', off: 'off', retired: 'off' }),
  recharge: looks(RECHARGE_STATE_NAMES, {
    pending: 'off',
    paid: 'good',
    cancelled: 'off',
    expired: 'off',
    refunded: 'bad',
  }),
  rechargeRefund: looks(RECHARGE_REFUND_STATE_NAMES, { refunding: 'go', succeeded: 'good', given_up: 'off' }),
  reconcile: looks(RECONCILE_STATE_NAMES, {
    waiting: 'off',
    running: 'go',
    agreed: 'good',
    differs: 'wait',
    failed: 'bad',
  }),
  reconcileRun: looks(
    { running: '核对中', done: '已完成', waiting: '未出账', failed: '失败' },
    { running: 'go', done: 'good', waiting: 'off', failed: 'bad' },
  ),
  reconcileCase: looks(RECONCILE_CASE_STATE_NAMES, {
    open: 'wait',
    repaired: 'good',
    closed: 'off',
    settled: 'good',
  }),
  case: looks({ open: '待处理', done: '已处理' }, { open: 'wait', done: 'good' }),
  buyer: looks(BUYER_STATE_NAMES, { active: 'good', blocked: 'bad' }),
  staff: looks({ active: '在职', disabled: '已停用' }, { active: 'good', disabled: 'bad' }),
  serviceToken: looks(SERVICE_TOKEN_STATE_NAMES, { active: 'good', expired: 'off', revoked: 'off' }),
  login: looks(
    {
      ok: '成功',
      captcha_wrong: '验证码错误',
      credentials_wrong: '账号或密码错误',
      locked: '已锁定',
      disabled: '账号停用',
    },
    { ok: 'good', captcha_wrong: 'off', credentials_wrong: 'bad', locked: 'bad', disabled: 'bad' },
  ),
} as const;

export type StateKind = keyof typeof STATES;

/** A state the page does not know yet is shown by its code rather than hidden. */
export function stateLook(kind: StateKind, state: string): { name: string; tone: Tone } {
  const { names, tones }: { names: Record<string, string>; tones: Record<string, Tone> } = STATES[kind];
  return { name: names[state] ?? state, tone: tones[state] ?? 'off' };
}

/** Every state of a kind with its name, in the order of its life. */
export function stateNames(kind: StateKind): { code: string; name: string }[] {
  return Object.entries(STATES[kind].names).map(([code, name]) => ({ code, name }));
}
