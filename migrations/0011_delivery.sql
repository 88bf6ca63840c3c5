-- Delivery to destinations: how each of them does, what may not be told for a while, and what became of each message.

create type destination_state as enum ('well', 'failing', 'disabled');

create table destinations (
  name text primary key check (name <> ''),
  channel text not null check (channel <> ''),
  state destination_state not null default 'well',
  reason text,
  failing_since timestamptz,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  next_probe_at timestamptz,
  blocked_until timestamptz,
  tokens float8 not null default 1 check (tokens >= 0 and tokens < 'Infinity'),
  tokens_at timestamptz not null default now(),
  claims bigint not null default 0,
  disabled_at timestamptz,
  constraint destinations_failing check ((state = 'well') = (failing_since is null)),
  constraint destinations_disabled check ((state = 'disabled') = (disabled_at is not null))
);
comment on table destinations is 'How each destination of the configuration does; a row comes with its first message';
comment on column destinations.name is 'Its name in the configuration';
comment on column destinations.channel is 'Channel that it is told by';
comment on column destinations.state is 'well; failing: its messages are held but for a probe; disabled: until somebody enables it';
comment on column destinations.reason is 'What was answered last where it does not do well, without secrets';
comment on column destinations.failing_since is 'First failure since the last success';
comment on column destinations.last_success_at is 'When it took a message last';
comment on column destinations.last_failure_at is 'When it last did not';
comment on column destinations.next_probe_at is 'While it fails: when one of its messages is tried again';
comment on column destinations.blocked_until is 'Not asked before, as it said itself';
comment on column destinations.tokens is 'Messages that may leave at once, at tokens_at';
comment on column destinations.tokens_at is 'When tokens was counted';
comment on column destinations.claims is 'How often messages were claimed for it: whoever claims by an older number does not';
comment on column destinations.disabled_at is 'When it was disabled';

create table mutes (
  id text primary key check (id <> ''),
  schedule text,
  symbol text,
  destination text,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  author text not null check (author <> ''),
  reason text not null check (reason <> ''),
  created_at timestamptz not null default now(),
  lifted_at timestamptz
);
create index mutes_end on mutes (ends_at);
comment on table mutes is 'What nobody is told of for a while; messages are kept as suppressed';
comment on column mutes.id is 'Short name by which it is lifted';
comment on column mutes.schedule is 'Only of this schedule; null for all';
comment on column mutes.symbol is 'Only of this symbol; null for all';
comment on column mutes.destination is 'Only to this destination; null for all';
comment on column mutes.starts_at is 'From when on';
comment on column mutes.ends_at is 'Until when, not included';
comment on column mutes.author is 'Who wanted it';
comment on column mutes.reason is 'Why';
comment on column mutes.created_at is 'When it was made';
comment on column mutes.lifted_at is 'When somebody ended it before its time';

create table alarms (
  name text primary key check (name <> ''),
  since timestamptz not null,
  told_at timestamptz not null,
  seen_at timestamptz not null,
  tellings integer not null check (tellings > 0)
);
comment on table alarms is 'What is wrong now and was told; a row goes when it is over';
comment on column alarms.name is 'What and where, such as destination/desk-hook/1h';
comment on column alarms.since is 'When it was noticed';
comment on column alarms.told_at is 'When it was told last';
comment on column alarms.seen_at is 'When it was last found to be so';
comment on column alarms.tellings is 'How often it was told';

alter table outbox
  add column reason text,
  add column replies_to text,
  add column receipt jsonb,
  add column thread jsonb,
  add column retries integer not null default 0 check (retries >= 0),
  add column first_attempt_at timestamptz,
  add column due_since timestamptz not null default now(),
  add constraint outbox_suppressed check (state <> 'suppressed' or reason is not null);
comment on column outbox.reason is 'Why it is held, dead, expired or suppressed; null otherwise';
comment on column outbox.replies_to is 'Signal whose message, at the same destination, it answers';
comment on column outbox.receipt is 'What the channel gave back, by which a later message can answer it';
comment on column outbox.thread is 'Receipt of the message that it answers, as it was known at its first try';
comment on column outbox.retries is 'Tries that count: waiting for a receiver that had too many is none';
comment on column outbox.first_attempt_at is 'When it was tried first';
comment on column outbox.due_since is 'Since when nothing but its turn keeps it: from when it was written or quiet hours end, released or replayed';

-- Of one destination, in the order in which they leave.
create index outbox_due on outbox (destination, position) where state in ('pending', 'held');
create index outbox_leased on outbox (destination) where state = 'leased';
create index outbox_destination on outbox (destination, created_at);
