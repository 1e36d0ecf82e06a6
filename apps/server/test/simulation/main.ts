// `npm run simulate -- --seed 7 --steps 2000`: tells stories, one after the other, and the shortest version of one that ends badly.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { putIn } from './bugs.ts';
import type { Stage, Tale } from './tale.ts';

const { values: asked } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    steps: { type: 'string', default: '2000' },
    /** Puts a known bug into the server first, and stops when a story has found it. */
    bug: { type: 'string' },
    /** Does so with every known bug, and prints which story has found it. */
    hunt: { type: 'boolean', default: false },
    /** Prints every step of a good story too. */
    story: { type: 'boolean', default: false },
    /** How long the search for a shorter story may take. */
    minutes: { type: 'string', default: '2' },
  },
});

// What the server is made of is read only after the bug is in its place.
if (asked.bug !== undefined) putIn(asked.bug);
const { makeTemplate } = await import('../postgres.ts');
const { tellBadEnd } = await import('./ending.ts');
const { write } = await import('./story.ts');
const { tell } = await import('./tale.ts');

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  if (asked.hunt) return (await import('./hunt.ts')).hunt(asked, say);
  const { stage, stop } = await openStage();
  let failures = 0;
  try {
    for (let seed = Number(asked.seed); seed < Number(asked.seed) + Number(asked.seeds); seed += 1) {
      const tale = await tell(stage, seed, Number(asked.steps));
      if (asked.story) for (const { step, said } of tale.told) say(`${write(step)}  -> ${said}`);
      if (tale.broken) failures += 1;
      say(summary(seed, tale));
      if (tale.broken) say(await tellBadEnd(stage, seed, tale, Number(asked.minutes) * 60));
      if (tale.broken && asked.bug !== undefined) break;
    }
  } finally {
    await stop();
  }
  return failures;
}

function summary(seed: number, { told, broken, seconds, cpuSeconds }: Tale): string {
  const end = broken ? `BROKEN at step ${broken.at}: ${broken.law}` : 'good';
  return `seed ${seed}: ${told.length} steps, ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of work), ${end}`;
}

async function openStage(): Promise<{ stage: Stage; stop(): Promise<void> }> {
  const template = 'jishi_simulation';
  const outside = process.env['TEST_DATABASE_URL'];
  if (outside) {
    await makeTemplate(outside, template);
    return { stage: { server: outside, template }, stop: async () => {} };
  }
  const script = new URL('../../../../scripts/postgres.mjs', import.meta.url);
  const { startPostgres } = (await import(script.href)) as {
    startPostgres(options: { dir: string; fsync: boolean }): Promise<{ url: string; stop(): Promise<void> }>;
  };
  const dir = await mkdtemp(path.join(tmpdir(), 'jishi-simulate-'));
  await chmod(dir, 0o755);
  const server = await startPostgres({ dir: path.join(dir, 'pg'), fsync: false });
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  await makeTemplate(server.url, template);
  return { stage: { server: server.url, template }, stop };
}

main().then(
  (failures) => process.exit(failures === 0 ? 0 : 1),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
