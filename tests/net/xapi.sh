# xapi.sh - XAPI's stand-in for a host of the sandbox, with the records of fixtures/net's cache.
# Source lib.sh first.
# shellcheck shell=bash disable=SC2154  # here: of lib.sh

tests=$(readlink -f "$here/..")
cache=$tests/../fixtures/net/network.dbcache
uuid=3a7b6a0e-5b9e-4c0f-8f53-2d3c6f0f8b11
session=OpaqueRef:5e551045-9a7c-4c36-8c86-5e5510455e55
faults=() # options of standin.py for the next one

# xapi CHANGE... - XAPI's stand-in, with these changes to the cache's records.
xapi() {
    xapi_stop
    python3 "$here/pool_of_cache.py" "$cache" "$uuid" attached=xenbr0,xapi123,xapi0 "$@" \
        >/run/records.json || exit 1
    rm -f /run/standin.in /var/lib/xcp/xapi
    : >/run/ovsdb.log
    mkfifo /run/standin.in
    mkdir -p /var/lib/xcp
    python3 "$tests/xapi/standin.py" --socket /var/lib/xcp/xapi --records /run/records.json \
        --session "$session" "${faults[@]}" </run/standin.in >>/run/standin.out 2>&1 &
    standin=$!
    exec 7>/run/standin.in
    within 10 test -S /var/lib/xcp/xapi
}

# The stand-in prints what it was asked, and which sessions are left, when its stdin ends.
xapi_stop() {
    [ -n "${standin:-}" ] || return 0
    exec 7>&-
    wait "$standin"
    standin=
}
