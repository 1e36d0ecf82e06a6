// Walking through all rows of a list for an export.
import { ApiError } from '@jishi/contract';
import { expect, test } from 'vitest';
import { ROWS_MAX, walk, type Ask } from './walk.ts';

type Row = { id: string };
const listOf = (total: number): Ask<Row> => {
  const rows = Array.from({ length: total }, (_, at) => ({ id: String(at) }));
  return async (page, size) => ({ items: rows.slice((page - 1) * size, page * size), total });
};
const noPause = async () => {};

async function all(
  ask: Ask<Row>,
  signal = new AbortController().signal,
  pause: (ms: number) => Promise<void> = noPause,
) {
  const rows: Row[] = [];
  let last = { done: 0, total: 0 };
  for await (const step of walk({ ask, signal, pause })) {
    rows.push(...step.rows);
    last = { done: step.done, total: step.total };
  }
  return { rows, ...last };
}

test.each([0, 1, 500, 501, 1234])('%i rows come once each, and the progress ends at the end', async (total) => {
  const { rows, done } = await all(listOf(total));
  expect(rows.map((row) => row.id)).toEqual(Array.from({ length: total }, (_, at) => String(at)));
  expect(done).toBe(total);
});

test('more rows than a file may have end at the limit', async () => {
  const { rows, total } = await all(listOf(ROWS_MAX + 700));
  expect([rows.length, total]).toEqual([ROWS_MAX, ROWS_MAX]);
});

test('rows that slide to the next page meanwhile are not doubled', async () => {
  const pages = [Array.from({ length: 500 }, (_, at) => ({ id: `a${at}` })), [{ id: 'a499' }, { id: 'b' }]];
  const { rows } = await all(async (page) => ({ items: pages[page - 1] ?? [], total: 502 }));
  expect(rows).toHaveLength(501);
});

test('too many requests are waited for; a refusal ends it', async () => {
  const waits: number[] = [];
  let isFirst = true;
  const refusal = (status: number) =>
    new ApiError(status, { code: 'rate.limited', message: '请求过于频繁', requestId: '' });
  const ask: Ask<Row> = async (page, size) => {
    if (isFirst) {
      isFirst = false;
      throw refusal(429);
    }
    return listOf(2)(page, size);
  };
  const pause = async (ms: number) => void waits.push(ms);
  expect((await all(ask, undefined, pause)).rows).toHaveLength(2);
  expect(waits).toEqual([5000]);
  const refused = all(async () => {
    throw refusal(403);
  });
  await expect(refused).rejects.toBeInstanceOf(ApiError);
});

test('cancelling stops before the next page', async () => {
  const stop = new AbortController();
  let asked = 0;
  const ask: Ask<Row> = (page, size) => {
    asked += 1;
    return listOf(5000)(page, size);
  };
  const pause = async () => {
    if (asked === 3) stop.abort();
  };
  await all(ask, stop.signal, pause);
  expect(asked).toBe(3);
});
