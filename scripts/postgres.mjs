// Starts a PostgreSQL server of our own in a folder: `npm start` keeps the shop's data in it, the tests a throw-away one.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { guard } from './children.mjs';
import { findBinaries } from './postgres-binaries.mjs';
import { isAlive, ourselves, readIdentity } from './processes.mjs';
import { codeOf, explainDisk, Refusal } from './refusal.mjs';

/**
 * @typedef {object} PostgresOptions
 * @property {string} dir the folder of the cluster; made when it is missing
 * @property {number} [port] a free one is chosen when absent
 * @property {boolean} [fsync] false only where the contents may be lost: tests
 * @property {'embedded' | '15'} [version] the embedded 18, or the 15 that Debian installs
 */
/**
 * @typedef {object} Postgres
 * @property {string} url a superuser's address of the database `jishi`
 * @property {number} port
 * @property {number} pid
 * @property {boolean} reused it was already running when we came
 * @property {() => Promise<void>} stop
 * @property {Promise<void>} exited settles when the server is gone, for whatever reason
 */
/** @typedef {{ pid: number, port: number, ready: boolean }} PidFile */

const USER = 'jishi';
const DATABASE = 'jishi';
const NOBODY = 65534;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts the cluster in `dir`, or joins it when somebody alive already runs it.
 * @param {PostgresOptions} options @returns {Promise<Postgres>}
 */
export async function startPostgres({ dir, port, fsync = true, version = 'embedded' }) {
  const home = path.resolve(dir);
  const binaries = findBinaries(version, isRoot());
  refuseOtherMajor(home, binaries.major);
  const running = await findRunning(home);
  // A server whose launcher is gone is being stopped by its guard: it is not to be relied on.
  const cared = running && readIdentity(ownerFile(home)) !== undefined;
  if (cared && (port === undefined || running.port === port)) return join(home, running);
  if (running) await stopPid(running.pid);
  if (!fs.existsSync(path.join(home, 'PG_VERSION'))) createCluster(home, binaries);
  const password = readPassword(home);

  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    try {
      const server = await launch(home, binaries, { port: chosen, fsync });
      const url = urlOf(DATABASE, password, chosen);
      await prepareDatabase(home, chosen, password, server.stop);
      return { url, port: chosen, pid: server.pid, reused: false, stop: server.stop, exited: server.exited };
    } catch (error) {
      // A port that the system called free can be taken a moment later by another test run.
      if (port !== undefined || attempt === 3 || !(error instanceof PortTaken)) throw error;
    }
  }
}

/**
 * Stops a cluster that a start before us may have left running; a folder without one is fine.
 * @param {string} dir
 */
export async function stopPostgres(dir) {
  const running = await findRunning(path.resolve(dir));
  if (running) await stopPid(running.pid);
}

class PortTaken extends Refusal {}

function isRoot() {
  return process.getuid?.() === 0;
}

/** PostgreSQL refuses to run as root; `nobody` exists everywhere and needs no useradd. */
function asServer() {
  return isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
}

/** @param {string} home @param {number} major */
function refuseOtherMajor(home, major) {
  const file = path.join(home, 'PG_VERSION');
  if (!fs.existsSync(file)) return;
  const found = fs.readFileSync(file, 'utf8').trim();
  if (found === String(major)) return;
  throw new Refusal(
    `数据目录 ${home} 属于 PostgreSQL ${found}，而现在使用的是 PostgreSQL ${major}，两者不兼容。请先用 ${found} 导出数据，或用 npm start -- --fresh 清空后重来。`,
  );
}

/**
 * Built beside and renamed, so that an interrupted start leaves no half-made cluster.
 * @param {string} home @param {import('./postgres-binaries.mjs').Binaries} binaries
 */
function createCluster(home, binaries) {
  const draft = `${home}.new`;
  const pwfile = path.join(os.tmpdir(), `jishi-pw-${randomBytes(8).toString('hex')}`);
  const password = randomBytes(24).toString('base64url');
  try {
    fs.rmSync(draft, { recursive: true, force: true });
    if (fs.existsSync(home) && fs.readdirSync(home).length > 0) {
      throw new Refusal(`${home} 不是空目录，也不是 PostgreSQL 的数据目录，已拒绝覆盖。请移走其中的文件。`);
    }
    fs.mkdirSync(draft, { recursive: true, mode: 0o700 });
    if (isRoot()) fs.chownSync(draft, NOBODY, NOBODY);
    fs.writeFileSync(pwfile, password, { mode: 0o600, flag: 'wx' });
    if (isRoot()) fs.chownSync(pwfile, NOBODY, NOBODY);
    const made = spawnSync(
      binaries.initdb,
      [
        '-D',
        binaries.folderArg(draft),
        '-U',
        USER,
        '-A',
        'scram-sha-256',
        `--pwfile=${pwfile}`,
        '-E',
        'UTF8',
        ...binaries.locale,
      ],
      { ...asServer(), cwd: draft, env: serverEnv(), encoding: 'utf8' },
    );
    if (made.error) throw made.error;
    if (made.status !== 0) throw explainLog(`${made.stdout}\n${made.stderr}`, home, 0);
    fs.writeFileSync(passwordFile(home), password, { mode: 0o600 });
    fs.chmodSync(passwordFile(home), 0o600);
    fs.rmSync(home, { recursive: true, force: true });
    fs.renameSync(draft, home);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    throw explainDisk(error, home);
  } finally {
    fs.rmSync(pwfile, { force: true });
  }
}

/** The locale and the clock come from the cluster, never from the shell of whoever starts it. */
function serverEnv() {
  return { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}

/** @param {string} home */
const passwordFile = (home) => `${home}.password`;

/** Who launched the server that runs in there. @param {string} home */
const ownerFile = (home) => `${home}.owner`;

/** @param {string} home */
function readPassword(home) {
  try {
    return fs.readFileSync(passwordFile(home), 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw explainDisk(error, passwordFile(home));
    throw new Refusal(
      `找不到数据库密码文件 ${passwordFile(home)}。请恢复该文件，或用 npm start -- --fresh 清空后重来。`,
    );
  }
}

/** @param {string} database @param {string} password @param {number} port */
const urlOf = (database, password, port) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * @param {string} home @param {import('./postgres-binaries.mjs').Binaries} binaries
 * @param {{ port: number, fsync: boolean }} choice
 */
async function launch(home, binaries, { port, fsync }) {
  const logFile = `${home}.log`;
  const log = openLog(logFile);
  const logStart = fs.fstatSync(log).size;
  const args = ['-D', binaries.folderArg(home), '-p', String(port)];
  for (const [name, value] of Object.entries(settings(fsync))) args.push('-c', `${name}=${value}`);
  // A session of its own: Ctrl-C in the terminal must not reach the database before the server that uses it.
  const child = spawn(binaries.postgres, args, {
    ...asServer(),
    cwd: home,
    env: serverEnv(),
    stdio: ['ignore', log, log],
    detached: true,
  });
  fs.closeSync(log);
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  fs.writeFileSync(ownerFile(home), JSON.stringify(ourselves()));
  const pid = child.pid;
  if (pid === undefined)
    throw new Refusal(`无法运行 PostgreSQL 程序 ${binaries.postgres}。请删除 node_modules 后重试。`);
  child.unref();
  // If we are killed without a chance to say goodbye, the guard stops the server in our place.
  const unguard = guard(pid, 'INT');
  let gone = false;
  void exited.then(() => {
    gone = true;
    unguard();
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(readPidFile(home)?.pid === pid && readPidFile(home)?.ready)) {
    if (gone) throw explainLog(readFrom(logFile, logStart), home, port);
    if (performance.now() > deadline) {
      await stopPid(pid);
      throw new Refusal(`PostgreSQL 在 ${START_TIMEOUT_MS / 1000} 秒内没有启动完成，请查看日志 ${logFile}。`);
    }
    await pause(15);
  }
  const stop = async () => {
    // From here on its end is waited for: without this, nothing keeps us alive between its death and our hearing of it.
    child.ref();
    if (!gone) await Promise.race([stopPid(pid), exited]);
    await exited;
  };
  return { pid, stop, exited };
}

/** @param {boolean} fsync */
function settings(fsync) {
  return {
    listen_addresses: '127.0.0.1',
    // Everybody comes by TCP with the password; a socket would need a folder that somebody has to sweep.
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '256MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum_naptime: '5min' }),
  };
}

/** @param {string} file */
function openLog(file) {
  try {
    const tooLong = fs.existsSync(file) && fs.statSync(file).size > 10 * 1024 * 1024;
    return fs.openSync(file, tooLong ? 'w' : 'a', 0o600);
  } catch (error) {
    throw explainDisk(error, file);
  }
}

/** @param {string} file @param {number} offset */
function readFrom(file, offset) {
  return fs.existsSync(file) ? fs.readFileSync(file).subarray(offset).toString('utf8') : '';
}

/** @param {string} log @param {string} home @param {number} port @returns {Refusal} */
function explainLog(log, home, port) {
  if (/No space left on device|Disk quota exceeded/i.test(log)) {
    return new Refusal(`磁盘已满，PostgreSQL 无法写入 ${home}。请腾出至少 1 GB 空间后重试。`);
  }
  if (/Address already in use|could not bind/i.test(log)) {
    return new PortTaken(`端口 ${port} 已被占用，PostgreSQL 无法启动。请结束占用它的程序，或换一个端口。`);
  }
  if (/lock file "postmaster.pid" already exists|is another postmaster/i.test(log)) {
    return new Refusal(`另一个 PostgreSQL 正在使用 ${home}，请先停止它。`);
  }
  if (/incompatible with server/i.test(log)) {
    return new Refusal(`数据目录 ${home} 属于另一个版本的 PostgreSQL，无法打开。`);
  }
  const nameless = /could not look up effective user ID (\d+)/.exec(log);
  if (nameless) {
    return new Refusal(
      `当前用户（uid ${nameless[1]}）在系统中没有登记，PostgreSQL 拒绝运行。请换一个有名字的用户，或设置 DATABASE_URL。`,
    );
  }
  const lines = log.trim().split('\n');
  const said = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? '';
  return new Refusal(
    `PostgreSQL 无法启动：${said.replace(/^.*?(FATAL|PANIC|error):\s*/i, '') || '没有给出原因'}（日志 ${home}.log）`,
  );
}

/** @param {string} home @returns {PidFile | undefined} */
function readPidFile(home) {
  try {
    const lines = fs.readFileSync(path.join(home, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/**
 * The server that already works in this folder. A pid file left by a crash is removed: its number may belong to anybody now.
 * @param {string} home @returns {Promise<PidFile | undefined>}
 */
async function findRunning(home) {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const found = readPidFile(home);
    if (!found) return undefined;
    if (!worksIn(found.pid, home)) {
      fs.rmSync(path.join(home, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (found.ready) return found;
    // Starting, or being stopped by the guard of a parent that was killed: either ends soon.
    if (performance.now() > deadline) throw new Refusal(`另一个 PostgreSQL 正在使用 ${home}，请先停止它。`);
    await pause(50);
  }
}

/** @param {number} pid @param {string} home */
function worksIn(pid, home) {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    return fs.realpathSync(`/proc/${pid}/cwd`) === fs.realpathSync(home);
  } catch (error) {
    // Not ours to look at, but alive: believe the pid file.
    return codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
  }
}

/** @param {string} home @param {PidFile} running @returns {Promise<Postgres>} */
async function join(home, running) {
  const password = readPassword(home);
  const exited = untilGone(running.pid, Number.POSITIVE_INFINITY);
  const stop = () => stopPid(running.pid);
  await prepareDatabase(home, running.port, password, stop);
  return { url: urlOf(DATABASE, password, running.port), ...running, reused: true, stop, exited };
}

/** @param {number} pid */
async function stopPid(pid) {
  // SIGINT ends the connections and writes everything down; SIGQUIT leaves the rest to the next start's recovery.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGQUIT'])) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return;
      throw error;
    }
    await untilGone(pid, STOP_TIMEOUT_MS);
    if (!isAlive(pid)) return;
  }
  throw new Refusal(`PostgreSQL（进程 ${pid}）没有响应停止请求。`);
}

/** @param {number} pid @param {number} timeoutMs @returns {Promise<void>} */
function untilGone(pid, timeoutMs) {
  const deadline = performance.now() + timeoutMs;
  return new Promise((resolve) => {
    const timer = setInterval(
      () => {
        if (isAlive(pid) && performance.now() < deadline) return;
        clearInterval(timer);
        resolve();
      },
      timeoutMs === Number.POSITIVE_INFINITY ? 500 : 15,
    );
    // Watching for the end must not itself keep the process alive.
    if (timeoutMs === Number.POSITIVE_INFINITY) timer.unref();
  });
}

/**
 * Makes the database when it is missing and checks that Chinese text can be searched in it.
 * @param {string} home @param {number} port @param {string} password @param {() => Promise<void>} stop
 */
async function prepareDatabase(home, port, password, stop) {
  const require = createRequire(new URL('../apps/server/package.json', import.meta.url));
  /** @type {typeof import('pg')} */
  const pg = require('pg');
  const client = new pg.Client({
    connectionString: urlOf('postgres', password, port),
    connectionTimeoutMillis: 10_000,
  });
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE} template template0`);
    await client.query('create extension if not exists pg_trgm');
    const check = await client.query(`select show_trgm('手机') <> '{}' as sees`);
    if (check.rows[0]?.sees !== true) {
      throw new Refusal(
        `数据库 ${home} 的 LC_CTYPE 不是 C.UTF-8，无法搜索中文。请用 npm start -- --fresh 清空后重来。`,
      );
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    await stop();
    if (codeOf(error) === '28P01') {
      throw new Refusal(
        `数据库密码与 ${passwordFile(home)} 不符。请恢复该文件，或用 npm start -- --fresh 清空后重来。`,
      );
    }
    if (codeOf(error) === '53100') throw new Refusal(`磁盘已满，PostgreSQL 无法写入 ${home}。请腾出空间后重试。`);
    throw error;
  }
  await client.end();
}
