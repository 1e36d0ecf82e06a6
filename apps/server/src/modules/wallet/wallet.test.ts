// Keys of personal data change while the shop runs: rows are sealed anew, and the doctor says what is still needed.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listStaff, requestWithdrawal, savePayoutAccount, type Id, type Permission } from '@jishi/contract';
import { key } from '../../../test/given.ts';
import { houseEnv } from '../../../test/env.ts';
import { house, type House } from '../../../test/house.ts';
import { openApp, type App } from '../../app.ts';
import { loadConfig } from '../../platform/config.ts';
import { newId } from '../../platform/ids.ts';
import { silentLog } from '../../platform/log.ts';

const fresh = (id: string) => `${id}=${randomBytes(32).toString('base64')}`;
const [old, young] = [fresh('k2025'), fresh('k2026')];
let shop: House;
beforeAll(async () => {
  shop = await house({ env: { DATA_KEYS: old } });
});
afterAll(() => shop.close());

/** The same shop with other keys. */
async function withKeys<T>(DATA_KEYS: string, work: (app: App) => Promise<T>): Promise<T> {
  const { sim, database, app } = shop;
  const env = await houseEnv({ sim, database, dir: app.config.DATA_DIR, port: 1, env: { DATA_KEYS } });
  const again = await openApp(loadConfig(env), silentLog);
  try {
    return await work(again);
  } finally {
    await again.close();
  }
}

const doctor = async (app: App) => app.checks.find((check) => check.name === '个人信息密钥')?.run();

test('a new key is put in front, everything is sealed anew, and then the old one may go', async () => {
  for (let person = 0; person < 3; person += 1) {
    const buyer = await shop.signIn();
    await shop.given.wallet(buyer, 10_000);
    await buyer.call(savePayoutAccount, { realName: '王小明', idNo: '11010519491231002X' });
    await buyer.call(requestWithdrawal, { amountFen: 5_000, platform: 'weapp' }, { key: key() });
  }
  expect(await doctor(shop.app)).toBeNull();
  await withKeys(young, async (app) => {
    expect(await doctor(app)).toMatch(/缺少密钥 k2025/);
    await expect(app.resealData()).rejects.toThrow(/k2025/);
  });
  await withKeys(`${young},${old}`, async (app) => {
    expect(await doctor(app)).toMatch(/还有 6 行/);
    expect(await app.resealData()).toBe(6);
    expect(await app.resealData()).toBe(0);
    expect(await doctor(app)).toBeNull();
  });
  await withKeys(young, async (app) => {
    expect(await doctor(app)).toBeNull();
    const { id } = await app.db.q.selectFrom('withdrawals').select('id').executeTakeFirstOrThrow();
    const member = (await (await shop.admin()).call(listStaff, {})).items[0];
    const who = { staffId: member!.id as Id<'staff'>, name: '财务', permissions: new Set<Permission>(), csrfToken: '' };
    const seen = await app.wallet.reveal({ ...who, sessionId: newId() }, id as Id<'withdrawal'>);
    expect(seen).toEqual({ realName: '王小明', idNo: '11010519491231002X', cardNo: null });
  });
});

test('the database itself refuses a plain name', async () => {
  const plain = { real_name: '王小明', real_name_masked: '王**', key_id: 'k2025', changed_at: shop.clock.now() };
  const buyer = await shop.signIn();
  const byHand = shop.app.db.q
    .insertInto('payout_accounts')
    .values({ ...plain, buyer_id: buyer.id })
    .execute();
  await expect(byHand).rejects.toThrow(/payout_accounts_sealed/);
});
