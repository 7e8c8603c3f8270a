#!/usr/bin/env python3
"""Fails each allocation of interface-reconfigure, once by itself and once with all later ones, by a
preloaded library.

usage: alloc.py [--all] LIBRARY PROGRAM     --all: each allocation, not only some
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import faultcase  # noqa: E402
import hostcase  # noqa: E402
import report  # noqa: E402

POINTS = 4  # a case and mode, unless all
REPORT = "stub/allocations"


def preload(host, library, at, persistent):
    env = {"LD_PRELOAD": library, "FAILALLOC_AT": str(at), "FAILALLOC_REPORT": host.path(REPORT)}
    return dict(env, FAILALLOC_ON="1") if persistent else env


def total(case, library, program):
    """How many allocations a run makes; 0 when the library said nothing."""
    with hostcase.Host(case) as host:
        host.run(program, env=preload(host, library, 0, False))
        words = host.read(REPORT).split() if os.path.exists(host.path(REPORT)) else []
    return int(words[1]) if words[:1] == ["total"] else 0


class Test:
    """One allocation of one case, and a second run after it."""

    def __init__(self, library, program):
        self.library = library
        self.program = program
        self.references = {}

    def reference(self, case):
        if case.name not in self.references:
            self.references[case.name] = faultcase.Reference(case, self.program)
        return self.references[case.name]

    def once(self, case, at, persistent):
        """What went wrong with this allocation failing."""
        with hostcase.Host(case) as host:
            outcome = host.run(self.program,
                               env=preload(host, self.library, at, persistent))
            if not os.path.exists(host.path(REPORT)) or "failed" not in host.read(REPORT):
                return ["allocation %d never happened" % at]
            out = faultcase.judge(case, self.reference(case), host, outcome)
            out += faultcase.second_run(case, self.reference(case), host, self.program)
        return ["allocation %d%s: %s" % (at, " and all later" if persistent else "", text)
                for text in out]

    def __call__(self, point):
        case, allocations, persistent = point
        out = [line for at in allocations for line in self.once(case, at, persistent)]
        name = "fault: %s: %d allocations fail %s" % (
            case.name, len(allocations), "for good" if persistent else "once each")
        return name, out


def slices(points, size):
    return [points[i:i + size] for i in range(0, len(points), size)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("library")
    parser.add_argument("program")
    args = parser.parse_args()
    hostcase.isolate()
    library, program = os.path.abspath(args.library), os.path.abspath(args.program)
    results, chosen = report.Report(), []
    for case in faultcase.cases():
        count = total(case, library, program)
        if count == 0:
            results.fail("fault: %s: allocations" % case.name, ["none was counted"])
            continue
        print("%s: %d allocations" % (case.name, count))
        stride = 1 if args.all else max(1, count // POINTS)
        for persistent in (False, True):
            chosen += [(case, part, persistent)
                       for part in slices(range(1, count + 1)[::stride], 200)]
    report.run_all(results, chosen, Test(library, program))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
