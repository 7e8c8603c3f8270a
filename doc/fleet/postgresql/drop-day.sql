/* Forgets a day (UTC) that has a part of its own:  psql -v day=2026-11-27 -f drop-day.sql */
\set ON_ERROR_STOP on
SELECT format('DROP TABLE fleet.%I', relname || to_char(:'day'::date, '_YYYYMMDD'))
FROM pg_partitioned_table JOIN pg_class ON oid = partrelid
WHERE relnamespace = 'fleet'::regnamespace
\gexec
