#!/usr/bin/env python3
"""ovsdb_netdev.py REAL FRONT - a proxy for ovsdb-server in the sandbox, which has no kernel
module.

Listens on the unix socket FRONT and passes every JSON-RPC message on to the server on REAL, where
ovs-vswitchd is started.  In addition:
  * a Bridge that is inserted gets datapath_type=netdev;
  * a tap stands in for the fake interface of a bond, which that datapath cannot make;
  * /run/ovsdb.log has one line of JSON for each `transact`;
  * /run/ovsdb.fail says what goes wrong, once: "N HOW" counts transacts that write, and does HOW at
    the Nth: before (refused), after (done, and answered with an error), close (done, and the
    connection closed without an answer), garbage, half, silent, huge; race and late: the shell
    script /run/ovsdb.race is run before the request is passed on, or before its answer is.
    "N HOW any" counts all requests, also those that only read.
"""
import asyncio
import json
import os
import subprocess
import sys

LOG, FAIL = "/run/ovsdb.log", "/run/ovsdb.fail"
WRITES = {"insert", "update", "mutate", "delete"}
DECODER = json.JSONDecoder()
TAPS = set()


def operations(message):
    params = message.get("params") if message.get("method") == "transact" else None
    return params[1:] if params else []


def due(message):
    """How this request must fail, or None."""
    try:
        with open(FAIL, encoding="ascii") as file:
            count, how, *which = file.read().split()
    except (OSError, ValueError):
        return None
    left = int(count) - 1
    if left < 0 or "method" not in message:
        return None
    if which != ["any"] and not any(op.get("op") in WRITES for op in operations(message)):
        return None
    with open(FAIL, "w", encoding="ascii") as file:
        file.write(" ".join([str(left), how] + which) + "\n")
    return how if left == 0 else None


def stand_in(real):
    """Taps for the bonds that want a fake interface now."""
    query = ["Open_vSwitch", {"op": "select", "table": "Port", "columns": ["name"],
                              "where": [["bond_fake_iface", "==", True]]}]
    done = subprocess.run(["ovsdb-client", "transact", "unix:" + real, json.dumps(query)],
                          capture_output=True, text=True, check=False)
    try:
        wanted = {row["name"] for row in json.loads(done.stdout)[0]["rows"]}
    except (ValueError, LookupError):
        return
    for name in wanted - TAPS:
        if not os.path.exists("/sys/class/net/" + name):
            subprocess.run(["ip", "tuntap", "add", "dev", name, "mode", "tap"], check=False)
    for name in TAPS - wanted:
        subprocess.run(["ip", "link", "del", name], check=False)
    TAPS.clear()
    TAPS.update(wanted)


def messages(buffer):
    """(whole messages, the rest) of a text."""
    found = []
    while buffer.lstrip():
        try:
            message, end = DECODER.raw_decode(buffer.lstrip())
        except ValueError:
            break
        buffer = buffer.lstrip()[end:]
        found.append(message)
    return found, buffer


class Conversation:
    def __init__(self, real, client):
        self.real = real
        self.client = client
        self.server = None
        self.spoil = {}  # id of a request -> how its answer is to be spoilt
        self.bonds = set()

    async def run(self):
        self.server = await asyncio.open_unix_connection(self.real, limit=1 << 27)
        tasks = [asyncio.create_task(self.pump(self.client[0], self.ask)),
                 asyncio.create_task(self.pump(self.server[0], self.answer))]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for writer in (self.client[1], self.server[1]):
            writer.close()

    @staticmethod
    async def pump(reader, handle):
        text = ""
        while True:
            data = await reader.read(1 << 20)
            if not data:
                return
            found, text = messages(text + data.decode())
            for message in found:
                if not await handle(message):
                    return

    async def ask(self, message):
        how = due(message)
        if operations(message):
            with open(LOG, "a", encoding="utf-8") as log:
                log.write(json.dumps(message["params"]) + "\n")
        if how == "before":
            return await self.say({"id": message["id"], "error": None,
                                   "result": [{"error": "I/O error", "details": "injected"}]})
        if how == "race":
            await self.race()
        elif how:
            self.spoil[json.dumps(message["id"])] = how
        for op in operations(message):
            if op.get("op") == "insert" and op.get("table") == "Bridge":
                op["row"].setdefault("datapath_type", "netdev")
            if op.get("op") in WRITES and op.get("table") in ("Bridge", "Port"):
                self.bonds.add(json.dumps(message.get("id")))
        self.server[1].write(json.dumps(message).encode())
        await self.server[1].drain()
        return True

    async def answer(self, message):
        key = json.dumps(message.get("id"))
        if "result" in message and key in self.bonds:
            self.bonds.discard(key)
            stand_in(self.real)
        how = self.spoil.pop(key, None) if "result" in message else None
        if how is None:
            return await self.say(message)
        text = json.dumps(message)
        if how == "after":
            message["result"] = list(message["result"] or []) + [
                {"error": "I/O error", "details": "injected"}]
            return await self.say(message)
        if how == "late":
            await self.race()
            return await self.say(message)
        if how == "garbage":
            return await self.send("}]" + text)
        if how == "half":
            await self.send(text[:len(text) // 2])
            return False
        if how == "huge":
            much = "x" * (100 << 20)
            return await self.send('{"id":%s,"error":null,"result":["%s"' % (key, much))
        return how == "silent"  # "close": the conversation ends

    @staticmethod
    async def race():
        await (await asyncio.create_subprocess_exec("sh", "/run/ovsdb.race")).wait()

    async def say(self, message):
        return await self.send(json.dumps(message))

    async def send(self, text):
        self.client[1].write(text.encode())
        await self.client[1].drain()
        return True


async def main(real, front):
    async def serve(reader, writer):
        try:
            await Conversation(real, (reader, writer)).run()
        except (OSError, asyncio.CancelledError):
            writer.close()

    server = await asyncio.start_unix_server(serve, front, limit=1 << 27)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
