-- The ledger: double entry, append only, balanced per posting and unit by law. Debits are positive, credits negative.
create table ledger_accounts (
  id uuid primary key,
  type text not null,
  owner_kind text not null,
  owner_id uuid not null,
  unit text not null check (unit in ('CNY', 'PTS')),
  side text not null check (side in ('debit', 'credit')),
  may_overdraw boolean not null,
  -- Sum of this account's entries, kept by the trigger below and nobody else.
  balance bigint not null default 0,
  created_at timestamptz not null,
  constraint ledger_accounts_owner unique (type, owner_kind, owner_id, unit),
  constraint ledger_accounts_no_overdraft check (may_overdraw or case side when 'debit' then balance >= 0 else balance <= 0 end)
);

create table ledger_postings (
  id uuid primary key,
  -- The business key: the same effect posted twice is refused here.
  key text not null constraint ledger_postings_key unique,
  label text not null,
  ref_kind text not null,
  ref_id uuid not null,
  at timestamptz not null
);
create index ledger_postings_ref on ledger_postings (ref_id, at);
create trigger ledger_postings_append_only before update or delete or truncate on ledger_postings
  for each statement execute function forbid_change();

create table ledger_entries (
  posting_id uuid not null references ledger_postings,
  account_id uuid not null references ledger_accounts,
  unit text not null,
  amount bigint not null check (amount <> 0),
  primary key (posting_id, account_id)
);
create index ledger_entries_account on ledger_entries (account_id, posting_id);
create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
  for each statement execute function forbid_change();

-- Every statement that adds entries must balance each posting it touches, per unit; balances follow in the same statement.
create function ledger_entries_settle() returns trigger language plpgsql as $$
declare
  crooked uuid;
begin
  select posting_id into crooked from fresh group by posting_id, unit having sum(amount) <> 0 limit 1;
  if crooked is not null then
    raise exception 'ledger posting % does not balance', crooked using errcode = 'check_violation';
  end if;
  if exists (select 1 from fresh f join ledger_accounts a on a.id = f.account_id where a.unit <> f.unit) then
    raise exception 'ledger entry in a foreign unit' using errcode = 'check_violation';
  end if;
  -- No key update: a plain `for update` would clash with the key-share locks that the foreign keys of the entries of
  -- two postings hold on one hot account, and each would wait for the other.
  perform 1 from ledger_accounts where id in (select account_id from fresh) order by id for no key update;
  update ledger_accounts a set balance = a.balance + f.amount
    from (select account_id, sum(amount) as amount from fresh group by account_id) f where f.account_id = a.id;
  return null;
end $$;
create trigger ledger_entries_balanced after insert on ledger_entries
  referencing new table as fresh for each statement execute function ledger_entries_settle();
