-- Outcomes are looked at only when what they are judged by is whole, and maps are fitted anew only when one is another one.

alter table instruments add column restating_at timestamptz;
comment on column instruments.restating_at is 'When bars of it were last brought to the prices after a split that is not recorded yet; null where there is none';

alter table generated_signals add column found_at timestamptz;
comment on column generated_signals.found_at is 'Since when its final outcome is what it is, by the database clock; null while it lives, and where it was found before this was kept';

alter table calibrations add column just_found integer not null default 0 check (just_found >= 0);
comment on column calibrations.just_found is 'Of its fills, how many had been found in the ten seconds before it was fitted: what was written in these may not have been seen';

alter table outbox add column ends jsonb check (jsonb_typeof(ends) = 'array');
comment on column outbox.ends is 'Of an outcome message: what it says became of its signals; null where that was not kept';
