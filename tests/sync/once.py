"""ovs-xapi-sync --once: what each key of bridges and interfaces becomes, and that nothing is
written or asked twice."""
from host import Host
from xapi import Pool, Xapi

OK = (0,)


def wanted(what, got, expected):
    return [] if got == expected else ["%s is %r, not %r" % (what, got, expected)]


class Once:
    def __init__(self, program):
        self.program = program

    def host(self, pool, **how):
        return Host(self.program, Xapi(pool.tables, **how))

    @staticmethod
    def synced(host, *options, status=0):
        got, said = host.once(*options)
        return [] if got == status else ["exit status %d, not %d: %s" % (got, status, said)]

    # ---- Interfaces ----

    def test_ids_of_a_vif(self):
        """other_config of VIF and VM, else XAPI's uuids; keys of others stay."""
        pool = Pool()
        vm, plain = pool.vm(**{"nicira-vm-id": "my & vm"}), pool.vm()
        vif, other = pool.vif(vm, **{"nicira-iface-id": "my <iface>"}), pool.vif(plain)
        with self.host(pool) as host:
            host.interface("vif1.0", xs_vif_uuid=pool.row("VIF", vif)["uuid"],
                           xs_vm_uuid=pool.row("VM", vm)["uuid"], theirs="stays")
            host.interface("vif2.0", xs_vif_uuid=pool.row("VIF", other)["uuid"],
                           xs_vm_uuid=pool.row("VM", plain)["uuid"], iface_id="old")
            host.interface("vif3.0", xs_vif_uuid="11111111-2222-3333-4444-555555555555",
                           xs_vm_uuid="no uuid \" at all")
            yield "exit status", self.synced(host)
            yield "of other_config", host.has(0, "vif1.0", iface_id="my <iface>",
                                              vm_id="my & vm", theirs="stays",
                                              iface_status="active")
            yield "of XAPI", host.has(0, "vif2.0", iface_id=pool.row("VIF", other)["uuid"],
                                      vm_id=pool.row("VM", plain)["uuid"])
            yield "unknown to XAPI", host.has(
                0, "vif3.0", iface_id="11111111-2222-3333-4444-555555555555",
                vm_id="no uuid \" at all")
            yield "nothing else", wanted(
                "vif1.0", sorted(host.ids("vif1.0")),
                ["iface-id", "iface-status", "theirs", "vm-id", "xs-vif-uuid", "xs-vm-uuid"])
            asked = str([p for m, p in host.xapi.calls if m == "VM.get_all_records_where"])
            yield "what is no uuid is not asked for", wanted("asked", "at all" in asked, False)

    def test_tap_and_vif(self):
        """The tap of a guest has what its vif says, and is the active one."""
        pool = Pool()
        vm = pool.vm()
        vif = pool.vif(vm, **{"nicira-iface-id": "mine"})
        uuids = {"xs_vif_uuid": pool.row("VIF", vif)["uuid"],
                 "xs_vm_uuid": pool.row("VM", vm)["uuid"]}
        with self.host(pool) as host:
            host.interface("vif7.2", attached_mac="02:00:00:00:00:07", xs_network_uuid="net",
                           **uuids)
            host.interface("tap7.2", attached_mac="old", xs_vm_uuid="old", theirs="stays")
            host.interface("tap8.0", iface_status="active", iface_id="old", vm_id="old")
            host.interface("vif9.1", xs_vif_uuid=uuids["xs_vif_uuid"])
            host.interface("tap9.1", attached_mac="02:00:00:00:00:09", xs_network_uuid="old")
            yield "exit status", self.synced(host)
            yield "vif", host.has(0, "vif7.2", iface_status="inactive", iface_id="mine")
            yield "tap", host.has(0, "tap7.2", iface_status="active", iface_id="mine",
                                  attached_mac="02:00:00:00:00:07", xs_network_uuid="net",
                                  vm_id=uuids["xs_vm_uuid"], theirs="stays", **uuids)
            yield "tap alone", host.has(0, "tap8.0", iface_status=None, iface_id=None, vm_id=None)
            yield "what the vif lacks goes", host.has(0, "tap9.1", attached_mac=None,
                                                      xs_network_uuid=None, xs_vm_uuid=None,
                                                      vm_id=None, iface_id="mine")

    def test_other_devices(self):
        """A device that is neither is who it says; without a uuid it is nobody."""
        pool = Pool()
        with self.host(pool) as host:
            host.interface("dev0", xs_vif_uuid="some-uuid", xs_vm_uuid="a-vm")
            host.interface("eth0", iface_id="stale", vm_id="stale", iface_status="active",
                           theirs="stays")
            yield "exit status", self.synced(host)
            yield "its own uuid", host.has(0, "dev0", iface_id="some-uuid", vm_id="a-vm",
                                           iface_status=None)
            yield "none", host.has(0, "eth0", iface_id=None, vm_id=None, iface_status=None,
                                   theirs="stays")
            yield "nobody is asked about them", wanted(
                "calls", [n for n in host.xapi.names() if "where" in n], [])

    # ---- Bridges ----

    def test_bridge_id(self):
        pool = Pool()
        named = pool.network("xapi0", **{"nicira-bridge-id": "from-config"})
        second = pool.network("xapi2")
        uuid = pool.row("network", second)["uuid"]
        with self.host(pool) as host:
            host.bridge("xapi0", external_ids={"xs-network-uuids":
                                               pool.row("network", named)["uuid"]})
            host.bridge("xapi1", external_ids={"xs-network-uuids": "only-one", "theirs": "x"})
            host.bridge("xapi2", external_ids={"xs-network-uuids": "other;%s;more" % uuid})
            host.bridge("xapi3", external_ids={"xs-network-uuids": "a;b", "bridge-id": "old"})
            host.bridge("br-int", external_ids={"bridge-id": "old"})
            yield "exit status", self.synced(host)
            yield "of other_config", host.has(0, "xapi0", "Bridge", bridge_id="from-config")
            yield "the only one", host.has(0, "xapi1", "Bridge", bridge_id="only-one", theirs="x")
            yield "that of XAPI's network", host.has(0, "xapi2", "Bridge", bridge_id=uuid)
            yield "none of several", host.has(0, "xapi3", "Bridge", bridge_id=None)
            yield "no uuids", host.has(0, "br-int", "Bridge", bridge_id=None)

    def modes(self, pool, host, *bridges):
        problems = self.synced(host)
        for name, mode, in_band in bridges:
            row = host.db.select("Bridge", name=name)[0]
            problems += wanted(name + " fail_mode", row["fail_mode"], mode)
            problems += wanted(name + " disable-in-band",
                               row["other_config"].get("disable-in-band"), in_band)
        return problems

    def test_fail_mode_and_in_band(self):
        pool = Pool()
        pool.network("own", **{"vswitch-controller-fail-mode": "secure",
                               "vswitch-disable-in-band": "true"})
        pool.network("pools", **{"vswitch-disable-in-band": "false"})
        pool.network("odd", **{"vswitch-controller-fail-mode": "maybe",
                               "vswitch-disable-in-band": "per\x7fhaps"})
        with self.host(pool) as host:
            for name in ("own", "pools", "odd", "none"):
                host.bridge(name, other_config={"disable-in-band": "old", "hwaddr": "x"},
                            fail_mode="standalone" if name == "own" else "secure")
            yield "no pool's", self.modes(pool, host, ("own", "secure", "true"),
                                          ("pools", "standalone", "false"),
                                          ("odd", "standalone", "old"), ("none", "secure", "old"))
            yield "what else is there stays", wanted(
                "other_config", host.db.select("Bridge", name="own")[0]["other_config"],
                {"disable-in-band": "true", "hwaddr": "x"})
            said = host.once()[1]
            yield "a bad setting is said", [] if (
                "\"per\\x7fhaps\" isn't a valid setting for other_config:disable-in-band on odd"
                in said) else [said]
            pool.row("pool", pool.pool)["other_config"] = {"vswitch-controller-fail-mode":
                                                           "secure"}
            host.xapi.printed.clear()
            yield "the pool's", self.modes(pool, host, ("pools", "secure", "false"),
                                           ("own", "secure", "true"))
            pool.add("pool")
            yield "of two pools neither's", self.modes(pool, host, ("pools", "standalone",
                                                                    "false"))

    # ---- Costs ----

    def test_second_run(self):
        """What is right is not written again."""
        pool = Pool()
        vm = pool.vm()
        net = pool.network("xapi0")
        with self.host(pool) as host:
            host.bridge("xapi0", external_ids={"xs-network-uuids":
                                               pool.row("network", net)["uuid"]})
            for i in range(3):
                host.interface("vif%d.0" % i, xs_vif_uuid=pool.row("VIF", pool.vif(vm))["uuid"],
                               xs_vm_uuid=pool.row("VM", vm)["uuid"])
            yield "exit status", self.synced(host)
            yield "one transaction a table", wanted("writes", host.db.writes() in (1, 2), True)
            first = host.db.writes()
            yield "again", self.synced(host)
            yield "nothing is written", wanted("writes", host.db.writes(), first)
            yield "no session is left", wanted("sessions", host.xapi.sessions,
                                               {"OpaqueRef:session"})

    def test_two_thousand(self):
        """All of them in ten calls of XAPI at most."""
        pool = Pool()
        vifs = {}
        for i in range(1000):
            vm = pool.vm(**{"nicira-vm-id": "vm%d" % i})
            for n in range(2):
                vif = pool.row("VIF", pool.vif(vm, **{"nicira-iface-id": "if%d.%d" % (i, n)}))
                vifs["vif%d.%d" % (i, n)] = {"external_ids": {
                    "attached-mac": "02:00:00:00:00:01", "xs-network-uuid": pool.uuid(),
                    "xs-vif-uuid": vif["uuid"], "xs-vm-uuid": pool.row("VM", vm)["uuid"]}}
        with self.host(pool) as host:
            host.insert({}, vifs)
            yield "exit status", self.synced(host)
            wrong = [row["name"] for row in host.db.select("Interface")
                     if row["external_ids"].get("iface-id") != "if" + row["name"][3:]
                     or row["external_ids"].get("vm-id") != "vm" + row["name"][3:].split(".")[0]]
            yield "all are right", wrong[:5]
            calls = host.xapi.names()
            yield "calls", wanted("calls %s: at most 10" % calls, len(calls) <= 10, True)

    # ---- XAPI as it is not always ----

    def test_no_events(self):
        """A release without event.from is asked for networks and pools."""
        pool = Pool()
        pool.network("xapi0", **{"nicira-bridge-id": "x"})
        with self.host(pool, events=False) as host:
            host.bridge("xapi0", external_ids={"xs-network-uuids": "a"})
            yield "exit status", self.synced(host)
            yield "bridge-id", host.has(0, "xapi0", "Bridge", bridge_id="x")

    def test_old_printers(self):
        for how in ({"printer": "tree"}, {"printer": "typed", "framing": "chunked"},
                    {"framing": "close", "quirks": ["value-first", "extra-members", "indent"]},
                    {"framing": "chunked", "quirks": ["bare-headers", "http10"]}):
            pool = Pool()
            pool.network("xapi0", **{"nicira-bridge-id": "x & y"})
            vif = pool.vif(pool.vm(), **{"nicira-iface-id": "mine"})
            with self.host(pool, **how) as host:
                host.bridge("xapi0")
                host.interface("vif1.0", xs_vif_uuid=pool.row("VIF", vif)["uuid"])
                yield str(how), self.synced(host)
                yield str(how), host.has(0, "xapi0", "Bridge", bridge_id="x & y")
                yield str(how), host.has(0, "vif1.0", iface_id="mine")

    def test_away(self):
        """Nobody there: exit status 1, and rows have what they can have without it."""
        pool = Pool()
        vif = pool.row("VIF", pool.vif(pool.vm()))["uuid"]
        with Host(self.program) as host:
            host.interface("vif1.0", xs_vif_uuid=vif)
            host.interface("vif2.0", xs_vif_uuid=vif, iface_id="given before")
            host.bridge("xapi0", external_ids={"xs-network-uuids": "one"})
            host.bridge("xapi1", external_ids={"xs-network-uuids": "one;two"})
            yield "exit status", self.synced(host, status=1)
            yield "the uuid stands in", host.has(0, "vif1.0", iface_id=vif, iface_status="active")
            yield "what is there stays", host.has(0, "vif2.0", iface_id="given before")
            yield "a bridge with one uuid", host.has(0, "xapi0", "Bridge", bridge_id="one")
            yield "with two", host.has(0, "xapi1", "Bridge", bridge_id=None)

    def test_hostile(self):
        """Answers that are none: one clear error, and nothing of them in the database."""
        for fault in ({"http": 500}, {"cut": 900}, {"drop": 40}, {"raw": "220 mail ready\r\n"},
                      {"body": "<a>"}, {"result": "text"}, {"result": ["x"]},
                      {"raw": "HTTP/1.1 200 OK\r\n" + "x" * 9000},
                      {"raw": "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"},
                      {"raw": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
                      {"error": ["INTERNAL_ERROR", "x"]}, {"error": ["SESSION_INVALID", "x"]}):
            pool = Pool()
            vif = pool.row("VIF", pool.vif(pool.vm(), **{"nicira-iface-id": "mine"}))["uuid"]
            fault = dict(fault, method="VIF.get_all_records_where")
            with self.host(pool, faults=[fault]) as host:
                host.interface("vif1.0", xs_vif_uuid=vif)
                yield str(fault), self.synced(host, status=1)
                yield str(fault), host.has(0, "vif1.0", iface_id=vif)
                if "SESSION_INVALID" not in str(fault):
                    yield str(fault), wanted("sessions", host.xapi.sessions,
                                             {"OpaqueRef:session"})

    def test_bad_identifiers(self):
        """An identifier that no transaction should have is none."""
        pool = Pool()
        long = pool.row("VIF", pool.vif(pool.vm(), **{"nicira-iface-id": "x" * 2000}))["uuid"]
        bell = pool.row("VIF", pool.vif(pool.vm(), **{"nicira-iface-id": "a\tb"}))["uuid"]
        with self.host(pool) as host:
            host.interface("vif1.0", xs_vif_uuid=long)
            host.interface("vif2.0", xs_vif_uuid=bell)
            yield "exit status", self.synced(host)
            yield "too long", host.has(0, "vif1.0", iface_id=long)
            yield "no text", host.has(0, "vif2.0", iface_id=bell)

    def test_no_database(self):
        pool = Pool()
        with self.host(pool) as host:
            host.db.stop()
            yield "exit status", self.synced(host, status=1)
            host.db.start()
