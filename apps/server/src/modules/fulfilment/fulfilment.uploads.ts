// Telling WeChat what was shipped, for every payment that the mini-program took: queued, retried, compared once a day.
import type { Id } from '@jishi/contract';
import type { ShippingClient, ShippingOrder } from '@jishi/wechat';
import type { Clock } from '../../platform/clock.ts';
import { spanMs } from '../../platform/clock.ts';
import { eachOf } from '../../platform/batch.ts';
import type { Db, Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import { newId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { leftToShip, type Ordering, type OrderRow } from '../ordering/ordering.ts';
import type { Payment } from '../payment/payment.ts';
import * as parcels from './fulfilment.store.ts';
import {
  isKnown,
  maskedPhone,
  nextTryAt,
  nextUpload,
  REFUSALS_MAX,
  TRIES_MAX,
  type Entry,
  type Next,
} from './fulfilment.uploads.rules.ts';
import * as store from './fulfilment.uploads.store.ts';
import type { UploadRow } from './fulfilment.uploads.store.ts';

export type UploadDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  shipping: ShippingClient;
  /** Only payments to this appid are the mini-program's. */
  appid: string;
  ordering: Pick<Ordering, 'siblings' | 'lines' | 'receiveAtWechat'>;
  payment: Pick<Payment, 'proofs' | 'proofByTradeNo' | 'askPayer'>;
};

export type Comparison = { at: Date; seen: number; repaired: number; differing: number };

export type Uploads = {
  /** Job: a payment has succeeded. One that the mini-program did not take is none of WeChat's business here. */
  notePaid(paymentId: string): Promise<void>;
  /** Job: parcels of this payment's orders have changed. */
  noteChanged(paymentId: string): Promise<void>;
  /** Command: brings one payment forward by one step at WeChat. */
  advance(paymentId: string): Promise<void>;
  /** Schedule. */
  sweep(): Promise<void>;
  /** Schedule and command: holds our list against WeChat's. Throws when WeChat cannot be asked. */
  compare(): Promise<Comparison>;
  /** Whether WeChat manages this mini-program's trade; asked once an hour. */
  isManaged(): Promise<boolean>;
  /** Takes over what WeChat says of an order. */
  heed(paymentId: string, seen: Pick<ShippingOrder, 'state'>): Promise<void>;
};

const BATCH = 100;
const SIDE_BY_SIDE = 2;
const MANAGED_FOR_MS = spanMs({ hours: 1 });
/** WeChat settles within days of shipping; what is older has been compared often enough. */
const COMPARE_DAYS = 30;
const PAGES_MAX = 1000;
/** WeChat may not know a payment at once. */
const KNOWN_AFTER_MS = spanMs({ hours: 1 });

export function createUploads(deps: UploadDeps): Uploads {
  const { db, clock } = deps;
  let managed = { value: true, until: 0 };

  const isManaged = async (): Promise<boolean> => {
    const now = clock.now().getTime();
    if (now < managed.until) return managed.value;
    const asked = await deps.shipping.isManaged();
    // Silence changes nothing: what was true an hour ago is more likely than its opposite.
    managed = { value: asked.outcome === 'ok' ? asked.value : managed.value, until: now + MANAGED_FOR_MS };
    return managed.value;
  };

  const uploads: Uploads = {
    isManaged,
    notePaid: (paymentId) => notePaid(deps, paymentId),
    noteChanged: (paymentId) => markDue(deps, paymentId),
    advance: async (paymentId) => {
      if (await isManaged()) await advance(deps, paymentId);
    },
    sweep: async () => {
      const due = await store.dueIds(db, clock.now(), BATCH);
      if (due.length === 0 || !(await isManaged())) return;
      await eachOf(
        due,
        SIDE_BY_SIDE,
        (id) => advance(deps, id),
        (error, id) => deps.log.error({ err: error, paymentId: id }, 'shipping could not be told to WeChat'),
      );
    },
    compare: () => compare(deps, uploads),
    heed: (paymentId, seen) => heed(deps, paymentId, seen),
  };
  return uploads;
}

async function notePaid(deps: UploadDeps, paymentId: string): Promise<void> {
  const proof = (await deps.payment.proofs(deps.db, [paymentId])).get(paymentId);
  if (!proof || proof.appid !== deps.appid) return;
  // Points are there as soon as they are paid: nothing is ever shipped.
  const isVirtual = proof.payableKind !== 'checkout';
  const now = deps.clock.now();
  await deps.db.tx((tx) =>
    store.insert(
      tx,
      {
        payment_id: paymentId,
        transaction_id: proof.transactionId,
        out_trade_no: proof.outTradeNo,
        openid: proof.openid,
        logistics: isVirtual ? 'virtual' : 'express',
        state: isVirtual ? 'due' : 'waiting',
        next_try_at: isVirtual ? now : null,
        paid_at: proof.paidAt,
      },
      now,
    ),
  );
}

/** What has left, whether it is all, and whether anything will ever be told. */
type Facts = { left: Entry[]; isAll: boolean; isOver: boolean; phone: string };

async function factsOf(deps: UploadDeps, reader: Reader, row: UploadRow): Promise<Facts> {
  const paid = (await deps.payment.proofs(reader, [row.payment_id])).get(row.payment_id);
  assert(paid, `payment ${row.payment_id} has lost its proof`);
  if (row.logistics === 'virtual') {
    const entry = { trackingNo: '', company: '', itemDesc: paid.description };
    return { left: [entry], isAll: true, isOver: false, phone: '' };
  }
  const orders = await deps.ordering.siblings(reader, [paid.payableId]);
  const ids = orders.map((order) => order.id);
  const lines = await deps.ordering.lines(reader, ids);
  const sent = await parcels.parcelsOf(reader, ids);
  const contents = await parcels.contentsOf(
    reader,
    sent.map((parcel) => parcel.id),
  );
  const titles = new Map<string, string>(lines.map((line) => [line.id, line.title]));
  const left = sent.map((parcel): Entry => {
    const inside = contents.filter((one) => one.parcel_id === parcel.id);
    const itemDesc = inside.map((one) => `${titles.get(one.line_id) ?? ''}×${one.quantity}`).join('，');
    return { trackingNo: parcel.trackingNo, company: parcel.carrier, itemDesc };
  });
  const isAll = lines.every((line) => leftToShip(line) === 0);
  return { left, isAll, isOver: isAll && left.length === 0, phone: phoneOf(orders) };
}

const phoneOf = (orders: readonly OrderRow[]) => orders[0]?.address.phone ?? '';

/** One step: works out what WeChat has to hear, tells it, and writes down what it took. */
async function advance(deps: UploadDeps, paymentId: string): Promise<void> {
  const row = await store.find(deps.db, paymentId);
  if (!row || row.state !== 'due') return;
  const facts = await factsOf(deps, deps.db, row);
  if (facts.isOver) return settle(deps, row, { state: 'over', last_error: null, next_try_at: null });
  const next = nextUpload(facts.left, facts.isAll, toldOf(row));
  if (next.do === 'nothing') return settle(deps, row, { ...standing(row), last_error: null, next_try_at: null });
  if (next.do === 'give_up') return verify(deps, row, facts, '微信只允许更正一次发货信息，请在微信小程序后台核对');
  const openid = row.openid ?? (await deps.payment.askPayer(paymentId));
  if (openid === null) return again(deps, row, '暂时查不到付款人，稍后再试', false);
  await tell(deps, { ...row, openid }, facts, next);
}

const toldOf = (row: UploadRow) => ({
  sent: row.sent,
  isSplit: row.is_split,
  isComplete: row.is_complete,
  correctionUsed: row.correction_used,
});
/** Where a payment rests when WeChat knows all that has left. */
const standing = (row: Pick<UploadRow, 'is_split' | 'is_complete'>) =>
  ({ state: row.is_complete ? 'complete' : row.is_split === null ? 'waiting' : 'told' }) as const;

type Upload = Next & { do: 'upload' };

async function tell(deps: UploadDeps, row: UploadRow & { openid: string }, facts: Facts, next: Upload): Promise<void> {
  // WeChat wants each upload later than the one before, whatever our clock did in between.
  const now = deps.clock.now();
  const last = row.uploaded_at?.getTime() ?? 0;
  const uploadedAt = new Date(Math.max(now.getTime(), last + 1000));
  const said = await deps.shipping.upload({
    transactionId: row.transaction_id,
    logistics: row.logistics,
    ...(next.isSplit ? { split: { isAllDelivered: next.isComplete } } : {}),
    entries: next.entries.map((entry) => wireEntry(entry, facts.phone)),
    uploadedAt,
    openid: row.openid,
  });
  deps.metrics.count('shipping_uploads_total', 'Shipping told to WeChat, by result', {
    result: said.outcome === 'refused' ? said.kind : said.outcome,
  });
  if (said.outcome === 'unknown') return again(deps, row, `微信没有答复：${said.why}`, false);
  if (said.outcome === 'refused') return refused(deps, row, facts, said);
  await settle(deps, row, {
    openid: row.openid,
    sent: next.after,
    is_split: next.isSplit,
    is_complete: next.isComplete,
    correction_used: row.correction_used || next.isCorrection,
    uploaded_at: uploadedAt,
    ...standing({ is_split: next.isSplit, is_complete: next.isComplete }),
    last_error: null,
    next_try_at: null,
    tries: 0,
  });
}

function wireEntry({ itemDesc, trackingNo, company }: Entry, phone: string) {
  const receiverContact = company === 'SF' && phone !== '' ? { receiverContact: maskedPhone(phone) } : {};
  return trackingNo === '' ? { itemDesc } : { itemDesc, express: { trackingNo, company, ...receiverContact } };
}

type Refusal = { kind: string; code: string; message: string };

async function refused(deps: UploadDeps, row: UploadRow, facts: Facts, said: Refusal): Promise<void> {
  const why = `微信拒绝（${said.code}）：${said.message}`.slice(0, 300);
  // It may have taken our last word without our hearing of it, or somebody told it in its console.
  if (['already_shipped', 'no_correction_left', 'not_shippable'].includes(said.kind))
    return verify(deps, row, facts, why);
  return again(deps, row, why, said.kind !== 'order_not_found' && said.kind !== 'frequency' && said.kind !== 'token');
}

/** WeChat refuses to hear more: its own list decides whether that is well. */
async function verify(deps: UploadDeps, row: UploadRow, facts: Facts, why: string): Promise<void> {
  const asked = await deps.shipping.order(row.transaction_id);
  if (asked.outcome !== 'ok') return again(deps, row, why, false);
  const seen = asked.value;
  await heed(deps, row.payment_id, seen);
  if (seen.state === 'refunded') return settle(deps, row, { state: 'over', last_error: null, next_try_at: null });
  const isWell = row.logistics === 'express' ? isKnown(facts.left, seen.parcels) : seen.isComplete;
  if (!isWell || (facts.isAll && !seen.isComplete)) return stuck(deps, row, why);
  const known = { is_split: seen.parcels.length > 1 || !seen.isComplete, is_complete: seen.isComplete };
  await settle(deps, row, { ...known, sent: facts.left, ...standing(known), last_error: null, next_try_at: null });
}

async function again(deps: UploadDeps, row: UploadRow, why: string, isRefused: boolean): Promise<void> {
  const tries = row.tries + 1;
  if (tries >= (isRefused ? REFUSALS_MAX : TRIES_MAX)) return stuck(deps, row, why);
  const next = nextTryAt(deps.clock.now(), row.tries);
  await settle(deps, row, { tries, last_error: why, next_try_at: next });
}

async function stuck(deps: UploadDeps, row: UploadRow, why: string): Promise<void> {
  deps.log.error({ paymentId: row.payment_id, why }, 'a person has to look at what WeChat was told of shipping');
  await settle(deps, row, { state: 'stuck', last_error: why, next_try_at: null });
}

/** Writes down a step unless something else has happened meanwhile: then the next step begins from there. */
async function settle(deps: UploadDeps, seen: UploadRow, set: Parameters<typeof store.change>[2]): Promise<void> {
  await deps.db.tx(async (tx: Tx) => {
    const row = await store.lock(tx, seen.payment_id);
    if (row.state !== 'due') return;
    // Another parcel left while WeChat was told of the first: what it took is kept, and the rest is due at once.
    const isOvertaken = row.revision !== seen.revision;
    const rest = isOvertaken ? { state: 'due', next_try_at: row.next_try_at, tries: 0 } : {};
    await store.change(tx, row.payment_id, { ...set, ...rest });
  });
}

/** What WeChat says of an order is taken over; a receipt over there is a receipt here. */
async function heed(deps: UploadDeps, paymentId: string, { state }: Pick<ShippingOrder, 'state'>): Promise<void> {
  const now = deps.clock.now();
  const isReceived = state === 'confirmed' || state === 'done' || state === 'settling';
  await deps.db.tx(async (tx) => {
    const row = await store.lock(tx, paymentId);
    await store.change(tx, paymentId, {
      wechat_state: state,
      wechat_seen_at: now,
      ...(isReceived && row.confirmed_at === null ? { confirmed_at: now } : {}),
      ...(state === 'done' && row.settled_at === null ? { settled_at: now } : {}),
    });
  });
  if (isReceived) await deps.ordering.receiveAtWechat(paymentId as Id<'payment'>);
}

/** Every payment of the last days, both lists side by side. */
async function compare(deps: UploadDeps, uploads: Uploads): Promise<Comparison> {
  const { db, clock } = deps;
  const at = clock.now();
  const span = { paidFrom: new Date(at.getTime() - spanMs({ days: COMPARE_DAYS })), paidTo: at };
  const tally = { seen: 0, repaired: 0, differing: 0 };
  const named = new Set<string>();
  if (await uploads.isManaged()) {
    let lastIndex: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const asked = await deps.shipping.orders({ ...span, lastIndex });
      if (asked.outcome !== 'ok') fail('wechat.unavailable');
      tally.repaired += await comparePage(deps, asked.value.orders);
      tally.seen += asked.value.orders.length;
      for (const order of asked.value.orders) named.add(order.transactionId);
      lastIndex = asked.value.nextIndex;
      if (lastIndex === null) break;
    }
    tally.differing = await missingAtWechat(deps, { from: span.paidFrom, to: at }, named);
  }
  const row = { id: newId<'comparison'>(), at, paid_from: span.paidFrom, paid_to: at, ...tally };
  await db.tx((tx) => store.insertComparison(tx, row));
  return { at, ...tally };
}

/** Answers how many were brought in line. */
async function comparePage(deps: UploadDeps, orders: readonly ShippingOrder[]): Promise<number> {
  const { db, clock } = deps;
  const ids = orders.map((order) => order.transactionId);
  const known = new Map((await store.byTransactions(db, ids)).map((row) => [row.transaction_id, row]));
  let repaired = 0;
  for (const order of orders) {
    const row = known.get(order.transactionId);
    if (!row) {
      const paymentId = await paymentOf(deps, order);
      if (paymentId === null) continue;
      await notePaid(deps, paymentId);
      await markDue(deps, paymentId);
      repaired += 1;
      continue;
    }
    if (row.wechat_state !== order.state) {
      await heed(deps, row.payment_id, order);
      repaired += row.wechat_state === null ? 0 : 1;
    }
    // It has forgotten, or never heard, what we believe to have told it.
    if (order.state === 'to_ship' && row.is_complete && row.state === 'complete') {
      const anew = { sent: [], is_split: null, is_complete: false, correction_used: false, tries: 0 };
      const due = { state: 'due', next_try_at: clock.now() };
      await db.tx((tx) => store.change(tx, row.payment_id, { ...anew, ...due }));
      repaired += 1;
    }
  }
  return repaired;
}

const markDue = (deps: UploadDeps, paymentId: string) =>
  deps.db.tx((tx) => store.markDue(tx, paymentId, deps.clock.now()));

async function paymentOf(deps: UploadDeps, order: ShippingOrder): Promise<string | null> {
  const found = await deps.payment.proofByTradeNo(deps.db, order.outTradeNo);
  return found?.transactionId === order.transactionId ? found.paymentId : null;
}

/** Ours that WeChat does not name although it should: counted, and shown on their rows. */
async function missingAtWechat(
  { db, clock }: UploadDeps,
  span: { from: Date; to: Date },
  named: ReadonlySet<string>,
): Promise<number> {
  const to = new Date(span.to.getTime() - KNOWN_AFTER_MS);
  let missing = 0;
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const rows = await store.paidBetween(db, span.from, to, after, BATCH * 10);
    const lost = rows.filter((row) => !named.has(row.transaction_id) && row.state !== 'over');
    missing += lost.length;
    const said = { wechat_state: 'unknown', wechat_seen_at: clock.now(), last_error: '微信的订单列表里没有这笔支付' };
    for (const row of lost) await db.tx((tx) => store.change(tx, row.payment_id, said));
    after = rows.at(-1)?.payment_id ?? null;
    if (rows.length < BATCH * 10) break;
  }
  return missing;
}
