#!/usr/bin/env python3
"""A thin XAPI client over xmlrpc.client and a unix socket, like that of XenServer's own scripts.
It proves that such a client can talk to the stand-in."""
import http.client
import socket
import xmlrpc.client


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


class UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def make_connection(self, host):
        if not self._connection or host != self._connection[0]:
            self._connection = host, UnixConnection(self.path)
        return self._connection[1]


class Session:
    """session.xenapi.PIF.get_all() and the like: the session goes first, the result is unwrapped,
    a failure is an exception."""

    def __init__(self, path):
        self.proxy = xmlrpc.client.ServerProxy("http://localhost", UnixTransport(path))
        self.ref = None

    def call(self, method, *params):
        result = getattr(self.proxy, method)(*params)
        if result["Status"] != "Success":
            raise RuntimeError(result["ErrorDescription"])
        return result["Value"]

    def login(self):
        self.ref = self.call("session.login_with_password", "root", "", "1.0", "client.py")

    def logout(self):
        self.call("session.logout", self.ref)
        self.proxy("close")()

    def __getattr__(self, name):
        return Class(self, name)


class Class:
    def __init__(self, session, name):
        self.session, self.name = session, name

    def __getattr__(self, verb):
        return lambda *params: self.session.call("%s.%s" % (self.name, verb), self.session.ref,
                                                 *params)


def as_text(value):
    """A value with its numbers as XAPI has them; one printer of the stand-in types them."""
    if isinstance(value, dict):
        return {k: as_text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_text(v) for v in value]
    return value if isinstance(value, bool) else str(value)


def problems(path, made):
    """Talks to the stand-in about the pool that it serves; yields what is not as it should be."""
    session = Session(path)
    session.login()
    pool = session.pool.get_all()[0]
    host = session.pool.get_master(pool)
    if host != made.hosts[0] or session.host.get_by_uuid(made.host_uuid(0)) != host:
        yield "another master: %s" % host
    if not as_text(session.host.get_API_version_major(host)).isdigit():
        yield "no version"
    if as_text(session.PIF.get_all_records()) != made.tables["PIF"]:
        yield "other PIFs"
    mine = 'field "host"="%s" and (not (field "VLAN"="-1"))' % host
    if set(session.PIF.get_all_records_where(mine)) != {
            r for r, v in made.tables["PIF"].items() if v["host"] == host and v["VLAN"] != "-1"}:
        yield "another filter"
    for wrong in ((session.nonsense.get_all, "MESSAGE_METHOD_UNKNOWN"),
                  (lambda: session.VLAN.get_record("OpaqueRef:x"), "HANDLE_INVALID"),
                  (lambda: session.VLAN.get_all("x"), "MESSAGE_PARAMETER_COUNT_MISMATCH"),
                  (lambda: session.VLAN.get_all_records_where("field"), "INVALID_VALUE")):
        try:
            yield "no failure but %s" % (wrong[0](),)
        except RuntimeError as failure:
            if wrong[1] not in str(failure):
                yield "another failure: %s" % failure
    session.logout()
    try:
        session.VLAN.get_all()
        yield "logged out, and still heard"
    except RuntimeError:
        pass
    session.proxy("close")()
