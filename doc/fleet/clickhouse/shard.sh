#!/bin/sh
# shard.sh - turns the tables of one server into its share of those of the cluster `fleet`.
# usage: shard.sh OPTION...       OPTION: of clickhouse-client, as --host
# Once on each server, after `dbcache export --schema=clickhouse` there.  A row goes to the server
# that its hash says, so that a row that is loaded again meets itself there.
set -e
for table in pif bond vlan tunnel network pool members other_config finding host; do
    clickhouse-client "$@" --multiquery <<END
CREATE DATABASE IF NOT EXISTS shard;
RENAME TABLE fleet.$table TO shard.$table;
CREATE TABLE fleet.$table AS shard.$table
    ENGINE = Distributed(fleet, shard, $table, cityHash64("hash"));
END
done
