/* test_ovsdb_value.c - values of Open vSwitch's database, valid and invalid ones. */
#include "unit/test.h"

#include "reconfigure/host/ovsdb.h"
#include "unit/ovsdb_ask.h"

static void is_text(const char *cell, const char *expected)
{
    json_t *value = json(cell);

    assert_string_equal(ifr_ovsdb_text(value), expected);
    json_decref(value);
}

TEST(texts)
{
    is_text("\"standalone\"", "standalone");
    is_text("\"\"", "");
    is_text("\"set\"", "set");
    is_text("[\"set\",[]]", "");
    is_text("[\"set\",[\"secure\"]]", "secure");
    is_text("[\"set\",[\"a\",\"b\"]]", "");
    is_text("[\"set\",[7]]", "");
    is_text("[\"set\",\"a\"]", "");
    is_text("[\"set\"]", "");
    is_text("[\"map\",[[\"a\",\"b\"]]]", "");
    is_text("[]", "");
    is_text("{}", "");
    is_text("null", "");
    assert_string_equal(ifr_ovsdb_text(NULL), "");
}

static void is_integer(const char *cell, json_int_t expected)
{
    json_t *value = json(cell);

    assert_true(ifr_ovsdb_integer(value, -7) == expected);
    json_decref(value);
}

TEST(integers)
{
    is_integer("0", 0);
    is_integer("-1", -1);
    is_integer("9223372036854775807", INT64_MAX);
    is_integer("[\"set\",[123]]", 123);
    is_integer("[\"set\",[]]", -7);
    is_integer("[\"set\",[1,2]]", -7);
    is_integer("\"5\"", -7);
    is_integer("5.0", -7);
    is_integer("true", -7);
    assert_true(ifr_ovsdb_integer(NULL, -7) == -7);
}

TEST(maps)
{
    json_t *map = json("[\"map\",[[\"a\",\"1\"],[\"b\",7],[3,\"x\"],[\"c\"],\"c\",[],"
                       "[\"e\",\"2\",\"3\"],[\"d\",\"\"]]]");
    json_t *other = json("[\"set\",[[\"a\",\"1\"]]]");

    assert_string_equal(ifr_ovsdb_map_get(map, "a"), "1");
    assert_string_equal(ifr_ovsdb_map_get(map, "d"), "");
    assert_null(ifr_ovsdb_map_get(map, "b"));
    assert_null(ifr_ovsdb_map_get(map, "c"));
    assert_null(ifr_ovsdb_map_get(map, "e"));
    assert_null(ifr_ovsdb_map_get(map, "A"));
    assert_null(ifr_ovsdb_map_get(other, "a"));
    assert_null(ifr_ovsdb_map_get(NULL, "a"));
    json_decref(map);
    json_decref(other);
}

static void is_set(const char *cell, size_t size)
{
    json_t *value = json(cell);

    assert_int_equal(ifr_ovsdb_set_size(value), size);
    for (size_t i = 0; i < size; i++) {
        assert_non_null(ifr_ovsdb_set_at(value, i));
    }
    assert_null(ifr_ovsdb_set_at(value, size));
    json_decref(value);
}

TEST(sets)
{
    is_set("[\"set\",[]]", 0);
    is_set("[\"set\",[[\"uuid\",\"" UUID "\"],7]]", 2);
    is_set("[\"uuid\",\"" UUID "\"]", 1);
    is_set("\"one\"", 1);
    is_set("[\"set\",{}]", 0);
    assert_int_equal(ifr_ovsdb_set_size(NULL), 0);
    assert_null(ifr_ovsdb_set_at(NULL, 0));
}

static void is_uuid(const char *cell, bool expected)
{
    json_t *value = json(cell);

    if (expected) {
        assert_string_equal(ifr_ovsdb_uuid(value), json_string_value(json_array_get(value, 1)));
    } else {
        assert_null(ifr_ovsdb_uuid(value));
    }
    json_decref(value);
}

TEST(uuids)
{
    is_uuid("[\"uuid\",\"" UUID "\"]", true);
    is_uuid("[\"uuid\",\"01234567-89AB-CDEF-0123-456789abcdef\"]", true);
    is_uuid("[\"named-uuid\",\"" UUID "\"]", false);
    is_uuid("\"" UUID "\"", false);
    is_uuid("[\"uuid\",\"" UUID "0\"]", false);
    is_uuid("[\"uuid\",\"01234567-89ab-cdef-0123-456789abcde\"]", false);
    is_uuid("[\"uuid\",\"01234567-89ab-cdef-0123-456789abcdeg\"]", false);
    is_uuid("[\"uuid\",\"012345670-9ab-cdef-0123-456789abcdef\"]", false);
    is_uuid("[\"uuid\",\"\"]", false);
    is_uuid("[\"uuid\",7]", false);
    is_uuid("[\"uuid\"]", false);
    is_uuid("[\"uuid\",\"" UUID "\",1]", false);
    assert_null(ifr_ovsdb_uuid(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts), cmocka_unit_test(integers), cmocka_unit_test(maps),
        cmocka_unit_test(sets),  cmocka_unit_test(uuids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
