#!/bin/bash
# live.sh - what the program costs on a running host: real Open vSwitch in the tests' sandbox.
# Prints tables, and fails for none of the figures.   usage: DBCACHE_BUILD=BUILD live.sh
# DBCACHE_VLANS are the sizes of the last table.
#
# Open vSwitch uses its userspace datapath there, behind a proxy in Python which sets this.  Runs
# that only look are measured at the real socket; runs that change something include the proxy.
set -u
bench=$(dirname "$(readlink -f "$0")")
here=$bench/../net
# shellcheck source=tests/net/lib.sh
. "$here/lib.sh"
build=$(readlink -f "${DBCACHE_BUILD:-$bench/../../build/check-release}")
DBCACHE_SECONDS=${DBCACHE_SECONDS:-500} in_sandbox "$@" "$build" \
    "${DBCACHE_VLANS:-100 200 400 800 3900}"
# shellcheck source=tests/net/live.sh
. "$here/live.sh"
shift
readonly build=$1 real=/run/ovs-vsctl.real

section() {
    printf '\n%s\n\n' "$1"
}

row() { # NAME VALUE [BESIDE]
    printf '  %-64s %12s  %s\n' "$@"
}

# seconds COMMAND... - best of three.
seconds() {
    local best='' start took
    for _ in 1 2 3; do
        start=${EPOCHREALTIME/./}
        "$@" >/run/bench.out 2>&1 || {
            cat /run/bench.out >&2
            return 1
        }
        took=$((${EPOCHREALTIME/./} - start))
        [ -n "$best" ] && [ $best -le $took ] || best=$took
    done
    echo $best
}

ratio() { # MICROSECONDS MICROSECONDS
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f times", a / b }'
}

# instructions COMMAND...
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p'
}

millions() {
    awk -v n="$1" 'BEGIN { printf "%.2f million", n / 1e6 }'
}

# The program at the real socket, and at the proxy again.
without_proxy() {
    local status
    mv /run/openvswitch/db.sock /run/openvswitch/proxy.sock
    ln -s real.sock /run/openvswitch/db.sock
    "$@"
    status=$?
    rm /run/openvswitch/db.sock
    mv /run/openvswitch/proxy.sock /run/openvswitch/db.sock
    return $status
}

all_up() {
    interface-reconfigure --no-syslog --all up
}

four_bridges() {
    local before rows bytes
    bring_all_up >/dev/null 2>&1
    vm_port vif1 xapi123 10.99.123.77/24
    vm_port vif4 xapi4 10.99.4.77/24
    sleep 1
    : >/run/ovsdb.log
    bytes=$(stat -c %s /run/openvswitch/conf.db)
    dump --rows >/run/before
    before=$(cd /etc/sysconfig && find . -type f -printf '%p %i %T@\n' | sort)
    PINGS=500 PING_FROM=vm-vif1 PING_TO=10.99.123.2 lost_pings bring_all_up >/run/lost.1 &
    PINGS=500 PING_FROM=vm-vif4 PING_TO=10.99.4.2 lost_pings true >/run/lost.2 &
    PINGS=500 PING_FROM='' PING_TO=10.99.0.2 lost_pings true >/run/lost.3
    wait
    rows=$(diff /run/before <(dump --rows) | grep -c '^[<>]')
    section "Second up of four bridges (a NIC, a VLAN, a bond, a VLAN on the bond)"
    row "lines of the host's dump that differ, the rows' UUIDs included" "$rows" "(0 wanted)"
    row "transactions that write" "$(writes)" "(0 wanted)"
    row "bytes of the database" $(($(stat -c %s /run/openvswitch/conf.db) - bytes)) "(0 wanted)"
    row "files that are not the same" "$(diff <(echo "$before") <(cd /etc/sysconfig &&
        find . -type f -printf '%p %i %T@\n' | sort) | grep -c '^[<>]')" "(0 wanted)"
    row "pings lost of 500: VM on a VLAN" "$(cat /run/lost.1)" "(0 wanted)"
    row "pings lost of 500: VM on a VLAN on a bond" "$(cat /run/lost.2)" "(0 wanted)"
    row "pings lost of 500: management" "$(cat /run/lost.3)" "(0 wanted)"
    without_proxy whole_process
}

whole_process() {
    local ours theirs
    theirs=$(seconds "$real" --version)
    ours=$(seconds force xenbr0 up)
    row "whole process, of ovs-vsctl --version" "$(ratio "$ours" "$theirs")" "(3 or less wanted)"
}

another_address() {
    section "Another address for management (pings 10 ms apart, of 300)"
    change_by_hand() {
        ip addr add 10.99.0.8/24 dev xenbr0 && ip addr del 10.99.0.8/24 dev xenbr0
    }
    row "lost by ip addr" "$(PING_FROM='' PING_TO=10.99.0.2 lost_pings change_by_hand)" ""
    cache_says '10\.99\.0\.1<' '10.99.0.9<'
    row "lost by up, to the new address" \
        "$(PING_FROM='' PING_TO=10.99.0.2 lost_pings force xenbr0 up)" "(1 more at most wanted)"
    cache_says '10\.99\.0\.9<' '10.99.0.1<'
    force xenbr0 up >/dev/null 2>&1
}

# A VM's device comes to a bridge: the hotplug script beside what the old one ran for that alone.
vm_device() {
    local ours theirs key
    ip link add vif9.0 type veth peer name v9
    for key in bridge=xapi123 bridge-MAC=fe:ff:ff:ff:ff:ff MTU=1500; do
        mkdir -p "/run/xenstore/xapi/9/private/vif/0/${key%%=*}"
        printf %s "${key#*=}" >"/run/xenstore/xapi/9/private/vif/0/${key%%=*}/value"
    done
    section "A VM's device comes to the bridge of a VLAN"
    theirs=$(seconds "$real" --if-exists del-port vif9.0 -- add-port xapi123 vif9.0)
    ours=$(XENSTORE=/run/xenstore LD_LIBRARY_PATH=$build/tests/vif \
        seconds "$libexec/scripts/vif" online vif 9 0)
    row "vif online, of ovs-vsctl add-port" "$(ratio "$ours" "$theirs")" "(1.5 or less wanted)"
    ip link del vif9.0
}

# many VLANS - a NIC with so many VLANs in the cache, and all of them the inventory's.
many() {
    local cache=/var/xapi/network.dbcache
    python3 "$bench/make_cache.py" "$1" 1 |
        sed '/<ip_configuration_mode>/,/<\//s/DHCP/None/' >$cache
    sed -i '/^CURRENT_INTERFACES=/d' /etc/xensource-inventory
    echo "CURRENT_INTERFACES='$(grep -oE '(xenbr|xapi)[0-9]+' $cache | sort -u | tr '\n' ' ')'" \
        >>/etc/xensource-inventory
}

counts() {
    local bare observed
    many 10
    all_up >/dev/null 2>&1 || return
    bare=$(instructions "$build/tests/bench/bench_parse" /var/xapi/network.dbcache)
    observed=$(instructions "$(command -v interface-reconfigure)" --no-syslog \
        --force xenbr0 up)
    section "Instructions, 10 VLANs"
    row "bare parse of the cache" "$(millions "$bare")" ""
    row "second up, the host observed" "$(millions "$observed")" \
        "$(ratio "$observed" "$bare") (2 or less wanted)"
}

large() {
    local vlans first second
    section "Many VLANs on a NIC in one run (--all)"
    printf '  %8s %14s %14s\n' VLANs "first run, s" "second run, s"
    for vlans in "$@"; do
        many "$vlans"
        first=${EPOCHREALTIME/./}
        timeout 200 interface-reconfigure --no-syslog --all up >/run/bench.out 2>&1 || {
            grep -vE ': up$|^(Running|Committing|Applying) ' /run/bench.out | tail -n 12
            return 1
        }
        first=$((${EPOCHREALTIME/./} - first))
        second=$(without_proxy seconds all_up)
        awk -v n="$vlans" -v first="$first" -v second="$second" \
            'BEGIN { printf "  %8s %14.2f %14.2f\n", n, first / 1e6, second / 1e6 }'
    done
}

# How long it takes to look, at the bridge and VLANs that `large` has left.
observed() {
    local vlans=$1 vif ours theirs
    kill "$(cat /run/openvswitch/ovs-vswitchd.pid)"
    for ((vif = 1; vif <= vlans; vif++)); do
        echo "link add vif$vif.0 type veth peer name vif$vif.1"
    done | ip -batch - || return
    python3 "$bench/vm_ports.py" /run/openvswitch/real.sock xenbr0 "$vlans" 2 || return
    section "$vlans VLANs and $((2 * vlans)) ports of VMs"
    ours=$(without_proxy seconds interface-reconfigure --no-syslog --dry-run --force xenbr0 up)
    theirs=$(without_proxy seconds "$real" list-ports xenbr0)
    row "whole process, dry run of up of the bridge, s" \
        "$(awk -v n="$ours" 'BEGIN { print n / 1e6 }')" "(0.3 wanted for looking)"
    row "the same, of ovs-vsctl list-ports" "$(ratio "$ours" "$theirs")" ""
}

make_live_host
four_bridges
another_address
vm_device
force xapi4 down --take-over >/dev/null 2>&1
for bridge in xapi123 xapi0 xenbr0; do
    force "$bridge" down --take-over >/dev/null 2>&1
done
ip link set eth0 address 02:00:00:00:00:00
counts
read -ra sizes <<<"$2"
large "${sizes[@]}"
observed "${sizes[-1]}"
