// What staff see of the shipping info at WeChat, and what they can do about it.
import type { adminListShippingUploads, Id, In, Out, ShippingComparison, ShippingUploadRow } from '@jishi/contract';
import type { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Ordering } from '../ordering/ordering.ts';
import type { Payment } from '../payment/payment.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import * as store from './fulfilment.uploads.store.ts';
import type { Uploads } from './fulfilment.uploads.ts';

export type UploadView = z.input<typeof ShippingUploadRow>;

export type UploadDesk = {
  uploads(input: In<typeof adminListShippingUploads>): Promise<Out<typeof adminListShippingUploads>>;
  /** Command: told again at once; what a person did in WeChat's console is found by it. */
  retryUpload(staff: StaffSession, paymentId: Id<'payment'>, asking?: Asking): Promise<UploadView>;
  compareNow(): Promise<z.input<typeof ShippingComparison>>;
};

export type UploadDeskDeps = {
  db: Db;
  clock: Clock;
  uploads: Uploads;
  staff: Pick<Staff, 'audit'>;
  ordering: Pick<Ordering, 'find' | 'orders' | 'siblings'>;
  payment: Pick<Payment, 'proofs'>;
};

/** A word that reaches further than this many orders is too short to be of use. */
const NAMED_MAX = 500;

export function createUploadDesk(deps: UploadDeskDeps): UploadDesk {
  const { db, clock, uploads } = deps;
  return {
    uploads: async ({ q, ...input }) => {
      const named = q ? await deps.ordering.orders(db, await deps.ordering.find(db, q, NAMED_MAX)) : [];
      const search = q ? { no: q, paymentIds: [...new Set(named.map((order) => order.paymentId))] } : {};
      const found = await store.list(db, { ...input, ...search });
      const compared = await store.lastComparison(db);
      return {
        items: await views(deps, found.items),
        total: found.total,
        counts: await store.counts(db),
        compared: compared ?? null,
        isManaged: await uploads.isManaged(),
      };
    },
    retryUpload: async (staff, paymentId, asking) => {
      await db.tx(async (tx) => {
        const row = (await store.find(tx, paymentId)) ?? fail('payment.not_found');
        await store.markDue(tx, paymentId, clock.now());
        const subject = {
          action: 'shipping.retry',
          subjectKind: 'payment',
          subjectId: paymentId,
          name: row.out_trade_no,
        };
        await deps.staff.audit(
          tx,
          staff,
          { ...subject, before: { state: row.state }, after: { state: 'due' } },
          asking,
        );
      });
      await uploads.advance(paymentId);
      const row = (await store.find(db, paymentId)) ?? fail('payment.not_found');
      const [view] = await views(deps, [row]);
      return view ?? fail('payment.not_found');
    },
    compareNow: () => uploads.compare(),
  };
}

async function views(deps: UploadDeskDeps, rows: readonly store.UploadRow[]): Promise<UploadView[]> {
  const proofs = await deps.payment.proofs(
    deps.db,
    rows.map((row) => row.payment_id),
  );
  const checkouts = [...proofs.values()].filter((proof) => proof.payableKind === 'checkout');
  const orders = await deps.ordering.siblings(
    deps.db,
    checkouts.map((proof) => proof.payableId),
  );
  const byPayment = Map.groupBy(orders, (order) => order.paymentId as string);
  return rows.map((row) => ({
    id: row.payment_id as Id<'payment'>,
    outTradeNo: row.out_trade_no,
    transactionId: row.transaction_id,
    orders: (byPayment.get(row.payment_id) ?? []).map(({ id, orderNo }) => ({ id, orderNo })),
    logistics: row.logistics,
    state: row.state,
    sent: row.sent,
    lastError: row.last_error,
    tries: row.tries,
    nextTryAt: row.next_try_at,
    wechatState: row.wechat_state as UploadView['wechatState'],
    wechatSeenAt: row.wechat_seen_at,
    isReminded: row.reminded_at !== null,
    paidAt: row.paid_at,
    uploadedAt: row.uploaded_at,
    confirmedAt: row.confirmed_at,
    settledAt: row.settled_at,
  }));
}
