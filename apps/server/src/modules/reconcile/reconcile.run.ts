// One comparison of one day: fetch the bills, stage their lines, ask WeChat about what they lack, and write down the result.
import type { ReconcileFiguresView } from '@jishi/contract';
import {
  readFundBill,
  readTradeBill,
  type BillKind,
  type BillReading,
  type FundLine,
  type TradeLine,
} from '@jishi/wechat';
import { eachOf } from '../../platform/batch.ts';
import { openLoader, type Cell, type Loader } from '../../platform/copy.ts';
import { dayOf } from '../../platform/days.ts';
import type { Tx } from '../../platform/db.ts';
import { newId } from '../../platform/ids.ts';
import { platformAccount } from '../ledger/ledger.ts';
import type { ReconcileDeps } from './reconcile.ts';
import { classOf, detailOf, feeOf, nextTry, repairOf, spanOf, type Verdict } from './reconcile.rules.ts';
import * as match from './reconcile.match.store.ts';
import type { Asked } from './reconcile.match.store.ts';
import * as store from './reconcile.store.ts';

/** Differences of a day that become cases; what is beyond them is counted and found again when these are mended. */
const CASES_MAX = 500;
/** Numbers of ours that WeChat is asked about in one run. */
const ASK_MAX = 100;
const SIDE_BY_SIDE = 4;
/** A run that died is begun again after this. */
const LOST_AFTER_MS = 30 * 60_000;

/** The bill cannot be had yet, or not at all this time: told in words, tried again later. */
class NoBill extends Error {
  readonly state: 'waiting' | 'failed';
  constructor(state: 'waiting' | 'failed', message: string) {
    super(message);
    this.state = state;
  }
}

type Bill = { kind: BillKind; key: string; sha1: string };
type Bills = Record<BillKind, Bill | undefined>;
/** What was read of a bill, all of it and in agreement with itself. */
type Read = { bytes: number; lines: number };

export type RunResult = 'done' | 'waiting' | 'failed' | 'busy';

/** Compares one day. Any number of times: what was booked and what is a case already stays. One run at a time. */
export async function runDay(deps: ReconcileDeps, day: string, byName: string): Promise<RunResult> {
  const loader = await openLoader(deps.db);
  try {
    if (!(await loader.tryLock('reconcile'))) return 'busy';
    const runId = await begin(deps, day, byName);
    const result = await compareDay(deps, loader, day, runId).catch((error: unknown) =>
      giveUp(deps, day, runId, error),
    );
    await emptyStage(loader);
    deps.metrics.count('reconcile_runs_total', 'Daily comparisons by how they ended', { result });
    return result;
  } finally {
    await loader.close();
  }
}

const emptyStage = (loader: Loader) =>
  loader.run('truncate reconcile_trade_lines, reconcile_fund_lines, reconcile_found');

async function begin(deps: ReconcileDeps, day: string, byName: string): Promise<string> {
  const id = newId<'reconcileRun'>();
  const now = deps.clock.now();
  await deps.db.tx(async (tx) => {
    await store.openDays(tx, day, day, now);
    const row = await store.lockDay(tx, day);
    // Nobody else is at it: the lock is ours.
    await store.endLostRuns(tx, now);
    await store.insertRun(tx, { id, day, by_name: byName, started_at: now });
    const next = new Date(now.getTime() + LOST_AFTER_MS);
    await store.touchDay(tx, day, { state: 'running', tries: (row?.tries ?? 0) + 1, next_try_at: next });
  });
  return id;
}

async function compareDay(deps: ReconcileDeps, loader: Loader, day: string, runId: string): Promise<RunResult> {
  const bills = { trade: await fetchBill(deps, day, 'trade'), fund: await fetchBill(deps, day, 'fund') };
  const read = await stage(deps, loader, bills);
  const asked = await askAboutMissing(deps, day);
  const figures = await deps.db.tx((tx) => conclude(deps, tx, day, runId, { bills, read, asked }));
  deps.log.info({ day, found: figures.found }, 'a day was reconciled');
  return 'done';
}

async function giveUp(deps: ReconcileDeps, day: string, runId: string, error: unknown): Promise<RunResult> {
  const isKnown = error instanceof NoBill;
  if (!isKnown) deps.log.error({ err: error, day }, 'a day could not be reconciled');
  const state = isKnown ? error.state : 'failed';
  const why = isKnown ? error.message : '核对时出错，详见系统日志';
  const now = deps.clock.now();
  await deps.db.tx(async (tx) => {
    const row = await store.lockDay(tx, day);
    await store.endRun(tx, runId, { state, why, finished_at: now });
    await store.touchDay(tx, day, { state, last_error: why, next_try_at: nextTry(now, row?.tries ?? 0) });
  });
  return state;
}

const BILL_NAMES = { trade: '交易账单', fund: '资金账单' } as const;

/** The bill of a day as a file of ours; none when WeChat says that there was no trade. */
async function fetchBill(deps: ReconcileDeps, day: string, kind: BillKind): Promise<Bill | undefined> {
  const name = BILL_NAMES[kind];
  const applied = await deps.pay.applyBill({ kind, day });
  if (applied.outcome === 'refused' && applied.kind === 'no_statement') return undefined;
  if (applied.outcome === 'refused' && applied.kind === 'statement_creating')
    throw new NoBill('waiting', `微信${name}生成中，稍后自动再试`);
  if (applied.outcome === 'refused')
    throw new NoBill('failed', `微信拒绝提供${name}：${applied.code} ${applied.message}`);
  if (applied.outcome === 'unknown') throw new NoBill('failed', `申请${name}没有得到微信的答复，稍后自动再试`);
  const { sha1 } = applied.value;
  const key = `${day}/${kind}-${sha1}.csv`;
  if (!(await deps.vault.has(key))) await download(deps, applied.value, key);
  return { kind, key, sha1 };
}

async function download(
  deps: ReconcileDeps,
  ticket: Parameters<ReconcileDeps['pay']['downloadBill']>[0],
  key: string,
): Promise<void> {
  const name = BILL_NAMES[ticket.kind];
  const got = await deps.vault.write(
    key,
    (write) => deps.pay.downloadBill(ticket, write),
    (outcome) => outcome.outcome === 'ok',
  );
  if (got.outcome === 'ok') return;
  if (got.outcome === 'unknown' && got.why === 'bad_hash')
    throw new NoBill('failed', `${name}的校验和与微信公布的不符，已丢弃，稍后自动再下载`);
  throw new NoBill('failed', `${name}下载未完成，稍后自动再试`);
}

/** A bill that cannot be read to its end, or contradicts itself, is not used. */
function whole(kind: BillKind, reading: BillReading, bytes: number): Read {
  if (!reading.ok) throw new NoBill('failed', `${BILL_NAMES[kind]}第 ${reading.line} 行无法识别`);
  if (!reading.agrees) throw new NoBill('failed', `${BILL_NAMES[kind]}的合计与明细不符`);
  return { bytes, lines: reading.counted.lines };
}

const TRADE_COLUMNS =
  'at,kind,transaction_id,out_trade_no,refund_id,out_refund_no,refund_status,order_fen,refund_fen,fee_fen'.split(',');
const FUND_COLUMNS = 'at,class,business_no,flow_no,type,amount_fen,fee_fen,voucher_no'.split(',');

/** Both bills into the staging tables, a batch at a time; what cannot be read to its end leaves nothing there. */
export async function stage(
  deps: Pick<ReconcileDeps, 'vault'>,
  loader: Loader,
  bills: Partial<Record<BillKind, Pick<Bill, 'key'> | undefined>>,
): Promise<Partial<Record<BillKind, Read>>> {
  await emptyStage(loader);
  const read: Partial<Record<BillKind, Read>> = {};
  const { trade, fund } = bills;
  if (trade)
    await loader.copy('reconcile_trade_lines', TRADE_COLUMNS, async (add) => {
      const source = counted(deps.vault.read(trade.key));
      const reading = await readTradeBill(source.chunks(), (lines) => add(lines.map(tradeCells)));
      read.trade = whole('trade', reading, source.bytes());
    });
  if (fund)
    await loader.copy('reconcile_fund_lines', FUND_COLUMNS, async (add) => {
      const source = counted(deps.vault.read(fund.key));
      const reading = await readFundBill(source.chunks(), (lines) => add(lines.map(fundCells)));
      read.fund = whole('fund', reading, source.bytes());
    });
  await loader.run('analyze reconcile_trade_lines, reconcile_fund_lines');
  return read;
}

function counted(stream: AsyncIterable<Buffer>) {
  let bytes = 0;
  return {
    bytes: () => bytes,
    chunks: async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of stream) {
        bytes += chunk.length;
        yield chunk;
      }
    },
  };
}

const tradeCells = (line: TradeLine): Cell[] => [
  line.at,
  line.kind,
  line.transactionId,
  line.outTradeNo,
  line.refundId,
  line.outRefundNo,
  line.refundStatus,
  line.orderFen,
  line.refundFen,
  line.feeFen,
];

const fundCells = (line: FundLine): Cell[] => [
  line.at,
  classOf(line),
  line.businessNo,
  line.flowNo,
  line.type,
  line.amountFen,
  feeOf(line),
  line.voucherNo,
];

/** What the bill lacks is asked for by number: a payment at midnight may belong to the day beside. */
async function askAboutMissing(deps: ReconcileDeps, day: string): Promise<Asked[]> {
  const { payments, refunds } = await deps.db.tx(async (tx) => {
    await match.mayTakeLong(tx);
    return match.numbersToAsk(tx, spanOf(day), ASK_MAX);
  });
  const asked: Asked[] = [];
  const note = (number: string, known: Awaited<ReturnType<ReconcileDeps['payment']['look']>>) => {
    const isElsewhere = known.state === 'there' && known.at !== null && dayOf(known.at) !== day;
    const verdict: Verdict = isElsewhere ? 'other_day' : known.state;
    asked.push({ number, verdict });
  };
  const report = (error: unknown, number: string) => deps.log.warn({ err: error, number }, 'WeChat could not be asked');
  await eachOf(payments, SIDE_BY_SIDE, async (no) => note(no, await deps.payment.look(no)), report);
  await eachOf(refunds, SIDE_BY_SIDE, async (no) => note(no, await deps.payment.lookRefund(no)), report);
  return asked;
}

/** Everything in one commit: cases, bookings, figures and the state of the day. */
async function conclude(
  deps: ReconcileDeps,
  tx: Tx,
  day: string,
  runId: string,
  { bills, read, asked }: { bills: Bills; read: Partial<Record<BillKind, Read>>; asked: readonly Asked[] },
): Promise<ReconcileFiguresView> {
  const now = deps.clock.now();
  await match.mayTakeLong(tx);
  await store.lockDay(tx, day);
  const span = spanOf(day);
  const found = await match.compare(tx, span, asked);
  const ones = await match.foundOnes(tx, CASES_MAX);
  const opened = await store.openCases(
    tx,
    ones.map((one) => ({
      id: newId<'reconcileCase'>(),
      day,
      kind: one.kind,
      key: one.key,
      number: one.number,
      transaction_id: one.transactionId,
      payment_id: one.paymentId,
      wechat_fen: one.wechatFen,
      ours_fen: one.oursFen,
      ledger_fen: one.ledgerFen,
      repair: repairOf(one),
      book_fen: one.bookFen,
      detail: detailOf(one),
      created_at: now,
    })),
  );
  const settled = await store.settleVanished(tx, day, now);
  const figures = { ...(await match.sums(tx, span)), found };
  const { open, all } = await store.countCases(tx, day);
  await store.touchDay(tx, day, {
    state: open === 0 ? 'agreed' : 'differs',
    figures,
    open_cases: open,
    cases: all,
    tries: 0,
    next_try_at: null,
    last_error: null,
    reconciled_at: now,
  });
  await store.endRun(tx, runId, {
    state: 'done',
    opened,
    settled,
    trade_bill_id: await keep(deps, tx, day, bills.trade, read.trade),
    fund_bill_id: await keep(deps, tx, day, bills.fund, read.fund),
    finished_at: now,
  });
  // The ledger last: its accounts are the hottest rows of the house.
  await book(deps, tx, day, { kind: 'fee', account: 'provider_fee', label: '微信支付手续费', fen: figures.feeFen });
  await book(deps, tx, day, { kind: 'payout', account: 'bank', label: '微信支付提现到银行', fen: figures.payoutFen });
  return figures;
}

async function keep(
  deps: ReconcileDeps,
  tx: Tx,
  day: string,
  bill: Bill | undefined,
  read: Read | undefined,
): Promise<string | null> {
  if (!bill || !read) return null;
  const { kind, sha1, key } = bill;
  const row = {
    id: newId<'reconcileBill'>(),
    day,
    kind,
    sha1,
    ...read,
    file_key: key,
    downloaded_at: deps.clock.now(),
  };
  return store.keepBill(tx, row);
}

type Booking = { kind: 'fee' | 'payout'; account: 'provider_fee' | 'bank'; label: string; fen: number };

/** Books what the bill says beyond what it said before: nothing when it is the same bill again. */
async function book(deps: ReconcileDeps, tx: Tx, day: string, { kind, account, label, fen }: Booking): Promise<void> {
  const before = await store.booked(tx, day, kind);
  const more = fen - before.fen;
  if (more === 0) return;
  const key = `reconcile-${kind}:${day}:${before.times + 1}`;
  await store.noteBooking(tx, { key, day, kind, amount_fen: more, booked_at: deps.clock.now() });
  const [to, from] = [platformAccount(account), platformAccount('provider_clearing')];
  await deps.ledger.post(tx, {
    key,
    label: `${label}（${day}）`,
    refKind: 'reconcile',
    refId: from.ownerId,
    lines:
      more > 0
        ? [
            { account: to, debitFen: more },
            { account: from, creditFen: more },
          ]
        : [
            { account: from, debitFen: -more },
            { account: to, creditFen: -more },
          ],
  });
}
