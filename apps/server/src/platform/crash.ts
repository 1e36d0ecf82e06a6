// Places where tests kill the process, to prove that nothing is lost there. In production CRASH_AT is refused.

let crashAt: string | undefined;

/** Set once at start from the configuration. */
export function armCrash(name: string | undefined): void {
  crashAt = name;
}

/** Ends the process as a power cut would, when the configuration names this place. */
export function crashPoint(name: string): void {
  if (crashAt === name) process.kill(process.pid, 'SIGKILL');
}
