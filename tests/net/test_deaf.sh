#!/bin/bash
# test_deaf.sh - an Open vSwitch that does not answer, answers with nonsense, with half an answer or
# with 100 MB, or closes the connection.  A run ends in bounded time, says what is wrong, and
# changes nothing.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

# The run has to change an address and a fail mode: files, a transaction, an address.
prepare() {
    rm -f /run/ovsdb.fail
    cache_says '10\.99\.0\.9<' '10.99.0.1<'
    force xenbr0 up >/run/prepare.out 2>&1 || cat /run/prepare.out
    cache_says '10\.99\.0\.1<' '10.99.0.9<'
    ovs-vsctl set Bridge xenbr0 fail_mode=secure
}

# deaf NUMBER HOW - a run whose request NUMBER gets such an answer.  Either the run fails and the
# host is as before, or the run finds that its change has been made, and goes on.
deaf() {
    local name="request $1, $2" status begin=$SECONDS
    prepare
    dump >/run/before
    : >/run/ovsdb.log
    echo "$1 $2 any" >/run/ovsdb.fail
    force xenbr0 up >/run/out 2>&1
    status=$?
    check "$name: in bounded time" [ $((SECONDS - begin)) -le 40 ]
    if [ $status = 0 ]; then
        check "$name: done, and said why it can be" grep -q 'but the change is there' /run/out
        check "$name: all is as wanted" same_as /run/after
    else
        check "$name: exit status 1" [ $status = 1 ]
        check "$name: says so" grep -q '^ovsdb-server [a-z ]*\(answer\|sense\|closed\|more than\)' \
            /run/out
        check "$name: all is as before" same_as /run/before
    fi
}

# The first request reads the state of the switch.
first() { # HOW
    deaf 1 "$1"
    check "first request, $1: nothing was tried" [ "$(writes)" = 0 ]
    check "first request, $1: nothing was run" not grep 'Running command' /run/out
}

make_live_host
check "four bridges come up" bring_all_up
prepare
echo '99 close any' >/run/ovsdb.fail
check "the change, when all is answered" force xenbr0 up
n=$((99 - $(cut -d ' ' -f 1 /run/ovsdb.fail)))
check "it asks more than once" [ $n -ge 3 ]
dump >/run/after
for how in silent garbage half huge close; do
    first $how
    for ((i = 2; i <= n; i++)); do
        [ $how:$all = silent: ] || deaf $i $how
    done
done

# ---- Without its socket the run is blind, and asks with ovs-vsctl, which may never end. ----------

rm -f /run/ovsdb.fail /etc/sysconfig/network-scripts/*
mv /run/openvswitch/db.sock /run/db.sock
cat >/run/ovs-vsctl <<'END'
#!/bin/sh
case " $* " in
*" get-fail-mode "*) echo $$ >/run/asked; sleep 300 ;;
esac
END
chmod 755 /run/ovs-vsctl
mount --bind /run/ovs-vsctl /usr/bin/ovs-vsctl
key=vswitch-controller-fail-mode
cache_says '<other_config/>' "<other_config><$key>secure</$key></other_config>"
begin=$SECONDS
force xenbr0 up >/run/out 2>&1
check "ovs-vsctl that never ends: in bounded time" [ $((SECONDS - begin)) -le 20 ]
check "ovs-vsctl that never ends: said" \
    grep -q 'fail mode of xenbr0 is unknown: ovs-vsctl ' /run/out
check "ovs-vsctl that never ends: it was asked" test -s /run/asked
check "ovs-vsctl that never ends: none is left" not test -e "/proc/$(cat /run/asked)"
check "ovs-vsctl that never ends: the run went on" grep -q 'add-port xenbr0 eth0' /run/out
