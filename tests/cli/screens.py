"""What show and format print of every sample; every verb on the hostile ones; colour and width."""
import json
import os
import re
import unicodedata

from program import FIXTURES, Copy, name_of, samples

CLASSES = ("pif", "bond", "vlan", "tunnel", "network", "pool")
READERS = (["show"], ["show", "--json"], ["show", "pif"], ["show", "network", "--json"], ["format"],
           ["check"], ["check", "--json"], ["graph"], ["repair", "--dry-run"],
           ["repair", "--dry-run", "--json"], ["query", "select count(*) from pif"],
           ["set", "pif", "eth0", "DNS", "192.0.2.9", "--dry-run"], ["export", "--to=json"],
           ["export", "--to=sql"], ["export", "--to=networkd.db"])


def screen_path(path):
    return os.path.join(FIXTURES, "cli", name_of(path) + ".screen")


def screen(program, path):
    """The overview, and a record of each class that there is in full."""
    out = program.run("show", os.path.basename(path), cwd=os.path.dirname(path)).stdout
    for name in CLASSES:
        done = program.run("show", name, path)
        out += "\n%s\n%s" % (name, done.stdout)
    return out


def bless(program):
    os.makedirs(os.path.join(FIXTURES, "cli"), exist_ok=True)
    for path in samples("dialects"):
        with open(screen_path(path), "w", encoding="utf-8") as file:
            file.write(screen(program, path))


def test_screen(program, path):
    """The same as when a person last looked at it."""
    with open(screen_path(path), encoding="utf-8") as file:
        expected = file.read()
    found = screen(program, path)
    out = [] if found == expected else ["expected:", expected, "found:", found]
    return out + ["blanks at the end: %r" % line for line in found.splitlines()
                  if line != line.rstrip()]


def records(path, class_):
    with open(path, encoding="utf-8") as file:
        return re.findall(r'<%s\s+ref="([^"]+)"' % class_, file.read())


def test_full(program, path):
    """Every record by its reference, in words and as JSON, with every field of its class."""
    out = []
    for class_ in CLASSES:
        refs = records(path, class_)
        listed = json.loads(program.run("show", class_, "--json", path).stdout)
        if [record["ref"] for record in listed] != refs:
            out.append("show %s --json: not the records of the file" % class_)
        for ref in refs:
            done = program.run("show", class_, ref, path)
            out += done.wrong(0)
            known = next(record for record in listed if record["ref"] == ref)
            fields = set(known) - {"class", "record", "ref", "line", "unknown"}
            out += ["%s %s: no row for %s" % (class_, ref, field) for field in fields
                    if not re.search(r"^  %s( |$)" % field, done.stdout, re.MULTILINE)]
    return out


def test_tree(program, path):
    """Each PIF once, the management one marked."""
    done = program.run("show", "--json", path)
    pifs = json.loads(done.stdout)["pifs"]
    out = done.wrong(0)
    if sorted(pif["ref"] for pif in pifs) != sorted(records(path, "pif")):
        out.append("not each PIF once")
    if [pif["management"] for pif in pifs].count(True) != 1:
        out.append("not one management PIF")
    return out


def test_format(program, path):
    """Canonical text says the same and stays as it is; in place gives the same bytes."""
    once = program.run("format", path)
    again = program.run("format", "-", stdin=once.stdout.encode())
    out = once.wrong(0) + again.wrong(0)
    if once.stdout != again.stdout:
        out.append("formatting twice is not formatting once")
    with Copy(path) as copy:
        os.chmod(copy.path, 0o600)
        out += program.run("format", "--in-place", copy.path).wrong(0)
        if copy.read().decode() != once.stdout:
            out.append("in place: other bytes")
        if os.stat(copy.path).st_mode & 0o777 != 0o600:
            out.append("in place: another mode")
        out += program.run("diff", path, copy.path).wrong(0)
        before = os.stat(copy.path)
        program.run("format", "--in-place", copy.path)
        if os.stat(copy.path).st_ino != before.st_ino:
            out.append("a canonical file was replaced")
        out += copy.leftovers()
    return out


def test_reader(program, item):
    """A sound file: no crash, no error but for what the verb says of its exit status."""
    path, words = item
    done = program.run(*words, path)
    sound = (0,) if words[0] in ("show", "format", "graph", "query", "export") else (0, 1, 2)
    out = done.wrong(*sound)
    if "--json" in words:
        json.loads(done.stdout)
    return out


def test_hostile(program, item):
    """An error or a warning that names the file; no crash, nothing unescaped."""
    path, words = item
    done = program.run(*words, path)
    out = done.wrong(0, 1, 2)
    if os.path.basename(path) not in done.stderr:
        out.append("stderr does not name the file: %r" % done.stderr)
    out += ["unescaped: %r" % char for char in set(done.stdout + done.stderr)
            if unicodedata.category(char) == "Cc" and char not in "\n\t"]
    if done.exit == 2 and words[-1] == "--json" and words[0] == "show" and done.stdout:
        out.append("output although it failed")
    return out


def test_changers_hostile(program, path):
    """Verbs that write leave a damaged file as it is."""
    out = []
    for words in (["format", "--in-place"], ["repair"],
                  ["set", "pool", "--unset", "other_config:x"]):
        with Copy(path) as copy:
            before = copy.read()
            out += program.run(*words, copy.path).wrong(2)
            if copy.read() != before:
                out.append("%s changed it" % words[0])
            out += copy.leftovers()
    return out


def test_colour(program, _):
    path = samples("dialects")[2]
    escape = "\x1b["
    plain = program.run("show", path).stdout
    cases = [("a pipe", plain, False),
             ("a terminal", program.on_terminal("show", path), True),
             ("NO_COLOR", program.on_terminal("show", path, NO_COLOR="1"), False),
             ("an empty NO_COLOR", program.on_terminal("show", path, NO_COLOR=""), True),
             ("--color=never", program.on_terminal("show", "--color=never", path), False),
             ("--color=always", program.run("show", "--color=always", path).stdout, True)]
    out = ["%s: colour is %s" % (name, escape in text) for name, text, wanted in cases
           if (escape in text) != wanted]
    out += ["%s: other words" % name for name, text, _ in cases
            if re.sub(r"\x1b\[[0-9;]*m", "", text) != plain]
    return out


def test_width(program, _):
    """Columns stay aligned whatever the names hold."""
    path = [path for path in samples("dialects") if name_of(path) == "14-entities-inline"][0]
    out = []
    with Copy(path) as copy:
        text = copy.read().decode()
        for name in ("a", "\u00e4\u00f6\u00fc", "\u7ba1\u7406\u7f51", "e\u0301e\u0301", "a\u009bb"):
            copy.write(text.replace("<device>eth2</device>", "<device>%s</device>" % name).encode())
            lines = program.run("show", copy.path).stdout.splitlines()
            lines = [line for line in lines if "02:00:00:00:00:1" in line or "DEVICE" in line]
            columns = {width(line[:re.search("NIC OR KIND|02:00", line).start()]) for line in lines}
            if len(columns) != 1:
                out += ["%r is not aligned" % name] + lines
    return out


def width(text):
    return sum(0 if unicodedata.combining(char) else
               2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_ascii(program, _):
    done = program.run("show", samples("dialects")[2], LC_ALL="C")
    return done.wrong(0) + ([] if done.stdout.isascii() and "|- " in done.stdout
                            else [done.stdout])


def tests():
    out = [("the colour of show", test_colour, None), ("the width of names", test_width, None),
           ("a terminal without UTF-8", test_ascii, None)]
    for path in samples("dialects"):
        out += [("%s of %s" % (what, name_of(path)), test, path) for what, test in
                (("screen", test_screen), ("records", test_full), ("tree", test_tree),
                 ("format", test_format))]
        out += [("%s on %s" % (" ".join(words), name_of(path)), test_reader, (path, words))
                for words in READERS]
    for path in samples("hostile"):
        out.append(("changes to hostile %s" % name_of(path), test_changers_hostile, path))
        out += [("%s on hostile %s" % (" ".join(words), name_of(path)), test_hostile,
                 (path, words)) for words in READERS]
    return out
