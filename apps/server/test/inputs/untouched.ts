// A fingerprint of everything in the database, to prove that a refused request has changed nothing.
import { sql } from 'kysely';
import type { Db } from '../../src/platform/db.ts';

/** What may grow without anything having happened: trails of refusals, and when somebody was last seen. */
const TRAILS = new Set([
  'idempotency_keys',
  'staff_captchas',
  'staff_login_log',
  'staff_login_failures',
  'job_leases',
  'wechat_tokens',
]);
const SEEN: Record<string, readonly string[]> = {
  buyers: ['last_seen_at'],
  staff_sessions: ['last_seen_at', 'expires_at'],
  service_tokens: ['last_used_at'],
};

export type Fingerprint = Record<string, string>;

/** Every table by the number of its rows and the sum of their hashes; `besides` are left out too. */
export async function fingerprint(db: Db, besides: readonly string[] = []): Promise<Fingerprint> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1
  `.execute(db.q);
  const asked = tables.map(({ name }) => name).filter((name) => !TRAILS.has(name) && !besides.includes(name));
  const parts = asked.map((name) => {
    const row = (SEEN[name] ?? []).reduce((text, column) => `${text} - '${column}'`, 'to_jsonb(t)');
    // The version of a row tells of an update that wrote the same values; what is seldom only seen is told by its content.
    const print = SEEN[name]
      ? `hashtextextended((${row})::text, 0)`
      : `t.xmin::text::bigint * 31 + hashtext(t.ctid::text)`;
    return `select '${name}' as name, count(*) || ':' || coalesce(sum(${print}), 0) as print from "${name}" t`;
  });
  const { rows } = await sql.raw<{ name: string; print: string }>(parts.join(' union all ')).execute(db.q);
  return Object.fromEntries(rows.map(({ name, print }) => [name, print]));
}
