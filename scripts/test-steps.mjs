// What `npm test` checks besides the tests themselves: format, lint, types and builds, each counted as one test.
import fs from 'node:fs';
import path from 'node:path';
import { builds, isFresh, runBuild } from './builds.mjs';
import { startChild } from './children.mjs';
import { ourNode, ourPath, ROOT } from './ensure.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {'check' | 'build'} kind
 * @property {string} [alone] steps with the same word here never run at the same time
 * @property {() => Promise<{ ok: boolean, output: string, note?: string }>} run
 */

const STEP_TIMEOUT_MS = 8 * 60_000;
const exists = (/** @type {string} */ file) => fs.existsSync(path.join(ROOT, file));

/** @returns {Step[]} the steps of the rooms that exist */
export function listSteps() {
  return [
    tool('格式 oxfmt', ['node_modules/oxfmt/bin/oxfmt', '--check', '.']),
    tool('静态检查 oxlint', ['node_modules/oxlint/bin/oxlint', '--deny-warnings', '.']),
    ...build('shopH5', '商城 H5'),
    ...build('admin', '管理后台'),
    ...types('apps/server'),
    ...types('apps/server/test/browser'),
    ...types('packages/contract'),
    ...types('packages/wechat'),
    ...types('apps/wechat-sim'),
    ...types('scripts'),
    ...types('bench'),
    ...types('apps/admin', 'node_modules/vue-tsc/bin/vue-tsc.js'),
    ...types('apps/shop', shopCompiler()),
    ...build('shopWeapp', '商城小程序'),
  ];
}

/** The tests that look at what was built, and which builds those are. */
const LOOK_AT_BUILDS = /** @type {const} */ ([
  {
    folder: 'apps/server/test/browser',
    which: [
      ['shopH5', '商城 H5'],
      ['admin', '管理后台'],
    ],
  },
  { folder: 'apps/shop/test', only: 'weapp', which: [['shopWeapp', '商城小程序']] },
]);

/**
 * What must be built anew before the tests that these filters choose: a page that was just changed would else be tested
 * as it was before.
 * @param {string[]} filters @returns {Step[]}
 */
export function buildsFor(filters) {
  return LOOK_AT_BUILDS.flatMap((one) => {
    const files = exists(one.folder) ? fs.readdirSync(path.join(ROOT, one.folder)) : [];
    const isChosen = files
      .filter((file) => file.endsWith('.test.ts') && file.startsWith('only' in one ? one.only : ''))
      .some((file) => filters.some((filter) => `${one.folder}/${file}`.includes(filter)));
    return isChosen ? one.which.flatMap(([which, name]) => build(which, name)) : [];
  });
}

/** Taro's own types need TypeScript 5, which npm may keep beside the shop. */
function shopCompiler() {
  const own = 'apps/shop/node_modules/typescript/bin/tsc';
  return exists(own) ? own : 'node_modules/typescript/bin/tsc';
}

/** @param {string} folder @param {string} [compiler] @returns {Step[]} */
function types(folder, compiler = 'node_modules/typescript7/bin/tsc') {
  if (!exists(`${folder}/tsconfig.json`)) return [];
  return [tool(`类型 ${folder}`, [compiler, '--noEmit', '-p', `${folder}/tsconfig.json`])];
}

/** @param {string} name @param {string[]} args @returns {Step} */
function tool(name, args) {
  return { name, kind: 'check', run: () => runBounded(name, args) };
}

/** @param {string} name @param {string[]} args @returns {Promise<{ ok: boolean, output: string }>} */
async function runBounded(name, args) {
  const child = startChild({
    name,
    program: ourNode(),
    args,
    cwd: ROOT,
    env: { ...process.env, PATH: ourPath() },
  });
  const timer = setTimeout(() => void child.stop(), STEP_TIMEOUT_MS);
  const { code, stopped } = await child.ended;
  clearTimeout(timer);
  const late = stopped ? `\n超过 ${STEP_TIMEOUT_MS / 60_000} 分钟，已停止` : '';
  return { ok: code === 0 && !stopped, output: child.tail() + late };
}

/** @param {keyof typeof builds} which @param {string} name @returns {Step[]} */
function build(which, name) {
  const one = builds[which];
  // A room that has only its package.json so far cannot be built.
  if (!exists(`${one.folder}/tsconfig.json`)) return [];
  return [
    {
      name: `构建 ${name}`,
      kind: 'build',
      // Both shop builds write the same caches.
      alone: one.folder,
      run: async () => (isFresh(one) ? { ok: true, output: '', note: '源码未变' } : runBuild(one)),
    },
  ];
}

/**
 * Runs the steps, two at a time: that is what two cores bear.
 * @template Result
 * @param {Step[]} steps @param {(step: Step) => Promise<Result>} run @returns {Promise<Result[]>} in the order of the steps
 */
export async function twoAtATime(steps, run) {
  /** @type {Map<Step, Result>} */
  const results = new Map();
  const waiting = [...steps];
  /** @type {Set<string>} */
  const busy = new Set();
  /** @type {(() => void)[]} */
  let sleepers = [];
  const lane = async () => {
    while (waiting.length > 0) {
      const at = waiting.findIndex((step) => step.alone === undefined || !busy.has(step.alone));
      const step = waiting[at];
      if (!step) {
        await new Promise((resolve) => sleepers.push(() => resolve(undefined)));
        continue;
      }
      waiting.splice(at, 1);
      if (step.alone !== undefined) busy.add(step.alone);
      results.set(step, await run(step));
      if (step.alone !== undefined) busy.delete(step.alone);
      for (const wake of sleepers) wake();
      sleepers = [];
    }
  };
  await Promise.all([lane(), lane()]);
  return steps.flatMap((step) => results.get(step) ?? []);
}
