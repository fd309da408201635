/** The workspace's own tables, in a database of their own: the product never reads them. Safe to run at every start. */
export const SCHEMA = `
create schema if not exists workspace;
set search_path = workspace;

create table if not exists slack_users (
  id text primary key, name text not null, real_name text not null, email text, time_zone text not null,
  is_bot boolean not null default false, is_restricted boolean not null default false, deleted boolean not null default false
);
create table if not exists slack_channels (
  id text primary key, kind text not null check (kind in ('channel', 'im')), name text not null,
  im_user text, created_at timestamptz not null default now()
);
create unique index if not exists slack_one_im on slack_channels (im_user) where kind = 'im';
create table if not exists slack_members (channel text not null, account text not null, primary key (channel, account));
create table if not exists slack_messages (
  channel text not null, ts text not null, thread_ts text, account text not null, bot_id text,
  body text not null, blocks jsonb not null default '[]', attachments jsonb not null default '[]', metadata jsonb,
  visible_to text, edited jsonb, primary key (channel, ts)
);
create index if not exists slack_messages_thread on slack_messages (channel, thread_ts) where thread_ts is not null;
create table if not exists slack_views (
  id text primary key, account text not null, kind text not null check (kind in ('modal', 'home')),
  hash text not null, root text not null, previous text, content jsonb not null, open boolean not null default true,
  updated_at timestamptz not null default now()
);
create index if not exists slack_views_open on slack_views (account) where open;
create table if not exists slack_hooks (
  id text primary key, channel text not null, account text not null, message_ts text, message_private boolean not null,
  uses integer not null default 0, expires_at timestamptz not null
);
create table if not exists slack_files (
  id text primary key, ticket text not null unique, account text not null, name text not null, size integer not null,
  alt text, bytes bytea, completed_at_ms bigint
);
create table if not exists teams_conversations (
  id text primary key, kind text not null check (kind in ('channel', 'personal')), name text not null, person text
);
create table if not exists teams_messages (
  conversation text not null, id text not null, thread text, sender jsonb not null, body text not null, card jsonb,
  summary text, sent_at_ms bigint not null, edited_at_ms bigint, deleted boolean not null default false,
  primary key (conversation, id)
);
create table if not exists settings (name text primary key, value jsonb not null);
`;
