#!/usr/bin/env python3
"""The benchmark tables of a fleet: what exporting hosts costs against what PostgreSQL and
ClickHouse take to load them, what the rows need on disk, and what a question of doc/fleet costs.

usage: fleet.py BUILD [HOSTS [VLANS]]      BUILD: a release build with -DDBCACHE_BENCH=ON
10,000 invented hosts with 3 VLANs unless told (tests/fleet/reports.py), as bare caches: what
unpacking a bug report costs depends on what else is in it.  An engine's figures are its server's
processor time and, beside it, its client's.  Engines that are not installed are left out; without
any there are no tables.
"""
import glob
import os
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for name in (".", "../lib", "../fleet"):
    sys.path.insert(0, os.path.join(HERE, name))
import document  # noqa: E402
import hostcase  # noqa: E402
import servers  # noqa: E402
from reports import Host, write_cache  # noqa: E402
from run import table, verdict  # noqa: E402
from statedb import cost  # noqa: E402

HOSTS, VLANS = 10000, 3
WHEN = 1795737600  # 2026-11-27
SHARE = 50         # our processor time, in per cent of a server's
ROUNDS = 3
FLEET = os.path.join(document.SOURCE, "doc", "fleet")
CLIENT = """<config><host>127.0.0.1</host>
<date_time_input_format>best_effort</date_time_input_format>
<join_default_strictness>ALL</join_default_strictness></config>
"""


class Engine:
    """Commands of doc/fleet.md, in a folder with the rows."""
    name = load = ask = size = None

    def __init__(self, server, folder, tool):
        self.server, self.folder, self.tool = server, folder, tool
        self.environment = dict(os.environ, TZ="UTC", PGDATABASE="fleet", **server.environment)

    def run(self, command):
        return subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True,
                              text=True).stdout

    def cost(self, command):
        """Seconds that passed, and of processor time of the server and of its clients."""
        def spent():
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            return (time.monotonic(), self.server.processor(), usage.ru_utime + usage.ru_stime)
        before = spent()
        self.run(command)
        passed = time.monotonic() - before[0]
        self.settle()
        after = spent()
        return passed, after[1] - before[1], after[2] - before[2]

    def settle(self):
        """Until what goes on behind a client's back has ended, since it costs too."""
        time.sleep(0.5)


class PostgreSQL(Engine):
    name, load = "PostgreSQL", FLEET + "/postgresql/load.sh rows"
    ask = 'PGOPTIONS="-c search_path=latest" psql -At -f %s'
    size = ('psql -At -c "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind ='
            " 'r' AND relnamespace = 'fleet'::regnamespace\"")

    def prepare(self):
        self.run("createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 fleet;"
                 "psql -q -c 'ALTER DATABASE fleet SET enable_nestloop = off';"
                 "%s export --schema=postgresql | psql -q;"
                 "psql -q -v day=2026-11-27 -f %s/postgresql/add-day.sql" % (self.tool, FLEET))


class ClickHouse(Engine):
    name, load = "ClickHouse", FLEET + "/clickhouse/load.sh rows"
    ask = 'clickhouse-client --database=latest --query="$(cat %s)"'
    size = ('clickhouse-client --query="SELECT sum(bytes_on_disk) FROM system.parts'
            ' WHERE active AND database = \'fleet\'"')

    def prepare(self):
        with open(os.path.join(self.folder, "clickhouse-client.xml"), "w",
                  encoding="ascii") as file:
            file.write(CLIENT)
        self.run("%s export --schema=clickhouse | clickhouse-client --multiquery" % self.tool)

    def settle(self):
        super().settle()
        while self.run('clickhouse-client --query="SELECT count() FROM system.merges"') != "0\n":
            time.sleep(0.5)


def engines(folder, tool):
    for there, server, kind in ((servers.postgresql_programs(), servers.PostgreSQL, PostgreSQL),
                                (servers.clickhouse_there(), servers.ClickHouse, ClickHouse)):
        if there:
            with server() as started:
                engine = kind(started, folder, tool)
                engine.prepare()
                yield engine


# ---- The tables ----------------------------------------------------------------------------------

def export(build, folder, hosts, vlans):
    """Makes the hosts and their rows; seconds of processor time."""
    os.mkdir(os.path.join(folder, "caches"))
    paths = [write_cache(os.path.join(folder, "caches"), Host(number, vlans), WHEN)
             for number in range(1, hosts + 1)]
    with open(os.path.join(folder, "list"), "w", encoding="ascii") as file:
        file.write("".join(path + "\n" for path in paths))
    argv = [os.path.join(build, "cli", "dbcache"), "export", "--to=jsonl",
            "--files-from=" + file.name, "--output=" + os.path.join(folder, "rows") + "/"]
    best = [min(values) for values in zip(*[cost(build, argv) for _ in range(ROUNDS)])]
    print("\n%d hosts with %d VLANs: %.1f MB of caches, %.2f s of processor time to export them,"
          " %.1f MB at most" % (hosts, vlans, sum(map(os.path.getsize, paths)) / 1e6,
                                best[0] / 1000, best[1]))
    return best[0] / 1000


def rows_of(folder):
    rows = []
    for path in sorted(glob.glob(os.path.join(folder, "rows", "*.jsonl"))):
        with open(path, "rb") as file:
            rows.append((os.path.basename(path)[:-len(".jsonl")], sum(1 for _ in file),
                         os.path.getsize(path)))
    return rows


def rows_table(folder, hosts):
    rows = rows_of(folder)
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    print("\nRows")
    table(["", "rows", "a host", "MB", "bytes a row"],
          [[name, str(n), "%.1f" % (n / hosts), "%.1f" % (size / 1e6), "%.0f" % (size / n if n
            else 0)] for name, n, size in rows])


def load(engine, ours, hosts):
    """A row of the table of loads: the first time, and again."""
    first, again = engine.cost(engine.load), engine.cost(engine.load)
    size = float(engine.run(engine.size))
    share, of_both = 100 * ours / first[1], 100 * ours / (first[1] + first[2])
    return [engine.name, "%.1f" % first[0], "%.2f" % first[1], "%.2f" % first[2], "%.0f" % share,
            verdict(share, SHARE), "%.0f" % of_both, "%.2f" % again[1], "%.1f" % (size / 1e6),
            "%.0f" % (size / hosts)]


def ask(engine):
    """{question: milliseconds that pass, and of the server's processor}"""
    out = {}
    for path in sorted(glob.glob(os.path.join(FLEET, "*.sql"))):
        rounds = [engine.cost(engine.ask % path) for _ in range(ROUNDS)]
        out[os.path.basename(path)[:-len(".sql")]] = [1000 * min(column)
                                                      for column in list(zip(*rounds))[:2]]
    return out


def main():
    build = os.path.abspath(sys.argv[1])
    hosts, vlans = (list(map(int, sys.argv[2:])) + [HOSTS, VLANS][len(sys.argv) - 2:])[:2]
    if not servers.postgresql_programs() and not servers.clickhouse_there():
        print("\nA fleet: neither PostgreSQL nor ClickHouse is installed")
        return
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        ours = export(build, folder, hosts, vlans)
        rows_table(folder, hosts)
        loads, asked = [], {}
        for engine in engines(folder, os.path.join(build, "cli", "dbcache")):
            loads.append(load(engine, ours, hosts))
            asked[engine.name] = ask(engine)
    print("\nLoading them (seconds of processor time; ours: the export's)")
    table(["", "s", "server", "client", "ours in % of server", "wanted", "of both",
           "again, server", "MB on disk", "bytes a host"], loads)
    print("\nQuestions, rows loaded twice (best of %d: ms that pass, ms of the server's processor)"
          % ROUNDS)
    names = list(asked)
    table([""] + [name + part for name in names for part in ("", ", processor")],
          [[question] + ["%.0f" % value for name in names for value in asked[name][question]]
           for question in asked[names[0]]] if names else [])


if __name__ == "__main__":
    hostcase.isolate()
    main()
