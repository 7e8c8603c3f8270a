/* test_ifup.c - reconfigure/ifup/{ifup,links,address,host}.c: which commands are run and which
 * files are written, in which order, for each kind of device. */
#include "unit/test.h"

#include "reconfigure/ifup/ifup.h"
#include "unit/ifup_host.h"

static void up(struct ifup_host *h, const char *name)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_ifup(&h->host, name, 0, &err) < 0) {
        fail_msg("%s", err.text);
    }
}

static enum dbc_code up_fails(struct ifup_host *h, const char *name)
{
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(ifr_ifup(&h->host, name, 0, &err), -1);
    return err.code;
}

static void down(struct ifup_host *h, const char *name)
{
    assert_int_equal(ifr_ifdown(&h->host, name, NULL), 0);
}

/* `ip link add` makes the device, with the files of a bridge. */
static bool makes_devices(struct ifup_host *h, const char *line)
{
    char name[128] = "";
    char path[256];

    ifup_word_after(line, " name ", name);
    if (name[0] != '\0') {
        snprintf(path, sizeof path, "/sys/class/net/%s/brif", name);
        scratch_mkdir(&h->scratch, path);
        snprintf(path, sizeof path, "/sys/class/net/%s/bridge/forward_delay", name);
        scratch_write(&h->scratch, path, "1500", 0644);
        snprintf(path, sizeof path, "/sys/class/net/%s/bridge/stp_state", name);
        scratch_write(&h->scratch, path, "", 0644);
    }
    return true;
}

TEST_WITH(a_static_device, struct ifup_host, h)
{
    ifup_netdev(h, "xenbr0");
    ifup_ifcfg(h, "xenbr0",
               "DEVICE=xenbr0\nTYPE=Ethernet\nBOOTPROTO=none\nNETMASK=255.255.255.0\n"
               "IPADDR=10.0.0.5\nGATEWAY=10.0.0.1\nMTU=1500\nDNS1=10.0.0.2\nDOMAIN='x.example'\n");
    scratch_write(&h->scratch, "/etc/resolv.conf", "nameserver 9.9.9.9\noptions rotate\n", 0644);
    up(h, "xenbr0");
    assert_string_equal(ifup_ran(h), "ip link set dev xenbr0 mtu 1500\n"
                                     "ip link set dev xenbr0 up\n"
                                     "ip -4 addr replace 10.0.0.5/24 broadcast + dev xenbr0\n"
                                     "ip -4 route replace default via 10.0.0.1 dev xenbr0\n");
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"),
                        "# Written by ifup for xenbr0\nsearch x.example\nnameserver 10.0.0.2\n"
                        "options rotate\n");
    assert_int_equal(h->captured.lines.n, 0);
}

TEST_WITH(owners_are_honoured, struct ifup_host, h)
{
    ifup_netdev(h, "xenbr0");
    ifup_ifcfg(h, "xenbr0",
               "NETMASK=255.255.255.0\nIPADDR=10.0.0.5\nGATEWAY=10.0.0.1\nDNS1=1.2.3.4\n");
    scratch_write(&h->scratch, "/etc/sysconfig/network", "GATEWAYDEV=xenbr1\nDNSDEV=xenbr1\n",
                  0644);
    up(h, "xenbr0");
    assert_null(strstr(ifup_ran(h), "default"));
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), "(none)");
}

TEST_WITH(a_gateway_elsewhere_is_no_default_route, struct ifup_host, h)
{
    ifup_netdev(h, "xenbr0");
    ifup_ifcfg(h, "xenbr0", "NETMASK=255.255.255.0\nIPADDR=10.0.0.5\nGATEWAY=10.0.1.1\n");
    up(h, "xenbr0");
    assert_null(strstr(ifup_ran(h), "default"));
    assert_true(ifup_logged(h, "outside its subnet"));
}

TEST_WITH(routes_are_parsed, struct ifup_host, h)
{
    ifup_netdev(h, "xenbr0");
    ifup_ifcfg(h, "xenbr0", "IPADDR=10.0.0.5\n");
    scratch_write(&h->scratch, IFR_SCRIPTS "/route-xenbr0",
                  "# DO NOT EDIT\n\n172.16.0.0/15 via 10.0.0.3 dev xenbr0\n"
                  "\t172.18.0.0/16  via 10.0.0.4\n"
                  "172.20.0.0/33 via 10.0.0.3 dev xenbr0\n"
                  "172.20.0.0/16 via 10.0.0.3 dev eth0\n"
                  "172.20.0.0/16 via $(x) dev xenbr0\n"
                  "ADDRESS0=1.2.3.4\n"
                  "default via 10.0.0.9 dev xenbr0\n"
                  "172.20.0.0/16 via 10.0.0.3 dev xenbr0 table 7\n",
                  0644);
    up(h, "xenbr0");
    assert_string_equal(ifup_ran(h), "ip link set dev xenbr0 up\n"
                                     "ip -4 addr replace 10.0.0.5/8 broadcast + dev xenbr0\n"
                                     "ip -4 route replace 172.16.0.0/15 via 10.0.0.3 dev xenbr0\n"
                                     "ip -4 route replace 172.18.0.0/16 via 10.0.0.4 dev xenbr0\n");
    assert_int_equal(h->captured.lines.n, 6);
    assert_true(ifup_logged(h, "route-xenbr0:10:"));
}

TEST_WITH(a_refused_route_is_a_warning, struct ifup_host, h)
{
    ifup_netdev(h, "xenbr0");
    ifup_ifcfg(h, "xenbr0", "IPADDR=10.0.0.5\n");
    scratch_write(&h->scratch, IFR_SCRIPTS "/route-xenbr0", "172.16.0.0/15 via 9.9.9.9\n", 0644);
    h->failing = "route replace";
    up(h, "xenbr0");
    assert_true(ifup_logged(h, "172.16.0.0/15 via 9.9.9.9 dev xenbr0: exited with 1"));
}

TEST_WITH(an_address_that_cannot_be_set_is_an_error, struct ifup_host, h)
{
    ifup_netdev(h, "xenbr0");
    ifup_ifcfg(h, "xenbr0", "IPADDR=10.0.0.5\n");
    h->failing = "addr replace";
    assert_int_equal(up_fails(h, "xenbr0"), DBC_ECOMMAND);
}

TEST_WITH(a_bridge_and_its_port, struct ifup_host, h)
{
    h->seen = makes_devices;
    ifup_netdev(h, "eth0");
    scratch_write(&h->scratch, "/sbin/ethtool", "", 0755);
    ifup_ifcfg(h, "eth0",
               "DEVICE=eth0\nTYPE=Ethernet\nETHTOOL_OPTS=\"speed 100\"\n"
               "ETHTOOL_OFFLOAD_OPTS=\"gro off lro off\"\nMTU=9000\nBRIDGE=xenbr0\n");
    ifup_ifcfg(h, "xenbr0", "DEVICE=xenbr0\nTYPE=Bridge\nDELAY=0\nSTP=off\nBOOTPROTO=none\n");
    up(h, "eth0");
    up(h, "xenbr0");
    assert_string_equal(ifup_ran(h), "ip link set dev eth0 mtu 9000\n"
                                     "ip addr flush dev eth0\n"
                                     "ip link set dev eth0 up\n"
                                     "ip link add name xenbr0 type bridge\n"
                                     "ip link set dev eth0 master xenbr0\n"
                                     "ethtool -s eth0 speed 100\n"
                                     "ethtool -K eth0 gro off lro off\n"
                                     "ip link set dev xenbr0 up\n");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/xenbr0/bridge/forward_delay"),
                        "0500");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/xenbr0/bridge/stp_state"), "0");
}

TEST_WITH(what_is_there_already_stays, struct ifup_host, h)
{
    ifup_netdev(h, "eth0");
    scratch_mkdir(&h->scratch, "/sys/class/net/xenbr0/bridge");
    scratch_mkdir(&h->scratch, "/sys/class/net/xenbr0/brif/eth0");
    ifup_ifcfg(h, "eth0", "BRIDGE=xenbr0\n");
    up(h, "eth0");
    assert_string_equal(ifup_ran(h), "ip addr flush dev eth0\nip link set dev eth0 up\n");
}

TEST_WITH(a_device_in_the_way_of_a_bridge_is_an_error, struct ifup_host, h)
{
    ifup_netdev(h, "eth0");
    ifup_netdev(h, "xenbr0");
    ifup_ifcfg(h, "eth0", "BRIDGE=xenbr0\n");
    assert_int_equal(up_fails(h, "eth0"), DBC_ECONFLICT);
}

TEST_WITH(a_vlan, struct ifup_host, h)
{
    h->seen = makes_devices;
    ifup_ifcfg(h, "eth0.123", "DEVICE=eth0.123\nVLAN=yes\nMTU=1400\nBRIDGE=xapi1\n");
    assert_int_equal(up_fails(h, "eth0.123"), DBC_ENOENT);
    assert_string_equal(ifup_ran(h), "");
    ifup_netdev(h, "eth0");
    up(h, "eth0.123");
    assert_string_equal(ifup_ran(h), "ip link set dev eth0 up\n"
                                     "ip link add link eth0 name eth0.123 type vlan id 123\n"
                                     "ip link set dev eth0.123 mtu 1400\n"
                                     "ip addr flush dev eth0.123\n"
                                     "ip link set dev eth0.123 up\n"
                                     "ip link add name xapi1 type bridge\n"
                                     "ip link set dev eth0.123 master xapi1\n");
}

static void make_bond(struct ifup_host *h, const char *opts)
{
    char text[256];

    snprintf(text, sizeof text, "DEVICE=bond0\nTYPE=Ethernet\nBONDING_OPTS=\"%s\"\n", opts);
    ifup_ifcfg(h, "bond0", text);
    ifup_ifcfg(h, "eth0", "DEVICE=eth0\nMASTER=bond0\nSLAVE=yes\nMTU=9000\n");
    ifup_ifcfg(h, "eth1", "DEVICE=eth1\nMASTER=bond0\nSLAVE=yes\n");
    ifup_netdev(h, "eth0");
    ifup_netdev(h, "eth1");
    scratch_write(&h->scratch, "/sys/class/net/bond0/bonding/slaves", "", 0644);
    scratch_write(&h->scratch, "/sys/class/net/bond0/bonding/mode", "", 0644);
    scratch_write(&h->scratch, "/sys/class/net/bond0/bonding/miimon", "", 0644);
    scratch_write(&h->scratch, "/sys/class/net/bond0/bonding/primary", "", 0644);
}

/* The driver takes a primary only after it has slaves. */
static bool primary_needs_slaves(struct ifup_host *h, const char *line)
{
    (void)line;
    if (scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/slaves")[0] == '\0') {
        assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/primary"), "");
    }
    return true;
}

TEST_WITH(a_bond_and_its_slaves, struct ifup_host, h)
{
    h->seen = primary_needs_slaves;
    make_bond(h, "primary=eth1 miimon=100 mode=active-backup");
    up(h, "bond0");
    assert_string_equal(ifup_ran(h), "ip link set dev bond0 down\n"
                                     "ip link set dev bond0 up\n"
                                     "ip link set dev eth0 mtu 9000\n"
                                     "ip link set dev eth0 down\n"
                                     "ip link set dev eth1 down\n"
                                     "ip link set dev bond0 up\n");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/mode"),
                        "active-backup");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/primary"), "eth1");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/slaves"), "+eth1");
    assert_int_equal(h->captured.lines.n, 0);
}

/* The kernel refuses a mode: here a folder stands where the file should be. */
TEST_WITH(balance_slb_becomes_active_backup, struct ifup_host, h)
{
    make_bond(h, "mode=balance-slb miimon=100");
    remove(scratch_path(&h->scratch, "/sys/class/net/bond0/bonding/mode"));
    scratch_mkdir(&h->scratch, "/sys/class/net/bond0/bonding/mode");
    up(h, "bond0");
    assert_true(ifup_logged(h, "no bond mode balance-slb, using active-backup"));
    assert_true(ifup_logged(h, "bond option not set"));
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/miimon"), "100");
}

TEST_WITH(a_bond_does_without_a_missing_slave, struct ifup_host, h)
{
    make_bond(h, "mode=active-backup");
    remove(scratch_path(&h->scratch, "/sys/class/net/eth1"));
    up(h, "bond0");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/slaves"), "+eth0");
    assert_true(ifup_logged(h, "bond0 goes up without slave eth1"));
}

TEST_WITH(a_bond_with_slaves_keeps_its_options, struct ifup_host, h)
{
    make_bond(h, "mode=802.3ad");
    scratch_write(&h->scratch, "/sys/class/net/bond0/bonding/slaves", "eth0 eth1\n", 0644);
    up(h, "bond0");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/mode"), "");
    assert_null(strstr(ifup_ran(h), "down"));
}

TEST_WITH(a_slave_alone, struct ifup_host, h)
{
    make_bond(h, "mode=active-backup");
    up(h, "eth0");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/slaves"), "+eth0");
    scratch_write(&h->scratch, "/sys/class/net/bond0/bonding/slaves", "eth0\n", 0644);
    down(h, "eth0");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/slaves"), "-eth0");
}

/* ---- Down. ---------------------------------------------------------------------------------- */

TEST_WITH(down_takes_a_port_out_and_the_bridge_away, struct ifup_host, h)
{
    ifup_netdev(h, "eth0");
    scratch_mkdir(&h->scratch, "/sys/class/net/xenbr0/bridge");
    scratch_mkdir(&h->scratch, "/sys/class/net/xenbr0/brif");
    scratch_write(&h->scratch, "/sys/class/net/xenbr0/flags", "0x1002\n", 0644);
    ifup_ifcfg(h, "eth0", "BRIDGE=xenbr0\n");
    down(h, "eth0");
    assert_string_equal(ifup_ran(h), "ip addr flush dev eth0\n"
                                     "ip link set dev eth0 down\n"
                                     "ip link del dev xenbr0\n");
}

TEST_WITH(down_leaves_a_bridge_in_use, struct ifup_host, h)
{
    ifup_netdev(h, "eth0");
    scratch_mkdir(&h->scratch, "/sys/class/net/xenbr0/bridge");
    scratch_mkdir(&h->scratch, "/sys/class/net/xenbr0/brif/vif1.0");
    scratch_write(&h->scratch, "/sys/class/net/xenbr0/flags", "0x1002\n", 0644);
    ifup_ifcfg(h, "eth0", "BRIDGE=xenbr0\n");
    down(h, "eth0");
    assert_null(strstr(ifup_ran(h), "link del"));
    remove(scratch_path(&h->scratch, "/sys/class/net/xenbr0/brif/vif1.0"));
    scratch_write(&h->scratch, "/sys/class/net/xenbr0/flags", "0x1003\n", 0644); /* it is up */
    down(h, "eth0");
    assert_null(strstr(ifup_ran(h), "link del"));
}

TEST_WITH(down_deletes_vlan_devices_only, struct ifup_host, h)
{
    ifup_netdev(h, "eth0.5");
    ifup_ifcfg(h, "eth0.5", "VLAN=yes\n");
    down(h, "eth0.5"); /* a NIC of that name */
    assert_null(strstr(ifup_ran(h), "link del"));
    scratch_write(&h->scratch, "/proc/net/vlan/eth0.5", "", 0644);
    down(h, "eth0.5");
    assert_non_null(strstr(ifup_ran(h), "ip link del dev eth0.5\n"));
}

TEST_WITH(down_of_a_bond_frees_its_slaves, struct ifup_host, h)
{
    make_bond(h, "mode=active-backup");
    scratch_write(&h->scratch, "/sys/class/net/bond0/bonding/slaves", "eth1\n", 0644);
    down(h, "bond0");
    assert_string_equal(scratch_read(&h->scratch, "/sys/class/net/bond0/bonding/slaves"), "-eth1");
    assert_string_equal(ifup_ran(h), "ip addr flush dev bond0\n"
                                     "ip link set dev bond0 down\n"
                                     "ip addr flush dev eth0\n"
                                     "ip link set dev eth0 down\n"
                                     "ip addr flush dev eth1\n"
                                     "ip link set dev eth1 down\n");
}

TEST_WITH(down_of_what_is_gone_is_done, struct ifup_host, h)
{
    ifup_ifcfg(h, "xenbr0", "TYPE=Bridge\n");
    down(h, "xenbr0");
    assert_string_equal(ifup_ran(h), "");
}

TEST_WITH(no_file_is_an_error, struct ifup_host, h)
{
    struct dbc_error err = DBC_ERROR_INIT;

    ifup_netdev(h, "eth0");
    assert_int_equal(up_fails(h, "eth0"), DBC_ENOENT);
    assert_int_equal(ifr_ifdown(&h->host, "eth0", &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    ifup_ifcfg(h, "eth0", "X='\nIPADDR=10.0.0.1\n");
    assert_int_equal(up_fails(h, "eth0"), DBC_EPARSE);
    assert_string_equal(ifup_ran(h), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IFUP_TEST(a_static_device),
        IFUP_TEST(owners_are_honoured),
        IFUP_TEST(a_gateway_elsewhere_is_no_default_route),
        IFUP_TEST(routes_are_parsed),
        IFUP_TEST(a_refused_route_is_a_warning),
        IFUP_TEST(an_address_that_cannot_be_set_is_an_error),
        IFUP_TEST(a_bridge_and_its_port),
        IFUP_TEST(what_is_there_already_stays),
        IFUP_TEST(a_device_in_the_way_of_a_bridge_is_an_error),
        IFUP_TEST(a_vlan),
        IFUP_TEST(a_bond_and_its_slaves),
        IFUP_TEST(balance_slb_becomes_active_backup),
        IFUP_TEST(a_bond_does_without_a_missing_slave),
        IFUP_TEST(a_bond_with_slaves_keeps_its_options),
        IFUP_TEST(a_slave_alone),
        IFUP_TEST(down_takes_a_port_out_and_the_bridge_away),
        IFUP_TEST(down_leaves_a_bridge_in_use),
        IFUP_TEST(down_deletes_vlan_devices_only),
        IFUP_TEST(down_of_a_bond_frees_its_slaves),
        IFUP_TEST(down_of_what_is_gone_is_done),
        IFUP_TEST(no_file_is_an_error),
    };
    return cmocka_run_group_tests_name("ifup", tests, NULL, NULL);
}
