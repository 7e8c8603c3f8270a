"""The quick tests of a build: which lines each reaches, and whether it passes."""
import glob
import json
import os
import re
import resource
import subprocess

# Words in the names of tests; the tests with one word are one Test here.  Of the tests that are
# about each sample, one sample's are here: many small tests, of which a change needs few.
GOLDEN_WORDS = ["bond-bridge", "bond-vswitch", "usage", "100", "101", "102", "103"]
CLI_WORDS = [
    "screen of 08", "records of 08", "tree of 08", "format of 08", "show on 08",
    "show --json on 08", "check on 08", "graph on 08", "repair --dry-run on 08",
    "select count(*) from pif on 08", "export --to=sql on 08", "export --to=networkd.db on 08",
    "set on 08", "every verb on dialects/08", "every verb on statedb/8.2",
    "every verb on networkd/8.2", "packed statedb/8.2", "in a folder: networkd/8.2",
    "set S", "set a", "set o", "set refuses", "repair bond", "unknown things", "the history",
    "status", "completion", "usage: dbcache", "remap", "import from", "import, own",
    "import, archive", "import replaces", "import with losses", "import of", "export to json of b",
    "export of", "several in one archive", "which one counts", "hosts of a pool", "limits of",
    "strange", "check of a pool", "query formats", "query values", "query past", "query usage",
    "rows of", "rows as csv", "rows: schema", "rows: usage", "rows: s", "rows: f", "rows: p",
    "rows since a folder", "rows with 2 jobs", "IPv6"]
PROGRAM, TOOL = "cli/interface-reconfigure", "cli/dbcache"
MODULES = ["cache/xapi/dbcache-xapi.so", "cache/store/dbcache-history.so",
           "cache/archive/dbcache-archive.so"]
PRODUCT = ("cache/", "reconfigure/", "cli/")
FAILED = re.compile(rb"FAIL |not ok (?!.*# SKIP)")
KILLED = 128 + 9
BUILDING = 0.5  # seconds of CPU for a test's program, before it can run

# Keeps a changed program from this machine's network, files and processes.  $KEPT is the folder
# that stays writable, $CPU the seconds of CPU that each process may use, $MEMORY its kilobytes.
ALONE = ["unshare", "--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc",
         "sh", "-c", """[ -z "$KEPT" ] || mount --bind "$KEPT" "$KEPT"
         mount -o remount,bind,ro / && mount -t tmpfs -o size=1g tmpfs /tmp &&
         mount -t tmpfs tmpfs /dev/shm && ip link set lo up && ulimit -t "$CPU" &&
         ulimit -v "$MEMORY" && exec "$@" """,
         "sh"]


class Test:
    def __init__(self, name, targets, argv):
        self.name, self.targets, self.argv = name, targets, argv
        self.seconds = 2        # of CPU that it takes; a guess until it has been measured
        self.lines = {}         # {file: the lines that it reaches}

    def promise(self, file):
        """How likely it is to find a change of `file`, for the time that it takes.  Likely is a
        test much of whose lines are in the file, which is its subject then."""
        share = len(self.lines.get(file, ())) / (1 + sum(map(len, self.lines.values())))
        return share / (BUILDING + self.seconds)

    def fails(self, build, memory, kept=""):
        """How it fails: "found", or "hung" after a deadline; None when it passes.  The deadline
        counts CPU time, since the clock depends on what else runs.  A later one by the clock is for
        tests that wait."""
        env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", PYTHONDONTWRITEBYTECODE="1", KEPT=kept,
                   CPU=str(5 + int(5 * self.seconds)), MEMORY=memory,
                   ASAN_OPTIONS="exitcode=99:hard_rss_limit_mb=2000", DBCACHE_ISOLATED="1",
                   UBSAN_OPTIONS="exitcode=99", **({} if kept else {"GCOV_PREFIX": "/tmp/gcov"}))
        deadline = ["timeout", "-s", "KILL", str(120 + int(60 * self.seconds))]
        with subprocess.Popen(ALONE + deadline + self.argv, cwd=build, env=env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as child:
            if any(FAILED.match(line) for line in child.stdout):
                child.kill()    # and all of its namespace with it
                return "found"
            status = child.wait()
        return "hung" if status == KILLED else "found" if status else None


def tests(source):
    def script(folder, *words):
        return ["python3", "%s/tests/%s/run.py" % (source, folder)] + list(words)
    units = [os.path.basename(path)[:-2] for path in glob.glob(source + "/tests/unit/test_*.c")]
    found = [Test(unit, ["tests/unit/" + unit], ["tests/unit/" + unit])
             for unit in sorted(units)]
    return (found + [Test("golden " + word, [PROGRAM] + MODULES,
                          script("golden", PROGRAM, word)) for word in GOLDEN_WORDS]
            + [Test("cli " + word, [TOOL] + MODULES, script("cli", TOOL, word))
               for word in CLI_WORDS])


def counters(build):
    return glob.glob(build + "/**/*.gcda", recursive=True)


def measured(test, build):
    """Runs a test of unchanged code: {file: {line: [times, branches, branches taken]}}; empty when
    it does not pass in time."""
    for path in counters(build):
        os.remove(path)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    if test.fails(build, "unlimited", kept=build):
        return {}
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    test.seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    asked = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities"]
                           + counters(build), cwd=build, capture_output=True, check=True)
    reached = {}
    for text in asked.stdout.splitlines():
        for file in json.loads(text)["files"]:
            name = os.path.normpath(file["file"])
            if name.startswith(PRODUCT) and name.endswith(".c"):
                add(reached.setdefault(name, {}), [
                    (line["line_number"], line["count"], len(line["branches"]),
                     sum(1 for branch in line["branches"] if branch["count"]))
                    for line in file["lines"]])
    return reached


def add(lines, more):
    """Adds (line, times, branches, taken) to what is known.  Of branches the best that one test
    took counts, so the figure is a lower bound."""
    for number, times, branches, taken in more:
        old = lines.get(number, [0, 0, 0])
        lines[number] = [old[0] + times, branches, max(old[2], taken)]
