#!/usr/bin/env python3
"""Runs the commands of doc/recovery.md, one after the other, on the host of this sandbox, and
compares their output with the document.  tests/net/test_recovery*.sh make the hosts.

usage: recovery.py FIRST LAST     the chapters FIRST to LAST, by their numbers
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import document  # noqa: E402
import report  # noqa: E402

SECONDS = 60


def run(command):
    # As an administrator would read it: the log on the terminal.
    command = re.sub(r"^interface-reconfigure ", "interface-reconfigure --no-syslog ", command)
    done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, cwd="/root",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=SECONDS, check=False)
    return done.stdout


def main():
    results = report.Report()
    document.check(results, "recovery", (int(sys.argv[1]), int(sys.argv[2])), run)
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
