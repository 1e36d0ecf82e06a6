// The hunt: puts each known bug into a server of its own, tells stories until one finds it, and prints what found it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BUGS } from './bugs.ts';

const MAIN = new URL('main.ts', import.meta.url).pathname;
const FOUND = /^seed (\d+): .*BROKEN at step (\d+): (.*)$/m;

/** A row of docs/simulation.md for each bug; answers how many were not found. */
export async function hunt(
  asked: { seed: string; seeds: string; steps: string },
  say: (line: string) => void,
): Promise<number> {
  say('| bug | what it does | found by | law |\n| --- | --- | --- | --- |');
  let missed = 0;
  for (const { name, says } of BUGS) {
    const stories = ['--seed', asked.seed, '--seeds', asked.seeds, '--steps', asked.steps];
    // A story that ends badly ends the child with 1: that is what we are here for.
    const told = await promisify(execFile)(process.execPath, [MAIN, '--bug', name, ...stories, '--minutes', '0']).catch(
      (error: { stdout: string }) => error,
    );
    const [, seed, step, law] = FOUND.exec(told.stdout) ?? [];
    if (seed === undefined) missed += 1;
    say(`| \`${name}\` | ${says} | ${seed === undefined ? 'nobody' : `seed ${seed}, step ${step}`} | ${law ?? ''} |`);
  }
  return missed;
}
