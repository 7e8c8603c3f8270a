#!/usr/bin/env python3
"""Changes the product at single points, and checks whether the quick tests find each change.

usage: run.py [--seed N] [--points N] [--minutes N] FOLDER [FILE | FILE:LINE]...
FOLDER gets a copy of the sources, its build, `reach.json` (which test reaches which line; made when
it is missing) and `survivors.txt`.  Without FILE the points are chosen by seed, over all folders
by their size.  Needs root, for namespaces, and ninja, gcov and lld.

A change counts as found when a test fails, and as hung when a test uses five times the CPU that it
should.  The tests that reach the changed line are run, first those that are about its file and
quick; when no test reaches it, the point counts as not reached.  They run without sanitizers, which
takes half the time and finds most changes, and then with them.
"""
import argparse
import collections
import filecmp
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import time

import points
import suite

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LEAST = 5  # points a folder
OUTCOMES = ["found", "hung", "survived", "not reached", "not built"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def copy(path, target):
    """A file that is there already with the same bytes keeps its time, so nothing is built anew."""
    if not os.path.lexists(target) or not filecmp.cmp(path, target, shallow=False):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(path, target, follow_symlinks=False)


def copy_sources(target):
    listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "-z"], capture_output=True,
                            check=True, text=True).stdout
    for name in listed.strip("\0").split("\0"):
        copy(os.path.join(SOURCE, name), os.path.join(target, name))


class Build:
    """What is built of a copy of the sources, and how much memory its tests may have."""

    def __init__(self, source, folder, memory, *options):
        self.folder = folder
        self.memory = memory
        if not os.path.exists(folder + "/build.ninja"):
            subprocess.run(["cmake", "-G", "Ninja", "-S", source, "-B", folder,
                            "-DCMAKE_BUILD_TYPE=Quick", "-DCMAKE_C_FLAGS=-O0 -w",
                            "-DDBCACHE_GOLD=OFF", "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld",
                            *options], check=True)

    def make(self, targets):
        done = subprocess.run(["ninja", "-j1", "-C", self.folder] + targets, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode == 0


def measured(test, builds):
    """The lines that a test reaches; none when it does not pass on unchanged code in each build."""
    plain, sanitized = builds
    if (not all(build.make(test.targets) for build in builds) or
            test.fails(plain.folder, plain.memory)):
        return {}
    return suite.measured(test, sanitized.folder)


def reach(tests, builds, path):
    """Finds out what each test reaches, from `path` or by measuring.  Returns the tests that pass
    on unchanged code in time."""
    known = json.loads(read(path)) if os.path.exists(path) else {}
    for test in tests:
        if test.name not in known:
            lines = measured(test, builds)
            known[test.name] = {"seconds": test.seconds, "lines": lines}
            print("%s: %s" % (test.name, "%.1f s" % test.seconds if lines else "left out"),
                  flush=True)
            write(path, json.dumps(known))
        test.seconds = known[test.name]["seconds"]
        test.lines = {file: {int(line) for line, row in lines.items() if row[0]}
                      for file, lines in known[test.name]["lines"].items()}
    return [test for test in tests if test.lines]


def folder_of(file):
    return os.path.dirname(file)


def product(source):
    """{folder: the points of its files}."""
    found = collections.defaultdict(list)
    for part in suite.PRODUCT:
        for folder, _, names in sorted(os.walk(os.path.join(source, part))):
            for name in sorted(names):
                file = os.path.relpath(os.path.join(folder, name), source)
                if name.endswith(".c"):
                    found[folder_of(file)] += points.points(file, read(source + "/" + file))
    return found


def chosen(by_folder, args):
    """The points to try, file by file, the files in an order chosen by seed."""
    dice = random.Random(args.seed)
    everything = [point for group in by_folder.values() for point in group]
    if args.places:
        picked = [point for point in everything
                  if {point.file, "%s:%d" % (point.file, point.line)} & set(args.places)]
    else:
        picked = [point for _, group in sorted(by_folder.items()) for point in
                  dice.sample(group, min(len(group), max(LEAST, round(args.points * len(group)
                                                                      / len(everything)))))]
    files = sorted({point.file for point in picked})
    dice.shuffle(files)
    return sorted(picked, key=lambda point: (files.index(point.file), point.start))


def outcome(point, tests, source, builds):
    """One of OUTCOMES.  The file is put back afterwards."""
    path = os.path.join(source, point.file)
    text = read(path)
    reaching = sorted((test for test in tests if point.line in test.lines.get(point.file, ())),
                      key=lambda test: -test.promise(point.file))
    if not reaching:
        return "not reached"
    write(path, points.changed(text, point))
    try:
        for build, test in itertools.product(builds, reaching):
            if not build.make(test.targets):
                return "not built"
            failure = test.fails(build.folder, build.memory)
            if failure:
                return failure
        return "survived"
    finally:
        write(path, text)


def table(counts):
    lines = ["%-24s %6s %6s %6s %9s %12s" % ("folder", "points", "found", "hung", "survived",
                                             "not reached")]
    for folder, count in sorted(counts.items()) + [("all", sum(counts.values(),
                                                                collections.Counter()))]:
        tried = sum(count.values()) - count["not built"]
        lines.append("%-24s %6d %6d %6d %9d %12d" % (folder, tried, count["found"], count["hung"],
                                                     count["survived"], count["not reached"]))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("folder")
    parser.add_argument("places", nargs="*")
    args = parser.parse_args()
    ends = time.monotonic() + 60 * args.minutes
    folder = os.path.abspath(args.folder)
    source = folder + "/source"
    copy_sources(source)
    # The sanitizers limit the memory of theirs; their tables do not fit into any limit.
    builds = [Build(source, folder + "/plain", "4000000"),
              Build(source, folder + "/build", "unlimited", "-DDBCACHE_COVERAGE=ON",
                    "-DDBCACHE_SANITIZE=ON")]
    tests = reach(suite.tests(source), builds, folder + "/reach.json")
    if not tests:
        sys.exit("no test passes on the unchanged sources")
    counts = collections.defaultdict(collections.Counter)
    with open(folder + "/survivors.txt", "a", encoding="utf-8") as survivors:
        for point in chosen(product(source), args):
            if time.monotonic() > ends:
                print("the time is up")
                break
            result = outcome(point, tests, source, builds)
            counts[folder_of(point.file)][result] += 1
            print("%-11s %s" % (result, points.described(point)), flush=True)
            if result in ("survived", "not reached"):
                print("%-11s %s" % (result, points.described(point)), file=survivors, flush=True)
    print(table(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
