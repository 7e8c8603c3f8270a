"""Recorded cases: a host as data, a run of interface-reconfigure on it, and the expected outcome.

A case is a JSON file in fixtures/golden/cases (its README describes the format).  Host writes
the case's files below a folder of their own, with stand-ins for the commands and for XAPI, and
runs the program there.  differences() compares the outcome with the recorded one.
"""
import ctypes
import difflib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "xapi"))
from standin import Standin  # noqa: E402

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CASES = os.path.join(SOURCE, "fixtures", "golden", "cases")
CACHE = "var/xapi/network.dbcache"
SOCKET = "var/lib/xcp/xapi"
LATE = -1000  # stands for an exit status when a program did not end in time

COMMANDS = ["sbin/ethtool", "sbin/ifdown", "sbin/ifup", "sbin/ip", "sbin/modprobe",
            "sbin/update-issue", "sbin/vconfig", "usr/sbin/brctl", "usr/bin/ovs-vsctl",
            "usr/bin/ovs-ofctl"]
FOLDERS = ["stub", "tmp", "sys/class/net", "etc/sysconfig/network-scripts", "var/lock",
           "var/xapi", "var/lib/xcp", "var/run/openvswitch"]

# A command of the invented host.  It notes its argv in stub/trace (words joined by tabs) and on
# stderr, makes or removes the devices that the program looks for afterwards, answers queries from
# stub/ofport and stub/fail-mode, and fails at its Nth call where stub/fail says "NAME N".
STAND_IN = r"""#!/bin/sh
root='@ROOT@'
path=${0#"$root"}
tab='@TAB@'
all=$path
for word; do all=$all$tab$word; done
printf '%s\n' "$all" >>"$root/stub/trace"
printf '%s\n' "$path${*:+ $*}" >&2

device() { mkdir -p "$root/sys/class/net/$1"; }
no_device() { rm -rf "$root/sys/class/net/$1"; }

case $path in
/sbin/ifup) device "$1" ;;
/usr/sbin/brctl) [ "$1" != delbr ] || no_device "$2" ;;
/sbin/vconfig) [ "$1" != rem ] || no_device "$2" ;;
/usr/bin/ovs-vsctl)
    while [ $# -gt 0 ]; do
        case $1 in
        add-br) device "$2" ;;
        del-br) no_device "$2" ;;
        add-bond) device "$3" ;;
        get-fail-mode) cat "$root/stub/fail-mode/$2" 2>/dev/null ;;
        get) [ "$2 $4" != 'interface ofport' ] ||
            cat "$root/stub/ofport/$3" 2>/dev/null || echo -1 ;;
        esac
        shift
    done
    ;;
esac

[ -e "$root/stub/fail" ] || exit 0
while read -r name nth; do
    [ "$name" = "${path##*/}" ] || continue
    [ "$(grep -c "^[^$tab]*/$name\($tab\|\$\)" "$root/stub/trace")" != "$nth" ] || exit 1
done <"$root/stub/fail"
exit 0
"""


class Case:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.files = data["files"]
        self.links = data.get("links", {})
        self.argv = data["argv"]
        self.env = data.get("env", {})
        self.expect = data["expect"]
        self.compare = data.get("compare", ["exit", "commands", "log", "files", "dbcache"])
        self.fresh_refs = bool(data.get("fresh_refs"))
        self.xapi = data.get("xapi")
        self.framing = (data.get("quirks") or ["length"])[0]


def load_cases(patterns=()):
    """All cases, or those whose names contain one of the words."""
    names = sorted(name for name in os.listdir(CASES) if name.endswith(".json"))
    if patterns:
        names = [name for name in names if any(p in name for p in patterns)]
    return [Case(os.path.join(CASES, name)) for name in names]


def isolate():
    """Starts this script again in namespaces of its own (when root).  There a program that ignores
    its root prefix cannot reach this machine's network, and the trees vanish with the script."""
    if os.geteuid() == 0 and not os.environ.get("DBCACHE_ISOLATED") and shutil.which("unshare"):
        os.environ["DBCACHE_ISOLATED"] = "1"
        inside = 'mount -t tmpfs tmpfs /dev/shm 2>/dev/null; exec "$@"'
        os.execvp("unshare", ["unshare", "--net", "--mount", "sh", "-c", inside, "sh",
                              sys.executable] + sys.argv)


def adopt_orphans():
    """Grandchildren that a killed program leaves become ours, so that we can wait for them."""
    PR_SET_CHILD_SUBREAPER = 36
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(seconds=5):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.002)
        except ChildProcessError:
            return


def scratch_folder():
    """Where trees go: memory if there is any, since the program syncs every file it writes."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Outcome:
    """What one run did: exit status, stderr, commands, and the host's files after it."""

    def __init__(self, host, status, stdout, stderr):
        self.exit = status
        self.stdout = stdout
        self.stderr = stderr.replace(host.root, "").splitlines()
        self.commands = host.commands()
        self.files = host.config_files()
        self.leftovers = host.leftovers()
        self.cache = host.cache()
        self.sessions = host.sessions()

    def log(self):
        return own_log(self.stderr, self.commands)

    def crashed(self):
        """How it crashed, or None."""
        if self.exit == LATE:
            return "it did not end, and was stopped"
        if self.exit < 0 and self.exit != -signal.SIGKILL or self.exit in (134, 139):
            return "crashed: exit status %d" % self.exit
        for line in self.stderr:
            if "Sanitizer" in line or "runtime error:" in line:
                return "sanitizer: %s" % line
        return None


class Host:
    """A case's host below a temporary folder, removed at the end of the `with` block.  When the
    case has records of XAPI, a stand-in serves them, with these faults of its own (standin.py)."""

    def __init__(self, case, **how):
        self.case = case
        self.how = dict({"framing": case.framing}, **how)
        self.root = None
        self.xapi = None

    def __enter__(self):
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="dbc", dir=scratch_folder()))
        for path, text in self.case.files.items():
            self.write(path, text)
        for path, target in self.case.links.items():
            full = self.path(path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            os.symlink(target, full)
        for folder in FOLDERS:
            os.makedirs(self.path(folder), exist_ok=True)
        self.write("stub/trace", "")
        stand_in = STAND_IN.replace("@ROOT@", self.root).replace("@TAB@", "\t")
        for command in COMMANDS:
            self.write(command, stand_in)
            os.chmod(self.path(command), 0o755)
        if self.case.xapi is not None:
            self.xapi = Standin(self.case.xapi, **self.how).serve(self.path(SOCKET))
        return self

    def __exit__(self, *_):
        if self.xapi is not None:
            self.xapi.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def path(self, relative):
        return os.path.join(self.root, relative)

    def write(self, relative, text):
        full = self.path(relative)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def read(self, relative):
        with open(self.path(relative), encoding="utf-8", errors="surrogateescape",
                  newline="") as file:
            return file.read()

    def fail_command(self, name, nth):
        """The Nth call of the command `name` fails."""
        self.write("stub/fail", "%s %d\n" % (name, nth))

    def forget(self):
        """Before a second run: nothing is recorded and nothing fails any more."""
        self.write("stub/trace", "")
        if os.path.exists(self.path("stub/fail")):
            os.unlink(self.path("stub/fail"))

    def run(self, program, wrap=(), extra=(), env=None, timeout=60):
        argv = list(wrap) + [program, "--root-prefix=" + self.root, "--no-syslog"]
        environment = dict(os.environ)
        environment.update(self.case.env)
        environment.update(env or {})
        with subprocess.Popen(argv + list(extra) + self.case.argv, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                              cwd=self.root, start_new_session=True) as process:
            try:
                output = process.communicate(timeout=timeout)
                status = process.returncode
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                output = process.communicate()
                status = LATE
        return Outcome(self, status, *[text.decode("utf-8", "replace") for text in output])

    def commands(self):
        return [line.split("\t") for line in self.read("stub/trace").splitlines()]

    def fingerprint(self):
        """{path: mode, owner, times and content} of all files but those of the stand-ins."""
        out = {}
        for folder, folders, names in os.walk(self.root):
            for name in folders + names + ["."]:
                full = os.path.join(folder, name)
                path = os.path.relpath(full, self.root)
                if path in ("stub", SOCKET) or path.startswith("stub/"):
                    continue
                stat = os.lstat(full)
                seen = [stat.st_mode, stat.st_uid, stat.st_gid, stat.st_mtime_ns, stat.st_ino]
                if os.path.islink(full):
                    seen.append(os.readlink(full))
                elif os.path.isfile(full):
                    with open(full, "rb") as file:
                        seen.append(hashlib.sha256(file.read()).hexdigest())
                out[path] = seen
        return out

    def changed(self, before):
        """The paths that are not as an earlier fingerprint has them."""
        after = self.fingerprint()
        return [path for path in sorted(set(before) | set(after))
                if before.get(path) != after.get(path)]

    def config_files(self):
        """Every file below etc/sysconfig but hidden ones: {path: text}."""
        return {path: self.read(path) for path in self.walk("etc/sysconfig")
                if not os.path.basename(path).startswith(".")}

    def leftovers(self):
        """Temporary files of this program and of its predecessor, anywhere but in stub/."""
        return sorted(path for path in self.walk("")
                      if re.search(r"^\.|\.xapi-(new|old)$", os.path.basename(path)))

    def walk(self, below):
        for folder, _, names in os.walk(self.path(below)):
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def sessions(self):
        """Who is logged in at XAPI."""
        return sorted(self.xapi.sessions) if self.xapi is not None else []

    def cache(self):
        """The records of network.dbcache; None without one; its error when it is no XML."""
        if not os.path.isfile(self.path(CACHE)):
            return None
        try:
            records = read_cache(self.read(CACHE))
        except ET.ParseError as error:
            return {"unreadable": str(error)}
        return number_refs(records) if self.case.fresh_refs else records


LISTS = ("bond_master_of", "VLAN_slave_of", "tunnel_access_PIF_of", "tunnel_transport_PIF_of",
         "PIFs", "slaves")


def field_value(field):
    children = list(field)
    if field.tag == "other_config":
        return {child.tag: (child.text or "").strip() for child in children}
    if children or field.tag in LISTS:
        return [(child.text or "").strip() for child in children]
    return (field.text or "").strip()


def read_cache(text):
    """network.dbcache as {class: {ref: {field: value}}}."""
    records = {}
    for record in ET.fromstring(text):
        fields = {field.tag: field_value(field) for field in record}
        records.setdefault(record.tag, {})[record.get("ref")] = fields
    return records


def number_refs(records):
    """Freshly made references by their order of appearance, so that two runs compare."""
    seen = {}

    def number(match):
        return seen.setdefault(match.group(0), "OpaqueRef:%d" % (len(seen) + 1))

    return json.loads(re.sub(r"OpaqueRef:(?!NULL)[0-9A-Za-z-]+", number, json.dumps(records)))


def own_log(stderr, commands):
    """The program's log lines: without the stand-ins' echo and without "Running command:"."""
    echo = {" ".join(command) for command in commands}
    return [line for line in stderr if line not in echo
            and not line.startswith("Running command:")]


def sorted_lists(records):
    """Lists of references are sets: they compare in any order."""
    return {class_: {ref: {name: sorted(value) if isinstance(value, list) else value
                           for name, value in fields.items()} for ref, fields in by_ref.items()}
            for class_, by_ref in (records or {}).items()}


def diff(title, want, got):
    """A readable difference of two lists of lines; [] when they are equal."""
    if want == got:
        return []
    lines = difflib.unified_diff(want, got, "expected", "got", lineterm="", n=1)
    return ["%s:" % title] + list(lines)


def file_differences(want, got):
    out = []
    for path in sorted(set(want) | set(got)):
        if path not in got:
            out.append("file %s is missing" % path)
        elif path not in want:
            out.append("file %s should not be there: %r" % (path, got[path]))
        else:
            out += diff("file " + path, want[path].splitlines(True), got[path].splitlines(True))
    return out


def cache_differences(want, got):
    out = []
    want, got = sorted_lists(want), sorted_lists(got)
    for class_ in sorted(set(want) | set(got)):
        expected, found = want.get(class_, {}), got.get(class_, {})
        for ref in sorted(set(expected) | set(found)):
            out += diff("network.dbcache, %s %s" % (class_, ref),
                        record_lines(expected.get(ref)), record_lines(found.get(ref)))
    return out


def record_lines(fields):
    """Maps compare in any order, too: other_config is one."""
    return ["%s = %s" % (name, sorted(value.items()) if isinstance(value, dict) else value)
            for name, value in sorted((fields or {}).items())]


def command_lines(commands):
    return [" ".join(command) for command in commands]


def differences(case, got):
    """What of an outcome is not as the case wants it, as lines of text."""
    want, out = case.expect, []
    if got.crashed():
        out.append(got.crashed())
    if got.leftovers:
        out.append("leftovers: %s" % " ".join(got.leftovers))
    if "exit" in case.compare and want["exit"] != got.exit:
        out.append("exit status: expected %s, got %s" % (want["exit"], got.exit))
        out += ["stderr: " + line for line in got.stderr[-3:]]
    if got.sessions != want.get("sessions", []):
        out.append("XAPI's sessions: %s" % " ".join(got.sessions))
    fault = want.get("fault")
    if fault and fault not in command_lines(got.commands):
        out.append("the command that was to fail never ran: %s" % fault)
    if "commands" in case.compare:
        out += diff("commands", command_lines(want["commands"]), command_lines(got.commands))
    if "log" in case.compare:
        out += diff("log", own_log(want["stderr"], want["commands"]), got.log())
    if "files" in case.compare:
        out += file_differences(want["files"], got.files)
    if "dbcache" in case.compare:
        out += cache_differences(want["dbcache"], got.cache)
    return out
