// Places where tests kill the process, to prove that nothing is lost there. In production CRASH_AT is refused.

let crashAt: string | undefined;
let passesLeft = 1;

/** Set once at start from the configuration: `name` dies at the first pass of that place, `name#3` at the third. */
export function armCrash(where: string | undefined): void {
  const [name, pass] = where?.split('#') ?? [];
  crashAt = name;
  passesLeft = Number(pass ?? 1);
}

/** Ends the process as a power cut would, when the configuration names this place. */
export function crashPoint(name: string): void {
  if (crashAt !== name) return;
  passesLeft -= 1;
  if (passesLeft === 0) process.kill(process.pid, 'SIGKILL');
}
