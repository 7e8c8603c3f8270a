"""Runs dbcache in a test, in an environment and a folder of its own, and returns its output.
"""
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FIXTURES = os.path.join(SOURCE, "fixtures")
SECONDS = 60
CRASHED = 99  # what the sanitizers are told to exit with


def samples(kind):
    """The caches of fixtures/KIND by name."""
    folder = os.path.join(FIXTURES, kind)
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))
            if name.endswith(".dbcache")]


def name_of(path):
    return os.path.basename(path)[:-len(".dbcache")]


# Runs a command without its output, and prints its exit status and its peak memory in MB.
MEASURE = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                       file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss >> 10)
"""


class Outcome:
    def __init__(self, exit_status, stdout, stderr):
        self.exit, self.stdout, self.stderr = exit_status, stdout, stderr

    def wrong(self, *expected):
        """What is wrong with how it ended; nothing when it is one of the statuses expected."""
        if self.exit in expected and self.exit != CRASHED:
            return []
        return ["exit status %d, expected %s" % (self.exit, " or ".join(map(str, expected))),
                self.stdout[-1500:], self.stderr[-3000:]]


class Program:
    def __init__(self, path):
        self.path = os.path.abspath(path)

    def environment(self, **more):
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        env.update((name, os.environ[name]) for name in os.environ if name.endswith("SAN_OPTIONS"))
        env.update(more)
        return {name: value for name, value in env.items() if value is not None}

    def run(self, *words, stdin=b"", cwd=None, **env):
        """Everything but the bytes on stdin is text; what is no UTF-8 shows as \\xHH."""
        done = subprocess.run([self.path, *words], input=stdin, cwd=cwd, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                              env=self.environment(**env))
        return Outcome(done.returncode, done.stdout.decode("utf-8", "backslashreplace"),
                       done.stderr.decode("utf-8", "backslashreplace"))

    def peak(self, *words):
        """(exit status, stderr, megabytes of memory at the most) of a run.  Linux counts from what
        the program has that starts it, so a small one does."""
        done = subprocess.run([sys.executable, "-c", MEASURE, self.path, *words], check=True,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=self.environment())
        status, megabytes = map(int, done.stdout.split())
        return status, done.stderr, megabytes

    def on_terminal(self, *words, **env):
        """Its output when stdout is a terminal."""
        ours, theirs = pty.openpty()
        with subprocess.Popen([self.path, *words], stdin=subprocess.DEVNULL, stdout=theirs,
                              stderr=subprocess.DEVNULL,
                              env=self.environment(TERM="xterm", **env)) as child:
            os.close(theirs)
            out = b""
            while select.select([ours], [], [], SECONDS)[0]:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # the other end is closed
                    break
                if not piece:
                    break
                out += piece
            child.wait(SECONDS)
        os.close(ours)
        return out.decode().replace("\r\n", "\n")


class Copy:
    """A sample's copy in a folder of its own, under the name that a host gives it."""

    def __init__(self, path, name="network.dbcache"):
        self.folder = tempfile.mkdtemp(prefix="dbcache-cli-")
        self.path = os.path.join(self.folder, name)
        shutil.copy(path, self.path)

    def read(self):
        with open(self.path, "rb") as file:
            return file.read()

    def write(self, data):
        with open(self.path, "wb") as file:
            file.write(data)

    def leftovers(self):
        """Temporary files that stayed."""
        return [name for name in os.listdir(self.folder) if ".dbc-" in name]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)
