"""ovs-xapi-sync as a daemon: it follows every change, asks nothing twice, writes only what differs,
and goes on when XAPI or ovsdb-server stops."""
import os
import signal
import socket
import subprocess
import time

from host import Host
from once import wanted
from xapi import Pool, Xapi, within


class Daemon:
    """Each test has a pool with the network xapi0 and one VM, vif1.0 of which is there."""

    def __init__(self, program):
        self.program = program
        self.pool = Pool()
        self.vm = self.pool.vm(**{"nicira-vm-id": "my-vm"})
        self.net = self.pool.network("xapi0", **{"nicira-bridge-id": "first"})

    def host(self, start=True, options=(), **how):
        host = Host(self.program, Xapi(self.pool.tables, **how))
        host.bridge("xapi0", external_ids={"xs-network-uuids":
                                           self.pool.row("network", self.net)["uuid"]})
        self.add_vif(host, "vif1.0")
        if start:
            host.start(*options)
            if not host.in_step():
                raise RuntimeError("not in step: " + host.appctl("show")[1] + host.log())
        return host

    def add_vif(self, host, name, vm=None, **more):
        vm = vm or self.vm
        vif = self.pool.vif(vm, **{"nicira-iface-id": "id-" + name})
        if host.xapi:
            host.xapi.printed.pop("VIF", None)
        host.interface(name, xs_vif_uuid=self.pool.row("VIF", vif)["uuid"],
                       xs_vm_uuid=self.pool.row("VM", vm)["uuid"], **more)
        return vif

    def since(self, host):
        """A function that tells calls and writes from now on, the watch left out."""
        calls, writes = len(host.xapi.calls), host.db.writes()
        return lambda: ([n for n in host.xapi.names()[calls:] if n != "event.from"],
                        host.db.writes() - writes)

    @staticmethod
    def settled(host):
        """A moment for what should not happen."""
        time.sleep(0.5)
        return host.in_step()

    # ---- Following -------------------------------------------------------------------------

    def test_a_vif_comes(self):
        with self.host() as host:
            yield "at the start", host.has(10, "vif1.0", iface_id="id-vif1.0", vm_id="my-vm",
                                           iface_status="active")
            since = self.since(host)
            self.add_vif(host, "vif1.1")
            yield "it gets its ids", host.has(10, "vif1.1", iface_id="id-vif1.1", vm_id="my-vm")
            self.settled(host)
            yield "what is known is not asked, and all is one transaction", wanted(
                "calls, writes", since(), (["VIF.get_all_records_where"], 1))
            since = self.since(host)
            other = self.pool.vm()
            host.xapi.printed.pop("VM", None)
            self.add_vif(host, "vif2.0", other)
            host.has(10, "vif2.0", iface_id="id-vif2.0")
            self.settled(host)
            yield "a new machine", wanted("calls, writes", since(), (
                ["VIF.get_all_records_where", "VM.get_all_records_where"], 1))

    def test_taps_come_and_go(self):
        with self.host() as host:
            since = self.since(host)
            host.interface("tap1.0")
            yield "tap", host.has(10, "tap1.0", iface_status="active", iface_id="id-vif1.0",
                                  vm_id="my-vm")
            yield "vif", host.has(10, "vif1.0", iface_status="inactive")
            self.settled(host)
            yield "all is one transaction", wanted("calls, writes", since(), ([], 1))
            host.remove_interface("tap1.0")
            yield "vif alone", host.has(10, "vif1.0", iface_status="active")
            host.interface("tap1.0")
            host.has(10, "vif1.0", iface_status="inactive")
            host.remove_interface("vif1.0")
            yield "tap alone", host.has(10, "tap1.0", iface_status=None)

    def test_somebody_writes(self):
        """What others take away comes back; what is theirs is no reason to write."""
        with self.host() as host:
            since = self.since(host)
            host.set_ids("Interface", "vif1.0", theirs="x")
            host.set_ids("Bridge", "xapi0", theirs="x")
            self.settled(host)
            yield "theirs", wanted("calls, writes", since(), ([], 0))
            host.set_ids("Interface", "vif1.0", iface_id=None, vm_id="other")
            yield "ours", host.has(10, "vif1.0", iface_id="id-vif1.0", vm_id="my-vm", theirs="x")
            self.settled(host)
            yield "asks nothing", wanted("calls, writes", since(), ([], 1))

    def test_known_until_flushed(self):
        with self.host(start=False) as host:
            vif = self.add_vif(host, "vif5.0")
            host.start()
            host.has(10, "vif5.0", iface_id="id-vif5.0")
            since = self.since(host)
            host.xapi.change("VIF", vif, other_config={"nicira-iface-id": "new"})
            self.settled(host)
            yield "known answers are kept", wanted("calls, writes", since(), ([], 0))
            yield "flush-cache", wanted("answer", host.appctl("flush-cache"), (0, ""))
            yield "then it counts", host.has(10, "vif5.0", iface_id="new")
            since = self.since(host)
            host.remove_interface("vif5.0")
            host.xapi.change("VIF", vif, other_config={"nicira-iface-id": "newer"})
            host.interface("vif5.0", xs_vif_uuid=self.pool.row("VIF", vif)["uuid"])
            yield "a row that went and came", host.has(10, "vif5.0", iface_id="newer")

    # ---- Networks --------------------------------------------------------------------------

    def test_network_changes(self):
        """bridge-id follows; fail mode and in-band are the plugin's to change."""
        with self.host() as host:
            yield "at the start", host.has(10, "xapi0", "Bridge", bridge_id="first")
            since = self.since(host)
            host.xapi.change("network", self.net, other_config={
                "nicira-bridge-id": "second", "vswitch-controller-fail-mode": "secure",
                "vswitch-disable-in-band": "true"})
            yield "changed", host.has(10, "xapi0", "Bridge", bridge_id="second")
            row = host.db.select("Bridge", name="xapi0")[0]
            yield "fail mode", wanted("fail mode, in-band", (row["fail_mode"], row["other_config"]),
                                      ("standalone", {}))
            host.xapi.change("network", self.net, gone=True)
            uuids = host.ids("xapi0", "Bridge")["xs-network-uuids"]
            yield "gone", host.has(10, "xapi0", "Bridge", bridge_id=uuids)
            self.settled(host)
            yield "by events alone", wanted("calls, writes", since(), ([], 2))

    def test_events_are_one_call_a_second(self):
        with self.host() as host:
            before = host.xapi.names().count("event.from")
            end = time.monotonic() + 3
            number = 0
            while time.monotonic() < end:
                number += 1
                host.xapi.change("network", self.net,
                                 other_config={"nicira-bridge-id": "n%d" % number})
                time.sleep(0.01)
            yield "the last counts", host.has(10, "xapi0", "Bridge", bridge_id="n%d" % number)
            calls = host.xapi.names().count("event.from") - before
            yield "calls", wanted("%d calls: at most 6" % calls, calls <= 6, True)

    def test_without_events(self):
        with self.host(events=False) as host:
            yield "at the start", host.has(10, "xapi0", "Bridge", bridge_id="first")
            self.pool.network("xapi7", **{"nicira-bridge-id": "later"})
            host.xapi.printed.clear()
            host.bridge("xapi7")
            yield "a new bridge asks again", host.has(10, "xapi7", "Bridge", bridge_id="later")
            since = self.since(host)
            self.settled(host)
            yield "and nothing else does", wanted("calls, writes", since(), ([], 0))

    def test_new_bridge_is_set_up(self):
        with self.host() as host:
            host.bridge("xapi9", fail_mode="secure", other_config={"disable-in-band": "true"})
            self.settled(host)
            row = host.db.select("Bridge", name="xapi9")[0]
            yield "unknown network: as it is", wanted(
                "row", (row["fail_mode"], row["other_config"]),
                ("secure", {"disable-in-band": "true"}))
            ref = self.pool.network("xapi9", **{"nicira-bridge-id": "nine"})
            host.xapi.change("network", ref)
            yield "its network comes", host.has(10, "xapi9", "Bridge", bridge_id="nine")
            row = host.db.select("Bridge", name="xapi9")[0]
            yield "it is set up", wanted("row", (row["fail_mode"], row["other_config"]),
                                         ("standalone", {}))

    # ---- ovsdb-server ----------------------------------------------------------------------

    def test_database_restarts(self):
        with self.host() as host:
            since = self.since(host)
            for _ in range(2):
                host.db.stop()
                yield "it answers meanwhile", wanted("database", host.shows("database"), "away")
                host.db.start()
                within(20, lambda: host.shows("database") == "connected")
                yield "it is back", wanted("database", host.shows("database"), "connected")
            self.settled(host)
            yield "nothing is asked or written again", wanted("calls, writes", since(), ([], 0))
            self.add_vif(host, "vif1.1")
            yield "it goes on", host.has(10, "vif1.1", iface_id="id-vif1.1")
            host.remove_interface("vif1.1")
            host.db.stop()
            host.db.start()
            within(20, lambda: host.shows("interfaces") == "1" and
                   host.shows("database") == "connected")

    def test_database_comes_late(self):
        with self.host(start=False) as host:
            host.db.stop()
            host.start()
            time.sleep(1)
            yield "XAPI is not asked for nothing", wanted("calls", host.xapi.names(), [])
            host.db.start()
            yield "then it begins", host.has(20, "vif1.0", iface_id="id-vif1.0")

    # ---- XAPI ------------------------------------------------------------------------------

    def test_not_before_xapi_is_ready(self):
        with self.host(start=False) as host:
            os.unlink(host.cookie)
            host.interface("tap1.0")
            host.start()
            yield "what needs no XAPI is there", host.has(10, "tap1.0", iface_status="active")
            yield "what needs it is not", host.has(0, "vif1.0", iface_id=None)
            time.sleep(1)
            yield "nobody was asked", wanted("calls", host.xapi.names(), [])
            with open(host.cookie, "w", encoding="ascii"):
                pass
            yield "then it asks", host.has(10, "vif1.0", iface_id="id-vif1.0", vm_id="my-vm")

    def test_xapi_restarts(self):
        with self.host() as host:
            host.xapi.close()
            os.unlink(host.socket)
            within(10, lambda: host.shows("xapi") == "away")
            uuid = self.pool.row("VIF", self.add_vif(host, "vif1.1"))["uuid"]
            yield "the uuid stands in", host.has(10, "vif1.1", iface_id=uuid, vm_id="my-vm",
                                                 iface_status="active")
            yield "what is known stays", host.has(0, "vif1.0", iface_id="id-vif1.0")
            yield "the bridge, too", host.has(0, "xapi0", "Bridge", bridge_id="first")
            host.xapi = Xapi(self.pool.tables)
            self.pool.row("network", self.net)["other_config"] = {"nicira-bridge-id": "second"}
            host.start_xapi()
            yield "it goes on", host.has(30, "vif1.1", iface_id="id-vif1.1")
            yield "what happened meanwhile counts", host.has(30, "xapi0", "Bridge",
                                                             bridge_id="second")
            self.settled(host)
            names = host.xapi.names()
            # The session of before may be tried first.
            asked = names.count("VIF.get_all_records_where")
            yield "asked once", wanted("%d questions" % asked, asked in (1, 2), True)
            yield "nothing that was known", wanted("VMs",
                                                   names.count("VM.get_all_records_where"), 0)
            yield "one session", wanted("logins", names.count("session.login_with_password"), 1)

    def test_pauses_grow(self):
        with self.host() as host:
            host.xapi.faults = [{"http": 500}]
            host.appctl("flush-cache")
            before = len(host.xapi.calls)
            time.sleep(8)
            calls = len(host.xapi.calls) - before
            yield "calls", wanted("%d calls in 8 s: 4 to 10" % calls, 4 <= calls <= 10, True)
            host.xapi.faults = []
            yield "it comes back", wanted("in step", host.in_step(70), True)

    def test_session_expires(self):
        with self.host() as host:
            within(10, lambda: host.xapi.waiting == 1)
            host.xapi.sessions.clear()
            since = self.since(host)
            self.add_vif(host, "vif1.1")
            yield "a new session", host.has(10, "vif1.1", iface_id="id-vif1.1")
            yield "at once", wanted("calls", since()[0], [
                "VIF.get_all_records_where", "session.login_with_password",
                "VIF.get_all_records_where"])
            host.xapi.sessions.clear()
            host.xapi.change("network", self.net, other_config={"nicira-bridge-id": "second"})
            yield "the watch, too", host.has(15, "xapi0", "Bridge", bridge_id="second")
            host.xapi.change("network", self.net, other_config={"nicira-bridge-id": "third"})
            yield "and goes on", host.has(15, "xapi0", "Bridge", bridge_id="third")
            host.end()
            yield "no session is left", wanted("sessions", host.xapi.sessions, set())

    def test_slow_xapi(self):
        """ovs-appctl is answered at once, whatever XAPI does."""
        with self.host() as host:
            host.xapi.held.clear()
            uuid = self.pool.row("VIF", self.add_vif(host, "vif1.1"))["uuid"]
            begin = time.monotonic()
            for _ in range(5):
                host.appctl("show")
            took = time.monotonic() - begin
            yield "answers", wanted("5 answers in %.1f s" % took, took < 5, True)
            yield "the uuid stands in", host.has(10, "vif1.1", iface_id=uuid)
            host.xapi.held.set()
            yield "then the answer counts", host.has(10, "vif1.1", iface_id="id-vif1.1")

    def test_answer_never_comes(self):
        with self.host(options=("--timeout=1",)) as host:
            host.xapi.held.clear()
            uuid = self.pool.row("VIF", self.add_vif(host, "vif1.1"))["uuid"]
            yield "the uuid stands in", host.has(10, "vif1.1", iface_id=uuid)
            yield "it is away", wanted("xapi", host.shows("xapi"), "away")
            host.xapi.held.set()
            yield "then the answer counts", host.has(20, "vif1.1", iface_id="id-vif1.1")

    # ---- The end ---------------------------------------------------------------------------

    def test_ends(self):
        for how in ("exit", "TERM", "INT"):
            with self.host() as host:
                pid = host.daemon.pid
                with open(os.path.join(host.run, "ovs-xapi-sync.pid"), encoding="ascii") as file:
                    yield how + ": pid file", wanted("pid", file.read(), "%d\n" % pid)
                if how == "exit":
                    yield how, wanted("answer", host.appctl("exit"), (0, ""))
                else:
                    host.daemon.send_signal(getattr(signal, "SIG" + how))
                yield how + ": status", wanted("status", host.daemon.wait(20), 0)
                host.daemon = None
                yield how + ": sessions", wanted("sessions", host.xapi.sessions,
                                                 {"OpaqueRef:session"})
                left = [n for n in os.listdir(host.run) if n.startswith("ovs-xapi-sync")]
                yield how + ": files", wanted("files", left, [])

    def test_ends_while_xapi_is_silent(self):
        with self.host() as host:
            host.xapi.held.clear()
            self.add_vif(host, "vif1.1")
            begin = time.monotonic()
            host.appctl("exit")
            yield "status", wanted("status", host.daemon.wait(20), 0)
            took = time.monotonic() - begin
            yield "time", wanted("%.1f s" % took, took < 9, True)
            host.daemon = None

    # ---- ovs-appctl ------------------------------------------------------------------------

    def test_commands(self):
        with self.host(options=("--log-file",), start=True) as host:
            yield "version", wanted("version", host.appctl("version")[1].split()[:2],
                                    ["ovs-xapi-sync", "(dbcache)"])
            listed = host.appctl("list-commands")[1].split()
            yield "list-commands", [name for name in ("exit", "flush-cache", "list-commands",
                                                      "version", "vlog/reopen", "show")
                                    if name not in listed]
            status, said = host.appctl("no\x1bthing")
            yield "no command", wanted("answer", (status, "\x1b" in said, "not a valid" in said),
                                       (2, False, True))
            yield "arguments", wanted("status", host.appctl("version", "x")[0], 2)

    def test_log_file(self):
        with Host(self.program) as host:
            log = host.path("the.log")
            host.start("--log-file=" + log)
            within(10, lambda: "bridges" in open(log, encoding="utf-8").read())
            os.rename(log, log + ".1")
            yield "reopen", wanted("answer", host.appctl("vlog/reopen"), (0, ""))
            host.appctl("flush-cache")
            within(10, lambda: os.path.exists(log))
            with open(log, encoding="utf-8") as file:
                text = file.read()
            yield "the line is in the new file", [] if "|ovs-xapi-sync|INFO|flush-cache" in text \
                else [text]

    def test_hostile_clients(self):
        """Whatever a client sends: the next one is answered."""
        with self.host() as host:
            path = [os.path.join(host.run, n) for n in os.listdir(host.run) if n.endswith(".ctl")]
            yield "one socket, for root alone", wanted(
                "mode", [oct(os.stat(p).st_mode & 0o777) for p in path], ["0o600"])
            for data in (b"", b"x", b"{", b"[1]", b"{}", b'{"id":1}', b'{"method":"exit"}',
                         b'{"id":1,"method":"exit","params":{}}',
                         b'{"id":1,"method":3,"params":[]}', b"\xff\xfe", b'{"a":1,"a":2}',
                         b"[" * 70000, b'{"id":"' + b"x" * 70000,
                         b'{"id":0,"method":"version","params":[]}' * 3000):
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(path[0])
                    client.settimeout(1)
                    try:
                        client.sendall(data)
                    except OSError:
                        pass
            many = [socket.socket(socket.AF_UNIX) for _ in range(30)]
            for client in many:
                client.connect(path[0])
            # ovs-appctl does not wait: it is refused while the queue of new clients is full.
            end = time.monotonic() + 10
            while host.appctl("version")[0] != 0 and time.monotonic() < end:
                time.sleep(0.1)
            yield "still there", wanted("version", host.appctl("version")[0], 0)
            for client in many:
                client.close()
            yield "still in step", wanted("in step", host.in_step(), True)

    # ---- Supervision -----------------------------------------------------------------------

    @staticmethod
    def pid(host):
        try:
            with open(os.path.join(host.run, "ovs-xapi-sync.pid"), encoding="ascii") as file:
                return int(file.read())
        except (OSError, ValueError):
            return 0

    def test_detach_and_monitor(self):
        with self.host(start=False) as host:
            done = subprocess.run(host.argv("--detach", "--monitor", "--pidfile", "--log-file=" +
                                            host.path("said")),
                                  env=host.environment(), timeout=30, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            yield "nothing keeps what it printed open", wanted("said", done.stdout, b"")
            yield "in front", wanted("status", done.returncode, 0)
            first = self.pid(host)
            yield "it works", host.has(20, "vif1.0", iface_id="id-vif1.0")
            again = subprocess.run(host.argv("--pidfile"), env=host.environment(), timeout=30,
                                   stderr=subprocess.PIPE, text=True, check=False)
            yield "a second one does not start", wanted(
                "status", (again.returncode, "already running" in again.stderr), (1, True))
            os.kill(first, signal.SIGKILL)
            second = within(30, lambda: self.pid(host) not in (0, first) and self.pid(host))
            yield "killed: another one", [] if second else ["none: pid is %d" % self.pid(host)]
            within(10, lambda: host.appctl("version")[0] == 0)
            self.add_vif(host, "vif1.1")
            yield "it works as well", host.has(20, "vif1.1", iface_id="id-vif1.1")
            yield "exit", wanted("status", host.appctl("exit")[0], 0)
            gone = within(10, lambda: not os.path.exists(
                os.path.join(host.run, "ovs-xapi-sync.pid")))
            time.sleep(1)
            yield "it stays away", wanted("gone", (gone, self.pid(host)), (True, 0))

    def test_cannot_start(self):
        """--detach tells the caller what went wrong."""
        with self.host(start=False) as host:
            for option in ("--pidfile=/nowhere/at/all", "--unixctl=/nowhere/at/all",
                           "--unixctl=/" + "x" * 200, "--log-file=/nowhere/at/all"):
                done = subprocess.run(host.argv("--detach", option), env=host.environment(),
                                      timeout=30, stderr=subprocess.PIPE, text=True, check=False)
                yield option[:30], wanted("status", done.returncode, 1)
                yield option[:30], [] if "/" in done.stderr else ["said: " + done.stderr]

    def test_readiness(self):
        for abstract in (False, True):
            with self.host(start=False) as host:
                name = "\0sync-%d" % os.getpid() if abstract else host.path("notify")
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
                    systemd.bind(name)
                    systemd.settimeout(2)
                    host.db.stop()
                    host.start(NOTIFY_SOCKET=name.replace("\0", "@"))
                    try:
                        early = systemd.recv(100)
                    except socket.timeout:
                        early = None
                    yield "not before the database", wanted("told", early, None)
                    host.db.start()
                    systemd.settimeout(20)
                    yield "ready", wanted("told", systemd.recv(100), b"READY=1")
                    host.end()
                    yield "stops", wanted("told", systemd.recv(100), b"STOPPING=1")
