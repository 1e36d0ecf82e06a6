// Child processes that never outlive us: started apart from the terminal, stopped gently first, guarded against our sudden death.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * @typedef {object} Child
 * @property {string} name
 * @property {number | undefined} pid
 * @property {Promise<Ending>} ended
 * @property {() => string} tail the last of what it said
 * @property {() => Promise<void>} stop
 */
/** @typedef {{ code: number, signal: NodeJS.Signals | null, stopped: boolean }} Ending */
/**
 * @typedef {object} ChildOptions
 * @property {string} name
 * @property {string} program
 * @property {string[]} args
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {string} [log] a file that receives everything it says
 * @property {boolean} [show] repeat it on our own terminal
 */

const GENTLE_MS = 15_000;
const KEPT_CHARS = 60_000;
/** @type {Set<Child>} */
const alive = new Set();
let closing = false;

/**
 * A shell that waits for the end of a pipe only we hold. When we are gone, however suddenly, it sends the signal.
 * @param {number} target a process, or a negative number for a whole group @param {'INT' | 'TERM'} signal
 * @returns {() => void} call it when the child has ended by itself
 */
export function guard(target, signal) {
  const watch = spawn('/bin/sh', ['-c', 'read _; kill -s "$1" -- "$2"', 'sh', signal, String(target)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
  });
  // A machine without /bin/sh only loses the guard.
  watch.on('error', () => undefined);
  watch.stdin.on('error', () => undefined);
  watch.unref();
  if ('unref' in watch.stdin && typeof watch.stdin.unref === 'function') watch.stdin.unref();
  return () => {
    watch.kill('SIGKILL');
  };
}

/** @param {ChildOptions} options @returns {Child} */
export function startChild({ name, program, args, cwd, env, log, show = false }) {
  if (closing) throw new Error(`${name}: nothing is started any more, we are leaving`);
  const file = log === undefined ? undefined : fs.openSync(log, 'a');
  // A group of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in the right order.
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const unguard = child.pid === undefined ? () => undefined : guard(-child.pid, 'TERM');
  let said = '';
  let stopped = false;
  /** @param {Buffer} chunk */
  const keep = (chunk) => {
    said = (said + chunk.toString()).slice(-KEPT_CHARS);
    if (file !== undefined) fs.writeSync(file, chunk);
    if (show) process.stdout.write(chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  /** @type {Promise<Ending>} */
  const ended = new Promise((resolve) => {
    /** @param {number} code @param {NodeJS.Signals | null} signal */
    const finish = (code, signal) => {
      unguard();
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      if (file !== undefined) fs.closeSync(file);
      alive.delete(self);
      resolve({ code, signal, stopped });
    };
    child.once('error', (error) => {
      said += error.message;
      if (child.pid === undefined) finish(127, null);
    });
    child.once('exit', (code, signal) => {
      // What is still in the pipes belongs to the story, unless a grandchild holds them open.
      void Promise.race([new Promise((closed) => child.once('close', closed)), pause(500)]).then(() =>
        finish(code ?? 1, signal),
      );
    });
  });
  /** @type {Child} */
  const self = {
    name,
    pid: child.pid,
    ended,
    tail: () => said,
    stop: async () => {
      stopped = true;
      child.kill('SIGTERM');
      const inTime = await Promise.race([ended.then(() => true), pause(GENTLE_MS, false, { ref: false })]);
      if (!inTime && child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      await ended;
    },
  };
  alive.add(self);
  return self;
}

/** Stops what was started last first: the server before the things that it uses. */
export async function stopChildren() {
  closing = true;
  for (const child of [...alive].toReversed()) await child.stop();
}

/** The impatient end: a second Ctrl-C. */
export function killChildren() {
  for (const child of alive) if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

/**
 * Runs something to its end.
 * @param {ChildOptions} options @returns {Promise<{ code: number, output: string }>}
 */
export async function runToEnd(options) {
  const child = startChild(options);
  const { code } = await child.ended;
  return { code, output: child.tail() };
}
