// All SQL of signing in: accounts as the login sees them, sessions, captchas, failures and the login log.
import { sql } from 'kysely';
import { lock } from '../../platform/lock.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import type { Failures } from './staff.rules.ts';

export type AccountRow = {
  id: string;
  username: string;
  name: string;
  password_hash: string;
  must_change_password: boolean;
  state: string;
  failed_logins: number;
  locked_until: Date | null;
};
const ACCOUNT = [
  'id',
  'username',
  'name',
  'password_hash',
  'must_change_password',
  'state',
  'failed_logins',
  'locked_until',
] as const;

export async function account(reader: Reader, id: string): Promise<AccountRow | undefined> {
  return reader.q.selectFrom('staff_accounts').select(ACCOUNT).where('id', '=', id).executeTakeFirst();
}

export async function lockAccount(tx: Tx, id: string): Promise<AccountRow | undefined> {
  return tx.q.selectFrom('staff_accounts').select(ACCOUNT).where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function lockByUsername(tx: Tx, username: string): Promise<AccountRow | undefined> {
  return tx.q
    .selectFrom('staff_accounts')
    .select(ACCOUNT)
    .where('username', '=', username)
    .forUpdate()
    .executeTakeFirst();
}

/** The failures of an address, locked until the transaction ends; accounts are always locked before addresses. */
export async function lockAddress(tx: Tx, ip: string, now: Date, forgottenBefore: Date): Promise<Failures> {
  const { rows } = await sql<{ failures: number; lockedUntil: Date | null }>`
    insert into staff_login_failures as f (ip, failures, last_at) values (${ip}, 0, ${now})
    on conflict (ip) do update
      set failures = case when f.last_at < ${forgottenBefore} then 0 else f.failures end
    returning failures, locked_until as "lockedUntil"
  `.execute(tx.q);
  return rows[0] ?? { failures: 0, lockedUntil: null };
}

export async function writeAccountFailures(tx: Tx, id: string, { failures, lockedUntil }: Failures): Promise<void> {
  await tx.q
    .updateTable('staff_accounts')
    .set({ failed_logins: failures, locked_until: lockedUntil })
    .where('id', '=', id)
    .execute();
}

export async function writeAddressFailures(tx: Tx, ip: string, failed: Failures, now: Date): Promise<void> {
  await tx.q
    .updateTable('staff_login_failures')
    .set({ failures: failed.failures, locked_until: failed.lockedUntil, last_at: now })
    .where('ip', '=', ip)
    .execute();
}

/** The attempt was no failure after all: its own count goes back, and the lock that it alone had caused. */
export async function forgiveAddress(tx: Tx, ip: string): Promise<void> {
  await tx.q
    .updateTable('staff_login_failures')
    .set({ failures: sql`greatest(failures - 1, 0)`, locked_until: null })
    .where('ip', '=', ip)
    .execute();
}

export async function markSignedIn(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.q.updateTable('staff_accounts').set({ last_login_at: now }).where('id', '=', id).execute();
}

export async function setPassword(tx: Tx, id: string, hash: string, mustChange: boolean): Promise<void> {
  await tx.q
    .updateTable('staff_accounts')
    .set({ password_hash: hash, must_change_password: mustChange, failed_logins: 0, locked_until: null })
    .where('id', '=', id)
    .execute();
}

export type NewSession = {
  id: string;
  staffId: string;
  secretHash: string;
  csrfToken: string;
  remember: boolean;
  ip: string;
  userAgent: string;
  at: Date;
  expiresAt: Date;
};

export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  await tx.q
    .insertInto('staff_sessions')
    .values({
      id: session.id,
      staff_id: session.staffId,
      secret_hash: session.secretHash,
      csrf_token: session.csrfToken,
      remember: session.remember,
      ip: session.ip,
      user_agent: session.userAgent,
      created_at: session.at,
      last_seen_at: session.at,
      expires_at: session.expiresAt,
    })
    .execute();
}

export type SessionRow = {
  id: string;
  staffId: string;
  csrfToken: string;
  remember: boolean;
  lastSeenAt: Date;
  expiresAt: Date;
  name: string;
  state: string;
  isSuper: boolean;
  mustChangePassword: boolean;
  permissions: string[];
};

/** Who holds this secret and what they may do, in one question: a change of rights holds from the next request on. */
export async function sessionByHash(reader: Reader, secretHash: string): Promise<SessionRow | undefined> {
  const { rows } = await sql<SessionRow>`
    select s.id, s.staff_id as "staffId", s.csrf_token as "csrfToken", s.remember, s.last_seen_at as "lastSeenAt",
      s.expires_at as "expiresAt", a.name, a.state,
      a.must_change_password as "mustChangePassword", coalesce(held.super, false) as "isSuper",
      coalesce(held.codes, '{}') as permissions
    from staff_sessions s
    join staff_accounts a on a.id = s.staff_id
    left join lateral (
      select bool_or(r.code = 'super') as super, array_agg(distinct p.code) as codes
      from staff_account_roles ar
      join staff_roles r on r.id = ar.role_id
      left join lateral unnest(r.permissions) as p (code) on true
      where ar.staff_id = a.id
    ) held on true
    where s.secret_hash = ${secretHash}
  `.execute(reader.q);
  return rows[0];
}

export async function touchSession(reader: Reader, id: string, now: Date): Promise<void> {
  await reader.q
    .updateTable('staff_sessions')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .where('last_seen_at', '<', now)
    .execute();
}

export type EndedSession = { staff_id: string; remember: boolean };

export async function endSession(reader: Reader, id: string): Promise<EndedSession | undefined> {
  return reader.q
    .deleteFrom('staff_sessions')
    .where('id', '=', id)
    .returning(['staff_id', 'remember'])
    .executeTakeFirst();
}

export async function endSessionByHash(tx: Tx, secretHash: string): Promise<void> {
  await tx.q.deleteFrom('staff_sessions').where('secret_hash', '=', secretHash).execute();
}

export async function endSessionsOf(tx: Tx, staffId: string): Promise<void> {
  await tx.q.deleteFrom('staff_sessions').where('staff_id', '=', staffId).execute();
}

/** Dead sessions go, then the oldest beyond `keep`. */
export async function trimSessions(tx: Tx, staffId: string, keep: number, now: Date, idle: Date): Promise<void> {
  await sql`
    delete from staff_sessions where staff_id = ${staffId} and id not in (
      select id from staff_sessions
      where staff_id = ${staffId} and expires_at > ${now} and (remember or last_seen_at > ${idle})
      order by created_at desc, id desc limit ${keep}
    )
  `.execute(tx.q);
}

export async function liveSessions(reader: Reader, now: Date, idle: Date) {
  return reader.q
    .selectFrom('staff_sessions as s')
    .innerJoin('staff_accounts as a', 'a.id', 's.staff_id')
    .select(['s.id', 's.staff_id', 'a.name', 's.ip', 's.user_agent', 's.created_at', 's.last_seen_at'])
    .where('s.expires_at', '>', now)
    .where((where) => where.or([where('s.remember', '=', true), where('s.last_seen_at', '>', idle)]))
    .orderBy('s.last_seen_at', 'desc')
    .limit(500)
    .execute();
}

export async function insertCaptcha(reader: Reader, id: string, answerHash: string, expiresAt: Date): Promise<void> {
  await reader.q.insertInto('staff_captchas').values({ id, answer_hash: answerHash, expires_at: expiresAt }).execute();
}

/** Takes the captcha away, so that it can be answered once, right or wrong. */
export async function takeCaptcha(reader: Reader, id: string, now: Date): Promise<string | undefined> {
  const row = await reader.q
    .deleteFrom('staff_captchas')
    .where('id', '=', id)
    .returning(['answer_hash', 'expires_at'])
    .executeTakeFirst();
  return row && row.expires_at > now ? row.answer_hash : undefined;
}

export type LoginNote = { at: Date; username: string; result: string; ip: string; userAgent: string };

export async function logLogin(reader: Reader, note: LoginNote): Promise<void> {
  await reader.q
    .insertInto('staff_login_log')
    .values({ at: note.at, username: note.username, result: note.result, ip: note.ip, user_agent: note.userAgent })
    .execute();
}

export async function sweep(reader: Reader, now: Date, idle: Date, dayAgo: Date): Promise<void> {
  await reader.q
    .deleteFrom('staff_sessions')
    .where((where) =>
      where.or([
        where('expires_at', '<=', now),
        where.and([where('remember', '=', false), where('last_seen_at', '<=', idle)]),
      ]),
    )
    .execute();
  await reader.q.deleteFrom('staff_captchas').where('expires_at', '<=', now).execute();
  await reader.q.deleteFrom('staff_login_failures').where('last_at', '<', dayAgo).execute();
}

/** Accounts, roles and who holds which are changed one command at a time: the last super must not slip away. */
export const lockOrganisation = (tx: Tx) => lock(tx, 'staff.organisation');

/** The newest line of the audit trail about a subject, along its index. */
export async function lastChange(reader: Reader, subjectId: string): Promise<{ by: string; at: Date } | undefined> {
  return reader.q
    .selectFrom('audit_log')
    .select(['staff_name as by', 'at'])
    .where('subject_id', '=', subjectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}
