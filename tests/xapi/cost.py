#!/usr/bin/env python3
"""What a fetch from a large pool costs its client, compared with a bare SAX2 parse of the answers.

usage: cost.py XAPI_FETCH XAPI_BARE
For each pool: the answers' bytes, processor time of both programs (least of several runs, from
process start to end), their ratio, and the client's peak memory.  Fails when a limit is exceeded.
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
import pool  # noqa: E402
import report  # noqa: E402
from standin import Standin  # noqa: E402

RATIO = 3.0
PEAK_KIB = 40 * 1024
RUNS = 5
POOLS = ((16, 1000, ()), (64, 100, ()), (16, 1000, ("no-where",)))


def run(argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=True, timeout=120)
    return done.stdout.decode(), done.stderr.decode()


def client(program, socket, uuid):
    """(microseconds, KiB)"""
    found = re.search(r"cost: cpu (\d+) us, peak (\d+) KiB",
                      run([program, "-c", socket, "--", uuid])[1])
    return int(found.group(1)), int(found.group(2))


def measure(program, bare, hosts, vlans, quirks, folder):
    """(bytes, client us, client KiB, bare us)"""
    made = pool.Pool(hosts, vlans)
    answers, socket = os.path.join(folder, "answers"), os.path.join(folder, "xapi")
    os.makedirs(answers, exist_ok=True)
    for name in os.listdir(answers):
        os.unlink(os.path.join(answers, name))
    with Standin(made.tables, quirks=quirks, record_to=answers).serve(socket) as standin:
        client(program, socket, made.host_uuid(hosts // 2))
        standin.record_to = None
        ours = [client(program, socket, made.host_uuid(hosts // 2)) for _ in range(RUNS)]
    paths = [os.path.join(answers, name) for name in sorted(os.listdir(answers))]
    theirs = min(int(run([bare] + paths)[0].split()[0]) for _ in range(RUNS))
    size = sum(os.path.getsize(path) for path in paths)
    return size, min(us for us, _ in ours), max(kib for _, kib in ours), theirs


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, bare = map(os.path.abspath, sys.argv[1:])
    results = report.Report()
    with tempfile.TemporaryDirectory(prefix="xapi") as folder:
        for hosts, vlans, quirks in POOLS:
            size, ours, peak, theirs = measure(program, bare, hosts, vlans, quirks, folder)
            name = "%d hosts, %d VLANs each%s" % (hosts, vlans, "".join(", " + q for q in quirks))
            details = []
            if ours > RATIO * theirs:
                details.append("%.1f times a bare parse, limit %.1f" % (ours / theirs, RATIO))
            if peak > PEAK_KIB:
                details.append("%d KiB, limit %d" % (peak, PEAK_KIB))
            print("    %s: %.1f MB, %.1f ms, bare %.1f ms, ratio %.2f, peak %.1f MiB, %.1f ns/byte"
                  % (name, size / 1e6, ours / 1e3, theirs / 1e3, ours / theirs, peak / 1024,
                     ours * 1e3 / size))
            results.result("xapi cost: " + name, details)
    print("%d passed, %d failed" % (results.passed, results.failed))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
