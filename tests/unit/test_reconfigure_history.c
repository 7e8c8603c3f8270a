/* test_reconfigure_history.c - reconfigure/history.c: what a save keeps, and how a lost cache is
 * restored from it. */
#include "unit/test.h"

#include "unit/reconfigure_host.h"

/* ---- The history. --------------------------------------------------------------------------- */

static bool logged(const struct fixture *f, const char *text)
{
    return strstr(joined(&f->on.log.lines), text) != NULL;
}

/* A snapshot by hand. */
static void keep(struct fixture *f, const char *text)
{
    struct dbc_history_entry entry = { .data = text, .len = strlen(text), .reason = "test" };
    assert_int_equal(save(scratch_path(&f->on.s, HISTORY), &entry, NULL), 0);
}

/* The snapshot before number `before`, as text; "(none)" when there is none. */
static struct dbc_buf kept(struct fixture *f, int64_t before, int64_t *id)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int64_t when = 0;
    if (newest(scratch_path(&f->on.s, HISTORY), before, &text, id, &when, NULL) < 0) {
        dbc_buf_adds(&text, "(none)");
    }
    return text;
}

static void request_rewrite(struct fixture *f)
{
    no_history = DBC_OK;
    f->request.verb = IFR_REWRITE;
    f->request.device = "eth0";
    f->request.mac = "02:00:00:00:00:01";
    f->request.mode = "dhcp";
}

TEST_WITH(test_a_save_keeps_what_was, struct fixture, f)
{
    int64_t id = 0;
    request_rewrite(f);
    f->request.dry_run = IFR_DRY_RUN;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, HISTORY), "(none)");
    f->request.dry_run = IFR_DO;
    assert_int_equal(run(f), 0);
    struct dbc_buf after = kept(f, 0, &id);
    assert_int_equal(id, 2);
    struct dbc_buf before = kept(f, 2, &id);
    assert_int_equal(id, 1);
    assert_string_equal(after.data, scratch_read(&f->on.s, CACHE));
    assert_string_equal(before.data, cache_text);
    assert_false(logged(f, "history"));
    dbc_buf_release(&before);
    dbc_buf_release(&after);
}

/* Only a run that saves has something to keep. */
TEST_WITH(test_up_keeps_nothing, struct fixture, f)
{
    no_history = DBC_OK;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, HISTORY), "(none)");
}

static void break_history(struct fixture *f, const char *how)
{
    sqlite3 *db = NULL;
    keep(f, "x");
    assert_int_equal(sqlite3_open(scratch_path(&f->on.s, HISTORY), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, how, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* Nothing where it is no file. */
static struct dbc_buf history_bytes(struct fixture *f)
{
    struct dbc_buf bytes = DBC_BUF_INIT;
    dbc_file_read(scratch_path(&f->on.s, HISTORY), 1 << 20, &bytes, NULL);
    return bytes;
}

/* Rewrites the cache with a history that is no good: as if there were none, but for a line. */
static void rewrite_despite(struct fixture *f, const char *words)
{
    struct dbc_buf before = history_bytes(f), after = DBC_BUF_INIT;
    request_rewrite(f);
    assert_int_equal(run(f), 0);
    after = history_bytes(f);
    assert_int_equal(f->err.code, DBC_OK);
    assert_null(strstr(scratch_read(&f->on.s, CACHE), "xapi9"));
    assert_int_equal(after.len, before.len);
    assert_true(before.len == 0 || memcmp(after.data, before.data, before.len) == 0);
    assert_true(logged(f, "No history of the cache: "));
    assert_true(logged(f, words));
    dbc_buf_release(&before);
    dbc_buf_release(&after);
}

TEST_WITH(test_a_later_history, struct fixture, f)
{
    break_history(f, "PRAGMA user_version = 99");
    rewrite_despite(f, "a later release made this history");
}

TEST_WITH(test_a_broken_history, struct fixture, f)
{
    scratch_write(&f->on.s, HISTORY, cache_text, 0644);
    rewrite_despite(f, "not a database");
}

TEST_WITH(test_a_history_without_tables, struct fixture, f)
{
    break_history(f, "DROP TABLE snapshot");
    rewrite_despite(f, "no such table");
}

TEST_WITH(test_no_history_to_write, struct fixture, f)
{
    scratch_mkdir(&f->on.s, HISTORY);
    rewrite_despite(f, "expected a regular file");
}

/* A link to where nothing can be made: as on a read-only medium, for root too. */
TEST_WITH(test_a_read_only_history, struct fixture, f)
{
    assert_int_equal(symlink("/proc/self/nothing", scratch_path(&f->on.s, HISTORY)), 0);
    rewrite_despite(f, "unable to open database file");
}

TEST_WITH(test_no_history_module, struct fixture, f)
{
    request_rewrite(f);
    no_history = DBC_ENOENT;
    assert_int_equal(run(f), 0);
    assert_true(logged(f, "No history of the cache: no dbcache-history.so here"));
    no_history = DBC_EUNSUPPORTED;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, HISTORY), "(none)");
}

/* ---- Back to a snapshot. -------------------------------------------------------------------- */

/* Brings xenbr0 up from snapshot `id`. */
static void up_from(struct fixture *f, int id)
{
    char words[64];
    no_history = DBC_OK;
    snprintf(words, sizeof words, "going on from snapshot %d of ", id);
    f->request.verb = IFR_UP;
    assert_int_equal(run(f), 0);
    assert_true(logged(f, words));
    assert_true(ran(f, "/sbin/ifup\txenbr0"));
}

TEST_WITH(test_a_lost_cache, struct fixture, f)
{
    keep(f, cache_text);
    unlink(scratch_path(&f->on.s, CACHE));
    up_from(f, 1);
    assert_string_equal(scratch_read(&f->on.s, CACHE), "(none)"); /* nothing was saved */
    assert_true(logged(f, CACHE)); /* what is wrong with it is said */
}

TEST_WITH(test_an_empty_cache, struct fixture, f)
{
    keep(f, cache_text);
    scratch_write(&f->on.s, CACHE, "", 0644);
    up_from(f, 1);
}

/* The records behind the damage are missing: the bridge's network among them. */
TEST_WITH(test_a_cut_cache, struct fixture, f)
{
    char cut[sizeof cache_text];
    memcpy(cut, cache_text, sizeof cut);
    *strstr(cut, "<network ref=") = '\0';
    keep(f, cache_text);
    keep(f, cut); /* somebody saved it so: passed over */
    scratch_write(&f->on.s, CACHE, cut, 0644);
    up_from(f, 1);
}

TEST_WITH(test_a_damaged_snapshot_is_passed_over, struct fixture, f)
{
    keep(f, cache_text);
    break_history(f, "UPDATE chunk SET data = x'00' WHERE id > 1");
    unlink(scratch_path(&f->on.s, CACHE));
    up_from(f, 1);
}

/* A bridge that a sound cache does not know is an error; no snapshot may bring it back. */
TEST_WITH(test_a_sound_cache_is_believed, struct fixture, f)
{
    no_history = DBC_OK;
    keep(f, cache_text);
    scratch_write(&f->on.s, CACHE,
                  "<xenserver-network-configuration></xenserver-network-configuration>\n", 0644);
    refused(f, DBC_ENOENT, "xenbr0");
    assert_false(logged(f, "snapshot"));
}

TEST_WITH(test_a_lost_cache_and_no_good_snapshot, struct fixture, f)
{
    no_history = DBC_OK;
    unlink(scratch_path(&f->on.s, CACHE));
    refused(f, DBC_ENOENT, CACHE);
    assert_false(logged(f, "No history")); /* that there is none is no news */
    break_history(f, "UPDATE chunk SET data = x'00'");
    refused(f, DBC_ENOENT, CACHE);
    break_history(f, "PRAGMA user_version = 99");
    refused(f, DBC_ENOENT, CACHE);
    assert_true(logged(f, "a later release"));
    no_history = DBC_EUNSUPPORTED;
    refused(f, DBC_ENOENT, CACHE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_a_save_keeps_what_was),
        FIXTURE(test_up_keeps_nothing),
        FIXTURE(test_a_later_history),
        FIXTURE(test_a_broken_history),
        FIXTURE(test_a_history_without_tables),
        FIXTURE(test_no_history_to_write),
        FIXTURE(test_a_read_only_history),
        FIXTURE(test_no_history_module),
        FIXTURE(test_a_lost_cache),
        FIXTURE(test_an_empty_cache),
        FIXTURE(test_a_cut_cache),
        FIXTURE(test_a_damaged_snapshot_is_passed_over),
        FIXTURE(test_a_sound_cache_is_believed),
        FIXTURE(test_a_lost_cache_and_no_good_snapshot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
