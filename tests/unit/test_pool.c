/* test_pool.c - analysis/pool.c: every rule between hosts on its fixtures, which host counts as the
 * odd one, and which hosts make a pool. */
#include "unit/test.h"

#include "analysis/rule.h"
#include "unit/check_find.h"
#include "unit/fail_alloc.h"

#include "analysis/pool.c"

#define HOSTS_MAX 8

/* Hosts of one pool, and what is found. */
struct together {
    struct dbc_pool_host hosts[HOSTS_MAX];
    struct dbc_db *dbs[HOSTS_MAX];
    size_t n;
    struct dbc_findings found;
};

static void add_db(struct together *t, const char *name, struct dbc_db *db)
{
    assert_non_null(db);
    assert_true(t->n < HOSTS_MAX);
    t->dbs[t->n] = db;
    t->hosts[t->n++] = (struct dbc_pool_host){ name, db };
}

static void add_file(struct together *t, const char *name, const char *path)
{
    add_db(t, name, dbc_xml_read_file(path, NULL, NULL, NULL));
}

static void look_at(struct together *t)
{
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_check_pool(t->hosts, t->n, &t->found, &err), 0);
}

static void end(struct together *t)
{
    dbc_findings_release(&t->found);
    for (size_t i = 0; i < t->n; i++) {
        dbc_db_free(t->dbs[i]);
    }
    *t = (struct together){ .n = 0 };
}

/* alpha, beta, and the bad or good one of a rule. */
static void look_at_fixture(struct together *t, const char *rule, const char *name)
{
    char path[512] = "";

    snprintf(path, sizeof path, FIXTURES "/check/%s/%s.dbcache", rule, name);
    add_file(t, "alpha", FIXTURES "/pool/alpha.dbcache");
    add_file(t, "beta", FIXTURES "/pool/beta.dbcache");
    add_file(t, "gamma", path);
    look_at(t);
}

TEST(fixtures)
{
    struct together t = { .n = 0 };
    const struct dbc_rule *rule = NULL;
    size_t n = 0;

    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        if (rule->look != NULL) {
            continue;
        }
        n++;
        look_at_fixture(&t, rule->id, "bad");
        if (count_of(&t.found, rule->id) == 0) {
            fail_msg("%s finds nothing in its bad.dbcache", rule->id);
        }
        for (size_t k = 0; k < t.found.n; k++) {
            const struct dbc_finding *found = &t.found.v[k];
            assert_int_equal(found->host, 2);
            assert_true(found->value == NULL || strstr(found->message, found->value) != NULL);
        }
        end(&t);
        look_at_fixture(&t, rule->id, "good");
        if (t.found.n > 0) {
            fail_msg("%s/good.dbcache: %s", rule->id, t.found.v[0].message);
        }
        end(&t);
    }
    assert_int_equal(n, DBC_N_POOL_RULES);
}

/* A host with eth0 on a network; `more` stands in the PIF, `network` in the network. */
static void add_host(struct together *t, const char *name, const char *pool, const char *more,
                     const char *network)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_addf(&text,
                 "<pif ref='p'><device>eth0</device><network>n</network>%s</pif>"
                 "<network ref='n'><uuid>net</uuid><bridge>xenbr0</bridge>%s</network>",
                 more, network);
    if (*pool != '\0') {
        dbc_buf_addf(&text, "<pool ref='%s'/>", pool);
    }
    add_db(t, name, read_good(dbc_buf_str(&text)));
    dbc_buf_release(&text);
}

static void assert_found(const struct together *t, size_t i, size_t host, const char *id,
                         const char *message)
{
    assert_true(i < t->found.n);
    assert_int_equal(t->found.v[i].host, host);
    assert_string_equal(t->found.v[i].rule->id, id);
    assert_string_equal(t->found.v[i].message, message);
}

/* What most say is usual; of as many, what was said first. */
TEST(the_odd_one)
{
    struct together t = { .n = 0 };

    add_host(&t, "a", "P", "", "<MTU>1500</MTU>");
    add_host(&t, "b", "P", "", "<MTU>9000</MTU>");
    add_host(&t, "c", "P", "", "<MTU>9000</MTU>");
    add_host(&t, "d", "P", "", "<MTU>1500</MTU><other_config><mtu>9000</mtu></other_config>");
    add_host(&t, "e", "P", "", "<MTU>1400</MTU>");
    look_at(&t);
    assert_int_equal(t.found.n, 2);
    assert_found(&t, 0, 0, "pool-mtu", "network xenbr0, MTU: 1500, but 9000 on b and 2 more");
    assert_found(&t, 1, 4, "pool-mtu", "network xenbr0, MTU: 1400, but 9000 on b and 2 more");
    end(&t);
    add_host(&t, "a", "P", "", "<MTU>9000</MTU>");
    add_host(&t, "b", "P", "", "<MTU>1500</MTU>");
    look_at(&t);
    assert_int_equal(t.found.n, 1);
    assert_found(&t, 0, 1, "pool-mtu", "network xenbr0, MTU: 1500, but 9000 on a");
    end(&t);
}

TEST(pools_apart)
{
    struct together t = { .n = 0 };
    const char *with = "<ip_configuration_mode>Static</ip_configuration_mode>"
                       "<IP>192.0.2.1</IP><netmask>255.255.255.0</netmask>";

    add_host(&t, "a", "P", with, "<MTU>1500</MTU>");
    add_host(&t, "b", "Q", with, "<MTU>9000</MTU>");
    add_host(&t, "c", "", with, "<MTU>1400</MTU>");
    look_at(&t);
    assert_int_equal(t.found.n, 0);
    add_host(&t, "d", "", with, "<MTU>1400</MTU>");
    dbc_findings_release(&t.found);
    look_at(&t);
    assert_int_equal(t.found.n, 1);
    assert_found(&t, 0, 3, "pool-address", "pif eth0, IP: 192.0.2.1, which pif eth0 has on c too");
    end(&t);
}

/* Half of the hosts are not most of them. */
TEST(missing)
{
    struct together t = { .n = 0 };
    const char *other = "<pif ref='p'><device>eth0</device><network>m</network></pif>"
                        "<network ref='m'><uuid>m</uuid><bridge>xenbr1</bridge></network>"
                        "<pool ref='P'/>";

    add_host(&t, "a", "P", "", "");
    add_db(&t, "b", read_good(other));
    look_at(&t);
    assert_int_equal(t.found.n, 0);
    add_host(&t, "c", "P", "", "");
    add_db(&t, "of another pool", read_good("<pool ref='Q'/>"));
    dbc_findings_release(&t.found);
    look_at(&t);
    assert_int_equal(t.found.n, 1);
    assert_found(&t, 0, 1, "pool-network-missing",
                 "no PIF on network xenbr0, which a and 1 more have");
    assert_null(t.found.v[0].rec);
    add_db(&t, "d", read_good(other));
    dbc_findings_release(&t.found);
    look_at(&t);
    assert_int_equal(t.found.n, 0);
    end(&t);
}

/* By uuid a network is the same whatever its bridge is called; without one by its bridge. */
TEST(networks_by_uuid)
{
    struct together t = { .n = 0 };
    const char *one = "<pif ref='p'><device>eth0</device><network>n</network></pif>"
                      "<network ref='n'><uuid>u</uuid><bridge>xapi1</bridge></network>";
    const char *two = "<pif ref='p'><device>eth0</device><network>n</network><VLAN>5</VLAN></pif>"
                      "<network ref='n'><uuid>u</uuid><bridge>xapi2</bridge></network>";
    const char *bare = "<pif ref='p'><device>eth0</device><network>n</network></pif>"
                       "<network ref='n'><bridge>xapi2</bridge></network>";

    add_db(&t, "a", read_good(one));
    add_db(&t, "b", read_good(two));
    add_db(&t, "c", read_good(bare));
    look_at(&t);
    assert_int_equal(t.found.n, 2);
    assert_found(&t, 0, 1, "pool-vlan-tag", "pif eth0.5, VLAN: 5, but none on a");
    assert_found(&t, 1, 2, "pool-network-missing",
                 "no PIF on network xapi1, which a and 1 more have");
    end(&t);
}

/* A host that has something twice is told so by check alone. */
TEST(twice_on_one_host)
{
    struct together t = { .n = 0 };
    const char *two = "<pif ref='p'><device>eth0</device><MAC>02:00:00:00:00:01</MAC></pif>"
                      "<pif ref='q'><device>eth1</device><MAC>02:00:00:00:00:01</MAC></pif>";

    add_db(&t, "a", read_good(two));
    add_db(&t, "b", read_good("<pif ref='p'><device>eth0</device></pif>"));
    look_at(&t);
    assert_int_equal(t.found.n, 0);
    add_db(&t, "c", read_good(two));
    dbc_findings_release(&t.found);
    look_at(&t);
    assert_int_equal(count_of(&t.found, "pool-mac"), 1);
    end(&t);
}

/* A VLAN, bond or tunnel has the MAC of its NIC. */
TEST(macs_of_nics_only)
{
    struct together t = { .n = 0 };
    const char *vlan = "<MAC>02:00:00:00:00:01</MAC><VLAN>5</VLAN>";
    const char *tunnel = "<MAC>02:00:00:00:00:01</MAC>"
                         "<tunnel_access_PIF_of><pif>t</pif></tunnel_access_PIF_of>";

    add_host(&t, "a", "", vlan, "");
    add_host(&t, "b", "", vlan, "");
    look_at(&t);
    assert_int_equal(t.found.n, 0);
    end(&t);
    add_host(&t, "a", "", tunnel, "");
    add_host(&t, "b", "", tunnel, "");
    look_at(&t);
    assert_int_equal(t.found.n, 0);
    end(&t);
}

TEST(ipv6_addresses)
{
    struct together t = { .n = 0 };
    const char *two = "<ipv6_configuration_mode>Static</ipv6_configuration_mode>"
                      "<IPv6>2001:db8::1/64,2001:db8::2/64</IPv6>";
    const char *one = "<ipv6_configuration_mode>Static</ipv6_configuration_mode>"
                      "<IPv6>x,2001:DB8:0::2/48</IPv6>";
    const char *unused = "<ipv6_configuration_mode>DHCP</ipv6_configuration_mode>"
                         "<IPv6>2001:db8::1/64</IPv6>";

    add_host(&t, "a", "P", two, "");
    add_host(&t, "b", "P", one, "");
    add_host(&t, "c", "P", unused, "");
    look_at(&t);
    assert_int_equal(t.found.n, 1);
    assert_found(&t, 0, 1, "pool-address",
                 "pif eth0, IPv6: 2001:db8::2, which pif eth0 has on a too");
    end(&t);
}

TEST(hostile_names)
{
    struct together t = { .n = 0 };

    add_host(&t, "a\n\033[31m", "", "", "<other_config><mtu>&#9;9\xc2\x9b</mtu></other_config>");
    add_host(&t, "b", "", "", "<other_config><mtu>1&#10;</mtu></other_config>");
    look_at(&t);
    assert_int_equal(t.found.n, 1);
    assert_true(dbc_valid_text(t.found.v[0].message));
    assert_non_null(strstr(t.found.v[0].message, "a\\x0a\\x1b[31m"));
    end(&t);
}

TEST(none_and_one)
{
    struct together t = { .n = 0 };

    look_at(&t);
    assert_int_equal(t.found.n, 0);
    add_host(&t, "a", "P", "", "");
    look_at(&t);
    assert_int_equal(t.found.n, 0);
    end(&t);
}

TEST(without_memory)
{
    struct together t = { .n = 0 };
    bool failed = true;

    add_host(&t, "a", "P", "", "<MTU>1500</MTU>");
    add_host(&t, "b", "P", "", "<MTU>9000</MTU>");
    for (long n = 0; failed; n++) {
        struct dbc_error err = DBC_ERROR_INIT;
        int rc = 0;
        allocs_left = n;
        rc = dbc_check_pool(t.hosts, t.n, &t.found, &err);
        failed = alloc_failed();
        assert_int_equal(rc, failed ? -1 : 0);
        assert_int_equal(t.found.n, failed ? 0 : 1);
        assert_true(n < 10);
    }
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixtures),          cmocka_unit_test(the_odd_one),
        cmocka_unit_test(pools_apart),       cmocka_unit_test(missing),
        cmocka_unit_test(networks_by_uuid),  cmocka_unit_test(twice_on_one_host),
        cmocka_unit_test(macs_of_nics_only), cmocka_unit_test(hostile_names),
        cmocka_unit_test(none_and_one),      cmocka_unit_test(without_memory),
        cmocka_unit_test(ipv6_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
