#!/usr/bin/env python3
"""Lets a compiler check every source of a build, on all cores, without writing any output.

usage: syntax.py BUILD     BUILD: a folder that cmake has configured

It prints the compiler's messages.  The exit status is 1 when a source was refused.  A generated
source that does not exist yet is left out.
"""
import json
import os
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report  # noqa: E402

SECONDS = 120  # for one source


def look(entry):
    """(whether the compiler took it, what it printed)"""
    words = shlex.split(entry["command"])
    words[words.index("-o") + 1] = os.devnull
    done = subprocess.run(words + ["-fsyntax-only"], cwd=entry["directory"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


def main():
    with open(os.path.join(sys.argv[1], "compile_commands.json"), encoding="utf-8") as file:
        entries = [entry for entry in json.load(file) if os.path.exists(entry["file"])]
    taken = 0
    with report.pool() as workers:
        for good, text in workers.imap(look, entries):
            taken += good
            sys.stdout.write(text)
    print("%d of %d sources" % (taken, len(entries)))
    return 0 if entries and taken == len(entries) else 1


if __name__ == "__main__":
    sys.exit(main())
