#!/bin/bash
# test_confirm_ends.sh - how a change that waits to be confirmed ends: by probes that answer or are
# lost, by one of two commands at the same time, and by a deadline that setting the clock does not
# move; and what does not end it, such as closing the terminal.  Also when the cache is saved, and
# what `pending` prints.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
DBCACHE_SECONDS=${DBCACHE_SECONDS:-280} in_sandbox "$@"
. "$here/live.sh"
. "$here/xapi.sh"
. "$here/confirm.sh"

readonly lock=/var/lock/interface-reconfigure.lock own_cache=/var/xapi/network.dbcache

make_live_host
check "management comes up" force xenbr0 up
check "a VLAN comes up" force xapi123 up
dump >/run/before

# ---- What others see meanwhile. ----------------------------------------------------------------

cat >/run/shape.py <<'END'
import json, re, sys
said = json.load(sys.stdin)
kinds = {"id": str, "phase": str, "device": str, "command": str, "since": str, "seconds": int,
         "left_ms": int, "probes": list, "devices": list, "files": list, "edits": int}
for key, kind in kinds.items():
    assert type(said.get(key)) is kind, (key, said)
assert re.fullmatch("[0-9a-f]{32}", said["id"]), said
assert said["phase"] == "applied" and said["command"] == "up", said
assert said["device"] == "xenbr0" and "xenbr0" in said["devices"], said
assert said["probes"] == ["10.99.0.77"] and said["seconds"] == 60, said
assert 50000 < said["left_ms"] <= 60000, said
assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["since"]), said
assert "/etc/sysconfig/network-scripts/ifcfg-xenbr0" in said["files"], said
END
pending_json() {
    pending --json >/run/pending.json
    [ $? = "$1" ] && cat /run/pending.json
}
as_json() {
    pending_json 0 && python3 /run/shape.py </run/pending.json
}
check "pending: nothing: an empty object" [ "$(pending_json 1)" = "{}" ]
check "pending: the change is made" change 60 --probe 10.99.0.77
check "pending: as JSON" as_json
check "pending: for people" says "it goes back in 5" pending
check "pending: which devices" says "xenbr0" pending
cp $own_cache /run/cache
cp $own_cache /run/other.dbcache
check "pending: dbcache set on the host's cache fails" \
    exits 2 dbcache set pif eth0 DNS 10.99.0.2
check "pending: and changes nothing" cmp $own_cache /run/cache
check "pending: of another cache it does not" \
    dbcache set pif eth0 DNS 10.99.0.2 /run/other.dbcache
check "pending: which it changes" not cmp -s /run/other.dbcache /run/cache
check "pending: another id is no confirmation" \
    says "no change 0123" act confirm 0123456789abcdef0123456789abcdef
check "pending: nor a way back" exits 1 act revert 0123456789abcdef0123456789abcdef
check "pending: it waits still" is_phase applied
id=$(field id)
check "confirm" act confirm "$id"
cp $record /run/record
check "confirm: again, a success" act confirm "$id"
check "confirm: again, and nothing is done" cmp $record /run/record
check "confirm: without an id, nothing waits" exits 1 act confirm
put_back

# Another program is going back and has not finished.
check "going back: the change is made" change 60
within 3 has_guardian
kill -STOP "$(field guardian)"
guardian=$(field guardian)
sed -i 's/"phase": "applied"/"phase": "reverting"/' $record
check "going back: confirm fails" exits 1 act confirm
check "going back: it says so" says "taken back" act confirm "$(field id)"
check "going back: dbcache set is refused" says "was not finished" \
    dbcache set pif eth0 DNS 10.99.0.2
kill -CONT "$guardian"
check "going back: the guardian ends it" within 5 is_phase reverted
check "going back: all is as before" as_before
put_back

# ---- Probes. -----------------------------------------------------------------------------------

# A ping of an address takes the next line of its file as the answer; without one it fails.
mkdir -p /run/answers
cp "$(readlink -f /bin/ping)" /run/real-ping
cat >/run/ping <<'END'
#!/bin/bash
address=${*: -1}
echo "$*" >>/run/pings
[ ! -e /run/slow ] || sleep 1
read -r answer <"/run/answers/$address" || exit 1
sed -i 1d "/run/answers/$address"
[ "$answer" = yes ]
END
chmod 755 /run/ping
mount --bind /run/ping "$(readlink -f /bin/ping)"
answers() { # ADDRESS ANSWER...
    printf '%s\n' "${@:2}" >"/run/answers/$1"
    : >/run/pings
}
pings_of() {
    grep -c -- " $1\$" /run/pings
}
# still SECONDS COMMAND... - the command succeeds during all of this time.
still() {
    local end=$((SECONDS + $1))
    shift
    while [ $SECONDS -lt $end ]; do
        "$@" || return
        sleep 0.2
    done
}

answers 10.99.0.2 yes yes no no
check "probe: the change is made" change 30 --probe 10.99.0.2
check "probe: twice in a row confirms" within 6 is_phase confirmed
check "probe: it took two" [ "$(pings_of 10.99.0.2)" = 2 ]
check "probe: through the interface" grep -q -- '-I xenbr0 10.99.0.2' /run/pings
put_back
answers 10.99.0.2 yes no yes no yes no yes no yes no
check "probe: once is not enough: the change is made" change 5 --probe 10.99.0.2
check "probe: once is not enough: it waits" still 3 is_phase applied
check "probe: once is not enough: it goes back" within 6 is_phase reverted
check "probe: once is not enough: it was asked" [ "$(pings_of 10.99.0.2)" -ge 4 ]
put_back
answers 10.99.0.2 yes yes yes yes yes yes yes
answers 10.99.0.3 no no no yes yes no
check "probes: the change is made" change 30 --probe 10.99.0.2 --probe 10.99.0.3
check "probes: one of two is not enough" still 2 is_phase applied
check "probes: all confirm" within 8 is_phase confirmed
put_back
answers 10.99.0.3
answers 10.99.0.2 yes yes no no no no yes no
check "lost for a while: the change is made" change 30 --probe 10.99.0.2 --probe 10.99.0.3
check "lost for a while: it waits" still 9 is_phase applied
check "lost for a while: revert" act revert
put_back
answers 10.99.0.2 yes yes
check "lost for good: the change is made" change 60 --probe 10.99.0.2 --probe 10.99.0.3
check "lost for good: it goes back before its time" within 14 is_phase reverted
check "lost for good: all is as before" as_before
check "lost for good: five were not answered" [ "$(pings_of 10.99.0.2)" = 7 ]
put_back
answers 10.99.0.3
check "never there: the change is made" change 60 --probe 10.99.0.3
check "never there: it waits" still 8 is_phase applied
ovs-vsctl del-br xenbr0
check "device gone: it goes back before its time" within 8 is_phase reverted
put_back
force xapi123 up >/dev/null 2>&1
check "device gone: put back" as_before
touch /run/slow
many=()
for i in 3 4 5 6 7 8 9; do
    many+=(--probe "10.99.0.$i")
done
check "many that do not answer: the change is made" change 2 "${many[@]}"
check "many that do not answer: it goes back in time" within 4 is_phase reverted
umount "$(readlink -f /bin/ping)"
put_back

# ---- Two at the same time. ---------------------------------------------------------------------

# one_winner STATUS - the host is as this exit status of a confirm near the deadline says.
one_winner() {
    echo "confirm: exit status $1"
    if [ "$1" = 0 ]; then
        is_phase confirmed && address_is 10.99.0.9
    else
        within 4 is_phase reverted && address_is 10.99.0.1
    fi
}

# Confirm and deadline both wait for the lock, until it is too late to confirm.
for i in 1 2 3; do
    check "at the lock, $i: the change is made" change 1
    flock $lock sleep 2.5 &
    within 2 not flock -n $lock true
    act confirm >/run/out 2>&1 &
    confirm=$!
    sleep 1.5
    check "at the lock, $i: neither is done" is_phase applied
    wait $confirm
    status=$?
    check "at the lock, $i: the deadline wins" one_winner $status
    check "at the lock, $i: the other says so" sh -c "[ $status = 1 ] && grep 'too late' /run/out"
    put_back
done
for i in 75 85 95 99; do
    change 1 >/run/out 2>&1
    sleep 0.$i
    act confirm >/run/out 2>&1
    check "at 0.$i of the deadline: one winner" one_winner $?
    put_back
done

# ---- The time. ---------------------------------------------------------------------------------

during sleep 3
check "time: a change that takes longer is made" change 2
as_ever
check "time: it starts when the change is done" still 1 is_phase applied
check "time: and ends" within 5 is_phase reverted
put_back

# later COMMAND... - 1000 s later by the clock that counts since the boot, as on a host that slept.
# The wall clock does not matter.
later() {
    unshare --time --boottime 1000 --fork "$@"
}
if later true 2>/dev/null; then
    check "clock: the change is made" change 300
    kill_guardian
    check "clock: 1000 s after the boot more: nothing is left" \
        says '"left_ms": 0' later interface-reconfigure --no-syslog pending --json
    check "clock: too late" says 'too late' later interface-reconfigure --no-syslog confirm
    check "clock: gone back" is_phase reverted
    check "clock: all is as before" as_before
    put_back
else
    skip "clock: the kernel has no time namespaces"
fi

# ---- What does not end it. ---------------------------------------------------------------------

# own_session - the guardian is alone in its session and its process group.
own_session() {
    local guardian
    guardian=$(field guardian)
    ps -o pid,ppid,sess,pgid,tty,args -p "$guardian"
    [ "$(ps -o tty= -p "$guardian")" = '?' ] || return
    [ "$(pgrep -c -s "$(ps -o sess= -p "$guardian" | tr -d ' ')")" = 1 ]
}
mkdir -p /dev/pts
mount -t devpts -o newinstance,ptmxmode=666 devpts /dev/pts
ln -sf pts/ptmx /dev/ptmx
to_change
cat >/run/at-the-terminal <<'END'
interface-reconfigure --no-syslog --force xenbr0 up --confirm 4
kill -KILL $$
END
script -qec "bash /run/at-the-terminal" /run/typescript </dev/null >/run/out 2>&1
check "terminal: it was one" grep -q COMMAND_EXIT_CODE /run/typescript
check "terminal: the change waits" is_phase applied
within 3 has_guardian
check "terminal: the guardian has none" own_session
kill -HUP "$(field guardian)"
kill -INT "$(field guardian)"
check "terminal: it goes back" within 8 is_phase reverted
check "terminal: all is as before" as_before
put_back

# The program is killed with all of its session when it has just done its work.
to_change
setsid bash -c 'interface-reconfigure --no-syslog --force xenbr0 up --confirm 3 & wait; sleep 9' \
    >/run/out 2>&1 &
session=$!
check "killed session: the change waits" within 8 is_phase applied
within 3 has_guardian
kill -KILL -- -$session
{ wait $session; } 2>/dev/null
check "killed session: the guardian is there" kill -0 "$(field guardian)"
check "killed session: it goes back" within 8 is_phase reverted
check "killed session: all is as before" as_before
put_back

# ---- From XAPI. --------------------------------------------------------------------------------

from_xapi() { # BRIDGE ACTION OPTION...
    local pif
    pif=$(dbcache query --csv "SELECT p.uuid FROM pif p JOIN network n ON n.ref = p.network
        WHERE n.bridge = '$1'" "$cache" | sed 1d | tr -d '\r')
    interface-reconfigure --no-syslog --pif-uuid "$pif" "${@:2}" 7>&-
}
cp "$cache" $own_cache
force xapi123 up >/dev/null 2>&1
dump >/run/before
cp $own_cache /run/cache
xapi xapi123:mtu=1450
check "XAPI: the change is made" from_xapi xapi123 up --confirm 60
check "XAPI: the host has it" grep -q 1450 /sys/class/net/xapi123/mtu
check "XAPI: the cache waits" cmp $own_cache /run/cache
check "XAPI: revert" act revert
check "XAPI: the cache is that of before" cmp $own_cache /run/cache
check "XAPI: all is as before" same_as /run/before
check "XAPI: once more" from_xapi xapi123 up --confirm 60
check "XAPI: the cache waits again" cmp $own_cache /run/cache
check "XAPI: confirm" act confirm
check "XAPI: the cache is saved" grep -q 1450 $own_cache
check "XAPI: the host keeps it" grep -q 1450 /sys/class/net/xapi123/mtu
check "XAPI: the record has no cache any more" not grep -q '"save"' $record
xapi_stop
