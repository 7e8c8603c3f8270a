/* test_ifcfg_import.c - cache/ifcfg: records of hosts from their ifcfg files, what is assumed, and
 * what is reported; test_ifcfg_keys.c has the single keys. */
#include "unit/test.h"

#include "unit/ifcfg_text.h"

/* ---- What hosts have ------------------------------------------------------------------------- */

TEST(a_linux_bridge)
{
    check(FILES("ifcfg-xenbr0",
                "# DO NOT EDIT\nXEMANAGED=yes\nDEVICE=xenbr0\nONBOOT=no\nNOZEROCONF=yes\n"
                "TYPE=Bridge\nDELAY=0\nSTP=off\nPIFDEV=eth0\nBOOTPROTO=none\n"
                "NETMASK=255.255.0.0\nIPADDR=10.1.2.3\nGATEWAY=10.1.0.1\n"
                "ETHTOOL_OFFLOAD_OPTS=\"tso off gro off\"\nMTU=9000\nDNS1=10.1.0.53\n"
                "DNS2=2001:DB8::53\nDOMAIN='a.example b.example'\n",
                "ifcfg-eth0",
                "XEMANAGED=yes\nDEVICE=eth0\nONBOOT=no\nTYPE=Ethernet\nHWADDR=00:11:22:AA:BB:CC\n"
                "ETHTOOL_OPTS=\"speed 1000 duplex full autoneg off\"\n"
                "ETHTOOL_OFFLOAD_OPTS=\"rx on gro off lro off\"\nMTU=9000\nBRIDGE=xenbr0\n",
                "route-xenbr0", "# header\n172.16.0.0/12 via 10.1.0.2 dev xenbr0\n", "ifcfg-lo",
                "DEVICE=lo\n"),
          "xenbr0",
          "eth0 on xenbr0 Static management 10.1.2.3 255.255.0.0 gw 10.1.0.1 "
          "dns 10.1.0.53,2001:db8::53 mac " MAC0 " domain=a.example,b.example ethtool-speed=1000 "
          "ethtool-duplex=full ethtool-autoneg=off ethtool-rx=on\n"
          "xenbr0: eth0 9000 static-routes=172.16.0.0/12/10.1.0.2 ethtool-tso=off "
          "ethtool-gro=off\n",
          "");
}

TEST(a_bond_and_vlans_on_it)
{
    check(FILES("ifcfg-eth1", "DEVICE=eth1\nMASTER=bond0\nSLAVE=yes\nHWADDR=" MAC0 "\n",
                "ifcfg-eth10", "DEVICE=eth10\nMASTER=bond0\nSLAVE=yes\nHWADDR=" MAC0 "\n",
                "ifcfg-eth2", "DEVICE=eth2\nMASTER=bond0\nSLAVE=yes\nHWADDR=" MAC0 "\n",
                "ifcfg-bond0",
                "DEVICE=bond0\nMACADDR=" MAC0 "\nMTU=1500\nBONDING_OPTS=\"mode=802.3ad miimon=50 "
                "downdelay=200 updelay=500 use_carrier=0 xmit_hash_policy=layer3+4 \"\n"
                "BRIDGE=xapi0\n",
                "ifcfg-xapi0", "DEVICE=xapi0\nTYPE=Bridge\nPIFDEV=bond0\nBOOTPROTO=dhcp\n",
                "ifcfg-bond0.7", "DEVICE=bond0.7\nVLAN=yes\nMTU=1400\nBRIDGE=xapi1\n",
                "ifcfg-xapi1", "DEVICE=xapi1\nTYPE=Bridge\nPIFDEV=bond0.7\n"),
          "xapi0",
          "eth1 on xenbr1 None mac " MAC0 "\n"
          "eth2 on xenbr2 None mac " MAC0 "\n"
          "eth10 on xenbr10 None mac " MAC0 "\n"
          "bond0 on xapi0 DHCP management mac " MAC0 " of eth1,eth2,eth10 bond-miimon=50 "
          "bond-updelay=500 bond-use_carrier=0 bond-mode=lacp "
          "bond-hashing-algorithm=tcpudp_ports\n"
          "bond0.7 on xapi1 None mac fe:ff:ff:ff:ff:ff over bond0\n"
          "xapi0: bond0 1500\nxapi1: bond0.7 1400\n"
          "xenbr1: eth1 1500\nxenbr2: eth2 1500\nxenbr10: eth10 1500\n",
          "ASSUMED pif eth1|network|xenbr1\nASSUMED pif eth2|network|xenbr2\n"
          "ASSUMED pif eth10|network|xenbr10\n");
}

TEST(records_refer_to_each_other_both_ways)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct told t;
    struct dbc_db *db = import(FILES("ifcfg-eth0.5", "VLAN=yes\nBRIDGE=br_x.-\n", "ifcfg-eth1",
                                     "MASTER=bond0\nSLAVE=yes\n"),
                               "", &t, &err);
    const struct dbc_pif *vlan = dbc_db_pif(db, "OpaqueRef:eth0.5Pif");
    const struct dbc_pif *slave = dbc_db_pif(db, "OpaqueRef:eth1Pif");
    const struct dbc_bond *bond = dbc_db_bond(db, slave->bond_slave_of);
    const struct dbc_network *network = dbc_db_network(db, vlan->network);

    assert_string_equal(vlan->uuid, "eth0.5Pif");
    assert_string_equal(vlan->device, "eth0");
    assert_int_equal(vlan->VLAN.value, 5);
    assert_string_equal(dbc_db_vlan(db, vlan->VLAN_master_of)->untagged_PIF, vlan->rec.ref);
    assert_string_equal(dbc_db_pif(db, "OpaqueRef:eth0Pif")->VLAN_slave_of.v[0],
                        vlan->VLAN_master_of);
    assert_string_equal(bond->slaves.v[0], slave->rec.ref);
    assert_string_equal(dbc_db_pif(db, bond->master)->bond_master_of.v[0], bond->rec.ref);
    assert_string_equal(network->PIFs.v[0], vlan->rec.ref);
    assert_string_equal(network->uuid, "br-5fx-2e-2dNetwork"); /* fit for xs-network-uuids */
    assert_string_equal(slave->bond_slave_of, "OpaqueRef:bond0Bond");
    assert_null(dbc_management_pif(db));
    dbc_buf_release(&t.text);
    dbc_db_free(db);
}

/* On Open vSwitch there are the files of bridges and nothing else. */
TEST(open_vswitch)
{
    check(FILES("ifcfg-xenbr0",
                "XEMANAGED=yes\nDEVICE=xenbr0\nONBOOT=no\nNOZEROCONF=yes\nTYPE=Ethernet\n"
                "BOOTPROTO=dhcp\nPERSISTENT_DHCLIENT=yes\nMTU=1500\n",
                "ifcfg-xapi3",
                "XEMANAGED=yes\nDEVICE=xapi3\nONBOOT=no\nNOZEROCONF=yes\nTYPE=Ethernet\n"
                "BOOTPROTO=none\nIPADDR=10.0.0.1\nNETMASK=255.0.0.0\nGATEWAY=10.0.0.2\n"
                "DNS1=10.0.0.3\nDOMAIN='x.example'\nMTU=1400\n",
                "route-xapi3", "192.0.2.0/24 via 10.0.0.9 dev xapi3\n",
                "ifcfg-storage", /* XAPI was told to call it so */
                "XEMANAGED=yes\nDEVICE=storage\nNOZEROCONF=yes\nTYPE=Ethernet\nBOOTPROTO=dhcp\n"),
          "xenbr0",
          "eth0 on xenbr0 DHCP management\n"
          "storage: 1500\nxapi3: 1400 static-routes=192.0.2.0/24/10.0.0.9\nxenbr0: eth0 1500\n",
          "LOST bridge storage|PIFs|\nLOST bridge storage|BOOTPROTO|dhcp\n"
          "LOST bridge xapi3|PIFs|\n"
          "LOST bridge xapi3|IPADDR|10.0.0.1\nLOST bridge xapi3|NETMASK|255.0.0.0\n"
          "LOST bridge xapi3|GATEWAY|10.0.0.2\nLOST bridge xapi3|DNS|10.0.0.3\n"
          "LOST bridge xapi3|DOMAIN|x.example\n"
          "ASSUMED bridge xenbr0|PIFs|eth0\nASSUMED pif eth0|MAC|\n");
}

TEST(a_plain_host)
{
    check(FILES("ifcfg-eth0",
                "TYPE=Ethernet\nBOOTPROTO=none\nDEFROUTE=yes\nPEERDNS=yes\nNAME=eth0\nUUID=1-2\n"
                "DEVICE=eth0\nONBOOT=yes\nIPADDR=192.0.2.5\nPREFIX=24\nGATEWAY=192.0.2.1\n"
                "HWADDR=" MAC0 "\n",
                "route-eth0", "10.0.0.0/8 via 192.0.2.2\n", "ifcfg-eno1",
                "DEVICE=\"eno1\"\nBOOTPROTO=\"dhcp\"\nHWADDR=" MAC0 "\n", "ifcfg-averylongnics",
                "DEVICE=averylongnics0\nHWADDR=" MAC0 "\n"),
          NULL,
          "averylongnics0 on  None mac " MAC0 "\n"
          "eno1 on breno1 DHCP mac " MAC0 "\n"
          "eth0 on xenbr0 Static management 192.0.2.5 255.255.255.0 gw 192.0.2.1 mac " MAC0 "\n"
          "breno1: eno1 1500\nxenbr0: eth0 1500 static-routes=10.0.0.0/8/192.0.2.2\n",
          "LOST pif averylongnics0|network|braverylongnics0\n"
          "ASSUMED pif eno1|network|breno1\nASSUMED pif eth0|network|xenbr0\n"
          "ASSUMED pif eth0|management|True\n");
}

/* The old program wrote such files for PIFs without a bridge, too. */
TEST(not_all_with_an_address_is_a_bridge)
{
    static const char ipdev[] = "XEMANAGED=yes\nNOZEROCONF=yes\nBOOTPROTO=dhcp\nHWADDR=" MAC0 "\n";

    check(FILES("ifcfg-eth0", ipdev, "ifcfg-eth0.5", ipdev, "ifcfg-bond0", ipdev), "",
          "bond0 on brbond0 DHCP mac " MAC0 "\neth0 on xenbr0 DHCP mac " MAC0 "\n"
          "eth0.5 on breth0.5 DHCP mac " MAC0 " over eth0\n"
          "brbond0: bond0 1500\nxenbr0: eth0 1500\nbreth0.5: eth0.5 1500\n",
          "ASSUMED device eth0.5|VLAN|eth0.5\nASSUMED pif bond0|network|brbond0\n"
          "ASSUMED pif eth0|network|xenbr0\nASSUMED pif eth0.5|network|breth0.5\n");
}

TEST(a_name_that_is_taken)
{
    check(FILES("ifcfg-eth0", "HWADDR=" MAC0 "\nBOOTPROTO=dhcp\n", "ifcfg-eth1",
                "BRIDGE=xenbr0\nHWADDR=" MAC0 "\n", "ifcfg-xenbr0", "TYPE=Bridge\n"),
          "", "eth0 on  None mac " MAC0 "\neth1 on xenbr0 None mac " MAC0 "\nxenbr0: eth1 1500\n",
          "LOST pif eth0|network|xenbr0\nLOST pif eth0|BOOTPROTO|dhcp\n");
}

TEST(ties_by_pifdev_where_ports_have_no_file)
{
    check(FILES("ifcfg-xenbr0", BRIDGE0 "BOOTPROTO=dhcp\n", "ifcfg-xapi1",
                "DEVICE=xapi1\nTYPE=Bridge\nPIFDEV=eth0.12\n"),
          "xenbr0",
          "eth0 on xenbr0 DHCP management\n"
          "eth0.12 on xapi1 None mac fe:ff:ff:ff:ff:ff over eth0\n"
          "xapi1: eth0.12 1500\nxenbr0: eth0 1500\n",
          "ASSUMED pif eth0||\nASSUMED pif eth0|MAC|\n");
    /* A NIC has one bridge: the one that it says itself. */
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xapi1", "DEVICE=xapi1\nTYPE=Bridge\nPIFDEV=eth0\n"), "",
          "eth0 on xenbr0 None mac " MAC0 "\nxapi1: 1500\nxenbr0: eth0 1500\n",
          "ASSUMED bridge xenbr0|ip_configuration_mode|None\nLOST bridge xapi1|PIFs|\n");
}

TEST(two_ports_of_a_bridge)
{
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-eth1", "BRIDGE=xenbr0\nHWADDR=" MAC0 "\n",
                "ifcfg-xenbr0", "TYPE=Bridge\nPIFDEV=eth1\nBOOTPROTO=dhcp\n"),
          "xenbr0",
          "eth0 on xenbr0 None mac " MAC0 "\neth1 on xenbr0 DHCP management mac " MAC0 "\n"
          "xenbr0: eth1 eth0 1500\n",
          "CHANGED bridge xenbr0|PIFs|eth1\n");
}

/* A port, a slave: the address of such a device is nobody's. */
TEST(misplaced_addresses_are_told)
{
    check(FILES("ifcfg-eth0", NIC0 "BOOTPROTO=dhcp\n", "route-eth0", "10.0.0.0/8 via 10.9.9.9\n",
                "ifcfg-eth1",
                "MASTER=bond0\nSLAVE=yes\nBRIDGE=xenbr7\nIPADDR=10.0.0.1\nPREFIX=8\nHWADDR=" MAC0
                "\n",
                "ifcfg-bond0", "BRIDGE=xapi0\nMACADDR=" MAC0 "\n", "ifcfg-xenbr1",
                "BOOTPROTO=dhcp\n"),
          "",
          "eth0 on xenbr0 None mac " MAC0 "\neth1 on xenbr1 None mac " MAC0 "\n"
          "bond0 on xapi0 None mac " MAC0 " of eth1\n"
          "xenbr1: eth1 1500\nxapi0: bond0 1500\nxenbr0: eth0 1500\n",
          "ASSUMED bridge xapi0|ip_configuration_mode|None\n"
          "ASSUMED bridge xenbr0|ip_configuration_mode|None\n"
          "LOST pif eth1|BRIDGE|xenbr7\n"
          "ASSUMED pif bond0|BONDING_OPTS|\n"
          "ASSUMED bridge xenbr1|PIFs|eth1\n"
          "LOST pif eth0|BOOTPROTO|dhcp\nLOST pif eth0|routes|10.0.0.0/8/10.9.9.9\n"
          "LOST pif eth1|IPADDR|10.0.0.1\nLOST pif eth1|NETMASK|255.0.0.0\n"
          "LOST bridge xenbr1|BOOTPROTO|dhcp\n");
}

/* ---- Files ----------------------------------------------------------------------------------- */

TEST(leftovers_are_ignored)
{
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", BRIDGE0, "ifcfg-lo", "DEVICE=lo\nFOO=1\n",
                "ifcfg-xenbr0~", BRIDGE0 "BOOTPROTO=dhcp\n", "ifcfg-xenbr0.bak", "'", "ifcfg-e.old",
                "'", "ifcfg-e.orig", "'", "ifcfg-e.rpmnew", "'", "ifcfg-e.rpmorig", "'",
                "ifcfg-e.rpmsave", "'", ".ifcfg-xenbr0.dbc-a1b2c3", "'", ".ifcfg-eth1.xapi-new",
                "'", "ifcfg-", "'", "route-", "'", "route-lo", "'", "route-xenbr0.bak", "x",
                "route6-xenbr0", "x", "ifup", "'", "README", "'", "network.bak", "'"),
          "", "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1500\n", "");
}

TEST(files_of_what_a_pif_cannot_have)
{
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", BRIDGE0, "ifcfg-xenbr0:1",
                "DEVICE=xenbr0:1\nIPADDR=10.0.0.1\n", "ifcfg-eth0-range0",
                "IPADDR_START=10.0.0.2\n", "route-eth7", "10.0.0.0/8 via 10.0.0.1\n"),
          "", "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1500\n",
          "LOST ifcfg-eth0-range0||\nLOST ifcfg-xenbr0:1||\nLOST route-eth7||\n");
}

TEST(names_of_devices)
{
    check(FILES("ifcfg-System_eth0", NIC0, "ifcfg-xenbr0", "TYPE=Bridge\n", "route-System_eth0",
                "10.0.0.0/8 via 10.0.0.1\n", "ifcfg-Wired connection", "TYPE=Ethernet\n",
                "ifcfg-evil", "DEVICE=../../etc/x\n", "ifcfg-lo2", "DEVICE=lo\nIPADDR=1.2.3.4\n",
                "ifcfg-eth1", "A='\n", "route-eth0", "10.1.0.0/16 via 10.0.0.1\n"),
          "", "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1500\n",
          "ifcfg-Wired connection: not used: expected the name of a device, found 'Wired "
          "connection'\n"
          "ifcfg-eth1:1: expected the end of a value, found the end of the line\n"
          "ifcfg-evil:1: not used: expected the name of a device, found '../../etc/x'\n"
          "LOST pif eth0|routes|10.0.0.0/8/10.0.0.1,10.1.0.0/16/10.0.0.1\n");
}

TEST(one_file_a_device)
{
    /* The one with its name, before or behind; else the first. */
    check(FILES("ifcfg-a", NIC0 "MTU=1111\n", "ifcfg-between",
                "DEVICE=eth7\nBRIDGE=xenbr0\nHWADDR=" MAC0 "\n", "ifcfg-eth0", NIC0, "ifcfg-z",
                NIC0 "MTU=2222\n", "ifcfg-xenbr0", BRIDGE0),
          "",
          "eth0 on xenbr0 None mac " MAC0 "\neth7 on xenbr0 None mac " MAC0
          "\nxenbr0: eth0 eth7 1500\n",
          "ifcfg-a: not used: ifcfg-eth0 is the file of eth0\n"
          "ifcfg-z: not used: ifcfg-eth0 is the file of eth0\n"
          "CHANGED bridge xenbr0|PIFs|eth7\n");
    check(FILES("ifcfg-a", NIC0 "MTU=1111\n", "ifcfg-z", NIC0 "MTU=2222\n", "ifcfg-xenbr0",
                BRIDGE0),
          "", "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1111\n",
          "ifcfg-z: not used: ifcfg-a is the file of eth0\n");
    /* Twice the same name, as in an archive that was added to: the later one. */
    check(FILES("ifcfg-eth0", NIC0 "MTU=1111\n", "ifcfg-xenbr0", BRIDGE0, "ifcfg-eth0",
                NIC0 "MTU=2222\n"),
          "", "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 2222\n", "");
}

TEST(the_order_of_files_means_nothing)
{
    const char *const files[] = { "ifcfg-eth0",   NIC0,
                                  "ifcfg-xenbr0", BRIDGE0 "BOOTPROTO=dhcp\n",
                                  "network",      "GATEWAYDEV=xenbr0\n",
                                  "route-xenbr0", "10.0.0.0/8 via 10.0.0.1\n",
                                  "ifcfg-eth0.5", "VLAN=yes\nBRIDGE=xapi0\n",
                                  "ifcfg-bond0",  "MASTER=bond1\n",
                                  "ifcfg-eth1",   "MASTER=bond0\nSLAVE=yes\n" };
    struct dbc_buf first = DBC_BUF_INIT;

    for (size_t turn = 0; turn < 7; turn++) {
        const char *turned[16] = { NULL };
        struct dbc_error err = DBC_ERROR_INIT;
        struct told t;
        struct dbc_buf out = DBC_BUF_INIT;
        struct dbc_db *db = NULL;
        for (size_t i = 0; i < 7; i++) {
            turned[2 * i] = files[2 * ((i + turn) % 7)];
            turned[2 * i + 1] = files[2 * ((i + turn) % 7) + 1];
        }
        db = import(turned, NULL, &t, &err);
        assert_non_null(db);
        out = format(db);
        dbc_buf_adds(&out, dbc_buf_str(&t.text));
        if (turn == 0) {
            first = out;
        } else {
            assert_string_equal(dbc_buf_str(&out), dbc_buf_str(&first));
            dbc_buf_release(&out);
        }
        dbc_buf_release(&t.text);
        dbc_db_free(db);
    }
    dbc_buf_release(&first);
}

static void fails(const char *const *files, enum dbc_code code, const char *told)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct told t;

    assert_null(import(files, NULL, &t, &err));
    assert_int_equal(err.code, code);
    assert_string_equal(dbc_buf_str(&t.text), told);
    dbc_buf_release(&t.text);
}

TEST(without_a_device_there_is_nothing)
{
    fails(FILES(NULL), DBC_ENOENT, "");
    fails(FILES("ifcfg-lo", "DEVICE=lo\n", "network", "GATEWAYDEV=xenbr0\n", "x", "DEVICE=x\n"),
          DBC_ENOENT, "");
    fails(FILES("ifcfg-eth0", "DEVICE='eth0\n", "route-eth0", "10.0.0.0/8 via 10.0.0.1\n"),
          DBC_ENOENT,
          "ifcfg-eth0:1: expected the end of a value, found the end of the line\n"
          "LOST route-eth0||\n");
}

/* ---- Cycles and contradictions --------------------------------------------------------------- */

TEST(cycles_are_cut)
{
    check(FILES("ifcfg-eth0", "MASTER=eth0\nSLAVE=yes\nHWADDR=" MAC0 "\n", "ifcfg-bond0",
                "MASTER=bond1\nSLAVE=yes\nBONDING_OPTS=mode=balance-slb"
                "\nMACADDR=" MAC0 "\n",
                "ifcfg-bond1",
                "MASTER=bond0\nSLAVE=yes\nBONDING_OPTS='mode=balance-slb miimon=1 downdelay=1 "
                "updelay=1'\nMACADDR=" MAC0 "\n"),
          "",
          "eth0 on xenbr0 None mac " MAC0 "\n"
          "bond0 on brbond0 None mac " MAC0 "\n"
          "bond1 on brbond1 None mac " MAC0 " bond-miimon=1 bond-downdelay=1 bond-updelay=1\n"
          "brbond0: bond0 1500\nbrbond1: bond1 1500\nxenbr0: eth0 1500\n",
          "CHANGED pif bond0|bond-miimon|0\nCHANGED pif bond0|bond-downdelay|0\n"
          "CHANGED pif bond0|bond-updelay|0\n"
          "ifcfg-eth0:1: MASTER: expected the name of another device, found 'eth0'\n"
          "LOST pif bond0|MASTER|bond1\nLOST pif bond1|MASTER|bond0\n"
          "LOST pif bond0|slaves|\nLOST pif bond1|slaves|\n"
          "ASSUMED pif bond0|network|brbond0\nASSUMED pif bond1|network|brbond1\n"
          "ASSUMED pif eth0|network|xenbr0\n");
}

TEST(vlans_on_vlans_are_told)
{
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", BRIDGE0, "ifcfg-eth0.1", "VLAN=yes\n",
                "ifcfg-eth0.1.1", "VLAN=yes\nBRIDGE=xapi1\n", "ifcfg-xapi1",
                "TYPE=Bridge\nBOOTPROTO=dhcp\n", "ifcfg-vlan5", "VLAN=yes\nPHYSDEV=vlan6\n",
                "ifcfg-vlan6", "VLAN=yes\nPHYSDEV=vlan5\n", "ifcfg-xenbr0.3", "VLAN=yes\n",
                "ifcfg-xapi2", "TYPE=Bridge\nPIFDEV=eth0.1.1\n", "ifcfg-xapi3",
                "TYPE=Bridge\nPIFDEV=xenbr0.4\n"),
          "",
          "eth0 on xenbr0 None mac " MAC0 "\n"
          "eth0.1 on breth0.1 None mac fe:ff:ff:ff:ff:ff over eth0\n"
          "xapi1: 1500\nxapi2: 1500\nxapi3: 1500\nxenbr0: eth0 1500\nbreth0.1: eth0.1 1500\n",
          "CHANGED device vlan5|name|vlan6.5\nCHANGED device vlan6|name|vlan5.6\n"
          "LOST pif eth0.1.1||\nLOST pif vlan6.5||\nLOST pif vlan5.6||\nLOST pif xenbr0.3||\n"
          "LOST bridge xapi1|PIFs|\nLOST bridge xapi1|BOOTPROTO|dhcp\n"
          "LOST bridge xapi2|PIFs|\n"
          "LOST pif xenbr0.4||\nLOST bridge xapi3|PIFs|\n"
          "ASSUMED pif eth0.1|network|breth0.1\n");
}

TEST(devices_of_two_kinds)
{
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", BRIDGE0 "MASTER=bond0\nSLAVE=yes\n",
                "ifcfg-eth1", "BRIDGE=eth0.7\nHWADDR=" MAC0 "\n", "ifcfg-eth0.7",
                "VLAN=yes\nMASTER=bond0\nSLAVE=yes\nBRIDGE=xapi7\n", "ifcfg-eth2",
                "MASTER=xenbr0\nSLAVE=yes\nHWADDR=" MAC0 "\n", "ifcfg-xapi7",
                "TYPE=Bridge\nBRIDGE=xenbr0\n"),
          "",
          "eth0 on xenbr0 None mac " MAC0 "\neth1 on xenbr1 None mac " MAC0 "\n"
          "eth2 on xenbr2 None mac " MAC0 "\nbond0 on brbond0 None\n"
          "eth0.7 on xapi7 None mac fe:ff:ff:ff:ff:ff over eth0\n"
          "xapi7: eth0.7 1500\nxenbr0: eth0 1500\nxenbr1: eth1 1500\nxenbr2: eth2 1500\n"
          "brbond0: bond0 1500\n",
          "LOST pif eth2|MASTER|xenbr0\nLOST pif eth1|BRIDGE|eth0.7\n"
          "LOST pif eth0.7|MASTER|bond0\nLOST bridge xenbr0|MASTER|bond0\n"
          "ASSUMED pif bond0|BONDING_OPTS|\nLOST pif bond0|slaves|\n"
          "LOST bridge xapi7|BRIDGE|xenbr0\n"
          "ASSUMED pif eth1|network|xenbr1\nASSUMED pif eth2|network|xenbr2\n"
          "ASSUMED pif bond0|network|brbond0\nASSUMED pif bond0|MAC|\n");
}

/* ---- Management ------------------------------------------------------------------------------ */

/* xenbr0 on eth0, xenbr1 on eth1, and a bridge of which no file says what it stands on. */
static void check_management(const char *management, const char *lines0, const char *lines1,
                             const char *lines2, const char *network, const char *expected,
                             const char *told)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct told t;
    struct dbc_db *db = import(FILES("ifcfg-eth0", "BRIDGE=xenbr0\n", "ifcfg-eth1",
                                     "BRIDGE=xenbr1\n", "ifcfg-xenbr0", lines0, "ifcfg-xenbr1",
                                     lines1, "ifcfg-xapi2", lines2, "network", network),
                               management, &t, &err);
    const struct dbc_pif *pif = dbc_management_pif(db);

    assert_string_equal(pif != NULL ? pif->device : "", expected);
    assert_has(dbc_buf_str(&t.text), told);
    if (*told == '\0') {
        assert_null(strstr(dbc_buf_str(&t.text), "management"));
    }
    dbc_buf_release(&t.text);
    dbc_db_free(db);
}

#define DHCP "BOOTPROTO=dhcp\n"
#define STATIC "IPADDR=10.0.0.1\nPREFIX=8\n"
#define GATEWAY STATIC "GATEWAY=10.0.0.9\n"

TEST(management)
{
    check_management("xenbr1", GATEWAY, "", "", "", "eth1", "");
    check_management("eth1", GATEWAY, "", "", "", "eth1", "");
    check_management("", GATEWAY, "", "", "", "", "");
    check_management("xapi2", GATEWAY, "", DHCP, "", "", "LOST host|management|xapi2\n");
    check_management("xenbr9", GATEWAY, "", "", "", "", "LOST host|management|xenbr9\n");
    check_management(NULL, "", "", "", "", "", "LOST host|management|\n");
    check_management(NULL, STATIC, DHCP, "", "", "eth1", "ASSUMED pif eth1|management|True\n");
    check_management(NULL, DHCP, DHCP, "", "", "eth0", "ASSUMED pif eth0|management|True\n");
    check_management(NULL, DHCP "DEFROUTE=no\n", DHCP, "", "", "eth1", "ASSUMED pif eth1|");
    check_management(NULL, DHCP, GATEWAY, "", "", "eth1", "ASSUMED pif eth1|management|True\n");
    check_management(NULL, DHCP, GATEWAY "DEFROUTE=no\n", "", "", "eth0", "ASSUMED pif eth0|");
    check_management(NULL, DHCP, GATEWAY, "", "GATEWAYDEV=xenbr0\n", "eth0", "ASSUMED pif eth0|");
    check_management(NULL, DHCP, GATEWAY, "", "GATEWAYDEV='xenbr0\n", "eth1", "network:1: ");
    /* The bridge that looks most like it stands on a device that no file names: better none. */
    check_management(NULL, DHCP, STATIC, GATEWAY, "", "", "LOST host|management|xapi2\n");
    check_management(NULL, GATEWAY, STATIC, DHCP, "GATEWAYDEV=xapi2\n", "",
                     "LOST host|management|xapi2\n");
}

TEST(owners_of_dns_and_gateway)
{
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-eth1", "BRIDGE=xenbr1\nHWADDR=" MAC0 "\n",
                "ifcfg-xenbr0", BRIDGE0 DHCP "PEERDNS=no\n", "ifcfg-xenbr1", DHCP, "network",
                "HOSTNAME=x\nNETWORKING=yes\nGATEWAY=10.0.0.1\nGATEWAYDEV=xenbr1\nDNSDEV=xenbr1\n"),
          "xenbr0",
          "eth0 on xenbr0 DHCP management mac " MAC0 " peerdns=false\n"
          "eth1 on xenbr1 DHCP mac " MAC0 " defaultroute=true peerdns=true\n"
          "xenbr0: eth0 1500\nxenbr1: eth1 1500\n",
          "LOST network:3|GATEWAY|10.0.0.1\nCHANGED pif eth0|peerdns|false\n");
    /* What the management PIF is anyway needs no word. */
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", BRIDGE0 DHCP, "network",
                "GATEWAYDEV=xenbr0\nDNSDEV=../x\n"),
          "xenbr0", "eth0 on xenbr0 DHCP management mac " MAC0 "\nxenbr0: eth0 1500\n",
          "network:2: DNSDEV: expected the name of a device, found '../x'\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linux_bridge),
        cmocka_unit_test(a_bond_and_vlans_on_it),
        cmocka_unit_test(records_refer_to_each_other_both_ways),
        cmocka_unit_test(open_vswitch),
        cmocka_unit_test(a_plain_host),
        cmocka_unit_test(not_all_with_an_address_is_a_bridge),
        cmocka_unit_test(a_name_that_is_taken),
        cmocka_unit_test(ties_by_pifdev_where_ports_have_no_file),
        cmocka_unit_test(two_ports_of_a_bridge),
        cmocka_unit_test(misplaced_addresses_are_told),
        cmocka_unit_test(leftovers_are_ignored),
        cmocka_unit_test(files_of_what_a_pif_cannot_have),
        cmocka_unit_test(names_of_devices),
        cmocka_unit_test(one_file_a_device),
        cmocka_unit_test(the_order_of_files_means_nothing),
        cmocka_unit_test(without_a_device_there_is_nothing),
        cmocka_unit_test(cycles_are_cut),
        cmocka_unit_test(vlans_on_vlans_are_told),
        cmocka_unit_test(devices_of_two_kinds),
        cmocka_unit_test(management),
        cmocka_unit_test(owners_of_dns_and_gateway),
    };
    return cmocka_run_group_tests_name("ifcfg_import", tests, NULL, NULL);
}
