// What WeChat pushes about shipped goods: written down once, answered, then acted upon by a job.
import type { PushReader, ShippingState } from '@jishi/wechat';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { RawAnswer, RawCall } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import type { Metrics } from '../../platform/metrics.ts';
import * as store from './fulfilment.uploads.store.ts';
import type { Uploads } from './fulfilment.uploads.ts';

export type PushDeps = {
  db: Db;
  clock: Clock;
  metrics: Metrics;
  /** Null while nobody has filled in token and key: then there is nothing to hear. */
  push: PushReader | null;
  uploads: Pick<Uploads, 'heed'>;
};

const said = (body: string): RawAnswer => ({ status: 200, body });
const refused: RawAnswer = { status: 401, body: { code: 'FAIL', message: '验签失败' } };
const REMINDER = 'trade_manage_remind_shipping';
const SETTLEMENT = 'trade_manage_order_settlement';

const Seconds = z.coerce.number().int().positive();
const Facts = z.looseObject({
  transaction_id: z.string().min(1),
  // `confirm_receive_method` is told as well; documents disagree about its meaning, so nothing hangs on it.
  confirm_receive_time: Seconds.nullish(),
  settlement_time: Seconds.nullish(),
});

export function createPushes(deps: PushDeps) {
  const { db, clock, metrics, push } = deps;
  return {
    /** WeChat checks that the address is ours. */
    checkPush: async (raw: RawCall): Promise<RawAnswer> => {
      const echo = push?.echo(raw.query) ?? null;
      return echo === null ? refused : said(echo);
    },
    hearPush: async (raw: RawCall): Promise<RawAnswer> => {
      const opened = push?.open(raw.query, raw.body) ?? ({ ok: false, reason: 'not_configured' } as const);
      if (!opened.ok) {
        metrics.count('push_rejected_total', 'Pushed messages that are not WeChat’s, or not for us', {
          reason: opened.reason,
        });
        return refused;
      }
      const isOurs = opened.event === REMINDER || opened.event === SETTLEMENT;
      const row = {
        id: newId<'push'>() as string,
        key: opened.key,
        event: opened.event.slice(0, 100),
        // What we do not act on may be about a person: its name is enough.
        body: isOurs ? opened.json : null,
        state: isOurs ? 'stored' : 'ignored',
        received_at: clock.now(),
      };
      await db.tx(async (tx) => {
        if ((await store.insertPush(tx, row)) && isOurs) await tx.emit('wechat.pushed', { pushId: row.id });
      });
      return said('success');
    },
    actOnPush: (pushId: string) => act(deps, pushId),
  };
}

async function act(deps: PushDeps, pushId: string): Promise<void> {
  const { db, clock } = deps;
  const push = await db.tx((tx) => store.lockPush(tx, pushId));
  if (push?.state !== 'stored') return;
  const facts = Facts.safeParse(push.body);
  const [row] = facts.success ? await store.byTransactions(db, [facts.data.transaction_id]) : [];
  const why = !facts.success ? '内容无法识别' : row ? null : '不是本系统的支付';
  if (facts.success && row) await heed(deps, row.payment_id, push.event, facts.data);
  await db.tx((tx) => store.finishPush(tx, pushId, why ?? '已处理', clock.now()));
}

async function heed(
  { db, clock, uploads }: PushDeps,
  paymentId: string,
  event: string,
  facts: z.infer<typeof Facts>,
): Promise<void> {
  const at = (seconds: number | null | undefined) => (seconds ? new Date(seconds * 1000) : undefined);
  if (event === REMINDER) {
    await db.tx((tx) => store.change(tx, paymentId, { reminded_at: clock.now() }));
    return;
  }
  const confirmedAt = at(facts.confirm_receive_time);
  const settledAt = at(facts.settlement_time);
  if (confirmedAt ?? settledAt)
    await db.tx((tx) =>
      store.change(tx, paymentId, {
        ...(confirmedAt ? { confirmed_at: confirmedAt } : {}),
        ...(settledAt ? { settled_at: settledAt } : {}),
      }),
    );
  const state: ShippingState = settledAt ? 'done' : confirmedAt ? 'confirmed' : 'shipped';
  await uploads.heed(paymentId, { state });
}
