"""set, repair and status: what they change, what they keep, what they refuse."""
import fcntl
import json
import os
import re
import socket

from program import FIXTURES, Copy, Program, name_of, samples

QUICKSTART = os.path.join(FIXTURES, "quickstart", "network.dbcache")
STATIC = ["IP", "192.0.2.5", "netmask", "255.255.255.0", "gateway", "192.0.2.1",
          "ip_configuration_mode", "Static"]


def field(program, path, record, name):
    listed = json.loads(program.run("show", *record, "--json", path).stdout)
    return listed[0][name]


# ---- set -----------------------------------------------------------------------------------------

def test_set_sample(program, path):
    """One field of one PIF, and no other line of the canonical text."""
    with Copy(path) as copy:
        before = program.run("format", path).stdout.splitlines()
        done = program.run("set", "pif", "eth0", "DNS", "192.0.2.77", copy.path)
        out = done.wrong(0)
        after = copy.read().decode().splitlines()
        gone = [line for line in before if line not in after]
        come = [line for line in after if line not in before]
        if len(gone) > 1 or come != ["\t\t<DNS>192.0.2.77</DNS>"]:
            out += ["more than the field:"] + gone + come
        if field(program, copy.path, ["pif", "eth0"], "DNS") != "192.0.2.77":
            out.append("show does not show it")
        return out + copy.leftovers()


def test_set_static(program, _):
    with Copy(QUICKSTART) as copy:
        before = copy.read()
        done = program.run("set", "pif", "eth0", "ip_configuration_mode", "Static", copy.path)
        out = done.wrong(2)
        if copy.read() != before or "address-syntax" not in done.stderr:
            out.append("Static without an address was taken: %s" % done.stderr)
        out += program.run("set", "pif", "eth0", *STATIC, "--dry-run", copy.path).wrong(0)
        if copy.read() != before or os.listdir(copy.folder) != ["network.dbcache"]:
            out.append("a dry run changed something")
        done = program.run("set", "pif", "eth0", *STATIC, copy.path)
        out += done.wrong(0)
        if "pif eth0: IP: (none) -> 192.0.2.5\n" not in done.stdout:
            out.append(done.stdout)
        out += program.run("check", copy.path).wrong(0, 1)
        if "192.0.2.5/24 via 192.0.2.1" not in program.run("show", copy.path).stdout:
            out.append("show does not show the address")
        done = program.run("set", "pif", "eth0", "gateway", "192.0.9.1", copy.path)
        out += done.wrong(2)
        out += program.run("set", "pif", "eth0", "gateway", "192.0.9.1", "--force",
                           copy.path).wrong(0)
        return out + program.run("check", copy.path).wrong(2)


def test_set_reference(program, _):
    """A reference by its name; both lists follow."""
    with Copy(QUICKSTART) as copy:
        out = program.run("set", "pif", "eth1", "network", "xapi1", "--force", copy.path).wrong(0)
        eth1 = field(program, copy.path, ["pif", "eth1"], "ref")
        if eth1 not in field(program, copy.path, ["network", "xapi1"], "PIFs"):
            out.append("the new network does not list it")
        if field(program, copy.path, ["network", "xenbr1"], "PIFs"):
            out.append("the old network lists it still")
        done = program.run("set", "network", "xenbr1", "PIFs", eth1, copy.path)
        return out + done.wrong(64) + ([] if "set that" in done.stderr else [done.stderr])


def test_set_key(program, _):
    with Copy(QUICKSTART) as copy:
        mtu = ["set", "network", "xenbr0", "other_config:mtu"]
        out = program.run(*mtu, "9000", copy.path).wrong(0)
        if field(program, copy.path, ["network", "xenbr0"], "other_config") != {"mtu": "9000"}:
            out.append("the key was not set")
        out += program.run("set", "network", "xenbr0", "--unset", "other_config:mtu",
                           copy.path).wrong(0)
        if field(program, copy.path, ["network", "xenbr0"], "other_config") != {}:
            out.append("the key was not taken away")
        done = program.run("set", "pif", "eth0", "other_config:dommain", "x", copy.path)
        out += done.wrong(64) + ([] if "domain" in done.stderr else [done.stderr])
        return out + program.run("set", "pif", "eth0", "other_config:dommain", "x", "--force",
                                 copy.path).wrong(0)


REFUSED = [  # words, exit status, what stderr says
    (["pif", "eth0", "VLAN", "abc"], 2, "expected a number"),
    (["pif", "eth0", "management", "perhaps"], 2, "expected True or False"),
    (["pif", "eth0", "network", "nosuch"], 2, "found 0 called 'nosuch'"),
    (["pif", "eth0", "IP", "a\tb"], 2, "control characters"),
    (["pif", "nosuch", "IP", "x"], 2, "no pif is called 'nosuch'"),
    (["pif", "eth0", "Gateway", "x"], 64, "did you mean gateway?"),
    (["pif", "eth0", "other_config", "x"], 64, "name a key"),
    (["nosuch", "eth0", "IP", "x"], 64, "no such class"),
    (["pif", "eth0"], 64, "what is to be changed"),
    (["pif"], 64, "which pif"),
    ([], 64, "which record"),
]


def test_set_refused(program, item):
    words, status, text = item
    with Copy(QUICKSTART) as copy:
        before = copy.read()
        done = program.run("set", *words, *([copy.path] if len(words) > 1 else []))
        out = done.wrong(status)
        if copy.read() != before:
            out.append("the file was changed")
        return out + ([] if text in done.stderr else ["stderr: %s" % done.stderr])


def test_set_ambiguous(program, _):
    with Copy(QUICKSTART) as copy:
        copy.write(copy.read().replace(b"<device>eth1<", b"<device>eth0<"))
        done = program.run("set", "pif", "eth0", "DNS", "192.0.2.1", copy.path)
        ref = re.search(r"OpaqueRef:\S+", done.stderr)
        out = done.wrong(2)
        return out + (program.run("set", "pif", ref.group(0), "DNS", "192.0.2.1",
                                  copy.path).wrong(0) if ref else [done.stderr])


def test_unknown_survives(program, words):
    """Records, fields and keys that this release does not know."""
    with Copy(QUICKSTART) as copy:
        text = copy.read().decode()
        text = text.replace("</pif>", "<new_field>7</new_field></pif>", 1)
        text = text.replace("<other_config/>", "<other_config><new_key>8</new_key></other_config>")
        text = text.replace("</pool>", "</pool><new_class ref='x'><a>9</a></new_class><!-- c -->")
        copy.write(text.encode())
        out = program.run(*words, copy.path).wrong(0, 1)
        after = copy.read().decode()
        return out + ["lost: %s" % part for part in
                      ("<new_field>7</new_field>", "<new_key>8</new_key>", "<a>9</a>", "<!-- c -->")
                      if part not in after]


# ---- The file and its lock -----------------------------------------------------------------------

def make_root(copy):
    """A root folder whose cache is the copy."""
    os.makedirs(os.path.join(copy.folder, "var", "xapi"))
    path = os.path.join(copy.folder, "var", "xapi", "network.dbcache")
    os.rename(copy.path, path)
    copy.path = path
    return copy.folder


def test_root(program, _):
    """--root-prefix and a folder as FILE mean the host below it."""
    with Copy(QUICKSTART) as copy:
        root = make_root(copy)
        out = []
        for words in ([root], ["--root-prefix=" + root], ["--root-prefix", root + "/"]):
            done = program.run("show", *words)
            out += done.wrong(0)
            out += [] if "xenbr0" in done.stdout else [done.stdout]
        return out


def test_lock(program, _):
    """The host's own cache is written under the host's lock, a copy is not."""
    with Copy(QUICKSTART) as copy, Copy(QUICKSTART, "other.dbcache") as other:
        root = make_root(copy)
        lock = os.path.join(root, "var", "lock", "interface-reconfigure.lock")
        os.makedirs(os.path.dirname(lock))
        change = ["set", "pif", "eth0", "DNS", "192.0.2.1"]
        restore = ["history", "restore", "1", "--root-prefix", root, "--file", copy.path]
        out = program.run("set", "pif", "eth0", "DNS", "192.0.2.2", copy.path).wrong(0)
        before = copy.read()
        with open(lock, "w", encoding="ascii") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            done = program.run(*change, copy.path, "--root-prefix", root)
            out += done.wrong(2) + program.run(*restore).wrong(2)
            out += [] if copy.read() == before else ["changed without the lock"]
            out += program.run(*change, "--dry-run", root).wrong(0)
            out += program.run(*change, other.path, "--root-prefix", root).wrong(0)
        return out + program.run(*change, root).wrong(0) + program.run(*restore).wrong(0)


def test_link(program, _):
    """A symlink stays one."""
    with Copy(QUICKSTART, "target.dbcache") as copy:
        link = os.path.join(copy.folder, "link.dbcache")
        os.symlink("target.dbcache", link)
        out = program.run("set", "pif", "eth0", "DNS", "192.0.2.1", link).wrong(0)
        if not os.path.islink(link) or b"<DNS>192.0.2.1</DNS>" not in copy.read():
            out.append("the target was not changed")
        return out + copy.leftovers()


def test_history(program, _):
    """What the file was is in the history; a copy under another name has none."""
    with Copy(QUICKSTART) as copy, Copy(QUICKSTART, "copy.dbcache") as other:
        before = copy.read()
        out = program.run("set", "pif", "eth0", "DNS", "192.0.2.1", copy.path).wrong(0)
        done = program.run("history", "list", "--json", "--file", copy.path)
        out += done.wrong(0)
        if "set pif eth0 DNS" not in done.stdout:
            out.append(done.stdout)
        shown = program.run("history", "show", "1", "--file", copy.path)
        if shown.stdout.encode() != before:
            out.append("the first snapshot is not what the file was")
        out += program.run("set", "pif", "eth0", "DNS", "192.0.2.1", other.path).wrong(0)
        return out + [name for name in os.listdir(other.folder) if name != "copy.dbcache"]


def test_damaged(program, _):
    """Damage behind whole records: only --force gives up what is behind it."""
    out = []
    for words in (["format", "--in-place"], ["repair"], ["set", "pif", "eth0", "DNS", ""]):
        with Copy(QUICKSTART) as copy:
            copy.write(copy.read()[:3000])
            before = copy.read()
            done = program.run(*words, copy.path)
            out += done.wrong(2) + ([] if "--force" in done.stderr else [done.stderr])
            out += ["%s changed it" % words] if copy.read() != before else []
            program.run(*words, "--force", copy.path)
            out += program.run("show", copy.path).wrong(0)
            out += ["%s --force: not whole" % words] if b"</xenserver-" not in copy.read() else []
    return out


# ---- repair --------------------------------------------------------------------------------------

# Rules of which a bad sample is mended; `check` finds nothing more, or the rules that are named.
MENDED = {
    "bond-mode-unknown": None, "bond-slave-missing": ["bond-single"], "bond-slave-shared": [],
    "dangling-reference": [], "management-on-slave": [], "management-several": [],
    "mode-unknown": [], "one-sided-bond-master": [], "one-sided-bond-slave": [],
    "one-sided-network": [], "one-sided-tunnel": [], "one-sided-vlan-parent": [],
    "one-sided-vlan-pif": [], "repeated-reference": [], "truth-value": [],
    "wrong-class-reference": [],
}


def findings(program, path):
    done = program.run("check", "--json", path)
    return sorted({found["rule"] for found in json.loads(done.stdout)["findings"]})


def test_repair(program, rule):
    """No new finding, nothing to do a second time, and where one answer fits the fault is gone."""
    path = os.path.join(FIXTURES, "check", rule, "bad.dbcache")
    with Copy(path) as copy:
        before, old = copy.read(), findings(program, path)
        dry = json.loads(program.run("repair", "--dry-run", "--json", copy.path).stdout)
        out = ["a dry run changed the file"] if copy.read() != before else []
        first = json.loads(program.run("repair", "--json", copy.path).stdout)
        left = findings(program, copy.path)
        again = json.loads(program.run("repair", "--json", copy.path).stdout)
        if dry["mended"] != first["mended"]:
            out.append("the dry run said something else")
        if again["mended"]:
            out.append("not mended at once: %s" % again["mended"])
        if sorted({one["rule"] for one in first["left"]}) != left:
            out.append("left %s, check finds %s" % (first["left"], left))
        if not first["mended"] and copy.read() != before:
            out.append("rewritten although nothing was mended")
        expected = MENDED.get(rule)
        if expected is not None and (left != expected or not first["mended"]):
            out.append("expected to be left: %s, found %s" % (expected, left))
        new = set(left) - set(old) - {"bond-single", "bond-empty"}
        return out + ["new: %s" % one for one in sorted(new)] + copy.leftovers()


def test_repair_good(program, path):
    """A sound cache has nothing to mend and is not touched."""
    with Copy(path) as copy:
        before = os.stat(copy.path).st_mtime_ns
        done = program.run("repair", "--json", copy.path)
        out = done.wrong(0, 1, 2)
        mended = json.loads(done.stdout)["mended"]
        if name_of(path) != "08-installer-upgrade55-bond":
            out += ["mended: %s" % one["message"] for one in mended]
            out += [] if os.stat(copy.path).st_mtime_ns == before else ["touched"]
        else:  # management on the slaves too
            rules = {one["rule"] for one in mended}
            out += [] if rules == {"management-on-slave"} else ["mended: %s" % mended]
        return out


# ---- status --------------------------------------------------------------------------------------

# Below a root prefix only files can be looked at; tests/net looks at hosts that run.
KERNEL = "unknown: the kernel is not asked below a root prefix"
NOT_SEEN = [("NICs", "unknown: Open vSwitch has no /var/run/openvswitch/db.sock"),
            ("address", KERNEL), ("gateway", KERNEL)]


def write(root, path, text, mode=0o644):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(full, mode)


def device(root, name, mac, flags="0x1003", mtu=1500):
    if name.startswith("eth"):
        os.makedirs(os.path.join(root, "sys/class/net", name, "device"), exist_ok=True)
    for file, text in (("address", mac), ("flags", flags), ("mtu", str(mtu))):
        write(root, "sys/class/net/%s/%s" % (name, file), text + "\n")


def make_host(root):
    """The quickstart's host, with all as its cache says."""
    write(root, "etc/xensource/network.conf", "openvswitch\n")
    write(root, "etc/xensource-inventory", "CURRENT_INTERFACES='xenbr0'\n")
    device(root, "eth0", "00:16:3e:5a:01:00")
    device(root, "eth1", "00:16:3e:5a:01:01", "0x1002")
    device(root, "xenbr0", "00:16:3e:5a:01:00")


DRIFTS = [  # name, what happens to the host, rows (what, is)
    ("nothing", lambda root: None, NOT_SEEN),
    ("a NIC under another name", lambda root: os.rename(
        root + "/sys/class/net/eth1", root + "/sys/class/net/eth7"),
     [("NIC", "00:16:3e:5a:01:01 is eth7 now")] + NOT_SEEN),
    ("a NIC gone", lambda root: os.rename(root + "/sys/class/net/eth1", root + "/gone"),
     [("NIC", "missing")] + NOT_SEEN),
    ("another NIC", lambda root: device(root, "eth1", "00:16:3e:00:00:99"),
     [("NIC", "00:16:3e:00:00:99")] + NOT_SEEN),
    ("no bridge", lambda root: os.rename(root + "/sys/class/net/xenbr0", root + "/gone"),
     [("state", "missing")]),
    ("a bridge that is down", lambda root: device(root, "xenbr0", "00:16:3e:5a:01:00", "0x1002"),
     [("state", "down")] + NOT_SEEN),
    ("another MTU", lambda root: device(root, "xenbr0", "00:16:3e:5a:01:00", mtu=9000),
     [("MTU", "9000")] + NOT_SEEN),
    ("a socket that nobody listens on", lambda root: listen_no_more(
        root + "/var/run/openvswitch/db.sock"),
     [("NICs", "unknown: nobody listens on *")] + NOT_SEEN[1:]),
]


def listen_no_more(path):
    os.makedirs(os.path.dirname(path))
    here = os.getcwd()
    os.chdir(os.path.dirname(path))
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.basename(path))
    os.chdir(here)


def same_rows(found, expected):
    """Without their order: a row that ends in '*' stands for all that begin so."""
    return len(found) == len(expected) and all(
        any(what == name and (text == said or said.endswith("*") and text.startswith(said[:-1]))
            for what, text in found) for name, said in expected)


def test_status(program, case):
    _, change, expected = case
    with Copy(QUICKSTART) as copy:
        root = make_root(copy)
        make_host(root)
        out = program.run("set", "pif", "eth0", *STATIC, root).wrong(0)
        change(root)
        words = ["status", "--root-prefix", root]
        done = program.run(*words, "--json")
        rows = json.loads(done.stdout)["rows"]
        drift = [(row["what"], row["is"]) for row in rows if row["drift"]]
        out += done.wrong(1)
        out += [] if same_rows(drift, expected) else [
            "drift: %s, expected %s" % (drift, expected)]
        text = program.run(*words)
        out += text.wrong(done.exit)
        out += [] if text.stdout.count("  drift\n") == len(expected) else [text.stdout]
        return out + (["unescaped"] if "\x1b" in text.stdout else [])


def linux_bridge(root):
    """The host of fixtures/net on the Linux bridge: a NIC, a bond, a VLAN on each."""
    write(root, "etc/xensource/network.conf", "bridge\n")
    write(root, "etc/xensource-inventory", "CURRENT_INTERFACES='xenbr0 xapi0 xapi123 xapi4'\n")
    write(root, "sys/class/net/bond0/bonding/slaves", "eth2 eth1\n")
    for i in range(4):
        device(root, "eth%d" % i, "00:16:3e:5a:01:0%d" % i)
    for bridge, port in (("xenbr0", "eth0"), ("xapi0", "bond0"), ("xapi123", "eth0.123"),
                         ("xapi4", "bond0.4")):
        device(root, bridge, "00:16:3e:5a:01:00")
        write(root, "sys/class/net/%s/brif/%s" % (bridge, port), "")


def test_status_linux(program, _):
    """Ports and slaves are seen in sysfs."""
    with Copy(os.path.join(FIXTURES, "net", "network.dbcache")) as copy:
        root = make_root(copy)
        linux_bridge(root)
        out = []
        for change, expected in ((None, []), ("xapi0/brif/bond0", [("NICs", "none")]),
                                 ("xapi4/brif/bond0.4", [("NICs", "none"), ("VLAN", "none")])):
            if change:
                os.unlink(os.path.join(root, "sys/class/net", change))
            done = program.run("status", "--json", "--root-prefix", root)
            rows = [row for row in json.loads(done.stdout)["rows"] if row["bridge"] != "xenbr3"]
            drift = [(row["what"], row["is"]) for row in rows if row["drift"]
                     and row["what"] not in ("address", "gateway")]
            out += done.wrong(1)
            out += [] if drift == expected else ["%s: %s" % (change, drift)]
            out += ["%s: %s" % (row["device"], row["is"]) for row in rows
                    if row["what"] == "address" and row["is"] != KERNEL]
        return out


def test_status_all(program, _):
    """PIFs that nobody asked for: shown with --all, never drift."""
    with Copy(QUICKSTART) as copy:
        root = make_root(copy)
        make_host(root)
        done = program.run("status", "--all", "--root-prefix", root)
        out = done.wrong(1)
        return out + ([] if re.search(r"eth0\.123 +xapi1 +state +not asked for +missing$",
                                      done.stdout, re.MULTILINE) else [done.stdout])


def tests():
    rules = sorted(name for name in os.listdir(os.path.join(FIXTURES, "check"))
                   if os.path.isdir(os.path.join(FIXTURES, "check", name)))
    out = [("set Static", test_set_static, None), ("set a reference", test_set_reference, None),
           ("set other_config", test_set_key, None), ("set one of two", test_set_ambiguous, None),
           ("a root tree", test_root, None), ("the host's lock", test_lock, None),
           ("a symlink", test_link, None), ("the history", test_history, None),
           ("damaged files", test_damaged, None), ("status --all", test_status_all, None),
           ("status on the Linux bridge", test_status_linux, None)]
    out += [("unknown things survive %s" % words[0], test_unknown_survives, words) for words in
            (["format", "--in-place"], ["repair"], ["set", "pif", "eth0", "DNS", "192.0.2.1"])]
    out += [("set refuses %s" % " ".join(case[0]).replace("\t", " "), test_set_refused, case)
            for case in REFUSED]
    out += [("set on %s" % name_of(path), test_set_sample, path) for path in samples("dialects")]
    out += [("repair %s" % rule, test_repair, rule) for rule in rules]
    out += [("repair %s" % name_of(path), test_repair_good, path) for path in samples("dialects")]
    return out + [("status: %s" % case[0], StatusCase(i), None) for i, case in enumerate(DRIFTS)]


class StatusCase:
    """A case by its number: functions in a table do not travel between processes."""

    def __init__(self, number):
        self.number = number

    def __call__(self, program: Program, _):
        return test_status(program, DRIFTS[self.number])
