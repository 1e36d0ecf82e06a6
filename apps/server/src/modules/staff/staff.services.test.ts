// Service tokens: shown once, kept as a hash, told in the trail, gone at once.
import { createServiceToken, getServiceSelf, listAudit, listServiceTokens, revokeServiceToken } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { house, type House } from '../../../test/house.ts';
import { dayOf } from '../../platform/days.ts';

let h: House;
beforeAll(async () => {
  h = await house();
});
afterAll(() => h.close());

const listed = async (tokenId: string) =>
  (await (await h.admin()).call(listServiceTokens, {})).items.find((one) => one.id === tokenId);

test('a token says who its service is, and is nowhere to be read again', async () => {
  const service = await h.given.service({ code: 'ai-chat', name: 'AI 对话', scopes: ['points.view'] });
  expect(service.token).toMatch(/^jst_[\w-]{43}$/);
  expect(await service.call(getServiceSelf, {})).toEqual({
    service: 'ai-chat',
    name: 'AI 对话',
    scopes: ['points.view'],
    expiresAt: null,
  });
  const row = await h.app.db.q
    .selectFrom('service_tokens')
    .selectAll()
    .where('id', '=', service.tokenId)
    .executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toContain(service.token.slice(4, 24));
  const trail = await (await h.admin()).call(listAudit, { subjectId: service.tokenId });
  expect(trail.items[0]).toMatchObject({ action: 'service_token.create', subjectName: 'AI 对话' });
  expect(JSON.stringify(trail)).not.toContain(service.token.slice(4, 24));
});

test('when it was last used is known to the minute, without a row written per call', async () => {
  const service = await h.given.service();
  expect((await listed(service.tokenId))?.lastUsedAt).toBeNull();
  await service.call(getServiceSelf, {});
  const first = (await listed(service.tokenId))?.lastUsedAt;
  h.clock.forward({ seconds: 30 });
  await service.call(getServiceSelf, {});
  expect((await listed(service.tokenId))?.lastUsedAt).toBe(first);
  h.clock.forward({ seconds: 31 });
  await service.call(getServiceSelf, {});
  expect((await listed(service.tokenId))?.lastUsedAt).toBe(h.clock.now().toISOString());
});

test('a revoked token is refused at once, stays in the list, and revoking it again changes nothing', async () => {
  const { call } = await h.admin();
  const service = await h.given.service();
  const { tokenId } = service;
  const gone = await call(revokeServiceToken, { tokenId, reason: '合作结束' });
  expect(gone.state).toBe('revoked');
  await expect(service.call(getServiceSelf, {})).rejects.toMatchObject({ code: 'service.not_signed_in', status: 401 });
  expect(await call(revokeServiceToken, { tokenId, reason: '再次' })).toEqual(gone);
  const trail = await call(listAudit, { subjectId: tokenId });
  expect(trail.items.map((one) => one.action)).toEqual(['service_token.revoke', 'service_token.create']);
  expect(await listed(tokenId)).toMatchObject({ state: 'revoked' });
});

test('the last day counts in full and cannot be a past one', async () => {
  const { call } = await h.admin();
  const today = dayOf(h.clock.now());
  const service = await h.given.service({ expiresOn: today });
  expect((await listed(service.tokenId))?.expiresAt).toBe(new Date(`${today}T16:00:00.000Z`).toISOString());
  const past = { service: 'late', name: '过期', scopes: ['points.view' as const], expiresOn: '2026-01-01' };
  await expect(call(createServiceToken, past)).rejects.toMatchObject({ code: 'service_token.day_past' });
});
