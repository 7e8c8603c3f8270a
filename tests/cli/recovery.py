#!/usr/bin/env python3
"""Runs doc/recovery.md: its commands, one after the other, on the host of this sandbox, and
compares what they print with what the document shows.  tests/net/test_recovery*.sh make the hosts.

usage: recovery.py FIRST LAST     the chapters FIRST to LAST, by their numbers

In the document, a block fenced as `console` holds commands (a line that starts with "# ") and their
output; a line "..." stands for any lines, "..." within a line for any text.
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import report  # noqa: E402

SECONDS = 60

def blocks(text, first, last):
    """[(line number, command, [lines shown])] of these chapters of the document."""
    out = []
    fenced, chapter = False, 0
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"## (\d+)\.", line)
        chapter = int(heading.group(1)) if heading else chapter
        if not first <= chapter <= last:
            continue
        if line.startswith("```"):
            fenced = line == "```console"
        elif fenced and line.startswith("# "):
            out.append((number, line[2:], []))
        elif fenced:
            out[-1][2].append(line)
    return out


def pattern(lines):
    """What the shown lines stand for."""
    parts = []
    for line in lines:
        if line == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(re.escape(piece) for piece in line.rstrip().split("..."))
                         + r"[ \t]*\n")
    return re.compile("".join(parts))


def run(command):
    # As an administrator would read it: the log on the terminal.
    command = re.sub(r"^interface-reconfigure ", "interface-reconfigure --no-syslog ", command)
    done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, cwd="/root",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=SECONDS, check=False)
    return done.stdout


def main():
    results = report.Report()
    with open(os.path.join(SOURCE, "doc", "recovery.md"), encoding="utf-8") as file:
        commands = blocks(file.read(), int(sys.argv[1]), int(sys.argv[2]))
    if len(commands) < 5:
        results.fail("recovery: chapters %s to %s" % tuple(sys.argv[1:3]),
                     ["only %d commands found" % len(commands)])
    for number, command, shown in commands:
        output = run(command)
        wrong = [] if pattern(shown).fullmatch(output) else (
            ["shown:"] + ["  " + line for line in shown] + ["printed:"]
            + ["  " + line for line in output.splitlines()])
        results.result("recovery: line %d: %s" % (number, command), wrong)
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
