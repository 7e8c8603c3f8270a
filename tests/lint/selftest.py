"""Proof that each lint rule can fail: tiny trees that violate it, and one that does not.

prove(rule) writes each example below a temporary folder, runs the rule on it, and returns what is
wrong with the rule: [] when it finds the violation in each bad example and nothing in the good one.
"""
import os
import re
import subprocess
import tempfile

import rules_build
import rules_c
import rules_text
from tree import Tree

LONG = "/* x.c - A function. */\nint f(void)\n{\n%s}\n"
SORTED = '/* x.c - A table. */\n\n/* Sorted by name. */\nstatic const struct row rows[] = {\n%s};\n'
GUARDED = "/* x.h - A header. */\n#ifndef X_H\n#define X_H\n%s\n#endif\n"
# A tab, a blank at the end of a line, and names of places, built so that this file has none.
TAB, PLACE, PERSON = "\t", "/wor" + "k/main", "/hom" + "e/someone/src"


def built(source, program=None):
    """Makes a build folder: an object of `source`, or programs that print `program`."""
    def make(root):
        folder = os.path.join(root, "build", "cache")
        os.makedirs(folder)
        if source:
            subprocess.run(["gcc", "-x", "c", "-c", "-fPIC", "-o", folder + "/x.o", "-"],
                           input=source, text=True, check=True)
        if program is not None:
            for path in rules_build.MANUALS:
                path = os.path.join(root, "build", path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write("#!/bin/sh\ncat <<'E'\n%s\nE\n" % program)
                os.chmod(path, 0o755)
    return make


def linked(**sources):
    """Makes a build folder with an object of each source, by its name."""
    def make(root):
        for name, source in sources.items():
            folder = os.path.join(root, "build", "cache", "CMakeFiles", "x.dir")
            os.makedirs(folder, exist_ok=True)
            subprocess.run(["gcc", "-x", "c", "-c", "-o", "%s/%s.c.o" % (folder, name), "-"],
                           input=source, text=True, check=True)
    return make


LINKED = {"cache/%s.c" % name: "" for name in "abcd"}
MANUAL = {path: ".Sh SYNOPSIS\n.Op Fl -force Ar X\n.Bl\n.It Fl -force , Fl -mode Ar X\ntext\n"
          for path in sorted(rules_build.MANUALS.values())}

LIBRARY = {rules_text.MAP: "{ global:\n  dbc_a;\n  dbc_b;\n};\n",
           rules_text.LIBRARY_MANUAL: ".It Fn dbc_a , Fn dbc_b\n"}

PROMISED = "".join("| %s%d | x | `a.sh`: `proved` |\n" % (letter, i)
                   for letter, n in rules_text.NUMBERED.items() for i in range(1, n + 1))


def promised(old="", new=""):
    return {"tests/PROMISES.md": PROMISED.replace(old, new, 1), "tests/a.sh": "check proved\n"}


# rule: (good tree, [(bad tree, what the rule must say)]); a tree is {path: text} and, where the
# rule looks at a build, a function that makes one.
EXAMPLES = {
    rules_c.layers: (
        {"cache/model/x.c": '#include "base/y.h"\n', "cache/base/y.h": ""},
        [({"cache/base/x.c": '#include "model/y.h"\n', "cache/model/y.h": ""}, "x.c:1: may not"),
         ({"cache/xml/x.c": '/*\n*/\n#include "reconfigure/y.h"\n', "reconfigure/y.h": ""},
          "x.c:3: may not"),
         ({"reconfigure/x.c": '#include "cli/y.h"\n', "cli/y.h": ""}, "may not"),
         ({"cli/x.c": '#include "nowhere.h"\n'}, "no such header")]),
    rules_c.foreign: (
        {"cache/xml/x.c": "#include <libxml/parser.h>\n", "cache/store/y.c": "#include <zlib.h>\n"},
        [({"cache/model/x.c": "#include <libxml/parser.h>\n"}, "belongs into cache/xml"),
         ({"reconfigure/x.c": "#include <sqlite3.h>\n"}, "belongs into cache/store"),
         ({"cache/base/x.c": "#include <jansson.h>\n"}, "belongs into reconfigure"),
         ({"reconfigure/x.c": "#include <err.h>\n"}, "belongs into cli"),
         ({"cli/x.c": "#include <curl/curl.h>\n", "cli/y.c": "#include <curl/curl.h>\n"},
          "more than 1 file")]),
    rules_c.forks: (
        {"reconfigure/host/runner_exec.c": "fork();\n", "cli/daemon.c": "fork();\n",
         "cli/x.c": "/* fork() */ s = \"fork()\";\n"},
        [({"reconfigure/x.c": "\npid = fork ();\n"}, "x.c:2: fork"),
         ({"cli/daemon.c": "execve(path, argv, env);\n"}, "execve"),
         ({"cli/x.c": "execv(path, argv);\n"}, "execv")]),
    rules_c.renames: (
        {"cache/base/file.c": "rename(a, b);\n"},
        [({"cache/base/lock.c": "rename(a, b);\n"}, "rename"),
         ({"cli/x.c": "linkat(1, a, 2, b, 0);\n"}, "linkat")]),
    rules_c.prints: (
        {"cli/x.c": "printf(s); exit(1);\n", "cache/base/x.c": "snprintf(s); _exit(1);\n"},
        [({"cache/base/x.c": "printf(s);\n"}, "printf"),
         ({"reconfigure/x.c": "exit(1);\n"}, "exit"),
         ({"reconfigure/x.c": "getenv(s);\n"}, "getenv"),
         ({"reconfigure/x.c": "write_to(stderr);\n"}, "stderr")]),
    rules_c.banned: (
        {"cli/x.c": "/* strcpy(a, b) */ dbc_strcpy(a);\n"},
        [({"cli/x.c": "strcpy(a, b);\n"}, "strcpy"), ({"tests/x.c": "system(s);\n"}, "system"),
         ({"cache/x.c": "atoi(s);\n"}, "atoi")]),
    rules_c.typedefs: (
        {"cache/x.h": "typedef void fn(void);\nstruct x { int y; };\n"},
        [({"cache/x.h": "typedef struct x x;\n"}, "struct typedef")]),
    rules_c.braces: (
        {"cli/x.c": "    if (a(b) && c) {\n    } else if (d) {\n    } else {\n    }\n"
                    "    do {\n    } while (x);\n"
                    "#define A \\\n    do { \\\n        b(); \\\n    } while (0)\n\nint c;\n"},
        [({"cli/x.c": "    if (a(b) &&\n        c)\n        d();\n"}, "x.c:1"),
         ({"cli/x.c": "\n    for (;;)\n        d();\n"}, "x.c:2"),
         ({"cli/x.c": "    if (a) {\n    } else\n        d();\n"}, "x.c:2")]),
    rules_c.function_sizes: (
        {"cache/x.c": LONG % ("    g();\n" * 10)},
        [({"cache/x.c": LONG % ("    g();\n" * 58)}, "61 lines"),
         ({"tests/x.c": LONG % ("    g();\n" * 58)}, "61 lines"),
         ({"cache/x.c": LONG % ("    if (a) { g(); }\n" * 26)}, "26 branches"),
         ({"cache/x.c": LONG % "", "cli/x.c": LONG % ("    g();\n" * 11)},
          "cli: 50 % of the functions have up to 14"),
         ({"cache/x.c": LONG % ("    g();\n" * 28)}, "cache: 95 % of the functions")]),
    rules_c.file_sizes: (
        {"cache/x.c": "\n" * 600, "cache/x.h": "\n" * 300},
        [({"cache/x.c": "\n" * 601}, "601 lines"), ({"cli/x.h": "\n" * 301}, "301 lines"),
         ({"tests/x.py": "\n" * 601}, "601 lines"), ({"x.sh": "\n" * 601}, "601 lines")]),
    rules_c.sorted_tables: (
        {"cache/x.c": SORTED % '    { "a", 1 },\n    { "b", 2 },\n' + "bsearch(rows);\n",
         "cache/y.c": "qsort(v);\np = bsearch(k);\n"},
        [({"cache/x.c": SORTED % '    { "b", 1 },\n    { "a", 2 },\n'}, "'a' stands after 'b'"),
         ({"cache/x.c": SORTED % '    { "a", 1 },\n    { "a", 2 },\n'}, "'a' stands after 'a'"),
         ({"cache/x.c": SORTED % '    { .name = "b" },\n    { .name = "a" },\n'}, "stands after"),
         ({"cache/x.c": "p = bsearch(k);\n"}, "no table")]),
    rules_c.guards: (
        {"cache/x.h": GUARDED % ""},
        [({"cache/x.h": "int x;\n"}, "no #ifndef"),
         ({"cache/x.h": "#ifndef A_H\n#define B_H\n#endif\n"}, "no #ifndef")]),
    rules_c.headers_alone: (
        {"cache/x.h": GUARDED % "#include <stddef.h>\nsize_t f(void);"},
        [({"cache/x.h": GUARDED % "size_t f(void);"}, "x.h")]),
    rules_c.listed: (
        {"cache/base/x.c": "", "cache/CMakeLists.txt": "add_library(x base/x.c)\n"},
        [({"cache/base/x.c": "", "cache/CMakeLists.txt": "add_library(x base/xx.c)\n"}, "in no"),
         ({"cli/x.c": ""}, "in no")]),
    rules_c.limits: (
        {"cache/base/limits.h": "#define A_MAX 3\n", "tests/unit/x.c": "A_MAX + 1\n"},
        [({"cache/base/limits.h": "#define A_MAX 3\n", "tests/unit/x.c": "A_MAXI\n"}, "A_MAX"),
         ({}, "limits.h is missing")]),
    rules_text.proofs: (
        promised("T3 | x | `a.sh`: `proved` |", "T3 | x | open: no kernel |"),
        [(promised("| H2 | x | `a.sh`: `proved` |", ""), "H2 has 0 rows"),
         (promised("H3", "H2"), "H2 has 2 rows"),
         (promised("F1 | x | `a.sh`: `proved`", "F1 | x | surely"), "F1 names no test"),
         (promised("T4 | x | `a.sh`", "T4 | x | `b.sh`"), "T4: tests/b.sh does not say"),
         (promised("`proved` |\n| T2", "`improved` |\n| T2"), "T1: tests/a.sh does not say")]),
    rules_text.purposes: (
        {"cli/x.c": "/* x.c - This file shows a purpose. */\n",
         "CMakeLists.txt": "# x - builds one thing and another.\n",
         "x.sh": "#!/bin/sh\n# Says in a line what it does.\n",
         "x.py": '"""Says in a line what it does."""\n'},
        [({"cli/x.c": "int x;\n"}, "does not open with"),
         ({"cli/x.h": "/* y.h - This file shows another purpose. */\n"}, "does not open with"),
         ({"cli/x.h": "/* x.h - declarations */\n"}, "no full sentence"),
         ({"x.sh": "#!/bin/sh\necho\n"}, "x.sh:1"), ({"x": "#!/bin/bash\n# x\n"}, "x:1"),
         ({"x.py": "import os\n"}, "x.py:1"), ({"CMakeLists.txt": "project(x)\n"}, "CMakeL")]),
    rules_text.layout: (
        {"x.c": "int x;\n"},
        [({"x.c": "int x;"}, "no newline"), ({"x.py": "x \n"}, "white space"),
         ({"x.sh": TAB + "x\n"}, "a tab"), ({"x.c": "x" * 101 + "\n"}, "101 columns")]),
    rules_text.strangers: (
        {"x.c": "/* a network and a homework */\n"},
        [({"x.c": "cd %s\n" % PLACE}, "x.c:1"), ({"x.md": "\nsee %s\n" % PERSON}, "x.md:2")]),
    rules_text.shellcheck: (
        {"x.sh": '#!/bin/sh\necho "$1"\n'}, [({"x.sh": "#!/bin/sh\necho $1\n"}, "SC2086")]),
    rules_text.clang_format: (
        {".clang-format": "BasedOnStyle: LLVM\n", "x.c": "int x;\n"},
        [({".clang-format": "BasedOnStyle: LLVM\n", "x.c": "int  x ;\n"}, "x.c:1")]),
    rules_text.python_compiles: ({"x.py": "x = 1\n"}, [({"x.py": "x = = 1\n"}, "x.py:1")]),
    rules_text.manuals_format: (
        {"doc/man/x.8": ".TH X 8 2020-01-01 x x\n.SH NAME\nx \\- does it\n"},
        [({"doc/man/x.8": ".TH X 8 2020-01-01 x x\n.SH NAME\nx \\- does it\n.NOSUCH y\n"},
          "NOSUCH"),
         ({}, "no pages")]),
    rules_text.library_manual: (
        LIBRARY,
        [(dict(LIBRARY, **{rules_text.MAP: "{ global:\n  dbc_a;\n  dbc_b;\n  dbc_c;\n};\n"}),
          "dbc_c is missing"),
         (dict(LIBRARY, **{rules_text.MAP: "{ global:\n  dbc_a;\n};\n"}),
          "no such function: dbc_b")]),
    rules_build.globals_: (
        ({}, built("static const char *const t[] = {\"a\"}; const char *const *f(void) "
                   "{ return t; }\n")),
        [(({}, built("int counter;\n")), "counter"), (({}, built("int seven = 7;\n")), "seven"),
         (({}, built("int f(void) { static int n; return ++n; }\n")), "n"),
         (({}, built("char *names[] = {\"a\"};\n")), "names"), (({}, built("")), "no objects")]),
    rules_build.circles: (
        (LINKED, linked(a="void b(void); void a(void) { b(); }", b="void b(void) {}",
                    c="void a(void), b(void); void c(void) { a(); b(); }")),
        [((LINKED, linked(a="void b(void); void a(void) { b(); }",
                          b="void a(void); void b(void) { a(); }")),
          "cache/a.c calls cache/b.c calls cache/a.c"),
         ((LINKED, linked(a="void b(void); void a(void) { b(); }",
                          b="void c(void); void b(void) { c(); }",
                          c="extern const int *const t; int c(void) { return *t; }",
                          d="int a(void); int (*const t)(void) = a;")),
          "cache/a.c calls cache/b.c calls cache/c.c calls cache/d.c calls cache/a.c"),
         (({}, built("")), "no objects")]),
    rules_build.help_and_manual: (
        (MANUAL, built("", "  --force BRIDGE  --mode=X")),
        [((MANUAL, built("", "  --force BRIDGE")), "--mode is in the manual only"),
         ((MANUAL, built("", "--force --mode --new-one")), "--new-one is in --help only"),
         (({}, built("", "--force")), "is missing")]),
}


def lay(root, example):
    files, make = example if isinstance(example, tuple) else (example, None)
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
    if make:
        make(root)
    return Tree(root, os.path.join(root, "build"))


def run_on(rule, example):
    with tempfile.TemporaryDirectory(prefix="lint") as root:
        return rule(lay(root, example))


def prove(rule):
    if rule not in EXAMPLES:
        return ["the rule has no examples in selftest.py"]
    good, bad = EXAMPLES[rule]
    out = ["found in the good example: %s" % line for line in run_on(rule, good)]
    for example, expected in bad:
        found = run_on(rule, example)
        if not any(re.search(re.escape(expected), line) for line in found):
            out.append("a bad example: expected %r, got %s" % (expected, found))
    return out
