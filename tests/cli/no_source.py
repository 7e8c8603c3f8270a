"""import of files that are not a source, and of sources with hostile values: an error names the
file, and the cache stays."""
import gzip
import json
import os
import tempfile
import xml.etree.ElementTree as ET

from changes import QUICKSTART, write
from convert import NETWORKD, STATEDB, Host, read, table, unescaped


def bomb():
    """Takes seconds to make, so only the test that needs it does."""
    return gzip.compress(b"<database>" + b" " * 400000000)


HOSTILE = [  # format, bytes or what makes them
    ("state.db", b""), ("state.db", b"\0" * 100), ("state.db", b"<database>"),
    ("state.db", read(STATEDB)[:6000]), ("state.db", read(QUICKSTART)),
    ("state.db", b"<?xml version='1.0'?><database><manifest/></database>"),
    ("state.db", b"<!DOCTYPE d [<!ENTITY a 'b'>]><database>&a;</database>"),
    ("state.db", bomb),
    ("state.db", read(STATEDB).replace(b'host="OpaqueRef:5a1b7f30-9c42-4be1-8d06-2f4e6a8c0b12"',
                                       b'host="OpaqueRef:nobody"')),
    ("state.db", read(STATEDB).replace(b'device="', b'gadget="').replace(b"<row", b"<rwo")),
    ("state.db", read(NETWORKD)),
    ("networkd.db", b""), ("networkd.db", b"{}"), ("networkd.db", b"[]"), ("networkd.db", b"null"),
    ("networkd.db", read(NETWORKD)[:700]), ("networkd.db", b"[" * 100000),
    ("networkd.db", b'{"bridge_config":' * 1000), ("networkd.db", b'{"bridge_config":[1,"\x1b"]}'),
    ("networkd.db", b'{"bridge_config":{"\\u0000":{}}}'),
    ("networkd.db", read(STATEDB)), ("ifcfg", read(NETWORKD)), ("ifcfg", b""),
]


def test_hostile(program, number):
    """An error that names the file; the cache, whatever it is, stays; no crash."""
    way, content = HOSTILE[number]
    data = content() if callable(content) else content
    out = []
    for before in (None, b"\0\0", read(QUICKSTART)):
        with Host(before) as host:
            source = host.path("source\x1b[31m")
            with open(source, "wb") as file:
                file.write(data)
            done = program.run(*host.words(way, "--force", source))
            out += done.wrong(2) + unescaped(done) + host.leftovers()
            if host.read() != before:
                out.append("the cache was changed")
            if "source\\x1b" not in done.stderr or done.stdout:
                out.append("stdout %r, stderr %r" % (done.stdout, done.stderr))
    return out


def test_nasty(program, _):
    """Values that are markup, quotes and control characters: in the cache as text."""
    nasty = "a'b\"c<d>&amp;e"
    with Host() as host:
        text = read(STATEDB).decode().replace(
            'DNS="192.0.2.53"', 'DNS="a\'b&quot;c&lt;d&gt;&amp;amp;e%%n%n\x1b[31m"'.replace(
                "\x1b", "&#10;")).replace("bond-mode", "dom-mode")
        write(host.root, "nasty.db", text)
        done = program.run(*host.words("state.db", host.path("nasty.db")))
        out = done.wrong(0) + unescaped(done)
        made = ET.fromstring(host.read())
        values = [pif.findtext("DNS") for pif in made.findall("pif")]
        return out + ([] if any(value and value.startswith(nasty) for value in values)
                      else ["DNS: %s" % values])


def test_empty_folder(program, way):
    with Host() as host, tempfile.TemporaryDirectory() as folder:
        out = []
        for words in (host.words(way), host.words(way, folder),
                      host.words(way, os.path.join(folder, "nosuch"))):
            done = program.run(*words)
            out += done.wrong(2) + ([] if done.stderr.startswith("dbcache: ") else [done.stderr])
        return out + (["a cache was made"] if host.read() is not None else [])


def test_losses(program, n):
    """Many of a kind are a few rows and a number; all of them for programs, up to a limit."""
    with Host() as host:
        config = json.loads(read(NETWORKD))
        config["interface_config"]["xapi0"].update(
            ipv6_conf=["Static6", [["2001:db8::11", 64]]], ipv6_gateway="2001:db8::1\x1b[31m")
        for i in range(n):
            config["bridge_config"]["br%d" % i] = dict(config["bridge_config"]["xapi0"],
                                                       ports={})
            config["interface_config"]["br%d" % i] = config["interface_config"]["xapi0"]
        write(host.root, "many.json", json.dumps(config))
        path = host.path("many.json")
        done = program.run("import", "--from=networkd.db", "--json", "--output=-", path)
        told = json.loads(done.stderr[done.stderr.index("{\n"):])
        printed = program.run("import", "--from=networkd.db", "--output=-", path)
        out = done.wrong(0) + printed.wrong(0) + unescaped(printed)
        if len(told["losses"]) < min(n, 10000) or len(told["losses"]) > 10000:
            out.append("%d losses" % len(told["losses"]))
        if (told["losses_left_out"] > 0) != (n > 3000):
            out.append("left out: %d" % told["losses_left_out"])
        if told["losses_left_out"]:
            wanted = ", and %d more that are not listed):" % told["losses_left_out"]
            return out + ([] if wanted in printed.stderr else ["no " + wanted])
        wanted = table(told["losses"])
        out += [] if any(" more" in line for line in wanted) else ["too few losses"]
        return out + ([] if "\n".join(wanted) in printed.stderr else ["expected:"] + wanted + [
            "found:", printed.stderr])


def tests():
    out = [("import of hostile %s, %d" % (HOSTILE[i][0], i), test_hostile, i)
           for i in range(len(HOSTILE))]
    out += [("import from %s where there is none" % way, test_empty_folder, way)
            for way in ("state.db", "networkd.db", "ifcfg")]
    out += [("import with losses of %d bridges" % n, test_losses, n) for n in (7, 6000)]
    return out + [("import of nasty values", test_nasty, None)]
