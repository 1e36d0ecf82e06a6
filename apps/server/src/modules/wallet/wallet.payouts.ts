// Who is paid out: names and numbers that are sealed when they come in and shown masked ever after.
import type { Id, In, Out, revealPayee, savePayoutAccount } from '@jishi/contract';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer, StaffSession } from '../../platform/http.ts';
import type { Asking } from '../staff/staff.ts';
import { maskCardNo, maskIdNo, maskName } from './wallet.rules.ts';
import * as store from './wallet.store.ts';
import type { PayoutRow, WithdrawalRow } from './wallet.store.ts';
import type { Room } from './wallet.ts';

type Field = 'real_name' | 'id_no' | 'card_no';
const placeOf = (buyerId: string, field: Field): string => `payout_accounts:${buyerId}:${field}`;
const payeePlace = (withdrawalId: string): string => `withdrawals:${withdrawalId}:payee_name`;

/** Not given: as it was; empty: forgotten. The whole row is sealed with one key. */
export async function save(
  room: Room,
  buyer: Buyer,
  input: In<typeof savePayoutAccount>,
): Promise<Out<typeof savePayoutAccount>> {
  return room.db.tx(async (tx) => {
    const known = await store.payout(tx, buyer.id);
    const before = known ? opened(room, known) : { idNo: null, cardNo: null };
    const idNo = input.idNo === undefined ? before.idNo : input.idNo || null;
    const cardNo = input.cardNo === undefined ? before.cardNo : input.cardNo || null;
    const row = {
      ...sealed(room, buyer.id, { realName: input.realName, idNo, cardNo }),
      real_name_masked: maskName(input.realName),
      id_no_masked: idNo === null ? null : maskIdNo(idNo),
      card_no_masked: cardNo === null ? null : maskCardNo(cardNo),
      changed_at: room.clock.now(),
    };
    await store.savePayout(tx, row);
    return viewOf(row);
  });
}

type Plain = { realName: string; idNo: string | null; cardNo: string | null };

function sealed({ sealer }: Room, buyerId: string, plain: Plain) {
  const put = (value: string | null, field: Field) =>
    value === null ? null : sealer.seal(value, placeOf(buyerId, field));
  return {
    buyer_id: buyerId,
    real_name: sealer.seal(plain.realName, placeOf(buyerId, 'real_name')),
    id_no: put(plain.idNo, 'id_no'),
    card_no: put(plain.cardNo, 'card_no'),
    key_id: sealer.keyId,
  };
}

function opened({ sealer }: Room, row: PayoutRow): Plain {
  const get = (text: string | null, field: Field) =>
    text === null ? null : sealer.open(text, placeOf(row.buyer_id, field));
  return {
    realName: sealer.open(row.real_name, placeOf(row.buyer_id, 'real_name')),
    idNo: get(row.id_no, 'id_no'),
    cardNo: get(row.card_no, 'card_no'),
  };
}

type Masked = Pick<PayoutRow, 'real_name_masked' | 'id_no_masked' | 'card_no_masked'> & { changed_at: Date };
export const viewOf = (row: Masked): Out<typeof savePayoutAccount> => ({
  realName: row.real_name_masked,
  idNo: row.id_no_masked ?? null,
  cardNo: row.card_no_masked ?? null,
  changedAt: row.changed_at,
});

/** Part: the receiver as named in one withdrawal, whatever becomes of the account. */
export async function payeeFor(room: Room, tx: Tx, buyerId: string, withdrawalId: string) {
  const account = await store.payout(tx, buyerId);
  if (!account) return { payee_name: null, payee_masked: null, key_id: null };
  const { realName } = opened(room, account);
  return {
    payee_name: room.sealer.seal(realName, payeePlace(withdrawalId)),
    payee_masked: account.real_name_masked,
    key_id: room.sealer.keyId,
  };
}

/** For WeChat's eyes only. */
export const payeeNameOf = ({ sealer }: Room, row: Pick<WithdrawalRow, 'id' | 'payee_name'>): string | null =>
  row.payee_name === null ? null : sealer.open(row.payee_name, payeePlace(row.id));

/** The whole of it, so looking leaves a trace. What is written down about the look holds nothing of what was seen. */
export async function reveal(
  room: Room,
  staff: StaffSession,
  withdrawalId: Id<'withdrawal'>,
  asking?: Asking,
): Promise<Out<typeof revealPayee>> {
  return room.db.tx(async (tx) => {
    const row = (await store.find(tx, withdrawalId)) ?? fail('withdrawal.not_found');
    const account = await store.payout(tx, row.buyer_id);
    const plain = account ? opened(room, account) : null;
    const note = {
      action: 'payout.reveal',
      subjectKind: 'withdrawal',
      subjectId: row.id,
      name: row.withdrawal_no,
    };
    await room.staff.audit(tx, staff, note, asking);
    return {
      realName: payeeNameOf(room, row) ?? plain?.realName ?? null,
      idNo: plain?.idNo ?? null,
      cardNo: plain?.cardNo ?? null,
    };
  });
}

const BATCH = 100;
/** One run of the schedule; the rest waits for the next one. */
const ROUNDS_MAX = 50;

/** Seals anew, a batch in a transaction, whatever another key than the newest has sealed. */
export async function reseal(room: Room): Promise<number> {
  let done = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const rows = await room.db.tx((tx) => resealBatch(room, tx));
    done += rows;
    if (rows === 0) break;
  }
  return done;
}

async function resealBatch(room: Room, tx: Tx): Promise<number> {
  const { sealer } = room;
  const accounts = await store.payoutsSealedBefore(tx, sealer.keyId, BATCH);
  for (const account of accounts) {
    const again = sealed(room, account.buyer_id, opened(room, account));
    await store.savePayout(tx, { ...account, ...again });
  }
  const payees = await store.payeesSealedBefore(tx, sealer.keyId, BATCH);
  for (const payee of payees) {
    assert(payee.payee_name !== null, `withdrawal ${payee.id} has a key and nothing sealed`);
    const place = payeePlace(payee.id);
    const again = sealer.seal(sealer.open(payee.payee_name, place), place);
    await store.touch(tx, payee.id, { payee_name: again, key_id: sealer.keyId });
  }
  return accounts.length + payees.length;
}

export async function check({ sealer }: Room, reader: Reader): Promise<{ unknownKeys: string[]; oldRows: number }> {
  const used = [...(await store.keysInUse(reader))];
  return {
    unknownKeys: used.map(([id]) => id).filter((id) => !sealer.keyIds.includes(id)),
    oldRows: used.reduce((sum, [id, count]) => sum + (id === sealer.keyId ? 0 : count), 0),
  };
}
