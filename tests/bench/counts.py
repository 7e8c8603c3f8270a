#!/usr/bin/env python3
"""What the headline paths cost in instructions, compared with a bare libxml2 parse of the same
input, and how that grows.  Unlike times, counts hardly differ from run to run, so this is a
test.

usage: counts.py [--large] BUILD      BUILD: a release build with -DDBCACHE_BENCH=ON
--large measures at the full sizes too, which takes some minutes.  The limits are in limits.py.
"""
import concurrent.futures
import contextlib
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "xapi"))
import hostcase  # noqa: E402
import limits  # noqa: E402
import pool  # noqa: E402
from make_cache import make_cache  # noqa: E402
from make_statedb import network_pool  # noqa: E402
from run import HOSTS_QUERY, Root, table  # noqa: E402
from standin import Standin  # noqa: E402
from worst import SHAPES  # noqa: E402

VALGRIND = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
SECONDS = 240
STATUSES = (0, 1, 2)   # check, diff and repair say with theirs what they found


class Counts:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.tool = os.path.join(build, "cli", "dbcache")
        self.failed = False

    def instructions(self, *argv):
        done = subprocess.run(VALGRIND + list(argv), stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              timeout=SECONDS)
        count = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode not in STATUSES or not count:
            raise RuntimeError("%s: exit status %d: %s" % (" ".join(argv), done.returncode,
                                                           done.stderr[-600:]))
        return int(count.group(1))

    def bare(self, *files):
        return self.instructions(os.path.join(self.build, "tests", "bench", "bench_parse"), *files)

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as out:
                out.writelines(text)
        return path

    def cache(self, vlans):
        return self.file("%d.dbcache" % vlans, make_cache(vlans))

    # ---- The paths: each prepares (command, files that a bare parse reads). ----

    @contextlib.contextmanager
    def dry_run(self, vlans):
        program = os.path.join(self.build, "cli", "interface-reconfigure")
        with Root(vlans) as root:
            yield ([program, "--root-prefix=" + root.path, "--no-syslog", "--dry-run", "--force",
                    "xenbr0", "up"], [root.cache])

    @contextlib.contextmanager
    def verb(self, vlans, *words):
        path = self.cache(vlans)
        yield [self.tool, *words, path], [path]

    @contextlib.contextmanager
    def diff(self, vlans):
        files = [self.cache(vlans), self.cache(vlans + 1)]
        yield [self.tool, "diff", *files], files

    @contextlib.contextmanager
    def statedb(self, size):
        pieces, uuid = network_pool(size)
        path = self.file("pool%d.xml" % size, pieces)
        yield [self.tool, "show", "--host=" + uuid, path], [path]

    @contextlib.contextmanager
    def hosts(self, count):
        files = [self.file("host%d.dbcache" % i, make_cache(20 + i % 30)) for i in range(count)]
        yield [self.tool, "query", HOSTS_QUERY, *files], files

    @contextlib.contextmanager
    def rewrite(self, vlans):
        """From XAPI, a new cache saved, and the history that is there already."""
        made = pool.Pool(16, vlans)
        with Root(0) as root:
            root.put("etc/xensource-inventory",
                     "INSTALLATION_UUID='%s'\n" % made.host_uuid(8))
            root.put("answers/.keep", "")
            root.put("var/run/openvswitch/db.sock", "")
            socket = os.path.join(root.path, hostcase.SOCKET)
            os.makedirs(os.path.dirname(socket))
            answers = os.path.join(root.path, "answers")
            program = os.path.join(self.build, "tests", "bench", "bench_up")
            with Standin(made.tables, record_to=answers).serve(socket) as standin:
                subprocess.run([program, root.path], check=True, stdout=subprocess.DEVNULL)
                standin.record_to = None
                os.unlink(root.cache)
                yield [program, root.path], [os.path.join(answers, name)
                                             for name in sorted(os.listdir(answers))
                                             if name.endswith(".xml")]

    @contextlib.contextmanager
    def repair(self, vlans):
        path = self.file("repair%d.dbcache" % vlans, make_cache(vlans).replace("True", "true"))
        yield [self.tool, "repair", "--dry-run", path], [path]

    @contextlib.contextmanager
    def shape(self, count, name, *words):
        path = self.file("%s%d.dbcache" % (name, count), SHAPES[name](count))
        yield [self.tool, *words, path], [path]

    # ---- The tables ----

    def say(self, good, text):
        self.failed = self.failed or not good
        print("%s counts: %s" % ("ok" if good else "FAIL", text), flush=True)

    def prepared(self, name, size):
        kind, *words = limits.PATHS[name][1]
        return getattr(self, kind)(size, *words)

    def ours(self, name, size):
        with self.prepared(name, size) as (argv, _):
            return self.instructions(*argv)

    def beside_bare(self, name, size):
        with self.prepared(name, size) as (argv, files):
            return self.instructions(*argv), self.bare(*files)

    def ratios(self, large, workers):
        names = [name for name, row in limits.PATHS.items() if row[0]]
        sizes = {name: limits.PATHS[name][2 if large else 3] for name in names}
        found = dict(zip(names, workers.map(lambda name: self.beside_bare(name, sizes[name]),
                                            names)))
        print("\nMillions of instructions, and times a bare parse of the same input\n")
        table(["", "size", "bare", "ours", "ratio", "at most"],
              [[name, str(sizes[name]), "%.1f" % (bare / 1e6), "%.1f" % (ours / 1e6),
                "%.2f" % (ours / bare), "%.2f" % limits.PATHS[name][0]]
               for name, (ours, bare) in found.items()])
        print()
        for name, (ours, bare) in found.items():
            self.say(ours / bare <= limits.PATHS[name][0], "%s: %.2f times a bare parse, at most "
                     "%.2f" % (name, ours / bare, limits.PATHS[name][0]))

    def growth(self, workers):
        """What a record costs in the second half of the largest, of what it costs before."""
        jobs = [(name, base << step) for name, base in limits.GROWTH.items() for step in range(4)]
        found = dict(zip(jobs, workers.map(lambda job: self.ours(*job), jobs)))
        rows, said = [], []
        for name, base in limits.GROWTH.items():
            counts = [found[name, base << step] for step in range(4)]
            bend = (counts[3] - counts[2]) / 4 / ((counts[2] - counts[0]) / 3)
            rows.append([name, str(base)] + ["%.1f" % (count / 1e6) for count in counts] +
                        ["%.3f" % bend])
            said.append((bend <= limits.BEND, "%s: one of %d records costs %.3f times what it "
                         "costs of half as many, at most %.2f" % (name, base * 8, bend,
                                                                  limits.BEND)))
        print("\nMillions of instructions at so many records, and at 2, 4, 8 times as many\n")
        table(["", "records", "1", "2", "4", "8", "bend"], rows)
        print()
        for good, text in said:
            self.say(good, text)


def main():
    large, build = sys.argv[1] == "--large", os.path.abspath(sys.argv[-1])
    with tempfile.TemporaryDirectory(dir=hostcase.scratch_folder()) as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        counts = Counts(build, folder)
        counts.ratios(large, workers)
        counts.growth(workers)
    sys.exit(1 if counts.failed else 0)


if __name__ == "__main__":
    hostcase.isolate()
    main()
