#!/usr/bin/env python3
"""Invents a fleet: hosts with a bond of two NICs for management, VLANs on it and a storage NIC, in
pools of eight, and on some hosts the faults that the questions of doc/fleet ask for.

usage: reports.py FOLDER HOSTS [VLANS]     one network.dbcache for each host: host1.dbcache ...
"""
import io
import os
import sys
import tarfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
from make_cache import NETWORK, NULL, PIF, VLAN, record, ref, refs, text, uuid  # noqa: E402

BOND, HOST = 4, 5
POOL = 8              # hosts in a pool
ROOM = 4200           # numbers of a host's records
ETH0, ETH1, STORAGE, BONDED = range(4)
LONE = 4              # a network that no host has an interface on
HOSTILE = "O'Brien \"x\" \\x41 \\t; \u2028 \u00e9 \U0001f5a7 =1+1,{}|NULL`id`"

# What is wrong with a host, by its number in sixteen.
TROUBLES = {3: "no bond", 5: "large VLAN", 7: "other tag", 9: "taken address", 11: "old MAC",
            13: "unsafe value", 14: "rare name server", 15: "lone slave"}


class Host:
    def __init__(self, number, vlans=3, days_ago=0):
        self.number, self.vlans = number, range(vlans)
        self.trouble = TROUBLES.get((number + days_ago) % 16)  # another host's from day to day
        self.uuid = uuid(HOST, number)
        self.name = "host%d" % number

    def number_of(self, thing):
        return self.number * ROOM + thing

    def network_ref(self, thing):
        """Networks are the pool's: its hosts have them in common."""
        return ref(NETWORK, self.number // POOL * ROOM + thing)

    def other(self, thing, kind=PIF):
        return ref(kind, self.number_of(thing))

    def bonded(self):
        return self.trouble != "no bond"

    def slaves(self):
        return [ETH0] if self.trouble == "lone slave" else [ETH0, ETH1]

    # ---- PIFs ------------------------------------------------------------------------------------

    def mac(self, nic):
        number = self.number - (self.trouble == "old MAC" and nic == STORAGE)
        return "02:%02x:%02x:%02x:00:%02x" % (number >> 16, number >> 8 & 255, number & 255, nic)

    def address(self):
        number = self.number - (self.trouble == "taken address")
        return "10.%d.%d.%d" % (number >> 16, number >> 8 & 255, number & 255)

    def name_servers(self):
        return "10.255.0.35" if self.trouble == "rare name server" else "10.255.0.53,10.255.1.53"

    def pif(self, thing, device, nic, tag=-1, carries=False):
        management = thing == (BONDED if self.bonded() else ETH0)
        slave = self.bonded() and thing in self.slaves()
        body = text("uuid", uuid(PIF, self.number_of(thing)))
        body += text("management", str(management))
        body += text("network", self.network_ref(thing))
        body += refs("bond_master_of", "slave", [self.other(0, BOND)] if thing == BONDED else [])
        body += text("bond_slave_of", self.other(0, BOND) if slave else NULL)
        body += text("VLAN", tag)
        body += text("VLAN_master_of", self.other(thing, VLAN) if tag >= 0 else NULL)
        body += refs("VLAN_slave_of", "master",
                     [self.other(LONE + 1 + i, VLAN) for i in self.vlans] if carries else [])
        body += text("MAC", self.mac(nic)) + text("device", device)
        body += text("currently_attached", "True")
        body += text("ip_configuration_mode", "Static" if management else "None")
        body += text("IP", self.address() if management else "")
        body += text("netmask", "255.0.0.0" if management else "")
        body += text("gateway", "10.255.255.1" if management else "")
        body += text("DNS", self.name_servers() if management else "")
        return record("pif", self.other(thing), body + self.config(thing))

    def config(self, thing):
        value = {ETH0: "on", STORAGE: HOSTILE if self.trouble == "unsafe value" else "off"}
        if thing not in value:
            return "\t\t<other_config/>\n"
        escaped = value[thing].replace("&", "&amp;").replace("<", "&lt;")
        key = text("ethtool-gro", escaped, "\t\t\t")
        return "\t\t<other_config>\n%s\t\t</other_config>\n" % key

    def pifs(self):
        lower = BONDED if self.bonded() else ETH0
        device = "bond0" if self.bonded() else "eth0"
        out = [self.pif(ETH0, "eth0", 0, carries=lower == ETH0), self.pif(ETH1, "eth1", 1),
               self.pif(STORAGE, "eth2", 2)]
        if self.bonded():
            out.append(self.pif(BONDED, "bond0", 0, carries=True))
        for i in self.vlans:
            tag = 10 + i + (900 if i == 1 and self.trouble == "other tag" else 0)
            out.append(self.pif(LONE + 1 + i, device, 0, tag))
        return out

    # ---- The other records -----------------------------------------------------------------------

    def vlan(self, i):
        thing = LONE + 1 + i
        body = text("uuid", uuid(VLAN, self.number_of(thing)))
        body += text("tagged_PIF", self.other(BONDED if self.bonded() else ETH0))
        return record("vlan", self.other(thing, VLAN),
                      body + text("untagged_PIF", self.other(thing)))

    def bond(self):
        body = text("uuid", uuid(BOND, self.number_of(0))) + text("master", self.other(BONDED))
        body += refs("slaves", "slave", [self.other(slave) for slave in self.slaves()])
        return record("bond", self.other(0, BOND), body)

    def network(self, thing, bridge, here=True, mtu=1500):
        number = self.number // POOL * ROOM + thing
        body = text("uuid", uuid(NETWORK, number)) + text("bridge", bridge)
        body += refs("PIFs", "PIF", [self.other(thing)] if here else [])
        body += text("MTU", mtu) + "\t\t<other_config/>\n"
        return record("network", ref(NETWORK, number), body)

    def networks(self):
        out = [self.network(ETH0, "xenbr0"), self.network(ETH1, "xenbr1"),
               self.network(STORAGE, "xenbr2", mtu=9000),
               self.network(BONDED, "xapi0", here=self.bonded()),
               self.network(LONE, "xapi999", here=False)]
        for i in self.vlans:
            large = i == 0 and self.trouble == "large VLAN"
            out.append(self.network(LONE + 1 + i, "xapi%d" % (i + 1), mtu=9000 if large else 1500))
        return out

    def cache(self):
        parts = self.pifs() + [self.vlan(i) for i in self.vlans] + self.networks()
        parts += [self.bond()] if self.bonded() else []
        return ("<?xml version='1.0'?>\n<xenserver-network-configuration>\n%s"
                "</xenserver-network-configuration>\n" % "".join(parts)).encode()


def set_time(path, when):
    os.utime(path, (when, when))
    return path


def write_cache(folder, host, when):
    path = os.path.join(folder, host.name + ".dbcache")
    with open(path, "wb") as file:
        file.write(host.cache())
    return set_time(path, when)


def write_report(folder, host, when):
    """A bug report: the cache, the host's uuid, and a log that nobody asks for."""
    path = os.path.join(folder, host.name + ".tar.gz")
    members = {"etc/xensource-inventory": ("INSTALLATION_UUID='%s'\n" % host.uuid).encode(),
               "var/log/messages": b"all is well\n" * 1000,
               "var/xapi/network.dbcache": host.cache()}
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo("%s/%s" % (host.name, name))
            info.size, info.mtime = len(data), when
            archive.addfile(info, io.BytesIO(data))
    return set_time(path, when)


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    for one in range(1, int(sys.argv[2]) + 1):
        write_cache(sys.argv[1], Host(one, *[int(word) for word in sys.argv[3:]]), 1795737600)
