// Load by wrk: one answer per measurement, with percentiles, and medians over measurements taken in turn.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

export type Load = {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
  /** Answers other than 2xx and 3xx, and broken connections: a row with any is not worth reading. */
  errors: number;
};

export type LoadWish = {
  url: string;
  connections: number;
  seconds: number;
  headers?: Record<string, string>;
  /**
   * Lua for wrk, instead of asking for `url` again and again: it defines `request`. Every connection runs in one thread,
   * so a counter in it is never raced.
   */
  script?: string;
};

/** wrk tells its figures through us, so that nothing has to be read out of prose. */
const TELL = `
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\nBENCH %d %d %d %d %d\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`;

let scripts = 0;

export async function load(dir: string, wish: LoadWish): Promise<Load> {
  const file = path.join(dir, `load-${process.pid}-${(scripts += 1)}.lua`);
  await writeFile(file, `${wish.script ?? ''}\n${TELL}`);
  const args = ['-t1', `-c${wish.connections}`, `-d${wish.seconds}s`, '--timeout', '10s', '-s', file];
  for (const [name, value] of Object.entries(wish.headers ?? {})) args.push('-H', `${name}: ${value}`);
  const said = await output('wrk', [...args, wish.url]);
  const figures = /BENCH (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(said);
  if (!figures) throw new Error(`wrk 没有给出结果：\n${said}`);
  const [requests = 0, micros = 1, p50 = 0, p99 = 0, errors = 0] = figures.slice(1).map(Number);
  return { perSecond: requests / (micros / 1e6), p50Ms: p50 / 1000, p99Ms: p99 / 1000, requests, errors };
}

/** Every connection does `one` as fast as it is answered, until it says that it has nothing left to do or time is up. */
export async function busy(
  connections: number,
  seconds: number,
  /** How much was done; 0 when there is nothing left. */
  one: () => Promise<number>,
): Promise<Load> {
  const times: number[] = [];
  let [done, errors] = [0, 0];
  const from = performance.now();
  const until = from + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let before = performance.now(); before < until;) {
        const count = await one().catch(() => {
          errors += 1;
          return null;
        });
        if (count === 0) return;
        done += count ?? 0;
        const now = performance.now();
        times.push(now - before);
        before = now;
      }
    }),
  );
  const tookSeconds = (performance.now() - from) / 1000;
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN;
  return { perSecond: done / tookSeconds, p50Ms: at(0.5), p99Ms: at(0.99), requests: times.length, errors };
}

/** What a program says; its own words when it fails. */
export function output(program: string, args: readonly string[], env = process.env): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const keep = (chunk: Buffer) => {
      said += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(said) : reject(new Error(`${program} 失败：\n${said}`))));
  });
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** The median of each figure; errors are never averaged away. */
export function medianOf(loads: readonly Load[]): Load {
  const of = (pick: (load: Load) => number) => median(loads.map(pick));
  return {
    perSecond: of((load) => load.perSecond),
    p50Ms: of((load) => load.p50Ms),
    p99Ms: of((load) => load.p99Ms),
    requests: loads.reduce((sum, load) => sum + load.requests, 0),
    errors: loads.reduce((sum, load) => sum + load.errors, 0),
  };
}

/** Runs every measurement once per round, so that a slow minute of the machine hits all of them alike. */
export async function inTurn<K extends string>(
  rounds: number,
  runs: Record<K, () => Promise<Load>>,
): Promise<Record<K, Load>> {
  const names = Object.keys(runs) as K[];
  const found = new Map<K, Load[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) found.get(name)?.push(await runs[name]());
  }
  return Object.fromEntries(names.map((name) => [name, medianOf(found.get(name) ?? [])])) as Record<K, Load>;
}
