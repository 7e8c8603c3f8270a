"""What the headline paths may cost at most (counts.py).

A row of PATHS: the limit, as a multiple of the instructions of a bare libxml2 parse of the same
input, or None where only growth is limited; the path; its size with --large, and in a quick run.  A
limit is a little more than what was measured.
"""
from analysis import JOINS, QUERY

PATHS = {
    "dry run of up, 10 VLANs": (1.30, ("dry_run",), 10, 10),
    "dry run of up": (1.53, ("dry_run",), 4000, 1000),
    "show": (1.84, ("verb", "show"), 2000, 1000),
    "show --json": (1.88, ("verb", "show", "--json"), 2000, 1000),
    "check": (1.96, ("verb", "check"), 2000, 1000),
    "query": (1.61, ("verb", "query", QUERY), 2000, 1000),
    "query, a join": (1.76, ("verb", "query", JOINS), 2000, 1000),
    "graph": (2.00, ("verb", "graph"), 2000, 1000),
    "diff": (1.73, ("diff",), 2000, 1000),
    "export --to json": (2.18, ("verb", "export", "--to=json"), 2000, 1000),
    "export --to jsonl": (3.06, ("verb", "export", "--to=jsonl"), 2000, 1000),
    "rewrite from XAPI, 16 hosts": (2.44, ("rewrite",), 1000, 250),
    "state.db, mostly PIFs": (1.80, ("statedb",), 60000000, 2000000),
    "hosts in one query": (1.77, ("hosts",), 1000, 50),
    "repair": (None, ("repair",), 0, 0),
    "one network with all PIFs, check": (None, ("shape", "one_network", "check"), 0, 0),
    "duplicates everywhere, check": (None, ("shape", "duplicates", "check"), 0, 0),
    "duplicates everywhere, repair": (None, ("shape", "duplicates", "repair", "--dry-run"), 0, 0),
    "a bond of all NICs, check": (None, ("shape", "one_bond", "check"), 0, 0),
    "a bond of all NICs, show": (None, ("shape", "one_bond", "show"), 0, 0),
}

# A path -> its smallest size; it is measured at 2, 4 and 8 times that too.
GROWTH = {name: 100 for name in (
    "dry run of up", "show", "show --json", "check", "query, a join", "graph", "diff",
    "export --to json", "repair", "one network with all PIFs, check",
    "duplicates everywhere, check", "duplicates everywhere, repair",
    "a bond of all NICs, check", "a bond of all NICs, show")}
GROWTH["hosts in one query"] = 8
GROWTH["graph"] = 400   # fewer VLANs of a NIC are drawn one by one
BEND = 1.05   # a path is linear within so much
