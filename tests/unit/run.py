#!/usr/bin/env python3
"""Runs the cmocka programs of a build and reports each of their tests.

usage: run.py FOLDER [WORD...]     FOLDER: where the programs test_* are
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import report  # noqa: E402

SECONDS = 100  # for one program
RESULT = re.compile(r"^(ok|not ok) \d+ (?:(# SKIP) )?-? ?(.*)$")


def run_program(path):
    """(program, [(kind, test, details)]); what the program prints before a result line is that
    test's detail."""
    name = os.path.basename(path)
    try:
        done = subprocess.run([path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS, check=False,
                              env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"))
        output, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        output, status = late.stdout or b"", "stopped after %d s" % SECONDS
    return name, read_tap(output.decode("utf-8", "replace").splitlines(), status)


def read_tap(lines, status):
    results, details, planned = [], [], None
    for line in lines:
        result = RESULT.match(line)
        if re.match(r"^1\.\.\d+", line):
            planned = (planned or 0) + int(line[3:].split()[0])
        elif result and result.group(2):  # cmocka 1.1.5 says "not ok" of these
            results.append(("skip", result.group(3), []))
            details = []
        elif result and result.group(1) == "not ok":
            results.append(("fail", result.group(3), []))
            details = results[-1][2]
        elif result:
            results.append(("ok", result.group(3), []))
            details = []
        else:
            details.append(line)
    failed = any(kind == "fail" for kind, _, _ in results)
    if planned is None or len(results) != planned or (status != 0 and not failed):
        results.append(("fail", "the program ended early or badly",
                        ["exit status %s, %d of %s tests" % (status, len(results), planned)]
                        + lines[-30:]))
    return results


def main():
    folder, words = sys.argv[1], sys.argv[2:]
    paths = sorted(os.path.join(folder, name) for name in os.listdir(folder)
                   if name.startswith("test_") and os.access(os.path.join(folder, name), os.X_OK)
                   and (not words or any(word in name for word in words)))
    results = report.Report()
    if not paths:
        results.fail("unit", ["no programs test_* in %s" % folder])
    with report.pool() as workers:
        for name, tests in workers.imap(run_program, paths):
            for kind, test, details in tests:
                full = "%s: %s" % (name, test)
                if kind == "skip":
                    results.skip(full, "by the test itself")
                else:
                    results.result(full, details or ["failed"] if kind == "fail" else [])
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
