// The door of api.mch.weixin.qq.com: finds the endpoint, checks, acts, signs the answer, and lets faults spoil it.
import { applyBill, downloadBill } from './bills.ts';
import { oaepOpen, oaepSeal, publicKeyOf } from './crypto.ts';
import type { Answer } from './answer.ts';
import { gatewayAnswer, beforeOf, jsonAnswer } from './answer.ts';
import type { Faults } from './faults.ts';
import type { Ground } from './ground.ts';
import { requestId } from './mail.ts';
import {
  checkNoticeUrl,
  closeOrder,
  findByTransaction,
  findOrder,
  orderMissing,
  payOrder,
  prepay,
  tellOrder,
} from './orders.ts';
import { header, type PayGate, type PayRequest } from './pay.gate.ts';
import {
  abnormalRefundSchema,
  closeSchema,
  echoSchema,
  prepaySchemas,
  readBody,
  refundSchema,
  transferCancelSchema,
  transferSchema,
  type PrepayBody,
} from './pay.schemas.ts';
import { createRefund, refundMissing, retryAbnormal, tellRefund } from './refunds.ts';
import { invalidRequest, paramError, PayRefusal } from './refusal.ts';
import type { EndpointName, FaultView, TradeKind } from './surface.ts';
import { cancelTransfer, createTransfer, findTransfer, tellTransfer, transferMissing } from './transfers.ts';

type Call = {
  request: PayRequest;
  /** What the path's hole held, decoded. */
  name: string;
  query: URLSearchParams;
  body: unknown;
  mchid: string;
};

type Route = {
  endpoint: EndpointName;
  method: 'GET' | 'POST';
  path: RegExp;
} & (
  | {
      /** `null` is 204. */
      act(ground: Ground, call: Call): Record<string, unknown> | null;
    }
  /** A file, which is not signed. */
  | { file(ground: Ground, call: Call): Answer }
);

const trades = '/v3/pay/transactions';
const refundsPath = '/v3/refund/domestic/refunds';
const billsPath = '/v3/fund-app/mch-transfer/transfer-bills';

const prepayRoute = (kind: TradeKind): Route => ({
  endpoint: `prepay.${kind}`,
  method: 'POST',
  path: new RegExp(`^${trades}/${kind}$`),
  act: (ground, call) => prepay(ground, kind, readBody(prepaySchemas[kind], call.body) as PrepayBody, call.mchid),
});

const queryRoute = (path: string, find: typeof findOrder): Route => ({
  endpoint: 'order.query',
  method: 'GET',
  path: new RegExp(`^${trades}/${path}/([^/]+)$`),
  act(ground, call) {
    const mchid = call.query.get('mchid');
    if (mchid === null) throw paramError('/query/mchid', '必填项缺失', undefined, 'query');
    if (mchid !== call.mchid) throw paramError('/query/mchid', '与签名的商户号不一致', mchid, 'query');
    const order = find(ground, call.name);
    if (order === null) throw orderMissing();
    return tellOrder(ground, order);
  },
});

const billRoute = (path: string, numberOf: (ground: Ground, name: string) => string): Route => ({
  endpoint: 'transfer.query',
  method: 'GET',
  path: new RegExp(`^${billsPath}/${path}/([^/]+)$`),
  act(ground, call) {
    const transfer = findTransfer(ground, numberOf(ground, call.name));
    if (transfer === null) throw transferMissing();
    return tellTransfer(ground, transfer);
  },
});

const transferRoutes: readonly Route[] = [
  {
    endpoint: 'transfer.create',
    method: 'POST',
    path: new RegExp(`^${billsPath}$`),
    act(ground, call) {
      const body = readBody(transferSchema, call.body);
      const sealed = body.user_name;
      return createTransfer(ground, body, sealed === undefined ? null : openField(ground, call, 'user_name', sealed));
    },
  },
  billRoute('out-bill-no', (_ground, name) => name),
  billRoute('transfer-bill-no', (ground, name) => ground.world.transferBillNos.get(name) ?? ''),
  {
    endpoint: 'transfer.cancel',
    method: 'POST',
    path: new RegExp(`^${billsPath}/out-bill-no/([^/]+)/cancel$`),
    act(ground, call) {
      readBody(transferCancelSchema, call.body);
      return cancelTransfer(ground, call.name);
    },
  },
  {
    // What the old interface tells a merchant of today.
    endpoint: 'transfer.create',
    method: 'POST',
    path: /^\/v3\/transfer\/batches$/,
    act() {
      throw new PayRefusal(403, 'NO_AUTH', '当前商户号接入升级版本功能，暂不支持使用升级前功能');
    },
  },
];

const routes: readonly Route[] = [
  prepayRoute('jsapi'),
  prepayRoute('native'),
  prepayRoute('h5'),
  prepayRoute('app'),
  queryRoute('out-trade-no', findOrder),
  queryRoute('id', findByTransaction),
  {
    endpoint: 'order.close',
    method: 'POST',
    path: new RegExp(`^${trades}/out-trade-no/([^/]+)/close$`),
    act(ground, call) {
      closeOrder(ground, call.name, readBody(closeSchema, call.body).mchid, call.mchid);
      return null;
    },
  },
  {
    endpoint: 'refund.create',
    method: 'POST',
    path: new RegExp(`^${refundsPath}$`),
    act: (ground, call) => createRefund(ground, readBody(refundSchema, call.body)),
  },
  {
    endpoint: 'refund.query',
    method: 'GET',
    path: new RegExp(`^${refundsPath}/([^/]+)$`),
    act(ground, call) {
      const refund = ground.world.refunds.get(call.name);
      if (refund === undefined) throw refundMissing();
      return tellRefund(ground, refund);
    },
  },
  {
    endpoint: 'refund.abnormal',
    method: 'POST',
    path: new RegExp(`^${refundsPath}/([^/]+)/apply-abnormal-refund$`),
    act: applyAbnormal,
  },
  ...transferRoutes,
  {
    endpoint: 'bill.apply',
    method: 'GET',
    path: /^\/v3\/bill\/tradebill$/,
    act: (ground, call) => applyBill(ground, 'trade', call.query),
  },
  {
    endpoint: 'bill.apply',
    method: 'GET',
    path: /^\/v3\/bill\/fundflowbill$/,
    act: (ground, call) => applyBill(ground, 'fund', call.query),
  },
  {
    endpoint: 'bill.download',
    method: 'GET',
    path: /^\/v3\/billdownload\/file$/,
    file: (ground, call) => downloadBill(ground, call.query),
  },
  { endpoint: 'certificates', method: 'GET', path: /^\/v3\/certificates$/, act: listCertificates },
  { endpoint: 'echo', method: 'POST', path: /^\/v3\/security\/echo$/, act: echo },
];

function applyAbnormal(ground: Ground, call: Call): Record<string, unknown> {
  const body = readBody(abnormalRefundSchema, call.body);
  if (body.type === 'USER_BANK_CARD')
    for (const field of ['bank_type', 'bank_account', 'real_name'] as const)
      if (body[field] === undefined) throw paramError(`/body/${field}`, '必填项缺失');
  if (body.bank_account !== undefined) openField(ground, call, 'bank_account', body.bank_account);
  if (body.real_name !== undefined) openField(ground, call, 'real_name', body.real_name);
  const refund = ground.world.refunds.get(ground.world.refundIds.get(call.name) ?? '');
  if (refund === undefined) throw refundMissing();
  if (refund.outRefundNo !== body.out_refund_no) throw invalidRequest('out_refund_no与refund_id不一致');
  retryAbnormal(ground, refund, body.type);
  return tellRefund(ground, refund);
}

function listCertificates(ground: Ground, call: Call): Record<string, unknown> {
  const wanted = call.query.get('algorithm_type') ?? 'RSA';
  if (!['RSA', 'SM2', 'ALL'].includes(wanted)) throw paramError('/query/algorithm_type', '枚举值错误', wanted, 'query');
  const certificates = wanted === 'SM2' ? [] : ground.platform.certificates();
  if (certificates.length === 0)
    throw new PayRefusal(404, 'RESOURCE_NOT_EXISTS', '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥');
  return { data: certificates };
}

function echo(ground: Ground, call: Call): Record<string, unknown> {
  const body = readBody(echoSchema, call.body);
  const secret = body.encrypted_echo_message;
  const opened = secret === undefined ? null : openField(ground, call, 'encrypted_echo_message', secret);
  const told = {
    echo_message: body.echo_message,
    ...(opened === null
      ? {}
      : { encrypted_echo_message: oaepSeal(publicKeyOf(ground.merchant.merchantCertificate), opened) }),
  };
  if (body.notify_url !== undefined) {
    checkNoticeUrl(ground, body.notify_url);
    const event = { eventType: 'SECURITY_ECHO.SUCCESS', originalType: 'security', summary: '回显成功' };
    ground.notices.create({ ...event, subject: 'echo', url: body.notify_url, resource: told });
  }
  return told;
}

/** An encrypted field must name a key of ours and open with it. */
function openField(ground: Ground, call: Call, field: string, sealed: string): string {
  const key = ground.platform.opener(header(call.request, 'wechatpay-serial'));
  if (key === null)
    throw paramError('/header/Wechatpay-Serial', '平台证书序列号Wechatpay-Serial错误', undefined, 'url');
  const opened = oaepOpen(key, sealed);
  if (opened === null) throw paramError(`/body/${field}`, '敏感字段解密失败', sealed);
  return opened;
}

export type PayDoor = (request: PayRequest) => { answer: Answer; fault: FaultView | null };

export function createPayDoor(ground: Ground, gate: PayGate, faults: Faults): PayDoor {
  return (request) => {
    const path = request.target.split('?')[0] ?? '';
    const there = routes.filter((route) => route.path.test(path));
    const route = there.find((one) => one.method === request.method);
    if (route === undefined)
      return { answer: { status: there.length > 0 ? 405 : 404, headers: {}, body: '' }, fault: null };
    const fault = faults.take(route.endpoint);
    const early = beforeOf(fault);
    if (early !== null) return { answer: beforeAnswer(early), fault };
    const answer = serve(ground, gate, route, request, path, fault);
    answer.headers['Request-ID'] = requestId(ground.chance);
    // Seen live: a refused signature on the trade paths carries no Request-ID.
    if (answer.status === 401 && path.startsWith(trades)) delete answer.headers['Request-ID'];
    return { answer: afterAnswer(answer, fault), fault };
  };
}

function serve(
  ground: Ground,
  gate: PayGate,
  route: Route,
  request: PayRequest,
  path: string,
  fault: FaultView | null,
): Answer {
  try {
    const family = route.endpoint.split('.')[0];
    const fields = gate.admit(request, {
      needsAgent: family === 'refund' || family === 'certificates',
      mchMissingStatus: family === 'refund' ? 404 : 400,
    });
    const call: Call = {
      request,
      name: decodeName(route.path.exec(path)?.[1] ?? ''),
      query: new URLSearchParams(request.target.split('?')[1] ?? ''),
      body: route.method === 'POST' ? parseBody(request) : undefined,
      mchid: fields.mchid,
    };
    if (fault?.kind === 'user-paid-during-close') payInTheGap(ground, call.name);
    if ('file' in route) return route.file(ground, call);
    return signed(ground, request, route.act(ground, call), fault);
  } catch (error) {
    if (!(error instanceof PayRefusal)) throw error;
    const { status, code, message, detail } = error;
    return jsonAnswer(status, { code, message, ...(detail === undefined ? {} : { detail }) });
  }
}

/** The race that WeChat answers with 429: the payer was quicker than the close. */
function payInTheGap(ground: Ground, outTradeNo: string): void {
  const order = findOrder(ground, outTradeNo);
  if (order?.state !== 'NOTPAY') return;
  const by = order.openid === null ? ground.people.first() : ground.people.get(order.openid);
  payOrder(ground, order, { by, force: true });
  throw new PayRefusal(429, 'FREQUENCY_LIMITED', '订单正在支付中，请稍后查询订单状态');
}

/** A cancel may come without a body at all. */
function parseBody(request: PayRequest): unknown {
  if (request.body.length === 0 && request.target.endsWith('/cancel')) return {};
  if (request.body.length > 0 && !header(request, 'content-type').startsWith('application/json'))
    throw invalidRequest('Http头Content-Type须为application/json');
  try {
    return JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new PayRefusal(400, 'PARAM_ERROR', '请求body不是合法的JSON', {
      field: '/body',
      issue: '不是合法的JSON',
      location: 'body',
    });
  }
}

function decodeName(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw paramError('/url', '路径编码错误', part, 'url');
  }
}

/** 2xx is signed, 204 too. Fields come in any order and with company that nobody documented. */
function signed(
  ground: Ground,
  request: PayRequest,
  told: Record<string, unknown> | null,
  fault: FaultView | null,
): Answer {
  const { platform, chance, clock } = ground;
  const mixed =
    told === null
      ? null
      : Object.fromEntries(chance.shuffled([...Object.entries(told), ['undocumented_field', 'ignore me']]));
  const body = mixed === null ? '' : JSON.stringify(mixed);
  const honest = platform.signer(header(request, 'wechatpay-serial'));
  const signer = {
    serial: fault?.kind === 'unknown-serial' ? platform.stranger.serial : honest.serial,
    key: fault?.kind === 'wrong-signature' ? platform.stranger.key : honest.key,
  };
  const headers = platform.sign(
    body,
    signer,
    fault?.kind === 'expired-timestamp' ? clock.now() - 600_000 : clock.now(),
  );
  if (fault?.kind === 'signtest') headers['Wechatpay-Signature'] = signTest(headers['Wechatpay-Signature'] ?? '');
  return mixed === null
    ? { status: 204, headers: { ...headers }, body: '' }
    : {
        status: 200,
        headers: { 'Content-Type': 'application/json; charset=utf-8', ...(fault?.kind === 'unsigned' ? {} : headers) },
        body,
      };
}

/** WeChat's own probe: a signature that is wrong on purpose and says so. */
export const signTest = (signature: string): string => `WECHATPAY/SIGNTEST/${signature.slice(19)}`;

function beforeAnswer(fault: FaultView): Answer {
  if (fault.kind === '429') return jsonAnswer(429, { code: 'FREQUENCY_LIMITED', message: '频率超限，请稍后再试' });
  return fault.kind === '502'
    ? gatewayAnswer()
    : jsonAnswer(500, { code: 'SYSTEM_ERROR', message: '系统异常，请用相同参数重新调用' });
}

/** The request took effect, and the caller is not to know. Refusals stay what they are. */
function afterAnswer(answer: Answer, fault: FaultView | null): Answer {
  if (answer.status >= 300) return answer;
  if (fault?.kind === '429-accepted')
    return jsonAnswer(429, { code: 'FREQUENCY_LIMITED', message: '频率超限，请稍后再试' });
  if (fault?.kind === '500-after')
    return jsonAnswer(500, { code: 'SYSTEM_ERROR', message: '系统异常，请用相同参数重新调用' });
  return answer;
}
