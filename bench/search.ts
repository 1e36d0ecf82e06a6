// Searching in Chinese: 500 words as often as people ask for them, and the same words where each question is a new one.
import { readFileSync } from 'node:fs';
import { wordsOf } from './fill.ts';
import type { Load } from './load.ts';
import { CONNECTIONS, inTurnThrough } from './reads.ts';
import type { Part, Row } from './part.ts';

const WORDS = 500;
const QUESTIONS = 6000;
/** Words that no product has: one question in fifty. */
const NONE = ['宇宙飞船', '不存在', '量子纠缠'];
/** Linux counts the time of a process in these. */
const TICKS_PER_SECOND = 100;

/** The n-th word is asked for 1/n as often as the first (Zipf): the words of a shop look like this. */
function asPeopleAsk(words: readonly string[]): string[] {
  const ends: number[] = [];
  for (const index of words.keys()) ends.push((ends.at(-1) ?? 0) + 1 / (index + 1));
  const total = ends.at(-1) ?? 1;
  let seed = 42;
  return Array.from({ length: QUESTIONS }, (_, i) => {
    if (i % 50 === 0) return NONE[(i / 50) % NONE.length] ?? '';
    // The same draw in every run.
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const at = (seed / 2_147_483_648) * total;
    return words[ends.findIndex((end) => end > at)] ?? '';
  });
}

const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};

export const search: Part = {
  name: 'search',
  run: async (ctx) => {
    const asked = asPeopleAsk(wordsOf(WORDS));
    const url = (word: string, more = '') => `/api/v1/products?q=${encodeURIComponent(word)}${more}`;
    const scripts = {
      mix: inTurnThrough(asked.map((word) => url(word))),
      // Another price bound makes another question, so that no memory of answers can help.
      distinct: inTurnThrough(asked.map((word, i) => url(word, `&maxFen=${1_000_000 + i}`))),
    };
    const ask = (connections: number, script: string) =>
      ctx.load({ url: ctx.shop.api, connections, seconds: ctx.sizes.seconds, script });
    await ask(16, scripts.distinct);
    const shares = { mix: [] as number[], distinct: [] as number[] };
    const watched = (kind: keyof typeof shares, connections: number) => async (): Promise<Load> => {
      const [cpu, at] = [cpuSeconds(ctx.shop.pid), performance.now()];
      const load = await ask(connections, scripts[kind]);
      shares[kind].push((cpuSeconds(ctx.shop.pid) - cpu) / ((performance.now() - at) / 1000));
      return load;
    };
    const found = await ctx.inTurn({
      mix: watched('mix', CONNECTIONS),
      few: watched('distinct', 8),
      distinct: watched('distinct', CONNECTIONS),
    });
    return rowsOf(found, shares);
  },
};

function rowsOf(found: Record<'mix' | 'few' | 'distinct', Load>, shares: { mix: number[]; distinct: number[] }): Row[] {
  const cpu = (all: readonly number[]) => `服务器用 ${Math.round(Math.max(...all) * 100)}% 个核`;
  const isMet = (load: Load) => load.p99Ms < 30;
  const words = `${WORDS} 个 1–4 字的词，按 1/n 的频率`;
  return [
    { what: '中文搜索，64 个连接', ours: found.mix, aim: 'p99 < 30', isMet: isMet(found.mix), note: `${words}，${cpu(shares.mix)}` },
    { what: '同上，每次不同的问题，8 个连接', ours: found.few, aim: 'p99 < 30', isMet: isMet(found.few), note: '记忆帮不上忙' },
    { what: '同上，每次不同的问题，64 个连接', ours: found.distinct, note: `记忆帮不上忙，${cpu(shares.distinct)}` },
  ]; // prettier-ignore
}
