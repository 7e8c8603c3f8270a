"""Caches of the worst shapes, with a given number of records, for counts.py."""
import re

from make_cache import NETWORK, PIF, NULL, make_cache, network, pif, record, ref, refs, text, uuid


def one_network(count):
    """All PIFs are on the network of the first."""
    return re.sub(r"(<network>\n\s*)\S+", r"\g<1>" + ref(NETWORK, 0), make_cache(count))


def duplicates(count):
    """All VLANs have one tag, all bridges one name, all records one uuid."""
    whole = make_cache(count)
    whole = re.sub(r"(<VLAN>\n\s*)\d+", r"\g<1>7", whole)
    whole = re.sub(r"(<bridge>\n\s*)xapi\d+", r"\g<1>xapi0", whole)
    return re.sub(r"(<uuid>\n\s*)\S+", r"\g<1>" + uuid(PIF, 1), whole)


def one_bond(count):
    """A bond with as many slaves."""
    bond = "OpaqueRef:bond"
    slaves = range(1, count + 1)
    out = ['<?xml version="1.0" ?>\n<xenserver-network-configuration>\n']
    out.append(pif(0, 0, -1, []).replace("eth0", "bond0").replace(
        "\t\t<bond_master_of/>\n", refs("bond_master_of", "slave", [bond])))
    out += [pif(n, n, -1, []).replace("02:00:00:00:00:%02x" % n, "02:00:00:00:%02x:%02x" % (
        n >> 8, n & 255)).replace(
            "<bond_slave_of>\n\t\t\t" + NULL, "<bond_slave_of>\n\t\t\t" + bond) for n in slaves]
    out.append(record("bond", bond, text("master", ref(PIF, 0)) + refs(
        "slaves", "slave", [ref(PIF, n) for n in slaves]) + text("uuid", uuid(4, 0))))
    out += [network(n, "xenbr%d" % n) for n in range(count + 1)]
    out.append("</xenserver-network-configuration>\n")
    return "".join(out)


SHAPES = {"one_network": one_network, "duplicates": duplicates, "one_bond": one_bond}
