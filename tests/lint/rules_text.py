"""Lint rules on text of all kinds: purpose lines, layout, scripts, names that do not belong here.

A rule takes a tree (tree.py) and returns the violations, each as `PATH:LINE: text`; its doc string
is its name in the report.  A rule that cannot run here raises CannotRun.
"""
import ast
import os
import re
import shutil
import socket
import subprocess

WORDS_OF_A_SENTENCE = 5
COLUMNS = 100


class CannotRun(Exception):
    """The rule needs a tool that is not installed."""


def sentence(text):
    """Whether the text has a full sentence: some words and an end."""
    return len(text.split()) >= WORDS_OF_A_SENTENCE and bool(re.search(r"[.:](\s|$)", text))


def opening_c(text):
    match = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
    return re.sub(r"^\s*\*", "", match.group(1), flags=re.MULTILINE) if match else ""


def opening_hash(text):
    lines = text.splitlines()
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    comment = []
    while lines and lines[0].startswith("#"):
        comment.append(lines.pop(0).lstrip("# "))
    return " ".join(comment)


def opening_python(text):
    try:
        return ast.get_docstring(ast.parse(text)) or opening_hash(text)
    except SyntaxError as error:
        return "no Python: %s" % error


def purposes(tree):
    """each file opens with its purpose"""
    out = []
    for path in tree.select(".c", ".h"):
        opening = opening_c(tree.text(path))
        if not opening.strip().startswith(os.path.basename(path) + " - "):
            out.append("%s:1: does not open with /* %s - ..." % (path, os.path.basename(path)))
        elif not sentence(opening.split(" - ", 1)[1]):
            out.append("%s:1: the opening comment is no full sentence" % path)
    openings = [(path, opening_hash) for path in tree.scripts("sh") + tree.select("CMakeLists.txt")]
    openings += [(path, opening_python) for path in tree.scripts("py")]
    out += ["%s:1: does not open with a sentence that says its purpose" % path
            for path, opening in openings if not sentence(opening(tree.text(path)))]
    return out


def layout(tree):
    """text is laid out as .editorconfig says"""
    out = []
    paths = set(tree.select(".py", ".sh", ".md", ".txt", ".c", ".h", ".in") + tree.scripts("sh")
                + tree.scripts("py"))
    for path in sorted(path for path in paths if not path.startswith("fixtures/")):
        text = tree.text(path)
        if not text.endswith("\n"):
            out.append("%s: no newline at the end" % path)
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip():
                out.append("%s:%d: white space at the end of the line" % (path, number))
            if "\t" in line:
                out.append("%s:%d: a tab" % (path, number))
            if len(line) > COLUMNS and not path.endswith(".md"):
                out.append("%s:%d: %d columns, limit %d" % (path, number, len(line), COLUMNS))
    return out


# Words that tell where or how a tree was made.  (Written so that this list does not find itself.)
STRANGERS = [re.compile(pattern) for pattern in (
    r"/wor[k]/", r"/hom[e]/\w", r"/roo[t]/\.", r"/User[s]/", r"/tmp/brie[f]", r"pyen[v]",
    r"local[h]ost:\d{2,}", r"\bregistr[y]\.", r"artifactor[y]", r"pypi\.or[g]", r"\bissue #?\d",
    r"(?i)\bcod(ing|e) agen[t]\b", r"(?i)\b(AI|LLM)-generate[d]\b",
    r"\b(Clau[d]e|ChatGP[T]|Copilo[t])\b")]


def strangers(tree):
    """nothing names the machine it was made on"""
    # A root folder of one name, like /dbcache, may occur in any text.
    root = tree.root if tree.root.count("/") > 1 else ""
    places = [re.escape(name) for name in (root, socket.gethostname()) if len(name) > 6]
    patterns = STRANGERS + [re.compile(r"(?<![\w-])%s(?![\w-])" % place) for place in places]
    out = []
    for path in tree.paths:
        for pattern in patterns:
            match = pattern.search(tree.text(path))
            if match:
                out.append("%s:%d: %s" % (path, tree.text(path).count("\n", 0, match.start()) + 1,
                                          match.group(0)))
    return out


def tool(*names):
    for name in names:
        if shutil.which(name):
            return name
    raise CannotRun("%s is not installed" % names[0])


def run_tool(tree, argv, paths):
    if not paths:
        return []
    done = subprocess.run(argv + paths, cwd=tree.root, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines() if done.returncode != 0 else []


def shellcheck(tree):
    """shellcheck finds nothing"""
    return run_tool(tree, [tool("shellcheck"), "-f", "gcc"], tree.scripts("sh"))


def clang_format(tree):
    """clang-format 14 would change nothing"""
    name = tool("clang-format-14", "clang-format")
    version = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
    if " version 14." not in version.stdout:
        raise CannotRun("clang-format is not version 14")
    lines = run_tool(tree, [name, "--style=file", "--dry-run", "-Werror"], tree.select(".c", ".h"))
    return [line for line in lines if ": error:" in line]


def python_compiles(tree):
    """Python scripts compile"""
    out = []
    for path in tree.scripts("py"):
        try:
            compile(tree.text(path), path, "exec")
        except SyntaxError as error:
            out.append("%s:%s: %s" % (path, error.lineno, error.msg))
    return out


def manuals_format(tree):
    """mandoc finds no error in the manuals"""
    pages = [path for path in tree.paths if re.match(r"doc/man/.*\.[1-8]$", path)]
    if not pages:
        return ["doc/man has no pages"]
    return run_tool(tree, [tool("mandoc"), "-T", "lint", "-W", "warning"], pages)


PROMISES = "tests/PROMISES.md"
NUMBERED = {"H": 19, "F": 11, "T": 28, "C": 18}


def proofs(tree):
    """each promise names a test that is there"""
    ids, out = [], []
    for number, line in enumerate(tree.text(PROMISES).split("\n"), 1):
        row = re.match(r"\| ([HFTC]\d+) \| .* \| (.*) \|$", line)
        if not row:
            continue
        ids.append(row.group(1))
        found = re.findall(r"`([^`]+)`: `([^`]+)`", row.group(2))
        if not found and not re.match(r"open: \w+", row.group(2)):
            out.append("%s:%d: %s names no test" % (PROMISES, number, row.group(1)))
        out += ["%s:%d: %s: tests/%s does not say %s" % (PROMISES, number, ids[-1], path, text)
                for path, text in found
                if not tree.exists("tests/" + path) or text not in tree.text("tests/" + path)]
    wanted = [letter + str(i) for letter, n in NUMBERED.items() for i in range(1, n + 1)]
    return out + ["%s: %s has %d rows" % (PROMISES, one, ids.count(one)) for one in wanted
                  if ids.count(one) != 1]


MAP, LIBRARY_MANUAL = "cache/libdbcache.map", "doc/man/libdbcache.3"


def library_manual(tree):
    """libdbcache(3) has each function that the library exports, and no other"""
    exported = set(re.findall(r"^\s+(dbc_\w+);", tree.text(MAP), re.MULTILINE))
    named = set(re.findall(r"\bFn (dbc_\w+)", tree.text(LIBRARY_MANUAL)))
    return (["%s: %s is missing" % (LIBRARY_MANUAL, name) for name in sorted(exported - named)] +
            ["%s: no such function: %s" % (LIBRARY_MANUAL, name) for name in named - exported])


RULES = [proofs, purposes, layout, strangers, shellcheck, clang_format, python_compiles,
         manuals_format, library_manual]
