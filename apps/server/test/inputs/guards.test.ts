// Every door is guarded as the contract says: made from the contract, so that a new door cannot be forgotten.
import {
  BUILT_IN_ROLES,
  createRole,
  createStaff,
  adminSetBuyerState,
  endpoints,
  PERMISSION_CODES,
  revokeServiceToken,
  SERVICE_SCOPE_CODES,
  setStaffState,
  updateRole,
  type Endpoint,
  type Id,
  type Permission,
  type ServiceScope,
} from '@jishi/contract';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../src/platform/days.ts';
import { house, type House, type ServiceClient, type StaffClient } from '../house.ts';
import { flawOf, knock, welcome } from './knock.ts';
import { fingerprint } from './untouched.ts';
import { rightInput } from './wishes.ts';
import { makeWorld, type World } from './world.ts';

const LONG = { timeout: 90_000 };
const PASSWORD = 'Guards2026test';

let shop: House;
let world: World;
let clerk: StaffClient;
let roleId: Id<'role'>;
let clerkId: Id<'staff'>;

beforeAll(async () => {
  shop = await house();
  world = await makeWorld(shop);
  await shop.settle();
  const { call } = world.admin;
  roleId = (await call(createRole, { name: '试用', permissions: PERMISSION_CODES })).id;
  const account = { username: 'clerk', name: '小王', password: PASSWORD, roleIds: [roleId] };
  clerkId = (await call(createStaff, account)).id;
  clerk = await shop.staff('clerk', PASSWORD);
});
afterAll(() => shop.close());

const right = (endpoint: Endpoint) => rightInput(endpoint, world.ids);
const visitors = (staff = world.admin) => ({ buyer: world.mine.who, staff, service: world.service });
const staffDoors = endpoints.filter((one) => one.audience === 'staff');
const serviceDoors = endpoints.filter((one) => one.audience === 'service');
const buyerDoors = endpoints.filter((one) => one.audience === 'buyer');
type Headers = Record<string, string | undefined>;

/** Knocks at all of them with an input that is right; what is not refused with `code`, or changed anything, is a flaw. */
async function notRefused(doors: readonly Endpoint[], code: string, headers: (door: Endpoint) => Headers) {
  const before = await fingerprint(shop.app.db);
  const flaws: string[] = [];
  for (const door of doors) {
    const answer = await knock(shop.api, door, right(door), { headers: headers(door) });
    const flaw = flawOf(door, answer);
    if (flaw !== undefined || answer.code !== code)
      flaws.push(`${door.id}: ${answer.status} ${answer.code} ${flaw ?? ''}`);
  }
  const after = await fingerprint(shop.app.db);
  for (const table of Object.keys(after)) if (after[table] !== before[table]) flaws.push(`${table} has changed`);
  return flaws;
}

test('every endpoint of the contract is bound, and nothing else', () => {
  const place = (one: Endpoint) => `${one.method} ${one.path}`;
  expect(shop.app.endpoints.map(place).toSorted()).toEqual(endpoints.map(place).toSorted());
  expect(new Set(endpoints.map((one) => one.id)).size).toBe(endpoints.length);
});

/** Doors that the contract does not know, and what they are for. */
const OTHER_DOORS = [
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /api/docs',
  'GET /api/docs/:file',
  'GET /api/v1/openapi.json',
  'GET /files/*',
  'GET /admin',
  'GET /*',
  'HEAD /*',
  'OPTIONS *',
];

test('the server opens no door besides the contract and a short list', async () => {
  const known = new Set([...endpoints.map((one) => `${one.method} /api/v1${one.path}`), ...OTHER_DOORS]);
  const open = openDoors(shop.app.fastify.printRoutes({ commonPrefix: false }));
  expect(open.length).toBeGreaterThan(endpoints.length);
  expect(open.filter((door) => !known.has(door))).toEqual([]);
  for (const { method, path } of endpoints) expect(open).toContain(`${method} /api/v1${path}`);
});

/** The router prints a tree: each level is three signs further in and goes on where its parent ended. */
function openDoors(printed: string): string[] {
  const ways: string[] = [];
  return printed.split('\n').flatMap((line) => {
    const match = /^((?:│ {3}| {4})*)(?:├──|└──) (\S+)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (!match) return [];
    const depth = (match[1] ?? '').length / 4;
    ways[depth] = `${depth === 0 ? '' : (ways[depth - 1] ?? '')}${match[2]}`;
    return (match[3] ?? '')
      .split(', ')
      .filter(Boolean)
      .map((method) => `${method} ${ways[depth]}`);
  });
}

test('staff doors are closed to everybody without a session', LONG, async () => {
  expect(staffDoors.length).toBeGreaterThan(40);
  const all = (headers: Headers) => (door: Endpoint) => ({ ...welcome(door, visitors()), ...headers });
  expect(await notRefused(staffDoors, 'staff.not_signed_in', all({ cookie: undefined }))).toEqual([]);
  const forged = { cookie: `jishi_staff=${'A'.repeat(43)}` };
  expect(await notRefused(staffDoors, 'staff.not_signed_in', all(forged))).toEqual([]);
  // A buyer's token is worth nothing here, neither as a token nor in the place of the cookie.
  const { token } = world.mine.who;
  const buyer = { cookie: `jishi_staff=${token}`, authorization: `Bearer ${token}` };
  expect(await notRefused(staffDoors, 'staff.not_signed_in', all(buyer))).toEqual([]);
});

test('writing as staff needs the token of the page, which a foreign page cannot know', LONG, async () => {
  const writing = staffDoors.filter((door) => door.method !== 'GET');
  expect(writing.length).toBeGreaterThan(20);
  for (const csrf of [undefined, '', 'x', clerk.csrfToken]) {
    const headers = (door: Endpoint) => ({ ...welcome(door, visitors()), 'x-csrf-token': csrf });
    expect(await notRefused(writing, 'staff.csrf', headers)).toEqual([]);
  }
});

const withPermission = staffDoors.filter((door) => door.permission !== 'self');
const permissions = [...new Set(withPermission.map((door) => door.permission as Permission))];

test.for(permissions)('who may do everything but %s is turned away from its doors, at once', LONG, async (missing) => {
  const doors = withPermission.filter((door) => door.permission === missing);
  const others = withPermission.filter((door) => door.permission !== missing && door.method === 'GET');
  const rest = PERMISSION_CODES.filter((one) => one !== missing);
  // The same session as before: what is taken from a role is gone in the same moment.
  await world.admin.call(updateRole, { roleId, name: '试用', permissions: rest });
  expect(await notRefused(doors, 'staff.forbidden', (door) => welcome(door, visitors(clerk)))).toEqual([]);
  const [other] = others;
  if (other) {
    const answer = await knock(shop.api, other, right(other), { headers: welcome(other, visitors(clerk)) });
    expect(answer.code, `${other.id} asks for ${other.permission}`).not.toBe('staff.forbidden');
  }
});

test('every permission opens some door, is in a built-in role, and no door names another', () => {
  const known = new Set(PERMISSION_CODES);
  expect(permissions.filter((one) => !known.has(one))).toEqual([]);
  expect(PERMISSION_CODES.filter((one) => !permissions.includes(one))).toEqual([]);
  const given = new Set(Object.values(BUILT_IN_ROLES).flatMap((role) => role.permissions));
  expect(PERMISSION_CODES.filter((one) => !given.has(one))).toEqual([]);
});

test('a member of staff who is disabled is out at once', LONG, async () => {
  await world.admin.call(setStaffState, { staffId: clerkId, state: 'disabled' });
  const headers = (door: Endpoint) => welcome(door, visitors(clerk));
  expect(await notRefused(staffDoors, 'staff.not_signed_in', headers)).toEqual([]);
  await expect(shop.staff('clerk', PASSWORD)).rejects.toMatchObject({ code: 'staff.disabled' });
});

test(
  'service doors are closed without a token, and to every token that is not a good one of a service',
  LONG,
  async () => {
    expect(serviceDoors.length).toBeGreaterThan(0);
    const { token } = world.service;
    const last = token.at(-1) === 'A' ? 'E' : 'A';
    const tokens: Record<string, string | undefined> = {
      nothing: undefined,
      'an empty one': '',
      'only the beginning': 'jst_',
      'one letter off': `${token.slice(0, -1)}${last}`,
      'cut short': token.slice(0, -1),
      'a buyer’s token': world.mine.who.token,
      'the cookie of the back office': world.admin.cookie.split('=')[1],
    };
    for (const [what, one] of Object.entries(tokens)) {
      const headers = (door: Endpoint) => ({
        ...welcome(door, visitors()),
        authorization: one === undefined ? undefined : `Bearer ${one}`,
        cookie: world.admin.cookie,
        'x-csrf-token': world.admin.csrfToken,
      });
      expect(await notRefused(serviceDoors, 'service.not_signed_in', headers), what).toEqual([]);
    }
    // And a service is nobody in the shop or in the back office.
    const asService = (door: Endpoint) => ({ ...welcome(door, visitors()), authorization: `Bearer ${token}` });
    expect(await notRefused(buyerDoors, 'auth.required', asService)).toEqual([]);
    const asStaff = (door: Endpoint) => ({ ...asService(door), cookie: `jishi_staff=${token}` });
    expect(await notRefused(staffDoors, 'staff.not_signed_in', asStaff)).toEqual([]);
  },
);

const withScope = serviceDoors.filter((door) => door.scope !== 'self');
const scopes = [...new Set(withScope.map((door) => door.scope as ServiceScope))];

test.for(scopes)('a service that may do everything but %s is turned away from its doors', LONG, async (missing) => {
  const doors = withScope.filter((door) => door.scope === missing);
  const service = await shop.given.service({ scopes: SERVICE_SCOPE_CODES.filter((one) => one !== missing) });
  const headers = (door: Endpoint) => welcome(door, { ...visitors(), service });
  expect(await notRefused(doors, 'service.forbidden', headers)).toEqual([]);
});

test('every scope opens some door, and no door names another', () => {
  expect(scopes.toSorted()).toEqual(SERVICE_SCOPE_CODES.toSorted());
});

test('buyers’ doors are closed without a token, and to every token that is not ours', LONG, async () => {
  expect(buyerDoors.length).toBeGreaterThan(30);
  const { token } = world.mine.who;
  const [head, body, signature] = token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sign = (secret: string) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
  const flipped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
  const tokens: Record<string, string | undefined> = {
    nothing: undefined,
    'an empty one': '',
    rubbish: 'x.y.z',
    'another signature': `${head}.${body}.${flipped}`,
    'no signature': `${head}.${body}.`,
    'another buyer in the same frame': `${head}.${encode({ ...claims, sub: world.theirs.who.id })}.${signature}`,
    'without an algorithm': `${encode({ alg: 'none' })}.${body}.`,
    'signed by somebody else': await sign('another-secret-that-is-long-enough-000'),
    'signed with the key of staff sessions': await sign(shop.app.config.STAFF_SESSION_SECRET),
  };
  for (const [what, one] of Object.entries(tokens)) {
    const headers = (door: Endpoint) => ({
      ...welcome(door, visitors()),
      authorization: one === undefined ? undefined : `Bearer ${one}`,
    });
    expect(await notRefused(buyerDoors, 'auth.required', headers), what).toEqual([]);
  }
  // The cookie of the back office is no token of a buyer.
  const staff = (door: Endpoint) => ({
    ...welcome(door, visitors()),
    authorization: `Bearer ${world.admin.cookie.split('=')[1]}`,
    cookie: world.admin.cookie,
  });
  expect(await notRefused(buyerDoors, 'auth.required', staff)).toEqual([]);
});

test('a blocked buyer is out at once, and in again when the block is lifted', LONG, async () => {
  const { call } = world.admin;
  const buyerId = world.mine.who.id as Id<'buyer'>;
  await call(adminSetBuyerState, { buyerId, state: 'blocked', reason: '测试' });
  const headers = (door: Endpoint) => welcome(door, visitors());
  expect(await notRefused(buyerDoors, 'auth.blocked', headers)).toEqual([]);
  await expect(shop.signIn(world.mine.who.person)).rejects.toMatchObject({ code: 'auth.blocked' });
  await call(adminSetBuyerState, { buyerId, state: 'active' });
  // The old sign-in has ended; a new one works.
  expect(await notRefused(buyerDoors, 'auth.required', headers)).toEqual([]);
  const back = await shop.signIn(world.mine.who.person);
  expect(back.id).toBe(buyerId);
});

test('a token of yesterday opens nothing', LONG, async () => {
  const buyer = await shop.signIn();
  const headers = (door: Endpoint) => welcome(door, { ...visitors(), buyer });
  const [door] = buyerDoors.filter((one) => one.id === 'getMe') as [Endpoint];
  expect((await knock(shop.api, door, {}, { headers: headers(door) })).status).toBe(200);
  await shop.forward({ hours: 25 });
  expect(await notRefused(buyerDoors, 'auth.required', headers)).toEqual([]);
  // And staff who have done nothing for so long sign in again.
  expect(await notRefused(staffDoors, 'staff.not_signed_in', headers)).toEqual([]);
});

test('a revoked token opens nothing at once, and one with a last day nothing after it', LONG, async () => {
  const { call } = world.admin;
  const revoked = await shop.given.service({ code: 'gone' });
  const dated = await shop.given.service({ code: 'gone', expiresOn: dayOf(shop.clock.now()) });
  const [self] = serviceDoors.filter((one) => one.id === 'getServiceSelf') as [Endpoint];
  const as = (service: ServiceClient) => (door: Endpoint) => welcome(door, { ...visitors(), service });
  for (const one of [revoked, dated])
    expect((await knock(shop.api, self, {}, { headers: as(one)(self) })).status).toBe(200);
  await call(revokeServiceToken, { tokenId: revoked.tokenId, reason: '测试' });
  expect(await notRefused(serviceDoors, 'service.not_signed_in', as(revoked))).toEqual([]);
  expect((await knock(shop.api, self, {}, { headers: as(dated)(self) })).status).toBe(200);
  await shop.forward({ hours: 24 });
  expect(await notRefused(serviceDoors, 'service.not_signed_in', as(dated))).toEqual([]);
});
