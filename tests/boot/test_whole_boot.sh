#!/bin/bash
# test_whole_boot.sh - power on, the whole boot, XAPI, its plugin and the manager; then the plug is
# pulled at a random moment of a random action, again and again.  Each time management must come up
# with an address, from what is on the disk.
#
#     test_whole_boot.sh [master|slave [TIMES [SEED]]]
#
# master: XAPI answers.  slave: the host is a pool's slave whose master is down, so that XAPI, when
# it runs, does not answer.  TIMES: how often the plug is pulled (4).  SEED repeats the actions of
# an earlier run, and its moments as far as the machine's timing allows.
set -u
folder=$(dirname "$(readlink -f "$0")")
. "$folder/../net/lib.sh"
. "$folder/../net/managers.sh"
[ "${1:-}" = --inside ] || DBCACHE_SECONDS=$((240 + ${2:-4} * 30))
in_sandbox "$@"
shift
. "$folder/machine.sh"

readonly role=${1:-master} times=${2:-4} seed=${3:-$RANDOM}
RANDOM=$seed
readonly init=/usr/local/etc/init.d tests=$here/.. cache=/var/xapi/network.dbcache
readonly uuid=3a7b6a0e-5b9e-4c0f-8f53-2d3c6f0f8b11
readonly session=OpaqueRef:5e551045-9a7c-4c36-8c86-5e5510455e55
# The PIFs of fixtures/net/network.dbcache.
readonly nic=OpaqueRef:d95bafc8-f2a4-427b-9cf4-bb99f4bea973
readonly vlan=OpaqueRef:0925e474-9b57-4bd1-b653-f8dd9b1f282e
readonly bond=OpaqueRef:2d3d854e-061b-4030-bb08-c6e33c729578
readonly bond_vlan=OpaqueRef:6a27e0df-cbf8-4544-b215-4e76e4c11ab2

# ---- The host's XAPI. -------------------------------------------------------------------------

# records CHANGE... - what XAPI will answer.  Management is by DHCP, other than in the fixture.
records() {
    sed '0,/>Static</s//>DHCP</; 0,/<IP>10.99.0.1</s//<IP></' \
        "$here/../../fixtures/net/network.dbcache" >/machine/full.dbcache
    python3 "$here/pool_of_cache.py" /machine/full.dbcache $uuid "$@" >/var/xapi/records.json
}

# xapi [OPTION...] - starts XAPI's stand-in on the machine; it goes down with it.
xapi() {
    host mkdir -p /var/lib/xcp
    host rm -f /var/lib/xcp/xapi /run/xapi.in
    host mkfifo /run/xapi.in
    # It serves until its standard input ends.
    nsenter --target "$machine" --net --mount --uts --pid --root --wd=/ sh -c \
        'sleep infinity >/run/xapi.in & exec "$@" </run/xapi.in' xapi \
        python3 "$tests/xapi/standin.py" --socket /var/lib/xcp/xapi \
        --records /var/xapi/records.json --session $session "$@" >/machine/xapi 2>&1 &
    disown
    within 10 test -S /var/lib/xcp/xapi
}

xapi_stops() {
    host pkill -KILL -f '[s]tandin.py' # not what runs pkill
    within 5 not host pgrep -f '[s]tandin.py'
}

reconfigure() { # PIF ARGUMENT...
    host interface-reconfigure --session $session --pif "$@"
}

plugin() { # [SECONDS]
    host timeout "${1:-50}" python3 "$here/call_plugin.py" \
        $libexec/plugins/openvswitch-cfg-update update $session
}

# answers PATTERN - what the plugin says.
answers() {
    local got
    got=$(plugin)
    echo "answer: $got"
    grep -q "$1" <<<"$got"
}

# XAPI notes the bridges that it has in use.
current_interfaces() {
    sed "s/^CURRENT_INTERFACES=.*/CURRENT_INTERFACES='$*'/" /etc/xensource-inventory \
        >/etc/xensource-inventory.new
    mv /etc/xensource-inventory.new /etc/xensource-inventory
}

# ---- What is looked at. -----------------------------------------------------------------------

bridges() { # NAME... - exactly these
    local got
    got=$(host ovs-vsctl --no-wait --timeout=10 list-br | sort | tr '\n' ' ')
    echo "bridges: $got"
    [ "$got" = "$*${*:+ }" ]
}

address() { # DEVICE
    host ip -4 -o addr show dev "$1" | sed -n 's|.* inet \([0-9.]*\)/.*|\1|p'
}

# The peer reaches the address that the host got, and the host says so too.
management_up() {
    local got
    got=$(address xenbr0)
    echo "address of xenbr0: $got"
    case $got in
    10.99.0.5[0-9]) ;;
    *) return 1 ;;
    esac
    peer ping -q -c 3 -i 0.2 -W 2 "$got" && host $init/management-interface status
}

pings_from_host() {
    within 5 host ping -q -c 1 -W 1 "$1"
    within 10 host ping -q -c 3 -i 0.2 -W 2 "$1" # a bond that is new may change its slave once more
}

# tagged PEER_DEVICE... TAG ADDRESS - the request to ADDRESS is seen with TAG on one of the wires.
tagged() {
    local tag=${*: -2:1} to=${*: -1} dev dumps=() status=1
    while [ $# -gt 2 ]; do
        dev=$1
        shift
        peer timeout 8 tcpdump -Z root -i "$dev" -e -n -l -c 1 "vlan $tag and icmp" \
            >"/machine/dump.$dev" 2>&1 &
        dumps+=("$!")
        within 5 grep -q 'listening on' "/machine/dump.$dev"
    done
    host ping -q -c 3 -i 0.2 -W 2 "$to" >/dev/null
    within 3 grep -q "vlan $tag" /machine/dump.* && status=0
    kill "${dumps[@]}" 2>/dev/null
    wait "${dumps[@]}"
    cat /machine/dump.*
    rm -f /machine/dump.*
    return $status
}

in_cache() { # TEXT
    grep -qF "$1" $cache
}

# Of a run that was killed nothing may stay beside the files after the next.
no_leftovers() {
    local found
    found=$(find /var/xapi /etc/sysconfig /etc/xensource* -name '.*')
    echo "left: $found"
    [ -z "$found" ]
}

fails_with() { # SECONDS PATTERN COMMAND...
    local limit=$1 pattern=$2 begin=$SECONDS status
    shift 2
    "$@" >/machine/said 2>&1
    status=$?
    cat /machine/said
    echo "exit status $status after $((SECONDS - begin)) s"
    [ $status = 1 ] && [ $((SECONDS - begin)) -le "$limit" ] && grep -q "$pattern" /machine/said
}

# ---- A boot, and what goes on afterwards. -----------------------------------------------------

boot() {
    host $init/openvswitch start && host $init/management-interface start
}

now() {
    echo $((${EPOCHREALTIME/./} / 1000))
}

# act NAME - one of $actions.
act() {
    case $1 in
    nic-up) reconfigure $nic up --management ;;
    vlan-up) reconfigure $vlan up ;;
    vlan-down) reconfigure $vlan down ;;
    bond-up) reconfigure $bond up ;;
    bond-down) reconfigure $bond down ;;
    bond-vlan-up) reconfigure $bond_vlan up ;;
    rewrite) host interface-reconfigure --timeout=2 rewrite ;;
    plugin) plugin 3 ;;
    fallback-bond-up) reconfigure $bond --timeout=2 --fallback-cache up ;;
    fallback-vlan-up) reconfigure $vlan --timeout=2 --fallback-cache up ;;
    fallback-nic-up) reconfigure $nic --timeout=2 --fallback-cache up --management ;;
    management) host $init/management-interface restart ;;
    openvswitch) host $init/openvswitch restart ;;
    boot) boot ;;
    esac
}

case $role in
master)
    actions=(nic-up vlan-up vlan-down bond-up bond-down bond-vlan-up rewrite plugin management
        openvswitch)
    ;;
slave)
    actions=(fallback-bond-up fallback-vlan-up fallback-nic-up rewrite plugin management
        openvswitch)
    ;;
*)
    echo "usage: test_whole_boot.sh [master|slave [TIMES [SEED]]]" >&2
    exit 2
    ;;
esac
is_slave='{"error": ["HOST_IS_SLAVE", "10.99.0.9"]}'
silent='{"delay": 600}'

# XAPI comes up with records that differ from those of the last boot, so that there is something to
# save and to change.
xapi_of_this_boot() {
    local mode=standalone controller=10.99.0.$((2 + RANDOM % 2)) faults=()
    [ $((RANDOM % 3)) != 0 ] || mode=secure
    records "controller=$controller" "pool:vswitch-controller-fail-mode=$mode" \
        "xapi123:mtu=$((1400 + RANDOM % 100))"
    if [ "$role" = slave ]; then
        faults=(--fault "$is_slave")
        [ $((RANDOM % 2)) = 0 ] || faults=(--fault "$silent")
    fi
    xapi "${faults[@]}"
}

# What a person would want to see when it did not come up.
describe() {
    ls -lA /var/xapi /etc/sysconfig/network-scripts
    host ip -br addr
    ip -n peer -br addr
    tail -n 3 /run/ovs-peer/ovs-vswitchd.log
    tail -n 10 /machine/syslog
}

# comes_up - as a test's command: a boot after which management must work.
comes_up() {
    boot
    management_up && return
    describe
    return 1
}

# How long each takes, in milliseconds, so that the plug is mostly pulled before it is over.
declare -A takes=()

measure() {
    local action begin
    xapi_of_this_boot
    for action in "${actions[@]}"; do
        begin=$(now)
        act "$action" >/machine/measured 2>&1
        takes[$action]=$(($(now) - begin))
    done
    pull_the_plug
    power_on
    begin=$(now)
    boot >/machine/measured 2>&1
    takes[boot]=$(($(now) - begin))
    for action in "${!takes[@]}"; do
        echo "$role: $action takes ${takes[$action]} ms"
    done
}

# moment ACTION - some millisecond of it; sets `after`.  One that waits for a silent XAPI is cut
# while it waits.
moment() {
    after=$((RANDOM % (takes[$1] < 3000 ? takes[$1] + 20 : 3000)))
}

# pull NUMBER - one time: cut somewhere, perhaps cut again while booting, and come up.
pull() {
    local action=${actions[RANDOM % ${#actions[@]}]} after what
    moment "$action"
    xapi_of_this_boot
    pull_during "$after" act "$action"
    what="$after ms into $action"
    in_the_middle=$((in_the_middle + caught))
    if [ $((RANDOM % 4)) = 0 ]; then
        moment boot
        power_on
        pull_during "$after" boot
        what="$what, then $after ms into the boot"
    fi
    power_on
    check "$role: time $1, the plug pulled $what: management comes up" comes_up
}

# ---- A change that waits to be confirmed. -----------------------------------------------------

readonly record=/var/xapi/dbcache-pending.json

phase_is() {
    grep '"phase"' $record
    grep -q "\"phase\": \"$1\"" $record
}

# What a boot goes by: each file of the network, and the cache.
files_of_the_network() {
    find /etc/sysconfig /etc/resolv.conf $cache -type f -exec sha256sum {} + | sort -k 2
}

# at_the_first_ifup COMMAND - the next ifup does that before its own work; the others do not.
at_the_first_ifup() {
    [ -e /machine/ifup ] || cp $libexec/ifup /machine/ifup
    printf '%s\n' '#!/bin/bash' "install -m 755 /machine/ifup $libexec/ifup" \
        "$(declare -f files_of_the_network)" "cache=$cache" "$1" "exec $libexec/ifup \"\$@\"" \
        >/machine/first-ifup
    install -m 755 /machine/first-ifup $libexec/ifup
}

# taken_back_first - the boot's log: nothing of an interface before that.
taken_back_first() {
    local lines
    lines=$(sed "1,${logged}d" /machine/syslog | grep -E 'taking back|Configured for')
    echo "$lines"
    head -n 1 <<<"$lines" | grep -q 'taking back'
}

# waits_when_the_plug_is_pulled PHASE - a VLAN that the next boot does not bring up gets another
# MTU from XAPI, and the power is cut before or when it waits, or when it was confirmed.
waits_when_the_plug_is_pulled() {
    local phase=$1 before logged what="plug pulled, $1"
    current_interfaces xenbr0
    records controller=10.99.0.2
    check "$what: XAPI starts" xapi
    check "$what: the VLAN is up" reconfigure $vlan up
    xapi_stops
    before=$(files_of_the_network)
    records controller=10.99.0.2 xapi123:mtu=1450
    check "$what: XAPI has another MTU" xapi
    if [ "$phase" = armed ]; then
        at_the_first_ifup 'sleep 30'
        pull_during 2500 reconfigure $vlan up --confirm 600
        check "$what: in the middle" [ "$caught" = 1 ]
    else
        check "$what: the change is made" reconfigure $vlan up --confirm 600
        [ "$phase" = applied ] || check "$what: confirm" host interface-reconfigure confirm
        pull_the_plug
    fi
    check "$what: so the record says" phase_is "$phase"
    check "$what: the files have changed" [ "$before" != "$(files_of_the_network)" ]
    [ "$phase" != confirmed ] || before=$(files_of_the_network)

    power_on
    logged=$(wc -l </machine/syslog)
    rm -f /machine/at-ifup
    at_the_first_ifup 'files_of_the_network >/machine/at-ifup'
    check "$what: the next boot" boot
    check "$what: management is up" management_up
    check "$what: the files, when the first interface came up" \
        diff <(echo "$before") /machine/at-ifup
    check "$what: the files, at the end" diff <(echo "$before") <(files_of_the_network)
    check "$what: nothing waits" not host interface-reconfigure pending
    if [ "$phase" = confirmed ]; then
        check "$what: the cache was saved" in_cache '<mtu>1450</mtu>'
        check "$what: it stays confirmed" phase_is confirmed
    else
        check "$what: taken back before anything comes up" taken_back_first
        check "$what: it is over" phase_is reverted
    fi
}

# ---- The machine and what is around it. -------------------------------------------------------

if ! command -v openssl >/dev/null; then
    skip "whole boot: openssl is not installed"
    exit 0
fi
echo "seed $seed: test_whole_boot.sh $role $times $seed"
if ! cmp -s /run/ovs-vsctl.real /usr/bin/ovs-vsctl; then
    # The userspace datapath needs no module.
    mount --bind /bin/true /usr/share/openvswitch/scripts/ovs-kmod-ctl
fi
ip netns add peer
ip -n peer link set lo up
# shellcheck disable=SC2119  # no wires yet
peer_switch
peer_host v0 0 10.99.0.3/24 10.99.1.2/24
peer_host v123 123 10.99.123.2/24
peer_host v4 4 10.99.4.2/24
dhcp_server v0 10.99.0.2/24 10.99.0.50 10.99.0.59 --dhcp-option=option:router,10.99.0.2
(authority one && authority two && host_certificate) >/run/openssl.log 2>&1
manager one 10.99.0.2 6640 one
manager two 10.99.0.3 6640 two
echo openvswitch >/etc/xensource/network.conf
cp "$here/../../fixtures/net/xensource-inventory" /etc/
make_machine

# ---- The first boots, step by step. -----------------------------------------------------------

# What the installer leaves: a cache that knows the management interface and little else.
cp "$here/../../fixtures/quickstart/network.dbcache" $cache
power_on
check "$role: power on, for the first time" test -e /machine/on
check "$role: Open vSwitch starts" host $init/openvswitch start
host ovs-vsctl --no-wait add-br xenbr0 -- add-br stale0 -- add-br xapi9 stale0 9 -- \
    set-controller stale0 tcp:192.0.2.1 -- \
    set Open_vSwitch . other_config:flow-restore-wait=true # as when it is cut off in a restart
pull_the_plug

power_on
check "$role: power on" test -e /machine/on
check "$role: no XAPI" test ! -e /var/lib/xcp/xapi
check "$role: Open vSwitch starts, with bridges in its database" host $init/openvswitch start
check "$role: the bridges are gone" bridges
check "$role: management-interface, from the cache" host $init/management-interface start
check "$role: management is up, with an address by DHCP" management_up
check "$role: with its bridge only" bridges xenbr0

if [ "$role" = master ]; then
    records controller=10.99.0.2
    check "XAPI starts" xapi
    check "XAPI: bond up" act bond-up
    check "XAPI: bond: packets pass" pings_from_host 10.99.1.2
    check "XAPI: VLAN up" act vlan-up
    check "XAPI: VLAN: packets pass" pings_from_host 10.99.123.2
    check "XAPI: VLAN: the tag is on the wire" tagged p0 123 10.99.123.2
    check "XAPI: VLAN on the bond up" act bond-vlan-up
    check "XAPI: VLAN on the bond: packets pass" pings_from_host 10.99.4.2
    check "XAPI: VLAN on the bond: the tag is on a wire" tagged p1 p2 4 10.99.4.2
    check "the cache was saved: bond" in_cache '<device>bond0</device>'
    check "the cache was saved: VLAN" in_cache '<VLAN>123</VLAN>'
    current_interfaces xenbr0 xapi0 xapi123 xapi4
    check "the plugin sets the manager" answers '\[Successfully set controller to 10.99.0.2\.'
    check "the manager is connected" within 20 connected one
    before=$(sha256sum $cache)
    check "the plugin: nothing more to do" answers '\[No change to configuration\]'
    check "the cache: unchanged" test "$before" = "$(sha256sum $cache)"
    pull_the_plug

    power_on
    check "power on again" test -e /machine/on
    check "again: Open vSwitch starts" host $init/openvswitch start
    check "again: no bridges" bridges
    check "again: all interfaces in use, from the cache" host $init/management-interface start
    check "again: management is up" management_up
    check "again: bond: packets pass" pings_from_host 10.99.1.2
    check "again: VLAN: packets pass" pings_from_host 10.99.123.2
    check "again: VLAN on the bond: packets pass" pings_from_host 10.99.4.2
    check "again: the manager is connected, without XAPI" within 20 connected one

    waits_when_the_plug_is_pulled applied
    waits_when_the_plug_is_pulled armed
    waits_when_the_plug_is_pulled confirmed
    current_interfaces xenbr0 xapi0 xapi123 xapi4
else
    # It was the master's to say what is in the cache; now it is down.
    records
    cp /machine/full.dbcache $cache
    before=$(sha256sum $cache)
    xapi --fault "$is_slave"
    check "slave: XAPI says that it is one: a clear error" \
        fails_with 5 'HOST_IS_SLAVE' reconfigure $bond --no-syslog up
    check "slave: nothing has changed" bridges xenbr0
    check "slave: --fallback-cache: bond up" act fallback-bond-up
    check "slave: bond: packets pass" pings_from_host 10.99.1.2
    xapi_stops
    xapi --fault "$silent"
    check "slave: XAPI is silent: a clear error, in time" \
        fails_with 6 'answer\|time' reconfigure $vlan --no-syslog --timeout=2 up
    check "slave: nothing has changed, silent" bridges xapi0 xenbr0
    check "slave: --fallback-cache: VLAN up" act fallback-vlan-up
    check "slave: VLAN: packets pass" pings_from_host 10.99.123.2
    check "slave: VLAN: the tag is on the wire" tagged p0 123 10.99.123.2
    xapi_stops
    check "slave: no XAPI at all: a clear error" \
        fails_with 5 'xapi' reconfigure $bond --no-syslog up
    check "slave: the plugin fails" answers '^FAILURE XENAPI_PLUGIN_FAILURE|update|'
    check "slave: the cache is as it was" test "$before" = "$(sha256sum $cache)"
    check "slave: management is still up" management_up
    current_interfaces xenbr0 xapi0 xapi123
fi

# ---- The plug, pulled. ------------------------------------------------------------------------

measure
in_the_middle=0
for ((time = 1; time <= times; time++)); do
    pull $time
done
echo "$role: of $times actions $in_the_middle were still at work when the plug was pulled"

# ---- After all of that. -----------------------------------------------------------------------

if [ "$role" = master ]; then
    records controller=10.99.0.2
    check "in the end: XAPI starts" xapi
    plugin >/dev/null
    check "in the end: VLAN up" act vlan-up
    check "in the end: VLAN on the bond up" act bond-vlan-up
    check "in the end: VLAN: packets pass" pings_from_host 10.99.123.2
    check "in the end: VLAN on the bond: packets pass" pings_from_host 10.99.4.2
    check "in the end: the plugin has nothing to do" answers '\[No change to configuration\]'
    check "in the end: the cache is readable" host interface-reconfigure --force xapi4 --dry-run up
else
    check "slave, in the end: the cache is as it was" test "$before" = "$(sha256sum $cache)"
fi
check "$role, in the end: management is up" management_up
check "$role, in the end: nothing is left of what was cut off" no_leftovers
pull_the_plug
