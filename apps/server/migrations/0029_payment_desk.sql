-- Letters are worked on again by plan and end as dead letters; lists of letters and refunds for the desk.
alter table provider_notices
  drop constraint provider_notices_state_check,
  add constraint provider_notices_state_check
    check (state in ('stored', 'done', 'failed', 'dead', 'rejected', 'ignored')),
  -- How often the schedule has worked on it again, and when it does so next. WeChat's own resends do not count.
  add column retries int not null default 0,
  add column next_try_at timestamptz;
update provider_notices set next_try_at = received_at where state in ('stored', 'failed');
drop index provider_notices_waiting;
create index provider_notices_due on provider_notices (next_try_at) where state in ('stored', 'failed');
create index provider_notices_by_state on provider_notices (state, received_at desc);
create index refunds_by_state on refunds (state, created_at desc);
