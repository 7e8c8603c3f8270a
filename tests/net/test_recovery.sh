#!/bin/bash
# test_recovery.sh - runs doc/recovery.md on the host that it describes: a real switch, two NICs, a
# damaged cache.  test_recovery_nics.sh runs its last chapter, which is about another machine.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"

fixtures=$here/../../fixtures/recovery
cp "$fixtures"/{network.dbcache,state.db,networkd.db} /var/xapi/
cp "$fixtures/xensource-inventory" /etc/
echo openvswitch >/etc/xensource/network.conf
plug eth0 00:16:3e:70:00:10 p0
plug eth1 00:16:3e:70:00:11 p1
start_ovs
python3 "$here/../cli/recovery.py" 1 9
