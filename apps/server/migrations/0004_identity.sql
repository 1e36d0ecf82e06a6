-- Buyers: who they are, their token families, their addresses.
create table buyers (
  id uuid primary key,
  display_no bigint generated always as identity (start with 100001) unique,
  openid_weapp text unique,
  openid_h5 text unique,
  unionid text unique,
  phone text unique check (phone ~ '^1[3-9][0-9]{9}$'),
  nickname text not null,
  avatar_file_id uuid references files,
  state text not null default 'active' check (state in ('active', 'blocked')),
  blocked_reason text,
  token_version int not null default 1,
  created_at timestamptz not null,
  last_seen_at timestamptz
);
create index buyers_created on buyers (created_at desc, id desc);

-- One row per refresh token. A family is one sign-in; using a spent token ends the whole family.
create table buyer_tokens (
  id uuid primary key,
  family_id uuid not null,
  buyer_id uuid not null references buyers,
  token_hash text not null unique,
  state text not null default 'live' check (state in ('live', 'spent', 'revoked')),
  -- Two requests that refresh at the same moment are no theft; a token spent long ago is.
  spent_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  constraint buyer_tokens_spent_when check (state <> 'spent' or spent_at is not null)
);
-- Rotation leaves one live token in a family, whatever the code believes.
create unique index buyer_tokens_one_live on buyer_tokens (family_id) where state = 'live';
create index buyer_tokens_family on buyer_tokens (family_id);
create index buyer_tokens_buyer on buyer_tokens (buyer_id);
create index buyer_tokens_expiry on buyer_tokens (expires_at);

create table addresses (
  id uuid primary key,
  buyer_id uuid not null references buyers,
  name text not null,
  phone text not null,
  province text not null,
  city text not null,
  district text not null,
  detail text not null,
  is_default boolean not null default false,
  created_at timestamptz not null
);
create index addresses_buyer on addresses (buyer_id);
create unique index addresses_one_default on addresses (buyer_id) where is_default;

-- WeChat's access token, one for all processes.
create table wechat_tokens (
  appid text primary key,
  token text not null,
  expires_at timestamptz not null
);
