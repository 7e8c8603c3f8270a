#!/usr/bin/env python3
"""Runs three analysers on every source of the product; none may find anything.

usage: run.py BUILD [WORD...]     BUILD: a build of the preset `clang`; WORD: only sources with it
                                  in their path

clang-tidy does the checks that .clang-tidy lists; gcc -fanalyzer follows the paths through each
file, and so does clang --analyze, which is what scan-build runs.  A find is mended, or gets a
row in accepted.txt with the reason.  A row for which nothing is found any more is an error as
well.
"""
import json
import os
import re
import resource
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import report  # noqa: E402

SOURCE = os.path.dirname(os.path.dirname(HERE))
PRODUCT = ("cache/", "reconfigure/", "cli/")
ACCEPTED = os.path.join(HERE, "accepted.txt")
# What an analyser may use of a processor; on a busy machine it waits much longer for its turn.
SECONDS = 300
FIND = re.compile(r"^(?P<path>[^ :]+):(?P<line>\d+):\d+: (?:warning|error): (?P<text>.*)"
                  r"\[(?:-W|clang-analyzer-)?(?P<kind>[\w.-]+)(?:,.*)?\]$")
# gcc 12 loses sight of a pointer that is stored through another one and calls it leaked, so clang's
# analyser and LeakSanitizer look for leaks.
GCC = ["-fanalyzer", "-Wno-analyzer-malloc-leak", "-c", "-o", "/dev/null"]


def sources(build):
    """[(path, the arguments that it is compiled with)]: each source once."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    found = {}
    for entry in entries:
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), SOURCE)
        words = shlex.split(entry["command"])
        if path.startswith(PRODUCT):
            found[path] = [word for i, word in enumerate(words) if i > 0 and "-o" not in
                           (word, words[i - 1]) and word not in ("-c", "-Werror", entry["file"])]
    return sorted(found.items())


def accepted():
    """{(path, kind, a part of the message)}; the reasons are the comments of the file."""
    with open(ACCEPTED, encoding="utf-8") as file:
        rows = [line.split(None, 2) for line in file if line.strip() and not line.startswith("#")]
    return {(path, kind, text.strip()) for path, kind, text in rows}


def limit_processor():
    """Of the analyser, before it begins: past SECONDS it gets SIGXCPU."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


def finds(argv):
    """[(path, line, kind, message)] of what an analyser says."""
    done = subprocess.run(argv, cwd=SOURCE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, preexec_fn=limit_processor,
                          env=dict(os.environ, LC_ALL="C.UTF-8"))
    text = done.stdout.decode("utf-8", "replace")
    found = [(os.path.relpath(match["path"], SOURCE) if match["path"].startswith("/")
              else match["path"], match["line"], match["kind"], match["text"].strip())
             for match in map(FIND.match, text.splitlines()) if match]
    if done.returncode:
        found.append(("analyser", "0", argv[0],
                      "it has not looked at all of it: exit status %d: %s" %
                      (done.returncode, text[-1000:])))
    return found


class Test:
    """One source; returns its name, what is wrong, and the rows of accepted.txt that it needed."""

    def __init__(self, build):
        self.build = build
        self.accepted = accepted()

    def __call__(self, item):
        path, flags = item
        wrong, used = [], set()
        for argv in (["clang-tidy", "-p", self.build, "--quiet", path],
                     ["gcc"] + flags + GCC + [path],
                     ["clang"] + flags + ["--analyze", "--analyzer-output", "text", path]):
            for where, line, kind, text in finds(argv):
                rows = {row for row in self.accepted if row[:2] == (where, kind) and row[2] in text}
                used |= rows
                if not rows:
                    wrong.append("%s:%s: %s [%s]" % (where, line, text, kind))
        return "tidy: %s" % path, wrong, used


def main():
    build, words = os.path.abspath(sys.argv[1]), sys.argv[2:]
    results = report.Report()
    items = [item for item in sources(build) if not words or any(word in item[0] for word in words)]
    if not items:
        results.fail("tidy", ["no sources in %s" % build])
    test, unused = Test(build), accepted()
    with report.pool() as workers:
        for name, wrong, used in workers.imap(test, items):
            results.result(name, wrong)
            unused -= used
    if not words:
        results.result("tidy: every row of accepted.txt is needed",
                       [" ".join(row) for row in sorted(unused)])
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
