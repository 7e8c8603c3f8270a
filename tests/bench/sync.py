#!/usr/bin/env python3
"""The benchmark table of ovs-xapi-sync: what it costs on a host with 2,000 VIFs.

usage: sync.py BUILD [SECONDS]     BUILD: a release build; SECONDS: how long it is watched idle (60)
The processor time is the daemon's own, from /proc/PID/schedstat (nanoseconds).  An event is a new
VIF of a new machine: the daemon asks XAPI about both, and writes the row.
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sync"))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)
from run import table, verdict  # noqa: E402  (before the folders of others, which have a run.py)
from host import Host  # noqa: E402
from xapi import Pool, Xapi, within  # noqa: E402

VIFS, EVENTS = 2000, 50
IDLE_MS, EVENT_MS, MEMORY_KB, CALLS = 0, 1.0, 10 * 1024, 10


def used_ms(pid):
    with open("/proc/%d/schedstat" % pid, encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e6


def memory(pid, what):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(what + ":"))


def ticks_ms(pid):
    """In the kernel's clock ticks, which is what ps and top show."""
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 // os.sysconf("SC_CLK_TCK")


def new_vif(pool, i):
    vm = pool.row("VM", pool.vm(**{"nicira-vm-id": "vm%d" % i}))
    vif = pool.row("VIF", pool.vif(vm, **{"nicira-iface-id": "if%d" % i}))
    return {"attached-mac": "02:00:00:00:00:01", "xs-network-uuid": pool.uuid(),
            "xs-vif-uuid": vif["uuid"], "xs-vm-uuid": vm["uuid"]}


def events(host, pool):
    """Milliseconds of each, sorted: the waiting for it is not in them."""
    out = []
    for i in range(VIFS, VIFS + EVENTS):
        ids = new_vif(pool, i)
        host.xapi.printed.clear()
        before = used_ms(host.daemon.pid)
        host.insert({}, {"vif%d.0" % i: {"external_ids": ids}})
        within(30, lambda i=i: host.id("vif%d.0" % i, "vm-id") == "vm%d" % i)
        time.sleep(0.1)
        out.append(used_ms(host.daemon.pid) - before)
    return sorted(out)


def main():
    program = os.path.join(os.path.abspath(sys.argv[1]), "cli", "ovs-xapi-sync")
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    pool = Pool()
    vifs = {"vif%d.0" % i: {"external_ids": new_vif(pool, i)} for i in range(VIFS)}
    with Host(program, Xapi(pool.tables)) as host:
        host.insert({}, vifs)
        begin = time.monotonic()
        host.start("-voff")
        if not host.in_step(120):
            sys.exit("not in step: " + host.appctl("show")[1])
        took, pid = time.monotonic() - begin, host.daemon.pid
        within(10, lambda: host.xapi.waiting == 1)
        calls, start_ms = len(host.xapi.calls), used_ms(pid)
        time.sleep(1)
        before, before_ticks = used_ms(pid), ticks_ms(pid)
        time.sleep(seconds)
        idle, idle_ticks = used_ms(pid) - before, ticks_ms(pid) - before_ticks
        each = events(host, pool)
        most, now, own = (memory(pid, what) for what in ("VmHWM", "VmRSS", "RssAnon"))
        rows = [
            ["calls of XAPI until all is in step", str(calls), verdict(calls, CALLS)],
            ["ms of processor until then (%.1f s passed)" % took, "%.0f" % start_ms, ""],
            ["ms of processor in %d s idle, in ticks" % seconds, str(idle_ticks),
             verdict(idle_ticks, IDLE_MS)],
            ["the same in fractions of them", "%.3f" % idle, ""],
            ["ms of processor for an event, median", "%.2f" % each[len(each) // 2],
             verdict(each[len(each) // 2], EVENT_MS)],
            ["the most of %d events" % EVENTS, "%.2f" % each[-1], ""],
            ["KiB resident, at most", str(most), verdict(most, MEMORY_KB)],
            ["KiB resident now, of it not of files", "%d, %d" % (now, own), ""],
        ]
    print("\novs-xapi-sync with %d VIFs" % VIFS)
    table(["what", "seen", "wanted"], rows)


if __name__ == "__main__":
    main()
