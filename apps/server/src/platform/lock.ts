// Named locks for what has no row to lock: held by a transaction, given back with it.
import { sql } from 'kysely';
import type { Tx } from './db.ts';

/** Waits for the lock (at most the connection's lock_timeout) and holds it until the transaction ends. */
export async function lock(tx: Tx, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx.q);
}

/** Takes the lock if it is free; false when somebody else holds it. */
export async function tryLock(tx: Tx, name: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken
  `.execute(tx.q);
  return rows[0]?.taken ?? false;
}
