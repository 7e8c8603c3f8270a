#!/bin/sh
# load.sh - loads a folder of rows (dbcache export --to=jsonl --output=FOLDER/) into PostgreSQL.
# usage: load.sh FOLDER       psql's own variables, as PGDATABASE, say where.
# The table host comes last: until then nobody sees the new states.
set -e
here=$(dirname "$0")
for table in pif bond vlan tunnel network pool members other_config finding host; do
    psql -q -v table="$table" -f "$here/load.sql" <"$1/$table.jsonl"
done
