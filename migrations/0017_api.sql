-- What the API needs: keys of pages and with limits, what people say of signals, looks that were asked for, and what is new.

alter table api_keys
  add column kind text not null default 'key' check (kind in ('key', 'page')),
  add column per_minute integer check (per_minute >= 0),
  add column link_hash bytea unique check (length(link_hash) = 32),
  add column link_expires_at timestamptz;
comment on column api_keys.kind is 'key, or page for a browser that was signed in';
comment on column api_keys.per_minute is 'Requests a minute; null for those of the configuration, 0 for no limit';
comment on column api_keys.link_hash is 'SHA-256 of the one-time link that signs a page in; null once it was used';
comment on column api_keys.link_expires_at is 'Until when the link may be used';

-- A list reads the sentence of each signal, and must not unpack the numbers behind it for that.
alter table generated_signals add column reason text not null default '';
comment on column generated_signals.reason is 'Why it was given, in a line';
update generated_signals set reason = coalesce(pattern_context->>'reason', '');

alter table generated_signals
  add column acknowledged_at timestamptz,
  add column acknowledged_by text,
  add column corrected_at timestamptz,
  add column corrected_by text,
  add column correction_note text,
  add constraint generated_signals_acknowledged check ((acknowledged_at is null) = (acknowledged_by is null)),
  add constraint generated_signals_corrected
    check ((corrected_at is null) = (corrected_by is null) and (corrected_at is null) = (correction_note is null));
comment on column generated_signals.acknowledged_at is 'When somebody first said that it was seen';
comment on column generated_signals.acknowledged_by is 'Name of the key that said so';
comment on column generated_signals.corrected_at is 'When a person said what became of it; null where the bars say so';
comment on column generated_signals.corrected_by is 'Name of the key that said so';
comment on column generated_signals.correction_note is 'Why';

alter table outcome_changes add column corrected_by text;
comment on table outcome_changes is 'Outcomes that had been final and are others now, since bars were revised or came late or somebody said so';
comment on column outcome_changes.corrected_by is 'Name of the key whose word it was; null where the bars had said so';

-- What a person said is never in doubt.
drop index generated_signals_ended;
create index generated_signals_ended on generated_signals (origin, symbol, decided_at)
  include (id, schedule, signal_timestamp, evaluated_at, cost_pct, bars_missing)
  where decided_at is not null and corrected_at is null;

-- Pages go on after an instant and an id.
drop index generated_signals_recent;
create index generated_signals_recent on generated_signals (origin, signal_timestamp desc, id desc);
create index generated_signals_of_schedule on generated_signals (schedule, origin, signal_timestamp desc, id desc);
create index prediction_runs_of_schedule on prediction_runs (schedule, status, origin, slot_at desc);
create index outbox_state on outbox (state, created_at desc, position desc);
create index prediction_metrics_period on prediction_metrics (aggregation_period, metric_timestamp desc, id desc)
  where aggregation_period is not null;
create index slots_recent on slots (origin, slot_at desc);
create index slots_state on slots (state, origin, slot_at desc);
create index slots_of_schedule on slots (schedule, state, origin, slot_at desc);

-- Whoever keeps a report on outcomes asks whether it is still true, and must not read all of them for that. A version is
-- written over only by a transaction that began when it was there to be read, so the last one to end always leaves its own.
create table outcome_versions (
  id bigint primary key generated always as identity,
  origin origin not null,
  schedule text not null,
  version uuid not null default gen_random_uuid()
);
create index outcome_versions_of_schedule on outcome_versions (origin, schedule);
comment on table outcome_versions is 'What tells that entries, or what became of them, are others: then one of these is another';
comment on column outcome_versions.id is 'Counted; several of a schedule are of transactions that were at work at once';
comment on column outcome_versions.origin is 'Of the entries';
comment on column outcome_versions.schedule is 'Of the entries';
comment on column outcome_versions.version is 'Drawn anew with each change';

create function mark_outcomes(changed_origin origin, changed_schedule text) returns void language plpgsql as $$
begin
  -- Once in a transaction is enough.
  if exists (
    select from outcome_versions
    where origin = changed_origin and schedule = changed_schedule and xmin = pg_current_xact_id()::xid
  ) then return; end if;
  -- Of two at once none waits for the other: it takes a row of its own.
  update outcome_versions set version = gen_random_uuid() where id = (
    select id from outcome_versions where origin = changed_origin and schedule = changed_schedule
    order by id limit 1 for update skip locked
  );
  if not found then
    insert into outcome_versions (origin, schedule) values (changed_origin, changed_schedule);
  end if;
end $$;

create function outcomes_touched() returns trigger language plpgsql as $$
begin
  perform mark_outcomes(origin, schedule)
  from (select distinct origin, schedule from touched where signal_type in ('LONG', 'SHORT')) as one;
  return null;
end $$;
create trigger outcomes_added after insert on generated_signals referencing new table as touched
  for each statement execute function outcomes_touched();
create trigger outcomes_removed after delete on generated_signals referencing old table as touched
  for each statement execute function outcomes_touched();

create function outcomes_changed() returns trigger language plpgsql as $$
begin
  perform mark_outcomes(origin, schedule) from (
    select distinct now.origin, now.schedule from now join former using (id)
    where (
      former.outcome, former.exit_reason, former.filled, former.ambiguous, former.fill_price,
      former.exit_price, former.pnl_pct, former.r, former.r_if_loss, former.r_if_win, former.mfe, former.mae,
      former.bars_held, former.bars_missing, former.cost_pct, former.decided_at, former.corrected_at,
      former.probability, former.calibration
    ) is distinct from (
      now.outcome, now.exit_reason, now.filled, now.ambiguous, now.fill_price, now.exit_price, now.pnl_pct,
      now.r, now.r_if_loss, now.r_if_win, now.mfe, now.mae, now.bars_held, now.bars_missing, now.cost_pct,
      now.decided_at, now.corrected_at, now.probability, now.calibration
    )
  ) as one;
  return null;
end $$;
create trigger outcomes_changed after update on generated_signals
  referencing old table as former new table as now for each statement execute function outcomes_changed();

create table run_requests (
  id text not null check (id <> ''),
  schedule text not null check (schedule <> ''),
  of_all boolean not null default false,
  requested_at timestamptz not null default now(),
  requested_by text not null,
  owner text,
  lease_until timestamptz,
  done_at timestamptz,
  result text,
  primary key (id, schedule),
  constraint run_requests_taken check ((owner is null) = (lease_until is null)),
  constraint run_requests_done check ((done_at is null) = (result is null))
);
create index run_requests_waiting on run_requests (requested_at) where done_at is null;
create index run_requests_age on run_requests (requested_at);
comment on table run_requests is 'Looks that people asked the worker for, besides those at bar closes';
comment on column run_requests.id is 'Drawn; one for all schedules that were asked for at once';
comment on column run_requests.schedule is 'The one to look at';
comment on column run_requests.of_all is 'Whether all schedules were asked for';
comment on column run_requests.requested_at is 'When it was asked for';
comment on column run_requests.requested_by is 'Name of the key that asked';
comment on column run_requests.owner is 'Worker that took it last; null where none has';
comment on column run_requests.lease_until is 'Until when no other worker takes it';
comment on column run_requests.done_at is 'When a worker had looked, or it was too late to';
comment on column run_requests.result is 'What came of it, in words';

-- Unlogged: what it tells of is kept elsewhere, and whoever finds it empty after a crash reads that anew.
create unlogged table feed (
  xid xid8 not null default pg_current_xact_id(),
  position bigint generated always as identity,
  kind text not null check (kind in ('run', 'signal', 'delivery', 'outcome')),
  id text not null,
  origin origin not null,
  schedule text,
  happened_at timestamptz not null default now(),
  primary key (xid, position)
);
create index feed_age on feed (happened_at);
comment on table feed is 'What is new, in the order of its transactions, for those who look on; some days of it';
comment on column feed.xid is 'Transaction that wrote it: all below the oldest one at work are complete';
comment on column feed.position is 'Order within it';
comment on column feed.kind is 'run, signal, delivery, outcome';
comment on column feed.id is 'Of the thing in its own table';
comment on column feed.origin is 'LIVE or DEMO; replays are not told of';
comment on column feed.schedule is 'Of the run or signal; null of a message';
comment on column feed.happened_at is 'By the database clock';

create function feed_runs() returns trigger language plpgsql as $$
begin
  insert into feed (kind, id, origin, schedule) select 'run', id, origin, schedule from added where origin <> 'REPLAY';
  return null;
end $$;
create trigger feed_runs after insert on prediction_runs referencing new table as added
  for each statement execute function feed_runs();

create function feed_signals() returns trigger language plpgsql as $$
begin
  insert into feed (kind, id, origin, schedule)
    select 'signal', id, origin, schedule from added where origin <> 'REPLAY' order by confidence desc, id;
  return null;
end $$;
create trigger feed_signals after insert on generated_signals referencing new table as added
  for each statement execute function feed_signals();

create function feed_outcome() returns trigger language plpgsql as $$
begin
  insert into feed (kind, id, origin, schedule) values ('outcome', new.id, new.origin, new.schedule);
  return null;
end $$;
create trigger feed_outcome
  after update of outcome, exit_reason, fill_price, exit_price, pnl_pct, r, corrected_at on generated_signals
  for each row when (
    new.origin <> 'REPLAY' and (
      old.outcome, old.exit_reason, old.fill_price, old.exit_price, old.pnl_pct, old.r, old.corrected_at
    ) is distinct from (
      new.outcome, new.exit_reason, new.fill_price, new.exit_price, new.pnl_pct, new.r, new.corrected_at
    )
  ) execute function feed_outcome();

create function feed_acknowledged() returns trigger language plpgsql as $$
begin
  insert into feed (kind, id, origin, schedule) values ('signal', new.id, new.origin, new.schedule);
  return null;
end $$;
create trigger feed_acknowledged after update of acknowledged_at on generated_signals
  for each row when (new.origin <> 'REPLAY' and old.acknowledged_at is distinct from new.acknowledged_at)
  execute function feed_acknowledged();

create function feed_delivery() returns trigger language plpgsql as $$
begin
  insert into feed (kind, id, origin) values ('delivery', new.id, 'LIVE');
  return null;
end $$;
create trigger feed_delivery after update of state on outbox
  for each row when (old.state is distinct from new.state and new.state in ('done', 'held', 'dead', 'expired'))
  execute function feed_delivery();
-- Those that are let go again, and not those whose lease is given back.
create trigger feed_replayed after update of state on outbox
  for each row when (new.state = 'pending' and old.state not in ('pending', 'leased'))
  execute function feed_delivery();
create trigger feed_suppressed after insert on outbox
  for each row when (new.state = 'suppressed') execute function feed_delivery();
