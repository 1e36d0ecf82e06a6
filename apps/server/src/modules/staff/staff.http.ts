// The doors of staff.
import {
  changeStaffPassword,
  createRole,
  createServiceToken,
  createStaff,
  deleteRole,
  endStaffSession,
  getServiceSelf,
  getStaffMe,
  listAudit,
  listLogins,
  listRoles,
  listServiceTokens,
  listStaff,
  listStaffSessions,
  revokeServiceToken,
  setStaffState,
  staffCaptcha,
  staffLogin,
  staffLogout,
  updateRole,
  updateStaff,
} from '@jishi/contract';
import { STAFF_COOKIE, type Cookies, type Door } from '../../platform/http.ts';
import type { SignedIn, Staff } from './staff.ts';

const done = { ok: true } as const;

export function bindStaff(door: Door, staff: Staff): void {
  door.handle(staffCaptcha, () => staff.captcha());
  door.handle(staffLogin, async ({ request, cookies }, input) =>
    handOver(cookies, await staff.login(input, request, cookies.get(STAFF_COOKIE))),
  );
  door.handle(staffLogout, async ({ staff: who, cookies }) => {
    await staff.logout(who);
    cookies.clear(STAFF_COOKIE);
    return done;
  });
  door.handle(getStaffMe, ({ staff: who }) => staff.me(who));
  door.handle(changeStaffPassword, async ({ staff: who, request, cookies }, input) =>
    handOver(cookies, await staff.changePassword(who, input, request)),
  );
  door.handle(listStaffSessions, ({ staff: who }) => staff.sessions(who));
  door.handle(endStaffSession, ({ staff: who, request }, input) =>
    staff.endSession(who, input, request).then(() => done),
  );
  door.handle(listStaff, (_, input) => staff.members(input));
  door.handle(createStaff, ({ staff: who, request }, input) => staff.createMember(who, input, request));
  door.handle(updateStaff, ({ staff: who, request }, input) => staff.updateMember(who, input, request));
  door.handle(setStaffState, ({ staff: who, request }, input) => staff.setMemberState(who, input, request));
  door.handle(listRoles, () => staff.roles());
  door.handle(createRole, ({ staff: who, request }, input) => staff.createRole(who, input, request));
  door.handle(updateRole, ({ staff: who, request }, input) => staff.updateRole(who, input, request));
  door.handle(deleteRole, ({ staff: who, request }, input) =>
    staff.deleteRole(who, input.roleId, request).then(() => done),
  );
  door.handle(listServiceTokens, () => staff.serviceTokens());
  door.handle(createServiceToken, ({ staff: who, request }, input) => staff.createServiceToken(who, input, request));
  door.handle(revokeServiceToken, ({ staff: who, request }, input) => staff.revokeServiceToken(who, input, request));
  door.handle(getServiceSelf, async ({ service: { code, name, scopes, expiresAt } }) => ({
    service: code,
    name,
    scopes: [...scopes].toSorted(),
    expiresAt,
  }));
  door.handle(listAudit, (_, input) => staff.auditTrail(input));
  door.handle(listLogins, (_, input) => staff.logins(input));
}

/** The secret goes into the cookie and nowhere else. */
function handOver(cookies: Cookies, { me, cookie }: SignedIn): SignedIn['me'] {
  cookies.set(STAFF_COOKIE, cookie.secret, cookie.maxAge === undefined ? {} : { maxAge: cookie.maxAge });
  return me;
}
