// Other programs and one balance: what is promised twice is promised once, and nobody ever spends what is not there.
import {
  adminListPointMoves,
  cancelServicePoints,
  commitServicePoints,
  endpoints,
  getServiceBalance,
  getServiceReservation,
  listPointMoves,
  reserveServicePoints,
  type Id,
} from '@jishi/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { key } from '../../../test/given.ts';
import { house, type BuyerSession, type House, type ServiceClient } from '../../../test/house.ts';
import { newId } from '../../platform/ids.ts';

let h: House;
let chat: ServiceClient;
let draw: ServiceClient;
let buyer: BuyerSession;
beforeAll(async () => {
  h = await house();
  chat = await h.given.service({ code: 'chat', name: '智能对话' });
  draw = await h.given.service({ code: 'draw', name: '智能绘图' });
});
afterAll(() => h.close());
beforeEach(async () => {
  buyer = await h.signIn();
});

const buyerId = () => buyer.id as Id<'buyer'>;
const grant = (kind: 'paid' | 'bonus' | 'earned', points: number) =>
  h.app.db.tx((tx) =>
    h.app.points.grant(tx, {
      buyerId: buyer.id,
      kind,
      points,
      key: newId(),
      label: '测试',
      refKind: 'test',
      refId: newId(),
      expiresAt: null,
    }),
  );
const reserve = (service: ServiceClient, points: number, own = key() as string, more: { holdMinutes?: number } = {}) =>
  service.call(reserveServicePoints, { buyerId: buyerId(), points, label: '生成海报', ...more }, { key: own });
const balance = () => chat.call(getServiceBalance, { buyerId: buyerId() });

test('reserve, commit: the points are used, and the buyer reads which service it was', async () => {
  await grant('paid', 100);
  await grant('bonus', 30);
  const held = await reserve(chat, 50);
  expect(held).toMatchObject({ state: 'held', points: 50, label: '智能对话：生成海报' });
  expect(await balance()).toMatchObject({ paid: 80, bonus: 0, held: 50, total: 80 });
  const used = await chat.call(commitServicePoints, { reservationId: held.id });
  expect(used.state).toBe('committed');
  expect(await balance()).toMatchObject({ paid: 80, bonus: 0, held: 0 });
  const { items } = await buyer.call(listPointMoves, {});
  expect(items[0]).toMatchObject({ cause: 'spend', label: '智能对话：生成海报' });
  const seen = await (await h.admin()).call(adminListPointMoves, { buyerId: buyerId() });
  expect(seen.items.map((one) => one.delta).toSorted((a, b) => a - b)).toEqual([-30, -20, 30, 100]);
  await h.books.balance();
});

test('every step may be repeated, also long after the platform has forgotten the key', async () => {
  await grant('paid', 100);
  const own = key();
  const all = await Promise.all(Array.from({ length: 6 }, () => reserve(chat, 40, own)));
  expect(new Set(all.map((one) => one.id)).size).toBe(1);
  expect(await balance()).toMatchObject({ paid: 60, held: 40 });
  await expect(reserve(chat, 41, own)).rejects.toMatchObject({ code: 'idempotency.key_reused' });
  const reservationId = all[0]?.id as Id<'pointReservation'>;
  await Promise.all(Array.from({ length: 6 }, () => chat.call(commitServicePoints, { reservationId })));
  await h.app.db.q.deleteFrom('idempotency_keys').execute();
  expect(await reserve(chat, 40, own)).toMatchObject({ id: reservationId, state: 'committed' });
  await expect(reserve(chat, 41, own)).rejects.toMatchObject({ code: 'idempotency.key_reused' });
  await expect(chat.call(cancelServicePoints, { reservationId })).rejects.toMatchObject({
    code: 'points.reservation_used',
  });
  expect(await balance()).toMatchObject({ paid: 60, held: 0 });
});

test('two services and one balance: what is promised to one is not there for the other', async () => {
  await grant('paid', 100);
  const wishes = Array.from({ length: 10 }, (_, n) => reserve(n % 2 ? chat : draw, 30));
  const done = await Promise.allSettled(wishes);
  expect(done.filter((one) => one.status === 'fulfilled')).toHaveLength(3);
  for (const one of done)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'points.short', details: { left: 10 } });
  expect(await balance()).toMatchObject({ paid: 10, held: 90 });
  await h.books.balance();
});

test('one service cannot see or touch what another has reserved, even with the same key', async () => {
  await grant('paid', 100);
  const own = key();
  const { id: reservationId } = await reserve(chat, 40, own);
  for (const door of [getServiceReservation, commitServicePoints, cancelServicePoints]) {
    await expect(draw.call(door, { reservationId })).rejects.toMatchObject({ code: 'points.reservation_not_found' });
  }
  const other = await reserve(draw, 40, own);
  expect(other.id).not.toBe(reservationId);
  // A second token of the same service is the same service.
  const renewed = await h.given.service({ code: 'chat', name: '智能对话' });
  expect(await renewed.call(cancelServicePoints, { reservationId })).toMatchObject({ state: 'cancelled' });
  await expect(chat.call(commitServicePoints, { reservationId })).rejects.toMatchObject({
    code: 'points.reservation_over',
  });
});

test('what nobody uses in time goes back by itself, and cannot be used any more', async () => {
  await grant('earned', 100);
  const held = await reserve(chat, 60, key(), { holdMinutes: 5 });
  await h.wechat.clock.advance({ minutes: 5 });
  const late = chat.call(commitServicePoints, { reservationId: held.id });
  await expect(late).rejects.toMatchObject({ code: 'points.reservation_over' });
  await h.forward({ minutes: 1 });
  expect(await balance()).toMatchObject({ earned: 100, held: 0 });
  expect(await chat.call(getServiceReservation, { reservationId: held.id })).toMatchObject({ state: 'cancelled' });
});

test('using against expiry, ten times: one of them wins, and the points are there or used, never both', async () => {
  for (let round = 0; round < 10; round += 1) {
    buyer = await h.signIn();
    await grant('paid', 10);
    const held = await reserve(chat, 10, key(), { holdMinutes: 1 });
    const commit = chat.call(commitServicePoints, { reservationId: held.id }).catch((error: unknown) => error);
    const cancel = chat.call(cancelServicePoints, { reservationId: held.id }).catch((error: unknown) => error);
    await Promise.all([commit, cancel]);
    const { state } = await chat.call(getServiceReservation, { reservationId: held.id });
    expect(await balance()).toMatchObject({ paid: state === 'committed' ? 0 : 10, held: 0 });
  }
  await h.books.balance();
});

test('nobody but staff and the shop’s own events can give points: no other door leads there', () => {
  const giving = endpoints.filter((one) => /grant|mint|credit/i.test(one.id));
  expect(giving.map((one) => [one.id, one.audience])).toEqual([['adminGrantPoints', 'staff']]);
  const reached = endpoints.filter((one) => one.audience === 'service').map((one) => `${one.method} ${one.path}`);
  expect(reached.toSorted()).toEqual([
    'GET /service/points/balance',
    'GET /service/points/reservations/:reservationId',
    'GET /service/self',
    'POST /service/points/reservations',
    'POST /service/points/reservations/:reservationId/cancel',
    'POST /service/points/reservations/:reservationId/commit',
  ]);
});

test('a buyer that is not there is said to be not there', async () => {
  const nobody = { buyerId: newId<'buyer'>(), points: 1, label: '测试' };
  await expect(chat.call(reserveServicePoints, nobody, { key: key() })).rejects.toMatchObject({
    code: 'buyer.not_found',
  });
  await expect(chat.call(getServiceBalance, { buyerId: nobody.buyerId })).rejects.toMatchObject({
    code: 'buyer.not_found',
  });
});
