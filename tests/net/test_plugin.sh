#!/bin/bash
# test_plugin.sh - the plugin openvswitch-cfg-update with a real Open vSwitch, XAPI's stand-in and
# real managers: programs at the other end of the wire to which ovsdb-server speaks TLS.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
. "$here/managers.sh"
in_sandbox "$@"
. "$here/xapi.sh"

learnt=/etc/openvswitch/vswitchd.cacert
mode=vswitch-controller-fail-mode
in_band=vswitch-disable-in-band

plugin() { # FUNCTION
    python3 "$here/call_plugin.py" $libexec/plugins/openvswitch-cfg-update "$1" "$session" 7>&-
}

# answers WANTED [FUNCTION] - the function's answer is exactly this.
answers() {
    local got
    got=$(plugin "${2:-update}")
    echo "answer: $got"
    [ "$got" = "$1" ]
}

# answers_with PATTERN FUNCTION
answers_with() {
    local got
    got=$(plugin "$2")
    echo "answer: $got"
    grep -q "^$1\$" <<<"$got"
}

fails() { # PATTERN
    local got
    got=$(plugin update)
    echo "answer: $got"
    grep -q "^FAILURE XENAPI_PLUGIN_FAILURE|update|.*$1" <<<"$got"
}

# ---- Managers. --------------------------------------------------------------------------------

knocks() { # NAME: a passive controller connects to Open vSwitch
    peer python3 "$here/manager.py" connect 10.99.0.1 6640 "/run/$1.pem" "/run/$1.key" \
        /run/host.pem | grep -q '^the host has .*Open_vSwitch'
}

same_certificate() { # FILE FILE: compares them without the text around the certificate
    [ "$(openssl x509 -in "$1" -outform DER | sha256sum)" = \
        "$(openssl x509 -in "$2" -outform DER | sha256sum)" ]
}

# ---- Open vSwitch. ----------------------------------------------------------------------------

manager_is() {
    local got
    got=$(ovs-vsctl get-manager)
    echo "manager: $got"
    [ "$got" = "$1" ]
}

fail_mode_is() { # BRIDGE MODE
    [ "$(ovs-vsctl get-fail-mode "$1")" = "$2" ]
}

in_band_is() { # BRIDGE VALUE
    [ "$(ovs-vsctl --if-exists get Bridge "$1" other_config:disable-in-band)" = "$2" ]
}

flows_are() { # BRIDGE N
    ovs-ofctl dump-flows "$1"
    [ "$(ovs-ofctl dump-flows "$1" | grep -c priority=0)" = "$2" ]
}

hwaddr_is() { # BRIDGE MAC
    [ "$(ovs-vsctl get Bridge "$1" other_config:hwaddr)" = "\"$2\"" ]
}

# writes_are N - N transactions have written since the last call, or since the stand-in of XAPI was
# started.
writes_are() {
    local n
    n=$(writes)
    cat /run/ovsdb.log
    : >/run/ovsdb.log
    [ "$n" = "$1" ]
}

# The host without the cache, which update renews in any case.
dump() {
    python3 "$here/dump_host.py" | grep -v network.dbcache
}

# unchanged - the host is as it was when /run/before was dumped.
unchanged() {
    diff /run/before <(dump)
}

# goes_wrong HOW - what the database does at the next transaction (ovsdb_netdev.py).
goes_wrong() {
    dump >/run/before
    echo "1 $1" >/run/ovsdb.fail
}

# What a manager and controllers may set, beside what a reset keeps.
meddle() {
    ovs-vsctl -- set-controller xenbr0 tcp:10.99.0.2:6653 -- set-controller xapi0 ptcp:6690 \
        -- set Bridge xenbr0 flood_vlans=7,8 other_config:theirs='a b' \
        other_config:disable-in-band=true fail_mode=secure \
        -- set Bridge stranger other_config:disable-in-band=true \
        -- set Bridge xapi0 other_config:mac-table-size=500 \
        -- set Port bond0 other_config:theirs=1 other_config:bond-miimon-interval=250 \
        -- set Interface eth0 ingress_policing_rate=900000 ingress_policing_burst=90000 \
        -- --id=@m create Mirror name=theirs select_all=true output_vlan=4000 \
        -- add Bridge xenbr0 mirrors @m \
        -- --id=@n create NetFlow targets='"10.99.0.2:2055"' -- set Bridge xenbr0 netflow=@n \
        -- --id=@s create sFlow targets='"10.99.0.2:6343"' -- set Bridge xapi0 sflow=@s \
        -- --id=@i create IPFIX targets='"10.99.0.2:4739"' -- set Bridge xapi0 ipfix=@i \
        -- --id=@b get Bridge xenbr0 -- --id=@j create IPFIX targets='"10.99.0.2:4740"' \
        -- --id=@f create Flow_Sample_Collector_Set id=1 bridge=@b ipfix=@j \
        -- set-manager ssl:10.99.0.9:6640 ptcp:6699 \
        -- --bootstrap set-ssl /etc/xensource/xapi-ssl.pem /etc/xensource/xapi-ssl.pem $learnt
}

# The database alone, without the bridge's own connection.
database() {
    dump | grep -v '^\(file\|link\|address\|route\|kernel\)'
}

# ---- The host. --------------------------------------------------------------------------------

if ! command -v openssl >/dev/null; then
    skip "plugin: openssl is not installed"
    exit 0
fi
net_host openvswitch 3
start_ovs
peer_switch p0 p1 p2
peer_host v0 0 10.99.0.2/24 10.99.0.3/24 10.99.1.2/24
peer_host v123 123 10.99.123.2/24
ip -n peer -6 addr add 2001:db8::2/64 dev v0 nodad
check "certificates" eval "authority one && authority two && host_certificate"
manager one 10.99.0.2 6640 one
manager two 10.99.0.3 6632 two
manager one6 2001:db8::2 6640 one
for bridge in xenbr0 xapi123 xapi0; do
    interface-reconfigure --no-syslog --force $bridge up >/run/up.log 2>&1 || cat /run/up.log
done
ip -6 addr add 2001:db8::1/64 dev xenbr0 nodad
ovs-vsctl add-br stranger -- set Bridge stranger other_config:disable-in-band=true
check "the host is up" pings 10.99.0.2

# ---- The plugin. ------------------------------------------------------------------------------

xapi
rm /var/xapi/network.dbcache
check "no manager anywhere: nothing to do" answers "[No change to configuration]"
check "rewrite: the cache is saved" test -s /var/xapi/network.dbcache
check "nothing was written" writes_are 0

xapi controller=10.99.0.2
check "manager: set" answers "[Successfully set controller to 10.99.0.2.  Updated fail_mode.  ]"
check "manager: in the database" manager_is ssl:10.99.0.2:6640
check "manager: Open vSwitch connects to it" within 20 connected one
check "manager: its authority is learnt, and stays" same_certificate $learnt /run/one-ca.pem
check "manager: the log of the database says who" \
    grep -q '"comment": "openvswitch-cfg-update"' /run/ovsdb.log
check "manager: one transaction" writes_are 1
check "manager: the second run changes nothing" answers "[No change to configuration]"
check "manager: and writes nothing" writes_are 0
check "manager: ovs-vsctl was not run" not grep -q emer-reset /run/ovs-vsctl.log
check "manager: bridges stay" fail_mode_is xenbr0 standalone
check "manager: and their addresses" hwaddr_is xenbr0 00:16:3e:5a:01:00
check "manager: packets pass" pings 10.99.0.2

xapi controller=10.99.0.2 pool:$mode=secure
check "secure: set" answers "[Updated fail_mode.  ]"
check "secure: the bridge is" fail_mode_is xenbr0 secure
check "secure: the other is" fail_mode_is xapi0 secure
check "secure: a bridge that XAPI does not know is not" fail_mode_is stranger ""
check "secure: flows on the management bridge" flows_are xenbr0 6
check "secure: none elsewhere" flows_are xapi0 0
check "secure: management packets pass" pings 10.99.0.2
check "secure: one transaction" writes_are 1
check "secure: the second run changes nothing" answers "[No change to configuration]"
check "secure: and writes nothing" writes_are 0
check "secure: flows are still there" flows_are xenbr0 6

xapi sdn=ssl,10.99.0.3,6632 controller=10.99.0.2 pool:$mode=secure
check "another manager, secure: set" \
    answers "[Successfully set controller to ssl:10.99.0.3:6632.  Updated fail_mode.  ]"
check "another manager: in the database" manager_is ssl:10.99.0.3:6632
check "another manager: one transaction" writes_are 1
check "another manager: Open vSwitch connects to it" within 20 connected two
check "another manager: its authority is learnt" same_certificate $learnt /run/two-ca.pem
check "another manager: still secure" fail_mode_is xenbr0 secure
check "another manager: flows" flows_are xenbr0 6
check "another manager: management packets pass" pings 10.99.0.2
check "another manager: the second run changes nothing" answers "[No change to configuration]"

xapi controller=10.99.0.3 xenbr0:$in_band=true xapi123:$in_band=false
check "a manager at another port is another one; in-band of the untagged network" answers \
    "[Successfully set controller to 10.99.0.3.  Updated in-band management.  Updated fail_mode.  ]"
check "in-band: the VLAN's network does not count" in_band_is xenbr0 '"true"'
check "in-band: the second run changes nothing" answers "[No change to configuration]"
xapi controller=10.99.0.3 xenbr0:$in_band=maybe
check "in-band: a value that is none" answers \
    '["maybe" is an invalid value for vswitch-disable-in-band on xenbr0  ]'
check "in-band: stays as it was" in_band_is xenbr0 '"true"'
xapi controller=10.99.0.3
check "in-band: unset" answers "[Updated in-band management.  ]"
check "in-band: gone" in_band_is xenbr0 ""

xapi controller=10.99.0.3 management=bond0 pool:$mode=secure
check "management on a bond, secure: set" answers "[Updated fail_mode.  ]"
check "management on a bond: flows of both slaves" flows_are xapi0 11
check "management on a bond: packets pass" pings 10.99.1.2
check "management on a bond: none on the other bridge" flows_are xenbr0 0

xapi controller=10.99.0.3
plugin update >/run/out
xapi controller=10.99.0.3 management=eth0.123 pool:$mode=secure
check "management on a VLAN, secure: set" answers "[Updated fail_mode.  ]"
check "management on a VLAN: flows" flows_are xenbr0 6
check "management on a VLAN: packets pass" pings 10.99.123.2
check "management on a VLAN: the second run changes nothing" answers "[No change to configuration]"

xapi controller=2001:db8::2
check "IPv6: set" answers "[Successfully set controller to 2001:db8::2.  Updated fail_mode.  ]"
check "IPv6: in the database" manager_is "ssl:[2001:db8::2]:6640"
check "IPv6: Open vSwitch connects to it" within 20 connected one6
check "IPv6: the second run changes nothing" answers "[No change to configuration]"

mkdir -p /etc/stunnel/certs
cp /run/two-ca.pem /etc/stunnel/certs/sdn-controller-ca.pem
xapi sdn=pssl,,0
check "passive: set" answers "[Successfully set controller to pssl:6640.  Updated fail_mode.  ]"
check "passive: the controller connects" within 10 knocks two
check "passive: another's is refused" not knocks one
check "passive: the second run changes nothing" answers "[No change to configuration]"

xapi sdn=none
check "no manager any more" \
    answers "[Successfully removed controller config.  Updated fail_mode.  ]"
check "no manager: none in the database" manager_is ""
check "no manager: no certificates" not grep -q . <(ovs-vsctl get-ssl)
check "no manager: nothing is learnt" not test -e $learnt
check "no manager: the second run changes nothing" answers "[No change to configuration]"

# A reset by the socket gives what ovs-vsctl gives, but the bond keeps the keys that are ours.
meddle >/run/out
: >/run/ovsdb.log
check "a reset of much" answers "[Successfully reset configuration]" emergency_reset
check "a reset of much: one transaction" writes_are 1
database >/run/reset.ours
check "a reset of much: again, and nothing is written" \
    answers "[Successfully reset configuration]" emergency_reset
check "a reset of much: indeed" writes_are 0
ovs-vsctl --all destroy Flow_Sample_Collector_Set
meddle >/run/out
ovs-vsctl emer-reset
database >/run/reset.theirs
check "a reset of much: but for the bond's keys as ovs-vsctl has it" diff /run/reset.theirs \
    <(sed 's/\(Port bond0, other_config:\) .*bond-miimon-interval.*/\1 []/' /run/reset.ours)
check "a reset of much: those stay" grep -q bond-miimon-interval /run/reset.ours
ovs-vsctl --all destroy Flow_Sample_Collector_Set
interface-reconfigure --no-syslog --force xapi0 up >/run/up.log 2>&1 || cat /run/up.log

xapi controller=10.99.0.2
plugin update >/run/out
check "emergency_reset" answers "[Successfully reset configuration]" emergency_reset
check "emergency_reset: no manager" manager_is ""
check "after it, update sets the manager again" \
    answers "[Successfully set controller to 10.99.0.2.  Updated fail_mode.  ]"
# The old certificate is removed last, so this connection may still have been checked with it.
ovs-appctl -t ovsdb-server ovsdb-server/reconnect
check "and its authority is learnt again" within 20 same_certificate $learnt /run/one-ca.pem

# ---- What goes wrong. -------------------------------------------------------------------------

# Another program changes what was read before the change arrives: once, and each time.
cat >/run/ovsdb.race <<'END'
ovs-vsctl set Bridge xenbr0 external_ids:busy="$(date +%N)"
END
xapi controller=10.99.0.2 pool:$mode=secure
goes_wrong race
check "somebody else is faster, once: done" answers "[Updated fail_mode.  ]"
check "somebody else is faster, once: secure" fail_mode_is xenbr0 secure
check "somebody else is faster, once: packets pass" pings 10.99.0.2
echo 'echo "1 race" >/run/ovsdb.fail' >>/run/ovsdb.race
xapi controller=10.99.0.2
echo "1 race" >/run/ovsdb.fail
check "somebody else is always faster: a failure" \
    answers_with "FAILURE VSWITCH_CONFIG_MOD_FAILURE|1|.*" update
check "somebody else is always faster: nothing is changed" fail_mode_is xenbr0 secure
rm /run/ovsdb.fail
check "somebody else is gone" answers "[Updated fail_mode.  ]"

# The database refuses, or its answer is lost; then the run reads the database again.
xapi sdn=ssl,10.99.0.3,6632 pool:$mode=secure
goes_wrong before
check "refused: a failure" answers_with "FAILURE VSWITCH_CONFIG_MOD_FAILURE|1|.*injected" update
check "refused: nothing is changed" unchanged
check "refused: the authority of the manager stays" test -e $learnt
goes_wrong close
check "a lost answer: done all the same" \
    answers "[Successfully set controller to ssl:10.99.0.3:6632.  Updated fail_mode.  ]"
check "a lost answer: packets pass" pings 10.99.0.2
check "a lost answer: the authority is another one" \
    within 20 same_certificate $learnt /run/two-ca.pem
ovs-vsctl emer-reset -- set-controller xapi0 ptcp:6690
goes_wrong before
check "a reset that is refused" answers "FAILURE VSWITCH_EMER_RESET_FAILURE|1" emergency_reset
check "a reset that is refused: nothing is changed" unchanged
xapi controller=10.99.0.2
plugin update >/run/out
within 20 same_certificate $learnt /run/one-ca.pem

# The switch accepts the flows before the bridge turns secure, but not after: all goes back.
cat >/run/ofctl <<'END'
#!/bin/sh
[ "$1" = add-flow ] && [ -e /run/secure-only ] &&
    [ "$(ovs-vsctl get-fail-mode xenbr0)" = secure ] && exit 1
exec /run/ovs-ofctl.real "$@"
END
chmod 755 /run/ofctl
cp /usr/bin/ovs-ofctl /run/ovs-ofctl.real
mount --bind /run/ofctl /usr/bin/ovs-ofctl
touch /run/secure-only
xapi controller=10.99.0.3 pool:$mode=secure
dump >/run/before
check "flows are refused afterwards: a failure" \
    answers_with "FAILURE VSWITCH_ADD_FLOW_FAILURE|1|xenbr0|.*add-flow.*" update
check "flows are refused afterwards: all is as before" unchanged
check "flows are refused afterwards: the authority of the manager stays" test -e $learnt
rm /run/secure-only
umount /usr/bin/ovs-ofctl

# A change that waits for its confirmation comes first.
interface-reconfigure --no-syslog --force xapi123 down --confirm 60 >/run/out 2>&1
check "a change waits: refused" fails 'OSError|.*waits to be confirmed'
check "a change waits: nothing is changed" manager_is ssl:10.99.0.2:6640
interface-reconfigure --no-syslog revert >/run/out 2>&1

check "an unknown function" answers "FAILURE UNKNOWN_XENAPI_PLUGIN_FUNCTION|explode" explode
xapi controller=10.99.0.3
kill -STOP "$(cat /run/openvswitch/ovsdb-server.pid)"
check "a database that does not answer: a failure" fails 'Failure|'
kill -CONT "$(cat /run/openvswitch/ovsdb-server.pid)"
check "and nothing has changed" within 5 manager_is ssl:10.99.0.2:6640
check "the certificate of the manager is still there" same_certificate $learnt /run/one-ca.pem

xapi controller=10.99.0.3 pools=0
check "no pool" answers "FAILURE NO_POOL_FOR_HOST"
xapi controller=10.99.0.3 pools=2
check "two pools" answers "FAILURE MORE_THAN_ONE_POOL_FOR_HOST"
xapi controller='10.99.0.3 -- del-br xenbr0'
check "a manager that is no address" fails 'ValueError|vswitch_controller .* is no address'
xapi sdn=tcp,10.99.0.3,6640
check "a protocol that is none" fails 'ValueError|protocol "tcp" .* is not ssl or pssl'
for fault in '"method": "pool.get_all_records", "http": 500' \
    '"method": "pool.get_all_records", "result": "text"' \
    '"method": "SDN_controller.get_all_records", "error": ["HOST_STILL_BOOTING"]' \
    '"method": "SDN_controller.get_all_records", "result": {"a": "b"}' \
    '"method": "network.get_all_records", "drop": 900' \
    '"method": "PIF.get_all_records_where", "body": "<x/>"' \
    '"error": ["SESSION_INVALID", "OpaqueRef:5e551045"]'; do
    faults=(--fault "{$fault}")
    xapi controller=10.99.0.3
    check "XAPI: $fault" fails ""
done
faults=()
check "after all of that nothing has changed" manager_is ssl:10.99.0.2:6640
xapi_stop
check "no XAPI: a failure" fails ""
check "and nothing has changed: no XAPI" manager_is ssl:10.99.0.2:6640
check "the session is never logged out" not grep -q "^sessions left: *$" /run/standin.out
check "and no other stays behind" \
    not grep -v "^sessions left: $session\$" <(grep '^sessions left' /run/standin.out)
check "the later name is the same program" test \
    "$(readlink -f $libexec/plugins/openvswitch-config-update)" = \
    "$(readlink -f $libexec/plugins/openvswitch-cfg-update)"
