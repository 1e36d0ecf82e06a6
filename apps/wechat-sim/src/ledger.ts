// One double-entry book behind every balance of the pretend WeChat. Each entry sums to zero, so all balances do.
import type { LedgerView } from './surface.ts';
import type { World } from './world.ts';

export type Ledger = {
  balance(account: string): number;
  post(entry: { at: number; why: string; ref: string; legs: Record<string, number> }): void;
  /** Recounts the book from its entries and throws when it does not add up. */
  view(): LedgerView;
};

export const userAccount = (personId: string): string => `user:${personId}`;

export function createLedger(world: World): Ledger {
  const balance = (account: string): number => world.balances.get(account) ?? 0;

  function post(entry: { at: number; why: string; ref: string; legs: Record<string, number> }): void {
    const legs = Object.entries(entry.legs)
      .filter(([, amountFen]) => amountFen !== 0)
      .map(([account, amountFen]) => ({ account, amountFen }));
    const sum = legs.reduce((total, leg) => total + leg.amountFen, 0);
    if (sum !== 0 || legs.some((leg) => !Number.isSafeInteger(leg.amountFen)))
      throw new Error(`Ledger entry "${entry.why}" of ${entry.ref} does not sum to zero`);
    for (const leg of legs) world.balances.set(leg.account, balance(leg.account) + leg.amountFen);
    world.entries.push({ at: entry.at, why: entry.why, ref: entry.ref, legs });
  }

  function view(): LedgerView {
    const recount = new Map<string, number>();
    for (const entry of world.entries)
      for (const leg of entry.legs) recount.set(leg.account, (recount.get(leg.account) ?? 0) + leg.amountFen);
    for (const account of new Set([...recount.keys(), ...world.balances.keys()]))
      if ((recount.get(account) ?? 0) !== balance(account))
        throw new Error(`Balance of ${account} differs from its entries`);
    const sumFen = [...world.balances.values()].reduce((total, amountFen) => total + amountFen, 0);
    if (sumFen !== 0) throw new Error(`The ledger is off by ${sumFen} fen`);
    for (const [account, amountFen] of world.balances)
      if (amountFen < 0 && account !== 'bank') throw new Error(`${account} is overdrawn: ${amountFen} fen`);
    return { balances: Object.fromEntries(world.balances), entries: world.entries.length, sumFen };
  }

  return { balance, post, view };
}
