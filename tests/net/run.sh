#!/bin/bash
# run.sh [TEST...] - runs the tests of this folder, or these, and ends with `N passed, N failed`.
# ./check runs the same files; this is for work on one of them.  DBCACHE_BUILD: see lib.sh.
set -u
here=$(dirname "$(readlink -f "$0")")
[ $# -gt 0 ] || set -- "$here"/test_*.sh
results=$(for test; do
    "$test" </dev/null || echo "FAIL ${test##*/} ended with exit status $?"
done 2>&1 | tee /dev/stderr)
failed=$(grep -c '^FAIL ' <<<"$results")
echo "$(grep -c '^ok ' <<<"$results") passed, $failed failed"
[ "$failed" = 0 ]
