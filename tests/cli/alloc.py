#!/usr/bin/env python3
"""Makes each allocation of dbcache's verbs fail once.  There must be no crash and no partial output
with exit status 0, and the cache must be the old one or the new one.

usage: alloc.py [--all] LIBFAILALLOC DBCACHE     --all: more allocations of each verb
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)
import report  # noqa: E402

SECONDS = 30
SOME, MOST = 15, 200  # allocations of a run that are tried
VERBS = (["show"], ["show", "--json"], ["show", "pif", "bond0"], ["show", "pif", "--json"],
         ["show", "network"], ["report"], ["report", "--status"], ["format"],
         ["format", "--in-place"], ["status"], ["status", "--json"],
         ["report", "ROOT/var/xapi/network.dbcache", "ROOT/var/xapi/networkd.db"],
         ["repair"], ["repair", "--json", "--dry-run"],
         ["set", "pif", "bond0", "DNS", "192.0.2.3"], ["completion", "bash"],
         ["set", "pif", "bond0", "network", "xapi1", "--force"], ["completion", "zsh"],
         ["remap", "--map=eth0=eth1"], ["remap", "--json", "--dry-run"],
         ["import", "--from=state.db", "--force"], ["import", "--from=networkd.db", "--force"],
         ["import", "--from=networkd.db", "--json", "--dry-run"], ["export", "--to=json"],
         ["export", "--to=sql"], ["export", "--to=networkd.db"],
         ["export", "--to=json", "ROOT/var/xapi/networkd.db"])

FIXTURES = os.path.join(HERE, "..", "..", "fixtures", "recovery")


def make_host(root):
    """The files of doc/recovery.md's host, and its NICs."""
    files = {"etc/xensource/network.conf": "openvswitch\n"}
    for i in range(2):
        device = "sys/class/net/eth%d/" % i
        files.update({device + "address": "00:16:3e:70:00:1%d\n" % i, device + "flags": "0x1002\n",
                      device + "mtu": "1500\n", device + "device/vendor": "0x8086\n"})
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
        with open(os.path.join(root, path), "w", encoding="ascii") as file:
            file.write(text)
    os.makedirs(os.path.join(root, "var/xapi"))
    shutil.copy(os.path.join(FIXTURES, "network.dbcache"), os.path.join(root, "var/xapi"))
    shutil.copy(os.path.join(FIXTURES, "xensource-inventory"), os.path.join(root, "etc"))


class Runs:
    """Runs of one verb, each on a host of its own."""

    def __init__(self, library, program, most, words):
        self.library, self.program, self.most, self.words = library, program, most, words
        self.folder = tempfile.mkdtemp(prefix="dbcache-alloc-")

    def run(self, number):
        """(ended, cache, allocations): the NUMBERth allocation fails; 0: none does."""
        root = os.path.join(self.folder, "host")
        told = os.path.join(self.folder, "report")
        shutil.rmtree(root, ignore_errors=True)
        if os.path.exists(told):
            os.unlink(told)
        make_host(root)
        # Not UTF-8: without memory for a locale the tree is drawn in ASCII anyway.
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LD_PRELOAD": self.library,
               "FAILALLOC_AT": str(number), "FAILALLOC_REPORT": told}
        words = [word.replace("ROOT", root) for word in self.words]
        done = subprocess.run([self.program, *words, "--root-prefix", root], env=env,
                              capture_output=True, timeout=SECONDS, check=False)
        with open(os.path.join(root, "var/xapi/network.dbcache"), "rb") as file:
            cache = file.read()
        with open(told, encoding="ascii") as file:
            total = [int(line.split()[1]) for line in file if line.startswith("total ")]
        return done, cache, total[0]

    def wrong(self):
        good, new, total = self.run(0)
        with open(os.path.join(FIXTURES, "network.dbcache"), "rb") as file:
            old = file.read()
        out = []
        for number in range(1, total + 1, max(1, total // self.most)):
            try:
                done, cache, _ = self.run(number)
            except FileNotFoundError:
                out.append("allocation %d: it crashed" % number)
                continue
            if cache not in (old, new):
                out.append("allocation %d: the cache is neither the old nor the new one" % number)
            if (done.returncode, done.stderr) == (good.returncode, good.stderr):
                out += ["allocation %d: other output" % number] if (
                    done.stdout != good.stdout) else []
            elif done.returncode not in (2, good.returncode) or not done.stderr:
                out.append("allocation %d: exit status %d, %r" % (number, done.returncode,
                                                                  done.stderr[-200:]))
        return out


class Test:
    def __init__(self, library, program, most):
        self.of = library, program, most

    def __call__(self, words):
        runs = Runs(*self.of, words)
        try:
            return "alloc dbcache %s" % " ".join(words), runs.wrong()
        finally:
            shutil.rmtree(runs.folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("library", type=os.path.abspath)
    parser.add_argument("program", type=os.path.abspath)
    args = parser.parse_args()
    results = report.Report()
    report.run_all(results, VERBS,
                   Test(args.library, args.program, MOST if args.all else SOME))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
