#!/usr/bin/env python3
"""Checks the laws of doc/ARCHITECTURE.md on the tree, after proving each rule on a bad example.

usage: run.py BUILD [WORD...]     BUILD: a release build; WORD: only rules with it in their name
"""
import functools
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
    rules = [rule for rule in rules_c.RULES + rules_text.RULES + rules_build.RULES
             if not words or any(word in rule.__doc__ for word in words)]
    with report.pool() as workers:
        for name, proof, found, reason in workers.imap(functools.partial(judge, tree), rules):
            if reason:
                results.skip("lint: %s" % name, reason)
                continue
            results.result("lint: %s: proved" % name, proof)
            results.result("lint: %s" % name, found)
    return results.status()


def judge(tree, rule):
    """(name, what is wrong with the rule, with the tree, why it cannot be known)"""
    try:
        return rule.__doc__, selftest.prove(rule), rule(tree), None
    except rules_text.CannotRun as reason:
        return rule.__doc__, [], [], str(reason)


if __name__ == "__main__":
    sys.exit(main())
