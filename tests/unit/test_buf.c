/* test_buf.c - base/buf.c: growth, sticky failure, escaping. */
#include <inttypes.h>

#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/buf.c"

TEST(fresh_is_empty)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    assert_string_equal(dbc_buf_str(&buf), "");
    dbc_buf_clear(&buf);
    dbc_buf_release(&buf);
    assert_null(buf.data);
    dbc_buf_add(&buf, NULL, 0);
    assert_non_null(buf.data);
    assert_string_equal(buf.data, "");
    dbc_buf_release(&buf);
    dbc_buf_add_printable(&buf, "");
    assert_non_null(buf.data);
    dbc_buf_release(&buf);
}

TEST(adds_everything)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    dbc_buf_adds(&buf, "ab");
    dbc_buf_addc(&buf, 'c');
    dbc_buf_addf(&buf, "-%d-%s", -5, "x");
    dbc_buf_addf(&buf, "%s", "");
    dbc_buf_add(&buf, "\0y", 2);
    assert_int_equal(buf.len, 10);
    assert_memory_equal(buf.data, "abc--5-x\0y", 11);
    dbc_buf_clear(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal(dbc_buf_str(&buf), "");
    dbc_buf_release(&buf);
}

TEST(adds_numbers)
{
    static const int64_t numbers[] = { 0, 7, -1, 10, 4094, -4094, INT32_MIN, INT64_MAX, INT64_MIN };
    char wanted[32];

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct dbc_buf buf = DBC_BUF_INIT;
        dbc_buf_add_int(&buf, numbers[i]);
        snprintf(wanted, sizeof wanted, "%" PRId64, numbers[i]);
        assert_string_equal(dbc_buf_str(&buf), wanted);
        assert_int_equal(buf.len, strlen(wanted));
        dbc_buf_release(&buf);
    }
}

TEST(grows)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    for (size_t i = 0; i < 200000; i++) {
        dbc_buf_addc(&buf, (char)('a' + i % 26));
        assert_true(buf.len == i + 1 && buf.data[i + 1] == '\0');
    }
    for (size_t i = 0; i < 200000; i++) {
        assert_int_equal(buf.data[i], (char)('a' + i % 26));
    }
    dbc_buf_addf(&buf, "%100000d", 1);
    assert_int_equal(buf.len, 300000);
    assert_int_equal(buf.data[299999], '1');
    dbc_buf_release(&buf);
}

TEST(printable)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    dbc_buf_adds(&buf, "\n");
    dbc_buf_add_printable(&buf, "a\x01\x7f\xc3\xa4\xff\n");
    assert_string_equal(dbc_buf_str(&buf), "\na\\x01\\x7f\xc3\xa4\\xff\\x0a");
    dbc_buf_release(&buf);
}

TEST(reserve_and_added)
{
    struct dbc_buf buf = DBC_BUF_INIT;
    char *room = dbc_buf_reserve(&buf, 1000);

    assert_non_null(room);
    memset(room, 'x', 1000);
    dbc_buf_added(&buf, 1000);
    assert_int_equal(buf.len, 1000);
    assert_int_equal(buf.data[1000], '\0');
    room = dbc_buf_reserve(&buf, 5); /* not taken: nothing changes */
    assert_ptr_equal(room, buf.data + 1000);
    assert_int_equal(strlen(buf.data), 1000);
    dbc_buf_release(&buf);
}

TEST(steal_gives_away)
{
    struct dbc_buf buf = DBC_BUF_INIT;
    char *text = dbc_buf_steal(&buf);

    assert_string_equal(text, "");
    free(text);
    dbc_buf_adds(&buf, "mine");
    text = dbc_buf_steal(&buf);
    assert_string_equal(text, "mine");
    assert_null(buf.data);
    assert_int_equal(buf.len, 0);
    assert_int_equal(buf.cap, 0);
    free(text);
}

TEST(failure_is_sticky)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    dbc_buf_adds(&buf, "kept");
    assert_null(dbc_buf_reserve(&buf, SIZE_MAX));
    assert_true(buf.failed);
    dbc_buf_adds(&buf, "x");
    dbc_buf_addf(&buf, "%d", 1);
    dbc_buf_add_printable(&buf, "x");
    assert_int_equal(buf.len, 4);
    assert_string_equal(dbc_buf_str(&buf), "");
    dbc_buf_clear(&buf);
    assert_false(buf.failed);
    dbc_buf_adds(&buf, "again");
    assert_string_equal(dbc_buf_str(&buf), "again");
    dbc_buf_add(&buf, "", SIZE_MAX - buf.len);
    assert_true(buf.failed);
    assert_null(dbc_buf_steal(&buf));
    assert_false(buf.failed);
    assert_null(buf.data);
}

TEST(each_allocation_fails_once)
{
    bool failed = true;

    for (long n = 0; failed; n++) {
        struct dbc_buf buf = DBC_BUF_INIT;
        char *text = NULL;
        allocs_left = n;
        dbc_buf_addf(&buf, "%200d", 1);
        dbc_buf_add_printable(&buf, "\n");
        for (int i = 0; i < 1000; i++) {
            dbc_buf_adds(&buf, "text");
        }
        text = dbc_buf_steal(&buf);
        failed = alloc_failed();
        assert_int_equal(text == NULL, failed);
        assert_true(failed || strlen(text) == 4204);
        free(text);
        assert_true(n < 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fresh_is_empty),
        cmocka_unit_test(adds_everything),
        cmocka_unit_test(adds_numbers),
        cmocka_unit_test(grows),
        cmocka_unit_test(printable),
        cmocka_unit_test(reserve_and_added),
        cmocka_unit_test(steal_gives_away),
        cmocka_unit_test(failure_is_sticky),
        cmocka_unit_test(each_allocation_fails_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
