// The typed client: what it sends besides what it is told to send.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createClient } from './client.ts';
import { endpoint } from './endpoint.ts';

const base = { tag: '测试', summary: '测试', audience: 'public' as const, input: z.object({}), output: z.unknown() };
const read = endpoint({ ...base, id: 'read', method: 'GET', path: '/things' });
const write = endpoint({ ...base, id: 'write', method: 'POST', path: '/things' });

function heard() {
  const headers: (string | undefined)[] = [];
  let time = 0;
  let isDown = false;
  const client = createClient(
    '/api/v1',
    async (request) => {
      headers.push(request.headers['cache-control']);
      if (isDown) throw new Error('no network');
      return { status: 200, body: {} };
    },
    () => ({}),
    () => time,
  );
  const pass = (ms: number) => {
    time += ms;
  };
  return { client, headers, pass, cut: () => (isDown = true), mend: () => (isDown = false) };
}

test('after a write of its own a client has everything read anew for two seconds', async () => {
  const { client, headers, pass } = heard();
  await client(read, {});
  await client(write, {});
  await client(read, {});
  pass(1999);
  await client(read, {});
  pass(1);
  await client(read, {});
  expect(headers).toEqual([undefined, undefined, 'no-cache', 'no-cache', undefined]);
});

test('a write without an answer may have happened, and counts as one', async () => {
  const { client, headers, cut, mend } = heard();
  cut();
  await expect(client(write, {})).rejects.toMatchObject({ code: 'network' });
  mend();
  await client(read, {});
  expect(headers).toEqual([undefined, 'no-cache']);
});
