#!/bin/bash
# run.sh - the datapaths under a stock Debian kernel, where bonding, 8021q and the openvswitch
# module are real: boots QEMU without KVM on this machine's programs and those of a build.
#
#     run.sh BUILD FOLDER [TEST...]
#
# FOLDER keeps the kernel and the first file system between runs.  TEST: only these of tests/net
# ("bridge_live" is test_bridge_live.sh); without one, those that guest.sh names.  Prints what the
# tests in the guest print; what the guest's kernel says is in FOLDER/console.
set -u
here=$(dirname "$(readlink -f "$0")")
project=$(readlink -f "$here/../..")
readonly seconds=840 memory=1024
build=$1
mkdir -p "$2"
folder=$(readlink -f "$2")
shift 2
tests=$(IFS=, && echo "$*")

skip() {
    echo "skip vm: $*"
    exit 0
}

# add_libraries - those that the programs of the build load.  /lib is a link in the guest, as here;
# an archive with a folder of that name would replace it.
add_libraries() {
    local name place
    find "$work/add/stage" -type f -exec ldd {} + 2>/dev/null |
        grep -o '/[^ :]*\.so[^ :]*' | grep -v "^$work" | sort -u |
        while read -r name; do
            place=$work/add$(realpath "$(dirname "$name")")
            mkdir -p "$place" && cp -L "$name" "$place/"
        done
}

# added - one more archive for the guest's first file system.
added() {
    (cd "$work/add" && find . -mindepth 1 | LC_ALL=C sort | busybox cpio -o -H newc 2>/dev/null)
}

# boot - the guest's second serial line is our standard output.  Of the kernel's command line TESTS
# comes to process 1 as a variable.
boot() {
    timeout -k 10 "$seconds" qemu-system-x86_64 -machine pc -accel tcg -cpu max -smp 2 \
        -m "$memory" -nodefaults -no-user-config -display none -no-reboot -nic none \
        -kernel "$folder/vmlinuz" -initrd "$work/initrd" \
        -append "console=ttyS0 quiet panic=-1 mitigations=off nokaslr tsc=reliable no_timer_check \
random.trust_cpu=on${tests:+ TESTS=$tests}" -serial "file:$folder/console" -serial stdio </dev/null
}

for program in qemu-system-x86_64 busybox depmod apt-get; do
    command -v "$program" >/dev/null || skip "$program is not installed"
done
reason=$("$here/image.sh" "$folder" 2>"$folder/image.log")
case $? in
0) ;;
77) skip "$reason" ;;
*)
    echo "FAIL vm: tests/vm/image.sh: $(tail -n 5 "$folder/image.log")"
    exit 1
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/add/stage" "$work/add/dbcache/tests"
cp -r "$here/../net" "$here/../lib" "$here/../xapi" "$here" "$work/add/dbcache/tests/"
cp -r "$project/fixtures" "$work/add/dbcache/"
DESTDIR=$work/add/stage cmake --install "$build" --prefix /usr/local >"$work/log" 2>&1 || {
    echo "FAIL vm: cmake --install: $(tail -n 5 "$work/log")"
    exit 1
}
add_libraries
{ cat "$folder/base.cpio" && added; } >"$work/initrd"
boot 2>"$work/qemu" | tee "$work/out" | grep -v '^status '
case $(sed -n 's/^status //p' "$work/out") in
0) ;;
*) echo "FAIL vm: no status 0 from the guest: $(tail -n 5 "$work/qemu" "$folder/console")" ;;
esac
