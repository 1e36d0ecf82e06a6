// Staff: who works here, how they sign in, what they may do, and the two trails that nobody may edit.
import type {
  changeStaffPassword,
  createRole,
  createStaff,
  Got,
  Id,
  In,
  listAudit,
  listLogins,
  listRoles,
  listStaff,
  listStaffSessions,
  Out,
  setStaffState,
  staffCaptcha,
  staffLogin,
  updateRole,
  updateStaff,
} from '@jishi/contract';
import type { Tx } from '../../platform/db.ts';
import type { Ctx, StaffSession } from '../../platform/http.ts';

/** Where a staff command came from, for the audit trail. */
export type Asking = Pick<Ctx['request'], 'id' | 'ip'>;
/** Whose doing it was: a signed-in member of staff, or the house itself (command line, schedules). */
export type AuditActor = StaffSession | { system: true };
export type AuditNote = {
  /** `<noun>.<verb>`: catalog.edit, order.ship ... */
  action: string;
  subjectKind: string;
  subjectId: string;
  before?: unknown;
  after?: unknown;
};

/** What the browser is told to keep after signing in. `maxAge` in seconds; without it the cookie ends with the browser. */
export type SessionCookie = { secret: string; maxAge?: number };
export type SignedIn = { me: Out<typeof staffLogin>; cookie: SessionCookie };

export type Staff = {
  /** Part: one row of the audit trail, in the transaction of the command that it tells of. */
  audit(tx: Tx, actor: AuditActor, note: AuditNote, asking?: Asking): Promise<void>;

  /** The guard of the staff doors: one query. Null when nobody is signed in with this cookie. */
  session(cookie: string): Promise<StaffSession | null>;
  captcha(): Promise<Out<typeof staffCaptcha>>;
  login(input: In<typeof staffLogin>, from: Ctx['request'], oldCookie?: string): Promise<SignedIn>;
  logout(who: StaffSession): Promise<void>;
  me(who: StaffSession): Promise<Out<typeof staffLogin>>;
  changePassword(who: StaffSession, input: In<typeof changeStaffPassword>, from: Ctx['request']): Promise<SignedIn>;
  sessions(who: StaffSession): Promise<Out<typeof listStaffSessions>>;
  endSession(who: StaffSession, sessionId: Id<'staffSession'>, asking?: Asking): Promise<void>;

  members(input: In<typeof listStaff>): Promise<Out<typeof listStaff>>;
  createMember(who: StaffSession, input: In<typeof createStaff>, asking?: Asking): Promise<Out<typeof createStaff>>;
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

  auditTrail(input: In<typeof listAudit>): Promise<Out<typeof listAudit>>;
  logins(input: In<typeof listLogins>): Promise<Out<typeof listLogins>>;

  /** At every start: the built-in roles are there and hold what the contract says. */
  ensureBuiltInRoles(): Promise<void>;
  /** Once in the life of a shop: refuses when any account exists. */
  createFirstAdmin(input: { username: string; name: string; password: string }): Promise<Id<'staff'>>;
  /** Schedule: forgets ended sessions, old captchas and old failures. */
  sweep(): Promise<void>;
};
