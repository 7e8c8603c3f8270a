/* Gives a day (UTC) a part of its own in every table:  psql -v day=2026-11-27 -f add-day.sql
   Before the day's rows are loaded: PostgreSQL moves none out of the part for the rest. */
\set ON_ERROR_STOP on
SELECT format('CREATE TABLE IF NOT EXISTS fleet.%I PARTITION OF fleet.%I'
              ' FOR VALUES FROM (%L) TO (%L)',
              relname || to_char(:'day'::date, '_YYYYMMDD'), relname,
              :'day'::date || ' 00:00:00+00', :'day'::date + 1 || ' 00:00:00+00')
FROM pg_partitioned_table JOIN pg_class ON oid = partrelid
WHERE relnamespace = 'fleet'::regnamespace
\gexec
