-- Sealing goes on where it stopped, however much waits: a shop that comes to the chain with a million postings has them all in
-- one transaction, and looking through them anew for every few thousand would never end.
alter table ledger_chain add column low_id uuid not null default '00000000-0000-0000-0000-000000000000';
create index ledger_postings_in_order on ledger_postings (xact, id);
drop index ledger_postings_xact;

-- Daily sums are led by the postings that were just sealed. Led by their places in the chain, the plan began with the accounts
-- and read all entries of each.
create or replace function ledger_seal(most integer, sealing_at timestamptz) returns integer language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  chain ledger_chain%rowtype;
  here constant text := (select system_identifier::text from pg_control_system());
  -- Transactions below this have ended before the postings are read: what they wrote is there to be seen.
  ended bigint;
  low bigint;
  low_place uuid;
  one record;
  sealed integer := 0;
  head bigint;
  last_xact bigint;
  ids uuid[] := '{}';
begin
  select * into strict chain from ledger_chain for update;
  ended := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  low := chain.low_xact;
  low_place := chain.low_id;
  if chain.cluster <> here or chain.low_xact > ended then
    low := 0;
    low_place := '00000000-0000-0000-0000-000000000000';
  end if;
  head := chain.position;
  for one in
    select p.id, p.xact from ledger_postings p
    where (p.xact, p.id) > (low, low_place) and not exists (select 1 from ledger_seals s where s.posting_id = p.id)
    order by p.xact, p.id limit most
  loop
    head := head + 1;
    chain.hash := sha256(chain.hash || ledger_words(one.id));
    insert into ledger_seals (position, posting_id, hash) values (head, one.id, chain.hash);
    ids := ids || one.id;
    last_xact := one.xact;
    sealed := sealed + 1;
  end loop;
  insert into ledger_days as d (day, type, label, unit, debit, credit, entries)
    select (p.at at time zone 'Asia/Shanghai')::date, a.type, p.label, e.unit,
      sum(greatest(e.amount, 0)), sum(greatest(-e.amount, 0)), count(*)
    from unnest((select ids)) as fresh (id) join ledger_postings p on p.id = fresh.id
      join ledger_entries e on e.posting_id = p.id join ledger_accounts a on a.id = e.account_id
    group by 1, 2, 3, 4
    on conflict (day, type, label) do update
      set debit = d.debit + excluded.debit, credit = d.credit + excluded.credit, entries = d.entries + excluded.entries;
  -- Up to the last one that was sealed, but never past a transaction that may still commit.
  if sealed = most and last_xact < ended then
    low := last_xact;
    low_place := ids[sealed];
  else
    low := ended;
    low_place := '00000000-0000-0000-0000-000000000000';
  end if;
  update ledger_chain c set position = head, hash = chain.hash, sealed_at = sealing_at, cluster = here, low_xact = low, low_id = low_place;
  return sealed;
end $$;
