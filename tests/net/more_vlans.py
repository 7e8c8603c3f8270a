#!/usr/bin/env python3
"""more_vlans.py LAST - prints the cache of the host with the additional VLANs 1 to LAST on
eth0.  Each is like VLAN 123, with the bridge vlanN and an address in a network of its own."""
import re
import sys

CACHE = "/var/xapi/network.dbcache"
# What the references and UUIDs of VLAN 123's records begin with.
OF_VLAN_123 = "0925e474|4067c358|cdbd47d3|ffed9235|7f81375e|59cc60b1"


def record(text, kind, field):
    return next(part for part in re.findall(r"\t<%s ref=.*?</%s>\n" % (kind, kind), text, re.S)
                if field in part)


def other(part, tag):
    part = re.sub(OF_VLAN_123, lambda found: "%08x" % (int(found.group(0), 16) ^ tag << 12), part)
    part = part.replace("10.99.123.1", "10.%d.%d.1" % (100 + tag // 256, tag % 256))
    return part.replace(">123<", ">%d<" % tag).replace("xapi123<", "vlan%d<" % tag)


def main():
    with open(CACHE, encoding="utf-8") as file:
        text = file.read()
    parts = {"pif": record(text, "pif", "<VLAN>123<"), "vlan": record(text, "vlan", "4067c358"),
             "network": record(text, "network", "<bridge>xapi123<")}
    tags = [tag for tag in range(1, int(sys.argv[1]) + 1) if tag != 123]
    masters = "".join("<master>%s</master>" %
                      re.search('ref="(.*?)"', other(parts["vlan"], tag)).group(1) for tag in tags)
    text = text.replace("<VLAN_slave_of>", "<VLAN_slave_of>" + masters, 1)
    for kind, part in parts.items():
        at = text.rindex("</%s>\n" % kind) + len("</%s>\n" % kind)
        text = text[:at] + "".join(other(part, tag) for tag in tags) + text[at:]
    print(text, end="")


if __name__ == "__main__":
    main()
