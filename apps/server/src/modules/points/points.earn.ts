// Earning points: every event once by its key, within the day's cap; taken back as far as they are unspent.
import {
  EARN_RULE_CODES,
  EARN_RULES,
  type adminListEarnRules,
  type adminUpdateEarnRule,
  type EarnRule,
  type EarnRuleCode,
  type In,
  type listEarnWays,
  type Out,
} from '@jishi/contract';
import type { z } from 'zod';
import { dayOf } from '../../platform/days.ts';
import type { Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Asking } from '../staff/staff.ts';
import { expiryOf, keptOf, worthOf } from './points.earn.rules.ts';
import * as store from './points.earn.store.ts';
import type { Lots } from './points.lots.ts';
import type { PointsRoom } from './points.ts';

export type Event = {
  rule: EarnRuleCode;
  buyerId: string;
  /** The business key of the event. */
  key: string;
  /** What the rule counts; one event when absent. */
  units?: number;
  /** What people read; the rule's name when absent. */
  label?: string;
  refKind: string;
  refId: string;
};
/** Only so many of the event's units are left: the rest of what it brought goes back. */
export type Unearn = { key: string; unitsLeft: number; label: string };

export type Earning = {
  /** Part: answers the points of the event; 0 when it was there before, when the rule is off or the day is full. */
  earn(tx: Tx, event: Event): Promise<number>;
  /** Part: takes back as far as they are unspent; what is missing is set off against the next earnings. */
  unearn(tx: Tx, back: Unearn): Promise<void>;
  /** Part: points that staff give. */
  give(tx: Tx, gift: Gift): Promise<void>;
  rules(): Promise<Out<typeof adminListEarnRules>>;
  ways(): Promise<Out<typeof listEarnWays>>;
  updateRule(
    staff: StaffSession,
    input: In<typeof adminUpdateEarnRule>,
    asking?: Asking,
  ): Promise<Out<typeof adminUpdateEarnRule>>;
};
export type Gift = { buyerId: string; points: number; key: string; label: string; byStaff: string; refId: string };

/** Points that staff give live as long as those that are earned. */
const GIFT = 'staff_grant';
const GIFT_MONTHS = 12;

export function createEarning(room: PointsRoom, lots: Lots): Earning {
  const { db, clock } = room;
  return {
    earn: (tx, event) => earn(room, lots, tx, event),
    unearn: (tx, back) => unearn(room, lots, tx, back),
    give: async (tx, gift) => {
      await lots.lockBuyer(tx, gift.buyerId);
      if (await store.earning(tx, gift.key)) return;
      const event = { rule: GIFT, units: 1, refKind: 'staff', ...gift };
      await credit(room, lots, tx, event, { points: gift.points, months: GIFT_MONTHS });
    },
    rules: async () => {
      const today = await store.earnedByRule(db, dayOf(clock.now()));
      const all = await allRules(room);
      return { items: all.map((one) => ({ ...one, earnedToday: today.get(one.code) ?? 0 })) };
    },
    ways: async () => {
      const items = (await allRules(room)).filter((one) => one.isOn && one.value > 0);
      return {
        items: items.map(({ code, name, hint, unit, value, dailyCap }) => ({
          code,
          name,
          hint,
          unit,
          value,
          dailyCap,
        })),
      };
    },
    updateRule: (staff, input, asking) =>
      db.tx(async (tx) => {
        const row = await store.lockRule(tx, input.code);
        assert(row, `rule ${input.code} is not there`);
        if (row.version !== input.version) fail('points.rule_stale');
        const { code, value, dailyCap, isOn, expiresMonths } = input;
        const after = await store.updateRule(tx, code, { value, dailyCap, isOn, expiresMonths });
        const told = ({ value, dailyCap, isOn, expiresMonths }: View) => ({ value, dailyCap, isOn, expiresMonths });
        await room.staff.audit(
          tx,
          staff,
          {
            action: 'points.rule',
            subjectKind: 'points_rule',
            subjectId: code,
            name: EARN_RULES[code].name,
            before: told(view(row)),
            after: told(view(after)),
          },
          asking,
        );
        return view(after);
      }),
  };
}

async function earn(room: PointsRoom, lots: Lots, tx: Tx, event: Event): Promise<number> {
  const { rule: code, buyerId, key, units = 1 } = event;
  assert(Number.isSafeInteger(units) && units > 0, `${units} of ${code} earn nothing`);
  await lots.lockBuyer(tx, buyerId);
  if (await store.earning(tx, key)) return 0;
  const row = await store.rule(tx, code);
  assert(row, `rule ${code} is not there`);
  if (!row.is_on) return 0;
  const rule = view(row);
  const today = dayOf(room.clock.now());
  const points = worthOf(rule, units, await store.earnedOn(tx, buyerId, code, today));
  if (points === 0) return 0;
  const label = event.label ?? EARN_RULES[code].name;
  await credit(room, lots, tx, { ...event, label, units }, { points, months: rule.expiresMonths });
  return points;
}

type Credited = {
  rule: string;
  buyerId: string;
  key: string;
  units: number;
  label: string;
  refKind: string;
  refId: string;
};

/** Writes the event, keeps back what is owed, and grants the rest. */
async function credit(
  room: PointsRoom,
  lots: Lots,
  tx: Tx,
  event: Credited & { byStaff?: string },
  { points, months }: { points: number; months: number | null },
): Promise<void> {
  const { rule, buyerId, key, units, label, refKind, refId, byStaff = null } = event;
  const now = room.clock.now();
  const setOff = Math.min(points, await store.owed(tx, buyerId));
  await store.insertEarning(tx, { key, rule, buyerId, day: dayOf(now), units, points, setOff, byStaff, at: now });
  if (points === setOff) return;
  await lots.grant(tx, {
    buyerId,
    kind: 'earned',
    points: points - setOff,
    key: grantKey(key),
    label: setOff > 0 ? `${label}（${setOff} 积分抵扣此前应收回）` : label,
    refKind,
    refId,
    expiresAt: expiryOf(now, months),
  });
}

async function unearn(room: PointsRoom, lots: Lots, tx: Tx, back: Unearn): Promise<void> {
  const seen = await store.earning(tx, back.key);
  if (!seen) return;
  await lots.lockBuyer(tx, seen.buyer_id);
  const one = await store.earning(tx, back.key);
  assert(one, `earning ${back.key} is gone`);
  const points = one.points - one.reversed - keptOf(one, back.unitsLeft);
  if (points <= 0) return;
  const step = `${back.key}:${one.reversed + points}`;
  await store.addReversed(tx, one.key, points);
  const { label } = back;
  const taken = await lots.takeBack(tx, { grantKey: grantKey(one.key), points, key: `unearn:${step}`, label });
  if (taken === points) return;
  const missing = { key: `unearn:${step}`, buyerId: one.buyer_id, points: points - taken, label, at: room.clock.now() };
  await store.insertShortfall(tx, missing);
}

const grantKey = (key: string) => `earn:${key}`;

async function allRules(room: PointsRoom): Promise<View[]> {
  const rows = new Map((await store.rules(room.db)).map((row) => [row.code, row]));
  return EARN_RULE_CODES.map((code) => {
    const row = rows.get(code);
    assert(row, `rule ${code} is not there`);
    return view(row);
  });
}

type View = z.input<typeof EarnRule>;

function view(row: store.RuleRow): View {
  const code = row.code as EarnRuleCode;
  return {
    code,
    name: EARN_RULES[code].name,
    hint: EARN_RULES[code].hint,
    unit: EARN_RULES[code].unit,
    value: row.value,
    dailyCap: row.daily_cap,
    isOn: row.is_on,
    expiresMonths: row.expires_months,
    version: row.version,
  };
}
