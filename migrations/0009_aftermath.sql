-- What is found out after a run: bars that came late, bars that were revised, and what this changes about signals.

alter table slots add column late_until timestamptz;
comment on column slots.late_until is 'Until when a worker analyses symbols whose bars came late, and nobody may claim a newer slot; null when none does';
drop index slots_held;
create index slots_held on slots (schedule, origin, slot_at) where state = 'running' or late_until is not null;

alter table prediction_runs add column bars_revised integer not null default 0 check (bars_revised >= 0);
alter table prediction_runs add column without_data text[] not null default '{}';
comment on column prediction_runs.without_data is 'Symbols that had no bar, which are looked for until it comes';
comment on column prediction_runs.bars_revised is 'How many bars that it used were revised, or came, after it';

create table late_analyses (
  run_id text not null references prediction_runs on delete cascade,
  symbol text not null check (symbol <> ''),
  late_ms float8 not null check (late_ms >= 0 and late_ms < 'Infinity'),
  gate jsonb check (jsonb_typeof(gate) = 'object'),
  analysed_at timestamptz not null default clock_timestamp(),
  primary key (run_id, symbol)
);
comment on table late_analyses is 'Symbols that had no bar when their slot was run, and were analysed once when it came';
comment on column late_analyses.run_id is 'Run that found no bar';
comment on column late_analyses.symbol is 'Symbol as the source spells it';
comment on column late_analyses.late_ms is 'How long after the bar could be had the symbol was analysed';
comment on column late_analyses.gate is 'The first gate that stopped it, with the numbers; null for a signal';
comment on column late_analyses.analysed_at is 'When, by the database clock';

alter table generated_signals
  add column late_ms float8 check (late_ms >= 0 and late_ms < 'Infinity');
comment on column generated_signals.late_ms is 'How late the bar of its symbol alone was; null when it came with the others';

create type signal_notice_kind as enum ('CORRECTED', 'ADJUSTED');
create table signal_notices (
  id text primary key check (id <> ''),
  signal_id text not null references generated_signals on delete cascade,
  run_id text not null references prediction_runs on delete cascade,
  kind signal_notice_kind not null,
  detail text not null check (detail <> ''),
  noticed_at timestamptz not null default clock_timestamp()
);
create index signal_notices_signal on signal_notices (signal_id);
create index signal_notices_run on signal_notices (run_id);
comment on table signal_notices is 'What became known about a signal after it was given';
comment on column signal_notices.id is 'Made of signal, kind and slot: the same notice is the same row';
comment on column signal_notices.signal_id is 'Signal that it is about';
comment on column signal_notices.run_id is 'Run that found it';
comment on column signal_notices.kind is 'CORRECTED: revised bars would have changed it; ADJUSTED: its prices were adjusted for a split or roll';
comment on column signal_notices.detail is 'What was, and what is now, in one line';
comment on column signal_notices.noticed_at is 'When, by the database clock';
