-- Which stretches of a history have been asked for, so that slots without a trade are not asked for again and again.

create table backfilled (
  instrument_id integer not null references instruments on delete cascade,
  timeframe timeframe not null,
  from_time timestamptz not null check (isfinite(from_time)),
  to_time timestamptz not null check (isfinite(to_time)),
  read_at timestamptz not null default clock_timestamp(),
  primary key (instrument_id, timeframe, from_time),
  constraint backfilled_times check (from_time < to_time)
);
comment on table backfilled is 'Stretches of open times that a backfill has read from a source, whatever that had';
comment on column backfilled.instrument_id is 'Instrument that was asked for';
comment on column backfilled.timeframe is 'Timeframe that was asked for';
comment on column backfilled.from_time is 'First open time, inclusive';
comment on column backfilled.to_time is 'Last open time, exclusive';
comment on column backfilled.read_at is 'When, by the database clock';
