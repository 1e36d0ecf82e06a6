// How every story begins: a shop with a few goods on its shelves, one member of staff, and a few buyers with addresses.
import {
  adjustStock,
  adminCreateCategory,
  adminCreateProduct,
  adminSetProductState,
  createAddress,
  login,
  staffCaptcha,
  staffLogin,
  type Id,
} from '@jishi/contract';
import { offerPackages } from './actors/recharge.ts';
import { fillWallets } from './actors/withdrawing.ts';
import { diceOf } from './dice.ts';
import { inStep } from './now.ts';
import { overLine, type Headers, type Resident, type Town } from './town.ts';

const BUYERS = 5;
const PRODUCTS = 6;
/** A picture of one point: what goods look like is not what stories are about. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);
const HOME = {
  name: '张小雨',
  phone: '13800138000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  detail: '文三路 1 号',
};
const RETURNS = { 'shop.returnPhone': '0571-88888888', 'shop.returnAddress': '浙江省杭州市余杭区仓前街道 8 号仓' };

export async function setOut(town: Town, seed: number): Promise<void> {
  await inStep(0, async () => {
    await hireStaff(town);
    await fillShelves(town, seed);
    await offerPackages(town);
    for (let n = 1; n <= BUYERS; n += 1) town.buyers.push(await moveIn(town, `buyer${n}`));
    await fillWallets(town);
  });
  await town.auditor.audit();
}

async function hireStaff(town: Town): Promise<void> {
  const { app } = town.life;
  await app.createAdmin({ username: 'admin', name: '店长', password: 'Jishi2026test' });
  const door = overLine(town);
  const { captchaId } = await door.call(staffCaptcha, {});
  const me = await door.call(staffLogin, { username: 'admin', password: 'Jishi2026test', captchaId, captcha: 'abcd' });
  town.staff.headers = { cookie: door.cookie(), 'x-csrf-token': me.csrfToken, 'x-client': 'admin' };
  // Stories run over weeks, and signing in costs more than anything in them.
  await town.rows(
    `update staff_sessions set expires_at = expires_at + interval '50 years', last_seen_at = last_seen_at + interval '50 years'`,
  );
  for (const [key, value] of Object.entries(RETURNS)) {
    await town.rows(
      `insert into settings (key, value, version, changed_at, changed_by) values ($1, to_jsonb($2::text), 1, now(), 'test')`,
      [key, value],
    );
    await town.rows(
      `insert into setting_versions (key, value, version, changed_at, changed_by) values ($1, to_jsonb($2::text), 1, now(), 'test')`,
      [key, value],
    );
  }
}

async function fillShelves(town: Town, seed: number): Promise<void> {
  const dice = diceOf(seed, 0);
  const shelf = { name: '茶具', parentId: null, sortOrder: 0, isVisible: true, imageFileId: null };
  const { id: categoryId } = await town.as('staff', adminCreateCategory, shelf);
  const { fileId } = await town.life.app.files.store({ kind: 'system' }, PICTURE);
  for (let n = 1; n <= PRODUCTS; n += 1) {
    const priceFen = n === 1 ? 1 : dice.between(2, 30_000);
    const form = { categoryId, title: `茶杯 ${n} 号`, imageFileIds: [fileId], skus: [{ specValues: [], priceFen }] };
    const made = await town.as('staff', adminCreateProduct, form as never);
    const productId = made.id as Id<'product'>;
    const skuId = made.skus[0]?.id as Id<'sku'>;
    await town.as('staff', adminSetProductState, { productId, state: 'on_sale', version: made.version });
    const delta = dice.between(5, 60);
    await town.as('staff', adjustStock, { skuId, delta, reason: 'purchase', note: '进货' });
    town.names.give('sku', skuId, `cup${n}`);
  }
}

async function moveIn(town: Town, name: string): Promise<Resident> {
  const person = town.wechat.addPerson({ name, walletFen: 1_000_000_000 });
  const enter = () => overLine(town).call(login, { code: town.wechat.loginCode(person.id), platform: 'weapp' });
  let session = await enter();
  const headers = async (): Promise<Headers> => {
    if (new Date(session.accessExpiresAt) <= town.now()) session = await enter();
    return { authorization: `Bearer ${session.accessToken}`, 'x-client': 'weapp' };
  };
  const resident: Resident = { id: session.me.id as Id<'buyer'>, person, headers, addressId: '' as Id<'address'> };
  resident.addressId = (await town.as(resident, createAddress, { ...HOME, isDefault: true })).id as Id<'address'>;
  town.names.give('buyer', resident.id, name);
  return resident;
}
