// Idempotency keys: a repeated request gets the first answer, and however many come at once, one does the work.
//
//   (none) --insert--> running --work done--> done: status and answer, replayed for the same request
//                         |  \--our failure--> (none): may be tried again
//                         \--60 s without an end (the server was killed)--> taken over by the next request
//
// That is the way of commands that ask WeChat between their transactions (paying, cancelling, closing) and of those
// whose answer is put together upstairs (receiving); a repeated request may find them done. All others go a shorter
// way, in which no kill can come between the work and its answer:
//
//   (none) --the command's own transaction: key, work, answer, one commit--> done
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS } from '@jishi/contract';
import { sql } from 'kysely';
import { crashPoint } from './crash.ts';
import { Taken, type Db, type Once } from './db.ts';
import { assert, Failure, fail } from './fail.ts';
import { newId } from './ids.ts';
import { ask, statement } from './statement.ts';

/** `text` is the body as JSON, once somebody has asked for it. */
export type Answer = { status: number; body: unknown; text?: string };

/** An answer is written down and sent: as JSON it is made once. */
export const textOf = (answer: Answer): string => (answer.text ??= JSON.stringify(answer.body ?? null));

export type IdempotentCall = { scope: string; key: string; endpoint: string; hash: string };

/** How long a twin waits for the first before it is told to come back. */
const WAIT_MS = 8_000;
const LOOK_EVERY_MS = 60;
/** No request of ours lives longer; a key that is still running then belonged to a killed server. */
const ABANDONED_SECONDS = 60;
const KEPT_DAYS = 7;

const KEY = /^[A-Za-z0-9_-]{8,64}$/;

export function checkedKey(header: string | undefined): string {
  if (header === undefined || header === '') fail('idempotency.key_missing');
  if (!KEY.test(header))
    fail(
      'request.invalid',
      { issues: [{ field: 'Idempotency-Key', message: '应为 8 到 64 位字母、数字、- 或 _' }] },
      'Idempotency-Key',
    );
  return header;
}

/** Equal for equal requests, whatever the order of their fields. */
export function requestHash(input: unknown): string {
  return createHash('sha256').update(canonical(input)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${fields.join(',')}}`;
}

/** A refusal that belongs to this moment and not to the request: trying again may go another way. */
function passing(error: unknown): boolean {
  if (!(error instanceof Failure)) return true;
  return ERRORS[error.code].status >= 500 || error.code === 'conflict.retry' || error.code === 'rate.limited';
}

/**
 * Runs `work` for the first request with this key. `refuse` turns a refusal into the answer that is kept.
 * @returns the answer and whether it is an old one.
 */
export async function onceByKey(
  db: Db,
  call: IdempotentCall,
  work: () => Promise<Answer>,
  refuse: (failure: Failure) => Answer,
): Promise<Answer & { replayed: boolean }> {
  const owner = newId<'request'>();
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    if (await claim(db, call, owner)) break;
    const known = await look(db, call);
    // Given back between the claim and the look: the first one failed, so it is our turn.
    if (!known) continue;
    if (known.request_hash !== call.hash) fail('idempotency.key_reused');
    if (known.state === 'done') return { status: known.status ?? 200, body: known.answer, replayed: true };
    if (performance.now() > deadline) fail('idempotency.in_progress');
    await sleep(LOOK_EVERY_MS);
  }
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    if (passing(error)) {
      await giveBack(db, call, owner);
      throw error;
    }
    await keep(db, call, owner, refuse(error as Failure));
    throw error;
  }
  crashPoint('idempotency.before-keep');
  await keep(db, call, owner, answer);
  return { ...answer, replayed: false };
}

/**
 * The same for a command of one transaction: key, work and answer are committed together or not at all. A twin waits in
 * the database until the first one has ended, and nothing has to be tidied up after a kill.
 */
export async function onceInTransaction(
  db: Db,
  call: IdempotentCall,
  work: (once: Once) => Promise<unknown>,
  shape: { answer: (result: unknown) => Answer; refuse: (failure: Failure) => Answer },
): Promise<Answer & { replayed: boolean }> {
  const owner = newId<'request'>();
  const deadline = performance.now() + WAIT_MS;
  let kept: { value: unknown; answer: Answer } | undefined;
  const once: Once = {
    claim: () => claiming(call, owner),
    keep: (value) => {
      kept = { value, answer: shape.answer(value) };
      return keeping(call, owner, kept.answer);
    },
  };
  for (;;) {
    try {
      const result = await work(once);
      crashPoint('idempotency.kept');
      assert(kept && kept.value === result, `${call.endpoint} answers something else than it has kept`);
      return { ...kept.answer, replayed: false };
    } catch (error) {
      if (!(error instanceof Taken)) {
        if (passing(error) || (await keepRefusal(db, call, owner, shape.refuse(error as Failure)))) throw error;
      }
      const known = await look(db, call);
      if (!known) continue;
      if (known.request_hash !== call.hash) fail('idempotency.key_reused');
      if (known.state === 'done') return { status: known.status ?? 200, body: known.answer, replayed: true };
      if (performance.now() > deadline) fail('idempotency.in_progress');
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** False when a twin has been quicker: then its answer counts. */
async function keepRefusal(db: Db, call: IdempotentCall, owner: string, answer: Answer): Promise<boolean> {
  const { rows } = await sql`
    insert into idempotency_keys (scope, key, endpoint, request_hash, state, owner, started_at, status, answer)
    values (${call.scope}, ${call.key}, ${call.endpoint}, ${call.hash}, 'done', ${owner}, now(), ${answer.status},
      ${textOf(answer)}::jsonb)
    on conflict (scope, key, endpoint) do nothing returning id
  `.execute(db.q);
  return rows.length === 1;
}

/** One statement: takes a new key, or one whose owner was killed. Of any number at once exactly one succeeds. */
async function claim(db: Db, call: IdempotentCall, owner: string): Promise<boolean> {
  return (await ask(db, claiming(call, owner))).length === 1;
}

const claiming = (call: IdempotentCall, owner: string) => statement<{ id: number }>`
    insert into idempotency_keys as kept (scope, key, endpoint, request_hash, state, owner, started_at)
    values (${call.scope}, ${call.key}, ${call.endpoint}, ${call.hash}, 'running', ${owner}, now())
    on conflict (scope, key, endpoint) do update set owner = excluded.owner, started_at = excluded.started_at
      where kept.state = 'running' and kept.request_hash = excluded.request_hash
        and kept.started_at < now() - make_interval(secs => ${ABANDONED_SECONDS})
    returning kept.id`;

type Kept = { request_hash: string; state: 'running' | 'done'; status: number | null; answer: unknown };

async function look(db: Db, call: IdempotentCall): Promise<Kept | undefined> {
  const { rows } = await sql<Kept>`
    select request_hash, state, status, answer from idempotency_keys
    where scope = ${call.scope} and key = ${call.key} and endpoint = ${call.endpoint}
  `.execute(db.q);
  return rows[0];
}

async function keep(db: Db, call: IdempotentCall, owner: string, answer: Answer): Promise<void> {
  await ask(db, keeping(call, owner, answer));
}

const keeping = (call: IdempotentCall, owner: string, answer: Answer) => statement`
    update idempotency_keys
    set state = 'done', status = ${answer.status}, answer = ${textOf(answer)}::jsonb
    where scope = ${call.scope} and key = ${call.key} and endpoint = ${call.endpoint}
      and owner = ${owner} and state = 'running'`;

async function giveBack(db: Db, call: IdempotentCall, owner: string): Promise<void> {
  await sql`
    delete from idempotency_keys
    where scope = ${call.scope} and key = ${call.key} and endpoint = ${call.endpoint}
      and owner = ${owner} and state = 'running'
  `.execute(db.q);
}

/** Forgets keys that no client repeats any more; a schedule calls it. Returns how many were removed. */
export async function forgetOldKeys(db: Db): Promise<number> {
  const result = await sql`
    delete from idempotency_keys where id in (
      select id from idempotency_keys where created_at < now() - make_interval(days => ${KEPT_DAYS})
      order by created_at limit 5000)
  `.execute(db.q);
  return Number(result.numAffectedRows ?? 0n);
}
