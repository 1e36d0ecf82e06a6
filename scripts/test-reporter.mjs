// A vitest reporter for `npm test`: writes the counts, and above all why a test was skipped, to the file named by TEST_REPORT.
import fs from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Report
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} failures
 * @property {{ name: string, reason: string }[]} skipped
 * @property {{ room: string, tests: number, seconds: number }[]} rooms
 */

export default class TestReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    /** @type {Report} */
    const report = { passed: 0, failed: 0, failures: [], skipped: [], rooms: [] };
    for (const module of modules) addModule(report, module);
    for (const error of unhandled) {
      report.failed += 1;
      const message = error && typeof error === 'object' && 'message' in error ? String(error.message) : String(error);
      report.failures.push(`测试之外的错误：${message}`);
    }
    const file = process.env.TEST_REPORT;
    if (file) fs.writeFileSync(file, JSON.stringify(report));
  }
}

/** @param {Report} report @param {import('vitest/node').TestModule} module */
function addModule(report, module) {
  const file = path.relative(process.cwd(), module.moduleId);
  let tests = 0;
  for (const test of module.children.allTests()) {
    tests += 1;
    const result = test.result();
    const name = `${file} > ${test.fullName}`;
    if (result.state === 'passed') report.passed += 1;
    else if (result.state === 'failed') {
      report.failed += 1;
      report.failures.push(name);
    } else {
      report.skipped.push({ name, reason: ('note' in result && result.note) || '没有写明原因' });
    }
  }
  // A file that does not even load, or a hook of the file that fails, has no test to blame.
  for (const error of collectErrors(module)) {
    report.failed += 1;
    report.failures.push(`${file}：${error}`);
  }
  addRoom(report, module.project.name || '其他', tests, module.diagnostic().duration / 1000);
}

/** @param {import('vitest/node').TestModule} module @returns {string[]} */
function collectErrors(module) {
  const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
  return [...module.errors(), ...suites].map((error) => (error.message ?? '').split('\n')[0] ?? '');
}

/** @param {Report} report @param {string} room @param {number} tests @param {number} seconds */
function addRoom(report, room, tests, seconds) {
  const known = report.rooms.find((one) => one.room === room);
  if (known) {
    known.tests += tests;
    known.seconds += seconds;
  } else report.rooms.push({ room, tests, seconds });
}
