// The chain over postings: seals what has committed, and looks whether anybody has touched it since.
import type { Clock } from '../../platform/clock.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { newId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import { breakText, GENESIS, type Break } from './ledger.chain.rules.ts';
import * as store from './ledger.chain.store.ts';
import { faults, foldStripes } from './ledger.store.ts';

export type { Check } from './ledger.chain.store.ts';

export type LedgerChain = {
  /** Schedule: seals everything that has committed, and folds stripes. Answers how many postings were sealed. */
  seal(): Promise<number>;
  /** `new`: from where the last sound look ended. `whole`: from the first posting, with balances and daily sums. */
  verify(kind: 'whole' | 'new', askedBy: string): Promise<store.Check>;
  /** Somebody waits for a look at everything; it comes with the event. */
  ask(tx: Tx, by: string): Promise<void>;
  standing(): Promise<{ chain: store.Chain; checks: store.Check[] }>;
};

/** Few enough that one statement stays far below the time a statement may take. */
const SEALS_PER_GO = 2000;
const LOOKED_AT_PER_GO = 5000;
/** 20 million postings in one run: more than a year of a busy shop. What is left waits for the next run. */
const GOES_MAX = 10_000;
const CHECKS_SHOWN = 20;

type Deps = { db: Db; clock: Clock; log: Log };

export function createLedgerChain(deps: Deps): LedgerChain {
  const { db, clock } = deps;
  return {
    seal: async () => {
      await foldStripes(db);
      let sealed = 0;
      for (let go = 0; go < GOES_MAX; go += 1) {
        const now = await store.seal(db, SEALS_PER_GO, clock.now());
        sealed += now;
        if (now < SEALS_PER_GO) break;
      }
      return sealed;
    },
    verify: (kind, askedBy) => verify(deps, kind, askedBy),
    ask: async (tx, by) => {
      await store.ask(tx, clock.now());
      await tx.emit('ledger.verifyAsked', { by });
    },
    standing: async () => {
      const [chain, checks] = await Promise.all([store.chain(db), store.checks(db, CHECKS_SHOWN)]);
      return { chain, checks };
    },
  };
}

async function verify(deps: Deps, kind: 'whole' | 'new', askedBy: string): Promise<store.Check> {
  const { db, clock, log } = deps;
  const head = await store.chain(db);
  const from =
    kind === 'whole'
      ? { position: 0, hash: GENESIS }
      : { position: head.verifiedPosition, hash: Buffer.from(head.verifiedHash) };
  const found = await walk(deps, head, from);
  const broken = found.broken;
  const others = broken === null && kind === 'whole' ? await otherFaults(db) : null;
  const check: store.Check = {
    id: newId<'ledgerCheck'>(),
    at: clock.now(),
    kind,
    askedBy,
    positions: found.position - from.position,
    headPosition: head.position,
    headHash: head.hash.toString('hex'),
    brokenPosition: broken?.position ?? null,
    fault: broken ? breakText(broken) : others,
  };
  await db.tx((tx) =>
    store.addCheck(tx, check, broken === null ? { position: found.position, hash: found.hash } : null),
  );
  // Kept outside of the database as well: who owns the database can rewrite all of it, but not the log of yesterday.
  const told = { position: check.headPosition, hash: check.headHash, kind, positions: check.positions };
  if (check.fault === null) log.info(told, 'the ledger was found sound');
  else log.error({ ...told, broken: check.brokenPosition, fault: check.fault }, 'the ledger was tampered with');
  return check;
}

type Found = { position: number; hash: Buffer; broken: Break | null };

async function walk({ db }: Deps, head: store.Chain, from: { position: number; hash: Buffer }): Promise<Found> {
  let { position, hash } = from;
  const stop = (broken: Break | null): Found => ({ position, hash, broken });
  if (position > 0 && !(await store.hashAt(db, position))?.equals(hash)) return stop({ position, why: 'anchor' });
  while (position < head.position) {
    const next = await store.verify(db, position, hash, Math.min(LOOKED_AT_PER_GO, head.position - position));
    const isStuck = next.sound === position;
    ({ sound: position, soundHash: hash } = next);
    if (next.broken !== null) return stop({ position: next.broken, why: next.why ?? 'changed' });
    // The chain ends before its head.
    if (isStuck) return stop({ position: position + 1, why: 'seal_missing' });
  }
  if (!hash.equals(head.hash)) return stop({ position: head.position, why: 'head' });
  const extra = await store.beyond(db);
  return stop(extra === undefined ? null : { position: extra, why: 'beyond' });
}

/** What the chain does not tell: balances, daily sums, postings that were slipped past the sealing. */
async function otherFaults(db: Db): Promise<string | null> {
  const [books, whole] = await db.tx(async (tx) => {
    await store.takeTime(tx);
    return [await faults(tx), await store.wholeFaults(tx)];
  });
  const found = [
    [books.crookedPostings, '笔记账不平'],
    [books.driftedAccounts, '个账户的余额与分录之和不符'],
    [books.unbalancedUnits, '个单位的总额不为零'],
    [whole.unsealed, '笔记账绕过了封印'],
    [whole.crookedDays, '项每日汇总与分录不符'],
  ] as const;
  const told = found.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return told.length === 0 ? null : told.join('，');
}
