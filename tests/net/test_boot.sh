#!/bin/bash
# test_boot.sh - the boot sequence with the real ovs-ctl: bridges left from before the reboot are
# deleted, the management bridge comes up from the cache without XAPI and gets its address by DHCP,
# restarts keep the bridges, and XAPI's plugin is called when XAPI is ready.  All programs are
# called as init calls them, through the installed SysV scripts.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
readonly init=/usr/local/etc/init.d units=/usr/local/lib/systemd/system
readonly uuid=3a7b6a0e-5b9e-4c0f-8f53-2d3c6f0f8b11

vsctl() {
    ovs-vsctl --no-wait --timeout=10 "$@"
}

inventory() { # LINE...
    cp "$here/../../fixtures/quickstart/xensource-inventory" /etc/xensource-inventory
    printf '%s\n' "$@" >>/etc/xensource-inventory
}

# fails STATUS COMMAND...
fails() {
    local want=$1 status
    shift
    "$@"
    status=$?
    echo "exit status $status, wanted $want"
    [ $status = "$want" ]
}

# All that is in memory is gone, and no program can finish its work.
pull_the_plug() {
    local file dev
    for file in /run/openvswitch/*.pid; do
        kill -9 "$(cat "$file")"
    done
    pkill -9 -x dhclient
    for dev in /sys/class/net/*/tun_flags; do
        dev=${dev%/tun_flags}
        [ ! -e "$dev" ] || ip link del "${dev##*/}"
    done
    ip link set eth0 down
    rm -rf /run/openvswitch /run/openvswitch.booted /run/lock/subsys /run/dhclient*
}

bridges() { # NAME... - exactly these
    echo "bridges: $(vsctl list-br | tr '\n' ' ')"
    [ "$(vsctl list-br | sort | tr '\n' ' ')" = "$*${*:+ }" ]
}

database() { # COLUMN PATTERN
    vsctl get Open_vSwitch . "$1"
    vsctl get Open_vSwitch . "$1" | grep -q "$2"
}

says() { # PATTERN COMMAND...
    local pattern=$1
    shift
    "$@" >/tmp/said 2>&1
    cat /tmp/said
    grep -q "$pattern" /tmp/said
}

# ---- The host. --------------------------------------------------------------------------------

cp "$here/../../fixtures/quickstart/network.dbcache" /var/xapi/
inventory "PRODUCT_VERSION='6.2.0'" "BUILD_NUMBER='70446c'"
echo openvswitch >/etc/xensource/network.conf
plug eth0 00:16:3e:5a:01:00 p0
dhcp_server p0 10.99.0.2/24 10.99.0.50 10.99.0.60
# This kernel may lack the module, and the userspace datapath does not need it.
printf '#!/bin/sh\nexit 0\n' >/run/ovs-kmod-ctl
chmod 755 /run/ovs-kmod-ctl
mount --bind /run/ovs-kmod-ctl /usr/share/openvswitch/scripts/ovs-kmod-ctl

# ---- The boot before. -------------------------------------------------------------------------

check "openvswitch: status before" fails 1 $init/openvswitch status
mkdir -p /etc/sysconfig
echo 'VSWITCHD_MLOCKALL=no' >/etc/sysconfig/openvswitch # ovs-ctl would say yes
check "openvswitch: first start of all" $init/openvswitch start
vsctl add-br xenbr0 -- add-br stale0 -- add-br xapi9 stale0 9
vsctl set-manager ssl:192.0.2.1:6640 -- set-controller stale0 tcp:192.0.2.1
pull_the_plug

# ---- Power on. --------------------------------------------------------------------------------

check "management-interface: status before" fails 3 $init/management-interface status
check "openvswitch: start" $init/openvswitch start
check "the old bridges are gone" bridges
check "the old controller is gone" not grep -q . <(vsctl --bare list Controller)
check "the manager stays" grep -q 192.0.2.1 <(vsctl get-manager)
check "system id" database external_ids:system-id $uuid
check "XenServer's uuid" database external_ids:xs-system-uuid $uuid
check "system type" database system_type XenServer
check "system version" database system_version 6.2.0-70446c
check "openvswitch: status" $init/openvswitch status
check "openvswitch: what the administrator wants" \
    not grep -q mlockall "/proc/$(cat /run/openvswitch/ovs-vswitchd.pid)/cmdline"
check "openvswitch: version" says 'Open vSwitch' $init/openvswitch version
check "marked as booted" test -e /run/openvswitch.booted

check "management-interface: start" $init/management-interface start
check "management: address by DHCP" has_address xenbr0 10.99.0.5
check "management: packets pass" pings 10.99.0.2
check "management-interface: status" says 'xenbr0 is up with 10.99.0.5' \
    $init/management-interface status
check "marked for shutdown" test -e /run/lock/subsys/management-interface

# ---- Again, while it runs. --------------------------------------------------------------------

check "a second start" $init/openvswitch start
check "a second start keeps the bridges" bridges xenbr0
check "openvswitch: restart" $init/openvswitch restart
check "restart keeps the bridges" bridges xenbr0
check "stop" $init/openvswitch stop
check "stop: status" fails 1 $init/openvswitch status
check "start after stop" $init/openvswitch start
check "start after stop keeps the bridges" bridges xenbr0

# A restart of Open vSwitch that is killed, or fails, half-way.
waits() { grep -q flow-restore-wait <(vsctl get Open_vSwitch . other_config); }
vsctl set Open_vSwitch . other_config:flow-restore-wait=true
pid=$(cat /var/run/openvswitch/ovs-vswitchd.pid)
kill -KILL "$pid"
within 5 not test -e "/proc/$pid"
check "start after a restart that was killed" $init/openvswitch start
check "no switch waits for flows" not waits
# shellcheck disable=SC2016  # for the stand-in
printf '#!/bin/sh\n[ "$1" = --version ] && echo "ovs-vswitchd (Open vSwitch) 3.1.0"\n' \
    >/run/ovs-vswitchd
chmod 755 /run/ovs-vswitchd
mount --bind /run/ovs-vswitchd /usr/sbin/ovs-vswitchd
check "ovs-vswitchd fails: so does the restart" fails 1 $init/openvswitch restart
check "no switch will wait for flows" not waits
umount /usr/sbin/ovs-vswitchd
check "start after a restart that failed" $init/openvswitch start
check "management-interface: restart" $init/management-interface restart
check "restart: packets pass" pings 10.99.0.2

# ---- Bad ones among the interfaces. -----------------------------------------------------------

# shellcheck disable=SC2016  # what must not be expanded
inventory 'CURRENT_INTERFACES="nobr0 ../../x xenbr0 $(touch /tmp/run) xapi1"'
check "two bad interfaces: exit status" fails 1 $init/management-interface start
check "the third is up" grep -qx xapi1 <(vsctl list-br)
check "management is up" says 'is up with' $init/management-interface status
check "nothing in the inventory was executed" test ! -e /tmp/run
check "management-interface: stop" $init/management-interface stop
check "stop leaves the network" pings 10.99.0.2
check "stop takes the mark away" test ! -e /run/lock/subsys/management-interface
mv /etc/xensource-inventory /etc/away
check "no inventory" fails 6 $init/management-interface start
mv /etc/away /etc/xensource-inventory

# ---- A deletion that fails, and the plug again. -----------------------------------------------

pull_the_plug
mount --bind /bin/false /usr/bin/ovs-vsctl
check "ovs-vsctl fails: so does the start" fails 1 $init/openvswitch start
check "and it is not marked" test ! -e /run/openvswitch.booted
umount /usr/bin/ovs-vsctl
inventory
check "the start after that" $init/openvswitch start
check "and the bridges are gone" bridges
check "management comes up" $init/management-interface start
check "packets pass" pings 10.99.0.2

# ---- XAPI's plugin. ---------------------------------------------------------------------------

mkdir -p /opt/xensource/bin
cat >/opt/xensource/bin/xe <<'END'
#!/bin/sh
echo "$*" >>/tmp/xe.log
[ -e /run/xapi_init_complete.cookie ] || exit 1
echo "No change to configuration"
END
chmod 755 /opt/xensource/bin/xe
update=$libexec/openvswitch-xapi-update
check "no XAPI: gives up" fails 1 "$update" --wait=1 start
: >/tmp/xe.log
(sleep 2 && : >/run/xapi_init_complete.cookie) &
check "waits for XAPI" says 'xe: No change to configuration' "$update" --no-syslog start
check "the plugin was called once, so" \
    grep -qx "host-call-plugin host-uuid=$uuid plugin=openvswitch-cfg-update fn=update" /tmp/xe.log
check "once" test "$(wc -l </tmp/xe.log)" = 1
check "by init" $init/openvswitch-xapi-update start

# ---- Linux bridge: Open vSwitch is left alone. ------------------------------------------------

$init/openvswitch stop
echo bridge >/etc/xensource/network.conf
check "bridge: start" $init/openvswitch start
check "bridge: nothing runs" fails 1 $init/openvswitch status
check "bridge: the plugin is not called" "$update" start
check "bridge: so" test "$(wc -l </tmp/xe.log)" = 2

# ---- 100 interfaces: the cache is read once. --------------------------------------------------

many=/tmp/many
mkdir -p $many/etc/xensource $many/etc/sysconfig/network-scripts $many/var/xapi $many/var/run \
    $many/usr/bin $many/sbin $many/bin
python3 "$here/../bench/make_cache.py" 0 100 >$many/var/xapi/network.dbcache
echo openvswitch >$many/etc/xensource/network.conf
printf "MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='%s'\n" \
    "$(printf 'xenbr%d ' $(seq 0 99))" >$many/etc/xensource-inventory
for i in $(seq 0 99); do
    mkdir -p "$many/sys/class/net/eth$i"
    printf '02:00:00:00:00:%02x\n' "$i" >"$many/sys/class/net/eth$i/address"
done
cat >$many/usr/bin/ovs-vsctl <<END
#!/bin/sh
[ "\$1" = -vconsole:off ] || echo "\$*" >>$many/calls
END
for name in ifup ifdown ip ethtool update-issue; do
    ln -s /bin/true $many/sbin/$name
done
chmod 755 $many/usr/bin/ovs-vsctl
# A leak checker, if the build has one, cannot work below strace.
ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=open,openat -o /tmp/trace \
    management-interface --no-syslog --root-prefix=$many start >/tmp/out 2>/tmp/log
check "100 interfaces: exit status" test $? = 0
check "100 interfaces: all are up" test "$(grep -c ': up' /tmp/out)" = 100
check "100 interfaces: one transaction each" test "$(grep -c add-br $many/calls)" = 100
check "100 interfaces: the cache is opened once" \
    test "$(grep -c 'network\.dbcache"' /tmp/trace)" = 1
check "100 interfaces: the lock is opened once" \
    test "$(grep -c 'interface-reconfigure\.lock"' /tmp/trace)" = 1

# ---- systemd's view. --------------------------------------------------------------------------

if command -v systemd-analyze >/dev/null; then
    for unit in openvswitch management-interface openvswitch-xapi-update; do
        check "systemd-analyze verify $unit" fails 0 \
            systemd-analyze verify --man=no $units/$unit.service
    done
else
    skip "systemd-analyze verify: systemd is not installed"
fi
