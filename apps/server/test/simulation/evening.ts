// The evening of a story: WeChat keeps its temper, staff work off what waits for them, time passes until nothing is under
// way; then WeChat, the payments and the ledger must agree fen by fen.
import type { Books } from '../books.ts';
import { staff } from './actors/staff.ts';
import { sendAgain } from './actors/withdrawing.ts';
import { Broken } from './auditor.ts';
import { inStep } from './now.ts';
import type { Town } from './town.ts';

/** A little more than a minute each: nothing of ours waits longer than a few hours while WeChat answers. */
const ROUNDS_MAX = 80;
const ROUND_SECONDS = 65;
const HOUR = 3600;
const DAY = 24 * HOUR;

export async function evening(town: Town, balance: Books['balance']): Promise<void> {
  town.wechat.clearFaults();
  town.wechat.signing('public_key');
  town.wechat.rotate('reset');
  for (const account of ['unsettled', 'available'] as const) town.wechat.fund({ account, amountFen: 1_000_000_000 });
  await atRest(town);
  await balance({ atRest: true });
  // The long run: what was sent is received by itself, returns that were not sent expire, orders are completed.
  for (const days of [9, 9, 16]) {
    await town.forward(days * DAY);
    await atRest(town);
  }
  await balance({ atRest: true });
  await askDoctor(town);
}

/** What waits for people is no fault of the books. */
const FOR_PEOPLE = ['支付问题', '每日对账'];

/** What `npm run doctor` asks the rooms. */
async function askDoctor(town: Town): Promise<void> {
  for (const { name, run } of town.life.app.checks.filter((check) => !FOR_PEOPLE.includes(check.name))) {
    const problem = await run();
    if (problem !== null) throw new Broken(`the doctor: ${name}`, problem);
  }
}

/** Lets everything that was begun come to its end. */
async function atRest(town: Town): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await town.wechat.release();
    while ((await town.post.deliver(1000)) > 0) await town.auditor.audit();
    await workOffCases(town, round);
    await inStep(2e6 + round, () => sendAgain(town));
    if (await isQuiet(town)) return;
    // Patience grows: a refund that nobody takes is tried again after hours.
    await town.forward(round < 20 ? ROUND_SECONDS : HOUR);
    await town.auditor.audit();
  }
  throw new Broken('everything comes to rest', JSON.stringify(await underWay(town)));
}

async function workOffCases(town: Town, round: number): Promise<void> {
  const solvable = await town.rows<{ id: string }>(
    `select id from payment_cases where state = 'open' and kind in ('amount_mismatch', 'refund_manual') order by id`,
  );
  for (const [which] of solvable.entries()) {
    const resolve = (staff['staff.resolve'] as unknown as { act(town: Town, args: { which: number }): Promise<string> })
      .act;
    await inStep(1e6 + round * 100 + which, () => resolve(town, { which: 0 })).catch(() => 'refused');
  }
}

const underWay = async (town: Town): Promise<Record<string, number>> => {
  const [row] = await town.rows<Record<string, number>>(`
    select (select count(*) from outbox)::int as events,
      (select count(*) from refunds where state in ('created', 'submitted'))::int as refunds,
      (select count(*) from payments where state = 'closing')::int as closing,
      (select count(*) from provider_notices where is_verified and state in ('stored', 'failed'))::int as letters,
      (select count(*) from payment_attempts where state in ('created', 'prepaid'))::int as attempts,
      (select count(*) from orders where state = 'unpaid')::int as unpaid`);
  return { ...row };
};

async function isQuiet(town: Town): Promise<boolean> {
  const left = await underWay(town);
  return Object.values(left).every((count) => count === 0);
}
