/* test_ethtool.c - reconfigure/datapath/ethtool.c: other_config's ethtool-* keys as ethtool's
 * words. */
#include "unit/test.h"

#include "reconfigure/datapath/ethtool.h"
#include "unit/scratch.h"

#define MAP(...)                                                                                   \
    {                                                                                              \
        .v = (struct dbc_pair[]){ __VA_ARGS__ },                                                   \
        .n = sizeof((struct dbc_pair[]){ __VA_ARGS__ }) / sizeof(struct dbc_pair)                  \
    }

struct parsed {
    struct ifr_plan plan;
    struct ifr_planner p;
    struct ifr_ethtool ethtool;
};

static void parse(struct parsed *t, const struct dbc_map *map, bool nic)
{
    memset(t, 0, sizeof *t);
    t->p.plan = &t->plan;
    ifr_ethtool_parse(&t->p, map, nic, &t->ethtool);
}

static void done(struct parsed *t)
{
    ifr_ethtool_release(&t->ethtool);
    ifr_plan_release(&t->plan);
}

TEST(test_all_keys)
{
    const struct dbc_map map =
        MAP({ "ethtool-lro", "true" }, { "ethtool-speed", "2500" }, { "ethtool-duplex", "half" },
            { "ethtool-autoneg", "true" }, { "ethtool-rx", "on" }, { "ethtool-tx", "off" },
            { "ethtool-sg", "true" }, { "ethtool-tso", "false" }, { "ethtool-ufo", "on" },
            { "ethtool-gso", "off" }, { "ethtool-gro", "on" });
    struct parsed t;

    parse(&t, &map, true);
    assert_string_equal(joined(&t.ethtool.settings), "speed|2500|duplex|half|autoneg|on");
    assert_string_equal(joined(&t.ethtool.offload),
                        "rx|on|tx|off|sg|on|tso|off|ufo|on|gso|off|gro|on|lro|on");
    assert_int_equal(t.plan.n_steps, 0);
    done(&t);
}

TEST(test_nic_defaults)
{
    const struct dbc_map empty = { 0 };
    struct parsed t;

    parse(&t, &empty, true);
    assert_string_equal(joined(&t.ethtool.offload), "gro|off|lro|off");
    done(&t);
    parse(&t, &empty, false);
    assert_int_equal(t.ethtool.offload.n + t.ethtool.settings.n, 0);
    done(&t);
}

TEST(test_bad_values_are_noted_and_skipped)
{
    static const char *const bad[] = { "",
                                       "x",
                                       "0x10",
                                       "-1",
                                       "0",
                                       " 100",
                                       "100 ",
                                       "1_0",
                                       "+5",
                                       "on\n",
                                       "ON",
                                       "half ",
                                       "1e3",
                                       "$(x)",
                                       "100\n1",
                                       "on;off",
                                       "99999999999999999999" };
    static const char *const keys[] = { "ethtool-speed", "ethtool-duplex", "ethtool-autoneg",
                                        "ethtool-rx", "ethtool-lro" };

    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            const struct dbc_map map = MAP({ keys[k], bad[i] });
            struct parsed t;
            parse(&t, &map, false);
            assert_int_equal(t.ethtool.offload.n + t.ethtool.settings.n, 0);
            assert_int_equal(t.plan.n_steps, 1);
            assert_non_null(strstr(t.plan.steps[0].text, keys[k]));
            done(&t);
        }
    }
}

TEST(test_wording)
{
    const struct dbc_map map = MAP({ "ethtool-duplex", "both" }, { "ethtool-gso", "x" });
    struct parsed t;

    parse(&t, &map, false);
    assert_string_equal(t.plan.steps[0].text,
                        "Invalid value for ethtool-duplex = both. Must be half|full.");
    assert_string_equal(t.plan.steps[1].text,
                        "Invalid value for ethtool-gso = x. Must be on|true|off|false.");
    done(&t);
}

TEST(test_lines_and_commands)
{
    const struct dbc_map map = MAP({ "ethtool-speed", "0100" }, { "ethtool-rx", "true" });
    struct dbc_buf ifcfg = DBC_BUF_INIT;
    struct parsed t;

    parse(&t, &map, false);
    ifr_ethtool_ifcfg(&t.ethtool, &ifcfg);
    assert_string_equal(dbc_buf_str(&ifcfg),
                        "ETHTOOL_OPTS=\"speed 100\"\nETHTOOL_OFFLOAD_OPTS=\"rx on\"\n");
    ifr_ethtool_plan(&t.p, "eth0", &t.ethtool);
    assert_int_equal(t.plan.n_steps, 2);
    assert_string_equal(joined(&t.plan.steps[0].argv), "/sbin/ethtool|-s|eth0|speed|100");
    assert_string_equal(joined(&t.plan.steps[1].argv), "/sbin/ethtool|-K|eth0|rx|on");
    assert_int_equal(t.plan.steps[0].on_failure, IFR_WARN);
    assert_true(t.plan.steps[0].optional);
    dbc_buf_release(&ifcfg);
    done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_keys),
        cmocka_unit_test(test_nic_defaults),
        cmocka_unit_test(test_bad_values_are_noted_and_skipped),
        cmocka_unit_test(test_wording),
        cmocka_unit_test(test_lines_and_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
