# packages.sh - the one list of the Debian packages that building, running and testing need. Sourced
# by ./check and ./quickstart: need_packages SET... installs the missing packages of the sets
# `build`, `run`, `test`, `browser`, `fleet`, `tidy`, `packages` and `vm`, and keeps their daemons
# from starting, now and at the next boot.
# shellcheck shell=bash

packages_of() {
    case $1 in
    build) echo gcc libc6-dev cmake make pkg-config libxml2-dev libjansson-dev \
        libcurl4-openssl-dev libsqlite3-dev zlib1g-dev nettle-dev libarchive-dev libmnl-dev ;;
    # The programs that a throw-away host of quickstart and of the net tests uses.
    run) echo openvswitch-switch isc-dhcp-client dnsmasq-base iproute2 iputils-ping ethtool \
        procps util-linux kmod python3 ;;
    test)
        echo libcmocka-dev clang shellcheck strace mandoc binutils python3 sqlite3 graphviz \
            tcpdump udhcpc openssl valgrind
        clang_packages
        ;;
    # What opens the page of `dbcache report`.
    browser) echo chromium ;;
    # The engines of doc/fleet.md.
    fleet) echo postgresql clickhouse-server clickhouse-client ;;
    # The analysers of tests/tidy, beside the compilers.
    tidy) echo clang-tidy ;;
    # What builds packages, inspects them, and makes a bare Debian to install them on.
    packages) echo dpkg-dev lintian rpm debootstrap ;;
    # The guest of tests/vm.
    vm) echo qemu-system-x86 busybox-static ;;
    *)
        echo "packages.sh: no package set named $1" >&2
        return 1
        ;;
    esac
}

# clang_packages - the runtime library of clang's sanitizers, and the clang-format whose layout the
# sources have, which only Debian 12 has.
clang_packages() {
    if grep -qs '^VERSION_ID="1[3-9]"' /etc/os-release; then
        echo libclang-rt-19-dev
    else
        echo libclang-rt-14-dev clang-format-14
    fi
}

package_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

# need_packages SET... - returns 0 when all packages of the sets are there, installing the missing
# ones as root.  Otherwise names them on stderr and returns 1.
need_packages() {
    local set package missing=()
    for set in "$@"; do
        for package in $(packages_of "$set"); do
            package_installed "$package" || missing+=("$package")
        done
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Missing packages: ${missing[*]}" >&2
        echo "Install them (as root on Debian 12: apt-get install ${missing[*]}) and try again." >&2
        return 1
    fi
    echo "Installing: ${missing[*]}"
    install_quietly "${missing[@]}"
}

# install_quietly PACKAGE... - apt-get install with the services held back.  The subshell's trap
# takes the guard away on every way out.
install_quietly() (
    policy=/usr/sbin/policy-rc.d
    held=
    log=$(mktemp)
    restore() {
        rm -f "$policy" "$log"
        [ -z "$held" ] || mv "$held" "$policy"
    }
    if [ -e "$policy" ]; then
        held=$(mktemp "$policy.held-XXXXXX")
        mv "$policy" "$held"
    fi
    trap restore EXIT
    trap 'exit 1' HUP INT TERM
    # 101: the action is forbidden; invoke-rc.d and deb-systemd-invoke obey.
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"

    export DEBIAN_FRONTEND=noninteractive
    apt=(apt-get -q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3)
    before=$(enabled_at_boot)
    if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"; } \
        </dev/null >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        echo "apt-get could not install: $*" >&2
        return 1
    fi
    comm -13 <(echo "$before") <(enabled_at_boot) | disable_at_boot >"$log" 2>&1 || true
)

# enabled_at_boot - the links by which systemd and SysV init start services.
enabled_at_boot() {
    find /etc/systemd/system/*.target.wants /etc/rc[2-5].d -type l ! -name 'K*' \
        ! -path '*/sysinit.target.wants/*' 2>/dev/null | sort
}

# disable_at_boot - takes back the links that it reads.
disable_at_boot() {
    local link name
    while read -r link; do
        case $link in
        /etc/rc*)
            name=${link##*/S??}
            update-rc.d "$name" disable
            ;;
        *) rm -f "$link" ;;
        esac
    done
}
