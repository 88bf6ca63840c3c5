-- How long messages take: from when a destination wanted them, not from before its quiet hours ended; and runs by the time
-- that performance is asked of.

alter table outbox add column not_before timestamptz;
comment on column outbox.not_before is 'When its destination wanted it first, such as the end of quiet hours; null for at once';

create index prediction_runs_slot on prediction_runs (slot_at) where origin = 'LIVE';
create index outbox_told on outbox (run_id) where state = 'done' and run_id is not null;
