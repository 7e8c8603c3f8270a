#!/bin/bash
# test_old_schema.sh - a real ovsdb-server with the schema of Open vSwitch 1.4: up, a second up, a
# change, undo and down work.  When a column that is needed is missing, the error names it and
# nothing is changed.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

# start_old [TABLE.COLUMN...] - starts Open vSwitch with the old schema, without these columns.
start_old() {
    python3 "$here/old_schema.py" "$@" >/run/old.ovsschema
    OVS_SCHEMA=/run/old.ovsschema ovs_daemons /run/openvswitch 2>/dev/null
    within 10 test -e /run/openvswitch/ovs-vswitchd.pid
}

stop_old() {
    local name device
    for name in ovs-vswitchd ovsdb-server; do
        kill "$(cat /run/openvswitch/$name.pid)"
        within 10 not test -e /run/openvswitch/$name.pid
    done
    rm -f /run/openvswitch/* /etc/sysconfig/network-scripts/*
    for device in xenbr0 xapi123 xapi0 xapi4 bond0; do
        ip link del $device 2>/dev/null
    done
}

# nothing_to_do BRIDGE - a run finds no difference and writes nothing.
nothing_to_do() {
    : >/run/ovsdb.log
    exits 0 force "$1" up --detailed-exit-codes && [ "$(writes)" = 0 ]
}

net_host openvswitch 4
start_old
peer_switch p0 p1 p2
peer_host v0 0 10.99.0.2/24 10.99.1.2/24
peer_host v123 123 10.99.123.2/24
check "the schema is an old one" not grep -qw error \
    <(ovsdb-client list-columns unix:/run/openvswitch/db.sock Open_vSwitch Interface)
check "four bridges come up" bring_all_up
check "packets pass" within 10 ping -c 1 -W 1 10.99.0.2
check "packets pass on the VLAN" within 10 ping -c 1 -W 1 10.99.123.2
check "packets pass on the bond" within 10 ping -c 1 -W 1 10.99.1.2
for bridge in $bridges; do
    check "second up of $bridge: nothing to do" nothing_to_do "$bridge"
done
ovs-vsctl set Bridge xenbr0 fail_mode=secure external_ids:theirs=1 -- set Port bond0 bond_updelay=5
check "a change is made" force xenbr0 up
check "a change is made: so" column Bridge xenbr0 fail_mode standalone
check "a change of the bond is made" force xapi0 up
check "a change of the bond is made: so" column Port bond0 bond_updelay 31000
ovs-vsctl set Bridge xenbr0 fail_mode=secure
cache_says '10\.99\.0\.1<' '10.99.0.9<'
dump >/run/before
mount --bind /bin/false $libexec/ifup
check "ifup fails" exits 1 force xenbr0 up
umount $libexec/ifup
check "ifup fails: all is as before" same_as /run/before
check "a bond's NIC goes to its own bridge" force xenbr1 up --take-over
dump --rows >/run/before
check "down and back" force xapi123 down --confirm 60
check "down and back: taken back" interface-reconfigure --no-syslog revert
check "down and back: all is there" diff <(grep -v ^row /run/before) <(dump)
check "down" force xapi123 down
check "down: gone" not ovs-vsctl br-exists xapi123
stop_old

start_old Port.lacp
check "no column for LACP: a bridge without a bond comes up" force xenbr0 up
dump --rows >/run/before
check "no column for LACP: a bond says so" says 'No column lacp in table Port' force xapi0 up
check "no column for LACP: exit status 1" exits 1 force xapi0 up
check "no column for LACP: nothing is changed" same_as /run/before --rows
