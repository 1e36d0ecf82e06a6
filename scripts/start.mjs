// `npm start`: everything on a fresh machine. Installs, builds what is stale, brings up database, WeChat simulator and server.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import util from 'node:util';
import { builds, ensureBuilt, rebuildOnChange } from './builds.mjs';
import { killChildren, runToEnd, startChild, stopChildren } from './children.mjs';
import { CLUSTER, openDatabase } from './database.mjs';
import { chosenEnv, DATA, developmentEnv, portOf } from './dev-env.mjs';
import { serverEnv, serverFlags } from './flags.mjs';
import {
  continueUnderOurNode,
  ensureInstalled,
  ourNode,
  refuseFullDisk,
  refuseOldNode,
  refuseUnwritable,
  ROOT,
} from './ensure.mjs';
import { stopPostgres } from './postgres.mjs';
import { explainDisk, Refusal } from './refusal.mjs';
import { findHolder, takeLock } from './start-lock.mjs';

/** @typedef {{ fresh: boolean, watch: boolean, port?: string, simPort?: string, help: boolean }} Flags */

const USAGE = `用法：npm start -- [选项]
  --port <端口>      网站端口，默认 8080
  --sim-port <端口>  微信模拟器端口，默认 8090
  --fresh            清空 .data（数据库、上传的文件、密钥）后重新开始，不再询问
  --watch            开发方式：改动源码后自动重新加载`;
const READY_TIMEOUT_MS = 90_000;
const ROOM_TO_RUN_BYTES = 200 * 1024 ** 2;
const LOGS = path.join(DATA, 'logs');

/** What must be put away when we leave, whatever the reason. */
const house = {
  leaving: false,
  /** @type {Promise<import('./database.mjs').Database> | undefined} */
  database: undefined,
  /** @type {(() => void) | undefined} */
  releaseLock: undefined,
};

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

/** @param {string[]} args @returns {Flags} */
export function readFlags(args) {
  /** @type {Flags} */
  const flags = { fresh: false, watch: false, help: false };
  for (let at = 0; at < args.length; at++) {
    const [name = '', attached] = (args[at] ?? '').split('=', 2);
    if (name === '--fresh') flags.fresh = true;
    else if (name === '--watch') flags.watch = true;
    else if (name === '--help' || name === '-h') flags.help = true;
    else if (name === '--port' || name === '--sim-port') {
      const value = attached ?? args[++at];
      if (value === undefined) throw new Refusal(`${name} 后面需要一个端口号。`);
      if (name === '--port') flags.port = value;
      else flags.simPort = value;
    } else throw new Refusal(`不认识的选项 ${args[at]}。\n${USAGE}`);
  }
  return flags;
}

async function main() {
  refuseOldNode();
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) {
    say(USAGE);
    return;
  }
  refusePlatform();
  await ensureInstalled(say);
  await continueUnderOurNode(path.join(ROOT, 'scripts/start.mjs'));
  const chosen = chosenEnv();
  refuseProduction(chosen);
  leaveOnSignals();

  const started = performance.now();
  await prepareFolder(flags.fresh);
  const lock = takeLock(DATA);
  house.releaseLock = lock.release;
  if (flags.port !== undefined) chosen.PORT = flags.port;
  if (flags.simPort !== undefined) chosen.SIM_PORT = flags.simPort;
  const port = portOf(chosen, 'PORT', 8080);
  const simPort = portOf(chosen, 'SIM_PORT', 8090);
  const playsWeChat = !chosen.WECHAT_API_BASE_URL;
  // The children of a start that was killed are on their way out.
  const patienceMs = lock.tookOver ? 15_000 : 0;
  await refuseTakenPort(port, '网站', '--port', patienceMs);
  if (playsWeChat) await refuseTakenPort(simPort, '微信模拟器', '--sim-port', patienceMs);

  const pages = [ensureBuilt(builds.shopH5, say), ...(flags.watch ? [] : [ensureBuilt(builds.admin, say)])];
  const [{ env, seeded, description }] = await Promise.all([prepareGround(chosen, port, simPort), ...pages]);
  const server = startServer(env, flags.watch);
  if (flags.watch) watchPages(env);
  await untilReady(server, `http://127.0.0.1:${port}/health/ready`);
  announce(env, {
    description,
    seeded,
    simPort,
    playsWeChat,
    watch: flags.watch,
    seconds: (performance.now() - started) / 1000,
  });
}

function refusePlatform() {
  if (process.platform !== 'win32') return;
  throw new Refusal('Windows 上请在 WSL 2（Ubuntu 或 Debian）中运行 npm start。');
}

/** Demo data, a pretend WeChat and secrets that nobody chose belong on nobody's real shop. @param {Record<string, string>} chosen */
function refuseProduction(chosen) {
  if (chosen.NODE_ENV !== 'production') return;
  throw new Refusal('npm start 只用于演示与开发，不能与 NODE_ENV=production 一起使用。生产环境请运行 npm run serve。');
}

/** @param {boolean} fresh */
async function prepareFolder(fresh) {
  try {
    if (fresh && fs.existsSync(DATA)) {
      const holder = findHolder(DATA);
      if (holder !== undefined) throw new Refusal(`集市正在运行（进程 ${holder}），请先停止它再清空数据。`);
      await stopPostgres(CLUSTER);
      fs.rmSync(DATA, { recursive: true, force: true });
      say('已清空 .data，从头开始。');
    }
    // On a read-only disk a recursive mkdir reports the wrong thing.
    if (!fs.existsSync(DATA)) refuseUnwritable(ROOT);
    fs.mkdirSync(LOGS, { recursive: true });
  } catch (error) {
    throw explainDisk(error, DATA);
  }
  refuseUnwritable(DATA);
  refuseFullDisk(DATA, ROOM_TO_RUN_BYTES);
}

/** @param {number} port @param {string} whose @param {string} flag @param {number} patienceMs */
async function refuseTakenPort(port, whose, flag, patienceMs) {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const code = await tryPort(port);
    if (code === undefined) return;
    if (code === 'EACCES')
      throw new Refusal(`没有权限使用端口 ${port}。请换一个 1024 以上的端口：npm start -- ${flag} 8081`);
    if (performance.now() > deadline) {
      throw new Refusal(
        `端口 ${port}（${whose}）已被占用。请结束占用它的程序，或换一个端口：npm start -- ${flag} ${port + 1}`,
      );
    }
    await pause(200);
  }
}

/** @param {number} port @returns {Promise<string | undefined>} the code of the refusal */
function tryPort(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', (error) => resolve('code' in error ? String(error.code) : 'EADDRINUSE'));
    // No address: a program that listens on any of them is in our way.
    probe.listen(port, () => probe.close(() => resolve(undefined)));
  });
}

/**
 * Database, WeChat and demo data, in this order: the demo people sign in and pay through WeChat.
 * @param {Record<string, string>} chosen @param {number} port @param {number} simPort
 */
async function prepareGround(chosen, port, simPort) {
  house.database = openDatabase(chosen.DATABASE_URL);
  const database = await house.database;
  void database.exited.then(() => collapse('数据库', `日志 ${path.relative(ROOT, CLUSTER)}.log`));
  const env = await developmentEnv({ chosen, port, simPort, databaseUrl: database.url });
  await command('更新数据库结构', ['migrate'], env);
  if (!chosen.WECHAT_API_BASE_URL) await startSimulator(env, simPort);
  const seeded = await command('写入演示数据', ['seed', '--once'], env);
  return { env, seeded, description: database.description };
}

/** @param {string} what @param {string[]} args @param {Record<string, string>} env @returns {Promise<string>} what it said */
async function command(what, args, env) {
  const { code, output } = await runToEnd({
    name: what,
    program: ourNode(),
    args: ['apps/server/src/cli.ts', ...args],
    cwd: ROOT,
    env,
    log: path.join(LOGS, 'commands.log'),
  });
  if (code !== 0) throw new Refusal(`${what}失败：\n${lastLines(output)}`);
  return output.trim();
}

/** @param {Record<string, string>} env @param {number} simPort */
async function startSimulator(env, simPort) {
  const child = startChild({
    name: '微信模拟器',
    program: ourNode(),
    args: ['apps/wechat-sim/src/main.ts'],
    cwd: ROOT,
    env: {
      ...env,
      SIM_PORT: String(simPort),
      SIM_STATE_DIR: path.join(DATA, 'sim'),
      SIM_PUSH_URL: `http://127.0.0.1:${env.PORT}/api/v1/wechat/push`,
    },
    log: path.join(LOGS, 'wechat-sim.log'),
  });
  watchOver(child);
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await accepts(simPort))) {
    if (house.leaving) return;
    if (performance.now() > deadline)
      throw new Refusal(`微信模拟器没有在端口 ${simPort} 上启动：\n${lastLines(child.tail())}`);
    await pause(50);
  }
}

/** @param {Record<string, string>} env @param {boolean} watch */
function startServer(env, watch) {
  const child = startChild({
    name: '服务器',
    program: ourNode(),
    args: [...serverFlags, ...(watch ? ['--watch', '--watch-preserve-output'] : []), 'apps/server/src/main.ts'],
    cwd: ROOT,
    env: { ...serverEnv, ...env },
    log: path.join(LOGS, 'server.log'),
    show: watch,
  });
  watchOver(child);
  return child;
}

/** The back office comes from Vite's own server, which passes /api on to ours; the shop is built again. @param {Record<string, string>} env */
function watchPages(env) {
  const [vite = ''] = builds.admin.command;
  watchOver(
    startChild({
      name: '管理后台（开发）',
      program: ourNode(),
      args: [path.join(ROOT, vite)],
      cwd: path.join(ROOT, builds.admin.folder),
      env,
      log: path.join(LOGS, 'admin.log'),
      show: true,
    }),
  );
  rebuildOnChange(builds.shopH5, say);
}

/** @param {import('./children.mjs').Child} child */
function watchOver(child) {
  void child.ended.then(({ code, signal, stopped }) => {
    if (!stopped) void collapse(child.name, `${signal ?? `退出码 ${code}`}\n${lastLines(child.tail())}`);
  });
}

/** One of them died by itself: nothing of the rest is of use. @param {string} name @param {string} why */
function collapse(name, why) {
  if (house.leaving) return Promise.resolve();
  process.stderr.write(`\n${name}意外停止，其余部分也将停止：${why}\n`);
  return leave(1);
}

/** @param {import('./children.mjs').Child} server @param {string} address */
async function untilReady(server, address) {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!house.leaving) {
    const answer = await fetch(address, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (answer?.ok) return;
    if (performance.now() > deadline) {
      throw new Refusal(
        `服务器在 ${READY_TIMEOUT_MS / 1000} 秒内没有就绪（${address}）：\n${lastLines(server.tail())}`,
      );
    }
    await pause(100);
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** @param {string} text */
const lastLines = (text) => util.stripVTControlCharacters(text).trim().split('\n').slice(-25).join('\n');

/**
 * @param {Record<string, string>} env
 * @param {{ description: string, seeded: string, simPort: number, playsWeChat: boolean, watch: boolean, seconds: number }} start
 */
function announce(env, { description, seeded, simPort, playsWeChat, watch, seconds }) {
  if (house.leaving) return;
  const site = (env.PUBLIC_URL ?? '').replace(/\/$/, '');
  say(`
集市已启动（${seconds.toFixed(1)} 秒），使用${description}

  商城（手机网页）  ${site}/
  管理后台          ${watch ? 'http://localhost:5180/admin/' : `${site}/admin/`}
  接口文档          ${site}/api/docs${playsWeChat ? `\n  微信模拟器        http://localhost:${simPort}/` : ''}
  日志              .data/logs/
`);
  // The demo data knows its own accounts.
  if (seeded) say(seeded);
  say(`
先试试：
  1. 打开商城（浏览器切到手机尺寸），挑两件商品，微信登录后下单，在模拟收银台付款。
  2. 打开管理后台，在“订单”里填快递单号发货。
  3. 回到商城确认收货，申请一件退货退款；后台同意并收货后，钱原路退回。
按 Ctrl-C 停止。`);
}

function leaveOnSignals() {
  let firstAt = 0;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!house.leaving) {
        firstAt = performance.now();
        say('\n正在停止……');
        void leave(0);
      } else if (performance.now() - firstAt > 1000) {
        // npm and the terminal may both pass on one Ctrl-C; a second one a moment later is meant.
        killChildren();
      }
    });
  }
  // Our wrapper (an older Node) was killed: nobody can stop us any more, so we stop.
  process.on('disconnect', () => void leave(1));
}

/** @param {number} code */
async function leave(code) {
  if (house.leaving) return;
  house.leaving = true;
  process.exitCode = code;
  try {
    await stopChildren();
    const database = await house.database?.catch(() => undefined);
    await database?.stop();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  house.releaseLock?.();
  if (code === 0) say('已停止。');
  process.exit();
}

/** @param {unknown} error */
async function giveUp(error) {
  // While we leave, everything that waited for a child fails; that is no news.
  if (house.leaving) return;
  const explained = explainDisk(error, DATA);
  const text = explained instanceof Refusal ? explained.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`\n${text}\n`);
  await leave(1);
}

if (process.argv[1] && path.resolve(process.argv[1]) === path.join(ROOT, 'scripts/start.mjs')) {
  main().catch(giveUp);
}
