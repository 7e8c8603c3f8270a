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
