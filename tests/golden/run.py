#!/usr/bin/env python3
"""Runs interface-reconfigure on the recorded cases of fixtures/golden and compares the outcome.

usage: run.py PROGRAM [WORD...]          all cases, or those with one of the words in their name
       run.py --show PROGRAM CASE        print what the program does on one case
       run.py --bless PROGRAM CASE...    record the present outcome as the expected one
"""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import hostcase  # noqa: E402
import report  # noqa: E402


def expectation(outcome):
    """An outcome as the `expect` part of a case."""
    return {"exit": outcome.exit, "commands": outcome.commands, "stderr": outcome.stderr,
            "files": outcome.files, "dbcache": outcome.cache, "leftovers": outcome.leftovers,
            "sessions": outcome.sessions}


def run_case(case, program):
    with hostcase.Host(case) as host:
        return host.run(program)


class Test:
    """Callable in another process: the program goes with it."""

    def __init__(self, program):
        self.program = program

    def __call__(self, case):
        return "golden " + case.name, hostcase.differences(case, run_case(case, self.program))


def bless(case, program):
    with open(case.path, encoding="utf-8") as file:
        data = json.load(file)
    data["expect"] = expectation(run_case(case, program))
    with open(case.path, "w", encoding="utf-8") as file:
        json.dump(data, file, indent=1)
        file.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("program")
    parser.add_argument("words", nargs="*")
    args = parser.parse_args()
    hostcase.isolate()
    program = os.path.abspath(args.program)
    cases = hostcase.load_cases(args.words)
    if not cases:
        sys.exit("no case has one of these words in its name: %s" % " ".join(args.words))
    if args.show or args.bless:
        for case in cases:
            if args.bless:
                bless(case, program)
            else:
                print(json.dumps(expectation(run_case(case, program)), indent=1))
        return 0
    results = report.Report()
    report.run_all(results, cases, Test(program))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
