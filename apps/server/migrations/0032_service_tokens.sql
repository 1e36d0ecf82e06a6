-- Other programs sign in with tokens: 32 random bytes, shown once; the table holds only the hash. Never removed: what a
-- service did stays explainable.
create table service_tokens (
  id uuid primary key,
  service text not null constraint service_tokens_service check (service ~ '^[a-z][a-z0-9-]{1,31}$'),
  name text not null constraint service_tokens_name check (length(name) between 1 and 20),
  token_hash text not null constraint service_tokens_hash unique,
  hint text not null,
  scopes text[] not null constraint service_tokens_scopes check (cardinality(scopes) between 1 and 20),
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index service_tokens_newest on service_tokens (created_at desc);
