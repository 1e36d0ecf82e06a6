// What staff see of people's points, and what they may give: never silently, never without bound.
import type { adminGetBuyerPoints, adminGrantPoints, adminListBuyerPoints, Id, In, Out } from '@jishi/contract';
import { dayOf } from '../../platform/days.ts';
import type { Once } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { lock } from '../../platform/lock.ts';
import { maskPhone } from '../identity/identity.ts';
import type { Asking } from '../staff/staff.ts';
import * as store from './points.earn.store.ts';
import type { Earning } from './points.earn.ts';
import type { Inviting } from './points.invites.ts';
import type { Lots } from './points.lots.ts';
import type { PointsRoom } from './points.ts';

const COUNT_MAX = 100_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Holders = {
  list(input: In<typeof adminListBuyerPoints>): Promise<Out<typeof adminListBuyerPoints>>;
  one(buyerId: Id<'buyer'>): Promise<Out<typeof adminGetBuyerPoints>>;
  grant(staff: StaffSession, input: In<typeof adminGrantPoints>, by: By): Promise<Out<typeof adminGrantPoints>>;
};
export type By = { key: string; asking?: Asking | undefined; once?: Once | undefined };

export function createHolders(room: PointsRoom, lots: Lots, earning: Earning, inviting: Inviting): Holders {
  const { db, clock } = room;
  const nameOf = async (buyerId: string) => (await room.identity.names(db, [buyerId])).get(buyerId);
  const total = ({ paid, bonus, earned }: { paid: number; bonus: number; earned: number }) => paid + bonus + earned;

  return {
    list: async ({ q = '', page, size }) => {
      const wanted =
        q === '' ? undefined : UUID.test(q.toLowerCase()) ? q.toLowerCase() : await room.identity.byPhone(db, q);
      if (wanted === null) return { items: [], total: 0 };
      const rows = await store.holders(db, { buyerId: wanted, now: clock.now() }, { page, size });
      const names = await room.identity.names(
        db,
        rows.map((row) => row.buyerId),
      );
      const items = rows.map((row) => {
        const who = names.get(row.buyerId);
        const { buyerId: id, ...sums } = row;
        return { id, ...sums, total: total(row), nickname: who?.nickname ?? '', phone: maskPhone(who?.phone ?? null) };
      });
      return { items, total: await store.countHolders(db, wanted, COUNT_MAX) };
    },
    one: async (buyerId) => {
      const who = (await nameOf(buyerId)) ?? fail('buyer.not_found');
      const balance = await lots.balance(db, buyerId);
      const { inviterId, invited } = await inviting.bonds(buyerId);
      return {
        ...balance,
        total: total(balance),
        buyerId,
        nickname: who.nickname,
        owed: await store.owed(db, buyerId),
        invitedBy: inviterId === null ? null : ((await nameOf(inviterId))?.nickname ?? ''),
        invited,
      };
    },
    grant: async (staff, { buyerId, points, reason }, { key, asking, once }) => {
      const who = (await nameOf(buyerId)) ?? fail('buyer.not_found');
      return db.tx(
        async (tx) => {
          // One grant of a member of staff after the other, so that the day's limit holds.
          await lock(tx, `points-grants:${staff.staffId}`);
          const given = await store.givenBy(tx, staff.staffId, dayOf(clock.now()));
          const left = (await room.settings.read(tx, room.keys.grantDailyMax)) - given;
          if (points > left) fail('points.grant_limit', { left: Math.max(0, left) }, 'points');
          const label = `商家补发：${reason}`;
          const gift = { buyerId, points, label, byStaff: staff.staffId, refId: staff.staffId };
          await earning.give(tx, { ...gift, key: `staff:${staff.staffId}:${key}` });
          const about = { subjectKind: 'buyer', subjectId: buyerId, name: who.nickname };
          await room.staff.audit(tx, staff, { action: 'points.grant', ...about, after: { points, reason } }, asking);
          const balance = await lots.balance(tx, buyerId);
          return { ...balance, total: total(balance) };
        },
        { once },
      );
    },
  };
}
