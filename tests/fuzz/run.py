#!/usr/bin/env python3
"""Runs each fuzz target on its corpus and old finds, then for some time on new inputs.

usage: run.py [--seconds N] FOLDER     FOLDER: where the programs fuzz_* of the preset `fuzz` are
       run.py --replay FOLDER          FOLDER of another build: only the corpus and the old finds
corpus/NAME has the seeds of fuzz_NAME, found/NAME inputs that once broke it (they must pass now).
A new find is written to found/NAME: mend the program, and commit the file as a test.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import report  # noqa: E402

LIMITS = ["-rss_limit_mb=1024", "-timeout=10", "-max_len=65536", "-print_final_stats=1"]


def inputs(kind, name):
    folder = os.path.join(HERE, kind, name)
    if not os.path.isdir(folder):
        return []
    return sorted(os.path.join(folder, entry) for entry in os.listdir(folder))


def run(argv, seconds):
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return ["stopped after %d s" % seconds], ""
    text = done.stdout.decode("utf-8", "replace")
    return ([] if done.returncode == 0 else text.splitlines()[-25:]), text


def replay(program, name, limits):
    """Seeds and old finds: each once."""
    paths = inputs("corpus", name) + inputs("found", name)
    return run([program] + limits + paths, 120)[0] if paths else ["no corpus"]


def explore(program, name, seconds):
    """New inputs, in a folder of their own."""
    finds = os.path.join(HERE, "found", name)
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        work, made = os.path.join(folder, "work"), os.path.join(folder, "finds")
        os.mkdir(work)
        os.mkdir(made)
        seeds = [os.path.join(HERE, kind, name) for kind in ("corpus", "found")
                 if inputs(kind, name)]
        details, text = run([program] + LIMITS + ["-max_total_time=%d" % seconds,
                                                  "-artifact_prefix=%s/" % made, work] + seeds,
                            seconds + 60)
        for entry in os.listdir(made):
            os.makedirs(finds, exist_ok=True)
            shutil.move(os.path.join(made, entry), os.path.join(finds, entry))
            details.append("kept as tests/fuzz/found/%s/%s" % (name, entry))
    runs = [line.split()[-1] for line in text.splitlines() if "number_of_executed_units" in line]
    return details, runs[0] if runs else "no"


class Test:
    def __init__(self, folder, seconds):
        self.folder = folder
        self.seconds = seconds

    def __call__(self, program):
        name = program[len("fuzz_"):]
        path = os.path.join(self.folder, program)
        details = replay(path, name, LIMITS if self.seconds else [])
        if details or not self.seconds:
            return "fuzz %s: corpus and old finds" % name, details
        details, runs = explore(path, name, self.seconds)
        return "fuzz %s: %s inputs in %d s" % (name, runs, self.seconds), details


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--replay", dest="seconds", action="store_const", const=0)
    parser.add_argument("folder")
    args = parser.parse_args()
    results = report.Report()
    names = os.listdir(args.folder) if os.path.isdir(args.folder) else []
    programs = sorted(name for name in names if name.startswith("fuzz_") and "." not in name)
    if not programs:
        results.fail("fuzz", ["no programs fuzz_* in %s" % args.folder])
    report.run_all(results, programs, Test(args.folder, args.seconds))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
