-- Outcomes are looked at only when what they are judged by is whole, and maps are fitted anew only when one is another one.

alter table instruments add column restating_at timestamptz;
comment on column instruments.restating_at is 'When bars of it were last brought to the prices after a split that is not recorded yet; null where there is none';
