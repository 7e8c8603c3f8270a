#!/bin/bash
# test_in_use.sh - each reason, by itself, why a bridge counts as in use: a port that is neither its
# uplink nor its own, an address that our programs did not set, a VLAN on it, each of the
# inventory's two lines.  Without --take-over such a bridge is not deleted for another interface,
# nor by down.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

inventory() { # LINE...
    printf '%s\n' "PRODUCT_BRAND='XenServer'" "$@" >/etc/xensource-inventory
}

# used NAME TEXT MAKE UNDO - xapi0 is in the way of xenbr1, and in use because of what MAKE does.
used() {
    local name=$1 text=$2
    eval "$3"
    dump --rows >/run/before
    check "$name: refused, and named" says "in use by $text" force xenbr1 up
    check "$name: refused: exit status 1" exits 1 force xenbr1 up
    check "$name: refused: all is as before" same_as /run/before --rows
    eval "$4"
}

net_host openvswitch 4
start_ovs
inventory
check "the bond comes up" force xapi0 up

theirs='ovs-vsctl add-port xapi0 theirs -- set Interface theirs type=internal'
used "a port" "port theirs" "$theirs" 'ovs-vsctl del-port theirs'
used "a port with a tag" "port theirs" "$theirs -- set Port theirs tag=9" \
    'ovs-vsctl del-port theirs'
used "an address" "address 192.0.2.77/32" 'ip addr add 192.0.2.77/32 dev xapi0' \
    'ip addr del 192.0.2.77/32 dev xapi0'
used "an address of its own net" "address 10.99.1.78/24" 'ip addr add 10.99.1.78/24 dev xapi0' \
    'ip addr del 10.99.1.78/24 dev xapi0'
used "an IPv6 address" "address 2001:db8::7/64" 'ip addr add 2001:db8::7/64 dev xapi0 nodad' \
    'ip addr del 2001:db8::7/64 dev xapi0'
used "a VLAN of ours" "VLAN bridge xapi4" 'force xapi4 up 2>/run/out' 'force xapi4 down 2>/run/out'
used "a VLAN of others" "VLAN bridge theirs" 'ovs-vsctl add-br theirs xapi0 7' \
    'ovs-vsctl del-br theirs'
used "management" "the host's management (MANAGEMENT_INTERFACE)" \
    'inventory "MANAGEMENT_INTERFACE=xapi0"' inventory
used "a current interface" "the host (CURRENT_INTERFACES)" \
    "inventory 'CURRENT_INTERFACES=\"xenbr0 xapi0\"'" inventory

# What does not count: its uplink, its own device, the addresses that we, a router or the kernel
# gave it.
ip addr add 2001:db8::8/64 dev xapi0 valid_lft 600 preferred_lft 600
rm /etc/sysconfig/network-scripts/ifcfg-xapi0
check "nobody uses it: it goes without a word" force xenbr1 up
check "nobody uses it: it is gone" not ovs-vsctl br-exists xapi0
check "back, with a word" force xapi0 up --take-over
inventory MANAGEMENT_INTERFACE=xapi0
check "--take-over: goes, whoever uses it" force xenbr1 up --take-over
check "--take-over: it is gone" not ovs-vsctl br-exists xapi0
inventory

# A DHCP client's address does not count, either.
dhcp_server p3 10.99.3.2/24 10.99.3.50 10.99.3.60
check "DHCP: up" force xenbr3 up
check "DHCP: the address" within 10 has_address xenbr3 "10.99.3.[56]"
check "DHCP: down, since nobody uses it" force xenbr3 down
check "DHCP: gone" not ovs-vsctl br-exists xenbr3

# Down leaves a bridge that others use, with what is theirs on it.
left() { # NAME TEXT MAKE UNDO
    check "down, $1: up first" force xapi0 up --take-over
    eval "$3"
    check "down, $1: left" says "Leaving datapath xapi0 up: it is in use by $2" force xapi0 down
    check "down, $1: it is there" ovs-vsctl br-exists xapi0
    check "down, $1: our address is gone" not has_address xapi0 10.99.1.1/24
    eval "$4"
    check "down, $1: then it goes" force xapi0 down
    check "down, $1: gone" not ovs-vsctl br-exists xapi0
}
left "a port" "port theirs" "$theirs" 'ovs-vsctl del-port theirs'
theirs_is_there() {
    ip addr show dev xapi0
    ip route show dev xapi0
    has_address xapi0 192.0.2.77/24 && ip -6 addr show dev xapi0 | grep -q 2001:db8::7/64 &&
        ip route show dev xapi0 | grep -q '198.51.100.0/24 via 192.0.2.9' &&
        ip -br link show dev xapi0 | grep -q UP
}
left "addresses" "address 192.0.2.77/24" \
    'ip addr add 192.0.2.77/24 brd + dev xapi0; ip addr add 2001:db8::7/64 dev xapi0 nodad
     ip route add 198.51.100.0/24 via 192.0.2.9 metric 7' \
    'check "down, addresses: theirs are there, and its route" theirs_is_there
     ip addr flush dev xapi0'
left "a VLAN of others" "VLAN bridge theirs" 'ovs-vsctl add-br theirs xapi0 7' \
    'ovs-vsctl del-br theirs'

# The other way round: the bond is wanted while a VM uses the bridge of one of its NICs.
check "a slave's own bridge comes up" force xenbr1 up
vm_port vif1 xenbr1
dump --rows >/run/before
check "a bond whose NIC is in use alone is refused" says 'in use by port vif1' force xapi0 up
check "a bond whose NIC is in use alone: exit status 1" exits 1 force xapi0 up
check "a bond whose NIC is in use alone: nothing has changed" same_as /run/before --rows
