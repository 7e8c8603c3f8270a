/* test_api_change.c - what dbcache.h lets a program change, and what it refuses. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "api.c"
#include "api_change.c"

#include "base/arena.c"
#include "base/hash.c"
#include "base/limits.h"
#include "model/drop.c"

static const char text[] =
    "<xenserver-network-configuration>"
    "<pif ref='p'><uuid>u</uuid><network>n</network><device>eth0</device>"
    "<bond_slave_of>b</bond_slave_of><other_config><domain>a.test</domain></other_config></pif>"
    "<pif ref='q'><device>eth1</device><bond_slave_of>b</bond_slave_of></pif>"
    "<pif ref='r'><device>eth2</device></pif>"
    "<bond ref='b'><slaves><slave>p</slave><slave>q</slave></slaves></bond>"
    "<network ref='n'><bridge>xenbr0</bridge><PIFs><PIF>p</PIF></PIFs></network>"
    "<network ref='m'><bridge>xenbr1</bridge></network>"
    "<pool ref='o'/></xenserver-network-configuration>";

struct changed {
    struct dbc_db *db;
    const struct dbc_record *pif, *bond, *network;
    char *before;
    struct dbc_error err;
};

static char *formatted(const struct dbc_db *db)
{
    char *out = NULL;
    size_t len = 0;

    assert_int_equal(dbc_db_format(db, &out, &len, NULL), 0);
    return out;
}

static int setup(void **state)
{
    static struct changed c;

    c = (struct changed){ .err = DBC_ERROR_INIT };
    c.db = dbc_db_parse("t", text, sizeof text - 1, NULL, NULL, NULL);
    assert_non_null(c.db);
    c.pif = dbc_db_find_ref(c.db, "p");
    c.bond = dbc_db_find_ref(c.db, "b");
    c.network = dbc_db_find_ref(c.db, "n");
    c.before = formatted(c.db);
    *state = &c;
    return 0;
}

static int teardown(void **state)
{
    struct changed *c = *state;

    free(c->before);
    dbc_db_free(c->db);
    return 0;
}

/* It was refused so, and nothing has changed. */
static void refused_at(struct changed *c, int rc, enum dbc_code code, const char *why, int line)
{
    char *now = formatted(c->db);

    if (rc != -1 || c->err.code != code || strstr(c->err.text, why) == NULL) {
        print_error("line %d: %d, code %d, \"%s\"\n", line, rc, c->err.code, c->err.text);
        fail();
    }
    assert_string_equal(now, c->before);
    free(now);
    dbc_error_clear(&c->err);
}

#define REFUSED(c, rc, code, why) refused_at(c, rc, code, why, __LINE__)

TEST_WITH(values, struct changed, c)
{
    assert_int_equal(dbc_db_set(c->db, c->pif, "IP", " 192.0.2.1 ", &c->err), 0);
    assert_string_equal(dbc_record_get(c->pif, "IP"), "192.0.2.1");
    assert_int_equal(dbc_db_set(c->db, c->pif, "management", "True", &c->err), 0);
    assert_string_equal(dbc_record_get(c->pif, "management"), "True");
    assert_int_equal(dbc_db_set(c->db, c->pif, "VLAN", "12", &c->err), 0);
    assert_string_equal(dbc_record_get(c->pif, "VLAN"), "12");
    assert_int_equal(dbc_db_set(c->db, c->pif, "uuid", "v", &c->err), 0);
    assert_ptr_equal(dbc_db_find_uuid(c->db, DBC_PIF, "v"), c->pif);
    assert_int_equal(dbc_db_set(c->db, c->network, "bridge", "br9", &c->err), 0);
    assert_ptr_equal(dbc_db_find_bridge(c->db, "br9"), c->network);
    assert_null(dbc_db_find_bridge(c->db, "xenbr0"));
    assert_int_equal(dbc_db_unset(c->db, c->network, "bridge", &c->err), 0);
    assert_null(dbc_db_find_bridge(c->db, "br9"));
    assert_int_equal(c->err.code, DBC_OK);
}

TEST_WITH(references, struct changed, c)
{
    assert_int_equal(dbc_db_set(c->db, c->pif, "network", "m", &c->err), 0);
    assert_null(dbc_record_list_at(c->network, "PIFs", 0));
    assert_string_equal(dbc_record_list_at(dbc_db_find_ref(c->db, "m"), "PIFs", 0), "p");
    assert_int_equal(dbc_db_unset(c->db, c->pif, "network", &c->err), 0);
    assert_string_equal(dbc_record_get(c->pif, "network"), "OpaqueRef:NULL");
    assert_null(dbc_record_list_at(dbc_db_find_ref(c->db, "m"), "PIFs", 0));
    assert_int_equal(c->err.code, DBC_OK);
}

TEST_WITH(lists, struct changed, c)
{
    const char *const slaves[] = { "r", "q" };

    assert_int_equal(dbc_db_set_list(c->db, c->bond, "slaves", slaves, 2, &c->err), 0);
    assert_string_equal(dbc_record_list_at(c->bond, "slaves", 0), "r");
    assert_string_equal(dbc_record_list_at(c->bond, "slaves", 1), "q");
    assert_null(dbc_record_list_at(c->bond, "slaves", 2));
    assert_string_equal(dbc_record_get(c->pif, "bond_slave_of"), "OpaqueRef:NULL");
    assert_string_equal(dbc_record_get(dbc_db_find_ref(c->db, "r"), "bond_slave_of"), "b");
    assert_int_equal(dbc_db_unset(c->db, c->bond, "slaves", &c->err), 0);
    assert_string_equal(dbc_record_get(dbc_db_find_ref(c->db, "q"), "bond_slave_of"),
                        "OpaqueRef:NULL");
    assert_int_equal(c->err.code, DBC_OK);
}

TEST_WITH(maps, struct changed, c)
{
    const char *const keys[] = { "mtu", "peerdns" }, *const values_[] = { "9000", "true" };

    assert_int_equal(dbc_db_set_key(c->db, c->pif, "other_config", "mtu", "1400", &c->err), 0);
    assert_string_equal(dbc_record_other_config(c->pif, "mtu"), "1400");
    assert_string_equal(dbc_record_other_config(c->pif, "domain"), "a.test");
    assert_int_equal(dbc_db_set_key(c->db, c->pif, "other_config", "domain", NULL, &c->err), 0);
    assert_null(dbc_record_other_config(c->pif, "domain"));
    assert_int_equal(dbc_db_set_map(c->db, c->pif, "other_config", keys, values_, 2, &c->err), 0);
    assert_string_equal(dbc_record_other_config(c->pif, "mtu"), "9000");
    assert_string_equal(dbc_record_other_config(c->pif, "peerdns"), "true");
    assert_int_equal(dbc_db_set_map(c->db, c->pif, "other_config", NULL, NULL, 0, &c->err), 0);
    assert_null(dbc_record_other_config(c->pif, "mtu"));
    assert_int_equal(c->err.code, DBC_OK);
}

TEST_WITH(refused_values, struct changed, c)
{
    struct dbc_db *db = c->db;
    struct dbc_error *err = &c->err;
    char *longest = calloc(1, DBC_LIMIT_TEXT_BYTES + 2);

    memset(longest, 'x', DBC_LIMIT_TEXT_BYTES + 1);
    REFUSED(c, dbc_db_set(db, c->pif, "ip", "1", err), DBC_ENOENT, "no field 'ip'");
    REFUSED(c, dbc_db_set(db, c->pif, NULL, "1", err), DBC_ENOENT, "no field ''");
    REFUSED(c, dbc_db_set(db, c->pif, "IP", NULL, err), DBC_EINVAL, "IP: expected text");
    REFUSED(c, dbc_db_set(db, c->pif, "IP", "1\n2", err), DBC_EINVAL, "found '1\\x0a2'");
    REFUSED(c, dbc_db_set(db, c->pif, "IP", "\xff", err), DBC_EINVAL, "expected text");
    REFUSED(c, dbc_db_set(db, c->pif, "IP", longest, err), DBC_ELIMIT,
            "IP: expected at most 65536 bytes, found 65537");
    REFUSED(c, dbc_db_set_key(db, c->pif, "other_config", "mtu", longest, err), DBC_ELIMIT,
            "other_config:mtu: expected at most 65536 bytes, found 65537");
    REFUSED(c, dbc_db_set(db, c->pif, "management", "yes", err), DBC_EINVAL, "True or False");
    REFUSED(c, dbc_db_set(db, c->pif, "VLAN", "1e3", err), DBC_EINVAL, "expected a number");
    REFUSED(c, dbc_db_set(db, c->pif, "network", "b", err), DBC_ENOENT,
            "no network has the reference 'b'");
    REFUSED(c, dbc_db_set(db, c->bond, "slaves", "p", err), DBC_EINVAL, "a list or map");
    REFUSED(c, dbc_db_set(db, c->pif, "other_config", "p", err), DBC_EINVAL, "a list or map");
    REFUSED(c, dbc_db_unset(db, c->pif, "slaves", err), DBC_ENOENT, "no field 'slaves'");
    free(longest);
}

TEST_WITH(refused_lists_and_maps, struct changed, c)
{
    struct dbc_error *err = &c->err;
    const char *const twice[] = { "r", "r" }, *const wrong[] = { "r", "n" },
                      *const none[] = { NULL, NULL }, *const bad[] = { "a", "b c" };

    REFUSED(c, dbc_db_set_list(c->db, c->bond, "slaves", twice, 2, err), DBC_ECONFLICT, "twice");
    REFUSED(c, dbc_db_set_list(c->db, c->bond, "slaves", wrong, 2, err), DBC_ENOENT, "no pif");
    REFUSED(c, dbc_db_set_list(c->db, c->bond, "slaves", none, 1, err), DBC_EINVAL, "text");
    REFUSED(c, dbc_db_set_list(c->db, c->bond, "slaves", NULL, 1, err), DBC_EINVAL, "are given");
    REFUSED(c, dbc_db_set_list(c->db, c->bond, "master", twice, 1, err), DBC_EINVAL, "no list");
    REFUSED(c, dbc_db_set_list(c->db, c->bond, "slaves", twice, 8193, err), DBC_ELIMIT, "8192");

    REFUSED(c, dbc_db_set_key(c->db, c->pif, "IP", "k", "v", err), DBC_EINVAL, "no map");
    REFUSED(c, dbc_db_set_key(c->db, c->pif, "other_config", NULL, "v", err), DBC_EINVAL, "key");
    REFUSED(c, dbc_db_set_key(c->db, c->pif, "other_config", NULL, NULL, err), DBC_EINVAL, "text");
    REFUSED(c, dbc_db_set_key(c->db, c->pif, "other_config", "a:b", "v", err), DBC_EINVAL, "key");
    REFUSED(c, dbc_db_set_key(c->db, c->pif, "other_config", "1a", "v", err), DBC_EINVAL, "key");
    REFUSED(c, dbc_db_set_key(c->db, c->pif, "other_config", "", "v", err), DBC_EINVAL, "key");
    REFUSED(c, dbc_db_set_key(c->db, c->pif, "other_config", "mtu", "\x01", err), DBC_EINVAL,
            "other_config:mtu: expected text");
    REFUSED(c, dbc_db_set_map(c->db, c->pif, "other_config", twice, bad, 2, err), DBC_ECONFLICT,
            "the key 'r' stands twice");
    REFUSED(c, dbc_db_set_map(c->db, c->pif, "other_config", bad, twice, 2, err), DBC_EINVAL,
            "'b c'");
    REFUSED(c, dbc_db_set_map(c->db, c->pif, "other_config", bad, none, 1, err), DBC_EINVAL, "a:");
    REFUSED(c, dbc_db_set_map(c->db, c->pif, "other_config", bad, NULL, 1, err), DBC_EINVAL, "no");
    REFUSED(c, dbc_db_set_map(c->db, c->pif, "other_config", bad, twice, 8193, err), DBC_ELIMIT,
            "8192");
}

TEST_WITH(records_come_and_go, struct changed, c)
{
    const struct dbc_record *vlan = dbc_db_add_record(c->db, DBC_VLAN, "OpaqueRef:v", &c->err);
    char *now = NULL;

    assert_non_null(vlan);
    assert_ptr_equal(dbc_db_find_ref(c->db, "OpaqueRef:v"), vlan);
    assert_int_equal(dbc_db_set(c->db, vlan, "tagged_PIF", "r", &c->err), 0);
    assert_string_equal(dbc_record_list_at(dbc_db_find_ref(c->db, "r"), "VLAN_slave_of", 0),
                        "OpaqueRef:v");
    assert_int_equal(dbc_db_remove_record(c->db, vlan, &c->err), 0);
    assert_null(dbc_db_find_ref(c->db, "OpaqueRef:v"));
    assert_null(dbc_record_list_at(dbc_db_find_ref(c->db, "r"), "VLAN_slave_of", 0));
    assert_int_equal(dbc_db_count(c->db, DBC_VLAN), 0);
    now = formatted(c->db);
    assert_string_equal(now, c->before);
    free(now);
}

/* Those behind it move up, and names lead to who is left. */
TEST_WITH(one_of_several_goes, struct changed, c)
{
    assert_int_equal(dbc_db_remove_record(c->db, c->pif, &c->err), 0);
    assert_int_equal(dbc_db_count(c->db, DBC_PIF), 2);
    assert_string_equal(dbc_record_ref(dbc_db_at(c->db, DBC_PIF, 0)), "q");
    assert_ptr_equal(dbc_db_find_ref(c->db, "r"), dbc_db_at(c->db, DBC_PIF, 1));
    assert_null(dbc_db_find_ref(c->db, "p"));
    assert_string_equal(dbc_record_list_at(c->bond, "slaves", 0), "q");
    assert_int_equal(dbc_db_remove_record(c->db, c->network, &c->err), 0);
    assert_null(dbc_db_find_bridge(c->db, "xenbr0"));
}

TEST_WITH(refused_records, struct changed, c)
{
    static const char *const bad[] = { NULL, "", "OpaqueRef:NULL", "a b", "a\n", "<", "\xc3\xa4" };
    struct dbc_db *other = dbc_db_new(NULL);
    const struct dbc_record *stranger = dbc_db_add_record(other, DBC_PIF, "p", NULL);
    char longest[DBC_LIMIT_REF_BYTES + 2];

    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
#define ADD(class_, ref) (dbc_db_add_record(c->db, class_, ref, &c->err) == NULL ? -1 : 0)
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        REFUSED(c, ADD(DBC_PIF, bad[i]), DBC_EINVAL, "expected a reference");
    }
    REFUSED(c, ADD(DBC_PIF, longest), DBC_EINVAL, "expected a reference");
    REFUSED(c, ADD(DBC_PIF, "n"), DBC_ECONFLICT, "a network has the reference 'n' already");
    REFUSED(c, ADD(DBC_POOL, "p2"), DBC_ECONFLICT, "a pool already");
    REFUSED(c, ADD(DBC_N_CLASSES, "x"), DBC_EINVAL, "no such class");
    REFUSED(c, ADD((enum dbc_class)77, "x"), DBC_EINVAL, "no such class");

    REFUSED(c, dbc_db_remove_record(c->db, c->network, &c->err), DBC_ECONFLICT,
            "network xenbr0 is still the network of pif eth0");
    REFUSED(c, dbc_db_remove_record(c->db, NULL, &c->err), DBC_ENOENT, "none of this database");
    REFUSED(c, dbc_db_remove_record(c->db, stranger, &c->err), DBC_ENOENT, "none of this");
    REFUSED(c, dbc_db_set(c->db, stranger, "IP", "1", &c->err), DBC_ENOENT, "none of this");
    REFUSED(c, dbc_db_set(NULL, c->pif, "IP", "1", &c->err), DBC_ENOENT, "none of this");
    REFUSED(c, dbc_db_unset(c->db, NULL, "IP", &c->err), DBC_ENOENT, "none of this");
    dbc_db_free(other);
}

static int change_everything(struct dbc_db *db, struct dbc_error *err)
{
    const char *const slaves[] = { "r", "q" }, *const keys[] = { "mtu" }, *const v[] = { "9000" };
    const struct dbc_record *pif = dbc_db_find_ref(db, "p"), *vlan = NULL;

    if (dbc_db_set(db, pif, "IP", "192.0.2.1", err) != 0 ||
        dbc_db_set(db, pif, "network", "m", err) != 0 ||
        dbc_db_set(db, dbc_db_find_ref(db, "n"), "bridge", "br9", err) != 0 ||
        dbc_db_set_list(db, dbc_db_find_ref(db, "b"), "slaves", slaves, 2, err) != 0 ||
        dbc_db_set_key(db, pif, "other_config", "peerdns", "true", err) != 0 ||
        dbc_db_set_map(db, pif, "other_config", keys, v, 1, err) != 0) {
        return -1;
    }
    vlan = dbc_db_add_record(db, DBC_VLAN, "v", err);
    return vlan == NULL ? -1 : dbc_db_remove_record(db, vlan, err);
}

/* Whichever allocation fails: an error that says so, and a database that can be used and freed. */
TEST(memory)
{
    bool done = false;

    for (long i = 0; !done && i < 1000; i++) {
        struct dbc_db *db = dbc_db_parse("t", text, sizeof text - 1, NULL, NULL, NULL);
        struct dbc_error err = DBC_ERROR_INIT;
        char *now = NULL;
        int rc = 0;
        assert_non_null(db);
        allocs_left = i;
        rc = change_everything(db, &err);
        done = !alloc_failed();
        assert_int_equal(rc, done ? 0 : -1);
        assert_int_equal(err.code, done ? DBC_OK : DBC_ENOMEM);
        now = formatted(db);
        assert_non_null(strstr(now, "<pif ref=\"p\">"));
        free(now);
        dbc_db_free(db);
        assert_true(i > 0 || !done);
    }
    assert_true(done);
}

/* Whichever allocation fails, the record is gone or all is as it was. */
TEST(memory_for_one_that_goes)
{
    bool done = false;
    long i = 0;

    for (; !done && i < 1000; i++) {
        struct dbc_db *db = dbc_db_parse("t", text, sizeof text - 1, NULL, NULL, NULL);
        const struct dbc_record *net = dbc_db_add_record(db, DBC_NETWORK, "OpaqueRef:z", NULL);
        struct dbc_error err = DBC_ERROR_INIT;
        char *before = NULL, *now = NULL;
        int rc = 0;
        assert_int_equal(dbc_db_set(db, net, "bridge", "brz", NULL), 0);
        before = formatted(db);
        allocs_left = i;
        rc = dbc_db_remove_record(db, net, &err);
        done = !alloc_failed();
        assert_int_equal(rc, done ? 0 : -1);
        now = formatted(db);
        assert_int_equal(strcmp(now, before) == 0, !done);
        assert_ptr_equal(dbc_db_find_ref(db, "OpaqueRef:z"), done ? NULL : net);
        assert_ptr_equal(dbc_db_find_bridge(db, "brz"), done ? NULL : net);
        assert_non_null(dbc_db_find_bridge(db, "xenbr0"));
        free(before);
        free(now);
        dbc_db_free(db);
    }
    assert_true(done && i > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(values),
        FIXTURE(references),
        FIXTURE(lists),
        FIXTURE(maps),
        FIXTURE(refused_values),
        FIXTURE(refused_lists_and_maps),
        FIXTURE(records_come_and_go),
        FIXTURE(one_of_several_goes),
        FIXTURE(refused_records),
        cmocka_unit_test(memory),
        cmocka_unit_test(memory_for_one_that_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
