"""Lint rules on the C sources: layers, who may call what, sizes, tables, headers.

A rule takes a tree (tree.py) and returns the violations, each as `PATH:LINE: text`; its doc string
is its name in the report.
"""
import os
import re
import subprocess
import tempfile

import csource

# Which folders the files of a folder may include from, besides their own.
LAYERS = {
    "cache/base": (),
    "cache/model": ("cache/base",),
    "cache/xml": ("cache/model", "cache/base"),
    "cache/xapi": ("cache/model", "cache/base"),
    "cache/flate": ("cache/base",),
    "cache/archive": ("cache/flate", "cache/base"),
    "cache/statedb": ("cache/xml", "cache/model", "cache/base"),
    "cache/networkd": ("cache/model", "cache/base"),
    "cache/source": ("cache/archive", "cache/statedb", "cache/networkd", "cache/xml", "cache/model",
                    "cache/base"),
    "cache/ifcfg": ("cache/model", "cache/base"),
    "cache/analysis": ("cache/model", "cache/base"),
    "cache/store": ("cache/flate", "cache/model", "cache/base"),
    "cache": ("cache",),
    "reconfigure/host": ("cache",),
    "reconfigure/state": ("reconfigure/host", "cache"),
    "reconfigure/plan": ("reconfigure/state", "reconfigure/host", "cache"),
    "reconfigure/datapath": ("reconfigure/plan", "reconfigure/state", "reconfigure/host", "cache"),
    "reconfigure": ("reconfigure", "cache"),
    "cli": ("cli", "reconfigure", "cache"),
}
PUBLIC_HEADER = "cache/dbcache.h"

# Where a foreign header may be included; an int is a number of files, wherever they are.
FOREIGN = {
    "libxml/": ("cache/xml", "cache/xapi", "cache/statedb"),
    "sqlite3.h": ("cache/store",),
    "archive.h": ("cache/archive",),
    "jansson.h": ("reconfigure", "cache/networkd", "cli"),
    "libmnl/": ("reconfigure/host",),
    "err.h": ("cli",),
    "error.h": ("cli",),
    "getopt.h": ("cli",),
    "syslog.h": ("cli",),
    "zlib.h": 1,
    "curl/": 1,
}

FORK = "fork vfork clone clone3 posix_spawn posix_spawnp execve execv execvp execvpe execl " \
       "execlp execle fexecve execveat daemon".split()
RENAME = "rename renameat renameat2 link linkat".split()
PRINT = "printf vprintf fprintf vfprintf puts fputs putchar putc fputc perror " \
        "psignal exit quick_exit getenv secure_getenv setenv putenv unsetenv syslog vsyslog " \
        "openlog getopt getopt_long".split()
BANNED = "system popen strcpy stpcpy sprintf vsprintf strcat strncat strncpy atoi atol atoll " \
         "atof gets strtok alloca scanf sscanf fscanf tmpnam tempnam mktemp longjmp".split()

FUNCTION_LINES, FUNCTION_BRANCHES = 60, 25
MEDIAN_LINES, PERCENTILE_LINES = 13, 30 # of the functions below one folder of the product
SOURCE_LINES, HEADER_LINES = 600, 300


def floor_of(path):
    """The key of LAYERS that a file falls under; None for tests."""
    folder = os.path.dirname(path)
    while folder and folder not in LAYERS:
        folder = os.path.dirname(folder)
    return folder or None


def below(path, folder):
    return path.startswith(folder + "/")


def resolve(tree, path, name):
    """The file that #include "name" in `path` means; None when there is none."""
    for base in (os.path.dirname(path), "cache", ""):
        candidate = os.path.normpath(os.path.join(base, name))
        if tree.exists(candidate):
            return candidate
    return None


def may_include(path, target):
    floor = floor_of(path)
    if target == PUBLIC_HEADER or os.path.dirname(target) == os.path.dirname(path):
        return True
    if floor == "cache" or not floor.startswith("cache/"):
        return any(below(target, folder) for folder in LAYERS[floor])
    return floor_of(target) == floor or floor_of(target) in LAYERS[floor]


def layers(tree):
    """arrows point down"""
    out = []
    for path in tree.product(".c", ".h"):
        for line, kind, name in csource.includes(tree.text(path)):
            if kind == "<":
                continue
            target = resolve(tree, path, name)
            if target is None:
                out.append("%s:%d: no such header: %s" % (path, line, name))
            elif not may_include(path, target):
                out.append("%s:%d: may not include %s" % (path, line, target))
    return out


def foreign(tree):
    """foreign headers stay in their rooms"""
    out, users = [], {}
    for path in tree.product(".c", ".h"):
        for line, kind, name in csource.includes(tree.text(path)):
            for header, rooms in FOREIGN.items():
                same = name == header or header.endswith("/") and name.startswith(header)
                if kind != "<" or not same:
                    continue
                if isinstance(rooms, int):
                    users.setdefault(header, set()).add(path)
                elif not any(below(path, room) for room in rooms):
                    out.append("%s:%d: %s belongs into %s" % (path, line, name, " ".join(rooms)))
    for header, paths in users.items():
        if len(paths) > FOREIGN[header]:
            out.append("%s is included in more than %d file: %s"
                       % (header, FOREIGN[header], " ".join(sorted(paths))))
    return out


def forbidden(tree, paths, names, why):
    names = set(names)
    return ["%s:%d: %s: %s" % (path, line, name, why) for path in paths
            for line, name in csource.calls(tree.text(path)) if name in names]


def forks(tree):
    """only runner_exec forks, and daemon"""
    runner, daemon = "reconfigure/host/runner_exec.c", "cli/daemon.c"
    paths = [path for path in tree.product(".c", ".h") if path != runner]
    out = forbidden(tree, [path for path in paths if path != daemon], FORK,
                    "only %s starts processes" % runner)
    return out + forbidden(tree, [path for path in paths if path == daemon],
                           [name for name in FORK if name != "fork"],
                           "%s forks itself and nothing else" % daemon)


def renames(tree):
    """only file.c and fileset.c rename"""
    allowed = ("cache/base/file.c", "cache/base/fileset.c")
    paths = [path for path in tree.product(".c", ".h") if path not in allowed]
    return forbidden(tree, paths, RENAME, "only %s rename and link" % " and ".join(allowed))


def prints(tree):
    """only cli prints, exits, reads the environment"""
    paths = [path for path in tree.product(".c", ".h") if not path.startswith("cli/")]
    out = forbidden(tree, paths, PRINT, "only cli/ may")
    for path in paths:
        out += ["%s:%d: %s: only cli/ may" % (path, line, word)
                for line, word in csource.words(tree.text(path))
                if word in ("stdout", "stderr", "environ", "program_invocation_short_name")]
    return out


def banned(tree):
    """banned functions"""
    return forbidden(tree, tree.select(".c", ".h"), BANNED, "banned")


def typedefs(tree):
    """no struct typedefs"""
    return ["%s:%d: struct typedef" % (path, tree.text(path).count("\n", 0, m.start()) + 1)
            for path in tree.product(".c", ".h")
            for m in re.finditer(r"\btypedef\s+(struct|union|enum)\b",
                                 csource.strip(tree.text(path)))]


def braces(tree):
    """braces always"""
    return ["%s:%d: no brace" % (path, line) for path in tree.select(".c", ".h")
            for line in csource.without_braces(tree.text(path))]


def function_sizes(tree):
    """functions are short"""
    out, sizes = [], {}
    for path in tree.select(".c"):
        for function in csource.functions(tree.text(path)):
            where = "%s:%d: %s" % (path, function.line, function.name)
            if function.lines > FUNCTION_LINES:
                out.append("%s has %d lines, limit %d" % (where, function.lines, FUNCTION_LINES))
            if function.branches > FUNCTION_BRANCHES:
                out.append("%s has %d branches, limit %d"
                           % (where, function.branches, FUNCTION_BRANCHES))
            if path in tree.product(".c"):
                sizes.setdefault(path.split(os.sep)[0], []).append(function.lines)
    return out + [line for folder in sorted(sizes)
                  for line in distribution(folder, sorted(sizes[folder]))]


def distribution(folder, sizes):
    """What of the sizes' median and 95th percentile is too large."""
    out = []
    for share, limit in ((0.5, MEDIAN_LINES), (0.95, PERCENTILE_LINES)):
        value = sizes[int(share * (len(sizes) - 1))]
        if value > limit:
            out.append("%s: %d %% of the functions have up to %d lines, limit %d"
                       % (folder, share * 100, value, limit))
    return out


def file_sizes(tree):
    """files are short"""
    out = []
    for path in tree.select(".c", ".h") + tree.scripts("py") + tree.scripts("sh"):
        lines = tree.text(path).count("\n")
        limit = HEADER_LINES if path.endswith(".h") else SOURCE_LINES
        if lines > limit:
            out.append("%s has %d lines, limit %d" % (path, lines, limit))
    return out


TABLE = re.compile(r"/\*(?P<comment>(?:(?!\*/).)*)\*/\s*(?:static )?const [^;={]*=\s*\{"
                   r"(?P<rows>.*?)\n\};", re.DOTALL)
ROW = re.compile(r'^    \{?\s*(?:\.\w+ = )?"((?:\\.|[^"\\])*)"', re.MULTILINE)


def sorted_tables(tree):
    """tables that say `sorted` are"""
    out = []
    for path in tree.product(".c"):
        marked = 0
        for table in TABLE.finditer(tree.text(path)):
            if re.search(r"\bsorted\b", table.group("comment"), re.IGNORECASE):
                marked += 1
                keys = ROW.findall(table.group("rows"))
                out += ["%s: %r stands after %r in a sorted table" % (path, after, before)
                        for before, after in zip(keys, keys[1:]) if before >= after]
        called = {name for _, name in csource.calls(tree.text(path))}
        if not marked and "bsearch" in called and "qsort" not in called:
            out.append("%s: bsearch, but no table whose comment says that it is sorted" % path)
    return out


def guards(tree):
    """headers have guards"""
    out = []
    for path in tree.product(".h"):
        m = re.search(r"^#ifndef (\w+)\n#define (\w+)\n", tree.text(path), re.MULTILINE)
        if not m or m.group(1) != m.group(2):
            out.append("%s: no #ifndef X / #define X" % path)
    return out


def headers_alone(tree):
    """each header compiles alone"""
    out = []
    flags = subprocess.run(["pkg-config", "--cflags", "libxml-2.0"], stdout=subprocess.PIPE,
                           text=True, check=False).stdout.split()
    with tempfile.TemporaryDirectory() as folder:
        for path in tree.product(".h"):
            source = os.path.join(folder, "alone.c")
            with open(source, "w", encoding="utf-8") as file:
                file.write('#include "%s"\n' % tree.full(path))
            argv = ["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
                    "-fsyntax-only", "-I", tree.full("cache"), "-I", tree.root, source]
            done = subprocess.run(argv + flags, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                out.append("%s: %s" % (path, done.stderr.splitlines()[:4]))
    return out


def listed(tree):
    """each source is in a CMake list"""
    lists = {os.path.dirname(path): tree.text(path) for path in tree.select("CMakeLists.txt")}
    out = []
    for path in tree.product(".c"):
        folder = os.path.dirname(path)
        while folder and folder not in lists:
            folder = os.path.dirname(folder)
        if not re.search(r"(?<![\w/])%s\b" % re.escape(os.path.relpath(path, folder)),
                         lists.get(folder, "")):
            out.append("%s: in no CMakeLists.txt" % path)
    return out


def limits(tree):
    """each limit is crossed by a test"""
    header = "cache/base/limits.h"
    if not tree.exists(header):
        return ["%s is missing" % header]
    tests = "\n".join(tree.text(path) for path in tree.select(".c", ".py", ".sh", below=("tests",))
                      if not path.startswith("tests/lint/"))
    names = re.findall(r"^#define\s+(\w+)[ \t]+\S", csource.strip(tree.text(header)), re.MULTILINE)
    return ["%s: no test mentions %s" % (header, name) for name in names
            if not re.search(r"\b%s\b" % name, tests)]


RULES = [layers, foreign, forks, renames, prints, banned, typedefs, braces, function_sizes,
         file_sizes, sorted_tables, guards, headers_alone, listed, limits]
