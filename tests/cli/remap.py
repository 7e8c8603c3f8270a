"""remap: the mapping that it shows, what it changes and keeps, what it refuses."""
import json
import os

from program import FIXTURES, Copy

RECOVERY = os.path.join(FIXTURES, "recovery", "network.dbcache")
OLD = ["00:16:3e:70:00:10", "00:16:3e:70:00:11"]
NEW = ["00:16:3e:90:00:20", "00:16:3e:90:00:21", "00:16:3e:90:00:22"]


def nics_file(copy, *nics):
    path = os.path.join(copy.folder, "nics")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines("%s\n" % " ".join(nic) for nic in nics)
    return "--nics=" + path


def records(program, copy):
    """{device[.tag]: MAC} of the PIFs."""
    listed = json.loads(program.run("show", "pif", "--json", copy.path).stdout)
    return {pif["device"] + (".%s" % pif["VLAN"] if str(pif["VLAN"]) != "-1" else ""): pif["MAC"]
            for pif in listed}


def test_renamed(program, _):
    """Two NICs have each other's name."""
    with Copy(RECOVERY) as copy:
        nics = nics_file(copy, (OLD[1], "eth0", "3:0.0"), (OLD[0], "eth1", "3:0.1"))
        before = copy.read()
        done = program.run("remap", "--dry-run", nics, copy.path)
        out = done.wrong(0)
        if copy.read() != before or "+         <device>eth1</device>" not in done.stdout:
            out.append("dry run: %s" % done.stdout)
        done = program.run("remap", nics, copy.path)
        out += done.wrong(0)
        if "pif eth0: device: eth0 -> eth1\npif eth1: device: eth1 -> eth0\n" not in done.stdout:
            out.append(done.stdout)
        wanted = {"eth1": OLD[0], "eth0": OLD[1], "bond0": OLD[0], "bond0.20": OLD[0]}
        if records(program, copy) != wanted:
            out.append(str(records(program, copy)))
        after = copy.read()
        out += program.run("remap", nics, copy.path).wrong(0)
        if copy.read() != after:
            out.append("a second run changed something")
        shown = program.run("history", "show", "1", "--file", copy.path)
        out += shown.wrong(0) + copy.leftovers()
        return out + ([] if shown.stdout.encode() == before else ["the history lacks the old one"])


def test_replaced(program, _):
    """Other NICs: MACs of bond and VLAN follow, and JSON says all of it."""
    with Copy(RECOVERY) as copy:
        nics = nics_file(copy, (NEW[0], "p1", "4:0.0"), (NEW[1], "p0", "3:0.0"))
        done = program.run("remap", "--json", nics, copy.path)
        out = done.wrong(0)
        said = json.loads(done.stdout)
        mapping = [(row["device"], row["nic"]["device"], row["nic"]["PCI"], row["why"])
                   for row in said["mapping"]]
        if mapping != [("eth0", "p0", "0000:03:00.0", "order"),
                       ("eth1", "p1", "0000:04:00.0", "order")] or not said["written"]:
            out.append(done.stdout)
        if len(said["changes"]) != 6 or said["not_in_cache"]:
            out.append(done.stdout)
        wanted = {"p0": NEW[1], "p1": NEW[0], "bond0": NEW[1], "bond0.20": NEW[1]}
        return out + ([] if records(program, copy) == wanted else [str(records(program, copy))])


def test_unclear(program, _):
    """Refused, with the words that would decide it; then decided."""
    with Copy(RECOVERY) as copy:
        before = copy.read()
        nics = nics_file(copy, (NEW[0], "a", "-"), (NEW[1], "b", "-"), (NEW[2], "c", "-"))
        done = program.run("remap", nics, copy.path)
        out = done.wrong(2)
        if copy.read() != before or "--map=eth1=DEVICE" not in done.stderr:
            out.append(done.stderr)
        done = program.run("remap", "--json", nics, copy.path)
        out += done.wrong(2)
        said = json.loads(done.stdout)
        if said["written"] or said["mapping"][0]["nic"] is not None or len(
                said["not_in_cache"]) != 3 or "3 NICs" not in said["mapping"][0]["unclear"]:
            out.append(done.stdout)
        out += program.run("remap", nics, "--map=eth0=c", "--map", "eth1=", copy.path).wrong(0)
        wanted = {"c": NEW[2], "eth1": OLD[1], "bond0": NEW[2], "bond0.20": NEW[2]}
        return out + ([] if records(program, copy) == wanted else [str(records(program, copy))])


REFUSED = [  # lines of the list, further words, what stderr says
    (["00:16:3e:90:00:20 eth0"], [], "nics:1:23: a word is missing"),
    (["", "x eth0 -"], [], "nics:2: expected the MAC of a NIC, found 'x'"),
    (["00:16:3e:90:00:20 e/0 -"], [], "nics:1: expected the name of a device, found 'e/0'"),
    (["00:16:3e:90:00:20 eth0 3"], [], "nics:1: expected a PCI address"),
    (["00:16:3e:90:00:20 a -", "00:16:3e:90:00:21 a -"], [], "nics:2: a second NIC called a"),
    (["# none"], [], "nics: no NIC is in it"),
    (["00:16:3e:90:00:20 a -"], ["--map=eth9=a"], "the cache has no NIC eth9"),
    (["00:16:3e:90:00:20 a -"], ["--map=eth0=b"], "the host has no NIC b"),
    (["00:16:3e:70:00:10 bond0 -", "00:16:3e:70:00:11 eth1 -"], [],
     "both pif eth0 and pif bond0 would be called bond0"),
]


def test_refused(program, case):
    lines, words, text = case
    with Copy(RECOVERY) as copy:
        before = copy.read()
        nics = nics_file(copy, *[line.split() for line in lines])
        done = program.run("remap", nics, *words, copy.path)
        out = done.wrong(2)
        if copy.read() != before:
            out.append("the file was changed")
        return out + ([] if text in done.stderr else ["stderr: %s" % done.stderr])


def test_new_error(program, _):
    """A NIC that has the name of a bridge is an error that check had not found before."""
    with Copy(RECOVERY) as copy:
        before = copy.read()
        nics = nics_file(copy, (NEW[0], "xapi0", "-"), (NEW[1], "eth1", "-"))
        done = program.run("remap", nics, copy.path)
        out = done.wrong(2)
        if copy.read() != before or "[bridge-is-device]" not in done.stderr:
            out.append(done.stderr)
        out += program.run("remap", nics, "--force", copy.path).wrong(0)
        return out + ([] if "xapi0" in records(program, copy) else ["--force did not force"])


def test_root(program, _):
    """The kernel's NICs below a root folder."""
    with Copy(RECOVERY) as copy:
        out = program.run("remap", "--root-prefix", copy.folder, copy.path).wrong(2)
        for name, mac in (("eth0", NEW[0]), ("eth1", NEW[1])):
            folder = os.path.join(copy.folder, "sys", "class", "net", name)
            os.makedirs(os.path.join(folder, "device"))
            with open(os.path.join(folder, "address"), "w", encoding="ascii") as file:
                file.write(mac + "\n")
        out += program.run("remap", "--root-prefix", copy.folder, copy.path).wrong(0)
        found = records(program, copy)
        return out + ([] if found["eth0"] == NEW[0] and found["eth1"] == NEW[1] else [str(found)])


def tests():
    out = [("remap: renamed", test_renamed, None), ("remap: replaced", test_replaced, None),
           ("remap: unclear", test_unclear, None), ("remap: a new error", test_new_error, None),
           ("remap: below a root", test_root, None)]
    return out + [("remap refuses: %s" % case[2], test_refused, case) for case in REFUSED]
