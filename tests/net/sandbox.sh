#!/bin/bash
# sandbox.sh - runs a command as root on a throw-away host: namespaces of its own for network,
# mounts, processes and host name, and a root folder of its own in memory.
#
#     sandbox.sh [-k] [-s STAGE] [-b FOLDER]... [-t SECONDS] COMMAND [ARG...]
#         -k          Open vSwitch uses the kernel's datapath, not the userspace one
#         -s STAGE    a tree (of `DESTDIR=STAGE cmake --install`) that is copied over the root
#         -b FOLDER   a folder that COMMAND needs, at the same place, read-only (the project's own
#                     is always there)
#         -t SECONDS  the command is ended after this time (default 120)
#
# Inside, /usr is the machine's own, read-only; /etc has the few files that programs need; all the
# rest is empty and writable.  When the command ends, all its processes, devices and files are gone,
# and nothing on the machine has changed.  Exit status: that of the command; 137 when it ran out of
# time; 125 when the sandbox could not be made, with the reason on stderr.
set -u
here=$(dirname "$(readlink -f "$0")")
project=$(readlink -f "$here/../..")

die() {
    echo "sandbox: $*" >&2
    exit 125
}

# ---- Outside: namespaces. ---------------------------------------------------------------------

outside() {
    local seconds=120 stage='' kernel='' binds=("$project")
    while getopts ks:b:t: opt; do
        case $opt in
        k) kernel=1 ;;
        s) stage=$(readlink -f "$OPTARG") ;;
        b) binds+=("$(readlink -f "$OPTARG")") ;;
        t) seconds=$OPTARG ;;
        *) exit 125 ;;
        esac
    done
    shift $((OPTIND - 1))
    [ $# -gt 0 ] || die "no command"
    [ "$(id -u)" = 0 ] || die "this needs root"
    awk '$5 == "/" { found = 1 } END { exit !found }' /proc/self/mountinfo ||
        die "/ is no mount point (a chroot?): outside, 'mount --bind ROOT ROOT', then enter again"
    unshare --net --mount --uts --pid --fork --propagation private true ||
        die "the kernel, or the container this runs in, forbids new namespaces"
    # --foreground: Ctrl-C at a terminal reaches the command.  unshare takes no other signal than
    # KILL while it waits; with --kill-child nothing in the sandbox outlives it.
    SANDBOX_KERNEL=$kernel SANDBOX_STAGE=$stage SANDBOX_BINDS=$(printf '%s\n' "${binds[@]}") \
        exec timeout --foreground -s KILL "$seconds" \
        unshare --net --mount --uts --pid --fork --kill-child --propagation private \
        "$here/sandbox.sh" --inside "$@"
}

# ---- Inside: the root folder. -----------------------------------------------------------------

# Needed by the linker, by name lookups and by Debian's alternatives; no configuration.
readonly etc_files="alternatives debian_version group ld.so.cache ld.so.conf ld.so.conf.d
    nsswitch.conf os-release passwd protocols services ssl"

# bind_read_only WHAT [PLACE] - PLACE, in the new root, is made when it is to be a folder.
bind_read_only() {
    local place=$root${2:-$1}
    [ ! -d "$1" ] || mkdir -p "$place"
    mount --bind "$1" "$place" || die "cannot bind $1"
    mount -o remount,bind,ro "$place" || die "cannot make $1 read-only"
}

make_system() {
    local d
    for d in /usr /bin /sbin /lib /lib32 /lib64 /libx32; do
        if [ -L "$d" ]; then
            cp -a "$d" "$root$d"
        elif [ -d "$d" ]; then
            bind_read_only "$d"
        fi
    done
    mount -t tmpfs sandbox "$root/usr/local" # where -s may want to copy
    mkdir "$root/etc"
    for d in $etc_files; do
        [ ! -e "/etc/$d" ] || cp -a "/etc/$d" "$root/etc/"
    done
    echo '127.0.0.1 localhost sandbox' >"$root/etc/hosts"
    : >"$root/etc/resolv.conf"
}

make_folders() {
    (cd "$root" && mkdir -p dev/net home opt proc root run/lock/subsys run/netns run/openvswitch \
        sys tmp var/cache var/lib/dhcp var/lib/misc var/lib/openvswitch var/log/openvswitch \
        var/tmp etc/openvswitch etc/sysconfig/network-scripts etc/xensource var/xapi)
    chmod 1777 "$root/tmp" "$root/var/tmp"
    ln -s /run "$root/var/run"
    ln -s /run/lock "$root/var/lock"
}

make_devices() {
    local name numbers
    while read -r name numbers; do
        # shellcheck disable=SC2086  # "major minor": two words
        mknod -m 666 "$root/dev/$name" c $numbers || die "cannot make /dev/$name"
    done <<'END'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
net/tun 10 200
END
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s /proc/self/fd/0 "$root/dev/stdin"
    ln -s /proc/self/fd/1 "$root/dev/stdout"
    ln -s /proc/self/fd/2 "$root/dev/stderr"
    mount -t proc proc "$root/proc" || die "cannot mount /proc"
    mount -t sysfs sysfs "$root/sys" || die "cannot mount /sys" # of this network namespace
}

# Puts the wrapper in ovs-vsctl's place, and a copy of the real program in /run.
replace_vsctl() {
    [ -x /usr/bin/ovs-vsctl ] || return 0
    cp /usr/bin/ovs-vsctl "$root/run/ovs-vsctl.real"
    [ -z "$SANDBOX_KERNEL" ] || return 0
    bind_read_only "$here/ovs-vsctl-netdev" /usr/bin/ovs-vsctl
}

# Puts ovsdb_netdev.py between the database and programs that use its socket themselves.
replace_ovsdb_server() {
    [ -z "$SANDBOX_KERNEL" ] && [ -x /usr/sbin/ovsdb-server ] || return 0
    mkdir -p "$root/run/real"
    cp /usr/sbin/ovsdb-server "$root/run/real/"
    bind_read_only "$here/ovsdb-server-netdev" /usr/sbin/ovsdb-server
    ln -s "$here/ovsdb_netdev.py" "$root/run/ovsdb_netdev.py"
}

inside() {
    local folder
    # On a folder that holds nothing we still need.
    for root in /mnt /media /srv /opt; do
        case $SANDBOX_BINDS$SANDBOX_STAGE/ in *"$root"/*) continue ;; esac
        [ ! -d "$root" ] || break
    done
    mount -t tmpfs -o mode=755,size=512m sandbox "$root" || die "cannot mount a tmpfs on $root"
    make_system
    make_folders
    make_devices
    while read -r folder; do
        [ -e "$root$folder" ] || bind_read_only "$folder"
    done <<<"$SANDBOX_BINDS"
    replace_vsctl
    replace_ovsdb_server
    [ -z "$SANDBOX_STAGE" ] || cp -rdT "$SANDBOX_STAGE" "$root" || die "cannot copy the programs"
    hostname sandbox
    "$root/sbin/ip" link set lo up
    unset SANDBOX_KERNEL SANDBOX_STAGE SANDBOX_BINDS
    cd /
    # Not exec: as process 1 this shell also collects the daemons that its command leaves.
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 chroot "$root" "$@"
}

if [ "${1:-}" = --inside ]; then
    shift
    inside "$@"
else
    outside "$@"
fi
