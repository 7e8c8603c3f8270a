"""export to jsonl and csv: the rows of many hosts compared with what query says, files that
cannot be read, archives that are read as a stream, and what is left when writing fails.
"""
import csv
import glob
import io
import json
import os
import resource
import subprocess
import tarfile
import tempfile

from changes import QUICKSTART
from exports import everything
from program import FIXTURES, SECONDS, SOURCE, samples

CLASSES = ("pif", "bond", "vlan", "tunnel", "network", "pool")
TABLES = CLASSES + ("members", "other_config", "finding", "host")
COMMON = ["host", "pool", "source", "observed_at", "hash"]
BAD = os.path.join(FIXTURES, "hostile", "text.dbcache")
STATEDB = os.path.join(FIXTURES, "statedb", "8.2.xml")
NETWORKD = os.path.join(FIXTURES, "networkd", "8.2.db")
FORMULA = tuple("=+-@") + ("\uff1d", "\uff0b", "\uff0d", "\uff20")


def rows_of(text):
    return [json.loads(line) for line in text.splitlines()]


def without(row, *names):
    return {name: value for name, value in row.items() if name not in names}


def cache(**values):
    """A cache of one network, with these texts."""
    values = {"bridge": "xenbr0", "MTU": "1500", "key": "domain", "value": "", **values}
    return ("<?xml version='1.0'?><xenserver-network-configuration>"
            "<network ref='OpaqueRef:n'><uuid>u-1</uuid><bridge>%(bridge)s</bridge><PIFs/>"
            "<MTU>%(MTU)s</MTU><other_config><%(key)s>%(value)s</%(key)s></other_config></network>"
            "</xenserver-network-configuration>" % values).encode()


class Folder:
    """A folder with files in it."""

    def __init__(self, **files):
        self.path = tempfile.mkdtemp(prefix="dbcache-rows-")
        for name, data in files.items():
            self.write(name, data)

    def __call__(self, name):
        return os.path.join(self.path, name)

    def write(self, name, data):
        os.makedirs(os.path.dirname(self(name)), exist_ok=True)
        with open(self(name), "wb") as file:
            file.write(data)
        return self(name)

    def tar(self, name, members, mode="w:gz"):
        with tarfile.open(self(name), mode) as archive:
            for member, data in members:
                info = tarfile.TarInfo(member)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return self(name)

    def names(self):
        return sorted(os.listdir(self.path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["rm", "-rf", self.path], check=True)


def read(path):
    with open(path, "rb") as file:
        return file.read()


# ---- What the rows say ---------------------------------------------------------------------------

# Columns of query that no cache has: rows for engines do not have them.
XAPI_ALONE = ("mode", "properties", "purpose", "igmp_snooping_enabled")


def expected(value, name, row):
    """A cell of query as export has it: a number that is none is null."""
    number = name in ("VLAN", "MTU") and isinstance(value, str)
    return None if number and row.get(name) is None else value


def test_rows(program, table):
    """The same rows as query has, in its order, from all samples at once."""
    files = everything()
    done = program.run("export", "--to=jsonl", "--jobs=1", "--table=" + table, *files)
    out = done.wrong(0)
    found = rows_of(done.stdout)
    asked = program.run("query", "--json", "SELECT * FROM " + table, *files)
    wanted = json.loads(asked.stdout)
    if len(found) != len(wanted):
        return out + ["%d rows, query has %d" % (len(found), len(wanted))]
    for row, other in zip(found, wanted):
        other["source"] = other.pop("file")
        other = {name: expected(value, name, row) for name, value in other.items()
                 if name not in XAPI_ALONE or value is not None}
        if without(row, "pool", "observed_at", "hash") != other:
            out.append("%s\nquery: %s" % (row, other))
        if list(row)[:5] != COMMON:
            out.append("columns: %s" % list(row))
    return out[:5]


def test_findings(program, _):
    files = everything()
    found = rows_of(program.run("export", "--to=jsonl", "--table=finding,host", *files).stdout)
    out = []
    for path in files:
        told = json.loads(program.run("check", "--json", path).stdout)
        mine = [row for row in found if row["source"] == path and row["table"] == "finding"]
        host = [row for row in found if row["source"] == path and row["table"] == "host"]
        names = ("rule", "severity", "class", "ref", "record", "field", "key", "value", "message")
        if [[row[name] for name in names] for row in mine] != \
           [[one[name] or "" for name in names] for one in told["findings"]] or \
           [row["position"] for row in mine] != list(range(1, len(mine) + 1)):
            out.append("%s: %s" % (path, mine))
        if [(row["errors"], row["warnings"]) for row in host] != \
           [(told["errors"], told["warnings"])]:
            out.append("%s: %s" % (path, host))
    return out[:5]


def as_csv(value):
    """What a value of jsonl is in CSV."""
    if value is None or not isinstance(value, str):
        return "" if value is None else str(value)
    text = "".join(c if ord(c) >= 32 and ord(c) != 127 else "\\x%02x" % ord(c) for c in value)
    plain = text.lstrip("+-").replace(".", "", 1)
    number = plain.isascii() and plain.isdigit() and text[1:] in (plain, text.lstrip("+-"))
    return "'" + text if text.lstrip(" ").startswith(FORMULA) and not number else text


def test_csv(program, table):
    """The same rows as jsonl has, in RFC 4180's words."""
    with Folder() as folder:
        files = everything() + [folder.write("v%d" % i, cache(value=value)) for i, value in
                                enumerate(VALUES)]
        done = program.run("export", "--to=csv", "--jobs=1", "--table=" + table, *files)
        jsonl = program.run("export", "--to=jsonl", "--jobs=1", "--table=" + table, *files)
    out = done.wrong(0) + jsonl.wrong(0)
    found = list(csv.reader(io.StringIO(done.stdout, newline=""), strict=True))
    wanted = rows_of(jsonl.stdout)
    if wanted and found[0] != list(wanted[0]):
        out.append("columns: %s, %s" % (found[0], list(wanted[0])))
    out += ["%s, %s" % pair for pair in zip(found[1:], [[as_csv(value) for value in row.values()]
                                                        for row in wanted]) if pair[0] != pair[1]]
    out += [] if len(found) == len(wanted) + 1 else ["%d lines" % len(found)]
    out += [] if done.stdout.count("\r\n") == done.stdout.count("\n") == len(found) else ["lines"]
    return out[:5]


VALUES = ["=1+1", "@SUM(A1)", "-1+1|cmd", "+49", "-1", "+1.5", "--1", "-", "=", " =1", "\uff1d1",
          "a,b", 'a"b', "'", "\\.", "a\tb", "a\nb", "a&#13;b", "\u202e", "\u00e9", "x" * 3000]


def test_formulas(program, _):
    """Nothing that a spreadsheet would work out, and numbers as they are."""
    with Folder() as folder:
        files = [folder.write("f%02d" % i, cache(value=value)) for i, value in enumerate(VALUES)]
        done = program.run("export", "--to=csv", "--jobs=1", "--table=other_config", *files)
    cells = [row[-1] for row in csv.reader(io.StringIO(done.stdout, newline=""), strict=True)][1:]
    wanted = ["'=1+1", "'@SUM(A1)", "'-1+1|cmd", "+49", "-1", "+1.5", "'--1", "'-", "'=", "'=1",
              "'\uff1d1"]
    return done.wrong(0) + ([] if cells[:len(wanted)] == wanted else [str(cells)])


CELLS = {" x": '" x"', "x ": '"x "', " =1": '"\' =1"', " -1": '" -1"', "a'b": '"a\'b"',
         "a\\b": '"a\\b"', 'a"b': '"a""b"', "a,b": '"a,b"', "a b": "a b"}


def test_cells(program, _):
    """Quotes around what a reader may cut off or take for something else, and no others."""
    out = []
    for name, wanted in CELLS.items():
        with Folder() as folder:
            path = folder.write(name + ".dbcache", read(QUICKSTART))
            done = program.run("export", "--to=csv", "--table=host", path)
        line = done.stdout.split("\r\n")[1]
        out += done.wrong(0) + ([] if line.startswith(wanted + ",OpaqueRef:") else [line])
        # A uuid that is not known, and no error.
        out += [] if ',"",network.dbcache,' in line and line.endswith(',""') else [line]
    return out


# ---- The hash ------------------------------------------------------------------------------------

def hashes(program, *files):
    done = program.run("export", "--to=jsonl", "--jobs=1", "--table=host", *files)
    return [row["hash"] for row in rows_of(done.stdout)]


def test_hash(program, _):
    """It names the records and not their file, and every field counts."""
    text = read(QUICKSTART).decode()
    start, end = text.rindex("<network "), text.rindex("</network>") + len("</network>")
    first = text.index("<pif ")
    moved = text[:first] + text[start:end] + text[first:start] + text[end:]
    changes = ["DNS", "bridge", "MTU", "uuid", "VLAN", "device", "management"]
    with Folder() as folder:
        canonical = program.run("format", QUICKSTART).stdout.encode()
        same = hashes(program, QUICKSTART, folder.write("a", canonical),
                      folder.write("b", moved.encode()))
        others = [folder.write(name, text.replace("<%s>" % name, "<%s>7" % name, 1).encode())
                  for name in changes]
        other = hashes(program, *others)
    out = [] if len(set(same)) == 1 and len(same[0]) == 32 else [str(same)]
    return out + ([] if len(set(other + same)) == len(changes) + 1 else [str(other)])


# ---- Many files ----------------------------------------------------------------------------------

def test_unread(program, _):
    """A file that cannot be read is a row, and the others are there all the same."""
    files = [samples("dialects")[0], BAD, os.path.join(FIXTURES, "nosuch"),
             os.path.join(FIXTURES, "hostile", "cut-in-tag.dbcache"), samples("dialects")[2]]
    done = program.run("export", "--to=jsonl", "--jobs=1", "--table=host", *files)
    out, found = done.wrong(1), rows_of(done.stdout)
    out += [] if [row["source"] for row in found] == files else [done.stdout]
    for row in found:
        bad = "dialects" not in row["source"]
        lost = bad and "cut-in-tag" not in row["source"]  # that one has a record before its damage
        out += [] if (row["error"] != "") == bad and (row["hash"] == "") == lost and \
            (row["records_at"] is None) == lost else [str(row)]
    out += ["not told: %s" % row["error"] for row in found if row["error"] not in done.stderr]
    return out


def test_list(program, _):
    """Names of files from a list, the last without a line's end."""
    files = samples("dialects")
    wanted = program.run("export", "--to=jsonl", "--jobs=1", *files).stdout
    done = program.run("export", "--to=jsonl", "--jobs=1", "--files-from=-",
                       stdin="\n".join(files).encode())
    out = done.wrong(0) + ([] if done.stdout == wanted else ["other rows"])
    with Folder(list=("\n\n" + "\n".join(files[1:]) + "\n").encode()) as folder:
        done = program.run("export", "--to=jsonl", "--jobs=1", "--files-from", folder("list"),
                           files[0])
        out += done.wrong(0) + ([] if done.stdout == wanted else ["other rows"])
    for name in ("/nonexistent", "/"):
        out += program.run("export", "--to=jsonl", "--files-from=" + name).wrong(2)
    return out


def inventory(uuid):
    return b"INSTALLATION_UUID='%s'\n" % uuid.encode()


def test_archive(program, _):
    """Bug reports in one archive: every host, its inventory in front of or behind its cache."""
    text = read(QUICKSTART)
    members = [("a/etc/xensource-inventory", inventory("uuid-a")),
               ("a/var/xapi/network.dbcache", text), ("a/var/xapi/state.db", read(STATEDB)),
               ("b/var/xapi/network.dbcache", text), ("b/etc/xensource-inventory",
                                                      inventory("uuid-b")),
               ("c/var/xapi/network.dbcache.bak", text), ("c/var/xapi/network.dbcache", b"<x"),
               ("d/var/xapi/network.dbcache", text)]
    with Folder() as folder:
        path = folder.tar("r.tar.gz", members)
        done = program.run("export", "--to=jsonl", "--table=host", path)
        found = [(row["host"], row["source"][len(path) + 1:], row["uuid"], row["error"] == "")
                 for row in rows_of(done.stdout)]
        piped = program.run("export", "--to=jsonl", "--table=host", "-", stdin=read(path))
        out = done.wrong(1) + piped.wrong(1)
        cut = folder.write("cut.tar.gz", read(path)[:-200])
        broken = program.run("export", "--to=jsonl", "--jobs=1", "--table=host", cut, QUICKSTART)
    wanted = [("a", members[1][0], "uuid-a", True), ("b", members[3][0], "uuid-b", True),
              ("", members[6][0], "", False), ("d", members[7][0], "", True)]
    out += [] if found == wanted else [str(found)]
    out += [] if [row["uuid"] for row in rows_of(piped.stdout)] == ["uuid-a", "uuid-b", "", ""] \
        else [piped.stdout]
    told = rows_of(broken.stdout)
    return out + broken.wrong(1) + (
        [] if told[-1]["source"] == QUICKSTART and told[-2]["error"] != "" else [broken.stdout])


def several_of_a_rank(program, folder):
    """Databases of several hosts, with or without a cache in front, between or behind them."""
    out, state, cache_ = [], read(STATEDB), read(QUICKSTART)
    databases = [("%s/var/xapi/state.db" % name, state) for name in "abc"]
    caches = [("%s/var/xapi/network.dbcache" % name, cache_) for name in "de"]
    backup = [("0/var/xapi/network.dbcache.bak", cache_)]
    for members, wanted in ((backup + databases, ["state.db"] * 6),
                            (databases[:1] + caches, ["network.dbcache"] * 2),
                            (databases[:2] + caches + databases[2:], ["network.dbcache"] * 2),
                            (caches + databases, ["network.dbcache"] * 2)):
        path = folder.tar("several.tar", members, "w")
        for words, found_in in ((["export", "--to=jsonl", "--jobs=1", "--table=host"], "format"),
                                (["query", "--output=jsonl", "SELECT DISTINCT file, host FROM pif"],
                                 "file")):
            done = program.run(*words, path)
            found = [row[found_in].replace("xapi/", "") for row in rows_of(done.stdout)]
            good = len(found) == len(wanted) and all(one.endswith(name) for one, name in
                                                     zip(found, wanted))
            out += done.wrong(0) + ([] if good else ["%s: %s" % (words[0], found)])
        piped = program.run("export", "--to=jsonl", "--table=host", "-", stdin=read(path))
        told = "save it as a file first" in piped.stdout
        out += piped.wrong(1 if told else 0)
        out += [] if told == ("state.db" in wanted) else [piped.stdout]
    return out


def test_ranks(program, _):
    """What counts in an archive without a cache: the databases, then the backups."""
    text, out = read(QUICKSTART), []
    members = [("h/var/xapi/network.dbcache.bak", text), ("h/var/lib/xcp/networkd.db",
                                                         read(NETWORKD)),
               ("h/var/xapi/state.db", read(STATEDB))]
    with Folder() as folder:
        for n, formats in ((3, ["state.db", "state.db"]), (2, ["networkd.db"]),
                           (1, ["network.dbcache"])):
            path = folder.tar("%d.tar" % n, members[:n], "w")
            done = program.run("export", "--to=jsonl", "--table=host", path)
            found = [row["format"] for row in rows_of(done.stdout)]
            out += done.wrong(0) + ([] if found == formats else ["%d: %s" % (n, found)])
            piped = program.run("export", "--to=jsonl", "--table=host", "-", stdin=read(path))
            found = [row["format"] for row in rows_of(piped.stdout)]
            out += piped.wrong(0) + ([] if found == formats else ["pipe: %d: %s" % (n, found)])
        out += several_of_a_rank(program, folder)
        empty = program.run("export", "--to=jsonl", folder.tar("none.tar", [("x", b"y")], "w"))
        out += empty.wrong(1) + ([] if "no network.dbcache" in empty.stderr else [empty.stderr])
        for member, data in members + [("g/network.dbcache", text)]:
            folder.write("tree/" + member, data)
        done = program.run("export", "--to=jsonl", "--table=host", folder("tree"))
        found = [row["source"] for row in rows_of(done.stdout)]
        out += [] if found == [folder("tree/g/network.dbcache")] else [str(found)]
    return out


def test_same_twice(program, _):
    """The rows say nothing of the run: the same files give the same bytes."""
    words = ["export", "--to=jsonl", "--jobs=1", *samples("dialects"), STATEDB]
    first, second = program.run(*words), program.run(*words)
    return first.wrong(0) + ([] if first.stdout == second.stdout else ["other bytes"])


def test_jobs(program, jobs):
    """More threads: the same rows, whole, in whatever order; one: that of the files."""
    files = samples("dialects") * 4 + [STATEDB, BAD]
    one = program.run("export", "--to=jsonl", "--jobs=1", *files)
    many = program.run("export", "--to=jsonl", "--jobs=%d" % jobs, *files)
    out = one.wrong(1) + many.wrong(1)
    sources = [row["source"] for row in rows_of(one.stdout) if row["table"] == "host"]
    out += [] if sources == files[:-1] + [STATEDB, BAD] else [str(sources)]
    return out + ([] if sorted(one.stdout.splitlines()) == sorted(many.stdout.splitlines())
                  else ["other rows"])


# ---- Schemas -------------------------------------------------------------------------------------

def test_schema(program, engine):
    """Each table with the columns of its rows in their order, and a key."""
    done = program.run("export", "--schema", engine)
    out = done.wrong(0)
    for table in TABLES:
        rows = program.run("export", "--to=csv", "--table", table, QUICKSTART).stdout
        wanted = next(csv.reader(io.StringIO(rows, newline="")))
        start = done.stdout.index("CREATE TABLE IF NOT EXISTS fleet.%s (\n" % table)
        body = done.stdout[start:done.stdout.index(";\n", start)]
        found = [line.split('"')[1] for line in body.splitlines() if line.startswith('    "')]
        out += [] if found == wanted else ["%s: %s, %s" % (table, found, wanted)]
        key = 'ORDER BY ("host", "pool", ' if engine == "clickhouse" else \
            'PRIMARY KEY ("host", "pool", '
        out += [] if key in body else ["%s: no key" % table]
    one = program.run("export", "--schema", engine, "--table=pif").stdout
    out += [] if "fleet.pif" in one and "fleet.bond" not in one else ["not pif alone"]
    return out + program.run("export", "--schema", engine, QUICKSTART).wrong(64)


def test_questions(program, path):
    """A question of doc/fleet is one that query answers."""
    with open(path, encoding="utf-8") as file:
        done = program.run("query", "--csv", file.read(), *everything())
    rows = done.stdout.splitlines()
    return done.wrong(0) + ([] if len(rows) > 1 or "no-host" in path else ["no answer"])


# ---- Writing -------------------------------------------------------------------------------------

def test_folder(program, kind):
    """A file a table, made whole or not at all, and the list for the next run."""
    files = samples("dialects")
    with Folder() as folder:
        done = program.run("export", "--to", kind, "--jobs=1", "--output", folder("new/"), *files)
        out = done.wrong(0)
        wanted = {"%s.%s" % (table, kind) for table in TABLES} | {"host.jsonl"}
        out += [] if set(os.listdir(folder("new"))) == wanted else [str(os.listdir(folder("new")))]
        for table in TABLES:
            alone = program.run("export", "--to", kind, "--jobs=1", "--table", table, *files).stdout
            out += [] if read(folder("new/%s.%s" % (table, kind))).decode() == alone else [table]
        listed = program.run("export", "--to=jsonl", "--jobs=1", "--table=host", *files).stdout
        out += [] if read(folder("new/host.jsonl")).decode() == listed else ["host.jsonl"]
    return out


def limited(program, size, *words):
    """With files that may not grow beyond `size` bytes."""
    return subprocess.run([program.path, *words], check=False, capture_output=True,
                          timeout=SECONDS, env=program.environment(), preexec_fn=lambda:
                          resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))


def test_full(program, _):
    """No room: an error, the old files, and nothing half."""
    files = samples("dialects")
    with Folder(**{"out/pif.jsonl": b"old", "one": b"old"}) as folder:
        out = []
        for target in (folder("out"), folder("one")):
            done = limited(program, 20000, "export", "--to=jsonl", "--output", target, *files)
            out += [] if done.returncode == 2 and b"cannot write" in done.stderr else [str(done)]
        left = os.listdir(folder("out"))
        out += [] if left == ["pif.jsonl"] else [str(left)]
        out += [] if folder.names() == ["one", "out"] else [str(folder.names())]
        out += [] if read(folder("out/pif.jsonl")) == read(folder("one")) == b"old" else ["changed"]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([program.path, "export", "--to=jsonl", *files], check=False,
                              stdout=full, stderr=subprocess.PIPE, timeout=SECONDS,
                              env=program.environment())
    return out + ([] if done.returncode == 2 and b"cannot write to standard output" in done.stderr
                  else [str(done)])


def test_pipe(program, _):
    """A reader that goes away ends it without a word."""
    with subprocess.Popen([program.path, "export", "--to=jsonl", *samples("dialects") * 20],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=program.environment()) as child:
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()
        status = child.wait(SECONDS)
    return [] if status == 2 and said == b"" else ["%d, %r" % (status, said)]


USAGE = [(["--to=jsonl"], "which files?"),
         (["--to=csv", BAD], "csv has one table a file"),
         (["--to=jsonl", "--table=pfi", BAD], "there is no table pfi; did you mean pif?"),
         (["--to=jsonl", "--json", BAD], "--json is for"),
         (["--to=json", "--table=pif", BAD], "are for jsonl and csv"),
         (["--to=jsonl", "--jobs=0", BAD], "--jobs: expected a number from 1 to 64"),
         (["--to=sql", "--since=x", BAD], "are for jsonl and csv"),
         (["--to=jsonl", "--since=x", "--output=x", BAD], "name one file"),
         (["--schema=oracle"], "expected postgresql, clickhouse or duckdb"),
         (["--to=jsonl", "--for-release=8.0", BAD], "is for networkd.db")]


def test_usage(program, case):
    words, said = case
    done = program.run("export", *words)
    return done.wrong(64) + ([] if said in done.stderr else [done.stderr])


def test_keep_cache(program, _):
    with Folder(**{"network.dbcache": read(QUICKSTART)}) as folder:
        path = folder("network.dbcache")
        done = program.run("export", "--to=jsonl", "--output", path, QUICKSTART)
        return done.wrong(2) + ([] if read(path) == read(QUICKSTART) else ["changed"])


def tests():
    out = [("rows of %s" % table, test_rows, table) for table in CLASSES + ("members",
                                                                            "other_config")]
    out += [("rows as csv of %s" % table, test_csv, table) for table in TABLES]
    out += [("rows to a folder of %s" % kind, test_folder, kind) for kind in ("jsonl", "csv")]
    out += [("rows with %d jobs" % jobs, test_jobs, jobs) for jobs in (2, 64)]
    out += [("rows: schema for %s" % engine, test_schema, engine) for engine in
            ("postgresql", "clickhouse", "duckdb")]
    out += [("rows: question %s" % os.path.basename(path), test_questions, path)
            for path in sorted(glob.glob(os.path.join(SOURCE, "doc", "fleet", "*.sql")))]
    out += [("rows: usage of %s" % " ".join(case[0][:2]), test_usage, case) for case in USAGE]
    return out + [("rows: " + test.__name__[5:], test, None) for test in
                  (test_findings, test_formulas, test_cells, test_hash, test_unread, test_list,
                   test_archive, test_ranks, test_same_twice, test_full, test_pipe,
                   test_keep_cache)]
