#!/usr/bin/env python3
"""A XAPI stand-in: XML-RPC over HTTP on a unix socket, from records in a file.

The file is JSON: {"PIF": {"OpaqueRef:...": {"uuid": "...", "management": true, ...}}, "VLAN": ...}.
Strings are strings, as are XAPI's numbers; true and false are booleans; lists and maps are sets and
maps; {"$date": "20130613T02:13:48Z"} is a date.  A class that the file lacks is unknown to this
release (MESSAGE_METHOD_UNKNOWN).

It is as strict with a caller as real releases are, and prints answers as loosely as it is told to.
On demand it breaks off, gives wrong answers or delays them, see FAULTS.

usage: standin.py --socket PATH --records FILE [options], until stdin ends or a signal comes.
"""
import argparse
import json
import os
import re
import socket
import sys
import threading
import time
import xml.etree.ElementTree as ET

HEAD_MAX = 1024  # what a release of today reads a request's head into
BODY_MAX = 300 * 1024
FRAMINGS = ("length", "chunked", "close")
PRINTERS = ("stream", "tree", "typed")
QUIRKS = {
    "trailing": "a value whose only special character is its last byte is not escaped (6.5)",
    "control": "control bytes are printed as they are",
    "latin1": "text is not UTF-8",
    "value-first": "Value and ErrorDescription before Status",
    "extra-members": "members in the envelope that nobody knows",
    "indent": "white space between the tags",
    "http10": "HTTP/1.0 in the status line, whatever was asked",
    "bare-headers": "no blank after the colon of a header",
    "no-where": "get_all_records_where is not known",
    "ignore-where": "get_all_records_where answers with all records",
}
FAULTS = """A fault is JSON: {"method": "PIF.get_all_records", "nth": 1, KIND: VALUE}; method and
nth (from 1) may be left out.  KIND is one of
  error    ["CODE", "parameter", ...]   Status=Failure
  fault    [code, "text"]               <fault>
  result   any value                    this instead of the result
  http     500                          that status and a page
  drop     N        the connection closes after N bytes of the answer, head included;
                    "nth": after as many bytes as there were calls
  cut      N        the body's last N bytes are missing, and the head knows it
  delay    S        seconds before the first byte
  drip     S        seconds between single bytes
  endless  true     a value that never ends
  pad      N        a member of N bytes before Value
  raw      "text"   these bytes instead of an HTTP answer
  body     "text"   these bytes instead of the XML"""


ENDLESS = b"<methodResponse><params><param><value><struct><member><name>x</name><value>"


class Failure(Exception):
    """An error of XAPI's: code and parameters."""


class HttpError(Exception):
    """A request that no release of XAPI takes."""


# ---- Printing --------------------------------------------------------------------------------


class Printer:
    def __init__(self, style, quirks):
        self.style, self.quirks = style, quirks

    def escape(self, text):
        if "control" not in self.quirks:
            text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
        if "trailing" in self.quirks and not re.search("[&<>\"]", text[:-1]):
            return text
        for c, e in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
            text = text.replace(c, e)
        return text

    def empty(self, tag):
        return "<%s/>" % tag if self.style == "tree" else "<%s></%s>" % (tag, tag)

    def scalar(self, text):
        if self.style == "typed":
            tag = "i4" if re.fullmatch("-?[0-9]{1,9}", text) else "string"
            return "<value><%s>%s</%s></value>" % (tag, self.escape(text), tag)
        return "<value>%s</value>" % self.escape(text) if text else self.empty("value")

    def member(self, name, value):
        """Printers of 6.5 and later do not escape names."""
        name = name if self.style == "stream" else self.escape(name)
        return "<member><name>%s</name>%s</member>" % (name, value)

    def value(self, v):
        if isinstance(v, bool):
            return "<value><boolean>%d</boolean></value>" % v
        if isinstance(v, float):
            return "<value><double>%.16g</double></value>" % v
        if v is None:
            return "<value><nil/></value>"
        if isinstance(v, dict) and set(v) == {"$date"}:
            return "<value><dateTime.iso8601>%s</dateTime.iso8601></value>" % v["$date"]
        if isinstance(v, dict):
            body = "".join(self.member(k, self.value(x)) for k, x in v.items())
            struct = "<struct>%s</struct>" % body if body else self.empty("struct")
            return "<value>%s</value>" % struct
        if isinstance(v, (list, tuple)):
            body = "".join(map(self.value, v))
            data = "<data>%s</data>" % body if body else self.empty("data")
            return "<value><array>%s</array></value>" % data
        return self.scalar(str(v))

    def response(self, members):
        if "value-first" in self.quirks:
            members = members[::-1]
        if "extra-members" in self.quirks:
            trace = {"Status": "Failure", "Value": ["x"]}
            members = [("Duration", 0.25), ("Trace", trace)] + members
        body = "".join(self.member(k, x if isinstance(x, Printed) else self.value(x))
                       for k, x in members)
        body = "<value><struct>%s</struct></value>" % body
        return self.document("<params><param>%s</param></params>" % body)

    def fault(self, code, text):
        body = self.member("faultCode", "<value><i4>%d</i4></value>" % code)
        body += self.member("faultString", self.scalar(text))
        return self.document("<fault><value><struct>%s</struct></value></fault>" % body)

    def document(self, body):
        prolog = "" if self.style == "tree" else '<?xml version="1.0"?>'
        text = "%s<methodResponse>%s</methodResponse>" % (prolog, body)
        if "indent" in self.quirks:
            text = re.sub("(?<=[>])(?=<(?!/(value|name|string|i4)>))", "\n  ", text)
        return text.encode("latin-1" if "latin1" in self.quirks else "utf-8", "replace")


class Printed(str):
    """A value that is printed already."""


# ---- Reading a call --------------------------------------------------------------------------


def read_value(node):
    kids = list(node)
    if not kids:
        return node.text or ""
    kind = kids[0]
    if kind.tag == "array":
        return [read_value(v) for v in kind.find("data")]
    if kind.tag == "struct":
        return {m.find("name").text or "": read_value(m.find("value")) for m in kind}
    if kind.tag == "boolean":
        return kind.text == "1"
    return kind.text or ""


def read_call(body):
    """Method and parameters; a call without <params> is none."""
    try:
        top = ET.fromstring(body)
        method, params = top.find("methodName").text, top.find("params")
        if top.tag != "methodCall" or params is None:
            raise ValueError
        return method, [read_value(p.find("value")) for p in params]
    except (ET.ParseError, ValueError, AttributeError):
        raise HttpError("not an XML-RPC call")


# ---- get_all_records_where -------------------------------------------------------------------


class Where:
    """The filter language: `not` binds weaker than `and` and `or`, which are equal and go left to
    right; a literal has no escapes."""

    TOKEN = re.compile(r'\s*(?:field\s*"([^"]*)"|"([^"]*)"|'
                       r'(=|\(|\)|and\b|or\b|not\b|true\b|false\b))')

    def __init__(self, text, columns):
        self.text, self.columns, self.tokens, self.at = text, columns, [], 0
        pos = 0
        while text[pos:].strip():
            m = self.TOKEN.match(text, pos)
            if not m:
                raise Failure("INVALID_VALUE", text, "syntax")
            kind = "field" if m.group(1) is not None else "text" if m.group(2) is not None else "op"
            self.tokens.append((kind, m.group(m.lastindex)))
            pos = m.end()
        self.tree = self.expression()
        if self.at != len(self.tokens):
            raise Failure("INVALID_VALUE", text, "syntax")

    def take(self, *wanted):
        token = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        if token in wanted or token[0] in wanted:
            self.at += 1
            return token
        return None

    def need(self, *wanted):
        token = self.take(*wanted)
        if not token:
            raise Failure("INVALID_VALUE", self.text, "syntax")
        return token

    def expression(self):
        if self.take(("op", "not")):
            return ("not", self.expression())
        left = self.atom()
        while True:
            op = self.take(("op", "and"), ("op", "or"))
            if not op:
                return left
            negated = self.take(("op", "not"))
            left = (op[1], left, ("not", self.expression()) if negated else self.atom())

    def atom(self):
        if self.take(("op", "(")):
            inner = self.expression()
            self.need(("op", ")"))
            return inner
        constant = self.take(("op", "true"), ("op", "false"))
        if constant:
            return ("constant", constant[1] == "true")
        left = self.operand()
        self.need(("op", "="))
        return ("=", left, self.operand())

    def operand(self):
        kind, text = self.need("field", "text")
        if kind == "field":
            text = text.replace("__", "_")
            if text not in self.columns:
                raise Failure("INTERNAL_ERROR", "missing field", text)
        return (kind, text)

    @staticmethod
    def database_text(v):
        if isinstance(v, bool):
            return "true" if v else "false"
        if isinstance(v, (list, tuple)):
            return "(%s)" % " ".join("'%s'" % x for x in v)
        if isinstance(v, dict):
            return "(%s)" % " ".join("('%s' '%s')" % x for x in v.items())
        return str(v)

    def holds(self, record, node=None):
        node = node or self.tree
        if node[0] == "constant":
            return node[1]
        if node[0] == "not":
            return not self.holds(record, node[1])
        if node[0] == "and":
            return self.holds(record, node[1]) and self.holds(record, node[2])
        if node[0] == "or":
            return self.holds(record, node[1]) or self.holds(record, node[2])
        values = [self.database_text(record.get(t, "")) if k == "field" else t for k, t in node[1:]]
        return values[0] == values[1]


# ---- XAPI ------------------------------------------------------------------------------------

DEFAULTS = {"host": {"API_version_major": "2", "API_version_minor": "15"},
            "pool": {"vswitch_controller": ""}}
LOGINS = ("session.login_with_password", "session.slave_local_login_with_password")


class Standin:
    """What is asked and answered: `calls` has every (method, parameters), `requests` the bytes,
    `sessions` who is logged in."""

    def __init__(self, records, sessions=("OpaqueRef:session",), framing="length",
                 printer="stream", quirks=(), faults=(), missing=(), record_to=None):
        assert framing in FRAMINGS and printer in PRINTERS and set(quirks) <= set(QUIRKS)
        self.db, self.sessions, self.missing = records, set(sessions), set(missing)
        self.framing, self.quirks, self.faults = framing, set(quirks), list(faults)
        self.printer = Printer(printer, self.quirks)
        self.calls, self.requests, self.logins, self.record_to = [], [], 0, record_to
        self.seen, self.printed, self.lock = {}, {}, threading.Lock()
        self.server = None

    def table(self, cls):
        """Records without the fields that are to be missing ("PIF.MAC")."""
        gone = {m.partition(".")[2] for m in self.missing if m.partition(".")[0] == cls}
        if not gone:
            return self.db[cls]
        return {r: {k: v for k, v in row.items() if k not in gone}
                for r, row in self.db[cls].items()}

    def login(self):
        self.logins += 1
        ref = "OpaqueRef:login-%04d" % self.logins
        self.sessions.add(ref)
        return ref

    def call(self, method, params):
        if method in LOGINS:
            return self.login()
        cls, _, verb = method.partition(".")
        no_where = verb == "get_all_records_where" and "no-where" in self.quirks
        if cls != "session" and (cls not in self.db or no_where):
            raise Failure("MESSAGE_METHOD_UNKNOWN", method)
        if not params or params[0] not in self.sessions:
            raise Failure("SESSION_INVALID", params[0] if params else "")
        if method == "session.logout":
            self.sessions.discard(params[0])
            return ""
        return self.query(cls, verb, method, params[1:])

    def count(self, method, args, wanted):
        if len(args) != wanted:
            raise Failure("MESSAGE_PARAMETER_COUNT_MISMATCH", method, str(wanted), str(len(args)))

    def query(self, cls, verb, method, args):
        table = self.table(cls)
        if verb in ("get_all", "get_all_records"):
            self.count(method, args, 0)
            return list(table) if verb == "get_all" else self.records(cls, table)
        self.count(method, args, 1)
        if verb == "get_all_records_where":
            columns = {k for row in self.db[cls].values() for k in row} | {"uuid"}
            where = Where(args[0], columns)
            everything = "ignore-where" in self.quirks
            return {r: v for r, v in table.items() if everything or where.holds(v)}
        if verb.startswith("get_by_"):
            found = [r for r, v in table.items() if v.get(verb[7:]) == args[0]]
            if verb == "get_by_uuid" and not found:
                raise Failure("UUID_INVALID", cls, args[0])
            return found[0] if verb == "get_by_uuid" else found
        return self.field(cls, verb, method, table, args[0])

    def records(self, cls, table):
        """Printed once: a large pool takes a while."""
        if self.missing:
            return table
        if cls not in self.printed:
            self.printed[cls] = Printed(self.printer.value(table))
        return self.printed[cls]

    @staticmethod
    def field(cls, verb, method, table, ref):
        if ref not in table:
            raise Failure("HANDLE_INVALID", cls, ref)
        if verb == "get_record":
            return table[ref]
        row = dict(DEFAULTS.get(cls, {}), **table[ref])
        if verb.startswith("get_") and verb[4:] in row:
            return row[verb[4:]]
        raise Failure("MESSAGE_METHOD_UNKNOWN", method)

    # ---- Faults ----

    def fault_for(self, method):
        with self.lock:
            self.seen[method] = nth = self.seen.get(method, 0) + 1
            self.seen[""] = total = self.seen.get("", 0) + 1
        for f in self.faults:
            count = nth if "method" in f else total
            if f.get("method", method) == method and f.get("nth", count) == count:
                return f
        return {}

    def answer(self, method, params, fault):
        """The body of an answer."""
        if "body" in fault:
            return fault["body"].encode("latin-1")
        if "fault" in fault:
            return self.printer.fault(*fault["fault"])
        try:
            if "error" in fault:
                raise Failure(*fault["error"])
            value = fault["result"] if "result" in fault else self.call(method, params)
            members = [("Status", "Success"), ("Value", value)]
        except Failure as e:
            members = [("Status", "Failure"), ("ErrorDescription", list(e.args))]
        if "pad" in fault:
            members.insert(0, ("Padding", "x" * fault["pad"]))
        return self.printer.response(members)

    # ---- HTTP ----

    def head(self, status, body, keep):
        sep = ":" if "bare-headers" in self.quirks else ": "
        lines = ["HTTP/%s %s" % ("1.0" if "http10" in self.quirks else "1.1", status)]
        headers = [("content-type", "text/xml"), ("cache-control", "no-cache, no-store")]
        if self.framing == "chunked":
            headers.append(("Transfer-Encoding", "chunked"))
        elif self.framing == "length":
            headers.append(("content-length", str(len(body))))
        headers.append(("connection", "keep-alive" if keep else "close"))
        return "\r\n".join(lines + [k + sep + v for k, v in headers] + ["", ""]).encode()

    def framed(self, body):
        if self.framing != "chunked":
            return body
        pieces = [body[i:i + 60000] for i in range(0, len(body), 60000)]
        return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"

    def reply(self, conn, method, params, keep):
        fault = self.fault_for(method)
        if "http" in fault:
            raise HttpError("injected", fault["http"])
        body = self.answer(method, params, fault)
        if self.record_to:
            with open(os.path.join(self.record_to, method + ".xml"), "wb") as f:
                f.write(body)
        if "cut" in fault:
            body = body[:len(body) - fault["cut"]]
        data = self.head("200 OK", body, keep) + self.framed(body)
        if "raw" in fault:
            data = fault["raw"].encode("latin-1")
        self.send(conn, method, data, fault)
        if set(fault) & {"drop", "drip", "endless", "raw", "cut"}:
            raise ConnectionError

    def send(self, conn, method, data, fault):
        time.sleep(fault.get("delay", 0))
        if "drip" in fault:
            for i in range(len(data)):
                conn.sendall(data[i:i + 1])
                time.sleep(fault["drip"])
            return
        if "endless" in fault:
            conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + ENDLESS)
            while True:
                conn.sendall(b"y" * 65536)
        drop = fault.get("drop", len(data))
        conn.sendall(data[:self.seen[method] if drop == "nth" else drop])

    def request(self, conn, data):
        """One request's head and body, and what came after it; None at the end."""
        while b"\r\n\r\n" not in data:
            if len(data) > HEAD_MAX:
                raise HttpError("a head of more than %d bytes" % HEAD_MAX)
            more = conn.recv(65536)
            if not more:
                return None
            data += more
        head, _, data = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        if len(head) > HEAD_MAX or not lines[0].startswith("POST "):
            raise HttpError("not a POST")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
        length = headers.get("content-length", "")
        if not length.isdigit() or int(length) > BODY_MAX:
            raise HttpError("no usable Content-Length")
        length = int(length)
        while len(data) < length:
            more = conn.recv(65536)
            if not more:
                return None
            data += more
        self.requests.append(head + b"\r\n\r\n" + data[:length])
        usual = "close" if lines[0].endswith("1.0") else "keep-alive"
        keep = headers.get("connection", usual).lower() != "close" and self.framing != "close"
        return data[:length], keep, data[length:]

    def talk(self, conn):
        rest = b""
        try:
            while True:
                got = self.request(conn, rest)
                if got is None:
                    return
                body, keep, rest = got
                method, params = read_call(body)
                self.calls.append((method, params))
                self.reply(conn, method, params, keep)
                if not keep:
                    return
        except HttpError as e:
            status = e.args[1] if len(e.args) > 1 else 500
            page = b"<html><body><h1>HTTP %d</h1>%s</body></html>" % (status, e.args[0].encode())
            head = b"HTTP/1.1 %d Internal Error\r\nconnection: close\r\n\r\n" % status
            try:
                conn.sendall(head + page)
            except OSError:
                pass
        except OSError:
            pass
        finally:
            conn.close()

    def serve(self, path):
        """Serves on a unix socket, in threads, until close()."""
        if os.path.exists(path):
            os.unlink(path)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(path)
        self.server.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                conn, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(conn,), daemon=True).start()

    def close(self):
        if self.server:
            self.server.shutdown(socket.SHUT_RDWR)
            self.server.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def main():
    ap = argparse.ArgumentParser(description=__doc__, epilog=FAULTS,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--socket", required=True)
    ap.add_argument("--records", required=True, help="JSON file; a case of tests/golden does, too")
    ap.add_argument("--session", action="append", help="a session that is valid from the start")
    ap.add_argument("--framing", choices=FRAMINGS, default="length")
    ap.add_argument("--printer", choices=PRINTERS, default="stream",
                    help="6.5 and later, before, or with types")
    ap.add_argument("--quirk", action="append", default=[], choices=sorted(QUIRKS))
    ap.add_argument("--fault", action="append", default=[], type=json.loads, metavar="JSON")
    ap.add_argument("--missing", action="append", default=[], metavar="CLASS.FIELD")
    ap.add_argument("--record-to", metavar="FOLDER", help="keep every answer's body there")
    a = ap.parse_args()
    with open(a.records) as f:
        records = json.load(f)
    records = records.get("xapi", records)
    with Standin(records, a.session or ("OpaqueRef:session",), a.framing, a.printer, a.quirk,
                 a.fault, a.missing, a.record_to).serve(a.socket) as standin:
        print("ready", flush=True)
        sys.stdin.read()
        for method, params in standin.calls:
            print(method, len(params))
        print("sessions left: %s" % " ".join(sorted(standin.sessions)))


if __name__ == "__main__":
    main()
