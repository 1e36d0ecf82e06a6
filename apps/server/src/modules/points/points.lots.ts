// The core of points: granted in lots, spent by reservation, given back into the very lots they came from.
//
//   grant ─▶ left ──reserve──▶ held ──commit──▶ used ──giveBack──▶ left
//              │                 └────cancel────▶ left
//              ├── takeBack ──▶ taken      └ of a take-back: commit ──▶ taken
//              └── the clock ─▶ expired
import type { PointKind } from '@jishi/contract';
import { eachOf } from '../../platform/batch.ts';
import { spanMs } from '../../platform/clock.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import { newId } from '../../platform/ids.ts';
import { lock } from '../../platform/lock.ts';
import { platformAccount, type AccountRef } from '../ledger/ledger.ts';
import { foldChanges, linesOf, ofBuyer, planGiveBack, type Change } from './points.rules.ts';
import * as store from './points.store.ts';
import type { BookDeps, GiveBack, Grant, HoldGrants, Reserve, TakeBack } from './points.ts';

/** Points that come back after their time has run out can be spent for so long. */
const SECOND_LIFE_DAYS = 30;
/** One run of a schedule looks at this many people, and at this many lots of each. */
const BATCH = 500;

const issued = platformAccount('pts_issued');
const used = platformAccount('pts_used');
const expired = platformAccount('pts_expired');

const lockBuyer = (tx: Tx, buyerId: string) => lock(tx, `points:${buyerId}`);

type Effect = store.About & { key: string; buyerId: string; cause: Parameters<typeof store.insertMoves>[1]['cause'] };

/** A change is written for people and for the ledger in one breath, once per key. */
async function record(
  deps: BookDeps,
  tx: Tx,
  effect: Effect,
  changes: readonly Change[],
  against: AccountRef,
): Promise<boolean> {
  const folded = foldChanges(changes);
  const written = await store.insertMoves(tx, { ...effect, at: deps.clock.now() }, folded);
  if (written === 0) return false;
  const { label, refKind, refId } = effect;
  const lines = linesOf(effect.buyerId, folded, against);
  const posted = await deps.ledger.post(tx, { key: `points:${effect.key}`, label, refKind, refId, lines });
  assert(posted === 'posted' && written === folded.length, `points were moved in part by ${effect.key}`);
  return true;
}

async function grant(deps: BookDeps, tx: Tx, input: Grant): Promise<'granted' | 'repeated'> {
  assert(Number.isSafeInteger(input.points) && input.points > 0, `${input.points} points cannot be granted`);
  const isNew = await store.insertLot(tx, { ...input, at: deps.clock.now() });
  if (!isNew) return 'repeated';
  const effect = { ...input, key: `grant:${input.key}`, cause: 'grant' } as const;
  await record(deps, tx, effect, [{ kind: input.kind, delta: input.points }], issued);
  return 'granted';
}

async function hold(
  deps: BookDeps,
  tx: Tx,
  input: Omit<Reserve, 'kinds' | 'points'>,
  purpose: 'spend' | 'take_back',
  taken: readonly store.Taken[],
): Promise<string> {
  const id = newId<'pointReservation'>();
  const points = taken.reduce((sum, one) => sum + one.points, 0);
  await store.insertReservation(tx, { ...input, id, purpose, points, at: deps.clock.now() }, taken);
  const cause = purpose === 'spend' ? purpose : 'take_back';
  const changes = taken.map((one) => ({ kind: one.kind, delta: -one.points }));
  await record(deps, tx, { ...input, key: `reserve:${id}`, cause }, changes, ofBuyer('pts_held', input.buyerId));
  return id;
}

async function reserve(deps: BookDeps, tx: Tx, input: Reserve): Promise<string> {
  assert(Number.isSafeInteger(input.points) && input.points > 0, `${input.points} points cannot be reserved`);
  await lockBuyer(tx, input.buyerId);
  const known = await store.reservationByKey(tx, input.key);
  if (known) {
    const isSame = known.buyer_id === input.buyerId && known.points === input.points;
    assert(isSame, `reservation ${input.key} was asked for again with other points`);
    return known.id;
  }
  const taken = await store.plan(tx, { ...input, now: deps.clock.now() });
  const left = taken.reduce((sum, one) => sum + one.points, 0);
  if (left < input.points) fail('points.short', { left });
  return hold(deps, tx, input, 'spend', taken);
}

/** Holds what is unspent of these grants, to be taken back by `commit` or left by `cancel`. Null: nothing is left. */
async function holdGrants(
  deps: BookDeps,
  tx: Tx,
  input: HoldGrants,
): Promise<{ reservationId: string; points: Map<string, number> } | null> {
  await lockBuyer(tx, input.buyerId);
  const known = await store.reservationByKey(tx, input.key);
  if (known) return { reservationId: known.id, points: await store.heldOfGrants(tx, known.id) };
  const lots = (await store.lotsByKeys(tx, input.grantKeys)).filter((lot) => lot.points_left > 0);
  assert(
    lots.every((lot) => lot.buyer_id === input.buyerId),
    `points of somebody else were asked for by ${input.key}`,
  );
  if (lots.length === 0) return null;
  const taken = lots.map((lot, index) => ({
    lotId: lot.id,
    kind: lot.kind as PointKind,
    points: lot.points_left,
    place: index + 1,
  }));
  const reservationId = await hold(deps, tx, input, 'take_back', taken);
  return { reservationId, points: new Map(lots.map((lot) => [lot.key, lot.points_left])) };
}

/** The reservation under the lock of its buyer. */
async function locked(tx: Tx, reservationId: string): Promise<store.ReservationRow> {
  const seen = await store.reservation(tx, reservationId);
  assert(seen, `reservation ${reservationId} does not exist`);
  await lockBuyer(tx, seen.buyer_id);
  const row = await store.reservation(tx, reservationId);
  assert(row, `reservation ${reservationId} is gone`);
  return row;
}

const aboutOf = (row: store.ReservationRow) => ({
  buyerId: row.buyer_id,
  refKind: row.ref_kind,
  refId: row.ref_id,
});

async function commit(deps: BookDeps, tx: Tx, reservationId: string): Promise<'committed' | 'repeated' | 'cancelled'> {
  const row = await locked(tx, reservationId);
  if (row.state !== 'held') return row.state === 'committed' ? 'repeated' : 'cancelled';
  const isSpent = row.purpose === 'spend';
  await store.decide(tx, row.id, 'committed', deps.clock.now());
  await store.moveInLots(tx, await store.allocations(tx, row.id), 'held', isSpent ? 'used' : 'taken');
  await deps.ledger.post(tx, {
    key: `points:commit:${row.id}`,
    label: row.label,
    refKind: row.ref_kind,
    refId: row.ref_id,
    lines: [
      { account: ofBuyer('pts_held', row.buyer_id), debitPoints: row.points },
      { account: isSpent ? used : issued, creditPoints: row.points },
    ],
  });
  return 'committed';
}

async function cancel(
  deps: BookDeps,
  tx: Tx,
  reservationId: string,
  label?: string,
): Promise<'cancelled' | 'repeated' | 'committed'> {
  const row = await locked(tx, reservationId);
  if (row.state !== 'held') return row.state === 'cancelled' ? 'repeated' : 'committed';
  await store.decide(tx, row.id, 'cancelled', deps.clock.now());
  const lots = await store.allocations(tx, row.id);
  await store.moveInLots(tx, lots, 'held', 'points_left');
  const changes = lots.map((one) => ({ kind: one.kind, delta: one.points }));
  const effect = { ...aboutOf(row), key: `cancel:${row.id}`, label: label ?? `${row.label}（退回）` };
  await record(deps, tx, { ...effect, cause: 'back' }, changes, ofBuyer('pts_held', row.buyer_id));
  return 'cancelled';
}

async function giveBack(deps: BookDeps, tx: Tx, input: GiveBack): Promise<'given' | 'repeated'> {
  assert(Number.isSafeInteger(input.points) && input.points > 0, `${input.points} points cannot be given back`);
  const row = await locked(tx, input.reservationId);
  const key = `back:${input.key}`;
  if (await store.isKnown(tx, key)) return 'repeated';
  assert(row.state === 'committed' && row.purpose === 'spend', `reservation ${row.id} was not spent`);
  // What has run out of time is counted out before a lot lives on with what comes back.
  await expireOf(deps, tx, row.buyer_id);
  const allocations = await store.allocations(tx, row.id);
  const plan = planGiveBack(allocations, input.points);
  const now = deps.clock.now();
  const until = new Date(now.getTime() + spanMs({ days: SECOND_LIFE_DAYS }));
  await store.giveBack(tx, row.id, plan, { now, until });
  const kindOf = new Map(allocations.map((one) => [one.lotId, one.kind]));
  const changes = plan.map((one) => ({ kind: kindOf.get(one.lotId) as PointKind, delta: one.points }));
  await record(deps, tx, { ...aboutOf(row), key, cause: 'back', label: input.label }, changes, used);
  return 'given';
}

async function takeBack(deps: BookDeps, tx: Tx, input: TakeBack): Promise<number> {
  assert(Number.isSafeInteger(input.points) && input.points > 0, `${input.points} points cannot be taken back`);
  const seen = await store.lotByKey(tx, input.grantKey);
  if (!seen) return 0;
  await lockBuyer(tx, seen.buyer_id);
  const before = await store.takenBy(tx, input.key);
  if (before !== null) return before;
  const lot = await store.lotByKey(tx, input.grantKey);
  assert(lot, `the lot of ${input.grantKey} is gone`);
  const points = Math.min(input.points, lot.points_left);
  await store.insertTaking(tx, {
    key: input.key,
    lotId: lot.id,
    asked: input.points,
    taken: points,
    at: deps.clock.now(),
  });
  if (points === 0) return 0;
  await store.moveInLots(tx, [{ lotId: lot.id, points }], 'points_left', 'taken');
  const key = `take:${input.key}`;
  const effect = { key, buyerId: lot.buyer_id, label: input.label, refKind: lot.ref_kind, refId: lot.ref_id };
  await record(deps, tx, { ...effect, cause: 'take_back' }, [{ kind: lot.kind as PointKind, delta: -points }], issued);
  return points;
}

/** The buyer is locked. */
async function expireOf(deps: BookDeps, tx: Tx, buyerId: string): Promise<void> {
  for (const lot of await store.expiredLots(tx, buyerId, deps.clock.now(), BATCH)) {
    await store.moveInLots(tx, [lot], 'points_left', 'expired');
    // A lot may expire again after something came back into it.
    const key = `expire:${lot.lotId}:${lot.expired + lot.points}`;
    const effect = { key, buyerId, label: '积分过期', refKind: lot.ref_kind, refId: lot.ref_id };
    const change = { kind: lot.kind as PointKind, delta: -lot.points };
    await record(deps, tx, { ...effect, cause: 'expiry' }, [change], expired);
  }
}

export type Lots = ReturnType<typeof createLots>;

export function createLots(deps: BookDeps) {
  const { db, clock } = deps;
  return {
    grant: (tx: Tx, input: Grant) => grant(deps, tx, input),
    reserve: (tx: Tx, input: Reserve) => reserve(deps, tx, input),
    holdGrants: (tx: Tx, input: HoldGrants) => holdGrants(deps, tx, input),
    /** Part: nobody else changes this buyer's points until the transaction ends. */
    lockBuyer,
    factsOf: store.factsOf,
    commit: (tx: Tx, reservationId: string) => commit(deps, tx, reservationId),
    cancel: (tx: Tx, reservationId: string, label?: string) => cancel(deps, tx, reservationId, label),
    giveBack: (tx: Tx, input: GiveBack) => giveBack(deps, tx, input),
    takeBack: (tx: Tx, input: TakeBack) => takeBack(deps, tx, input),
    balance: (reader: Reader, buyerId: string) => store.balance(reader, buyerId, clock.now()),
    /** Schedule: what nobody has decided in time goes back, and what has run out of time is counted out. */
    expireDue: async () => {
      const report = (what: string) => (error: unknown, id: string) => deps.log.error({ err: error, id }, what);
      const overdue = await store.overdueReservations(db, clock.now(), BATCH);
      const giveUp = (id: string) => db.tx((tx) => cancel(deps, tx, id));
      await eachOf(overdue, 1, giveUp, report('reserved points could not go back'));
      const buyers = await store.buyersWithExpired(db, clock.now(), BATCH);
      const expire = (buyerId: string) =>
        db.tx(async (tx) => {
          await lockBuyer(tx, buyerId);
          await expireOf(deps, tx, buyerId);
        });
      await eachOf(buyers, 1, expire, report('points could not expire'));
    },
  };
}
