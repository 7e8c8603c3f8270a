#!/bin/bash
# test_undo_killed.sh - a program that takes back a change with --confirm is killed, and the next
# run completes the way back.  It is killed at a transaction of Open vSwitch before the answer
# arrives, and at system calls that change something; with --all at each of these, otherwise at
# some.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"

readonly record=/var/xapi/dbcache-pending.json
readonly calls=rename,renameat,renameat2,unlink,unlinkat,sendmsg,sendto,write,fchmod,chown,fsync

act() {
    interface-reconfigure --no-syslog "$@"
}

# A NIC leaves its bond, on which a VLAN with a VM is, for a bridge of its own.
change() {
    force xenbr1 up --take-over --confirm 300
}

# killed_late COMMAND... - is killed when its transaction is done, before the answer arrives.
killed_late() {
    echo "1 late" >/run/ovsdb.fail
    "$here/victim.sh" "$@" >/run/killed.out 2>&1
    [ $? = 137 ]
}

# killed_at CALL NUMBER COMMAND... - is killed at that system call.
killed_at() {
    local call=$1 number=$2
    shift 2
    strace -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$number" \
        interface-reconfigure --no-syslog "$@" >/run/killed.out 2>&1
    [ $? = 137 ]
}

phase_is() {
    grep "\"phase\": \"$1\"" $record
}

# Whether an edit of the record names a row by its name.
has_names() {
    python3 - "$record" <<'END'
import json, sys
edits = json.load(open(sys.argv[1]))["undo"]["edits"]
names = [edit for edit in edits
         if "named-uuid" in (list(edit["row"])[0], edit.get("child", [""])[0])]
print(names)
sys.exit(not names)
END
}

gone_back() {
    sh -c '! grep "not restored" /run/finish.out' && phase_is reverted && same_as /run/before
}

finish() {
    act revert >/run/finish.out 2>&1 || cat /run/finish.out
}

make_live_host
check "four bridges come up" bring_all_up
vm_port vif1 xapi4 10.99.4.77/24
ovs-vsctl set Port bond0 external_ids:theirs=1
dump >/run/before

check "the change, killed at its transaction" killed_late --force xenbr1 up --take-over \
    --confirm 300
check "the record is armed, and knows the new rows by their names" has_names
check "it is taken back, killed at that transaction" killed_late revert
check "the record is reverting, and knows the new rows" not has_names
check "taken back again" finish
check "all is as before" gone_back

check "the change" change
strace -o /run/calls -e trace=$calls interface-reconfigure --no-syslog revert >/run/finish.out 2>&1
check "taken back" gone_back
step=$(($(wc -l </run/calls) / 5))
declare -A seen=()
while read -r line; do
    [[ $line =~ ^[a-z] ]] || continue # a line about a signal or the end of the program
    call=${line%%(*}
    seen[$call]=$((${seen[$call]:-0} + 1))
    share $step || continue
    change >/run/change.out 2>&1 || cat /run/change.out
    check "killed at $call ${seen[$call]}" killed_at "$call" "${seen[$call]}" revert
    finish
    check "killed at $call ${seen[$call]}: gone back" gone_back
done </run/calls
