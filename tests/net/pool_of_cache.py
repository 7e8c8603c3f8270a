#!/usr/bin/env python3
"""Prints the records of a pool, as tests/xapi/standin.py serves them: the host of a
network.dbcache, and another host, whose management PIF comes first and must be ignored.

usage: pool_of_cache.py CACHE HOST_UUID [CHANGE...], where a CHANGE is one of
  controller=ADDRESS        the pool's vswitch_controller
  sdn=PROTOCOL,ADDRESS,PORT an SDN_controller; sdn=none: the class without a record
  pools=N                   the number of pools, by default 1
  attached=BRIDGE,...       the PIFs of these bridges are attached, no others
  management=DEVICE[.VLAN]  the PIF that carries management, instead of the cache's
  snooping=true|false       the pool's igmp_snooping_enabled
  pool:KEY=VALUE            other_config of the pool
  BRIDGE:KEY=VALUE          other_config of the network with this bridge
"""
import json
import sys
import xml.etree.ElementTree as ET

CLASSES = {"pif": "PIF", "bond": "Bond", "vlan": "VLAN", "tunnel": "tunnel", "network": "network",
           "pool": "pool"}
LISTS = ("bond_master_of", "VLAN_slave_of", "tunnel_access_PIF_of", "tunnel_transport_PIF_of",
         "slaves", "PIFs")


def value(node):
    if node.tag == "other_config":
        return {key.tag: key.text or "" for key in node}
    if node.tag in LISTS:
        return [item.text for item in node]
    text = (node.text or "").strip()
    return {"True": True, "False": False}.get(text, text)


def read(cache):
    tables = {name: {} for name in CLASSES.values()}
    for node in ET.parse(cache).getroot():
        tables[CLASSES[node.tag]][node.get("ref")] = {field.tag: value(field) for field in node}
    return tables


def add_hosts(tables, uuid):
    for pif in tables["PIF"].values():
        pif["host"] = "OpaqueRef:host"
    management = next(pif for pif in tables["PIF"].values() if pif["management"])
    stranger = dict(management, uuid="stranger", host="OpaqueRef:stranger", device="eth9",
                    bond_master_of=[], VLAN_slave_of=[])
    tables["PIF"] = dict({"OpaqueRef:strangerPif": stranger}, **tables["PIF"])
    tables["network"][stranger["network"]]["PIFs"].insert(0, "OpaqueRef:strangerPif")
    tables["host"] = {"OpaqueRef:host": {"uuid": uuid}, "OpaqueRef:stranger": {"uuid": "stranger"}}
    if not tables["pool"]:
        tables["pool"]["OpaqueRef:pool"] = {"uuid": "pool", "other_config": {}}


def change(tables, left, right):
    pool = next(iter(tables["pool"].values()))
    if left == "controller":
        pool["vswitch_controller"] = right
    elif left == "snooping":
        pool["igmp_snooping_enabled"] = right == "true"
    elif left == "sdn":
        row = dict(zip(("protocol", "address", "port"), right.split(",")))
        tables["SDN_controller"] = {} if right == "none" else {"OpaqueRef:sdn": row}
    elif left == "pools":
        tables["pool"] = {"OpaqueRef:pool%d" % i: pool for i in range(int(right))}
    elif left == "attached":
        for pif in tables["PIF"].values():
            bridge = tables["network"][pif["network"]]["bridge"]
            pif["currently_attached"] = bridge in right.split(",")
    elif left == "management":
        device, _, vlan = right.partition(".")
        for pif in tables["PIF"].values():
            if pif["host"] == "OpaqueRef:host":
                pif["management"] = pif["device"] == device and pif["VLAN"] == (vlan or "-1")
    else:
        bridge, _, key = left.partition(":")
        rows = [pool] if bridge == "pool" else [
            row for row in tables["network"].values() if row["bridge"] == bridge]
        for row in rows:
            row["other_config"][key] = right


def main():
    tables = read(sys.argv[1])
    add_hosts(tables, sys.argv[2])
    for word in sys.argv[3:]:
        left, _, right = word.partition("=")
        change(tables, left, right)
    json.dump(tables, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
