// The hands of the demo people at the pretend WeChat: tapping "allow", paying, and the bank that sends money back.
// Development tooling, used by the demo data alone: the shop itself never knows whom it talks to. Plain HTTP to the
// control verbs of the simulator; its package is not imported.
import { z } from 'zod';
import { isLocal, type Config } from './platform/config.ts';

const Person = z.object({ id: z.string(), name: z.string(), phone: z.string() });
export type DemoPerson = z.output<typeof Person>;

export type DemoPhones = {
  people: readonly DemoPerson[];
  /** Somebody new joins WeChat; who has this number already is not doubled. */
  join(newcomer: { name: string; phone: string }): Promise<DemoPerson>;
  loginCode(person: DemoPerson): Promise<string>;
  phoneCode(person: DemoPerson): Promise<string>;
  /** Pays in the cashier, at a moment of the story. No letter is sent: nobody is at home to open it, and the shop asks by itself. */
  pay(outTradeNo: string, person: DemoPerson, at: Date): Promise<void>;
  finishRefund(outRefundNo: string, at: Date): Promise<void>;
  /** The fund-flow bill of a day will show a movement that the shop knows nothing of. */
  strangeFlow(day: string, amountFen: number): Promise<void>;
  /** Takes a transfer on the phone. */
  receive(outBillNo: string): Promise<void>;
};

const PATIENCE_MS = 5000;
const NEWCOMER_WALLET_FEN = 2_000_000;
const Code = z.object({ code: z.string() });

/** A stranger, and least of all WeChat itself, is never asked for control verbs. */
export function isPlayed(config: Config): boolean {
  return [config.WECHAT_API_BASE_URL, config.WECHAT_PAY_BASE_URL].every((url) => url !== undefined && isLocal(url));
}

/** Null when nobody answers. */
export async function findPhones(config: Config): Promise<DemoPhones | null> {
  const base = config.WECHAT_API_BASE_URL;
  if (!isPlayed(config)) return null;

  async function call(path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${base}/__sim/${path}`, {
      ...(body ? { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`微信模拟器拒绝了 ${path}：${text.slice(0, 200)}`);
    return JSON.parse(text) as unknown;
  }
  const people = await call('people').then(
    (found) => z.array(Person).safeParse(found),
    () => null,
  );
  if (!people?.success || people.data.length === 0) return null;
  const everybody = people.data;

  const code = async (verb: 'login-code' | 'phone-code', person: DemoPerson) =>
    Code.parse(await call(verb, { person: person.id })).code;
  return {
    people: everybody.slice(0, 8),
    join: async (newcomer) =>
      everybody.find(({ phone }) => phone === newcomer.phone) ??
      Person.parse(await call('add-person', { ...newcomer, walletFen: NEWCOMER_WALLET_FEN })),
    loginCode: (person) => code('login-code', person),
    phoneCode: (person) => code('phone-code', person),
    pay: async (outTradeNo, person, at) => {
      await call('pay', { outTradeNo, by: person.id, notice: 'dropped', at: at.toISOString() });
    },
    receive: async (outBillNo) => {
      await call('confirm-transfer', { outBillNo });
      await call('finish-transfer', { outBillNo, state: 'SUCCESS', notice: 'dropped' });
    },
    finishRefund: async (outRefundNo, at) => {
      await call('finish-refund', { outRefundNo, state: 'SUCCESS', notice: 'dropped', at: at.toISOString() });
    },
    strangeFlow: async (day, amountFen) => {
      await call('change-bill', {
        day,
        bill: 'fund',
        change: 'add',
        number: `DEMO${day.replaceAll('-', '')}`,
        amountFen,
      });
    },
  };
}
