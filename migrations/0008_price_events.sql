-- Splits, dividends and rolls are known as such, so that they need not look like moves of price.

create type price_event_kind as enum ('split', 'dividend', 'roll');

create table price_events (
  instrument_id integer not null references instruments on delete cascade,
  kind price_event_kind not null,
  at timestamptz not null check (isfinite(at)),
  factor float8 not null check (factor > 0 and factor < 'Infinity'),
  amount float8 check (amount > 0 and amount < 'Infinity'),
  detail text not null,
  source text not null check (source <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (instrument_id, kind, at)
);
comment on table price_events is 'What changed the prices of an instrument without a trade';
comment on column price_events.instrument_id is 'Instrument whose prices changed';
comment on column price_events.kind is 'split, dividend, or roll of a future';
comment on column price_events.at is 'Open time of the first bar at the new prices; bars that open before have the old ones';
comment on column price_events.factor is 'What earlier prices are multiplied by to compare with later ones; 1 for a dividend';
comment on column price_events.amount is 'Dividend for each share, in the currency of the prices; null when not known';
comment on column price_events.detail is 'The same in words';
comment on column price_events.source is 'Who told of it: a source of the configuration, or the configuration itself';
comment on column price_events.recorded_at is 'When it was stored with these values, by the database clock';
