#!/bin/bash
# test_vswitch.sh - interface-reconfigure on the real Open vSwitch: a NIC, a VLAN, a bond and a VLAN
# on the bond come up from the cache, packets pass with the right tags, and all is removed again.
# The physical switch is a second Open vSwitch at the other end of the wires.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"

# Prints the peer's end of the active NIC of bond0: p1 or p2.
active_end() {
    ovs-appctl bond/show bond0 | sed -n 's/^active.* mac: .*(eth\(.\))$/p\1/p'
}

fails_over() {
    local end
    end=$(active_end)
    ip -n peer link set "$end" down
    # The switch learns the new way from the first packet.
    within 10 changed_from "$end" && within 5 ping -q -c 1 -W 1 10.99.1.2 && pings 10.99.1.2
    local status=$?
    ip -n peer link set "$end" up
    return $status
}

changed_from() {
    [ -n "$(active_end)" ] && [ "$(active_end)" != "$1" ]
}

# No tag on the management network.
untagged_on_wire() {
    local out
    out=$(mktemp)
    peer timeout 10 tcpdump -Z root -i p0 -e -n -l -c 1 icmp and host 10.99.0.2 >"$out" 2>&1 &
    within 5 grep -q 'listening on' "$out"
    ping -q -c 3 -i 0.3 10.99.0.2 >/dev/null
    wait $!
    cat "$out"
    grep -q 'ICMP echo' "$out" && ! grep -q vlan "$out"
}

# The datapath is the userspace one with the wrapper of ovs-vsctl, and the kernel's without.
as_wanted() {
    local want=system@
    cmp -s /run/ovs-vsctl.real /usr/bin/ovs-vsctl || want=netdev@
    ovs-appctl dpctl/show
    ovs-appctl dpctl/show | grep -q "^$want"
}

only_nics_left() {
    local rest
    rest=$(ip -br link | awk '{ print $1 }' | grep -Ev '^(lo|eth[0-9]+@.*)$')
    echo "devices left: $rest; bridges left: $(ovs-vsctl list-br)"
    [ -z "$rest" ] && [ -z "$(ovs-vsctl list-br)" ]
}

net_host openvswitch 3
start_ovs
peer_switch p0 p1 p2
peer_host v0 0 10.99.0.2/24 10.99.1.2/24
peer_host v123 123 10.99.123.2/24
peer_host v4 4 10.99.4.2/24

check "NIC: up" interface-reconfigure --no-syslog --management --force xenbr0 up
check "NIC: the datapath" as_wanted
check "NIC: address" has_address xenbr0 10.99.0.1/24
check "NIC: packets pass" pings 10.99.0.2
check "NIC: no tag on the wire" untagged_on_wire
check "NIC: default route" grep -q 'via 10.99.0.2 dev xenbr0' <(ip route show default)
check "NIC: resolv.conf" grep -qx 'search lab.example' /etc/resolv.conf

check "VLAN: up" force xapi123 up
check "VLAN: packets pass" pings 10.99.123.2
check "VLAN: the tag is on the wire" tag_on_wire p0 123 10.99.123.2
check "VLAN: the network below still works" pings 10.99.0.2

check "bond: up" force xapi0 up
check "bond: packets pass" pings 10.99.1.2
check "bond: goes on when a wire is cut" fails_over

check "VLAN on bond: up" force xapi4 up
check "VLAN on bond: packets pass" pings 10.99.4.2
check "VLAN on bond: the tag is on the wire" tag_on_wire "$(active_end)" 4 10.99.4.2
check "VLAN on bond: the bond still works" pings 10.99.1.2

check "a second up changes nothing" force xapi4 up
check "a second up: packets pass" pings 10.99.4.2

for bridge in xapi4 xapi0 xapi123 xenbr0; do
    check "down: $bridge" force $bridge down
done
check "down: nothing is left" only_nics_left

mode=vswitch-controller-fail-mode
sed -i "/<pool /,\$s|<other_config/>|<other_config><$mode>secure</$mode></other_config>|" \
    /var/xapi/network.dbcache
check "secure: up" interface-reconfigure --no-syslog --management --force xenbr0 up
check "secure: the bridge is" grep -qx secure <(ovs-vsctl get-fail-mode xenbr0)
check "secure: management packets pass" pings 10.99.0.2
check "secure: down" force xenbr0 down
check "secure: nothing is left" only_nics_left
check "secure: resolv.conf is as before" not grep -q . /etc/resolv.conf
