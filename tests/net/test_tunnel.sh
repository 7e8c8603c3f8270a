#!/bin/bash
# test_tunnel.sh - a tunnel's access PIF: Open vSwitch gets its bridge, to which the pool's manager
# then adds the ports; the Linux bridge refuses it.  Where the kernel has gretap, packets pass
# through a GRE port as a manager makes it, to a peer without Open vSwitch.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"

refused() { # PATTERN COMMAND...
    local pattern=$1 status
    shift
    "$@" >/run/out 2>&1
    status=$?
    cat /run/out
    [ $status = 1 ] && grep -q "$pattern" /run/out
}

ports() { # BRIDGE PORT... - exactly these
    local bridge=$1
    shift
    echo "ports of $bridge: $(ovs-vsctl list-ports "$bridge" | tr '\n' ' ')"
    [ "$(ovs-vsctl list-ports "$bridge" | tr '\n' ' ')" = "$*${*:+ }" ]
}

cp "$here/../../fixtures/net/tunnel.dbcache" /var/xapi/network.dbcache
cp "$here/../../fixtures/net/xensource-inventory" /etc/
plug eth0 00:16:3e:5a:01:00 p0
ip -n peer addr add 10.99.0.2/24 dev p0

echo bridge >/etc/xensource/network.conf
check "tunnel: refused on the Linux bridge" \
    refused 'Tunnel PIFs are not supported in Bridge mode' force xapi8 up
check "tunnel: and nothing has changed" not test -e /sys/class/net/xapi8

echo openvswitch >/etc/xensource/network.conf
start_ovs
force xenbr0 up >/run/out 2>&1
check "transport: packets pass" pings 10.99.0.2
check "tunnel: up" force xapi8 up
check "tunnel: address" has_address xapi8 10.99.8.1/24
check "tunnel: no ports of our own" ports xapi8
check "tunnel: the transport still works" pings 10.99.0.2
if ip -n peer link add gre8 type gretap local 10.99.0.2 remote 10.99.0.1 2>/dev/null; then
    ip -n peer addr add 10.99.8.2/24 dev gre8
    ip -n peer link set gre8 up
    ovs-vsctl add-port xapi8 gre8 -- set Interface gre8 type=gre options:remote_ip=10.99.0.2
    check "tunnel: packets pass through the manager's port" within 10 pings 10.99.8.2
    check "tunnel: a second up keeps the manager's port" force xapi8 up
    check "tunnel: so" ports xapi8 gre8
    check "tunnel: packets still pass" pings 10.99.8.2
else
    skip "tunnel: packets: this kernel has no gretap (module ip_gre)"
fi
check "tunnel: down" force xapi8 down
check "tunnel: gone" not ovs-vsctl br-exists xapi8
check "transport: packets pass in the end" pings 10.99.0.2
