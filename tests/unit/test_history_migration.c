/* test_history_migration.c - a history of an earlier version opened by the next version: its
 * contents stay, several programs may migrate it at once, and a migration happens completely or not
 * at all. */
#include "unit/test.h"

#include <sys/wait.h>

#include "store/history_open.c"
#include "unit/history_file.h"

#define PROGRAMS 4

/* What the next release might do, and what it had better not. */
static const char *const next_steps[] = {
    "SELECT no_such_table", /* of version 1 already */
    ("ALTER TABLE snapshot ADD COLUMN host TEXT NOT NULL DEFAULT 'none';"
     "UPDATE snapshot SET host = 'known'"),
    "CREATE TABLE news (id INTEGER PRIMARY KEY)",
};
static const char *const bad_steps[] = { "", "CREATE TABLE news (id); DELETE FROM snapshot",
                                         "ODD" };
static const struct schema next = { next_steps, 3 }, bad = { bad_steps, 3 };

static int setup_kept(void **state)
{
    struct dbc_history *history = NULL;

    setup(state);
    history = open_as(true);
    save(history, "text");
    dbc_history_close(history);
    return 0;
}

/* Opens it as a program with this schema would. */
static int open_with(const struct schema *schema, struct dbc_history **ret, struct dbc_error *err)
{
    struct dbc_history *history = calloc(1, sizeof *history);

    assert_non_null(history);
    history->path = strdup(db_path());
    *ret = history;
    return open_writing(history, schema, err);
}

static int number(struct dbc_history *history, const char *sql)
{
    int ret = -1;

    assert_int_equal(ask(history, sql, &ret, NULL), 0);
    return ret;
}

TEST(test_to_the_next)
{
    struct dbc_history *history = NULL;
    struct dbc_error err = DBC_ERROR_INIT;

    for (int i = 0; i < 2; i++) { /* the second time nothing is left to do */
        assert_int_equal(open_with(&next, &history, &err), 0);
        assert_int_equal(number(history, "PRAGMA user_version"), 3);
        assert_int_equal(number(history, "SELECT count(*) FROM snapshot WHERE host = 'known'"), 1);
        expect_text(history, 1, "text", 4);
        dbc_history_close(history);
    }
    /* This program is the earlier one now. */
    history = NULL;
    assert_int_equal(dbc_history_open(db_path(), true, &history, &err), -1);
    assert_int_equal(err.code, DBC_EUNSUPPORTED);
}

TEST(test_from_nothing)
{
    static const char *const steps[] = { "CREATE TABLE a (x)", "CREATE TABLE b (x)" };
    const struct schema two = { steps, 2 };
    struct dbc_history *history = NULL;

    unlink(db_path());
    assert_int_equal(open_with(&two, &history, NULL), 0);
    assert_int_equal(number(history, "SELECT count(*) FROM sqlite_master"), 2);
    assert_int_equal(number(history, "PRAGMA user_version"), 2);
    dbc_history_close(history);
}

TEST(test_a_failed_one_is_none)
{
    struct dbc_history *history = NULL;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(open_with(&bad, &history, &err), -1);
    assert_int_equal(err.code, DBC_EPARSE);
    dbc_history_close(history);
    history = open_as(true);
    assert_int_equal(number(history, "PRAGMA user_version"), 1);
    assert_int_equal(number(history, "SELECT count(*) FROM sqlite_master WHERE name = 'news'"), 0);
    expect_text(history, 1, "text", 4);
    dbc_history_close(history);
}

TEST(test_several_at_once)
{
    pid_t pids[PROGRAMS];

    for (int i = 0; i < PROGRAMS; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            struct dbc_history *history = NULL;
            int rc = open_with(&next, &history, NULL);
            dbc_history_close(history);
            _exit(rc == 0 ? 0 : 1);
        }
    }
    for (int i = 0; i < PROGRAMS; i++) {
        int status = -1;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_to_the_next, setup_kept, teardown),
        cmocka_unit_test_setup_teardown(test_from_nothing, setup_kept, teardown),
        cmocka_unit_test_setup_teardown(test_a_failed_one_is_none, setup_kept, teardown),
        cmocka_unit_test_setup_teardown(test_several_at_once, setup_kept, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
