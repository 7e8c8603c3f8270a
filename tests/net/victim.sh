#!/bin/sh
# victim.sh ARGUMENT... - interface-reconfigure, which the database's next answer kills (late, of
# ovsdb_netdev.py).
echo "kill -9 $$" >/run/ovsdb.race
exec interface-reconfigure --no-syslog "$@"
