#!/bin/sh
# load.sh - loads a folder of rows (dbcache export --to=jsonl --output=FOLDER/) into ClickHouse.
# usage: load.sh FOLDER [OPTION...]       OPTION: of clickhouse-client
# The table host comes last: until then nobody sees the new states.
set -e
folder=$1
shift
for table in pif bond vlan tunnel network pool members other_config finding host; do
    [ ! -s "$folder/$table.jsonl" ] || # no rows are an error to ClickHouse
        clickhouse-client "$@" --query="INSERT INTO fleet.$table FORMAT JSONEachRow" \
            <"$folder/$table.jsonl"
done
