"""FILE in all its forms: each sample of each format gives the same records in every kind of archive
and compression, and a hostile archive is refused with a helpful message.
"""
import bz2
import gzip
import io
import json
import os
import re
import shutil
import stat
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

from program import FIXTURES, samples

ALPHA = "xen-alpha"  # of the pool in fixtures/statedb; a name is as good as its uuid
BLOCK, BLOCKS = 4 << 20, 96  # bytes of nothing, and how often, make a bomb


class Sample:
    """A file of one of the formats, with the name that a host gives it."""

    def __init__(self, path, name, place, words=()):
        self.path, self.name, self.place, self.words = path, name, place, list(words)
        self.label = os.path.join(os.path.basename(os.path.dirname(path)), os.path.basename(path))

    def read(self):
        with open(self.path, "rb") as file:
            return file.read()


def all_samples():
    """Every cache, both pools with one of their hosts, every networkd.db."""
    out = [Sample(path, "network.dbcache", "var/xapi") for path in samples("dialects")]
    for name in ("8.2.xml", "5.6.xml"):
        out.append(Sample(os.path.join(FIXTURES, "statedb", name), "state.db", "var/xapi",
                          ["--host=" + ALPHA]))
    for name in ("7.4.db", "8.2.db", "25.35.db"):
        out.append(Sample(os.path.join(FIXTURES, "networkd", name), "networkd.db", "var/lib/xcp"))
    return out


# ---- Packing ---------------------------------------------------------------------------------

def packed(members, mode):
    """A tar with these {name: bytes}."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:" + mode) as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def report(sample, data, name=None):
    """What a bug report has, besides."""
    return {"bug-report-1/etc/hosts": b"127.0.0.1 localhost\n", "bug-report-1/xha.log": b"",
            "bug-report-1/%s/%s" % (sample.place, name or sample.name): data,
            "bug-report-1/var/log/messages": b"nothing\n" * 1000}


FORMS = {
    "plain": lambda sample, data: data,
    "gzip": lambda sample, data: gzip.compress(data),
    "bzip2": lambda sample, data: bz2.compress(data),
    "two gzips": lambda sample, data: gzip.compress(data[:500]) + gzip.compress(data[500:]),
    "tar": lambda sample, data: packed(report(sample, data), ""),
    "tar.gz": lambda sample, data: packed(report(sample, data), "gz"),
    "tar.bz2": lambda sample, data: packed(report(sample, data), "bz2"),
    "zip": lambda sample, data: zipped(report(sample, data)),
    "tar.gz with a gzip": lambda sample, data: packed(
        report(sample, gzip.compress(data), sample.name + ".gz"), "gz"),
}


class Folder:
    """A folder of our own."""

    def __init__(self):
        self.path = None

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="dbcache-cli-")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def write(self, name, data):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path


# ---- The same whatever it is in --------------------------------------------------------------

def shown(program, words, *more, stdin=b""):
    """`show --json`, without the line numbers' file, which is the only thing that may differ."""
    done = program.run("show", "--json", *words, *more, stdin=stdin)
    return done, re.sub(r'"(source|file)": "[^"]*"', "", done.stdout)


def test_forms(program, sample):
    """show says the same of a sample, however it is packed, from a file or from a pipe: the next
    sample comes the other way."""
    data = sample.read()
    done, expected = shown(program, sample.words, sample.path)
    out = done.wrong(0)
    if not json.loads(done.stdout or '{"pifs": []}')["pifs"]:
        out.append("no interface at all")
    with Folder() as folder:
        for number, (form, pack) in enumerate(FORMS.items()):
            form_data = pack(sample, data)
            if (number + len(data)) % 2:
                done, found = shown(program, sample.words, folder.write("file", form_data))
            else:
                done, found = shown(program, sample.words, "-", stdin=form_data)
            if done.exit != 0 or found != expected:
                out += ["%s:" % form] + done.wrong(0) + [found[:500]]
    return out


def test_trees(program, sample):
    """The same from a host's root, from an unpacked bug report, and by --root-prefix."""
    data = sample.read()
    _, expected = shown(program, sample.words, sample.path)
    out = []
    with Folder() as folder:
        root = os.path.join(folder.path, "root")
        folder.write("root/%s/%s" % (sample.place, sample.name), data)
        for name, bytes_ in report(sample, data).items():
            folder.write("report/" + name, bytes_)
        places = [[root], [root + "/"], [os.path.join(folder.path, "report")]]
        if sample.name == "network.dbcache":
            places.append(["--root-prefix=" + root])
        for words in places:
            done, found = shown(program, sample.words, *words)
            if done.exit != 0 or found != expected:
                out += [" ".join(words)] + done.wrong(0) + [found[:500]]
    return out


READERS = (["show"], ["show", "pif"], ["show", "network", "--json"], ["format"], ["check"],
           ["check", "--json"], ["graph"], ["graph", "--format=svg"], ["report"],
           ["query", "select count(*) n, host from pif group by host"],
           ["query", "--csv", "select * from network"], ["export", "--to=json"],
           ["export", "--to=sql"], ["export", "--to=networkd.db"], ["status"])
WRITERS = (["set", "pif", "eth0", "DNS", "192.0.2.9"], ["repair"], ["format", "--in-place"])


def test_verbs(program, sample):
    """Every verb that reads takes it; every verb that writes leaves what is no cache alone."""
    out = []
    for words in READERS:
        done = program.run(*words, *sample.words, sample.path)
        sound = {"check": (0, 1, 2), "status": (0, 1)}.get(words[0], (0,))
        out += done.wrong(*sound) + ([] if done.stdout else ["%s: no output" % " ".join(words)])
        if "--json" in words or words == ["export", "--to=json"]:
            json.loads(done.stdout)
    out += program.run("diff", *sample.words, sample.path, sample.path).wrong(0)
    if sample.name != "network.dbcache":
        for words in WRITERS:
            with Folder() as folder:
                file = folder.write(sample.name, sample.read())
                done = program.run(*words, *sample.words, file)
                out += done.wrong(2)
                if "import" not in done.stderr:
                    out.append("%s: does not say what to do: %s" % (words[0], done.stderr))
                with open(file, "rb") as after:
                    out += [] if after.read() == sample.read() else ["%s: changed" % words[0]]
    return out


# ---- Choosing --------------------------------------------------------------------------------

def cache(index=2):
    with open(samples("dialects")[index], "rb") as file:
        return file.read()


def state():
    with open(os.path.join(FIXTURES, "statedb", "8.2.xml"), "rb") as file:
        return file.read()


def ask(program, *words):
    """The rows of a query."""
    done = program.run("query", "--json", *words)
    return done.wrong(0), json.loads(done.stdout or "[]")


def test_several(program, _):
    """Several caches in one archive are listed; --member picks; query takes them all."""
    members = {"a/var/xapi/network.dbcache": cache(0), "b/var/xapi/network.dbcache": cache(2),
               "b/etc/xensource-inventory": b"X='y'\n"}
    out = []
    with Folder() as folder:
        for form, data in (("tar", packed(members, "gz")), ("zip", zipped(members))):
            file = folder.write(form, data)
            done = program.run("show", file)
            out += done.wrong(2)
            out += ["%s: not listed: %s" % (form, name) for name in list(members)[:2]
                    if "--member=" + name not in done.stderr]
            for member in ("b/var/xapi/network.dbcache", "b/*"):
                found = program.run("show", "--json", "--member", member, file)
                same = program.run("show", "--json", samples("dialects")[2])
                out += found.wrong(0)
                if json.loads(found.stdout)["pifs"] != json.loads(same.stdout)["pifs"]:
                    out.append("%s: --member=%s: another one" % (form, member))
            out += program.run("show", "--member=nosuch", file).wrong(2)
            wrong, rows = ask(program, "select host, file, count(*) n from pif group by file "
                                       "order by file", file)
            names = [(row["host"], row["file"]) for row in rows]
            wanted = [(name[0], "%s:%s" % (file, name)) for name in list(members)[:2]]
            out += wrong + ([] if names == wanted else ["query: %s" % names])
    return out


def test_order(program, _):
    """A cache before a database, a database before a backup, wherever they stand in the archive."""
    with open(os.path.join(FIXTURES, "networkd", "8.2.db"), "rb") as file:
        networkd = file.read()
    everything = [("var/xapi/network.dbcache", cache()), ("var/xapi/state.db", state()),
                  ("var/lib/xcp/networkd.db", networkd),
                  ("var/lib/xcp/network.dbcache.bak", cache(0))]
    out = []
    with Folder() as folder:
        for skip in range(len(everything)):
            left = everything[skip:]
            wanted = folder.write("wanted", left[0][1])
            _, expected = shown(program, ["--host=" + ALPHA], wanted)
            for order in (left, left[::-1]):
                file = folder.write("file.tar", packed(dict(order), ""))
                done, found = shown(program, ["--host=" + ALPHA], file)
                out += done.wrong(0) + ([] if found == expected else
                                        ["%s: not from %s" % ([o[0] for o in order], left[0][0])])
                if (skip > 0) != ("no network.dbcache" in done.stderr) and skip < 3:
                    out.append("says nothing of where it is from: %s" % done.stderr)
    return out


def test_hosts(program, _):
    """A pool's hosts are listed; the inventory beside, or --host, picks; query takes them all."""
    path = os.path.join(FIXTURES, "statedb", "8.2.xml")
    out = []
    done = program.run("show", path)
    out += done.wrong(2)
    uuids = dict(re.findall(r"--host=([0-9a-f-]{36})  ([-\w]+)", done.stderr))
    if sorted(uuids.values()) != ["xen-alpha", "xen-beta"]:
        out.append("hosts not listed: %s" % done.stderr)
    for uuid, name in uuids.items():
        by_uuid, by_name = (shown(program, ["--host", word], path) for word in (uuid, name))
        out += by_uuid[0].wrong(0) + ([] if by_uuid[1] == by_name[1] else ["%s: differ" % name])
        if ("may be old" in by_uuid[0].stderr) != (name == "xen-beta"):
            out.append("%s: a slave's copy, or not? %s" % (name, by_uuid[0].stderr))
        with Folder() as folder:
            folder.write("var/xapi/state.db", state())
            folder.write("etc/xensource-inventory", b"INSTALLATION_UUID='%s'\n" % uuid.encode())
            found = shown(program, [], folder.path)
            out += found[0].wrong(0) + ([] if found[1] == by_uuid[1] else ["%s: in a tree" % name])
            archive = folder.write("x.tar", packed(
                {"r/var/xapi/state.db": state(),
                 "r/etc/xensource-inventory": b"INSTALLATION_UUID=%s\n" % uuid.encode()}, ""))
            found = shown(program, [], archive)
            out += found[0].wrong(0) + ([] if found[1] == by_uuid[1] else ["%s: in a tar" % name])
    out += program.run("show", "--host=nosuch", path).wrong(2)
    for uuid in (b'uuid="u"', b""):
        rows = b'<row ref="h1" %s/><row ref="h2" %s/>' % (uuid, uuid)
        done = program.run("show", "-", stdin=b'<database><table name="host">%s</table>'
                                              b'</database>' % rows)
        out += [] if "--host=h1 " in done.stderr and "--host=h2 " in done.stderr else [done.stderr]
    wrong, rows = ask(program, "select distinct host from pif order by host", path)
    hosts = [row["host"] for row in rows]
    out += wrong + ([] if hosts == ["xen-alpha", "xen-beta"] else [str(rows)])
    wrong, rows = ask(program, "--host=xen-beta", "select distinct host from pif", path)
    return out + wrong + ([] if rows == [{"host": "xen-beta"}] else [str(rows)])


def in_both(members):
    """Ways to give these {name: bytes}: (how, words), as an archive and as a folder."""
    with Folder() as folder:
        yield "tar", folder.write("file.tar", packed(members, ""))
    with Folder() as folder:
        for name, data in members.items():
            folder.write(name, data)
        yield "folder", folder.path


def test_whose(program, _):
    """Of several hosts in one archive each has its own inventory; another's says nothing."""
    uuids = {"alpha": b"96fc43f0-90b7-5532-6421-51d48f52a953",
             "beta": b"341c554a-966f-0f97-4300-9599309a1069"}
    alpha, beta = (b"INSTALLATION_UUID='%s'\nMANAGEMENT_INTERFACE='%s'\n" % (uuids[name], bridge)
                   for name, bridge in (("alpha", b"xenbr2"), ("beta", b"xapi0")))
    place, out = "etc/xensource-inventory", []
    beside = {"a/" + place: alpha, "b/" + place: beta, "b/var/xapi/state.db": state()}
    above = {place: alpha, "b/" + place: beta, "b/var/xapi/state.db": state()}
    for members in (beside, above):
        for how, file in in_both(members):
            done = program.run("export", "--to=json", "--member=state.db", file)
            found = '"host": "xen-beta"' in done.stdout
            out += done.wrong(0) + ([] if found else [how + ": another's"])
    for how, file in in_both({"a/" + place: alpha, "b/var/xapi/state.db": state()}):
        done = program.run("show", file)
        out += done.wrong(2) + ([] if "--host=" in done.stderr else [how + ": " + done.stderr])
    with open(os.path.join(FIXTURES, "networkd", "8.2.db"), "rb") as file:
        networkd = file.read()
    for how, file in in_both({"a/" + place: alpha, "b/var/xapi/networkd.db": networkd,
                              "b/" + place: beta}):
        wrong, rows = ask(program, "select device from pif where management", file)
        out += wrong + ([] if rows == [{"device": "bond0"}] else ["%s: %s" % (how, rows)])
    return out


def test_scripts(program, _):
    """ifcfg files of several hosts are no network; those deeper down in one host's are copies; and
    there are as many as the largest host has."""
    scripts, out = "etc/sysconfig/network-scripts/", []
    members = {"%s/%s/ifcfg-eth%s" % (host, scripts, host[1]):
               b"DEVICE=eth%s\nBRIDGE=xenbr0\n" % host[1:].encode() for host in ("h1", "h2")}
    members["h2/%s/backup/ifcfg-eth3" % scripts] = b"DEVICE=eth3\n"
    members["h2/etc/sysconfig/network"] = b"NETWORKING=yes\n"
    words = ["import", "--from=ifcfg", "--output=-"]
    for how, file in in_both({os.path.normpath(name): data for name, data in members.items()}):
        done = program.run(*words, file)
        out += done.wrong(2) + ["%s: %s not listed" % (how, host) for host in ("h1", "h2")
                                if "--member='%s/*'" % host not in done.stderr]
        done = program.run(*words, "--member=h2/*", file)
        devices = re.findall("<device>(.*)</device>", done.stdout)
        out += done.wrong(0) + ([] if devices == ["eth2"] else ["%s: %s" % (how, devices)])
    many = {scripts + "ifcfg-eth%d" % i: b"DEVICE=eth%d\n" % i for i in range(9000)}
    with Folder() as folder:
        return out + program.run(*words, folder.write("file.tar", packed(many, ""))).wrong(0)


def test_forbidden(program, _):
    """A folder that nobody may look into is told, since what is meant may lie there."""
    shut_out = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    with Folder() as folder:
        folder.write("a/network.dbcache", cache())
        folder.write("b/network.dbcache", cache())
        os.chmod(os.path.join(folder.path, "b"), 0)
        done = subprocess.run((shut_out if os.geteuid() == 0 else []) +
                              [program.path, "show", folder.path], check=False,
                              capture_output=True, text=True, env=program.environment())
        os.chmod(os.path.join(folder.path, "b"), stat.S_IRWXU)
    return ([] if done.returncode == 0 else ["exit status %d" % done.returncode]) + \
        ([] if folder.path + "/b: cannot look into it" in done.stderr else [done.stderr])


def may_take(program, megabytes):
    """That, or what it comes to with the sanitizers' own."""
    with open(program.path, "rb") as file:
        return megabytes * 10 if b"__asan_init" in file.read() else megabytes


def test_memory(program, _):
    """Files that only have to be listed take no memory, however many there are."""
    bridge = '"b%d": {"ports": {}, "other_config": {"a": "%s"}}'
    filler = ",".join(bridge % (i, os.urandom(500).hex() * 60) for i in range(150))
    database = b'{"bridge_config": {%s}}' % filler.encode()
    with Folder() as folder:
        file = folder.write("file.tar.gz", packed(
            {"h%d/networkd.db" % i: database for i in range(40)}, "gz"))
        status, error, megabytes = program.peak("show", file)
    return [] if status == 2 and "has 40 of them" in error and (
        megabytes <= may_take(program, 80)) else ["%d, %d MB" % (status, megabytes), error]


# ---- What nobody should pack -----------------------------------------------------------------

def bomb(pack):
    """Packs a cache that starts well and then goes on with blanks for 400 MB."""
    head = b'<?xml version="1.0" ?>\n<xenserver-network-configuration>\n'
    out = pack.compress(head)
    for _ in range(BLOCKS):
        out += pack.compress(b" " * BLOCK)
    return out + pack.flush()


def bomb_in_tar():
    """A log of nothing in front of the cache."""
    raw = packed({"log": b"", "network.dbcache": cache()}, "")
    packer = bz2.BZ2Compressor()
    info = tarfile.TarInfo("log")
    info.size = BLOCKS * BLOCK
    out = packer.compress(info.tobuf())
    for _ in range(BLOCKS):
        out += packer.compress(b"\0" * BLOCK)
    return out + packer.compress(raw[512:]) + packer.flush()


def test_bombs(program, _):
    """What unfolds without end is an error, soon and in little memory."""
    out = []
    with Folder() as folder:
        bombs = {"gzip": bomb(zlib.compressobj(9, zlib.DEFLATED, 31)),
                 "bzip2": bomb(bz2.BZ2Compressor()), "tar.bz2": bomb_in_tar()}
        for name, data in bombs.items():
            status, error, megabytes = program.peak("show", folder.write(name, data))
            if status != 2 or name not in error or megabytes > may_take(program, 80):
                out += ["%s of %d bytes: exit status %d, %d MB" % (name, len(data), status,
                                                                   megabytes), error]
    return out


def member(name, **fields):
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def test_members(program, _):
    """Names that lead out, links, folders and devices in an archive are nobody's cache."""
    cases = {
        "a path outside": member("../../var/xapi/network.dbcache", size=len(cache())),
        "an absolute path": member("/var/xapi/network.dbcache", size=len(cache())),
        "a symbolic link": member("network.dbcache", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        "a hard link": member("network.dbcache", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
        "a folder": member("network.dbcache", type=tarfile.DIRTYPE),
        "a device": member("network.dbcache", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        "a FIFO": member("network.dbcache", type=tarfile.FIFOTYPE),
        "an archive": member("network.dbcache", size=len(packed({"x": b"y"}, "gz"))),
    }
    out = []
    with Folder() as folder:
        for name, info in cases.items():
            data = packed({"x": b"y"}, "gz") if name == "an archive" else cache()
            raw = io.BytesIO()
            with tarfile.open(fileobj=raw, mode="w") as tar:
                tar.addfile(info, io.BytesIO(data))
            done = program.run("show", folder.write("file.tar", raw.getvalue()))
            out += ["%s:" % name] * bool(done.wrong(2)) + done.wrong(2)
            if "file.tar" not in done.stderr or done.stdout:
                out.append("%s: %r %r" % (name, done.stderr, done.stdout))
    return out


def test_damage(program, _):
    """A packed cache that ends early gives its whole records and a warning, as a plain one does; a
    pool's database that ends early is refused, since half of it would look like all."""
    out = []
    with Folder() as folder:
        whole = gzip.compress(cache(0))
        cut = whole[:len(whole) * 9 // 10]
        for name, data in (("network.dbcache.gz", cut),
                           ("file.tar", packed({"network.dbcache.gz": cut}, ""))):
            done = program.run("show", folder.write(name, data))
            out += done.wrong(0)
            if "the whole records before it" not in done.stderr:
                out.append("%s: no word of the damage: %s" % (name, done.stderr))
        packed_state = gzip.compress(state())
        for name, data in (("gzip", packed_state[:len(packed_state) // 2]),
                           ("plain", state()[:len(state()) // 2])):
            done = program.run("show", "--host=" + ALPHA, folder.write("state.db", data))
            out += ["%s:" % name] * bool(done.wrong(2)) + done.wrong(2)
        for data in (b"\x1f\x8b", b"BZh9", b"PK\x03\x04", b"\x00" * 1024, b"{", b"<database/>",
                     b"\xfd7zXZ\x00\x00\x04", os.urandom(2000)):
            out += program.run("show", folder.write("x", data)).wrong(2)
            out += program.run("show", "-", stdin=data).wrong(2)
    return out


def test_folders(program, _):
    """A folder with loops, pipes and sockets is looked through without end or hanging."""
    out = []
    with Folder() as folder:
        file = folder.write("deep/er/network.dbcache", cache())
        os.symlink(folder.path, os.path.join(folder.path, "deep", "loop"))
        os.mkfifo(os.path.join(folder.path, "state.db"))
        os.chmod(os.path.join(folder.path, "state.db"), stat.S_IRUSR)
        done = program.run("show", "--json", folder.path)
        same = program.run("show", "--json", file)
        out += done.wrong(0)
        if json.loads(done.stdout)["pifs"] != json.loads(same.stdout)["pifs"]:
            out.append("not the one in it")
        os.remove(file)
        done = program.run("show", folder.path)
        out += done.wrong(2) + ([] if folder.path in done.stderr else [done.stderr])
    return out


LIMITS = {"CLI_LIMIT_FINDINGS": 4096, "CLI_LIMIT_INVENTORIES": 4096, "CLI_LIMIT_WALK": 50000,
          "DBC_LIMIT_IFCFG_FILES": 16384, "CLI_LIMIT_WALK_DEPTH": 12}


def test_limits(program, _):
    """More of anything than a folder or an archive of hosts can have."""
    few = {"CLI_LIMIT_FINDINGS": ("%d/network.dbcache", b"<xenserver-network-configuration/>"),
           "CLI_LIMIT_INVENTORIES": ("%d/etc/xensource-inventory", b"A='b'"),
           "DBC_LIMIT_IFCFG_FILES": ("etc/sysconfig/network-scripts/ifcfg-e%d", b"A=b")}
    out = []
    with Folder() as folder:
        for name, (path, data) in few.items():
            members = {path % i: data for i in range(LIMITS[name] + 1)}
            file = folder.write(name + ".tar", packed(members, ""))
            done = program.run("import", "--from=ifcfg", "--output=-", "--member=*", file) \
                if "IFCFG" in name else program.run("check", file)
            both = [done, program.run("show", file)] if "FINDINGS" in name else [done]
            what = " ifcfg files" if "IFCFG" in name else ""
            for done in both:
                out += done.wrong(2)
                if "more than %d%s" % (LIMITS[name], what) not in done.stderr:
                    out.append("%s: %s" % (name, done.stderr))
        below = "d/" * (LIMITS["CLI_LIMIT_WALK_DEPTH"] + 1)
        deep = folder.write("deep/" + below + "network.dbcache", cache())
        out += program.run("show", os.path.join(folder.path, "deep")).wrong(2)
        os.rename(deep, deep.replace("d/network", "network"))
        out += program.run("show", os.path.join(folder.path, "deep")).wrong(0)
        for i in range(LIMITS["CLI_LIMIT_WALK"]):
            os.mknod(os.path.join(folder.path, str(i)))
        done = program.run("show", folder.path)
        out += done.wrong(2)
        if "more than %d" % LIMITS["CLI_LIMIT_WALK"] not in done.stderr:
            out.append(done.stderr)
    return out


def test_pipe(program, _):
    """FILE may be a pipe, as a shell's <(COMMAND) is; one that nobody writes into is no file."""
    ours, theirs = os.pipe()
    with subprocess.Popen([program.path, "show", "--json", "/dev/fd/%d" % ours], pass_fds=[ours],
                          stdout=subprocess.PIPE, env=program.environment()) as child:
        os.close(ours)
        with os.fdopen(theirs, "wb") as pipe:
            for byte in gzip.compress(cache()):
                pipe.write(bytes([byte]))
                pipe.flush()
        found = json.loads(child.stdout.read())["pifs"]
    same = program.run("show", "--json", samples("dialects")[2])
    out = [] if found == json.loads(same.stdout)["pifs"] else [str(found)]
    with Folder() as folder:
        os.mkfifo(os.path.join(folder.path, "fifo"))
        return out + program.run("show", os.path.join(folder.path, "fifo")).wrong(2)


def test_links(program, _):
    """A link in a folder is not followed: what it leads to is not of this folder."""
    out = []
    with Folder() as folder:
        folder.write("other/network.dbcache", cache())
        for name, target in (("link", "../other"), ("network.dbcache", "../other/network.dbcache")):
            folder.write("with %s/messages" % name, b"")
            os.symlink(target, os.path.join(folder.path, "with " + name, name))
            out += program.run("show", os.path.join(folder.path, "with " + name)).wrong(2)
        # A host's root is another matter: there both places may be one.
        folder.write("root/var/xapi/network.dbcache", cache())
        os.makedirs(os.path.join(folder.path, "root/var/lib"))
        os.symlink("../xapi", os.path.join(folder.path, "root/var/lib/xcp"))
        out += program.run("show", os.path.join(folder.path, "root")).wrong(0)
        os.remove(os.path.join(folder.path, "root/var/xapi/network.dbcache"))
        os.mkfifo(os.path.join(folder.path, "root/var/xapi/network.dbcache"))
        done = program.run("show", os.path.join(folder.path, "root"))
        out += done.wrong(2) + ([] if "expected a regular file" in done.stderr else [done.stderr])
    return out


def test_endless(program, _):
    """More databases than count end the reading of a pipe, whatever may follow."""
    tar = packed({"%d/networkd.db" % i: b'{"bridge_config": {}}' for i in range(5000)}, "")[:-10240]
    with Folder() as folder, subprocess.Popen(
            ["sh", "-c", 'cat "$0"; exec sleep 60', folder.write("tar", tar)],
            stdout=subprocess.PIPE) as feeder:
        done = subprocess.run([program.path, "check", "-"], stdin=feeder.stdout, check=False,
                              capture_output=True, env=program.environment())
        right = done.returncode == 2 and b"more than 4096" in done.stderr and feeder.poll() is None
        feeder.kill()
    return [] if right else [str(done.stderr)]


def tests():
    out = [("several in one archive", test_several, None), ("which one counts", test_order, None),
           ("hosts of a pool", test_hosts, None), ("whose inventory", test_whose, None),
           ("ifcfg files of several hosts", test_scripts, None),
           ("memory for a list", test_memory, None), ("a forbidden folder", test_forbidden, None),
           ("bombs", test_bombs, None), ("strange members", test_members, None),
           ("damaged packages", test_damage, None), ("strange folders", test_folders, None),
           ("limits of a search", test_limits, None), ("links in a folder", test_links, None),
           ("a pipe", test_pipe, None), ("an endless pipe", test_endless, None)]
    for sample in all_samples():
        out += [("%s %s" % (what, sample.label), test, sample) for what, test in
                (("packed", test_forms), ("in a folder:", test_trees),
                 ("every verb on", test_verbs))]
    return out
