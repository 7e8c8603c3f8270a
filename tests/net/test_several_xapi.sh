#!/bin/bash
# test_several_xapi.sh - several interfaces in one run, from XAPI's records: XAPI is asked once, all
# are one transaction, the cache is saved once, and one that is wrong does not stop the others.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"
. "$here/xapi.sh"

management=5c6e4337-15ba-4bdd-9772-19d30e7a269f
vlan=ffed9235-288b-4781-ae66-267594c9c950
bond=829a48d4-22fe-49a2-ac70-501e533c9135
on_bond=e89204e2-e816-4561-867e-5e15bc01bfce

act() {
    interface-reconfigure --no-syslog "$@" >/run/out 2>&1
}

# told LINE... - standard output had exactly these lines about interfaces, in this order.
told() {
    cat /run/out
    diff <(grep -E '^[-:0-9A-Za-z]*: (up|down|.*no PIF.*)$' /run/out) <(printf '%s\n' "$@")
}

# ref UUID - the reference of a PIF.
ref() {
    grep -B1 "<uuid>$1<" "$cache" | sed -n 's/.*<pif ref="\(.*\)">/\1/p'
}

there() {
    local bridge
    for bridge; do
        ovs-vsctl br-exists "$bridge" || return
    done
}

make_live_host
xapi attached= xapi123:mtu=1400
check "three at once" act --pif-uuid $management --pif-uuid $vlan --pif-uuid $bond up --management
check "three at once: each is told" told "$management: up" "$vlan: up" "$bond: up"
check "three at once: XAPI was asked once" [ "$(grep -c 'logging in' /run/out)" = 1 ]
check "three at once: one transaction" [ "$(writes)" = 1 ]
check "three at once: with addresses" sh -c 'ip -4 -o addr show xenbr0 | grep 10.99.0.1 &&
    ip -4 -o addr show xapi123 | grep 10.99.123.1 && ip -4 -o addr show xapi0 | grep 10.99.1.1'
check "three at once: the first is management" grep -x 'DNSDEV=xenbr0' /etc/sysconfig/network
check "three at once: the cache is saved" grep '<mtu>1400</mtu>' /var/xapi/network.dbcache
check "three at once: one entry of the history" sh -c \
    'dbcache history list | grep -c "  up of 3 interfaces" | grep -x 1'
xapi attached=xenbr0,xapi123,xapi0 xapi123:mtu=1400
check "again: nothing changes" exits 0 act --pif-uuid $management --pif-uuid $vlan \
    --pif-uuid $bond up --management --detailed-exit-codes
check "again: nothing is written" [ "$(writes)" = 0 ]

xapi attached=xenbr0,xapi123,xapi0 snooping=true
check "multicast snooping: on" act --pif-uuid $management --pif-uuid $vlan --pif-uuid $bond up
check "multicast snooping: one transaction" [ "$(writes)" = 1 ]
check "multicast snooping: of the bridge" column Bridge xenbr0 mcast_snooping_enable true
check "multicast snooping: of the bond's" column Bridge xapi0 mcast_snooping_enable true
xapi attached=xenbr0,xapi123,xapi0 snooping=true
check "multicast snooping, again: nothing changes" exits 0 act --pif-uuid $management \
    --pif-uuid $bond up --detailed-exit-codes
xapi attached=xenbr0,xapi123,xapi0
check "multicast snooping: it stays where XAPI does not say" \
    act --pif-uuid $management --pif-uuid $bond up
check "multicast snooping: it is on still" column Bridge xenbr0 mcast_snooping_enable true
xapi attached=xenbr0,xapi123,xapi0 snooping=false
check "multicast snooping: off" act --pif-uuid $management --pif-uuid $bond up
check "multicast snooping: off on both" column Bridge xapi0 mcast_snooping_enable false
: >/run/ovsdb.log

check "one is wrong: exit status" exits 1 \
    act --pif-uuid $on_bond --pif-uuid nosuch --pif-uuid $vlan up
check "one is wrong: the others are up" there xapi4 xapi123
check "one is wrong: each is told" \
    told "nosuch: XAPI knows no PIF nosuch on this host" "$on_bond: up" "$vlan: up"
check "one is wrong: one transaction" [ "$(writes)" = 1 ]

check "down, by reference" act --session "$session" \
    --pif "$(ref $on_bond)" --pif "$(ref $vlan)" down
check "down: each is told" told "$(ref $on_bond): down" "$(ref $vlan): down"
check "down: they are gone" not there xapi4
check "down: both" not there xapi123

xapi_stop
: >/run/ovsdb.log
check "XAPI is away: none" exits 1 act --pif-uuid $vlan --pif-uuid $on_bond up
check "XAPI is away: nothing is written" [ "$(writes)" = 0 ]
check "from the cache instead" act --pif-uuid $vlan --pif-uuid $on_bond up --fallback-cache
check "from the cache instead: both are up" there xapi4 xapi123
check "from the cache instead: one transaction" [ "$(writes)" = 1 ]
