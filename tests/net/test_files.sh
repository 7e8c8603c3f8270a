#!/bin/bash
# test_files.sh - files of a running host: each step that writes a file fails once (without --all
# one in five), and /etc is read-only.  Afterwards files, database and devices are all as before.
set -u
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
in_sandbox "$@"
. "$here/live.sh"
export ASAN_OPTIONS=detect_leaks=0 # the leak checker cannot work below strace

readonly scripts=/etc/sysconfig/network-scripts

# traced GROUP [OPTION...] -- COMMAND... - runs the command below strace, which traces one group of
# calls: `names` those that name a file of network-scripts, `bytes` those on descriptors.
traced() {
    local group=$1 options=()
    shift
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    case $group in
    names) options+=(-P "$scripts" -e 'trace=openat,renameat,linkat,unlinkat') ;;
    bytes) options+=(-e 'trace=write,pwrite64,ftruncate,fsync,fchmod,fchown') ;;
    esac
    strace -o /run/calls "${options[@]}" "$@" </dev/null
}

# steps GROUP - prints each call in /run/calls that changes a file: "GROUP CALL NUMBER".
steps() {
    awk -v group="$1" '{ call = $1; sub(/\(.*/, "", call); n[call]++ }
        !/\/etc\/sysconfig|\/var\/xapi|\/run\/lock/ || call == "openat" && !/O_CREAT/ { next }
        { print group, call, n[call] }' /run/calls
}

# scenario NAME PREPARE COMMAND... - COMMAND runs to see what it does, and then with each of its
# steps failing.
scenario() {
    local name=$1 prepare=$2 group call number errors=(ENOSPC EIO EROFS) i=0
    shift 2
    : >/run/steps
    for group in names bytes; do
        $prepare
        check "$name: works" traced $group -y -- "$@"
        steps $group >>/run/steps
    done
    dump >/run/after
    check "$name: it writes files" [ "$(grep -c -e renameat -e write /run/steps)" -ge 2 ]
    while read -r group call number; do
        share 5 || continue
        fails_at "$name: $call $number" "$prepare" "$group" \
            "$call:error=${errors[i++ % 3]}:when=$number" "$@"
    done </run/steps
}

# A run may succeed all the same when the step only removes a temporary file, which the next run
# does, or writes the pid into the lock.
fails_at() { # NAME PREPARE GROUP INJECT COMMAND...
    local name=$1 prepare=$2 group=$3 inject=$4 status
    shift 4
    $prepare
    dump >/run/before
    traced "$group" -e inject="$inject" -- "$@" >/run/out 2>&1
    status=$?
    check "$name: it came to that" grep -q INJECTED /run/calls
    if [ $status = 0 ]; then
        dump | grep -v '^file .*\.dbc-' >/run/now
        check "$name: done all the same" diff /run/after /run/now
    else
        check "$name: fails, and says so" grep -qi 'cannot' /run/out
        check "$name: all is as before" same_as /run/before
    fi
}

settle() {
    cache_says '10\.99\.0\.9<' '10.99.0.1<'
    interface-reconfigure --no-syslog --all up >/run/settle.out 2>&1 || cat /run/settle.out
}

act() {
    interface-reconfigure --no-syslog "$@"
}

make_live_host
check "four bridges come up" bring_all_up
vm_port vif1 xenbr0
sed -i 's/^CURRENT_INTERFACES.*//' /etc/xensource-inventory
echo "CURRENT_INTERFACES='$bridges'" >>/etc/xensource-inventory

to_change_the_address() {
    settle
    cache_says '10\.99\.0\.1<' '10.99.0.9<'
    ovs-vsctl set Bridge xenbr0 fail_mode=secure
}
scenario "another address" to_change_the_address interface-reconfigure --no-syslog --force xenbr0 up

to_make_a_vlan() {
    settle
    act --force xapi4 down >/dev/null 2>&1
    rm -f /etc/sysconfig/network-scripts/*xapi4
}
scenario "a new VLAN" to_make_a_vlan interface-reconfigure --no-syslog --force xapi4 up

# ---- Several bridges are one set of files. ------------------------------------------------------

to_make_three() {
    settle
    act --force xapi4 down >/dev/null 2>&1
    act --force xapi123 down >/dev/null 2>&1
    rm -f /etc/sysconfig/network-scripts/*xapi4 /etc/sysconfig/network-scripts/*xapi123
    cache_says '10\.99\.0\.1<' '10.99.0.9<'
}
act_three=(interface-reconfigure --no-syslog --force xenbr0 --force xapi123 --force xapi4 up)
scenario "several" to_make_three "${act_three[@]}"
to_make_three
number=$(grep -c renameat /run/steps)
traced names -e inject=renameat:error=EIO:when="$number" -- "${act_three[@]}" >/run/out 2>&1
check "several: the last rename fails, and all before it are taken back" \
    [ "$(sed '/by itself/,$d' /run/out | grep -c '^Reverting changes')" = $((number - 1)) ]
check "several: then each by itself" same_as /run/after

# ---- /etc is read-only. -------------------------------------------------------------------------

read_only() { # NAME PREPARE COMMAND...
    local name="read-only, $1"
    $2
    shift 2
    dump --rows >/run/before
    : >/run/ovsdb.log
    mount --bind /etc /etc
    mount -o remount,bind,ro /etc
    check "$name: exit status 1" exits 1 "$@"
    check "$name: says so" says 'Read-only file system' "$@"
    check "$name: no file is said to be left" not says 'not restored' "$@"
    check "$name: nothing was done before that" \
        [ "$(writes)$("$@" 2>&1 | grep -c 'Running command')" = 00 ]
    umount /etc
    check "$name: all is as before" same_as /run/before --rows
}
read_only "another address" to_change_the_address force xenbr0 up
read_only "a new VLAN" to_make_a_vlan force xapi4 up
read_only "several" to_make_three "${act_three[@]}"
read_only "a NIC leaves its bond" settle force xenbr1 up --take-over
