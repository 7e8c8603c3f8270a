"""export to jsonl and csv: findings between the hosts of one file, and --since, which leaves out
what has not changed since an earlier run.
"""
import json
import os
import re
import subprocess

from changes import QUICKSTART
from program import FIXTURES, SECONDS, samples
from rows import BAD, STATEDB, Folder, inventory, read, rows_of, without


# ---- Between hosts ---------------------------------------------------------------------------

def members(**caches):
    return [("%s/var/xapi/network.dbcache" % name, data) for name, data in caches.items()]


POOL = os.path.join(FIXTURES, "pool")
ODD = read(os.path.join(FIXTURES, "check", "pool-mtu", "bad.dbcache"))


def pool_of(*odd):
    """Hosts of one pool; those that are named have other MTUs."""
    hosts = {name: read(os.path.join(POOL, name + ".dbcache")) for name in ("alpha", "beta")}
    return members(**hosts, **{name: ODD for name in odd})


def test_between(program, _):
    """What is wrong between the hosts of one file comes behind what is wrong with each."""
    words = ["export", "--to=jsonl", "--jobs=1", "--table=finding,host"]
    with Folder() as folder:
        path = folder.tar("pool.tar", pool_of("odd") + [("odd/etc/xensource-inventory",
                                                         inventory("uuid-odd"))])
        rows = rows_of(program.run(*words, path).stdout)
        told = json.loads(program.run("check", "--json", path).stdout)
        alone = rows_of(program.run(*words, folder.tar("one.tar", members(odd=ODD))).stdout)
        apart = rows_of(program.run(*words, *[folder.write(name, data) for name, data in
                                              pool_of("odd")]).stdout)
    found = [(row["host"], row["rule"], row["record"], row["message"]) for row in rows
             if row["table"] == "finding"]
    wanted = [(one["host"], one["rule"], one["record"] or "", one["message"])
              for host in told["hosts"] for one in [dict(found_, host=host["host"])
                                                    for found_ in host["findings"]]]
    wanted += [(one["host"], one["rule"], one["record"] or "", one["message"])
               for one in told["between"]["findings"]]
    out = [] if sorted(found) == sorted(wanted) and found else ["%s, %s" % (found, wanted)]
    hosts = [row for row in rows if row["table"] == "host"]
    for host in hosts:
        mine = [row for row in rows if row["table"] == "finding" and row["host"] == host["host"]]
        out += [] if host["errors"] + host["warnings"] == len(mine) else [str(host)]
        out += [] if [row["position"] for row in mine] == list(range(1, len(mine) + 1)) \
            else [str(mine)]
    out += [] if len({row["pool_hash"] for row in hosts}) == 1 and hosts[0]["pool_hash"] else \
        [str(hosts)]
    out += [str(row) for row in alone + apart if row["table"] == "host" and row["pool_hash"]]
    return out + [str(row) for row in apart if row["table"] == "finding" and
                  row["rule"].startswith("pool-")]


def test_files_in_turn(program, _):
    """What is between the hosts of one file is not the next one's; two hosts are several."""
    words, out = ["export", "--to=jsonl", "--jobs=1", "--table=finding,host"], []
    with Folder() as folder:
        files = [folder.tar("a.tar", pool_of("odd")), folder.tar("b.tar", pool_of()),
                 folder.tar("c.tar", pool_of("odd"))]
        done = program.run(*words, *files)
        alone = [program.run(*words, path).stdout for path in files]
    out += done.wrong(0) + ([] if done.stdout == "".join(alone) else ["not as by themselves"])
    hashes = [row["pool_hash"] for row in rows_of(alone[1]) if row["table"] == "host"]
    good = len(hashes) == 2 and len(set(hashes)) == 1 and hashes[0]
    return out + ([] if good else [str(hashes)])


def test_origins(program, _):
    """Time and size are those of the file in a folder, and unknown of a pipe."""
    words = ["export", "--to=jsonl", "--table=host"]
    with Folder() as folder:
        path = folder.write("tree/h/network.dbcache", read(QUICKSTART))
        os.utime(path, (2000000000, 2000000000))
        inside = rows_of(program.run(*words, folder("tree")).stdout)
    piped = subprocess.run([program.path, *words, "/dev/stdin"], input=read(QUICKSTART),
                           check=False, capture_output=True, timeout=SECONDS,
                           env=program.environment())
    found = [(row["observed_at"], row["bytes"]) for row in inside]
    out = [] if found == [("2033-05-18T03:33:20Z", len(read(QUICKSTART)))] else [str(found)]
    found = [row["bytes"] for row in rows_of(piped.stdout.decode())]
    return out + ([] if found == [None] else [str(piped)])


def test_which_hosts(program, _):
    """A host's own tree has one cache that counts, a pool the host that is named; and a file that
    ends it all is told of once."""
    out, words = [], ["export", "--to=jsonl", "--table=host"]
    with Folder() as folder:
        folder.write("tree/var/xapi/network.dbcache", read(QUICKSTART))
        folder.write("tree/root/backup/network.dbcache", ODD)
        rows = rows_of(program.run(*words, folder("tree")).stdout)
        bad = program.run("query", "SELECT 1", folder.write("bad.dbcache", b"no XML"))
    found = [row["source"] for row in rows]
    out += [] if found == [folder("tree/var/xapi/network.dbcache")] else [str(found)]
    out += bad.wrong(2) + ([] if bad.stderr.count("\n") == 1 else [bad.stderr])
    for asked in ("xen-alpha", "xen-beta"):
        rows = rows_of(program.run(*words, "--host", asked, STATEDB).stdout)
        out += [] if [row["host"] for row in rows] == [asked] else [str(rows)]
    return out


def test_many_together(program, _):
    """More records than are kept: a warning, and each host by itself, in its place."""
    text = read(os.path.join(POOL, "alpha.dbcache"))
    # Comments are kept and take memory; nothing of them gets into a row.
    large = text.replace(b"</uuid>", b"</uuid>" + b"<!-- %s -->" % (b"x" * 60000) * 69, 1)
    names = ["h%02d" % i for i in range(18)] + ["odd"]
    with Folder() as folder:
        path = folder.tar("large.tar", members(**{name: large for name in names[:-1]}, odd=ODD),
                          "w")  # packed it would be a bomb
        done = program.run("export", "--to=jsonl", "--jobs=1", "--table=host", path)
        files = [folder.tar("%d.tar" % i, members(a=large, b=large), "w") for i in range(10)]
        few = program.run("export", "--to=jsonl", "--jobs=1", "--table=host", *files)
    rows = rows_of(done.stdout)
    out = done.wrong(0) + ([] if "too many records to be looked at together" in done.stderr else
                           [done.stderr])
    # What one file had is not counted against the next.
    out += [] if few.stderr == "" and len(rows_of(few.stdout)) == 20 else [few.stderr[:500]]
    out += [str(row) for row in rows_of(few.stdout) if not row["pool_hash"]]
    out += [] if [row["host"] for row in rows] == names else [done.stdout[:500]]
    return out + [str(row) for row in rows if row["pool_hash"]]


# ---- Since an earlier run --------------------------------------------------------------------

def counts(text):
    """How many rows of the table host, and how many of others."""
    rows = rows_of(text)
    hosts = [row for row in rows if row["table"] == "host"]
    return len(hosts), len(rows) - len(hosts)


# An error and a warning.
BOTH = next(path for path in samples("dialects") if "13-entities" in path)


def test_since(program, _):
    """A host that is known has its row alone, which says when its records were written."""
    out, words = [], ["export", "--to=jsonl", "--jobs=1"]
    with Folder() as folder:
        files = [folder.write("%d.dbcache" % i, read(path)) for i, path in
                 enumerate(samples("dialects")[:3] + [BOTH])]
        since = ["--since", folder("state")]
        first = program.run(*words, *since, *files)
        plain = program.run(*words, *files)
        out += first.wrong(0) + ([] if first.stdout == plain.stdout else ["first run"])
        before = {row["source"]: row for row in rows_of(first.stdout) if row["table"] == "host"}
        told = before[files[3]]["errors"], before[files[3]]["warnings"]
        out += [] if 0 not in told else ["nothing is wrong with %s" % BOTH]
        for path in files:
            os.utime(path, (2000000000, 2000000000))
        same = program.run(*words, *since, *files)
        out += same.wrong(0)
        for row in rows_of(same.stdout):
            old = before[row["source"]]
            good = row["table"] == "host" and row["records_at"] == old["observed_at"] and \
                without(row, "observed_at", "records_at") == \
                without(old, "observed_at", "records_at")
            out += [] if good and row["observed_at"] == "2033-05-18T03:33:20Z" else [str(row)]
        folder.write("2.dbcache", read(QUICKSTART))
        done = program.run(*words, *since, *files)
        told = {row["source"] for row in rows_of(done.stdout) if row["table"] != "host"}
        out += done.wrong(0) + ([] if told == {files[2]} else [str(told)])
        out += [] if counts(done.stdout)[0] == 4 else [done.stdout]
        gone = program.run(*words, *since, files[0])   # the state is that of the last run
        again = program.run(*words, *since, *files)
        out += gone.wrong(0) + again.wrong(0)
        told = {row["source"] for row in rows_of(again.stdout) if row["table"] != "host"}
        out += [] if told == set(files[1:]) else [str(told)]
        out += [] if folder.names() == ["0.dbcache", "1.dbcache", "2.dbcache", "3.dbcache",
                                        "state"] else [str(folder.names())]
    return out


def test_since_folder(program, kind):
    """The folder of an earlier run, or that of the run itself."""
    files, out = samples("dialects")[:3], []
    with Folder() as folder:
        words = ["export", "--to", kind, "--jobs=1", "--since", folder("a/")]
        first = program.run(*words, "--output", folder("a/"), *files)
        out += first.wrong(0) + ([] if len(read(folder("a/pif." + kind))) > 300 else ["empty"])
        for target in ("b/", "a/"):
            done = program.run(*words, "--output", folder(target), *files)
            out += done.wrong(0)
            left = read(folder(target + "pif." + kind)).decode().splitlines()
            out += [] if len(left) == (kind == "csv") else [str(left)]
            out += [] if len(rows_of(read(folder(target + "host.jsonl")).decode())) == 3 else \
                ["host.jsonl"]
        state = folder("a/host.jsonl")
        done = program.run("export", "--to=jsonl", "--since", state, *files)
        out += done.wrong(0) + ([] if counts(done.stdout) == (3, 0) else [done.stdout])
    return out


def test_since_pool(program, _):
    """Of the hosts of one file all are new when one has changed, as what is between them may be."""
    out = []
    with Folder() as folder:
        words = ["export", "--to=jsonl", "--jobs=1", "--since", folder("state"), folder("p.tar")]
        for odd, new in (((), True), ((), False), (("odd",), True), (("odd",), False), ((), True)):
            folder.tar("p.tar", pool_of(*odd))
            done = program.run(*words)
            hosts, others = counts(done.stdout)
            out += done.wrong(0)
            out += [] if hosts == 2 + len(odd) and (others > 0) == new else [done.stdout[:300]]
    return out


def test_since_others(program, _):
    """All hosts of a pool are new when the records of one say something else, or its name does."""
    alpha, beta = [read(os.path.join(POOL, name + ".dbcache")) for name in ("alpha", "beta")]
    other = beta.replace(b"9000", b"8996").replace(b"1500", b"1496")
    out = [] if other != beta else ["nothing to change"]
    with Folder() as folder:
        words = ["export", "--to=jsonl", "--jobs=1", "--since", folder("state"), folder("p.tar")]
        for caches, new in (({"alpha": alpha, "beta": beta}, True),
                            ({"alpha": alpha, "beta": other}, True),
                            ({"alpha": alpha, "gamma": other}, True),
                            ({"alpha": alpha, "gamma": other}, False)):
            folder.tar("p.tar", members(**caches))
            rows = rows_of(program.run(*words).stdout)
            told = {row["host"] for row in rows if row["table"] == "pif"}
            out += [] if told == (set(caches) if new else set()) else [str(told)]
    return out


def test_pools(program, _):
    """Hosts of several pools in one file: each pool by itself, and a lone host is no pool."""
    alpha, beta = [read(os.path.join(POOL, name + ".dbcache")) for name in ("alpha", "beta")]
    away = re.sub(rb'<pool ref="[^"]*">', b'<pool ref="OpaqueRef:away">', beta)
    with Folder() as folder:
        path = folder.tar("p.tar", members(alpha=alpha, away=away, beta=beta))
        rows = rows_of(program.run("export", "--to=jsonl", "--table=host", path).stdout)
    hashes = [row["pool_hash"] for row in rows]
    good = len(hashes) == 3 and hashes[0] and (hashes[1], hashes[2]) == ("", hashes[0])
    return [] if good and rows[1]["pool"] == "OpaqueRef:away" else [str(rows)]


GOOD = {"host": "h", "pool": "", "source": "s", "observed_at": "2026-01-01T00:00:00Z",
        "hash": "0" * 32, "records_at": "2026-01-01T00:00:00Z", "errors": 0, "warnings": 0,
        "pool_hash": ""}


def row_with(**values):
    row = {name: value for name, value in {**GOOD, **values}.items() if value is not ...}
    return json.dumps(row).encode() + b"\n"


HOSTILE = [b"x\n", b"[]\n", b"{}\n", b"null\n", b"\n", b"\0\n", b"\xff\n", row_with()[:-1],
           row_with()[:-9] + b"\n", row_with()[:-2] + b', "host": "h"}\n', b"[" * 5000 + b"\n",
           b'{"host": "' + b"x" * 2000000 + b'"}\n', b"\x1f\x8b\x08\0\0", read(QUICKSTART),
           row_with(hash="0" * 31), row_with(hash="g" * 32), row_with(hash=7),
           row_with(hash="0" * 31 + "\u00e9"), row_with(pool_hash="A" * 32), row_with(host=None),
           row_with(pool=...), row_with(records_at=None), row_with(records_at="today"),
           row_with(records_at="2026-01-01T00:00:00Zx"),
           row_with(records_at="2026-02-31T00:00:00Z"),
           row_with(records_at="x" * 5000), row_with(errors=-1), row_with(errors=2**32),
           row_with(warnings="1"), row_with(warnings=2**70), row_with(errors=...)]


def test_since_line(program, _):
    """A row as long as a row may be, and one that is a byte longer."""
    out, size = [], 1024 * 1024
    for more in (0, 1):
        line = row_with(note="")[:-1]
        line = line[:-2] + b"x" * (size + more - len(line)) + b'"}\n'
        with Folder(state=line) as folder:
            done = program.run("export", "--to=jsonl", "--since", folder("state"), QUICKSTART)
        out += done.wrong(2 * more)
        out += [] if ("at most 1048576 bytes" in done.stderr) == bool(more) else [done.stderr[:300]]
    return out


def test_since_hostile(program, case):
    """A state that is none ends the run before it starts, with the line, and stays as it was."""
    path, out = samples("dialects")[0], []
    with Folder(state=row_with() + HOSTILE[case], **{"out/pif.jsonl": b"old"}) as folder:
        held = read(folder("state"))
        done = program.run("export", "--to=jsonl", "--since", folder("state"), "--output",
                           folder("out"), path)
        out += done.wrong(2)
        out += [] if ":2: " in done.stderr and "everything is exported" in done.stderr else \
            [done.stderr]
        out += [] if read(folder("state")) == held else ["the state has changed"]
        out += [] if os.listdir(folder("out")) == ["pif.jsonl"] else [str(folder.names())]
    return out


def test_since_else(program, _):
    """What is no file, an empty one, rows that do not count, and a run that fails."""
    path, out = samples("dialects")[0], []
    words = ["export", "--to=jsonl", "--jobs=1"]
    with Folder(empty=b"", other=row_with(table="pif", hash=1) + row_with(hash="", errors=...) +
                b'{"table": "bond"}\n') as folder:
        os.mkfifo(folder("fifo"))
        plain = program.run(*words, path).stdout
        for name in ("empty", "other"):
            done = program.run(*words, "--since", folder(name), path)
            out += done.wrong(0) + ([] if done.stdout == plain else [name])
            out += [] if counts(program.run(*words, "--since", folder(name), path).stdout) == \
                (1, 0) else ["%s: not written" % name]
        for name in ("fifo", "/dev/null", "no/state"):
            out += program.run(*words, "--since", os.path.join(folder.path, name), path).wrong(2)
        held = read(folder("empty"))
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([program.path, *words, "--since", folder("empty"), QUICKSTART],
                                  check=False, stdout=full, stderr=subprocess.PIPE,
                                  timeout=SECONDS, env=program.environment())
        out += [] if done.returncode == 2 and read(folder("empty")) == held else ["full disk"]
        done = program.run(*words, "--since", folder("empty"), BAD, QUICKSTART)
        out += done.wrong(1) + ([] if read(folder("empty")) != held else ["not replaced"])
        out += [] if counts(program.run(*words, "--since", folder("empty"), BAD,
                                        QUICKSTART).stdout) == (2, 0) else ["unread"]
    return out


def tests():
    out = [("rows since a folder of %s" % kind, test_since_folder, kind)
           for kind in ("jsonl", "csv")]
    out += [("rows since a hostile state %d" % i, test_since_hostile, i)
            for i in range(len(HOSTILE))]
    return out + [("rows: " + test.__name__[5:], test, None) for test in
                  (test_between, test_files_in_turn, test_origins, test_which_hosts,
                   test_many_together, test_since_line, test_since, test_since_pool,
                   test_since_others, test_pools, test_since_else)]
