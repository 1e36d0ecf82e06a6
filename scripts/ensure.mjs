// What must be true before anything else runs: a Node that is new enough, the packages of the lock file, some room on the disk.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './children.mjs';
import { explainDisk, Refusal } from './refusal.mjs';

/** The folder of the clone. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

const OLDEST_NODE = 20;
const OUR_NODE = 24;
const ROOM_TO_INSTALL_BYTES = 1024 ** 3;
const MODULES = path.join(ROOT, 'node_modules');
const STAMP = path.join(MODULES, '.jishi-lock');

/** The Node that runs our TypeScript as it is: the one npm installed, or on a Mac the developer's own. */
export function ourNode() {
  const installed = path.join(MODULES, '.bin/node');
  return fs.existsSync(installed) ? installed : process.execPath;
}

/** The PATH of our children: our Node and our tools first, whoever started us. */
export function ourPath() {
  return `${path.join(MODULES, '.bin')}${path.delimiter}${process.env.PATH ?? ''}`;
}

/** @param {string} [version] */
export function refuseOldNode(version = process.versions.node) {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return;
  throw new Refusal(
    `Node.js ${version} 太旧，集市需要 ${OLDEST_NODE} 或更高版本。请从 https://nodejs.org 安装后重试。`,
  );
}

/**
 * Runs `npm ci` when node_modules is not what package-lock.json says.
 * @param {(line: string) => void} say
 */
export async function ensureInstalled(say) {
  const lockFile = path.join(ROOT, 'package-lock.json');
  const lock = fs.readFileSync(lockFile, 'utf8');
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === wanted) return;
  refuseUnwritable(ROOT);
  if (!matchesInstalled(lock)) {
    refuseLinkedModules();
    refuseFullDisk(ROOT, ROOM_TO_INSTALL_BYTES);
    say('正在安装依赖（npm ci，首次约一两分钟）……');
    await npmCi();
  }
  fs.writeFileSync(STAMP, wanted);
}

/**
 * Whether npm's own record of what it installed agrees with the lock: then somebody ran `npm install` by hand, and rightly.
 * @param {string} lock
 */
function matchesInstalled(lock) {
  const record = path.join(MODULES, '.package-lock.json');
  if (!fs.existsSync(record)) return false;
  const installed = JSON.parse(fs.readFileSync(record, 'utf8')).packages;
  return Object.entries(JSON.parse(lock).packages).every(([place, wanted]) => {
    // Packages for another platform are in the lock but never on the disk.
    const optional = wanted.optional || wanted.devOptional || wanted.peer || wanted.os || wanted.cpu;
    if (!place.includes('node_modules/') || wanted.link || optional) return true;
    return installed[place]?.version === wanted.version;
  });
}

/** `npm ci` empties node_modules through a link, and with it the packages of whatever folder the link leads to. */
function refuseLinkedModules() {
  const rooms = ['apps', 'packages'].flatMap((floor) =>
    fs.readdirSync(path.join(ROOT, floor)).map((room) => path.join(ROOT, floor, room, 'node_modules')),
  );
  const link = [MODULES, ...rooms].find((place) => fs.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink());
  if (link === undefined) return;
  throw new Refusal(
    `${link} 是一个符号链接（指向 ${fs.readlinkSync(link)}），而依赖需要重新安装：npm ci 会清空链接指向的目录，已停止。请先删除这个链接，再重试。`,
  );
}

/** @param {string} place */
export function refuseUnwritable(place) {
  try {
    fs.accessSync(place, fs.constants.W_OK | fs.constants.X_OK);
    // Root may write anywhere, except where the file system itself is read-only: only trying tells.
    const probe = path.join(place, `.jishi-probe-${process.pid}`);
    fs.writeFileSync(probe, '');
    fs.rmSync(probe);
  } catch (error) {
    throw explainDisk(error, place);
  }
}

/** @param {string} place @param {number} needed */
export function refuseFullDisk(place, needed) {
  const { bavail, bsize } = fs.statfsSync(place);
  if (bavail * bsize >= needed) return;
  const left = Math.floor((bavail * bsize) / 1024 ** 2);
  const want = Math.ceil(needed / 1024 ** 2);
  throw new Refusal(`磁盘空间不足：${place} 所在的磁盘只剩 ${left} MB，需要至少 ${want} MB。请清理后重试。`);
}

async function npmCi() {
  // npm removes node_modules first. It must not run on the Node that lives in there.
  const outside = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(MODULES))
    .join(path.delimiter);
  const { code, output } = await runToEnd({
    name: 'npm ci',
    program: 'npm',
    args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    cwd: ROOT,
    // One package counts its installations over the network; that is nobody's business.
    env: { ...process.env, PATH: outside, SCARF_ANALYTICS: 'false' },
  });
  if (code === 127) throw new Refusal('没有找到 npm。请确认 Node.js 安装完整，npm 在 PATH 中。');
  if (code !== 0) throw explainNpm(output);
}

/** @param {string} output */
function explainNpm(output) {
  if (/ENOSPC|no space left/i.test(output)) return new Refusal('安装依赖时磁盘已满。请腾出至少 1 GB 空间后重试。');
  if (/EACCES|EROFS|EPERM/.test(output)) return new Refusal(`安装依赖时没有权限写入 ${MODULES}。请检查目录的所有者。`);
  if (/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN/.test(output)) {
    return new Refusal('安装依赖时连不上 npm 源。请检查网络或 npm 的 registry 设置后重试。');
  }
  return new Refusal(`安装依赖失败（npm ci）：\n${output.trim().split('\n').slice(-15).join('\n')}`);
}

/**
 * Our TypeScript needs the Node that npm has just installed; the one that started us may be older. When it is, the whole
 * command runs again under ours, and the promise never settles.
 * @param {string} script the path of the running script
 * @returns {Promise<void>}
 */
export async function continueUnderOurNode(script) {
  if (Number.parseInt(process.versions.node, 10) >= OUR_NODE) return;
  const node = ourNode();
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (Number.parseInt(String(stdout).replace(/^v/, ''), 10) >= OUR_NODE) return runAgain(node, script);
  throw new Refusal(
    `没有适用于 ${process.platform}-${process.arch} 的自带 Node.js ${OUR_NODE}。请自行安装 Node.js ${OUR_NODE} 或更高版本后重试。`,
  );
}

/** @param {string} node @param {string} script @returns {Promise<never>} */
function runAgain(node, script) {
  // The channel tells the child that we died, should we be killed without a word.
  const child = spawn(node, [script, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: ourPath() },
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise(() => {
    child.once('exit', (code) => process.exit(code ?? 1));
  });
}
