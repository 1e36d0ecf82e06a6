// Schedules: work that repeats, run by one worker at a time however many there are.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';

export type Cron = { name: string; everySeconds: number; run: () => Promise<void> };

/** A worker that dies leaves its lease behind for this long at most; one that lives renews it. */
const LEASE_SECONDS = 60;

/**
 * Runs `cron` when its time has come and nobody else has it. The database's clock decides, since the clocks of several
 * machines differ. Returns false when it was not our turn.
 */
export async function runIfDue(db: Db, cron: Cron, onError: (error: unknown) => void): Promise<boolean> {
  const holder = newId<'lease'>();
  const { rows } = await sql`
    insert into job_leases (name, until, holder, last_run_at)
    values (${cron.name}, now() + make_interval(secs => ${LEASE_SECONDS}), ${holder}, now())
    on conflict (name) do update
      set until = excluded.until, holder = excluded.holder, last_run_at = excluded.last_run_at
      where job_leases.until <= now()
    returning name
  `.execute(db.q);
  if (rows.length === 0) return false;
  const renewal = setInterval(
    () => {
      renew(db, cron, holder).catch(onError);
    },
    (LEASE_SECONDS * 1000) / 3,
  );
  let failure: unknown;
  try {
    await cron.run();
  } catch (error) {
    failure = error ?? new Error('a schedule failed without saying why');
    onError(error);
  } finally {
    clearInterval(renewal);
  }
  await finish(db, cron, holder, failure);
  return true;
}

async function renew(db: Db, cron: Cron, holder: string): Promise<void> {
  await sql`
    update job_leases set until = now() + make_interval(secs => ${LEASE_SECONDS})
    where name = ${cron.name} and holder = ${holder}
  `.execute(db.q);
}

async function finish(db: Db, cron: Cron, holder: string, failure: unknown): Promise<void> {
  const why =
    failure === undefined ? null : String(failure instanceof Error ? failure.message : failure).slice(0, 2000);
  await sql`
    update job_leases
    set until = greatest(last_run_at + make_interval(secs => ${cron.everySeconds}), now()),
        last_ok_at = case when ${why}::text is null then now() else last_ok_at end,
        last_error = ${why},
        failures = case when ${why}::text is null then 0 else failures + 1 end
    where name = ${cron.name} and holder = ${holder}
  `.execute(db.q);
}

export type Schedule = {
  name: string;
  everySeconds: number;
  lastRunAt: Date | null;
  lastOkAt: Date | null;
  /** Why the latest run failed; null when it went well or there was none. */
  error: string | null;
  /** How often it has failed since it last went well. */
  failures: number;
};

/** In order of registration; one that never ran has no times. */
export async function readSchedules(db: Db, crons: readonly Cron[]): Promise<Schedule[]> {
  const { rows } = await sql<Omit<Schedule, 'everySeconds'>>`
    select name, last_run_at as "lastRunAt", last_ok_at as "lastOkAt", last_error as error, failures from job_leases
  `.execute(db.q);
  const seen = new Map(rows.map((row) => [row.name, row]));
  return crons.map(({ name, everySeconds }) => {
    const none = { lastRunAt: null, lastOkAt: null, error: null, failures: 0 };
    return { ...none, ...seen.get(name), name, everySeconds };
  });
}

/** Looks at every schedule in its own rhythm until stopped; a run in progress is waited for. */
export function cronLoop(
  db: Db,
  crons: readonly Cron[],
  onError: (cron: Cron, error: unknown) => void,
  log: Log,
): { stop(): Promise<void> } {
  const ended = new AbortController();
  const loops = crons.map(async (cron) => {
    // Workers started together must not all ask in the same moment.
    let pauseMs = Math.random() * Math.min(1000, cron.everySeconds * 500);
    while (true) {
      await sleep(pauseMs, undefined, { signal: ended.signal }).catch(() => {});
      if (ended.signal.aborted) return;
      try {
        await runIfDue(db, cron, (error) => onError(cron, error));
      } catch (error) {
        log.error({ err: error, cron: cron.name }, 'a schedule could not take or give back its lease');
      }
      // Asked more often than it runs, so that a worker takes over soon from one that has stopped.
      pauseMs = Math.min(cron.everySeconds * 1000, Math.max(1000, cron.everySeconds * 250));
    }
  });
  return {
    stop: async () => {
      ended.abort();
      await Promise.all(loops);
    },
  };
}
