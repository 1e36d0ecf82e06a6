// Signing in once a Shanghai day; a row of days brings an extra every whole week.
import { STREAK_DAYS, type getSignIn, type Out, type signIn } from '@jishi/contract';
import { dayLater, dayOf } from '../../platform/days.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import type { Buyer } from '../../platform/http.ts';
import type { Earning } from './points.earn.ts';
import type { Lots } from './points.lots.ts';
import { daysOfMonth, putSignIn, streakOn } from './points.people.store.ts';
import type { PointsRoom } from './points.ts';

export type SigningIn = {
  month(buyer: Buyer, month?: string): Promise<Out<typeof getSignIn>>;
  signIn(buyer: Buyer): Promise<Out<typeof signIn>>;
};

export function createSigningIn(room: PointsRoom, lots: Lots, earning: Earning): SigningIn {
  const { db, clock } = room;

  const month = async (reader: Reader, buyer: Buyer, wanted?: string): Promise<Out<typeof getSignIn>> => {
    const today = dayOf(clock.now());
    const month = wanted ?? today.slice(0, 7);
    const streakToday = await streakOn(reader, buyer.id, today);
    const streak = streakToday ?? (await streakOn(reader, buyer.id, dayLater(today, -1))) ?? 0;
    return {
      today,
      isSignedToday: streakToday !== null,
      streak,
      toBonus: STREAK_DAYS - (streak % STREAK_DAYS),
      month,
      days: await daysOfMonth(reader, buyer.id, month),
    };
  };

  /** The extra of a whole week has a key of its own, so that both are earned once. */
  const reward = async (tx: Tx, buyer: Buyer, today: string, streak: number): Promise<number> => {
    const about = { buyerId: buyer.id, refKind: 'buyer', refId: buyer.id };
    const own = { ...about, rule: 'sign_in', key: `sign_in:${buyer.id}:${today}` } as const;
    const points = await earning.earn(tx, own);
    if (streak % STREAK_DAYS !== 0) return points;
    const label = `连续签到 ${streak} 天`;
    return points + (await earning.earn(tx, { ...about, rule: 'streak', key: `streak:${buyer.id}:${today}`, label }));
  };

  return {
    month: (buyer, wanted) => month(db, buyer, wanted),
    signIn: (buyer) =>
      db.tx(async (tx) => {
        await lots.lockBuyer(tx, buyer.id);
        const now = clock.now();
        const today = dayOf(now);
        const streak = ((await streakOn(tx, buyer.id, dayLater(today, -1))) ?? 0) + 1;
        const isNew = await putSignIn(tx, { buyerId: buyer.id, day: today, streak, at: now });
        const earned = isNew ? await reward(tx, buyer, today, streak) : 0;
        return { ...(await month(tx, buyer)), earned };
      }),
  };
}
