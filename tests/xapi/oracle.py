#!/usr/bin/env python3
"""What a fetch must give, computed from the records by code that shares nothing with the C code.
Also reads a network.dbcache into plain data."""
import xml.etree.ElementTree as ET

NULL = "OpaqueRef:NULL"
ETHTOOL = ["ethtool-" + k for k in "autoneg speed duplex rx tx sg tso ufo gso gro lro".split()]
BOND = ["bond-" + k for k in "mode miimon downdelay updelay use_carrier hashing-algorithm".split()]
KEYS = {
    "pif": ["domain", "peerdns", "defaultroute", "mtu", "static-routes", "vlan-bug-workaround"]
    + BOND + ETHTOOL,
    "network": ["mtu", "static-routes", "vswitch-controller-fail-mode", "vswitch-disable-in-band"]
    + ETHTOOL,
    "pool": ["vswitch-controller-fail-mode"],
}
FIELDS = {
    "pif": {"uuid": "", "management": False, "network": NULL, "MAC": "", "device": "",
            "bond_master_of": [], "bond_slave_of": NULL, "VLAN": "-1", "VLAN_master_of": NULL,
            "VLAN_slave_of": [], "tunnel_access_PIF_of": [], "tunnel_transport_PIF_of": [],
            "ip_configuration_mode": "", "IP": "", "netmask": "", "gateway": "", "DNS": "",
            "other_config": {}, "currently_attached": False},
    "bond": {"uuid": "", "master": NULL, "slaves": []},
    "vlan": {"uuid": "", "tagged_PIF": NULL, "untagged_PIF": NULL},
    "tunnel": {"uuid": "", "access_PIF": NULL, "transport_PIF": NULL},
    "network": {"uuid": "", "bridge": "", "PIFs": [], "MTU": "1500", "other_config": {}},
    "pool": {"other_config": {}},
}
SOURCES = [("pif", "PIF", "host"), ("bond", "Bond", "master"), ("vlan", "VLAN", "untagged_PIF"),
           ("tunnel", "tunnel", "transport_PIF"), ("network", "network", None),
           ("pool", "pool", None)]
# Written only when the source had them.
OPTIONAL = ("currently_attached", "MTU")


def plain(tag, name, value, pifs):
    """A field as a reader of the file sees it."""
    if isinstance(value, bool):
        return str(value)
    if name == "PIFs":
        return [r for r in value if r in pifs]
    if name == "other_config":
        return {k: v.strip() for k, v in value.items() if k in KEYS[tag]}
    if isinstance(value, list):
        return list(value)
    if value == "" and FIELDS[tag][name] == NULL:
        return NULL
    return str(value).strip()


def expected(records, host_uuid):
    """[(tag, ref, fields)] in the order of a saved cache."""
    host = [r for r, v in records["host"].items() if v["uuid"] == host_uuid][0]
    out, pifs = [], set()
    for tag, cls, owner in SOURCES:
        for ref, row in records.get(cls, {}).items():
            if owner and row.get(owner) not in ({host} if cls == "PIF" else pifs):
                continue
            if cls == "PIF":
                pifs.add(ref)
            out.append((tag, ref, {name: plain(tag, name, row.get(name, default), pifs)
                                   for name, default in FIELDS[tag].items()
                                   if name in row or name not in OPTIONAL}))
    return out


def read_field(tag, node):
    default = FIELDS[tag].get(node.tag)
    if isinstance(default, dict):
        return {kid.tag: (kid.text or "").strip() for kid in node}
    if isinstance(default, list):
        return [(kid.text or "").strip() for kid in node]
    return (node.text or "").strip()


def read(text):
    """A cache's text in the same shape."""
    return [(rec.tag, rec.get("ref"), {f.tag: read_field(rec.tag, f) for f in rec})
            for rec in ET.fromstring(text)]


def differences(wanted, got):
    """Lines that say what is not as wanted; the order of records counts, within a class."""
    out = []
    for tag in FIELDS:
        want, have = [[r for r in side if r[0] == tag] for side in (wanted, got)]
        if [r[1] for r in want] != [r[1] for r in have]:
            out.append("%s: wanted %s, got %s" % (tag, [r[1] for r in want], [r[1] for r in have]))
            continue
        out += ["%s %s: wanted %s, got %s" % (tag, w[1], w[2], h[2])
                for w, h in zip(want, have) if w[2] != h[2]]
    return out[:5]
