// How staff sign in, what stops those who should not, and who may change whom.
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUILT_IN_ROLES, PERMISSION_CODES, type Id } from '@jishi/contract';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { testClock, type TestClock } from '../../platform/clock.ts';
import type { StaffSession } from '../../platform/http.ts';
import { createLog } from '../../platform/log.ts';
import { createStaff, type SignedIn, type Staff } from './staff.ts';

const SECRET = 'a-secret-of-this-test-only-0123456789';
const PASSWORD = 'correct-horse-1';
let database: TestDatabase;
let clock: TestClock;
let staff: Staff;
let guarded: Staff;
let ipCount = 0;
let rootCookie: string;
let names = 0;

const from = (ip = `10.0.0.${(ipCount += 1)}`) => ({
  id: 'request-1',
  ip,
  userAgent: 'test',
  platform: 'admin' as const,
});
const credentials = (username: string, password = PASSWORD, remember = false) => ({
  username,
  password,
  remember,
  captchaId: '',
  captcha: '',
});

beforeAll(async () => {
  database = await testDatabase();
  clock = testClock();
  const deps = { db: database.db, clock, log: createLog({ level: 'silent' }), captchaText: () => 'aB3d' };
  staff = createStaff({ ...deps, config: { STAFF_SESSION_SECRET: SECRET, CAPTCHA: 'off' } });
  guarded = createStaff({ ...deps, config: { STAFF_SESSION_SECRET: SECRET, CAPTCHA: 'on' } });
  await staff.createFirstAdmin({ username: 'Boss', name: '店主', password: PASSWORD });
});
afterAll(() => database.close());
beforeEach(async () => {
  clock.forward({ hours: 8 });
  rootCookie = (await staff.login(credentials('boss'), from())).cookie.secret;
});

const session = async (cookie: string): Promise<StaffSession> => {
  const who = await staff.session(cookie);
  if (!who) throw new Error('nobody is signed in');
  return who;
};
const root = () => session(rootCookie);
const roleId = async (code: string) => (await staff.roles()).items.find((role) => role.code === code)?.id as Id<'role'>;
/** A colleague with the given built-in role, signed in. */
async function colleague(code: string): Promise<{ id: Id<'staff'>; username: string; cookie: string }> {
  const username = `colleague${(names += 1)}`;
  const input = { username, name: `同事${names}`, password: PASSWORD, roleIds: [await roleId(code)] };
  const member = await staff.createMember(await root(), input);
  await ownPassword(username);
  const { cookie } = await staff.login(credentials(username), from());
  return { id: member.id as Id<'staff'>, username, cookie: cookie.secret };
}
/** As if the colleague had changed the password that was given. */
async function ownPassword(username: string): Promise<void> {
  await sql`update staff_accounts set must_change_password = false where username = ${username}`.execute(database.db.q);
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('the first day', () => {
  test('the first administrator is made once, holds every permission, and the password is kept as argon2id', async () => {
    const again = staff.createFirstAdmin({ username: 'thief', name: '贼', password: PASSWORD });
    await expect(again).rejects.toThrow('已有员工账号');
    expect([...(await root()).permissions]).toEqual(PERMISSION_CODES);
    const { rows } = await sql<{ password_hash: string }>`select password_hash from staff_accounts`.execute(
      database.db.q,
    );
    expect(rows.every((row) => row.password_hash.startsWith('$argon2id$'))).toBe(true);
  });

  test('built-in roles are there once, however often a process starts', async () => {
    await Promise.all([staff.ensureBuiltInRoles(), staff.ensureBuiltInRoles()]);
    const builtIn = (await staff.roles()).items.filter((role) => role.isBuiltIn);
    expect(builtIn.map((role) => role.code).toSorted()).toEqual(Object.keys(BUILT_IN_ROLES).toSorted());
  });
});

describe('the captcha', () => {
  const answered = (captchaId: string, captcha: string) =>
    codeOf(guarded.login({ ...credentials('boss'), captchaId, captcha }, from()));

  test('is answered in any case of letters, once, within five minutes', async () => {
    const { captchaId, svg } = await guarded.captcha();
    expect(svg).toMatch(/^<svg/);
    expect(svg).not.toContain('aB3d');
    expect(await answered(captchaId, 'AB3D')).toBe('ok');
    expect(await answered(captchaId, 'AB3D')).toBe('staff.captcha_wrong');
    const late = await guarded.captcha();
    clock.forward({ minutes: 5 });
    expect(await answered(late.captchaId, 'aB3d')).toBe('staff.captcha_wrong');
  });

  test('is used up by a wrong answer, and is missed when it is left out', async () => {
    const { captchaId } = await guarded.captcha();
    expect(await answered(captchaId, 'xxxx')).toBe('staff.captcha_wrong');
    expect(await answered(captchaId, 'aB3d')).toBe('staff.captcha_wrong');
    expect(await answered('', '')).toBe('staff.captcha_wrong');
  });

  test('one captcha lets one of many callers in', async () => {
    const { captchaId } = await guarded.captcha();
    const answers = await Promise.all(Array.from({ length: 6 }, () => answered(captchaId, 'aB3d')));
    expect(answers.filter((one) => one === 'ok')).toHaveLength(1);
  });
});

describe('guessing', () => {
  test('five wrong passwords lock the account for thirty minutes, also for the right one and from elsewhere', async () => {
    const { username } = await colleague('order');
    const wrong = () => codeOf(staff.login(credentials(username, 'wrong-guess-1'), from()));
    for (let guess = 0; guess < 5; guess += 1) expect(await wrong()).toBe('staff.credentials_wrong');
    const refused = staff.login(credentials(username), from());
    await expect(refused).rejects.toMatchObject({ code: 'staff.locked', details: { minutes: 30 } });
    clock.forward({ minutes: 30 });
    expect(await codeOf(staff.login(credentials(username), from()))).toBe('ok');
  });

  test('twenty guesses at the same moment get five tries together', async () => {
    const { username } = await colleague('order');
    const guesses = Array.from({ length: 20 }, () => staff.login(credentials(username, 'wrong-guess-1'), from()));
    const answers = await Promise.all(guesses.map(codeOf));
    expect(answers.filter((one) => one === 'staff.credentials_wrong')).toHaveLength(5);
    expect(answers.filter((one) => one === 'staff.locked')).toHaveLength(15);
  });

  test('guessing many names from one address locks the address', async () => {
    const ip = '10.9.9.9';
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await codeOf(staff.login(credentials(`nobody${guess}`), from(ip)))).toBe('staff.credentials_wrong');
    }
    expect(await codeOf(staff.login(credentials('boss'), from(ip)))).toBe('staff.locked');
    expect(await codeOf(staff.login(credentials('boss'), from()))).toBe('ok');
  });

  test('a right password forgives earlier typing errors of the account and does not count against the address', async () => {
    const { username } = await colleague('order');
    const ip = '10.8.8.8';
    for (let day = 0; day < 3; day += 1) {
      await codeOf(staff.login(credentials(username, 'typing-error-1'), from()));
      expect(await codeOf(staff.login(credentials(username), from(ip)))).toBe('ok');
      expect(await codeOf(staff.login(credentials(username), from(ip)))).toBe('ok');
    }
  });

  test('every attempt is in the login log, but never a password typed into the wrong field', async () => {
    const { username } = await colleague('order');
    await codeOf(staff.login(credentials(username, 'wrong-guess-1'), from()));
    await codeOf(staff.login(credentials('My secret pass!'), from()));
    const log = await staff.logins({ username, page: 1, size: 10 });
    expect(log.items.map((entry) => entry.result)).toEqual(['credentials_wrong', 'ok']);
    const all = await staff.logins({ page: 1, size: 5 });
    expect(JSON.stringify(all)).not.toMatch(/secret pass/i);
  });
});

describe('sessions', () => {
  test('only a hash of the cookie is stored', async () => {
    const { rows } = await sql<{ all: string }>`select string_agg(s::text, '') as all from staff_sessions s`.execute(
      database.db.q,
    );
    expect(rows[0]?.all).not.toContain(rootCookie);
    for (const cookie of ['', 'x', `${rootCookie}x`, rootCookie.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))]) {
      expect(await staff.session(cookie)).toBeNull();
    }
  });

  test('thirty idle minutes end one, work keeps it, seven days end even that', async () => {
    const { cookie } = await colleague('order');
    clock.forward({ minutes: 29 });
    await session(cookie);
    clock.forward({ minutes: 29 });
    await session(cookie);
    clock.forward({ minutes: 30 });
    expect(await staff.session(cookie)).toBeNull();
  });

  test('a remembered one may be idle for days, and ends after seven', async () => {
    const { cookie } = await staff.login(credentials('boss', PASSWORD, true), from());
    expect(cookie.maxAge).toBe(7 * 86_400);
    clock.forward({ days: 6, hours: 23 });
    await session(cookie.secret);
    clock.forward({ hours: 1 });
    expect(await staff.session(cookie.secret)).toBeNull();
  });

  test('the fourth ends the oldest, also when four begin at once', async () => {
    const { username, cookie } = await colleague('order');
    const more: SignedIn[] = await Promise.all(
      Array.from({ length: 4 }, () => staff.login(credentials(username), from())),
    );
    const alive = await Promise.all([cookie, ...more.map((one) => one.cookie.secret)].map((one) => staff.session(one)));
    expect(alive.filter(Boolean)).toHaveLength(3);
    expect(alive[0]).toBeNull();
  });

  test('signing in again in the same browser ends the old one and gives a new secret and CSRF token', async () => {
    const { username, cookie } = await colleague('order');
    const before = await session(cookie);
    const again = await staff.login(credentials(username), from(), cookie);
    expect(again.cookie.secret).not.toBe(cookie);
    expect(again.me.csrfToken).not.toBe(before.csrfToken);
    expect(await staff.session(cookie)).toBeNull();
  });

  test('a new password ends every session, this one is replaced, and the old password is worth nothing', async () => {
    const { username, cookie } = await colleague('order');
    const other = await staff.login(credentials(username), from());
    const who = await session(cookie);
    const change = (oldPassword: string, newPassword: string) =>
      staff.changePassword(who, { oldPassword, newPassword }, from());
    expect(await codeOf(change(PASSWORD, 'short1'))).toBe('staff.password_weak');
    expect(await codeOf(change('wrong-guess-1', 'better-horse-2'))).toBe('staff.password_wrong');
    const changed = await change(PASSWORD, 'better-horse-2');
    expect(changed.me.mustChangePassword).toBe(false);
    expect(await staff.session(cookie)).toBeNull();
    expect(await staff.session(other.cookie.secret)).toBeNull();
    expect((await session(changed.cookie.secret)).staffId).toBe(who.staffId);
    expect(await codeOf(staff.login(credentials(username), from()))).toBe('staff.credentials_wrong');
  });

  test('a colleague sees who is online and may end a session', async () => {
    const { id, cookie } = await colleague('order');
    const online = (await staff.sessions(await root())).items.find((one) => one.staffId === id);
    expect(online).toMatchObject({ isCurrent: false });
    const reason = '电脑忘在店里';
    await staff.endSession(await root(), { sessionId: online?.id as Id<'staffSession'>, reason });
    const { items } = await staff.auditTrail({ subjectId: id, action: 'staff.end_session', page: 1, size: 5 });
    expect(items).toMatchObject([{ after: { reason } }]);
    expect(await staff.session(cookie)).toBeNull();
    const { cookie: mine } = await colleague('order');
    await staff.logout(await session(mine));
    expect(await staff.session(mine)).toBeNull();
  });

  test('the sweep forgets what is over and leaves what lives', async () => {
    const { username } = await colleague('order');
    clock.forward({ days: 8 });
    const { cookie } = await staff.login(credentials(username), from());
    await staff.sweep();
    await session(cookie.secret);
    const { rows } = await sql<{ left: number }>`select count(*)::int as left from staff_sessions`.execute(
      database.db.q,
    );
    expect(rows[0]?.left).toBe(1);
  });
});

describe('accounts and roles', () => {
  test('a disabled colleague is out at once and cannot come back until enabled', async () => {
    const { id, username, cookie } = await colleague('order');
    await staff.setMemberState(await root(), { staffId: id, state: 'disabled' });
    expect(await staff.session(cookie)).toBeNull();
    expect(await codeOf(staff.login(credentials(username), from()))).toBe('staff.disabled');
    expect(await codeOf(staff.login(credentials(username, 'wrong-guess-1'), from()))).toBe('staff.credentials_wrong');
    await staff.setMemberState(await root(), { staffId: id, state: 'active' });
    expect(await codeOf(staff.login(credentials(username), from()))).toBe('ok');
  });

  test('new rights hold from the next request on', async () => {
    const { id, cookie } = await colleague('order');
    expect((await session(cookie)).permissions.has('catalog.edit')).toBe(false);
    await staff.updateMember(await root(), { staffId: id, name: '新名字', roleIds: [await roleId('product')] });
    const who = await session(cookie);
    expect(who).toMatchObject({ name: '新名字' });
    expect([...who.permissions].toSorted()).toEqual([...(BUILT_IN_ROLES['product']?.permissions ?? [])].toSorted());
  });

  test('a password set by somebody else has to be changed and ends the sessions of the old one', async () => {
    const { id, username, cookie } = await colleague('order');
    const change = { staffId: id, name: '同事', roleIds: [await roleId('order')], password: 'given-horse-3' };
    await staff.updateMember(await root(), change);
    expect(await staff.session(cookie)).toBeNull();
    const { me } = await staff.login(credentials(username, 'given-horse-3'), from());
    expect(me.mustChangePassword).toBe(true);
    // Somebody else knows it, so it opens nothing but its own change.
    expect(me.permissions).toEqual([]);
    const first = await staff.login(credentials(username, 'given-horse-3'), from());
    const own = { oldPassword: 'given-horse-3', newPassword: 'own-horse-3' };
    const changed = await staff.changePassword(await session(first.cookie.secret), own, from());
    expect(changed.me.permissions).toContain('order.ship');
  });

  test('one usable super is always left, also when two leave at once', async () => {
    const second = await colleague('super');
    const roleIds = [await roleId('order')];
    // Both are inside before either of them acts.
    const [boss, other] = [await root(), await session(second.cookie)];
    const bossId = boss.staffId;
    const [one, two] = await Promise.all([
      codeOf(staff.updateMember(boss, { staffId: second.id, name: '二', roleIds })),
      codeOf(staff.setMemberState(other, { staffId: bossId, state: 'disabled' })),
    ]);
    expect([one, two].toSorted()).toEqual(['ok', 'staff.last_super']);
    if (two === 'ok') {
      await staff.setMemberState(await session(second.cookie), { staffId: bossId, state: 'active' });
      return;
    }
    expect(await codeOf(staff.setMemberState(await root(), { staffId: bossId, state: 'disabled' }))).toBe(
      'staff.last_super',
    );
  });

  test('nobody gives more than they hold, and nobody commands somebody who holds more', async () => {
    const role = await staff.createRole(await root(), {
      name: `人事${names}`,
      permissions: ['staff.view', 'staff.edit'],
    });
    const username = `people${(names += 1)}`;
    const input = { username, name: '人事', password: PASSWORD, roleIds: [role.id as Id<'role'>] };
    await staff.createMember(await root(), input);
    await ownPassword(username);
    const who = await session((await staff.login(credentials(username), from())).cookie.secret);
    const bossId = (await root()).staffId;
    const bossSession = (await root()).sessionId;
    const superRole = await roleId('super');
    const forbidden = [
      staff.createMember(who, { ...input, username: 'puppet', roleIds: [superRole] }),
      staff.createRole(who, { name: '后门', permissions: ['settings.edit'] }),
      staff.updateRole(who, { roleId: role.id as Id<'role'>, name: '后门', permissions: ['order.refund'] }),
      staff.updateMember(who, {
        staffId: bossId,
        name: '店主',
        roleIds: [role.id as Id<'role'>],
        password: 'taken-over-4',
      }),
      staff.setMemberState(who, { staffId: bossId, state: 'disabled' }),
      staff.endSession(who, { sessionId: bossSession, reason: '试试' }),
    ];
    expect(await Promise.all(forbidden.map(codeOf))).toEqual(forbidden.map(() => 'staff.forbidden'));
    expect((await root()).staffId).toBe(bossId);
    const allowed = { ...input, username: `helper${names}`, roleIds: [role.id as Id<'role'>] };
    expect(await codeOf(staff.createMember(who, allowed))).toBe('ok');
  });

  test('roles: built-in ones stay, names are unique, one in use is not removed', async () => {
    const boss = await root();
    const make = (name: string) => staff.createRole(boss, { name, permissions: ['order.view'] });
    const role = await make('夜班');
    expect(await codeOf(make('夜班'))).toBe('role.name_taken');
    const superRole = await roleId('super');
    expect(await codeOf(staff.updateRole(boss, { roleId: superRole, name: '超', permissions: [] }))).toBe(
      'role.built_in',
    );
    expect(await codeOf(staff.deleteRole(boss, superRole))).toBe('role.built_in');
    const { id } = await colleague('order');
    const roleIds = [role.id as Id<'role'>];
    await staff.updateMember(boss, { staffId: id, name: '夜班同事', roleIds });
    await expect(staff.deleteRole(boss, role.id as Id<'role'>)).rejects.toMatchObject({
      code: 'role.in_use',
      details: { count: 1 },
    });
    await staff.updateMember(boss, { staffId: id, name: '同事', roleIds: [await roleId('order')] });
    await staff.deleteRole(boss, role.id as Id<'role'>);
    expect(await codeOf(staff.deleteRole(boss, role.id as Id<'role'>))).toBe('role.not_found');
  });

  test('user names are one regardless of case, and members are found by name', async () => {
    const { username, id } = await colleague('order');
    const input = { name: '又', password: PASSWORD, roleIds: [await roleId('order')] };
    expect(await codeOf(staff.createMember(await root(), { ...input, username: username.toUpperCase() }))).toBe(
      'staff.username_taken',
    );
    const found = await staff.members({ q: username, page: 1, size: 20 });
    expect(found.items.map((one) => one.id)).toContain(id);
    expect((await staff.members({ q: '%', page: 1, size: 20 })).total).toBe(0);
  });
});

test('the door says whether it asks for a captcha', async () => {
  expect([(await staff.captcha()).isRequired, (await guarded.captcha()).isRequired]).toEqual([false, true]);
});

describe('the trail', () => {
  test('tells who did what, from where, without a password, and cannot be rewritten', async () => {
    const { id } = await colleague('order');
    const input = { staffId: id, name: '改名', roleIds: [await roleId('order')], password: 'given-horse-5' };
    await staff.updateMember(await root(), input, { id: 'request-77', ip: '10.1.2.3' });
    const { items } = await staff.auditTrail({ subjectId: id, page: 1, size: 10 });
    expect(items.map((entry) => entry.action)).toEqual(['staff.update', 'staff.create']);
    expect(items[0]).toMatchObject({
      staffName: '店主',
      ip: '10.1.2.3',
      requestId: 'request-77',
      after: { name: '改名', isPasswordReset: true },
    });
    expect(JSON.stringify(items)).not.toMatch(/given-horse|argon2/);
    const rewrite = database.db.tx((tx) => sql`update audit_log set staff_name = 'x'`.execute(tx.q));
    await expect(rewrite).rejects.toThrow(/never changed/);
  });

  test('calls a subject as people do, and is found by that name, by its kind and by the day in Shanghai', async () => {
    const { id } = await colleague('order');
    const name = `林深 50%_${id.slice(-6)}`;
    await staff.updateMember(await root(), { staffId: id, name, roleIds: [await roleId('order')] });
    await staff.setMemberState(await root(), { staffId: id, state: 'disabled', reason: '已离职' });
    const find = (more: object) => staff.auditTrail({ page: 1, size: 10, ...more });
    const { items, total } = await find({ q: `50%_${id.slice(-6)}` });
    expect(total).toBe(2);
    expect(items[0]).toMatchObject({ subjectName: name, after: { state: 'disabled', reason: '已离职' } });
    expect((await find({ q: id })).total).toBe(3);
    // A sign of a pattern is looked for as it is written.
    expect((await find({ q: `50__${id.slice(-6)}` })).total).toBe(0);
    expect((await find({ q: name, subjectKind: 'role' })).total).toBe(0);
    const today = new Date(clock.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
    expect((await find({ q: name, from: today, to: today })).total).toBe(2);
    const before = new Date(clock.now().getTime() - 16 * 3_600_000).toISOString().slice(0, 10);
    expect((await find({ q: name, to: before })).total).toBe(0);
  });

  test('vanishes with a command that did not happen', async () => {
    const who = await root();
    const note = { action: 'order.ship', subjectKind: 'order', subjectId: 'never' };
    const work = database.db.tx(async (tx) => {
      await staff.audit(tx, who, note);
      throw new Error('the parcel fell off');
    });
    await expect(work).rejects.toThrow('fell off');
    expect((await staff.auditTrail({ subjectId: 'never', page: 1, size: 10 })).total).toBe(0);
  });
});
