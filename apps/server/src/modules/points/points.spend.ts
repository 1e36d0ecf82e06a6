// Points spent by other programs: promised, then used or let go, each step as often as they ask and once in effect.
import type { commitServicePoints, getServiceBalance, Id, In, Out, reserveServicePoints } from '@jishi/contract';
import { spanMs } from '../../platform/clock.ts';
import type { Once, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Service } from '../../platform/http.ts';
import type { Lots } from './points.lots.ts';
import * as store from './points.store.ts';
import type { PointsRoom } from './points.ts';

type View = Out<typeof commitServicePoints>;

export type Spending = {
  balance(buyerId: Id<'buyer'>): Promise<Out<typeof getServiceBalance>>;
  /** `key` is the service's own and is never forgotten. */
  reserve(service: Service, input: In<typeof reserveServicePoints>, key: string, once?: Once): Promise<View>;
  reservation(service: Service, reservationId: string): Promise<View>;
  commit(service: Service, reservationId: string): Promise<View>;
  cancel(service: Service, reservationId: string): Promise<View>;
};

export function createSpending(room: PointsRoom, lots: Lots): Spending {
  const { db, clock } = room;
  const known = async (buyerId: string) => {
    if (!(await room.identity.names(db, [buyerId])).has(buyerId)) fail('buyer.not_found', {}, 'buyerId');
  };

  /** A service's own reservation under the lock of its buyer; one of another service is not there. */
  const locked = async (tx: Tx, service: Service, reservationId: string) => {
    const seen = own(service, await store.reservation(tx, reservationId));
    await lots.lockBuyer(tx, seen.buyer_id);
    return own(service, await store.reservation(tx, reservationId));
  };
  const read = async (tx: Tx, reservationId: string) => {
    const row = await store.reservation(tx, reservationId);
    assert(row, `reservation ${reservationId} is gone`);
    return view(row);
  };

  return {
    balance: async (buyerId) => {
      await known(buyerId);
      const { paid, bonus, earned, held } = await lots.balance(db, buyerId);
      return { buyerId, paid, bonus, earned, held, total: paid + bonus + earned };
    },
    reserve: async (service, { buyerId, points, label, kinds, holdMinutes }, key, once) => {
      await known(buyerId);
      return db.tx(
        async (tx) => {
          await lots.lockBuyer(tx, buyerId);
          const ownKey = keyOf(service, key);
          const before = await store.reservationByKey(tx, ownKey);
          // The platform forgets keys after a week; the reservation itself does not.
          if (before && (before.buyer_id !== buyerId || before.points !== points)) fail('idempotency.key_reused');
          if (before) return view(before);
          const id = await lots.reserve(tx, {
            buyerId,
            points,
            kinds,
            key: ownKey,
            label: `${service.name}：${label}`,
            refKind: 'service',
            refId: service.tokenId,
            expiresAt: new Date(clock.now().getTime() + spanMs({ minutes: holdMinutes })),
          });
          return read(tx, id);
        },
        { once },
      );
    },
    reservation: async (service, reservationId) => view(own(service, await store.reservation(db, reservationId))),
    commit: (service, reservationId) =>
      db.tx(async (tx) => {
        const row = await locked(tx, service, reservationId);
        const isLate = row.state === 'held' && row.expires_at !== null && row.expires_at <= clock.now();
        // The clock has not been there yet, and will be: what is promised to nobody any more cannot be used.
        if (isLate || row.state === 'cancelled') fail('points.reservation_over');
        await lots.commit(tx, row.id);
        return read(tx, row.id);
      }),
    cancel: (service, reservationId) =>
      db.tx(async (tx) => {
        const row = await locked(tx, service, reservationId);
        if (row.state === 'committed') fail('points.reservation_used');
        await lots.cancel(tx, row.id);
        return read(tx, row.id);
      }),
  };
}

/** Codes of services have no colon, so no service can name the key of another. */
const prefixOf = (service: Service) => `service:${service.code}:`;
const keyOf = (service: Service, key: string) => prefixOf(service) + key;

function own(service: Service, row: store.ReservationRow | undefined): store.ReservationRow {
  if (!row?.key.startsWith(prefixOf(service))) fail('points.reservation_not_found');
  return row;
}

function view(row: store.ReservationRow): View {
  assert(row.expires_at, `reservation ${row.id} of a service waits for ever`);
  return {
    id: row.id,
    buyerId: row.buyer_id,
    state: row.state as View['state'],
    points: row.points,
    label: row.label,
    expiresAt: row.expires_at,
  };
}
