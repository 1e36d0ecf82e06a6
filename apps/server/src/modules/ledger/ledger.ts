// The ledger: double entry, append only. It knows accounts and references, never orders.
import type { Clock } from '../../platform/clock.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { ACCOUNTS, signedLines, type AccountRef, type AccountType, type PostingLine } from './ledger.rules.ts';
import * as store from './ledger.store.ts';

export { PLATFORM, platformAccount } from './ledger.rules.ts';
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
  entries: { account: string; debitFen: number; creditFen: number }[];
};

export type Ledger = {
  /** Writes a posting inside the caller's transaction. A key that is there already changes nothing. */
  post(tx: Tx, posting: Posting): Promise<'posted' | 'repeated'>;
  /** What stands on the account's own side, in fen: an `order_deferred` of 500 means 500 are still owed. */
  standing(reader: Reader, account: AccountRef): Promise<number>;
  postingsOf(reader: Reader, refIds: readonly string[]): Promise<PostingView[]>;
  /** Faults found by reading everything; all zero in a healthy house. */
  check(reader: Reader): Promise<store.Faults>;
};

export function createLedger({ clock }: { clock: Clock }): Ledger {
  return {
    post: async (tx, posting) => {
      const lines = signedLines(posting.lines);
      if (lines.length === 0) return 'repeated';
      await store.openAccounts(tx, lines, clock.now());
      const written = await store.insertPosting(tx, { ...posting, at: clock.now() }, lines);
      assert(written === 0 || written === lines.length, `posting ${posting.key} found ${written} of its accounts`);
      return written === 0 ? 'repeated' : 'posted';
    },
    standing: async (reader, account) => {
      const balance = await store.balanceOf(reader, account);
      return ACCOUNTS[account.type].side === 'debit' ? balance : 0 - balance;
    },
    postingsOf: async (reader, refIds) => {
      const postings = new Map<string, PostingView>();
      for (const row of await store.entriesOf(reader, refIds)) {
        const posting = postings.get(row.id) ?? { id: row.id, at: row.at, label: row.label, entries: [] };
        posting.entries.push({
          account: ACCOUNTS[row.type as AccountType]?.name ?? row.type,
          debitFen: Math.max(row.amount, 0),
          creditFen: Math.max(-row.amount, 0),
        });
        postings.set(row.id, posting);
      }
      return [...postings.values()];
    },
    check: store.faults,
  };
}
