// Earning: once per event, within the day, back with refunds as far as it is there, and never below zero.
import {
  adminGetBuyerPoints,
  adminGrantPoints,
  adminListBuyerPoints,
  adminListEarnRules,
  adminUpdateEarnRule,
  bindInvite,
  getInvite,
  getPoints,
  getSignIn,
  listAudit,
  listEarnWays,
  listPointMoves,
  refundOrder,
  signIn,
  type EarnRuleCode,
  type Id,
} from '@jishi/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { key } from '../../../test/given.ts';
import { house, type BuyerSession, type House } from '../../../test/house.ts';
import { newId } from '../../platform/ids.ts';
import { expiryOf, keptOf, worthOf } from './points.earn.rules.ts';

let h: House;
let buyer: BuyerSession;
beforeAll(async () => {
  h = await house();
});
afterAll(() => h.close());
beforeEach(async () => {
  buyer = await h.given.buyer();
});

const points = async (who = buyer) => (await who.call(getPoints, {})).earned;
const event = (rule: EarnRuleCode, own: string, units = 1) => ({
  rule,
  buyerId: buyer.id,
  key: own,
  units,
  refKind: 'test',
  refId: newId<'test'>(),
});
const earn = (rule: EarnRuleCode, own: string, units = 1) =>
  h.app.db.tx((tx) => h.app.points.earning.earn(tx, event(rule, own, units)));
const unearn = (own: string, unitsLeft: number) =>
  h.app.db.tx((tx) => h.app.points.earning.unearn(tx, { key: own, unitsLeft, label: '退款收回' }));
const spend = (amount: number) =>
  h.app.db.tx(async (tx) => {
    const about = { key: newId<'test'>(), label: '花掉', refKind: 'test', refId: newId<'test'>(), expiresAt: null };
    const id = await h.app.points.reserve(tx, { buyerId: buyer.id, points: amount, kinds: ['earned'], ...about });
    await h.app.points.commit(tx, id);
  });
const ruleOf = async (code: EarnRuleCode) => {
  const { items } = await (await h.admin()).call(adminListEarnRules, {});
  const {
    earnedToday: _,
    name: __,
    hint: ___,
    unit: ____,
    ...fields
  } = items.find((one) => one.code === code) as (typeof items)[number];
  return fields;
};

describe('rules', () => {
  test('an event earns once, also ten times at once, and a day has its cap', async () => {
    const own = newId();
    const all = await Promise.all(Array.from({ length: 10 }, () => earn('invite', own)));
    expect(all.toSorted((a, b) => b - a)).toEqual([50, ...Array.from({ length: 9 }, () => 0)]);
    for (let n = 0; n < 12; n += 1) await earn('invite', newId());
    expect(await points()).toBe(500);
    await h.forward({ hours: 24 });
    expect(await earn('invite', newId())).toBe(50);
  });

  test('a rule that is off earns nothing and is promised to nobody', async () => {
    expect(await earn('review', newId())).toBe(0);
    const { items } = await h.visitor(listEarnWays, {});
    expect(items.map((one) => one.code)).toEqual(['order', 'sign_in', 'streak', 'invite', 'invite_recharge']);
  });

  test('staff change a rule for what comes after; two at once: the second is told; the trail keeps both values', async () => {
    const { call } = await h.admin();
    const before = await ruleOf('review');
    const after = await call(adminUpdateEarnRule, { ...before, isOn: true, value: 12, dailyCap: 20 });
    expect(after).toMatchObject({ isOn: true, value: 12, version: before.version + 1 });
    await expect(call(adminUpdateEarnRule, { ...before, value: 99 })).rejects.toMatchObject({
      code: 'points.rule_stale',
    });
    expect(await earn('review', newId())).toBe(12);
    expect(await earn('review', newId())).toBe(8);
    expect(await earn('review', newId())).toBe(0);
    const trail = await call(listAudit, { subjectId: 'review' });
    expect(trail.items[0]).toMatchObject({ action: 'points.rule', before: { value: 10 }, after: { value: 12 } });
  });

  test('worth, caps and shares are whole and never more than they should be', () => {
    expect(worthOf({ unit: 'percent', value: 5, dailyCap: null }, 99, 0)).toBe(4);
    expect(worthOf({ unit: 'per_yuan', value: 2, dailyCap: 100 }, 60, 30)).toBe(70);
    expect(expiryOf(new Date('2026-01-31T02:00:00Z'), 1)).toEqual(new Date('2026-02-28T16:00:00Z'));
    expect(expiryOf(new Date('2026-03-02T02:00:00Z'), 12)).toEqual(new Date('2027-03-02T16:00:00Z'));
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), fc.nat(20_000), (worth, units, left) => {
        const kept = keptOf({ points: worth, units }, left);
        expect(kept).toBeGreaterThanOrEqual(0);
        expect(kept).toBeLessThanOrEqual(worth);
        expect(keptOf({ points: worth, units }, 0)).toBe(0);
        expect(keptOf({ points: worth, units }, units)).toBe(worth);
      }),
    );
  });
});

describe('what was earned goes back', () => {
  test('as far as it is unspent; what is missing is set off against the next earnings', async () => {
    await earn('order', 'order:a', 100);
    await spend(70);
    await unearn('order:a', 0);
    await unearn('order:a', 0);
    expect(await points()).toBe(0);
    const { call } = await h.admin();
    expect(await call(adminGetBuyerPoints, { buyerId: buyer.id as Id<'buyer'> })).toMatchObject({ owed: 70 });
    expect(await earn('invite', newId())).toBe(50);
    expect(await points()).toBe(0);
    expect(await earn('invite', newId())).toBe(50);
    expect(await points()).toBe(30);
    const { items } = await buyer.call(listPointMoves, {});
    expect(items[0]?.label).toContain('抵扣此前应收回');
    expect(await call(adminGetBuyerPoints, { buyerId: buyer.id as Id<'buyer'> })).toMatchObject({ owed: 0 });
    await h.books.balance();
  });

  test('in any order of earning, spending and refunds nobody is below zero, and the books balance', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('earn' as const), n: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ do: fc.constant('spend' as const), n: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ do: fc.constant('back' as const), n: fc.nat(60) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (story) => {
        buyer = await h.signIn();
        const keys: string[] = [];
        for (const [at, one] of story.entries()) {
          if (one.do === 'earn') keys.push(`order:${newId()}`);
          if (one.do === 'earn') await earn('order', keys.at(-1) ?? '', one.n);
          if (one.do === 'spend') await spend(one.n).catch(() => {});
          const own = keys[at % Math.max(1, keys.length)];
          if (one.do === 'back' && own) await unearn(own, one.n);
        }
        expect(await points()).toBeGreaterThanOrEqual(0);
        await h.books.balance();
      }),
      { numRuns: 8 },
    );
  });
});

describe('a paid order', () => {
  test('earns a point per yuan when it is completed, and a refund after that takes its share back', async () => {
    const sku = await h.given.sku({ stock: 9, priceFen: 15_050 });
    const order = await h.given.shippedOrder(buyer, [{ skuId: sku.skuId, quantity: 2 }]);
    await h.forward({ days: 16 });
    expect(await points()).toBe(0);
    await h.forward({ days: 16 });
    expect(await points()).toBe(301);
    const lines = [{ lineId: order.lines[0]?.id as Id<'orderLine'>, quantity: 1 }];
    const { call } = await h.admin();
    await call(refundOrder, { orderId: order.id, lines, reason: '协商退款' }, { key: key() });
    await h.refundsArrive();
    expect(await points()).toBe(150);
    await h.books.balance({ atRest: true });
  });
});

describe('signing in', () => {
  test('earns once a Shanghai day, an extra every seventh in a row, and a missed day begins anew', async () => {
    expect(await buyer.call(getSignIn, {})).toMatchObject({ isSignedToday: false, streak: 0, toBonus: 7, days: [] });
    const twice = await Promise.all([buyer.call(signIn, {}), buyer.call(signIn, {})]);
    expect(twice.map((one) => one.earned).toSorted()).toEqual([0, 5]);
    for (let day = 2; day <= 7; day += 1) {
      await h.forward({ hours: 24 });
      expect(await buyer.call(signIn, {})).toMatchObject({ streak: day, earned: day === 7 ? 55 : 5 });
    }
    expect(await points()).toBe(85);
    const month = await buyer.call(getSignIn, {});
    expect(month).toMatchObject({ isSignedToday: true, streak: 7, toBonus: 7 });
    await h.forward({ hours: 48 });
    expect(await buyer.call(getSignIn, {})).toMatchObject({ isSignedToday: false, streak: 0 });
    expect(await buyer.call(signIn, {})).toMatchObject({ streak: 1, earned: 5 });
    await h.books.balance();
  });
});

describe('inviting', () => {
  test('a new buyer binds once; not to themselves, not in a loop, not after having paid', async () => {
    const friend = await h.given.buyer();
    const mine = await buyer.call(getInvite, {});
    expect(mine).toMatchObject({ invited: 0, inviter: null, people: [] });
    expect(mine.code).toMatch(/^[2-9A-HJ-NP-Z]{6}$/);
    expect((await buyer.call(getInvite, {})).code).toBe(mine.code);
    const refused = async (who: BuyerSession, code: string, why: string) =>
      expect(who.call(bindInvite, { code })).rejects.toMatchObject({ code: why });
    await refused(buyer, mine.code, 'invite.self');
    await refused(friend, 'ZZZZZZ', 'invite.code_unknown');
    const all = await Promise.allSettled(
      [1, 2, 3].map(() => friend.call(bindInvite, { code: mine.code.toLowerCase() })),
    );
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    await refused(friend, mine.code, 'invite.bound');
    expect(await points()).toBe(50);
    await refused(buyer, (await friend.call(getInvite, {})).code, 'invite.loop');
    const third = await h.given.buyer();
    const sku = await h.given.sku({ stock: 9 });
    await h.given.paidOrder(third, [{ skuId: sku.skuId }]);
    await refused(third, mine.code, 'invite.not_new');
    expect(await buyer.call(getInvite, {})).toMatchObject({ invited: 1, earned: 50 });
    await h.books.balance();
  });

  test('two who invite each other at the same moment do not close a loop', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await h.signIn(), await h.signIn()];
      const codes = [(await a.call(getInvite, {})).code, (await b.call(getInvite, {})).code] as const;
      const both = await Promise.allSettled([
        a.call(bindInvite, { code: codes[1] }),
        b.call(bindInvite, { code: codes[0] }),
      ]);
      expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    }
  });

  test('a friend’s first recharge brings its share when it can no longer be paid back', async () => {
    const friend = await h.given.buyer();
    await friend.call(bindInvite, { code: (await buyer.call(getInvite, {})).code });
    const packageId = await h.given.package({ priceFen: 9900 as never, points: 1000 });
    const { id: rechargeId } = await h.given.paidRecharge(friend, packageId);
    await h.settle();
    expect(await buyer.call(getInvite, {})).toMatchObject({ frozen: 49, earned: 50 });
    await h.forward({ days: 14 });
    expect(await points()).toBe(50);
    await h.forward({ days: 2 });
    expect(await points()).toBe(99);
    await h.app.points.inviting.recharged(rechargeId);
    await h.app.points.inviting.grantDue();
    expect(await points()).toBe(99);
    // Paid back all the same: the reward goes home too.
    await h.app.points.inviting.paidBack(rechargeId);
    expect(await points()).toBe(50);
    await h.books.balance();
  });
});

test('staff give within their day’s bound, with a reason that buyer and trail keep', async () => {
  const { call } = await h.admin();
  const buyerId = buyer.id as Id<'buyer'>;
  const gift = { buyerId, points: 1500, reason: '活动漏发' };
  const own = key();
  const both = await Promise.all([
    call(adminGrantPoints, gift, { key: own }),
    call(adminGrantPoints, gift, { key: own }),
  ]);
  expect(both.map((one) => one.earned)).toEqual([1500, 1500]);
  await expect(call(adminGrantPoints, gift, { key: key() })).rejects.toMatchObject({
    code: 'points.grant_limit',
    details: { left: 500 },
  });
  expect((await buyer.call(listPointMoves, {})).items[0]).toMatchObject({ label: '商家补发：活动漏发', delta: 1500 });
  const trail = await call(listAudit, { subjectId: buyerId });
  expect(trail.items[0]).toMatchObject({ action: 'points.grant', after: { points: 1500, reason: '活动漏发' } });
  const { items } = await call(adminListBuyerPoints, { q: buyerId });
  expect(items).toMatchObject([{ id: buyerId, earned: 1500, total: 1500 }]);
  expect((await call(adminListBuyerPoints, {})).items[0]?.total).toBeGreaterThanOrEqual(1500);
});
