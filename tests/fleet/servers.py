"""Throw-away servers of PostgreSQL and ClickHouse.  Each has a folder of its own, runs as the
user of its package, listens on a unix socket or the loopback interface, and is ended by its
process id.
"""
import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time

SECONDS = 60
CLICKHOUSE = "/usr/sbin/clickhouse-server"
CONFIG = """<yandex>
<logger><level>warning</level><log>%(folder)s/log</log>
<errorlog>%(folder)s/errors</errorlog></logger>
<listen_host>%(address)s</listen_host><tcp_port>9000</tcp_port>
<path>%(folder)s/data/</path><tmp_path>%(folder)s/tmp/</tmp_path>
<mark_cache_size>268435456</mark_cache_size>
<users_config>%(folder)s/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<timezone>UTC</timezone>
</yandex>
"""
USERS = """<yandex><profiles><default/></profiles><quotas><default/></quotas>
<users><default><password/><networks><ip>127.0.0.0/8</ip></networks>
<profile>default</profile><quota>default</quota></default></users></yandex>
"""


def postgresql_programs():
    """The folder of the newest PostgreSQL's programs, or None."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    found.sort(key=lambda path: int(path.split("/")[4]))
    return os.path.dirname(found[-1]) if found and shutil.which("psql") else None


def clickhouse_there():
    return os.path.exists(CLICKHOUSE) and shutil.which("clickhouse-client") is not None


class Server:
    """Runs within a `with` block, and knows `environment`, which its clients need."""
    user, ending = None, signal.SIGTERM

    def __init__(self):
        self.folder = self.process = None
        self.environment = {}

    def as_user(self, argv):
        """The server ends when we do, however that comes."""
        return ["setpriv", "--reuid=" + self.user, "--regid=" + self.user, "--clear-groups",
                "--pdeathsig=KILL", "--"] + argv

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="dbcache-fleet-", dir="/tmp")
        try:
            self.prepare()
            with open(os.path.join(self.folder, "said"), "wb") as said:
                self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                    self.as_user(self.argv()), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                    cwd=self.folder, env=self.clean(), start_new_session=True)
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def clean(self):
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
                "HOME": self.folder}

    def wait_until_ready(self):
        deadline = time.monotonic() + SECONDS
        while subprocess.run(self.question(), env=dict(self.clean(), **self.environment),
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("%s did not start: %s" % (self.argv()[0], self.said()))
            time.sleep(0.1)

    def said(self):
        with open(os.path.join(self.folder, "said"), encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def __exit__(self, *_):
        if self.process is not None:
            self.process.send_signal(self.ending)
            try:
                self.process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def processor(self):
        """Seconds of processor time so far, that of its processes included."""
        ticks = 0
        for path in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    pid, fields = path.split("/")[2], file.read().rsplit(")", 1)[1].split()
            except OSError:  # it has ended
                continue
            if str(self.process.pid) in (pid, fields[1]):
                ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")


class PostgreSQL(Server):
    user, ending = "postgres", signal.SIGINT  # without waiting for clients

    def prepare(self):
        self.environment = {"PGHOST": self.folder, "PGUSER": "postgres"}
        shutil.chown(self.folder, self.user, self.user)
        subprocess.run(self.as_user([
            os.path.join(postgresql_programs(), "initdb"), "--auth=trust", "--username=postgres",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", self.data()]),
            env=self.clean(), cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=SECONDS, check=True)

    def data(self):
        return os.path.join(self.folder, "data")

    def argv(self):
        return [os.path.join(postgresql_programs(), "postgres"), "-D", self.data(), "-c",
                "listen_addresses=", "-c", "unix_socket_directories=" + self.folder, "-c",
                "fsync=off"]

    def question(self):
        return ["psql", "-c", "SELECT 1", "postgres"]


class ClickHouse(Server):
    user = "clickhouse"

    def __init__(self, address="127.0.0.1", cluster=None):
        super().__init__()
        self.address, self.cluster = address, cluster

    def prepare(self):
        self.put("config.xml", CONFIG % vars(self))
        self.put("users.xml", USERS)
        if self.cluster is not None:
            self.put("config.d/fleet.xml", self.cluster)
        for name in ("data", "tmp", "."):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
            shutil.chown(os.path.join(self.folder, name), self.user, self.user)

    def argv(self):
        return [CLICKHOUSE, "--config-file=" + os.path.join(self.folder, "config.xml")]

    def question(self):
        return ["clickhouse-client", "--host", self.address, "--query=SELECT 1"]
