/* test_api.c - the public header, as a program outside of the project uses it. */
#include "unit/test.h"

/* The library's only own file: tests link the floors below it. */
#include "api.c"

#include "unit/scratch.h"

static const char text[] =
    "<xenserver-network-configuration>\n"
    "<pif ref='p'><uuid>u</uuid><management>True</management><device>eth0</device>"
    "<bond_master_of><slave>b</slave><slave>c</slave></bond_master_of>"
    "<other_config><domain>a.test</domain></other_config></pif>\n"
    "<network ref='n'><bridge>xenbr0</bridge></network>\n"
    "<pool ref='o'><other_config/></pool></xenserver-network-configuration>";

static struct dbc_db *parsed(void)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = dbc_db_parse("t", text, sizeof text - 1, NULL, NULL, &err);

    assert_string_equal(err.text, "");
    assert_non_null(db);
    return db;
}

TEST(records)
{
    struct dbc_db *db = parsed();
    const struct dbc_record *pif = dbc_db_at(db, DBC_PIF, 0);

    assert_int_equal(dbc_db_count(db, DBC_PIF), 1);
    assert_int_equal(dbc_db_count(db, DBC_VLAN), 0);
    assert_null(dbc_db_at(db, DBC_PIF, 1));
    assert_ptr_equal(dbc_db_find_ref(db, "p"), pif);
    assert_ptr_equal(dbc_db_find_uuid(db, DBC_PIF, "u"), pif);
    assert_string_equal(dbc_record_ref(dbc_db_find_bridge(db, "xenbr0")), "n");
    assert_null(dbc_db_find_ref(db, "x"));
    assert_int_equal(dbc_record_class(pif), DBC_PIF);
    assert_int_equal(dbc_record_line(pif), 2);
    assert_string_equal(dbc_class_name(DBC_PIF), "pif");
    assert_string_equal(dbc_class_name(DBC_POOL), "pool");
    dbc_db_free(db);
}

TEST(fields)
{
    struct dbc_db *db = parsed();
    const struct dbc_record *pif = dbc_db_find_ref(db, "p"), *network = dbc_db_find_ref(db, "n");

    assert_string_equal(dbc_record_get(pif, "device"), "eth0");
    assert_string_equal(dbc_record_get(pif, "management"), "True");
    assert_string_equal(dbc_record_get(pif, "currently_attached"), "False");
    assert_string_equal(dbc_record_get(pif, "VLAN"), "-1");
    assert_string_equal(dbc_record_get(pif, "network"), "OpaqueRef:NULL");
    assert_string_equal(dbc_record_get(network, "MTU"), "1500");
    assert_null(dbc_record_get(pif, "bridge"));
    assert_null(dbc_record_get(pif, "bond_master_of"));
    assert_null(dbc_record_get(pif, "other_config"));

    assert_string_equal(dbc_record_list_at(pif, "bond_master_of", 0), "b");
    assert_string_equal(dbc_record_list_at(pif, "bond_master_of", 1), "c");
    assert_null(dbc_record_list_at(pif, "bond_master_of", 2));
    assert_null(dbc_record_list_at(pif, "device", 0));
    assert_null(dbc_record_list_at(pif, "slaves", 0));

    assert_string_equal(dbc_record_key_at(pif, "other_config", 0), "domain");
    assert_null(dbc_record_key_at(pif, "other_config", 1));
    assert_null(dbc_record_key_at(network, "other_config", 0));
    assert_null(dbc_record_key_at(pif, "bond_master_of", 0));
    assert_string_equal(dbc_record_other_config(pif, "domain"), "a.test");
    assert_null(dbc_record_other_config(pif, "mtu"));
    assert_null(dbc_record_other_config(network, "domain"));
    dbc_db_free(db);
}

/* Each that is no list and no map has a text. */
TEST(names_of_fields)
{
    struct dbc_db *db = parsed();
    const struct dbc_record *pif = dbc_db_find_ref(db, "p");
    size_t n = 0, texts = 0;

    for (const char *name; (name = dbc_class_field(DBC_PIF, n)) != NULL; n++) {
        texts += dbc_record_get(pif, name) != NULL;
    }
    assert_string_equal(dbc_class_field(DBC_PIF, 0), "uuid");
    assert_true(n > 20);
    assert_int_equal(n - texts, 5); /* four lists and other_config */
    assert_string_equal(dbc_class_field(DBC_POOL, 0), "other_config");
    assert_null(dbc_class_field(DBC_POOL, 1));
    assert_null(dbc_class_field(DBC_N_CLASSES, 0));
    dbc_db_free(db);
}

TEST(nothing_asked_for)
{
    struct dbc_db *db = parsed();
    const struct dbc_record *pif = dbc_db_find_ref(db, "p");

    assert_null(dbc_record_get(NULL, "device"));
    assert_null(dbc_record_get(pif, NULL));
    assert_null(dbc_record_list_at(NULL, "bond_master_of", 0));
    assert_null(dbc_record_list_at(pif, NULL, 0));
    assert_null(dbc_record_key_at(NULL, "other_config", 0));
    assert_null(dbc_record_key_at(pif, NULL, 0));
    assert_null(dbc_record_other_config(NULL, "domain"));
    assert_null(dbc_record_other_config(pif, NULL));
    dbc_db_free(db);
}

TEST(no_other_config_at_all)
{
    struct dbc_db *db = dbc_db_new(NULL);
    const struct dbc_record *vlan = dbc_db_add(db, DBC_VLAN, "v", NULL);

    assert_null(dbc_record_other_config(vlan, "domain"));
    dbc_db_free(db);
}

TEST(write_and_read)
{
    struct scratch s;
    struct dbc_db *db = parsed(), *again = NULL;
    struct dbc_error err = DBC_ERROR_INIT;
    char *out = NULL;
    size_t len = 0;

    scratch_make(&s);
    assert_int_equal(dbc_db_format(db, &out, &len, &err), 0);
    assert_int_equal(strlen(out), len);
    assert_int_equal(dbc_db_write(db, scratch_path(&s, "/c"), &err), 0);
    assert_string_equal(scratch_read(&s, "/c"), out);
    again = dbc_db_read(scratch_path(&s, "/c"), NULL, NULL, &err);
    assert_non_null(again);
    assert_string_equal(dbc_record_get(dbc_db_find_ref(again, "p"), "device"), "eth0");
    free(out);
    dbc_db_free(again);
    dbc_db_free(db);
    scratch_remove(&s);
}

TEST(errors)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char line[256] = "";

    assert_null(dbc_db_parse("name", "<x/>", 4, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_EPARSE);
    assert_string_equal(dbc_error_string(&err, line, sizeof line),
                        "name:1:3: expected <xenserver-network-configuration>, found <x>");
    assert_null(dbc_db_read("/nonexistent/x", NULL, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records),
        cmocka_unit_test(fields),
        cmocka_unit_test(names_of_fields),
        cmocka_unit_test(nothing_asked_for),
        cmocka_unit_test(no_other_config_at_all),
        cmocka_unit_test(write_and_read),
        cmocka_unit_test(errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
