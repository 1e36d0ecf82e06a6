// Who ordered when in the demo shop: thirty days with quiet mornings, busy evenings and fuller weekends.
import { STORIES, type Story, type StoryName } from './seed.stories.ts';

/** `daysAgo` 0 and `hour` below 0: so many hours before now. */
export type Plan = { daysAgo: number; hour: number; story: Story; remark: string; chance: number };

/** How many orders a day has, Sunday first. */
const OF_WEEKDAY = [8, 4, 4, 5, 5, 6, 9] as const;
/** How often each hour of the day sees an order. */
const OF_HOUR = [6, 2, 1, 0, 0, 1, 3, 8, 14, 24, 32, 34, 40, 30, 22, 24, 25, 26, 30, 46, 62, 70, 52, 24] as const;
const DAYS = 30;
/** A shop that finds its customers: the first days have fewer orders. */
const GROWTH = 0.5;

type Share = readonly [story: StoryName, parts: number];
/** What became of the ordinary orders of a day so long ago. */
const FATES: readonly { from: number; shares: readonly Share[] }[] = [
  {
    from: 16,
    shares: [
      ['completed', 15],
      ['receivedFast', 7],
      ['receivedInTwo', 2],
      ['neverConfirmed', 2],
      ['expired', 2],
      ['cancelled', 1],
      ['closed', 1],
      ['refundedPart', 1],
      ['returned', 1],
    ],
  },
  {
    from: 5,
    shares: [
      ['received', 11],
      ['receivedFast', 9],
      ['receivedInTwo', 2],
      ['expired', 2],
      ['regretted', 1],
      ['dearer', 1],
      ['refundedWhole', 1],
    ],
  },
  {
    from: 2,
    shares: [
      ['shipped', 8],
      ['shippedFast', 5],
      ['shippedSlow', 2],
      ['twoUnderway', 2],
      ['partly', 1],
      ['expired', 1],
      ['cancelled', 1],
    ],
  },
  {
    from: 0,
    shares: [
      ['paid', 6],
      ['shippedFast', 3],
      ['gift', 1],
      ['partly', 1],
      ['expired', 1],
      ['dearer', 1],
    ],
  },
];

/** What must be there to be seen, whatever chance brings. */
const PINNED: readonly (readonly [daysAgo: number, hour: number, story: StoryName])[] = [
  [28, 14.2, 'refused'],
  [26, 20.6, 'returned'],
  [24, 10.3, 'closed'],
  [21, 21.2, 'awaitReturn'],
  [19, 13.4, 'refundedWhole'],
  [17, 20.1, 'withdrawn'],
  [14, 11.6, 'soldOut'],
  [13, 9.8, 'refused'],
  [12, 14.5, 'returned'],
  [11, 19.3, 'refundedPart'],
  [10, 21.5, 'returnedUnpaid'],
  [9, 12.2, 'brokenReturning'],
  [8, 12.4, 'returning'],
  [8, 20.4, 'awaitReturn'],
  [7, 9.3, 'awaitReturn'],
  [6, 15.6, 'closed'],
  [6, 21.7, 'askedBack'],
  [5, 10.4, 'askedBack'],
  [4, 20.9, 'soldOut'],
  [3, 9.9, 'refundedWhole'],
  [3, 16.3, 'shippedSlow'],
  [2, 10.1, 'partly'],
  [2, 20.3, 'twoUnderway'],
  [15, 21.1, 'neverConfirmed'],
  [12, 20.2, 'receivedInTwo'],
  [11, 22.4, 'expired'],
  [9, 18.8, 'regretted'],
  [7, 23.1, 'dearer'],
  [1, 10.8, 'refunding'],
  [1, 14.3, 'partly'],
  [1, 19.2, 'urged'],
  [0, -9.2, 'shippedFast'],
  [0, -7.5, 'askedEarly'],
  [0, -5.1, 'paid'],
  [0, -3.6, 'gift'],
  [0, -2.4, 'paid'],
  [0, -1.7, 'cancelled'],
  [0, -0.9, 'paid'],
  [0, -0.5, 'paid'],
  [0, -0.2, 'unpaid'],
  [0, -0.1, 'unpaid'],
];

const REMARKS = [
  '请用纸箱包装，谢谢',
  '送朋友的，请不要放价格单',
  '放丰巢柜即可',
  '麻烦尽快，周末出门要用',
  '请附赠一张贺卡：生日快乐',
  '工作日白天家里没人，请晚上派送',
  '发货前请检查一下有没有瑕疵',
  '放门卫处，不用打电话',
] as const;

/** The same numbers for everybody, so that a demo looks alike everywhere (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the choices, as often as its parts say. */
function draw<Choice>(shares: readonly (readonly [Choice, number])[], roll: number): Choice | undefined {
  let rest = roll * shares.reduce((sum, [, parts]) => sum + parts, 0);
  return shares.find(([, parts]) => (rest -= parts) < 0)?.[0];
}

/** All orders up to a day that is this weekday (0 is Sunday), in no order. */
export function plansUntil(weekday: number): Plan[] {
  const roll = dice(20_260_401);
  const hours = OF_HOUR.map((parts, hour) => [hour, parts] as const);
  const plan = (daysAgo: number, hour: number, story: StoryName): Plan => ({
    daysAgo,
    hour,
    story: STORIES[story],
    remark: roll() < 0.16 ? (REMARKS[Math.floor(roll() * REMARKS.length)] ?? '') : '',
    chance: roll(),
  });
  const plans = PINNED.map((pin) => plan(...pin));
  for (let daysAgo = DAYS; daysAgo >= 1; daysAgo -= 1) {
    const usual = OF_WEEKDAY[(weekday - daysAgo + 7 * DAYS) % 7] ?? 5;
    const grown = usual * (1 - GROWTH / 2 + GROWTH * (1 - daysAgo / DAYS)) + roll() * 2 - 0.6;
    const pinned = PINNED.filter(([day]) => day === daysAgo).length;
    const shares = FATES.find(({ from }) => daysAgo >= from)?.shares ?? [];
    for (let n = pinned; n < Math.round(grown); n += 1) {
      const hour = (draw(hours, roll()) ?? 12) + roll();
      plans.push(plan(daysAgo, hour, draw(shares, roll()) ?? 'received'));
    }
  }
  return plans;
}
