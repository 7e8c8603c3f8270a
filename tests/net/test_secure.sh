#!/bin/bash
# test_secure.sh - management on a bridge that becomes secure stays reachable from both ends
# without a controller: on a NIC, a bond, a bond with one NIC, a VLAN, a VLAN on a bond; the setting
# of the pool and of the network; IPv4 and IPv6.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

# manage DEVICE [VLAN] - makes this PIF carry management, and no other.
manage() {
    python3 - "$@" <<'END'
import re
import sys
path, device, vlan = "/var/xapi/network.dbcache", sys.argv[1], (sys.argv[2:] or ["-1"])[0]
parts = re.split(r"(?=<pif )", open(path, encoding="utf-8").read())
for i, part in enumerate(parts):
    ours = "<device>%s</device>" % device in part and "<VLAN>%s</VLAN>" % vlan in part
    parts[i] = re.sub("<management>.*?</management>", "<management>%s</management>" % ours, part)
open(path, "w", encoding="utf-8").write("".join(parts))
END
}

# secure pool|network BRIDGE|standalone
secure() {
    python3 - "$@" <<'END'
import re
import sys
path, whose, bridge = "/var/xapi/network.dbcache", sys.argv[1], sys.argv[2]
key = "<vswitch-controller-fail-mode>secure</vswitch-controller-fail-mode>"
text = open(path, encoding="utf-8").read().replace("<other_config>%s</other_config>" % key,
                                                   "<other_config/>")
at = text.index("<pool ") if whose == "pool" else text.index("<bridge>%s</bridge>" % bridge)
end = "</pool>" if whose == "pool" else "</network>"
begin = at if whose == "pool" else text.rindex("<network ", 0, at)
record = text[begin:text.index(end, at)]
text = text.replace(record, record.replace("<other_config/>",
                                           "<other_config>%s</other_config>" % key, 1), 1)
open(path, "w", encoding="utf-8").write(text)
END
}

forget_neighbours() {
    ip neigh flush all
    ip -n peer neigh flush all
    ip -6 neigh flush all
    ip -n peer -6 neigh flush all
}

# reached NAME DEVICE PEER_DEVICE HOST PEER - ARP, neighbour discovery and pings, from both ends.
reached() {
    local name=$1 device=$2 there=$3 host=$4 peer_address=$5
    ip -6 addr replace fd00::1/64 dev "$device" nodad
    ip -n peer -6 addr replace fd00::2/64 dev "$there" nodad
    forget_neighbours
    check "$name: IPv4 from the host" ping -q -c 3 -i 0.2 -W 2 "$peer_address"
    forget_neighbours
    check "$name: IPv4 from outside" peer ping -q -c 3 -i 0.2 -W 2 "$host"
    forget_neighbours
    check "$name: IPv6 from the host" ping -q -c 3 -i 0.2 -W 2 fd00::2
    forget_neighbours
    check "$name: IPv6 from outside" peer ping -q -c 3 -i 0.2 -W 2 fd00::1
    ip -6 addr del fd00::1/64 dev "$device"
    ip -n peer -6 addr del fd00::2/64 dev "$there"
}

only_flows_of() { # BRIDGE
    local flows
    flows=$(ovs-ofctl --no-stats dump-flows "$1" | grep actions=)
    echo "$flows"
    grep -q 'actions=NORMAL' <<<"$flows" && ! grep -qx ' *priority=0 actions=NORMAL' <<<"$flows"
}

# A VLAN's bridge has no fail mode of its own: it is a port of its parent, whose mode counts.
secure_below() { # VLAN_BRIDGE PARENT
    check "$1: on $2" [ "$(ovs-vsctl br-to-parent "$1")" = "$2" ]
    check "$1: secure, by $2" column Bridge "$2" fail_mode secure
    check "$1: no other flow lets anything through" only_flows_of "$2"
}

fresh() {
    local bridge
    for bridge in xapi4 xapi0 xapi123 xenbr0; do
        ovs-vsctl --if-exists del-br $bridge
    done
    rm -f /etc/sysconfig/network-scripts/*
}

make_live_host

manage eth0
for whose in pool network; do
    fresh
    secure $whose xenbr0
    check "NIC, $whose: up" force xenbr0 up
    check "NIC, $whose: secure" column Bridge xenbr0 fail_mode secure
    check "NIC, $whose: no other flow lets anything through" only_flows_of xenbr0
    reached "NIC, $whose" xenbr0 v0 10.99.0.1 10.99.0.2
    : >/run/ovsdb.log
    check "NIC, $whose: second up" force xenbr0 up
    check "NIC, $whose: it wrote nothing" [ "$(writes)" = 0 ]
done

# A bridge that forwards turns secure while it is used.
fresh
secure pool standalone
sed -i 's|<vswitch-controller-fail-mode>secure|<vswitch-controller-fail-mode>standalone|' \
    /var/xapi/network.dbcache
check "turning: up, standalone" force xenbr0 up
sed -i 's|<vswitch-controller-fail-mode>standalone|<vswitch-controller-fail-mode>secure|' \
    /var/xapi/network.dbcache
check "turning: up, secure" force xenbr0 up
check "turning: secure" column Bridge xenbr0 fail_mode secure
reached "turning" xenbr0 v0 10.99.0.1 10.99.0.2

manage eth0 123
fresh
check "VLAN: its parent" force xenbr0 up
check "VLAN: up" force xapi123 up
secure_below xapi123 xenbr0
reached "VLAN" xapi123 v123 10.99.123.1 10.99.123.2

manage bond0
fresh
check "bond: up" force xapi0 up
check "bond: secure" column Bridge xapi0 fail_mode secure
check "bond: no other flow lets anything through" only_flows_of xapi0
reached "bond" xapi0 v0 10.99.1.1 10.99.1.2
ip -n peer link set p1 down
within 5 ping -c 1 -W 1 10.99.1.2
reached "bond with one wire" xapi0 v0 10.99.1.1 10.99.1.2
ip -n peer link set p1 up

manage bond0 4
fresh
check "VLAN on a bond: up" force xapi4 up
secure_below xapi4 xapi0
reached "VLAN on a bond" xapi4 v4 10.99.4.1 10.99.4.2

manage bond0
fresh
ip link set eth2 down
ip link set eth2 name gone
check "bond with one NIC: up" force xapi0 up
check "bond with one NIC: secure" column Bridge xapi0 fail_mode secure
reached "bond with one NIC" xapi0 v0 10.99.1.1 10.99.1.2
