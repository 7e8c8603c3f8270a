#!/bin/bash
# packages.sh - makes the .deb and .rpm packages, looks into them, and installs, upgrades, removes
# and purges the .deb packages in a bare Debian of its own.  usage: packages.sh BUILD [ROOT]
# BUILD is a build of the preset `packages`; ROOT an unpacked minimal Debian to copy instead of
# making one.
set -u
build=$(readlink -f "$1")
base=${2:-}
# A mount namespace of its own: what is mounted below the work folder goes with this process.
if [ -z "${DBCACHE_PACKAGES_APART:-}" ]; then
    DBCACHE_PACKAGES_APART=1 exec unshare --mount --propagation private "$0" "$@"
fi
work=$(mktemp -d)
cleanup() {
    mountpoint -q "$work/root/proc" && umount "$work/root/proc"
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
root=$work/root
source_dir=$(readlink -f "$(dirname "$0")/../..")
failed=0
readonly parts="libdbcache0 libdbcache-dev dbcache dbcache-xenserver"
readonly link=/opt/xensource/libexec/interface-reconfigure

# result NAME COMMAND... - one test: passed when the command succeeds.
result() {
    local name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok packages: $name"
    else
        echo "FAIL packages: $name"
        tail -n 30 "$work/out" | sed 's/^/    /'
        failed=1
    fi
}

# pack FOLDER [CPACK OPTION...]
pack() {
    (cd "$build" && cpack --config CPackConfig.cmake -B "$work/$1" "${@:2}")
}

no_lint() {
    lintian --allow-root --fail-on error --tag-display-limit 0 "$work"/new/*.deb
}

# What cmake installs, less what only packages have, is in the packages, each file once.
contents() {
    DESTDIR=$work/tree cmake --install "$build" >/dev/null
    (cd "$work/tree" && find . ! -type d | sed 's/^\.//' | sort) >"$work/wanted"
    "$1" | sed -E '/\/share\/(doc|lintian)\//d; /\/man[0-9]\//s/\.gz$//' | sort >"$work/packed"
    [ -s "$work/wanted" ] && diff "$work/wanted" "$work/packed"
}

deb_files() {
    local deb
    for deb in "$work"/new/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar t | grep -v '/$' | sed 's/^\.//'
    done
}

rpm_files() {
    rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$work"/new/*.rpm |
        sed -n '/^d/d; s/^[^ ]* //; /\/\.build-id/d; p'
}

init_scripts() {
    (cd "$work/tree" && find etc -type f | sed 's/^/\//' | sort)
}

deb_conffiles() {
    diff <(init_scripts) <(dpkg-deb --ctrl-tarfile "$work"/new/dbcache-xenserver_*.deb |
        tar xO ./conffiles)
}

rpm_conffiles() {
    diff <(init_scripts) <(rpm -qp --configfiles "$work"/new/dbcache-xenserver-*.rpm | sort)
}

# Nothing in a script starts or stops a service.
# shellcheck disable=SC2016  # what is looked for has a $ of its own
starts_nothing() {
    local file
    for file in "$work"/new/*.deb; do
        dpkg-deb --ctrl-tarfile "$file" | tar xO --wildcards './p*' 2>/dev/null
    done >"$work/scripts"
    rpm -qp --scripts "$work"/new/*.rpm >>"$work/scripts"
    grep -q give_back "$work/scripts" &&
        ! grep -vE '^ *#|systemctl --quiet --no-reload disable "\$service\.service"' \
            "$work/scripts" |
        grep -nE -e 'systemctl [a-z-]|invoke-rc\.d|deb-systemd-invoke|init\.d/|start' \
            -e '(^|[;&|]) *service '
}

shlibs() {
    dpkg-deb --ctrl-tarfile "$work"/new/libdbcache0_*.deb | tar xO ./shlibs |
        grep -E '^libdbcache 0 libdbcache0 '
}

rpm_requires() {
    rpm -qp --requires "$work"/new/dbcache-xenserver-*.rpm >"$work/requires" &&
        grep -x "dbcache = .*" "$work/requires" && grep -F 'libxml2.so.2' "$work/requires"
}

# The same packages once more are the same bytes.
same_again() {
    local file
    pack again -G DEB && for file in "$work"/new/*.deb; do
        cmp "$file" "$work/again/${file##*/}" || return 1
    done
}

inside() {
    chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        "$@"
}

bare() {
    if [ -n "$base" ]; then
        cp -a "$base" "$root"
    else
        debootstrap --variant=minbase bookworm "$root"
    fi && mount -t proc proc "$root/proc" && cp /etc/apt/sources.list.d/* \
        "$root/etc/apt/sources.list.d/" 2>/dev/null
    cp /etc/resolv.conf "$root/etc/" 2>/dev/null
    [ -x "$root/usr/bin/dpkg" ]
}

# What the packages depend on, but for one another, and a compiler.
dependencies() {
    local needed
    needed=$(for deb in "$work"/new/*.deb; do dpkg-deb -f "$deb" Depends; done | tr ',' '\n' |
        sed 's/(.*//; s/ //g' | sort -u | grep -v dbcache)
    # shellcheck disable=SC2086  # names are words
    inside apt-get -q -y update && inside apt-get -q -y install --no-install-recommends \
        gcc libc6-dev pkg-config $needed
}

# A host's own scripts, and what tells when a service is touched.
make_host() {
    local name
    mkdir -p "$root"/opt/xensource/libexec "$root"/etc/{xensource/scripts,xapi.d/plugins} \
        "$root/packages" && cp -r "$work/old" "$work/new" "$root/packages/" &&
        echo original >"$root$link" && echo hotplug >"$root/etc/xensource/scripts/vif" &&
        for name in invoke-rc.d service deb-systemd-invoke; do
            [ ! -e "$root/usr/sbin/$name" ] || mv "$root/usr/sbin/$name" "$root/usr/sbin/$name.own"
            printf '#!/bin/sh\necho "%s $*" >>/touched\n' "$name" >"$root/usr/sbin/$name"
            chmod 755 "$root/usr/sbin/$name"
        done
}

# tree - every file below the root with mode and contents, less dpkg's own records.
tree() {
    (cd "$root" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/log -o -path ./proc \
        -o -path ./packages -o -path ./var/cache -o -path ./tmp -o -path ./etc/ld.so.cache \) \
        -prune -o -printf '%M %u %p %l ' \( -type f -exec md5sum {} \; -o -printf '\n' \)) | sort
}

install_version() {
    inside sh -c "dpkg -i /packages/$1/*.deb"
}

programs() {
    inside dbcache --version && inside interface-reconfigure --help >/dev/null &&
        inside /etc/init.d/management-interface --version &&
        [ "$(inside readlink "$link")" = /usr/sbin/interface-reconfigure ] &&
        [ "$(cat "$root$link.distrib")" = original ]
}

# With nothing but what the packages bring.
builds() {
    # shellcheck disable=SC2016  # the inner shell expands
    cp "$source_dir/doc/examples/edit.c" "$root/packages/" &&
        inside sh -c 'cd /packages &&
            cc -o edit edit.c $(pkg-config --cflags --libs dbcache) && ! ./edit 2>said &&
            grep "^usage" said'
}

upgrade() {
    echo '# changed here' >>"$root/etc/init.d/openvswitch"
    install_version new && grep -x '# changed here' "$root/etc/init.d/openvswitch" &&
        [ "$(cat "$root$link.distrib")" = original ] &&
        inside dpkg -s dbcache | grep '^Version: ' | grep -vF ' 0.0.1-1'
}

remove() {
    # shellcheck disable=SC2086  # names are words
    inside dpkg -r $parts && [ "$(cat "$root$link")" = original ] &&
        [ ! -L "$root$link" ] && [ "$(cat "$root/etc/xensource/scripts/vif")" = hotplug ] &&
        grep -x '# changed here' "$root/etc/init.d/openvswitch" &&
        inside /etc/init.d/openvswitch start
}

purge() {
    # shellcheck disable=SC2086  # names are words
    inside dpkg -P $parts && tree >"$work/after" && diff "$work/before" "$work/after" &&
        ! inside dpkg-divert --list '*xensource*' | grep .
}

untouched() {
    [ ! -e "$root/touched" ] || { cat "$root/touched" && false; }
}

rpm_installs() {
    mkdir -p "$work/rpm/opt/xensource/libexec" && rpm --root "$work/rpm" --initdb &&
        rpm --root "$work/rpm" -i --nodeps --noscripts "$work"/new/*.rpm &&
        [ -x "$work/rpm/usr/sbin/interface-reconfigure" ] &&
        rpm --root "$work/rpm" -e --nodeps --noscripts dbcache-xenserver &&
        [ ! -e "$work/rpm/usr/sbin/interface-reconfigure" ]
}

result "cmake --build --target package" pack new
result "the version before" pack old -G DEB -D CPACK_PACKAGE_VERSION=0.0.1
result "lintian finds no error" no_lint
result "deb: each installed file, once" contents deb_files
result "deb: conffiles" deb_conffiles
result "deb: shlibs" shlibs
result "rpm: each installed file, once" contents rpm_files
result "rpm: configuration" rpm_conffiles
result "rpm: requires" rpm_requires
result "rpm: installs and goes" rpm_installs
result "no script starts a service" starts_nothing
result "the same bytes again" same_again
if [ "$failed" = 0 ] || [ -n "$base" ]; then
    result "a bare Debian" bare
    result "what the packages depend on" dependencies
    result "a host's own scripts" make_host
    tree >"$work/before"
    result "install" install_version old
    result "the programs run, the originals are beside" programs
    result "a program builds against the library" builds
    result "upgrade keeps a changed conffile" upgrade
    result "remove puts the originals back" remove
    result "purge leaves nothing" purge
    result "no service was started or stopped" untouched
fi
exit "$failed"
