#!/usr/bin/env python3
"""old_schema.py [TABLE.COLUMN...] - prints Open vSwitch's schema of release 1.4, made from the
installed one: the named columns are left out, and later tables and columns, but for those that
today's ovs-vswitchd writes.
"""
import json
import sys

KEPT = {
    "Open_vSwitch": "bridges manager_options ssl next_cfg cur_cfg statistics ovs_version "
                    "db_version system_type system_version external_ids other_config",
    "Bridge": "name datapath_type datapath_id stp_enable ports mirrors netflow sflow controller "
              "fail_mode status flood_vlans external_ids other_config",
    "Port": "name interfaces trunks vlan_mode tag bond_mode lacp bond_updelay bond_downdelay "
            "bond_fake_iface fake_bridge mac qos status external_ids other_config",
    "Interface": "name type options ingress_policing_rate ingress_policing_burst mac ofport "
                 "external_ids other_config statistics status admin_state link_state link_speed "
                 "link_resets duplex mtu lacp_current",
    "QoS": "type queues external_ids other_config",
    "Queue": "dscp external_ids other_config",
    "Mirror": "name select_all select_src_port select_dst_port select_vlan output_port "
              "output_vlan external_ids statistics",
    "NetFlow": "targets engine_type engine_id add_id_to_interface active_timeout external_ids",
    "sFlow": "agent sampling header polling targets external_ids",
    "Controller": "target connection_mode max_backoff inactivity_probe local_ip local_netmask "
                  "local_gateway controller_rate_limit controller_burst_limit is_connected role "
                  "status external_ids",
    "Manager": "target connection_mode max_backoff inactivity_probe is_connected status "
               "external_ids",
    "SSL": "private_key certificate ca_cert bootstrap_ca_cert external_ids",
}

# Later columns that today's ovs-vswitchd writes, so that it cannot do without them.
WRITTEN = {"datapath_types", "iface_types", "dpdk_initialized", "dpdk_version",
           "datapath_version", "rstp_status", "rstp_statistics", "mac_in_use", "ifindex"}


def main():
    with open("/usr/share/openvswitch/vswitch.ovsschema", encoding="utf-8") as file:
        schema = json.load(file)
    tables = {name: schema["tables"][name] for name in KEPT}
    for name, table in tables.items():
        table["columns"] = {column: what for column, what in table["columns"].items()
                            if column in WRITTEN.union(KEPT[name].split())
                            and "%s.%s" % (name, column) not in sys.argv[1:]}
    schema["tables"] = tables
    schema["version"] = "6.4.0"
    schema.pop("cksum", None)
    print(json.dumps(schema))


if __name__ == "__main__":
    main()
