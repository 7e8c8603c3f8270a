"""A host for ovs-xapi-sync: the real ovsdb-server with bridges and interfaces (no switch: nothing
here needs packets), XAPI's stand-in, and the daemon, in a folder of their own."""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile

from xapi import within

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
COMMENT = "ovs-xapi-sync: Updating records from XAPI"
SANE = {"ASAN_OPTIONS": "exitcode=99:detect_leaks=1", "UBSAN_OPTIONS": "exitcode=99",
        "LSAN_OPTIONS": "exitcode=99", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def encode(value):
    """A Python value as RFC 7047 writes it."""
    if isinstance(value, dict):
        return ["map", [[k, v] for k, v in value.items()]]
    return value


class Database:
    """ovsdb-server, and transactions on it."""

    def __init__(self, folder):
        self.folder, self.file = folder, os.path.join(folder, "conf.db")
        self.socket = os.path.join(folder, "db.sock")
        self.process = self.connection = None
        subprocess.run(["ovsdb-tool", "create", self.file, SCHEMA], check=True)
        self.start()
        self.transact({"op": "insert", "table": "Open_vSwitch", "row": {}})

    def start(self):
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        self.process = subprocess.Popen(
            ["ovsdb-server", self.file, "--remote=punix:" + self.socket, "--unixctl=none",
             "--no-chdir", "-vconsole:off", "-vsyslog:off"], stdin=subprocess.DEVNULL)
        if not within(30, self.listens):
            raise RuntimeError("ovsdb-server does not start")

    def listens(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(self.socket) == 0

    def stop(self):
        if self.connection:
            self.connection.close()
        self.connection = None
        self.process.terminate()
        self.process.wait()

    def transact(self, *operations):
        if self.connection is None:
            self.connection = socket.socket(socket.AF_UNIX)
            self.connection.connect(self.socket)
        self.connection.sendall(json.dumps({"id": 1, "method": "transact", "params":
                                            ["Open_vSwitch"] + list(operations)}).encode())
        text = b""
        while True:
            text += self.connection.recv(1 << 20)
            try:
                answer = json.loads(text)
                break
            except ValueError:
                continue
        results = answer["result"]
        if any(r and "error" in r for r in results):
            raise RuntimeError(results)
        return results

    def select(self, table, **where):
        rows = self.transact({"op": "select", "table": table,
                              "where": [[k, "==", v] for k, v in where.items()]})[0]["rows"]
        for row in rows:
            for column, value in row.items():
                if isinstance(value, list) and value[0] == "map":
                    row[column] = dict(value[1])
        return rows

    def log(self):
        """The comments of all transactions that changed something."""
        shown = subprocess.run(["ovsdb-tool", "show-log", self.file], stdout=subprocess.PIPE,
                               text=True, check=True).stdout
        return re.findall(r'^record \d+:[^"\n]*(?:"(.*)")?$', shown, re.MULTILINE)

    def writes(self):
        return self.log().count(COMMENT)


class Host:
    """`xapi` is given; what is added to it later counts."""

    def __init__(self, program, xapi=None):
        self.program, self.xapi = program, xapi
        self.folder = tempfile.mkdtemp(prefix="sync")
        for name in ("var/run/openvswitch", "var/lib/xcp", "var/log/openvswitch"):
            os.makedirs(os.path.join(self.folder, name))
        self.socket = self.path("var/lib/xcp/xapi")
        self.cookie = self.path("var/run/xapi_init_complete.cookie")
        self.run = self.path("var/run/openvswitch")
        self.db = Database(self.path("var/run/openvswitch"))
        self.daemon, self.said = None, []
        self.numbers = 0
        if xapi:
            self.start_xapi()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        if self.xapi:
            self.xapi.held.set()
            self.xapi.close()
        self.db.stop()
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start_xapi(self):
        self.xapi.serve(self.socket)
        with open(self.cookie, "w", encoding="ascii"):
            pass

    # ---- Bridges and interfaces ----

    def insert(self, bridges, interfaces):
        """{name: columns} of each, as one transaction; the interfaces are ports of a first bridge.
        """
        self.numbers += 1
        operations, new = [], []
        ports = []
        for i, (name, columns) in enumerate(interfaces.items()):
            operations += [
                {"op": "insert", "table": "Interface", "uuid-name": "i%d" % i,
                 "row": {"name": name, **{k: encode(v) for k, v in columns.items()}}},
                {"op": "insert", "table": "Port", "uuid-name": "p%d" % i,
                 "row": {"name": name, "interfaces": ["named-uuid", "i%d" % i]}}]
            ports.append(["named-uuid", "p%d" % i])
        if ports:
            bridges = dict(bridges)
            bridges.setdefault("ports%d" % self.numbers, {})
        for i, (name, columns) in enumerate(bridges.items()):
            row = {"name": name, **{k: encode(v) for k, v in columns.items()}}
            if name == "ports%d" % self.numbers:
                row["ports"] = ["set", ports]
            operations.append({"op": "insert", "table": "Bridge", "uuid-name": "b%d" % i,
                               "row": row})
            new.append(["named-uuid", "b%d" % i])
        operations.append({"op": "mutate", "table": "Open_vSwitch", "where": [],
                           "mutations": [["bridges", "insert", ["set", new]]]})
        self.db.transact(*operations)

    def bridge(self, name, **columns):
        self.insert({name: columns}, {})

    def interface(self, name, **ids):
        self.insert({}, {name: {"external_ids": {k.replace("_", "-"): v for k, v in ids.items()}}})

    def remove_interface(self, name):
        port = self.db.select("Port", name=name)[0]["_uuid"]
        self.db.transact({"op": "mutate", "table": "Bridge", "where": [],
                          "mutations": [["ports", "delete", ["set", [port]]]]})

    def remove_bridge(self, name):
        row = self.db.select("Bridge", name=name)[0]["_uuid"]
        self.db.transact({"op": "mutate", "table": "Open_vSwitch", "where": [],
                          "mutations": [["bridges", "delete", ["set", [row]]]]})

    def set_ids(self, table, name, **ids):
        """None: the key goes."""
        keys = [k.replace("_", "-") for k in ids]
        pairs = [[k.replace("_", "-"), v] for k, v in ids.items() if v is not None]
        self.db.transact({"op": "mutate", "table": table, "where": [["name", "==", name]],
                          "mutations": [["external_ids", "delete", ["set", keys]],
                                        ["external_ids", "insert", ["map", pairs]]]})

    def ids(self, name, table="Interface"):
        return self.db.select(table, name=name)[0]["external_ids"]

    def id(self, name, key, table="Interface"):
        rows = self.db.select(table, name=name)
        return rows[0]["external_ids"].get(key) if rows else "no such row"

    def has(self, seconds, name, table="Interface", **ids):
        """What is still wrong with external_ids after so long; None: no such key."""
        wanted = {k.replace("_", "-"): v for k, v in ids.items()}

        def wrong():
            got = self.ids(name, table)
            return ["%s: %s is %r, not %r" % (name, k, got.get(k), v) for k, v in wanted.items()
                    if got.get(k) != v]

        within(seconds, lambda: not wrong())
        return wrong()

    # ---- The daemon ----

    def argv(self, *options):
        return [self.program, *options, "--no-syslog", "--root-prefix", self.folder,
                "unix:" + self.db.socket]

    def environment(self, **more):
        return dict(SANE, OVS_RUNDIR=self.run, **more)

    def once(self, *options, seconds=60, **environment):
        """(exit status, what it said)"""
        done = subprocess.run(self.argv("--once", "-vconsole:info", *options), text=True,
                              env=self.environment(**environment), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=seconds, check=False)
        return done.returncode, done.stdout

    def start(self, *options, ready=True, **environment):
        log = open(self.path("said"), "a+", encoding="utf-8", errors="replace")
        self.daemon = subprocess.Popen(self.argv("--pidfile", "-vconsole:info", *options),
                                       env=self.environment(**environment), stdout=log,
                                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        log.close()
        if ready and not within(30, lambda: self.appctl("version")[0] == 0):
            raise RuntimeError("the daemon does not start: " + self.log())

    def log(self):
        with open(self.path("said"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def appctl(self, *command):
        done = subprocess.run(["ovs-appctl", "--timeout=20", "-t", "ovs-xapi-sync", *command],
                              env=self.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def shows(self, name):
        """A number or word of `show`."""
        found = re.search("^%s: (.*)$" % name, self.appctl("show")[1], re.MULTILINE)
        return found.group(1) if found else None

    def in_step(self, seconds=30):
        """Whether nothing is to be done any more."""
        return within(seconds, lambda: self.shows("to be looked at") == "0" and
                      self.shows("waiting for xapi") == "0" and
                      self.shows("xapi") == "connected", 0.1)

    def end(self):
        """The exit status; None: it did not run."""
        if self.daemon is None:
            return None
        if self.daemon.poll() is None:
            self.appctl("exit")
        try:
            status = self.daemon.wait(20)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            status = self.daemon.wait()
        self.daemon = None
        return status
