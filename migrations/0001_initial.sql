-- The tables of dgas. Times are timestamptz; prices are float8, so what was computed is what is read back.
-- NaN sorts above every number, so each check of a float8 also has an upper bound of Infinity.

create type timeframe as enum ('1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w');
create type calendar_name as enum ('24/7', 'XNYS');
create type price_basis as enum ('raw', 'split', 'total');
create type origin as enum ('LIVE', 'REPLAY', 'DEMO');
create type slot_state as enum ('running', 'done', 'late', 'missed', 'failed');
create type slot_reason as enum ('overlap', 'too_old', 'backlog', 'no_data', 'error');
create type run_status as enum ('SUCCESS', 'PARTIAL', 'FAILED');
create type signal_type as enum ('LONG', 'SHORT', 'EXIT_LONG', 'EXIT_SHORT');
create type signal_tier as enum ('HIGH', 'MEDIUM', 'LOW');
create type direction as enum ('UP', 'DOWN', 'NEUTRAL');
create type market_state as enum ('TREND', 'CONGESTION_ENTRANCE', 'CONGESTION_ACTION', 'CONGESTION_EXIT', 'REVERSAL');
create type signal_outcome as enum ('WIN', 'LOSS', 'NEUTRAL', 'PENDING');
create type exit_reason as enum ('TARGET', 'STOP', 'EXIT', 'TIME', 'UNFILLED');
create type aggregation_period as enum ('hourly', 'daily', 'weekly', 'monthly');
create type scheduler_status as enum ('IDLE', 'RUNNING', 'STOPPED', 'ERROR');
create type outbox_state as enum ('pending', 'leased', 'done', 'held', 'dead', 'expired', 'suppressed');

create table instruments (
  id integer generated always as identity primary key,
  source text not null check (source <> ''),
  symbol text not null check (symbol <> ''),
  calendar calendar_name not null,
  tick float8 check (tick > 0 and tick < 'Infinity'),
  basis price_basis not null,
  simulated boolean not null,
  unique (source, symbol)
);
create index instruments_symbol on instruments (symbol);
comment on table instruments is 'What is watched: one symbol of one source';
comment on column instruments.id is 'Number by which bars refer to it';
comment on column instruments.source is 'Name of the source in the configuration';
comment on column instruments.symbol is 'Symbol as the source spells it';
comment on column instruments.calendar is 'Trading calendar whose sessions its bars follow';
comment on column instruments.tick is 'Smallest price step; null when not known';
comment on column instruments.basis is 'Adjustment of its prices: none, splits, or splits and dividends';
comment on column instruments.simulated is 'True for prices that a generator made';

create table bars (
  instrument_id integer not null references instruments on delete cascade,
  timeframe timeframe not null,
  open_time timestamptz not null check (isfinite(open_time)),
  close_time timestamptz not null check (isfinite(close_time)),
  open float8 not null,
  high float8 not null,
  low float8 not null,
  close float8 not null,
  volume float8 not null check (volume >= 0 and volume < 'Infinity'),
  revision integer not null default 0 check (revision >= 0),
  primary key (instrument_id, timeframe, open_time),
  constraint bars_times check (open_time < close_time),
  constraint bars_open check (open > 0 and open < 'Infinity'),
  constraint bars_high check (high > 0 and high < 'Infinity'),
  constraint bars_low check (low > 0 and low < 'Infinity'),
  constraint bars_close check (close > 0 and close < 'Infinity'),
  constraint bars_range check (low <= open and low <= close and open <= high and close <= high)
);
comment on table bars is 'Closed bars, as delivered and as built from finer ones';
comment on column bars.instrument_id is 'Instrument whose prices these are';
comment on column bars.timeframe is 'Nominal length';
comment on column bars.open_time is 'Start, inclusive; with instrument and timeframe it identifies the bar';
comment on column bars.close_time is 'End, exclusive; the bar may be read from then on';
comment on column bars.open is 'First price';
comment on column bars.high is 'Highest price';
comment on column bars.low is 'Lowest price';
comment on column bars.close is 'Last price';
comment on column bars.volume is 'Traded volume in the units of the source';
comment on column bars.revision is 'How often its values changed after it was first stored';

create table quarantined_bars (
  instrument_id integer not null references instruments on delete cascade,
  timeframe timeframe not null,
  open_time timestamptz not null,
  reason text not null check (reason <> ''),
  open float8 not null,
  high float8 not null,
  low float8 not null,
  close float8 not null,
  volume float8 not null,
  detail text not null,
  times_seen integer not null default 1 check (times_seen > 0),
  quarantined_at timestamptz not null default now(),
  primary key (instrument_id, timeframe, open_time, reason)
);
comment on table quarantined_bars is 'Rows of a source that are not fit to be bars, once per reason';
comment on column quarantined_bars.instrument_id is 'Instrument that the source delivered it for';
comment on column quarantined_bars.timeframe is 'Timeframe that was asked for';
comment on column quarantined_bars.open_time is 'Open time as delivered; -infinity when it was no instant';
comment on column quarantined_bars.reason is 'Which rule it broke';
comment on column quarantined_bars.open is 'As delivered, NaN and infinities included';
comment on column quarantined_bars.high is 'As delivered, NaN and infinities included';
comment on column quarantined_bars.low is 'As delivered, NaN and infinities included';
comment on column quarantined_bars.close is 'As delivered, NaN and infinities included';
comment on column quarantined_bars.volume is 'As delivered, NaN and infinities included';
comment on column quarantined_bars.detail is 'What was found and what is expected, in words';
comment on column quarantined_bars.times_seen is 'How often it was delivered';
comment on column quarantined_bars.quarantined_at is 'When it was delivered last';

create table slots (
  schedule text not null check (schedule <> ''),
  origin origin not null,
  slot_at timestamptz not null check (isfinite(slot_at)),
  state slot_state not null,
  reason slot_reason,
  owner text not null check (owner <> ''),
  fence integer not null check (fence > 0),
  lease_until timestamptz not null,
  updated_at timestamptz not null default now(),
  primary key (schedule, origin, slot_at),
  constraint slots_reason check ((state in ('missed', 'failed')) = (reason is not null))
);
comment on table slots is 'One bar close of one schedule, and what became of it';
comment on column slots.schedule is 'Name of the schedule in the configuration';
comment on column slots.origin is 'LIVE, or a replay or demo that owes nobody anything';
comment on column slots.slot_at is 'The bar close';
comment on column slots.state is 'running under a lease; all others are final';
comment on column slots.reason is 'Why it was missed or failed';
comment on column slots.owner is 'Worker that claimed it last: host, process, random part';
comment on column slots.fence is 'Rises with each claim; a finish under an older one is refused';
comment on column slots.lease_until is 'Until when a running slot is held';
comment on column slots.updated_at is 'Last change by the database clock';

create table prediction_runs (
  id text primary key check (id <> ''),
  schedule text not null check (schedule <> ''),
  slot_at timestamptz not null check (isfinite(slot_at)),
  origin origin not null,
  run_timestamp timestamptz not null check (isfinite(run_timestamp)),
  interval_type timeframe not null,
  symbols_requested integer not null check (symbols_requested >= 0),
  symbols_processed integer not null check (symbols_processed between 0 and symbols_requested),
  signals_generated integer not null check (signals_generated >= 0),
  execution_time_ms float8 not null check (execution_time_ms >= 0 and execution_time_ms < 'Infinity'),
  data_fetch_ms float8 not null check (data_fetch_ms >= 0 and data_fetch_ms < 'Infinity'),
  indicator_calc_ms float8 not null check (indicator_calc_ms >= 0 and indicator_calc_ms < 'Infinity'),
  signal_generation_ms float8 not null check (signal_generation_ms >= 0 and signal_generation_ms < 'Infinity'),
  notification_ms float8 not null check (notification_ms >= 0 and notification_ms < 'Infinity'),
  status run_status not null,
  errors text[] not null default '{}',
  gates jsonb not null default '[]' check (jsonb_typeof(gates) = 'array'),
  rules text not null check (rules <> '')
);
create index prediction_runs_recent on prediction_runs (origin, slot_at desc);
create index prediction_runs_schedule on prediction_runs (schedule, origin, slot_at desc);
create index prediction_runs_status on prediction_runs (status, origin, slot_at desc);
comment on table prediction_runs is 'One cycle of one schedule: what was asked, what came of it, how long each part took';
comment on column prediction_runs.id is 'Made of schedule, slot and origin: a repeat of a run is the same run';
comment on column prediction_runs.schedule is 'Name of the schedule in the configuration';
comment on column prediction_runs.slot_at is 'The bar close that the run is for';
comment on column prediction_runs.origin is 'LIVE, REPLAY or DEMO; only LIVE ones count unless asked for';
comment on column prediction_runs.run_timestamp is 'When it ran';
comment on column prediction_runs.interval_type is 'Trading timeframe';
comment on column prediction_runs.symbols_requested is 'Symbols of the universe';
comment on column prediction_runs.symbols_processed is 'Symbols that had their bar';
comment on column prediction_runs.signals_generated is 'Signals that were stored';
comment on column prediction_runs.execution_time_ms is 'Whole cycle, milliseconds';
comment on column prediction_runs.data_fetch_ms is 'Reading, validating and storing bars, milliseconds';
comment on column prediction_runs.indicator_calc_ms is 'Geometry, milliseconds';
comment on column prediction_runs.signal_generation_ms is 'Decisions, milliseconds';
comment on column prediction_runs.notification_ms is 'Rendering of messages, milliseconds';
comment on column prediction_runs.status is 'SUCCESS, PARTIAL when symbols or signals are missing, FAILED when all are';
comment on column prediction_runs.errors is 'What went wrong, one line each';
comment on column prediction_runs.gates is 'Per symbol without a signal: the first gate that stopped it, with the numbers';
comment on column prediction_runs.rules is 'Version of the thresholds';

create table generated_signals (
  id text primary key check (id <> ''),
  run_id text not null references prediction_runs on delete cascade,
  schedule text not null check (schedule <> ''),
  symbol text not null check (symbol <> ''),
  signal_type signal_type not null,
  signal_timestamp timestamptz not null check (isfinite(signal_timestamp)),
  entry_price float8 not null,
  stop_loss float8 not null,
  target_price float8 not null,
  confidence float8 not null,
  signal_strength float8 not null,
  timeframe_alignment float8 not null,
  risk_reward_ratio float8,
  tier signal_tier,
  htf_trend direction not null,
  trading_tf_state market_state not null,
  confluence_zones_count integer not null check (confluence_zones_count >= 0),
  pattern_context jsonb not null check (jsonb_typeof(pattern_context) = 'object'),
  closes_signal_id text references generated_signals on delete set null,
  rules text not null check (rules <> ''),
  origin origin not null,
  notification_sent boolean not null default false,
  notification_channels text[] not null default '{}',
  notification_timestamp timestamptz,
  outcome signal_outcome,
  exit_reason exit_reason,
  actual_high float8,
  actual_low float8,
  actual_close float8,
  pnl_pct float8,
  evaluated_at timestamptz,
  constraint generated_signals_entry check (entry_price > 0 and entry_price < 'Infinity'),
  constraint generated_signals_stop check (stop_loss > 0 and stop_loss < 'Infinity'),
  constraint generated_signals_target check (target_price > 0 and target_price < 'Infinity'),
  constraint generated_signals_confidence check (confidence between 0 and 1),
  constraint generated_signals_strength check (signal_strength between 0 and 1),
  constraint generated_signals_alignment check (timeframe_alignment between 0 and 1),
  constraint generated_signals_reward check (risk_reward_ratio >= 0 and risk_reward_ratio < 'Infinity'),
  constraint generated_signals_order check (
    case signal_type
      when 'LONG' then stop_loss < entry_price and entry_price < target_price
      when 'SHORT' then target_price < entry_price and entry_price < stop_loss
      else true
    end
  ),
  constraint generated_signals_closes check (closes_signal_id is null or signal_type in ('EXIT_LONG', 'EXIT_SHORT')),
  constraint generated_signals_notified check (notification_sent = (notification_timestamp is not null)),
  constraint generated_signals_evaluated check ((outcome is null) = (evaluated_at is null)),
  constraint generated_signals_exit check (exit_reason is null or outcome in ('WIN', 'LOSS', 'NEUTRAL')),
  constraint generated_signals_actual check (
    (actual_high is null or (actual_high > 0 and actual_high < 'Infinity')) and
    (actual_low is null or (actual_low > 0 and actual_low < 'Infinity')) and
    (actual_close is null or (actual_close > 0 and actual_close < 'Infinity'))
  ),
  constraint generated_signals_pnl check (pnl_pct > '-Infinity' and pnl_pct < 'Infinity')
);
create index generated_signals_recent on generated_signals (origin, signal_timestamp desc);
create index generated_signals_symbol on generated_signals (symbol, origin, signal_timestamp desc);
create index generated_signals_schedule on generated_signals (schedule, origin, symbol, signal_timestamp desc);
create index generated_signals_outcome on generated_signals (outcome, origin, signal_timestamp desc);
create index generated_signals_run on generated_signals (run_id);
create index generated_signals_closes on generated_signals (closes_signal_id) where closes_signal_id is not null;
comment on table generated_signals is 'Signals with the numbers that made them, their notification and their outcome';
comment on column generated_signals.id is 'Made of schedule, rules, symbol, bar close and type: the same signal is the same row';
comment on column generated_signals.run_id is 'Run that generated it';
comment on column generated_signals.schedule is 'Name of the schedule in the configuration';
comment on column generated_signals.symbol is 'Symbol as the source spells it';
comment on column generated_signals.signal_type is 'LONG or SHORT to enter, EXIT_LONG or EXIT_SHORT to leave';
comment on column generated_signals.signal_timestamp is 'Close of the bar that completed it';
comment on column generated_signals.entry_price is 'Limit price of the entry; of an exit the last close';
comment on column generated_signals.stop_loss is 'Price at which the idea is wrong';
comment on column generated_signals.target_price is 'Price at which it has worked';
comment on column generated_signals.confidence is '0..1';
comment on column generated_signals.signal_strength is '0..1';
comment on column generated_signals.timeframe_alignment is '0..1, how far the timeframes agree';
comment on column generated_signals.risk_reward_ratio is 'Planned reward over planned risk; null for an exit';
comment on column generated_signals.tier is 'HIGH, MEDIUM or LOW; null for an exit';
comment on column generated_signals.htf_trend is 'Direction of the higher timeframe';
comment on column generated_signals.trading_tf_state is 'State of the trading timeframe';
comment on column generated_signals.confluence_zones_count is 'Zones that more than one level made, near the price';
comment on column generated_signals.pattern_context is 'Levels, states, patterns, parts of the score, and the reason in one line';
comment on column generated_signals.closes_signal_id is 'Entry that this exit closes';
comment on column generated_signals.rules is 'Version of the thresholds';
comment on column generated_signals.origin is 'LIVE, REPLAY or DEMO; only LIVE ones notify';
comment on column generated_signals.notification_sent is 'True once a channel has taken it';
comment on column generated_signals.notification_channels is 'Channels that have taken it';
comment on column generated_signals.notification_timestamp is 'When the first of them took it';
comment on column generated_signals.outcome is 'What became of it; null before it was looked at, PENDING while bars are missing';
comment on column generated_signals.exit_reason is 'What ended it';
comment on column generated_signals.actual_high is 'Highest price over the holding period';
comment on column generated_signals.actual_low is 'Lowest price over the holding period';
comment on column generated_signals.actual_close is 'Close of the holding period';
comment on column generated_signals.pnl_pct is 'Percent of the fill price, after costs';
comment on column generated_signals.evaluated_at is 'When the outcome was decided last';

create table prediction_metrics (
  id text primary key check (id <> ''),
  metric_type text not null check (metric_type <> ''),
  metric_value float8 not null check (metric_value > '-Infinity' and metric_value < 'Infinity'),
  metric_timestamp timestamptz not null check (isfinite(metric_timestamp)),
  aggregation_period aggregation_period,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object')
);
create index prediction_metrics_type on prediction_metrics (metric_type, metric_timestamp desc);
comment on table prediction_metrics is 'Measured numbers about the work of the system';
comment on column prediction_metrics.id is 'Made of type, instant, period and metadata: a repeat is the same row';
comment on column prediction_metrics.metric_type is 'What was measured';
comment on column prediction_metrics.metric_value is 'The number';
comment on column prediction_metrics.metric_timestamp is 'When, or the start of the period';
comment on column prediction_metrics.aggregation_period is 'Null for a single measurement';
comment on column prediction_metrics.metadata is 'Of what: run, schedule, channel';

create table scheduler_state (
  id boolean primary key default true check (id),
  status scheduler_status not null default 'IDLE',
  last_run_timestamp timestamptz,
  next_scheduled_run timestamptz,
  current_run_id text,
  error_message text,
  updated_at timestamptz not null default now()
);
insert into scheduler_state default values;
comment on table scheduler_state is 'The worker''s view of itself, one row for all schedules';
comment on column scheduler_state.id is 'Always true: there is one row';
comment on column scheduler_state.status is 'IDLE, RUNNING, STOPPED or ERROR';
comment on column scheduler_state.last_run_timestamp is 'When the last run ran';
comment on column scheduler_state.next_scheduled_run is 'Next bar close that is owed';
comment on column scheduler_state.current_run_id is 'Run at work, which may not be stored yet';
comment on column scheduler_state.error_message is 'Why the status is ERROR';
comment on column scheduler_state.updated_at is 'Last change by the database clock';

create table outbox (
  id text primary key check (id <> ''),
  position bigint generated always as identity,
  run_id text references prediction_runs on delete cascade,
  channel text not null check (channel <> ''),
  destination text not null,
  kind text not null check (kind <> ''),
  signal_ids text[] not null default '{}',
  payload jsonb not null check (jsonb_typeof(payload) = 'object'),
  state outbox_state not null default 'pending',
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz,
  lease_token text,
  lease_until timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint outbox_lease check ((state = 'leased') = (lease_token is not null and lease_until is not null)),
  constraint outbox_finished check ((state in ('done', 'dead', 'expired', 'suppressed')) = (finished_at is not null))
);
create index outbox_pending on outbox (channel, position) where state = 'pending';
create index outbox_run on outbox (run_id);
comment on table outbox is 'Messages to deliver, rendered and immutable, written with the run that causes them';
comment on column outbox.id is 'Made of signal or slot, channel, destination and kind; receivers drop repeats by it';
comment on column outbox.position is 'Order in which messages should leave';
comment on column outbox.run_id is 'Run that caused it';
comment on column outbox.channel is 'Channel that delivers it';
comment on column outbox.destination is 'Address within the channel';
comment on column outbox.kind is 'What it tells';
comment on column outbox.signal_ids is 'Signals that it announces';
comment on column outbox.payload is 'The rendered message';
comment on column outbox.state is 'pending, leased or held; done, dead, expired and suppressed are final';
comment on column outbox.attempts is 'Deliveries tried';
comment on column outbox.next_attempt_at is 'Not before; null for at once';
comment on column outbox.lease_token is 'Whoever delivers it now';
comment on column outbox.lease_until is 'Until when it is theirs';
comment on column outbox.created_at is 'When it was written';
comment on column outbox.finished_at is 'When it came to its final state';

create table delivery_attempts (
  message_id text not null references outbox on delete cascade,
  attempt integer not null check (attempt > 0),
  attempted_at timestamptz not null default now(),
  status integer,
  duration_ms float8 not null check (duration_ms >= 0 and duration_ms < 'Infinity'),
  answer text check (length(answer) <= 1024),
  primary key (message_id, attempt)
);
comment on table delivery_attempts is 'Every try to deliver a message';
comment on column delivery_attempts.message_id is 'Message that was tried';
comment on column delivery_attempts.attempt is 'Number of the try, from 1';
comment on column delivery_attempts.attempted_at is 'When it began';
comment on column delivery_attempts.status is 'Status that the receiver answered; null when there was no answer';
comment on column delivery_attempts.duration_ms is 'How long it took, milliseconds';
comment on column delivery_attempts.answer is 'Beginning of the answer or of the error, without secrets';

create table api_keys (
  prefix text primary key check (prefix <> ''),
  name text not null,
  hash bytea not null unique check (length(hash) = 32),
  scopes text[] not null check (scopes <@ array['read', 'write', 'admin'] and cardinality(scopes) > 0),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table api_keys is 'Keys of the HTTP API; the key itself is shown once and never stored';
comment on column api_keys.prefix is 'Beginning of the key, by which people tell keys apart';
comment on column api_keys.name is 'What it is for';
comment on column api_keys.hash is 'SHA-256 of the key';
comment on column api_keys.scopes is 'read, write, admin';
comment on column api_keys.created_at is 'When it was made';
comment on column api_keys.expires_at is 'From when it is refused; null for never';
comment on column api_keys.last_used_at is 'When it was accepted last';
comment on column api_keys.revoked_at is 'When it was withdrawn';
