// All SQL of accounts as staff see them, of roles, and of the two trails.
import { sql } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';

/** Totals stop here: nobody turns that many pages, and counting millions for them costs everybody. */
const COUNT_MAX = 100_000;

export type MemberRow = {
  id: string;
  username: string;
  name: string;
  state: string;
  last_login_at: Date | null;
  created_at: Date;
};
export type MemberRole = { staffId: string; id: string; code: string | null; name: string; permissions: string[] };

const MEMBER = ['id', 'username', 'name', 'state', 'last_login_at', 'created_at'] as const;

const pattern = (q: string) => `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

export async function members(reader: Reader, q: string | undefined, page: { page: number; size: number }) {
  const found = reader.q
    .selectFrom('staff_accounts')
    .$if(Boolean(q), (query) =>
      query.where((where) =>
        where.or([where('username', 'ilike', pattern(q ?? '')), where('name', 'ilike', pattern(q ?? ''))]),
      ),
    );
  const items: MemberRow[] = await found
    .select(MEMBER)
    .orderBy('created_at')
    .orderBy('id')
    .limit(page.size)
    .offset((page.page - 1) * page.size)
    .execute();
  const { count } = await found.select((select) => select.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { items, total: Number(count) };
}

export async function member(reader: Reader, id: string): Promise<MemberRow | undefined> {
  return reader.q.selectFrom('staff_accounts').select(MEMBER).where('id', '=', id).executeTakeFirst();
}

export async function rolesOf(reader: Reader, staffIds: readonly string[]): Promise<MemberRole[]> {
  return reader.q
    .selectFrom('staff_account_roles as ar')
    .innerJoin('staff_roles as r', 'r.id', 'ar.role_id')
    .select(['ar.staff_id as staffId', 'r.id', 'r.code', 'r.name', 'r.permissions'])
    .where('ar.staff_id', '=', sql<string>`any(${staffIds}::uuid[])`)
    .orderBy('r.name')
    .execute();
}

export type NewMember = {
  id: string;
  username: string;
  name: string;
  passwordHash: string;
  mustChange: boolean;
  at: Date;
};

/** False when the name is taken. */
export async function insertMember(tx: Tx, member: NewMember): Promise<boolean> {
  const row = await tx.q
    .insertInto('staff_accounts')
    .values({
      id: member.id,
      username: member.username,
      name: member.name,
      password_hash: member.passwordHash,
      must_change_password: member.mustChange,
      created_at: member.at,
    })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function rename(tx: Tx, id: string, name: string): Promise<void> {
  await tx.q.updateTable('staff_accounts').set({ name }).where('id', '=', id).execute();
}

export async function setState(tx: Tx, id: string, state: string): Promise<void> {
  await tx.q.updateTable('staff_accounts').set({ state }).where('id', '=', id).execute();
}

export async function setRoles(tx: Tx, staffId: string, roleIds: readonly string[]): Promise<void> {
  await tx.q
    .deleteFrom('staff_account_roles')
    .where('staff_id', '=', staffId)
    .where('role_id', '!=', sql<string>`all(${roleIds}::uuid[])`)
    .execute();
  await sql`
    insert into staff_account_roles (staff_id, role_id)
    select ${staffId}, id from unnest(${roleIds}::uuid[]) as id
    on conflict do nothing
  `.execute(tx.q);
}

/** How many could still open every door. */
export async function countSupers(tx: Tx): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from staff_accounts a
    where a.state = 'active' and exists (
      select 1 from staff_account_roles ar join staff_roles r on r.id = ar.role_id
      where ar.staff_id = a.id and r.code = 'super')
  `.execute(tx.q);
  return rows[0]?.count ?? 0;
}

export async function isEmpty(reader: Reader): Promise<boolean> {
  return (await reader.q.selectFrom('staff_accounts').select('id').limit(1).executeTakeFirst()) === undefined;
}

export type RoleRow = { id: string; code: string | null; name: string; permissions: string[]; is_built_in: boolean };
const ROLE = ['id', 'code', 'name', 'permissions', 'is_built_in'] as const;

export async function roles(reader: Reader): Promise<(RoleRow & { staff_count: number })[]> {
  const rows = await reader.q
    .selectFrom('staff_roles as r')
    .select(['r.id', 'r.code', 'r.name', 'r.permissions', 'r.is_built_in'])
    .select((select) =>
      select
        .selectFrom('staff_account_roles as ar')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('ar.role_id', '=', 'r.id')
        .as('staff_count'),
    )
    .orderBy('r.is_built_in', 'desc')
    .orderBy('r.id')
    .limit(500)
    .execute();
  return rows.map((row) => ({ ...row, staff_count: Number(row.staff_count ?? 0) }));
}

export async function rolesByIds(reader: Reader, ids: readonly string[]): Promise<RoleRow[]> {
  return reader.q
    .selectFrom('staff_roles')
    .select(ROLE)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
}

export async function roleByCode(reader: Reader, code: string): Promise<RoleRow | undefined> {
  return reader.q.selectFrom('staff_roles').select(ROLE).where('code', '=', code).executeTakeFirst();
}

export type RoleFields = { id: string; name: string; permissions: readonly string[] };

export async function isRoleNameTaken(reader: Reader, name: string, byOtherThan: string): Promise<boolean> {
  const row = await reader.q
    .selectFrom('staff_roles')
    .select('id')
    .where('name', '=', name)
    .where('id', '!=', byOtherThan)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertRole(tx: Tx, role: RoleFields): Promise<void> {
  await tx.q
    .insertInto('staff_roles')
    .values({ id: role.id, name: role.name, permissions: [...role.permissions] })
    .execute();
}

export async function updateRole(tx: Tx, role: RoleFields): Promise<void> {
  await tx.q
    .updateTable('staff_roles')
    .set({ name: role.name, permissions: [...role.permissions] })
    .where('id', '=', role.id)
    .execute();
}

export async function deleteRole(tx: Tx, id: string): Promise<void> {
  await tx.q.deleteFrom('staff_roles').where('id', '=', id).execute();
}

export async function countHolders(tx: Tx, roleId: string): Promise<number> {
  const { count } = await tx.q
    .selectFrom('staff_account_roles')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('role_id', '=', roleId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Repeated at every start: a new release may bring new permissions to a built-in role. */
export async function putBuiltInRole(tx: Tx, role: RoleFields & { code: string }): Promise<void> {
  const fields = { name: role.name, permissions: [...role.permissions], is_built_in: true };
  await tx.q
    .insertInto('staff_roles')
    .values({ id: role.id, code: role.code, ...fields })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(fields))
    .execute();
}

export type AuditRow = {
  at: Date;
  staffId: string | null;
  staffName: string;
  action: string;
  subjectKind: string;
  subjectId: string;
  subjectName: string | null;
  before: unknown;
  after: unknown;
  ip: string | null;
  requestId: string | null;
};

export async function insertAudit(tx: Tx, row: AuditRow): Promise<void> {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  await sql`
    insert into audit_log
      (at, staff_id, staff_name, action, subject_kind, subject_id, subject_name, before, after, ip, request_id)
    values (${row.at}, ${row.staffId}, ${row.staffName}, ${row.action}, ${row.subjectKind}, ${row.subjectId},
      ${row.subjectName}, ${json(row.before)}::jsonb, ${json(row.after)}::jsonb, ${row.ip}, ${row.requestId})
  `.execute(tx.q);
}

const dayBegins = (day: string | undefined) => sql<Date>`${day ?? ''}::date::timestamp at time zone 'Asia/Shanghai'`;
const dayEnds = (day: string | undefined) =>
  sql<Date>`(${day ?? ''}::date + 1)::timestamp at time zone 'Asia/Shanghai'`;

export type AuditFilter = {
  staffId?: string | undefined;
  action?: string | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
  /** A word of the subject's name, or its whole id. */
  q?: string | undefined;
  /** Days in Shanghai, both inclusive. */
  from?: string | undefined;
  to?: string | undefined;
};
type Page = { page: number; size: number };

export async function auditPage(reader: Reader, filter: AuditFilter, page: Page) {
  const { staffId, action, subjectKind, subjectId, q, from, to } = filter;
  const like = `%${(q ?? '').replaceAll(/[\\%_]/g, '\\$&')}%`;
  const found = reader.q
    .selectFrom('audit_log')
    .$if(staffId !== undefined, (query) => query.where('staff_id', '=', staffId ?? ''))
    .$if(Boolean(action), (query) => query.where('action', '=', action ?? ''))
    .$if(Boolean(subjectKind), (query) => query.where('subject_kind', '=', subjectKind ?? ''))
    .$if(Boolean(subjectId), (query) => query.where('subject_id', '=', subjectId ?? ''))
    .$if(Boolean(q), (query) =>
      query.where((where) => where.or([where('subject_id', '=', q ?? ''), where('subject_name', 'ilike', like)])),
    )
    .$if(Boolean(from), (query) => query.where('at', '>=', dayBegins(from)))
    .$if(Boolean(to), (query) => query.where('at', '<', dayEnds(to)));
  const items = await found
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.size)
    .offset((page.page - 1) * page.size)
    .execute();
  const counted = await reader.q
    .selectFrom(found.select('id').limit(COUNT_MAX).as('found'))
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { items, total: Number(counted.count) };
}

export type LoginFilter = Pick<AuditFilter, 'from' | 'to'> & {
  username?: string | undefined;
  result?: string | undefined;
};

export async function loginPage(reader: Reader, filter: LoginFilter, page: Page) {
  const { username, result, from, to } = filter;
  const found = reader.q
    .selectFrom('staff_login_log')
    .$if(Boolean(username), (query) => query.where('username', '=', (username ?? '').toLowerCase()))
    .$if(Boolean(result), (query) => query.where('result', '=', result ?? ''))
    .$if(Boolean(from), (query) => query.where('at', '>=', dayBegins(from)))
    .$if(Boolean(to), (query) => query.where('at', '<', dayEnds(to)));
  const items = await found
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.size)
    .offset((page.page - 1) * page.size)
    .execute();
  const counted = await reader.q
    .selectFrom(found.select('id').limit(COUNT_MAX).as('found'))
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { items, total: Number(counted.count) };
}
