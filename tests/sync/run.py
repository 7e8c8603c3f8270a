#!/usr/bin/env python3
"""ovs-xapi-sync with the real ovsdb-server and XAPI's stand-in.

usage: run.py PROGRAM [WORD...]
Every method test_* of the classes below is a test; it yields (name, what is wrong).  WORDs choose
tests by name.
"""
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)
import report  # noqa: E402
from once import Once  # noqa: E402
from daemon import Daemon  # noqa: E402


def run_one(item):
    cls, name, program = item
    out = []
    for label, problems in getattr(cls(program), name)():
        out += ["%s: %s" % (label, p) for p in problems]
    return "sync: %s %s" % (cls.__name__.lower(), name[5:]), out


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results = report.Report()
    program, words = os.path.abspath(sys.argv[1]), sys.argv[2:]
    if not shutil.which("ovsdb-server"):
        results.skip("sync", "ovsdb-server is not installed")
        return results.status()
    items = [(cls, name, program) for cls in (Once, Daemon)
             for name in sorted(vars(cls)) if name.startswith("test_")
             if not words or any(word in name or word in cls.__name__ for word in words)]
    report.run_all(results, items, run_one)
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
