// Staff: who works here, how they sign in, what they may do, and the two trails that nobody may edit.
import type {
  changeStaffPassword,
  createRole,
  createServiceToken,
  createStaff as createStaffDoor,
  endStaffSession,
  Id,
  In,
  listAudit,
  listLogins,
  listRoles,
  listServiceTokens,
  listStaff,
  listStaffSessions,
  Out,
  revokeServiceToken,
  setStaffState,
  staffCaptcha,
  staffLogin,
  updateRole,
  updateStaff,
} from '@jishi/contract';
import { spanMs, type Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import type { Db, Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Ctx, Service, StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import * as people from './staff.members.ts';
import * as trails from './staff.members.store.ts';
import { idleBefore, isStrongPassword } from './staff.rules.ts';
import { createSecrets, type Secrets } from './staff.secrets.ts';
import * as services from './staff.services.ts';
import * as signin from './staff.signin.ts';
import * as store from './staff.store.ts';

/** Where a staff command came from, for the audit trail. */
export type Asking = Pick<Ctx['request'], 'id' | 'ip'>;
/** Whose doing it was: a signed-in member of staff, or the house itself (command line, schedules). */
export type AuditActor = StaffSession | { system: true };
export type AuditNote = {
  /** `<noun>.<verb>`: catalog.edit, order.ship ... */
  action: string;
  subjectKind: string;
  subjectId: string;
  /** What people call the subject: an order number, a title, somebody's name. As it was called then. */
  name?: string | undefined;
  before?: unknown;
  after?: unknown;
};

/** What the browser is told to keep after signing in. `maxAge` in seconds; without it the cookie ends with the browser. */
export type SessionCookie = { secret: string; maxAge?: number };
export type SignedIn = { me: Out<typeof staffLogin>; cookie: SessionCookie };

export type Staff = {
  /** Part: one row of the audit trail, in the transaction of the command that it tells of. */
  audit(tx: Tx, actor: AuditActor, note: AuditNote, asking?: Asking): Promise<void>;

  /** Who last did something to a subject, by the audit trail. */
  lastChange(reader: Reader, subjectId: string): Promise<{ by: string; at: Date } | undefined>;

  /** The guard of the staff doors: one query. Null when nobody is signed in with this cookie. */
  session(cookie: string): Promise<StaffSession | null>;
  captcha(): Promise<Out<typeof staffCaptcha>>;
  login(input: In<typeof staffLogin>, from: Ctx['request'], oldCookie?: string): Promise<SignedIn>;
  logout(who: StaffSession): Promise<void>;
  me(who: StaffSession): Promise<Out<typeof staffLogin>>;
  changePassword(who: StaffSession, input: In<typeof changeStaffPassword>, from: Ctx['request']): Promise<SignedIn>;
  sessions(who: StaffSession): Promise<Out<typeof listStaffSessions>>;
  endSession(who: StaffSession, input: In<typeof endStaffSession>, asking?: Asking): Promise<void>;

  members(input: In<typeof listStaff>): Promise<Out<typeof listStaff>>;
  createMember(
    who: StaffSession,
    input: In<typeof createStaffDoor>,
    asking?: Asking,
  ): Promise<Out<typeof createStaffDoor>>;
  updateMember(who: StaffSession, input: In<typeof updateStaff>, asking?: Asking): Promise<Out<typeof updateStaff>>;
  setMemberState(
    who: StaffSession,
    input: In<typeof setStaffState>,
    asking?: Asking,
  ): Promise<Out<typeof setStaffState>>;
  roles(): Promise<Out<typeof listRoles>>;
  createRole(who: StaffSession, input: In<typeof createRole>, asking?: Asking): Promise<Out<typeof createRole>>;
  updateRole(who: StaffSession, input: In<typeof updateRole>, asking?: Asking): Promise<Out<typeof updateRole>>;
  deleteRole(who: StaffSession, roleId: Id<'role'>, asking?: Asking): Promise<void>;

  /** The guard of the service doors: who a token belongs to, null when it is not good. */
  service(token: string): Promise<Service | null>;
  serviceTokens(): Promise<Out<typeof listServiceTokens>>;
  createServiceToken(
    who: StaffSession,
    input: In<typeof createServiceToken>,
    asking?: Asking,
  ): Promise<Out<typeof createServiceToken>>;
  revokeServiceToken(
    who: StaffSession,
    input: In<typeof revokeServiceToken>,
    asking?: Asking,
  ): Promise<Out<typeof revokeServiceToken>>;

  auditTrail(input: In<typeof listAudit>): Promise<Out<typeof listAudit>>;
  logins(input: In<typeof listLogins>): Promise<Out<typeof listLogins>>;

  /** At every start: the built-in roles are there and hold what the contract says. */
  ensureBuiltInRoles(): Promise<void>;
  /** Once in the life of a shop: throws, in words for the command line, when any account exists. */
  createFirstAdmin(input: { username: string; name: string; password: string }): Promise<Id<'staff'>>;
  /** Schedule: forgets ended sessions, old captchas and old failures. */
  sweep(): Promise<void>;
};

export type StaffDeps = {
  db: Db;
  clock: Clock;
  /** The secret keys the hashes of sessions and captcha answers; CAPTCHA is off in development and tests only. */
  config: Pick<Config, 'STAFF_SESSION_SECRET' | 'CAPTCHA'>;
  log: Log;
  /** What the next captcha shows; at random unless a test wants to know. */
  captchaText?: () => string;
};

/** What the files of this room share. */
export type StaffRoom = Required<Omit<StaffDeps, 'config'>> & {
  needsCaptcha: boolean;
  secrets: Secrets;
  audit: Staff['audit'];
};

export function createStaff(deps: StaffDeps): Staff {
  const { db, clock, log, config, captchaText = signin.randomCaptchaText } = deps;
  const audit: Staff['audit'] = (tx, actor, note, asking) => writeAudit(clock, tx, actor, note, asking);
  const secrets = createSecrets(config.STAFF_SESSION_SECRET);
  const room: StaffRoom = { db, clock, log, needsCaptcha: config.CAPTCHA === 'on', captchaText, secrets, audit };
  return {
    audit,
    lastChange: store.lastChange,
    session: (cookie) => signin.session(room, cookie),
    captcha: () => signin.captcha(room),
    login: (input, from, oldCookie) => signin.login(room, input, from, oldCookie),
    logout: async (who) => void (await store.endSession(db, who.sessionId)),
    me: (who) => signin.me(room, who),
    changePassword: (who, input, from) => changePassword(room, who, input, from),
    sessions: (who) => sessions(room, who),
    endSession: (who, { sessionId, reason }, asking) =>
      db.tx(async (tx) => {
        const ended = await store.endSession(tx, sessionId);
        if (!ended) return;
        const { name } = await people.commandable(tx, who, ended.staff_id);
        const subject = { subjectKind: 'staff', subjectId: ended.staff_id, name };
        await audit(tx, who, { action: 'staff.end_session', ...subject, after: { reason } }, asking);
      }),
    members: (input) => people.members(room, input),
    createMember: (who, input, asking) => people.createMember(room, input, { who, asking }),
    updateMember: (who, input, asking) => people.updateMember(room, input, { who, asking }),
    setMemberState: (who, input, asking) => people.setMemberState(room, input, { who, asking }),
    roles: () => people.roles(room),
    createRole: (who, input, asking) => people.createRole(room, input, { who, asking }),
    updateRole: (who, input, asking) => people.updateRole(room, input, { who, asking }),
    deleteRole: (who, roleId, asking) => people.deleteRole(room, roleId, { who, asking }),
    service: (token) => services.service(room, token),
    serviceTokens: () => services.tokens(room),
    createServiceToken: (who, input, asking) => services.create(room, who, input, asking),
    revokeServiceToken: (who, input, asking) => services.revoke(room, who, input, asking),
    auditTrail: (input) => auditTrail(room, input),
    logins: (input) => logins(room, input),
    ensureBuiltInRoles: () => people.ensureBuiltInRoles(room),
    createFirstAdmin: (input) => people.createFirstAdmin(room, input),
    sweep: async () => {
      const now = clock.now();
      await store.sweep(db, now, idleBefore(now), new Date(now.getTime() - spanMs({ days: 1 })));
    },
  };
}

async function writeAudit(clock: Clock, tx: Tx, actor: AuditActor, note: AuditNote, asking?: Asking): Promise<void> {
  const who =
    'system' in actor ? { staffId: null, staffName: '系统' } : { staffId: actor.staffId, staffName: actor.name };
  const from = { ip: asking?.ip ?? null, requestId: asking?.id ?? null };
  const { name: subjectName = null, ...what } = note;
  await trails.insertAudit(tx, { at: clock.now(), before: null, after: null, ...what, subjectName, ...who, ...from });
}

async function changePassword(
  room: StaffRoom,
  who: StaffSession,
  input: In<typeof changeStaffPassword>,
  from: Ctx['request'],
): Promise<SignedIn> {
  const { db, secrets } = room;
  if (!isStrongPassword(input.newPassword)) fail('staff.password_weak', {}, 'newPassword');
  const account = await store.account(db, who.staffId);
  assert(account, `account ${who.staffId} vanished`);
  if (!(await secrets.isPassword(account.password_hash, input.oldPassword))) {
    fail('staff.password_wrong', {}, 'oldPassword');
  }
  const hash = await secrets.hashPassword(input.newPassword);
  const cookie = await db.tx(async (tx) => {
    const now = await store.lockAccount(tx, who.staffId);
    // Two changes at once: the second was made with a password that is not the old one any more.
    if (now?.password_hash !== account.password_hash) fail('staff.password_wrong', {}, 'oldPassword');
    if (now.state !== 'active') fail('staff.not_signed_in');
    const mine = await store.endSession(tx, who.sessionId);
    if (!mine) fail('staff.not_signed_in');
    await store.setPassword(tx, who.staffId, hash, false);
    await store.endSessionsOf(tx, who.staffId);
    const subject = { subjectKind: 'staff', subjectId: who.staffId, name: who.name };
    await room.audit(tx, who, { action: 'staff.password', ...subject }, from);
    return signin.openSession(room, tx, { staffId: who.staffId, remember: mine.remember, from });
  });
  return signin.signedIn(room, cookie);
}

async function sessions(room: StaffRoom, who: StaffSession): Promise<Out<typeof listStaffSessions>> {
  const now = room.clock.now();
  const rows = await store.liveSessions(room.db, now, idleBefore(now));
  return {
    items: rows.map((row) => ({
      id: row.id,
      staffId: row.staff_id,
      staffName: row.name,
      ip: row.ip,
      userAgent: row.user_agent,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      isCurrent: row.id === who.sessionId,
    })),
  };
}

type Shown = Out<typeof listAudit>['items'][number]['before'];

async function auditTrail(room: StaffRoom, input: In<typeof listAudit>): Promise<Out<typeof listAudit>> {
  const { items, total } = await trails.auditPage(room.db, input, input);
  return {
    total,
    items: items.map((row) => ({
      id: String(row.id),
      at: row.at,
      staffName: row.staff_name,
      action: row.action,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      subjectName: row.subject_name,
      before: row.before as Shown,
      after: row.after as Shown,
      ip: row.ip,
      requestId: row.request_id,
    })),
  };
}

type LoginResult = Out<typeof listLogins>['items'][number]['result'];

async function logins(room: StaffRoom, input: In<typeof listLogins>): Promise<Out<typeof listLogins>> {
  const { items, total } = await trails.loginPage(room.db, input, input);
  return {
    total,
    items: items.map((row) => ({
      id: String(row.id),
      at: row.at,
      username: row.username,
      result: row.result as LoginResult,
      ip: row.ip,
      userAgent: row.user_agent,
    })),
  };
}
