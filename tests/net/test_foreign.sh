#!/bin/bash
# test_foreign.sh - what other programs have on a running host: a device or port that has a bridge's
# name, a port whose device is gone, odd names and texts, keys in our maps, a bridge under its old
# name.  Nothing of it is lost, and a run that would conflict with it is refused before any change.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

# refused NAME TEXT COMMAND... - fails with this text and exit status 1, and changes no row.
refused() {
    local name=$1 text=$2
    shift 2
    dump --rows >/run/before
    : >/run/ovsdb.log
    check "$name: says so" says "$text" "$@"
    check "$name: exit status 1" exits 1 "$@"
    check "$name: nothing was tried" [ "$(writes)" = 0 ]
    check "$name: all is as before" same_as /run/before --rows
}

make_live_host
check "four bridges come up" bring_all_up
vm_port vif1 xapi123 10.99.123.77/24
vm_port vif2 xapi0

# ---- A bridge's name that something else has. ---------------------------------------------------

ip link add xenbr3 type veth peer name other
refused "a device has the name" 'device xenbr3 is there already' force xenbr3 up
ip link del xenbr3
if ip link add xenbr3 type bridge 2>/dev/null; then
    refused "a Linux bridge has the name" 'no bridge of this datapath (bridge)' force xenbr3 up
    ip link del xenbr3
else
    skip "a Linux bridge has the name: this kernel has none"
fi
if ip link add link eth3 name xenbr3 type vlan id 9 2>/dev/null; then
    refused "a VLAN device has the name" 'no bridge of this datapath (vlan)' force xenbr3 up
    ip link del xenbr3
else
    skip "a VLAN device has the name: this kernel has none"
fi
ovs-vsctl add-port xapi0 xenbr3 -- set Interface xenbr3 type=internal
refused "a port has the name" 'port xenbr3 of Open vSwitch has the name' force xenbr3 up
ovs-vsctl del-port xenbr3
echo bridge >/etc/xensource/network.conf
refused "a bridge of Open vSwitch has the name" 'device xapi0 is there already' force xapi0 up
echo openvswitch >/etc/xensource/network.conf

# A tap looks like the switch's own.  Only the switch finds out that another program has it open.
check "a VLAN goes" force xapi123 down
hold_tap() {
    python3 -c 'import fcntl, struct, sys, time
tun = open("/dev/net/tun", "r+b", buffering=0)
fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH", sys.argv[1].encode(), 0x1002))
time.sleep(100)' "$1" &
    within 5 test -e "/sys/class/net/$1"
}
hold_tap xapi123
dump --rows >/run/before
check "the switch cannot open it: says so" says 'could not open xapi123' force xapi123 up
check "the switch cannot open it: exit status 1" exits 1 force xapi123 up
check "the switch cannot open it: all is as before" same_as /run/before --rows
kill %1
wait %1 2>/dev/null
check "the VLAN comes back" force xapi123 up
ovs-vsctl add-port xapi123 vif1

# ---- A port whose device is gone. ---------------------------------------------------------------

# The userspace datapath notices it when it opens the port again.
ip link del vif2
ovs-vsctl del-port vif2
ovs-vsctl add-port xapi0 vif2 2>/dev/null
check "a VM's device is gone: its port is not open" column Interface vif2 ofport -1
ovs-vsctl set Bridge xapi0 fail_mode=secure
check "a VM's device is gone: up" force xapi0 up
check "a VM's device is gone: the change is made" column Bridge xapi0 fail_mode standalone
check "a VM's device is gone: its port is kept" ovs-vsctl port-to-br vif2
check "a VM's device is gone: its bridge is in use" says 'in use by port vif2' force xenbr1 up
ovs-vsctl del-port vif2
ip link set eth2 down
ip link set eth2 name gone
check "a NIC of a bond is gone: up" force xapi0 up
check "a NIC of a bond is gone: the other one is its port" \
    grep -qx eth1 <(ovs-vsctl list-ports xapi0)
check "a NIC of a bond is gone: packets pass" within 10 ping -c 1 -W 1 10.99.1.2
ip link set gone name eth2
check "the NIC is there again: up" force xapi0 up
check "the NIC is there again: the bond has both" \
    grep -qx 2 <(ovs-vsctl list-ifaces xapi0 | grep -c 'eth[12]')

# ---- Names and texts that JSON must quote, and keys of others in our maps. ----------------------

odd='v"\é1'
vm_port odd0 xapi123
ovs-vsctl del-port odd0
ip link set odd0 down
ip link set odd0 name "$odd" up
ovs-vsctl add-port xapi123 "$odd"
ip link add $'caf\xe9' type veth peer name $'th\xe9'
text='"says \"so\", \\ \u00fc\u20ac\n{}[]\t"'
for row in "Bridge xenbr0" "Port xapi123" "Port bond0" "Interface xapi123" 'Port vif1'; do
    # shellcheck disable=SC2086  # two words
    ovs-vsctl set $row external_ids:'"their \"key\" ü"'="$text" other_config:theirs="$text"
done
dump --rows >/run/before
ovs-vsctl set Bridge xenbr0 other_config:hwaddr=00:16:3e:00:00:09 \
    other_config:disable-in-band=true external_ids:xs-network-uuids=x \
    -- set Port xapi123 external_ids:fake-bridge-xs-network-uuids=x tag=77 \
    -- set Port vif1 tag=77 -- set Port "$odd" tag=77 \
    -- set Port bond0 other_config:bond-miimon-interval=7
for bridge in xenbr0 xapi123 xapi0; do
    check "keys and texts of others: up of $bridge mends ours" \
        exits 3 force $bridge up --detailed-exit-codes
done
check "keys and texts of others: all is as before" same_as /run/before --rows
dump >/run/before
check "keys and texts of others: down" force xapi123 down --confirm 60
check "keys and texts of others: taken back" interface-reconfigure --no-syslog revert
check "keys and texts of others: all is there again" same_as /run/before
vm_port odd1 xapi0
ovs-vsctl del-port odd1
ip link set odd1 down
ip link set odd1 name $'v\e[7m'
ovs-vsctl add-port xapi0 $'v\e[7m'
check "an odd name: up of a VLAN beside it" force xapi4 up
check "an odd name: the VLAN goes" force xapi4 down
check "an odd name: fit for a terminal in a message" says 'in use by port v\x1b[7m' force xenbr1 up
ovs-vsctl del-port $'v\e[7m'
ip netns del vm-odd1

# ---- A bridge that the records call by another name now. ----------------------------------------

force xapi4 up >/dev/null 2>&1
sed -i 's/xenbr0/xenbr9/' /etc/xensource-inventory
cp /var/xapi/network.dbcache /run/cache
cache_says xenbr0 xenbr9
refused "an old name, in use" 'bridge xenbr0 is in the way and in use by port' force xapi123 up
dump >/run/before
mount --bind /bin/false $libexec/ifup
check "an old name: taken over, ifup fails" exits 1 force xapi123 up --take-over
umount $libexec/ifup
check "an old name: all is as before" same_as /run/before
check "an old name: taken over" force xapi123 up --take-over
check "an old name: it is gone" not ovs-vsctl br-exists xenbr0
check "an old name: the VLAN is on the new one" grep -qx xenbr9 <(ovs-vsctl br-to-parent xapi123)
check "an old name: packets pass" within 5 ping -c 1 -W 1 10.99.123.2
check "an old name: the VM's too" within 5 ip netns exec vm-vif1 ping -c 1 -W 1 10.99.123.2
check "an old name: the new bridge" force xenbr9 up
check "an old name: management" within 5 ping -c 1 -W 1 10.99.0.2
cp /run/cache /var/xapi/network.dbcache
ovs-vsctl del-port vif1 -- del-port "$odd"
check "an old name, nobody uses it: its VLAN goes" force xapi123 down
check "an old name, nobody uses it: up needs no word" says 'eth0 leaves bridge xenbr9, which goes' \
    sh -c 'echo >/etc/xensource-inventory; interface-reconfigure --no-syslog --force xenbr0 up'
check "an old name, nobody uses it: it is gone" not ovs-vsctl br-exists xenbr9
check "an old name, nobody uses it: management" within 5 ping -c 1 -W 1 10.99.0.2
