// The memory of finished answers: never older than promised, never from before a change, never a failure, never too big.
import { expect, test } from 'vitest';
import { testClock } from './clock.ts';
import { createFresh, type Fresh } from './http.fresh.ts';

/** A source that counts how often it is read, and can be held back. */
function source(fresh: Fresh, key = 'list {}') {
  let reads = 0;
  let gate: Promise<void> = Promise.resolve();
  let value = 'old';
  const ask = (asker: { anew?: boolean; names?: () => string[] } = {}) =>
    fresh
      .ask(
        {
          key,
          seconds: 1,
          read: async () => {
            reads += 1;
            const seen = value;
            await gate;
            if (seen === 'broken') throw new Error('broken');
            return seen;
          },
        },
        asker,
      )
      .then((answer) => answer.plain.toString());
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return () => {
      gate = Promise.resolve();
      resolve();
    };
  };
  const change = (to: string) => {
    value = to;
  };
  return { ask, hold, change, reads: () => reads };
}

test('an answer is given again within its second and never a millisecond later', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const list = source(fresh);
  await list.ask();
  list.change('new');
  clock.forward({ ms: 999 });
  expect([await list.ask(), list.reads()]).toEqual(['old', 1]);
  clock.forward({ ms: 1 });
  expect(fresh.look('list {}')).toBeUndefined();
  expect([await list.ask(), list.reads()]).toEqual(['new', 2]);
});

test('its age counts from the start of the reading, however slow that was', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const list = source(fresh);
  const release = list.hold();
  const first = list.ask();
  list.change('new');
  clock.forward({ ms: 900 });
  const joined = list.ask();
  clock.forward({ ms: 150 });
  release();
  // Whoever came before the reading takes what it brought; whoever came later would get it older than a second.
  expect(await first).toBe('old');
  expect(await joined).toBe('new');
});

test('any number of callers at once are one reading', async () => {
  const fresh = createFresh({ clock: testClock() });
  const list = source(fresh);
  const release = list.hold();
  const all = Array.from({ length: 50 }, () => list.ask());
  release();
  expect(new Set(await Promise.all(all))).toEqual(new Set(['old']));
  expect(list.reads()).toBe(1);
});

test('a change of our own shows at once, also to those who come while the old answer is still being read', async () => {
  const fresh = createFresh({ clock: testClock() });
  const list = source(fresh);
  const release = list.hold();
  const before = list.ask();
  list.change('new');
  fresh.forget();
  const after = list.ask();
  release();
  expect([await before, await after]).toEqual(['old', 'new']);
  expect(await list.ask()).toBe('new');
  list.change('newer');
  fresh.forget();
  expect(fresh.look('list {}')).toBeUndefined();
  expect(await list.ask()).toBe('newer');
});

test('who has just written elsewhere joins no reading that began before, and all others profit from theirs', async () => {
  const fresh = createFresh({ clock: testClock() });
  const list = source(fresh);
  const release = list.hold();
  const before = list.ask();
  list.change('new');
  const writer = list.ask({ anew: true });
  release();
  expect([await before, await writer]).toEqual(['old', 'new']);
  list.change('newer');
  expect(await list.ask({ anew: true })).toBe('newer');
  expect(await list.ask()).toBe('newer');
});

test('what one person changed shows at once to that person, and others go on with what is remembered', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const list = source(fresh);
  const writer = { names: () => ['203.0.113.9', 'Bearer a'] };
  const elsewhere = { names: () => ['198.51.100.7', 'Bearer a'] };
  const other = { names: () => ['198.51.100.7'] };
  await list.ask();
  list.change('new');
  fresh.forget(['203.0.113.9', 'Bearer a']);
  expect(fresh.look('list {}', other.names)?.plain.toString()).toBe('old');
  expect(fresh.look('list {}', writer.names)).toBeUndefined();
  expect(fresh.look('list {}', elsewhere.names)).toBeUndefined();
  expect([await list.ask(other), list.reads()]).toEqual(['old', 1]);
  expect([await list.ask(writer), list.reads()]).toEqual(['new', 2]);
  // What was read for the writer serves everybody, the writer too.
  expect(fresh.look('list {}', other.names)?.plain.toString()).toBe('new');
  expect([await list.ask(elsewhere), list.reads()]).toEqual(['new', 2]);
});

test('who wrote joins no reading that began before, however slow it is', async () => {
  const fresh = createFresh({ clock: testClock() });
  const list = source(fresh);
  const writer = { names: () => ['203.0.113.9'] };
  const release = list.hold();
  const others = list.ask();
  list.change('new');
  fresh.forget(['203.0.113.9']);
  const mine = list.ask(writer);
  release();
  expect([await others, await mine]).toEqual(['old', 'new']);
  expect(list.reads()).toBe(2);
});

test('changes of a hundred people a moment cost the others no reading', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const list = source(fresh);
  await list.ask();
  for (let i = 0; i < 100; i += 1) {
    clock.forward({ ms: 5 });
    fresh.forget([`203.0.113.${i}`]);
    expect(fresh.look('list {}', () => ['198.51.100.7'])).toBeDefined();
  }
  expect(list.reads()).toBe(1);
});

test('a writer is known for as long as an answer from before the change may be remembered', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const list = source(fresh);
  fresh.forget(['a']);
  clock.forward({ ms: 1 });
  await list.ask();
  list.change('new');
  fresh.forget(['a']);
  clock.forward({ ms: 998 });
  fresh.forget(['b']);
  expect(fresh.look('list {}', () => ['a'])).toBeUndefined();
  expect(await list.ask({ names: () => ['a'] })).toBe('new');
});

test('a failure is told to those who waited for it, and to nobody else', async () => {
  const fresh = createFresh({ clock: testClock() });
  const list = source(fresh);
  list.change('broken');
  const release = list.hold();
  const both = [list.ask(), list.ask()];
  release();
  expect((await Promise.allSettled(both)).map((one) => one.status)).toEqual(['rejected', 'rejected']);
  expect(list.reads()).toBe(1);
  list.change('mended');
  expect(await list.ask()).toBe('mended');
});

test('what is still wanted is read anew before it is too old, without anybody waiting', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const list = source(fresh);
  await list.ask();
  list.change('new');
  clock.forward({ ms: 700 });
  expect(fresh.look('list {}')?.plain.toString()).toBe('old');
  await expect.poll(() => fresh.look('list {}')?.plain.toString()).toBe('new');
  clock.forward({ ms: 900 });
  expect(fresh.look('list {}')?.plain.toString()).toBe('new');
  expect(list.reads()).toBeLessThanOrEqual(3);
});

test('few are read anew at once while nobody waits, and whoever waits does not stand in their line', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const all = Array.from({ length: 10 }, (_, i) => source(fresh, `word ${i}`));
  for (const one of all) await one.ask();
  clock.forward({ ms: 700 });
  const open = all.map((one) => one.hold());
  for (const index of all.keys()) fresh.look(`word ${index}`);
  const begun = () => all.filter((one) => one.reads() === 2).length;
  expect(begun()).toBe(4);
  // The last of the line has grown too old meanwhile, and somebody asks for it.
  clock.forward({ ms: 400 });
  const waiting = all[9]?.ask();
  expect(begun()).toBe(5);
  for (const letGo of open) letGo();
  await waiting;
  await expect.poll(begun).toBe(10);
});

test('a clock that is set back makes nothing young again', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const list = source(fresh);
  await list.ask();
  list.change('new');
  clock.forward({ ms: -5000 });
  expect(await list.ask()).toBe('new');
});

test('memory has a bound in entries and in bytes, and the longest silent go first', async () => {
  const clock = testClock();
  const few = createFresh({ clock, entriesMax: 3 });
  for (const key of ['a', 'b', 'c']) await source(few, key).ask();
  await source(few, 'a').ask();
  await source(few, 'd').ask();
  expect(['a', 'b', 'c', 'd'].map((key) => few.look(key) !== undefined)).toEqual([true, false, true, true]);

  const small = createFresh({ clock, bytesMax: 100_000 });
  for (let i = 0; i < 100; i += 1) {
    const big = { key: `big ${i}`, seconds: 1, read: async () => 'x'.repeat(10_000) };
    const answer = await small.ask(big);
    answer.as('br');
    expect(small.size().bytes).toBeLessThanOrEqual(100_000);
  }
  expect(small.size().entries).toBe(6);
  await small.ask({ key: 'huge', seconds: 1, read: async () => 'x'.repeat(200_000) });
  expect(small.size()).toEqual({ entries: 0, bytes: 0 });
});

test('the same text again keeps its compressed forms', async () => {
  const clock = testClock();
  const fresh = createFresh({ clock });
  const question = { key: 'a', seconds: 1, read: async () => 'x'.repeat(5000) };
  const first = await fresh.ask(question);
  clock.forward({ seconds: 5 });
  expect((await fresh.ask(question)).as('gzip')).toBe(first.as('gzip'));
});
