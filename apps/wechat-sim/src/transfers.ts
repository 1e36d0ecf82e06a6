// Transfers to a person (wechat.md 8): eight states, money set aside, the person's confirmation, 24 hours, and what the merchant is told.
import { chinaStamp, chinaTime, dayMs, minuteMs } from './clock.ts';
import type { Ground } from './ground.ts';
import { userAccount } from './ledger.ts';
import { canonical, checkNoticeUrl } from './orders.ts';
import type { TransferBody } from './pay.schemas.ts';
import { invalidRequest, paramError, PayRefusal } from './refusal.ts';
import type { NoticeMode, TransferState } from './surface.ts';
import { SimRefusal, type Person, type Transfer } from './world.ts';

const transit = 'transit:transfer';
const available = 'merchant:available';
const confirmWithinMs = dayMs;
/** WeChat closes overdue bills in rounds: for a while the query still says that it waits. */
const closingLagMs = minuteMs;
const queryableForMs = 30 * dayMs;
const namedFromFen = 200_000;
const namedBelowFen = 30;

/** What each scene wants reported, and the words a person may be shown as the reason. */
const scenes: Readonly<Record<string, { reports: readonly string[]; perceptions: readonly string[] }>> = {
  '1000': { reports: ['活动名称', '奖励说明'], perceptions: ['活动奖励', '现金奖励'] },
  '1005': { reports: ['岗位类型', '报酬说明'], perceptions: ['劳务报酬', '报销款', '企业补贴', '开工利是'] },
  '1011': { reports: ['赔付原因'], perceptions: ['退款', '商家赔付'] },
};

export const transferMissing = (): PayRefusal => new PayRefusal(404, 'NOT_FOUND', '记录不存在');

const over = (state: TransferState): boolean => state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED';
const isBeforeConfirm = (state: TransferState): boolean =>
  ['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM'].includes(state);

/** Accepts a transfer; the same number with the same parameters gets the same bill again, and another try at its money. */
export function createTransfer(ground: Ground, body: TransferBody, userName: string | null): Record<string, unknown> {
  const request = canonical({ ...body, user_name: userName });
  const known = ground.world.transfers.get(body.out_bill_no);
  if (known !== undefined) {
    if (known.request !== request) throw new PayRefusal(400, 'ALREADY_EXISTS', '单号已存在但信息不一致，请核实后再试');
    if (known.state === 'PROCESSING') setAside(ground, known);
    return tellAccepted(known);
  }
  checkTransfer(ground, body, userName);
  const pace = ground.merchant.transferLockMs;
  if (pace === 0 && ground.ledger.balance(available) < body.transfer_amount)
    throw new PayRefusal(403, 'NOT_ENOUGH', '资金不足，请商户充值后原单重试');
  const transfer = bornTransfer(ground, body, userName, request);
  ground.world.transfers.set(transfer.outBillNo, transfer);
  ground.world.transferBillNos.set(transfer.transferBillNo, transfer.outBillNo);
  if (pace === 0) setAside(ground, transfer);
  else ring(ground, transfer, pace);
  ground.touch();
  return tellAccepted(transfer);
}

function checkTransfer(ground: Ground, body: TransferBody, userName: string | null): void {
  const { merchant, people } = ground;
  const amountFen = body.transfer_amount;
  if (body.appid !== merchant.appid && body.appid !== merchant.oaAppid)
    throw invalidRequest('appid与商户号不匹配，请核实后再试');
  if (!people.ownsOpenid(body.openid, body.appid))
    throw paramError('/body/openid', '无效的openid或与appid不匹配', body.openid);
  if (body.notify_url !== undefined) checkNoticeUrl(ground, body.notify_url);
  if (!merchant.transferScenes.includes(body.transfer_scene_id))
    throw new PayRefusal(403, 'NO_AUTH', '商户号未开通该转账场景，请前往商户平台开通');
  checkScene(body);
  if (amountFen > merchant.transferMaxFen) throw invalidRequest('转账金额超过单笔限额，请核实后再试');
  if (amountFen >= namedFromFen && userName === null) throw paramError('/body/user_name', '转账金额达到2000元时必填');
  if (amountFen < namedBelowFen && userName !== null) throw invalidRequest('转账金额小于0.3元时不允许填写收款用户姓名');
}

function checkScene(body: TransferBody): void {
  const scene = scenes[body.transfer_scene_id];
  const told = body.transfer_scene_report_infos.map((info) => info.info_type);
  const wanted = scene?.reports ?? told;
  if (wanted.length !== told.length || wanted.some((type) => !told.includes(type)))
    throw paramError('/body/transfer_scene_report_infos', '需传入转账场景报备信息,请检查', told);
  const perception = body.user_recv_perception;
  if (perception !== undefined && scene !== undefined && !scene.perceptions.includes(perception))
    throw invalidRequest('用户收款感知不属于该转账场景，请核实后再试');
}

function bornTransfer(ground: Ground, body: TransferBody, userName: string | null, request: string): Transfer {
  const now = ground.clock.now();
  return {
    outBillNo: body.out_bill_no,
    transferBillNo: `1330${chinaStamp(now)}${ground.chance.digits(22)}`,
    appid: body.appid,
    sceneId: body.transfer_scene_id,
    openid: body.openid,
    userName,
    amountFen: body.transfer_amount,
    remark: body.transfer_remark,
    perception: body.user_recv_perception ?? null,
    notifyUrl: body.notify_url ?? null,
    request,
    state: 'ACCEPTED',
    failReason: null,
    packageInfo: null,
    holdsMoney: false,
    createdAt: now,
    updatedAt: now,
    confirmUntil: null,
  };
}

function move(ground: Ground, transfer: Transfer, state: TransferState): void {
  transfer.state = state;
  transfer.updatedAt = ground.clock.now();
  ground.touch();
}

function ring(ground: Ground, transfer: Transfer, afterMs: number): void {
  ground.clock.at({ at: ground.clock.now() + afterMs, kind: 'transfer', ref: transfer.outBillNo });
}

/** The money leaves the merchant's account and waits between the two; with too little there, the bill stays PROCESSING. */
function setAside(ground: Ground, transfer: Transfer): void {
  const { ledger, clock, chance } = ground;
  if (ledger.balance(available) < transfer.amountFen) {
    move(ground, transfer, 'PROCESSING');
    return;
  }
  post(ground, transfer, 'transfer accepted', { [available]: -transfer.amountFen, [transit]: transfer.amountFen });
  transfer.holdsMoney = true;
  transfer.packageInfo = `${chance.letters(86)}==`;
  transfer.confirmUntil = clock.now() + confirmWithinMs;
  move(ground, transfer, 'WAIT_USER_CONFIRM');
  ring(ground, transfer, confirmWithinMs + closingLagMs);
}

function post(ground: Ground, transfer: Transfer, why: string, legs: Record<string, number>): void {
  ground.ledger.post({ at: ground.clock.now(), why, ref: transfer.outBillNo, legs });
}

/** Money has come in: bills that waited for it go on, the oldest first. */
export function retryProcessing(ground: Ground): void {
  for (const transfer of ground.world.transfers.values())
    if (transfer.state === 'PROCESSING') setAside(ground, transfer);
}

/** What the agenda rings for, by the state that the bill is in. */
export function ringTransfer(ground: Ground, outBillNo: string): void {
  const transfer = ground.world.transfers.get(outBillNo);
  switch (transfer?.state) {
    case 'ACCEPTED':
      setAside(ground, transfer);
      break;
    case 'WAIT_USER_CONFIRM':
      finishTransfer(ground, transfer, 'FAIL', { failReason: 'OVERDUE_CLOSE' });
      break;
    case 'TRANSFERING':
      finishTransfer(ground, transfer, 'SUCCESS');
      break;
    case 'CANCELING':
      finishTransfer(ground, transfer, 'CANCELLED', { failReason: 'MCH_CANCEL' });
      break;
    default:
  }
}

/** Why the confirm page does not open, or nothing when it does. */
export function whyNotConfirmable(ground: Ground, transfer: Transfer): string | null {
  if (transfer.state === 'SUCCESS') return '你已收款';
  if (transfer.state === 'TRANSFERING') return '收款处理中';
  if (transfer.state !== 'WAIT_USER_CONFIRM') return '该笔转账已失效';
  return (transfer.confirmUntil ?? 0) <= ground.clock.now() ? '超过24小时未确认，转账已失效' : null;
}

export function findByPackage(ground: Ground, packageInfo: string): Transfer | null {
  const all = [...ground.world.transfers.values()];
  return all.find((transfer) => transfer.packageInfo !== null && transfer.packageInfo === packageInfo) ?? null;
}

/** The person presses "receive". A wrong name shows only now, as in life. */
export function confirmTransfer(ground: Ground, transfer: Transfer, options: { notice?: NoticeMode } = {}): Transfer {
  const why = whyNotConfirmable(ground, transfer);
  if (why !== null) throw new SimRefusal(why);
  const person = receiver(ground, transfer);
  if (transfer.userName !== null && transfer.userName !== person.name) {
    return finishTransfer(ground, transfer, 'FAIL', { failReason: 'NAME_NOT_CORRECT', ...options });
  }
  move(ground, transfer, 'TRANSFERING');
  const pace = ground.merchant.transferDelayMs;
  ground.clock.forget('transfer', transfer.outBillNo);
  if (pace === 0) return finishTransfer(ground, transfer, 'SUCCESS', options);
  if (pace !== null) ring(ground, transfer, pace);
  return transfer;
}

export function receiver(ground: Ground, transfer: Transfer): Person {
  return ground.people.get(transfer.openid);
}

/** The merchant takes it back, while the person has not confirmed. Repeating it is harmless. */
export function cancelTransfer(ground: Ground, outBillNo: string): Record<string, unknown> {
  const transfer = ground.world.transfers.get(outBillNo);
  if (transfer === undefined) throw transferMissing();
  if (isBeforeConfirm(transfer.state)) {
    move(ground, transfer, 'CANCELING');
    ground.clock.forget('transfer', outBillNo);
    const pace = ground.merchant.transferDelayMs;
    if (pace === 0) finishTransfer(ground, transfer, 'CANCELLED', { failReason: 'MCH_CANCEL' });
    else if (pace !== null) ring(ground, transfer, pace);
  } else if (transfer.state !== 'CANCELING' && transfer.state !== 'CANCELLED') {
    throw invalidRequest('当前单据状态不支持撤销');
  }
  return {
    out_bill_no: outBillNo,
    transfer_bill_no: transfer.transferBillNo,
    state: transfer.state,
    update_time: chinaTime(transfer.updatedAt),
  };
}

export type TransferEnd = 'SUCCESS' | 'FAIL' | 'CANCELLED';

/** For ever: the money reaches the person or the merchant again, and the merchant is told. */
export function finishTransfer(
  ground: Ground,
  transfer: Transfer,
  state: TransferEnd,
  options: { failReason?: string; notice?: NoticeMode } = {},
): Transfer {
  if (over(transfer.state)) throw new SimRefusal(`转账单已是终态：${transfer.state}`);
  if (state === 'SUCCESS' && transfer.state !== 'TRANSFERING') throw new SimRefusal('用户还没有确认收款');
  ground.clock.forget('transfer', transfer.outBillNo);
  if (transfer.holdsMoney) {
    const to = state === 'SUCCESS' ? userAccount(receiver(ground, transfer).id) : available;
    post(ground, transfer, state === 'SUCCESS' ? 'transfer success' : 'transfer returned', {
      [transit]: -transfer.amountFen,
      [to]: transfer.amountFen,
    });
    transfer.holdsMoney = false;
  }
  transfer.packageInfo = null;
  transfer.failReason = state === 'SUCCESS' ? null : (options.failReason ?? 'PAYEE_ACCOUNT_ABNORMAL');
  move(ground, transfer, state);
  if (transfer.notifyUrl !== null)
    ground.notices.create(transferNotice(ground, transfer, transfer.notifyUrl), options.notice);
  return transfer;
}

/** The bill as of now, for thirty days. */
export function findTransfer(ground: Ground, outBillNo: string): Transfer | null {
  const transfer = ground.world.transfers.get(outBillNo);
  return transfer === undefined || transfer.createdAt + queryableForMs < ground.clock.now() ? null : transfer;
}

function tellAccepted(transfer: Transfer): Record<string, unknown> {
  return {
    out_bill_no: transfer.outBillNo,
    transfer_bill_no: transfer.transferBillNo,
    create_time: chinaTime(transfer.createdAt),
    state: transfer.state,
    ...(transfer.failReason === null ? {} : { fail_reason: transfer.failReason }),
    ...(transfer.state === 'WAIT_USER_CONFIRM' ? { package_info: transfer.packageInfo } : {}),
  };
}

/** The answer of both queries. */
export function tellTransfer(ground: Ground, transfer: Transfer): Record<string, unknown> {
  return {
    mch_id: ground.merchant.mchid,
    out_bill_no: transfer.outBillNo,
    transfer_bill_no: transfer.transferBillNo,
    appid: transfer.appid,
    state: transfer.state,
    transfer_amount: transfer.amountFen,
    transfer_remark: transfer.remark,
    ...(transfer.failReason === null ? {} : { fail_reason: transfer.failReason }),
    openid: transfer.openid,
    create_time: chinaTime(transfer.createdAt),
    update_time: chinaTime(transfer.updatedAt),
  };
}

export function transferNotice(ground: Ground, transfer: Transfer, url: string) {
  return {
    eventType: 'MCHTRANSFER.BILL.FINISHED',
    originalType: 'mch_payment',
    summary: '商家转账单据终态通知',
    subject: transfer.outBillNo,
    url,
    resource: {
      mch_id: ground.merchant.mchid,
      out_bill_no: transfer.outBillNo,
      transfer_bill_no: transfer.transferBillNo,
      state: transfer.state,
      transfer_amount: transfer.amountFen,
      openid: transfer.openid,
      ...(transfer.failReason === null ? {} : { fail_reason: transfer.failReason }),
      create_time: chinaTime(transfer.createdAt),
      update_time: chinaTime(transfer.updatedAt),
    },
  };
}
