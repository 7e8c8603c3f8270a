"""The lines that ./check counts, and running many tests on all cores.

A test program prints one line for each test: `ok NAME`, `FAIL NAME` followed by indented
details, or `skip NAME: REASON`.  Report prints these lines; run_all runs tests in worker
processes and reports them.
"""
import functools
import multiprocessing
import os
import traceback

DETAIL_LINES = 40


class Report:
    """Prints results as they come and knows the exit status."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def ok(self, name):
        self.passed += 1
        print("ok %s" % name, flush=True)

    def fail(self, name, details):
        """`details` is a list of texts, each of one or more lines."""
        self.failed += 1
        lines = [line for text in details for line in str(text).splitlines()]
        if len(lines) > DETAIL_LINES:
            lines[DETAIL_LINES:] = ["... %d more lines" % (len(lines) - DETAIL_LINES)]
        print("\n".join(["FAIL %s" % name] + ["    " + line for line in lines]), flush=True)

    def skip(self, name, reason):
        self.skipped += 1
        print("skip %s: %s" % (name, reason), flush=True)

    def result(self, name, details):
        """Passed when there are no details."""
        if details:
            self.fail(name, details)
        else:
            self.ok(name)

    def status(self):
        return 1 if self.failed else 0


def jobs():
    return len(os.sched_getaffinity(0))


def pool():
    return multiprocessing.Pool(jobs())


def guarded(test, item):
    """An exception in a test is a failed test and does not end the run."""
    try:
        return test(item)
    except Exception:  # pylint: disable=broad-except
        return "a test that broke", traceback.format_exc().splitlines()[-8:]


def run_all(report, items, test):
    """Calls test(item) -> (name, details) for each item on all cores and reports in order."""
    with pool() as workers:
        for name, details in workers.imap(functools.partial(guarded, test), items):
            report.result(name, details)
