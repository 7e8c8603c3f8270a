#!/bin/bash
# reproducible.sh - builds what is committed twice, in folders with different names, and compares
# the installed files.  usage: reproducible.sh
set -u
source_dir=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# install_from FOLDER - what a user installs, built in FOLDER from the committed files.
install_from() {
    mkdir -p "$1" && git -C "$source_dir" archive HEAD | tar x -C "$1" &&
        cmake -S "$1" -B "$1/build" -DBUILD_TESTING=OFF &&
        cmake --build "$1/build" -j "$(nproc)" &&
        DESTDIR=$1/installed cmake --install "$1/build" --prefix /usr
}

for folder in "$work/a" "$work/other/folder"; do
    install_from "$folder" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log"
        echo "FAIL install: builds from what is committed"
        exit 1
    }
done
if diff -r "$work/a/installed" "$work/other/folder/installed"; then
    echo "ok install: two builds give the same bytes"
else
    echo "FAIL install: two builds give the same bytes"
    exit 1
fi
