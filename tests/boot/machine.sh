# machine.sh - a host that can be switched on and have its plug pulled, at any moment.  Sourced by
# the tests of this folder inside a sandbox, after tests/net/lib.sh.
#
# The sandbox's own root folder is the host's disk: /etc, /var and the rest stay.  Processes,
# network devices and /run belong to one boot: they are in namespaces of their own, which end with
# their process 1, all at once, as a power failure ends them.  (A disk that loses what was not
# synced is not part of this.)  The peer, with the switch, the DHCP server and the managers at the
# other ends of the wires, keeps running.
# shellcheck shell=bash

boot_folder=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
machine= # process 1, while power is on
readonly nics="0 1 2"

# Once: what a boot is to find below the disk's folders, and where its log lines go.
make_machine() {
    mkdir -p /machine/instead
    cp -rd /run/ovs-vsctl.real /run/real /run/ovsdb_netdev.py /machine/instead/
    python3 "$boot_folder/syslog.py" /dev/log >/machine/syslog &
    within 5 test -S /dev/log
}

first_process() {
    machine=$(pgrep -P "$container")
}

power_on() {
    rm -f /machine/on
    unshare --net --mount --uts --pid --fork --kill-child --mount-proc --propagation private \
        "$boot_folder/init.sh" </dev/null >/machine/console 2>&1 &
    container=$!
    within 5 first_process && within 5 test -e /machine/on && plug_in
}

plug_in() {
    local i
    for i in $nics; do
        ip link add "eth$i" address "00:16:3e:5a:01:0$i" netns "$machine" type veth \
            peer name "p$i" netns peer || return
        # As plug() of lib.sh does, with its reasons.
        ip -n peer link set "p$i" up
        peer ethtool -K "p$i" tx off >/dev/null
        only_listens peer "p$i"
        only_listens host "eth$i"
        # The switch would go on with the device that is gone.
        peer_vsctl add-port switch "p$i"
    done
}

no_wires() {
    ! ip -n peer -br link | grep -q '^p[0-9]'
}

# Returns when nothing of the machine is left.
pull_the_plug() {
    local i
    kill -KILL "$machine"
    { wait "$container"; } 2>/dev/null
    machine=
    for i in $nics; do
        peer_vsctl --if-exists del-port "p$i"
        ip -n peer link del "p$i" 2>/dev/null
    done
    within 10 no_wires
}

# host COMMAND... - on the machine, with what init gives a program, for a minute at most.
host() {
    nsenter --target "$machine" --net --mount --uts --pid --root --wd=/ \
        env -i PATH=/usr/local/sbin:/sbin:/usr/sbin:/bin:/usr/bin LC_ALL=C timeout -k 5 60 "$@"
}

# pull_during MILLISECONDS COMMAND... - the plug is pulled that long after the command has begun.
# Sets `caught`: 1 when the command was still at work, else 0.
pull_during() {
    local after=$1 running
    shift
    "$@" </dev/null >/machine/interrupted 2>&1 &
    running=$!
    disown # the shell need not say that it was killed
    sleep "$(printf '%d.%03d' $((after / 1000)) $((after % 1000)))"
    caught=0
    # shellcheck disable=SC2034  # for who calls
    ! kill -0 $running 2>/dev/null || caught=1
    pull_the_plug
}
