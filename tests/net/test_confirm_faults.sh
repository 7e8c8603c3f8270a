#!/bin/bash
# test_confirm_faults.sh - a change that waits to be confirmed, on a host with faults: a disk that
# is full or read-only, no guardian, a step of the way back that fails, changes by others
# meanwhile.  The network goes back in every case, and what is left is reported.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"
. "$here/confirm.sh"

# The folder of the cache and the record is on a small disk of its own.
readonly disk=/var/xapi network=/etc/sysconfig/network-scripts
mount -t tmpfs -o size=1m disk $disk
fill() {
    { head -c 2M /dev/zero >$disk/filler; } 2>/dev/null
    ! echo 0123456789abcdef 2>/dev/null >$disk/more
}
make_room() {
    rm -f $disk/filler $disk/more
}
read_only() {
    mount -o remount,ro $disk
}
writable() {
    mount -o remount,rw $disk
}

# same - the host is as it was after the cache had been edited.
same() {
    same_as /run/before
}

as_before_but() { # FILE...
    local names
    names=$(printf '|%s' network.dbcache "$@")
    diff <(grep -v network.dbcache /run/before) <(dump | grep -vE "${names#|}")
}

no_record() {
    ! grep -s . $record
}

nothing_beside() {
    local found
    found=$(find $disk -name '.*.dbc-*')
    echo "left: $found"
    [ -z "$found" ]
}

make_live_host
check "management comes up" force xenbr0 up

# ---- Nothing changes before the record is safe. ------------------------------------------------

to_change
dump >/run/before
fill
check "full, before: refused" exits 1 change 30
make_room
check "full, before: nothing has changed" same
check "full, before: no record" no_record
check "full, before: nothing waits" exits 1 pending
read_only
check "read-only, before: refused" exits 1 change 30
check "read-only, before: nothing has changed" same
writable
check "read-only, before: no record" no_record
put_back
dump >/run/before

# ---- A change that cannot wait goes back at once. ----------------------------------------------

during "$(declare -f fill); disk=$disk; fill"
check "full, while it changes: it fails, and says that it went back" \
    says "the change was taken back" change 30
as_ever
make_room
check "full, while it changes: all is as before" as_before
check "full, while it changes: nothing waits" exits 1 pending
put_back
during "$(declare -f fill); disk=$disk; fill"
check "full, while it changes: exit status" exits 1 change 30
as_ever
make_room
put_back

during mount -o remount,ro $disk
check "read-only, while it changes: the record is left" exits 4 change 30
as_ever
check "read-only, while it changes: all is as before" as_before
check "read-only, while it changes: another change is refused" \
    says "taken back, but not all" force xapi123 up
writable
check "read-only, while it changes: the next run ends it" force xenbr0 up --take-over
check "read-only, while it changes: gone back" is_phase reverted
put_back
check "read-only, while it changes: all is as before, again" as_before

program=$(command -v interface-reconfigure)
during chmod 644 "$program"
check "no guardian: it fails, and says that it went back" \
    says "the change was taken back" change 30
chmod 755 "$program"
as_ever
check "no guardian: all is as before" as_before
check "no guardian: gone back" is_phase reverted
check "no guardian: too late" says 'taken back' act confirm "$(field id)"
put_back

# A run that fails and keeps what it made, since only the address is missing.
during exit 1
force xapi4 up --confirm 30 >/run/late.out 2>&1
status=$?
as_ever
check "late failure: it is one" [ $status != 0 ]
settled_or_there() {
    cat /run/late.out
    if is_phase applied; then
        within 3 has_guardian && act revert "$(field id)"
    else
        is_phase reverted
    fi
}
check "late failure: it waits, or went back" settled_or_there
check "late failure: in the end all is as before" as_before
check "late failure: nothing waits" exits 1 pending

# ---- Going back from a disk that refuses. ------------------------------------------------------

check "full, going back: the change is made" change 60
fill
check "full, going back: revert" act revert
check "full, going back: all is as before, before there is room" as_before_but filler more
check "full, going back: nothing waits" exits 1 pending
check "full, going back: no record" no_record
make_room
check "full, going back: nothing is beside" nothing_beside
put_back

check "read-only, going back: the change is made" change 60
within 3 has_guardian
read_only
check "read-only, going back: revert says what is left" exits 4 act revert
check "read-only, going back: all is as before" as_before
check "read-only, going back: it is as before, so nobody can confirm" says "taken back" act confirm
writable
check "read-only, going back: nor afterwards" exits 1 act confirm "$(field id)"
check "read-only, going back: the next run ends it" force xapi123 down
check "read-only, going back: gone back" is_phase reverted
put_back

check "read-only, deadline: the change is made" change 2
within 3 has_guardian
read_only
check "read-only, deadline: it goes back" within 6 address_is 10.99.0.1
check "read-only, deadline: all is as before" as_before
writable
check "read-only, deadline: the guardian says so later" within 12 is_phase reverted
put_back

# ---- A step that fails. ------------------------------------------------------------------------

# A file cannot be restored, but the address can.
check "a step fails: the change is made" change 60
mount --bind $network $network
mount -o remount,bind,ro $network
act revert >/run/out 2>&1
status=$?
umount $network
check "a step fails: exit status 4" [ $status = 4 ]
check "a step fails: it says what is left" grep "not restored: .*ifcfg-xenbr0" /run/out
check "a step fails: the address is back" address_is 10.99.0.1
check "a step fails: nothing else is left" [ "$(grep -c 'not restored' /run/out)" = 1 ]
check "a step fails: the record says it too" grep -A1 '"left": \[' $record
check "a step fails: it waits no more" exits 1 pending
check "a step fails: the address is that of before, and the files" put_back
put_back
check "a step fails: put back" as_before

# mtus - each device that got its old MTU again, in the order of the kernel's messages.
mtus() {
    sed -n 's/^[0-9]*: \(eth0\|xenbr0\)[@:].* mtu 1500 .*/\1/p' /run/monitor | awk '!seen[$0]++'
}
cache_says '<MTU>1500<' '<MTU>1400<'
check "management first: the change is made" force xenbr0 up --confirm 60
ip monitor link >/run/monitor 2>&1 &
monitor=$!
sleep 0.5
check "management first: revert" act revert
sleep 0.5
kill $monitor
check "management first: its bridge, then the NIC" [ "$(mtus | xargs)" = "xenbr0 eth0" ]
cache_says '<MTU>1400<' '<MTU>1500<'
check "management first: all is as before" as_before

# ---- What others did meanwhile. ----------------------------------------------------------------

secure() { # standalone|secure
    local key=vswitch-controller-fail-mode to
    to="<other_config><$key>$1</$key></other_config>"
    sed -i "/<pool /,/<\/pool>/s|<other_config.*|$to|" /var/xapi/network.dbcache
}
secure secure
check "altered: the change is made" change 60
check "altered: the bridge is secure" column Bridge xenbr0 fail_mode secure
ovs-vsctl clear Bridge xenbr0 fail_mode
ovs-vsctl set Bridge xenbr0 external_ids:theirs=1
check "altered: revert reports it" exits 4 act revert
check "altered: it is in the record" grep "somebody else has changed it" $record
check "altered: it stays" column Bridge xenbr0 fail_mode "[]"
check "altered: what is only theirs stays" column Bridge xenbr0 external_ids:theirs 1
check "altered: the rest goes back" address_is 10.99.0.1
ovs-vsctl remove Bridge xenbr0 external_ids theirs
secure standalone
put_back
check "altered: put back" as_before

check "a VM meanwhile: the change is made" force xapi123 up --confirm 60
vm_port vif7 xapi123
vm_port vif8 xenbr0
check "a VM meanwhile: revert" act revert
check "a VM meanwhile: the VLAN goes" not ovs-vsctl br-exists xapi123
check "a VM meanwhile: its port stays, in the VLAN" column Port vif7 tag 123
check "a VM meanwhile: on a bridge of before" [ "$(ovs-vsctl port-to-br vif8)" = xenbr0 ]
for vif in vif7 vif8; do
    ovs-vsctl del-port $vif
    ip netns del vm-$vif
done
check "a VM meanwhile: put back" as_before
