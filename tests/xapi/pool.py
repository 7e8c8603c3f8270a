#!/usr/bin/env python3
"""Makes the records of an invented pool, as standin.py serves them: for the tests and the figures.

usage: pool.py HOSTS VLANS    print a pool in which each host has VLANS VLANs on a bond
"""
import json
import random
import sys
import uuid

NULL = "OpaqueRef:NULL"


class Pool:
    """HOSTS hosts with four NICs each, the last two bonded, VLANs on the bond, one pool-wide
    network a VLAN; a tunnel on each host's second NIC.  The same numbers give the same pool."""

    def __init__(self, hosts, vlans):
        self.random = random.Random(hosts * 10000 + vlans)
        self.tables = {c: {} for c in ("host", "PIF", "VLAN", "Bond", "tunnel", "network", "pool")}
        self.hosts = [self.add("host", name_label="host%d" % i, hostname="host%d" % i,
                               address="192.0.2.%d" % (i + 10)) for i in range(hosts)]
        nics = [self.network("xenbr%d" % i) for i in range(4)]
        bond, tunnel = self.network("xapi0"), self.network("xapi1")
        tagged = [self.network("xapi%d" % (i + 2)) for i in range(vlans)]
        for host in self.hosts:
            self.fill(host, nics, bond, tunnel, tagged)
        self.add("pool", name_label="pool", name_description="", master=self.hosts[0],
                 vswitch_controller="", other_config={"memory-ratio-hvm": "0.25"})

    def fill(self, host, nics, bond, tunnel, tagged):
        ports = [self.pif(host, n, "eth%d" % i, physical=True) for i, n in enumerate(nics)]
        self.row("PIF", ports[0]).update(management=True, ip_configuration_mode="DHCP")
        master = self.pif(host, bond, "bond0", other_config={"bond-mode": "active-backup"})
        self.bond(master, ports[2:])
        self.tunnel(ports[1], self.pif(host, tunnel, "tunnel0"))
        for i, network in enumerate(tagged):
            self.vlan(master, self.pif(host, network, "bond0", VLAN=str(i + 1)), i + 1)

    def ref(self):
        return "OpaqueRef:%s" % uuid.UUID(int=self.random.getrandbits(128))

    def row(self, cls, ref):
        return self.tables[cls][ref]

    def add(self, cls, **fields):
        ref = self.ref()
        self.tables[cls][ref] = dict(uuid=self.ref()[10:], **fields)
        return ref

    def network(self, bridge):
        return self.add("network", name_label="Pool-wide network of %s" % bridge,
                        name_description="", allowed_operations=[], current_operations={},
                        VIFs=[], PIFs=[], MTU="1500", other_config={"automatic": "true"},
                        bridge=bridge, managed=True, blobs={}, tags=[],
                        default_locking_mode="unlocked", assigned_ips={}, purpose=[])

    def pif(self, host, network, device, VLAN="-1", physical=False, other_config=None):
        octets = [self.random.randrange(256) for _ in range(5)]
        ref = self.add(
            "PIF", device=device, network=network, host=host,
            MAC="02:" + ":".join("%02x" % o for o in octets), MTU="1500", VLAN=VLAN,
            metrics=self.ref(), physical=physical, currently_attached=True,
            ip_configuration_mode="None", IP="", netmask="", gateway="", DNS="",
            bond_slave_of=NULL, bond_master_of=[], VLAN_master_of=NULL, VLAN_slave_of=[],
            management=False, other_config=other_config or {}, disallow_unplug=False,
            tunnel_access_PIF_of=[], tunnel_transport_PIF_of=[],
            ipv6_configuration_mode="None", IPv6=[""], ipv6_gateway="",
            primary_address_type="IPv4", managed=True, properties={"gro": "on"},
            capabilities=[], igmp_snooping_status="unknown", sriov_physical_PIF_of=[],
            sriov_logical_PIF_of=[], PCI=NULL)
        self.row("network", network)["PIFs"].append(ref)
        return ref

    def bond(self, master, slaves):
        ref = self.add("Bond", master=master, slaves=slaves, other_config={}, mode="balance-slb",
                       primary_slave=slaves[0], properties={}, links_up="2")
        self.row("PIF", master)["bond_master_of"].append(ref)
        for slave in slaves:
            self.row("PIF", slave)["bond_slave_of"] = ref

    def vlan(self, tagged, untagged, tag):
        ref = self.add("VLAN", tagged_PIF=tagged, untagged_PIF=untagged, tag=str(tag),
                       other_config={})
        self.row("PIF", untagged)["VLAN_master_of"] = ref
        self.row("PIF", tagged)["VLAN_slave_of"].append(ref)

    def tunnel(self, transport, access):
        ref = self.add("tunnel", access_PIF=access, transport_PIF=transport,
                       status={"active": "true"}, other_config={}, protocol="gre")
        self.row("PIF", access)["tunnel_access_PIF_of"].append(ref)
        self.row("PIF", transport)["tunnel_transport_PIF_of"].append(ref)

    def host_uuid(self, i):
        return self.row("host", self.hosts[i])["uuid"]


if __name__ == "__main__":
    json.dump(Pool(int(sys.argv[1]), int(sys.argv[2])).tables, sys.stdout, indent=1)
