-- What is needed to tell later why a run found what it found, and what has changed since; and events at levels.

-- Added with now(), which fills a full table without rewriting it. From then on each row has its own instant, so one
-- that waited for a lock does not look older than it is.
alter table bars add column stored_at timestamptz not null default now();
alter table bars alter column stored_at set default clock_timestamp();
comment on column bars.stored_at is 'When it was first stored, by the database clock; of bars older than this column when that was added';

create table bar_revisions (
  instrument_id integer not null,
  timeframe timeframe not null,
  open_time timestamptz not null,
  revision integer not null check (revision >= 0),
  close_time timestamptz not null check (isfinite(close_time)),
  open float8 not null,
  high float8 not null,
  low float8 not null,
  close float8 not null,
  volume float8 not null check (volume >= 0 and volume < 'Infinity'),
  replaced_at timestamptz not null default clock_timestamp(),
  primary key (instrument_id, timeframe, open_time, revision),
  foreign key (instrument_id, timeframe, open_time) references bars on delete cascade,
  constraint bar_revisions_times check (open_time < close_time),
  constraint bar_revisions_open check (open > 0 and open < 'Infinity'),
  constraint bar_revisions_high check (high > 0 and high < 'Infinity'),
  constraint bar_revisions_low check (low > 0 and low < 'Infinity'),
  constraint bar_revisions_close check (close > 0 and close < 'Infinity'),
  constraint bar_revisions_range check (low <= open and low <= close and open <= high and close <= high)
);
comment on table bar_revisions is 'Values that a stored bar had before they were replaced, written by a trigger on bars';
comment on column bar_revisions.instrument_id is 'Instrument whose prices these were';
comment on column bar_revisions.timeframe is 'Nominal length';
comment on column bar_revisions.open_time is 'Start, inclusive; with instrument and timeframe it identifies the bar';
comment on column bar_revisions.revision is 'Number that the bar had with these values, 0 for those that were stored first';
comment on column bar_revisions.close_time is 'End, exclusive';
comment on column bar_revisions.open is 'First price';
comment on column bar_revisions.high is 'Highest price';
comment on column bar_revisions.low is 'Lowest price';
comment on column bar_revisions.close is 'Last price';
comment on column bar_revisions.volume is 'Traded volume in the units of the source';
comment on column bar_revisions.replaced_at is 'Until when the bar had these values, by the database clock';

-- Once a statement: row by row a bulk of revisions takes three times as long. A plan is kept for the session, and a
-- nested loop that fits a statement of one bar would not end for one of thousands.
create function keep_bar_revisions() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  insert into bar_revisions (instrument_id, timeframe, open_time, revision, close_time, open, high, low, close, volume)
  select instrument_id, timeframe, open_time, former.revision, former.close_time, former.open, former.high, former.low,
    former.close, former.volume
  from former join present using (instrument_id, timeframe, open_time)
  where former.revision is distinct from present.revision;
  return null;
end
$$;
comment on function keep_bar_revisions() is 'Keeps the values of bars that an update replaced';
create trigger bars_revisions after update on bars referencing old table as former new table as present
  for each statement execute function keep_bar_revisions();
comment on trigger bars_revisions on bars is 'Every writer of revisions leaves the former values in bar_revisions';

create table run_options (
  id text primary key check (id <> ''),
  options jsonb not null check (jsonb_typeof(options) = 'object'),
  first_seen_at timestamptz not null default now()
);
comment on table run_options is 'Configurations that runs were computed with, each once';
comment on column run_options.id is 'Hash of the options: the same configuration is the same row';
comment on column run_options.options is 'Everything of the configuration that decides what a run computes';
comment on column run_options.first_seen_at is 'When a run first had it';

alter table prediction_runs
  add column options_id text references run_options,
  add column bars_from timestamptz check (isfinite(bars_from)),
  add column bars_used integer check (bars_used >= 0),
  add column inputs_hash text check (inputs_hash <> ''),
  add column signals_since timestamptz check (isfinite(signals_since)),
  add column stored_at timestamptz not null default now(),
  add constraint prediction_runs_inputs check (
    num_nulls(options_id, bars_from, bars_used, inputs_hash) in (0, 4) and
    (signals_since is null or options_id is not null)
  );
comment on column prediction_runs.status is 'SUCCESS, PARTIAL when symbols, signals or level events are missing, FAILED when all symbols are';
comment on column prediction_runs.options_id is 'Configuration that it was computed with; null for runs that did not keep their inputs';
comment on column prediction_runs.bars_from is 'Open time from which on stored bars were used';
comment on column prediction_runs.bars_used is 'How many bars were used';
comment on column prediction_runs.inputs_hash is 'Hash of these bars, which tells whether they still are what the run saw';
comment on column prediction_runs.signals_since is 'Bar close from which on stored signals may have lived; null for however old';
comment on column prediction_runs.stored_at is 'When it was stored, by the database clock; of runs older than this column when that was added';

create type level_event_kind as enum ('approach', 'touch', 'exceed', 'enter', 'exit');

create table level_events (
  id text primary key check (id <> ''),
  run_id text not null references prediction_runs on delete cascade,
  schedule text not null check (schedule <> ''),
  symbol text not null check (symbol <> ''),
  timeframe timeframe not null,
  level text not null check (level <> ''),
  kind level_event_kind not null,
  side smallint not null check (side in (-1, 0, 1)),
  low float8 not null,
  high float8 not null,
  close float8 not null,
  weight float8,
  event_timestamp timestamptz not null check (isfinite(event_timestamp)),
  tick float8,
  rules text not null check (rules <> ''),
  origin origin not null,
  constraint level_events_range check (low > '-Infinity' and low <= high and high < 'Infinity'),
  constraint level_events_close check (close > 0 and close < 'Infinity'),
  constraint level_events_weight check (weight > 0 and weight < 'Infinity'),
  constraint level_events_tick check (tick > 0 and tick < 'Infinity')
);
create index level_events_recent on level_events (origin, event_timestamp desc);
create index level_events_symbol on level_events (symbol, origin, event_timestamp desc);
create index level_events_schedule on level_events (schedule, origin, event_timestamp desc);
create index level_events_run on level_events (run_id);
comment on table level_events is 'What price did at levels and zones that schedules ask to be told of';
comment on column level_events.id is 'Made of schedule, rules, symbol, bar close, timeframe, level and kind: the same event is the same row';
comment on column level_events.run_id is 'Run that found it';
comment on column level_events.schedule is 'Name of the schedule in the configuration';
comment on column level_events.symbol is 'Symbol as the source spells it';
comment on column level_events.timeframe is 'Timeframe that projected the level';
comment on column level_events.level is 'Name of the level, or envelope or zone';
comment on column level_events.kind is 'What price did there';
comment on column level_events.side is 'Where price came from: 1 from above, -1 from below, 0 from inside';
comment on column level_events.low is 'Lower bound of the zone; of a level its price';
comment on column level_events.high is 'Upper bound of the zone; of a level its price';
comment on column level_events.close is 'Last price of the bar';
comment on column level_events.weight is 'Weight of the zone; null for a level';
comment on column level_events.event_timestamp is 'Close of the bar that did it';
comment on column level_events.tick is 'Smallest price step of the instrument; null when not known';
comment on column level_events.rules is 'Version of the thresholds';
comment on column level_events.origin is 'LIVE, REPLAY or DEMO; only LIVE ones notify';
