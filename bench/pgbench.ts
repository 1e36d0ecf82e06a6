// Load by pgbench: what PostgreSQL itself reaches with a script of statements.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { output, type Load } from './load.ts';
import type { Ctx } from './part.ts';

/** One measurement by pgbench; its log has the time of every transaction. */
export async function pgbench(ctx: Ctx, name: string, script: string, connections: number): Promise<Load> {
  const file = path.join(ctx.dir, `${name}.sql`);
  const log = path.join(ctx.dir, `${name}.times`);
  await writeFile(file, script);
  const said = await output('pgbench', [
    '-n',
    '-l',
    `--log-prefix=${log}`,
    '--protocol=prepared',
    `--client=${connections}`,
    '--jobs=1',
    `--time=${ctx.sizes.seconds}`,
    `--file=${file}`,
    ctx.databaseUrl(ctx.database),
  ]);
  const perSecond = Number(/tps = ([\d.]+)/.exec(said)?.[1] ?? Number.NaN);
  const failed = Number(/number of failed transactions: (\d+)/.exec(said)?.[1] ?? 0);
  const times: number[] = [];
  for (const one of await readdir(ctx.dir)) {
    if (!one.startsWith(`${name}.times`)) continue;
    const text = await readFile(path.join(ctx.dir, one), 'utf8');
    for (const line of text.trim().split('\n')) times.push(Number(line.split(' ')[2]) / 1000);
    await rm(path.join(ctx.dir, one));
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN;
  return { perSecond, p50Ms: at(0.5), p99Ms: at(0.99), requests: times.length, errors: failed };
}
