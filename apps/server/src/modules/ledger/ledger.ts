// The ledger: double entry, append only. It knows accounts and references, never orders.
import type { Clock } from '../../platform/clock.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { ACCOUNTS, signedLines, type AccountRef, type AccountType, type PostingLine } from './ledger.rules.ts';
import * as store from './ledger.store.ts';

export { accountName, PLATFORM, platformAccount } from './ledger.rules.ts';
export type { AccountRef, AccountType, PostingLine } from './ledger.rules.ts';

export type Posting = {
  /** The business key: the same effect posted again is a no-op. */
  key: string;
  /** What staff read: 收到货款 ... */
  label: string;
  refKind: string;
  /** The thing it belongs to; statements are found by it. */
  refId: string;
  lines: readonly PostingLine[];
};

export type PostingView = {
  id: string;
  at: Date;
  label: string;
  /** Of money first, then of points: each in its own unit, the other amounts are zero. */
  entries: {
    account: string;
    debitFen: number;
    creditFen: number;
    debitPoints: number;
    creditPoints: number;
  }[];
};

export type MoveView = { id: string; at: Date; label: string; refKind: string; refId: string; amount: number };

export type Ledger = {
  /** Writes a posting inside the caller's transaction. A key that is there already changes nothing. */
  post(tx: Tx, posting: Posting): Promise<'posted' | 'repeated'>;
  /**
   * Several at once, in one order of locks: a transaction with more than one posting uses this, so that two of them never
   * wait for each other in a circle. Answers in the order asked.
   */
  postMany(tx: Tx, postings: readonly Posting[]): Promise<('posted' | 'repeated')[]>;
  /** What stands on the account's own side, in fen: an `order_deferred` of 500 means 500 are still owed. */
  standing(reader: Reader, account: AccountRef): Promise<number>;
  postingsOf(reader: Reader, refIds: readonly string[]): Promise<PostingView[]>;
  /** What moved on one account, newest first, `amount` on the account's own side; `before` is the last one seen. */
  movesOf(reader: Reader, account: AccountRef, page: store.MovesPage): Promise<MoveView[]>;
  /** Faults found by reading everything; all zero in a healthy house. */
  check(reader: Reader): Promise<store.Faults>;
  /** Schedule: what connections that are gone have posted to hot accounts is added up. Answers how many stripes that were. */
  foldStripes(reader: Reader): Promise<number>;
};

/** Far more than a transaction should hold locks for. */
const POSTINGS_MAX = 1000;

export function createLedger({ clock }: { clock: Clock }): Ledger {
  const postMany: Ledger['postMany'] = async (tx, postings) => {
    assert(postings.length <= POSTINGS_MAX, `${postings.length} postings at once`);
    const folded = postings.map((posting) => ({ ...posting, lines: signedLines(posting.lines) }));
    // What moves nothing is not written.
    const moving = folded.filter((posting) => posting.lines.length > 0);
    const written = moving.length === 0 ? [] : await store.insertPostings(tx, moving, clock.now());
    const places = new Map(moving.map((posting, place) => [posting, place]));
    return folded.map((posting) => (written[places.get(posting) ?? -1] ? 'posted' : 'repeated'));
  };
  return {
    postMany,
    post: async (tx, posting) => (await postMany(tx, [posting]))[0] ?? 'repeated',
    standing: async (reader, account) => {
      const balance = await store.balanceOf(reader, account);
      return ACCOUNTS[account.type].side === 'debit' ? balance : 0 - balance;
    },
    movesOf: async (reader, account, page) => {
      const side = ACCOUNTS[account.type].side === 'debit' ? 1 : -1;
      return (await store.movesOf(reader, account, page)).map((row) => ({ ...row, amount: side * row.amount }));
    },
    postingsOf: async (reader, refIds) => {
      const postings = new Map<string, PostingView>();
      for (const row of await store.entriesOf(reader, refIds)) {
        const posting = postings.get(row.id) ?? { id: row.id, at: row.at, label: row.label, entries: [] };
        const [debit, credit] = [Math.max(row.amount, 0), Math.max(-row.amount, 0)];
        const isMoney = row.unit === 'CNY';
        posting.entries.push({
          account: ACCOUNTS[row.type as AccountType]?.name ?? row.type,
          debitFen: isMoney ? debit : 0,
          creditFen: isMoney ? credit : 0,
          debitPoints: isMoney ? 0 : debit,
          creditPoints: isMoney ? 0 : credit,
        });
        postings.set(row.id, posting);
      }
      return [...postings.values()];
    },
    check: store.faults,
    foldStripes: store.foldStripes,
  };
}
