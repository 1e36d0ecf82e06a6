// Settings: declared once, changed by version, seen at once by the one who changed them.
import { sql } from 'kysely';
import { z } from 'zod';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { testClock, type TestClock } from '../../platform/clock.ts';
import type { StaffSession } from '../../platform/http.ts';
import { createLog } from '../../platform/log.ts';
import { createStaff, type Staff } from '../staff/staff.ts';
import { createSettings, type SettingDefinition, type SettingKey, type Settings } from './settings.ts';

const FEE: SettingDefinition<number> = {
  key: 'test.feeFen',
  group: '测试',
  label: '费用',
  hint: '',
  kind: 'fen',
  schema: z.int(),
  default: 1000,
  min: 0,
  max: 5000,
};
let database: TestDatabase;
let clock: TestClock;
let staff: Staff;
let who: StaffSession;
let settings: Settings;
let fee: SettingKey<number>;

beforeAll(async () => {
  database = await testDatabase();
  clock = testClock();
  const log = createLog({ level: 'silent' });
  staff = createStaff({
    db: database.db,
    clock,
    log,
    config: { STAFF_SESSION_SECRET: 'only-for-this-test-0123456789abcdef', CAPTCHA: 'off' },
  });
  const account = { username: 'boss', name: '店主', password: 'correct-horse-1' };
  await staff.createFirstAdmin(account);
  const from = { id: 'request-1', ip: '10.0.0.1', userAgent: 'test', platform: 'admin' as const };
  const { cookie } = await staff.login({ ...account, remember: true, captchaId: '', captcha: '' }, from);
  who = (await staff.session(cookie.secret)) as StaffSession;
});
afterAll(() => database.close());
beforeEach(async () => {
  settings = house();
  fee = settings.define(FEE);
  await sql`delete from settings`.execute(database.db.q);
});

const house = () =>
  createSettings({ db: database.db, clock, log: createLog({ level: 'silent' }), staff, isDemo: true });
const versionOf = async (key: string) =>
  (await settings.list()).items.find((one) => one.key === key)?.version ?? Number.NaN;
/** What rooms above declare and visitors see. */
function declareShown(): void {
  const shown = {
    'shipping.feeFen': 1000,
    'shipping.freeFromFen': 9900,
    'order.payWindowMinutes': 30,
    'order.aftersaleDays': 15,
  };
  for (const [key, value] of Object.entries(shown)) settings.define({ ...FEE, key, default: value, max: 10_000 });
}
let round = 0;
/** The journal keeps every version for ever, so each test changes a key of its own. */
function freshKey(): SettingKey<number> {
  return settings.define({ ...FEE, key: `test.fee${(round += 1)}Fen` });
}
const change = (key: string, value: unknown, version: number) =>
  settings.change(who, { key, value: value as number, version });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('declaring', () => {
  test('a key that was never changed has its default, and an undeclared one cannot be read', async () => {
    expect(await settings.read(database.db, fee)).toBe(1000);
    await expect(settings.read(database.db, { ...FEE, key: 'test.unknown' })).rejects.toThrow('never declared');
  });

  test('one room declares a key, with a default that it would accept', () => {
    expect(() => settings.define({ ...FEE, hint: '另一个意思' })).toThrow('declared twice');
    expect(() => settings.define({ ...FEE, key: 'test.impossible', default: 9999 })).toThrow('would refuse');
  });

  test('every shop starts with its keys, grouped and explained in Chinese', async () => {
    const { items } = await settings.list();
    expect(items.map((one) => one.key)).toEqual(
      expect.arrayContaining(['shop.name', 'shop.servicePhone', 'shop.agreement', 'shop.privacy']),
    );
    for (const one of items) expect(one.group + one.label).toMatch(/^[\u4e00-\u9fff]+/);
    declareShown();
    const shown = await settings.publicConfig();
    expect(shown).toMatchObject({
      shopName: '集市小铺',
      shippingFeeFen: 1000,
      freeShippingFromFen: 9900,
      isDemo: true,
    });
    expect(shown.agreement.length).toBeGreaterThan(300);
    expect(shown.privacy).toContain('个人信息');
  });
});

describe('changing', () => {
  test('is seen at once, kept in the journal and told in the trail', async () => {
    const key = freshKey();
    expect(await settings.read(database.db, key)).toBe(1000);
    expect(await change(key.key, 800, 0)).toMatchObject({ value: 800, version: 1, changedBy: '店主' });
    expect(await settings.read(database.db, key)).toBe(800);
    await change(key.key, 700, await versionOf(key.key));
    const { rows } = await sql`
      select version, value from setting_versions where key = ${key.key} order by version
    `.execute(database.db.q);
    expect(rows).toEqual([
      { version: 1, value: 800 },
      { version: 2, value: 700 },
    ]);
    const trail = await staff.auditTrail({ subjectId: key.key, page: 1, size: 10 });
    expect(trail.items).toMatchObject([
      { action: 'settings.change', before: 800, after: 700 },
      { before: 1000, after: 800 },
    ]);
  });

  test('of two who change the same version, one wins and one is told to look again', async () => {
    const key = freshKey();
    const first = await Promise.all([codeOf(change(key.key, 1, 0)), codeOf(change(key.key, 2, 0))]);
    expect(first.toSorted()).toEqual(['conflict.retry', 'ok']);
    const again = await Promise.all([3, 4, 5].map((value) => codeOf(change(key.key, value, 1))));
    expect(again.toSorted()).toEqual(['conflict.retry', 'conflict.retry', 'ok']);
    expect(await versionOf(key.key)).toBe(2);
  });

  test.each([[-1], [5001], [1.5], ['800'], [null], [[800]]])('to %j is refused', async (value) => {
    expect(await codeOf(change(fee.key, value, 0))).toBe('setting.invalid');
    expect(await settings.read(database.db, fee)).toBe(1000);
  });

  test('of a key that nobody declared is refused', async () => {
    expect(await codeOf(change('test.nobody', 1, 0))).toBe('setting.not_found');
  });

  test('texts are trimmed and have an end', async () => {
    declareShown();
    await settings.change(who, { key: 'shop.name', value: '  山货铺  ', version: 0 });
    expect((await settings.publicConfig()).shopName).toBe('山货铺');
    expect(await codeOf(change('shop.name', '长'.repeat(31), 1))).toBe('setting.invalid');
  });
});

describe('remembering', () => {
  test('another process sees a change within a second', async () => {
    const key = freshKey();
    const other = house();
    other.define(key);
    expect(await other.read(database.db, key)).toBe(1000);
    await change(key.key, 500, 0);
    expect(await other.read(database.db, key)).toBe(1000);
    clock.forward({ seconds: 1 });
    expect(await other.read(database.db, key)).toBe(500);
  });

  test('a change that was rolled back never held', async () => {
    const key = freshKey();
    const failing = createSettings({
      db: database.db,
      clock,
      log: createLog({ level: 'silent' }),
      staff: { audit: () => Promise.reject(new Error('the trail is full')) },
      isDemo: false,
    });
    failing.define(key);
    await expect(failing.change(who, { key: key.key, value: 1, version: 0 })).rejects.toThrow('full');
    clock.forward({ seconds: 1 });
    expect(await failing.read(database.db, key)).toBe(1000);
  });

  test('a stored value that a newer release refuses gives way to the default', async () => {
    const key = freshKey();
    await change(key.key, 4000, 0);
    const newer = house();
    const stricter = newer.define({ ...key, max: 3000 });
    expect(await newer.read(database.db, stricter)).toBe(1000);
  });
});
