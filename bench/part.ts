// What a part of the bench is: it gets a running shop with goods in it and gives back rows of the table.
import type pg from 'pg';
import type { Load, LoadWish } from './load.ts';
import type { Limit } from './limits.ts';
import type { RunningShop, ShopWish } from './shop.ts';

/** One line of the table: what we reach, and against which limit. */
export type Row = {
  what: string;
  ours: Load;
  /** Absent where there is nothing to compare with, say a page in a browser. */
  limit?: { name: string; load: Load };
  /** What issue 3 asks for, as people read it: `≥ 1`. Judged by `isMet` where it can be. */
  aim?: string;
  isMet?: boolean;
  queries?: number;
  note?: string;
};

export type Sizes = {
  products: number;
  /** Lines of the bills that are reconciled. */
  bills: number;
  /** Seconds of one measurement; each is taken `rounds` times, in turn with its limit. */
  seconds: number;
  rounds: number;
  /** The sizes of the catalog between which a read must stay flat. */
  growth: readonly number[];
};

export type Ctx = {
  sizes: Sizes;
  /** A folder that is removed at the end. */
  dir: string;
  /** The throw-away PostgreSQL, with durable settings. A superuser's address of any database in it. */
  databaseUrl(name: string): string;
  /** The database of the shop, filled with `sizes.products` products. */
  pool: pg.Pool;
  database: string;
  /** The shop as it runs in production, rate limits apart. Parts share it unless they start their own. */
  shop: RunningShop;
  startShop(wish?: ShopWish): Promise<RunningShop>;
  /** A database of this many products; made once, kept until the end. */
  filled(products: number): Promise<string>;
  /** Load by wrk over loopback. */
  load(wish: LoadWish): Promise<Load>;
  /** A, B, A, B ...: both medians, from the same minutes of the same machine. */
  inTurn<K extends string>(runs: Record<K, () => Promise<Load>>): Promise<Record<K, Load>>;
  startLimit(limit: Limit): Promise<{ url: string; stop(): Promise<void> }>;
  say(line: string): void;
};

export type Part = { name: string; run(ctx: Ctx): Promise<Row[]> };
