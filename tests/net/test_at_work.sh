#!/bin/bash
# test_at_work.sh - a host at work: after a failed change NICs are up and bridges forward as before,
# two runs and an administrator at the same time do not harm each other, and thousands of VLANs
# work.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

up_or_again() { # BRIDGE - one run gives up after three conflicts
    force "$1" up || force "$1" up
}

make_live_host
check "management comes up" force xenbr0 up
check "a slave's own bridge comes up" force xenbr1 up

# ---- Down: NICs first, then the switch; what fails is taken back. -------------------------------

dump >/run/before
echo '1 before' >/run/ovsdb.fail
check "down that fails: exit status 1" exits 1 force xenbr1 down
rm -f /run/ovsdb.fail
check "down that fails: the NIC is up again" grep -q eth1 <(ip link show dev eth1 up)
check "down that fails: all is as before" same_as /run/before
check "down" sh -c 'interface-reconfigure --no-syslog --force xenbr1 down >/run/down 2>&1'
check "down: the NIC before the switch" awk '/ip link set eth1 down/ { nic = NR }
    /ovs: - bridge xenbr1/ { bridge = NR } END { exit !(nic && nic < bridge) }' /run/down
check "down: the NIC is down" not grep -q eth1 <(ip link show dev eth1 up)

# ---- Two runs, and an administrator's ovs-vsctl, at once. ---------------------------------------

dump >/run/before
(for i in $(seq 15); do
    ovs-vsctl --timeout=5 set Bridge xenbr0 external_ids:busy="$i" >/dev/null 2>&1
done) &
other=$!
up_or_again xapi123 >/run/one 2>&1 &
one=$!
up_or_again xapi0 >/run/two 2>&1 &
two=$!
wait $one
check "two runs at once: the first" test $? = 0
wait $two
check "two runs at once: the second" test $? = 0
wait $other
check "two runs at once: the administrator's word is there" \
    [ "$(ovs-vsctl get Bridge xenbr0 external_ids:busy)" = '"15"' ]
check "two runs at once: both bridges are right" exits 0 interface-reconfigure --no-syslog \
    --force xapi123 --force xapi0 up --detailed-exit-codes
check "two runs at once: nothing is left of either" \
    not compgen -G '/etc/sysconfig/network-scripts/.*xapi*'

# ---- A bridge turns secure, and the switch has not got its NIC. ---------------------------------

key=vswitch-controller-fail-mode
cp /var/xapi/network.dbcache /run/cache
sed -i "/<pool /,/<\/pool>/s|<other_config/>|<other_config><$key>secure</$key></other_config>|" \
    /var/xapi/network.dbcache
ovs-vsctl set Interface eth0 type=nonsense 2>/dev/null
check "secure without a port: refused, and the NIC is named" says eth0 force xenbr0 up
check "secure without a port: exit status 1" exits 1 force xenbr0 up
check "secure without a port: the bridge forwards as before" \
    column Bridge xenbr0 fail_mode standalone
ovs-vsctl set Interface eth0 type='""'
check "secure with its port: up" force xenbr0 up
check "secure with its port: it is" column Bridge xenbr0 fail_mode secure
check "secure with its port: management is there" pings 10.99.0.2
cp /run/cache /var/xapi/network.dbcache
check "standalone again" force xenbr0 up

# ---- 4,094 VLANs on one NIC. --------------------------------------------------------------------

python3 "$here/more_vlans.py" 4094 >/run/vlans
cp /run/vlans /var/xapi/network.dbcache
check "4,094 VLANs: their bridge" force xenbr0 up
check "4,094 VLANs: it names their networks" [ "$(ovs-vsctl br-get-external-id xenbr0 \
    xs-network-uuids | tr ';' '\n' | sort -u | wc -l)" = 4095 ]
check "4,094 VLANs: the last of them" force vlan4094 up
check "4,094 VLANs: it is there" column Port vlan4094 tag 4094
