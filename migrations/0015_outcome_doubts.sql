-- Finding outcomes that may be others now goes from what changed to the signals that it changes, without reading all of these.

create index generated_signals_ended on generated_signals (origin, symbol, decided_at)
  include (id, schedule, signal_timestamp, evaluated_at, cost_pct, bars_missing) where decided_at is not null;

drop index generated_signals_closes;
create index generated_signals_closes on generated_signals (closes_signal_id, signal_timestamp) where closes_signal_id is not null;
