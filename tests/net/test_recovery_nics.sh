#!/bin/bash
# test_recovery_nics.sh - runs the chapter of doc/recovery.md about a disk that was moved to another
# machine: the cache is sound, and none of the machine's three NICs is in it.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"

fixtures=$here/../../fixtures/recovery
# The cache as the chapters before leave it: mended, with the right gateway.
sed 's/192\.0\.3\.1/192.0.2.1/' "$fixtures/network.dbcache" >/var/xapi/network.dbcache
dbcache repair >/dev/null
rm -f /var/xapi/dbcache-history.db
cp "$fixtures/xensource-inventory" /etc/
echo openvswitch >/etc/xensource/network.conf
plug eth0 00:16:3e:90:00:20 p0
plug eth1 00:16:3e:90:00:21 p1
plug eth2 00:16:3e:90:00:22 p2
start_ovs
python3 "$here/../cli/recovery.py" 10 10
