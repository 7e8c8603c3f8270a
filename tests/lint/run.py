#!/usr/bin/env python3
"""Checks the laws of doc/ARCHITECTURE.md on the tree, after proving each rule on a bad example.

usage: run.py BUILD [WORD...]     BUILD: a release build; WORD: only rules with it in their name
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report  # noqa: E402
import rules_build  # noqa: E402
import rules_c  # noqa: E402
import rules_text  # noqa: E402
import selftest  # noqa: E402
from tree import Tree  # noqa: E402

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main():
    build, words = sys.argv[1], sys.argv[2:]
    results = report.Report()
    tree = Tree(SOURCE, build)
    for rule in rules_c.RULES + rules_text.RULES + rules_build.RULES:
        name = rule.__doc__
        if words and not any(word in name for word in words):
            continue
        try:
            results.result("lint: %s: proved" % name, selftest.prove(rule))
            results.result("lint: %s" % name, rule(tree))
        except rules_text.CannotRun as reason:
            results.skip("lint: %s" % name, reason)
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
