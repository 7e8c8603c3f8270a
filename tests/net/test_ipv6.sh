#!/bin/bash
# test_ipv6.sh - management by IPv6 with packets, on both datapaths: static addresses, a router's
# prefix (SLAAC), DHCPv6; what is right stays, what differs is changed alone, a change that fails is
# taken back, and a secure bridge lets all of it pass.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

readonly beyond=2001:db8:ffff::1 # the peer has it, behind its router

# pif MODE ADDRESSES GATEWAY - sets IPv6 in the record of eth0.
pif() {
    python3 - "$@" <<'END'
import re
import sys
path = "/var/xapi/network.dbcache"
text = open(path, encoding="utf-8").read()
record = text[text.index("<pif "):text.index("</pif>")]
new = re.sub(r"<(ipv6_configuration_mode|IPv6|IPv6_gateway)>[^<]*</\1>\s*", "", record)
for name, value in zip(("ipv6_configuration_mode", "IPv6", "IPv6_gateway"), sys.argv[1:]):
    new += "<%s>%s</%s>" % (name, value, name)
open(path, "w", encoding="utf-8").write(text.replace(record, new))
END
}

ipv6_of() { # DEVICE: its addresses but the kernel's own
    ip -6 -o addr show dev "$1" 2>/dev/null | awk '$4 !~ /^fe80:/ { print $4 }' | sort
}

# has_ipv6 ADDRESS/LEN... - xenbr0 has these addresses and no others.
has_ipv6() {
    diff <(printf '%s\n' "$@" | sort) <(ipv6_of xenbr0)
}

has_ipv6_of() { # PREFIX
    ipv6_of xenbr0
    ipv6_of xenbr0 | grep -q "^$1"
}

link_local() {
    ip -6 -o addr show dev xenbr0 scope link | grep -v tentative | grep -q fe80:
}

ping6() {
    ping -6 -q -n -c 2 -i 0.2 -W 2 "$@"
}

# both_ways ADDRESS... - pings a host behind the router, and from the router each address.
both_ways() {
    local address
    ip -6 neigh flush dev xenbr0
    ip -n peer -6 neigh flush dev p0
    ping6 "$beyond" || return
    for address in "$@"; do
        peer ping -6 -q -n -c 2 -i 0.2 -W 2 "${address%/*}" || return
    done
}

setting() { # NAME VALUE
    grep -x "$2" "/proc/sys/net/ipv6/conf/xenbr0/$1" || cat "/proc/sys/net/ipv6/conf/xenbr0/$1"
    grep -qx "$2" "/proc/sys/net/ipv6/conf/xenbr0/$1"
}

# What a run must not touch when nothing differs.
whole() {
    # No lifetimes: they count down.
    ip -o addr show dev xenbr0 | sed 's/ *valid_lft.*//'
    ip route
    ip -6 route | sed 's/ expires [^ ]*//; /^fe80/d'
    stat -c '%n %i %Y' /etc/sysconfig/network-scripts/* /etc/sysconfig/network
    pgrep -a dhclient
}

untouched() {
    local before
    before=$(whole)
    : >/run/ovsdb.log
    force xenbr0 up --detailed-exit-codes >/run/second.out 2>&1 || {
        cat /run/second.out
        return 1
    }
    diff <(echo "$before") <(whole) || return
    cat /run/second.out
    [ "$(writes)" = 0 ] && ! grep 'Running command' /run/second.out
}

# no_pings_lost ADDRESS COMMAND...
no_pings_lost() {
    local lost
    PING_FROM='' PING_TO=$1
    shift
    lost=$(PINGS=150 lost_pings "$@")
    echo "$lost of 150 pings lost"
    [ "$lost" = 0 ]
}

# ---- The peer as a router. ----------------------------------------------------------------------

router() {
    peer sh -c 'echo 1 | tee /proc/sys/net/ipv6/conf/all/forwarding' >/dev/null
    ip -n peer addr add "$beyond/128" dev lo
    ip -n peer addr add 10.99.0.2/24 dev p0
    ip -n peer -6 addr add 2001:db8:1::1/64 dev p0 nodad
}

# advertise OPTION... - dnsmasq speaks for the router.
advertise() {
    : >/run/dnsmasq.leases
    peer dnsmasq --user=root --conf-file=/dev/null --port=0 --interface=p0 --bind-interfaces \
        --enable-ra --dhcp-leasefile=/run/dnsmasq.leases --pid-file=/run/dnsmasq.pid \
        --log-facility=/run/dnsmasq.log --log-dhcp "$@"
}

silence() {
    kill "$(cat /run/dnsmasq.pid)"
    within 5 not pgrep dnsmasq
}

# fails_after COMMAND... - our ifup does its work and fails; all must be as before.
fails_after() {
    local before
    before=$(whole)
    mkdir -p /run/real
    mv $libexec/ifup /run/real/ifup
    printf '#!/bin/sh\n/run/real/ifup "$@"\nexit 1\n' >$libexec/ifup
    chmod 755 $libexec/ifup
    "$@" >/run/failed.out 2>&1 && echo 'it did not fail' >>/run/failed.out
    mv /run/real/ifup $libexec/ifup
    cat /run/failed.out
    within 5 same_whole "$before" || diff <(echo "$before" | no_inodes) <(whole | no_inodes)
}

# A file that was restored has another inode.
no_inodes() {
    sed -E 's|^(/etc/[^ ]*) .*|\1|'
}

same_whole() {
    [ "$(echo "$1" | no_inodes)" = "$(whole | no_inodes)" ]
}

# ---- Each mode. ---------------------------------------------------------------------------------

static_mode() { # DATAPATH
    local a=2001:db8:1::5/64 b=fd00:1::5/48
    pif Static "$a,$b" 2001:db8:1::1
    check "$1: static: up" force xenbr0 up
    check "$1: static: both addresses and no other" has_ipv6 $a $b
    check "$1: static: nothing from routers" setting accept_ra 0
    check "$1: static: packets pass" both_ways $a
    check "$1: static: second up: nothing is touched" untouched
    check "$1: static: second up: no ping is lost" no_pings_lost 2001:db8:1::1 force xenbr0 up
    check "$1: static: status: as the cache says" not grep 'IPv6.*drift' <(dbcache status)
    ip -6 addr del $b dev xenbr0
    check "$1: static: one is gone: status says so" says 'IPv6 address' dbcache status
    check "$1: static: up mends it" exits 3 force xenbr0 up --detailed-exit-codes
    check "$1: static: it is back" has_ipv6 $a $b
    ip -6 addr add 2001:db8:7::7/64 dev xenbr0 nodad
    b=fd00:1::6/48
    pif Static "$a,$b" 2001:db8:1::1
    check "$1: static: another one, ifup fails: as before" fails_after force xenbr0 up
    check "$1: static: another one: no ping of IPv6 is lost" \
        no_pings_lost 2001:db8:1::1 force xenbr0 up
    check "$1: static: another one: only that is changed" has_ipv6 $a $b 2001:db8:7::7/64
    ip -6 addr del 2001:db8:7::7/64 dev xenbr0
    ip -6 route del default
    check "$1: static: no gateway: status says so" says 'IPv6 gateway' dbcache status
    check "$1: static: up mends the gateway" force xenbr0 up
    check "$1: static: packets pass again" both_ways $a
    check "$1: static: the link-local address is there" link_local
    ip -n peer -6 addr add 2001:db8:1::9/64 dev p0 nodad
    pif Static 2001:db8:1::9/64 2001:db8:1::1
    check "$1: static: a duplicate is an error that says so" says 'is a duplicate' force xenbr0 up
    check "$1: static: and what was there before is back" has_ipv6 $a $b
    ip -n peer -6 addr del 2001:db8:1::9/64 dev p0
    check "$1: static: it is nobody's now" force xenbr0 up
    check "$1: static: it is there" both_ways 2001:db8:1::9
}

slaac_mode() { # DATAPATH
    ip -n peer -6 addr add 2001:db8:2::1/64 dev p0 nodad
    advertise --dhcp-range=2001:db8:2::,ra-only
    pif Autoconf
    check "$1: router: up" force xenbr0 up
    check "$1: router: an address of its prefix" has_ipv6_of 2001:db8:2:
    check "$1: router: and no other" [ "$(ipv6_of xenbr0 | wc -l)" = 1 ]
    check "$1: router: packets pass" both_ways "$(ipv6_of xenbr0)"
    check "$1: router: second up: nothing is touched" untouched
    check "$1: router: second up: no ping is lost" no_pings_lost 2001:db8:2::1 force xenbr0 up
    check "$1: router: status: as the cache says" not grep 'IPv6.*drift' <(dbcache status)
    echo 0 >/proc/sys/net/ipv6/conf/xenbr0/accept_ra
    check "$1: router: up listens again" exits 3 force xenbr0 up --detailed-exit-codes
    check "$1: router: it does" setting accept_ra 1
    pif Static 2001:db8:2::5/64 2001:db8:2::1
    check "$1: router: static instead, ifup fails: as before" fails_after force xenbr0 up
    pif Autoconf
    check "$1: router: packets pass as before" both_ways "$(ipv6_of xenbr0)"
    silence
}

dhcp_mode() { # DATAPATH
    ip -n peer -6 addr add 2001:db8:3::1/64 dev p0 nodad
    advertise --dhcp-range=2001:db8:3::100,2001:db8:3::1ff,64,10m \
        --dhcp-option='option6:dns-server,[2001:db8:3::53]'
    pif DHCP
    check "$1: DHCPv6: up" force xenbr0 up
    check "$1: DHCPv6: an address of the server's" has_ipv6_of 2001:db8:3::1
    check "$1: DHCPv6: and none of the prefix" [ "$(ipv6_of xenbr0 | wc -l)" = 1 ]
    check "$1: DHCPv6: packets pass" both_ways "$(ipv6_of xenbr0)"
    check "$1: DHCPv6: second up: nothing is touched" untouched
    check "$1: DHCPv6: one client" [ "$(pgrep -c dhclient)" = 1 ]
    check "$1: DHCPv6: down" force xenbr0 down
    check "$1: DHCPv6: no client stays" not pgrep dhclient
    check "$1: DHCPv6: no address stays" not has_ipv6_of 2001
    silence
}

all_modes() { # DATAPATH
    force xenbr0 up >/dev/null 2>&1
    check "$1: without IPv6: no word of it" not grep -r IPV6 /etc/sysconfig
    static_mode "$1"
    slaac_mode "$1"
    dhcp_mode "$1"
    rm -rf /etc/sysconfig/network-scripts/* /etc/sysconfig/network /var/lib/dhcp/*
}

# ---- Management. --------------------------------------------------------------------------------

# By IPv6 alone, on a bridge that is secure.
secure_modes() {
    cache_says '<ip_configuration_mode>Static<' '<ip_configuration_mode>None<'
    echo "MANAGEMENT_ADDRESS_TYPE='IPv6'" >>/etc/xensource-inventory
    python3 - <<'END'
path = "/var/xapi/network.dbcache"
text = open(path, encoding="utf-8").read()
at = text.index("<pool ")
key = "<vswitch-controller-fail-mode>secure</vswitch-controller-fail-mode>"
text = text[:at] + text[at:].replace("<other_config/>", "<other_config>%s</other_config>" % key, 1)
open(path, "w", encoding="utf-8").write(text)
END
    pif Static 2001:db8:1::5/64 2001:db8:1::1
    check "secure: static: up" force xenbr0 up
    check "secure: it is" column Bridge xenbr0 fail_mode secure
    check "secure: static: packets pass" both_ways 2001:db8:1::5
    ip -n peer -6 addr add 2001:db8:1::9/64 dev p0 nodad
    pif Static 2001:db8:1::9/64 2001:db8:1::1
    check "secure: static: a duplicate is found" says 'is a duplicate' force xenbr0 up
    ip -n peer -6 addr del 2001:db8:1::9/64 dev p0
    check "secure: static: no IPv4" not has_address xenbr0 ''
    check "secure: management-interface names the address" \
        says 'is up with 2001:db8:1::5' management-interface status
    advertise --dhcp-range=2001:db8:2::,ra-only
    pif Autoconf
    check "secure: router: up" force xenbr0 up
    check "secure: router: packets pass" both_ways "$(ipv6_of xenbr0)"
    silence
    advertise --dhcp-range=2001:db8:3::100,2001:db8:3::1ff,64,10m
    pif DHCP
    check "secure: DHCPv6: up" force xenbr0 up
    check "secure: DHCPv6: packets pass" both_ways "$(ipv6_of xenbr0)"
    silence
    pif None
    force xenbr0 up >/dev/null 2>&1
    check "secure: management-interface misses it" \
        says 'no IPv6 address' management-interface status
}

net_host openvswitch 1
# Duplicate addresses are looked for at once, not after a random delay.
echo 0 >/proc/sys/net/ipv6/conf/default/router_solicitation_delay
# With the userspace datapath the kernel would use IPv6 on the NIC, too.
echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
router
start_ovs
all_modes openvswitch
secure_modes
force xenbr0 down >/dev/null 2>&1
rm -rf /etc/sysconfig/network-scripts/* /etc/sysconfig/network /var/lib/dhcp/*
ovs-vsctl --if-exists del-br xenbr0

cp "$here/../../fixtures/net/network.dbcache" /var/xapi/
cp "$here/../../fixtures/net/xensource-inventory" /etc/
echo bridge >/etc/xensource/network.conf
echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
if ip link add probe type bridge 2>/dev/null; then
    ip link del probe
    all_modes bridge
else
    skip "bridge: the kernel has none"
fi
