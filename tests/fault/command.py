#!/usr/bin/env python3
"""Fails each command of the recorded cases once, and checks exit status, files and a second run.

usage: command.py [--all] PROGRAM     --all: every command of every case, not only some
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import faultcase  # noqa: E402
import hostcase  # noqa: E402
import report  # noqa: E402

STRIDE = 48
OLD, NEW = "old", "new"


def points(cases, program):
    """[(case, command, name, nth)]: the command and which call of its name it is."""
    out = []
    for case in cases:
        with hostcase.Host(case) as host:
            commands = host.run(program).commands
        calls = {}
        for command in commands:
            name = os.path.basename(command[0])
            calls[name] = calls.get(name, 0) + 1
            out.append((case, command, name, calls[name]))
    return out


def policy(case, command):
    """(exit status, files) that the failing command must lead to; None: either will do."""
    bridge = next((word for word in case.argv if word.startswith(("x", "br"))), None)
    existed = any(path.startswith("sys/class/net/%s/" % bridge) for path in case.files)
    if command[0] in ("/sbin/ethtool", "/sbin/update-issue"):
        return 0, NEW
    if command[0] == "/usr/bin/ovs-vsctl" and "add-br" in command:
        return 1, OLD
    if command[:2] == ["/sbin/ifup", bridge]:
        return 1, OLD if existed else NEW
    return None, None


class Test:
    def __init__(self, program):
        self.program = program

    def __call__(self, point):
        case, command, name, nth = point
        label = "fault: %s: %s %d fails" % (case.name, name, nth)
        reference = faultcase.Reference(case, self.program)
        with hostcase.Host(case) as host:
            host.fail_command(name, nth)
            outcome = host.run(self.program)
            out = faultcase.judge(case, reference, host, outcome)
            out += self.against_policy(case, command, reference, host, outcome)
            out += faultcase.second_run(case, reference, host, self.program)
        return label, out and [" ".join(command)[:200]] + out

    @staticmethod
    def against_policy(case, command, reference, host, outcome):
        status, files = policy(case, command)
        out = []
        if status is not None and outcome.exit != status:
            out.append("exit status: expected %d, got %d" % (status, outcome.exit))
        wanted = {OLD: reference.before, NEW: reference.after}.get(files)
        if wanted is not None and faultcase.snapshot(host) != wanted:
            out.append("the files are not the %s ones" % files)
        return out


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("program")
    args = parser.parse_args()
    hostcase.isolate()
    program = os.path.abspath(args.program)
    results = report.Report()
    cases = [case for case in hostcase.load_cases() if "stub/fail" not in case.files]
    chosen = points(cases, program)[::1 if args.all else STRIDE]
    if not chosen:
        results.fail("fault: commands", ["the program runs no command in any case"])
    report.run_all(results, chosen, Test(program))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
