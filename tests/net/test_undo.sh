#!/bin/bash
# test_undo.sh - after a change that fails the host is as before.  Each command fails once; each
# transaction fails before and after it took effect, loses its connection, and gets a nonsense
# answer; each signal is sent once.  With --all at every point; otherwise at some.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
DBCACHE_SECONDS=${DBCACHE_SECONDS:-280} in_sandbox "$@"
. "$here/live.sh"
. "$here/xapi.sh"

# Makes the Nth call of a command fail; N is in /run/fail.NAME.  The real program keeps its name,
# by which ifup and ifdown differ.
wrap() { # PATH
    local name=${1##*/}
    mkdir -p /run/real
    cp "$(readlink -f "$1")" "/run/real/$name"
    cat >"/run/wrap.$name" <<END
#!/bin/sh
n=\$(cat /run/fail.$name 2>/dev/null || echo 0)
echo "$name \$*" >>/run/commands
[ "\$n" -gt 0 ] || exec /run/real/$name "\$@"
echo \$((n - 1)) >/run/fail.$name
[ "\$n" -eq 1 ] || exec /run/real/$name "\$@"
[ -e /run/signal ] || exit 1
kill -\$(cat /run/signal) \$PPID
exec /run/real/$name "\$@"
END
    chmod 755 "/run/wrap.$name"
    mount --bind "/run/wrap.$name" "$(readlink -f "$1")"
}

# restored NAME - the host is as before the run that failed; else it is made so for the next one.
restored() {
    rm -f /run/fail.* /run/signal /run/ovsdb.fail
    check "$1" same_as /run/before
}

# scenario NAME PREPARE COMMAND... - runs COMMAND once to see what it does.  Then for each of these
# steps PREPARE sets up the host, and COMMAND runs with this step failing.
scenario() {
    local name=$1 prepare=$2 n i
    shift 2
    "$prepare"
    dump >/run/before
    : >/run/commands
    : >/run/ovsdb.log
    check "$name: works" "$@"
    cp /run/commands /run/commands.of-this
    n=$(writes)
    for ((i = 1; i <= n; i++)); do
        for how in before close garbage half; do
            ! share 5 || fail_transaction "$name" "$prepare" "$i" $how "$@"
        done
        [ -z "$all" ] || fail_transaction "$name" "$prepare" "$i" silent "$@"
    done
    for program in ifup ifdown ovs-ofctl ethtool; do
        n=$(grep -c "^$program " /run/commands.of-this)
        for ((i = 1; i <= n; i++)); do
            fail_command "$name" "$prepare" $program "$i" '' "$@"
            for signal in ${all:+HUP INT} TERM; do
                fail_command "$name" "$prepare" $program "$i" "$signal" "$@"
            done
            [ -n "$all" ] || break
        done
    done
}

# If the answer to a transaction is lost, the change may have been made: then the run goes on.
fail_transaction() { # NAME PREPARE NUMBER HOW COMMAND...
    local name="$1: transaction $3, $4" prepare=$2 number=$3 how=$4 status
    shift 4
    "$prepare"
    dump >/run/before
    echo "$number $how" >/run/ovsdb.fail
    "$@" >/run/out 2>&1
    status=$?
    if [ $status = 0 ]; then
        check "$name: done all the same" sh -c 'grep -q "the change is there" /run/out'
        rm -f /run/ovsdb.fail
    else
        restored "$name: restored"
    fi
}

fail_command() { # NAME PREPARE PROGRAM NUMBER SIGNAL COMMAND...
    local name="$1: $3 $4${5:+, SIG$5}" prepare=$2 program=$3 number=$4 signal=$5 status
    shift 5
    "$prepare"
    dump >/run/before
    [ -z "$signal" ] || echo "$signal" >/run/signal
    echo "$number" >"/run/fail.$program"
    "$@" >/run/out 2>&1
    status=$?
    if grep -q 'goes on as it is' /run/keeps 2>/dev/null && [ "$program" = ifup ]; then
        check "$name: fails, and what is there stays" [ $status = 1 ]
        rm -f /run/fail.* /run/signal
    elif [ $status = 0 ] && [ -z "$signal" ]; then # a command whose failure does not matter
        check "$name: only logged" grep -q 'Command failed' /run/out
        rm -f /run/fail.* /run/signal
    else
        check "$name: fails" [ $status != 0 ]
        restored "$name: restored"
    fi
}

make_live_host
for program in $libexec/ifup $libexec/ifdown /usr/bin/ovs-ofctl /sbin/ethtool; do
    wrap "$program"
done
check "four bridges come up" bring_all_up
vm_port vif1 xapi123 10.99.123.77/24
vm_port vif2 xapi0
ovs-vsctl set Bridge xapi0 external_ids:theirs=1 \
    -- --id=@m create Mirror name=theirs output_vlan=4000 -- add Bridge xapi0 mirrors @m \
    -- --id=@p get Port vif2 -- set Mirror theirs select_src_port=@p
ip addr add 192.0.2.77/32 dev xenbr0
ip route add 198.51.100.0/24 via 10.99.0.2

settle() {
    local bridge
    rm -f /run/fail.* /run/signal /run/ovsdb.fail
    cache_says '10\.99\.0\.9<' '10.99.0.1<'
    for bridge in xenbr0 xapi123 xapi0 xapi4; do
        force "$bridge" up --take-over >/run/settle.out 2>&1 || cat /run/settle.out
    done
}

to_change_the_address() {
    settle
    cache_says '10\.99\.0\.1<' '10.99.0.9<'
}
scenario "another address" to_change_the_address force xenbr0 up

to_make_a_vlan() {
    settle
    force xapi4 down >/dev/null 2>&1
    rm -f /etc/sysconfig/network-scripts/*xapi4
}
# When only ifup fails, the new bridge stays, since it may get its address later.
echo 'goes on as it is' >/run/keeps
scenario "a new VLAN" to_make_a_vlan force xapi4 up
rm /run/keeps

scenario "down of a VLAN with a VM on it" settle force xapi123 down

scenario "a bond's NIC goes to its own bridge" settle force xenbr1 up --take-over

to_turn_secure() {
    settle
    local key=vswitch-controller-fail-mode to
    to="<other_config><$key>secure</$key></other_config>"
    sed -i "/<pool /,/<\/pool>/s|<other_config/>|$to|" \
        /var/xapi/network.dbcache
}
settle() {
    local bridge
    rm -f /run/fail.* /run/signal /run/ovsdb.fail
    sed -i '/<pool /,/<\/pool>/s|<other_config>.*</other_config>|<other_config/>|' \
        /var/xapi/network.dbcache
    for bridge in xenbr0 xapi123 xapi0 xapi4; do
        force "$bridge" up --take-over >/run/settle.out 2>&1 || cat /run/settle.out
    done
}
scenario "a bridge turns secure" to_turn_secure force xenbr0 up

# Another program changes the database between the look and the change.
settle
ovs-vsctl set Bridge xenbr0 fail_mode=secure
(for i in $(seq 40); do
    ovs-vsctl --timeout=5 set Bridge xenbr0 external_ids:busy="$i" >/dev/null 2>&1
done) &
up_or_again() {
    force xenbr0 up || force xenbr0 up
}
check "somebody else changes the database all the time" up_or_again
wait $!
check "the change is made" column Bridge xenbr0 fail_mode standalone

# From XAPI: the cache, which the run would have saved, is as it was, too, with its comment.
pif_of() { # BRIDGE
    dbcache query --csv "SELECT p.uuid FROM pif p JOIN network n ON n.ref = p.network
        WHERE n.bridge = '$1'" "$cache" | sed 1d | tr -d '\r'
}
from_xapi() { # BRIDGE ACTION
    interface-reconfigure --no-syslog --pif-uuid "$(pif_of "$1")" "$2" 7>&-
}
to_plug_a_vlan() {
    settle
    force xapi4 down >/dev/null 2>&1
    rm -f /etc/sysconfig/network-scripts/*xapi4
    grep -q 'as it was' /var/xapi/network.dbcache ||
        sed -i '1s/$/<!-- as it was -->/' /var/xapi/network.dbcache
}
xapi attached=xenbr0,xapi123,xapi0
echo 'goes on as it is' >/run/keeps
scenario "from XAPI, a new VLAN" to_plug_a_vlan from_xapi xapi4 up
rm /run/keeps
xapi attached=xenbr0,xapi123,xapi0,xapi4
scenario "from XAPI, down of a VLAN with a VM on it" settle from_xapi xapi123 down
xapi_stop
