#!/bin/bash
# run.sh - installs a build into a prefix of its own, checks what is installed, and compiles and
# runs a small program against the installed library as a user would, with pkg-config. usage: run.sh
# BUILD
set -u
export LC_ALL=C
here=$(dirname "$(readlink -f "$0")")
source_dir=$(dirname "$(dirname "$here")")
build=$(readlink -f "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/usr
failed=0

# result NAME COMMAND... - one test: passed when the command succeeds.
result() {
    local name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok install: $name"
    else
        echo "FAIL install: $name"
        sed 's/^/    /' "$work/out"
        failed=1
    fi
}

install_all() {
    DESTDIR=$work cmake --install "$build" --prefix /usr
}

# there MODE FILE... - each is below the prefix, with this mode.
there() {
    local mode=$1 file status=0
    shift
    for file in "$@"; do
        if [ "$(stat -L -c %a "$prefix/$file" 2>&1)" != "$mode" ]; then
            echo "$file: $(stat -L -c %a "$prefix/$file" 2>&1), wanted mode $mode"
            status=1
        fi
    done
    return "$status"
}

no_more_headers() {
    [ "$(ls -A "$prefix/include")" = dbcache.h ]
}

manuals() {
    local page
    for page in "$source_dir"/doc/man/*.[1-8]; do
        there 644 "share/man/man${page##*.}/${page##*/}" || return 1
    done
}

# "SYMBOL VERSION" of each function or object that the library exports.
exported() {
    nm -D --defined-only "$lib/libdbcache.so" | awk '$2 != "A" { print $3 }' |
        sed 's/@@*/ /' | sort
}

# The library exports the functions that dbcache.h marks DBC_API, and nothing else.
exports() {
    exported | sed 's/ .*//' >"$work/exported"
    tr '\n' ' ' <"$source_dir/cache/dbcache.h" | grep -o 'DBC_API [^;]*;' |
        grep -v '__attribute__' | grep -o 'dbc_[a-z0-9_]*(' | tr -d '(' | sort >"$work/declared"
    [ -s "$work/declared" ] && diff "$work/declared" "$work/exported"
}

# What a program may have been linked with stays, under the version that it had then.
symbols_stay() {
    exported >"$work/exported"
    [ -s "$here/symbols" ] && comm -23 "$here/symbols" "$work/exported" >"$work/gone"
    [ -s "$here/symbols" ] && [ ! -s "$work/gone" ] && return
    echo "gone from libdbcache.so, or under another version (tests/install/symbols):"
    cat "$work/gone"
    return 1
}

# ... and what is new is written down there, so that it stays too.
symbols_listed() {
    exported | comm -13 "$here/symbols" - >"$work/new"
    [ ! -s "$work/new" ] && return
    echo "new in libdbcache.so: add to tests/install/symbols, sorted:"
    cat "$work/new"
    return 1
}

soname() {
    [ "$(readlink "$lib/libdbcache.so")" = libdbcache.so.0 ] &&
        readelf -d "$lib/libdbcache.so" | grep -F 'soname: [libdbcache.so.0]'
}

consumer() {
    local flags
    export PKG_CONFIG_PATH=$lib/pkgconfig
    flags=$(pkg-config --cflags --libs dbcache) || return 1
    # shellcheck disable=SC2086  # flags are words
    gcc -std=c11 -pedantic -Wall -Wextra -Werror -o "$work/consumer" "$here/consumer.c" $flags
}

consumer_runs() {
    LD_LIBRARY_PATH=$lib "$work/consumer" "$here/host.dbcache" >"$work/said" &&
        diff - "$work/said" <<'EOF'
pif eth0 on xenbr0
1 pif, 1 network
EOF
}

# example COMPILER... - the example program, built by what pkg-config says and nothing else.
example() {
    local flags
    export PKG_CONFIG_PATH=$lib/pkgconfig
    flags=$(pkg-config --cflags --libs dbcache) || return 1
    # shellcheck disable=SC2086  # flags are words
    "$@" -pedantic -Wall -Wextra -Werror -o "$work/edit" "$source_dir/doc/examples/edit.c" $flags
}

edit() {
    LD_LIBRARY_PATH=$lib "$work/edit" "$here/host.dbcache" \
        OpaqueRef:5a7c3b1e-0000-4000-8000-000000000001 "$1" "$2" "$work/new.dbcache" 2>&1
}

# It changes what may be changed, and nothing where check or the library says no.
example_runs() {
    rm -f "$work/new.dbcache"
    edit MAC 02:00:00:00:00:07 >"$work/said" && diff - "$work/said" <<'EOF' || return 1
MAC: 02:00:00:00:00:01 -> 02:00:00:00:00:07
EOF
    grep -F '<MAC>02:00:00:00:00:07</MAC>' "$work/new.dbcache" || return 1
    rm "$work/new.dbcache"
    ! edit device 'not a name' >"$work/said" && grep -F 'edit: ' "$work/said" &&
        ! edit management maybe >"$work/said" && grep -F 'expected True or False' "$work/said" &&
        [ ! -e "$work/new.dbcache" ]
}

cxx_header() {
    printf '#include <dbcache.h>\n' | clang -x c++ -std=c++11 -Wall -Wextra -Werror \
        -fsyntax-only -I "$prefix/include" -
}

help() {
    "$prefix/sbin/interface-reconfigure" --help
}

# make_host - a host with a cache and nobody who listens as XAPI, in $work/host.
make_host() {
    rm -rf "$work/host"
    mkdir -p "$work/host/etc/sysconfig/network-scripts" "$work/host/var/xapi" \
        "$work/host/var/lock"
    echo "INSTALLATION_UUID='u'" >"$work/host/etc/xensource-inventory"
    cp "$here/host.dbcache" "$work/host/var/xapi/network.dbcache"
}

configure() {
    "$prefix/sbin/interface-reconfigure" --root-prefix="$work/host" --no-syslog "$@" 2>&1
}

# The module is found beside the prefix that the program was installed to; that nobody listens is
# then all that is wrong.
asks_xapi() {
    make_host
    configure rewrite >"$work/said"
    [ $? = 1 ] && grep -F 'cannot reach XAPI' "$work/said"
}

# Likewise: what the cache was is kept, without a word.
keeps_history() {
    make_host
    configure --force xenbr0 --device=eth0 --mac=02:00:00:00:00:09 --mode=dhcp rewrite \
        >"$work/said" || { cat "$work/said"; return 1; }
    ! grep -F 'No history' "$work/said" && [ -f "$work/host/var/xapi/dbcache-history.db" ]
}

# What the one wrote, the other reads.
tool_runs() {
    local tool=$prefix/bin/dbcache
    "$tool" --version && "$tool" --root-prefix="$work/host" show &&
        "$tool" --root-prefix="$work/host" history show 1 | cmp - "$here/host.dbcache"
}

# As asks_xapi.
tool_asks_xapi() {
    "$prefix/bin/dbcache" --root-prefix="$work/host" import --from=xapi --force >"$work/said" 2>&1
    [ $? = 2 ] && grep -F 'cannot reach XAPI' "$work/said"
}

# Likewise: a tar needs the module that reads archives.
tool_reads_archives() {
    local tool=$prefix/bin/dbcache
    make_host
    tar cf "$work/host.tar" -C "$work/host/var/xapi" network.dbcache &&
        "$tool" format "$here/host.dbcache" >"$work/text" &&
        "$tool" format "$work/host.tar" | cmp - "$work/text"
}

runs_from() {
    result "interface-reconfigure finds what speaks to XAPI$1" asks_xapi
    result "interface-reconfigure finds what keeps the history$1" keeps_history
    result "dbcache shows it$1" tool_runs
    result "dbcache import finds what speaks to XAPI$1" tool_asks_xapi
    result "dbcache finds what reads archives$1" tool_reads_archives
}

# The tarball of a release: the same bytes each time, and what it says it is.
tarball() {
    local made
    cmake --build "$build" --target dist && made=$(echo "$build"/dbcache-*.tar.gz) &&
        cp "$made" "$work/first" &&
        cmake --build "$build" --target dist && cmp "$work/first" "$made" &&
        tar tzf "$made" | grep -x 'dbcache-[0-9.]*/README.md'
}

# Programs are found by whoever runs them, modules by the programs: a tree may lie anywhere.
elsewhere() {
    mkdir "$work/opt" && mv "$prefix" "$work/opt/dbcache" && prefix=$work/opt/dbcache
}

result "cmake --install" install_all
lib=$(dirname "$(find "$prefix" -name libdbcache.so)")
modules=${lib#"$prefix/"}/dbcache
programs=libexec/dbcache
result "programs" there 755 bin/dbcache sbin/interface-reconfigure sbin/management-interface \
    "$programs"/{ifup,ifdown,ifup-dhcp,openvswitch-boot,openvswitch-xapi-update} \
    "$programs"/plugins/{openvswitch-cfg-update,openvswitch-config-update} \
    etc/init.d/{openvswitch,management-interface,openvswitch-xapi-update}
result "modules and units" there 644 "$modules"/dbcache-{archive,history,xapi}.so \
    lib/systemd/system/{openvswitch,management-interface,openvswitch-xapi-update}.service \
    lib/systemd/system/ovs-xapi-sync.service
result "interface-reconfigure --help" help
runs_from ""
result "header" there 644 include/dbcache.h
result "one public header" no_more_headers
result "manuals" manuals
result "soname" soname
result "exported symbols are those of dbcache.h" exports
result "no exported symbol is gone" symbols_stay
result "each exported symbol is listed" symbols_listed
result "header in C++" cxx_header
result "a program builds with pkg-config" consumer
result "and runs" consumer_runs
result "the example builds with pkg-config" example gcc -std=c11
result "and changes a cache" example_runs
result "the example builds as C++" example clang -x c++ -std=c++11
result "and changes a cache, in C++" example_runs
if git -C "$source_dir" rev-parse HEAD >/dev/null 2>&1; then
    result "cmake --build BUILD --target dist" tarball
else
    echo "skip install: dist: not a git checkout"
fi
result "the tree is moved" elsewhere
runs_from ", moved"
exit "$failed"
