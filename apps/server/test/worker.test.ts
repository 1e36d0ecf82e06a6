// A process that only works: it tells how it is doing, and serves nobody.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { house, type House } from './house.ts';

let h: House;
beforeAll(async () => {
  h = await house({ env: { ROLE: 'worker' } });
});
afterAll(() => h.close());

test.each(['/health/live', '/health/ready', '/metrics'])('%s answers', async (path) => {
  expect((await fetch(h.url + path)).status).toBe(200);
});

test.each(['/api/v1/products', '/api/docs', '/', '/admin/'])('%s is not here', async (path) => {
  const answer = await fetch(h.url + path);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ error: { code: 'route.not_found' } });
});
