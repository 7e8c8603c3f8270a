/* test_history.c - the history of a cache: saving and reading snapshots, what they cost and which
 * are kept, files that are damaged or from another release. */
#include "unit/test.h"

#include <fcntl.h>
#include <time.h>

#include "base/limits.h"
#include "unit/history_file.h"

#define BIG_RECORDS 4000
#define DAY 86400

/* ---- Snapshots ---------------------------------------------------------------------------- */

static int check_first(void *ctx, const struct dbc_snapshot *snapshot)
{
    assert_int_equal(snapshot->id, 1);
    assert_int_equal(snapshot->time, *(const int64_t *)ctx);
    assert_int_equal(snapshot->size, 3);
    /* SHA-256 of "one", as sha256sum(1) has it. */
    assert_string_equal(snapshot->hash,
                        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed");
    assert_string_equal(snapshot->program, "test");
    assert_string_equal(snapshot->reason, "because");
    return 7;
}

TEST(test_save_and_get)
{
    struct dbc_history *history = open_as(true);
    int64_t when = (int64_t)time(NULL) - DAY;

    assert_int_equal(save_at(history, "one", 3, when), 1);
    assert_int_equal(dbc_history_list(history, check_first, &when, NULL), 7);
    assert_int_equal(save(history, "two\n"), 2);
    assert_int_equal(save(history, "two\n"), 2); /* nothing new */
    assert_int_equal(save(history, "one"), 3);   /* back again: a state of its own */
    assert_int_equal(save_at(history, "a\0b", 3, 0), 4);
    assert_int_equal(save_at(history, "", 0, 0), 5);
    expect_text(history, 1, "one", 3);
    expect_text(history, 2, "two\n", 4);
    expect_text(history, 3, "one", 3);
    expect_text(history, 4, "a\0b", 3);
    expect_text(history, 5, "", 0);
    assert_int_equal(count(history), 5);
    dbc_history_close(history);
}

/* Without a NUL behind the text: sanitizers would see that more is read. */
TEST(test_text_that_ends_its_memory)
{
    const size_t len = 64 * 1024;
    struct dbc_history *history = open_as(true);
    char *text = malloc(len);

    for (size_t i = 0; i < len; i++) {
        text[i] = (char)(i % 2 == 0 ? '\n' : 'a' + i / 2 % 26);
    }
    expect_text(history, save_at(history, text, len, 0), text, len);
    free(text);
    dbc_history_close(history);
}

TEST(test_missing)
{
    struct dbc_history *history = NULL;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf out = DBC_BUF_INIT;

    assert_int_equal(dbc_history_open(db_path(), false, &history, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_int_equal(access(db_path(), F_OK), -1); /* reading makes nothing */
    history = open_as(true);
    save(history, "x");
    dbc_error_clear(&err);
    assert_int_equal(dbc_history_get(history, 9, &out, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    dbc_history_close(history);
}

TEST(test_words)
{
    char reason[2000] = "";
    struct dbc_history_entry entry = { .data = "x", .len = 1, .reason = reason };
    struct dbc_history *history = open_as(true);
    struct dbc_error err = DBC_ERROR_INIT;

    memset(reason, 'r', sizeof reason - 1);
    reason[3] = '\n';
    assert_int_equal(dbc_history_save(history, &entry, NULL, &err), 0);
    assert_true(sizeof reason > DBC_LIMIT_HISTORY_WORDS);
    entry.len = (size_t)DBC_LIMIT_FILE_BYTES + 1;
    assert_int_equal(dbc_history_save(history, &entry, NULL, &err), -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    dbc_history_close(history);
    sql("CREATE TABLE bad (n CHECK (n = 0)); INSERT INTO bad SELECT count(*) FROM snapshot "
        "WHERE length(reason) > 512 OR instr(reason, char(10)) > 0 OR program <> ''");
}

TEST(test_path)
{
    char *path = dbc_history_path("/var/xapi/network.dbcache");

    assert_string_equal(path, "/var/xapi/" DBC_HISTORY_NAME);
    free(path);
    path = dbc_history_path("network.dbcache");
    assert_string_equal(path, DBC_HISTORY_NAME);
    free(path);
}

/* ---- Figures ------------------------------------------------------------------------------ */

TEST(test_costs)
{
    struct dbc_history *history = open_as(true);
    struct dbc_buf text = DBC_BUF_INIT;
    long before = 0, all = 0, worst = 0;

    make_cache(&text, BIG_RECORDS, BIG_RECORDS);
    save_at(history, text.data, text.len, 0);
    before = file_size();
    print_message("first snapshot: %ld of %zu bytes\n", before, text.len);
    assert_true((size_t)before * 3 <= text.len);
    for (unsigned i = 0; i < 40; i++) {
        char *record = text.data + (text.len / 41) * (i + 1), *at = strstr(record, "<device>eth0");
        long now = 0;
        at[strlen("<device>eth")] = '1';
        expect_text(history, save_at(history, text.data, text.len, 0), text.data, text.len);
        now = file_size();
        all += now - before;
        worst = now - before > worst ? now - before : worst;
        before = now;
    }
    print_message("one changed record: %ld bytes on average, at most %ld\n", all / 40, worst);
    assert_true(worst <= 4096);
    dbc_buf_release(&text);
    dbc_history_close(history);
}

/* ---- Retention ---------------------------------------------------------------------------- */

static int chunks(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int n = 0;

    assert_int_equal(sqlite3_open(db_path(), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM chunk", -1, &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    n = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return n;
}

TEST(test_many_and_gc)
{
    struct dbc_history *history = open_as(true);
    struct dbc_buf text = DBC_BUF_INIT;
    unsigned removed = 0;
    long full = 0;
    int left = 0;

    for (unsigned i = 0; i < 500; i++) {
        dbc_buf_clear(&text);
        make_cache(&text, 20, i % 20);
        dbc_buf_addf(&text, "<!-- %u -->\n", i);
        assert_int_equal(save_at(history, text.data, text.len, 0), i + 1);
    }
    assert_int_equal(count(history), DBC_HISTORY_KEEP_COUNT);
    full = file_size();
    assert_int_equal(dbc_history_gc(history, 3, DBC_HISTORY_KEEP_DAYS, &removed, NULL), 0);
    assert_int_equal(removed, DBC_HISTORY_KEEP_COUNT - 3);
    assert_int_equal(count(history), 3);
    assert_true(file_size() < full);
    expect_text(history, 500, text.data, text.len);
    assert_int_equal(dbc_history_gc(history, 0, 0, &removed, NULL), 0);
    assert_int_equal(count(history), 1); /* never the newest */
    expect_text(history, 500, text.data, text.len);
    dbc_history_close(history);
    left = chunks();
    unlink(db_path());
    history = open_as(true);
    save_at(history, text.data, text.len, 0);
    assert_int_equal(left, chunks()); /* nothing of those that went is left */
    dbc_buf_release(&text);
    dbc_history_close(history);
}

TEST(test_gc_by_age)
{
    struct dbc_history *history = open_as(true);
    int64_t now = (int64_t)time(NULL);
    unsigned removed = 0;

    save_at(history, "old", 3, now - 40 * (int64_t)DAY);
    save_at(history, "older", 5, now - 20 * (int64_t)DAY);
    save_at(history, "new", 3, now - 5 * (int64_t)DAY);
    assert_int_equal(dbc_history_gc(history, 100, 30, &removed, NULL), 0);
    assert_int_equal(removed, 1);
    expect_text(history, 2, "older", 5);
    save_at(history, "very old", 8, now - (DBC_HISTORY_KEEP_DAYS + 5) * (int64_t)DAY);
    assert_int_equal(count(history), 3);
    save(history, "newest"); /* which drops the very old one */
    assert_int_equal(count(history), 3);
    dbc_history_close(history);
}

/* ---- Others' files ------------------------------------------------------------------------ */

static void expect_refused(bool writing, enum dbc_code code)
{
    struct dbc_history *history = NULL;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_history_open(db_path(), writing, &history, &err), -1);
    assert_int_equal(err.code, code);
    assert_true(err.text[0] != '\0');
}

TEST(test_later_version)
{
    struct dbc_history *history = open_as(true);
    struct stat before, after;

    save(history, "x");
    dbc_history_close(history);
    sql("PRAGMA user_version = 2; ALTER TABLE snapshot ADD COLUMN news");
    stat(db_path(), &before);
    expect_refused(true, DBC_EUNSUPPORTED);
    expect_refused(false, DBC_EUNSUPPORTED);
    stat(db_path(), &after);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
    assert_int_equal(before.st_size, after.st_size);
}

/* A version that no release ever had. */
TEST(test_negative_version)
{
    dbc_history_close(open_as(true));
    sql("PRAGMA user_version = -1");
    expect_refused(true, DBC_EINVAL);
    expect_refused(false, DBC_EINVAL);
}

TEST(test_other_files)
{
    sql("CREATE TABLE somebody(elses)");
    expect_refused(true, DBC_EINVAL);
    expect_refused(false, DBC_EINVAL);
    unlink(db_path());
    scratch_write(&scratch, "/" DBC_HISTORY_NAME,
                  "This is a text that is certainly no database, and it is long enough to see "
                  "that from its first hundred bytes.\n",
                  0644);
    expect_refused(true, DBC_EPARSE);
    unlink(db_path());
    assert_int_equal(mkdir(db_path(), 0755), 0);
    expect_refused(true, DBC_EINVAL);
    rmdir(db_path());
    assert_int_equal(mkfifo(db_path(), 0600), 0);
    expect_refused(false, DBC_EINVAL); /* and does not wait for a writer */
    unlink(db_path());
    scratch_write(&scratch, "/" DBC_HISTORY_NAME, "", 0644); /* killed while it was made */
    expect_refused(false, DBC_ENOENT);
    struct dbc_history *history = open_as(true);
    assert_int_equal(save(history, "x"), 1);
    dbc_history_close(history);
}

TEST(test_no_folder)
{
    struct dbc_history *history = NULL;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_history_open(scratch_path(&scratch, "/nix/h.db"), true, &history, &err),
                     -1);
    assert_int_equal(err.code, DBC_EIO);
}

/* A chunk that is damaged on the disk: its snapshots are not given out, the ones before are, and
 * the next save with the same bytes mends it. */
TEST(test_damaged_chunk)
{
    struct dbc_history *history = open_as(true);
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int64_t id = 0, when = 0;

    save(history, "good");
    save(history, "bad");
    dbc_history_close(history);
    sql("UPDATE chunk SET data = (SELECT data FROM chunk WHERE id = 1) WHERE id = 2");
    history = open_as(true);
    assert_int_equal(dbc_history_get(history, 2, &out, &err), -1);
    assert_int_equal(err.code, DBC_EPARSE);
    assert_int_equal(out.len, 0);
    assert_int_equal(dbc_history_newest(history, 0, &out, &id, &when, NULL), 0);
    assert_int_equal(id, 1);
    assert_string_equal(out.data, "good");
    dbc_error_clear(&err);
    assert_int_equal(dbc_history_newest(history, 1, &out, &id, &when, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_int_equal(save(history, "bad"), 2);
    expect_text(history, 2, "bad", 3);
    dbc_buf_release(&out);
    dbc_history_close(history);
}

TEST(test_hostile_rows)
{
    static const char *const changes[] = {
        "UPDATE snapshot SET chunks = x'00'",    "UPDATE snapshot SET chunks = NULL",
        "UPDATE snapshot SET size = -1",         "UPDATE snapshot SET size = 1 << 60",
        "UPDATE snapshot SET hash = 'text'",     "UPDATE chunk SET data = x''",
        "UPDATE chunk SET data = zeroblob(100)", "DELETE FROM chunk",
    };

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct dbc_history *history = open_as(true);
        struct dbc_buf out = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        sqlite3 *db = NULL;

        save(history, "text");
        dbc_history_close(history);
        sqlite3_open(db_path(), &db);
        sqlite3_exec(db, changes[i], NULL, NULL, NULL); /* NOT NULL refuses one */
        int changed = sqlite3_changes(db);
        sqlite3_close(db);
        history = open_as(true);
        assert_int_equal(dbc_history_get(history, 1, &out, &err), changed > 0 ? -1 : 0);
        assert_int_equal(err.code, changed > 0 ? DBC_EPARSE : DBC_OK);
        save(history, "new"); /* whatever is broken, saving goes on */
        assert_int_equal(dbc_history_gc(history, 1, 1, NULL, NULL), 0);
        expect_text(history, 2, "new", 3);
        dbc_history_close(history);
        dbc_buf_release(&out);
        unlink(db_path());
    }
}

/* Bytes all over the file turned over: an error or an answer, but the answer is right. */
TEST(test_damaged_file)
{
    struct dbc_history *history = open_as(true);
    struct dbc_buf text = DBC_BUF_INIT;
    long size = 0;

    make_cache(&text, 20, 20);
    save_at(history, text.data, text.len, 0);
    dbc_history_close(history);
    size = file_size();
    for (long at = 0; at < size; at += 53) {
        struct dbc_buf out = DBC_BUF_INIT;
        int fd = open(db_path(), O_RDWR | O_CLOEXEC);
        unsigned char was = 0, is = 0;

        assert_int_equal(pread(fd, &was, 1, at), 1);
        is = was ^ 0x55;
        assert_int_equal(pwrite(fd, &is, 1, at), 1);
        history = NULL;
        if (dbc_history_open(db_path(), false, &history, NULL) == 0 &&
            dbc_history_get(history, 1, &out, NULL) == 0) {
            assert_int_equal(out.len, text.len);
            assert_memory_equal(out.data, text.data, text.len);
        }
        dbc_history_close(history);
        dbc_buf_release(&out);
        assert_int_equal(pwrite(fd, &was, 1, at), 1);
        close(fd);
    }
    dbc_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_save_and_get),  FIXTURE(test_text_that_ends_its_memory),
        FIXTURE(test_missing),       FIXTURE(test_words),
        cmocka_unit_test(test_path), FIXTURE(test_costs),
        FIXTURE(test_many_and_gc),   FIXTURE(test_gc_by_age),
        FIXTURE(test_later_version), FIXTURE(test_negative_version),
        FIXTURE(test_other_files),   FIXTURE(test_no_folder),
        FIXTURE(test_damaged_chunk), FIXTURE(test_hostile_rows),
        FIXTURE(test_damaged_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
