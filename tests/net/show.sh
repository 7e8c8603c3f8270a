#!/bin/bash
# show.sh DATAPATH - what ./quickstart shows, inside the sandbox: one host's management bridge goes
# up and down, step by step, with the output that a person would look at.  Ends with exit status 1
# at the first step that does not give the expected result.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
readonly datapath=$1 bridge=xenbr0 server=10.99.0.2
readonly fixtures=$here/../../fixtures/quickstart

section() {
    printf '\n=== %s\n\n' "$1"
}

die() {
    printf '\nquickstart: %s\n' "$*" >&2
    exit 1
}

# run COMMAND... - shows a command, runs it, shows how it ended.
run() {
    local begin=$EPOCHREALTIME status ms
    printf '# %s\n' "$*"
    "$@" >/tmp/out 2>/tmp/log
    status=$?
    ms=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
    cat /tmp/out
    if [ $status = 0 ]; then
        # Only the commands of the log, which has a line for every decision.
        sed -n 's/^Running command: /  ran: /p' /tmp/log | cut -c 1-100
    else
        cat /tmp/log
    fi
    printf '  (exit status %d, %d ms)\n' $status $ms
    return $status
}

make_host() {
    cp "$fixtures/network.dbcache" /var/xapi/
    cp "$fixtures/xensource-inventory" /etc/
    echo "$datapath" >/etc/xensource/network.conf
    plug eth0 00:16:3e:5a:01:00 p0
    plug eth1 00:16:3e:5a:01:01 p1
    dhcp_server p0 "$server/24" 10.99.0.50 10.99.0.60 --domain=lab.example \
        --dhcp-option=option:router,$server --dhcp-option=option:dns-server,$server
}

needs() {
    if [ "$datapath" = openvswitch ]; then
        start_ovs
        within 10 ovs-vsctl --timeout=5 show ||
            die "Open vSwitch did not start: $(tail -n 3 /run/openvswitch/*.log)"
    elif ! ip link add name probe type bridge 2>/dev/null; then
        die "this kernel has no Linux bridge (module bridge): try ./quickstart without --bridge"
    else
        ip link del probe
    fi
}

describe_host() {
    local what="real ovsdb-server and ovs-vswitchd, userspace datapath"
    [ "$datapath" = openvswitch ] || what="the kernel's own bridge"
    echo "A root folder, network, processes and host name of its own.  In it:"
    echo "  eth0, eth1      NICs; the other end of eth0's wire has a DHCP server, $server"
    echo "  network.conf    $datapath ($what)"
    echo "  network.dbcache three PIFs: eth0, the management interface, by DHCP, on bridge $bridge;"
    echo "                  VLAN 123 on eth0; eth1"
}

bridge_there() {
    if [ "$datapath" = openvswitch ]; then
        ovs-vsctl --timeout=5 br-exists $bridge
    else
        [ -d /sys/class/net/$bridge/bridge ]
    fi
}

show_bridge() {
    if [ "$datapath" = openvswitch ]; then
        run ovs-vsctl --timeout=5 show
    else
        run bridge link
    fi
}

section "3. A throw-away host"
make_host
needs
describe_host

section "4. What would happen (--dry-run: nothing is changed)"
run interface-reconfigure --management --force $bridge --dry-run up || die "no plan"
[ ! -e /etc/sysconfig/network ] || die "the dry run has changed something"

section "5. The same for real"
run interface-reconfigure --management --force $bridge --no-syslog up || die "it did not come up"

section "6. What is there now"
show_bridge
echo
run ip -br addr show dev $bridge
run ip route
run cat /etc/resolv.conf

section "7. A ping through it"
has_address $bridge 10.99.0. || die "$bridge has no address from the DHCP server"
run ping -c 3 -i 0.3 -W 3 $server || die "no answer through $bridge"

setup() {
    ip -br link
    ip -br addr
    ip route
    cat /etc/sysconfig/network-scripts/*
}

section "8. Up again: what is right already is not touched"
before=$(setup)
run interface-reconfigure --management --force $bridge --detailed-exit-codes --no-syslog up ||
    die "it did not find all right"
grep -q '^Running command' /tmp/log && die "it ran a command"
[ "$before" = "$(setup)" ] || die "it changed something"
echo "Exit status 0: nothing was changed, and no command ran (3 would mean: changed)."

section "9. A change that goes back unless it is confirmed"
run interface-reconfigure --force $bridge --confirm=2 --no-syslog down || die "it did not go down"
grep 'goes back' /tmp/log
! bridge_there || die "$bridge is still there"
echo "$bridge is gone.  Nobody confirms it:"
within 20 has_address $bridge 10.99.0. || die "the change was not taken back"
run interface-reconfigure --no-syslog pending
run ping -c 3 -i 0.3 -W 3 $server || die "no answer through $bridge"

section "10. Down again"
run interface-reconfigure --force $bridge --no-syslog down || die "it did not go down"
! bridge_there || die "$bridge is still there"
[ ! -e /sys/class/net/$bridge ] || die "the device $bridge is still there"
[ ! -e /run/dhclient-$bridge.pid ] || die "the DHCP client still runs"
echo "$bridge is gone, its DHCP client too; eth0 is down."
