#!/usr/bin/env python3
"""Kills interface-reconfigure at its system calls, or makes the calls that write fail, with strace.

usage: syscall.py [--all] kill PROGRAM      SIGKILL at each call on files and descriptors
       syscall.py [--all] error PROGRAM     ENOSPC, EIO and EROFS from each call that writes
--all tries every call; without it some of the calls that change files, and fewer of the others.
"""
import argparse
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import faultcase  # noqa: E402
import hostcase  # noqa: E402
import report  # noqa: E402

TRACED = "%file,%desc,fsync,fdatasync"
WRITING = {"write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate", "rename", "renameat",
           "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "fchmod",
           "fchown", "openat"}
# An error from these may keep the program from removing its temporary files, so they are left out.
REMOVING = {"unlink", "unlinkat"}
ERRORS = ("ENOSPC", "EIO", "EROFS")
OTHERS = 2   # of the calls that change nothing, this many a case
STRIDE = 16  # of those that write, one in this many
SLICE = 10   # points in one test


class Point:
    """The nth call of a system call."""

    def __init__(self, call, nth, line):
        self.call = call
        self.nth = nth
        self.writes = call in WRITING and (call != "openat" or "O_CREAT" in line)


def trace(case, program):
    """The system calls of a run, in order."""
    with hostcase.Host(case) as host:
        log = host.path("stub/calls")
        host.run(program, wrap=["strace", "-o", log, "-e", "trace=" + TRACED])
        lines = host.read("stub/calls").splitlines()
    points, seen = [], {}
    for line in lines:
        match = re.match(r"(\w+)\(", line)
        if match:
            call = match.group(1)
            seen[call] = seen.get(call, 0) + 1
            points.append(Point(call, seen[call], line))
    return points


def choose(points, kill, everything):
    writing = [point for point in points if point.writes and
               (kill or point.call not in REMOVING)]
    if everything:
        return points if kill else writing
    writing = writing[::STRIDE]
    if not kill:
        return writing
    others = [point for point in points if not point.writes]
    return writing + others[::max(1, len(others) // OTHERS)]


class Test:
    def __init__(self, program):
        self.program = program
        self.references = {}

    def reference(self, case):
        if case.name not in self.references:
            hostcase.adopt_orphans()
            self.references[case.name] = faultcase.Reference(case, self.program)
        return self.references[case.name]

    def once(self, case, point, fault):
        """What went wrong with this fault at this point."""
        reference = self.reference(case)
        inject = "signal=KILL" if fault == "kill" else "error=" + fault
        with hostcase.Host(case) as host:
            outcome = host.run(self.program, wrap=[
                "strace", "-o", "/dev/null", "-e", "trace=" + point.call,
                "-e", "inject=%s:%s:when=%d" % (point.call, inject, point.nth)])
            hostcase.reap_orphans()
            out = faultcase.judge(case, reference, host, outcome, killed=fault == "kill")
            out += faultcase.second_run(case, reference, host, self.program)
        return ["%s at %s %d: %s" % (fault, point.call, point.nth, text) for text in out]

    def __call__(self, part):
        case, points, fault, number = part
        out = [line for point in points for line in self.once(case, point, fault)]
        verb = "killed" if fault == "kill" else fault
        return "%s: %s: %s at %d calls (%d)" % ("kill" if fault == "kill" else "fault", case.name,
                                               verb, len(points), number), out


def parts(case, points, faults, everything):
    """Tests of SLICE points each; without `everything` each point meets one of the faults."""
    for index, fault in enumerate(faults):
        mine = points if everything else points[index::len(faults)]
        for number, start in enumerate(range(0, len(mine), SLICE), 1):
            yield case, mine[start:start + SLICE], fault, number


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("fault", choices=["kill", "error"])
    parser.add_argument("program")
    args = parser.parse_args()
    results = report.Report()
    if not shutil.which("strace"):
        results.skip("%s: system calls" % args.fault, "strace is not installed")
        return 0
    hostcase.isolate()
    program = os.path.abspath(args.program)
    kill = args.fault == "kill"
    chosen = []
    for case in faultcase.cases():
        points = choose(trace(case, program), kill, args.all)
        if not points:
            results.fail("%s: %s" % (args.fault, case.name), ["strace shows no system call"])
        chosen += parts(case, points, ["kill"] if kill else ERRORS, args.all)
    report.run_all(results, chosen, Test(program))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
