#!/bin/bash
# test_ifup.sh - our own ifup and ifdown on a real device: addresses, routes, resolv.conf, and DHCP
# with dhclient and udhcpc, with a server and without.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
PATH=$libexec:$PATH
readonly scripts=/etc/sysconfig/network-scripts

ifcfg() { # DEVICE LINE...
    local dev=$1
    shift
    printf '%s\n' "DEVICE=$dev" "$@" >"$scripts/ifcfg-$dev"
}

serve() {
    dhcp_server p0 10.99.0.2/24 10.99.0.50 10.99.0.60 --domain=lab.example \
        --dhcp-option=option:router,10.99.0.2 --dhcp-option=option:dns-server,10.99.0.3
}

stop_serving() {
    kill "$(cat /run/dnsmasq.pid)"
    within 5 not pgrep dnsmasq
}

clients_now() { # NUMBER
    [ "$(pgrep -c 'dhclient|udhcpc')" = "$1" ]
}

clients_are() { # NUMBER of DHCP clients; one that has been ended may take a moment to go
    within 3 clients_now "$1"
}

# ends_within SECONDS STATUS COMMAND...
ends_within() {
    local limit=$1 want=$2 begin=$SECONDS status
    shift 2
    "$@"
    status=$?
    echo "exit status $status after $((SECONDS - begin)) s"
    [ $status = "$want" ] && [ $((SECONDS - begin)) -le "$limit" ]
}

no_temporary_files() {
    ! compgen -G '/run/ifup-dhclient-*'
}

plug eth0 00:16:3e:5a:01:00 p0
ip -n peer addr add 10.99.0.2/24 dev p0
echo 'search before' >/etc/resolv.conf

# ---- Static.
# shellcheck disable=SC2016  # what must not be expanded
readonly trap='$(touch /tmp/run)'
ifcfg eth0 TYPE=Ethernet BOOTPROTO=none NETMASK=255.255.255.0 IPADDR=10.99.0.1 GATEWAY=10.99.0.2 \
    MTU=1400 DNS1=10.99.0.53 DNS2=10.99.0.54 "DOMAIN='one.example two.example'" "X=$trap"
cat >"$scripts/route-eth0" <<END
# comment
10.1.0.0/16 via 10.99.0.2 dev eth0
$trap
10.2.0.0/16 via 1.1.1.1 dev eth0
END
check "static: up" ifup eth0
check "static: packets pass" pings 10.99.0.2
check "static: MTU" grep -qx 1400 /sys/class/net/eth0/mtu
check "static: default route" grep -q 'via 10.99.0.2 dev eth0' <(ip route show default)
check "static: route file" grep -q '10.1.0.0/16 via 10.99.0.2' <(ip route)
check "static: search" grep -qx 'search one.example two.example' /etc/resolv.conf
check "static: nameservers" grep -qx 'nameserver 10.99.0.54' /etc/resolv.conf
check "static: nothing in the files was executed" test ! -e /tmp/run
check "static: up again" ifup eth0
check "static: down" ifdown eth0
check "static: no address left" not has_address eth0 ''
check "static: resolv.conf is back" grep -qx 'search before' /etc/resolv.conf
check "static: down again" ifdown eth0
rm "$scripts/route-eth0"

# ---- Owners of the default route and of resolv.conf.
printf 'NETWORKING=yes\nGATEWAYDEV=other0\nDNSDEV=other0\n' >/etc/sysconfig/network
check "owner elsewhere: up" ifup eth0
check "owner elsewhere: no default route" not grep -q . <(ip route show default)
check "owner elsewhere: resolv.conf untouched" grep -qx 'search before' /etc/resolv.conf
ifdown eth0

# ---- DHCP, once for each client.
dhcp_tests() { # CLIENT
    local n=$1
    printf 'GATEWAYDEV=other0\nDNSDEV=other0\n' >/etc/sysconfig/network
    serve
    ifcfg eth0 BOOTPROTO=dhcp PERSISTENT_DHCLIENT=yes
    check "$n: up" ends_within 10 0 ifup eth0
    check "$n: address" has_address eth0 10.99.0.
    check "$n: GATEWAYDEV is another device" not grep -q . <(ip route show default)
    check "$n: DNSDEV is another device" grep -qx 'search before' /etc/resolv.conf
    ifdown eth0
    : >/etc/sysconfig/network
    check "$n: up" ends_within 10 0 ifup eth0
    check "$n: default route" grep -q 'via 10.99.0.2 dev eth0' <(ip route show default)
    check "$n: resolv.conf" grep -qx 'nameserver 10.99.0.3' /etc/resolv.conf
    check "$n: packets pass" pings 10.99.0.2
    check "$n: up again" ends_within 10 0 ifup eth0
    check "$n: one client runs" clients_are 1
    check "$n: down" ifdown eth0
    check "$n: no client runs" clients_are 0
    check "$n: no address left" not has_address eth0 ''
    check "$n: resolv.conf is back" grep -qx 'search before' /etc/resolv.conf

    stop_serving
    rm -f /var/lib/dhcp/*
    check "$n: no server" ends_within 30 0 ifup --timeout=3 eth0
    check "$n: no server: the client goes on" clients_are 1
    serve
    check "$n: up when the server is there" ends_within 15 0 ifup eth0
    check "$n: still one client" clients_are 1
    check "$n: address in the end" has_address eth0 10.99.0.
    ifdown eth0
    stop_serving
    ifcfg eth0 BOOTPROTO=dhcp
    check "$n: no server, not persistent" ends_within 30 1 ifup --timeout=3 eth0
    check "$n: no client stays" clients_are 0
    check "$n: no temporary file stays" no_temporary_files
}

dhcp_tests dhclient

# ---- A lease that ends, on a device with another address of the same subnet.
lose() { # ADDRESS
    env -i reason=EXPIRE interface=eth0 old_ip_address="$1" old_subnet_mask=255.255.255.0 \
        old_routers=10.99.0.2 "$libexec/ifup-dhcp"
}

ifcfg eth0 BOOTPROTO=none IPADDR=10.99.0.50 NETMASK=255.255.255.0 GATEWAY=10.99.0.2
check "lost lease: an address as of a lease" ifup eth0
ip addr add 10.99.0.70/24 dev eth0
check "lost lease: ends" lose 10.99.0.50
check "lost lease: its address goes" not has_address eth0 10.99.0.50
check "lost lease: its default route goes" not grep -q . <(ip route show default)
check "lost lease: the other address stays" has_address eth0 10.99.0.70
ifdown eth0

mount --bind /dev/null "$(readlink -f /sbin/dhclient)" # as if it were not installed
if [ -x /usr/sbin/udhcpc ] || busybox udhcpc --help >/dev/null 2>&1; then
    dhcp_tests udhcpc
else
    skip "udhcpc: not installed"
fi

# ---- What cannot be.
check "no ifcfg file" ends_within 5 1 ifup eth9
check "no such device" ends_within 5 1 ifup gone0
ifcfg gone0 BOOTPROTO=none
check "no such device, with a file" ends_within 5 1 ifup gone0
check "ifdown of a device that is gone" ends_within 5 0 ifdown gone0
check "wrong usage" ends_within 5 2 ifup
