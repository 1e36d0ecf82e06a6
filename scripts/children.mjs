// Child processes that never outlive us: started apart from the terminal, stopped in order, and guarded against our sudden death.
import { spawn } from 'node:child_process';

/**
 * A shell that waits for the end of a pipe only we hold. When we are gone, however suddenly, it sends the signal.
 * @param {number} pid @param {'INT' | 'TERM'} signal @returns {() => void} call it when the child has ended by itself
 */
export function guard(pid, signal) {
  const watch = spawn('/bin/sh', ['-c', 'read _; kill -"$1" "$2"', 'sh', signal, String(pid)], {
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
