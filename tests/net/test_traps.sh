#!/bin/bash
# test_traps.sh - faults that arise between programs although each of them is right: port numbers
# that a controller remembers, wires that are not plugged in, MTUs that a device cannot have,
# addresses and DHCP clients from before, routes that are lost with a link, a NIC that gets another
# name, a database that restarts, and other programs that change it at the same time.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

# edit DEVICE|BRIDGE FIELD VALUE - sets a field in the record of the PIF with this device, or of the
# network with this bridge.
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

# fails_once PROGRAM - the next call of the program fails.
fails_once() {
    cp "$1" /run/once.real
    printf '#!/bin/sh\nmv /run/once.real %s\nexit 1\n' "$1" >/run/once
    install -m 755 /run/once "$1"
}

# A port that is made anew gets a new row, and another number if its old one was given to another
# port.
numbers() {
    ovs-vsctl --format=csv --no-headings --columns=name,ofport,_uuid list Interface | sort
}

make_live_host
check "four bridges come up" bring_all_up

# ---- OpenFlow's numbers of ports, by which a controller's flows know them. ----------------------

# Flows as of a controller: by port numbers, vif2 and vif3 reach each other, and nothing else.
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

fresh() { # BRIDGE... - makes them as before the first run
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

# Like a NIC without jumbo frames: a macvlan cannot have a larger MTU than its parent.
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

# A NIC that does not come up, since another device has its MAC.
ip link del eth3
ip link add link wire3 name eth3 address 00:16:3e:5a:01:03 type macvlan mode bridge
fresh xenbr3
dump >/run/before
check "a NIC that cannot come up: said" says 'eth3' force xenbr3 up
check "a NIC that cannot come up: exit status" exits 1 force xenbr3 up
check "a NIC that cannot come up: all is as before" same_as /run/before

# ---- A NIC gets another name between looking and changing. --------------------------------------

ip link del eth3
ip link set wire3 down
ip link set wire3 name eth3 up
edit xenbr3 MTU 1500

# renames FROM TO... - devices get new names just before the first change of the database.
renames() {
    while [ $# -gt 0 ]; do
        echo "ip link set $1 down; ip link set $1 name $2; ip link set $2 up"
        shift 2
    done >/run/ovsdb.race
    echo '1 race' >/run/ovsdb.fail
}

back_to() { # FROM TO... - gives the devices their names again
    renames "$@"
    rm /run/ovsdb.fail
    sh /run/ovsdb.race
}

dump >/run/before
renames eth3 other3
check "a NIC is renamed meanwhile: said" says 'could not open eth3' force xenbr3 up
back_to other3 eth3
check "a NIC is renamed meanwhile: all is as before" same_as /run/before
swap="eth3 other3 eth2 eth3 other3 eth2"
force xenbr3 up >/run/out 2>&1
ovs-vsctl del-port eth3
ip link set eth3 mtu 1400
dump >/run/before
# shellcheck disable=SC2086  # words
renames $swap
force xenbr3 up >/run/out 2>&1
check "two NICs swap their names meanwhile: exit status" [ $? = 1 ]
check "two NICs swap their names meanwhile: said" \
    grep -q 'eth3: MAC is 00:16:3e:5a:01:02, should be 00:16:3e:5a:01:03' /run/out
check "two NICs swap their names meanwhile: what cannot go back is named" \
    grep -q 'not restored: eth3: another NIC has the name now, this one is eth2' /run/out
# shellcheck disable=SC2086  # words
back_to $swap
check "two NICs swap their names meanwhile: each has its MAC still" \
    grep -q '00:16:3e:5a:01:02' /sys/class/net/eth2/address
ip link set eth3 mtu 1400
check "two NICs swap their names meanwhile: all is as before" same_as /run/before
fresh xenbr3
ip link set eth3 mtu 1500

# ---- Addresses, routes and DHCP clients that were there before. ---------------------------------

# had_one_all_the_time ADDRESS - /run/monitor (`ip -o monitor`) shows that the address was added to
# a device before it was deleted from another.
had_one_all_the_time() { # ADDRESS
    cat /run/monitor
    awk -v address="$1" '
        index($0, "inet " address "/") { n += /Deleted/ ? -1 : 1; if (n < 0) exit 1; lines++ }
        END { exit !(lines >= 2 && n >= 0) }' /run/monitor
}

fresh xapi123 xenbr0
ip addr flush dev eth0
ip addr add 10.99.0.1/24 dev eth0
ip -6 addr add fd00::7/64 dev eth0 nodad
ip route add default via 10.99.0.2
ip -o monitor address >/run/monitor &
monitor=$!
within 5 test -e /proc/$monitor/net/netlink
sleep 0.3
check "address on the NIC: up" force xenbr0 up
kill $monitor
check "address on the NIC: the bridge has it" has_address xenbr0 10.99.0.1/24
check "address on the NIC: the NIC has it no more" not has_address eth0 ''
check "address on the NIC: one of IPv6 is somebody else's, and stays" \
    grep -q fd00::7 <(ip -6 addr show dev eth0)
check "address on the NIC: one of them had it all the time" had_one_all_the_time 10.99.0.1
check "address on the NIC: one way to the network, by the bridge" \
    [ "$(ip route show 10.99.0.0/24 | tr -s ' ')" = \
    '10.99.0.0/24 dev xenbr0 proto kernel scope link src 10.99.0.1 ' ]
check "address on the NIC: the default route goes by the bridge" \
    [ "$(ip route show default | tr -s ' ')" = 'default via 10.99.0.2 dev xenbr0 ' ]
check "address on the NIC: packets pass" pings 10.99.0.2
check "address on the NIC: a second up finds all right" \
    exits 0 force xenbr0 up --detailed-exit-codes

ip addr flush dev eth0
fresh xenbr0
ip addr add 10.99.0.1/24 dev eth0
edit eth0 IP 10.99.0.9
fails_once $libexec/ifup
force xenbr0 up >/run/out 2>&1 # as at boot it stays half configured
check "address on the NIC: it stays there when the bridge gets none" has_address eth0 10.99.0.1/24
edit eth0 IP 10.99.0.1
check "address on the NIC: up after that" force xenbr0 up

# Addresses and routes of others.  A change that takes the device down, or its address away, must
# put them back.
# NUMBER keeps what is on one bridge apart from what is on another.
give_others() { # BRIDGE NUMBER
    ip addr add "192.0.2.7$2/32" dev "$1"
    ip addr add "10.99.$2.77/24" dev "$1"
    ip -6 addr add "fd0$2::1/64" dev "$1" nodad
    ip -6 route add "fd1$2::/64" via "fd0$2::2" dev "$1"
    ip route add "198.51.10$2.0/24" via "10.99.$2.2" dev "$1"
    ip route add "203.0.11$2.0/24" dev "$1" table 77
    echo 2 >"/proc/sys/net/ipv6/conf/$1/accept_ra"
}

others_have() { # BRIDGE NUMBER
    ip route show table all dev "$1" | grep -v 'table local' >/run/routes
    ip -6 route show dev "$1" >>/run/routes
    ip addr show dev "$1" >/run/addresses
    cat /run/routes /run/addresses
    for what in "198.51.10$2.0/24 via" "203.0.11$2.0/24 .*table 77" "fd1$2::/64 via"; do
        grep -q "$what" /run/routes || return
    done
    for what in "192.0.2.7$2/32" "10.99.$2.77/24" "fd0$2::1/64" 'fe80:'; do
        grep -q "$what" /run/addresses || return
    done
}

accepts_ra() {
    [ "$(cat "/proc/sys/net/ipv6/conf/$1/accept_ra")" = 2 ]
}

usable() { # DEVICE: each IPv6 address can be used
    ip -6 addr show dev "$1"
    [ -z "$(ip -6 addr show dev "$1" tentative)$(ip -6 addr show dev "$1" dadfailed)" ]
}

is_told() {
    ip -n peer neigh show 10.99.0.9 | grep 00:16:3e:5a:01:00
}

give_others xenbr0 0
check "others: they have it" others_have xenbr0 0
edit eth0 IP 10.99.0.9
ip -n peer neigh replace 10.99.0.9 lladdr 00:16:3e:99:99:99 dev v0 nud stale
check "others: another address" force xenbr0 up
check "another address: a neighbour that knew it elsewhere is told" within 5 is_told
check "others: they have it still" others_have xenbr0 0
check "others: and ours is the new one only" not has_address xenbr0 10.99.0.1/
check "others: ours is as ifup makes it" has_address xenbr0 '10.99.0.9/24 brd 10.99.0.255 '
edit eth0 IP 10.99.0.1
force xenbr0 up >/run/out 2>&1
# Open vSwitch takes the device down to change its MAC.
ip link set eth0 down
ip link set eth0 address 00:16:3e:5a:01:99
edit eth0 MAC 00:16:3e:5a:01:99
check "others: another MAC" force xenbr0 up
check "others: the link was down, and they have it still" others_have xenbr0 0
check "others: our default route as well" \
    [ "$(ip route show default | tr -s ' ')" = 'default via 10.99.0.2 dev xenbr0 ' ]
check "IPv6: advertisements of routers are taken as before" accepts_ra xenbr0
check "IPv6: addresses pass the search for duplicates" within 5 usable xenbr0

# A NIC for DHCP, on which the initrd left a client and an address.
fresh xenbr3
edit eth3 ip_configuration_mode DHCP
edit eth3 IP ''
edit eth3 netmask ''
edit xenbr3 MTU 1500

clients() { # prints the DHCP clients with their devices
    pgrep -a 'dhclient|udhcpc' | awk '{ print $NF }' | sort | tr '\n' ' '
}

only_client() { # DEVICE
    clients
    [ "$(clients)" = "$1 " ]
}

other_client() { # DEVICE - as an initrd or an administrator starts one
    dhclient -4 -q -nw -sf /bin/true -pf /run/other.pid -lf /run/other.leases "$1"
}

dhcp_server p3 10.99.3.2/24 10.99.3.50 10.99.3.60
ip link set eth3 up
ip addr add 10.99.3.70/24 dev eth3
other_client eth3
check "client on the NIC: there is one" within 5 only_client eth3
check "client on the NIC: up of the bridge" force xenbr3 up
check "client on the NIC: the only one is the bridge's" only_client xenbr3
check "client on the NIC: its address is gone" not has_address eth3 ''
check "client on the NIC: the bridge has one" has_address xenbr3 10.99.3.[56]
pkill -x dhclient
within 5 not pgrep -x dhclient
other_client xenbr3
within 5 only_client xenbr3
other=$(pgrep -x dhclient)
check "somebody's client on the bridge: it counts" exits 0 force xenbr3 up --detailed-exit-codes
ip addr del "$(ip -4 -br addr show dev xenbr3 | awk '{ print $3 }')" dev xenbr3
check "somebody's client, no address: up" force xenbr3 up
check "somebody's client, no address: a new one takes its place" only_client xenbr3
check "somebody's client, no address: the old one is gone" within 3 not test -e "/proc/$other"
check "somebody's client, no address: there is one" has_address xenbr3 10.99.3.[56]

# The server gives another address than before.
give_others xenbr3 3
leased=$(sed -n 's/.*fixed-address \(.*\);/\1/p' /var/lib/dhcp/dhclient-xenbr3.leases | tail -1)
lease() { # OLD_ADDRESS NEW_ADDRESS
    reason=RENEW interface=xenbr3 old_ip_address="$1" old_subnet_mask=255.255.255.0 \
        new_ip_address="$2" new_subnet_mask=255.255.255.0 $libexec/ifup-dhcp
}
check "another lease: a client says so" lease "$leased" 10.99.3.66
check "another lease: the new address" has_address xenbr3 10.99.3.66/24
check "another lease: not the old one" not has_address xenbr3 "$leased/"
check "another lease: others have theirs still" others_have xenbr3 3
check "another lease: an up finds all right" exits 0 force xenbr3 up --detailed-exit-codes
check "another lease: back" lease 10.99.3.66 "$leased"
edit eth3 ip_configuration_mode Static
edit eth3 IP 10.99.3.1
edit eth3 netmask 255.255.255.0
check "from DHCP to static: up" force xenbr3 up
check "from DHCP to static: no client" not pgrep -x dhclient
check "from DHCP to static: not the old address" not has_address xenbr3 "$leased/"
check "from DHCP to static: others have theirs still" others_have xenbr3 3

# No server answers: the client goes on, and what was there stays.
kill "$(cat /run/dnsmasq.pid)"
mv $libexec/ifup /run/patient
printf '#!/bin/sh\nexec /run/patient --timeout=2 "$@"\n' >$libexec/ifup
chmod 755 $libexec/ifup
edit eth3 ip_configuration_mode DHCP
ip -4 addr flush dev xenbr3
rm -f /var/lib/dhcp/*
check "DHCP without a server: up" force xenbr3 up
check "DHCP without a server: a client is at work" only_client xenbr3
check "DHCP without a server: nothing was taken back" \
    grep -q BOOTPROTO=dhcp /etc/sysconfig/network-scripts/ifcfg-xenbr3
mv /run/patient $libexec/ifup
