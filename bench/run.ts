// `npm run bench`: how close the shop comes to what this machine can do at all. Prints one table, ready for README.md.
import { mkdtemp, rm } from 'node:fs/promises';
import { chmodSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrate } from '../apps/server/src/platform/migrate.ts';
import { startPostgres } from '../scripts/postgres.mjs';
import { fill } from './fill.ts';
import { growth } from './growth.ts';
import { inTurn, load, output } from './load.ts';
import { ledger } from './ledger.ts';
import { mixed } from './mixed.ts';
import { notices } from './notices.ts';
import { orders } from './orders.ts';
import { reads } from './reads.ts';
import { reconcile } from './reconcile.ts';
import { search } from './search.ts';
import { startLimit, startShop, type RunningShop, type ShopWish } from './shop.ts';
import { tableOf } from './table.ts';
import type { Ctx, Part, Row, Sizes } from './part.ts';

/** In the order of the table. A new part is one line here. */
const PARTS: readonly Part[] = [reads, search, orders, notices, mixed, growth, ledger, reconcile];

const HELP = `npm run bench -- [选项]
  --only reads,search   只跑这些部分（${PARTS.map((part) => part.name).join('、')}）
  --products 20000      商品数量
  --growth 2000,200000  平稳性对照的商品数量
  --bills 300000        对账的账单行数
  --seconds 2           每次测量的秒数
  --rounds 3            每项测量的轮数，取中位数
`;

class Missing extends Error {}

function readOptions(): { sizes: Sizes; parts: readonly Part[] } | null {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      products: { type: 'string', default: '20000' },
      growth: { type: 'string', default: '2000,200000' },
      bills: { type: 'string', default: '300000' },
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '3' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const whole = (name: string, text: string, min: number, max: number) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new Missing(`--${name} 应为 ${min} 到 ${max} 的整数，而不是“${text}”。`);
  };
  const names = values.only?.split(',') ?? PARTS.map((part) => part.name);
  const parts = names.map((name) => {
    const part = PARTS.find((one) => one.name === name);
    if (!part) throw new Missing(`没有名为“${name}”的部分，可选：${PARTS.map((one) => one.name).join('、')}。`);
    return part;
  });
  const sizes = {
    products: whole('products', values.products, 200, 1_000_000),
    bills: whole('bills', values.bills, 300, 30_000_000),
    seconds: whole('seconds', values.seconds, 1, 60),
    rounds: whole('rounds', values.rounds, 1, 20),
    growth: values.growth.split(',').map((text) => whole('growth', text, 200, 1_000_000)),
  };
  return { sizes, parts };
}

async function refuseWithoutTools(): Promise<void> {
  const missing: string[] = [];
  if (!(await has('wrk', ['-v']))) missing.push('wrk（Debian 软件包 wrk）');
  if (!(await has('pgbench', ['--version']))) missing.push('pgbench（Debian 软件包 postgresql-contrib）');
  if (missing.length === 0) return;
  throw new Missing(`缺少 ${missing.join('、')}，请先执行：sudo apt-get install -y wrk postgresql-contrib`);
}

/** wrk answers its version with a failure; only a program that is not there counts as missing. */
const has = (program: string, args: readonly string[]) =>
  output(program, args).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );

type Ground = { dir: string; sizes: Sizes; serverUrl: string };

/** Databases and shops are made when they are first asked for, and all of them are gone at the end. */
function createGround({ dir, sizes, serverUrl }: Ground, say: (line: string) => void) {
  const databaseUrl = (name: string) => Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const databases = new Map<number, Promise<string>>();
  const shops = new Set<RunningShop>();
  const filled = (products: number) => {
    const known = databases.get(products) ?? makeDatabase(products);
    databases.set(products, known);
    return known;
  };
  const makeDatabase = async (products: number) => {
    const name = `goods_${products}`;
    const from = performance.now();
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(`create database ${name} template template0`);
    await client.end();
    await migrate(databaseUrl(name));
    await fill(databaseUrl(name), products);
    say(`已填入 ${products} 件商品（${((performance.now() - from) / 1000).toFixed(0)} 秒）`);
    return name;
  };
  const openShop = async (wish: ShopWish = {}) => {
    const shop = await startShop(dir, databaseUrl(wish.database ?? (await filled(sizes.products))), wish);
    const stop = async () => {
      shops.delete(running);
      await shop.stop();
    };
    const running = { ...shop, stop };
    shops.add(running);
    return running;
  };
  const stopShops = () => Promise.all([...shops].map((shop) => shop.stop()));
  return { databaseUrl, filled, openShop, stopShops };
}

async function measure(
  sizes: Sizes,
  parts: readonly Part[],
  say: (line: string) => void,
): Promise<{ table: string; failed: readonly string[] }> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'jishi-bench-'));
  // PostgreSQL does not run as root: as another user it has to be able to walk through here.
  chmodSync(dir, 0o755);
  const postgres = await startPostgres({ dir: path.join(dir, 'pg') });
  const ground = createGround({ dir, sizes, serverUrl: postgres.url }, say);
  try {
    const database = await ground.filled(sizes.products);
    const pool = new pg.Pool({ connectionString: ground.databaseUrl(database), max: 2 });
    pool.on('error', () => undefined);
    const shop = await ground.openShop();
    const limits = new Set<() => Promise<void>>();
    const ctx: Ctx = {
      sizes,
      dir,
      database,
      pool,
      shop,
      databaseUrl: ground.databaseUrl,
      filled: ground.filled,
      startShop: ground.openShop,
      load: (wish) => load(dir, wish),
      inTurn: (runs) => inTurn(sizes.rounds, runs),
      startLimit: async (limit) => {
        const running = await startLimit(dir, limit);
        limits.add(running.stop);
        return running;
      },
      say,
    };
    const rows: Row[] = [];
    const failed: string[] = [];
    try {
      for (const part of parts) {
        say(`${part.name} …`);
        // What the others have found is not lost with it.
        const found = await part.run(ctx).catch((error: unknown) => {
          failed.push(part.name);
          say(`${part.name} 失败：${error instanceof Error ? error.stack : String(error)}`);
          return [];
        });
        rows.push(...found);
        await Promise.all([...limits].map((stop) => stop()));
        limits.clear();
      }
      return { table: tableOf(rows, { sizes, memory: shop.memory() }), failed };
    } finally {
      await Promise.all([...limits].map((stop) => stop()));
      await pool.end();
    }
  } finally {
    await ground.stopShops();
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  await refuseWithoutTools();
  const from = performance.now();
  // The table alone goes to the output, so that it can be sent into a file.
  const say = (line: string) =>
    process.stderr.write(`[${((performance.now() - from) / 1000).toFixed(0).padStart(3)} 秒] ${line}\n`);
  const { table, failed } = await measure(options.sizes, options.parts, say);
  process.stdout.write(`${table}\n`);
  return failed.length === 0 ? 0 : 1;
}

// Whoever falls asleep on the way has not succeeded.
process.exitCode = 1;
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof Missing ? error.message : error instanceof Error ? error.stack : error}\n`,
    );
    process.exit(1);
  },
);
