// Whatever leaves in whatever order, WeChat ends up knowing every parcel that it takes, and is never told after its last word.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isKnown, maskedPhone, nextUpload, type Entry, type Told } from './fulfilment.uploads.rules.ts';

const entry = (no: number, company = 'ZTO'): Entry => ({ trackingNo: `P${no}`, company, itemDesc: '杯子×1' });
const nothing: Told = { sent: [], isSplit: null, isComplete: false, correctionUsed: false };

/** WeChat's own side of it, as far as it matters here. */
function take(told: Told, next: ReturnType<typeof nextUpload>): Told {
  if (next.do !== 'upload') return told;
  expect(next.entries.length).toBeGreaterThan(0);
  expect(next.entries.length).toBeLessThanOrEqual(15);
  if (!next.isSplit) expect(next).toMatchObject({ isComplete: true, entries: [expect.anything()] });
  if (told.isComplete) expect(next.isCorrection && !told.correctionUsed).toBe(true);
  return {
    sent: next.after,
    isSplit: next.isSplit,
    isComplete: next.isComplete,
    correctionUsed: told.correctionUsed || next.isCorrection,
  };
}

describe('what is told next', () => {
  test('one parcel with everything is unified', () => {
    expect(nextUpload([entry(1)], true, nothing)).toMatchObject({ do: 'upload', isSplit: false, isComplete: true });
  });
  test('nothing has left: nothing is told', () => expect(nextUpload([], false, nothing)).toEqual({ do: 'nothing' }));
  test('a part is split, the rest completes it', () => {
    const first = take(nothing, nextUpload([entry(1)], false, nothing));
    expect(first).toMatchObject({ isSplit: true, isComplete: false });
    expect(nextUpload([entry(1)], false, first)).toEqual({ do: 'nothing' });
    const rest = nextUpload([entry(1), entry(2)], true, first);
    expect(rest).toMatchObject({ entries: [entry(2)], isComplete: true, isSplit: true });
  });
  test('the rest was refunded: the last parcel says that it was the last', () => {
    const first = take(nothing, nextUpload([entry(1)], false, nothing));
    expect(nextUpload([entry(1)], true, first)).toMatchObject({ entries: [entry(1)], isComplete: true });
  });
  test('a corrected number goes out once more, and then a person is asked', () => {
    const told = take(nothing, nextUpload([entry(1)], true, nothing));
    const corrected = take(told, nextUpload([entry(2)], true, told));
    expect(corrected).toMatchObject({ correctionUsed: true, sent: [entry(2)] });
    expect(nextUpload([entry(2)], true, corrected)).toEqual({ do: 'nothing' });
    expect(nextUpload([entry(3)], true, corrected)).toEqual({ do: 'give_up' });
  });
});

test('any order of parcels ends with WeChat knowing all of them, fifteen at most, and completely', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.boolean(), (sizes, isRestRefunded) => {
      let told = nothing;
      const left: Entry[] = [];
      for (const [index, size] of sizes.entries()) {
        for (let one = 0; one < size; one += 1) left.push(entry(left.length));
        const isAll = !isRestRefunded && index === sizes.length - 1;
        told = take(told, nextUpload(left, isAll, told));
      }
      if (isRestRefunded) told = take(told, nextUpload(left, true, told));
      expect(told.isComplete).toBe(true);
      expect(told.sent.map((one) => one.trackingNo).toSorted()).toEqual(
        left
          .slice(0, 15)
          .map((one) => one.trackingNo)
          .toSorted(),
      );
      expect(nextUpload(left, true, told)).toEqual({ do: 'nothing' });
    }),
  );
});

test('what WeChat lists is compared by number, and a phone keeps its last four digits', () => {
  expect(isKnown([entry(1)], [{ trackingNo: 'P1' }, { trackingNo: 'P2' }])).toBe(true);
  expect(isKnown([entry(1), entry(3)], [{ trackingNo: 'P1' }])).toBe(false);
  expect(maskedPhone('13812345678')).toBe('138****5678');
});
