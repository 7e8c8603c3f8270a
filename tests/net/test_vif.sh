#!/bin/bash
# test_vif.sh - the hotplug script with real devices, Open vSwitch and kernel bridges; xenstore is a
# stand-in (tests/vif/xenstore.c), loaded as libxenstore.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
build=$(readlink -f "${DBCACHE_BUILD:-$here/../../build/check}")
in_sandbox "$@" "$build"
# shellcheck source=tests/net/live.sh
. "$here/live.sh"
readonly build=${*: -1} # behind --inside and --all

failalloc=$build/tests/fault/libfailalloc.so
! grep -q __asan_init "$build/cli/vif" || failalloc=
export XENSTORE=/run/xenstore
readonly vm=5f0c1a4e-0f6b-4a0e-9c1d-1d7a1b7c1001 vif=5f0c1a4e-0f6b-4a0e-9c1d-1d7a1b7c1002
readonly network=5f0c1a4e-0f6b-4a0e-9c1d-1d7a1b7c1003

# vif WORD... - the program, as udev runs it.
vif() {
    LD_LIBRARY_PATH=$build/tests/vif "$libexec/scripts/vif" "$@"
}

# xs KEY [VALUE] - prints the value of a key of xenstore, or sets it.
xs() {
    mkdir -p "$XENSTORE$1"
    if [ $# = 1 ]; then cat "$XENSTORE$1/value"; else printf %s "$2" >"$XENSTORE$1/value"; fi
}

xs_is() { # KEY VALUE
    echo "$1 is $(xs "$1")"
    [ "$(xs "$1")" = "$2" ]
}

# known DOMID DEVID BRIDGE - writes what the toolstack writes before a device appears.
known() {
    local private=/xapi/$1/private/vif/$2
    xs "$private/bridge" "$3"
    xs "$private/bridge-MAC" fe:ff:ff:ff:ff:ff
    xs "$private/vif-uuid" $vif
    xs "$private/network-uuid" $network
    xs "/local/domain/$1/vm" "/vm/$vm"
    xs "/vm/$vm/uuid" $vm
    xs "/local/domain/$1/device/vif/$2/mac" "00:16:3E:77:00:0$2"
}

# device NAME ADDRESS - makes the back end of a VM's NIC, and a namespace that is the VM.
device() {
    ip netns add "vm-$1"
    ip link add "$1" type veth peer name v0 netns "vm-$1"
    ip addr add 192.0.2.77/24 dev "$1"
    ip -n "vm-$1" addr add "$2" dev v0
    ip -n "vm-$1" link set v0 up
}

link_says() { # DEVICE WORD
    ip link show dev "$1"
    ip link show dev "$1" | grep -qw -- "$2"
}

port_tag() { # DEVICE TAG
    column Port "$1" tag "$2"
}

on_bridge() { # DEVICE BRIDGE
    echo "port of $(ovs-vsctl --timeout=20 port-to-br "$1")"
    [ "$(ovs-vsctl --timeout=20 port-to-br "$1")" = "$2" ]
}

pings_from() { # VM ADDRESS
    ip netns exec "vm-$1" ping -q -c 3 -i 0.3 -W 3 "$2"
}

id_is() { # KEY VALUE
    column Interface vif5.0 "external_ids:$1" "$2"
}

no_id() { # KEY
    ovs-vsctl --timeout=20 get Interface vif5.0 external_ids
    ! ovs-vsctl --timeout=20 get Interface vif5.0 external_ids | grep -q "$1"
}

ports_named() { # DEVICE N
    local n
    n=$(ovs-vsctl --timeout=20 --bare --columns=name find Port name="$1" | grep -c .)
    echo "$n ports"
    [ "$n" = "$2" ]
}

at_once() {
    local pids=() pid status=0
    for _ in 1 2 3 4; do
        vif online vif 5 0 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
    return $status
}

hook() {
    mkdir -p /etc/xapi.d
    printf '#!/bin/sh\necho "$@" >>/run/hooked\n' >/etc/xapi.d/vif-hotplug
    chmod 755 /etc/xapi.d/vif-hotplug
}

# starved NTH WORD... - runs vif with its NTH allocation failing; false when it made fewer.
starved() {
    local nth=$1
    shift
    rm -f /run/allocations
    LD_PRELOAD=$failalloc FAILALLOC_AT=$nth FAILALLOC_REPORT=/run/allocations vif "$@" \
        >/run/starved 2>&1
    status=$?
    grep -q '^failed' /run/allocations
}

# memory_fails STEP WORD... - runs vif with every STEPth allocation failing, one in each run.  It
# must succeed, or say so and exit with 1; a last run must succeed.
memory_fails() {
    local nth status step=$1
    shift
    [ -z "$all" ] || step=1
    for ((nth = 1; nth < 20000; nth += step)); do
        starved "$nth" "$@" || break
        if [ "$status" -gt 1 ] ||
            { [ "$status" = 1 ] && ! grep -q 'out of memory' /run/starved; }; then
            echo "allocation $nth: exit status $status"
            cat /run/starved
            return 1
        fi
    done
    echo "$nth allocations, exit status $status"
    [ "$nth" -gt 50 ] && [ "$status" = 0 ] && vif "$@"
}

# ---- Open vSwitch. ------------------------------------------------------------------------------

make_live_host
check "the host comes up" bring_all_up
hook
known 5 0 xenbr0
device vif5.0 10.99.0.50/24
xs /xapi/5/private/vif/0/MTU 1450
xs /xapi/5/private/vif/0/other-config/ethtool-tx off
xs /xapi/5/private/vif/0/other-config/ethtool-gso maybe
xs /xapi/5/private/vif/0/other-config/promiscuous true

check "online" says 'ethtool-gso is "maybe"' vif online vif 5 0
check "online: exit status" vif online vif 5 0
check "online: the port is on its bridge" on_bridge vif5.0 xenbr0
check "online: one port" ports_named vif5.0 1
check "online: up" link_says vif5.0 UP
check "online: no ARP" link_says vif5.0 NOARP
check "online: no multicast" not link_says vif5.0 MULTICAST
check "online: the MAC" link_says vif5.0 fe:ff:ff:ff:ff:ff
check "online: the MTU" link_says vif5.0 "mtu 1450"
check "online: no address of the host" not has_address vif5.0 192.0.2.77
check "online: an offload" sh -c "ethtool -k vif5.0 | grep -q 'tx-checksumming: off'"
check "online: attached-mac" id_is attached-mac 00:16:3e:77:00:00
check "online: xs-vm-uuid" id_is xs-vm-uuid $vm
check "online: xs-vif-uuid" id_is xs-vif-uuid $vif
check "online: xs-network-uuid" id_is xs-network-uuid $network
check "online: the toolstack is told" xs_is /xapi/5/hotplug/vif/0/vif vif5.0
check "online: hotplug" xs_is /xapi/5/hotplug/vif/0/hotplug online
check "online: hotplug-status" xs_is /local/domain/0/backend/vif/5/0/hotplug-status connected
check "online: the hook" grep -qx -- "-action online -vifuuid $vif -vmuuid $vm" /run/hooked
check "online: the VM reaches its network" pings_from vif5.0 10.99.0.2
check "promiscuous: said to be unsupported" says "not supported with Open vSwitch" \
    vif online vif 5 0

xs /xapi/5/private/vif/0/bridge xapi123
: >/run/ovsdb.log
check "move, to a VLAN" env XENBUS_PATH=backend/vif/5/0 LD_LIBRARY_PATH="$build/tests/vif" \
    "$libexec/scripts/vif" move
check "move: one transaction" [ "$(writes)" = 1 ]
check "move: the tag" port_tag vif5.0 123
check "move: the VLAN's bridge" on_bridge vif5.0 xapi123
ip -n vm-vif5.0 addr add 10.99.123.50/24 dev v0
check "move: the VM reaches the VLAN" pings_from vif5.0 10.99.123.2

device tap5.0 10.99.0.51/24
check "add a tap" env INTERFACE=tap5.0 LD_LIBRARY_PATH="$build/tests/vif" \
    "$libexec/scripts/vif" add tap
check "add a tap: on the bridge" on_bridge tap5.0 xapi123
check "add a tap: without ids" column Interface tap5.0 external_ids "{}"
check "remove the tap" vif remove tap 5 0
check "remove the tap: gone" ports_named tap5.0 0
check "remove the tap: the hook is not asked" not grep -q "action remove" /run/hooked

# Values that a guest, or a mistake, may have written.
refused() { # NAME KEY VALUE TEXT
    local before
    before=$(xs "$2")
    xs "$2" "$3"
    check "$1: said" says "$4" vif online vif 5 0
    check "$1: exit status" exits 1 vif online vif 5 0
    check "$1: the port stays" ports_named vif5.0 1
    xs "$2" "$before"
}
private=/xapi/5/private/vif/0
refused "bridge that is an option" $private/bridge --db=tcp:192.0.2.1 "no name of a bridge"
refused "bridge that is not there" $private/bridge xapi99 "no bridge xapi99"
refused "bridge of two lines" $private/bridge $'xenbr0\nx' "xenstore has no bridge"
refused "bridge-MAC that is none" $private/bridge-MAC 'fe:ff;reboot' "no MAC"

not_taken() { # NAME KEY VALUE ID
    local before
    before=$(xs "$2")
    xs "$2" "$3"
    check "$1" vif online vif 5 0
    check "$1: not taken" no_id "$4"
    xs "$2" "$before"
}
not_taken "a MAC that is a map" /local/domain/5/device/vif/0/mac 'x,a=b' attached-mac
not_taken "a VM elsewhere" /local/domain/5/vm /local/domain/0 xs-vm-uuid
not_taken "a VM up the tree" /local/domain/5/vm /vm/../local xs-vm-uuid
not_taken "a uuid that is an option" $private/vif-uuid -x xs-vif-uuid
not_taken "a uuid of 2 KB" $private/vif-uuid "$(printf '%02000d' 1)" xs-vif-uuid
not_taken "a uuid with a control character" $private/network-uuid $'\e[2J' xs-network-uuid
xs $private/MTU 99999
check "an MTU that no device has: said" says 'MTU is "99999"' vif online vif 5 0
check "an MTU that no device has: it stays" link_says vif5.0 "mtu 1450"
xs $private/MTU 1450

if [ -n "$failalloc" ]; then
    check "no memory: online" memory_fails 40 online vif 5 0
    check "no memory: one port, where it belongs" on_bridge vif5.0 xapi123
    check "no memory: the toolstack is told" xs_is /xapi/5/hotplug/vif/0/hotplug online
else
    skip "vif without memory: a build with sanitizers has an allocator of its own"
fi

check "several at the same time" at_once
check "several at the same time: one port" ports_named vif5.0 1
check "a device that is gone" exits 1 vif online vif 6 0
known 6 0 xenbr0
check "a device that is gone: said" says "vif6.0" vif online vif 6 0
check "a device that is gone: no port" ports_named vif6.0 0
check "nobody may write hotplug-status: said" says "cannot write /local/domain/0/backend" \
    env XENSTORE_FAILS=/local/domain/0/backend/vif/5/0/hotplug-status \
    LD_LIBRARY_PATH="$build/tests/vif" "$libexec/scripts/vif" online vif 5 0
check "no xenstored" says "xenstored cannot be reached" env -u XENSTORE \
    LD_LIBRARY_PATH="$build/tests/vif" "$libexec/scripts/vif" online vif 5 0
check "an action that means nothing" vif change vif 5 0
check "no words" exits 2 vif
check "a type that is none" exits 2 vif online veth 5 0
check "numbers that are none" exits 2 vif online vif 5 x
check "no numbers" exits 2 env -u XENBUS_PATH "$libexec/scripts/vif" online

check "remove" vif remove vif 5 0
check "remove: the port is gone" ports_named vif5.0 0
check "remove: xenstore" not xs /xapi/5/hotplug/vif/0/hotplug
check "remove: the hook" grep -qx -- "-action remove -vifuuid $vif -vmuuid $vm" /run/hooked
check "remove again" vif remove vif 5 0
echo other >/etc/xensource/network.conf
check "a network that is none" exits 1 vif online vif 5 0

# ---- The Linux bridge. --------------------------------------------------------------------------

if ! ip link add name xenbr9 type bridge forward_delay 1500 2>/dev/null; then
    skip "vif on the Linux bridge: this kernel has none"
    exit 0
fi
echo bridge >/etc/xensource/network.conf
xs $private/bridge xenbr9
ip link set xenbr9 up
ip addr add 10.99.9.1/24 dev xenbr9
ip -n vm-vif5.0 addr add 10.99.9.50/24 dev v0
check "Linux bridge: online" vif online vif 5 0
check "Linux bridge: the port" [ "$(readlink /sys/class/net/vif5.0/master)" = ../xenbr9 ]
check "Linux bridge: no forward delay" grep -qx 0 /sys/class/net/xenbr9/bridge/forward_delay
check "Linux bridge: the VM reaches it" pings_from vif5.0 10.99.9.1
check "Linux bridge: again" vif online vif 5 0
[ -z "$failalloc" ] || check "Linux bridge: no memory" memory_fails 40 online vif 5 0
check "Linux bridge: the port stays" [ "$(readlink /sys/class/net/vif5.0/master)" = ../xenbr9 ]
check "Linux bridge: remove" vif remove vif 5 0
xs $private/bridge xenbr8
check "Linux bridge: one that is not there" says xenbr8 vif online vif 5 0
