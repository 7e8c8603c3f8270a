/* Loads the rows of one table; those that are there already stay as they are.
   psql -v table=pif -f load.sql <pif.jsonl
   No line of JSON has a control character, so a line is one cell of this CSV. */
\set ON_ERROR_STOP on
BEGIN;
CREATE TEMP TABLE load (line json) ON COMMIT DROP;
\copy load FROM pstdin (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
INSERT INTO fleet.:"table"
SELECT r.* FROM load, json_populate_record(NULL::fleet.:"table", line) AS r
ON CONFLICT DO NOTHING;
\set new :ROW_COUNT
COMMIT;
\echo :table: :new new
