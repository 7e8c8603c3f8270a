/* test_schema.c - model/schema.c: THE TABLE is consistent, and names find their rows. */
#include "unit/test.h"

#include "model/schema.h"

static size_t kind_size(enum dbc_kind kind)
{
    switch (kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        return sizeof(const char *);
    case DBC_KIND_BOOL:
        return sizeof(bool);
    case DBC_KIND_INT:
        return sizeof(struct dbc_int);
    case DBC_KIND_REFS:
        return sizeof(struct dbc_refs);
    case DBC_KIND_MAP:
        return sizeof(struct dbc_map);
    }
    return 0;
}

static void check_row(const struct dbc_class_info *info, enum dbc_class class_, size_t i)
{
    const struct dbc_field *field = &info->fields[i];
    bool refers = field->kind == DBC_KIND_REF || field->kind == DBC_KIND_REFS;

    assert_int_equal(field->class_, class_);
    assert_ptr_equal(dbc_schema_field(class_, field->name), i < info->n_fields ? field : NULL);
    assert_ptr_equal(dbc_schema_xapi_field(class_, field->xapi), field);
    assert_int_equal(dbc_schema_field_index(field), i);
    assert_true(field->offset >= sizeof(struct dbc_record));
    assert_true(field->offset + kind_size(field->kind) <= info->size);
    assert_non_null(field->missing);
    assert_int_equal(refers, field->target < DBC_N_CLASSES);
    assert_int_equal(field->kind == DBC_KIND_REFS, field->item != NULL);
    assert_int_equal(field->doc[strlen(field->doc) - 1], '.');
    for (size_t j = 0; j < i; j++) { /* no two rows share bytes */
        const struct dbc_field *other = &info->fields[j];
        assert_true(other->offset + kind_size(other->kind) <= field->offset ||
                    field->offset + kind_size(field->kind) <= other->offset);
    }
}

TEST(every_row)
{
    for (int c = 0; c < DBC_N_CLASSES; c++) {
        const struct dbc_class_info *info = dbc_schema_class((enum dbc_class)c);

        assert_in_range(info->n_fields, 1, 64);
        assert_in_range(info->n_known, info->n_fields, 64);
        for (size_t i = 0; i < info->n_known; i++) {
            check_row(info, (enum dbc_class)c, i);
        }
    }
}

/* What is not in a row is lost in every reading and writing, so the rows must fill the struct. */
TEST(no_member_without_row)
{
    for (int c = 0; c < DBC_N_CLASSES; c++) {
        const struct dbc_class_info *info = dbc_schema_class((enum dbc_class)c);
        size_t bytes = sizeof(struct dbc_record);

        for (size_t i = 0; i < info->n_known; i++) {
            size_t size = kind_size(info->fields[i].kind);
            bytes += (size + 7) / 8 * 8;
        }
        assert_int_equal(bytes, info->size);
    }
}

TEST(classes_in_the_files_order)
{
    static const char *const names[] = { "pif", "bond", "vlan", "tunnel", "network", "pool" };

    for (int c = 0; c < DBC_N_CLASSES; c++) {
        assert_string_equal(dbc_schema_class((enum dbc_class)c)->name, names[c]);
        assert_int_equal(dbc_schema_class_by_name(names[c]), c);
    }
    assert_int_equal(dbc_schema_class_by_name("PIF"), DBC_N_CLASSES);
    assert_int_equal(dbc_schema_class_by_name(""), DBC_N_CLASSES);
    assert_int_equal(dbc_schema_class_by_name("pifs"), DBC_N_CLASSES);
}

TEST(mac_before_device)
{
    assert_true(dbc_schema_field(DBC_PIF, "MAC") < dbc_schema_field(DBC_PIF, "device"));
}

TEST(missing_texts)
{
    static const struct {
        enum dbc_class class_;
        const char *field, *missing;
    } rows[] = {
        { DBC_PIF, "VLAN", "-1" },
        { DBC_PIF, "management", "False" },
        { DBC_PIF, "gateway", "" },
        { DBC_PIF, "bond_slave_of", "OpaqueRef:NULL" },
        { DBC_NETWORK, "MTU", "1500" },
        { DBC_NETWORK, "bridge", "" },
        { DBC_PIF, "other_config", "" },
        { DBC_BOND, "slaves", "" },
        { DBC_PIF, "ipv6_configuration_mode", "None" },
        { DBC_PIF, "primary_address_type", "IPv4" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct dbc_field *field = dbc_schema_field(rows[i].class_, rows[i].field);
        assert_string_equal(field->missing, rows[i].missing);
    }
}

TEST(unknown_names)
{
    assert_null(dbc_schema_field(DBC_PIF, ""));
    assert_null(dbc_schema_field(DBC_PIF, "mac"));
    assert_null(dbc_schema_field(DBC_PIF, "MACs"));
    assert_null(dbc_schema_field(DBC_POOL, "uuid"));
    assert_null(dbc_schema_field(DBC_VLAN, "slaves"));
    assert_null(dbc_schema_xapi_field(DBC_PIF, ""));
    assert_null(dbc_schema_xapi_field(DBC_POOL, "purpose"));
}

/* A cache and XAPI may call a field by different names, and XAPI has more of them. */
TEST(xapis_fields)
{
    static const struct {
        enum dbc_class class_;
        const char *cache, *xapi; /* NULL: it has none */
        bool is_list;
    } rows[] = {
        { DBC_PIF, "IPv6_gateway", "ipv6_gateway", false },
        { DBC_PIF, "IPv6", "IPv6", true },
        { DBC_PIF, "DNS", "DNS", false },
        { DBC_BOND, NULL, "mode", false },
        { DBC_BOND, NULL, "properties", false },
        { DBC_NETWORK, NULL, "purpose", true },
        { DBC_POOL, NULL, "igmp_snooping_enabled", false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct dbc_field *field = dbc_schema_xapi_field(rows[i].class_, rows[i].xapi);

        assert_non_null(field);
        assert_int_equal((field->flags & DBC_FIELD_LIST) != 0, rows[i].is_list);
        if (rows[i].cache == NULL) {
            assert_null(dbc_schema_field(rows[i].class_, rows[i].xapi));
        } else {
            assert_ptr_equal(dbc_schema_field(rows[i].class_, rows[i].cache), field);
        }
    }
    assert_null(dbc_schema_field(DBC_PIF, "ipv6_gateway"));
    assert_null(dbc_schema_xapi_field(DBC_PIF, "IPv6_gateway"));
}

TEST(wanted_keys)
{
    assert_true(dbc_schema_wants_key(dbc_schema_field(DBC_PIF, "other_config"), "mtu"));
    assert_false(dbc_schema_wants_key(dbc_schema_field(DBC_PIF, "other_config"), "lacp-time"));
    assert_true(dbc_schema_wants_key(dbc_schema_xapi_field(DBC_BOND, "properties"), "lacp-time"));
}

TEST(config_keys)
{
    size_t n = 0;
    const struct dbc_config_key *keys = dbc_schema_config_keys(&n);

    assert_int_equal(n, 12 + 11 + 4 + 11 + 1);
    for (size_t i = 0; i < n; i++) {
        assert_true(dbc_schema_keeps_key(keys[i].class_, keys[i].name));
        assert_true(keys[i].values[0] != '\0');
        assert_int_equal(keys[i].doc[strlen(keys[i].doc) - 1], '.');
        for (size_t j = 0; j < i; j++) {
            assert_true(keys[i].class_ != keys[j].class_ ||
                        strcmp(keys[i].name, keys[j].name) != 0);
        }
    }
    assert_true(dbc_schema_keeps_key(DBC_PIF, "bond-mode"));
    assert_false(dbc_schema_keeps_key(DBC_NETWORK, "bond-mode"));
    assert_true(dbc_schema_keeps_key(DBC_POOL, "vswitch-controller-fail-mode"));
    assert_false(dbc_schema_keeps_key(DBC_POOL, "vswitch-disable-in-band"));
    assert_false(dbc_schema_keeps_key(DBC_PIF, "ethtool-"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(no_member_without_row),
        cmocka_unit_test(classes_in_the_files_order),
        cmocka_unit_test(mac_before_device),
        cmocka_unit_test(missing_texts),
        cmocka_unit_test(unknown_names),
        cmocka_unit_test(config_keys),
        cmocka_unit_test(xapis_fields),
        cmocka_unit_test(wanted_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
