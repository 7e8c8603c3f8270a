#!/bin/bash
# test_bridge_live.sh - the Linux bridge of a host that runs: what is right stays, what differs is
# mended, a VM's port survives, and a change that fails is taken back.  Bonds and VLANs where the
# kernel has them.
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

# The kernel's network and the files; without what the kernel counts.
kernel() {
    ip -d -o link | sed -E 's/^[0-9]+: //; s/(hello|tcn|topology_change|gc)_timer +[0-9.]+//g
        s/ (designated_port|port_id|port_no) [^ ]+//g; s/state [A-Z]+//
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

# fails_at NTH COMMAND... - the Nth ifup or ifdown fails; the host must be as before.
fails_at() {
    local nth=$1 before
    shift
    before=$(kernel)
    echo "$nth" >/run/fail
    "$@" >/run/failed.out 2>&1 && { cat /run/failed.out; echo 0 >/run/fail; return 1; }
    echo 0 >/run/fail
    within_same "$before" || { cat /run/failed.out; return 1; }
}

# ifup and ifdown are one program, which goes by its name.
wrap() {
    mkdir -p /run/real
    mv "$libexec/$1" "/run/real/$1"
    cat >"$libexec/$1" <<END
#!/bin/sh
n=\$(cat /run/fail 2>/dev/null || echo 0)
[ "\$n" -gt 0 ] && echo \$((n - 1)) >/run/fail
[ "\$n" = 1 ] && exit 1
exec /run/real/$1 "\$@"
END
    chmod 755 "$libexec/$1"
}

if ! has bridge; then
    skip "bridge live: this kernel has no Linux bridge"
    exit 0
fi
net_host bridge 4
peer_switch p0 p1 p2
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
check "NIC: another address, ifup fails: as before" fails_at 1 force xenbr0 up
check "NIC: another address" force xenbr0 up
check "NIC: it is there, and the old one is not" sh -c \
    'ip -4 -o addr show dev xenbr0 >/run/addr
    grep -q 10.99.0.9/24 /run/addr && ! grep -q 10.99.0.1/24 /run/addr'
cache_says '10\.99\.0\.9<' '10.99.0.1<'
check "NIC: back" force xenbr0 up
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
cache_says '10\.99\.0\.9<' '10.99.0.1<'

if has bond && has vlan; then
    peer_host v4 4 10.99.4.2/24
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
    mends "VLAN: out of its bridge" xapi4 'ip link set bond0.4 nomaster'
    check "VLAN: the VM's port is there" [ -e /sys/class/net/xapi4/brif/vif2 ]
    check "bond: packets pass" within 10 ping -c 1 -W 1 10.99.1.2
    check "VLAN: packets pass" within 10 ping -c 1 -W 1 10.99.4.2
    check "a slave of a bond in use is refused" says 'in use by' force xenbr1 up
    check "refused: exit status 1" exits 1 force xenbr1 up
    ip link del vif2
    check "a bond with a VLAN on it: down of the VLAN" force xapi4 down
    check "the bond taken apart, ifup fails: as before" fails_at 6 force xenbr1 up --take-over
    check "with --take-over the bond goes" force xenbr1 up --take-over
    check "the bond is gone" [ ! -e /sys/class/net/bond0 ]
else
    skip "bridge live: this kernel has no bonding or no 8021q"
fi
