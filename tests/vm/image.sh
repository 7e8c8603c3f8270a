#!/bin/bash
# image.sh - makes the kernel and the first file system of the guest that tests/vm/run.sh boots:
# Debian's stock cloud kernel, unpacked and never installed, and this machine's own programs.
#
#     image.sh FOLDER
#
# FOLDER/vmlinuz and FOLDER/base.cpio are made when they are missing or this machine's packages have
# changed.  Exit status: 0 done; 77 when the kernel's package cannot be downloaded, with the reason
# on stdout; 1 for any other failure.
set -eu -o pipefail
here=$(dirname "$(readlink -f "$0")")
folder=$1
. "$here/../lib/packages.sh"

# What the tests and the programs under test run.
packages="bash coreutils dash debianutils diffutils findutils grep hostname libc-bin mawk mount
    openssl openvswitch-common sed strace tcpdump udhcpc python3.11-minimal libpython3.11-minimal
    libpython3.11-stdlib $(packages_of run)"
# The program that Debian's alternatives choose belongs to no package.
readonly links="/usr/bin/awk /usr/bin/sh /usr/sbin/ovs-vswitchd"
readonly modules="8021q bonding bridge dummy ip_gre openvswitch tun veth"
readonly etc_files="alternatives debian_version dhcp group ld.so.cache ld.so.conf ld.so.conf.d
    nsswitch.conf os-release passwd protocols services ssl"

# The name of the kernel's package changes with every release of it.
kernel_package() {
    apt-cache depends linux-image-cloud-amd64 2>/dev/null |
        awk '/Depends: linux-image-/ && !name { name = $2 } END { print name }'
}

# download - leaves the package in $work; the second try is after `apt-get update`.
download() {
    local name try
    for try in 1 2; do
        name=$(kernel_package)
        if [ -n "$name" ] && (cd "$work" && timeout 300 apt-get -q download "$name") >&2; then
            return
        fi
        [ $try = 2 ] || timeout 120 apt-get -q update >&2 || true
    done
    echo "apt-get cannot download the package of linux-image-cloud-amd64"
    exit 77
}

# unpack_kernel - FOLDER/vmlinuz, and FOLDER/modules: what the guest needs of them.
unpack_kernel() {
    local version name tree
    download
    dpkg -x "$work"/linux-image-*.deb "$work/kernel"
    version=$(ls "$work/kernel/lib/modules")
    tree=lib/modules/$version
    depmod -b "$work/kernel" "$version"
    rm -rf "$folder/modules"
    mkdir -p "$folder/modules/$tree"
    for name in $modules; do
        modprobe -d "$work/kernel" -S "$version" --show-depends "$name"
    done | awk '$1 == "insmod" { print $2 }' | sort -u |
        while read -r name; do
            (cd "$work/kernel" && cp --parents "${name#"$work/kernel/"}" "$folder/modules")
        done
    cp "$work/kernel/$tree"/modules.{builtin,builtin.modinfo,order} "$folder/modules/$tree/"
    depmod -b "$folder/modules" "$version"
    mv "$work/kernel/boot/vmlinuz-$version" "$folder/vmlinuz"
}

# files - the programs and data of the packages, and the libraries that those load.
files() {
    # shellcheck disable=SC2086  # names
    { dpkg -L $packages && printf '%s\n' $links; } |
        grep -E '^(/usr)?/(s?bin|lib)/|^/usr/share/openvswitch/' | sort -u >"$work/owned"
    while read -r name; do
        [ ! -f "$name" ] || echo "$name"
    done <"$work/owned" >"$work/files"
    # Of what is no program of this machine's, ldd only says so.
    { xargs ldd <"$work/files" 2>/dev/null || true; } | grep -o '/[^ :]*\.so[^ :]*' |
        sort -u - "$work/files"
}

# fill ROOT - a file system as Debian lays it out, with /bin and its like as links.
fill() {
    local root=$1 name
    mkdir -p "$root"/{dev,etc,media,mnt,opt,proc,root,run,srv,sys,tmp,var} \
        "$root"/usr/{bin,sbin,lib,lib64,local}
    for name in bin sbin lib lib64; do
        ln -s usr/$name "$root/$name"
    done
    files >"$work/all"
    tar -C / -chf - --no-recursion -T "$work/all" 2>"$work/tar.log" |
        tar -C "$root" -xf - --keep-directory-symlink
    for name in $etc_files; do
        [ ! -e "/etc/$name" ] || cp -a "/etc/$name" "$root/etc/"
    done
    cp "$(command -v busybox)" "$root/usr/bin/busybox"
    install -m 755 "$here/init" "$root/init"
    cp -a "$folder/modules/lib/modules" "$root/usr/lib/"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"
folder=$(readlink -f "$folder")
# shellcheck disable=SC2086  # names
now=$(cat "$here/image.sh" "$here/init" && dpkg-query -W $packages busybox-static)
if [ -s "$folder/base.cpio" ] && [ "$now" = "$(cat "$folder/stamp" 2>/dev/null)" ]; then
    exit 0
fi
[ -s "$folder/vmlinuz" ] || unpack_kernel
fill "$work/root"
(cd "$work/root" && find . | LC_ALL=C sort | busybox cpio -o -H newc) >"$work/cpio" 2>/dev/null
mv "$work/cpio" "$folder/base.cpio"
echo "$now" >"$folder/stamp"
