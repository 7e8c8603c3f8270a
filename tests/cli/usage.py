"""The command line itself: help, options before and after the verb, wrong usage, and output that
cannot be written.
"""
import glob
import json
import os
import re
import subprocess
import tempfile

from program import SECONDS, SOURCE, samples

WRONG = [[], ["nosuch"], ["--nosuch"], ["show", "--nosuch"], ["show", "a", "b", "c", "d"],
         ["format", "--force=1"], ["show", "--host"], ["show", "--member"],
         ["show", "--color=maybe"],
         ["repair", "a", "b"], ["remap", "a", "b"], ["remap", "--map=eth0"],
         ["remap", "--map==eth0"], ["remap", "--nics"],
         ["status", "a", "b"], ["completion"], ["completion", "fish"],
         ["diff", "a"], ["check", "--explain"], ["graph", "--format", "gif"],
         ["report", "--output"], ["report", "--nosuch"]]


def verbs(program):
    return re.findall(r"^  ([a-z]+) {2,}\S", program.run("--help").stdout.split("Options")[0],
                      re.MULTILINE)


def test_help(program, _):
    names = verbs(program)
    out = [] if names == sorted(set(names)) and len(names) >= 9 else ["verbs: %s" % names]
    for name in names:
        done = program.run(name, "--help")
        out += done.wrong(0)
        out += [] if done.stdout.startswith("Usage: dbcache %s" % name) else [done.stdout]
        out += ["too wide: %s" % line for line in done.stdout.splitlines() if len(line) > 100]
    for words in (["--help"], ["-h"], ["--version"], ["show", "--version"]):
        done = program.run(*words)
        out += done.wrong(0) + ([] if done.stdout and not done.stderr else [str(words)])
    return out


# What is typed, with a cache behind it, and the name that is nearest to what is meant.
MEANT = [(["shwo"], "show"), (["--jsn", "show"], "--json"), (["show", "--jsno"], "--json"),
         (["graph", "--fromat=svg"], "--format"), (["report", "--outptu=x"], "--output"),
         (["show", "pfi"], "pif"), (["show", "pif", "eth01"], "eth0"),
         (["show", "network", "xenbrO"], "xenbr0"), (["set", "pfi", "eth0", "IP", "1"], "pif"),
         (["set", "pif", "eth0", "devcie", "eth1"], "device"),
         (["query", "select p.devic from pif p"], "device"),
         (["query", "select 1 from pfi"], "pif")]
# ... and words that are like nothing.
UNLIKE = [["zzz"], ["show", "--zzz"], ["show", "zzz"], ["query", "select zzz from pif"],
          ["query", "select 1 where 'no such ' = zzz.zzz"], ["query", "select (no such"]]


def test_meant(program, _):
    """A word that is mistyped is answered with the nearest right one."""
    cache = samples("dialects")[2]
    out = []
    for words, meant in MEANT:
        done = program.run(*words, cache)
        out += done.wrong(2, 64)
        out += [] if "; did you mean %s?" % meant in done.stderr else [done.stderr]
    for words in UNLIKE:
        done = program.run(*words, cache)
        out += ["%s: %s" % (words, done.stderr)] if "did you mean" in done.stderr else []
    done = program.run("show", "pif", "zzz", cache)
    out += [] if "(there are eth0, " in done.stderr else [done.stderr]
    return out


def test_file_size(program, _):
    """A file that may grow no more is an error like a full disk, not a death by signal."""
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, "made.json")
        limited = ["sh", "-c", "ulimit -f 1; exec \"$@\"", "sh", program.path]
        done = subprocess.run(limited + ["export",
                               "--to=json", "--output=" + made, samples("dialects")[2]],
                              stderr=subprocess.PIPE, text=True, timeout=SECONDS, check=False,
                              env=program.environment())
        out = [] if done.returncode == 2 and "File too large" in done.stderr else [
            "%d: %s" % (done.returncode, done.stderr)]
        return out + ["there is %s" % name for name in os.listdir(folder)]


def manuals():
    """{path: text} of the pages on dbcache and its verbs."""
    out = {}
    for path in glob.glob(os.path.join(SOURCE, "doc", "man", "dbcache*.1")):
        with open(path, encoding="utf-8") as file:
            out[os.path.basename(path)] = file.read()
    return out


def described(text):
    """The options that head an entry of a page."""
    return {"--" + name for line in re.findall(r"^\.It .*", text, re.MULTILINE)
            for name in re.findall(r"\bFl -([a-z][a-z-]+)", line)}


def helped(text):
    return set(re.findall(r"^ {2,6}(?:-\w, )?(--[a-z-]+)", text, re.MULTILINE))


def test_manuals(program, _):
    """--help and the manuals list the same options; each rule of check has an entry."""
    pages = manuals()
    own = helped(program.run("--help").stdout)
    out = ["dbcache.1 and --help: %s" % (own ^ described(pages["dbcache.1"]))] if (
        own != described(pages["dbcache.1"])) else []
    options = {}  # of the verbs of each page
    for verb in verbs(program):
        out += [] if "\n.It Cm %s\n" % verb in pages["dbcache.1"] else ["dbcache.1: no %s" % verb]
        page = next((name for name, text in pages.items() if name != "dbcache.1"
                     and re.search(r"^\.Nm dbcache %s$" % verb, text, re.MULTILINE)), None)
        if page is None and verb != "completion":
            out.append("no page on %s" % verb)
        elif page is not None:
            options.setdefault(page, set()).update(helped(program.run(verb, "--help").stdout))
    for page, found in options.items():
        out += ["%s: not the same as --help: %s" % (page, name)
                for name in sorted((found ^ described(pages[page])) - own)]
    rules = json.loads(program.run("check", "--list", "--json").stdout)
    listed = re.findall(r"^\.It Li ([a-z0-9-]+)( \*)?\n(.*)\.$", pages["dbcache-check.1"],
                        re.MULTILINE)
    wanted = [(rule["id"], " *" if rule["severity"] == "error" else "", rule["title"])
              for rule in rules]
    out += ["dbcache-check.1: not the rules of check --list: %s" % (rule,)
            for rule in set(listed) ^ set(wanted)]
    return out


def test_wrong(program, words):
    done = program.run(*words)
    out = done.wrong(64)
    if done.stdout or not done.stderr.endswith("For help use --help.\n"):
        out.append("stdout %r, stderr %r" % (done.stdout, done.stderr))
    return out


def test_places(program, _):
    """An option of all verbs may stand anywhere."""
    path = samples("dialects")[2]
    expected = program.run("show", "--json", path).stdout
    return ["%s: other output" % words for words in
            (["--json", "show", path], ["show", path, "--json"], ["show", "--json", "--", path])
            if program.run(*words).stdout != expected]


def test_stdin(program, _):
    """What cannot be: changing standard input; what can: reading it."""
    with open(samples("dialects")[2], "rb") as file:
        data = file.read()
    out = program.run("show", "-", stdin=data).wrong(0)
    for words in (["format", "--in-place", "-"], ["repair", "-"],
                  ["set", "pif", "eth0", "IP", "", "-"]):
        out += program.run(*words, stdin=data).wrong(2)
    return out + program.run("show", "-", stdin=b"").wrong(2)


def test_missing(program, _):
    out = []
    for words in (["show", "/nonexistent/x"], ["show", "--root-prefix=/nonexistent"],
                  ["format", "/dev/null"], ["format", "--in-place", "/nonexistent/x"]):
        done = program.run(*words)
        out += done.wrong(2) + ([] if done.stderr.startswith("dbcache: ") else [done.stderr])
    return out


def test_full(program, _):
    """A full disk is an error; a reader that went away is none to speak of."""
    path = samples("dialects")[2]
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program.path, "format", path], stdout=full, stderr=subprocess.PIPE,
                              timeout=SECONDS, check=False, env=program.environment())
    out = [] if done.returncode == 2 and b"cannot write" in done.stderr else [str(done)]
    with subprocess.Popen([program.path, "format", path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=program.environment()) as child:
        child.stdout.close()
        error = child.stderr.read()
        child.wait(SECONDS)
    return out + ([error.decode()] if error else [])


def tests():
    out = [("--help", test_help, None), ("the manuals", test_manuals, None),
           ("options anywhere", test_places, None),
           ("standard input", test_stdin, None), ("missing files", test_missing, None),
           ("a full disk", test_full, None), ("a file size limit", test_file_size, None),
           ("what is meant", test_meant, None)]
    return out + [("usage: dbcache %s" % " ".join(words), test_wrong, words) for words in WRONG]
