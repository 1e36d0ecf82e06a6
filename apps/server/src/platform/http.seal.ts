// The seal: a word that stays the same as long as nobody has written anything into the database.
import { sql } from 'kysely';
import type { Clock } from './clock.ts';
import type { Db } from './db.ts';

export type Seal = {
  /** The newest word, when its reading began less than `ms` ago; it is read anew in good time while it is asked for. */
  held(ms: number): string | undefined;
  /** Reads the word now, once for all who want it at the same moment. */
  renew(): Promise<void>;
};

/** Renewed from this age on, so that a word that must be younger than a second hardly ever runs out. */
const RENEW_MS = 500;

export function createSeal({ clock, read }: { clock: Clock; read: () => Promise<string> }): Seal {
  let word: string | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const now = () => clock.now().getTime();
  const renew = () => {
    const startedAt = now();
    reading ??= read()
      .then(
        (found) => {
          word = found;
          readAt = startedAt;
        },
        () => {
          // Without a database there is no seal: answers live for their second, and then their reading tells why.
          word = undefined;
        },
      )
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  return {
    renew,
    held: (ms) => {
      const age = now() - readAt;
      if (age < 0 || age >= RENEW_MS) void renew();
      return age >= 0 && age < ms ? word : undefined;
    },
  };
}

/**
 * Which transactions are over and which are still open, as PostgreSQL tells it. Numbers are given out at the first write
 * and never twice, so two equal words mean that nothing at all has been committed in between.
 */
export async function readSeal(db: Pick<Db, 'q'>): Promise<string> {
  const { rows } = await sql<{ seal: string }>`select pg_current_snapshot()::text as seal`.execute(db.q);
  return rows[0]?.seal ?? '';
}
