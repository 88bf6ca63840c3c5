-- Calendars of more markets. A new word may be used by the statements of a later script only.

alter type calendar_name add value '24-5';
alter type calendar_name add value 'FX';
alter type calendar_name add value 'CMES';
alter type calendar_name add value 'XLON';
alter type calendar_name add value 'XETR';
alter type calendar_name add value 'XTKS';
