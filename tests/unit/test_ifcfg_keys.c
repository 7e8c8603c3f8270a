/* test_ifcfg_keys.c - cache/ifcfg: each key of an ifcfg file, each spelling of a route, and invalid
 * values. */
#include "unit/test.h"

#include "unit/ifcfg_text.h"

/* ---- Keys ------------------------------------------------------------------------------------ */

/* eth0 under xenbr0, whose file has these lines from its fourth on: what is said of the address
 * (and of nothing else), and what was told. */
static void check_address(const char *lines, const char *address, const char *told)
{
    char text[8192], records[1024];

    snprintf(text, sizeof text, "DEVICE=xenbr0\nTYPE=Bridge\n#\n%s", lines);
    snprintf(records, sizeof records, "eth0 on xenbr0 %s\nxenbr0: eth0 1500\n", address);
    check(FILES("ifcfg-eth0", "BRIDGE=xenbr0\nHWADDR=" MAC0 "\n", "ifcfg-xenbr0", text), "",
          records, told);
}

TEST(addresses)
{
    check_address("IPADDR=10.0.0.1\nNETMASK=255.255.255.252\n",
                  "Static 10.0.0.1 255.255.255.252 mac " MAC0, "");
    check_address("IPADDR=10.0.0.1\nPREFIX=30\nNETMASK=255.0.0.0\n",
                  "Static 10.0.0.1 255.255.255.252 mac " MAC0, "");
    check_address("BOOTPROTO=static\nIPADDR0=10.0.0.1\nPREFIX0=0\nGATEWAY0=10.0.0.2\n",
                  "Static 10.0.0.1 0.0.0.0 gw 10.0.0.2 mac " MAC0, "");
    check_address("IPADDR=\nIPADDR1=10.0.0.1\nPREFIX1=32\nGATEWAY=\n",
                  "Static 10.0.0.1 255.255.255.255 mac " MAC0, "");
    check_address("BOOTPROTO=DHCP\nDNS3=10.0.0.3\nDNS1=10.0.0.1\n",
                  "DHCP dns 10.0.0.1,10.0.0.3 mac " MAC0, "");
    check_address("BOOTPROTO=bootp\n", "DHCP mac " MAC0, "");
    check_address("", "None mac " MAC0, "");
    check_address("NETMASK=255.0.0.0\n", "None mac " MAC0, "");
    check_address("DOMAIN=' a.example,  b.example '\n",
                  "None mac " MAC0 " domain=a.example,b.example", "");
    check_address("PEERDNS=no\nDEFROUTE=No\n", "None mac " MAC0 " defaultroute=false peerdns=false",
                  "");
    check_address("PEERDNS=yes\nDEFROUTE=yes\n", "None mac " MAC0, "");
}

/* As interface-reconfigure writes them, and others. */
TEST(ipv6)
{
    check_address(
        "IPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=2001:DB8::5/64\n"
        "IPV6ADDR_SECONDARIES=\"fd00::6/48  fd00::7/128\"\nIPV6_DEFAULTGW=2001:db8::1\n",
        "None ipv6 Static 2001:db8::5/64,fd00::6/48,fd00::7/128 gw6 2001:db8::1 mac " MAC0, "");
    check_address("IPV6INIT=yes\nIPV6_AUTOCONF=yes\n", "None ipv6 Autoconf mac " MAC0, "");
    check_address("IPV6INIT=yes\n", "None ipv6 Autoconf mac " MAC0, "");
    check_address("IPV6INIT=yes\nIPV6_AUTOCONF=no\nDHCPV6C=yes\n", "None ipv6 DHCP mac " MAC0, "");
    check_address("IPV6INIT=yes\nIPV6_AUTOCONF=no\n", "None mac " MAC0, "");
    check_address("IPV6INIT=yes\nIPV6ADDR=fd00::1/64\nIPV6_DEFAULTGW=fe80::1%xenbr0\n",
                  "None ipv6 Static fd00::1/64 gw6 fe80::1 mac " MAC0, "");
    check_address("IPV6INIT=yes\nIPV6ADDR=2001:db8::5\n", "None ipv6 Autoconf mac " MAC0,
                  "ifcfg-xenbr0:5: IPV6ADDR: expected ADDRESS/LENGTH of IPv6, found "
                  "'2001:db8::5'\nLOST ifcfg-xenbr0:5|IPV6ADDR|2001:db8::5\n");
    check_address("IPV6INIT=yes\nIPV6ADDR=fd00::1/64\nIPV6_DEFAULTGW=x\n",
                  "None ipv6 Static fd00::1/64 mac " MAC0,
                  "ifcfg-xenbr0:6: IPV6_DEFAULTGW: expected an IPv6 address, found 'x'\n");
}

TEST(masks_of_before_cidr)
{
    check_address("IPADDR=10.0.0.1\n", "Static 10.0.0.1 255.0.0.0 mac " MAC0,
                  "ASSUMED device xenbr0|netmask|\n");
    check_address("IPADDR=172.16.0.1\n", "Static 172.16.0.1 255.255.0.0 mac " MAC0,
                  "ASSUMED device xenbr0|netmask|\n");
    check_address("IPADDR=192.0.2.1\n", "Static 192.0.2.1 255.255.255.0 mac " MAC0,
                  "ASSUMED device xenbr0|netmask|\n");
}

TEST(what_a_pif_cannot_have_is_told)
{
    check_address("BOOTPROTO=dhcp\nIPADDR=10.0.0.1\nNETMASK=255.0.0.0\nGATEWAY=10.0.0.2\n",
                  "DHCP mac " MAC0,
                  "LOST device xenbr0|IPADDR|10.0.0.1\nLOST ifcfg-xenbr0:7|GATEWAY|10.0.0.2\n");
    check_address("GATEWAY=10.0.0.2\n", "None mac " MAC0, "LOST ifcfg-xenbr0:4|GATEWAY|10.0.0.2\n");
    check_address("IPADDR=10.0.0.1\nPREFIX=8\nIPADDR1=10.0.0.2\nPREFIX1=8\n",
                  "Static 10.0.0.1 255.0.0.0 mac " MAC0,
                  "LOST ifcfg-xenbr0:6|IPADDR1|10.0.0.2\nLOST ifcfg-xenbr0:7|PREFIX1|8\n");
    check_address("BOOTPROTO=ibft\n", "None mac " MAC0, "LOST ifcfg-xenbr0:4|BOOTPROTO|ibft\n");
    check_address("IPV6INIT=no\nIPV6_AUTOCONF=no\nSTP=no\nDELAY=0\nONBOOT=yes\nGVRP=off\n",
                  "None mac " MAC0, "");
    check_address("IPV6INIT=yes\nIPV6ADDR=2001:db8::1/64\nIPV6_DEFAULTGW=fe80::1\nDHCPV6C=yes\n",
                  "None ipv6 DHCP mac " MAC0,
                  "LOST ifcfg-xenbr0:5|IPV6ADDR|2001:db8::1/64\n"
                  "LOST ifcfg-xenbr0:6|IPV6_DEFAULTGW|fe80::1\n");
    check_address("IPV6ADDR=2001:db8::1/64\n", "None mac " MAC0,
                  "LOST ifcfg-xenbr0:4|IPV6ADDR|2001:db8::1/64\n");
    check_address("STP=on\nDELAY=5\nARP=no\nFOO='$(x)'\nDNS17=10.0.0.1\nBONDING_OPTS=mode=1\n",
                  "None mac " MAC0,
                  "LOST ifcfg-xenbr0:9|BONDING_OPTS|mode=1\n"
                  "LOST ifcfg-xenbr0:4|STP|on\nLOST ifcfg-xenbr0:5|DELAY|5\n"
                  "LOST ifcfg-xenbr0:6|ARP|no\nLOST ifcfg-xenbr0:7|FOO|$(x)\n"
                  "LOST ifcfg-xenbr0:8|DNS17|10.0.0.1\n");
    /* The last line counts, and an earlier one is nothing. */
    check_address("STP=on\nSTP=off\nBOOTPROTO=none\nBOOTPROTO=dhcp\n", "DHCP mac " MAC0, "");
}

/* A warning has file, line, key and value, and the value is left out. */
TEST(bad_values_are_left_out)
{
    static const char *const lines[][2] = {
        { "IPADDR=10.0.0\n", "IPADDR: expected an IPv4 address, found '10.0.0'" },
        { "IPADDR=10.0.0.1/8\n", "IPADDR: expected an IPv4 address, found '10.0.0.1/8'" },
        { "NETMASK=255.0.255.0\nIPADDR=10.0.0.1\n", "NETMASK: expected a netmask, found" },
        { "PREFIX=33\nIPADDR=10.0.0.1\n", "PREFIX: expected a number from 0 to 32, found '33'" },
        { "GATEWAY=10.0.0.999\n", "GATEWAY: expected an IPv4 address, found" },
        { "DNS2=ns.example\n", "DNS2: expected an address, found 'ns.example'" },
        { "DOMAIN='a;b'\n", "DOMAIN: expected names of domains, found 'a;b'" },
        { "MTU=0\n", "MTU: expected a number of bytes, found '0'" },
        { "MTU=1e3\n", "MTU: expected a number of bytes" },
        { "MTU=65536\n", "MTU: expected a number of bytes" },
        { "PIFDEV=../../x\n", "PIFDEV: expected the name of another device, found '../../x'" },
        { "HWADDR=x\n", "HWADDR: expected six pairs of hex digits, found 'x'" },
        { "MACADDR=1:2:3:4:5:6\n", "MACADDR: expected six pairs of hex digits" },
        { "BRIDGE=xenbr0\n", "BRIDGE: expected the name of another device, found 'xenbr0'" },
        { "MASTER=a/b\nSLAVE=yes\n", "MASTER: expected the name of another device" },
        { "MASTER=bond0\n", "MASTER without SLAVE=yes makes no slave" },
        { "SLAVE=yes\n", "SLAVE without a MASTER is no slave" },
        { "IPADDR=$(id)\n", "IPADDR: this value is not taken: $(id)" },
        { "rm -rf /\n", "no KEY=VALUE, ignored: rm -rf /" },
        { "DNS1='\xff'\n", "DNS1: expected an address, found '\\xff'" },
    };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        struct dbc_buf out = DBC_BUF_INIT;
        struct told t;
        char text[256];
        snprintf(text, sizeof text, "DEVICE=xenbr0\nTYPE=Bridge\n#\n%s", lines[i][0]);
        struct dbc_db *db =
            import(FILES("ifcfg-eth0", "BRIDGE=xenbr0\nHWADDR=" MAC0 "\n", "ifcfg-xenbr0", text),
                   "", &t, &err);
        assert_non_null(db);
        add_pif(&out, db, dbc_db_pif_at(db, 0));
        assert_string_equal(dbc_buf_str(&out), "eth0 on xenbr0 None mac " MAC0 "\n");
        assert_has(dbc_buf_str(&t.text), "ifcfg-xenbr0:4: ");
        assert_has(dbc_buf_str(&t.text), lines[i][1]);
        assert_int_equal(t.warnings, 1);
        assert_string_equal(dbc_db_network_at(db, 0)->MTU.text, "1500");
        dbc_buf_release(&out);
        dbc_buf_release(&t.text);
        dbc_db_free(db);
    }
}

TEST(one_mac)
{
    check(FILES("ifcfg-eth0", NIC0 "MACADDR=00:00:00:00:00:01\n", "ifcfg-xenbr0", BRIDGE0), "",
          "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1500\n",
          "LOST ifcfg-eth0:5|MACADDR|00:00:00:00:00:01\n");
}

TEST(mtus)
{
    static const struct {
        const char *bridge, *port, *pif, *network;
    } cases[] = {
        { "MTU=9000\n", "MTU=9000\n", "", "9000" },
        { "MTU=9000\n", "MTU=1500\n", " mtu=1500", "9000" },
        { "MTU=9000\n", "", "", "9000" },
        { "", "MTU=9000\n", "", "9000" },
        { "", "", "", "1500" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char nic[256], bridge[256], records[256];
        snprintf(nic, sizeof nic, "%s%s", NIC0, cases[i].port);
        snprintf(bridge, sizeof bridge, "%s%s", BRIDGE0, cases[i].bridge);
        snprintf(records, sizeof records, "eth0 on xenbr0 None mac " MAC0 "%s\nxenbr0: eth0 %s\n",
                 cases[i].pif, cases[i].network);
        check(FILES("ifcfg-eth0", nic, "ifcfg-xenbr0", bridge), "", records, "");
    }
    /* Without a network there is nothing to differ from but the standard. */
    check(FILES("ifcfg-averylongnics0", "MTU=1400\nHWADDR=" MAC0 "\n"), "",
          "averylongnics0 on  None mac " MAC0 " mtu=1400\n",
          "LOST pif averylongnics0|network|braverylongnics0\n");
    check(FILES("ifcfg-averylongnics0", "MTU=1500\nHWADDR=" MAC0 "\n"), "",
          "averylongnics0 on  None mac " MAC0 "\n",
          "LOST pif averylongnics0|network|braverylongnics0\n");
}

/* `words` as KEY of bond0 (on xapi0, with a slave): the options in the record, and what was told.
 */
static void check_options(const char *key, const char *words, const char *options, const char *told)
{
    char text[512], records[1024], all[1024];

    snprintf(text, sizeof text, "MACADDR=" MAC0 "\n%s=\"%s\"\nBRIDGE=xapi0\n%s", key, words,
             strcmp(key, "BONDING_OPTS") != 0
                 ? "BONDING_OPTS='mode=balance-slb miimon=100 downdelay=200 updelay=31000'\n"
                 : "");
    snprintf(records, sizeof records,
             "eth1 on xenbr1 None mac " MAC0 "\nbond0 on xapi0 None mac " MAC0 " of eth1%s\n"
             "xapi0: bond0 1500\nxenbr1: eth1 1500\n",
             options);
    snprintf(all, sizeof all, "%sASSUMED pif eth1|network|xenbr1\n", told);
    check(FILES("ifcfg-bond0", text, "ifcfg-eth1", "MASTER=bond0\nSLAVE=yes\nHWADDR=" MAC0 "\n",
                "ifcfg-xapi0", "TYPE=Bridge\n"),
          "", records, all);
}

#define TIMES " miimon=100 downdelay=200 updelay=31000 use_carrier=1 "

TEST(bonding_options)
{
    check_options("BONDING_OPTS", "mode=balance-slb" TIMES, "", "");
    check_options("BONDING_OPTS", "mode=active-backup" TIMES, " bond-mode=active-backup", "");
    check_options("BONDING_OPTS", "mode=1" TIMES, " bond-mode=active-backup", "");
    check_options("BONDING_OPTS", "mode=6" TIMES, " bond-mode=balance-alb", "");
    check_options("BONDING_OPTS", "mode=4" TIMES "xmit_hash_policy=layer2", " bond-mode=lacp", "");
    check_options("BONDING_OPTS", "xmit_hash_policy=1 mode=802.3ad" TIMES,
                  " bond-mode=lacp bond-hashing-algorithm=tcpudp_ports", "");
    check_options("BONDING_OPTS", "mode=802.3ad" TIMES "xmit_hash_policy=layer2+3",
                  " bond-mode=lacp", "LOST ifcfg-bond0:2|BONDING_OPTS|layer2+3\n");
    check_options("BONDING_OPTS", "mode=balance-xor" TIMES "xmit_hash_policy=layer3+4",
                  " bond-mode=balance-xor", "LOST ifcfg-bond0:2|BONDING_OPTS|layer3+4\n");
    check_options("BONDING_OPTS", "mode=1" TIMES "primary=eth1 lacp_rate=fast",
                  " bond-mode=active-backup",
                  "LOST ifcfg-bond0:2|BONDING_OPTS|primary=eth1\n"
                  "LOST ifcfg-bond0:2|BONDING_OPTS|lacp_rate=fast\n");
    check_options("BONDING_OPTS", "miimon=0 downdelay=0 updelay=0 use_carrier=0",
                  " bond-miimon=0 bond-downdelay=0 bond-updelay=0 bond-use_carrier=0 "
                  "bond-mode=balance-rr",
                  "ASSUMED pif bond0|bond-mode|balance-rr\n");
    check_options("BONDING_OPTS", "mode=balance-slb", "",
                  "CHANGED pif bond0|bond-miimon|0\nCHANGED pif bond0|bond-downdelay|0\n"
                  "CHANGED pif bond0|bond-updelay|0\n");
}

TEST(bad_bonding_options)
{
    check_options("BONDING_OPTS", "mode=7" TIMES, "",
                  "ifcfg-bond0:2: BONDING_OPTS: mode: expected a mode of bonding, found '7'\n");
    check_options("BONDING_OPTS", "mode=../../x" TIMES, "",
                  "ifcfg-bond0:2: BONDING_OPTS: mode: expected a mode of bonding, found "
                  "'../../x'\n");
    check_options("BONDING_OPTS", "mode=1 miimon=-1 downdelay=2147483648 updelay=1x use_carrier=2",
                  " bond-mode=active-backup",
                  "ifcfg-bond0:2: BONDING_OPTS: miimon: expected a number, found '-1'\n"
                  "ifcfg-bond0:2: BONDING_OPTS: downdelay: expected a number, found '2147483648'\n"
                  "ifcfg-bond0:2: BONDING_OPTS: updelay: expected a number, found '1x'\n"
                  "ifcfg-bond0:2: BONDING_OPTS: use_carrier: expected a number, found '2'\n");
    check_options("BONDING_OPTS", "fast mode=1" TIMES, " bond-mode=active-backup",
                  "ifcfg-bond0:2: BONDING_OPTS: fast: expected OPTION=VALUE, found 'fast'\n");
}

TEST(ethtool_options)
{
    check_options("ETHTOOL_OPTS", "speed 010000 duplex half autoneg on",
                  " ethtool-speed=10000 ethtool-duplex=half ethtool-autoneg=on", "");
    check_options("ETHTOOL_OFFLOAD_OPTS",
                  "rx on tx on sg off tso off ufo off gso off gro off lro off lro on",
                  " ethtool-rx=on ethtool-tx=on ethtool-sg=off ethtool-tso=off ethtool-ufo=off "
                  "ethtool-gso=off ethtool-gro=off ethtool-lro=on",
                  "");
    check_options("ETHTOOL_OPTS", "wol g speed 10 gro on", " ethtool-speed=10",
                  "LOST ifcfg-bond0:2|ETHTOOL_OPTS|wol\nLOST ifcfg-bond0:2|ETHTOOL_OPTS|gro\n");
    check_options("ETHTOOL_OPTS",
                  "speed 1 speed 2 speed 3 speed 4 speed 5 speed 6 speed 7 speed 8 speed 9 speed 1 "
                  "speed 2 speed 3 speed 4 speed 5 speed 6 speed 7 speed 8 speed 9 speed 1 speed 2 "
                  "speed 3 speed 4 speed 5 speed 6 speed 7 speed 8 speed 9 duplex half",
                  " ethtool-speed=9 ethtool-duplex=half", "");
    check_options("ETHTOOL_OPTS", "-K eth1 gro off; -s eth1 speed 10", "",
                  "LOST ifcfg-bond0:2|ETHTOOL_OPTS|-K eth1 gro off; -s eth1 speed 10\n");
    check_options("ETHTOOL_OPTS", "speed 0 duplex both autoneg", "",
                  "ifcfg-bond0:2: ETHTOOL_OPTS: speed: expected a number of Mbit/s, found '0'\n"
                  "ifcfg-bond0:2: ETHTOOL_OPTS: duplex: expected half or full, found 'both'\n"
                  "ifcfg-bond0:2: ETHTOOL_OPTS: autoneg: expected on or off, found ''\n");
}

TEST(kinds_of_vlans)
{
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", BRIDGE0, "ifcfg-vlan9",
                "VLAN=yes\nPHYSDEV=eth0\nBRIDGE=xapi9\n", "route-vlan9",
                "10.0.0.0/8 via 10.0.0.1 dev vlan9\n", "ifcfg-guest",
                "VLAN=yes\nPHYSDEV=eth0\nVID=10\nBRIDGE=xapi9\n", "ifcfg-eth0.11", "BRIDGE=xapi9\n",
                "ifcfg-eth0.0012", "TYPE=Vlan\nBRIDGE=xapi9\n", "ifcfg-eth0.13",
                "VLAN=no\nBRIDGE=xapi9\nHWADDR=" MAC0 "\n", "ifcfg-xapi9", "TYPE=Bridge\n"),
          "",
          "eth0 on xenbr0 None mac " MAC0 "\neth0.13 on xapi9 None mac " MAC0 "\n"
          "eth0.12 on xapi9 None mac fe:ff:ff:ff:ff:ff over eth0\n"
          "eth0.11 on xapi9 None mac fe:ff:ff:ff:ff:ff over eth0\n"
          "eth0.10 on xapi9 None mac fe:ff:ff:ff:ff:ff over eth0\n"
          "eth0.9 on xapi9 None mac fe:ff:ff:ff:ff:ff over eth0\n"
          "xapi9: eth0.12 eth0.11 eth0.13 eth0.10 eth0.9 1500\nxenbr0: eth0 1500\n",
          "CHANGED device eth0.0012|name|eth0.12\n"
          "ASSUMED device eth0.11|VLAN|eth0.11\n"
          "CHANGED device guest|name|eth0.10\nCHANGED device vlan9|name|eth0.9\n"
          "CHANGED bridge xapi9|PIFs|eth0.11\nCHANGED bridge xapi9|PIFs|eth0.13\n"
          "CHANGED bridge xapi9|PIFs|eth0.10\nCHANGED bridge xapi9|PIFs|eth0.9\n"
          "LOST pif eth0.9|routes|10.0.0.0/8/10.0.0.1\n");
}

TEST(no_vlans)
{
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", BRIDGE0, "ifcfg-eth0.4095", "VLAN=yes\n",
                "ifcfg-vlan7", "VLAN=yes\n", "ifcfg-x", "VLAN=yes\nPHYSDEV=eth0\n", "ifcfg-y",
                "VLAN=yes\nPHYSDEV=eth0\nVID=4095\n", "ifcfg-z",
                "VLAN=yes\nPHYSDEV=averylongnics0\nVID=1\n", "ifcfg-wlan0", "TYPE=Wireless\n",
                "ifcfg-eth1", "TYPE=OVSPort\nOVS_BRIDGE=xenbr0\n"),
          "", "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1500\n",
          "ifcfg-eth0.4095: no VLAN: eth0.4095 does not say which device and which tag\n"
          "LOST ifcfg-eth1:1|TYPE|OVSPort\n"
          "ifcfg-vlan7: no VLAN: vlan7 does not say which device and which tag\n"
          "LOST ifcfg-wlan0:1|TYPE|Wireless\n"
          "ifcfg-x: no VLAN: x does not say which device and which tag\n"
          "ifcfg-y: no VLAN: y does not say which device and which tag\n"
          "ifcfg-z: no VLAN: averylongnics0.1 is longer than a device's name\n");
}

/* ---- Routes ---------------------------------------------------------------------------------- */

/* route-xenbr0 of this text: the routes, and what was told. */
static void check_routes(const char *text, const char *routes, const char *told)
{
    char records[256];

    snprintf(records, sizeof records, "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1500%s%s\n",
             *routes != '\0' ? " static-routes=" : "", routes);
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", BRIDGE0, "route-xenbr0", text), "", records,
          told);
}

TEST(routes)
{
    check_routes("", "", "");
    check_routes("# one\n\n 10.0.0.0/8 \tvia  10.0.0.1 dev xenbr0\r\n10.1.1.1 via 10.0.0.2\n"
                 "default via 10.0.0.3",
                 "10.0.0.0/8/10.0.0.1,10.1.1.1/32/10.0.0.2,0.0.0.0/0/10.0.0.3", "");
    check_routes("10.0.0.0/8 dev xenbr0\n10.0.0.0/8 via 10.0.0.1 dev eth9\n"
                 "10.0.0.0/8 via 10.0.0.1 metric 5\n10.0.0.0/8 via 10.0.0.1 table 5\n10.0.0.0/8\n"
                 "a b c d e f g h i j k\n10.0.0.0/8 via 10.0.0.1\n",
                 "10.0.0.0/8/10.0.0.1",
                 "LOST route-xenbr0:1||10.0.0.0/8 dev xenbr0\n"
                 "LOST route-xenbr0:2||10.0.0.0/8 via 10.0.0.1 dev eth9\n"
                 "LOST route-xenbr0:3||10.0.0.0/8 via 10.0.0.1 metric 5\n"
                 "LOST route-xenbr0:4||10.0.0.0/8 via 10.0.0.1 table 5\n"
                 "LOST route-xenbr0:5||10.0.0.0/8\nLOST route-xenbr0:6||a b c d e f g h i j k\n");
    check_routes("10.0.0/8 via 10.0.0.1\n10.0.0.0/33 via 10.0.0.1\n10.0.0.0/8 via $(id)\n", "",
                 "route-xenbr0:1: expected NET/LEN via GATEWAY, found '10.0.0/8 via 10.0.0.1'\n"
                 "route-xenbr0:2: expected NET/LEN via GATEWAY, found '10.0.0.0/33 via 10.0.0.1'\n"
                 "route-xenbr0:3: expected NET/LEN via GATEWAY, found '10.0.0.0/8 via $(id)'\n");
}

TEST(routes_by_keys)
{
    check_routes("ADDRESS0=10.0.0.0\nNETMASK0=255.0.0.0\nGATEWAY0=10.0.0.1\n ADDRESS1='10.1.0.0'\n"
                 "NETMASK1=255.255.0.0\nGATEWAY1=10.0.0.2\n",
                 "10.0.0.0/8/10.0.0.1,10.1.0.0/16/10.0.0.2", "");
    check_routes(" \tADDRESS0=10.0.0.0\n\tNETMASK0=255.0.0.0\n GATEWAY0=10.0.0.1\n",
                 "10.0.0.0/8/10.0.0.1", "");
    check_routes("GATEWAY0=10.0.0.1\nNETMASK0=255.0.255.0\nADDRESS0=10.0.0.0\nADDRESS1=10.0.0.0\n"
                 "ADDRESS2=$(id)\nADDRESS3=10.3.0.0\nMETRIC0=5\n",
                 "",
                 "route-xenbr0:5: ADDRESS2: this value is not taken: $(id)\n"
                 "route-xenbr0:3: expected ADDRESS0, NETMASK0 and GATEWAY0, found '10.0.0.0', "
                 "'255.0.255.0' and '10.0.0.1'\n"
                 "route-xenbr0:4: expected ADDRESS1, NETMASK1 and GATEWAY1, found '10.0.0.0', '' "
                 "and ''\n"
                 "LOST route-xenbr0:6|ADDRESS3|10.3.0.0\nLOST route-xenbr0:7|METRIC0|5\n");
    /* Not keys: the shell does not read them unless there is an ADDRESSn=. */
    check_routes("GATEWAY0=1\nADDRESS=x\nADDRESSES0=y\nADDRESS0\n", "",
                 "LOST route-xenbr0:1||GATEWAY0=1\nLOST route-xenbr0:2||ADDRESS=x\n"
                 "LOST route-xenbr0:3||ADDRESSES0=y\nLOST route-xenbr0:4||ADDRESS0\n");
    check_routes("ADDRESS0='10.0.0.0\n", "",
                 "route-xenbr0:1: expected the end of a value, found the end of the line\n");
}

TEST(too_many_routes)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct told t;
    struct dbc_db *db = NULL;
    const char *list = NULL;
    size_t commas = 0;

    for (int i = 0; i <= DBC_LIMIT_IFCFG_ROUTES; i++) {
        dbc_buf_addf(&text, "255.%d.%d.255/32 via 255.255.255.255\n", 100 + i / 100, 100 + i % 100);
    }
    db = import(FILES("ifcfg-xenbr0", "", "route-xenbr0", dbc_buf_str(&text)), "", &t, &err);
    assert_string_equal(err.text, "");
    list = dbc_map_get(&dbc_db_network_at(db, 0)->other_config, "static-routes");
    for (; *list != '\0'; list++) {
        commas += *list == ',';
    }
    assert_int_equal(commas + 1, DBC_LIMIT_IFCFG_ROUTES);
    assert_has(dbc_buf_str(&t.text), "route-xenbr0:1025: no more than 1024 routes are read\n");
    dbc_buf_release(&text);
    dbc_buf_release(&t.text);
    dbc_db_free(db);
}

TEST(a_line_too_long_is_no_route)
{
    char text[512] = "";

    memset(text, ' ', 300);
    memcpy(text, "10.0.0.0/8", 10);
    memcpy(text + 290, "via 10.0.0.1\n10.1.0.0/16 via 10.0.0.2\n", 39);
    check_routes(text, "10.1.0.0/16/10.0.0.2",
                 "route-xenbr0:1: no route: no text, or more than 255 bytes\n");
}

TEST(a_nul_byte_is_no_end_of_a_route)
{
    static const char route[] = "10.0.0.0/8 via 10.0.0.1\0 dev eth9\n10.1.0.0/16 via 10.0.0.2";
    const struct dbc_ifcfg_file files[] = { { "ifcfg-xenbr0", "", 0 },
                                            { "route-xenbr0", route, sizeof route - 1 } };
    struct told t = { .text = DBC_BUF_INIT };
    struct dbc_db *db = dbc_ifcfg_read(files, 2, "", hear_warning, hear_loss, &t, NULL);

    assert_string_equal(dbc_map_get(&dbc_db_network_at(db, 0)->other_config, "static-routes"),
                        "10.1.0.0/16/10.0.0.2");
    assert_has(dbc_buf_str(&t.text), "route-xenbr0:1: no route: no text");
    dbc_buf_release(&t.text);
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(ipv6),
        cmocka_unit_test(masks_of_before_cidr),
        cmocka_unit_test(what_a_pif_cannot_have_is_told),
        cmocka_unit_test(bad_values_are_left_out),
        cmocka_unit_test(one_mac),
        cmocka_unit_test(mtus),
        cmocka_unit_test(bonding_options),
        cmocka_unit_test(bad_bonding_options),
        cmocka_unit_test(ethtool_options),
        cmocka_unit_test(kinds_of_vlans),
        cmocka_unit_test(no_vlans),
        cmocka_unit_test(routes),
        cmocka_unit_test(routes_by_keys),
        cmocka_unit_test(too_many_routes),
        cmocka_unit_test(a_line_too_long_is_no_route),
        cmocka_unit_test(a_nul_byte_is_no_end_of_a_route),
    };
    return cmocka_run_group_tests_name("ifcfg_keys", tests, NULL, NULL);
}
