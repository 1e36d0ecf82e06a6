// Shanghai days, whatever the machine's own clock says.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayBegins, dayLater, dayOf, dayStart, shanghaiSpan } from './days.ts';

test('a Shanghai day begins at 16:00 UTC of the day before and ends a day later', () => {
  expect(shanghaiSpan('2026-03-02', '2026-03-02')).toEqual({
    from: new Date('2026-03-01T16:00:00Z'),
    before: new Date('2026-03-02T16:00:00Z'),
  });
  expect(shanghaiSpan(undefined, undefined)).toEqual({});
});

test('a day is Shanghai’s', () => {
  expect(dayOf(new Date('2026-03-01T15:59:59Z'))).toBe('2026-03-01');
  expect(dayOf(new Date('2026-03-01T16:00:00Z'))).toBe('2026-03-02');
});

test('every moment lies in exactly one day, which begins where the one before ends', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (at) => {
      expect(dayStart(at).getTime()).toBeLessThanOrEqual(at.getTime());
      expect(dayStart(at, 1).getTime()).toBeGreaterThan(at.getTime());
      expect(dayOf(dayStart(at))).toBe(dayOf(at));
      expect(dayOf(dayStart(at, 1))).toBe(dayLater(dayOf(at), 1));
      expect(dayBegins(dayOf(at))).toEqual(dayStart(at));
    }),
  );
  expect([dayLater('2026-02-28', 1), dayLater('2026-03-01', -1)]).toEqual(['2026-03-01', '2026-02-28']);
});
