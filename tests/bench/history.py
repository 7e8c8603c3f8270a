#!/usr/bin/env python3
"""The benchmark table of the history: what the first snapshot of a cache takes, and what one more
adds after one record was changed.

usage: history.py BUILD      BUILD: a release build
It measures sizes, not times, so the figures are the same on every machine.  The first change keeps
the cache before and after it, so its share is a little more than that of one snapshot.  For a small
cache most of it are SQLite's first pages.  A change costs one chunk, or two when it moves a chunk's
end.
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import hostcase  # noqa: E402
from make_cache import make_cache  # noqa: E402
from run import table, verdict  # noqa: E402

SIZES = (10, 100, 1000, 4000)
SHARE, GROWTH = 1 / 3, 4096
CHANGES = 30


def change(tool, path, i):
    """One field of one record; the size of the history then."""
    subprocess.run([tool, "set", "pif", "eth0", "DNS", "192.0.2.%d" % (i + 1), path], check=True,
                   stdout=subprocess.DEVNULL)
    return os.path.getsize(os.path.join(os.path.dirname(path), "dbcache-history.db"))


def row(tool, folder, vlans):
    path = os.path.join(folder, str(vlans), "network.dbcache")
    os.mkdir(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write(make_cache(vlans))
    subprocess.run([tool, "format", "--in-place", path], check=True)
    os.remove(os.path.join(os.path.dirname(path), "dbcache-history.db"))
    sizes = [change(tool, path, i) for i in range(CHANGES + 1)]
    share = sizes[0] / os.path.getsize(path)
    growth = sorted(after - before for before, after in zip(sizes, sizes[1:]))
    usual = growth[len(growth) // 2]
    return [str(vlans), str(os.path.getsize(path)), str(sizes[0]), "%.2f" % share,
            "%s: at most %.2f" % ("met" if share <= SHARE else "MISSED", SHARE), str(usual),
            str(growth[-1]), verdict(usual, GROWTH)]


def main():
    tool = os.path.join(os.path.abspath(sys.argv[1]), "cli", "dbcache")
    with tempfile.TemporaryDirectory(dir=hostcase.scratch_folder()) as folder:
        rows = [row(tool, folder, vlans) for vlans in SIZES]
    print("\nHistory: bytes, and what each of %d changes of one record adds" % CHANGES)
    table(["VLANs", "cache", "first", "share", "wanted", "usual", "most", "wanted"], rows)


if __name__ == "__main__":
    main()
