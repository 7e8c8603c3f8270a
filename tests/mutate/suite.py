"""The quick tests of a build: which lines each reaches, and whether it passes."""
import glob
import json
import os
import re
import resource
import subprocess

# Words in the names of the tests in tests/cli; the tests with one word are one Test here.
CLI_WORDS = ["screen", "records", "tree", "changes", "graph", "query", "set ", "repair bond",
             "status", "completion", "usage", "import", "export to", "every", "several", "check of"]
PROGRAM, TOOL = "cli/interface-reconfigure", "cli/dbcache"
MODULES = ["cache/xapi/dbcache-xapi.so", "cache/store/dbcache-history.so",
           "cache/archive/dbcache-archive.so"]
PRODUCT = ("cache/", "reconfigure/", "cli/")
FAILED = re.compile(rb"FAIL |not ok (?!.*# SKIP)")
KILLED = 128 + 9

# Keeps a changed program from this machine's network, files and processes.  $KEPT is the folder
# that stays writable, $CPU the seconds of CPU that each process may use.
ALONE = ["unshare", "--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc",
         "sh", "-c", """[ -z "$KEPT" ] || mount --bind "$KEPT" "$KEPT"
         mount -o remount,bind,ro / && mount -t tmpfs -o size=1g tmpfs /tmp &&
         mount -t tmpfs tmpfs /dev/shm && ip link set lo up && ulimit -t "$CPU" && exec "$@" """,
         "sh"]


class Test:
    def __init__(self, name, targets, argv):
        self.name, self.targets, self.argv = name, targets, argv
        self.seconds = 2        # of CPU that it takes; a guess until it has been measured
        self.lines = {}         # {file: the lines that it reaches}

    def share(self, file):
        """How much of what it reaches is in `file`: most of it when that is its subject."""
        return len(self.lines.get(file, ())) / (1 + sum(map(len, self.lines.values())))

    def fails(self, build, kept=""):
        """How it fails: "found", or "hung" after a deadline; None when it passes.  The deadline
        counts CPU time, since the clock depends on what else runs.  A later one by the clock is for
        tests that wait."""
        env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", PYTHONDONTWRITEBYTECODE="1", KEPT=kept,
                   CPU=str(5 + int(5 * self.seconds)),
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


def tests(source, build):
    def script(folder, *words):
        return ["python3", "%s/tests/%s/run.py" % (source, folder)] + list(words)
    units = [os.path.basename(path)[:-2] for path in glob.glob(source + "/tests/unit/test_*.c")]
    found = [Test(unit, ["tests/unit/" + unit], [build + "/tests/unit/" + unit])
             for unit in sorted(units)]
    found.append(Test("golden", [PROGRAM] + MODULES, script("golden", build + "/" + PROGRAM)))
    return found + [Test("cli " + word, [TOOL] + MODULES, script("cli", build + "/" + TOOL, word))
                    for word in CLI_WORDS]


def counters(build):
    return glob.glob(build + "/**/*.gcda", recursive=True)


def measured(test, build):
    """Runs a test of unchanged code: {file: {line: [times, branches, branches taken]}}; empty when
    it does not pass in time."""
    for path in counters(build):
        os.remove(path)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    if test.fails(build, kept=build):
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
