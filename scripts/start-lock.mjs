// One start at a time in one clone: the lock names the process, and a lock left by a killed one is taken over.
import fs from 'node:fs';
import path from 'node:path';
import { ourselves, readIdentity } from './processes.mjs';
import { codeOf, explainDisk, Refusal } from './refusal.mjs';

/**
 * @param {string} folder
 * @returns {{ release: () => void, tookOver: boolean }} `tookOver`: the start before us died without cleaning up
 */
export function takeLock(folder) {
  const file = path.join(folder, 'start.lock');
  const holder = findHolder(folder);
  if (holder !== undefined) {
    throw new Refusal(`集市已经在运行（进程 ${holder}）。请先在那个终端按 Ctrl-C，或执行 kill ${holder}。`);
  }
  const tookOver = fs.existsSync(file);
  try {
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, JSON.stringify(ourselves()), { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new Refusal('另一个 npm start 正在启动，请等它完成或先结束它。');
    throw explainDisk(error, file);
  }
  return { tookOver, release: () => fs.rmSync(file, { force: true }) };
}

/** @param {string} folder @returns {number | undefined} the process that holds the lock of this folder, when it is alive */
export function findHolder(folder) {
  const holder = readIdentity(path.join(folder, 'start.lock'));
  return holder && holder.pid !== process.pid ? holder.pid : undefined;
}
