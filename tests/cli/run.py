#!/usr/bin/env python3
"""Runs the verbs of dbcache on every sample, the sound ones and the hostile ones, and checks what
they print, what they leave in files, and how they end.

usage: run.py DBCACHE [WORD...]                         WORD: only tests with it in their name
       run.py --bless DBCACHE                           writes the screens of fixtures/cli anew
"""
import glob
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


def main():
    if sys.argv[1] == "--bless":
        screens.bless(Program(sys.argv[2]))
        return 0
    program, words = Program(sys.argv[1]), sys.argv[2:]
    tests = screens.tests() + changes.tests() + usage.tests() + completion.tests() + remap.tests()
    tests += convert.tests() + no_source.tests() + exports.tests()
    tests += sources.tests() + checks.tests() + query.tests() + rows.tests() + since.tests()
    tests = [test for test in tests if not words or any(word in test[0] for word in words)]
    results = report.Report()
    report.run_all(results, tests, Runner(program))
    return results.status()


class Runner:
    """One test: (name, function, argument); the function returns what is wrong."""

    def __init__(self, program):
        self.program = program

    def __call__(self, test):
        name, function, argument = test
        return "cli: %s" % name, function(self.program, argument)


if __name__ == "__main__":
    sys.exit(main())
