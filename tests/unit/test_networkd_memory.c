/* test_networkd_memory.c - cache/networkd when memory runs out, at each allocation of its own, of
 * the records and of jansson in turn: an error that says so, never a part of a host, never a leak.
 */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/arena.c"
#include "base/buf.c"
#undef FIRST_CAP
#include "base/hash.c"
#include "model/topology.c"

#include "unit/networkd_text.h"

/* A loss that the test's own memory has to take would hide the module's. */
static void ignore(void *ctx, const struct dbc_loss *loss)
{
    assert_non_null(loss->why);
    assert_null(ctx);
}

static void quiet(void *ctx, const struct dbc_error *warning)
{
    assert_string_not_equal(warning->text, "");
    assert_null(ctx);
}

static struct dbc_buf load(const char *path)
{
    struct dbc_buf data = DBC_BUF_INIT;

    assert_int_equal(dbc_file_read(path, DBC_LIMIT_NETWORKD_BYTES, &data, NULL), 0);
    return data;
}

/* True when memory was enough.  Records that come in spite of a failed allocation are the same. */
static bool read_once(const struct dbc_buf *file, long allocations, const char *expected)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;
    bool reached = false;

    allocs_left = allocations;
    db = dbc_networkd_read("t", file->data, file->len, "xapi0", quiet, ignore, NULL, &err);
    reached = alloc_failed();
    assert_true(reached || db != NULL);
    if (db == NULL) {
        assert_int_equal(err.code, DBC_ENOMEM);
        return false;
    }
    assert_int_equal(err.code, DBC_OK);
    assert_formats(db, expected);
    dbc_db_free(db);
    return !reached;
}

TEST(reading)
{
    struct dbc_buf file = load(FIXTURES "/networkd/25.35.db"), text = DBC_BUF_INIT;
    struct dbc_db *db =
        dbc_networkd_read("t", file.data, file.len, "xapi0", NULL, NULL, NULL, NULL);
    long n = 0;

    assert_non_null(db);
    text = format(db);
    dbc_db_free(db);
    while (!read_once(&file, n, dbc_buf_str(&text))) {
        n++;
        assert_true(n < 10000);
    }
    assert_true(n > 500);
    dbc_buf_release(&text);
    dbc_buf_release(&file);
}

static bool write_once(const struct dbc_db *db, long allocations)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf out = DBC_BUF_INIT;
    bool reached = false;
    int status = 0;

    allocs_left = allocations;
    status = dbc_networkd_format(db, DBC_NETWORKD_NOW, &out, ignore, NULL, &err);
    reached = alloc_failed();
    assert_int_equal(status, reached ? -1 : 0);
    assert_int_equal(err.code, reached ? DBC_ENOMEM : DBC_OK);
    dbc_buf_release(&out);
    return !reached;
}

TEST(writing)
{
    struct dbc_buf file = load(FIXTURES "/networkd/8.2.db");
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db =
        dbc_networkd_read("t", file.data, file.len, "xapi0", NULL, NULL, NULL, &err);
    long n = 0;

    assert_non_null(db);
    while (!write_once(db, n)) {
        n++;
        assert_true(n < 10000);
    }
    assert_true(n > 300);
    dbc_db_free(db);
    dbc_buf_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading),
        cmocka_unit_test(writing),
    };

    json_set_alloc_funcs(failing_malloc, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
