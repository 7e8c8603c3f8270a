"""The verb check where it looks at more than one host."""
import json
import os

from program import FIXTURES, samples


def test_check_pool(program, _):
    """check looks at every host of a pool, and at all of them together."""
    alpha, beta = samples("pool")
    bad = os.path.join(FIXTURES, "check", "pool-vlan-tag", "bad.dbcache")
    pool = os.path.join(FIXTURES, "statedb", "8.2.xml")
    done = program.run("check", alpha, beta, bad)
    out = done.wrong(2)
    out += [] if "%s:47: error: bad: pif bond0.7, VLAN: 7, but 5 on alpha and 1 more " \
        "[pool-vlan-tag]\n3 hosts: 1 error, 0 warnings." % bad in done.stdout else [done.stdout]
    done = program.run("check", "--json", alpha, bad, alpha)
    found = json.loads(done.stdout)
    out += [] if [host["host"] for host in found["hosts"]] == ["alpha", "bad", "alpha"] and (
        {(one["host"], one["rule"]) for one in found["between"]["findings"]} ==
        {("bad", "pool-vlan-tag"), ("alpha", "pool-address"), ("alpha", "pool-mac")}) else [
            done.stdout]
    out += program.run("check", alpha, beta).wrong(0)
    done = program.run("check", pool)
    out += done.wrong(0) + ([] if done.stdout == "2 hosts: Nothing found.\n" else [done.stdout])
    done = program.run("check", "--json", "--host=xen-beta", pool)
    out += done.wrong(0) + ([] if json.loads(done.stdout)["host"] == "xen-beta" else [done.stdout])
    return out + program.run("check", alpha, "/nonexistent").wrong(2)


def tests():
    return [("check of a pool", test_check_pool, None)]
