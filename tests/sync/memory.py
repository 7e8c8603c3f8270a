#!/usr/bin/env python3
"""Fails each allocation of `ovs-xapi-sync --once`, by a preloaded library.

usage: memory.py [--all] LIBRARY PROGRAM     --all: each allocation, not only some
PROGRAM is a build without sanitizers.  Each time the program must do its work all the same, or end
with an error that says why; then the next run does it.
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)
import report  # noqa: E402
from host import Host  # noqa: E402
from xapi import Pool, Xapi  # noqa: E402

POINTS = 60   # unless all
SLICE = 20    # allocations in one test
SURE = 0.75   # so much of them each run makes: pieces of XAPI's answers come as they like


class Starved:
    """A host whose program lacks memory once."""

    def __init__(self, library, program):
        pool = Pool()
        vm = pool.vm(**{"nicira-vm-id": "my-vm"})
        vif = pool.vif(vm, **{"nicira-iface-id": "mine"})
        pool.network("xapi0", **{"nicira-bridge-id": "its-id"})
        self.library = library
        self.host = Host(program, Xapi(pool.tables))
        self.host.interface("vif1.0", xs_vif_uuid=pool.row("VIF", vif)["uuid"],
                            xs_vm_uuid=pool.row("VM", vm)["uuid"])
        self.host.bridge("xapi0")
        self.report = self.host.path("allocations")

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.host.__exit__(*what)

    def run(self, at):
        """(exit status, what it said, the library's last line)"""
        if os.path.exists(self.report):
            os.unlink(self.report)
        status, said = self.host.once(LD_PRELOAD=self.library, FAILALLOC_AT=str(at),
                                      FAILALLOC_REPORT=self.report)
        lines = []
        if os.path.exists(self.report):
            with open(self.report, encoding="ascii") as file:
                lines = file.read().splitlines()
        return status, said, lines

    def forget(self):
        self.host.set_ids("Interface", "vif1.0", iface_id=None, vm_id=None, iface_status=None)
        self.host.set_ids("Bridge", "xapi0", bridge_id=None)

    def wrong(self):
        return self.host.has(0, "vif1.0", iface_id="mine", vm_id="my-vm",
                             iface_status="active") + self.host.has(
                                 0, "xapi0", "Bridge", bridge_id="its-id")

    def total(self):
        status, said, lines = self.run(0)
        if status != 0 or not lines or self.wrong():
            raise RuntimeError("a run with memory: %d, %s%s" % (status, said, self.wrong()))
        return int(lines[-1].split()[1])

    def point(self, at, total):
        """What went wrong when this allocation failed."""
        self.forget()
        status, said, lines = self.run(at)
        out = []
        if not any(line.startswith("failed") for line in lines) and at < total * SURE:
            out += ["it never happened"]
        elif status == 0:
            out += self.wrong()
        elif status != 1 or "memory" not in said:
            out += ["exit status %d: %s" % (status, said)]
        status, said = self.host.once()
        out += [] if status == 0 else ["the next run: exit status %d: %s" % (status, said)]
        return ["allocation %d: %s" % (at, text) for text in out + self.wrong()]


class Test:
    def __init__(self, library, program, total):
        self.paths = library, program
        self.total = total

    def __call__(self, points):
        with Starved(*self.paths) as starved:
            out = [line for at in points for line in starved.point(at, self.total)]
        return "sync: allocations %d to %d fail" % (points[0], points[-1]), out


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("library", type=os.path.abspath)
    parser.add_argument("program", type=os.path.abspath)
    args = parser.parse_args()
    results = report.Report()
    with Starved(args.library, args.program) as starved:
        total = starved.total()
    stride = 1 if args.all else max(1, total // POINTS)
    points = list(range(1, total + 1, stride))
    print("%d allocations" % total)
    report.run_all(results, [points[i:i + SLICE] for i in range(0, len(points), SLICE)],
                   Test(args.library, args.program, total))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
