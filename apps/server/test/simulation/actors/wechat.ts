// WeChat in a bad mood: letters that come late, twice, never, or from somebody else; answers that get lost or lie; refunds
// that do not arrive; keys that change.
import {
  faultKinds,
  forgeryKinds,
  type EndpointFamily,
  type FaultKind,
  type ForgeryKind,
  type NoticeView,
} from '@jishi/wechat-sim';
import type { Dice } from '../dice.ts';
import { verb } from '../story.ts';
import type { Town } from '../town.ts';

/** What a letter speaks of is named by the story, its own number is not: the newest letters, counted from the end. */
const SEEN_MAX = 12;

function lettersOn(town: Town): NoticeView[] {
  return town.wechat.notices().filter(({ state }) => state === 'held' || state === 'scheduled');
}

const letterAt = (town: Town, which: number): NoticeView | undefined => {
  const waiting = lettersOn(town);
  return waiting.length === 0 ? undefined : waiting[which % waiting.length];
};

/** Of a payment under a number that WeChat itself has closed we hear by letter, or not before the bill of the day. */
async function isOnlyNews(town: Town, letter: NoticeView): Promise<boolean> {
  const [attempt] = await town.rows<{ state: string }>(`select state from payment_attempts where out_trade_no = $1`, [
    letter.subject,
  ]);
  return attempt?.state === 'closed';
}

/** A payment during a close has a verb of its own, and `errcode` is of addresses that FAMILIES leaves out. */
const FAULTS = faultKinds.filter((kind) => kind !== 'user-paid-during-close' && kind !== 'errcode');
const FAMILIES: readonly EndpointFamily[] = [
  'prepay.*',
  'order.*',
  'order.*',
  'refund.*',
  'refund.*',
  'transfer.*',
  '*',
];

/** These speak the truth about the signature and lie about the rest; told of what is settled they must change nothing. */
const LIES: readonly ForgeryKind[] = ['wrong_amount', 'wrong_currency'];
/** Money nobody has paid, in WeChat's own hand: it would be booked, as it must be, and WeChat would not know it. */
const NOT_FOR_BOOKS: readonly ForgeryKind[] = ['unknown_order'];
const FORGERIES = forgeryKinds.filter((kind) => !LIES.includes(kind) && !NOT_FOR_BOOKS.includes(kind));

async function forgery(town: Town, dice: Dice): Promise<{ kind: ForgeryKind; attempt: string } | null> {
  const isLie = dice.hit(0.3);
  const rows = await town.rows<{ no: string }>(
    `select out_trade_no as no from payment_attempts where state = any($1) order by id desc limit 20`,
    [isLie ? ['succeeded'] : ['created', 'prepaid', 'closed', 'succeeded']],
  );
  const attempt = dice.pick(rows.flatMap(({ no }) => town.names.nameOf(no) ?? []));
  const kind = dice.pick(isLie ? LIES : FORGERIES) as ForgeryKind;
  return attempt === undefined ? null : { kind, attempt };
}

export const wechat = {
  'wechat.deliver': verb<{ which: number; times: number }>({
    weight: 14,
    think: (town, dice) => {
      if (lettersOn(town).length === 0) return null;
      return { which: dice.roll(SEEN_MAX), times: dice.hit(0.15) ? 2 : 1 };
    },
    act: async (town, { which, times }) => {
      const letter = letterAt(town, which);
      if (!letter) return 'no letter';
      const done = await town.wechat.deliver(letter.id, { times });
      return `${letter.eventType}: ${done.map((one) => one.status ?? 'cut').join(' ')}`;
    },
  }),
  'wechat.drop': verb<{ which: number }>({
    weight: 1,
    think: (town, dice) => (lettersOn(town).length === 0 ? null : { which: dice.roll(SEEN_MAX) }),
    act: async (town, { which }) => {
      const letter = letterAt(town, which);
      if (!letter || (await isOnlyNews(town, letter))) return 'no letter that may be lost';
      return `${town.wechat.drop(letter.id).eventType} is lost`;
    },
  }),
  'wechat.forge': verb<{ kind: ForgeryKind; attempt: string }>({
    weight: 2,
    think: forgery,
    act: async (town, { kind, attempt }) => {
      const answer = await town.wechat.forge(kind, town.names.idOf(attempt));
      return String(answer.status ?? 'cut');
    },
  }),
  'wechat.fault': verb<{ endpoint: EndpointFamily; kind: FaultKind; count: number }>({
    weight: 6,
    think: (_, dice) => ({
      endpoint: dice.pick(FAMILIES) as EndpointFamily,
      kind: dice.pick(FAULTS) as FaultKind,
      count: dice.hit(0.2) ? 4 : dice.between(1, 2),
    }),
    act: async (town, order) => {
      if (town.wechat.faults().length > 4) town.wechat.clearFaults();
      return town.wechat.fault({ ...order, delayMs: 1 }).kind;
    },
  }),
  'wechat.paidDuringClose': verb<Record<string, never>>({
    weight: 1,
    think: () => ({}),
    act: async (town) => town.wechat.fault({ endpoint: 'order.close', kind: 'user-paid-during-close' }).kind,
  }),
  'wechat.refund': verb<{ which: number; state: 'SUCCESS' | 'ABNORMAL' | 'CLOSED' }>({
    weight: 4,
    think: (town, dice) => {
      if (!town.wechat.refunds().some((one) => one.state === 'PROCESSING')) return null;
      return { which: dice.roll(8), state: dice.weighed({ SUCCESS: 8, ABNORMAL: 1, CLOSED: 2 }) as 'SUCCESS' };
    },
    act: async (town, { which, state }) => {
      const going = town.wechat.refunds().filter((one) => one.state === 'PROCESSING');
      const refund = going[which % Math.max(1, going.length)];
      if (!refund) return 'no refund';
      await town.wechat.finishRefund(refund.outRefundNo, state);
      return `${refund.amountFen} fen: ${state}`;
    },
  }),
  'wechat.keys': verb<{ change: string }>({
    weight: 0.6,
    think: (_, dice) => ({
      change: dice.pick([
        'announce',
        'switch',
        'retire',
        'reset',
        'public_key',
        'certificate',
        'mixed',
        'tokens',
      ]) as string,
    }),
    act: async (town, { change }) => {
      if (change === 'tokens') town.wechat.expireTokens();
      else if (['public_key', 'certificate', 'mixed'].includes(change)) town.wechat.signing(change as 'mixed');
      else town.wechat.rotate(change as 'switch');
      return change;
    },
  }),
  'wechat.funds': verb<{ settled: boolean }>({
    weight: 1,
    think: (_, dice) => ({ settled: dice.hit(0.5) }),
    act: async (town, { settled }) => {
      if (settled) town.wechat.settleFunds();
      else town.wechat.fund({ account: 'unsettled', amountFen: 1_000_000 });
      return settled ? 'refunds find no money' : 'there is money for refunds';
    },
  }),
};
