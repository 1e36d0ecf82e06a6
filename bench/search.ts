// Searching in Chinese: words that many goods have, few, and none; each request asks for another word.
import { CONNECTIONS, inTurnThrough } from './reads.ts';
import type { Part } from './part.ts';

const COMMON = ['保温杯', '蓝牙耳机', '双肩包', '乌龙茶', '轻薄', '家用 台灯', '山野', '防水 行李箱'];
const RARE = ['保温杯 17号', '云杉 复古 键盘', '坚果礼盒 1234号', '青禾 雨伞 99号'];
const NONE = ['宇宙飞船', '不存在的东西', '量子纠缠'];

export const search: Part = {
  name: 'search',
  run: async (ctx) => {
    const paths = [...COMMON, ...RARE, ...NONE].flatMap((word) =>
      // Another price bound makes another question, so that no memory of answers can help.
      Array.from({ length: 200 }, (_, i) => `/api/v1/products?q=${encodeURIComponent(word)}&maxFen=${1_000_000 + i}`),
    );
    const shuffled = paths.map((_, i) => paths[(i * 977) % paths.length] ?? '');
    const script = inTurnThrough(shuffled);
    const url = ctx.shop.api;
    const ask = (connections: number) => ctx.load({ url, connections, seconds: ctx.sizes.seconds, script });
    await ctx.load({ url, connections: 16, seconds: 1, script });
    const { few, many } = await ctx.inTurn({ few: () => ask(8), many: () => ask(CONNECTIONS) });
    return [
      {
        what: '中文搜索，8 个连接',
        ours: few,
        aim: 'p99 < 30',
        isMet: few.p99Ms < 30,
        note: '每次不同的问题，不靠记忆',
      },
      {
        what: '中文搜索，64 个连接',
        ours: many,
        aim: 'p99 < 30',
        isMet: many.p99Ms < 30,
        note: '每次不同的问题，不靠记忆',
      },
    ];
  },
};
