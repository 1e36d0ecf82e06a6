-- Staff: accounts, roles, sessions, captchas, and the two trails (logins and operations) that nobody may edit.
create table staff_accounts (
  id uuid primary key,
  username text not null check (username = lower(username)),
  name text not null,
  password_hash text not null,
  must_change_password boolean not null default false,
  state text not null default 'active' check (state in ('active', 'disabled')),
  failed_logins int not null default 0 check (failed_logins >= 0),
  locked_until timestamptz,
  last_login_at timestamptz,
  created_at timestamptz not null
);
create unique index staff_accounts_username on staff_accounts (username);

create table staff_roles (
  id uuid primary key,
  code text unique,
  name text not null unique,
  permissions text[] not null,
  is_built_in boolean not null default false
);

create table staff_account_roles (
  staff_id uuid not null references staff_accounts,
  role_id uuid not null references staff_roles,
  primary key (staff_id, role_id)
);
create index staff_account_roles_role on staff_account_roles (role_id);

-- The cookie holds the secret; the table holds only its hash.
create table staff_sessions (
  id uuid primary key,
  staff_id uuid not null references staff_accounts,
  secret_hash text not null unique,
  csrf_token text not null,
  remember boolean not null default false,
  ip text not null,
  user_agent text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index staff_sessions_staff on staff_sessions (staff_id, created_at);
create index staff_sessions_expiry on staff_sessions (expires_at);

create table staff_captchas (
  id uuid primary key,
  answer_hash text not null,
  expires_at timestamptz not null
);
create index staff_captchas_expiry on staff_captchas (expires_at);

-- Failures by address, so that guessing many accounts from one place is stopped too.
create table staff_login_failures (
  ip text primary key,
  failures int not null check (failures >= 0),
  locked_until timestamptz,
  last_at timestamptz not null
);

create table staff_login_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  username text not null,
  result text not null check (result in ('ok', 'captcha_wrong', 'credentials_wrong', 'locked', 'disabled')),
  ip text not null,
  user_agent text not null
);
create index staff_login_log_username on staff_login_log (username, id desc);
create trigger staff_login_log_append_only before update or delete or truncate on staff_login_log
  for each statement execute function forbid_change();

create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  staff_id uuid references staff_accounts,
  staff_name text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  ip text,
  request_id text
);
create index audit_log_subject on audit_log (subject_id, id desc);
create index audit_log_staff on audit_log (staff_id, id desc);
create trigger audit_log_append_only before update or delete or truncate on audit_log
  for each statement execute function forbid_change();
