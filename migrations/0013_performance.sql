-- How long messages take: from when a destination wanted them, not from before its quiet hours ended.

alter table outbox add column not_before timestamptz;
comment on column outbox.not_before is 'When its destination wanted it first, such as the end of quiet hours; null for at once';
