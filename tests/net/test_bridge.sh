#!/bin/bash
# test_bridge.sh - interface-reconfigure on the Linux bridge, with our own ifup: a NIC by DHCP and
# static; where the kernel has them also a VLAN, a bond and a VLAN on the bond.  The physical switch
# is an Open vSwitch at the other end of the wires.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"

kernel_has() { # TYPE of ip link; for vlan, eth0 must exist
    case $1 in
    vlan) ip link add link eth0 name probe type vlan id 2 2>/dev/null ;;
    *) ip link add name probe type "$1" 2>/dev/null ;;
    esac || return 1
    ip link del probe
}

only_nics_left() {
    local rest
    rest=$(ip -br link | awk '{ print $1 }' | grep -Ev '^(lo|eth[0-9]+@.*|bonding_masters)$')
    echo "devices left: $rest"
    [ -z "$rest" ]
}

attribute() { # PATH VALUE
    echo "$1: $(cat "/sys/class/net/$1")"
    [ "$(cat "/sys/class/net/$1")" = "$2" ]
}

active_slave() {
    cat /sys/class/net/bond0/bonding/active_slave
}

changed_from() {
    [ -n "$(active_slave)" ] && [ "$(active_slave)" != "$1" ]
}

fails_over() {
    local nic end
    nic=$(active_slave)
    end=p${nic#eth}
    ip -n peer link set "$end" down
    # The switch learns the new way from the first packet.
    within 10 changed_from "$nic" && within 5 ping -q -c 1 -W 1 10.99.1.2 && pings 10.99.1.2
    local status=$?
    ip -n peer link set "$end" up
    return $status
}

if ! kernel_has bridge; then
    skip "bridge: this kernel has no Linux bridge"
    exit 0
fi
net_host bridge 4
peer_switch p0 p1 p2
peer_host v0 0 10.99.0.2/24 10.99.1.2/24
peer_host v123 123 10.99.123.2/24
peer_host v4 4 10.99.4.2/24
dhcp_server p3 10.99.3.2/24 10.99.3.50 10.99.3.60

check "NIC: up" interface-reconfigure --no-syslog --management --force xenbr0 up
check "NIC: address" has_address xenbr0 10.99.0.1/24
check "NIC: forward delay" attribute xenbr0/bridge/forward_delay 0
check "NIC: spanning tree" attribute xenbr0/bridge/stp_state 0
check "NIC: packets pass" pings 10.99.0.2

check "DHCP: up" force xenbr3 up
check "DHCP: address" has_address xenbr3 10.99.3.
check "DHCP: packets pass" pings 10.99.3.2
check "DHCP: default route stays with its owner" not grep -q xenbr3 <(ip route show default)
check "DHCP: down" force xenbr3 down

if kernel_has vlan; then
    check "VLAN: up" force xapi123 up
    check "VLAN: packets pass" pings 10.99.123.2
    check "VLAN: the tag is on the wire" tag_on_wire p0 123 10.99.123.2
    check "VLAN: down" force xapi123 down
else
    skip "VLAN: this kernel has no VLAN devices (module 8021q)"
fi
check "NIC: down" force xenbr0 down
check "NIC: nothing is left" only_nics_left

if ! kernel_has bond; then
    skip "bond: this kernel has no bonding"
    exit 0
fi
check "bond: up" force xapi0 up
check "bond: packets pass" pings 10.99.1.2
check "bond: mode" attribute bond0/bonding/mode "active-backup 1"
check "bond: goes on when a wire is cut" fails_over
if kernel_has vlan; then
    check "VLAN on bond: up" force xapi4 up
    check "VLAN on bond: packets pass" pings 10.99.4.2
    nic=$(active_slave)
    check "VLAN on bond: the tag is on the wire" tag_on_wire "p${nic#eth}" 4 10.99.4.2
    check "VLAN on bond: down" force xapi4 down
fi
check "bond: down" force xapi0 down
check "bond: nothing is left" only_nics_left

# balance-slb is XenServer's own mode, which other kernels do not have.
sed -i 's|<bond-mode>active-backup<|<bond-mode>balance-slb<|' /var/xapi/network.dbcache
check "balance-slb: up" force xapi0 up
check "balance-slb: active-backup instead" attribute bond0/bonding/mode "active-backup 1"
check "balance-slb: packets pass" pings 10.99.1.2
check "balance-slb: down" force xapi0 down
