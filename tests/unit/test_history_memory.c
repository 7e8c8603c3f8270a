/* test_history_memory.c - the history when memory runs out, at each allocation of its own and of
 * SQLite in turn: an error that says so, and a history that has what it had, or that and the new.
 */
#include "unit/test.h"

#include "unit/fail_sqlite.h"

#include "base/buf.c"
#include "base/file.h"
#include "flate/flate.c"
#include "store/chunk.c"
#include "store/history.c"
#include "store/history_gc.c"
#include "store/history_open.c"
#include "unit/history_file.h"
#include "unit/thorough.h"

#define SNAPSHOTS 3

static struct dbc_buf before; /* the history's file as each attempt finds it */

/* Some chunks of text; each number's has most of them from the others'. */
static void make_text(struct dbc_buf *out, unsigned number)
{
    for (unsigned i = 0; i < 1000; i++) {
        dbc_buf_addf(out, "<line number=\"%u\">%u</line>\n", i, i == number * 100 ? 1 : i * 7919);
    }
    assert_false(out->failed);
}

static int save_text(struct dbc_history *history, unsigned number, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_history_entry entry = { .program = "test", .reason = "because" };
    long left = allocs_left;
    int rc = -1;

    allocs_left = -1;
    make_text(&text, number);
    allocs_left = left;
    entry.data = text.data;
    entry.len = text.len;
    rc = dbc_history_save(history, &entry, NULL, err);
    dbc_buf_release(&text);
    return rc;
}

static int setup_kept(void **state)
{
    struct dbc_history *history = NULL;

    setup(state);
    history = open_as(true);
    for (unsigned i = 0; i < SNAPSHOTS; i++) {
        assert_int_equal(save_text(history, i, NULL), 0);
    }
    dbc_history_close(history);
    assert_int_equal(dbc_file_read(db_path(), 1 << 24, &before, NULL), 0);
    return 0;
}

static int teardown_kept(void **state)
{
    dbc_buf_release(&before);
    return teardown(state);
}

static void put_back(void)
{
    FILE *file = fopen(db_path(), "w");

    assert_non_null(file);
    assert_int_equal(fwrite(before.data, 1, before.len, file), before.len);
    fclose(file);
    unlink(scratch_path(&scratch, "/" DBC_HISTORY_NAME "-journal"));
}

struct found {
    struct dbc_history *history;
    unsigned n;
    int64_t newest;
};

static int look(void *ctx, const struct dbc_snapshot *snapshot)
{
    struct found *found = ctx;
    struct dbc_buf out = DBC_BUF_INIT;

    found->n++;
    found->newest = snapshot->id > found->newest ? snapshot->id : found->newest;
    assert_int_equal(dbc_history_get(found->history, snapshot->id, &out, NULL), 0);
    assert_int_equal(out.len, snapshot->size);
    dbc_buf_release(&out);
    return 0;
}

/* What is in the file, all of it whole. */
static struct found look_at(void)
{
    struct found found = { NULL, 0, 0 };

    assert_int_equal(dbc_history_open(db_path(), true, &found.history, NULL), 0);
    assert_int_equal(dbc_history_list(found.history, look, &found, NULL), 0);
    dbc_history_close(found.history);
    return found;
}

/* Opens the history, and does one thing with it. */
typedef int act(struct dbc_history *history, struct dbc_error *err);

/* One that failed leaves nothing behind that keeps the next one from it. */
static int act_save(struct dbc_history *history, struct dbc_error *err)
{
    int rc = save_text(history, SNAPSHOTS, err);

    if (rc < 0) {
        assert_int_equal(save_text(history, SNAPSHOTS, NULL), 0);
    }
    return rc;
}

static int see(void *ctx, const struct dbc_snapshot *snapshot)
{
    assert_string_equal(snapshot->reason, "because");
    assert_string_equal(snapshot->program, "test");
    ++*(unsigned *)ctx;
    return 0;
}

static int act_list(struct dbc_history *history, struct dbc_error *err)
{
    unsigned n = 0;
    int rc = dbc_history_list(history, see, &n, err);

    assert_true(rc < 0 || n == SNAPSHOTS);
    return rc;
}

/* Without anything of a snapshot that fails, and with what was there before. */
static void check_bytes(int rc, const struct dbc_buf *out, unsigned number)
{
    struct dbc_buf expected = DBC_BUF_INIT;
    long left = allocs_left;

    allocs_left = -1;
    dbc_buf_adds(&expected, "there");
    if (rc == 0) {
        make_text(&expected, number);
    }
    assert_true(out->len >= 5 || out->failed);
    if (!out->failed) {
        assert_int_equal(out->len, expected.len);
        assert_memory_equal(out->data, expected.data, expected.len);
    }
    dbc_buf_release(&expected);
    allocs_left = left;
}

static int act_get(struct dbc_history *history, struct dbc_error *err)
{
    struct dbc_buf out = DBC_BUF_INIT;
    int rc = -1;

    dbc_buf_adds(&out, "there");
    rc = dbc_history_get(history, 2, &out, err);
    if (out.failed && err->code == DBC_OK) {
        rc = dbc_fail_nomem(err);
    }
    check_bytes(rc, &out, 1);
    dbc_buf_release(&out);
    return rc;
}

static int act_newest(struct dbc_history *history, struct dbc_error *err)
{
    struct dbc_buf out = DBC_BUF_INIT;
    int64_t id = 0, when = 0;
    int rc = -1;

    dbc_buf_adds(&out, "there");
    rc = dbc_history_newest(history, 0, &out, &id, &when, err);
    assert_true(rc < 0 || id == SNAPSHOTS); /* and not an older one, for lack of memory */
    check_bytes(rc, &out, SNAPSHOTS - 1);
    dbc_buf_release(&out);
    return rc;
}

static int act_gc(struct dbc_history *history, struct dbc_error *err)
{
    return dbc_history_gc(history, 1, 30, NULL, err);
}

static int try_once(act *what, bool writing, struct dbc_error *err)
{
    struct dbc_history *history = NULL;
    int rc = dbc_history_open(db_path(), writing, &history, err);

    if (rc == 0) {
        rc = what(history, err);
    }
    dbc_history_close(history);
    return rc;
}

/* There were `had` snapshots, and `kept` are what there is in the end. */
static void each_allocation(act *what, bool writing, unsigned had, unsigned kept)
{
    bool reached = true;
    long n = 0;

    for (n = 0; reached; n += stride(1, 5)) {
        struct dbc_error err = DBC_ERROR_INIT;
        struct found found;
        int rc = -1;

        put_back();
        allocs_left = n;
        rc = try_once(what, writing, &err);
        reached = alloc_failed();
        assert_true(reached || rc == 0);
        expect_code(&err, rc, n);
        found = look_at();
        assert_true(found.n == had || found.n == kept);
        assert_true(rc < 0 || found.n == kept);
        assert_true(n < 20000);
    }
    print_message("%ld allocations\n", n);
    assert_true(n > 20);
}

TEST(test_save)
{
    each_allocation(act_save, true, SNAPSHOTS, SNAPSHOTS + 1);
}

TEST(test_list)
{
    each_allocation(act_list, false, SNAPSHOTS, SNAPSHOTS);
}

TEST(test_get)
{
    each_allocation(act_get, false, SNAPSHOTS, SNAPSHOTS);
}

TEST(test_newest)
{
    each_allocation(act_newest, false, SNAPSHOTS, SNAPSHOTS);
}

TEST(test_gc)
{
    each_allocation(act_gc, true, SNAPSHOTS, 1);
}

/* The first save of all, which makes the tables. */
TEST(test_make)
{
    before.len = 0;
    each_allocation(act_save, true, 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_save, setup_kept, teardown_kept),
        cmocka_unit_test_setup_teardown(test_list, setup_kept, teardown_kept),
        cmocka_unit_test_setup_teardown(test_get, setup_kept, teardown_kept),
        cmocka_unit_test_setup_teardown(test_newest, setup_kept, teardown_kept),
        cmocka_unit_test_setup_teardown(test_gc, setup_kept, teardown_kept),
        cmocka_unit_test_setup_teardown(test_make, setup_kept, teardown_kept),
    };

    if (fail_sqlite() != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
