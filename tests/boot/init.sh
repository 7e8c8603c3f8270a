#!/bin/bash
# init.sh - process 1 of the machine that machine.sh switches on: makes the folders that are empty
# at a boot, and then only reaps processes that have ended.
set -u
mount -t tmpfs run /run
mkdir -p /run/lock/subsys /run/openvswitch
cp -rd /machine/instead/. /run/
mount -t sysfs sys /sys
# Each boot has an id of its own, which a namespace does not.
cat /proc/sys/kernel/random/uuid >/run/boot_id
mount --bind /run/boot_id /proc/sys/kernel/random/boot_id
ip link set lo up
: >/machine/on
sleep infinity &
wait
