// What was typed is there again after the way through WeChat, for a while, and only until it is sent.
import { beforeEach, describe, expect, test } from 'vitest';
import { createDrafts } from '../src/session/draft.ts';

const MINUTE_MS = 60_000;

describe('a draft', () => {
  let kept: Map<string, string>;
  let time: number;
  /** The shop as it starts anew; only the tab's own memory goes on. */
  const shop = () =>
    createDrafts(
      {
        read: <T>(key: string) => JSON.parse(kept.get(key) ?? 'null') as T | null,
        write: (key, value) => void kept.set(key, JSON.stringify(value)),
        remove: (key) => void kept.delete(key),
      },
      () => time,
    );
  beforeEach(() => {
    kept = new Map();
    time = 1_800_000_000_000;
  });

  test('is found as it was, as often as the page is opened', () => {
    shop().write('remark', '请放门口');
    time += MINUTE_MS;
    expect(shop().read('remark')).toBe('请放门口');
    expect(shop().read('remark')).toBe('请放门口');
    expect(shop().read('apply')).toBeNull();
  });

  test('is still there after half an hour, and not later', () => {
    shop().write('remark', '请放门口');
    time += 30 * MINUTE_MS;
    expect(shop().read('remark')).toBe('请放门口');
    time += 1;
    expect(shop().read('remark')).toBeNull();
  });

  test('is gone once sent, and takes no other with it', () => {
    shop().write('remark', '请放门口');
    shop().write('apply', { reason: '质量问题' });
    shop().drop('remark');
    expect(shop().read('remark')).toBeNull();
    expect(shop().read('apply')).toEqual({ reason: '质量问题' });
  });

  test('those too old are not carried along', () => {
    shop().write('remark', '请放门口');
    time += 31 * MINUTE_MS;
    shop().write('apply', {});
    expect([...kept.values()].join()).not.toContain('门口');
  });

  test('all are gone when somebody signs out', () => {
    shop().write('remark', '请放门口');
    shop().forget();
    expect(kept.size).toBe(0);
  });
});
