-- What a database needs that is kept for years: messages that came back from a backup wait for somebody, chores are done
-- by one of several workers, and old rows are found by their age.

alter table outbox
  add column restored_at timestamptz,
  add constraint outbox_restored check (restored_at is null or state = 'held');
comment on column outbox.restored_at is 'When it came back from a backup without having been sent; held until somebody releases it';

create table chores (
  name text not null check (name <> ''),
  day date not null,
  owner text not null check (owner <> ''),
  lease_until timestamptz not null,
  done_at timestamptz,
  result jsonb,
  primary key (name, day),
  constraint chores_done check ((done_at is null) = (result is null))
);
comment on table chores is 'Work that one of the workers does once a day';
comment on column chores.name is 'What is done';
comment on column chores.day is 'Day in UTC';
comment on column chores.owner is 'Worker that took it: host, process, random part';
comment on column chores.lease_until is 'From when another worker may take it, unless it is done';
comment on column chores.done_at is 'When it was done; null before';
comment on column chores.result is 'What came of it';

create index prediction_metrics_age on prediction_metrics (metric_timestamp);
create index quarantined_bars_age on quarantined_bars (quarantined_at);
create index bar_revisions_age on bar_revisions (replaced_at);
create index outbox_age on outbox (created_at);
