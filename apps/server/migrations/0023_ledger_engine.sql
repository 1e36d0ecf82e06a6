-- The ledger under load: one statement for a posting, and no hot row for the accounts of the shop itself.
-- Decision 9 tells why.

-- Which transaction wrote a posting: what has committed since a moment can be found without anybody waiting for anybody.
alter table ledger_postings add column xact bigint not null default (pg_current_xact_id()::text::bigint);
create index ledger_postings_xact on ledger_postings using brin (xact) with (pages_per_range = 16, autosummarize = on);

-- Statements read an account in the order of time.
alter table ledger_entries add column at timestamptz;
alter table ledger_entries disable trigger ledger_entries_append_only;
update ledger_entries e set at = p.at from ledger_postings p where p.id = e.posting_id;
alter table ledger_entries enable trigger ledger_entries_append_only;
alter table ledger_entries alter column at set not null;
create index ledger_entries_statement on ledger_entries (account_id, at, posting_id);
drop index ledger_entries_account;

-- Accounts are never removed, and what they are never changes: only a balance moves. What an account is, is judged when it
-- is opened: a check would be read and judged again with every movement, which was a tenth of the cost of a posting.
create function ledger_accounts_stay() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or tg_op = 'TRUNCATE' then
    raise exception 'rows of % are never removed', tg_table_name using errcode = 'restrict_violation';
  end if;
  if tg_op = 'UPDATE' and (new.id, new.type, new.owner_kind, new.owner_id, new.unit, new.side, new.may_overdraw)
     is distinct from (old.id, old.type, old.owner_kind, old.owner_id, old.unit, old.side, old.may_overdraw) then
    raise exception 'an account is never changed' using errcode = 'restrict_violation';
  end if;
  if new.unit not in ('CNY', 'PTS') or new.side not in ('debit', 'credit') then
    raise exception 'no such unit or side: %, %', new.unit, new.side using errcode = 'check_violation';
  end if;
  -- Only the shop may stand below zero.
  if new.may_overdraw and new.owner_kind <> 'platform' then
    raise exception 'only accounts of the shop may be overdrawn' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger ledger_accounts_no_removal before delete or truncate on ledger_accounts
  for each statement execute function ledger_accounts_stay();
create trigger ledger_accounts_no_change before insert or update of id, type, owner_kind, owner_id, unit, side, may_overdraw on ledger_accounts
  for each row execute function ledger_accounts_stay();
alter table ledger_accounts drop constraint ledger_accounts_unit_check;
alter table ledger_accounts drop constraint ledger_accounts_side_check;

-- The balance of an account that may be overdrawn is a sum of stripes, one for each connection that ever posted to it.
-- A connection has one transaction at a time, so nobody ever waits for a stripe. Stripe 0 holds what was folded together.
create table ledger_stripes (
  account_id uuid not null references ledger_accounts,
  pid integer not null,
  unit text not null,
  balance bigint not null,
  primary key (account_id, pid)
) with (fillfactor = 50);

insert into ledger_stripes (account_id, pid, unit, balance)
  select id, 0, unit, balance from ledger_accounts where may_overdraw;
update ledger_accounts set balance = 0 where may_overdraw;
alter table ledger_accounts set (fillfactor = 70);
alter table ledger_accounts drop constraint ledger_accounts_no_overdraft;
alter table ledger_accounts add constraint ledger_accounts_no_overdraft check (
  case when may_overdraw then balance = 0 when side = 'debit' then balance >= 0 else balance <= 0 end);

-- The balance of every account, wherever it is kept.
create view ledger_balances as
  select id, type, owner_kind, owner_id, unit, side, may_overdraw, created_at,
    case when may_overdraw then coalesce((select sum(s.balance) from ledger_stripes s where s.account_id = a.id), 0)::bigint
         else balance end as balance
  from ledger_accounts a;

-- Every statement that adds entries must balance each posting that it touches, per unit; balances follow in the same
-- statement. Row by row and in the order of the accounts: two postings never wait for each other in a circle, and a plan
-- made for two entries serves two thousand.
create or replace function ledger_entries_settle() returns trigger language plpgsql
-- A plan lives as long as its connection. One made while the table was empty would read all of it for ever.
set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  posting record;
  line record;
  this_xact constant bigint := pg_current_xact_id()::text::bigint;
begin
  for posting in
    select f.posting_id as id, coalesce(sum(f.amount) filter (where f.unit = 'CNY'), 0) <> 0
      or coalesce(sum(f.amount) filter (where f.unit = 'PTS'), 0) <> 0 as is_crooked
    from fresh f group by f.posting_id
  loop
    if posting.is_crooked then
      raise exception 'ledger posting % does not balance', posting.id using errcode = 'check_violation';
    end if;
    perform 1 from ledger_postings p where p.id = posting.id and p.xact = this_xact;
    if not found then
      raise exception 'entries are written with their posting or never: %', posting.id using errcode = 'restrict_violation';
    end if;
  end loop;
  for line in
    select f.account_id, f.unit, sum(f.amount)::bigint as amount from fresh f group by f.account_id, f.unit order by f.account_id
  loop
    update ledger_accounts a set balance = a.balance + line.amount
      where a.id = line.account_id and a.unit = line.unit and not a.may_overdraw;
    continue when found;
    update ledger_stripes s set balance = s.balance + line.amount
      where s.account_id = line.account_id and s.pid = pg_backend_pid() and s.unit = line.unit;
    continue when found;
    insert into ledger_stripes (account_id, pid, unit, balance)
      select a.id, pg_backend_pid(), a.unit, line.amount from ledger_accounts a
      where a.id = line.account_id and a.unit = line.unit and a.may_overdraw;
    if not found then
      raise exception 'ledger entry in a foreign unit, or on no account at all: %', line.account_id using errcode = 'check_violation';
    end if;
  end loop;
  return null;
end $$;

-- What these two held is held by the trigger now. The first made every posting write to the row of a hot account, only to
-- say that it is there; the second asked row by row.
alter table ledger_entries drop constraint ledger_entries_account_id_fkey;
alter table ledger_entries drop constraint ledger_entries_posting_id_fkey;

-- The account that a line names, opened when it is not there yet.
create function ledger_account(line jsonb, opened_at timestamptz) returns uuid language plpgsql as $$
declare
  account uuid;
begin
  select a.id into account from ledger_accounts a
    where a.type = line ->> 'type' and a.owner_kind = line ->> 'ownerKind' and a.owner_id = (line ->> 'ownerId')::uuid
      and a.unit = line ->> 'unit';
  if account is not null then
    return account;
  end if;
  insert into ledger_accounts (id, type, owner_kind, owner_id, unit, side, may_overdraw, created_at)
    values ((line ->> 'id')::uuid, line ->> 'type', line ->> 'ownerKind', (line ->> 'ownerId')::uuid, line ->> 'unit',
            line ->> 'side', (line ->> 'mayOverdraw')::boolean, opened_at)
    on conflict on constraint ledger_accounts_owner do nothing returning id into account;
  if account is not null then
    return account;
  end if;
  -- Somebody else was faster: by now they have committed, so it is there to be seen.
  select a.id into strict account from ledger_accounts a
    where a.type = line ->> 'type' and a.owner_kind = line ->> 'ownerKind' and a.owner_id = (line ->> 'ownerId')::uuid
      and a.unit = line ->> 'unit';
  return account;
end $$;

-- Writes postings and their entries and opens accounts that are not there yet, in the order asked: whoever asks sorts
-- postings by key and lines by account, so that two of them never wait for each other in a circle. Lines name their
-- posting by its place. Answers for each posting whether it was written; a key that is there already changes nothing.
-- Its twin is `settled` in ledger.rules.ts; a property test keeps them equal.
create function ledger_post(postings jsonb, lines jsonb, posted_at timestamptz) returns boolean[] language plpgsql
set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  one jsonb;
  place integer;
  account uuid;
  written boolean[] := '{}';
  posting_ids uuid[] := '{}';
  account_ids uuid[] := '{}';
  units text[] := '{}';
  amounts bigint[] := '{}';
begin
  for i in 0 .. jsonb_array_length(postings) - 1 loop
    one := postings -> i;
    insert into ledger_postings (id, key, label, ref_kind, ref_id, at)
      values ((one ->> 'id')::uuid, one ->> 'key', one ->> 'label', one ->> 'refKind', (one ->> 'refId')::uuid, posted_at)
      on conflict (key) do nothing;
    written := written || found;
  end loop;
  for i in 0 .. jsonb_array_length(lines) - 1 loop
    one := lines -> i;
    place := (one ->> 'posting')::integer;
    continue when not written[place + 1];
    account := ledger_account(one, posted_at);
    posting_ids := posting_ids || (postings -> place ->> 'id')::uuid;
    account_ids := account_ids || account;
    units := units || (one ->> 'unit');
    amounts := amounts || (one ->> 'amount')::bigint;
  end loop;
  -- In a sub-select: with the length of an array in sight PostgreSQL would plan anew every time.
  insert into ledger_entries (posting_id, account_id, unit, amount, at)
    select e.posting_id, e.account_id, e.unit, e.amount, posted_at
    from unnest((select posting_ids), (select account_ids), (select units), (select amounts)) as e (posting_id, account_id, unit, amount);
  return written;
end $$;

-- Stripes of connections that are gone are added to stripe 0. Nobody waits: who is alive has a stripe of their own.
create function ledger_fold_stripes() returns integer language plpgsql as $$
declare
  line record;
  folded integer := 0;
begin
  for line in
    select account_id, pid, unit from ledger_stripes s
    where pid <> 0 and not exists (select 1 from pg_stat_activity b where b.pid = s.pid)
    order by account_id, pid for update skip locked
  loop
    with gone as (delete from ledger_stripes s where s.account_id = line.account_id and s.pid = line.pid returning s.balance)
    insert into ledger_stripes as s (account_id, pid, unit, balance)
      select line.account_id, 0, line.unit, gone.balance from gone
      on conflict (account_id, pid) do update set balance = s.balance + excluded.balance;
    folded := folded + 1;
  end loop;
  return folded;
end $$;
