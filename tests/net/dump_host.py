#!/usr/bin/env python3
"""dump_host.py [--rows] - prints the whole state of a sandboxed host as sorted text, to be compared
with another.

Rows of Open vSwitch's database are listed by name, with --rows by UUID as well, to tell the same
row from an equal one.  What changes by itself is left out: counters, statistics, what
ovs-vswitchd reports about the wire, numbers that the kernel assigns (ifindex), times.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys

# Columns that ovs-vswitchd writes, or that count.
OVS_QUIET = {
    "Open_vSwitch": {"cur_cfg", "next_cfg", "statistics", "ovs_version", "db_version",
                     "datapath_types", "iface_types", "datapaths"},
    "Bridge": {"status", "rstp_status", "datapath_id", "datapath_version"},
    "Port": {"status", "statistics", "bond_active_slave", "rstp_status", "rstp_statistics"},
    "Interface": {"statistics", "status", "admin_state", "link_state", "link_speed", "duplex",
                  "mac_in_use", "mtu", "ifindex", "link_resets", "lacp_current", "cfm_flap_count",
                  "bfd_status", "ofport", "error"},
    "Controller": {"status", "is_connected", "role"},
    "Manager": {"status", "is_connected"},
    "Mirror": {"statistics"},
}
NAMELESS = {"Open_vSwitch": "the switch"}


def output(*argv):
    """What a command prints, invalid UTF-8 replaced.  A command that fails raises an error, since
    its output would look like that of an empty host."""
    return subprocess.run(argv, stdout=subprocess.PIPE, encoding="utf-8",
                          errors="replace", check=True).stdout


def ovs_tables():
    text = output("ovsdb-client", "dump", "unix:/run/openvswitch/db.sock", "-f", "json")
    tables, decoder, at = {}, json.JSONDecoder(), 0
    while text[at:].strip():
        table, end = decoder.raw_decode(text[at:].lstrip())
        at = len(text) - len(text[at:].lstrip()) + end
        tables[table["caption"].split()[0]] = [dict(zip(table["headings"], row))
                                               for row in table["data"]]
    return tables


def names_of(tables):
    """UUID -> table and name."""
    names = {}
    for table, rows in tables.items():
        for row in rows:
            label = row.get("name") or row.get("target") or NAMELESS.get(table, "")
            names[row["_uuid"][1]] = "%s %s" % (table, label)
    return names


def readable(cell, names):
    if isinstance(cell, list) and len(cell) == 2 and cell[0] == "uuid":
        return names.get(cell[1], "?")
    if isinstance(cell, list) and len(cell) == 2 and cell[0] in ("set", "map"):
        return sorted(json.dumps(readable(one, names)) for one in cell[1])
    if isinstance(cell, list):
        return [readable(one, names) for one in cell]
    return cell


def dump_ovs(rows_too):
    tables = ovs_tables()
    names = names_of(tables)
    for table, rows in tables.items():
        for row in rows:
            for column, cell in row.items():
                if column in OVS_QUIET.get(table, ()) or column == "_version":
                    continue
                if column == "_uuid":
                    if rows_too:
                        yield "row %s: %s" % (names[cell[1]], cell[1])
                    continue
                yield "ovs %s, %s: %s" % (names[row["_uuid"][1]], column, readable(cell, names))
    for bridge in output("ovs-vsctl", "--real", "list-br").split():
        for line in output("ovs-ofctl", "--names", "--no-stats", "dump-flows",
                           bridge).splitlines():
            if "actions=" in line:
                yield "flow of %s: %s" % (bridge, line.strip())


def dump_links():
    for link in json.loads(output("ip", "-d", "-j", "link") or "[]"):
        if link["ifname"] == "ovs-netdev":
            continue
        info = link.get("linkinfo", {}).get("info_data", {})
        kept = {key: info.get(key) for key in ("id", "forward_delay", "stp_state", "mode", "miimon",
                                               "updelay", "downdelay", "xmit_hash_policy")}
        yield "link %s: %s" % (link["ifname"], json.dumps({
            "up": "UP" in link["flags"], "mtu": link["mtu"],
            # A tap that stands in for a bond's fake interface has a random one.
            "mac": None if link["ifname"].startswith("bond") else link.get("address"),
            "master": link.get("master"), "on": link.get("link"),
            "kind": link.get("linkinfo", {}).get("info_kind"), "info": kept}, sort_keys=True))


def dump_offloads():
    """The features of every device that can be changed, without what is "requested" of them, which
    depends on the wire."""
    if not shutil.which("ethtool"):
        return
    for device in sorted(os.listdir("/sys/class/net")):
        if not os.path.isdir("/sys/class/net/" + device) or device == "ovs-netdev":
            continue
        done = subprocess.run(["ethtool", "-k", device], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, encoding="utf-8", errors="replace",
                              check=False)
        for line in done.stdout.splitlines()[1:]:
            if "[fixed]" not in line:
                yield "offload of %s, %s" % (device, line.split("[")[0].strip())


def dump_addresses():
    for link in json.loads(output("ip", "-j", "addr") or "[]"):
        for one in link["addr_info"]:
            if one["scope"] != "link":  # the kernel's own
                yield "address %s: %s/%s %s" % (link["ifname"], one["local"], one["prefixlen"],
                                                one["scope"])
    for family in ("-4", "-6"):
        for line in output("ip", family, "route", "show", "table", "all").splitlines():
            if "fe80::" not in line and "table local" not in line:  # the kernel's own
                yield "route %s: %s" % (family, line.replace(" linkdown", "").strip())
        for line in output("ip", family, "rule", "show").splitlines():
            yield "rule %s: %s" % (family, line.strip())


def dump_files():
    for top in ("/etc/sysconfig", "/var/xapi", "/etc/resolv.conf"):
        paths = [top] if os.path.isfile(top) else [
            os.path.join(folder, name) for folder, _, files in os.walk(top) for name in files]
        for path in paths:
            if "dbcache-pending" in path or "dbcache-history" in path:
                continue
            stat = os.stat(path)
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()[:16]
            yield "file %s: %o %d:%d %s" % (path, stat.st_mode, stat.st_uid, stat.st_gid, digest)


def dump_clients():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if os.path.basename(words[0]) in (b"dhclient", b"udhcpc"):
            yield "client: %s" % b" ".join(words).decode().strip()


def main():
    lines = []
    for part in (dump_ovs("--rows" in sys.argv), dump_links(), dump_offloads(), dump_addresses(),
                 dump_files(), dump_clients()):
        lines.extend(part)
    sys.stdout.reconfigure(errors="replace")
    print("\n".join(sorted(lines)))


if __name__ == "__main__":
    main()
