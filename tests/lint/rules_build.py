"""Lint rules on what was built: no mutable globals, no circles of files, and --help and the manual
say the same.

A rule takes a tree (tree.py) whose `build` is a release build, and returns what breaks it; its
doc string is the name it goes by in the report.
"""
import os
import re
import subprocess

# Programs and the manuals that describe them.
MANUALS = {
    "cli/interface-reconfigure": "doc/man/interface-reconfigure.8",
    "cli/ifup": "doc/man/dbcache-ifup.8",
    "cli/ovs-xapi-sync": "doc/man/ovs-xapi-sync.8",
    "cli/vif": "doc/man/vif.8",
}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def objects(tree):
    """Objects of the libraries, that is of all sources outside cli/ and tests/."""
    for part in ("cache", "reconfigure"):
        for folder, _, names in os.walk(os.path.join(tree.build, part)):
            for name in names:
                if name.endswith(".o"):
                    yield os.path.join(folder, name)


def writable_symbols(path):
    """[(symbol, section)] of what an object keeps in memory that can change."""
    done = subprocess.run(["nm", "-f", "sysv", path], capture_output=True, text=True, check=True)
    rows = [[cell.strip() for cell in line.split("|")] for line in done.stdout.splitlines()
            if line.count("|") == 6]
    return [(row[0], row[6]) for row in rows
            if re.match(r"\.data(?!\.rel\.ro)|\.bss|\.tdata|\.tbss|\*COM\*", row[6])
            and row[3] != "SECTION"]


def globals_(tree):
    """no mutable globals outside cli"""
    paths = sorted(objects(tree))
    if not paths:
        return ["no objects in %s" % tree.build]
    return ["%s: %s in %s" % (os.path.relpath(path, tree.build), symbol, section)
            for path in paths for symbol, section in writable_symbols(path)]


def source_of(tree, path):
    """The source that an object was made of."""
    inside = os.path.relpath(path, tree.build)
    return re.sub(r"CMakeFiles/[^/]+\.dir/", "", inside)[:-len(".o")]


def uses(tree):
    """{source: the sources whose functions or data it uses}, itself left out."""
    home, wanted = {}, {}
    for path in objects(tree):
        source = source_of(tree, path)
        if not tree.exists(source):
            continue # of a build before the file was renamed
        done = subprocess.run(["nm", "-P", path], capture_output=True, text=True, check=True)
        for name, kind in (line.split()[:2] for line in done.stdout.splitlines()):
            if kind == "U":
                wanted.setdefault(source, set()).add(name)
            elif kind in "TDRBV":
                home[name] = source
    return {source: {home[name] for name in names if name in home} - {source}
            for source, names in wanted.items()}


def circle(graph, start):
    """The shortest way from `start` back to it; [] when there is none."""
    ways, seen = [[start]], set()
    for way in ways:
        for step in sorted(graph.get(way[-1], ())):
            if step == start:
                return way + [start]
            if step not in seen:
                seen.add(step)
                ways.append(way + [step])
    return []


def circles(tree):
    """no files call each other in circles"""
    graph = uses(tree)
    found = {}
    for source in sorted(graph):
        way = circle(graph, source)
        found.setdefault(frozenset(way), " calls ".join(way))
    if not graph:
        return ["no objects in %s" % tree.build]
    return [line for line in found.values() if line]


def manual_options(text):
    """(described, named): the options that head an entry of an mdoc page, and all it names."""
    flag = re.compile(r"\bFl -([a-z][a-z-]+)")
    entries = "\n".join(re.findall(r"^\.It .*", text, re.MULTILINE))
    return tuple({"--" + name for name in flag.findall(part)} for part in (entries, text))


def help_and_manual(tree):
    """--help and the manual list the same options"""
    out = []
    for program, manual in MANUALS.items():
        if not tree.exists(manual):
            out.append("%s is missing" % manual)
            continue
        if not os.path.exists(os.path.join(tree.build, program)):
            out.append("%s is not built" % program)
            continue
        done = subprocess.run([os.path.join(tree.build, program), "--help"], capture_output=True,
                              text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            out.append("%s --help ends with %d" % (program, done.returncode))
        helped = set(OPTION.findall(done.stdout))
        described, named = manual_options(tree.text(manual))
        out += ["%s: %s is in --help only" % (manual, name) for name in sorted(helped - described)]
        out += ["%s: %s is in the manual only" % (manual, name) for name in sorted(named - helped)]
    return out


RULES = [globals_, circles, help_and_manual]
