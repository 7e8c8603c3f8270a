/* test_ifup_device.c - reconfigure/ifup/device.c: which values of an ifcfg file are accepted, and
 * what they become. */
#include "unit/test.h"

#include "reconfigure/ifup/device.h"
#include "unit/scratch.h"

struct host {
    struct scratch scratch;
    struct ifr_facts *facts;
    struct captured captured;
    struct ifr_device dev; /* that was checked last */
};

static int setup(void **state)
{
    struct host *host = calloc(1, sizeof *host);

    scratch_make(&host->scratch);
    captured_init(&host->captured);
    host->facts = ifr_facts_new(host->scratch.root, NULL, &host->captured.log, NULL);
    *state = host;
    return 0;
}

static int teardown(void **state)
{
    struct host *host = *state;

    ifr_facts_free(host->facts);
    captured_release(&host->captured);
    ifr_device_release(&host->dev);
    scratch_remove(&host->scratch);
    free(host);
    return 0;
}

/* Checks a file of this text for device `name`. */
static void check(struct host *h, const char *name, const char *text, enum dbc_code code)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = -1;

    dbc_strvec_clear(&h->captured.lines);
    ifr_device_release(&h->dev);
    assert_int_equal(dbc_ifcfg_keys_parse("f", text, strlen(text), &keys, NULL, NULL, &err), 0);
    rc = ifr_device_check("f", &keys, name, &h->dev, &h->captured.log, &err);
    assert_int_equal(rc, err.code == DBC_OK ? 0 : -1);
    dbc_ifcfg_keys_release(&keys);
    if (err.code != code) {
        fail_msg("%s, '%s': %d, %s", name, text, err.code, err.text);
    }
}

TEST_WITH(reads_an_address, struct host, h)
{
    char ip[16];

    check(h, "xenbr0",
          "XEMANAGED=yes\nDEVICE=xenbr0\nONBOOT=no\nNOZEROCONF=yes\nTYPE=Bridge\n"
          "DELAY=0\nSTP=off\nPIFDEV=eth0\nBOOTPROTO=none\nNETMASK=255.255.0.0\n"
          "IPADDR=10.1.2.3\nGATEWAY=10.1.0.1\nMTU=9000\nDNS1=1.2.3.4\n"
          "DNS2=5.6.7.8\nDOMAIN='a.example b.example'\n",
          DBC_OK);
    assert_true(h->dev.is_bridge && h->dev.has_ip && h->dev.has_gateway && !h->dev.dhcp &&
                !h->dev.is_vlan);
    assert_int_equal(h->dev.delay, 0);
    assert_int_equal(h->dev.stp, 0);
    assert_int_equal(h->dev.prefix, 16);
    assert_int_equal(h->dev.mtu, 9000);
    dbc_format_ipv4(h->dev.ip, ip);
    assert_string_equal(ip, "10.1.2.3");
    dbc_format_ipv4(h->dev.gateway, ip);
    assert_string_equal(ip, "10.1.0.1");
    assert_string_equal(joined(&h->dev.dns), "1.2.3.4|5.6.7.8");
    assert_string_equal(h->dev.domain, "a.example b.example");
    assert_int_equal(h->captured.lines.n, 0);
}

TEST_WITH(reads_a_bond, struct host, h)
{
    check(h, "bond0",
          "DEVICE=bond0\nTYPE=Ethernet\nMACADDR=00:11:22:AA:BB:CC\n"
          "BONDING_OPTS=\"mode=802.3ad miimon=100 xmit_hash_policy=layer3+4 \"\n"
          "ETHTOOL_OPTS=\"speed 100 duplex half\"\n"
          "ETHTOOL_OFFLOAD_OPTS=\"gro off\"\nBRIDGE=xenbr0\n",
          DBC_OK);
    assert_true(h->dev.is_bond);
    assert_string_equal(joined(&h->dev.bonding),
                        "mode=802.3ad|miimon=100|xmit_hash_policy=layer3+4");
    assert_string_equal(joined(&h->dev.ethtool), "speed|100|duplex|half");
    assert_string_equal(joined(&h->dev.offload), "gro|off");
    assert_string_equal(h->dev.mac, "00:11:22:aa:bb:cc");
    assert_string_equal(h->dev.bridge, "xenbr0");
}

TEST_WITH(reads_a_vlan_and_a_slave, struct host, h)
{
    check(h, "bond0.123", "VLAN=yes\n", DBC_OK);
    assert_true(h->dev.is_vlan);
    assert_string_equal(h->dev.vlan_parent, "bond0");
    assert_int_equal(h->dev.vlan_tag, 123);
    check(h, "eth1", "MASTER=bond0\nSLAVE=yes\n", DBC_OK);
    assert_true(h->dev.is_slave);
    assert_string_equal(h->dev.master, "bond0");
}

TEST_WITH(an_address_without_a_mask_has_its_class, struct host, h)
{
    static const struct {
        const char *text;
        unsigned prefix;
    } cases[] = { { "IPADDR=10.0.0.1\n", 8 },
                  { "IPADDR=172.16.0.1\n", 16 },
                  { "IPADDR=192.0.2.10\nNETMASK=\n", 24 },
                  { "NETMASK=255.255.255.128\nIPADDR=10.0.0.1\n", 25 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check(h, "eth0", cases[i].text, DBC_OK);
        assert_int_equal(h->dev.prefix, cases[i].prefix);
    }
}

/* Without these the device would be another one than meant. */
TEST_WITH(bad_values_of_needed_keys_are_errors, struct host, h)
{
    static const char *const texts[] = {
        "DEVICE=eth1\n",
        "DEVICE=../eth0\n",
        "TYPE=Tunnel\n",
        "BRIDGE=../x\n",
        "BRIDGE=-x\n",
        "BRIDGE=a/b\n",
        "MASTER=bond0-too-long-a-name\nSLAVE=yes\n",
        "SLAVE=yes\n",
        "VLAN=yes\n",
        "BOOTPROTO=bootp\n",
        "IPADDR=10.0.0.256\n",
        "IPADDR=10.0.0\n",
        "IPADDR=10.0.0.1\nNETMASK=255.0.255.0\n",
        "IPADDR=$(x)\n",
        "BRIDGE=eth0\n",
        "MASTER=eth0\nSLAVE=yes\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        check(h, "eth0", texts[i], DBC_EINVAL);
    }
}

TEST_WITH(bad_vlan_names_are_errors, struct host, h)
{
    static const char *const names[] = { "eth0.4095", "eth0.", "eth0.x", ".5", "eth0.-1" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        check(h, names[i], "VLAN=yes\n", DBC_EINVAL);
    }
}

/* A bad option must not keep a host off the network. */
TEST_WITH(other_bad_values_are_left_out, struct host, h)
{
    static const char *const texts[] = {
        "MTU=+9000\n",
        "MTU=70000\n",
        "MACADDR=x\n",
        "DELAY=31\n",
        "GATEWAY=10.0.0.1/8\n",
        "DOMAIN='a;b'\n",
        "DNS1=1.2.3\n",
        "BONDING_OPTS=\"mode=active-backup ../../../../tmp/x=data\"\n",
        "BONDING_OPTS=\"mode=active-backup miimon=1/2\"\n",
        "BONDING_OPTS=\"mode\"\n",
        "ETHTOOL_OPTS=\"speed 100 --flash\"\n",
        "ETHTOOL_OPTS=\"speed 1$(x)\"\n",
        "ETHTOOL_OFFLOAD_OPTS=\"gro o*f\"\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        check(h, "eth0", texts[i], DBC_OK);
        assert_true(h->captured.lines.n > 0 || strstr(texts[i], "$(") != NULL);
        assert_true(h->dev.mtu == 0 && h->dev.mac[0] == '\0' && h->dev.delay == -1 &&
                    !h->dev.has_gateway);
        assert_true(h->dev.domain[0] == '\0' && h->dev.dns.n == 0);
        assert_true(h->dev.bonding.n == 0 && h->dev.ethtool.n == 0 && h->dev.offload.n == 0);
    }
}

TEST_WITH(a_long_word_is_left_out, struct host, h)
{
    char text[512];

    snprintf(text, sizeof text, "BONDING_OPTS=\"mode=active-backup primary=%0200d\"\n", 0);
    check(h, "bond0", text, DBC_OK);
    assert_true(h->dev.is_bond && h->dev.bonding.n == 0);
}

TEST_WITH(empty_values_count_as_not_given, struct host, h)
{
    check(h, "eth0", "GATEWAY=\nBRIDGE=\nNETMASK=\nIPADDR=\nTYPE=''\n", DBC_OK);
    assert_false(h->dev.has_ip || h->dev.has_gateway || h->dev.is_bridge);
    assert_int_equal(h->captured.lines.n, 0);
}

/* ---- Files. --------------------------------------------------------------------------------- */

TEST_WITH(hostile_names_reach_no_file, struct host, host)
{
    static const char *const names[] = { "../passwd",       "", "-x", ".", "a b", "a\nb",
                                         "0123456789abcdef" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct ifr_device dev = IFR_DEVICE_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        assert_int_equal(ifr_device_load(host->facts, names[i], &dev, NULL, &err), -1);
        assert_int_equal(err.code, DBC_EINVAL);
        ifr_device_release(&dev);
    }
}

TEST_WITH(finds_the_members_of_a_bond, struct host, host)
{
    struct dbc_strvec members = DBC_STRVEC_INIT;

    scratch_write(&host->scratch, IFR_SCRIPTS "/ifcfg-eth2", "MASTER=bond0\nSLAVE=yes\n", 0644);
    scratch_write(&host->scratch, IFR_SCRIPTS "/ifcfg-eth1", "SLAVE=yes\nMASTER=bond0\n", 0644);
    scratch_write(&host->scratch, IFR_SCRIPTS "/ifcfg-eth3", "SLAVE=yes\nMASTER=bond1\n", 0644);
    scratch_write(&host->scratch, IFR_SCRIPTS "/ifcfg-eth4", "#MASTER=bond0\n", 0644);
    scratch_write(&host->scratch, IFR_SCRIPTS "/ifcfg-eth5", "MASTER=bond0'\nSLAVE=yes\n", 0644);
    scratch_write(&host->scratch, IFR_SCRIPTS "/ifcfg-eth1.bak", "MASTER=bond0\nSLAVE=yes\n", 0644);
    scratch_write(&host->scratch, IFR_SCRIPTS "/ifcfg-eth1~", "MASTER=bond0\nSLAVE=yes\n", 0644);
    scratch_write(&host->scratch, IFR_SCRIPTS "/.ifcfg-eth6.x", "MASTER=bond0\nSLAVE=yes\n", 0644);
    assert_int_equal(ifr_bond_members(host->facts, "bond0", &members, &host->captured.log, NULL),
                     0);
    assert_string_equal(joined(&members), "eth1|eth2");
    assert_non_null(strstr(joined(&host->captured.lines), "ifcfg-eth5"));
    dbc_strvec_release(&members);
}

TEST_WITH(reads_the_owners, struct host, host)
{
    struct ifr_owners owners;

    ifr_owners_load(host->facts, &owners, &host->captured.log);
    assert_string_equal(owners.gatewaydev, "");
    scratch_write(&host->scratch, "/etc/sysconfig/network",
                  "NETWORKING=yes\nHOSTNAME=`x`\nDNSDEV=xenbr1\nGATEWAYDEV='xenbr0'\n", 0644);
    ifr_owners_load(host->facts, &owners, &host->captured.log);
    assert_string_equal(owners.gatewaydev, "xenbr0");
    assert_string_equal(owners.dnsdev, "xenbr1");
    scratch_write(&host->scratch, "/etc/sysconfig/network", "DNSDEV=-x\nGATEWAYDEV=a b\n", 0644);
    ifr_owners_load(host->facts, &owners, &host->captured.log);
    assert_string_equal(owners.gatewaydev, "");
    assert_string_equal(owners.dnsdev, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(reads_an_address),
        FIXTURE(reads_a_bond),
        FIXTURE(reads_a_vlan_and_a_slave),
        FIXTURE(an_address_without_a_mask_has_its_class),
        FIXTURE(bad_values_of_needed_keys_are_errors),
        FIXTURE(bad_vlan_names_are_errors),
        FIXTURE(other_bad_values_are_left_out),
        FIXTURE(a_long_word_is_left_out),
        FIXTURE(empty_values_count_as_not_given),
        FIXTURE(hostile_names_reach_no_file),
        FIXTURE(finds_the_members_of_a_bond),
        FIXTURE(reads_the_owners),
    };
    return cmocka_run_group_tests_name("ifup_device", tests, NULL, NULL);
}
