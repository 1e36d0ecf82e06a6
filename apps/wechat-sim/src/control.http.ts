// The control verbs over HTTP, under /__sim/. Only for this machine unless the operator says otherwise.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isLoopbackIp } from './cashier.ts';
import {
  billChangeKinds,
  billModes,
  endpointFamilies,
  endpointNames,
  faultKinds,
  forgeryKinds,
  noticeModes,
  type Control,
  type SimOptions,
} from './surface.ts';
import { SimRefusal } from './world.ts';

type Access = NonNullable<SimOptions['controlAccess']>;
type Verb = { shape: z.ZodType; run(control: Control, input: never): unknown };

const verb = <T extends z.ZodType>(shape: T, run: (control: Control, input: z.infer<T>) => unknown): Verb => ({
  shape,
  run,
});

const text = z.string().min(1);
const number = z.strictObject({ outTradeNo: text });
const noticeMode = z.enum(noticeModes);
const chanceShape = z.number().min(0).max(1);
const moment = z.iso.datetime({ offset: true });
const times = z.int().min(1).max(100).optional();
const span = z.strictObject({
  ms: z.number().optional(),
  seconds: z.number().optional(),
  minutes: z.number().optional(),
  hours: z.number().optional(),
  days: z.number().optional(),
});

/** POST /__sim/<name>, JSON in and out. */
const verbs: Readonly<Record<string, Verb>> = {
  'add-person': verb(
    z.strictObject({
      name: text.optional(),
      phone: text.optional(),
      walletFen: z.int().min(0).optional(),
      device: z.enum(['ios', 'android']).optional(),
    }),
    (control, input) => control.addPerson(input),
  ),
  'add-people': verb(z.strictObject({ count: z.int().min(1).max(10_000) }), (control, { count }) =>
    control.addPeople(count),
  ),
  'login-code': verb(z.strictObject({ person: text }), (control, { person }) => ({ code: control.loginCode(person) })),
  'oauth-code': verb(
    z.strictObject({ person: text, scope: z.enum(['snsapi_base', 'snsapi_userinfo']).optional() }),
    (control, { person, scope }) => ({ code: control.oauthCode(person, scope) }),
  ),
  'phone-code': verb(z.strictObject({ person: text }), (control, { person }) => ({ code: control.phoneCode(person) })),
  pay: verb(
    number.extend({
      by: text.optional(),
      notice: noticeMode.optional(),
      delayMs: z.int().min(0).optional(),
      claimTotalFen: z.int().optional(),
      force: z.boolean().optional(),
      at: moment.optional(),
    }),
    (control, { outTradeNo, at, ...options }) =>
      control.pay(outTradeNo, at === undefined ? options : { ...options, at: new Date(at) }),
  ),
  cancel: verb(number, (control, { outTradeNo }) => control.cancel(outTradeNo)),
  fail: verb(number, (control, { outTradeNo }) => control.fail(outTradeNo)),
  fund: verb(z.strictObject({ account: z.enum(['available', 'unsettled']), amountFen: z.int() }), (control, input) =>
    control.fund(input),
  ),
  'settle-funds': verb(z.strictObject({}), (control) => control.settleFunds()),
  'finish-refund': verb(
    z.strictObject({
      outRefundNo: text,
      state: z.enum(['SUCCESS', 'ABNORMAL', 'CLOSED']),
      notice: noticeMode.optional(),
      at: moment.optional(),
    }),
    (control, { outRefundNo, state, notice, at }) =>
      control.finishRefund(outRefundNo, state, {
        ...(notice === undefined ? {} : { notice }),
        ...(at === undefined ? {} : { at: new Date(at) }),
      }),
  ),
  'confirm-transfer': verb(
    z.strictObject({ outBillNo: text, notice: noticeMode.optional() }),
    (control, { outBillNo, notice }) => control.confirmTransfer(outBillNo, notice === undefined ? {} : { notice }),
  ),
  'finish-transfer': verb(
    z.strictObject({
      outBillNo: text,
      state: z.enum(['SUCCESS', 'FAIL', 'CANCELLED']),
      failReason: text.optional(),
      notice: noticeMode.optional(),
    }),
    (control, { outBillNo, state, ...options }) => control.finishTransfer(outBillNo, state, options),
  ),
  'transfer-pace': verb(
    z.strictObject({ lockMs: z.int().min(0).optional(), delayMs: z.int().min(0).nullable().optional() }),
    (control, pace) => control.transferPace(pace),
  ),
  'refund-delay': verb(z.strictObject({ ms: z.int().min(0).nullable() }), (control, { ms }) => control.refundDelay(ms)),
  'change-bill': verb(
    z.strictObject({
      day: z.iso.date(),
      bill: z.enum(['trade', 'fund']),
      change: z.enum(billChangeKinds),
      number: text,
      amountFen: z.int().optional(),
      feeFen: z.int().optional(),
      status: text.optional(),
      of: text.optional(),
    }),
    (control, input) => control.changeBill(input),
  ),
  'bill-mode': verb(z.strictObject({ mode: z.enum(billModes) }), (control, { mode }) => control.billMode(mode)),
  'honest-bills': verb(z.strictObject({}), (control) => control.honestBills()),
  'notice-mode': verb(z.strictObject({ mode: noticeMode }), (control, { mode }) => control.noticeMode(mode)),
  deliver: verb(z.strictObject({ noticeId: text, times }), (control, input) =>
    control.deliver(input.noticeId, { times: input.times ?? 1 }),
  ),
  hold: verb(z.strictObject({ noticeId: text }), (control, { noticeId }) => control.hold(noticeId)),
  drop: verb(z.strictObject({ noticeId: text }), (control, { noticeId }) => control.drop(noticeId)),
  release: verb(z.strictObject({ order: z.enum(['fifo', 'lifo', 'shuffled']).optional() }), (control, { order }) =>
    control.release(order),
  ),
  forge: verb(z.strictObject({ kind: z.enum(forgeryKinds), number: text }), (control, input) =>
    control.forge(input.kind, input.number),
  ),
  'confirm-receipt': verb(number, (control, { outTradeNo }) => control.confirmReceipt(outTradeNo)),
  'push-again': verb(z.strictObject({ pushId: text }), async (control, { pushId }) => ({
    taken: await control.pushAgain(pushId),
  })),
  settle: verb(z.strictObject({}), (control) => control.settle()),
  signing: verb(z.strictObject({ mode: z.enum(['public_key', 'certificate', 'mixed']) }), (control, { mode }) =>
    control.signing(mode),
  ),
  rotate: verb(z.strictObject({ step: z.enum(['announce', 'switch', 'retire', 'reset']) }), (control, { step }) =>
    control.rotate(step),
  ),
  fault: verb(
    z.strictObject({
      endpoint: z.enum([...endpointNames, ...endpointFamilies]),
      kind: z.enum(faultKinds),
      count: z.int().min(1).optional(),
      after: z.int().min(0).optional(),
      delayMs: z.int().min(0).optional(),
      errcode: z.int().optional(),
    }),
    (control, input) => control.fault(input),
  ),
  'clear-faults': verb(z.strictObject({}), (control) => control.clearFaults()),
  weather: verb(
    z
      .strictObject({
        faultRate: chanceShape,
        faults: z.array(z.enum(faultKinds)),
        noticeRate: chanceShape,
        notices: z.array(noticeMode),
      })
      .nullable(),
    (control, input) => control.weather(input),
  ),
  'expire-tokens': verb(z.strictObject({}), (control) => control.expireTokens()),
  'clock/advance': verb(span, async (control, input) => ({ now: await control.clock.advance(input) })),
  'clock/set': verb(z.strictObject({ at: moment }), async (control, { at }) => ({
    now: await control.clock.set(new Date(at)),
  })),
  reset: verb(z.strictObject({}), (control) => control.reset()),
};

/** GET /__sim/<name>, optionally /__sim/<name>/<number>. */
const reads: Readonly<Record<string, (control: Control, name: string) => unknown>> = {
  people: (control, name) => (name === '' ? control.people() : control.person(name)),
  orders: (control, name) => (name === '' ? control.orders() : control.order(name)),
  refunds: (control, name) => (name === '' ? control.refunds() : control.refund(name)),
  transfers: (control, name) => (name === '' ? control.transfers() : control.transfer(name)),
  notices: (control, name) => (name === '' ? control.notices() : control.noticesOf(name)),
  deliveries: (control) => control.deliveries(),
  shipments: (control, name) => (name === '' ? control.shipments() : control.shipment(name)),
  pushes: (control) => control.pushes(),
  ledger: (control) => control.ledger(),
  faults: (control) => control.faults(),
  clock: (control) => ({ mode: control.clock.mode, now: control.clock.now() }),
};

export function mayControl(access: Access, ip: string): boolean {
  return access === 'any' || (access === 'loopback' && isLoopbackIp(ip));
}

export function mountControl(app: FastifyInstance, control: Control, access: Access): void {
  app.get('/__sim/*', (request, reply) =>
    guarded(request, reply, access, () => {
      const [name = '', ...rest] = wildcard(request).split('/');
      const read = Object.hasOwn(reads, name) ? reads[name] : undefined;
      if (read === undefined) throw new SimRefusal('没有这个查询', 404);
      return read(control, rest.join('/'));
    }),
  );
  app.post('/__sim/*', (request, reply) =>
    guarded(request, reply, access, () => {
      const found = Object.hasOwn(verbs, wildcard(request)) ? verbs[wildcard(request)] : undefined;
      if (found === undefined) throw new SimRefusal('没有这个动作', 404);
      // A foreign web page cannot send this content type without asking first.
      if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
        throw new SimRefusal('须为 application/json', 415);
      const input = found.shape.safeParse(jsonBody(request));
      if (!input.success) throw new SimRefusal(z.prettifyError(input.error), 400);
      return found.run(control, input.data as never);
    }),
  );
}

async function guarded(
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
  work: () => unknown,
): Promise<FastifyReply> {
  if (!mayControl(access, request.socket.remoteAddress ?? ''))
    return reply.code(403).send({ message: '模拟器控制接口未对此地址开放' });
  try {
    return reply.code(200).send((await work()) ?? { ok: true });
  } catch (error) {
    if (error instanceof SimRefusal) return reply.code(error.status).send({ message: error.message });
    throw error;
  }
}

function wildcard(request: FastifyRequest): string {
  const params = request.params;
  return typeof params === 'object' && params !== null && '*' in params ? String(params['*']) : '';
}

function jsonBody(request: FastifyRequest): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
  } catch {
    throw new SimRefusal('请求体不是合法的 JSON', 400);
  }
}
