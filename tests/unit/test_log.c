/* test_log.c - base/log.c: one safe line, of any length, even without memory. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/buf.c"
#include "base/log.c"
#include "base/valid.h"

struct heard {
    int n;
    enum dbc_level level;
    size_t len;
    char text[DBC_LOG_LINE_MAX + 100];
};

static void hear(void *ctx, enum dbc_level level, const char *text)
{
    struct heard *heard = ctx;

    heard->n++;
    heard->level = level;
    heard->len = strlen(text);
    assert_true(heard->len < sizeof heard->text);
    memcpy(heard->text, text, heard->len + 1);
}

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct heard));
    return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

TEST(nobody_listens)
{
    struct dbc_log mute = { 0 };
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_logf(NULL, DBC_LOG_INFO, "%d", 1);
    dbc_logf(&mute, DBC_LOG_INFO, "%d", 1);
    dbc_log_error(NULL, &err);
    dbc_log_error(&mute, &err);
}

TEST_WITH(one_safe_line, struct heard, heard)
{
    struct dbc_log log = { hear, heard };

    dbc_logf(&log, DBC_LOG_WARNING, "bad value %s of %s\n", "a\nAug 1 forged: \x1b]0;x\x7f\xfe",
             "\xc3\xa4");
    assert_int_equal(heard->n, 1);
    assert_int_equal(heard->level, DBC_LOG_WARNING);
    assert_string_equal(heard->text,
                        "bad value a\\x0aAug 1 forged: \\x1b]0;x\\x7f\\xfe of \xc3\xa4\\x0a");
    dbc_logf(&log, DBC_LOG_INFO, "%s", "");
    assert_int_equal(heard->n, 2);
    assert_string_equal(heard->text, "");
}

TEST_WITH(lines_of_128_kib_stay_whole, struct heard, heard)
{
    struct dbc_log log = { hear, heard };

    dbc_logf(&log, DBC_LOG_INFO, "%131072d|", 7);
    assert_int_equal(heard->len, 131073);
    assert_string_equal(heard->text + 131071, "7|");
    dbc_logf(&log, DBC_LOG_INFO, "%*d", (int)DBC_LOG_LINE_MAX, 7);
    assert_int_equal(heard->len, DBC_LOG_LINE_MAX);
    assert_int_equal(heard->text[DBC_LOG_LINE_MAX - 1], '7');
}

TEST_WITH(longer_lines_are_cut, struct heard, heard)
{
    struct dbc_log log = { hear, heard };
    size_t size = DBC_LOG_LINE_MAX + 10;
    char *text = malloc(size + 1);

    assert_non_null(text);
    dbc_logf(&log, DBC_LOG_INFO, "%*d", (int)DBC_LOG_LINE_MAX + 1, 7);
    assert_int_equal(heard->len, DBC_LOG_LINE_MAX);
    assert_string_equal(heard->text + heard->len - 4, " ...");
    memset(text, '\n', size); /* four times as long when escaped */
    text[size] = '\0';
    dbc_logf(&log, DBC_LOG_INFO, "%s", text);
    assert_in_range(heard->len, DBC_LOG_LINE_MAX - 4, DBC_LOG_LINE_MAX);
    assert_string_equal(heard->text + heard->len - 7, "\\x0a...");
    for (size_t i = 0; i + 2 <= size; i += 2) {
        memcpy(text + i, "\xc3\xa4", 2);
    }
    dbc_logf(&log, DBC_LOG_INFO, "x%s", text);
    assert_in_range(heard->len, DBC_LOG_LINE_MAX - 4, DBC_LOG_LINE_MAX);
    assert_true(dbc_valid_text(heard->text));
    free(text);
}

TEST_WITH(errors_are_logged, struct heard, heard)
{
    struct dbc_log log = { hear, heard };
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_fail_at(&err, DBC_EPARSE, "x.dbcache", 3, 4, "expected <pif>, found %s", "\n");
    dbc_log_error(&log, &err);
    assert_int_equal(heard->level, DBC_LOG_ERROR);
    assert_string_equal(heard->text, "x.dbcache:3:4: expected <pif>, found \\x0a");
}

/* Whichever of the two allocations is refused, a line still comes. */
TEST_WITH(without_memory_a_shorter_line, struct heard, heard)
{
    struct dbc_log log = { hear, heard };

    for (long n = 0; n < 2; n++) {
        allocs_left = n;
        dbc_logf(&log, DBC_LOG_ERROR, "short %d\n", 5);
        assert_true(alloc_failed());
        assert_string_equal(heard->text, "short 5\\x0a");
        allocs_left = n;
        dbc_logf(&log, DBC_LOG_ERROR, "%5000d", 7);
        assert_true(alloc_failed());
        assert_int_equal(heard->len, SPARE - 1);
        assert_string_equal(heard->text + heard->len - 4, " ...");
    }
    assert_int_equal(heard->n, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_listens),     FIXTURE(one_safe_line),
        FIXTURE(lines_of_128_kib_stay_whole), FIXTURE(longer_lines_are_cut),
        FIXTURE(errors_are_logged),           FIXTURE(without_memory_a_shorter_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
