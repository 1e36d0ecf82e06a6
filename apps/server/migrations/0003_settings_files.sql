-- Settings: one row per changed key, every version kept. Files: pictures by id, bytes on the storage driver.
create table settings (
  key text primary key,
  value jsonb not null,
  version int not null check (version >= 1),
  changed_at timestamptz not null,
  changed_by text not null
);

create table setting_versions (
  key text not null,
  version int not null,
  value jsonb not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (key, version)
);
create trigger setting_versions_append_only before update or delete or truncate on setting_versions
  for each statement execute function forbid_change();

create table files (
  id uuid primary key,
  owner_kind text not null check (owner_kind in ('buyer', 'staff', 'system')),
  owner_id uuid,
  sha256 text not null,
  width int not null check (width between 1 and 20000),
  height int not null check (height between 1 and 20000),
  bytes int not null check (bytes > 0),
  created_at timestamptz not null
);
create index files_owner on files (owner_kind, owner_id, created_at);
-- The same picture from the same owner is kept once.
create index files_same on files (sha256, owner_kind, owner_id);
