-- The trail names things as people do, and the first page of the back office counts along indexes.
alter table audit_log add column subject_name text;
create index audit_log_action on audit_log (action, id desc);
create index audit_log_at on audit_log (at);
create index payment_attempts_created on payment_attempts (created_at);
create index aftersales_done on aftersales (done_at) where done_at is not null;
