#!/usr/bin/env python3
"""Runs the verbs of dbcache on every sample, the sound ones and the hostile ones, and checks what
they print, what they leave in files, and how they end.

usage: run.py [--sanitized DBCACHE] DBCACHE [WORD...]   WORD: only tests with it in their name
       run.py --bless DBCACHE                           writes the screens of fixtures/cli anew
--sanitized: a build under sanitizers, for some of the tests; to start it takes five times as long.
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)
import completion  # noqa: E402
import changes  # noqa: E402
import checks  # noqa: E402
import convert  # noqa: E402
import exports  # noqa: E402
import ipv6  # noqa: E402
import no_source  # noqa: E402
import query  # noqa: E402
import report  # noqa: E402
import rows  # noqa: E402
import screens  # noqa: E402
import since  # noqa: E402
import sources  # noqa: E402
import usage  # noqa: E402
import remap  # noqa: E402
from program import Program  # noqa: E402

HOSTILE, REST = 6, 24   # of the tests with a hostile sample, and of the others, one in this many


def all_tests():
    return (screens.tests() + changes.tests() + usage.tests() + completion.tests() +
            remap.tests() + convert.tests() + no_source.tests() + exports.tests() +
            sources.tests() + checks.tests() + query.tests() + rows.tests() + since.tests() +
            ipv6.tests())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("--sanitized", type=Program)
    parser.add_argument("program", type=Program)
    parser.add_argument("words", nargs="*")
    return parser.parse_args()


def main():
    args = arguments()
    if args.bless:
        screens.bless(args.program)
        return 0
    tests = [test for test in all_tests()
             if not args.words or any(word in test[0] for word in args.words)]
    results = report.Report()
    report.run_all(results, enumerate(tests), Runner(args.program, args.sanitized or args.program))
    return results.status()


class Runner:
    """One test: (name, function, argument); the function returns what is wrong."""

    def __init__(self, program, sanitized):
        self.program = program
        self.sanitized = sanitized

    def __call__(self, numbered):
        number, (name, function, argument) = numbered
        careful = number % (HOSTILE if "hostile" in name else REST) == 0
        return "cli: %s" % name, function(self.sanitized if careful else self.program, argument)


if __name__ == "__main__":
    sys.exit(main())
