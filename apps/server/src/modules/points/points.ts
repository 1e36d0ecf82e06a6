// Points: bought, given and earned. One book for all kinds; the ledger holds the same in its own unit.
import type { Id, In, listPointMoves, Out, POINT_CAUSES, PointBalance, PointKind, PointMove } from '@jishi/contract';
import type { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { readCursor, scrolled } from '../../platform/cursor.ts';
import type { Db, Reader, Tx } from '../../platform/db.ts';
import type { Buyer } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createLots } from './points.lots.ts';
import * as store from './points.store.ts';

export type { Balance, Drift } from './points.store.ts';

/** What people read beside a change, and what it belongs to. */
export type About = store.About & { key: string };
export type Grant = About & {
  buyerId: string;
  kind: PointKind;
  points: number;
  /** Null: for ever. */
  expiresAt: Date | null;
};
export type Reserve = About & {
  buyerId: string;
  points: number;
  /** Which kinds may be spent; given ones go first, then earned, then bought. */
  kinds: readonly PointKind[];
  /** When it is cancelled by itself; null: it waits for a decision. */
  expiresAt: Date | null;
};

/** What is unspent of these grants. */
export type HoldGrants = Omit<Reserve, 'kinds' | 'points'> & { grantKeys: readonly string[] };
export type GiveBack = { reservationId: string; points: number; key: string; label: string };
export type TakeBack = { grantKey: string; points: number; key: string; label: string };

/** Every `key` is a business key: the same effect a second time changes nothing and answers the same. */
export type Points = {
  /** Part. */
  grant(tx: Tx, grant: Grant): Promise<'granted' | 'repeated'>;
  /** Part: promises points to something. Fails with `points.short` { left }. Answers the reservation. */
  reserve(tx: Tx, reserve: Reserve): Promise<string>;
  /** Part: what was promised is used. `cancelled`: it was too late. */
  commit(tx: Tx, reservationId: string): Promise<'committed' | 'repeated' | 'cancelled'>;
  /** Part: back into the very lots. `committed`: it was too late. */
  cancel(tx: Tx, reservationId: string, label?: string): Promise<'cancelled' | 'repeated' | 'committed'>;
  /** Part: a part of what was used comes back, last used first. */
  giveBack(tx: Tx, back: GiveBack): Promise<'given' | 'repeated'>;
  /** Part: reverses a grant as far as it is unspent; answers how much could be taken. */
  takeBack(tx: Tx, back: TakeBack): Promise<number>;
  /** Without expired points, whether or not the schedule has counted them out. */
  balance(reader: Reader, buyerId: string): Promise<store.Balance>;
  history(
    reader: Reader,
    buyerId: string,
    page: Omit<In<typeof listPointMoves>, 'kind'> & { kind?: PointKind | undefined },
  ): Promise<Out<typeof listPointMoves>>;
  mine(buyer: Buyer): Promise<z.input<typeof PointBalance>>;
  /** Schedule: late reservations and expired lots. */
  expireDue(): Promise<void>;
  /** People whose lots, journal and accounts disagree; empty in a healthy house. */
  check(reader: Reader): Promise<store.Drift[]>;
};

export type PointsDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  ledger: Pick<Ledger, 'post'>;
};

export function createPoints(deps: PointsDeps): Points {
  const { db } = deps;
  const lots = createLots(deps);
  return {
    ...lots,
    history: async (reader, buyerId, { kind, cursor, limit }) => {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await store.moves(reader, { buyerId, kind, after, limit: limit + 1 });
      const { shown, nextCursor } = scrolled(rows, limit, (row) => row.at);
      return { items: shown.map(moveView), nextCursor };
    },
    mine: async (buyer) => {
      const balance = await lots.balance(db, buyer.id);
      return { ...balance, total: balance.paid + balance.bonus + balance.earned };
    },
    check: store.drifts,
  };
}

function moveView(row: Awaited<ReturnType<typeof store.moves>>[number]): z.input<typeof PointMove> {
  return {
    id: row.id as Id<'pointMove'>,
    kind: row.kind as PointKind,
    cause: row.cause as (typeof POINT_CAUSES)[number],
    delta: row.delta,
    label: row.label,
    at: row.at,
  };
}
