#!/bin/bash
# test_show.sh - what ./quickstart shows works, on both datapaths.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"

show() {
    ip netns del peer 2>/dev/null
    ip link del eth0 2>/dev/null
    ip link del eth1 2>/dev/null
    [ ! -e /run/dnsmasq.pid ] || kill "$(cat /run/dnsmasq.pid)"
    rm -f /etc/sysconfig/network /run/dnsmasq.pid
    "$here/show.sh" "$1"
}

check "quickstart's show: Open vSwitch" show openvswitch
if ip link add name probe type bridge 2>/dev/null; then
    ip link del probe
    check "quickstart's show: Linux bridge" show bridge
else
    skip "quickstart's show: this kernel has no Linux bridge"
fi
