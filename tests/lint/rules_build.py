"""Lint rules on what was built: no mutable globals, no circles of files, and --help and the manual
say the same.

A rule takes a tree (tree.py) whose `build` is a release build, and returns the violations; its doc
string is its name in the report.
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


def symbols(paths, form):
    """[(object, what nm says of one of its symbols)]"""
    done = subprocess.run(["nm", "-A", "-f", form, *paths], capture_output=True, text=True,
                          check=True)
    return [line.split(":", 1) for line in done.stdout.splitlines() if ":" in line]


def globals_(tree):
    """no mutable globals outside cli"""
    paths = sorted(objects(tree))
    if not paths:
        return ["no objects in %s" % tree.build]
    rows = [(path, [cell.strip() for cell in said.split("|")])
            for path, said in symbols(paths, "sysv") if said.count("|") == 6]
    return ["%s: %s in %s" % (os.path.relpath(path, tree.build), row[0], row[6])
            for path, row in rows
            if re.match(r"\.data(?!\.rel\.ro)|\.bss|\.tdata|\.tbss|\*COM\*", row[6])
            and row[3] != "SECTION"]


def source_of(tree, path):
    """The source that an object was made of."""
    inside = os.path.relpath(path, tree.build)
    return re.sub(r"CMakeFiles/[^/]+\.dir/", "", inside)[:-len(".o")]


def uses(tree):
    """{source: the sources whose functions or data it uses}, itself left out."""
    home, wanted = {}, {}
    # An object of a build before its file was renamed has no source.
    sources = {path: source_of(tree, path) for path in objects(tree)}
    paths = [path for path, source in sources.items() if tree.exists(source)]
    for path, said in symbols(paths, "posix") if paths else []:
        name, kind = said.split()[:2]
        if kind == "U":
            wanted.setdefault(sources[path], set()).add(name)
        elif kind in "TDRBV":
            home[name] = sources[path]
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
