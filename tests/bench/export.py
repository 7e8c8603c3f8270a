#!/usr/bin/env python3
"""The benchmark table of `dbcache export --to jsonl`: the cost for many hosts compared with a bare
libxml2 parse of their files, and the memory, which must not grow with their number.

usage: export.py BUILD      BUILD: a release build with -DDBCACHE_BENCH=ON
Both use all processors: the export with its threads, the parse with as many processes under
xargs. They take turns in each round.  As in run.py, a busy machine may miss a figure, so none is
a test.  A small launcher measures the peak memory.
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import hostcase  # noqa: E402
from make_cache import make_cache  # noqa: E402
from run import table, verdict  # noqa: E402

VLANS, HOSTS, ROUNDS = 100, 1000, 5
MANY = (100, 10000)   # files: one again and again
RATIO, MEGABYTES = 1.5, 40
JOBS = len(os.sched_getaffinity(0))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def cost(argv, **more):
    """Seconds that passed, and seconds of processor time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, **more)
    passed, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Bench:
    def __init__(self, build, folder):
        self.tool = os.path.join(build, "cli", "dbcache")
        self.bench = os.path.join(build, "tests", "bench")
        self.folder = folder

    def listed(self, name, paths):
        return write(os.path.join(self.folder, name), "".join(path + "\n" for path in paths))

    def export(self, path):
        return [self.tool, "export", "--to=jsonl", "--files-from", path]

    def speed(self):
        paths = [write(os.path.join(self.folder, "h%04d.dbcache" % i),
                       make_cache(VLANS).replace("02:00:00", "02:%02x:%02x" % (i // 256, i % 256)))
                 for i in range(HOSTS)]
        listed = self.listed("list", paths)
        bare = ["xargs", "-a", listed, "-P", str(JOBS), "-n", str(-(-HOSTS // JOBS)),
                os.path.join(self.bench, "bench_parse")]
        rounds = [(cost(bare), cost(self.export(listed))) for _ in range(ROUNDS)]
        best = [[min(one[i][j] for one in rounds) for j in (0, 1)] for i in (0, 1)]
        print("\n%d hosts with %d VLANs on %d processors (best of %d, the two in turns)" %
              (HOSTS, VLANS, JOBS, ROUNDS))
        table(["", "s", "ratio", "wanted", "processor s", "ratio"],
              [["bare parse, xargs -P%d" % JOBS, "%.2f" % best[0][0], "1.00", "",
                "%.2f" % best[0][1], "1.00"],
               ["export --to jsonl", "%.2f" % best[1][0], "%.2f" % (best[1][0] / best[0][0]),
                verdict(best[1][0] / best[0][0], RATIO), "%.2f" % best[1][1],
                "%.2f" % (best[1][1] / best[0][1])]])
        return paths[0]

    def memory(self, path):
        rows = []
        for files in MANY:
            listed = self.listed("list%d" % files, [path] * files)
            argv = [os.path.join(self.bench, "bench_cost")] + self.export(listed)
            kib = int(subprocess.run(argv, check=True, stdout=subprocess.PIPE,
                                     text=True).stdout.split()[1])
            rows.append([str(files), "%.1f" % (kib / 1024), verdict(kib / 1024, MEGABYTES)])
        print("\nMemory of an export to jsonl")
        table(["files", "peak MB", "wanted"], rows)


def main():
    with tempfile.TemporaryDirectory(dir=hostcase.scratch_folder()) as folder:
        bench = Bench(os.path.abspath(sys.argv[1]), folder)
        bench.memory(bench.speed())


if __name__ == "__main__":
    main()
