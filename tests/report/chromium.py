"""Chromium without a window, driven by its DevTools protocol over a pipe."""
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

SECONDS = 60  # for one page, the browser's start included
TREE_TRIES = 100  # of 0.1 s each, for what a screen reader gets
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update",
         "--remote-debugging-pipe"]


class Browser:
    """A browser with a profile of its own; `messages` is what its console was told."""

    def __init__(self, path):
        self.profile = tempfile.mkdtemp(prefix="dbcache-report-")
        self.deadline = time.monotonic() + SECONDS
        self.number, self.pending, self.events, self.messages = 0, b"", [], []
        to_read, self.out = os.pipe()
        self.inp, to_write = os.pipe()

        def place():
            one, two = os.dup(to_read), os.dup(to_write)
            os.dup2(one, 3)
            os.dup2(two, 4)
        self.child = subprocess.Popen(
            [path, *FLAGS, "--user-data-dir=" + self.profile], preexec_fn=place, close_fds=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target,
                                flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Page"):
            self.ask(domain + ".enable")

    def close(self):
        self.child.kill()
        self.child.wait()
        os.close(self.out)
        os.close(self.inp)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self):
        """The next message, which is kept when it is an event."""
        while b"\0" not in self.pending:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.inp], [], [], left)[0]:
                raise TimeoutError("the browser says nothing")
            got = os.read(self.inp, 1 << 20)
            if not got:
                raise OSError("the browser has ended")
            self.pending += got
        one, self.pending = self.pending.split(b"\0", 1)
        message = json.loads(one)
        if message.get("method") in ("Log.entryAdded", "Runtime.consoleAPICalled",
                                     "Runtime.exceptionThrown", "Page.javascriptDialogOpening"):
            self.messages.append(one.decode())
        self.events.append(message.get("method"))
        return message

    def ask(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                if "error" in message:
                    raise OSError("%s: %s" % (method, message["error"]))
                return message["result"]

    def open(self, path):
        self.deadline = time.monotonic() + SECONDS
        self.events, self.messages = [], []
        self.ask("Page.navigate", url="file://" + path)
        while "Page.loadEventFired" not in self.events:
            self.receive()

    def look(self, width, scheme="light", media="", scripts=True):
        """What the next page is shown on."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900,
                 deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", media=media,
                 features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Emulation.setScriptExecutionDisabled", value=not scripts)

    def readers_tree(self):
        """[(role, name)] of what a screen reader gets.  The browser makes it after the page, piece
        by piece: it is whole when it has the tables, of which each page has some, and stays."""
        before, now = None, []
        for _ in range(TREE_TRIES):
            now = [(node["role"]["value"], node.get("name", {}).get("value", ""))
                   for node in self.ask("Accessibility.getFullAXTree")["nodes"]
                   if not node.get("ignored")]
            if now == before and any(role == "table" for role, _ in now):
                break
            before = now
            time.sleep(0.1)
        return now

    def value(self, script):
        """What a script in the page gives."""
        got = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in got:
            raise OSError("%s: %s" % (script, got["exceptionDetails"]))
        return got["result"].get("value")
