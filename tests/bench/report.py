#!/usr/bin/env python3
"""The benchmark table of `dbcache report`: a host with many VLANs against `graph` without Graphviz,
many hosts on one page, and how memory grows with them.

usage: report.py BUILD      BUILD: a release build
Times are the best of some rounds.  As in run.py, a busy machine may miss a figure, so none is a
test; tests/report opens the page of 64 hosts in a browser.
"""
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import hostcase  # noqa: E402
from make_cache import make_cache  # noqa: E402
from run import ROUNDS, table, verdict  # noqa: E402

VLANS = 250
HOSTS = (1, 16, 64, 256, 1024)
AIM = 64  # hosts that the figures are for
SECONDS, MEGABYTES, PAGE = 3, 100, 3


def cost(argv):
    """Seconds that passed, milliseconds of processor time, megabytes at most."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    start = time.monotonic()
    pid = os.posix_spawn(argv[0], argv, dict(os.environ), file_actions=quiet)
    usage = os.wait4(pid, 0)[2]
    return (time.monotonic() - start, (usage.ru_utime + usage.ru_stime) * 1000,
            usage.ru_maxrss / 1024)


def one_host(tool, path):
    rounds = [[cost([tool, verb, path])[1] for verb in ("graph", "report")] for _ in range(ROUNDS)]
    graph, report = map(min, zip(*rounds))
    print("\nOne host with %d VLANs, whole programs (processor time, best of %d)" % (VLANS, ROUNDS))
    table(["", "ms", "ratio", "wanted"],
          [["graph, as text", "%.1f" % graph, "1.00", ""],
           ["report", "%.1f" % report, "%.2f" % (report / graph), verdict(report / graph, 5)]])


def many_hosts(tool, folder):
    rows, page = [], os.path.join(folder, "page.html")
    for hosts in HOSTS:
        paths = [os.path.join(folder, "h%d.dbcache" % i) for i in range(hosts)]
        for i, path in enumerate(paths):
            if not os.path.exists(path):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(make_cache(VLANS).replace("02:00:00", "02:%02x:%02x" %
                                                         (i // 256, i % 256)))
        best = [min(values) for values in zip(*[cost([tool, "report", "-o", page, *paths])
                                               for _ in range(3)])]
        size = os.path.getsize(page) / 1e6
        aims = ["", "", ""] if hosts != AIM else [
            verdict(best[0], SECONDS), verdict(best[2], MEGABYTES), verdict(size, PAGE)]
        rows.append([str(hosts), "%.2f" % best[0], aims[0], "%.0f" % best[1], "%.1f" % best[2],
                     aims[1], "%.2f" % size, aims[2]])
    print("\nHosts with %d VLANs on one page (best of 3)" % VLANS)
    table(["hosts", "s", "wanted", "processor ms", "peak MB", "wanted", "page MB", "wanted"], rows)


def main():
    tool = os.path.join(os.path.abspath(sys.argv[1]), "cli", "dbcache")
    with tempfile.TemporaryDirectory(dir=hostcase.scratch_folder()) as folder:
        path = os.path.join(folder, "one.dbcache")
        with open(path, "w", encoding="utf-8") as file:
            file.write(make_cache(VLANS))
        one_host(tool, path)
        many_hosts(tool, folder)


if __name__ == "__main__":
    main()
