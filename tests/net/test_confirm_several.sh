#!/bin/bash
# test_confirm_several.sh - several interfaces whose change must be confirmed: one transaction, one
# record, one guardian, and one way back for all of them; from the cache, of the inventory, and from
# XAPI.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
DBCACHE_SECONDS=${DBCACHE_SECONDS:-200} in_sandbox "$@"
. "$here/live.sh"
. "$here/xapi.sh"
. "$here/confirm.sh"

guardians() {
    pgrep -f 'interface-reconfigure guardian' | wc -l
}

# several OPTION... - management gets another address, a bond and a VLAN are new: to be confirmed.
several() {
    cache_says '10\.99\.0\.1<' '10.99.0.9<'
    : >/run/ovsdb.log
    act --force xenbr0 --force xapi0 --force xapi123 up "$@"
}

all_are_up() {
    has_address xenbr0 10.99.0.9/24 && has_address xapi0 10.99.1.1/24 &&
        has_address xapi123 10.99.123.1/24
}

none_is_up() {
    has_address xenbr0 10.99.0.1/24 && ! ovs-vsctl br-exists xapi0 &&
        ! ovs-vsctl br-exists xapi123
}

cache_put_back() {
    cache_says '10\.99\.0\.9<' '10.99.0.1<'
}

one_guardian() {
    [ "$(guardians)" = 1 ]
}

# The guardian of a change that was taken back ends at its next look.
one_record_of() { # BRIDGE...
    local is
    within 3 one_guardian
    is=$(act pending --json |
        python3 -c 'import json, sys; print(*json.load(sys.stdin)["bridges"])')
    echo "the record is of $is; guardians: $(guardians)"
    [ "$is" = "$*" ] && one_guardian
}

make_live_host
check "management comes up" force xenbr0 up
dump >/run/before

check "deadline: three interfaces" several --confirm 5
check "deadline: they are up" all_are_up
check "deadline: one transaction" [ "$(writes)" = 1 ]
within 3 has_guardian
check "deadline: one record, one guardian" one_record_of xenbr0 xapi0 xapi123
check "deadline: what waits, for people" says 'xenbr0, xapi0, xapi123 up, since' act pending
check "deadline: no other change meanwhile" says 'waits to be confirmed' \
    act --force xenbr0 --force xapi4 up
check "deadline: all go back" within 10 is_phase reverted
check "deadline: none is left" none_is_up
check "deadline: all is as before" as_before
cache_put_back

check "revert: three interfaces" several --confirm 60
check "revert" act revert
check "revert: all is as before" as_before
cache_put_back

check "one is right already" act --force xenbr0 --force xapi123 up --confirm 60
within 3 has_guardian
check "one is right already: probes go through the one that changes" one_record_of xapi123 xenbr0
check "one is right already: revert" act revert
check "one is right already: all is as before" as_before

check "guardian killed: three interfaces" several --confirm 2
kill_guardian
sleep 2.5
check "guardian killed: it still waits" is_phase applied
check "guardian killed: confirm comes too late" says 'too late' act confirm
check "guardian killed: all is as before" as_before
cache_put_back

check "one wrong: the others change" exits 1 several --force nosuch --force a/b --confirm 60
check "one wrong: they are up" all_are_up
check "one wrong: one transaction" [ "$(writes)" = 1 ]
within 3 has_guardian
check "one wrong: the record is of the others" one_record_of xenbr0 xapi0 xapi123
check "one wrong: revert" act revert
check "one wrong: all is as before" as_before
cache_put_back
: >/run/ovsdb.log
check "all wrong: nothing waits" sh -c '
    interface-reconfigure --no-syslog --force nosuch --force xenbr9 up --confirm 60
    interface-reconfigure --no-syslog pending | grep "No change"'
check "all wrong: nothing is written" [ "$(writes)" = 0 ]

# A failed ifup is reported at the end; what it has done belongs to the change.
cp $libexec/ifup /run/real-ifup
# shellcheck disable=SC2016  # the script's own
printf '%s\n' '#!/bin/sh' 'for last; do :; done' '[ "$last" != xapi0 ] || exit 1' \
    'exec /run/real-ifup "$@"' >/run/bad-ifup
install -m 755 /run/bad-ifup $libexec/ifup
several --confirm 60 >/run/out 2>&1
status=$?
install -m 755 /run/real-ifup $libexec/ifup
check "a bad ifup: exit status" [ $status = 1 ]
check "a bad ifup: it is told, and of no other" \
    [ "$(grep -cE '^(xenbr0: up|xapi123: up|xapi0: .*ifup.*)$' /run/out)" = 3 ]
check "a bad ifup: the others are up" sh -c 'ip -4 -o addr show xapi123 | grep -q 10.99.123.1 &&
    ip -4 -o addr show xenbr0 | grep -q 10.99.0.9'
check "a bad ifup: it waits to be confirmed" is_phase applied
check "a bad ifup: revert" act revert
check "a bad ifup: all is as before" as_before
cache_put_back

# The common transaction fails: nothing stays, and no interface is tried by itself.
: >/run/ovsdb.log
echo '1 before' >/run/ovsdb.fail
check "a bad transaction: exit status" exits 1 several --confirm 60
rm -f /run/ovsdb.fail
check "a bad transaction: nothing waits" exits 1 act pending
check "a bad transaction: one was tried" [ "$(writes)" = 1 ]
check "a bad transaction: all is as before" as_before
cache_put_back

check "two that contradict: neither" says 'so none of them, because of --confirm' \
    act --force xapi0 --force xenbr1 up --confirm 60
check "two that contradict: nothing waits" exits 1 act pending
check "two that contradict: all is as before" as_before

mv /run/openvswitch/db.sock /run/openvswitch/away
check "blind: refused" says 'needs a host that can be observed' several --confirm 60
check "blind: refused, exit status" exits 1 several --confirm 60
mv /run/openvswitch/away /run/openvswitch/db.sock
check "blind: nothing waits" exits 1 act pending
check "blind: all is as before" as_before
cache_put_back

check "probe: three interfaces" several --confirm 60 --probe 10.99.0.2
check "probe: through management, not the bond" within 10 is_phase confirmed
check "probe: they stay" all_are_up
cache_put_back
force xenbr0 up >/dev/null 2>&1

# Down of several is one change, too.
cp /run/before /run/none
dump >/run/before
: >/run/ovsdb.log
check "down: two" act --force xapi123 --force xapi0 down --confirm 60
check "down: one transaction" [ "$(writes)" = 1 ]
check "down: they are gone" not sh -c 'ovs-vsctl br-exists xapi123 || ovs-vsctl br-exists xapi0'
check "down: what others use stays" has_address xenbr0 10.99.0.1/24
within 3 has_guardian
check "down: one record, one guardian" one_record_of xapi123 xapi0
check "down: revert" act revert
# A tap stands in for Open vSwitch's bond0, and a new one is made when the bond comes back.
check "down: all is as before" diff <(grep -vE 'network.dbcache|^link bond0:' /run/before) \
    <(dump | grep -vE 'network.dbcache|^link bond0:')
act --force xapi123 --force xapi0 down >/dev/null 2>&1
mv /run/none /run/before
rm -f /etc/sysconfig/network-scripts/*-xapi*
# The proxy removes that tap at the next change of a bridge.
ovs-vsctl br-set-external-id xenbr0 nudge 1
within 5 not ip link show dev bond0

# The interfaces of the inventory.
printf '%s\n' "MANAGEMENT_INTERFACE='xenbr0'" "CURRENT_INTERFACES='xenbr0 xapi123 xapi0'" \
    >>/etc/xensource-inventory
check "--management first" force xenbr0 up --management
dump >/run/before
: >/run/ovsdb.log
check "--all: two change" act --all up --confirm 60
check "--all: one transaction" [ "$(writes)" = 1 ]
within 3 has_guardian
check "--all: one record, one guardian" one_record_of xenbr0 xapi123 xapi0
check "--all: revert" act revert
check "--all: all is as before" as_before

# From XAPI.  The cache is saved once, when it is confirmed.
vlan=ffed9235-288b-4781-ae66-267594c9c950
bond=829a48d4-22fe-49a2-ac70-501e533c9135
xapi attached=xenbr0 xapi123:mtu=1400
cp "$cache" /var/xapi/network.dbcache
dump >/run/before
check "XAPI: two" act --pif-uuid $vlan --pif-uuid $bond up --confirm 60
check "XAPI: one transaction" [ "$(writes)" = 1 ]
check "XAPI: one record" says '"xapi123"' act pending --json
check "XAPI: the cache waits" cmp "$cache" /var/xapi/network.dbcache
check "XAPI: revert" act revert
check "XAPI: all is as before, the cache too" same_as /run/before
check "XAPI: two again, one is wrong" exits 1 \
    act --pif-uuid $vlan --pif-uuid nosuch --pif-uuid $bond up --confirm 60
check "XAPI: confirm" act confirm
check "XAPI: both are up" sh -c 'ovs-vsctl br-exists xapi123 && ovs-vsctl br-exists xapi0'
check "XAPI: the cache is saved" sh -c '! cmp -s /run/before /var/xapi/network.dbcache &&
    grep -q "<mtu>1400</mtu>" /var/xapi/network.dbcache'
xapi_stop
