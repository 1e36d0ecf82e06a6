// What people do at the screens, in their words: the buyer with a phone, the shopkeeper at a desk.
import { expect } from 'vitest';
import { ADMIN, type House } from '../house.ts';
import type { Screen } from './chromium.ts';

/** Through the sheet that asks for a sign-in, to WeChat's page and back. */
export async function signInAtWechat(screen: Screen, person: string, picture?: string): Promise<void> {
  await screen.part('.login-terms .tick').click();
  if (picture) await screen.look(picture);
  await screen.part('.button', '微信一键登录').click();
  await screen.part('h2', '选择以谁的身份登录').waitFor();
  if (picture) await screen.look(`${picture}-wechat`);
  await screen.part('button.person', person).click();
  await screen.page.waitForURL((url) => !url.pathname.startsWith('/connect/'));
}

export async function enterAddress(screen: Screen): Promise<void> {
  const field = (name: string) => screen.part('.field', name).locator('input');
  await field('收货人').fill('林小满');
  await field('手机号').fill('13912345678');
  await screen.part('.field', '所在地区').click();
  await screen.part('.region-name', '浙江省').waitFor();
  await screen.look('address-region');
  for (const name of ['浙江省', '杭州市', '西湖区']) await screen.part('.region-name', name).click();
  await screen.part('.field', '浙江省 杭州市 西湖区').waitFor();
  await field('详细地址').fill('文三路 138 号 6 幢 402 室');
  await screen.look('address-edit');
  await screen.part('.button', '保存').click();
}

/** The back office, entered through its own door. */
export async function signInAsStaff(screen: Screen, house: House, picture?: string): Promise<void> {
  await house.admin();
  await screen.page.goto(`${house.url}/admin/`);
  await screen.part('h1', '登录管理后台').waitFor();
  await screen.page.getByLabel('账号').fill(ADMIN.username);
  await screen.page.getByLabel('密码', { exact: true }).fill(ADMIN.password);
  await screen.page.getByLabel('验证码', { exact: true }).fill('abcd');
  if (picture) await screen.look(picture);
  await screen.page.getByRole('button', { name: '登录' }).click();
  await screen.page.waitForURL(/\/admin\/home/);
}

/** Says yes to a question of the shop. */
export async function agree(screen: Screen, word: string): Promise<void> {
  await screen.part('.taro-model__confirm', word).click();
}

/** The note that slides over the screen says so. */
export async function told(screen: Screen, words: string | RegExp): Promise<void> {
  await screen.text(words).waitFor();
}

/** What a person reads on the screen, without the gaps between figures. */
export async function readable(screen: Screen, selector: string): Promise<string> {
  const text = await screen.part(selector).first().innerText();
  expect(text).not.toBe('');
  return text.replaceAll(/\s+/g, '');
}
