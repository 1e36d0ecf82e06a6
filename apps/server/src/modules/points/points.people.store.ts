// All SQL of what people do for points: days they sign in, codes they invite with, and who came by them.
import { sql } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';

export async function streakOn(reader: Reader, buyerId: string, day: string): Promise<number | null> {
  const { rows } = await sql<{ streak: number }>`
    select streak from sign_ins where buyer_id = ${buyerId} and day = ${day}::date
  `.execute(reader.q);
  return rows[0]?.streak ?? null;
}

export async function daysOfMonth(reader: Reader, buyerId: string, month: string): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select day::text as day from sign_ins
    where buyer_id = ${buyerId} and day >= ${`${month}-01`}::date and day < ${`${month}-01`}::date + interval '1 month'
    order by day
  `.execute(reader.q);
  return rows.map((row) => row.day);
}

/** False when the day was signed in before. */
export async function putSignIn(
  tx: Tx,
  one: { buyerId: string; day: string; streak: number; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into sign_ins (buyer_id, day, streak, at) values (${one.buyerId}, ${one.day}::date, ${one.streak}, ${one.at})
    on conflict do nothing returning day
  `.execute(tx.q);
  return rows.length === 1;
}

export async function codeOf(reader: Reader, buyerId: string): Promise<string | undefined> {
  const row = await reader.q
    .selectFrom('invite_codes')
    .select('code')
    .where('buyer_id', '=', buyerId)
    .executeTakeFirst();
  return row?.code;
}

/** The code that the buyer has afterwards: this one, or one that was there. Null: somebody else has this code. */
export async function putCode(tx: Tx, buyerId: string, code: string, at: Date): Promise<string | null> {
  const { rows } = await sql`
    insert into invite_codes (buyer_id, code, created_at) values (${buyerId}, ${code}, ${at})
    on conflict do nothing returning code
  `.execute(tx.q);
  return rows.length === 1 ? code : ((await codeOf(tx, buyerId)) ?? null);
}

export async function ownerOf(reader: Reader, code: string): Promise<string | undefined> {
  const row = await reader.q.selectFrom('invite_codes').select('buyer_id').where('code', '=', code).executeTakeFirst();
  return row?.buyer_id;
}

export async function inviterOf(reader: Reader, inviteeId: string): Promise<string | undefined> {
  const row = await reader.q
    .selectFrom('referrals')
    .select('inviter_id')
    .where('invitee_id', '=', inviteeId)
    .executeTakeFirst();
  return row?.inviter_id;
}

/** Whether `ancestorId` invited this buyer, or whoever invited them, up to the beginning. Bounded against old mistakes. */
export async function descendsFrom(reader: Reader, buyerId: string, ancestorId: string, max: number): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    with recursive up as (
      select inviter_id, 1 as depth from referrals where invitee_id = ${buyerId}
      union all
      select r.inviter_id, up.depth + 1 from referrals r join up on r.invitee_id = up.inviter_id where up.depth < ${max}
    )
    select exists (select from up where inviter_id = ${ancestorId}) as found
  `.execute(reader.q);
  return rows[0]?.found ?? false;
}

export async function bind(tx: Tx, inviteeId: string, inviterId: string, at: Date): Promise<void> {
  await tx.q.insertInto('referrals').values({ invitee_id: inviteeId, inviter_id: inviterId, at }).execute();
}

export async function invitees(reader: Reader, inviterId: string, max: number) {
  return reader.q
    .selectFrom('referrals')
    .select(['invitee_id', 'at'])
    .where('inviter_id', '=', inviterId)
    .orderBy('at', 'desc')
    .limit(max)
    .execute();
}

export async function countInvitees(reader: Reader, inviterId: string): Promise<number> {
  const { count } = await reader.q
    .selectFrom('referrals')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('inviter_id', '=', inviterId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type RewardRow = {
  invitee_id: string;
  inviter_id: string;
  recharge_id: string;
  worth: number;
  state: string;
};

/** False when this friend has brought a reward before. */
export async function freezeReward(
  tx: Tx,
  one: { inviteeId: string; inviterId: string; rechargeId: string; worth: number; dueAt: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into invite_rewards (invitee_id, inviter_id, recharge_id, worth, due_at)
    values (${one.inviteeId}, ${one.inviterId}, ${one.rechargeId}, ${one.worth}, ${one.dueAt})
    on conflict do nothing returning invitee_id
  `.execute(tx.q);
  return rows.length === 1;
}

export async function lockReward(tx: Tx, rechargeId: string): Promise<RewardRow | undefined> {
  return tx.q
    .selectFrom('invite_rewards')
    .select(['invitee_id', 'inviter_id', 'recharge_id', 'worth', 'state'])
    .where('recharge_id', '=', rechargeId)
    .forUpdate()
    .executeTakeFirst();
}

export async function decideReward(tx: Tx, rechargeId: string, state: 'granted' | 'dropped', at: Date): Promise<void> {
  await tx.q
    .updateTable('invite_rewards')
    .set({ state, decided_at: at })
    .where('recharge_id', '=', rechargeId)
    .execute();
}

export async function dueRewards(reader: Reader, now: Date, max: number): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('invite_rewards')
    .select('recharge_id')
    .where('state', '=', 'frozen')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(max)
    .execute();
  return rows.map((row) => row.recharge_id);
}

/** The worth of the recharges whose reward is still frozen. */
export async function frozenWorth(reader: Reader, inviterId: string): Promise<number[]> {
  const rows = await reader.q
    .selectFrom('invite_rewards')
    .select('worth')
    .where('inviter_id', '=', inviterId)
    .where('state', '=', 'frozen')
    .limit(1000)
    .execute();
  return rows.map((row) => row.worth);
}
