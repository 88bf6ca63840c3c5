-- From score to probability: the maps that say how often signals of a confidence came good, each with what it was made of.

create table calibrations (
  origin origin not null,
  schedule text not null check (schedule <> ''),
  number integer not null check (number > 0),
  version text not null check (version <> ''),
  kind text not null check (kind in ('identity', 'platt', 'isotonic')),
  map jsonb not null,
  cases jsonb not null check (jsonb_typeof(cases) = 'array'),
  fills integer not null check (fills >= 0),
  known_until timestamptz check (isfinite(known_until)),
  in_force_from timestamptz not null check (isfinite(in_force_from)),
  fitted_at timestamptz not null,
  reason text not null check (reason <> ''),
  primary key (origin, schedule, number),
  constraint calibrations_walk_forward check (known_until < in_force_from)
);
comment on table calibrations is 'Maps from confidence to the probability of R > 0 given a fill, each made of nothing but outcomes that were known before it came into force';
comment on column calibrations.origin is 'Of the signals that it was fitted on and speaks of';
comment on column calibrations.schedule is 'Schedule whose signals these are';
comment on column calibrations.number is 'Of the schedule the first, the second and so on: of two workers that fit at once one writes';
comment on column calibrations.version is 'Hash of the map, by which signals name it';
comment on column calibrations.kind is 'identity: the confidence as it is, which gives no probability; platt: a logistic curve; isotonic: rising steps';
comment on column calibrations.map is 'The map as it is applied, with its log loss out of sample';
comment on column calibrations.cases is 'How many of its fills had a confidence from 0 to 0.1, from there to 0.2 and so on';
comment on column calibrations.fills is 'Fills that it was fitted on';
comment on column calibrations.known_until is 'When the last of these was known: close of the bar that decided it; null without fills';
comment on column calibrations.in_force_from is 'First bar close whose signals are told by it: live since it was fitted, in a replay that of the signal for which it was due';
comment on column calibrations.fitted_at is 'When it was fitted, by the database clock';
comment on column calibrations.reason is 'Why it is of this kind';

alter table generated_signals add column odds text check (odds <> '');
comment on column generated_signals.odds is 'What calibration said of it when it was given, in words; without a probability why there is none';
