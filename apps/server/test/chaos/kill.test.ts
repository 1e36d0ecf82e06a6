// The server is killed at every marked place, once, in the middle of a sale; it is started again and nobody lends a hand.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { house, type House } from '../house.ts';
import { play, WITHDRAWN_FEN, type Ending, type Scene, type Stocked } from './story.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const STOCK = 5;
const WAIT_MS = 240_000;

/** Killed inside of a job: a worker is missed only after a while, which is spent waiting and not working. */
const IN_A_JOB: readonly Scene[] = [
  { at: 'ordering.paid.before-commit', story: 'refund' },
  { at: 'aftersale.refunded.before-commit', story: 'refund' },
  { at: 'ordering.paid.after-commit', story: 'refund' },
  { at: 'aftersale.refunded.after-commit', story: 'refund' },
  { at: 'payment.refund.before-call', story: 'refund' },
  { at: 'payment.refund.after-call', story: 'refund' },
  { at: 'payment.refund.after-call', story: 'refund', isLost: true },
  { at: 'payment.refund.before-commit', story: 'refund' },
  { at: 'recharge.paid.before-commit', story: 'recharge' },
  { at: 'recharge.paid.after-commit', story: 'recharge' },
  { at: 'recharge.refunded.before-commit', story: 'recharge' },
  { at: 'wallet.send.before-call', story: 'withdraw' },
  { at: 'wallet.send.after-call', story: 'withdraw' },
  { at: 'wallet.send.after-call', story: 'withdraw', isLost: true },
];

const QUICK: readonly Scene[] = [
  { at: 'relay.before-commit', story: 'refund' },
  { at: 'relay.before-commit#3', story: 'refund' },
  { at: 'relay.before-commit#5', story: 'refund' },
  { at: 'idempotency.before-keep', story: 'refund' },
  { at: 'idempotency.kept', story: 'refund' },
  { at: 'idempotency.kept#2', story: 'refund' },
  { at: 'idempotency.kept#3', story: 'refund' },
  { at: 'idempotency.before-keep#2', story: 'cancel' },
  { at: 'ordering.place.before-commit', story: 'refund' },
  { at: 'payment.prepay.before-call', story: 'refund' },
  { at: 'payment.prepay.after-call', story: 'refund' },
  { at: 'payment.prepay.after-record', story: 'refund' },
  { at: 'payment.balance.before-commit', story: 'refund', balance: 'all' },
  { at: 'payment.prepay.after-call', story: 'refund', balance: 'part' },
  { at: 'payment.settle.before-commit', story: 'refund', balance: 'part', isLost: true },
  { at: 'payment.refund.before-commit#2', story: 'refund', balance: 'part', isLost: true },
  { at: 'payment.close.before-record', story: 'cancel', balance: 'part' },
  { at: 'payment.notice.after-store', story: 'refund' },
  { at: 'payment.notice.after-store', story: 'refund', isLost: true },
  { at: 'payment.notice.after-store#2', story: 'refund', isLost: true },
  { at: 'payment.settle.before-commit', story: 'refund' },
  { at: 'payment.settle.before-commit', story: 'refund', isLost: true },
  { at: 'payment.notice.after-settle', story: 'refund' },
  { at: 'payment.notice.after-settle', story: 'refund', isLost: true },
  { at: 'aftersale.pay-back.before-commit', story: 'refund' },
  { at: 'payment.refund.before-commit#2', story: 'refund', isLost: true },
  { at: 'ordering.close.after-begin', story: 'cancel' },
  { at: 'ordering.close.after-begin', story: 'cancel', paysMeanwhile: 'open' },
  { at: 'payment.close.after-query', story: 'cancel' },
  { at: 'payment.close.after-query', story: 'cancel', paysMeanwhile: 'open', isLost: true },
  { at: 'payment.close.after-close', story: 'cancel' },
  { at: 'payment.close.after-close', story: 'cancel', paysMeanwhile: 'force' },
  { at: 'payment.close.before-record', story: 'cancel' },
  { at: 'payment.close.before-record', story: 'cancel', paysMeanwhile: 'force' },
  { at: 'ordering.close.after-answer', story: 'cancel' },
  { at: 'ordering.close.after-answer', story: 'cancel', paysMeanwhile: 'force' },
  { at: 'ordering.closed.before-commit', story: 'cancel' },
  { at: 'ordering.closed.after-commit', story: 'cancel' },
  { at: 'recharge.place.before-commit', story: 'recharge' },
  { at: 'recharge.refund.before-commit', story: 'recharge' },
  { at: 'recharge.close.after-begin', story: 'recharge-cancel' },
  { at: 'recharge.close.after-begin', story: 'recharge-cancel', paysMeanwhile: 'open' },
];

const SCENES = [...IN_A_JOB, ...QUICK];

let shop: House;
let stocked: Stocked;

beforeAll(async () => {
  shop = await house();
  const { skuId } = await shop.given.sku({ stock: STOCK, priceFen: 3_980 });
  await shop.settle();
  // Every scene begins with a clone of this shop, and PostgreSQL clones only what nobody is connected to.
  await shop.app.close();
  await shop.database.db.close();
  stocked = { database: new URL(shop.database.url).pathname.slice(1), skuId };
});
afterAll(() => shop.close());

test('every place that is marked to die at has a scene', async () => {
  const files = await readdir(SRC, { recursive: true });
  const texts = await Promise.all(
    files.filter((file) => file.endsWith('.ts')).map((file) => readFile(path.join(SRC, file), 'utf8')),
  );
  const marked = texts.flatMap((text) => [...text.matchAll(/\bcrashPoint\('([^']+)'\)/g)].map((match) => match[1]));
  expect(marked.length).toBeGreaterThan(15);
  expect(new Set(marked).size, 'a name for each place').toBe(marked.length);
  const played = new Set(SCENES.map((scene) => scene.at.split('#')[0]));
  expect([...played].toSorted()).toEqual(marked.toSorted());
});

const waiting = turnstile(6);
const working = turnstile(3);

test.concurrent.for(SCENES.map((scene) => [titleOf(scene), scene] as const))(
  'killed at %s, everything comes right by itself',
  { timeout: WAIT_MS },
  async ([, scene]) => {
    const ending = await (IN_A_JOB.includes(scene) ? waiting : working)(() => play(scene, stocked));
    expect(ending.deaths, 'killed at its place, and only there').toEqual([{ code: null, signal: 'SIGKILL' }]);
    expect(ending.end, 'stopped in peace at the end').toEqual({ code: 0, signal: null });
    expect(ending.deadJobs).toBe(0);
    checkEnd(scene, ending);
  },
);

/** The books balance already; here is that the right thing has happened, and once. */
function checkEnd(scene: Scene, ending: Ending): void {
  const { order, paid, refunds, clearingFen, walletFen, onHand, reserved } = ending;
  const home = { clearingFen: 0, onHand: STOCK, reserved: 0 };
  if (scene.story === 'withdraw') {
    const { withdrawal, transfers } = ending;
    expect({ withdrawal, transfers, clearingFen }).toEqual({
      withdrawal: 'paid',
      transfers: 1,
      clearingFen: -WITHDRAWN_FEN,
    });
    return;
  }
  if (scene.story === 'recharge' || scene.story === 'recharge-cancel') {
    const isPaid = scene.paysMeanwhile !== undefined;
    const gone = scene.story === 'recharge' ? 'refunded' : 'cancelled';
    expect({ recharge: ending.recharge, points: ending.points, clearingFen }).toEqual(
      isPaid ? { recharge: 'paid', points: 1250, clearingFen: 9_900 } : { recharge: gone, points: 0, clearingFen: 0 },
    );
    return;
  }
  if (scene.story === 'refund') {
    expect({ order, paid, refunds, clearingFen, onHand, reserved }).toEqual({
      order: 'refunded',
      paid: scene.balance === 'all' ? 0 : 1,
      refunds: scene.balance === 'all' ? 0 : 1,
      ...home,
    });
    expect(walletFen > 0, 'the wallet has its own again').toBe(scene.balance !== undefined);
    return;
  }
  const kept = order === 'paid';
  if (!scene.paysMeanwhile) expect(order).toBe('cancelled');
  // WeChat still took the money and had closed nothing: it is a sale.
  if (scene.paysMeanwhile === 'open') expect(order).toBe('paid');
  if (!kept) expect({ order, clearingFen, onHand, reserved }).toEqual({ order: 'cancelled', ...home });
  else expect({ onHand, reserved, refunds }).toEqual({ onHand: STOCK, reserved: 2, refunds: 0 });
  expect({ paid, refunds }).toEqual({
    paid: scene.paysMeanwhile ? 1 : 0,
    refunds: scene.paysMeanwhile && !kept ? 1 : 0,
  });
}

function titleOf({ at, story, balance, isLost, paysMeanwhile }: Scene): string {
  const meanwhile = paysMeanwhile ? ', paid while it was down' : '';
  const wallet = balance === undefined ? '' : `, ${balance} of it from the wallet`;
  return `${at} (${story}${wallet}${isLost ? ', WeChat says nothing again' : ''}${meanwhile})`;
}

/** Lets so many run at once; the others wait in order. */
function turnstile(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
}
