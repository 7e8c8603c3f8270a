#!/usr/bin/env python3
"""Fetches from the stand-in, with right and with wrong answers: records, sessions, errors.

usage: run.py [--module FILE] [--failalloc FILE] [--all] XAPI_FETCH [WORD...]
XAPI_FETCH is the program of fetch_main.c; --module tests the loadable module too, --failalloc
fails its allocations (a build without sanitizers), --all leaves no point out.  WORDs choose tests.
"""
import argparse
import copy
import glob
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
import client  # noqa: E402
import oracle  # noqa: E402
import pool  # noqa: E402
import report  # noqa: E402
from standin import FRAMINGS, PRINTERS, QUIRKS, Standin  # noqa: E402

CASES = os.path.join(HERE, "..", "..", "fixtures", "golden", "cases", "*.json")
POINTS = 25  # allocations that fail, unless all
GIVEN = "OpaqueRef:session"
LOGIN, LOGOUT = "session.login_with_password", "session.logout"
METHODS = [LOGIN, "host.get_by_uuid", "PIF.get_all_records_where", "tunnel.get_all_records",
           "pool.get_all_records", "VLAN.get_all_records", "Bond.get_all_records",
           "network.get_all_records"]
# What a fetch reports, by name (enum dbc_code).
IO, NOENT, PARSE, LIMIT, INVAL, TIMEOUT, COMMAND = 2, 3, 4, 5, 6, 9, 10


class Fetch:
    """One run of the program against a stand-in."""

    def __init__(self, options, standin, host, *args, sockets=None):
        where = sockets or [options.socket]
        self.standin = standin
        start = time.monotonic()
        done = subprocess.run([options.program] + list(args) + where + ["--", host],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=300, check=False,
                              env=dict(os.environ, http_proxy="http://192.0.2.1:1/"))
        self.seconds = time.monotonic() - start
        self.status = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()
        found = re.search(r"^error (\d+): (.*)$", self.err, re.M)
        self.code = int(found.group(1)) if found else 0
        self.text = found.group(2) if found else ""

    def problems(self, wanted=None, code=0, words="", left=(GIVEN,)):
        """What is not as it should be: the records or the error, who is still logged in, and
        whether a credential was shown."""
        out = []
        if self.code != code or self.status != (1 if code else 0) or words not in self.text:
            out.append("wanted code %d %s, got exit %d: %s" % (code, words, self.status, self.err))
        elif wanted is not None:
            out += oracle.differences(wanted, oracle.read(self.out))
        if self.standin is not None and sorted(self.standin.sessions) != sorted(left):
            out.append("sessions left: %s" % sorted(self.standin.sessions))
        if re.search("OpaqueRef:(login|session)", self.out + self.err):
            out.append("a session's reference is shown: %s" % self.err)
        return out


def small_pool():
    """Two hosts, a VLAN each, and texts that servers print badly."""
    made = pool.Pool(2, 1)
    config = {"mtu": "9000", "static-routes": "10.0.0.0/8/10.0.0.1", "domain": "a&b <c> \"d\""}
    for table in ("PIF", "network"):
        next(iter(made.tables[table].values()))["other_config"] = dict(config)
    next(iter(made.tables["network"].values()))["name_label"] = "caf\u00e9 \u20ac \U0001f600"
    next(iter(made.tables["PIF"].values()))["DNS"] = "AT&"
    next(iter(made.tables["PIF"].values()))["gateway"] = "<"
    return made


def nasty_pool():
    """As small_pool, with keys that 6.5 and later print without escaping."""
    made = small_pool()
    for row in made.tables["PIF"].values():
        row["other_config"] = {"a&b<c": "x", "<value>": "&", "mtu": "1400", "</member>": ""}
    return made


def unordered(cache):
    """Lists without their order, which the old program did not keep."""
    return [(tag, ref, {k: sorted(v) if isinstance(v, list) else v for k, v in fields.items()})
            for tag, ref, fields in cache]


class Tests:
    """Every method test_* is a test; it yields (name, problems)."""

    def __init__(self, options):
        self.options = options

    def fetch(self, standin, host, *args, **more):
        return Fetch(self.options, standin, host, *args, **more)

    def once(self, made, *args, host=0, wanted=None, **how):
        """Serves, fetches and compares with the oracle, or with what `wanted` says."""
        outcome = {k: how.pop(k) for k in ("code", "words", "left") if k in how}
        with Standin(made.tables, **how).serve(self.options.socket) as standin:
            got = self.fetch(standin, made.host_uuid(host), *args)
            if wanted is None and "code" not in outcome:
                wanted = oracle.expected(made.tables, made.host_uuid(host))
            return got.problems(wanted, **outcome)

    # ---- As it should be ----

    def test_cases(self):
        """Recorded hosts: what the old program saved."""
        for path in sorted(glob.glob(CASES)):
            with open(path, encoding="utf-8") as file:
                case = json.load(file)
            if case.get("xapi"):
                name = os.path.basename(path)[:-5]
                yield "case " + name, list(self.case_problems(case))

    def case_problems(self, case):
        inventory = case["files"]["etc/xensource-inventory"]
        uuid = re.search("INSTALLATION_UUID='(.*)'", inventory).group(1)
        args = []
        for word, option in (("--session", "-s"), ("--pif", "-p"), ("--pif-uuid", "-u")):
            if word in case["argv"]:
                args += [option, case["argv"][case["argv"].index(word) + 1]]
        how = {q: q for q in case.get("quirks", ())}
        framing = how.get("close") or how.get("chunked") or "length"
        with Standin(case["xapi"], framing=framing).serve(self.options.socket) as standin:
            got = self.fetch(standin, uuid, *args)
            yield from got.problems(oracle.expected(case["xapi"], uuid))
        saved = case["expect"]["dbcache"]
        if case["expect"]["exit"] == 0 and got.status == 0:
            yield from oracle.differences(
                unordered((tag, r, f) for tag, rows in saved.items() for r, f in rows.items()),
                unordered(oracle.read(got.out)))
        log = [line for line in case["expect"]["stderr"]
               if "host uuid" in line or "logging in" in line]
        if [line for line in got.err.splitlines() if not line.startswith("pif:")] != log:
            yield "log: %s" % got.err

    def test_printers(self):
        """Each way to print values, with each framing."""
        made = small_pool()
        for printer in PRINTERS:
            for framing in FRAMINGS:
                for host in (0, 1):
                    yield ("%s printer, %s framing, host %d" % (printer, framing, host),
                           self.once(made, printer=printer, framing=framing, host=host))

    def test_quirks(self):
        for quirk in sorted(QUIRKS):
            made = small_pool()
            if quirk in ("control", "latin1"):
                row = next(iter(made.tables["network"].values()))
                row["name_label"] = "caf\u00e9\x01\x1f"
                row["bridge"] = "xen\x02br0" if quirk == "control" else "xenbr0"
                wanted = copy.deepcopy(made.tables)
                next(iter(wanted["network"].values()))["bridge"] = "xenbr0"
                yield "quirk " + quirk, self.once(
                    made, quirks=[quirk], wanted=oracle.expected(wanted, made.host_uuid(0)))
            else:
                yield "quirk " + quirk, self.once(made, quirks=[quirk])
        yield "all quirks", self.once(small_pool(), framing="chunked",
                                      quirks=set(QUIRKS) - {"latin1"})

    def test_unescaped_names(self):
        for printer in PRINTERS:
            yield "names that need escaping, %s" % printer, self.once(nasty_pool(), printer=printer)

    def test_missing_fields(self):
        """A field that an answer lacks has its default."""
        made = small_pool()
        for cls, table in made.tables.items():
            for field in next(iter(table.values())):
                if cls == "host" or (cls, field) == ("PIF", "host"):
                    continue
                without = {c: {r: {k: v for k, v in row.items() if (c, k) != (cls, field)}
                               for r, row in rows.items()} for c, rows in made.tables.items()}
                yield "without %s.%s" % (cls, field), self.once(
                    made, missing=["%s.%s" % (cls, field)],
                    wanted=oracle.expected(without, made.host_uuid(0)))

    def test_unknown_methods(self):
        made = small_pool()
        del made.tables["tunnel"]
        yield "a release without tunnels", self.once(made)
        made = small_pool()
        del made.tables["Bond"]
        yield "a release without bonds", self.once(made, code=COMMAND,
                                                   words="MESSAGE_METHOD_UNKNOWN")
        for error in (["INTERNAL_ERROR", "missing field"], ["INVALID_VALUE", "x", "y"]):
            fault = {"method": "PIF.get_all_records_where", "error": error}
            yield "filter refused: " + error[0], self.once(small_pool(), faults=[fault])

    def test_pif_in_hand(self):
        made = small_pool()
        ours = [r for r, v in made.tables["PIF"].items() if v["host"] == made.hosts[0]]
        other = [r for r, v in made.tables["PIF"].items() if v["host"] == made.hosts[1]][0]
        uuid = made.row("PIF", ours[1])["uuid"]
        with Standin(made.tables).serve(self.options.socket) as standin:
            for args in (["-p", ours[1]], ["-u", uuid]):
                got = self.fetch(standin, made.host_uuid(0), *args)
                yield "the PIF in hand by %s" % args[0], got.problems() + (
                    [] if "pif: %s\n" % uuid in got.err else [got.err])
        for args in (["-p", other], ["-u", made.row("PIF", other)["uuid"]], ["-p", "OpaqueRef:x"],
                     ["-p", "OpaqueRef:NULL"], ["-p", ""], ["-u", ""]):
            yield "no such PIF: %s %.20s" % tuple(args), self.once(
                made, *args, code=NOENT, words="knows no PIF")

    def test_dangling_references(self):
        """Records that refer to nothing are kept as they are."""
        made = small_pool()
        for cls, table in made.tables.items():
            for row in table.values():
                for field, value in row.items():
                    if isinstance(value, str) and value.startswith("OpaqueRef:"):
                        if (cls, field) not in (("PIF", "host"), ("VLAN", "untagged_PIF"),
                                                ("Bond", "master"), ("tunnel", "transport_PIF")):
                            row[field] = "OpaqueRef:nothing"
                    elif isinstance(value, list):
                        row[field] = ["OpaqueRef:nothing"]
        yield "references to nothing", self.once(made)
        for fields in ({"bond_slave_of": ""}, {"VLAN_master_of": ""}, {"network": ""}):
            made = small_pool()
            for row in made.tables["PIF"].values():
                row.update(fields)
            yield "empty reference: %s" % list(fields)[0], self.once(made)

    def test_module(self):
        if self.options.module:
            yield "the module", self.once(small_pool(), "-m", self.options.module)
        yield "no module", self.once(small_pool(), "-m", "/nowhere.so", code=NOENT,
                                     words="cannot load")

    # ---- On the wire ----

    def test_request(self):
        made = small_pool()
        with Standin(made.tables).serve(self.options.socket) as standin:
            got = self.fetch(standin, made.host_uuid(0))
            yield "calls", got.problems() + (
                [] if [m for m, _ in standin.calls] == METHODS + [LOGOUT] else [standin.calls])
            body = (b'<?xml version="1.0"?><methodCall><methodName>%s</methodName><params>'
                    b'<param><value><string>root</string></value></param>'
                    b'<param><value><string></string></value></param>'
                    b'<param><value><string>1.0</string></value></param>'
                    b'<param><value><string>xapi_fetch</string></value></param>'
                    b'</params></methodCall>' % LOGIN.encode())
            agent = re.search(rb"dbcache/[0-9.]+", standin.requests[0])
            head = (b"POST / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: %s\r\n"
                    b"Content-Type: text/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                    % (agent.group(0) if agent else b"?", len(body)))
            yield "bytes of a request", (
                [] if standin.requests[0] == head + body else [standin.requests[0]])

    def test_single_calls(self):
        made = small_pool()
        with Standin(made.tables).serve(self.options.socket) as standin:
            got = self.fetch(standin, made.host_uuid(0), "-x", "host.get_by_uuid")
            yield "a call", got.problems() + (
                [] if got.out == made.hosts[0] + "\n" else [got.out])
            got = self.fetch(standin, "OpaqueRef:x", "-x", "pool.get_record")
            wanted = "failure: HANDLE_INVALID\nfailure: pool\nfailure: OpaqueRef:x\n"
            yield "a call refused", got.problems(code=COMMAND, words="HANDLE_INVALID") + (
                [] if got.out == wanted else [got.out])
            got = self.fetch(standin, "a\nb", "-x", "pool.get_record")
            yield "a parameter that is no text", got.problems(code=INVAL)
            ref = next(iter(made.tables["pool"]))
            got = self.fetch(standin, ref, "-s", GIVEN, "-x", "pool.get_record")
            yield "a record", got.problems() + (
                [] if "name_label: pool\n" in got.out and "memory-ratio-hvm: 0.25" in got.out
                else [got.out])
            got = self.fetch(standin, "<" * 80000, "-x", "pool.get_record")
            yield "a request too large", got.problems(code=LIMIT, words="DBC_XAPI_REQUEST_MAX")

    def test_client(self):
        """Python's own XML-RPC client understands the stand-in."""
        made = small_pool()
        for printer in PRINTERS:
            for framing in FRAMINGS:
                with Standin(made.tables, printer=printer,
                             framing=framing).serve(self.options.socket):
                    yield ("Python's client, %s, %s" % (printer, framing),
                           list(client.problems(self.options.socket, made)))

    # ---- Sessions ----

    def test_sessions(self):
        made = small_pool()
        with Standin(made.tables).serve(self.options.socket) as standin:
            got = self.fetch(standin, made.host_uuid(0), "-s", GIVEN)
            yield "a given session is only used", got.problems() + (
                [] if [m for m, _ in standin.calls] == METHODS[1:] else [standin.calls])
            got = self.fetch(standin, made.host_uuid(0), "-s", "OpaqueRef:session-of-old")
            yield "a given session that is none", got.problems(
                code=COMMAND, words="SESSION_INVALID") + (
                    [] if LOGIN not in [m for m, _ in standin.calls] else [standin.calls])
        for ref in ("", "x" * 300, "a\nb"):
            yield "a session of %d bytes" % len(ref), self.once(
                made, "-s", ref, code=INVAL, words="session")
        fault = {"method": "VLAN.get_all_records", "nth": 1,
                 "error": ["SESSION_INVALID", "OpaqueRef:login-0001"]}
        yield "an own session that is lost", self.once(made, faults=[fault])
        yield "a given session that is lost", self.once(
            made, "-s", GIVEN, faults=[fault], code=COMMAND, words="SESSION_INVALID")
        del fault["nth"]
        yield "an own session that is lost again and again", self.once(
            made, faults=[fault], code=COMMAND, words="SESSION_INVALID")
        yield "a logout that fails", self.once(
            made, faults=[{"method": LOGOUT, "http": 500}], left=(GIVEN, "OpaqueRef:login-0001"))
        fault = {"method": "network.get_all_records",
                 "error": ["INTERNAL_ERROR", "in session OpaqueRef:login-0001 of root"]}
        yield "a session's reference in an error", self.once(
            made, faults=[fault], code=COMMAND, words="in session OpaqueRef:... of root")
        for value in ("", "x" * 300, ["OpaqueRef:x"], {"a": "b"}):
            yield "a login that gives %.20s" % json.dumps(value), self.once(
                made, faults=[{"method": LOGIN, "result": value}], code=PARSE, words="session")
        text = "<methodResponse><params>%s</params></methodResponse>" % GIVEN
        yield "a login that gives text in the wrong place", self.once(
            made, faults=[{"method": LOGIN, "body": text}], code=PARSE, words="found text")
        yield "a host that is none", self.once(
            made, faults=[{"method": "host.get_by_uuid", "result": "OpaqueRef:NULL"}],
            code=PARSE, words="reference of a host")
        yield "a host that XAPI does not know", self.once(
            made, faults=[{"method": "host.get_by_uuid", "error": ["UUID_INVALID", "host", "x"]}],
            code=COMMAND, words="UUID_INVALID (host, x)")

    # ---- As it should not be ----

    FAULTS = [
        ({"error": ["HOST_STILL_BOOTING"]}, COMMAND, "HOST_STILL_BOOTING"),
        ({"error": []}, PARSE, "does not say which"),
        ({"fault": [1, "Failed to parse supplied XML"]}, COMMAND, "Failed to parse"),
        ({"http": 500}, IO, "HTTP status 500"),
        ({"http": 302}, IO, "HTTP status 302"),
        ({"raw": "SSH-2.0-OpenSSH_9.2\r\n"}, PARSE, "does not speak HTTP"),
        ({"raw": ""}, IO, "broke after 0 bytes"),
        ({"raw": "HTTP/1.1 200 OK\r\n\r\n"}, PARSE, "found its end"),
        ({"raw": "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n<a"}, IO, "broke after 2 bytes"),
        ({"raw": "HTTP/1.1 200 OK\r\nX: " + "y" * 2000000}, None, ""),
        ({"body": "<html>busy</html>"}, PARSE, ""),
        ({"body": "\x00\x01\x02\xff\xfe"}, PARSE, ""),
        ({"body": "<!DOCTYPE a [<!ENTITY b \"c\">]><methodResponse/>"}, PARSE, "document type"),
        ({"cut": 1}, PARSE, ""),
        ({"cut": 60}, PARSE, ""),
        ({"result": 5}, PARSE, ""),
        ({"result": []}, PARSE, ""),
        ({"result": None}, PARSE, ""),
        ({"endless": True}, LIMIT, "DBC_XAPI_ANSWER_MAX"),
    ]

    def test_faults(self):
        made = small_pool()
        for method in METHODS:
            for fault, code, words in self.FAULTS:
                if fault.get("result", "") == 5 and method in METHODS[:2]:
                    continue  # a reference, for all that we know
                if "endless" in fault and method != METHODS[2]:
                    continue
                # A login that the server went through with is one that nobody heard of.
                heard = method != LOGIN or set(fault) & {"error", "http", "fault", "result"}
                with Standin(made.tables, faults=[dict(fault, method=method)]).serve(
                        self.options.socket) as standin:
                    got = self.fetch(standin, made.host_uuid(0))
                    left = [GIVEN] if heard else standin.sessions
                    name = "%s: %.60s" % (method, json.dumps(fault))
                    yield name, got.problems(code=code or got.code or -1, words=words, left=left)
        yield "a member of 1 MB that nobody wants", self.once(
            made, faults=[{"method": "VLAN.get_all_records", "pad": 1000000}])

    def test_wrong_types(self):
        for cls, field, value in (
                ("PIF", "VLAN", "x"), ("PIF", "VLAN", {}), ("PIF", "device", ["eth0"]),
                ("PIF", "management", "yes"), ("PIF", "other_config", "x"),
                ("PIF", "VLAN_slave_of", "x"), ("VLAN", "untagged_PIF", []),
                ("Bond", "slaves", {"a": "b"}), ("network", "MTU", True),
                ("network", "PIFs", [["x"]]), ("pool", "other_config", [])):
            made = small_pool()
            next(iter(made.tables[cls].values()))[field] = value
            yield "%s.%s is %s" % (cls, field, json.dumps(value)), self.once(
                made, code=PARSE, words=field)

    def test_drops(self):
        """The connection breaks after each byte of an answer; with --all, of every answer."""
        made = pool.Pool(1, 1)
        for table in made.tables.values():
            for row in table.values():
                for field in list(row):
                    if field not in ("uuid", "host", "master", "untagged_PIF", "transport_PIF",
                                     "PIFs", "other_config", "tagged_PIF"):
                        del row[field]
        vlans = "VLAN.get_all_records"
        for method in METHODS if self.options.all else (LOGIN, METHODS[1], vlans):
            for framing in FRAMINGS if method == vlans else ("length",):
                yield "%s drops, %s" % (method, framing), self.drops(made, method, framing)

    def drops(self, made, method, framing):
        fault = {"method": method, "drop": "nth"}
        with Standin(made.tables, faults=[fault], framing=framing).serve(
                self.options.socket) as standin:
            args = [] if method == LOGIN else ["-s", GIVEN]
            size = self.answer_size(made, method, framing)
            got = self.fetch(standin, made.host_uuid(0), "-r", str(size + 1), *args)
            ends = re.findall(r"run (\d+): (ok|error) (\d+): (.*)", got.out)
            # Nothing is missed behind the last chunk's size.
            most = size - 2 if framing == "chunked" else size - 1
            out = ["%s" % (e,) for e in ends[:most] if e[1] == "ok" or not e[3]][:3]
            if len(ends) != size + 1 or [e[1] for e in ends[size - 1:]] != ["ok", "ok"]:
                out.append("%d runs for %d bytes, the last: %s" % (len(ends), size, ends[-2:]))
            if got.status != 0:
                out.append("exit status %d: %s" % (got.status, got.err[-2000:]))
            # A reference that was cut off is one that nobody can log out of.
            heard = size - len("</member></struct></value></param></params></methodResponse>")
            if len(standin.sessions) > (1 + heard if method == LOGIN else 1):
                out.append("%d sessions left of %d" % (len(standin.sessions), size))
            return out

    def answer_size(self, made, method, framing):
        """Bytes of one answer, counted on the wire."""
        with Standin(made.tables, framing=framing) as standin:
            params = {"host.get_by_uuid": [GIVEN, made.host_uuid(0)],
                      "PIF.get_all_records_where":
                          [GIVEN, 'field "host"="%s"' % made.hosts[0]],
                      LOGIN: ["root", ""]}.get(method, [GIVEN])
            body = standin.answer(method, params, {})
            return len(standin.head("200 OK", body, False) + standin.framed(body))

    def test_deadlines(self):
        made = small_pool()
        for fault in ({"delay": 20}, {"drip": 0.05}):
            for method in (LOGIN, METHODS[2]):
                with Standin(made.tables, faults=[dict(fault, method=method)]).serve(
                        self.options.socket) as standin:
                    got = self.fetch(standin, made.host_uuid(0), "-t", "500")
                    left = (GIVEN,) if method != LOGIN else standin.sessions
                    out = got.problems(code=TIMEOUT, words="in time", left=left)
                    if not 0.4 < got.seconds < 3:
                        out.append("took %.1f s" % got.seconds)
                    yield "%s: %s" % (method, json.dumps(fault)), out
        with Standin(made.tables, faults=[{"method": LOGOUT, "delay": 20}]).serve(
                self.options.socket) as standin:
            got = self.fetch(standin, made.host_uuid(0), "-t", "500")
            yield "a logout that hangs", got.problems(left=standin.sessions) + (
                [] if got.seconds < 8 else ["took %.1f s" % got.seconds])

    def test_sockets(self):
        made = small_pool()
        folder = os.path.dirname(self.options.socket)
        none, dead = os.path.join(folder, "none"), os.path.join(folder, "dead")
        with socket.socket(socket.AF_UNIX) as once:
            once.bind(dead)
        wanted = oracle.expected(made.tables, made.host_uuid(0))
        with Standin(made.tables).serve(self.options.socket) as standin:
            for name, sockets in (("missing", [none]), ("dead", [dead]), ("both", [none, dead]),
                                  ("long", ["/" + "x" * 200])):
                got = self.fetch(standin, made.host_uuid(0),
                                 sockets=sockets + [self.options.socket])
                yield "a %s socket first" % name, got.problems(wanted)
            got = self.fetch(standin, made.host_uuid(0), sockets=[none, dead])
            yield "no socket that answers", got.problems(code=NOENT, words="is xapi running?")
        with socket.socket(socket.AF_UNIX) as full:
            full.bind(os.path.join(folder, "full"))
            full.listen(0)
            waiting = [socket.socket(socket.AF_UNIX) for _ in range(2)]
            for conn in waiting[:1]:
                conn.connect(os.path.join(folder, "full"))
            got = self.fetch(None, made.host_uuid(0), "-t", "400",
                             sockets=[os.path.join(folder, "full")])
            yield "a server that takes no connection", got.problems(code=TIMEOUT) + (
                [] if got.seconds < 3 else ["took %.1f s" % got.seconds])
            for conn in waiting:
                conn.close()

    def test_allocations(self):
        """Each allocation fails once: a clear error, nobody stays logged in."""
        if not self.options.failalloc:
            return
        made = pool.Pool(1, 1)
        with tempfile.NamedTemporaryFile("r") as said:
            os.environ.update(LD_PRELOAD=self.options.failalloc, FAILALLOC_REPORT=said.name)
            try:
                with Standin(made.tables).serve(self.options.socket) as standin:
                    yield "allocations", list(self.allocations(made, standin, said))
            finally:
                for name in ("LD_PRELOAD", "FAILALLOC_REPORT", "FAILALLOC_AT"):
                    os.environ.pop(name, None)

    def allocations(self, made, standin, said):
        wanted = oracle.expected(made.tables, made.host_uuid(0))
        self.fetch(standin, made.host_uuid(0))
        total = int(re.search(r"total (\d+)", said.read()).group(1))
        for at in range(1, total + 1, 1 if self.options.all else max(1, total // POINTS)):
            os.environ["FAILALLOC_AT"] = str(at)
            got = self.fetch(standin, made.host_uuid(0))
            # Where memory was short for the login or the logout, somebody stays; where a library
            # does without, all is well.
            if got.status not in (0, 1) or (got.status == 1 and not got.text):
                yield "allocation %d of %d: exit %d: %s" % (at, total, got.status, got.err)
            elif got.status == 0 and oracle.differences(wanted, oracle.read(got.out)):
                yield "allocation %d of %d: other records" % (at, total)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--module")
    parser.add_argument("--failalloc")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("program")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    results = report.Report()
    with tempfile.TemporaryDirectory(prefix="xapi") as folder:
        options.socket = os.path.join(folder, "xapi")
        tests = Tests(options)
        for name in sorted(n for n in dir(tests) if n.startswith("test_")):
            if options.words and not any(w in name for w in options.words):
                continue
            for title, problems in getattr(tests, name)():
                results.result("xapi " + title, problems)
    print("%d passed, %d failed" % (results.passed, results.failed))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
