#!/bin/bash
# run.sh [TEST...] - runs the named tests of this folder, by default all, and ends with
# `N passed, N failed`.  ./check runs the same files.  DBCACHE_BUILD: see lib.sh.
set -u
here=$(dirname "$(readlink -f "$0")")
[ $# -gt 0 ] || set -- "$here"/test_*.sh
results=$(for test; do
    "$test" </dev/null || echo "FAIL ${test##*/} ended with exit status $?"
done 2>&1 | tee /dev/stderr)
failed=$(grep -c '^FAIL ' <<<"$results")
echo "$(grep -c '^ok ' <<<"$results") passed, $failed failed"
[ "$failed" = 0 ]
