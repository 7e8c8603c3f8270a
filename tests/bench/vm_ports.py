#!/usr/bin/env python3
"""vm_ports.py SOCKET BRIDGE VLANS EACH - writes ports of VMs to Open vSwitch's database: EACH on
every VLAN from 1 to VLANS of BRIDGE.  Their devices, vif1.0 and so on, are the caller's."""
import json
import socket
import sys


def operations(bridge, vlans, each):
    ports = []
    for number in range(vlans * each):
        name = "vif%d.%d" % (number // each + 1, number % each)
        ids = ["map", [["xs-vm-uuid", "6f9619ff-8b86-d011-b42d-00c04fc964ff"],
                       ["attached-mac", "02:00:00:00:%02x:%02x" % (number >> 8 & 255,
                                                                   number & 255)]]]
        yield {"op": "insert", "table": "Interface", "uuid-name": "i%d" % number,
               "row": {"name": name, "external_ids": ids}}
        yield {"op": "insert", "table": "Port", "uuid-name": "p%d" % number,
               "row": {"name": name, "tag": number // each + 1,
                       "interfaces": ["named-uuid", "i%d" % number]}}
        ports.append(["named-uuid", "p%d" % number])
    yield {"op": "mutate", "table": "Bridge", "where": [["name", "==", bridge]],
           "mutations": [["ports", "insert", ["set", ports]]]}


def answer_of(server):
    """The results of the one request that was sent."""
    text = b""
    while piece := server.recv(1 << 20):
        text += piece
        try:
            return json.loads(text)["result"]
        except ValueError:
            continue
    sys.exit("vm_ports.py: the server closed the connection after %d bytes" % len(text))


def main():
    path, bridge, vlans, each = sys.argv[1:]
    request = {"id": 0, "method": "transact",
               "params": ["Open_vSwitch", *operations(bridge, int(vlans), int(each))]}
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        server.sendall(json.dumps(request).encode())
        results = answer_of(server)
    sys.exit(next((str(result) for result in results if result and "error" in result), 0))


if __name__ == "__main__":
    main()
