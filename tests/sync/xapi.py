"""XAPI for the tests of ovs-xapi-sync: tests/xapi's stand-in with event.from, a pool with VIFs and
VMs, and queries for many uuids that are answered without evaluating each as an expression."""
import os
import random
import re
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "xapi"))
from standin import Failure, Standin  # noqa: E402

MANY = re.compile(r'\(field "uuid"="[^"]*"\)(?: or \(field "uuid"="[^"]*"\))*')


class Xapi(Standin):
    """With events=False a release that has no event.from.  `waiting` is how many of these calls
    are under way; `held` keeps any call from being answered until it is set again."""

    def __init__(self, records, events=True, **how):
        super().__init__(records, **how)
        self.events, self.changes, self.waiting = events, [], 0
        self.changed, self.held, self.closing = threading.Condition(), threading.Event(), False
        self.held.set()

    def call(self, method, params):
        self.held.wait(120)
        if method != "event.from":
            return super().call(method, params)
        if not self.events:
            raise Failure("MESSAGE_METHOD_UNKNOWN", method)
        if not params or params[0] not in self.sessions:
            raise Failure("SESSION_INVALID", params[0] if params else "")
        return self.event_from(*params[1:])

    def event_from(self, classes, token, seconds):
        with self.changed:
            now = len(self.changes)
            if token == "":
                found = [(c, r, "add") for c in classes for r in self.db.get(c, {})]
                return self.answer_events(found, now)
            start = int(token)
            self.waiting += 1
            self.changed.wait_for(lambda: len(self.changes) > start or self.closing,
                                  float(seconds))
            self.waiting -= 1
            found = [change for change in self.changes[start:] if change[0] in classes]
            return self.answer_events(found, len(self.changes))

    def answer_events(self, found, now):
        events = []
        for number, (cls, ref, operation) in enumerate(found):
            event = {"id": str(number), "timestamp": "0.", "class": cls, "operation": operation,
                     "ref": ref}
            if operation != "del" and ref in self.db[cls]:
                event["snapshot"] = self.db[cls][ref]
            events.append(event)
        return {"events": events, "token": str(now), "valid_ref_counts": {}}

    def change(self, cls, ref, **fields):
        """None for a whole record: it goes."""
        with self.changed:
            if fields.get("gone"):
                del self.db[cls][ref]
            else:
                self.db[cls][ref].update(fields)
            self.printed.pop(cls, None)
            self.changes.append((cls, ref, "del" if fields.get("gone") else "mod"))
            self.changed.notify_all()

    def query(self, cls, verb, method, args):
        if verb == "get_all_records_where" and MANY.fullmatch(args[0]):
            wanted = set(re.findall('="([^"]*)"', args[0]))
            return {r: v for r, v in self.table(cls).items() if v["uuid"] in wanted}
        return super().query(cls, verb, method, args)

    def names(self):
        return [method for method, _ in self.calls]

    def close(self):
        with self.changed:
            self.closing = True
            self.changed.notify_all()
        super().close()


class Pool:
    """Records of one pool: networks xapi0, xapi1, ... and VMs with VIFs."""

    def __init__(self, seed=1):
        self.random = random.Random(seed)
        self.tables = {c: {} for c in ("network", "pool", "VIF", "VM")}
        self.pool = self.add("pool", name_label="pool", other_config={})

    def uuid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128)))

    def add(self, cls, **fields):
        ref = "OpaqueRef:" + self.uuid()
        self.tables[cls][ref] = dict({"uuid": self.uuid(), "other_config": {}}, **fields)
        return ref

    def network(self, bridge, **config):
        return self.add("network", bridge=bridge, name_label="n", MTU="1500", PIFs=[], VIFs=[],
                        other_config=config)

    def vm(self, **config):
        return self.add("VM", name_label="a guest", power_state="Running", VIFs=[],
                        allowed_operations=["pause", "clean_shutdown", "migrate_send"] * 6,
                        platform={"key%d" % i: "value" * 3 for i in range(20)},
                        last_booted_record="x" * 800, other_config=config)

    def vif(self, vm, **config):
        return self.add("VIF", VM=vm, device="0", MAC="02:00:00:00:00:01", MTU="1500",
                        allowed_operations=["attach", "unplug"], currently_attached=True,
                        qos_algorithm_params={}, ipv4_allowed=[], ipv6_allowed=[],
                        locking_mode="network_default", other_config=config)

    def row(self, cls, ref):
        return self.tables[cls][ref]


def within(seconds, what, every=0.02):
    """Whether what() gets true in time; then its value."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)
