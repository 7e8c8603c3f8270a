/* test_hostile.c - every field and key of the records, one at a time, with values that are meant to
 * become code: none may reach a file, an argv or a path of a plan, and each refusal is reported.
 * Both datapaths, through the whole planner. */
#include "unit/test.h"

#include "reconfigure/datapath/datapath.h"
#include "unit/world.h"

#define MAC1 "02:00:00:00:00:01"
#define MAC2 "02:00:00:00:00:02"
#define MARK "PWNED"

enum target { ON_PIF, ON_NETWORK, ON_BASE, ON_BASE_NETWORK, ON_SLAVE, ON_POOL };

struct place {
    enum target target;
    const char *field, *key; /* a field, or a key of other_config */
    bool silent;             /* the old program's cases have no line for it */
};

static const struct place places[] = {
    { ON_PIF, "IP", NULL, false },
    { ON_PIF, "netmask", NULL, false },
    { ON_PIF, "gateway", NULL, false },
    { ON_PIF, "DNS", NULL, false },
    { ON_PIF, "ip_configuration_mode", NULL, false },
    { ON_PIF, "VLAN", NULL, false },
    { ON_PIF, "device", NULL, true }, /* Open vSwitch never uses a VLAN PIF's device */
    { ON_PIF, "MAC", NULL, true },
    { ON_PIF, NULL, "domain", false },
    { ON_PIF, NULL, "peerdns", true },
    { ON_PIF, NULL, "defaultroute", true },
    { ON_NETWORK, "bridge", NULL, false },
    { ON_NETWORK, "MTU", NULL, false },
    { ON_NETWORK, "uuid", NULL, false },
    { ON_NETWORK, NULL, "mtu", false },
    { ON_NETWORK, NULL, "static-routes", false },
    { ON_NETWORK, NULL, "ethtool-speed", false },
    { ON_NETWORK, NULL, "ethtool-gso", false },
    { ON_BASE, "device", NULL, false },
    { ON_BASE, "MAC", NULL, true },
    { ON_BASE, NULL, "mtu", false },
    { ON_BASE, NULL, "bond-mode", false },
    { ON_BASE, NULL, "bond-miimon", false },
    { ON_BASE, NULL, "bond-downdelay", false },
    { ON_BASE, NULL, "bond-updelay", false },
    { ON_BASE, NULL, "bond-use_carrier", false },
    { ON_BASE, NULL, "bond-hashing-algorithm", false },
    { ON_BASE_NETWORK, "bridge", NULL, false },
    { ON_BASE_NETWORK, NULL, "vswitch-controller-fail-mode", true },
    { ON_BASE_NETWORK, NULL, "vswitch-disable-in-band", false },
    { ON_SLAVE, "device", NULL, false },
    { ON_SLAVE, "MAC", NULL, true },
    { ON_SLAVE, NULL, "ethtool-speed", false },
    { ON_SLAVE, NULL, "ethtool-duplex", false },
    { ON_SLAVE, NULL, "ethtool-autoneg", false },
    { ON_SLAVE, NULL, "ethtool-rx", false },
    { ON_POOL, NULL, "vswitch-controller-fail-mode", true },
};

static const char *const values[] = {
    "a\n" MARK "=1",   "1\r" MARK,       "'" MARK "'",  "\"" MARK "\"",      "$(" MARK ")",
    "`" MARK "`",      "1;" MARK,        "1|" MARK "&", "1 " MARK "=/tmp/x", "../../" MARK,
    "--" MARK "=\x7f", "${x:-" MARK "}", MARK "\\",     MARK "\xff\xfe",     "\x1b[31m" MARK,
};

/* A VLAN on a bond of two NICs. */
struct host {
    struct world w;
    struct dbc_record *pif, *base, *slave, *pool;
};

static void begin(struct host *t, const struct ifr_datapath *datapath)
{
    struct dbc_record *two = NULL;

    world_make(&t->w, datapath);
    world_nic(&t->w, "eth0", MAC1);
    world_nic(&t->w, "eth1", MAC2);
    t->base = world_bond(&t->w, "base", "bond0", "xapi0", MAC1);
    t->slave = world_pif(&t->w, "slave", "eth0", "xenbr0", MAC1);
    two = world_pif(&t->w, "two", "eth1", "xenbr1", MAC2);
    world_slave(&t->w, t->base, t->slave);
    world_slave(&t->w, t->base, two);
    t->pif = world_vlan(&t->w, "vlan", t->base, "7", "xapi7");
    world_set(&t->w, t->pif, "ip_configuration_mode", "Static");
    world_set(&t->w, t->pif, "IP", "192.0.2.10");
    world_set(&t->w, t->pif, "netmask", "255.255.255.0");
    world_set(&t->w, t->pif, "gateway", "192.0.2.1");
    world_config(&t->w, t->base, "bond-mode", "lacp");
    t->pool = dbc_db_add(t->w.db, DBC_POOL, "pool", NULL);
    must(t->pool != NULL);
}

static struct dbc_record *record_of(struct host *t, enum target target)
{
    switch (target) {
    case ON_PIF:
        return t->pif;
    case ON_NETWORK:
        return world_network_of(&t->w, t->pif);
    case ON_BASE:
        return t->base;
    case ON_BASE_NETWORK:
        return world_network_of(&t->w, t->base);
    case ON_SLAVE:
        return t->slave;
    case ON_POOL:
        break;
    }
    return t->pool;
}

static void put(struct host *t, const struct place *place, const char *value)
{
    if (place->field != NULL) {
        world_set(&t->w, record_of(t, place->target), place->field, value);
    } else {
        world_config(&t->w, record_of(t, place->target), place->key, value);
    }
}

static void assert_vec_clean(const struct dbc_strvec *vec)
{
    for (size_t i = 0; i < vec->n; i++) {
        assert_null(strstr(vec->v[i], MARK));
    }
}

static void assert_clean(const struct ifr_plan *plan)
{
    for (size_t i = 0; i < plan->n_files; i++) {
        assert_null(strstr(plan->files[i].path, MARK));
        assert_null(strstr(plan->files[i].data, MARK));
    }
    for (size_t i = 0; i < plan->n_steps; i++) {
        const struct ifr_step *step = &plan->steps[i];
        assert_vec_clean(&step->argv);
        assert_vec_clean(&step->env);
        assert_vec_clean(&step->fallback);
        assert_vec_clean(&step->undo);
        assert_vec_clean(&step->ports);
        assert_true(step->path == NULL || strstr(step->path, MARK) == NULL);
        assert_true(step->device == NULL || strstr(step->device, MARK) == NULL);
        assert_true(step->kind == IFR_STEP_NOTE || step->text == NULL ||
                    strstr(step->text, MARK) == NULL);
    }
}

/* A value that Linux bridging does not look at, or Open vSwitch. */
static bool unused(const struct place *place, const struct ifr_datapath *datapath)
{
    const char *name = place->field != NULL ? place->field : place->key;
    bool vswitch = datapath == &ifr_datapath_vswitch;

    if (strcmp(name, "uuid") == 0 || strncmp(name, "vswitch-", 8) == 0) {
        return !vswitch;
    }
    return false;
}

static void try(const struct place *place, const char *value, const struct ifr_datapath *datapath)
{
    struct host t;
    int up = 0, down = 0;

    begin(&t, datapath);
    put(&t, place, value);
    up = world_up(&t.w, t.pif);
    assert_clean(&t.w.plan);
    if (!place->silent && !unused(place, datapath)) {
        assert_true(up < 0 ? strstr(t.w.err.text, MARK) != NULL : world_noted(&t.w, MARK));
    }
    ifr_plan_release(&t.w.plan);
    down = world_down(&t.w, t.pif);
    assert_clean(&t.w.plan);
    assert_true(up == 0 || up == -1);
    assert_true(down == 0 || down == -1);
    world_end(&t.w);
}

TEST(test_nothing_hostile_gets_in)
{
    char many[3000];

    memset(many, 'A', sizeof many);
    memcpy(many, MARK, sizeof MARK - 1);
    many[sizeof many - 1] = '\0';
    for (size_t d = 0; d < 2; d++) {
        const struct ifr_datapath *datapath = d == 0 ? &ifr_datapath_vswitch : &ifr_datapath_bridge;
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
                try(&places[i], values[k], datapath);
            }
            try(&places[i], many, datapath);
        }
    }
}

/* The same host without a hostile value does come up: else the test above would prove little. */
TEST(test_the_host_itself_comes_up)
{
    for (size_t d = 0; d < 2; d++) {
        struct host t;
        begin(&t, d == 0 ? &ifr_datapath_vswitch : &ifr_datapath_bridge);
        assert_int_equal(world_up(&t.w, t.pif), 0);
        assert_non_null(strstr(world_ifcfg(&t.w, "xapi7"), "IPADDR=192.0.2.10\n"));
        assert_non_null(world_command(&t.w, "/sbin/ifup xapi7"));
        world_end(&t.w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_hostile_gets_in),
        cmocka_unit_test(test_the_host_itself_comes_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
