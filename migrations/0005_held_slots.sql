-- The few slots that are held, which each claim, each pass and each report look for among all that ever were.

create index slots_held on slots (schedule, origin, slot_at) where state = 'running';
