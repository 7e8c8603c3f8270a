"""Invented pool databases, as xapi writes them: a usual pool of a large site, whose bytes are
mostly virtual machines and disks, and one whose bytes are mostly PIFs and networks.

The text comes in pieces, and the same arguments give the same text.
"""
import random

NULL = "OpaqueRef:NULL"


class Writer:
    def __init__(self, seed, old=False):
        self.random = random.Random(seed)
        self.old = old  # as releases up to 5.6 wrote: fewer columns, no stamps, no derived sets
        self.tables = {}
        self.size = 0

    def uuid(self):
        hexes = "%032x" % self.random.getrandbits(128)
        return "-".join((hexes[:8], hexes[8:12], hexes[12:16], hexes[16:20], hexes[20:]))

    def ref(self):
        return "OpaqueRef:" + self.uuid()

    def add(self, table, ref, **columns):
        columns.update(_ref=ref, uuid=columns.get("uuid") or self.uuid())
        stamps = "" if self.old else ' __ctime="17" __mtime="40213"'
        text = '<row ref="%s"%s %s/>' % (ref, stamps, " ".join(
            '%s="%s"' % (name, self.protect(value)) for name, value in sorted(columns.items())))
        self.tables.setdefault(table, []).append((ref, text))
        self.size += len(text)
        return ref

    def protect(self, value):
        value = value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        value = value.replace("%", "%%")
        return value if self.old else value.replace(" ", "%.")

    def pieces(self, schema):
        yield '<?xml version="1.0" encoding="UTF-8"?>\n<database><manifest>'
        for key, value in (("schema_major_vsn", 5), ("schema_minor_vsn", schema),
                           ("generation_count", 40219)):
            yield '<pair key="%s" value="%d"/>' % (key, value)
        yield "</manifest>"
        for name in sorted(self.tables):
            yield '<table name="%s">' % name
            for _, text in sorted(self.tables[name]):
                yield text
            yield "</table>"
        yield "</database>"


def refs(values):
    return "(%s)" % " ".join("'%s'" % value for value in values)


def add_host(w, number):
    name = "host-%02d" % number
    return w.add("host", w.ref(), API_version__major="2", API_version__minor="15",
                 address="10.0.%d.11" % number, enabled="true", hostname=name, name__label=name,
                 name__description="Default install", metrics=w.ref(),
                 license_params="(%s)" % " ".join("('restrict_%d' 'false')" % i for i in range(60)),
                 other_config="(('agent_start_time' '1591002697.'))", tags="()")


def add_pool(w, master):
    w.add("pool", w.ref(), master=master, name_label="lab pool", gui_config="()", tags="()",
          other_config="(('memory-ratio-hvm' '0.25') "
                       "('vswitch-controller-fail-mode' 'standalone'))")


def add_network(w, bridge):
    return w.add("network", w.ref(), MTU="1500", VIFs=refs(w.ref() for _ in range(8)),
                 allowed_operations="()", bridge=bridge, current_operations="()",
                 name__label="Pool-wide network %s" % bridge, name__description="", tags="()",
                 other_config="(('automatic' 'false'))", blobs="()")


def add_pif(w, host, network, device, vlan="-1", vlan_ref=NULL, **more):
    columns = dict(
        DNS="", IP="", MAC="00:1b:21:%02x:%02x:%02x" % tuple(w.random.randbytes(3)), MTU="1500",
        VLAN=vlan, VLAN_master_of=vlan_ref, bond_slave_of=NULL, currently_attached="true",
        device=device, device_name=device, disallow_unplug="false", gateway="", host=host,
        ip_configuration_mode="None", management="false", metrics=w.ref(), netmask="",
        network=network, other_config="()", physical="true" if vlan == "-1" else "false")
    if not w.old:
        columns.update(
            IPv6="('')", PCI=NULL, VLAN_slave_of="()", bond_master_of="()", capabilities="()",
            igmp_snooping_status="unknown", ipv6_configuration_mode="None", ipv6_gateway="",
            managed="true", primary_address_type="IPv4", properties="(('gro' 'on'))",
            sriov_logical_PIF_of="()", sriov_physical_PIF_of="()", tunnel_access_PIF_of="()",
            tunnel_transport_PIF_of="()")
    columns.update(more)
    return w.add("PIF", w.ref(), **columns)


def add_vlan(w, host, network, device, parent, tag):
    vlan = w.ref()
    pif = add_pif(w, host, network, device, str(tag), vlan)
    w.add("VLAN", vlan, other_config="()", tag=str(tag), tagged_PIF=parent, untagged_PIF=pif)


def add_machine(w, host):
    """A virtual machine with what hangs on it: about 12 kB."""
    metrics, guest, vm = w.ref(), w.ref(), w.ref()
    vbds, vifs = [w.ref() for _ in range(3)], [w.ref() for _ in range(2)]
    w.add("VM", vm, VBDs=refs(vbds), VIFs=refs(vifs), VCPUs__max="4", affinity=host,
          guest_metrics=guest, metrics=metrics, memory__static_max="8589934592",
          name__label="Virtual machine %s" % w.uuid()[:8], resident_on=host,
          platform="(%s)" % " ".join("('key-%d' 'true')" % i for i in range(30)),
          snapshot_metadata="('%s')" % " ".join(w.uuid() for _ in range(40)),
          xenstore_data="(('vm-data' ''))", tags="()", other_config="(('mac_seed' '%s'))"
          % w.uuid(), **{"actions_%d" % i: "" for i in range(50)})
    w.add("VM_metrics", metrics, memory__actual="8589934592", state="()", tags="()")
    w.add("VM_guest_metrics", guest, os_version="(('name' 'Debian GNU/Linux 10 (buster)'))",
          networks="(%s)" % " ".join("('0/ip/%d' '10.1.2.%d')" % (i, i) for i in range(8)),
          other="(%s)" % " ".join("('feature-%d' '1')" % i for i in range(60)))
    for vbd in vbds:
        vdi = w.ref()
        w.add("VBD", vbd, VM=vm, VDI=vdi, device="xvda", mode="RW", other_config="(('owner' ''))",
              qos__algorithm_params="()", runtime_properties="()")
        w.add("VDI", vdi, SR=w.ref(), VBDs=refs([vbd]), name__label="disk 0 & more",
              virtual_size="107374182400", sm_config="(('vdi_type' 'vhd') ('vhd-parent' '%s'))"
              % w.uuid(), xenstore_data="()", location=w.uuid(), other_config="()")
    for vif in vifs:
        w.add("VIF", vif, VM=vm, MAC="aa:bb:cc:00:00:01", network=w.ref(), other_config="()",
              allowed_operations="('attach' 'unplug')", ipv4_allowed="()")


def usual_pool(size, hosts=16, vlans=40):
    """(pieces of text, uuid of the second host); about `size` bytes."""
    w = Writer(1)
    networks = [add_network(w, "xapi%d" % i) for i in range(vlans)]
    uplink = add_network(w, "xenbr0")
    machines = []
    for number in range(hosts):
        host = add_host(w, number)
        machines.append(host)
        parent = add_pif(w, host, uplink, "eth0", management="true", IP="10.0.0.%d" % number,
                         netmask="255.255.0.0", ip_configuration_mode="Static")
        for tag, network in enumerate(networks):
            add_vlan(w, host, network, "eth0", parent, tag + 1)
        for cpu in range(64):
            w.add("host_cpu", w.ref(), host=host, number=str(cpu), features="f" * 80,
                  flags=" ".join("flag%d" % i for i in range(90)), utilisation="0.010000",
                  modelname="Xeon(R) CPU @ 2.60GHz", other_config="()")
    add_pool(w, machines[0])
    while w.size < size:
        add_machine(w, w.random.choice(machines))
    return w.pieces(601), host_uuid(w, machines[1])


def network_pool(size, hosts=64, old=False):
    """The same where most of the bytes are PIFs, VLANs and networks; `old`: with few columns."""
    w = Writer(2, old)
    uplink = add_network(w, "xenbr0")
    machines = [add_host(w, number) for number in range(hosts)]
    parents = [add_pif(w, host, uplink, "eth0", management="true", IP="10.0.0.%d" % number)
               for number, host in enumerate(machines)]
    add_pool(w, machines[0])
    tag = 0
    while w.size < size:
        tag += 1
        network = add_network(w, "xapi%d" % tag)
        for host, parent in zip(machines, parents):
            add_vlan(w, host, network, "eth0", parent, tag)
    return w.pieces(60 if old else 601), host_uuid(w, machines[1])


def host_uuid(w, wanted):
    text = next(text for ref, text in w.tables["host"] if ref == wanted)
    return text.split(' uuid="')[1].split('"')[0]
