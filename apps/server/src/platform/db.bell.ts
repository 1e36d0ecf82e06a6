// The bell of the outbox: tells the relays of all processes that there is something to fetch, and not too often.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

export const OUTBOX_CHANNEL = 'jishi_outbox';

/** Rung again within this time, one more ring at its end does for all of them. */
const EVERY_MS = 20;

export type Bell = { ring(): void; close(): Promise<void> };

/**
 * Rings after the commit and on a statement of its own. Inside of the transaction `notify` would make all commits of
 * the database wait in one line: PostgreSQL lets one notifying transaction at a time through, until the disk has it. A
 * ring that is lost costs nothing but time: the relay looks by itself every second.
 */
export function createBell(pool: pg.Pool): Bell {
  let isWanted = false;
  let isClosed = false;
  let ringing: Promise<void> | undefined;
  const run = async () => {
    while (isWanted && !isClosed) {
      isWanted = false;
      await pool.query(`notify ${OUTBOX_CHANNEL}`).catch(() => {});
      await sleep(EVERY_MS);
    }
    ringing = undefined;
  };
  return {
    ring: () => {
      isWanted = true;
      if (!isClosed) ringing ??= run();
    },
    close: async () => {
      isClosed = true;
      await ringing;
    },
  };
}
