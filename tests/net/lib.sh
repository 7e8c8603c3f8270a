# lib.sh - for the tests in this folder and for ./quickstart, inside the sandbox: NICs, a peer at
# the other end of their wires, Open vSwitch, and the function that reports what passed.
# shellcheck shell=bash

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck disable=SC2034  # for the tests
libexec=/usr/local/libexec/dbcache

all=

# in_sandbox "$@" - first line of a test: runs it again inside, with --inside before its arguments,
# and does not return outside.  --all: no point of the test is left out; see share.
# DBCACHE_BUILD: the build whose programs are tested; DBCACHE_STAGE: the tree where they are
# installed already; DBCACHE_KERNEL=1: with the kernel's datapath; DBCACHE_SECONDS: the limit.
in_sandbox() {
    case " $* " in *" --all "*) all=1 ;; esac
    [ "${1:-}" != --inside ] || return 0
    local stage=${DBCACHE_STAGE:-} build=${DBCACHE_BUILD:-$here/../../build/check}
    if [ -z "$stage" ]; then
        stage=$(mktemp -d) || exit 1
        # shellcheck disable=SC2064  # now, while the variable is there
        trap "rm -rf '$stage'" EXIT
        DESTDIR=$stage cmake --install "$build" --prefix /usr/local >"$stage/log" || {
            cat "$stage/log"
            exit 1
        }
    fi
    "$here/sandbox.sh" ${DBCACHE_KERNEL:+-k} -s "$stage" -t "${DBCACHE_SECONDS:-140}" \
        "$(readlink -f "$0")" --inside "$@"
    exit
}

# ---- Saying what happened. --------------------------------------------------------------------

skip() { # NAME: REASON
    echo "skip $*"
}

# check NAME COMMAND... - one test; the command's output is shown when it fails.
check() {
    local name=$1 output status
    shift
    output=$("$@" 2>&1)
    status=$?
    if [ $status = 0 ]; then
        echo "ok $name"
    else
        echo "FAIL $name"
        printf '%s: exit status %d\n%s\n' "$*" $status "$output" | tail -n 30 | sed 's/^/    /'
    fi
}

# share N - whether the next point of a test is tried: each with --all, else one in N.
share() {
    points=$((${points:-0} + 1))
    [ -n "$all" ] || [ $((points % $1)) = 0 ]
}

# within SECONDS COMMAND... - tries until it works.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}

not() {
    ! "$@"
}

# ---- Wires. -----------------------------------------------------------------------------------

peer() {
    ip netns exec peer "$@"
}

# plug DEVICE MAC PEER_DEVICE - a NIC, and the wire to the peer.
plug() {
    ip netns list | grep -q '^peer' || { ip netns add peer && ip -n peer link set lo up; }
    ip link add "$1" address "$2" type veth peer name "$3" netns peer
    ip -n peer link set "$3" up
    # A real wire carries real checksums.
    peer ethtool -K "$3" tx off >/dev/null
    only_listens env "$1"
    only_listens peer "$3"
}

force() { # BRIDGE ACTION [OPTION...]
    local bridge=$1
    shift
    interface-reconfigure --no-syslog --force "$bridge" "$@"
}

# net_host DATAPATH NICS - the host of fixtures/net with so many NICs: eth0 is plugged into p0, and
# so on.
net_host() {
    local i
    cp "$here/../../fixtures/net/network.dbcache" /var/xapi/
    cp "$here/../../fixtures/net/xensource-inventory" /etc/
    echo "$1" >/etc/xensource/network.conf
    for ((i = 0; i < $2; i++)); do
        plug "eth$i" "00:16:3e:5a:01:0$i" "p$i"
    done
}

# only_listens WHERE DEVICE - with the userspace datapath the kernel still answers on a NIC.  This
# keeps it from answering for addresses of other devices: a ping would pass that never saw the
# bridge.
only_listens() {
    "$1" sh -c "echo 1 | tee /proc/sys/net/ipv4/conf/$2/rp_filter \
        /proc/sys/net/ipv4/conf/$2/arp_ignore" >/dev/null
}

# has_address DEVICE PATTERN
has_address() {
    ip -4 -o addr show dev "$1" | grep -q "inet $2"
}

# pings ADDRESS - three pings, of which one must be answered: ARP and learning may cost the others.
pings() {
    ping -q -c 3 -i 0.3 -W 3 "$1"
}

# tag_on_wire PEER_DEVICE TAG ADDRESS - pings ADDRESS and looks for the tagged request on the wire.
tag_on_wire() {
    local out
    out=$(mktemp)
    peer timeout 10 tcpdump -Z root -i "$1" -e -n -l -c 1 "vlan $2 and icmp" >"$out" 2>&1 &
    local dump=$!
    within 5 grep -q 'listening on' "$out"
    ping -q -c 3 -i 0.3 -W 2 "$3" >/dev/null
    wait $dump
    local status=$?
    cat "$out"
    [ $status = 0 ] && grep -q "vlan $2" "$out"
}

# dhcp_server DEVICE ADDRESS/LEN FIRST LAST [OPTION...] - in the peer.
dhcp_server() {
    local dev=$1 address=$2 range=$3,$4,10m
    shift 4
    ip -n peer addr replace "$address" dev "$dev"
    ip -n peer link set "$dev" up
    : >/run/dnsmasq.leases
    peer dnsmasq --user=root --conf-file=/dev/null --port=0 --interface="$dev" --bind-interfaces \
        --no-ping --dhcp-authoritative --dhcp-range="$range" --dhcp-leasefile=/run/dnsmasq.leases \
        --pid-file=/run/dnsmasq.pid --log-facility=/run/dnsmasq.log --log-dhcp "$@"
}

# ---- Open vSwitch. ----------------------------------------------------------------------------

# ovs_daemons FOLDER [PREFIX...] - ovsdb-server and ovs-vswitchd with their files in FOLDER.
ovs_daemons() {
    local dir=$1 socket=$1/db.sock
    shift
    mkdir -p "$dir"
    ovsdb-tool create "$dir/conf.db" "${OVS_SCHEMA:-/usr/share/openvswitch/vswitch.ovsschema}"
    "$@" env OVS_RUNDIR="$dir" ovsdb-server "$dir/conf.db" -vconsole:off \
        --remote="punix:$dir/db.sock" --log-file="$dir/ovsdb-server.log" \
        --remote=db:Open_vSwitch,Open_vSwitch,manager_options \
        --private-key=db:Open_vSwitch,SSL,private_key \
        --certificate=db:Open_vSwitch,SSL,certificate \
        --bootstrap-ca-cert=db:Open_vSwitch,SSL,ca_cert \
        --pidfile="$dir/ovsdb-server.pid" --detach --no-chdir
    OVS_RUNDIR=$dir /run/ovs-vsctl.real --db="unix:$dir/db.sock" --no-wait init
    # The switch bypasses the proxy, if there is one, which counts only the programs' changes.
    [ ! -S "$dir/real.sock" ] || socket=$dir/real.sock
    "$@" env OVS_RUNDIR="$dir" ovs-vswitchd "unix:$socket" -vconsole:off \
        --log-file="$dir/ovs-vswitchd.log" --pidfile="$dir/ovs-vswitchd.pid" --detach --no-chdir
}

start_ovs() {
    ovs_daemons /run/openvswitch
}

# writes - how many transactions have written since the log was emptied.
writes() {
    grep -cE '"op": "(insert|update|mutate|delete)"' /run/ovsdb.log
}

# vm_port NAME BRIDGE [ADDRESS/LEN...] - a VM: a namespace with a device, whose other end is a port.
vm_port() {
    local name=$1 bridge=$2
    shift 2
    ip netns add "vm-$name"
    ip link add "$name" type veth peer name v0 netns "vm-$name"
    ip link set "$name" up
    ip -n "vm-$name" link set v0 up
    ovs-vsctl --timeout=20 add-port "$bridge" "$name"
    for address in "$@"; do
        ip -n "vm-$name" addr add "$address" dev v0
    done
}

# lost_pings COMMAND... - runs COMMAND while pings go out 10 ms apart, and prints how many of them
# were lost; PING_FROM is a VM's namespace ("" for the host), PING_TO the address.
lost_pings() {
    local out
    out=$(mktemp)
    ${PING_FROM:+ip netns exec "$PING_FROM"} ping -q -n -i 0.01 -c "${PINGS:-300}" -W 1 "$PING_TO" \
        >"$out" 2>&1 &
    local ping=$!
    sleep 0.3
    "$@" >/dev/null 2>&1
    wait $ping
    sed -n 's/^\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 \2/p' "$out" |
        awk '{ print $1 - $2 }'
}

peer_vsctl() {
    /run/ovs-vsctl.real --db=unix:/run/ovs-peer/db.sock --timeout=20 "$@"
}

# peer_switch DEVICE... - the physical switch: an Open vSwitch of its own that knows VLANs.
peer_switch() {
    ovs_daemons /run/ovs-peer ip netns exec peer
    peer_vsctl add-br switch -- set Bridge switch datapath_type=netdev
    for dev in "$@"; do
        peer_vsctl add-port switch "$dev"
    done
}

# peer_host NAME TAG ADDRESS/LEN... - a host on that switch; tag 0: untagged.
peer_host() {
    local name=$1 tag=$2
    shift 2
    peer_vsctl add-port switch "$name" -- set Interface "$name" type=internal
    [ "$tag" = 0 ] || peer_vsctl set Port "$name" tag="$tag"
    for address in "$@"; do
        ip -n peer addr add "$address" dev "$name"
    done
    ip -n peer link set "$name" up
}
