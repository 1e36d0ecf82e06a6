-- What the platform itself needs: the outbox, idempotency keys, leases for schedules, and two functions for everybody.

create extension if not exists pg_trgm;

-- Every event is one row, written in the transaction that caused it. A relay moves rows to queues in bulk.
create table outbox (
  id bigint generated always as identity primary key,
  event text not null check (event ~ '^[a-z][A-Za-z_]*(\.[a-z][A-Za-z_]*)+$'),
  payload jsonb not null,
  created_at timestamptz not null default now()
);

create function wake_relay() returns trigger language plpgsql as $$
begin
  notify jishi_outbox;
  return null;
end $$;

create trigger outbox_wakes_relay after insert on outbox for each statement execute function wake_relay();

-- The first answer to a request that moves money or stock, kept so that a repeated request gets the same one.
create table idempotency_keys (
  id bigint generated always as identity primary key,
  scope text not null check (length(scope) between 1 and 80),
  key text not null check (key ~ '^[A-Za-z0-9_-]{8,64}$'),
  endpoint text not null,
  request_hash text not null,
  state text not null check (state in ('running', 'done')),
  -- Changes when an abandoned key is taken over, so that the one who lost it cannot write its answer any more.
  owner uuid not null,
  status integer check (status between 200 and 499),
  answer jsonb,
  started_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint idempotency_keys_scope_key_endpoint unique (scope, key, endpoint),
  constraint idempotency_keys_done_has_answer check ((state = 'done') = (status is not null))
);

create index idempotency_keys_created_at on idempotency_keys (created_at);

-- One row per scheduled job: whoever moves `until` forward runs it, so any number of workers may try.
create table job_leases (
  name text primary key,
  until timestamptz not null,
  -- Who runs it now; a run that lost its lease may not write the outcome.
  holder uuid,
  last_run_at timestamptz,
  last_ok_at timestamptz,
  last_error text,
  failures integer not null default 0 check (failures >= 0)
);

-- For journals: rows are written once. Attach with
--   create trigger <table>_is_append_only before update or delete on <table> for each row execute function forbid_change();
--   create trigger <table>_is_never_emptied before truncate on <table> for each statement execute function forbid_change();
create function forbid_change() returns trigger language plpgsql as $$
begin
  raise exception '% rows are never changed or removed (%)', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;

-- Pairs of neighbouring characters, for words of two Chinese characters that trigrams cannot find. A text of one
-- character is its own only piece. Index with gin (bigrams(title)); ask with
--   bigrams(title) @> bigrams($1) and title ilike '%' || $1 || '%'   (for one character: the second half only)
create function bigrams(t text) returns text[] language sql immutable parallel safe strict as $$
  select coalesce(array_agg(distinct substr(lower(t), i, 2)), '{}')
  from generate_series(1, greatest(length(t) - 1, 1)) as i
  where length(t) > 0
$$;
