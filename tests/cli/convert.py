"""import: every format on every sample, what it replaces, what it refuses, and what stays as it
was. exports.py has the tests of export."""
import contextlib
import fcntl
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import xml.etree.ElementTree as ET

from changes import QUICKSTART, write
from program import FIXTURES, SECONDS, Outcome

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "xapi"))
import oracle  # noqa: E402  pylint: disable=wrong-import-position
import pool  # noqa: E402  pylint: disable=wrong-import-position
from standin import Standin  # noqa: E402  pylint: disable=wrong-import-position

CACHE = "var/xapi/network.dbcache"
LOCK = "var/lock/interface-reconfigure.lock"
RECOVERY = os.path.join(FIXTURES, "recovery")
STATEDB = os.path.join(RECOVERY, "state.db")
NETWORKD = os.path.join(RECOVERY, "networkd.db")
CLASSES = ("pif", "bond", "vlan", "tunnel", "network", "pool")

# What is left of a host, and what its cache must say: format, file, words, counts, management.
SOURCES = [
    ("state.db", "statedb/8.2.xml", ["--host=xen-alpha"], (7, 1, 2, 1, 8),
     ("bond0", "xapi0", "Static", "10.0.0.11")),
    ("state.db", "statedb/8.2.xml", ["--host=xen-beta"], (7, 1, 2, 1, 8),
     ("bond0", "xapi0", "Static", "10.0.0.12")),
    ("state.db", "statedb/5.6.xml", ["--host=xen-alpha"], (6, 1, 2, 0, 6),
     ("bond0", "xapi0", "Static", "10.0.0.11")),
    ("state.db", "recovery/state.db", ["--host=rack1-mid"], (4, 1, 1, 0, 4),
     ("bond0", "xapi0", "Static", "192.0.2.10")),
    ("state.db", "recovery/state.db", ["--host=rack1-top"], (1, 0, 0, 0, 4),
     ("eth0", "xenbr0", "Static", "192.0.2.9")),
    ("networkd.db", "networkd/8.2.db", [], (6, 1, 2, 0, 7),
     ("bond0", "xapi0", "Static", "10.0.0.11")),
    ("networkd.db", "networkd/7.4.db", [], (6, 1, 2, 0, 7),
     ("bond0", "xapi0", "Static", "10.0.0.11")),
    ("networkd.db", "networkd/25.35.db", [], (6, 1, 2, 0, 7),
     ("bond0", "xapi0", "Static", "10.0.0.11")),
    ("networkd.db", "recovery/networkd.db", [], (4, 1, 1, 0, 4),
     ("bond0", "xapi0", "Static", "192.0.2.10")),
]
IFCFG = {
    "ifcfg-eth0": "DEVICE=eth0\nONBOOT=no\nTYPE=Ethernet\nHWADDR=00:16:3e:70:00:10\n"
                  "BRIDGE=xenbr0\n",
    "ifcfg-xenbr0": "DEVICE=xenbr0\nONBOOT=no\nTYPE=Bridge\nDELAY=0\nSTP=off\nPIFDEV=eth0\n"
                    "BOOTPROTO=none\nNETMASK=255.255.255.0\nIPADDR=192.0.2.10\n"
                    "GATEWAY=192.0.2.1\n",
}


class Host:
    """A root folder with what is left of a host, or nothing but its inventory."""

    def __init__(self, cache=None, **files):
        self.root = tempfile.mkdtemp(prefix="dbcache-convert-")
        self.cache = os.path.join(self.root, CACHE)
        os.makedirs(os.path.dirname(self.cache))
        os.makedirs(os.path.join(self.root, "etc"))
        shutil.copy(os.path.join(RECOVERY, "xensource-inventory"), os.path.join(self.root, "etc"))
        for name, path in files.items():
            shutil.copy(path, os.path.join(self.root, "var/xapi", name.replace("_", ".")))
        if cache is not None:
            with open(self.cache, "wb") as file:
                file.write(cache)

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self):
        try:
            with open(self.cache, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def leftovers(self):
        return [name for folder in os.walk(self.root) for name in folder[2] if ".dbc-" in name]

    def words(self, way, *more):
        return ["import", "--from=" + way, "--root-prefix", self.root, *more]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def unescaped(done):
    return ["unescaped: %r" % char for char in set(done.stdout + done.stderr)
            if unicodedata.category(char) == "Cc" and char not in "\n\t"]


def cut(text):
    """A cell: of long texts the beginning."""
    text = "".join(char if unicodedata.category(char) != "Cc" else "\\x%02x" % ord(char)
                   for char in text)
    return text if len(text.encode()) <= 48 else text.encode()[:45].decode() + "..."


def table(losses):
    """How the losses are to be printed: by kind and reason, aligned, many of one reason cut."""
    groups, out = {}, []
    for kind in ("lost", "changed", "assumed"):
        for loss in losses:
            if loss["kind"] == kind:
                groups.setdefault((kind, loss["why"]), []).append(
                    [cut(loss[name]) for name in ("what", "field", "value")])
    for (kind, why), rows in groups.items():
        out.append("%s  %s" % (kind, why))
        if len(rows) > 3:
            rows = rows[:2] + [["and %d more" % (len(rows) - 2), "", ""]]
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        out += ["    " + "  ".join(text.ljust(n) for text, n in zip(row, widths)).rstrip()
                for row in rows]
    return out


# ---- import: every format ------------------------------------------------------------------------

def about_import(program, told, path, way):
    """What the report says, compared with what the other verbs say of the file."""
    shown = json.loads(program.run("show", "--json", path).stdout)["pifs"]
    found = json.loads(program.run("check", "--json", path).stdout)["findings"]
    counts = {name: len(json.loads(program.run("show", name, "--json", path).stdout))
              for name in CLASSES}
    management = [pif for pif in shown if pif["management"]]
    out = [] if told["from"] == way else ["from: %s" % told["from"]]
    out += [] if told["records"] == counts else ["records: %s, %s" % (told["records"], counts)]
    for severity in ("error", "warning"):
        n = len([one for one in found if one["severity"] == severity])
        out += [] if told[severity + "s"] == n else ["%d %ss, told %s" % (n, severity, told)]
    if not management:
        return out + ([] if told["management"] is None else ["management: %s" % told])
    pif = management[0]
    wanted = {"device": pif["device"], "bridge": pif["bridge"], "mode": pif["mode"],
              "IP": pif["IP"]}
    return out + ([] if told["management"] == wanted else ["management: %s, not %s"
                                                           % (told["management"], wanted)])


def test_import(program, case):
    way, name, words, counts, management = case
    with Host() as host:
        path = host.path("new.dbcache")
        source = os.path.join(FIXTURES, name)
        done = program.run("import", "--from", way, *words, "--json", "--output", path, source)
        out = done.wrong(0) + host.leftovers() + unescaped(done)
        if done.exit:
            return out
        told = json.loads(done.stdout)
        out += about_import(program, told, path, way)
        out += [] if told["source"] == source and told["written"] == path else [str(told)]
        if counts and tuple(told["records"][name] for name in CLASSES[:5]) != counts:
            out.append("records: %s" % told["records"])
        if management and tuple(told["management"].values()) != management:
            out.append("management: %s" % told["management"])
        if read(path).decode() != program.run("format", path).stdout:
            out.append("not in canonical form")
        out += ["mode %o" % os.stat(path).st_mode] if os.stat(path).st_mode & 0o777 != 0o644 else []
        printed = program.run("import", "--from", way, *words, "--output=-", source)
        out += printed.wrong(0)
        out += [] if printed.stdout.encode() == read(path) else ["on stdout: other bytes"]
        return out + report_wrong(printed.stderr, told)


def report_wrong(text, told):
    """The report for people says what the one for programs does."""
    counts = {kind: len([loss for loss in told["losses"] if loss["kind"] == kind])
              for kind in ("lost", "changed", "assumed")}
    said = ", ".join("%d %s" % (n, kind) for kind, n in counts.items() if n)
    wanted = ["Not all of it came over (%s):" % said] + table(told["losses"])
    out = []
    if told["losses"] and "\n".join(wanted) + "\n" not in text:
        out += ["expected:"] + wanted + ["found:", text]
    if not told["losses"] and "Not all" in text:
        out.append("losses: %s" % text)
    out += ["no reason: %s" % loss for loss in told["losses"] if not loss["why"]]
    if told["management"] and "Management: %s on %s, " % (
            told["management"]["device"], told["management"]["bridge"]) not in text:
        out.append("no management: %s" % text)
    found = told["errors"] + told["warnings"]
    return out + ([] if ("Check finds nothing in it." in text) == (found == 0) else [text])


def test_pifs(program, name):
    """Of a pool's file the PIFs of the host and no others."""
    path = os.path.join(FIXTURES, name)
    tables = {table.get("name"): table for table in ET.parse(path).getroot().iter("table")}
    out = []
    for host in tables["host"]:
        wanted = sorted(row.get("uuid") for row in tables["PIF"]
                        if row.get("host") == host.get("ref"))
        done = program.run("import", "--from=state.db", "--host", host.get("uuid"), "--output=-",
                           path)
        made = sorted(pif.findtext("uuid") for pif in ET.fromstring(done.stdout).findall("pif"))
        out += done.wrong(0) + ([] if made == wanted and wanted else ["%s, %s" % (made, wanted)])
    return out


def test_ifcfg(program, _):
    with Host() as host:
        for name, text in IFCFG.items():
            write(host.root, "etc/sysconfig/network-scripts/" + name, text)
        write(host.root, "etc/xensource-inventory", "MANAGEMENT_INTERFACE='xenbr0'\n")
        done = program.run(*host.words("ifcfg"))
        out = done.wrong(0) + host.leftovers()
        shown = program.run("show", host.root).stdout
        if not re.search(r"^eth0 +00:16:3e:70:00:10 +xenbr0 +1500 +192.0.2.10/24 via 192.0.2.1 +"
                         r"management$", shown, re.MULTILINE):
            out += [shown, done.stdout]
        return out


def test_places(program, case):
    """The host's own file in its usual place, and packed, piped, in an archive, in a root."""
    how, way, place = case
    source = STATEDB if way == "state.db" else NETWORKD
    with Host() as host, contextlib.ExitStack() as stack:
        words, stdin, given = [], b"", None
        if how == "own":
            write(host.root, place, read(source).decode())
        elif how == "piped":
            given, stdin = "-", read(source)
        elif how == "packed":
            given = host.path("packed.gz")
            with gzip.open(given, "wb") as file:
                file.write(read(source))
        elif how == "archive":
            given = host.path("report.tar.gz")
            with tarfile.open(given, "w:gz") as file:
                file.add(source, "report/" + place)
        else:
            other = stack.enter_context(Host())
            write(other.root, place, read(source).decode())
            given = other.root
        done = program.run(*host.words(way), *words, *([given] if given else []), stdin=stdin)
        out = done.wrong(0) + host.leftovers()
        if done.exit == 0:
            shown = program.run("show", host.root).stdout
            out += [] if re.search("^bond0 .*192.0.2.10/24 via 192.0.2.1  management$", shown,
                                   re.MULTILINE) else [shown]
            out += [] if "Written: %s\n" % host.cache in done.stdout else [done.stdout]
        slave = way == "state.db"
        return out + ([] if ("may be old (generation 18211)" in done.stderr) == slave
                      else ["stderr: " + done.stderr])


# ---- import: what it replaces --------------------------------------------------------------------

NO_PIF = b"<?xml version='1.0'?>\n<xenserver-network-configuration/>\n"
REPLACED = {"missing": None, "empty": b"", "without a PIF": NO_PIF, "no XML": b"\0\0\0\0",
            "damaged": read(QUICKSTART)[:3000]}


def history(program, host):
    done = program.run("history", "list", "--json", "--file", host.root)
    return [(one["reason"], program.run("history", "show", str(one["id"]), "--file",
                                        host.root).stdout)
            for one in reversed(json.loads(done.stdout))] if done.exit == 0 else done.stderr


def test_replaced(program, kind):
    """A cache of no use goes without being asked for, and is in the history."""
    before = REPLACED[kind]
    with Host(before) as host:
        done = program.run(*host.words("state.db", STATEDB))
        out = done.wrong(0) + host.leftovers()
        made = host.read()
        out += program.run("check", host.root).wrong(0)
        kept = history(program, host)
        wanted = [("import from state.db", made.decode())]
        if before:
            wanted.insert(0, ("before: import from state.db",
                              before.decode("utf-8", "backslashreplace")))
        out += [] if kept == wanted else ["history: %s" % (kept,)]
        return out + ([] if ("in the history" in done.stdout) == bool(before) else [done.stdout])


def test_force(program, _):
    """A good cache goes by force only; the message says how; the same again is no change."""
    before = read(QUICKSTART)
    with Host(before) as host:
        done = program.run(*host.words("state.db", STATEDB))
        out = done.wrong(2)
        if host.read() != before or "--force" not in done.stderr or done.stdout:
            out += ["replaced, or nothing said", done.stdout, done.stderr]
        out += program.run(*host.words("state.db", STATEDB, "--force")).wrong(0)
        made = host.read()
        if [kept[0] for kept in history(program, host)] != [
                "before: import from state.db", "import from state.db"]:
            out.append("history: %s" % (history(program, host),))
        if made == before or history(program, host)[0][1].encode() != before:
            out.append("the history lacks what it was")
        stat = os.stat(host.cache)
        done = program.run(*host.words("state.db", STATEDB, "--force"))
        if os.stat(host.cache).st_ino != stat.st_ino or "says this already" not in done.stdout:
            out += ["written again", done.stdout]
        told = json.loads(program.run(*host.words("state.db", STATEDB, "--force",
                                                  "--json")).stdout)
        return out + ([] if told["written"] is None else ["told as written"])


def tree(root):
    return sorted((os.path.join(folder, name), read(os.path.join(folder, name)))
                  for folder, _, names in os.walk(root) for name in names)


def test_dry_run(program, _):
    """Nothing changes, the difference is shown: whole for no cache, its lines for another."""
    out = []
    for before in (None, read(QUICKSTART), b"\0\0"):
        with Host(before) as host:
            old = tree(host.root)
            done = program.run(*host.words("state.db", "--dry-run", STATEDB))
            out += done.wrong(0)
            out += ["something changed"] if tree(host.root) != old else []
            plus = [line for line in done.stdout.splitlines() if line.startswith("+ ")]
            minus = [line for line in done.stdout.splitlines() if line.startswith("- ")]
            out += [] if any("<IP>192.0.2.10</IP>" in line for line in plus) else [done.stdout]
            out += [] if bool(minus) == (before == read(QUICKSTART)) else minus
            forced = "Would be written with --force: " in done.stdout
            out += [] if forced == bool(minus) and "Would be written" in done.stdout else [
                done.stdout]
            told = json.loads(program.run(*host.words("state.db", "--dry-run", "--json",
                                                      STATEDB)).stdout)
            out += [] if told["written"] is None else ["told as written"]
    return out


def test_output(program, _):
    """Another file: a new one, somebody's, a cache, one in a folder that is not there."""
    with Host() as host:
        other = host.path("notes.txt")
        copy = host.path("copy.dbcache")
        write(host.root, "notes.txt", "remember the milk\n")
        shutil.copy(QUICKSTART, copy)
        out = []
        for path, mode in ((other, 0o600), (copy, 0o640)):
            before = read(path)
            os.chmod(path, mode)
            done = program.run("import", "--from=state.db", "--host=rack1-mid", "--output", path,
                               STATEDB)
            out += done.wrong(2) + ([] if "--force" in done.stderr else [done.stderr])
            out += ["%s changed" % path] if read(path) != before else []
            out += program.run("import", "--from=state.db", "--host=rack1-mid", "--force",
                               "--output", path, STATEDB).wrong(0)
            out += ["%s not changed" % path] if b"192.0.2.10" not in read(path) else []
            out += ["mode of %s" % path] if os.stat(path).st_mode & 0o777 != mode else []
        for path in (host.path("nosuch/x"), host.root):
            out += program.run("import", "--from=state.db", "--host=rack1-mid", "--output", path,
                               STATEDB).wrong(2)
        for wrong in ("nosuch", "var/lock", "var/xapi/dbcache-history.db"):
            out += ["%s was made" % wrong] if os.path.exists(host.path(wrong)) else []
        return out + host.leftovers()


def test_nowhere(program, _):
    """A prefix that does not exist gets no folders."""
    with Host() as host:
        done = program.run("import", "--from=state.db", "--host=rack1-mid", "--root-prefix",
                           host.path("nosuch"), STATEDB)
        return done.wrong(2) + (["it was made"] if os.path.exists(host.path("nosuch")) else [])


def run_as_nobody(program, *words):
    done = subprocess.run([program.path, *words], stdin=subprocess.DEVNULL, check=False,
                          capture_output=True, text=True, timeout=SECONDS, user=65534,
                          group=65534, extra_groups=[], env=program.environment())
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_read_only(program, _):
    """A folder that cannot be written: an error, and what was there."""
    if os.geteuid() != 0 or not os.access(program.path, os.X_OK):
        return []
    out = []
    with Host(read(QUICKSTART)[:3000]) as host:
        before = host.read()
        shutil.copy(STATEDB, host.path("state.db"))
        shutil.copy(program.path, host.path("dbcache"))  # where it is built may be root's alone
        os.chmod(host.root, 0o755)
        here = type(program)(host.path("dbcache"))
        for words in (host.words("state.db", host.path("state.db")),
                      ["export", "--to=json", "--output", host.path("x"), "--host=rack1-mid",
                       host.path("state.db")]):
            done = run_as_nobody(here, *words)
            out += done.wrong(2) + ([] if "ermission denied" in done.stderr else [done.stderr])
            out += ["a report although it failed"] if done.stdout else []
        out += ["changed"] if host.read() != before or os.path.exists(host.path("x")) else []
        return out + host.leftovers()


def test_lock(program, _):
    """The host's own cache is written under the host's lock, whether it exists or not."""
    out = []
    with Host() as host, Host(read(QUICKSTART)) as other:
        for one, words in ((host, []), (other, ["--force"])):
            before = one.read()
            os.makedirs(os.path.dirname(one.path(LOCK)), exist_ok=True)
            with open(one.path(LOCK), "w", encoding="ascii") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                out += program.run(*one.words("state.db", *words, "--dry-run", STATEDB)).wrong(0)
                out += program.run(*one.words("state.db", *words, "--output",
                                              one.path("new"), STATEDB)).wrong(0)
                done = program.run(*one.words("state.db", *words, "--output", one.cache, STATEDB))
                out += done.wrong(2) + ([] if "lock" in done.stderr else [done.stderr])
            out += ["written without the lock"] if one.read() != before else []
            out += program.run(*one.words("state.db", *words, STATEDB)).wrong(0)
    return out


def test_meanwhile(program, before):
    """Another program writes the cache while the records are made: its work stays."""
    out = []
    with Host(before) as host:
        with subprocess.Popen([program.path, *host.words("state.db", "--force", "-")],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=program.environment()) as child:
            child.stdin.write(read(STATEDB)[:5000])
            child.stdin.flush()
            while True:  # until it has read what there was: the target has been looked at then
                waiting = fcntl.ioctl(child.stdin, 0x541B, b"\0\0\0\0")  # FIONREAD
                if waiting == b"\0\0\0\0":
                    break
            with open(host.cache, "wb") as file:
                file.write(read(QUICKSTART))
            stdout, stderr = child.communicate(read(STATEDB)[5000:], SECONDS)
        done = Outcome(child.returncode, stdout.decode(), stderr.decode())
        out += done.wrong(2) + ([] if "meanwhile" in done.stderr else [done.stderr])
        return out + (["changed"] if host.read() != read(QUICKSTART) else []) + host.leftovers()


def test_other_host(program, _):
    """Another host's records are told, and so is a root folder without a word on whose cache."""
    with Host() as host, Host(state_db=STATEDB) as other:
        done = program.run(*host.words("state.db", "--host=rack1-top", STATEDB))
        out = done.wrong(0)
        if not re.search("those of host 0d9e8f7a-\\S+, the cache is that of host b3a1d5c7-",
                         done.stderr):
            out.append(done.stderr)
        done = program.run(*host.words("state.db", "--force", STATEDB))
        out += ["warned: %s" % done.stderr] if "those of host" in done.stderr else []
        done = program.run("import", "--from=state.db", other.root)
        out += done.wrong(64)
        return out + ([] if "--root-prefix=%s" % other.root in done.stderr else [done.stderr])


def test_findings(program, _):
    """What check finds is told; it is written all the same."""
    with Host() as host:
        write(host.root, "bad.db", read(STATEDB).decode().replace('gateway="192.0.2.1"',
                                                                  'gateway="192.0.77.1"'))
        done = program.run(*host.words("state.db", host.path("bad.db")))
        out = done.wrong(0) + program.run("check", host.root).wrong(2)
        return out + ([] if "\nCheck finds 1 error in it: dbcache check %s\n"
                      % host.cache in done.stdout else [done.stdout])


# ---- import: XAPI --------------------------------------------------------------------------------

def test_xapi(program, given):
    """The records that a save would have; the socket in its place, or given."""
    made = pool.Pool(2, 3)
    with Host() as host, Standin(made.tables) as standin:
        socket = host.path("xapi.socket" if given else "var/xapi/xapi")
        standin.serve(socket)
        write(host.root, "etc/xensource-inventory", "INSTALLATION_UUID='%s'\n" % made.host_uuid(1))
        done = program.run(*host.words("xapi", *([socket] if given else [])))
        out = done.wrong(0)
        if done.exit == 0:
            out += oracle.differences(oracle.expected(made.tables, made.host_uuid(1)),
                                      oracle.read(host.read().decode()))
            out += [] if done.stdout.startswith("XAPI: 9 PIFs, 1 Bond, ") else [done.stdout]
            out += [] if history(program, host)[-1][0] == "import from xapi" else ["no history"]
        return out + ["session left" for _ in standin.sessions - {"OpaqueRef:session"}]


def test_xapi_away(program, _):
    """No XAPI, one that knows no such host, or no inventory: an error, and nothing is changed."""
    made = pool.Pool(1, 1)
    out = []
    with Host(b"\0") as host:
        out += program.run(*host.words("xapi")).wrong(2)
        with Standin(made.tables) as standin:
            standin.serve(host.path("var/xapi/xapi"))
            out += program.run(*host.words("xapi")).wrong(2)
            os.unlink(host.path("etc/xensource-inventory"))
            out += program.run(*host.words("xapi")).wrong(2)
        return out + ([] if host.read() == b"\0" else ["changed"])


USAGE = [["import"], ["import", "--from"], ["import", "--from=xml"],
         ["import", "--from=state.db", "a", "b"], ["import", "--from=state.db", "--output"],
         ["import", "--from=state.db", "--dry-run", "--output=-"], ["import", "--nosuch"],
         ["export"], ["export", "--to=xml"], ["export", "--to=json", "a", "b"],
         ["export", "--to=json", "--for-release=7.0"], ["export", "--to=networkd.db",
                                                        "--for-release=6.0"],
         ["export", "--to=networkd.db", "--for-release=new"],
         ["export", "--to=networkd.db", "--for-release=7."], ["export", "--to", "json",
                                                              "--for-release"]]


def test_usage(program, words):
    done = program.run(*words)
    out = done.wrong(64)
    if done.stdout or not done.stderr.endswith("For help use --help.\n"):
        out.append("stdout %r, stderr %r" % (done.stdout, done.stderr))
    return out


def tests():
    out = [("import from %s of %s %s" % (case[0], case[1], " ".join(case[2])), test_import, case)
           for case in SOURCES]
    out += [("PIFs of each host of %s" % name, test_pifs, name)
            for name in ("statedb/8.2.xml", "statedb/5.6.xml", "recovery/state.db")]
    out += [("import from ifcfg", test_ifcfg, None)]
    out += [("import, %s %s" % (how, place), test_places, (how, way, place))
            for how in ("own", "piped", "packed", "archive", "root")
            for way, place in (("state.db", "var/xapi/state.db"),
                               ("state.db", "var/lib/xcp/state.db"),
                               ("networkd.db", "var/lib/xcp/networkd.db"))]
    out += [("import replaces a cache: %s" % kind, test_replaced, kind) for kind in REPLACED]
    out += [("import --force", test_force, None), ("import --dry-run", test_dry_run, None),
            ("import --output", test_output, None), ("import to nowhere", test_nowhere, None),
            ("a read-only folder", test_read_only, None), ("import and the lock", test_lock, None),
            ("import of another host", test_other_host, None),
            ("import and check", test_findings, None),
            ("import while nothing was there", test_meanwhile, None),
            ("import while a cache was there", test_meanwhile, b"\0")]
    out += [("import from xapi", test_xapi, False), ("import from its socket", test_xapi, True),
            ("import without XAPI", test_xapi_away, None)]
    return out + [("usage: dbcache %s" % " ".join(words), test_usage, words) for words in USAGE]
