// Properties of an order's laws: claims are cent exact whatever happens on the way, states follow the lines.
import { ORDER_STATES } from '@jishi/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCursor, writeCursor } from '../../platform/cursor.ts';
import {
  actionsOf,
  aftersaleDoor,
  claimFen,
  lowerParts,
  mayMove,
  mergeLines,
  ORDER_MOVES,
  pointsDue,
  stateByLines,
  type LineFacts,
} from './ordering.rules.ts';

const fresh = (quantity: number, payableFen: number): LineFacts => ({
  quantity,
  payableFen,
  shippedQuantity: 0,
  refundedUnshipped: 0,
  refundedQuantity: 0,
  refundedFen: 0,
  claimedQuantity: 0,
  claimedUnshipped: 0,
  claimedFen: 0,
});
const aLine = fc.record({ quantity: fc.integer({ min: 1, max: 99 }), payableFen: fc.nat({ max: 1_000_000 }) });

describe('claims', () => {
  test('any sequence of claims by quantity ends at exactly what was paid', () => {
    fc.assert(
      fc.property(
        aLine,
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 99 }),
        ({ quantity, payableFen }, cuts) => {
          const line = fresh(quantity, payableFen);
          for (const cut of [...cuts, quantity]) {
            const pieces = Math.min(cut, quantity - line.claimedQuantity);
            line.claimedFen += claimFen(line, pieces);
            line.claimedQuantity += pieces;
          }
          expect(line.claimedFen).toBe(payableFen);
        },
      ),
    );
  });

  test('also when claims are given back on the way, in any order, and never more than was paid', () => {
    const step = fc.record({ pieces: fc.integer({ min: 1, max: 9 }), givesBack: fc.boolean(), which: fc.nat() });
    fc.assert(
      fc.property(aLine, fc.array(step, { maxLength: 60 }), ({ quantity, payableFen }, steps) => {
        const line = fresh(quantity, payableFen);
        const open: { pieces: number; amount: number }[] = [];
        const claim = (pieces: number) => {
          const amount = claimFen(line, pieces);
          line.claimedQuantity += pieces;
          line.claimedFen += amount;
          open.push({ pieces, amount });
          expect(line.claimedFen).toBeLessThanOrEqual(payableFen);
        };
        for (const { pieces, givesBack, which } of steps) {
          if (givesBack && open.length > 0) {
            const [back] = open.splice(which % open.length, 1);
            line.claimedQuantity -= back?.pieces ?? 0;
            line.claimedFen -= back?.amount ?? 0;
          } else if (line.claimedQuantity + pieces <= quantity) {
            claim(pieces);
          }
        }
        while (line.claimedQuantity < quantity) claim(1);
        expect(line.claimedFen).toBe(payableFen);
      }),
    );
  });

  test('a sum lowered by agreement stays within what was asked for each part', () => {
    const parts = fc.array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(parts, fc.double({ min: 0, max: 1, noNaN: true }), (asked, share) => {
        const whole = asked.reduce((sum, part) => sum + part, 0);
        const agreed = Math.floor(whole * share);
        const lowered = lowerParts(agreed, asked);
        expect(lowered.reduce((sum, part) => sum + part, 0)).toBe(agreed);
        lowered.forEach((part, index) => expect(part).toBeLessThanOrEqual(asked[index] ?? 0));
      }),
    );
  });
});

describe('states', () => {
  test('every move leads to a state that exists, and nothing leaves cancelled or refunded', () => {
    for (const from of ORDER_STATES) for (const to of ORDER_MOVES[from]) expect(ORDER_STATES).toContain(to);
    for (const to of ORDER_STATES) {
      expect(mayMove('cancelled', to)).toBe(false);
      expect(mayMove('refunded', to)).toBe(false);
      expect(mayMove(to, 'unpaid')).toBe(false);
    }
  });

  test('the state by lines is one that the table allows', () => {
    const line = fc
      .record({ shipped: fc.nat({ max: 3 }), unshipped: fc.nat({ max: 3 }), back: fc.nat({ max: 3 }) })
      .map(({ shipped, unshipped, back }) => ({
        ...fresh(6, 600),
        shippedQuantity: shipped,
        refundedUnshipped: unshipped,
        refundedQuantity: unshipped + Math.min(back, shipped),
      }));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
        const next = stateByLines(lines, 'paid');
        expect(next === 'paid' || mayMove('paid', next)).toBe(true);
      }),
    );
  });

  test('the rest refunded unshipped makes a partly shipped order shipped', () => {
    const sent = { ...fresh(2, 200), shippedQuantity: 2 };
    const gone = { ...fresh(1, 100), refundedUnshipped: 1, refundedQuantity: 1 };
    expect(stateByLines([sent, fresh(1, 100)], 'paid')).toBe('partly_shipped');
    expect(stateByLines([sent, gone], 'partly_shipped')).toBe('shipped');
    expect(stateByLines([gone, gone], 'paid')).toBe('refunded');
    expect(stateByLines([gone, fresh(1, 100)], 'paid')).toBe('paid');
  });
});

describe('doors', () => {
  const now = new Date('2026-03-02T02:00:00Z');
  const facts = { isClosing: false, openCases: 0, payBefore: now, aftersaleUntil: now };

  test('after-sale is open until the last moment of its window', () => {
    expect(aftersaleDoor({ ...facts, state: 'received' }, now)).toBe('open');
    expect(aftersaleDoor({ ...facts, state: 'received' }, new Date(now.getTime() + 1))).toBe('window_closed');
    expect(aftersaleDoor({ ...facts, state: 'completed' }, now)).toBe('window_closed');
    expect(aftersaleDoor({ ...facts, state: 'unpaid' }, now)).toBe('unavailable');
  });

  test('nobody is offered to pay when the time is over or the order is closing', () => {
    const before = new Date(now.getTime() - 1);
    expect(actionsOf({ ...facts, state: 'unpaid' }, [], before).canPay).toBe(true);
    expect(actionsOf({ ...facts, state: 'unpaid' }, [], now).canPay).toBe(false);
    expect(actionsOf({ ...facts, state: 'unpaid', isClosing: true }, [], before).canPay).toBe(false);
  });
});

test('a cursor comes back as it went, and anything else is refused', () => {
  const at = { at: new Date('2026-03-02T02:00:00.123Z'), id: '01a1fbb2-131c-7312-977a-4d2575cb8719' };
  expect(readCursor(writeCursor(at))).toEqual(at);
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readCursor(text)).toThrow('cursor.invalid');
    }),
  );
});

test('any sequence of partial refunds gives back every point and every fen of their worth, exactly', () => {
  const line = fc.record({ payableFen: fc.nat(1_000_000), quantity: fc.integer({ min: 1, max: 99 }) });
  const paid = fc.record({ points: fc.nat(100_000), pointsFen: fc.nat(1_000_000) });
  const cuts = fc.array(fc.record({ money: fc.nat(400_000), pieces: fc.integer({ min: 0, max: 9 }) }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(line, paid, cuts, (sold, worth, parts) => {
      const so = { ...worth, agreedFen: 0, agreedQuantity: 0, backPoints: 0, backFen: 0 };
      const give = (agreedFen: number, quantity: number) => {
        const back = pointsDue(so, sold, { agreedFen, quantity });
        expect(back.points).toBeGreaterThanOrEqual(0);
        expect(back.pointsFen).toBeGreaterThanOrEqual(0);
        so.agreedFen += agreedFen;
        so.agreedQuantity += quantity;
        so.backPoints += back.points;
        so.backFen += back.pointsFen;
      };
      for (const { money, pieces } of parts) {
        give(Math.min(money, sold.payableFen - so.agreedFen), Math.min(pieces, sold.quantity - so.agreedQuantity));
      }
      give(sold.payableFen - so.agreedFen, sold.quantity - so.agreedQuantity);
      expect([so.backPoints, so.backFen]).toEqual([worth.points, worth.pointsFen]);
    }),
  );
});

test('merging keeps every piece', () => {
  const lines = fc.array(
    fc.record({ skuId: fc.constantFrom('a', 'b', 'c'), quantity: fc.integer({ min: 1, max: 9 }) }),
  );
  fc.assert(
    fc.property(lines, (wished) => {
      const merged = mergeLines(wished as never);
      expect(new Set(merged.map((line) => line.skuId)).size).toBe(merged.length);
      const sum = (list: readonly { quantity: number }[]) => list.reduce((total, line) => total + line.quantity, 0);
      expect(sum(merged)).toBe(sum(wished));
    }),
  );
});
