-- A state reads each bar once, so what a run saw of a bar is what that was when its states read it, not when it ran.

alter table prediction_runs add column bars_read_since timestamptz check (isfinite(bars_read_since));
comment on column prediction_runs.bars_read_since is 'From when on its states had read their bars; null for runs that did not keep it';
