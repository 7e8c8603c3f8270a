# confirm.sh - for the tests of --confirm: functions that make a change that waits to be confirmed,
# look at it, and put the host back.  Source lib.sh and live.sh first.
# shellcheck shell=bash disable=SC2154  # here, libexec: of lib.sh

readonly record=/var/xapi/dbcache-pending.json

field() { # KEY
    sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$record" | head -1
}

is_phase() {
    echo "phase: $(field phase)"
    [ "$(field phase)" = "$1" ]
}

has_guardian() {
    [ -n "$(field guardian)" ]
}

# kill_guardian - returns when it is dead: one that is killed while it writes ends its write first.
kill_guardian() {
    local pid
    within 3 has_guardian
    pid=$(field guardian)
    kill -9 "$pid"
    within 3 not grep -q guardian "/proc/$pid/cmdline"
}

pending() {
    interface-reconfigure --no-syslog pending "$@"
}

act() {
    interface-reconfigure --no-syslog "$@"
}

# to_change - the cache gives management another address.
to_change() {
    cache_says '10\.99\.0\.1<' '10.99.0.9<'
}

# change SECONDS [OPTION...] - the management address changes, to be confirmed.
change() {
    local seconds=$1
    shift
    to_change
    force xenbr0 up --confirm "$seconds" "$@"
}

# as_before - the host is as /run/before says, but for the cache, which the tests edit themselves.
as_before() {
    diff <(grep -v network.dbcache /run/before) <(dump | grep -v network.dbcache)
}

address_is() {
    ip -4 -br addr show dev xenbr0
    has_address xenbr0 "$1/24"
}

# put_back - makes the cache and the host as they were.  A revert leaves this cache alone, since
# only one that is saved from XAPI belongs to a change.
put_back() {
    cache_says '10\.99\.0\.9<' '10.99.0.1<'
    force xenbr0 up >/dev/null 2>&1
}

# during COMMAND... - until as_ever, each ifup runs COMMAND before its own work.
during() {
    [ -e /run/real-ifup ] || cp "$libexec/ifup" /run/real-ifup
    printf '#!/bin/bash\n. /run/during\nexec /run/real-ifup "$@"\n' >/run/ifup
    install -m 755 /run/ifup "$libexec/ifup"
    printf '%s\n' "$*" >/run/during
}

as_ever() {
    install -m 755 /run/real-ifup "$libexec/ifup"
}
