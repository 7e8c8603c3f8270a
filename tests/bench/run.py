#!/usr/bin/env python3
"""The benchmark tables: start-up, a large cache, growth, large pools, what the boot path loads.

usage: run.py BUILD      BUILD: a release build with -DDBCACHE_BENCH=ON
Each figure is the best of 15 rounds in which the programs take turns.  Figures are printed and
compared with what they should be; a machine that is busy may miss one, so none is a test.
"""
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "xapi"))
import hostcase  # noqa: E402
import pool  # noqa: E402
from standin import Standin  # noqa: E402
from make_cache import make_cache  # noqa: E402

ROUNDS = 15
NICS = 4
HOSTS = 1000
HOSTS_QUERY = ("SELECT count(*), count(DISTINCT n.bridge) FROM pif p JOIN network n "
               "ON n.ref = p.network AND n.file = p.file")
SIZES = (500, 1000, 2000, 4000)
POOLS = ((16, 1000), (64, 100), (64, 200), (64, 400))
POOL_ROUNDS = 5
UNWANTED = ("sqlite", "curl", "ssl", "gnutls", "archive")


class Root:
    """A host in memory with a cache of so many VLANs."""

    def __init__(self, vlans):
        self.vlans = vlans

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="bench", dir=hostcase.scratch_folder())
        self.put("var/xapi/network.dbcache", make_cache(self.vlans, NICS))
        self.put("etc/xensource/network.conf", "openvswitch\n")
        self.put("etc/sysconfig/network", "NETWORKING=yes\nHOSTNAME=host\n")
        self.put("etc/sysconfig/network-scripts/ifcfg-lo", "DEVICE=lo\n")
        self.put("var/lock/.keep", "")
        for name in ("sbin/ifup", "sbin/ifdown", "usr/bin/ovs-vsctl"):
            self.put(name, "#!/bin/sh\n")
            os.chmod(os.path.join(self.path, name), 0o755)
        for nic in range(NICS):
            self.put("sys/class/net/eth%d/address" % nic, "02:00:00:00:00:%02x\n" % nic)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def put(self, name, text):
        full = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    @property
    def cache(self):
        return os.path.join(self.path, "var/xapi/network.dbcache")


class Bench:
    def __init__(self, build):
        self.build = build

    def run(self, name, *words):
        """What a benchmark program prints, as rows of numbers."""
        done = subprocess.run([os.path.join(self.build, "tests", "bench", name)] + list(words),
                              stdout=subprocess.PIPE, text=True, check=True,
                              stdin=subprocess.DEVNULL)
        return [[float(cell) for cell in line.split()] for line in done.stdout.splitlines()]

    def startup(self):
        """Processor time of a whole `up`, and of a program that only parses the same file."""
        ours, bare, commands = [], [], 0
        for _ in range(ROUNDS):
            with Root(10) as root:
                row = self.run("bench_up", root.path, "xenbr0")[0]
                ours.append(row[0])
                commands = row[2]
                bare.append(self.run("bench_parse", root.cache)[0][0])
        print("\nWhole program, `--force xenbr0 up`, 10 VLANs, commands recorded (RUSAGE_SELF)")
        table(["", "ms", "ratio", "wanted"],
              [["bare program with libxml2", ms(min(bare)), "1.00", ""],
               ["ours, %d commands" % commands, ms(min(ours)), ratio(ours, bare),
                verdict(min(ours) / min(bare), 3)]])

    def large(self):
        """The big caches: time against a bare parse, memory against the file."""
        rows = []
        for vlans in SIZES:
            with Root(vlans) as root:
                pairs = self.run("bench_plan", root.path, "xenbr0", str(ROUNDS))
                ours, bare = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
                peak = self.run("bench_plan", root.path, "xenbr0", "0")[0][0] * 1024
                size = os.path.getsize(root.cache)
                rows.append([str(vlans), "%.2f" % (size / 1e6), ms(min(bare)), ms(min(ours)),
                             ratio(ours, bare), verdict(min(ours) / min(bare), 3),
                             "%.2f" % (min(ours) / vlans), "%.1f" % (peak / 1e6),
                             "%.2f" % (peak / size),
                             verdict(peak / size, 3) if vlans == SIZES[-1] else ""])
        print("\nRead, check, index and plan (best of %d, the two in turns)" % ROUNDS)
        table(["VLANs", "MB", "bare ms", "ours ms", "ratio", "wanted", "us a VLAN", "peak MB",
               "peak/file", "wanted"], rows)

    def pools(self):
        """`rewrite` against large pools: time against a bare parse of the recorded answers."""
        rows = []
        for hosts, vlans in POOLS:
            made = pool.Pool(hosts, vlans)
            with Root(0) as root:
                root.put("etc/xensource-inventory",
                         "INSTALLATION_UUID='%s'\n" % made.host_uuid(hosts // 2))
                root.put("answers/.keep", "")
                root.put("var/run/openvswitch/db.sock", "")
                socket = os.path.join(root.path, hostcase.SOCKET)
                os.makedirs(os.path.dirname(socket))
                answers = os.path.join(root.path, "answers")
                with Standin(made.tables, record_to=answers).serve(socket) as standin:
                    self.run("bench_up", root.path)
                    standin.record_to = None
                    files = [os.path.join(answers, name) for name in sorted(os.listdir(answers))
                             if name.endswith(".xml")]
                    ours, bare, peak = [], [], 0
                    for _ in range(POOL_ROUNDS):
                        os.unlink(root.cache)
                        row = self.run("bench_up", root.path)[0]
                        ours.append(row[0])
                        peak = max(peak, row[1] * 1024)
                        bare.append(self.run("bench_parse", *files)[0][0])
                    size = sum(map(os.path.getsize, files))
                rows.append(["%d x %d" % (hosts, vlans), "%.2f" % (size / 1e6), ms(min(bare)),
                             ms(min(ours)), ratio(ours, bare), verdict(min(ours) / min(bare), 3),
                             "%.1f" % (min(ours) * 1000 / size), "%.1f" % (peak / 1e6),
                             verdict(peak / 1e6, 40)])
        print("\n`rewrite` from XAPI, a new cache saved (processor time of the client, best of %d)"
              % POOL_ROUNDS)
        table(["hosts x VLANs", "MB received", "bare ms", "ours ms", "ratio", "wanted", "ns a byte",
               "peak MB", "wanted"], rows)

    def hosts(self):
        """One query over many hosts, and a program that only parses their caches."""
        with tempfile.TemporaryDirectory(prefix="bench", dir=hostcase.scratch_folder()) as folder:
            paths = []
            for i in range(HOSTS):
                paths.append(os.path.join(folder, "host%d.dbcache" % i))
                with open(paths[-1], "w", encoding="utf-8") as file:
                    file.write(make_cache(20 + i % 30, NICS))
            program = [os.path.join(self.build, "cli", "dbcache"), "query", HOSTS_QUERY]
            ours, bare = [], []
            for _ in range(5):
                bare.append(self.run("bench_parse", *paths)[0][0])
                ours.append(children_us(program + paths))
        print("\nOne query over %d hosts (processor time of the program)" % HOSTS)
        table(["", "ms", "ratio", "wanted"],
              [["bare parse of all", ms(min(bare)), "1.00", ""],
               ["dbcache query", ms(min(ours)), ratio(ours, bare),
                verdict(min(ours) / min(bare), 4)]])

    def libraries(self):
        """What the boot path loads, said by the linker and seen while it runs."""
        program = os.path.join(self.build, "cli", "interface-reconfigure")
        linked = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=True)
        linked = sorted(set(re.findall(r"^\s*(\S+\.so[.\d]*) ", linked.stdout, re.MULTILINE)))
        opened = opened_libraries(program)
        print("\nLibraries of the boot path")
        table(["", "libraries", "wanted"],
              [["linked (ldd)", " ".join(map(short, linked)), unwanted(linked)],
               ["opened by an `up`", " ".join(map(short, opened)), unwanted(opened)]])


def children_us(argv):
    """Processor time of a program in microseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e6 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def opened_libraries(program):
    if not shutil.which("strace"):
        return []
    with Root(10) as root:
        log = os.path.join(root.path, "calls")
        subprocess.run(["strace", "-o", log, "-e", "trace=openat", program,
                        "--root-prefix=" + root.path, "--no-syslog", "--force", "xenbr0", "up"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                       stdin=subprocess.DEVNULL)
        with open(log, encoding="utf-8", errors="replace") as file:
            return sorted(set(re.findall(r'"([^"]*\.so[.\d]*)"[^"]*= \d', file.read())))


def short(path):
    return re.sub(r"\.so.*", "", os.path.basename(path))


def unwanted(paths):
    found = [short(path) for path in paths if any(word in path for word in UNWANTED)]
    return "MISSED: " + " ".join(found) if found else "met: no sqlite, no curl"


def ms(microseconds):
    return "%.2f" % (microseconds / 1000)


def ratio(ours, bare):
    return "%.2f" % (min(ours) / min(bare))


def verdict(value, limit):
    return "%s: at most %g" % ("met" if value <= limit else "MISSED", limit)


def table(head, rows):
    widths = [max(len(row[i]) for row in [head] + rows) for i in range(len(head))]
    for row in [head] + rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    bench = Bench(os.path.abspath(sys.argv[1]))
    bench.startup()
    bench.large()
    bench.pools()
    bench.hosts()
    bench.libraries()
    print()


if __name__ == "__main__":
    hostcase.isolate()
    main()
