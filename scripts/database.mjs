// Which database this clone works with: the one DATABASE_URL names, or our own PostgreSQL in .data/pg.
import { createRequire } from 'node:module';
import path from 'node:path';
import { DATA } from './dev-env.mjs';
import { startPostgres } from './postgres.mjs';
import { codeOf, Refusal } from './refusal.mjs';

/**
 * @typedef {object} Database
 * @property {string} url
 * @property {string} description
 * @property {() => Promise<void>} stop does nothing to a database that is not ours
 * @property {Promise<void>} exited never settles for a database that is not ours
 * @property {boolean} reused
 */

const OLDEST_MAJOR = 15;
export const CLUSTER = path.join(DATA, 'pg');

/** @param {string | undefined} url @returns {Promise<Database>} */
export async function openDatabase(url) {
  if (url) {
    const version = await refuseUnfit(url);
    return {
      url,
      description: `DATABASE_URL 指向的 PostgreSQL ${version}`,
      stop: async () => undefined,
      exited: new Promise(() => undefined),
      reused: true,
    };
  }
  const own = await startPostgres({ dir: CLUSTER });
  return { ...own, description: `自带的 PostgreSQL（.data/pg，端口 ${own.port}）` };
}

/** @param {string} url @returns {Promise<string>} its version */
async function refuseUnfit(url) {
  const require = createRequire(new URL('../apps/server/package.json', import.meta.url));
  /** @type {typeof import('pg')} */
  const pg = require('pg');
  let client;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    await client.connect();
    const { rows } = await client.query(
      `select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major,
              current_setting('server_encoding') as encoding`,
    );
    if (rows[0].major < OLDEST_MAJOR) {
      throw new Refusal(`DATABASE_URL 指向的 PostgreSQL 是 ${rows[0].version}，集市需要 ${OLDEST_MAJOR} 或更高版本。`);
    }
    if (rows[0].encoding !== 'UTF8') {
      throw new Refusal(`DATABASE_URL 指向的数据库编码是 ${rows[0].encoding}，请用 UTF8 编码重建数据库。`);
    }
    return rows[0].version;
  } catch (error) {
    throw error instanceof Refusal ? error : explainConnection(error);
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** @param {unknown} error */
function explainConnection(error) {
  const code = codeOf(error) ?? '';
  if (code === '28P01' || code === '28000') return new Refusal('DATABASE_URL 的用户名或密码不对。', { cause: error });
  if (code === '3D000')
    return new Refusal('DATABASE_URL 中的数据库不存在，请先创建它（UTF8 编码）。', { cause: error });
  const said = error instanceof Error ? error.message || code : String(error);
  return new Refusal(`连不上 DATABASE_URL 指向的数据库：${said}`, { cause: error });
}
