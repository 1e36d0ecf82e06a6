// Accounts and roles: who may do what, and the three rules that keep a shop from locking itself out or being taken over:
// nobody gives or commands more than they hold, built-in roles stay as they are, and one usable super is always left.
import { BUILT_IN_ROLES, createStaff as createStaffDoor } from '@jishi/contract';
import type {
  createRole as createRoleDoor,
  Id,
  In,
  listRoles,
  listStaff,
  Out,
  setStaffState,
  updateRole as updateRoleDoor,
  updateStaff,
} from '@jishi/contract';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import * as store from './staff.members.store.ts';
import { covers, isStrongPassword, permissionsOf } from './staff.rules.ts';
import type { Asking, StaffRoom } from './staff.ts';
import * as accounts from './staff.store.ts';

type MemberView = Out<typeof updateStaff>;
type RoleView = Out<typeof createRoleDoor>;
type Command = { who: StaffSession; asking: Asking | undefined };

export async function members(room: StaffRoom, input: In<typeof listStaff>): Promise<Out<typeof listStaff>> {
  const { items, total } = await store.members(room.db, input.q, input);
  return { items: await memberViews(room.db, items), total };
}

export async function createMember(room: StaffRoom, input: In<typeof createStaffDoor>, { who, asking }: Command) {
  if (!isStrongPassword(input.password)) fail('staff.password_weak', {}, 'password');
  const passwordHash = await room.secrets.hashPassword(input.password);
  const id = newId<'staff'>();
  const username = input.username.toLowerCase();
  return room.db.tx(async (tx) => {
    await accounts.lockOrganisation(tx);
    const roles = await givable(tx, who, input.roleIds);
    const row = { id, username, name: input.name, passwordHash, mustChange: true, at: room.clock.now() };
    if (!(await store.insertMember(tx, row))) fail('staff.username_taken', {}, 'username');
    await store.setRoles(tx, id, input.roleIds);
    const after = { username, name: input.name, roles };
    await room.audit(tx, who, { ...about('staff.create', id), name: input.name, after }, asking);
    return memberView(tx, id);
  });
}

export async function updateMember(room: StaffRoom, input: In<typeof updateStaff>, { who, asking }: Command) {
  const { password } = input;
  if (password !== undefined && !isStrongPassword(password)) fail('staff.password_weak', {}, 'password');
  const passwordHash = password === undefined ? null : await room.secrets.hashPassword(password);
  return room.db.tx(async (tx) => {
    await accounts.lockOrganisation(tx);
    const before = await commandable(tx, who, input.staffId);
    const roles = await givable(tx, who, input.roleIds);
    await store.rename(tx, input.staffId, input.name);
    await store.setRoles(tx, input.staffId, input.roleIds);
    await keepOneSuper(tx);
    if (passwordHash !== null) {
      // Whoever sets a password for somebody else ends every session that the old one had opened.
      await accounts.setPassword(tx, input.staffId, passwordHash, true);
      await accounts.endSessionsOf(tx, input.staffId);
    }
    const after = { name: input.name, roles, isPasswordReset: passwordHash !== null };
    await room.audit(tx, who, { ...about('staff.update', input.staffId), name: input.name, before, after }, asking);
    return memberView(tx, input.staffId);
  });
}

export async function setMemberState(room: StaffRoom, input: In<typeof setStaffState>, { who, asking }: Command) {
  return room.db.tx(async (tx) => {
    await accounts.lockOrganisation(tx);
    const before = await commandable(tx, who, input.staffId);
    await store.setState(tx, input.staffId, input.state);
    await keepOneSuper(tx);
    if (input.state === 'disabled') await accounts.endSessionsOf(tx, input.staffId);
    const reason = input.reason ? { reason: input.reason } : {};
    const trail = { before: { state: before.state }, after: { state: input.state, ...reason } };
    await room.audit(tx, who, { ...about(`staff.${input.state}`, input.staffId), name: before.name, ...trail }, asking);
    return memberView(tx, input.staffId);
  });
}

export async function roles(room: StaffRoom): Promise<Out<typeof listRoles>> {
  const rows = await store.roles(room.db);
  return { items: rows.map((row) => roleView(row, row.staff_count)) };
}

export async function createRole(room: StaffRoom, input: In<typeof createRoleDoor>, { who, asking }: Command) {
  if (!covers(who.permissions, input.permissions)) fail('staff.forbidden');
  const role = { id: newId<'role'>(), name: input.name, permissions: input.permissions };
  return room.db.tx(async (tx) => {
    await accounts.lockOrganisation(tx);
    if (await store.isRoleNameTaken(tx, role.name, role.id)) fail('role.name_taken', {}, 'name');
    await store.insertRole(tx, role);
    const after = { name: role.name, permissions: role.permissions };
    await room.audit(tx, who, { ...about('role.create', role.id, 'role'), name: role.name, after }, asking);
    return roleView({ ...role, code: null, is_built_in: false }, 0);
  });
}

export async function updateRole(room: StaffRoom, input: In<typeof updateRoleDoor>, { who, asking }: Command) {
  return room.db.tx(async (tx) => {
    await accounts.lockOrganisation(tx);
    const before = await changeable(tx, who, input.roleId);
    if (!covers(who.permissions, input.permissions)) fail('staff.forbidden');
    if (await store.isRoleNameTaken(tx, input.name, input.roleId)) fail('role.name_taken', {}, 'name');
    const role = { id: input.roleId, name: input.name, permissions: input.permissions };
    await store.updateRole(tx, role);
    const trail = {
      before: { name: before.name, permissions: before.permissions },
      after: { name: role.name, permissions: role.permissions },
    };
    await room.audit(tx, who, { ...about('role.update', role.id, 'role'), name: role.name, ...trail }, asking);
    return roleView({ ...role, code: null, is_built_in: false }, await store.countHolders(tx, role.id));
  });
}

export async function deleteRole(room: StaffRoom, roleId: Id<'role'>, { who, asking }: Command): Promise<void> {
  await room.db.tx(async (tx) => {
    await accounts.lockOrganisation(tx);
    const before = await changeable(tx, who, roleId);
    const count = await store.countHolders(tx, roleId);
    if (count > 0) fail('role.in_use', { count });
    await store.deleteRole(tx, roleId);
    const trail = { before: { name: before.name, permissions: before.permissions } };
    await room.audit(tx, who, { ...about('role.delete', roleId, 'role'), name: before.name, ...trail }, asking);
  });
}

export async function ensureBuiltInRoles(room: StaffRoom): Promise<void> {
  await room.db.tx(async (tx) => {
    await accounts.lockOrganisation(tx);
    for (const [code, role] of Object.entries(BUILT_IN_ROLES)) {
      await store.putBuiltInRole(tx, { id: newId<'role'>(), code, ...role });
    }
  });
}

/** The account that a new shop starts with. */
export async function createFirstAdmin(
  room: StaffRoom,
  input: { username: string; name: string; password: string },
): Promise<Id<'staff'>> {
  const named = createStaffDoor.input
    .pick({ username: true, name: true })
    .safeParse({ username: input.username, name: input.name });
  if (!named.success) fail('request.invalid', {}, String(named.error.issues[0]?.path[0] ?? 'username'));
  if (!isStrongPassword(input.password)) fail('staff.password_weak', {}, 'password');
  await ensureBuiltInRoles(room);
  const passwordHash = await room.secrets.hashPassword(input.password);
  const id = newId<'staff'>();
  const { name } = named.data;
  const username = named.data.username.toLowerCase();
  return room.db.tx(async (tx) => {
    await accounts.lockOrganisation(tx);
    if (!(await store.isEmpty(tx))) throw new Error('已有员工账号，请登录后台添加员工');
    const role = await store.roleByCode(tx, 'super');
    assert(role, 'the role super is missing');
    await store.insertMember(tx, { id, username, name, passwordHash, mustChange: false, at: room.clock.now() });
    await store.setRoles(tx, id, [role.id]);
    await room.audit(tx, { system: true }, { ...about('staff.first_admin', id), name, after: { username } });
    return id;
  });
}

const about = (action: string, subjectId: string, subjectKind = 'staff') => ({ action, subjectKind, subjectId });

/** The names of the roles, all of which exist and none of which holds more than `who` does. */
async function givable(tx: Tx, who: StaffSession, roleIds: readonly string[]): Promise<string[]> {
  const rows = await store.rolesByIds(tx, roleIds);
  if (rows.length !== new Set(roleIds).size) fail('role.not_found', {}, 'roleIds');
  for (const row of rows) if (!covers(who.permissions, heldBy(row))) fail('staff.forbidden', {}, 'roleIds');
  return rows.map((row) => row.name).toSorted();
}

/** A member whom `who` may command: one that holds nothing that `who` does not hold. */
export async function commandable(tx: Tx, who: StaffSession, staffId: string) {
  const row = (await store.member(tx, staffId)) ?? fail('staff.not_found');
  const held = await store.rolesOf(tx, [staffId]);
  for (const role of held) if (!covers(who.permissions, heldBy(role))) fail('staff.forbidden');
  return { name: row.name, state: row.state, roles: held.map((role) => role.name) };
}

async function changeable(tx: Tx, who: StaffSession, roleId: string): Promise<store.RoleRow> {
  const row = (await store.rolesByIds(tx, [roleId]))[0] ?? fail('role.not_found');
  if (row.is_built_in) fail('role.built_in');
  if (!covers(who.permissions, heldBy(row))) fail('staff.forbidden');
  return row;
}

async function keepOneSuper(tx: Tx): Promise<void> {
  if ((await store.countSupers(tx)) === 0) fail('staff.last_super');
}

const heldBy = (role: { code: string | null; permissions: readonly string[] }) =>
  permissionsOf({ isSuper: role.code === 'super', permissions: role.permissions });

async function memberView(reader: Reader, id: string): Promise<MemberView> {
  const row = await store.member(reader, id);
  const view = row && (await memberViews(reader, [row]))[0];
  assert(view, `account ${id} vanished`);
  return view;
}

async function memberViews(reader: Reader, rows: readonly store.MemberRow[]): Promise<MemberView[]> {
  const held = await store.rolesOf(
    reader,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    username: row.username,
    name: row.name,
    state: row.state as MemberView['state'],
    roles: held.filter((role) => role.staffId === row.id).map(({ id, name }) => ({ id, name })),
    lastLoginAt: row.last_login_at,
    createdAt: row.created_at,
  }));
}

type RoleFacts = {
  id: string;
  code: string | null;
  name: string;
  permissions: readonly string[];
  is_built_in: boolean;
};

function roleView(row: RoleFacts, staffCount: number): RoleView {
  const { id, code, name } = row;
  return { id, code, name, permissions: heldBy(row), isBuiltIn: row.is_built_in, staffCount };
}
