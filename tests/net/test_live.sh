#!/bin/bash
# test_live.sh - interface-reconfigure on a running host: only what differs is changed, what is in
# use is not removed, and VMs stay connected.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

# What a run must not touch when nothing differs.
untouched() {
    local before after
    before=$(dump --rows; stat -c '%n %i %Y' /etc/sysconfig/network-scripts/* /etc/sysconfig/network
        stat -c %s /run/openvswitch/conf.db)
    : >/run/ovsdb.log
    "$@" >/run/second.out 2>&1 || return
    after=$(dump --rows; stat -c '%n %i %Y' /etc/sysconfig/network-scripts/* /etc/sysconfig/network
        stat -c %s /run/openvswitch/conf.db)
    diff <(echo "$before") <(echo "$after") || return
    cat /run/second.out
    [ "$(writes)" = 0 ] && ! grep -q 'Running command' /run/second.out
}

no_pings_lost() { # FROM TO COMMAND...
    local lost
    PING_FROM=$1 PING_TO=$2
    shift 2
    lost=$(lost_pings "$@")
    echo "$lost of ${PINGS:-300} pings lost"
    [ "$lost" = 0 ]
}

# mends NAME BRIDGE DRIFT - after the command DRIFT, up restores exactly what was.
mends() {
    local name=$1 bridge=$2 drift=$3 before
    before=$(dump)
    eval "$drift"
    check "drift of $name: status says so" exits 1 dbcache status
    check "drift of $name: up mends it" exits 3 force "$bridge" up --detailed-exit-codes
    check "drift of $name: all is as before" diff <(echo "$before") <(dump)
}

make_live_host
check "four bridges come up" bring_all_up
sed -i '/<device>eth3</,/<\/pif>/s/currently_attached>True/currently_attached>False/' \
    /var/xapi/network.dbcache # no test here wants it up
check "status: as the cache says" dbcache status
vm_port vif1 xapi123 10.99.123.77/24
vm_port vif2 xapi4 10.99.4.77/24
check "a VM on the VLAN" within 10 ip netns exec vm-vif1 ping -c 1 -W 1 10.99.123.2
check "a VM on the bond's VLAN" within 10 ip netns exec vm-vif2 ping -c 1 -W 1 10.99.4.2
# Open vSwitch takes the device down for this, so routes of others are gone before the run begins.
mends "hwaddr" xenbr0 'ovs-vsctl set Bridge xenbr0 other_config:hwaddr=00:16:3e:00:00:09'

# What other programs have set must be there in the end.
ovs-vsctl set Bridge xenbr0 external_ids:theirs=1 other_config:theirs=2 \
    -- set Port bond0 external_ids:theirs=3 -- set Interface eth1 external_ids:theirs=4 \
    -- --id=@m create Mirror name=theirs -- add Bridge xapi0 mirrors @m \
    -- --id=@p get Port vif2 -- set Mirror theirs select_src_port=@p output_vlan=4000 \
    -- --id=@q create QoS type=linux-htb -- set Port vif1 qos=@q \
    -- --id=@n create NetFlow 'targets="127.0.0.1:5566"' -- set Bridge xapi0 netflow=@n
ovs-ofctl add-flow xapi0 cookie=0x7e1,priority=7,icmp,actions=NORMAL
ip addr add 192.0.2.77/32 dev xenbr0
ip route add 198.51.100.0/24 via 10.99.0.2
ip route add 203.0.113.0/24 dev xenbr0 table 77
ip rule add from 192.0.2.77 table 77
dump >/run/theirs
for what in 'theirs.*[1-4]' 'select_src_port:.*vif2' linux-htb 127.0.0.1:5566 cookie=0x7e1 \
    '192.0.2.77/32' 198.51.100.0/24 'table 77' 'from 192.0.2.77'; do
    check "others have something to lose: $what" grep -q "$what" /run/theirs
done

for bridge in $bridges; do
    check "second up of $bridge: nothing is touched" untouched force "$bridge" up
    check "second up of $bridge: exit status 0 with details" \
        exits 0 force "$bridge" up --detailed-exit-codes
done
networks=$(ovs-vsctl br-get-external-id xenbr0 xs-network-uuids)
vlan=$(ovs-vsctl br-get-external-id xapi123 xs-network-uuids)
check "a bridge names all networks of its device" grep -q "^[^;]*;.*$vlan" <<<"$networks"
check "a VLAN's bridge names its own network" test "${vlan:+1}${vlan##*;}" = "1$vlan"
ovs-vsctl br-set-external-id xapi123 xs-network-uuids "$networks"
check "one that the old program made is right too" untouched force xapi123 up
ovs-vsctl br-set-external-id xapi123 xs-network-uuids "$vlan"
check "second up of all: nothing is touched" untouched interface-reconfigure --no-syslog --all up
check "second up: no ping lost on the VLAN" no_pings_lost vm-vif1 10.99.123.2 force xapi123 up
check "second up: no ping lost on the bond" no_pings_lost vm-vif2 10.99.4.2 force xapi4 up
check "second up: no ping lost on management" no_pings_lost '' 10.99.0.2 force xenbr0 up
check "blind as ever with --root-prefix" says 'No such' sh -c \
    'mkdir -p /tmp/x; interface-reconfigure --root-prefix=/tmp/x --no-syslog --force xenbr0 up'

mends "fail mode" xenbr0 'ovs-vsctl set Bridge xenbr0 fail_mode=secure'
mends "in-band" xenbr0 'ovs-vsctl set Bridge xenbr0 other_config:disable-in-band=true'
mends "networks" xapi123 'ovs-vsctl br-set-external-id xapi123 xs-network-uuids x'
mends "VLAN" xapi123 'ovs-vsctl set Port xapi123 tag=77 -- set Port vif1 tag=77'
mends "bond mode" xapi0 'ovs-vsctl set Port bond0 bond_mode=balance-slb'
mends "bond delays" xapi0 'ovs-vsctl set Port bond0 bond_updelay=5'
mends "a NIC of the bond" xapi0 \
    'ovs-vsctl -- --id=@i get Interface eth2 -- remove Port bond0 interfaces @i'
ovs-vsctl -- --id=@i get Interface eth2 -- remove Port bond0 interfaces @i
# The switch itself moves flows to the new NIC, and drops packets meanwhile.
lost=$(PING_FROM=vm-vif2 PING_TO=10.99.4.2 lost_pings force xapi0 up)
check "a NIC comes into the bond: no more than 60 of 300 pings lost ($lost)" [ "$lost" -le 60 ]
check "a NIC comes into the bond: it is there" grep -qx eth2 <(ovs-vsctl list-ifaces xapi0)
# The active NIC is replaced.  The switch moves its flows at once, or some 300 ms later; both happen
# with the same program.
ovs-appctl -t "/run/openvswitch/ovs-vswitchd.$(cat /run/openvswitch/ovs-vswitchd.pid).ctl" \
    bond/set-active-slave bond0 eth2 >/dev/null
swap
lost=$(PING_FROM=vm-vif2 PING_TO=10.99.4.2 lost_pings force xapi0 up)
check "another NIC in the bond: no more than 60 of 300 pings lost ($lost)" [ "$lost" -le 60 ]
check "another NIC in the bond: it is in, the other one out" diff \
    <(printf '%s\n' eth1 eth3) <(ovs-vsctl list-ifaces xapi0 | grep eth)
swap
check "another NIC in the bond: back" force xapi0 up
ip link set eth3 down
mends "the uplink" xenbr0 'ovs-vsctl del-port eth0'
mends "MTU" xenbr0 'ip link set eth0 mtu 1400; sleep 1'
mends "a NIC that is down" xenbr0 'ip link set eth0 down'
mends "an offload" xenbr0 'ethtool -K eth0 gro on'
# Some NICs lose their link when an offload is set again.
ethtool -K eth0 gro on
check "an offload: no other one is set" [ "$(force xenbr0 up 2>&1 | grep ethtool)" = \
    'Running command: /sbin/ethtool -K eth0 gro off' ]
mends "the address" xenbr0 'ip addr del 10.99.0.1/24 dev xenbr0'
mends "the default route" xenbr0 'ip route del default'
check "what others have is still there" same_as /run/theirs
check "a VM goes on" ip netns exec vm-vif1 ping -c 2 -i 0.2 -W 1 10.99.123.2

dump --rows >/run/before
check "dry run: the difference" says 'fail mode secure -> standalone' sh -c \
    'ovs-vsctl set Bridge xenbr0 fail_mode=secure
     interface-reconfigure --no-syslog --force xenbr0 --dry-run up'
check "dry run: the way back" says 'the host goes back to what it is now' \
    interface-reconfigure --no-syslog --force xenbr0 --dry-run up
check "dry run: nothing is changed" column Bridge xenbr0 fail_mode secure
check "up" force xenbr0 up
check "rows are the same rows" same_as /run/before --rows

# A VLAN is removed, and its parent stays.
check "down of a VLAN" force xapi123 down
check "its bridge is gone" not ovs-vsctl br-exists xapi123
check "management goes on" pings 10.99.0.2
check "down again: nothing to do" exits 0 force xapi123 down --detailed-exit-codes
check "down of a datapath in use: left up" says 'Leaving datapath xapi0 up' force xapi0 down
check "the VM goes on" ip netns exec vm-vif2 ping -c 2 -i 0.2 -W 1 10.99.4.2
check "up again" sh -c 'interface-reconfigure --no-syslog --force xapi0 up &&
    interface-reconfigure --no-syslog --force xapi123 up'

# A bridge that is in the way and in use.
check "a slave of a bond in use is refused" says 'in use by port vif2' force xenbr1 up
check "refused: exit status 1" exits 1 force xenbr1 up
check "refused: the bond is there" pings 10.99.1.2
ovs-vsctl del-br xapi123
ip addr del 10.99.4.1/24 dev xapi4
: >/run/ovsdb.log
several() {
    interface-reconfigure --no-syslog --force xapi123 --force xenbr1 --force xapi4 up >/run/out 2>&1
}
check "one of several is refused: exit status 1" exits 1 several
check "one of several is refused: the others are up" sh -c '
    ip -4 -o addr show xapi123 | grep -q 10.99.123.1 && ip -4 -o addr show xapi4 | grep 10.99.4.1'
check "one of several is refused: it alone is told so" sh -c '
    grep -x "xapi123: up" /run/out && grep -x "xapi4: up" /run/out &&
    grep "^xenbr1: .*in use by port vif2" /run/out'
check "one of several is refused: the others are one transaction" [ "$(writes)" = 1 ]
check "one of several is refused: no other is tried alone" not grep 'not all at once' /run/out
ip netns del vm-vif2
ovs-vsctl del-port vif2
check "a VLAN bridge keeps it as well" says 'VLAN bridge xapi4' force xenbr1 up
check "with --take-over it goes" force xenbr1 up --take-over
check "the bond is gone" not ovs-vsctl br-exists xapi0
check "and comes back" force xapi0 up --take-over

# Without ovs-vswitchd a change would have no effect.
kill "$(cat /run/openvswitch/ovs-vswitchd.pid)"
within 5 not test -e /run/openvswitch/ovs-vswitchd.pid
ovs-vsctl --no-wait set Bridge xenbr0 fail_mode=secure
check "without ovs-vswitchd: said before" says 'ovs-vswitchd is not running' force xenbr0 up
check "without ovs-vswitchd: nothing changed" column Bridge xenbr0 fail_mode secure
