#!/usr/bin/env python3
"""interface-reconfigure and XAPI: sessions, the cache that is saved, the lock, and faults of XAPI.

usage: reconfigure.py [--all] PROGRAM [WORD...]
The hosts are recorded cases.  When a test makes XAPI fail, there must be one clear error, exit
status 1, and a host that is the same byte for byte.  --all leaves no point out; WORDs choose
tests.
"""
import argparse
import copy
import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import hostcase  # noqa: E402
import report  # noqa: E402

GIVEN = "OpaqueRef:session"
LOGIN, LOGOUT = "session.login_with_password", "session.logout"
METHODS = [LOGIN, "host.get_by_uuid", "PIF.get_all_records_where", "tunnel.get_all_records",
           "pool.get_all_records", "VLAN.get_all_records", "Bond.get_all_records",
           "network.get_all_records"]
OWN, USED, REWRITE = "1000-xapi-eth2.-1-up", "1000-xapi-eth5.-1-down-mgmt", "1001-xapi-rewrite"
HISTORY = os.path.join(os.path.dirname(hostcase.CACHE), "dbcache-history.db")
APP_ID = 0x64626368  # of a history
LOCK = "var/lock/interface-reconfigure.lock"
DROPS = 4  # of an answer, unless all


def case(name):
    return hostcase.load_cases([name])[0]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest().upper()


def called(host):
    return [method for method, _ in host.xapi.calls]


def credentials(outcome):
    """References of sessions that were shown; the cases' given one is part of none of them."""
    said = outcome.stdout + "\n".join(outcome.stderr)
    return re.findall("OpaqueRef:(?:login|session)[^ ]*", said)


def refused(host, outcome, before, words, sessions=(GIVEN,)):
    """What a run that XAPI keeps from working did wrong."""
    out = ["changed: %s" % path for path in host.changed(before)]
    out += ["ran: %s" % " ".join(command) for command in outcome.commands]
    out += ["shown: %s" % ref for ref in credentials(outcome)]
    if outcome.crashed():
        out.append(outcome.crashed())
    if outcome.exit != 1 or words not in (outcome.stderr or [""])[-1]:
        out.append("wanted exit status 1 and %r, got %d: %s"
                   % (words, outcome.exit, outcome.stderr[-3:]))
    if sessions is not None and outcome.sessions != sorted(sessions):
        out.append("sessions left: %s" % outcome.sessions)
    return out


class Fault:
    """One run with a fault of XAPI's; in a process of its own."""

    def __init__(self, program):
        self.program = program

    def __call__(self, item):
        name, method, fault, words = item
        heard = method != LOGIN or set(fault) & {"error", "http", "result"}
        with hostcase.Host(case(name), faults=[dict(fault, method=method)]) as host:
            before = host.fingerprint()
            outcome = host.run(self.program)
            out = refused(host, outcome, before, words, (GIVEN,) if heard else None)
        return "xapi: %s: %s: %.50s" % (name, method, fault), out


def faults(everything):
    """Every call meets every kind of trouble; an answer that breaks off does so in many places."""
    kinds = [({"error": ["HOST_STILL_BOOTING"]}, "HOST_STILL_BOOTING"), ({"http": 500}, "500"),
             ({"raw": "SSH-2.0-OpenSSH_9.2\r\n"}, "does not speak HTTP"), ({"raw": ""}, "broke"),
             ({"body": "<html>busy</html>"}, ""), ({"cut": 1}, "expected"), ({"result": []}, "")]
    for method in METHODS:
        for fault, words in kinds:
            yield OWN, method, fault, words
    yield USED, METHODS[2], {"http": 500}, "500"
    yield REWRITE, METHODS[-1], {"error": ["INTERNAL_ERROR", "x"]}, "INTERNAL_ERROR (x)"
    yield OWN, METHODS[3], {"endless": True}, "DBC_XAPI_ANSWER_MAX"
    for name, method in ((USED, METHODS[1]), (USED, METHODS[4]), (OWN, LOGIN)):
        size = answer_size(name, method)
        for at in range(0, size, 1 if everything else max(1, size // DROPS)):
            yield name, method, {"drop": at}, ""


def answer_size(name, method):
    """Of an answer's bytes, head included, but for those at the end that nobody misses."""
    with hostcase.Host(case(name)) as host:
        xapi, params = host.xapi, [GIVEN]
        if method == "host.get_by_uuid":
            params += [row["uuid"] for row in xapi.db["host"].values()][:1]
        body = xapi.answer(method, params, {})
        spare = 2 if xapi.framing == "chunked" else 0
        return len(xapi.head("200 OK", body, False) + xapi.framed(body)) - spare


class Tests:
    """Every method test_* is a test; it yields (name, problems)."""

    def __init__(self, program):
        self.program = program

    def run(self, host, *extra, **how):
        return host.run(self.program, extra=extra, **how)

    # ---- Sessions ----

    def test_own_session(self):
        """Logged out of, whatever happens in between."""
        with hostcase.Host(case(OWN)) as host:
            outcome = self.run(host)
            yield "an own session", self.session(host, outcome, METHODS + [LOGOUT])
        with hostcase.Host(case(OWN)) as host:
            host.fail_command("ovs-vsctl", 1)
            outcome = self.run(host)
            yield "an own session, and an action that fails", self.session(
                host, outcome, METHODS + [LOGOUT], status=1)
            yield "an action that fails saves nothing", [] if outcome.cache is None else ["saved"]
        with hostcase.Host(case(OWN)) as host:
            outcome = self.run(host, "--dry-run")
            yield "an own session, dry", self.session(host, outcome, METHODS + [LOGOUT])

    def test_given_session(self):
        """Used, never logged out of, never replaced."""
        with hostcase.Host(case(USED)) as host:
            yield "a given session", self.session(host, self.run(host), METHODS[1:])
        with hostcase.Host(case(USED)) as host:
            host.fail_command("ovs-vsctl", 1)
            yield "a given session, and an action that fails", self.session(
                host, self.run(host), METHODS[1:], status=1)
        with hostcase.Host(case(USED), sessions=["OpaqueRef:another"]) as host:
            before = host.fingerprint()
            outcome = self.run(host)
            yield "a given session that is none", refused(
                host, outcome, before, "SESSION_INVALID", ["OpaqueRef:another"]) + self.session(
                    host, outcome, METHODS[1:2], 1, ["OpaqueRef:another"])

    @staticmethod
    def session(host, outcome, calls, status=0, left=(GIVEN,)):
        out = ["shown: %s" % ref for ref in credentials(outcome)]
        if called(host) != calls:
            out.append("called %s" % called(host))
        if outcome.exit != status or outcome.sessions != sorted(left):
            out.append("exit %d, sessions %s: %s" % (outcome.exit, outcome.sessions,
                                                    outcome.stderr[-2:]))
        return out

    # ---- The cache ----

    def test_unchanged(self):
        """The second of two equal saves leaves the file as it is."""
        for name in (OWN, USED, REWRITE):
            with hostcase.Host(case(name)) as host:
                self.run(host)
                before = os.stat(host.path(hostcase.CACHE))
                self.run(host)
                after = os.stat(host.path(hostcase.CACHE))
                same = (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
                yield "unchanged records, %s" % name, [] if same else ["the file is another"]

    def test_attached(self):
        """currently_attached is what XAPI says, of the PIF in hand as well."""
        for name in (OWN, USED):
            recorded = case(name)
            with hostcase.Host(recorded) as host:
                cache = self.run(host).cache or {}
            rows = recorded.xapi["PIF"].items()
            said = {ref: str(row["currently_attached"]) for ref, row in rows}
            out = ["%s: %s" % (ref, row["currently_attached"])
                   for ref, row in cache.get("pif", {}).items()
                   if row["currently_attached"] != said[ref]]
            yield "currently_attached, %s" % name, out or [] if cache else ["no cache"]

    def test_history(self):
        """A save keeps what was and what is, an equal one nothing; a history that is no good keeps
        nobody from saving."""
        old = "<xenserver-network-configuration/>\n"
        recorded = case(REWRITE)
        recorded.files[hostcase.CACHE] = old
        with hostcase.Host(recorded) as host:
            saved = self.run(host).cache
            self.run(host)
            with sqlite3.connect(host.path(HISTORY)) as db:
                rows = db.execute("SELECT program, reason, hex(hash) FROM snapshot "
                                  "ORDER BY id").fetchall()
            want = [("interface-reconfigure", reason, digest(text)) for reason, text in
                    (("before: rewrite", old), ("rewrite", host.read(hostcase.CACHE)))]
            yield "the history of a save", [] if rows == want else ["%s" % rows, "%s" % want]
        with hostcase.Host(case(OWN)) as host:
            host.fail_command("ip", 1)  # the MTU
            outcome = self.run(host)
            with sqlite3.connect(host.path(HISTORY)) as db:
                rows = db.execute("SELECT hex(hash) FROM snapshot").fetchall()
            out = [] if outcome.exit == 1 else ["exit status %d" % outcome.exit]
            if rows != [(digest(host.read(hostcase.CACHE)),)]:
                out.append("snapshots: %s" % rows)
            yield "the history of a run that saves, and then fails", out
        for kind, statement in (("later", "PRAGMA user_version = 99"),
                                ("another's", "CREATE TABLE somebodys (words)"), ("broken", None)):
            recorded.files[HISTORY] = "x" * 5000 if statement is None else ""
            with hostcase.Host(recorded) as host:
                if statement is not None:
                    with sqlite3.connect(host.path(HISTORY)) as db:
                        db.execute("PRAGMA application_id = 0x%x" % (kind == "later" and APP_ID))
                        db.execute(statement)
                before = host.fingerprint()[HISTORY]
                outcome = self.run(host)
                out = [] if host.fingerprint()[HISTORY] == before else ["it was changed"]
                if outcome.exit or outcome.cache != saved:
                    out.append("exit %d, cache %s" % (outcome.exit, outcome.cache))
                if not any("No history of the cache" in line for line in outcome.stderr):
                    out.append("not a word: %s" % outcome.stderr[-3:])
                yield "a history that is %s" % kind, out

    def test_boot_device(self):
        """A PVS host's own device is left alone, and its cache saved."""
        for name in (OWN, USED):
            recorded = case(name)
            word = recorded.argv[1 if "--pif-uuid" in recorded.argv else 3]
            ref, row = next((r, v) for r, v in recorded.xapi["PIF"].items()
                            if word in (r, v["uuid"]))
            recorded.files["proc/ardence"] = "HWaddr: %s\n" % row["MAC"].upper()
            with hostcase.Host(recorded) as host:
                outcome = self.run(host)
                want = "Skipping PVS device %s (%s)" % (row["device"], row["MAC"])
                out = ["ran: %s" % " ".join(c) for c in outcome.commands]
                if outcome.exit or want not in outcome.stderr or ref not in outcome.cache["pif"]:
                    out.append("exit %d: %s" % (outcome.exit, outcome.stderr))
                yield "a boot device, %s" % name, out

    def test_places(self):
        """The cache goes where it is, or where the folder is."""
        late = "var/lib/xcp/network.dbcache"
        recorded = case(REWRITE)
        recorded.files[late] = "<xenserver-network-configuration/>\n"
        with hostcase.Host(recorded) as host:
            outcome = self.run(host)
            text = host.read(late)
            yield "the later place", [] if outcome.cache is None and "<pif ref" in text else [text]
        recorded = case(REWRITE)
        with hostcase.Host(recorded) as host:
            shutil.rmtree(host.path("var/xapi"))
            os.symlink("lib/xcp", host.path("var/xapi"))
            self.run(host)
            yield "a link to the later place", (
                [] if os.path.exists(host.path(late)) and os.path.islink(host.path("var/xapi"))
                else ["not saved"])

    def test_cannot_save(self):
        """The host stays configured, the error names the file."""
        for name in (OWN, USED, REWRITE):
            recorded = case(name)
            with hostcase.Host(recorded) as host:
                os.makedirs(host.path(hostcase.CACHE))
                outcome = self.run(host)
                out = []
                if outcome.exit != 1 or "network.dbcache" not in outcome.stderr[-1]:
                    out.append("exit %d: %s" % (outcome.exit, outcome.stderr[-1:]))
                if outcome.files != recorded.expect["files"]:
                    out.append("the files are not as they should be")
                if outcome.commands != recorded.expect["commands"]:
                    out.append("the commands are not as they should be")
                yield "a cache that cannot be saved, %s" % name, out

    def test_a_late_failure(self):
        """A NIC that refuses its MTU: exit status 1, but the host is what the records say."""
        with hostcase.Host(case(OWN)) as host:
            host.fail_command("ip", 1)
            outcome = self.run(host)
            yield "a NIC that refuses its MTU", (
                [] if outcome.exit == 1 and outcome.cache is not None else outcome.stderr)

    # ---- Where XAPI is ----

    def test_sockets(self):
        for place in ("var/xapi/xapi", "run/my/xapi"):
            with hostcase.Host(case(REWRITE)) as host:
                os.makedirs(os.path.dirname(host.path(place)), exist_ok=True)
                os.rename(host.path(hostcase.SOCKET), host.path(place))
                words = [[]] if place.startswith("var") else [
                    ["--xapi-socket=/" + place], ["--xapi-socket", place],
                    ["--xapi-socket=" + host.path(place)]]
                for extra in words:
                    outcome = self.run(host, *extra)
                    yield ("XAPI at %s %s" % (place, " ".join(extra).replace(host.root, "ROOT")),
                           outcome.stderr if outcome.exit else [])

    def test_nobody(self):
        """No socket, one that nobody listens at, and what is no socket."""
        with hostcase.Host(case(OWN)) as host:
            host.xapi.close()
            before = host.fingerprint()
            yield "nobody listens", refused(host, self.run(host), before, "is xapi running?")
            os.unlink(host.path(hostcase.SOCKET))
            before = host.fingerprint()
            yield "no socket", refused(host, self.run(host), before, "No such file")
            host.write(hostcase.SOCKET, "")
            before = host.fingerprint()
            yield "a file at the socket's place", refused(host, self.run(host), before, "refused")
            host.xapi = None
        recorded = case(OWN)
        recorded.files["etc/xensource-inventory"] = "PRODUCT='x'\n"
        with hostcase.Host(recorded) as host:
            before = host.fingerprint()
            missing = "no line INSTALLATION_UUID="
            yield "no host uuid", refused(host, self.run(host), before, missing)
        recorded.files["etc/xensource-inventory"] = "INSTALLATION_UUID='another'\n"
        with hostcase.Host(recorded) as host:
            before = host.fingerprint()
            yield "another host", refused(host, self.run(host), before, "UUID_INVALID")

    def test_no_such_pif(self):
        for argv in (["--pif-uuid", "x", "up"], ["--session", GIVEN, "--pif", "OpaqueRef:x", "up"]):
            recorded = case(OWN)
            recorded.argv = argv
            with hostcase.Host(recorded) as host:
                outcome = self.run(host)
                good = outcome.exit == 1 and "XAPI knows no PIF" in outcome.stderr[-1] and \
                    outcome.cache is None and not outcome.commands and outcome.sessions == [GIVEN]
                yield "no such PIF: %s" % argv[0], [] if good else outcome.stderr

    # ---- The master is away ----

    def slow(self, recorded, *extra, seconds=20, method=LOGIN):
        """A host, its run and how long that took, with a XAPI that takes its time."""
        host = hostcase.Host(recorded, faults=[{"method": method, "delay": seconds}])
        with host:
            before = host.fingerprint()
            start = time.monotonic()
            outcome = self.run(host, *extra)
            took = time.monotonic() - start
            return host, before, outcome, took, refused(
                host, outcome, before, "is the master up?", None)

    def test_slave(self):
        """XAPI waits for the master: a deadline, or the cache."""
        for method in (LOGIN, METHODS[5]):
            _, _, _, took, out = self.slow(case(OWN), "--timeout=1", method=method)
            # A session of our own that XAPI still answers for is logged out.
            yield "the master is away, %s" % method, out + (
                [] if 0.9 < took < 6 else ["took %.1f s" % took])

    def test_fallback(self):
        """From the cache, which stays as it is."""
        with hostcase.Host(case(OWN)) as host:
            self.run(host)
            saved = host.read(hostcase.CACHE)
        for trouble in ({"delay": 20}, {"error": ["HOST_STILL_BOOTING"]}, {"body": "<x>"},
                        {"http": 500}):
            recorded = case(OWN)
            recorded.files[hostcase.CACHE] = saved.replace("<device>eth4", "<device> eth4")
            with hostcase.Host(recorded, faults=[dict(trouble, method=LOGIN)]) as host:
                outcome = self.run(host, "--timeout=1", "--fallback-cache")
                yield "fallback: %s" % trouble, self.from_cache(recorded, host, outcome)

    @staticmethod
    def from_cache(recorded, host, outcome):
        out = []
        if outcome.exit or not any("going on from the cache" in line for line in outcome.stderr):
            out.append("exit %d: %s" % (outcome.exit, outcome.stderr))
        out += hostcase.diff("commands", hostcase.command_lines(recorded.expect["commands"]),
                             hostcase.command_lines(outcome.commands))
        out += hostcase.file_differences(recorded.expect["files"], outcome.files)
        if host.read(hostcase.CACHE) != recorded.files[hostcase.CACHE]:
            out.append("the cache was written")
        return out

    def test_no_fallback_needed(self):
        """XAPI that answers is asked, and the cache saved."""
        recorded = case(OWN)
        with hostcase.Host(recorded) as host:
            yield "fallback: not needed", hostcase.differences(
                recorded, self.run(host, "--fallback-cache"))

    # ---- Others at the same time ----

    def test_slow_xapi_blocks_nobody(self):
        """While one run waits for XAPI another one goes through."""
        recorded = case(OWN)
        with hostcase.Host(recorded) as host:
            self.run(host)
            host.xapi.faults.append({"method": METHODS[-1], "delay": 2, "nth": 2})
            waits = threading.Thread(target=self.run, args=(host,))
            waits.start()
            time.sleep(0.7)
            other = copy.copy(recorded)
            other.argv = ["--force", "xenbr2", "down"]
            host.case = other
            start = time.monotonic()
            outcome = self.run(host)
            took = time.monotonic() - start
            waits.join()
            asked = called(host).count("host.get_by_uuid")
            yield "a slow XAPI keeps nobody waiting", (
                [] if outcome.exit == 0 and took < 1.2 else [outcome.stderr, took])
            yield "records that somebody else may have outdated are asked for again", (
                [] if asked == 3 else ["asked %d times" % asked])

    def test_lock_waited_for(self):
        """Whoever held the lock may have changed what XAPI says."""
        with hostcase.Host(case(OWN)) as host:
            with open(host.path(LOCK), "w", encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                threading.Timer(1.0, fcntl.flock, (lock, fcntl.LOCK_UN)).start()
                outcome = self.run(host)
            asked = called(host).count("host.get_by_uuid")
            yield "a lock that was waited for", (
                [] if outcome.exit == 0 and asked == 2 and outcome.sessions == [GIVEN]
                else ["asked %d times" % asked] + outcome.stderr)

    # ---- What is loaded ----

    def test_libraries(self):
        """The boot path opens neither libcurl nor SQLite; the other does."""
        linked = subprocess.run(["ldd", self.program], capture_output=True, text=True, check=True)
        yield "neither libcurl nor SQLite is linked", re.findall(r"\S*(?:curl|sqlite)\S*",
                                                                 linked.stdout)
        if not shutil.which("strace"):
            return
        boot = hostcase.load_cases(["1000-cache-xapi2-up"])[0]
        for recorded, wanted in ((boot, False), (case(REWRITE), True)):
            with hostcase.Host(recorded) as host:
                log = host.path("stub/opened")
                self.run(host, wrap=["strace", "-f", "-o", log, "-e", "trace=openat"],
                         env={"ASAN_OPTIONS": "detect_leaks=0"})
                for library in ("libcurl", "libsqlite3"):
                    opened = re.findall(r'"([^"]*%s[^"]*)"[^"]*= \d' % library,
                                        host.read("stub/opened"))
                    yield "%s is %sloaded: %s" % (library, "" if wanted else "not ",
                                                  recorded.name), (
                        [] if bool(opened) == wanted else [opened])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("program")
    parser.add_argument("words", nargs="*")
    args = parser.parse_args()
    hostcase.isolate()
    program = os.path.abspath(args.program)
    results = report.Report()
    tests = Tests(program)
    for name in sorted(name for name in dir(tests) if name.startswith("test_")):
        if not args.words or any(word in name for word in args.words):
            for label, problems in getattr(tests, name)():
                results.result("xapi: " + label, problems)
    if not args.words or "faults" in args.words:
        report.run_all(results, list(faults(args.all)), Fault(program))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
