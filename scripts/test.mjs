// `npm test`: every check, build and test on a fresh machine. The last line is `N passed, N failed, N skipped`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startChild, stopChildren } from './children.mjs';
import { continueUnderOurNode, ensureInstalled, ourNode, ourPath, refuseOldNode, ROOT } from './ensure.mjs';
import { Refusal } from './refusal.mjs';
import { buildsFor, listSteps, twoAtATime } from './test-steps.mjs';

/** @typedef {{ name: string, ok: boolean, seconds: number }} Outcome */
/** @typedef {import('./test-reporter.mjs').Report} Report */

const TIDY = 'apps/server/test/tidy.test.ts';
// Far above what the suite takes; a hang must end as a failure, not as a silent machine.
const SUITE_TIMEOUT_MS = 45 * 60_000;

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

async function main() {
  refuseOldNode();
  const { onlyCheck, filters } = readArguments(process.argv.slice(2));
  const started = performance.now();
  await ensureInstalled(say);
  await continueUnderOurNode(path.join(ROOT, 'scripts/test.mjs'));
  stopOnSignals();

  const steps =
    filters.length > 0 ? buildsFor(filters) : listSteps().filter((step) => !onlyCheck || step.kind === 'check');
  const outcomes = await twoAtATime(steps, perform);
  const hasTidy = fs.existsSync(path.join(ROOT, TIDY));
  const report = onlyCheck && !hasTidy ? emptyReport() : await runSuite(onlyCheck ? [TIDY] : filters);
  return summarise(outcomes, report, (performance.now() - started) / 1000);
}

/** @param {string[]} args */
function readArguments(args) {
  const onlyCheck = args.includes('--only=check');
  const filters = args.filter((arg) => !arg.startsWith('--'));
  const unknown = args.find((arg) => arg.startsWith('--') && arg !== '--only=check');
  if (unknown !== undefined) {
    throw new Refusal(`不认识的选项 ${unknown}。用法：npm test [-- --only=check | 测试文件名的一部分……]`);
  }
  return { onlyCheck, filters };
}

/** @param {import('./test-steps.mjs').Step} step @returns {Promise<Outcome>} */
async function perform(step) {
  const started = performance.now();
  const { ok, output, note } = await step
    .run()
    .catch((error) => ({ ok: false, output: String(error), note: undefined }));
  const seconds = (performance.now() - started) / 1000;
  say(`${ok ? '✓' : '✗'} ${step.name}（${note ?? `${seconds.toFixed(1)} 秒`}）`);
  if (!ok) say(indent(output));
  return { name: step.name, ok, seconds };
}

/** @param {string} text */
const indent = (text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

/** @returns {Report} */
const emptyReport = () => ({ passed: 0, failed: 0, failures: [], skipped: [], rooms: [] });

/** @param {string[]} filters @returns {Promise<Report>} */
async function runSuite(filters) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jishi-test-report-'));
  const file = path.join(folder, 'report.json');
  say('\n运行测试（vitest）……');
  const child = startChild({
    name: 'vitest',
    program: ourNode(),
    args: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      `--reporter=${path.join(ROOT, 'scripts/test-reporter.mjs')}`,
      ...filters,
    ],
    cwd: ROOT,
    env: { ...process.env, PATH: ourPath(), TEST_REPORT: file },
    show: true,
  });
  const timer = setTimeout(() => void child.stop(), SUITE_TIMEOUT_MS);
  const { code, stopped } = await child.ended;
  clearTimeout(timer);
  const report = readReport(file);
  fs.rmSync(folder, { recursive: true, force: true });
  if (stopped) report.failures.push(`超过 ${SUITE_TIMEOUT_MS / 60_000} 分钟，测试已被停止`);
  else if (code !== 0 && report.failed === 0) report.failures.push(`vitest 以退出码 ${code} 结束`);
  // Whatever ended badly without a failed test still is a failure.
  if (report.failures.length > report.failed) report.failed = report.failures.length;
  return report;
}

/** @param {string} file @returns {Report} */
function readReport(file) {
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'));
  return { ...emptyReport(), failures: ['vitest 没有写出结果'] };
}

/** @param {Outcome[]} outcomes @param {Report} report @param {number} seconds @returns {number} the exit code */
function summarise(outcomes, report, seconds) {
  say(`\n各步骤用时（共 ${formatTime(seconds)}）`);
  for (const { name, ok, seconds: taken } of outcomes) say(`  ${ok ? '✓' : '✗'} ${name}  ${formatTime(taken)}`);
  for (const { room, tests, seconds: taken } of report.rooms)
    say(`    测试 ${room}  ${tests} 项  ${formatTime(taken)}`);

  const failedSteps = outcomes.filter(({ ok }) => !ok).map(({ name }) => name);
  if (report.skipped.length > 0) say('\n跳过的测试');
  for (const { name, reason } of report.skipped) say(`  - ${name}：${reason}`);
  if (failedSteps.length + report.failures.length > 0) say('\n失败');
  for (const name of [...failedSteps, ...report.failures]) say(`  ✗ ${name}`);

  const passed = outcomes.length - failedSteps.length + report.passed;
  const failed = failedSteps.length + report.failed;
  say('');
  say(`${passed} passed, ${failed} failed, ${report.skipped.length} skipped`);
  return failed === 0 ? 0 : 1;
}

/** @param {number} seconds */
function formatTime(seconds) {
  return seconds < 60 ? `${seconds.toFixed(1)} 秒` : `${Math.floor(seconds / 60)} 分 ${Math.round(seconds % 60)} 秒`;
}

function stopOnSignals() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => void stopChildren().finally(() => process.exit(130)));
  }
  process.on('disconnect', () => void stopChildren().finally(() => process.exit(1)));
}

// Whoever falls asleep on the way has not succeeded.
process.exitCode = 1;
main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(
      `${error instanceof Refusal ? error.message : error instanceof Error ? error.stack : error}\n`,
    );
    process.exit(1);
  },
);
