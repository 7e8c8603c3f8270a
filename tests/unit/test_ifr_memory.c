/* test_ifr_memory.c - parts of reconfigure/ when memory runs out, at each allocation in turn: a
 * failure that says so, or the whole answer. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/buf.c"
#undef FIRST_CAP
#include "base/hash.c"
#undef FIRST_CAP
#include "base/strvec.c"

#include "reconfigure/compare.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/in_use.h"
#include "reconfigure/ifup/device.h"
#include "unit/cache_text.h"
#include "unit/recorded.h"
#include "unit/state_make.h"

#define POINTS 5000 /* more allocations than anything here makes */

static const char one_pif[] =
    "<pif ref='p'><device>eth0</device><network>n</network><management>True</management>"
    "<MAC>02:00:00:00:00:01</MAC><ip_configuration_mode>Static</ip_configuration_mode>"
    "<IP>192.0.2.1</IP><netmask>255.255.255.0</netmask><currently_attached>True"
    "</currently_attached></pif>"
    "<network ref='n'><uuid>net0</uuid><bridge>xenbr0</bridge><PIFs><PIF>p</PIF></PIFs></network>";

TEST_WITH(a_comparison_says_why_it_failed, struct recorded, host)
{
    struct dbc_db *db = read_good(one_pif);
    bool reached = true;

    scratch_write(&host->s, "/etc/xensource/network.conf", "openvswitch\n", 0644);
    for (long n = 0; reached; n++) {
        struct ifr_facts *facts = ifr_facts_new(host->s.root, host->runner, NULL, NULL);
        struct ifr_comparison found = { 0 };
        struct dbc_error err = DBC_ERROR_INIT;
        int rc = 0;

        allocs_left = n;
        rc = ifr_compare(db, facts, NULL, true, &found, &err);
        reached = alloc_failed();
        assert_true(rc == 0 || reached);
        assert_int_equal(err.code, rc == 0 ? DBC_OK : DBC_ENOMEM);
        ifr_compare_release(&found);
        ifr_facts_free(facts);
        assert_true(n < POINTS);
    }
    dbc_db_free(db);
}

/* A port of somebody else's on the bridge, and no address. */
TEST_WITH(a_user_of_a_bridge_is_not_forgotten, struct recorded, host)
{
    struct dbc_db *db = read_good(one_pif);
    struct ifr_state seen = { 0 };
    struct ifr_plan plan = { 0 };
    struct ifr_planner p = { .db = db,
                             .facts = host->facts,
                             .plan = &plan,
                             .datapath = &ifr_datapath_vswitch,
                             .seen = &seen };
    bool reached = true;

    seen.known[IFR_BRIDGE] = seen.known[IFR_PORT] = seen.known[IFR_LINK] = true;
    make_bridge(&seen, "xenbr0", "", "");
    make_port(&seen, "vif1.0", "xenbr0", "", "vif1.0");
    for (long n = 0; reached; n++) {
        struct dbc_buf who = DBC_BUF_INIT;

        allocs_left = n;
        ifr_bridge_user(&p, dbc_db_pif_at(db, 0), NULL, false, &who);
        reached = alloc_failed();
        if (!who.failed) {
            assert_string_equal(dbc_buf_str(&who), "port vif1.0");
        }
        dbc_buf_release(&who);
        assert_true(n < POINTS);
    }
    ifr_plan_release(&plan);
    ifr_state_release(&seen);
    dbc_db_free(db);
}

TEST_WITH(no_slave_of_a_bond_is_forgotten, struct recorded, host)
{
    bool reached = true;

    scratch_write(&host->s, IFR_SCRIPTS "/ifcfg-eth1", "SLAVE=yes\nMASTER=bond0\n", 0644);
    scratch_write(&host->s, IFR_SCRIPTS "/ifcfg-eth2", "SLAVE=yes\nMASTER=bond0\n", 0644);
    for (long n = 0; reached; n++) {
        struct dbc_strvec members = DBC_STRVEC_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        int rc = 0;

        allocs_left = n;
        rc = ifr_bond_members(host->facts, "bond0", &members, NULL, &err);
        reached = alloc_failed();
        assert_int_equal(err.code, rc == 0 ? DBC_OK : DBC_ENOMEM);
        assert_true(rc == 0 || reached);
        if (rc == 0) {
            assert_string_equal(joined(&members), "eth1|eth2");
        }
        dbc_strvec_release(&members);
        assert_true(n < POINTS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORDED(a_comparison_says_why_it_failed),
        RECORDED(a_user_of_a_bridge_is_not_forgotten),
        RECORDED(no_slave_of_a_bond_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
