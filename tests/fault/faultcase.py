"""What must hold after any fault in a run of interface-reconfigure, and which cases are tried.

After a run with a fault every configuration file is the whole old one or the whole new one.  A
run that ends with 0 has done everything; a run that failed says why.  A second run without a
fault gives what the case expects and removes what the first one left.  command.py, alloc.py and
syscall.py make the faults.
"""
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import hostcase  # noqa: E402

# One of each kind: up and down, both datapaths, physical, bond, VLAN, the forced rewrite, and XAPI.
KINDS = ["bond-vswitch-lacp-src_mac", "bond-bridge-lacp-src_mac", "1000-cache-xapi2-up",
         "1020-cache-xapi0-up", "1004-cache-xapi1-down", "1005-cache-xenbr0-down",
         "1005-cache-xenbr3-up", "1005-force-rewrite", "1004-xapi-eth0.1962-up-mgmt",
         "1027-xapi-eth0.3205-down-mgmt", "1001-xapi-rewrite"]


def cases():
    return hostcase.load_cases(KINDS)


HISTORY = "dbcache-history.db"


def snapshot(host):
    """{path: text} of what a fault may not damage; network.dbcache as its records.  The history's
    bytes differ from run to run: whether it is whole is asked in broken_history()."""
    out = {}
    for folder in ("etc/sysconfig", "var/xapi", "var/lib/xcp"):
        for path in host.walk(folder):
            name = os.path.basename(path)
            if not name.startswith((".", HISTORY)) and path != hostcase.SOCKET:
                out[path] = host.cache() if path == hostcase.CACHE else host.read(path)
    return out


def broken_history(host):
    """What SQLite finds wrong with the history, after it has rolled back what a kill left."""
    path = host.path(os.path.join(os.path.dirname(hostcase.CACHE), HISTORY))
    if not os.path.exists(path):
        return []
    try:
        with sqlite3.connect(path) as db:
            found = [row[0] for row in db.execute("PRAGMA integrity_check")]
    except sqlite3.Error as why:
        found = [str(why)]
    return [] if found == ["ok"] else ["%s: %s" % (HISTORY, found[:2])]


class Reference:
    """The files before and after a run of the case in which nothing goes wrong."""

    def __init__(self, case, program):
        with hostcase.Host(case) as host:
            self.before = snapshot(host)
            self.outcome = host.run(program)
            self.after = snapshot(host)


def damaged(reference, now):
    """Files that are neither the old nor the new text."""
    out = []
    for path in sorted(set(reference.before) | set(now)):
        old, new = reference.before.get(path), reference.after.get(path)
        if path not in now:
            if old is not None and new is not None:
                out.append("%s is missing" % path)
        elif now[path] != old and now[path] != new:
            out.append("%s is neither the old nor the new text: %.120r" % (path, now[path]))
    return out


def judge(case, reference, host, outcome, killed=False):
    """What a run with a fault did wrong."""
    out = damaged(reference, snapshot(host)) + broken_history(host)
    if outcome.crashed():
        out.append(outcome.crashed())
    if killed:
        return out
    if outcome.leftovers:
        out.append("leftovers: %s" % " ".join(outcome.leftovers))
    if outcome.exit not in (0, 1, case.expect["exit"]):
        out.append("exit status %d" % outcome.exit)
    if outcome.exit == 0 and snapshot(host) != reference.after:
        out.append("exit status 0, but the files are not those of a run without a fault")
    if outcome.exit == 1 and not outcome.stderr:
        out.append("exit status 1, and not a word why")
    return out


def second_run(case, reference, host, program):
    """What a plain run after one with a fault did wrong."""
    host.forget()
    outcome = host.run(program)
    out = []
    if outcome.exit != reference.outcome.exit:
        out.append("the second run ends with %d: %s" % (outcome.exit, outcome.stderr[-2:]))
    if outcome.leftovers:
        out.append("the second run leaves %s" % " ".join(outcome.leftovers))
    now = snapshot(host)
    out += ["after the second run %s is not as it should be" % path
            for path in sorted(set(now) | set(reference.after))
            if now.get(path) != reference.after.get(path)]
    return out
