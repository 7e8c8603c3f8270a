# live.sh - a running host, for the tests of runs that look before they change: four bridges from
# the cache (a NIC, a VLAN on it, a bond, a VLAN on the bond), with one switch at the other end of
# all wires.  Source lib.sh first.
# shellcheck shell=bash disable=SC2154  # here: of lib.sh

readonly bridges="xenbr0 xapi123 xapi0 xapi4"

# exits STATUS COMMAND...
exits() {
    local want=$1 status
    shift
    "$@"
    status=$?
    [ $status = "$want" ] || {
        echo "exit status $status, not $want"
        return 1
    }
}

# says TEXT COMMAND... - the command prints the text; its exit status does not matter.
says() {
    local text=$1 out
    shift
    out=$("$@" 2>&1)
    echo "$out"
    grep -qF -- "$text" <<<"$out"
}

# column TABLE RECORD COLUMN VALUE
column() {
    local is
    is=$(ovs-vsctl --timeout=20 get "$1" "$2" "$3" | tr -d '"')
    echo "$1 $2 $3 is $is"
    [ "$is" = "$4" ]
}

# swap - exchanges eth2, a slave of the bond, and eth3 in the cache.
swap() {
    cache_says '<device>eth2<' '<device>eth#<'
    cache_says '<device>eth3<' '<device>eth2<'
    cache_says '<device>eth#<' '<device>eth3<'
    cache_says '5a:01:02<' '5a:01:##<'
    cache_says '5a:01:03<' '5a:01:02<'
    cache_says '5a:01:##<' '5a:01:03<'
}

dump() {
    python3 "$here/dump_host.py" "$@"
}

# same_as FILE [OPTION] - the host is as the dump in FILE says.
same_as() {
    local file=$1
    shift
    [ -s "$file" ] && diff "$file" <(dump "$@")
}

# cache_says FROM TO - edits the cache's text.
cache_says() {
    sed -i "s|$1|$2|" /var/xapi/network.dbcache
}

make_live_host() {
    net_host openvswitch 4
    start_ovs
    peer_switch p0 p1 p2 p3
    peer_host v0 0 10.99.0.2/24 10.99.1.2/24
    peer_host v123 123 10.99.123.2/24
    peer_host v4 4 10.99.4.2/24
}

bring_all_up() {
    local bridge
    for bridge in $bridges; do
        force "$bridge" up || return
    done
}
