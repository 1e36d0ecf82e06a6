// A day's bills: read, staged and compared with as many payments and postings, against psql copying the same lines.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { output, type Load } from './load.ts';
import type { Ctx, Part, Row } from './part.ts';

export const BILL_DAY = '2026-01-15';
/** What issue 4 allows. */
const MEMORY_MB_MAX = 300;
/** Of a payment: its line in the trade bill, and the money and the fee in the fund-flow bill. */
const LINES_PER_PAYMENT = 3;
const FEE_FEN = 59;
const CHILD = fileURLToPath(new URL('./reconcile.child.ts', import.meta.url));

export type ChildWish = {
  databaseUrl: string;
  vaultDir: string;
  what: 'stage' | 'day';
  day: string;
  sha1: { trade: string; fund: string };
};
export type ChildSaid = { ms: number; maxRssMb: number; result: string };

/** As many paid attempts, with their postings, as the bill has payments. Triggers are off: nothing is measured here. */
const FILL = `
set session_replication_role = replica;
insert into payments (id, payable_kind, payable_id, buyer_id, amount_fen, parts, description, state, expires_at, paid_at, created_at)
  select md5('bill-p' || i)::uuid, 'checkout', md5('bill-x' || i)::uuid, (select id from buyers limit 1), 9900, '[]', '压测', 'paid',
    '2026-01-16', '2026-01-15 12:00+08', '2026-01-15 12:00+08' from generate_series(1, $N) i;
insert into payment_attempts (id, payment_id, channel, out_trade_no, amount_fen, request, state, is_accepted, transaction_id, paid_fen, created_at, succeeded_at)
  select md5('bill-a' || i)::uuid, md5('bill-p' || i)::uuid, 'jsapi', 'PB' || lpad(i::text, 10, '0'), 9900, '{}', 'succeeded', true,
    '42' || lpad(i::text, 26, '0'), 9900, '2026-01-15 12:00+08', '2026-01-15 12:00+08' from generate_series(1, $N) i;
insert into ledger_accounts (id, type, owner_kind, owner_id, unit, side, may_overdraw, created_at)
  select md5(t)::uuid, t, 'platform', '00000000-0000-7000-8000-000000000001', 'CNY', 'debit', true, now()
  from unnest(array['provider_clearing', 'provider_fee']) t on conflict do nothing;
insert into ledger_postings (id, key, label, ref_kind, ref_id, at)
  select md5('bill-l' || i)::uuid, 'payment:' || md5('bill-a' || i)::uuid, '收到货款', 'payment', md5('bill-p' || i)::uuid, '2026-01-15 12:00+08'
  from generate_series(1, $N) i;
insert into ledger_entries (posting_id, account_id, unit, amount, at)
  select md5('bill-l' || i)::uuid, (select id from ledger_accounts where type = 'provider_clearing'), 'CNY', 9900, '2026-01-15 12:00+08'
  from generate_series(1, $N) i;
set session_replication_role = default;
analyze payments, payment_attempts, ledger_postings, ledger_entries, ledger_accounts;
`;

export const reconcile: Part = {
  name: 'reconcile',
  run: async (ctx) => {
    const payments = Math.floor(ctx.sizes.bills / LINES_PER_PAYMENT);
    const vaultDir = path.join(ctx.dir, 'bills');
    const sha1 = await writeBills(vaultDir, payments);
    const bare = path.join(ctx.dir, 'bare.txt');
    await writeBare(bare, payments);
    await ctx.pool.query(FILL.replaceAll('$N', String(payments)));
    const wish = { databaseUrl: ctx.databaseUrl(ctx.database), vaultDir, day: BILL_DAY, sha1 };
    return measure(ctx, wish, bare, payments * LINES_PER_PAYMENT);
  },
};

async function measure(ctx: Ctx, wish: Omit<ChildWish, 'what'>, bare: string, lines: number): Promise<Row[]> {
  let memory = 0;
  const child = (what: ChildWish['what']) => async () => {
    const said = await runChild({ ...wish, what });
    if (said.result !== 'done') throw new Error(`the day was not reconciled: ${said.result}`);
    memory = Math.max(memory, said.maxRssMb);
    return loadOf(lines, said.ms);
  };
  const copy = async () => {
    const sql = `truncate reconcile_fund_lines; \\copy reconcile_fund_lines from '${bare}'`;
    const from = performance.now();
    await output('psql', [
      '-q',
      wish.databaseUrl,
      '-c',
      'truncate reconcile_fund_lines',
      '-c',
      sql.split('; ')[1] ?? '',
    ]);
    return loadOf(lines, performance.now() - from);
  };
  const found = await ctx.inTurn({ copy, stage: child('stage'), day: child('day') });
  await ctx.pool.query('truncate reconcile_trade_lines, reconcile_fund_lines');
  const limit = { name: 'psql \\copy 同样多的行', load: found.copy };
  const size = `${lines} 行`;
  return [
    { what: '账单读入暂存表（行/秒）', ours: found.stage, limit, note: `${size}，逐列解析、换算、COPY` },
    { what: '对账全程（行/秒）', ours: found.day, limit, aim: `内存 < ${MEMORY_MB_MAX} MB`, isMet: memory < MEMORY_MB_MAX, note: `${size}，${lines / LINES_PER_PAYMENT} 笔支付三方核对并登记手续费，进程内存峰值 ${memory} MB` },
  ]; // prettier-ignore
}

const loadOf = (lines: number, ms: number): Load => ({
  perSecond: (lines / ms) * 1000,
  p50Ms: Number.NaN,
  p99Ms: Number.NaN,
  requests: lines,
  errors: 0,
});

/** In a process of its own, so that its memory is its own. */
async function runChild(wish: ChildWish): Promise<ChildSaid> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(wish)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`the reconciling process ended with ${code}`);
  return JSON.parse(said) as ChildSaid;
}

const yuan = (fen: number) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
const row = (cells: readonly (string | number)[]) => `${cells.map((cell) => `\`${cell}`).join(',')}\r\n`;
const outTradeNo = (i: number) => `PB${String(i).padStart(10, '0')}`;
const transactionId = (i: number) => `42${String(i).padStart(26, '0')}`;
const AT = `${BILL_DAY} 12:00:00`;

/** Both bills as WeChat writes them, named by their hash as the vault keeps them. */
async function writeBills(dir: string, payments: number): Promise<ChildWish['sha1']> {
  await mkdir(path.join(dir, BILL_DAY), { recursive: true });
  const totalFen = yuan(payments * 9900);
  const trade = await writeBill(dir, 'trade', function* () {
    yield '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n';
    const [before, after] = [['wx1', '1900000109', '0', ''], ['JSAPI', 'SUCCESS', 'CMB_DEBIT', 'CNY', '99.00', '0.00', '0', '0']];
    const rest = ['0.00', '0.00', '', '', '保温杯 500ml', '', '0.59000', '0.60%', '99.00', '0.00', ''];
    for (let i = 1; i <= payments; i += 1)
      yield row([AT, ...before, transactionId(i), outTradeNo(i), 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', ...after, ...rest]);
    yield '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n';
    yield row([payments, totalFen, '0.00', '0.00', `${yuan(payments * FEE_FEN)}000`, totalFen, '0.00']);
  }); // prettier-ignore
  const fund = await writeBill(dir, 'fund', function* () {
    yield '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号\r\n';
    for (let i = 1; i <= payments; i += 1) {
      yield row([AT, transactionId(i), `1${i}`, '交易', '交易', '收入', '99.00', '100.00', 'system', '', outTradeNo(i)]);
      yield row([AT, transactionId(i), `2${i}`, '扣除交易手续费', '扣除交易手续费', '支出', '0.59', '99.41', 'system', '', outTradeNo(i)]);
    }
    yield '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n';
    yield row([payments * 2, payments, totalFen, payments, yuan(payments * FEE_FEN)]);
  }); // prettier-ignore
  return { trade, fund };
}

async function writeBill(dir: string, kind: 'trade' | 'fund', lines: () => Generator<string>): Promise<string> {
  const draft = path.join(dir, `${kind}.csv`);
  const hash = createHash('sha1');
  await writeAll(draft, lines(), (text) => hash.update(text));
  const sha1 = hash.digest('hex');
  await rename(draft, path.join(dir, BILL_DAY, `${kind}-${sha1}.csv`));
  return sha1;
}

/** The rows as COPY takes them, with nothing left to do: the limit. */
async function writeBare(file: string, payments: number): Promise<void> {
  function* lines(): Generator<string> {
    for (let i = 1; i <= payments; i += 1)
      for (let part = 0; part < LINES_PER_PAYMENT; part += 1)
        yield `2026-01-15 12:00:00+08\tpayment\t${transactionId(i)}\t${part}${i}\t交易\t9900\t0\t${outTradeNo(i)}\n`;
  }
  await writeAll(file, lines(), () => {});
}

async function writeAll(file: string, lines: Iterable<string>, heard: (text: string) => void): Promise<void> {
  const stream = createWriteStream(file);
  let text = '';
  const flush = async () => {
    heard(text);
    if (!stream.write(text)) await once(stream, 'drain');
    text = '';
  };
  for (const line of lines) {
    text += line;
    if (text.length > 1_000_000) await flush();
  }
  await flush();
  stream.end();
  await once(stream, 'finish');
}
