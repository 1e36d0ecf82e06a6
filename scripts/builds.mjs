// Builds the web pages that the server hands out, only when their sources changed since the last time.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import util from 'node:util';
import { runToEnd } from './children.mjs';
import { ourNode, ourPath, ROOT } from './ensure.mjs';
import { explainDisk, Refusal } from './refusal.mjs';

/**
 * @typedef {object} Build
 * @property {string} name how people call it
 * @property {string} folder the workspace, seen from the root
 * @property {string[]} command
 * @property {string} out what it makes, seen from the root
 * @property {string[]} proof files without which the result is worth nothing
 */

const taro = 'node_modules/@tarojs/cli/bin/taro';

/** @type {{ admin: Build, shopH5: Build, shopWeapp: Build }} */
export const builds = {
  admin: {
    name: '管理后台',
    folder: 'apps/admin',
    command: ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
    out: 'apps/admin/dist',
    proof: ['index.html'],
  },
  // Taro can end well and leave an almost empty folder: the proof is the page itself.
  shopH5: {
    name: '商城 H5',
    folder: 'apps/shop',
    command: [taro, 'build', '--type', 'h5'],
    out: 'apps/shop/dist/h5',
    proof: ['index.html'],
  },
  shopWeapp: {
    name: '商城小程序',
    folder: 'apps/shop',
    command: [taro, 'build', '--type', 'weapp'],
    out: 'apps/shop/dist/weapp',
    proof: ['app.json', 'app.js'],
  },
};

/** @param {Build} build @returns {boolean} whether what lies there was made from today's sources */
export function isFresh(build) {
  const stamp = path.join(ROOT, build.out, '.jishi-build');
  return hasProof(build) && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === sourcesHash(build);
}

/** @param {Build} build */
function hasProof(build) {
  return build.proof.every((file) => fs.existsSync(path.join(ROOT, build.out, file)));
}

/** @param {Build} build */
export function sourcesHash(build) {
  const hash = createHash('sha256').update(build.command.join(' '));
  for (const folder of [build.folder, 'packages/contract']) addFolder(hash, path.join(ROOT, folder));
  for (const file of ['package-lock.json', 'tsconfig.base.json']) hash.update(fs.readFileSync(path.join(ROOT, file)));
  return hash.digest('hex');
}

/** @param {import('node:crypto').Hash} hash @param {string} folder */
function addFolder(hash, folder) {
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (['node_modules', 'dist', 'test', '.swc'].includes(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, file);
    else if (entry.isFile()) hash.update(path.relative(ROOT, file)).update('\0').update(fs.readFileSync(file));
  }
}

/** @param {Build} build @returns {Promise<{ ok: boolean, output: string }>} */
export async function runBuild(build) {
  // Taken first: a file edited while we build makes the result stale, not wrongly fresh.
  const hash = sourcesHash(build);
  const out = path.join(ROOT, build.out);
  fs.rmSync(out, { recursive: true, force: true });
  const { code, output: coloured } = await run(build);
  const output = util.stripVTControlCharacters(coloured);
  if (code !== 0) return { ok: false, output };
  if (!hasProof(build)) return { ok: false, output: `${output}\n${build.out} 缺少 ${build.proof.join('、')}` };
  fs.writeFileSync(path.join(out, '.jishi-build'), hash);
  return { ok: true, output };
}

/** @param {Build} build */
function run(build) {
  const [program = '', ...args] = build.command;
  return runToEnd({
    name: build.name,
    program: ourNode(),
    args: [path.join(ROOT, program), ...args],
    cwd: path.join(ROOT, build.folder),
    env: {
      ...process.env,
      PATH: ourPath(),
      NODE_ENV: 'production',
      CI: '1',
      NO_COLOR: '1',
      BROWSERSLIST_IGNORE_OLD_DATA: '1',
    },
  });
}

/**
 * @param {Build} build @param {(line: string) => void} say
 */
export async function ensureBuilt(build, say) {
  if (!fs.existsSync(path.join(ROOT, build.folder, 'package.json')))
    throw new Refusal(`缺少 ${build.folder}，无法构建。`);
  if (isFresh(build)) return;
  say(`正在构建${build.name}……`);
  const started = performance.now();
  const { ok, output } = await runBuild(build).catch((error) => {
    throw explainDisk(error, build.out);
  });
  if (!ok && /ENOSPC|no space left/i.test(output)) throw new Refusal(`构建${build.name}时磁盘已满。请腾出空间后重试。`);
  if (!ok) throw new Refusal(`构建${build.name}失败：\n${output.trim().split('\n').slice(-30).join('\n')}`);
  say(`${build.name}构建完成（${((performance.now() - started) / 1000).toFixed(1)} 秒）`);
}

/**
 * Builds again whenever a source changes; a mistake in one is shown and waits for its correction.
 * @param {Build} build @param {(line: string) => void} say
 */
export function rebuildOnChange(build, say) {
  let working = false;
  let again = false;
  const rebuild = async () => {
    again = working;
    if (working) return;
    working = true;
    await ensureBuilt(build, say).catch((error) => say(error instanceof Error ? error.message : String(error)));
    working = false;
    if (again) void rebuild();
  };
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  for (const folder of [`${build.folder}/src`, 'packages/contract/src']) {
    fs.watch(path.join(ROOT, folder), { recursive: true }, () => {
      // An editor saves in several steps.
      clearTimeout(timer);
      timer = setTimeout(() => void rebuild(), 300);
    });
  }
}
