/* test_database.c - model/database.c: adding records, the last of two with one reference, limits,
 * lookups, and memory that runs out. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/arena.c"
#include "base/hash.c"
#include "model/database.c"
#include "model/find.c"

static const struct dbc_field *field_of(const struct dbc_record *rec, const char *name)
{
    const struct dbc_field *field = dbc_schema_field(rec->class_, name);

    assert_non_null(field);
    return field;
}

static struct dbc_db *new_db(void)
{
    struct dbc_db *db = dbc_db_new(NULL);

    assert_non_null(db);
    return db;
}

static int setup(void **state)
{
    *state = new_db();
    return 0;
}

static int teardown(void **state)
{
    dbc_db_free(*state);
    return 0;
}

static struct dbc_record *add(struct dbc_db *db, enum dbc_class class_, const char *ref)
{
    struct dbc_record *rec = dbc_db_add(db, class_, ref, NULL);

    assert_non_null(rec);
    return rec;
}

static void set(struct dbc_db *db, struct dbc_record *rec, const char *name, const char *text)
{
    assert_int_equal(dbc_record_set(db, rec, field_of(rec, name), text, NULL, NULL), 0);
}

/* ---- Records ------------------------------------------------------------------------------ */

TEST(fresh_records)
{
    struct dbc_db *db = new_db();
    struct dbc_pif *pif = (struct dbc_pif *)add(db, DBC_PIF, "r");
    struct dbc_network *network = (struct dbc_network *)add(db, DBC_NETWORK, "n");

    assert_string_equal(db->source, "");
    assert_string_equal(pif->rec.ref, "r");
    assert_int_equal(pif->rec.class_, DBC_PIF);
    assert_int_equal(pif->rec.present, 0);
    assert_int_equal(pif->rec.line, 0);
    assert_string_equal(pif->MAC, "");
    assert_string_equal(pif->network, "OpaqueRef:NULL");
    assert_string_equal(pif->IPv6_gateway, "");
    assert_string_equal(pif->VLAN.text, "-1");
    assert_int_equal(pif->VLAN.value, -1);
    assert_false(pif->management);
    assert_int_equal(pif->VLAN_slave_of.n + pif->other_config.n, 0);
    assert_int_equal(network->MTU.value, 1500);
    dbc_db_free(db);
    dbc_db_free(NULL);
}

TEST_WITH(added_again_is_reset, struct dbc_db, db)
{
    struct dbc_record *first = add(db, DBC_PIF, "a"), *second = add(db, DBC_PIF, "b");

    set(db, first, "device", "eth0");
    assert_ptr_equal(add(db, DBC_PIF, "a"), first);
    assert_string_equal(((struct dbc_pif *)first)->device, "");
    assert_int_equal(first->present, 0);
    assert_int_equal(dbc_db_count(db, DBC_PIF), 2);
    assert_ptr_equal(dbc_db_at(db, DBC_PIF, 0), first);
    assert_ptr_equal(dbc_db_at(db, DBC_PIF, 1), second);
    assert_null(dbc_db_at(db, DBC_PIF, 2));
}

/* What breaks off in the middle leaves the record of that reference as it was. */
TEST_WITH(made_but_not_put, struct dbc_db, db)
{
    struct dbc_record *old = add(db, DBC_PIF, "a"), *made = NULL;
    bool replaced = false;

    set(db, old, "device", "eth0");
    made = dbc_db_make(db, DBC_PIF, "a", NULL);
    set(db, made, "device", "eth1");
    assert_string_equal(dbc_db_pif(db, "a")->device, "eth0");
    assert_ptr_equal(dbc_db_put(db, made, &replaced, NULL), old);
    assert_true(replaced);
    assert_string_equal(dbc_db_pif(db, "a")->device, "eth1");
    made = dbc_db_make(db, DBC_PIF, "b", NULL);
    assert_ptr_equal(dbc_db_put(db, made, &replaced, NULL), made);
    assert_false(replaced);
}

TEST_WITH(references_have_a_class, struct dbc_db, db)
{
    struct dbc_record *vlan = add(db, DBC_VLAN, "v"), *tunnel = add(db, DBC_TUNNEL, "t");

    add(db, DBC_PIF, "same");
    add(db, DBC_NETWORK, "same");
    assert_ptr_equal(dbc_db_vlan(db, "v"), vlan);
    assert_ptr_equal(dbc_db_tunnel(db, "t"), tunnel);
    assert_null(dbc_db_vlan(db, "t"));
    assert_null(dbc_db_tunnel(db, "v"));
    assert_null(dbc_db_bond(db, "v"));
    assert_int_equal(dbc_db_pif(db, "same")->rec.class_, DBC_PIF);
    assert_int_equal(dbc_db_network(db, "same")->rec.class_, DBC_NETWORK);
    assert_ptr_equal(dbc_db_find_ref(db, "t"), tunnel);
    assert_null(dbc_db_find_ref(db, ""));
}

/* ---- Fields ------------------------------------------------------------------------------- */

TEST_WITH(set_texts, struct dbc_db, db)
{
    struct dbc_pif *pif = (struct dbc_pif *)add(db, DBC_PIF, "a");
    char text[] = " \t\r\n eth 0\n\t ";

    set(db, &pif->rec, "device", text);
    text[6] = 'X';
    assert_string_equal(pif->device, "eth 0");
    set(db, &pif->rec, "device", " \n");
    assert_string_equal(pif->device, "");
    assert_true(pif->rec.present >> dbc_schema_field_index(field_of(&pif->rec, "device")) & 1);
    assert_false(pif->rec.present >> dbc_schema_field_index(field_of(&pif->rec, "MAC")) & 1);
}

/* One text in memory for what neighbours and the schema say alike. */
TEST_WITH(equal_texts_are_shared, struct dbc_db, db)
{
    struct dbc_pif *a = (struct dbc_pif *)add(db, DBC_PIF, "a"), *b = NULL;

    set(db, &a->rec, "device", "eth0");
    set(db, &a->rec, "MAC", "02:00:00:00:00:01");
    set(db, &a->rec, "bond_slave_of", "OpaqueRef:NULL");
    b = (struct dbc_pif *)add(db, DBC_PIF, "b");
    set(db, &b->rec, "device", " eth0");
    set(db, &b->rec, "MAC", "02:00:00:00:00:011");
    assert_ptr_equal(a->device, b->device);
    assert_string_equal(a->MAC, "02:00:00:00:00:01");
    assert_string_equal(b->MAC, "02:00:00:00:00:011");
    assert_ptr_equal(a->bond_slave_of, b->bond_slave_of);
}

TEST_WITH(set_numbers_and_booleans, struct dbc_db, db)
{
    static const struct {
        const char *field, *text;
        bool ok;
        int value; /* of a number */
    } rows[] = {
        { "VLAN", "4094", true, 4094 },
        { "VLAN", " -1\n", true, -1 },
        { "VLAN", "007", true, 7 },
        { "VLAN", "99999999999", false, DBC_INT_NONE },
        { "VLAN", "12x", false, DBC_INT_NONE },
        { "VLAN", "", false, DBC_INT_NONE },
        { "management", "True", true, 1 },
        { "management", "\tFalse ", true, 0 },
        { "management", "true", false, 0 },
        { "management", "1", false, 0 },
        { "management", "True!", false, 0 },
        { "management", "", false, 0 },
    };
    struct dbc_pif *pif = (struct dbc_pif *)add(db, DBC_PIF, "a");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool ok = !rows[i].ok;

        assert_int_equal(dbc_record_set(db, &pif->rec, field_of(&pif->rec, rows[i].field),
                                        rows[i].text, &ok, NULL),
                         0);
        assert_int_equal(ok, rows[i].ok);
        assert_int_equal(rows[i].field[0] == 'V' ? pif->VLAN.value : pif->management,
                         rows[i].value);
    }
    set(db, &pif->rec, "VLAN", " 12x ");
    assert_string_equal(pif->VLAN.text, "12x");
}

TEST_WITH(set_lists, struct dbc_db, db)
{
    static const char *const refs[] = { " a", "b\n", "" };
    struct dbc_bond *bond = (struct dbc_bond *)add(db, DBC_BOND, "b");
    const struct dbc_field *slaves = field_of(&bond->rec, "slaves");

    assert_int_equal(dbc_record_set_list(db, &bond->rec, slaves, refs, 3, NULL), 0);
    assert_int_equal(bond->slaves.n, 3);
    assert_string_equal(bond->slaves.v[0], "a");
    assert_string_equal(bond->slaves.v[1], "b");
    assert_string_equal(bond->slaves.v[2], "");
    assert_int_equal(dbc_record_set_list(db, &bond->rec, slaves, NULL, 0, NULL), 0);
    assert_int_equal(bond->slaves.n, 0);
}

/* A list of XAPI's that a cache has as one text. */
TEST_WITH(set_joined_lists, struct dbc_db, db)
{
    static const char *const items[] = { "", "a/1", "", "b/2", "" };
    struct dbc_pif *pif = (struct dbc_pif *)add(db, DBC_PIF, "p");
    const struct dbc_field *field = field_of(&pif->rec, "IPv6");

    assert_int_equal(dbc_record_set_list(db, &pif->rec, field, items, 5, NULL), 0);
    assert_string_equal(pif->IPv6, "a/1,b/2");
    assert_true(dbc_record_has(&pif->rec, field));
    assert_int_equal(dbc_record_set_list(db, &pif->rec, field, items, 1, NULL), 0);
    assert_string_equal(pif->IPv6, "");
    assert_true(dbc_record_has(&pif->rec, field));
}

TEST_WITH(wrong_kinds, struct dbc_db, db)
{
    struct dbc_record *rec = add(db, DBC_NETWORK, "n");
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_record_set(db, rec, field_of(rec, "PIFs"), "x", NULL, &err), -1);
    assert_int_equal(err.code, DBC_EINVAL);
    dbc_error_clear(&err);
    assert_int_equal(dbc_record_set_list(db, rec, field_of(rec, "bridge"), NULL, 0, &err), -1);
    assert_int_equal(err.code, DBC_EINVAL);
    dbc_error_clear(&err);
    assert_int_equal(dbc_record_set_map(db, rec, field_of(rec, "PIFs"), NULL, 0, &err), -1);
    assert_int_equal(err.code, DBC_EINVAL);
}

/* A map with `n` pairs, among them `n_keys` different keys; short ones and long ones are made in
 * different ways. */
static void check_map(size_t n, size_t n_keys)
{
    struct dbc_db *db = new_db();
    struct dbc_pool *pool = (struct dbc_pool *)add(db, DBC_POOL, "p");
    struct dbc_pair *pairs = calloc(n, sizeof *pairs);
    char(*keys)[32] = calloc(n, sizeof *keys), (*values)[32] = calloc(n, sizeof *values);

    for (size_t i = 0; i < n; i++) {
        snprintf(keys[i], sizeof keys[i], "key%zu", i % n_keys);
        snprintf(values[i], sizeof values[i], "%zu", i);
        pairs[i] = (struct dbc_pair){ keys[i], values[i] };
    }
    assert_int_equal(dbc_record_set_map(db, &pool->rec, field_of(&pool->rec, "other_config"), pairs,
                                        n, NULL),
                     0);
    assert_int_equal(pool->other_config.n, n_keys);
    for (size_t i = 0; i < n_keys; i++) {
        size_t last = n - 1 - (n - 1 - i) % n_keys;
        assert_string_equal(pool->other_config.v[i].key, keys[i]);
        assert_string_equal(dbc_map_get(&pool->other_config, keys[i]), values[last]);
    }
    assert_null(dbc_map_get(&pool->other_config, "key"));
    free(pairs);
    free(keys);
    free(values);
    dbc_db_free(db);
}

TEST(maps)
{
    check_map(1, 1);
    check_map(5, 2);
    check_map(16, 16);
    check_map(17, 17);
    check_map(DBC_LIMIT_LIST, 7);
    check_map(DBC_LIMIT_LIST, 1000);
}

TEST_WITH(extras_in_order, struct dbc_db, db)
{
    struct dbc_record *rec = add(db, DBC_NETWORK, "n");
    const struct dbc_field *pifs = field_of(rec, "PIFs");

    assert_int_equal(dbc_db_add_extra(db, rec, NULL, "<a/>", 4, NULL), 0);
    assert_int_equal(dbc_db_add_extra(db, rec, pifs, "<b/>rest", 4, NULL), 0);
    assert_int_equal(dbc_db_add_extra(db, NULL, NULL, "<c/>", 4, NULL), 0);
    assert_string_equal(rec->extras.first->xml, "<a/>");
    assert_null(rec->extras.first->field);
    assert_string_equal(rec->extras.first->next->xml, "<b/>");
    assert_ptr_equal(rec->extras.last->field, pifs);
    assert_string_equal(db->extras.first->xml, "<c/>");
    assert_null(db->extras.last->next);
}

/* ---- Lookups ------------------------------------------------------------------------------ */

TEST_WITH(find_by_bridge, struct dbc_db, db)
{
    struct dbc_record *none = add(db, DBC_NETWORK, "n0"), *first = add(db, DBC_NETWORK, "n1"),
                      *second = add(db, DBC_NETWORK, "n2");

    set(db, none, "bridge", "");
    set(db, first, "bridge", "xenbr0");
    set(db, second, "bridge", "xenbr0");
    assert_int_equal(dbc_db_index(db, NULL), 0);
    assert_ptr_equal(dbc_db_find_bridge(db, "xenbr0"), first);
    assert_ptr_equal(dbc_db_network_by_bridge(db, "xenbr0"), first);
    assert_null(dbc_db_find_bridge(db, ""));
    assert_null(dbc_db_find_bridge(db, "xenbr1"));
    set(db, first, "bridge", "xenbr1");
    assert_int_equal(dbc_db_index(db, NULL), 0);
    assert_ptr_equal(dbc_db_find_bridge(db, "xenbr0"), second);
    assert_ptr_equal(dbc_db_find_bridge(db, "xenbr1"), first);
}

TEST_WITH(find_by_uuid, struct dbc_db, db)
{
    struct dbc_record *a = add(db, DBC_PIF, "a"), *b = add(db, DBC_PIF, "b"),
                      *n = add(db, DBC_NETWORK, "n");

    set(db, a, "uuid", "u1");
    set(db, b, "uuid", "u1");
    set(db, n, "uuid", "u2");
    assert_ptr_equal(dbc_db_find_uuid(db, DBC_PIF, "u1"), a);
    assert_ptr_equal(dbc_db_find_uuid(db, DBC_PIF, "u1"), a);
    assert_null(dbc_db_find_uuid(db, DBC_PIF, "u2"));
    assert_ptr_equal(dbc_db_find_uuid(db, DBC_NETWORK, "u2"), n);
    assert_null(dbc_db_find_uuid(db, DBC_POOL, "u1"));
    set(db, a, "uuid", "u3");
    assert_int_equal(dbc_db_index(db, NULL), 0);
    assert_ptr_equal(dbc_db_find_uuid(db, DBC_PIF, "u1"), b);
    dbc_hash_release(&db->by_uuid[DBC_PIF]);
    allocs_left = 0; /* no memory for the index: the list is searched */
    assert_ptr_equal(dbc_db_find_uuid(db, DBC_PIF, "u1"), b);
    assert_true(alloc_failed());
}

TEST_WITH(first_pool, struct dbc_db, db)
{
    struct dbc_record *pool = NULL;

    assert_null(dbc_db_pool(db));
    pool = add(db, DBC_POOL, "p1");
    add(db, DBC_POOL, "p2");
    assert_ptr_equal(dbc_db_pool(db), pool);
    assert_null(dbc_db_pif_at(db, 0));
    assert_null(dbc_db_network_at(db, 0));
}

/* ---- Limits and memory -------------------------------------------------------------------- */

TEST_WITH(text_limits, struct dbc_db, db)
{
    struct dbc_record *rec = add(db, DBC_NETWORK, "n");
    struct dbc_error err = DBC_ERROR_INIT;
    char *text = calloc(1, DBC_LIMIT_TEXT_BYTES + 2);

    memset(text, 'x', DBC_LIMIT_TEXT_BYTES);
    set(db, rec, "bridge", text);
    text[DBC_LIMIT_TEXT_BYTES] = 'x';
    assert_int_equal(dbc_record_set(db, rec, field_of(rec, "bridge"), text, NULL, &err), -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    text[DBC_LIMIT_REF_BYTES] = '\0';
    add(db, DBC_NETWORK, text);
    text[DBC_LIMIT_REF_BYTES] = 'x';
    dbc_error_clear(&err);
    assert_null(dbc_db_add(db, DBC_NETWORK, text, &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    free(text);
}

TEST_WITH(list_limit, struct dbc_db, db)
{
    static const char *refs[DBC_LIMIT_LIST + 1];
    struct dbc_record *rec = add(db, DBC_NETWORK, "n");
    struct dbc_error err = DBC_ERROR_INIT;

    for (size_t i = 0; i <= DBC_LIMIT_LIST; i++) {
        refs[i] = "r";
    }
    assert_int_equal(dbc_record_set_list(db, rec, field_of(rec, "PIFs"), refs, DBC_LIMIT_LIST,
                                         NULL),
                     0);
    assert_int_equal(dbc_record_set_list(db, rec, field_of(rec, "PIFs"), refs, DBC_LIMIT_LIST + 1,
                                         &err),
                     -1);
    assert_int_equal(err.code, DBC_ELIMIT);
}

/* A full map takes a new value of a key that it has, but no other key. */
TEST_WITH(map_limit, struct dbc_db, db)
{
    static char keys[DBC_LIMIT_LIST][16];
    static struct dbc_pair pairs[DBC_LIMIT_LIST];
    struct dbc_pool *pool = (struct dbc_pool *)add(db, DBC_POOL, "p");
    const struct dbc_field *field = field_of(&pool->rec, "other_config");
    struct dbc_error err = DBC_ERROR_INIT;

    for (size_t i = 0; i < DBC_LIMIT_LIST; i++) {
        snprintf(keys[i], sizeof keys[i], "k%zu", i);
        pairs[i] = (struct dbc_pair){ keys[i], "old" };
    }
    assert_int_equal(dbc_record_set_map(db, &pool->rec, field, pairs, DBC_LIMIT_LIST, NULL), 0);
    assert_int_equal(dbc_record_set_key(db, &pool->rec, field, "k1", "new", &err), 0);
    assert_string_equal(pool->other_config.v[1].value, "new");
    assert_int_equal(pool->other_config.n, DBC_LIMIT_LIST);
    assert_int_equal(dbc_record_set_key(db, &pool->rec, field, "other", "new", &err), -1);
    assert_int_equal(err.code, DBC_ELIMIT);
}

TEST_WITH(record_limit, struct dbc_db, db)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char ref[16] = "";

    for (int i = 0; i < DBC_LIMIT_RECORDS; i++) {
        snprintf(ref, sizeof ref, "%d", i);
        assert_non_null(dbc_db_add(db, i % 2 == 0 ? DBC_POOL : DBC_VLAN, ref, NULL));
    }
    assert_null(dbc_db_add(db, DBC_PIF, "one more", &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_null(dbc_db_add(db, DBC_POOL, "1", NULL)); /* "1" is a VLAN */
    assert_ptr_equal(dbc_db_add(db, DBC_VLAN, "1", NULL), db->of[DBC_VLAN].v[0]);
    assert_int_equal(db->of[DBC_VLAN].n, DBC_LIMIT_RECORDS / 2);
}

TEST_WITH(memory_limit, struct dbc_db, db)
{
    struct dbc_record *rec = add(db, DBC_NETWORK, "n");
    struct dbc_error err = DBC_ERROR_INIT;
    char *text = calloc(1, DBC_LIMIT_TEXT_BYTES + 1);
    unsigned long n = 0;

    memset(text, 'x', DBC_LIMIT_TEXT_BYTES);
    while (dbc_record_set(db, rec, field_of(rec, "bridge"), text, NULL, &err) == 0) {
        text[0] = (char)('a' + n++ % 16); /* else it would be shared */
        assert_true(n <= DBC_LIMIT_DB_BYTES / DBC_LIMIT_TEXT_BYTES);
    }
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_true(n > 100);
    free(text);
}

/* Everything that can be done with a database, once; -1 when memory ran out on the way. */
static int use_all(void)
{
    static const char *const refs[] = { "a", "b" };
    struct dbc_pair pairs[20];
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = dbc_db_new(&err);
    struct dbc_record *rec = NULL;
    int status = -1;

    for (size_t i = 0; i < 20; i++) {
        pairs[i] = (struct dbc_pair){ &"abcdefghijklmnopqrst"[i], "v" };
    }
    for (int i = 0; db != NULL && i < 40; i++) {
        rec = dbc_db_add(db, DBC_NETWORK, &"0123456789012345678901234567890123456789"[i], &err);
        if (rec == NULL || dbc_record_set(db, rec, field_of(rec, "bridge"), rec->ref, NULL, &err)) {
            goto out;
        }
    }
    if (db != NULL && dbc_record_set_list(db, rec, field_of(rec, "PIFs"), refs, 2, &err) == 0 &&
        dbc_record_set_map(db, rec, field_of(rec, "other_config"), pairs, 20, &err) == 0 &&
        dbc_record_set(db, rec, field_of(rec, "MTU"), "9000", NULL, &err) == 0 &&
        dbc_db_add_extra(db, rec, NULL, "<x/>", 4, &err) == 0 && dbc_db_index(db, &err) == 0) {
        assert_ptr_equal(dbc_db_find_bridge(db, rec->ref), rec);
        status = 0;
    }
out:
    assert_int_equal(err.code, status == 0 ? DBC_OK : DBC_ENOMEM);
    dbc_db_free(db);
    return status;
}

TEST(no_memory)
{
    long n = 0;

    for (bool failed = true; failed; n++) {
        allocs_left = n;
        failed = use_all() != 0;
        if (!failed) {
            assert_false(alloc_failed());
        }
    }
    assert_true(n > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fresh_records),
        FIXTURE(added_again_is_reset),
        FIXTURE(made_but_not_put),
        FIXTURE(references_have_a_class),
        FIXTURE(set_texts),
        FIXTURE(equal_texts_are_shared),
        FIXTURE(set_numbers_and_booleans),
        FIXTURE(set_lists),
        FIXTURE(set_joined_lists),
        FIXTURE(wrong_kinds),
        cmocka_unit_test(maps),
        FIXTURE(extras_in_order),
        FIXTURE(find_by_bridge),
        FIXTURE(find_by_uuid),
        FIXTURE(first_pool),
        FIXTURE(text_limits),
        FIXTURE(list_limit),
        FIXTURE(map_limit),
        FIXTURE(record_limit),
        FIXTURE(memory_limit),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
