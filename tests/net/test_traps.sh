#!/bin/bash
# test_traps.sh - what goes wrong between two programs that are both right: numbers of ports that a
# controller remembers, wires that are not plugged in, MTUs that a device cannot have, addresses and
# DHCP clients that were there before, routes that go with a link, a NIC that gets another name, a
# database that restarts, and others who change it at the same time.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

# edit DEVICE|BRIDGE FIELD VALUE - in the record of the PIF of this device, or of the network of
# this bridge.
edit() {
    python3 - "$@" <<'END'
import re
import sys
path, of, field, value = "/var/xapi/network.dbcache", *sys.argv[1:4]
parts = re.split(r"(?=<(?:pif|network) )", open(path, encoding="utf-8").read())
for i, part in enumerate(parts):
    if ("<device>%s</device>" % of in part and "<VLAN>-1</VLAN>" in part
            or "<bridge>%s</bridge>" % of in part):
        parts[i] = re.sub("<%s>.*?</%s>|<%s/>" % (field, field, field),
                          "<%s>%s</%s>" % (field, value, field), part, count=1, flags=re.S)
open(path, "w", encoding="utf-8").write("".join(parts))
END
}

# fails_once PROGRAM - the next call of it.
fails_once() {
    cp "$1" /run/once.real
    printf '#!/bin/sh\nmv /run/once.real %s\nexit 1\n' "$1" >/run/once
    install -m 755 /run/once "$1"
}

# A port that is made anew under its name gets a new row, and a new number when somebody has taken
# the old one.
numbers() {
    ovs-vsctl --format=csv --no-headings --columns=name,ofport,_uuid list Interface | sort
}

make_live_host
check "four bridges come up" bring_all_up

# ---- OpenFlow's numbers of ports, by which a controller's flows know them. ----------------------

# A controller's: what vif2 sends goes to vif3, by number, and nothing goes anywhere else.
controller() {
    local two three
    two=$(ovs-vsctl get Interface vif2 ofport) three=$(ovs-vsctl get Interface vif3 ofport)
    ovs-ofctl add-flow xapi0 priority=4,actions=drop
    ovs-ofctl add-flow xapi0 "priority=5,in_port=$two,actions=output:$three"
    ovs-ofctl add-flow xapi0 "priority=5,in_port=$three,actions=output:$two"
}

vm_port vif1 xapi123
vm_port vif2 xapi0 10.99.1.77/24
vm_port vif3 xapi0 10.99.1.78/24
controller
numbers >/run/numbers
ovs-vsctl set Port xapi123 tag=77 -- set Port vif1 tag=77 -- set Port bond0 bond_mode=balance-slb \
    bond_updelay=7 -- set Bridge xapi0 other_config:hwaddr=00:16:3e:00:00:09
check "numbers: the VLAN is mended" force xapi123 up
check "numbers: the bond is mended" force xapi0 up
check "numbers: ports are what they were, with those they had" diff /run/numbers <(numbers)
check "numbers: a controller's flow goes on" ip netns exec vm-vif2 ping -q -c 2 -W 1 10.99.1.78
edit eth1 ip_configuration_mode Static
edit eth1 IP 10.99.9.1
edit eth1 netmask 255.255.255.0
fails_once $libexec/ifup
check "numbers: a bridge goes, and its change fails" exits 1 force xenbr1 up --take-over
check "numbers: a controller's flow is back, to the same VMs" \
    ip netns exec vm-vif2 ping -q -c 2 -W 1 10.99.1.78
check "numbers: so is the rest of its flows" not ip netns exec vm-vif2 ping -q -c 1 -W 1 10.99.1.1

# ---- A wire that is not plugged in. -------------------------------------------------------------

fresh() { # BRIDGE... - as before the first run
    local bridge
    for bridge; do
        ovs-vsctl --if-exists del-br "$bridge"
        rm -f /etc/sysconfig/network-scripts/*-"$bridge"
    done
}

ip -n peer link set p0 down
fresh xapi123 xenbr0
check "no wire: up" force xenbr0 up
check "no wire: it has its address" has_address xenbr0 10.99.0.1/24
check "no wire: a second up finds all right" exits 0 force xenbr0 up --detailed-exit-codes
ip -n peer link set p0 up
check "no wire: packets pass when it is there" within 10 ping -c 1 -W 1 10.99.0.2

# ---- An MTU that a device cannot have. ----------------------------------------------------------

mtu_is() { # DEVICE MTU
    ip link show dev "$1"
    [ "$(cat /sys/class/net/"$1"/mtu)" = "$2" ]
}

edit xapi123 MTU 9000
check "MTU of a VLAN above what it is on: said" \
    says 'xapi123: MTU is 1500, should be 9000: eth0 below it has 1500' force xapi123 up
check "MTU of a VLAN above what it is on: it is up" pings 10.99.123.2
edit xapi123 MTU 1500
check "MTU of the VLAN: back" force xapi123 up
ovs-vsctl set Port xapi123 tag=77
edit xapi123 MTU 9000
check "MTU of a VLAN that was up: exit status" exits 1 force xapi123 up
check "MTU of a VLAN that was up: the rest is done" column Port xapi123 tag 123
check "MTU of a VLAN that was up: files too" grep -qx MTU=9000 \
    /etc/sysconfig/network-scripts/ifcfg-xapi123
edit xapi123 MTU 1500
force xapi123 up >/run/out 2>&1

# As a NIC whose driver knows no jumbo frames: a macvlan takes no more than what it is on has.
ip link set eth3 name wire3
ip link add link wire3 name eth3 address 00:16:3e:5a:01:03 type macvlan mode passthru
edit eth3 ip_configuration_mode Static
edit eth3 IP 10.99.3.1
edit eth3 netmask 255.255.255.0
edit xenbr3 MTU 9000
check "MTU that a NIC refuses: said" says 'should be 9000: NIC eth3 refuses it' force xenbr3 up
check "MTU that a NIC refuses: exit status" exits 1 force xenbr3 up
check "MTU that a NIC refuses: it is up" grep -q eth3 <(ip link show dev eth3 up)
check "MTU that a NIC refuses: the run went on to the address" has_address xenbr3 10.99.3.1/24
