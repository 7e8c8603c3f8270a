#!/usr/bin/env python3
"""The benchmark table of a large state.db: time against a bare parse of the same file, and memory.

usage: statedb.py BUILD [MB]      BUILD: a release build with -DDBCACHE_BENCH=ON
Processor time and peak memory of whole programs, the best of some rounds in which they take turns.
The pools are invented (make_statedb.py); the last one is worse than any real one: nearly all of its
bytes are columns that count.  As in run.py, a busy machine may miss a figure, so none is a test.
"""
import gzip
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import hostcase  # noqa: E402
from make_statedb import network_pool, usual_pool  # noqa: E402
from run import table, verdict  # noqa: E402

ROUNDS = 9
RATIO, MEGABYTES = 2, 30
POOLS = (("a usual pool", usual_pool, True),
         ("mostly PIFs, 64 hosts", network_pool, True),
         ("the same, as 5.6 wrote it", lambda size: network_pool(size, old=True), False))


def cost(build, argv):
    """Milliseconds of processor time, and megabytes at the peak."""
    done = subprocess.run([os.path.join(build, "tests", "bench", "bench_cost")] + argv,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, text=True)
    microseconds, kib = map(int, done.stdout.split())
    return microseconds / 1000, kib * 1024 / 1e6


def measure(build, commands):
    rounds = [[cost(build, argv) for argv in commands] for _ in range(ROUNDS)]
    return [tuple(map(min, zip(*of_one))) for of_one in zip(*rounds)]


def write(folder, name, pieces):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(pieces)
    with open(path, "rb") as file, gzip.open(path + ".gz", "wb", compresslevel=6) as packed:
        packed.writelines(iter(lambda: file.read(1 << 20), b""))
    return path


def rows_of(build, name, pool, size, wanted):
    """libxml2 unpacks gzip by itself, so a packed file has a bare parse of its own."""
    parse = os.path.join(build, "tests", "bench", "bench_parse")
    tool = os.path.join(build, "cli", "dbcache")
    with tempfile.TemporaryDirectory(dir=hostcase.scratch_folder()) as folder:
        pieces, uuid = pool(size)
        path, host = write(folder, "pool.xml", pieces), "--host=" + uuid
        found = measure(build, [[parse, path], [tool, "show", host, path],
                                [parse, path + ".gz"], [tool, "show", host, path + ".gz"]])
    rows = []
    for what, (ms, peak), bare in zip(("bare parse", "show", "bare parse, gzip", "show, gzip"),
                                      found, (None, found[0], None, found[2])):
        ratio = ms / bare[0] if bare else 1
        rows.append(["" if rows else name, what, "%.0f" % ms, "%.2f" % ratio,
                     verdict(ratio, RATIO) if bare and wanted else "", "%.1f" % peak,
                     verdict(peak, MEGABYTES) if bare else ""])
    return rows


def main():
    build = os.path.abspath(sys.argv[1])
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    rows = []
    for name, pool, wanted in POOLS:
        rows += rows_of(build, name, pool, size * 1000000, wanted)
    print("\nstate.db of %d MB, whole programs (processor time, best of %d)" % (size, ROUNDS))
    table(["", "", "ms", "ratio", "wanted", "peak MB", "wanted"], rows)


if __name__ == "__main__":
    hostcase.isolate()
    main()
