-- The chain: every committed posting is sealed once, in one order, by a hash over the seal before it and over all that the
-- posting says. Who changes, adds or removes a row behind the triggers breaks it. Decision 10 tells why and what it is not.
create table ledger_seals (
  position bigint primary key check (position > 0),
  posting_id uuid not null constraint ledger_seals_once unique,
  hash bytea not null check (octet_length(hash) = 32)
);
create trigger ledger_seals_append_only before update or delete or truncate on ledger_seals
  for each statement execute function forbid_change();

-- Where the chain stands: one row.
create table ledger_chain (
  is_only boolean primary key default true check (is_only),
  position bigint not null default 0,
  -- Begins with nothing: 32 bytes of zero.
  hash bytea not null default decode(repeat('00', 32), 'hex'),
  sealed_at timestamptz,
  -- Every posting of a transaction below this one is sealed.
  low_xact bigint not null default 0,
  -- Numbers of transactions mean something in one cluster only; after a restore into another everything is looked at anew.
  cluster text not null default '',
  -- Up to here the chain was found sound.
  verified_position bigint not null default 0,
  verified_hash bytea not null default decode(repeat('00', 32), 'hex'),
  verified_at timestamptz
);
insert into ledger_chain default values;

-- What every look at the books has found.
create table ledger_checks (
  id uuid primary key,
  at timestamptz not null,
  -- `whole`: from the first posting; `new`: from where the last one ended.
  kind text not null check (kind in ('whole', 'new')),
  asked_by text not null,
  positions bigint not null,
  head_position bigint not null,
  head_hash text not null,
  broken_position bigint,
  -- Null when everything is sound.
  fault text
);
create index ledger_checks_newest on ledger_checks (at desc, id desc);
create trigger ledger_checks_append_only before update or delete or truncate on ledger_checks
  for each statement execute function forbid_change();

-- What each day has seen, by kind of account and by what happened: figures over millions of entries read a few thousand
-- rows. Kept by the sealing, so each posting counts once; what is not sealed yet is counted from the entries.
create table ledger_days (
  day date not null,
  type text not null,
  label text not null,
  unit text not null,
  debit bigint not null,
  credit bigint not null,
  entries bigint not null,
  primary key (day, type, label)
);

-- One field that cannot be mistaken for two: its length in bytes, then itself.
create function ledger_field(value text) returns text language sql immutable strict as $$
  select octet_length(value) || ':' || value || ','
$$;

-- All that a posting says, as the seal reads it. The same words in ledger.rules.ts; a test holds them together.
create function ledger_words(asked uuid) returns bytea language sql stable as $$
  select convert_to(
    ledger_field(p.id::text) || ledger_field(p.key) || ledger_field(p.label) || ledger_field(p.ref_kind) || ledger_field(p.ref_id::text)
    || ledger_field(to_char(p.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || coalesce((
      select string_agg(
        ledger_field(coalesce(a.type, '')) || ledger_field(coalesce(a.owner_kind, '')) || ledger_field(coalesce(a.owner_id::text, e.account_id::text))
        || ledger_field(e.unit) || ledger_field(e.amount::text) || ledger_field(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
        '' order by a.type collate "C", a.owner_kind collate "C", a.owner_id, e.account_id)
      from ledger_entries e left join ledger_accounts a on a.id = e.account_id where e.posting_id = p.id), ''),
    'UTF8')
  from ledger_postings p where p.id = asked
$$;

-- Seals what has committed and is not sealed yet, at most `most` postings; answers how many. It waits for nobody who posts
-- and nobody waits for it: a posting that commits late is found by the number of its transaction and sealed later.
create function ledger_seal(most integer, sealing_at timestamptz) returns integer language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  chain ledger_chain%rowtype;
  here constant text := (select system_identifier::text from pg_control_system());
  -- Transactions below this have ended before the postings are read: what they wrote is there to be seen.
  ended bigint;
  low bigint;
  one record;
  sealed integer := 0;
  head bigint;
  last_xact bigint;
begin
  select * into strict chain from ledger_chain for update;
  ended := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  low := case when chain.cluster = here and chain.low_xact <= ended then chain.low_xact else 0 end;
  head := chain.position;
  for one in
    select p.id, p.xact from ledger_postings p
    where p.xact >= low and not exists (select 1 from ledger_seals s where s.posting_id = p.id)
    order by p.xact, p.id limit most
  loop
    head := head + 1;
    chain.hash := sha256(chain.hash || ledger_words(one.id));
    insert into ledger_seals (position, posting_id, hash) values (head, one.id, chain.hash);
    last_xact := one.xact;
    sealed := sealed + 1;
  end loop;
  insert into ledger_days as d (day, type, label, unit, debit, credit, entries)
    select (p.at at time zone 'Asia/Shanghai')::date, a.type, p.label, e.unit,
      sum(greatest(e.amount, 0)), sum(greatest(-e.amount, 0)), count(*)
    from ledger_seals s join ledger_postings p on p.id = s.posting_id
      join ledger_entries e on e.posting_id = p.id join ledger_accounts a on a.id = e.account_id
    where s.position > chain.position and s.position <= head
    group by 1, 2, 3, 4
    on conflict (day, type, label) do update
      set debit = d.debit + excluded.debit, credit = d.credit + excluded.credit, entries = d.entries + excluded.entries;
  update ledger_chain set position = head, hash = chain.hash, sealed_at = sealing_at, cluster = here,
    low_xact = case when sealed < most then ended else least(ended, last_xact) end;
  return sealed;
end $$;

-- Reads the chain again from behind a position, at most `most` seals. Answers how far it is sound, with the hash there;
-- `broken` is the first position that is not, and why.
create function ledger_verify(behind bigint, behind_hash bytea, most integer,
  out sound bigint, out sound_hash bytea, out broken bigint, out why text) language plpgsql
set enable_seqscan = off as $$
declare
  one record;
  words bytea;
begin
  sound := behind;
  sound_hash := behind_hash;
  for one in select position, posting_id, hash from ledger_seals where position > behind order by position limit most loop
    if one.position <> sound + 1 then
      broken := sound + 1;
      why := 'seal_missing';
      return;
    end if;
    words := ledger_words(one.posting_id);
    if words is null then
      broken := one.position;
      why := 'posting_missing';
      return;
    end if;
    if one.hash <> sha256(sound_hash || words) then
      broken := one.position;
      why := 'changed';
      return;
    end if;
    sound := one.position;
    sound_hash := one.hash;
  end loop;
end $$;
