#!/usr/bin/env python3
"""Runs the commands of doc/fleet.md on two days of invented bug reports, with servers of PostgreSQL
and ClickHouse that it starts, and compares the answers of dbcache query and both engines.

usage: run.py [--all] DBCACHE       --all: the chapter on several servers as well
"""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)
import document  # noqa: E402
import hostcase  # noqa: E402
import report  # noqa: E402
import servers  # noqa: E402
from reports import Host, set_time, write_report  # noqa: E402

HOSTS = 48
DAYS = {"2026-11-26": 1795651200, "2026-11-27": 1795737600}
SECONDS = 120
SHARDS = ("127.0.0.2", "127.0.0.3")


class Work:
    """The folder in which the commands run."""

    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.environment = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="dbcache-fleet-", dir="/tmp")
        os.symlink(os.path.join(document.SOURCE, "doc"), os.path.join(self.folder, "doc"))
        self.environment["HOME"] = self.folder
        self.environment["PATH"] = os.path.dirname(self.program) + ":/usr/bin:/bin"
        self.environment.update((name, os.environ[name]) for name in os.environ
                                if name.endswith("SAN_OPTIONS"))
        for day, when in DAYS.items():
            self.make_day(day, when)
        return self

    def make_day(self, day, when):
        """On the first day each host had a VLAN less and another one's trouble, and one report was
        cut off."""
        first = day == min(DAYS)
        folder = os.path.join(self.folder, "reports", day)
        os.makedirs(folder)
        for number in range(1, HOSTS + 1):
            path = write_report(folder, Host(number, 3 - first, first), when)
        if first:
            with open(path, "rb") as whole, open(os.path.join(folder, "lost.tar.gz"), "wb") as cut:
                cut.write(whole.read()[:200])
            set_time(cut.name, when)

    def run(self, command):
        done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              env=self.environment, timeout=SECONDS)
        return done.stdout.decode("utf-8", "backslashreplace")

    def answers(self, engine):
        """{question: its rows} as an engine gave them."""
        out = {}
        folder = os.path.join(self.folder, "answers", engine)
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                # By LF alone: a text may have other ends of a line.
                out[name] = [json.loads(line) for line in file.read().split("\n")[:-1]]
        return out

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


def compare(results, work, engine):
    """The ten answers of an engine against those of query."""
    wanted, found = work.answers("query"), work.answers(engine)
    questions = [name for name in os.listdir(os.path.join(document.SOURCE, "doc", "fleet"))
                 if name.endswith(".sql")]
    if len(wanted) != len(questions):
        results.fail("fleet: query", ["answers: %s" % sorted(wanted)])
    for name, rows in wanted.items():
        wrong = [] if rows else ["query has no answer"]
        if found.get(name) != rows:
            wrong += ["query:", rows[:5], engine + ":", (found.get(name) or [])[:5]]
        results.result("fleet: %s answers as query: %s" % (engine, name), wrong)


HOSTILE = b"it's \"x\"\n\\\xff\xe2\x80\xa8,\t{}.dbcache"
HOSTILE_CACHE = """<?xml version="1.0"?><xenserver-network-configuration>
<network ref="OpaqueRef:n"><uuid>=1+1</uuid><bridge>-x</bridge><PIFs/><MTU>none</MTU><other_config>
<domain>a&#9;b&#10;c&#13;\\N \\x01 "'` NULL&#127;&#133;&#8232;&#128421;</domain><static-routes/>
</other_config></network></xenserver-network-configuration>"""
READ_BACK = {
    "postgresql": "psql -At -c \"SELECT row_to_json(t) FROM fleet.%s AS t\" fleet",
    "clickhouse": "clickhouse-client --format=JSONEachRow --query=\"SELECT * FROM fleet.%s FINAL\""}
LOAD = "PGDATABASE=fleet doc/fleet/%s/load.sh rows-all"


def as_exported(row):
    """A row that an engine gave back, with times as the export writes them."""
    return {name: value.replace("+00:00", "").replace(" ", "T").rstrip("Z") + "Z"
            if name in ("observed_at", "records_at") and value else value
            for name, value in row.items()}


def lines(text):
    return [json.loads(line) for line in text.split("\n") if line]


def round_trip(work, engine):
    """Every sample and a hostile file: what the engine gives back is what the export wrote."""
    with open(os.path.join(work.folder.encode(), HOSTILE), "w", encoding="utf-8") as file:
        file.write(HOSTILE_CACHE)
    work.run("find -L *.dbcache doc/../fixtures -name '*.dbcache' -print0 |"
             " xargs -0 dbcache export --to=jsonl --output=rows-all/; " + LOAD % engine)
    schema = work.run("dbcache export --schema=postgresql")
    wrong = []
    for name, keys in re.findall(r"CREATE TABLE IF NOT EXISTS fleet\.(\w+) \(\n.*?"
                                 r"PRIMARY KEY \((.*?)\)\n", schema, re.DOTALL):
        with open(os.path.join(work.folder, "rows-all", name + ".jsonl"), encoding="utf-8") as file:
            wanted = lines(file.read())
        found = [as_exported(row) for row in lines(work.run(READ_BACK[engine] % name))]
        found = [row for row in found if not row["source"].startswith("reports/")]
        different = {tuple(row[key.strip(' "')] for key in keys.split(",")) for row in wanted}
        if len(found) != len(different) or not found and name != "tunnel":
            wrong.append("%s: %d rows, exported %d" % (name, len(found), len(different)))
        wrong += ["%s: %s" % (name, row) for row in found if row not in wanted][:3]
    return wrong


def with_servers(results, work, chapter, engine, started):
    """A chapter with its servers, and the answers that it has written."""
    try:
        with contextlib.ExitStack() as stack:
            for server in started:
                work.environment.update(stack.enter_context(server).environment)
            document.check(results, "fleet", (chapter, chapter), work.run)
            if engine in READ_BACK:
                results.result("fleet: %s gives back what was exported" % engine,
                               round_trip(work, engine))
    except RuntimeError as error:
        results.fail("fleet: %s" % engine, [error])
    else:
        compare(results, work, engine)


def main():
    words = [word for word in sys.argv[1:] if word != "--all"]
    results = report.Report()
    if os.geteuid() != 0:
        results.skip("fleet", "needs root, for namespaces and the servers' users")
        return results.status()
    hostcase.isolate()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leaves every `with` block
    cluster = document.block(document.read("fleet.md"), "xml")
    with Work(words[0]) as work:
        document.check(results, "fleet", (1, 2), work.run)
        if servers.postgresql_programs():
            with_servers(results, work, 3, "postgresql", [servers.PostgreSQL()])
        else:
            results.skip("fleet: PostgreSQL", "postgresql is not installed")
        if not servers.clickhouse_there():
            results.skip("fleet: ClickHouse", "clickhouse-server is not installed")
            return results.status()
        with_servers(results, work, 4, "clickhouse", [servers.ClickHouse()])
        if "--all" in sys.argv[1:]:
            with_servers(results, work, 5, "shards",
                         [servers.ClickHouse(address, cluster) for address in SHARDS])
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
