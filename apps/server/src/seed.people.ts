// The demo people: four who work in the shop, twenty-eight who buy there. DEMO ONLY: these passwords are published.
import type { Id } from '@jishi/contract';
import type { App } from './app.ts';
import { assert, Failure } from './platform/fail.ts';
import type { Buyer, StaffSession } from './platform/http.ts';
import { portrait } from './seed.pictures.ts';
import type { DemoPerson, DemoPhones } from './seed.sim.ts';

const PASSWORD = 'Jishi2026';
/** Given by the administrator and changed by its owner at once, as the house wants it. */
const FIRST_PASSWORD = 'Welcome2026';
export const CAPTCHA = 'DEMO';
const FROM = { id: 'demo', ip: '127.0.0.1', userAgent: '演示数据', platform: 'admin' } as const;

const MEMBERS = [
  { username: 'yunying', name: '林晓', roles: ['商品管理员', '财务'], title: '运营' },
  { username: 'kefu', name: '苏晴', roles: ['客服'], title: '客服' },
  { username: 'cangku', name: '老何', roles: ['订单管理员'], title: '仓库' },
] as const;
type Username = 'admin' | (typeof MEMBERS)[number]['username'];
export type Desk = Record<Username, StaffSession>;

/** What `npm start` tells whoever started it. */
export const ACCOUNTS = `演示账号（密码公开，仅限本机演示，请勿用于生产）
  管理后台  admin / ${PASSWORD}（超级管理员）
${MEMBERS.map(({ username, title }) => `            ${username} / ${PASSWORD}（${title}）`).join('\n')}
  商城买家  张小雨、李建国等二十八位微信用户，登录时在微信模拟器里选择`;

async function login(app: App, username: string, password: string): Promise<StaffSession> {
  const { captchaId } = await app.staff.captcha();
  const entry = { username, password, captchaId, captcha: CAPTCHA, remember: false };
  const { cookie } = await app.staff.login(entry, FROM);
  const session = await app.staff.session(cookie.secret);
  assert(session, `${username} has signed in and is not known`);
  return session;
}

const SHOP_FACTS = {
  'shop.servicePhone': '400-000-0000',
  'shop.returnPhone': '0571-88888888',
  'shop.returnAddress': '浙江省杭州市余杭区仓前街道集市路 8 号 2 号仓',
} as const;

/** What every shop fills in on its first day; what somebody has written already stays. */
export async function fillInFacts(app: App, desk: Desk): Promise<void> {
  const { items } = await app.settings.list();
  for (const [key, value] of Object.entries(SHOP_FACTS)) {
    const known = items.find((item) => item.key === key);
    if (known?.version === 0) await app.settings.change(desk.admin, { key, value, version: 0 });
  }
}

/** Everybody who works here, signed in. Those who are there already are not made again. */
export async function openDesk(app: App): Promise<Desk> {
  const { staff } = app;
  const known = new Set((await staff.members({ page: 1, size: 200 })).items.map((member) => member.username));
  if (!known.has('admin')) await staff.createFirstAdmin({ username: 'admin', name: '店长小集', password: PASSWORD });
  const admin = await login(app, 'admin', PASSWORD).catch((error: unknown) => {
    // Somebody has made the half-written shop their own.
    if (!(error instanceof Failure)) throw error;
    throw new Error('演示数据上次没有写完，而管理员密码已被修改，不再继续。可用 npm start -- --fresh 清空后重来');
  });
  const roles = (await staff.roles()).items;
  const sessions: [string, StaffSession][] = [['admin', admin]];
  for (const { username, name, roles: names } of MEMBERS) {
    if (!known.has(username)) {
      const roleIds = roles
        .filter((role) => names.some((one) => one === role.name))
        .map((role) => role.id as Id<'role'>);
      await staff.createMember(admin, { username, name, password: FIRST_PASSWORD, roleIds });
      const first = await login(app, username, FIRST_PASSWORD);
      await staff.changePassword(first, { oldPassword: FIRST_PASSWORD, newPassword: PASSWORD }, FROM);
    }
    sessions.push([username, await login(app, username, PASSWORD)]);
  }
  return Object.fromEntries(sessions) as Desk;
}

export async function closeDesk(app: App, desk: Desk): Promise<void> {
  for (const session of Object.values(desk)) await app.staff.logout(session);
}

/** A buyer with what the demo orders need of one. */
export type Customer = { buyer: Buyer; person: DemoPerson; addressId: Id<'address'> };

const HOMES = [
  ['浙江省', '杭州市', '西湖区', '文三路 398 号东部软件园 2 幢 1203'],
  ['北京市', '北京市', '朝阳区', '望京西园四区 412 号楼 6 单元 901'],
  ['四川省', '成都市', '武侯区', '天府大道北段 1700 号环球中心 E3-1520'],
  ['上海市', '上海市', '徐汇区', '漕溪北路 88 弄 12 号 402 室'],
  ['广东省', '深圳市', '南山区', '科技园南区高新南一道 9 号 A 座 18 楼'],
  ['江苏省', '南京市', '玄武区', '珠江路 67 号华利国际大厦 1608'],
  ['湖北省', '武汉市', '洪山区', '珞喻路 129 号武大家属院 7 栋 2 单元 501'],
  ['福建省', '厦门市', '思明区', '曾厝垵社 215 号'],
  ['陕西省', '西安市', '雁塔区', '科技路 33 号高新国际商务中心 1105'],
  ['湖南省', '长沙市', '岳麓区', '麓谷街道尖山路 217 号 3 栋 1602'],
  ['山东省', '青岛市', '市南区', '香港中路 76 号 2 单元 701'],
  ['重庆市', '重庆市', '渝中区', '解放碑民权路 28 号 2106'],
  ['天津市', '天津市', '和平区', '南京路 189 号津汇广场 1 座 1508'],
  ['河南省', '郑州市', '金水区', '花园路 122 号院 9 号楼 402'],
  ['辽宁省', '大连市', '中山区', '人民路 26 号 1203'],
  ['云南省', '昆明市', '五华区', '翠湖北路 2 号云大西二院 3 栋 201'],
  ['安徽省', '合肥市', '蜀山区', '黄山路 666 号 12 栋 1804'],
] as const;
const OFFICE = ['浙江省', '杭州市', '余杭区', '文一西路 969 号前台代收'] as const;

/** Beside the eight who always live in the pretend WeChat. */
const NEWCOMERS = [
  '林嘉怡',
  '徐文博',
  '孙晓彤',
  '马俊豪',
  '朱佳宁',
  '胡志远',
  '郭思琪',
  '何宇轩',
  '高若曦',
  '罗梓涵',
  '郑凯文',
  '梁诗涵',
  '谢雨桐',
  '宋承泽',
  '唐婉清',
  '许嘉树',
  '韩沐阳',
  '冯舒雅',
  '邓一鸣',
  '曹静怡',
] as const;

/** The people of the pretend WeChat sign in, tell their number and name, and say where they live. */
export async function inviteCustomers(app: App, phones: DemoPhones): Promise<Customer[]> {
  const customers: Customer[] = [];
  const people = [...phones.people];
  for (const [at, name] of NEWCOMERS.entries()) {
    people.push(await phones.join({ name, phone: `1390000${String(1001 + at * 37)}` }));
  }
  for (const [at, person] of people.entries()) {
    customers.push(await invite(app, phones, person, at));
  }
  return customers;
}

async function invite(app: App, phones: DemoPhones, person: DemoPerson, at: number): Promise<Customer> {
  const { identity, files } = app;
  const session = await identity.login({ code: await phones.loginCode(person), platform: 'weapp' });
  const buyer = { id: session.me.id as Id<'buyer'> };
  if (session.me.phone === null) await identity.bindPhone(buyer, { code: await phones.phoneCode(person) });
  const avatar = await files.store({ kind: 'buyer', id: buyer.id }, await portrait(at));
  await identity.updateMe(buyer, { nickname: person.name, avatarFileId: avatar.fileId as Id<'file'> });
  const { items } = await identity.addresses(buyer);
  const [first] = items.length > 0 ? items : await settle(app, buyer, person, at);
  assert(first, `${person.name} lives nowhere`);
  return { buyer, person, addressId: first.id as Id<'address'> };
}

async function settle(app: App, buyer: Buyer, person: DemoPerson, at: number) {
  const [province, city, district, detail] = HOMES[at % HOMES.length] ?? HOMES[0];
  const to = { name: person.name, phone: person.phone };
  const home = { ...to, province, city, district, detail, isDefault: true };
  const made = [await app.identity.createAddress(buyer, home)];
  if (at % 3 === 0) {
    const [officeProvince, officeCity, officeDistrict, officeDetail] = OFFICE;
    const office = { province: officeProvince, city: officeCity, district: officeDistrict, detail: officeDetail };
    made.push(await app.identity.createAddress(buyer, { ...to, ...office, isDefault: false }));
  }
  return made;
}
