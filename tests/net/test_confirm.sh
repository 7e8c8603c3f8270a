#!/bin/bash
# test_confirm.sh - a change that is taken back unless somebody confirms it: deadline, confirm,
# revert, probes, a program and a guardian that are killed, a second change while the first waits.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"
. "$here/confirm.sh"

make_live_host
check "management comes up" force xenbr0 up
dump >/run/before
check "nothing waits" exits 1 pending

check "deadline: the change is made" change 2
check "deadline: the new address" address_is 10.99.0.9
check "deadline: it goes back" within 6 is_phase reverted
check "deadline: all is as before" as_before
check "deadline: too late" says "taken back" act confirm "$(field id)"
check "deadline: too late, exit status" exits 1 act confirm "$(field id)"
put_back

check "confirm: the change is made" change 30
id=$(field id)
check "confirm: another id" exits 1 act confirm 00000000000000000000000000000000
check "confirm" act confirm "$id"
check "confirm: again, a success" act confirm "$id"
check "confirm: nothing waits" exits 1 pending
check "confirm: it stays" address_is 10.99.0.9
check "confirm: revert comes too late" exits 1 act revert "$id"
put_back

check "revert: the change is made" change 30
check "revert: until then it waits" pending
check "revert: as JSON" says '"device": "xenbr0"' pending --json
check "revert: the record is private" [ "$(stat -c %a $record)" = 600 ]
check "revert: another change is refused" says "waits to be confirmed" force xapi123 up
check "revert: dbcache set is refused" says "waits to be confirmed" \
    dbcache set pif eth0 DNS 10.99.0.2
check "revert: a dry run is not" force xenbr0 up --dry-run
check "revert" act revert
check "revert: all is as before" as_before
check "revert: nothing is left to do" exits 1 act revert
put_back

check "probe: answered" change 30 --probe 10.99.0.2
check "probe: it is confirmed" within 8 is_phase confirmed
put_back
check "probe: lost" change 3 --probe 10.99.0.77
check "probe: it goes back" within 8 is_phase reverted
put_back

# The change goes back as well when the program and its session are killed.
cache_says '10\.99\.0\.1<' '10.99.0.9<'
setsid sh -c 'interface-reconfigure --no-syslog --force xenbr0 up --confirm 2; kill -HUP 0' \
    >/dev/null 2>&1
check "closed terminal: the change waits" is_phase applied
check "closed terminal: it goes back" within 8 is_phase reverted
check "closed terminal: all is as before" as_before
put_back

check "dead guardian: the change is made" change 2
kill_guardian
sleep 2.5
check "dead guardian: it still waits" is_phase applied
check "dead guardian: the next run goes back first" force xapi123 up
check "dead guardian: gone back" is_phase reverted
check "dead guardian: the old address" address_is 10.99.0.1
check "clean up" force xapi123 down
put_back
rm -f /etc/sysconfig/network-scripts/*xapi123

dump >/run/before
check "dead guardian, late: the change is made" change 2
kill_guardian
sleep 2.5
check "dead guardian, late: confirm says so" says 'too late' act confirm
check "dead guardian, late: gone back" is_phase reverted
check "dead guardian, late: all is as before" as_before
put_back

# Any program that finds a change without a guardian starts one.
check "no guardian: the change is made" change 3
kill_guardian
check "no guardian: management-interface is refused" \
    says "waits to be confirmed" management-interface --no-syslog start
check "no guardian: it starts one, and the change goes back" within 8 is_phase reverted
check "no guardian: all is as before" as_before
put_back

# Killed after the confirmation, before the cache is saved: the next run finishes it.
check "confirmed, not saved: the change is made" change 60
check "confirmed, not saved: confirm" act confirm
sed -i 's/"phase"/"save": "<saved\/>", "phase"/' $record
check "confirmed, not saved: again" act confirm "$(field id)"
check "confirmed, not saved: it is saved" grep -qx '<saved/>' /var/xapi/network.dbcache
cp "$here/../../fixtures/net/network.dbcache" /var/xapi/
put_back
check "a deadline below 0 is refused" sh -c "sed -i 's/\"deadline\": */&-/' $record
    interface-reconfigure --no-syslog --force xenbr0 up 2>&1 | grep 'no usable id, phase'"
rm $record

# Taken back, and killed before the record says so: the deleted rows are there again, are found by
# their names, and are not made twice.
force xapi0 up >/dev/null 2>&1
force xapi4 up >/dev/null 2>&1
vm_port vif8 xapi0
ovs-vsctl -- --id=@p get Port vif8 -- --id=@m create Mirror name=theirs output_vlan=4000 \
    select_src_port=@p -- add Bridge xenbr0 mirrors @m
dump >/run/before
check "twice: a NIC leaves its bond" force xenbr1 up --take-over --confirm 60
ovs-vsctl -- --id=@p get Port eth0 -- add Mirror theirs select_src_port @p
check "twice: taken back" act revert
mirrored() {
    local ports
    read -ra ports < <(ovs-vsctl get Mirror theirs select_src_port | tr -d '[],')
    ovs-vsctl --columns=name list Port "${ports[@]}"
}
check "twice: a mirror has its port again, and the one that came meanwhile" \
    sh -c "echo '$(mirrored)' | grep vif8 && echo '$(mirrored)' | grep eth0"
ovs-vsctl -- --id=@p get Port eth0 -- remove Mirror theirs select_src_port @p
check "twice: all is as before" as_before
dump --rows >/run/once
sed -i 's/"phase": "reverted"/"phase": "reverting"/' $record
force xenbr0 up >/run/twice.out 2>&1
check "twice: the next run goes back again" grep 'taking back the change of xenbr1' /run/twice.out
check "twice: nothing is left" sh -c '! grep "not restored" /run/twice.out'
check "twice: the very same rows" same_as /run/once --rows
ovs-vsctl clear Bridge xenbr0 mirrors -- del-port vif8
ip netns del vm-vif8
force xapi4 down >/dev/null 2>&1
force xapi0 down >/dev/null 2>&1
rm -f /etc/sysconfig/network-scripts/*xapi[04] /etc/sysconfig/network-scripts/*xenbr1

# A VLAN is taken down, and a VM's port is added to its parent meanwhile.
force xapi123 up >/dev/null 2>&1
dump >/run/before
check "down: the change is made" force xapi123 down --confirm 30
vm_port vif9 xenbr0
check "down: taken back" act revert
check "down: the VLAN is there again" ovs-vsctl br-exists xapi123
check "down: the VM's port survives" ovs-vsctl port-to-br vif9
ovs-vsctl del-port vif9
ip netns del vm-vif9
check "down: all is as before" as_before

# Killed while it changes.
cache_says '10\.99\.0\.1<' '10.99.0.9<'
during sleep 5
interface-reconfigure --no-syslog --force xenbr0 up --confirm 30 >/dev/null 2>&1 &
run=$!
within 5 grep -q armed $record
kill -9 $run
as_ever
check "killed: the record is armed" is_phase armed
cache_says '10\.99\.0\.9<' '10.99.0.1<'
check "killed: the next run goes back first" force xapi123 up
check "killed: all is as before" as_before

# After a reboot the old files are restored, and the interfaces come up from the cache.
check "reboot: the change is made" change 60
kill_guardian
sed -i 's/"boot_id": "[^"]*"/"boot_id": "another"/' $record
cp /etc/sysconfig/network-scripts/ifcfg-xenbr0 /run/changed
cache_says '10\.99\.0\.9<' '10.99.0.1<'
check "reboot: management-interface starts from the old files" management-interface start
check "reboot: gone back" is_phase reverted
check "reboot: the old address" address_is 10.99.0.1

# A record that another user may have written.
chmod 666 $record
check "a record that others may write" says "not to be trusted" force xenbr0 up
chmod 600 $record
echo '{' >$record
check "a damaged record" says "no JSON" force xenbr0 up
check "a damaged record: management-interface says so" \
    says "no JSON" management-interface --no-syslog start
check "a damaged record: and starts" management-interface start
rm $record
check "usage: --probe alone" exits 2 force xenbr0 up --probe 10.99.0.2
check "usage: --confirm with --dry-run" exits 2 force xenbr0 up --confirm 5 --dry-run
check "usage: 0 seconds" exits 2 force xenbr0 up --confirm 0
