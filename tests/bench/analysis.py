#!/usr/bin/env python3
"""The benchmark table of dbcache's verbs that look at a whole cache.

usage: analysis.py BUILD [VLANS]      BUILD: a release build with -DDBCACHE_BENCH=ON
Processor time of whole programs, the best of 15 rounds in which they take turns, against a program
that only parses the same file.  As in run.py, a busy machine may miss a figure, so none is a test.
"""
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import hostcase  # noqa: E402
from make_cache import make_cache  # noqa: E402
from run import ROUNDS, table, verdict  # noqa: E402

LIMIT = {"check": 3, "check --json": 3, "show": 3, "query": 3, "query (joins)": 3}
QUERY = "SELECT device, VLAN, IP FROM pif"
JOINS = ("SELECT n.bridge, p.device, p.VLAN FROM vlan v JOIN pif p ON p.ref = v.untagged_PIF "
         "JOIN network n ON n.ref = p.network")


def cost(argv):
    """Milliseconds of processor time."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    pid = os.posix_spawn(argv[0], argv, dict(os.environ), file_actions=quiet)
    usage = os.wait4(pid, 0)[2]
    return (usage.ru_utime + usage.ru_stime) * 1000


def main():
    build = os.path.abspath(sys.argv[1])
    vlans = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    tool = os.path.join(build, "cli", "dbcache")
    with tempfile.NamedTemporaryFile("w", suffix=".dbcache", dir=hostcase.scratch_folder()) as file:
        file.write(make_cache(vlans))
        file.flush()
        commands = {
            "bare parse": [os.path.join(build, "tests", "bench", "bench_parse"), file.name],
            "show": [tool, "show", file.name],
            "show --json": [tool, "show", "--json", file.name],
            "query": [tool, "query", QUERY, file.name],
            "query (joins)": [tool, "query", JOINS, file.name],
            "check": [tool, "check", file.name],
            "check --json": [tool, "check", "--json", file.name],
            "diff (two files)": [tool, "diff", file.name, file.name],
            "graph": [tool, "graph", file.name],
        }
        rounds = [[cost(argv) for argv in commands.values()] for _ in range(ROUNDS)]
    best = dict(zip(commands, map(min, zip(*rounds))))
    print("\n%d VLANs, whole programs (processor time, best of %d)" % (vlans, ROUNDS))
    bare = best["bare parse"]
    table(["", "ms", "ratio", "wanted"],
          [[name, "%.1f" % ms, "%.2f" % (ms / bare),
            verdict(ms / bare, LIMIT[name]) if name in LIMIT else ""]
           for name, ms in best.items()])


if __name__ == "__main__":
    hostcase.isolate()
    main()
