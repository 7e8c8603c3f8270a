#!/bin/bash
# guest.sh - in the guest: runs the tests of tests/net that depend on a real kernel's bridges,
# bonds, VLANs and Open vSwitch module, each in a sandbox of its own as elsewhere.  TESTS names
# other tests instead, separated by commas.
set -u
here=$(dirname "$(readlink -f "$0")")
# Emulated processors are slow; the whole has its own limit outside.
export DBCACHE_STAGE=/stage DBCACHE_KERNEL=1 DBCACHE_SECONDS=400

tests=${TESTS:-bridge,vswitch,tunnel,bridge_live}
for test in ${tests//,/ }; do
    "$here/../net/test_$test.sh" | sed -u "s/^\(ok\|FAIL\|skip\) /&vm $test: /"
    [ "${PIPESTATUS[0]}" = 0 ] || echo "FAIL vm $test: ended with exit status ${PIPESTATUS[0]}"
done
