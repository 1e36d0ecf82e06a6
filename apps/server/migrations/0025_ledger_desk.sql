-- What staff see of the ledger, and how they correct it: one proposes, another one approves.

-- A statement reads its amounts off the index, however many entries the account has.
drop index ledger_entries_statement;
create index ledger_entries_statement on ledger_entries (account_id, at, posting_id) include (amount);
create index ledger_accounts_newest on ledger_accounts (type, id);
create index ledger_accounts_of_owner on ledger_accounts (owner_id);

-- Since when somebody waits for a look at everything.
alter table ledger_chain add column asked_at timestamptz;

create table ledger_adjustments (
  id uuid primary key,
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'rejected', 'withdrawn', 'expired')),
  reason text not null check (length(reason) between 1 and 200),
  -- [{ type, ownerKind, ownerId, ownerName, side, amountFen }]
  lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) between 2 and 10),
  -- What is moved: the sum of one side.
  amount_fen bigint not null check (amount_fen > 0),
  proposed_by uuid not null references staff_accounts,
  proposer_name text not null,
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  decided_by uuid references staff_accounts,
  decider_name text,
  decided_at timestamptz,
  note text,
  posting_id uuid unique references ledger_postings,
  constraint ledger_adjustments_two_people check (state not in ('approved', 'rejected') or decided_by <> proposed_by),
  constraint ledger_adjustments_withdrawn_by_proposer check (state <> 'withdrawn' or decided_by = proposed_by),
  constraint ledger_adjustments_decided check ((state = 'proposed') = (decided_at is null)),
  constraint ledger_adjustments_decider check (case state when 'proposed' then decided_by is null when 'expired' then decided_by is null else decided_by is not null end),
  constraint ledger_adjustments_posted check ((state = 'approved') = (posting_id is not null)),
  constraint ledger_adjustments_in_time check (state <> 'approved' or decided_at <= expires_at)
);
create index ledger_adjustments_newest on ledger_adjustments (proposed_at desc, id desc);
create index ledger_adjustments_open on ledger_adjustments (expires_at) where state = 'proposed';
create index ledger_adjustments_approved on ledger_adjustments (decided_at) where state = 'approved';

-- What was asked for never changes, what is decided stays decided.
create function ledger_adjustments_guard() returns trigger language plpgsql as $$
begin
  if old.state <> 'proposed' then
    raise exception 'an adjustment that was decided is never changed' using errcode = 'restrict_violation';
  end if;
  if (new.id, new.reason, new.lines, new.amount_fen, new.proposed_by, new.proposer_name, new.proposed_at, new.expires_at)
     is distinct from (old.id, old.reason, old.lines, old.amount_fen, old.proposed_by, old.proposer_name, old.proposed_at, old.expires_at) then
    raise exception 'what was asked for is never changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger ledger_adjustments_decided_once before update on ledger_adjustments
  for each row execute function ledger_adjustments_guard();
create trigger ledger_adjustments_no_removal before delete or truncate on ledger_adjustments
  for each statement execute function forbid_change();
