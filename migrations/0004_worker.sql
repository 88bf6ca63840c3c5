-- What a worker that was away owes: how late each run was, and which of its signals nobody was told of.

alter table prediction_runs add column late_ms float8 check (late_ms > 0 and late_ms < 'Infinity');
comment on column prediction_runs.late_ms is 'How long after its bar could be had it ran, when that was too late to be acted on as fresh; null for a run in time';

create index outbox_signals on outbox using gin (signal_ids);
