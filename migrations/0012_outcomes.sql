-- What became of a signal, in full, and what it was before it was judged anew.

alter table generated_signals
  add column filled boolean,
  add column ambiguous boolean,
  add column fill_price float8,
  add column exit_price float8,
  add column r float8,
  add column r_if_loss float8,
  add column r_if_win float8,
  add column mfe float8,
  add column mae float8,
  add column bars_held integer check (bars_held >= 0),
  add column bars_missing integer check (bars_missing >= 0),
  add column cost_pct float8,
  add column decided_at timestamptz check (isfinite(decided_at)),
  add column probability float8,
  add column calibration text check (calibration <> ''),
  add constraint generated_signals_fill check (
    (fill_price is null or (fill_price > 0 and fill_price < 'Infinity')) and
    (exit_price is null or (exit_price > 0 and exit_price < 'Infinity'))
  ),
  add constraint generated_signals_r check (
    r > '-Infinity' and r < 'Infinity' and r_if_loss > '-Infinity' and r_if_loss < 'Infinity' and
    r_if_win > '-Infinity' and r_if_win < 'Infinity'
  ),
  add constraint generated_signals_excursions check (mfe >= 0 and mfe < 'Infinity' and mae >= 0 and mae < 'Infinity'),
  add constraint generated_signals_costs check (cost_pct >= 0 and cost_pct < 'Infinity'),
  add constraint generated_signals_decided check (decided_at is null or outcome in ('WIN', 'LOSS', 'NEUTRAL')),
  add constraint generated_signals_unfilled check (filled or (outcome = 'PENDING') or (exit_reason = 'UNFILLED')),
  add constraint generated_signals_probability check (probability between 0 and 1),
  add constraint generated_signals_calibrated check (probability is null or calibration is not null);
comment on column generated_signals.filled is 'Whether price reached the entry';
comment on column generated_signals.ambiguous is 'Whether one bar held stop and target and no finer bars told which came first; then it counts as the stop';
comment on column generated_signals.fill_price is 'Price at which it filled; all prices of an outcome are those of the day of the signal, whatever was split since';
comment on column generated_signals.exit_price is 'Price at which it ended; null while it lives';
comment on column generated_signals.r is 'Result after costs in units of the planned risk, 0 for one that was not filled; null while it lives';
comment on column generated_signals.r_if_loss is 'The same had every ambiguous bar been a loss';
comment on column generated_signals.r_if_win is 'The same had every ambiguous bar been a win';
comment on column generated_signals.mfe is 'Largest move in its favour while it was held, in units of the planned risk';
comment on column generated_signals.mae is 'Largest move against it while it was held, in units of the planned risk';
comment on column generated_signals.bars_held is 'Bars of the trading timeframe after the one that filled it';
comment on column generated_signals.bars_missing is 'Bars of its span that the market should have had and nobody stored';
comment on column generated_signals.cost_pct is 'Spread and fees of the round trip in percent of the fill price, as they were configured when it was judged';
comment on column generated_signals.decided_at is 'Close of the bar that decided it; null while it lives';
comment on column generated_signals.probability is 'Of R > 0 given a fill, by the calibration in force when it was given';
comment on column generated_signals.calibration is 'Version of that calibration';

-- Those that are to be looked at again, and those that statistics are made of.
create index generated_signals_living on generated_signals (origin, signal_timestamp, id)
  where signal_type in ('LONG', 'SHORT') and (outcome is null or outcome = 'PENDING');
create index generated_signals_judged on generated_signals (origin, schedule, decided_at) where decided_at is not null;

create table outcome_changes (
  signal_id text not null references generated_signals on delete cascade,
  changed_at timestamptz not null default clock_timestamp(),
  outcome signal_outcome not null,
  exit_reason exit_reason not null,
  fill_price float8,
  exit_price float8,
  r float8,
  decided_at timestamptz,
  primary key (signal_id, changed_at)
);
comment on table outcome_changes is 'Outcomes that had been final and are others now, since bars were revised or came late';
comment on column outcome_changes.signal_id is 'Signal that was judged anew';
comment on column outcome_changes.changed_at is 'Until when it had this outcome, by the database clock';
comment on column outcome_changes.outcome is 'What it had been';
comment on column outcome_changes.exit_reason is 'What had ended it';
comment on column outcome_changes.fill_price is 'Price at which it had filled';
comment on column outcome_changes.exit_price is 'Price at which it had ended';
comment on column outcome_changes.r is 'Its result in units of the planned risk';
comment on column outcome_changes.decided_at is 'Close of the bar that had decided it';
