#!/bin/bash
# test_bridge_live.sh - the Linux bridge of a running host: only what differs is changed, a VM's
# port stays, and a change that fails is taken back.  Bonds and VLANs are tested where the kernel
# has them.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

has() { # KIND
    local status
    case $1 in
    vlan) ip link add link eth3 name probe.9 type vlan id 9 && ip link del probe.9 ;;
    *) ip link add name probe type "$1" && ip link del probe ;;
    esac >/dev/null 2>&1
    status=$?
    return $status
}

# The kernel's network and the files, without what the kernel counts, without which NIC of a bond is
# active, and without what a new device takes from those below it (tso_max, which cannot be set).
kernel() {
    ip -d -o link | sed -E 's/^[0-9]+: //; s/(hello|tcn|topology_change|gc)_timer +[0-9.]+//g
        s/ (designated_port|port_id|port_no|mii_status|link_failure_count|qdisc) [^ ]+//g
        s/ (active_slave|promiscuity|allmulti|tso_max_size|tso_max_segs) [^ ]+//g
        s/bond_slave state [A-Z]+//
        s/state [A-Z]+//
        s/<[^>]*UP[^>]*>/<UP>/' | sort
    ip -4 -o addr | sed -E 's/^[0-9]+: //' | sort
    ip route | sort
    (cd /etc/sysconfig && find . -type f -exec md5sum {} + | sort)
}

forwards() { # PORT
    [ "$(cat /sys/class/net/"$1"/brport/state)" = 3 ]
}

untouched() { # BRIDGE
    local before
    before=$(kernel; stat -c '%n %i %Y' /etc/sysconfig/network-scripts/*)
    force "$1" up --detailed-exit-codes >/run/second.out 2>&1 || { cat /run/second.out; return 1; }
    diff <(echo "$before") <(kernel; stat -c '%n %i %Y' /etc/sysconfig/network-scripts/*) &&
        ! grep 'Running command' /run/second.out
}

mends() { # NAME BRIDGE DRIFT
    local before
    before=$(kernel)
    eval "$3"
    check "$1: up mends it" exits 3 force "$2" up --detailed-exit-codes
    check "$1: all is as before" within_same "$before"
}

within_same() {
    local i
    for i in $(seq 20); do
        [ "$1" = "$(kernel)" ] && return
        sleep 0.2
    done
    diff <(echo "$1") <(kernel)
}

# fails_at CALL COMMAND... - "ifup DEVICE" or "ifdown DEVICE" fails; the host must be as before.
fails_at() {
    local call=$1 before
    shift
    before=$(kernel)
    echo "$call" >/run/fail
    "$@" >/run/failed.out 2>&1 && { cat /run/failed.out; rm -f /run/fail; return 1; }
    [ ! -e /run/fail ] || { echo "$call was not called"; rm /run/fail; return 1; }
    within_same "$before" >/run/differs || {
        cat /run/failed.out /run/differs
        return 1
    }
}

# fails_after CALL COMMAND... - the same, and the call has done its work when it fails.
fails_after() {
    local call=$1
    shift
    fails_at "$call after" "$@"
}

# stays DEVICE COMMAND... - afterwards the device is the same, and has not lost its carrier.
stays() {
    local device=$1 before
    shift
    before=$(cat /sys/class/net/"$device"/{ifindex,carrier_changes})
    "$@" || return
    diff <(echo "$before") <(cat /sys/class/net/"$device"/{ifindex,carrier_changes})
}

bond_is() { # OPTION VALUE
    grep -qw -- "$2" /sys/class/net/bond0/bonding/"$1" || {
        cat /sys/class/net/bond0/bonding/"$1"
        return 1
    }
}

# ifup and ifdown are one program, which looks at its name.
wrap() {
    mkdir -p /run/real
    mv "$libexec/$1" "/run/real/$1"
    cat >"$libexec/$1" <<END
#!/bin/sh
case "\$(cat /run/fail 2>/dev/null)" in
"$1 \$*")
    rm /run/fail
    [ ! -x /run/meddles ] || /run/meddles
    exit 1
    ;;
"$1 \$* after") rm /run/fail && /run/real/$1 "\$@" && exit 1 ;;
esac
exec /run/real/$1 "\$@"
END
    chmod 755 "$libexec/$1"
}

# Options that the kernel can change while the bond has NICs.
bond_options() {
    local of=/sys/class/net/bond0/bonding
    mends "bond: miimon" xapi0 "echo 250 >$of/miimon"
    mends "bond: delays" xapi0 "echo 300 >$of/updelay; echo 300 >$of/downdelay"
    mends "bond: miimon, and a NIC that is not the bond's" xapi0 \
        "ip link set eth3 down; ip link set eth3 master bond0; echo 250 >$of/miimon"
    mends "bond: miimon, and out of its bridge" xapi0 \
        "ip link set bond0 nomaster; echo 250 >$of/miimon"
    echo 250 >$of/miimon
    check "bond: miimon: the bond goes on" stays bond0 force xapi0 up
    check "bond: miimon: it is back" bond_is miimon 100
    check "bond: miimon: the delays as well" bond_is updelay 31000
    cache_says '</bond-mode>' '</bond-mode><bond-miimon>50</bond-miimon>'
    cache_says '10\.99\.1\.1<' '10.99.1.9<'
    check "bond: another miimon, ifup fails: as before" fails_at "ifup xapi0" force xapi0 up
    cache_says '10\.99\.1\.9<' '10.99.1.1<'
    check "bond: another miimon: the bond goes on" stays bond0 force xapi0 up
    check "bond: another miimon" bond_is miimon 50
    cache_says '<bond-miimon>50</bond-miimon>' ''
    check "bond: miimon of before" force xapi0 up
}

# The kernel can change the mode only while the bond has no NICs.
bond_mode() {
    cache_says '<bond-mode>active-backup<' '<bond-mode>balance-xor<'
    check "bond: another mode, ifup fails: as before" fails_at "ifup bond0" force xapi0 up
    cache_says '10\.99\.1\.1<' '10.99.1.9<'
    check "bond: another mode, a later ifup fails: as before" fails_at "ifup xapi0" force xapi0 up
    cache_says '10\.99\.1\.9<' '10.99.1.1<'
    check "bond: another mode" exits 3 force xapi0 up --detailed-exit-codes
    check "bond: it has the mode" bond_is mode balance-xor
    check "bond: it has its NICs" bond_is slaves 'eth1 eth2'
    check "bond: the mode: second up: nothing is touched" untouched xapi0
    cache_says '<bond-mode>balance-xor<' '<bond-mode>active-backup<'
    check "bond: the mode of before" force xapi0 up
    check "bond: it has the mode of before" bond_is mode active-backup
    check "bond: VMs have their ports all the time" [ -e /sys/class/net/xapi4/brif/vif2 ]
}

backs_up() { # NIC
    [ "$(cat /sys/class/net/"$1"/bonding_slave/mii_status)" = up ]
}

# A NIC is added before another one is removed, even the active one.
bond_slaves() {
    local before lost
    cache_says '</bond-mode>' '</bond-mode><bond-updelay>0</bond-updelay>'
    check "bond: no updelay" force xapi0 up
    within 40 backs_up eth2
    check "bond: the NIC that will leave works" \
        sh -c 'echo eth2 >/sys/class/net/bond0/bonding/active_slave'
    swap
    before=$(cat /sys/class/net/bond0/{ifindex,carrier_changes})
    lost=$(PING_FROM="" PING_TO=10.99.1.2 lost_pings force xapi0 up)
    check "bond: another NIC: no more than 10 of 300 pings lost ($lost)" [ "$lost" -le 10 ]
    check "bond: another NIC: the bond goes on" \
        [ "$before" = "$(cat /sys/class/net/bond0/{ifindex,carrier_changes})" ]
    check "bond: another NIC: it is in, the other one out" bond_is slaves 'eth1 eth3'
    check "bond: another NIC: second up: nothing is touched" untouched xapi0
    swap
    cache_says '10\.99\.1\.1<' '10.99.1.9<'
    check "bond: the NIC of before, ifup fails: as before" fails_at "ifup xapi0" force xapi0 up
    cache_says '10\.99\.1\.9<' '10.99.1.1<'
    cache_says '<bond-updelay>0</bond-updelay>' ''
    check "bond: the NIC of before: the bond goes on" stays bond0 force xapi0 up
    check "bond: the NIC of before is in" bond_is slaves 'eth1 eth2'
}

if ! has bridge; then
    skip "bridge live: this kernel has no Linux bridge"
    exit 0
fi
net_host bridge 4
peer_switch p0 p1 p2 p3
peer_host v0 0 10.99.0.2/24 10.99.1.2/24
wrap ifup
wrap ifdown

check "NIC: up" force xenbr0 up
ip link add vif1 type veth peer name v1
ip link set v1 up
ip link set v1 up
ip link set vif1 master xenbr0 up
check "NIC: a VM's port forwards at once" within 2 forwards vif1
within 5 forwards vif1
check "NIC: second up: nothing is touched" untouched xenbr0
mends "NIC: MTU" xenbr0 'ip link set eth0 mtu 1400'
mends "NIC: down" xenbr0 'ip link set eth0 down'
mends "NIC: out of its bridge" xenbr0 'ip link set eth0 nomaster'
mends "NIC: forward delay" xenbr0 'echo 1500 >/sys/class/net/xenbr0/bridge/forward_delay'
mends "NIC: spanning tree" xenbr0 'ip link set xenbr0 type bridge stp_state 1 forward_delay 1500'
mends "NIC: the address" xenbr0 'ip addr del 10.99.0.1/24 dev xenbr0'
mends "NIC: the default route" xenbr0 'ip route del default'
check "NIC: the VM's port is there" [ -e /sys/class/net/xenbr0/brif/vif1 ]
cache_says '10\.99\.0\.1<' '10.99.0.9<'
check "NIC: another address, ifup fails: as before" fails_at "ifup xenbr0" \
    force xenbr0 up
# Another program makes a device with the bridge's name; it is not removed.
printf '#!/bin/sh\nip link del xenbr0\nip tuntap add xenbr0 mode tap\n' >/run/meddles
chmod 755 /run/meddles
echo "ifup xenbr0" >/run/fail
check "NIC: what is not as before in the end is said" \
    says 'not restored: xenbr0: type is tun, was bridge' force xenbr0 up
rm /run/meddles
ip link del xenbr0
check "NIC: up once more" force xenbr0 up
ip link set vif1 master xenbr0
check "NIC: another address" force xenbr0 up
check "NIC: it is there, and the old one is not" sh -c \
    'ip -4 -o addr show dev xenbr0 >/run/addr
    grep -q 10.99.0.9/24 /run/addr && ! grep -q 10.99.0.1/24 /run/addr'
ip link set xenbr0 type bridge stp_state 1 forward_delay 1500
cache_says '10\.99\.0\.9<' '10.99.0.1<'
check "NIC: options of the bridge, ifup fails: as before" fails_after "ifup xenbr0" \
    force xenbr0 up
check "NIC: back" force xenbr0 up
ip link add link eth3 name xenbr1 type vlan id 9 2>/dev/null ||
    ip link add xenbr1 type veth peer name x1
before=$(ip -d link show xenbr1)
check "NIC: a VLAN device has the bridge's name: refused" \
    says 'device xenbr1 is there already and no bridge' force xenbr1 up
check "NIC: the VLAN device is as before" diff <(echo "$before") <(ip -d link show xenbr1)
ip link del xenbr1
check "NIC: a bridge in use stays" says 'in use by port vif1' force xenbr0 down
ip link set vif1 nomaster
ip addr add 192.0.2.77/32 dev xenbr0
check "NIC: an address of others keeps it as well" says 'in use by address 192.0.2.77/32' \
    force xenbr0 down
check "NIC: it is there" grep -q 192.0.2.77 <(ip -br addr show dev xenbr0)
ip addr flush dev xenbr0
ip link set vif1 master xenbr0
check "NIC: up again" force xenbr0 up
check "NIC: confirm, reverted" sh -c 'sed -i "s|10\.99\.0\.1<|10.99.0.9<|" /var/xapi/network.dbcache
    interface-reconfigure --no-syslog --force xenbr0 up --confirm 60 &&
    interface-reconfigure --no-syslog revert &&
    ip -4 -o addr show dev xenbr0 | grep -q 10.99.0.1/24'
check "NIC: to be confirmed once more" force xenbr0 up --confirm 60
# What others change until then stays theirs.
ip addr add 192.0.2.50/32 dev xenbr0
ip route add 198.51.100.0/24 via 10.99.0.2
ip link set xenbr0 mtu 1400
ip link set xenbr0 type bridge forward_delay 700
echo '# theirs' >>/etc/sysconfig/network-scripts/ifcfg-xenbr0
theirs=()
for text in 'address 192.0.2.50/32' 'routes 198.51.100.0/24 via 10.99.0.2' 'MTU 1400' \
    'forward delay 700'; do
    theirs+=("not restored: xenbr0: $text")
done
interface-reconfigure --no-syslog revert >/run/out 2>&1
check "NIC: reverted, what others did is left: exit status" [ $? = 4 ]
for text in "${theirs[@]}" \
    'ifcfg-xenbr0: somebody else changed it'; do
    check "NIC: reverted, said: $text" grep -F -- "$text" /run/out
done
check "NIC: reverted, nothing else is left" [ "$(grep -c 'not restored' /run/out)" = 5 ]
check "NIC: reverted, the address of before" has_address xenbr0 10.99.0.1/24
check "NIC: reverted, not the one between" not has_address xenbr0 10.99.0.9/24
check "NIC: reverted, another's address is there" has_address xenbr0 192.0.2.50/32
check "NIC: reverted, another's route is there" grep -q 198.51.100.0/24 <(ip route)
check "NIC: reverted, another's MTU" grep -qx 1400 /sys/class/net/xenbr0/mtu
check "NIC: reverted, another's forward delay" grep -qx 700 \
    /sys/class/net/xenbr0/bridge/forward_delay
check "NIC: reverted, another's file" grep -qx '# theirs' \
    /etc/sysconfig/network-scripts/ifcfg-xenbr0
ip route del 198.51.100.0/24
ip addr del 192.0.2.50/32 dev xenbr0
cache_says '10\.99\.0\.9<' '10.99.0.1<'
check "NIC: as the cache says" force xenbr0 up

if has bond && has vlan; then
    peer_host v4 4 10.99.4.2/24
    ip link add bond0 type dummy
    check "bond: another device has its name: refused" \
        says 'device bond0 is there already and no bond (dummy)' force xapi0 up
    ip link del bond0
    check "bond: up" force xapi0 up
    check "VLAN on the bond: up" force xapi4 up
    ip link add vif2 type veth peer name v2
    ip link set v2 up
    ip link set vif2 master xapi4 up
    within 5 forwards vif2
    check "bond: second up: nothing is touched" untouched xapi0
    check "VLAN: second up: nothing is touched" untouched xapi4
    mends "bond: MTU" xapi0 'ip link set bond0 mtu 1400'
    mends "bond: a slave is out" xapi0 'ip link set eth2 nomaster'
    mends "bond: out of its bridge" xapi0 'ip link set bond0 nomaster'
    mends "VLAN: out of its bridge" xapi4 'ip link set bond0.4 nomaster'
    mends "VLAN: another tag" xapi4 'ip link del bond0.4
        ip link add link bond0 name bond0.4 type vlan id 5
        ip link set bond0.4 master xapi4 up'
    ip link del bond0.4
    ip link add bond0.4 type dummy
    check "VLAN: another device has its name: refused" \
        says 'device bond0.4 is there already and no vlan (dummy)' force xapi4 up
    ip link del bond0.4
    check "VLAN: back" force xapi4 up
    bond_options
    bond_mode
    bond_slaves
    check "VLAN: the VM's port is there" [ -e /sys/class/net/xapi4/brif/vif2 ]
    check "bond: packets pass" within 10 ping -I xapi0 -c 1 -W 1 10.99.1.2
    check "VLAN: packets pass" within 10 ping -I xapi4 -c 1 -W 1 10.99.4.2
    check "a slave of a bond in use is refused" says 'in use by' force xenbr1 up
    check "refused: exit status 1" exits 1 force xenbr1 up
    ip link del vif2
    check "a bond with a VLAN on it: down of the VLAN" force xapi4 down
    both=(interface-reconfigure --no-syslog --force xapi0 --force xapi4)
    check "both up in one run" "${both[@]}" up
    before=$(kernel)
    check "both down in one run, to be confirmed" "${both[@]}" down --confirm 60
    check "both down: devices and bridges are gone" not ls -d /sys/class/net/bond0 \
        /sys/class/net/bond0.4 /sys/class/net/xapi0 /sys/class/net/xapi4
    check "both down: revert" interface-reconfigure --no-syslog revert
    check "both down: all is as before" within_same "$before"
    check "both up: the VLAN's packets pass" within 10 ping -I xapi4 -c 1 -W 1 10.99.4.2
    check "down of the VLAN, to go on with" force xapi4 down
    ip link add vif3 type veth peer name v3
    ip link set v3 up
    ip link set vif3 master xapi0 up
    within 5 forwards vif3
    check "the bond taken apart, ifup fails: as before" fails_at "ifup xenbr1" \
        force xenbr1 up --take-over
    check "the bond is there again: packets pass" within 10 ping -I xapi0 -c 1 -W 1 10.99.1.2
    check "with --take-over the bond goes" force xenbr1 up --take-over
    check "the bond is gone" [ ! -e /sys/class/net/bond0 ]
else
    skip "bridge live: this kernel has no bonding or no 8021q"
fi
