"""dbcache query: its formats, and a reader of the output that is slow or ends early.  The tests of
what SQL may ask and what it finds are in tests/unit/test_query.c.
"""
import csv
import io
import json
import os
import re
import subprocess
import tarfile
import time

from program import SECONDS, Copy, samples

# Values that are hard on a format: quotes, line ends, commas, control characters, no UTF-8, numbers
# at their limits and beyond, texts that look like numbers, columns of one name.
VALUES = ["'a\"b'", "'a,b'", "'a' || char(10) || 'b'", "'a' || char(13) || 'b'", "'\\'",
          "char(1, 8, 12, 127)", "'\u20ac'", "'</script>'", "'=1+1'", "''", "NULL", "0", "-1",
          "9223372036854775807", "-9223372036854775808", "0.1", "1.0", "1e300", "-1e-300", "9e999",
          "'12'", "'NULL'", "char(8232)", "1 AS a, 2 AS a, 3 AS \"a:2\", 4 AS a"]
NO_UTF8 = "CAST(x'61ff62' AS TEXT)"


def answer(program, sql, *words):
    done = program.run("query", *words, sql, samples("dialects")[2])
    return done.wrong(0), done.stdout


def test_formats(program, _):
    """One answer as JSON, JSON Lines and CSV is the same rows; the old names are the new ones."""
    out = []
    for sql in ("SELECT " + ", ".join(VALUES), "SELECT * FROM pif", "SELECT 1 FROM pif WHERE 0"):
        texts = {}
        for words in (["--output=json"], ["--output=jsonl"], ["--output=csv"], ["--output=table"],
                      ["--json"], ["--csv"], []):
            wrong, texts[" ".join(words)] = answer(program, sql, *words)
            out += wrong
        rows = json.loads(texts["--json"])
        lines = texts["--output=jsonl"].split("\n")
        out += [] if [json.loads(line) for line in lines[:-1]] == rows else ["jsonl: " + sql]
        out += [] if lines[-1] == "" else ["jsonl: no line's end: " + sql]
        found = list(csv.reader(io.StringIO(texts["--csv"], newline="")))[1:]
        wanted = [["" if value is None else str(value) for value in row.values()] for row in rows]
        if without_reals(found, rows) != without_reals(wanted, rows):
            out.append("csv: %s: %s, not %s" % (sql, found, wanted))
        out += ["%s: differs: %s" % (names, sql) for names in
                (("--json", "--output=json"), ("--csv", "--output=csv"), ("", "--output=table"))
                if texts[names[0]] != texts[names[1]]]
    return out


def without_reals(found, rows):
    """The texts of reals differ in their digits; NULL, too, is infinity in JSON."""
    return [[text for text, value in zip(texts, row.values())
             if value is not None and not isinstance(value, float)]
            for texts, row in zip(found, rows)]


def test_values(program, _):
    """What each value is in JSON."""
    wanted = {"9e999": None, "-9e999": None, "1.0": 1.0, "0.1": 0.1, "1e300": 1e300,
              "9223372036854775807": 2**63 - 1, NO_UTF8: "a\\xffb", "char(1)": "\x01",
              "NULL": None, "'12'": "12"}
    wrong, text = answer(program, "SELECT " + ", ".join(
        "%s AS v%d" % (value, i) for i, value in enumerate(wanted)), "--output=jsonl")
    out = list(wrong)
    for value, found, read in zip(wanted, wanted.values(), json.loads(text).values()):
        if read != found or isinstance(read, float) != isinstance(found, float):
            out.append("%s: %s" % (value, read))
    _, text = answer(program, "SELECT 1 AS a, 2 AS a, 3 AS a", "--output=jsonl")
    return out + ([] if text == '{"a": 1, "a:2": 2, "a:3": 3}\n' else [text])


def test_broken_off(program, _):
    """An answer that breaks off does not look whole: no array is closed, and the status says so."""
    sql = ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 100) "
           "SELECT CASE WHEN x < 50 THEN x ELSE hex(zeroblob(20000000)) END FROM c")
    out = []
    for name in ("json", "jsonl", "csv"):
        done = program.run("query", "--output=" + name, sql, samples("dialects")[2])
        out += done.wrong(2) + ([] if "bytes" in done.stderr else [done.stderr])
        out += ["%s: closed" % name] if done.stdout.rstrip().endswith("]") else []
        out += [] if re.search(r"\b49\b", done.stdout) else ["%s: no rows" % name]
    done = program.run("query", "--json", "SELECT nix FROM pif", samples("dialects")[2])
    return out + done.wrong(2) + ([] if not done.stdout else ["prints something"])


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"


def test_reader_goes(program, name):
    """Rows are printed as they come, so a reader that has enough ends the statement."""
    with subprocess.Popen([program.path, "query", "--output=" + name, "--timeout=50",
                           "--limit=4000000000", ENDLESS, samples("dialects")[2]],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=program.environment()) as child:
        start = time.monotonic()
        first = child.stdout.read(1000)
        child.stdout.close()
        errors = child.stderr.read()
        status = child.wait(SECONDS)
    out = ["status %d, %s" % (status, errors)] if status != 2 or errors else []
    out += [] if b"7" in first else ["%s" % first]
    return out + (["late"] if time.monotonic() - start > 40 else [])


def test_slow_reader(program, _):
    """The time of the reader is not the statement's, nor is it a step that does not end."""
    sql = ENDLESS.replace(" FROM c)", " FROM c LIMIT 60000)")
    with subprocess.Popen([program.path, "query", "--output=jsonl", "--timeout=2", sql,
                           samples("dialects")[2]], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=program.environment()) as child:
        time.sleep(9)  # the statement's time, the grace of the alarm, and more
        lines = child.stdout.read().splitlines()
        errors = child.stderr.read()
        status = child.wait(SECONDS)
    if status == 0 and len(lines) == 60000 and json.loads(lines[-1]) == {"x": 60000}:
        return []
    return ["status %d, %d rows, %s" % (status, len(lines), errors)]


def test_full_table(program, _):
    """A table that would not fit is refused, with the formats that print rows as they come."""
    sql = ENDLESS.replace(" FROM c)", " FROM c LIMIT 10)").replace(
        "SELECT x FROM c", "SELECT substr(hex(zeroblob(4000000)), x) FROM c")
    path = samples("dialects")[2]
    done = program.run("query", "--timeout=50", sql, path)
    out = done.wrong(2) + ([] if "--output=jsonl" in done.stderr else [done.stderr])
    with open(os.devnull, "wb") as null:
        status = subprocess.run([program.path, "query", "--output=csv", "--timeout=50", sql, path],
                                stdout=null, env=program.environment(), timeout=SECONDS,
                                check=False).returncode
    return out + ([] if status == 0 else ["csv: status %d" % status])


# ---- The past --------------------------------------------------------------------------------

def jsonl(program, sql, *files):
    done = program.run("query", "--output=jsonl", sql, *files)
    return done, [list(json.loads(line).values()) for line in done.stdout.splitlines()]


def test_past(program, _):
    """What set and repair keep is there to ask, beside what is; a copy and an archive have none."""
    address = "SELECT IP FROM pif WHERE device = 'eth0'"
    changes = ("SELECT s.id, p.IP FROM snapshot s JOIN pif p ON p.as_of = s.id AND p.file = s.file "
               "WHERE p.device = 'eth0' ORDER BY s.id")
    out = []
    with Copy(samples("dialects")[2]) as copy:
        done, rows = jsonl(program, changes, copy.path)
        out += done.wrong(0) + ([] if rows == [] and "1 of 1 hosts" in done.stderr else [str(rows)])
        for last in (7, 8):
            out += program.run("set", "--force", "pif", "eth0", "ip_configuration_mode", "Static",
                               "IP", "192.0.2.%d" % last, "netmask", "255.255.255.0",
                               copy.path).wrong(0)
        done, rows = jsonl(program, changes, copy.path)
        wanted = [[1, ""], [2, "192.0.2.7"], [3, "192.0.2.8"]]
        out += done.wrong(0) + ([] if rows == wanted and not done.stderr else
                                ["%s %s" % (rows, done.stderr)])
        for condition, wanted in (("", "192.0.2.8"), (" AND as_of = 'newest'", "192.0.2.8"),
                                  (" AND as_of = 2", "192.0.2.7"), (" AND as_of = 1", "")):
            done, rows = jsonl(program, address + condition, copy.path)
            out += done.wrong(0) + ([] if rows == [[wanted]] else ["%s: %s" % (condition, rows)])
        listed = json.loads(program.run("history", "--json", "list", "--file=" + copy.path).stdout)
        done, rows = jsonl(program, "SELECT id, unixepoch(time), bytes, sha256, program, reason "
                                    "FROM snapshot", copy.path)
        out += [] if rows == [[row[name] for name in ("id", "time", "size", "sha256", "program",
                                                      "reason")] for row in listed] else [str(rows)]
        out += without_past(program, copy)
    return out


def without_past(program, copy):
    """Next to a cache that has one: another cache with its history damaged, a copy, an archive."""
    sql, out = "SELECT count(*) FROM pif WHERE as_of = 'newest'", []
    beside = os.path.join(copy.folder, "copy.dbcache")
    with open(beside, "wb") as file:
        file.write(copy.read())
    archive = os.path.join(copy.folder, "x.tar")
    with tarfile.open(archive, "w") as tar:
        tar.add(copy.path, "network.dbcache")
    for path in (beside, archive):
        done, rows = jsonl(program, sql, path)
        out += done.wrong(0) + ([] if rows == [[0]] and "1 of 1 hosts have no history" in
                                done.stderr else ["%s: %s" % (rows, done.stderr)])
    with open(os.path.join(copy.folder, "dbcache-history.db"), "r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3000)
    done, rows = jsonl(program, sql, copy.path)
    out += done.wrong(2) + ([] if "dbcache-history.db" in done.stderr else [done.stderr])
    return out + jsonl(program, sql.replace("as_of = 'newest'", "1"), copy.path)[0].wrong(0)


def test_first(program, _):
    """A statement that is refused is refused before any file is read."""
    for sql in ("SELECT nix FROM pif", "DROP TABLE pif", "SELECT as_of FROM pif"):
        done = program.run("query", sql, "/nonexistent/network.dbcache")
        if done.exit != 2 or "nonexistent" in done.stderr:
            return done.wrong(2) + [done.stderr]
    return []


def test_usage(program, _):
    out = []
    for words in (["--output=xml"], ["--output="], ["--output"], ["-o", "json"], ["--limit=0"],
                  ["--timeout=x"]):
        out += program.run("query", *words, "SELECT 1").wrong(64)
    done = program.run("query", "--output=xml", "SELECT 1")
    return out + ([] if "table, csv, json or jsonl" in done.stderr else [done.stderr])


def tests():
    out = [("query %s" % name, function, None)
           for name, function in (("formats", test_formats), ("values", test_values),
                                  ("broken off", test_broken_off), ("usage", test_usage),
                                  ("slow reader", test_slow_reader),
                                  ("full table", test_full_table), ("past", test_past),
                                  ("refused first", test_first))]
    return out + [("query reader goes: %s" % name, test_reader_goes, name)
                  for name in ("json", "jsonl", "csv")]
