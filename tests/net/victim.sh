#!/bin/sh
# victim.sh ARGUMENT... - runs interface-reconfigure so that it is killed just before the database's
# next answer arrives (`late` of ovsdb_netdev.py).
echo "kill -9 $$" >/run/ovsdb.race
exec interface-reconfigure --no-syslog "$@"
