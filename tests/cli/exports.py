"""export: every format on every sample, read back and compared with what the other verbs say, and
what it does not replace.
"""
import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import xml.etree.ElementTree as ET

from changes import QUICKSTART, write
from convert import CACHE, CLASSES, SOURCES, Host, read, report_wrong
from program import FIXTURES, SECONDS, name_of, samples

# ---- export: JSON --------------------------------------------------------------------------------

def everything():
    """Sound caches and those with something wrong in them."""
    check = os.path.join(FIXTURES, "check")
    return samples("dialects") + [os.path.join(check, rule, "bad.dbcache")
                                  for rule in sorted(os.listdir(check))
                                  if os.path.isdir(os.path.join(check, rule))]


def plain(node):
    """An element of a cache as plain data."""
    return node.tag, dict(node.attrib), (node.text or "").strip(), [plain(kid) for kid in node]


def element(name, value, unknown):
    """What a member of the JSON stands for, likewise."""
    kids = [plain(ET.fromstring(one["xml"])) for one in unknown
            if one["inside"] == name and not one["xml"].startswith(("<!", "<?"))]
    if isinstance(value, list):
        items = {"bond_master_of": "slave", "VLAN_slave_of": "master", "slaves": "slave",
                 "tunnel_access_PIF_of": "pif", "tunnel_transport_PIF_of": "pif", "PIFs": "PIF"}
        return name, {}, "", [(items[name], {}, text, []) for text in value] + kids
    if isinstance(value, dict):
        return name, {}, "", [(key, {}, text, []) for key, text in value.items()] + kids
    return name, {}, str(value), []


def rebuilt(told):
    """The records of an export, as `plain` gives those of the cache."""
    out = []
    for class_ in CLASSES:
        for record in told[class_]:
            fields = [element(name, value, record["unknown"]) for name, value in record.items()
                      if name not in ("ref", "unknown") and value is not None]
            fields += [plain(ET.fromstring(one["xml"])) for one in record["unknown"]
                       if one["inside"] is None and not one["xml"].startswith(("<!", "<?"))]
            out.append((class_, {"ref": record["ref"]}, "", fields))
    return out + [plain(ET.fromstring(one["xml"])) for one in told["unknown"]
                  if not one["xml"].startswith(("<!", "<?"))]


def json_wrong(program, path):
    done = program.run("export", "--to=json", path)
    out = done.wrong(0)
    told = json.loads(done.stdout)
    canonical = program.run("format", path)
    wanted = [plain(node) for node in ET.fromstring(canonical.stdout)]
    made = rebuilt(told)
    out += ["only in the cache: %s" % (one,) for one in wanted if one not in made]
    out += ["only in the JSON: %s" % (one,) for one in made if one not in wanted]
    if [one[:2] for one in wanted] != [one[:2] for one in made]:
        out.append("not in the order of the cache")
    comments = re.findall(r"<!--.*?-->", canonical.stdout)
    kept = [one["xml"] for part in [told] + [r for c in CLASSES for r in told[c]]
            for one in part["unknown"] if one["xml"].startswith("<!--")]
    out += [] if sorted(comments) == sorted(kept) else ["comments: %s, %s" % (comments, kept)]
    if (told["format"], told["version"]) != ("network.dbcache", 1) or told["source"] != path:
        out.append("head: %s" % [told[key] for key in ("format", "version", "source")])
    out += [] if "Not all" not in done.stderr else [done.stderr]
    return out


def test_json(program, path):
    """The same records can be made from it."""
    return json_wrong(program, path)


NUMBERS = [("20", 20), ("-1", -1), ("007", "007"), ("+5", "+5"), ("", ""), ("99999999999",
           "99999999999"), ("1e3", "1e3"), ("-0", "-0"), ("a\u00e4", "a\u00e4")]


def test_json_values(program, _):
    """Numbers where they are, unknown things as they were, fields that are not there as null."""
    out = []
    with Host() as host:
        text = read(QUICKSTART).decode()
        for number, wanted in NUMBERS:
            write(host.root, "x", text.replace("<VLAN>-1</VLAN>", "<VLAN>%s</VLAN>" % number))
            told = json.loads(program.run("export", "--to=json", host.path("x")).stdout)
            if told["pif"][0]["VLAN"] != wanted or isinstance(told["pif"][0]["VLAN"], bool):
                out.append("VLAN %r is %r" % (number, told["pif"][0]["VLAN"]))
        text = re.sub("<MTU>.*</MTU>", "", text)
        text = text.replace("</pif>", "<n:x xmlns:n='u'>7 &lt;</n:x><!--a--></pif>", 1)
        text = text.replace("<PIFs>", "<PIFs><new>7</new>", 1)
        text = text.replace("<other_config/>", "<other_config><!--b--><mtu>1</mtu></other_config>")
        text = text.replace("</pool>", "</pool><new ref='x'><a>9</a></new><!-- c -->")
        write(host.root, "x", text)
        out += json_wrong(program, host.path("x"))
        told = json.loads(program.run("export", "--to=json", host.path("x")).stdout)
        if told["network"][0]["MTU"] is not None or told["pif"][0]["management"] is not True:
            out.append("MTU %r, management %r" % (told["network"][0]["MTU"],
                                                  told["pif"][0]["management"]))
        inside = [(one["inside"], one["xml"]) for part in (told["network"][0], told["pif"][0], told)
                  for one in part["unknown"]]
        wanted = [("PIFs", "<new>7</new>"), ("other_config", "<!--b-->"),
                  ("other_config", "<!--b-->"), (None, '<n:x xmlns:n="u">7 &lt;</n:x>'),
                  (None, "<!--a-->"),
                  (None, '<new ref="x"><a>9</a></new>'), (None, "<!-- c -->")]
        return out + ([] if inside == wanted else ["unknown: %s" % inside])


# ---- export: SQL ---------------------------------------------------------------------------------

TABLES = CLASSES + ("members", "other_config")
QUESTIONS = (
    "select device, bridge from pif join network on network.ref = pif.network order by 1, 2",
    "select class, count(*) as n from members group by class order by 1",
    "select n.bridge, o.key, o.value from other_config o join network n on n.ref = o.ref "
    "order by 1, 2", "select typeof(VLAN) as t, VLAN = '-1' as u from pif order by line",
    "select host, file, sum(management) as n from pif group by 1, 2",
    "select length(DNS) as n, hex(device) as x from pif order by line")


def feed(script, database, shell):
    """Runs a script, by sqlite3(1) or by Python's own."""
    if shell:
        done = subprocess.run(["sqlite3", database], input=script.encode(), check=False,
                              capture_output=True, timeout=SECONDS)
        return [done.stderr.decode()] if done.returncode or done.stderr or done.stdout else []
    with contextlib.closing(sqlite3.connect(database)) as base:
        base.executescript(script)
    return []


def ask(database, sql):
    with contextlib.closing(sqlite3.connect(database)) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute(sql)]


def all_rows(database):
    """One question for every row of every table, each table as a text of JSON."""
    columns = {table: [row["name"] for row in ask(database, "pragma table_info(%s)" % table)]
               for table in TABLES}
    return "select " + ", ".join(
        "(select json_group_array(json_object(%s)) from %s) as %s" % (
            ", ".join("'%s', %s" % (name, name) for name in columns[table]), table, table)
        for table in TABLES)


def sql_wrong(program, path, shell=False, questions=()):
    """Without questions: the rows, with one start of the program for all of them."""
    done = program.run("export", "--to=sql", path)
    out = done.wrong(0)
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "new.db")
        out += feed(done.stdout, database, shell)
        whole = ["select * from %s" % table for table in TABLES] + list(questions)
        for sql in whole if questions else [all_rows(database)]:
            wanted = json.loads(program.run("query", "--json", sql, path).stdout)
            found = ask(database, sql)
            if found != wanted:
                out += [sql] + ["%s, not %s" % pair for pair in zip(found, wanted)
                                if pair[0] != pair[1]]
                out += ["%d rows, not %d" % (len(found), len(wanted))] if (
                    len(found) != len(wanted)) else []
        names = ask(database, "select name, sql from sqlite_master")
        return out + ([] if sorted(row["name"] for row in names) == sorted(TABLES)
                      else [str(names)])


def test_sql(program, path):
    """The same questions have the same answers."""
    return sql_wrong(program, path, questions=QUESTIONS if path in samples("dialects") else ())


NASTY = ["it''s'; DROP TABLE pif; --", "a&#10;b&#13;&#10;c", "&#13;", "&#9;tab",
         "\u00e4\u20ac\U0001f600", "x&#127;y", "\u0085", ".quit", "\"q\"", "\\", "%s", "||",
         "a&#10;.quit&#10;/&#10;go&#10;;", "X'00'"]


def test_sql_nasty(program, shell):
    """Quotes, line ends and control characters, which the shell must not take for its own."""
    if shell and not shutil.which("sqlite3"):
        return []
    out = []
    with Host() as host:
        for text in NASTY + ["".join(NASTY), "z&#10;" * 3000]:
            cache = read(QUICKSTART).decode()
            cache = cache.replace("<DNS></DNS>", "<DNS/>").replace("<DNS/>",
                                                                   "<DNS>-%s-</DNS>" % text)
            cache = cache.replace("<other_config/>", "<other_config><domain>%s.</domain>"
                                  "</other_config>" % text)
            write(host.root, "it's.dbcache", cache)
            out += sql_wrong(program, host.path("it's.dbcache"), shell)
            out += [] if "<DNS>-" in cache else ["the sample has no DNS"]
    return out


def test_sql_whole(program, _):
    """One transaction; two hosts in one database are two hosts of a query."""
    first, second = samples("dialects")[2], QUICKSTART
    scripts = [program.run("export", "--to=sql", path).stdout for path in (first, second)]
    out = []
    with tempfile.TemporaryDirectory() as folder:
        half = os.path.join(folder, "half.db")
        script = scripts[0]
        feed(script[:script.rindex("INSERT")], half, False)
        out += ["half a script: %s" % row for row in ask(half, "select * from sqlite_master")]
        both = os.path.join(folder, "both.db")
        for script in scripts:
            out += feed(script, both, False)
        for table in TABLES:
            sql = "select * from %s" % table
            wanted = json.loads(program.run("query", "--json", sql, first, second).stdout)
            out += [] if ask(both, sql) == wanted else ["%s differs" % table]
    return out


# ---- export: networkd.db -------------------------------------------------------------------------

def test_networkd(program, path):
    """JSON of either shape, which says the same when it is read back."""
    out = []
    with Host() as host:
        for words in ([], ["--for-release=7.4"]):
            made = host.path("networkd.db")
            done = program.run("export", "--to=networkd.db", *words, "--json", "--output", made,
                               path)
            if done.exit == 2 and path.startswith(os.path.join(FIXTURES, "check")):
                return out + ([] if done.stderr else ["no word on why"])
            out += done.wrong(0)
            told, config = json.loads(done.stdout), json.loads(read(made))
            out += [] if told["to"] == "networkd.db" and told["written"] == made else [str(told)]
            shape = read(made).decode()
            out += [] if ("Basic_port" in shape) == (not words) or '"kind"' not in shape else [
                shape]
            printed = program.run("export", "--to=networkd.db", *words, path)
            out += [] if json.loads(printed.stdout) == config else ["on stdout: other JSON"]
            out += report_wrong(printed.stderr, dict(told, management=None, errors=1, warnings=0))
            if path not in samples("dialects"):
                continue
            back = program.run("import", "--from=networkd.db", "--output=-", made)
            out += back.wrong(0) + same_network(program, host, path, back.stdout)
    return out


def overview(program, path):
    """What both formats know: what stands on what, on which bridge, with which address."""
    shown = json.loads(program.run("show", "--json", path).stdout)["pifs"]
    return {pif["bridge"]: (pif["device"], pif["kind"], pif["mode"], pif["IP"], pif["netmask"],
                            pif["gateway"], pif["MTU"], pif.get("ipv6_mode"), pif.get("IPv6"),
                            pif.get("IPv6_gateway"))
            for pif in shown if pif["kind"] in ("NIC", "bond", "VLAN") and pif["bridge"]}


def same_network(program, host, path, back):
    write(host.root, "back.dbcache", back)
    wanted, found = overview(program, path), overview(program, host.path("back.dbcache"))
    return ["%s: %s, back %s" % (bridge, row, found.get(bridge)) for bridge, row in wanted.items()
            if row != found.get(bridge)]


# ---- export: where it goes -----------------------------------------------------------------------

def test_export_output(program, to):
    """A file is replaced as a whole, but never a cache, by whatever name."""
    path = samples("dialects")[2]
    plain_text = program.run("export", "--to", to, path).stdout
    with Host(read(path)) as host:
        before = host.read()
        shutil.copy(path, host.path("copy"))
        os.symlink("copy", host.path("link"))
        write(host.root, "empty/network.dbcache", "")
        out = []
        for name in (CACHE, "copy", "link", "empty/network.dbcache"):
            old = read(host.path(name))
            done = program.run("export", "--to", to, "--output", host.path(name), host.root)
            out += done.wrong(2) + ([] if "does not replace" in done.stderr else [done.stderr])
            out += ["%s was replaced" % name] if read(host.path(name)) != old else []
        write(host.root, "old", "something")
        os.chmod(host.path("old"), 0o600)
        for name, mode in (("new", 0o644), ("old", 0o600)):
            done = program.run("export", "--to", to, "--output", host.path(name), path)
            out += done.wrong(0)
            out += [] if read(host.path(name)).decode() == plain_text else ["%s: other" % name]
            out += [] if os.stat(host.path(name)).st_mode & 0o777 == mode else ["mode"]
            out += [] if "Written: %s\n" % host.path(name) in done.stdout else [done.stdout]
        out += program.run("export", "--to", to, "--output", host.path("nosuch/x"), path).wrong(2)
        out += program.run("export", "--to", to, "--output", host.root, path).wrong(2)
        out += ["changed"] if host.read() != before else []
        return out + host.leftovers()


def test_export_sources(program, case):
    """Any FILE, and what reading it left behind is told."""
    name, words = case
    done = program.run("export", "--to=json", *words, os.path.join(FIXTURES, name))
    out = done.wrong(0)
    made = program.run("import", "--from=" + ("state.db" if "state" in name else "networkd.db"),
                       *words, "--output=-", os.path.join(FIXTURES, name))
    told = json.loads(done.stdout)
    wanted = [plain(node) for node in ET.fromstring(made.stdout)]
    out += [] if rebuilt(told) == wanted else ["not the records of import"]
    losses = [text[text.index("Not all"):].split("\n\n")[0].strip() if "Not all" in text else ""
              for text in (done.stderr, made.stderr)]
    return out + ([] if losses[0] == losses[1] else losses)


def short(path):
    return os.path.basename(os.path.dirname(path)) if "bad." in path else name_of(path)


def tests():
    out = []
    for path in everything():
        out += [("export to %s of %s" % (to, short(path)), test, path) for to, test in
                (("json", test_json), ("sql", test_sql), ("networkd.db", test_networkd))]
    out += [("export of values to json", test_json_values, None),
            ("export of nasty values to sql", test_sql_nasty, False),
            ("export of nasty values to sqlite3", test_sql_nasty, True),
            ("export to sql as a whole", test_sql_whole, None)]
    out += [("export --output of %s" % to, test_export_output, to)
            for to in ("json", "sql", "networkd.db")]
    return out + [("export of %s %s" % (case[1], " ".join(case[2])), test_export_sources,
                   (case[1], case[2])) for case in SOURCES]
