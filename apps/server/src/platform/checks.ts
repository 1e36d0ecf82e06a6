// The doctor's questions: each answers with what is wrong, in words for the person who runs the shop.
import { access, constants, mkdir } from 'node:fs/promises';
import type { Config } from './config.ts';
import type { Db } from './db.ts';
import { systemClock } from './clock.ts';
import { missingLaws } from './laws.ts';
import { schemaState } from './migrate.ts';

/** A check is fine, or says what is not. */
export type Check = { name: string; run: () => Promise<string | null> };

/** What the platform itself can tell; modules add theirs (the ledger's sum, stock against holds). */
export function platformChecks(config: Config, db: Db): Check[] {
  return [
    { name: '数据库连接', run: () => databaseProblem(db) },
    { name: '中文检索', run: () => searchProblem(db) },
    { name: '数据库结构', run: () => schemaProblem(db) },
    { name: '数据库约束', run: () => lawsProblem(db) },
    { name: '数据目录', run: () => folderProblem(config.DATA_DIR) },
    { name: '时钟', run: () => clockProblem(db) },
  ];
}

async function databaseProblem(db: Db): Promise<string | null> {
  const { rows } = await db.pool.query<{ number: number }>(
    `select current_setting('server_version_num')::int as number`,
  );
  const number = rows[0]?.number ?? 0;
  return number >= 150_000 ? null : `需要 PostgreSQL 15 以上，当前为 ${Math.floor(number / 10_000)}`;
}

/** With LC_CTYPE=C trigrams of Chinese are empty, without any error. */
async function searchProblem(db: Db): Promise<string | null> {
  const { rows } = await db.pool.query<{ fine: boolean }>(`select show_trgm('手机') <> '{}' as fine`);
  return rows[0]?.fine ? null : '数据库的 LC_CTYPE 不支持中文，请以 C.UTF-8 重新创建数据库';
}

/** Null when this release may start on the database as it is. */
export async function schemaProblem(db: Db): Promise<string | null> {
  const schema = await schemaState(db.pool);
  if (schema.state === 'behind')
    return `有 ${schema.missing.length} 个迁移未执行（${schema.missing.join('、')}），请运行 npm run migrate`;
  if (schema.state === 'changed') return `已执行的迁移文件被改动：${schema.files.join('、')}`;
  return null;
}

export async function lawsProblem(db: Db): Promise<string | null> {
  const missing = await missingLaws(db.pool);
  return missing.length === 0 ? null : `缺少 ${missing.length} 项约束，例如：${missing.slice(0, 5).join('；')}`;
}

async function folderProblem(dir: string): Promise<string | null> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
    return null;
  } catch {
    return `无法写入 ${dir}`;
  }
}

/** Tokens and WeChat signatures both stop working when clocks drift apart. */
async function clockProblem(db: Db): Promise<string | null> {
  const from = performance.now();
  const { rows } = await db.pool.query<{ now: Date }>('select clock_timestamp() as now');
  const drift = Math.abs(systemClock.now().getTime() - (rows[0]?.now.getTime() ?? 0)) - (performance.now() - from);
  return drift > 5_000 ? `本机与数据库的时间相差 ${Math.round(drift / 1000)} 秒，请校准时钟` : null;
}
