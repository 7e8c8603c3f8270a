#!/usr/bin/env python3
"""Writes a network.dbcache of many VLANs, laid out as XenServer 5.6 wrote it.

usage: make_cache.py VLANS [NICS] >FILE
The VLANs are spread over the NICs (4 unless told), whose bridges are xenbr0, xenbr1 ...; a VLAN's
bridge is xapiN.  eth0 is the management interface, with DHCP.
"""
import sys

NULL = "OpaqueRef:NULL"


def ref(kind, number):
    return "OpaqueRef:%08x-%04x-4000-8000-%012x" % (number, kind, number)


def uuid(kind, number):
    return "%08x-%04x-4111-8111-%012x" % (number, kind, number)


PIF, NETWORK, VLAN = 1, 2, 3


def text(name, value, indent="\t\t"):
    return "%s<%s>\n%s\t%s\n%s</%s>\n" % (indent, name, indent, value, indent, name)


def refs(name, item, values):
    if not values:
        return "\t\t<%s/>\n" % name
    items = "".join(text(item, value, "\t\t\t") for value in values)
    return "\t\t<%s>\n%s\t\t</%s>\n" % (name, items, name)


def record(kind, reference, body):
    return '\t<%s ref="%s">\n%s\t</%s>\n' % (kind, reference, body, kind)


def pif(number, nic, tag, masters):
    management = number == 0
    body = refs("VLAN_slave_of", "master", masters)
    body += text("management", str(management))
    body += text("bond_slave_of", NULL)
    body += text("uuid", uuid(PIF, number))
    body += text("IP", "")
    body += text("VLAN_master_of", ref(VLAN, number) if tag >= 0 else NULL)
    body += text("VLAN", tag)
    body += text("netmask", "")
    body += "\t\t<other_config/>\n"
    body += text("MAC", "02:00:00:00:00:%02x" % nic)
    body += text("ip_configuration_mode", "DHCP" if management else "None")
    body += text("DNS", "")
    body += text("device", "eth%d" % nic)
    body += "\t\t<bond_master_of/>\n"
    body += text("currently_attached", "True")
    body += text("gateway", "")
    body += text("network", ref(NETWORK, number))
    return record("pif", ref(PIF, number), body)


def network(number, bridge):
    body = refs("PIFs", "PIF", [ref(PIF, number)])
    body += text("bridge", bridge)
    body += "\t\t<other_config/>\n"
    body += text("uuid", uuid(NETWORK, number))
    body += text("MTU", 1500)
    return record("network", ref(NETWORK, number), body)


def vlan(number, nic):
    body = text("tagged_PIF", ref(PIF, nic))
    body += text("uuid", uuid(VLAN, number))
    body += text("untagged_PIF", ref(PIF, number))
    return record("vlan", ref(VLAN, number), body)


def make_cache(vlans, nics=4):
    numbers = range(nics, nics + vlans)
    out = ['<?xml version="1.0" ?>\n<xenserver-network-configuration>\n']
    for nic in range(nics):
        out.append(pif(nic, nic, -1, [ref(VLAN, n) for n in numbers if n % nics == nic]))
    out += [pif(n, n % nics, n // nics + 1, []) for n in numbers]
    out += [vlan(n, n % nics) for n in numbers]
    out += [network(nic, "xenbr%d" % nic) for nic in range(nics)]
    out += [network(n, "xapi%d" % (n - nics)) for n in numbers]
    out.append("</xenserver-network-configuration>\n")
    return "".join(out)


if __name__ == "__main__":
    sys.stdout.write(make_cache(*[int(word) for word in sys.argv[1:]]))
