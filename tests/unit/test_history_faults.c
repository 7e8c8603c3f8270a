/* test_history_faults.c - the history under faults: several writers, killed writers, a power
 * failure, a disk that is full or read-only. */
#include "unit/test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "base/file.h"
#include "unit/history_file.h"
#include "unit/thorough.h"

#define WRITERS 4
#define ROUNDS 25
#define TRIES 40 /* of DBC_HISTORY_WAIT_MS each */

/* One that is told that others write tries again, as a person would: SQLite's lock is not fair. */
static int save_once(const struct dbc_history_entry *entry)
{
    struct dbc_error why = DBC_ERROR_INIT;
    struct dbc_history *history = NULL;
    int rc = -1;

    for (unsigned i = 0; rc < 0 && i < TRIES && (i == 0 || why.code == DBC_EBUSY); i++) {
        rc = dbc_history_open(db_path(), true, &history, &why);
        if (rc == 0) {
            rc = dbc_history_save(history, entry, NULL, &why);
            dbc_history_close(history);
        }
    }
    if (rc != 0) {
        print_error("%s\n", why.text);
    }
    return rc;
}

static void write_many(unsigned writer)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        char text[64];
        struct dbc_history_entry entry = { .data = text, .program = "w", .reason = "r" };

        entry.len = (size_t)snprintf(text, sizeof text, "writer %u, round %u\n", writer, i);
        if (save_once(&entry) != 0) {
            _exit(1);
        }
    }
    _exit(0);
}

TEST(test_writers)
{
    pid_t pids[WRITERS];
    struct dbc_history *history = NULL;

    for (unsigned i = 0; i < WRITERS; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            write_many(i);
        }
    }
    for (unsigned i = 0; i < WRITERS; i++) {
        int status = 0;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    history = open_as(false);
    assert_int_equal(count(history), WRITERS * ROUNDS);
    dbc_history_close(history);
}

static void copy(const char *from, const char *to)
{
    struct dbc_buf bytes = DBC_BUF_INIT;

    assert_int_equal(dbc_file_read(scratch_path(&scratch, from), 1 << 26, &bytes, NULL), 0);
    assert_int_equal(dbc_file_replace(scratch_path(&scratch, to), bytes.data, bytes.len, 0644,
                                      NULL),
                     0);
    dbc_buf_release(&bytes);
}

static long calls_left; /* until the one at which the process is killed */

/* Half of it is in the file by then. */
static ssize_t killing_write(int fd, const void *data, size_t len, off_t at)
{
    if (calls_left-- == 0) {
        len = (size_t)pwrite(fd, data, len / 2, at);
        raise(SIGKILL);
    }
    return pwrite(fd, data, len, at);
}

static int killing_truncate(int fd, off_t size)
{
    if (calls_left-- == 0) {
        raise(SIGKILL);
    }
    return ftruncate(fd, size);
}

static int killing_unlink(const char *path)
{
    if (calls_left-- == 0) {
        raise(SIGKILL);
    }
    return unlink(path);
}

static void replace_call(const char *name, sqlite3_syscall_ptr call)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

    assert_int_equal(vfs->xSetSystemCall(vfs, name, call), SQLITE_OK);
}

/* Saves and forgets in a process of its own that is killed at its nth call that changes a file;
 * false when it needed fewer. */
static bool kill_at(long n, const struct dbc_buf *text)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct dbc_history *history = NULL;
        calls_left = n;
        replace_call("pwrite", (sqlite3_syscall_ptr)killing_write);
        replace_call("pwrite64", (sqlite3_syscall_ptr)killing_write);
        replace_call("ftruncate", (sqlite3_syscall_ptr)killing_truncate);
        replace_call("unlink", (sqlite3_syscall_ptr)killing_unlink);
        history = open_as(true);
        save_at(history, text->data, text->len, 0);
        assert_int_equal(dbc_history_gc(history, 1, DBC_HISTORY_KEEP_DAYS, NULL, NULL), 0);
        dbc_history_close(history);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : status == 0);
    return WIFSIGNALED(status);
}

static int check_snapshot(void *ctx, const struct dbc_snapshot *snapshot)
{
    struct dbc_buf out = DBC_BUF_INIT;
    int rc = dbc_history_get(ctx, snapshot->id, &out, NULL);

    assert_int_equal(out.len, snapshot->size);
    dbc_buf_release(&out);
    return rc;
}

/* Every snapshot that is listed is whole, there are at least `n`, and saving goes on. */
static void expect_sound(unsigned n)
{
    struct dbc_history *history = open_as(true);

    assert_true(count(history) >= n);
    assert_int_equal(dbc_history_list(history, check_snapshot, history, NULL), 0);
    save(history, "after");
    dbc_history_close(history);
    sql("CREATE TABLE bad (n CHECK (n = 'ok')); INSERT INTO bad SELECT * FROM "
        "pragma_integrity_check");
}

/* Wherever it is killed. */
TEST(test_killed_writers)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_history *history = open_as(true);
    long n = 0;

    for (unsigned i = 0; i < 3; i++) {
        dbc_buf_clear(&text);
        make_cache(&text, 30 + 10 * i, i);
        save_at(history, text.data, text.len, 0);
    }
    dbc_history_close(history);
    copy("/" DBC_HISTORY_NAME, "/before");
    make_cache(&text, 30, 7);
    while (kill_at(n, &text)) {
        expect_sound(1);
        copy("/before", "/" DBC_HISTORY_NAME);
        assert_int_equal(access(scratch_path(&scratch, "/" DBC_HISTORY_NAME "-journal"), F_OK), -1);
        n += stride(1, 4);
    }
    print_message("killed at %ld calls\n", n);
    assert_true(n > 30);
    dbc_buf_release(&text);
}

/* Before there is a history: a killed process leaves none, or a sound one. */
TEST(test_killed_makers)
{
    struct dbc_buf text = DBC_BUF_INIT;
    long n = 0;

    make_cache(&text, 3, 3);
    for (n = 0; kill_at(n, &text); n += stride(1, 4)) {
        expect_sound(0);
        unlink(db_path());
    }
    assert_true(n > 10);
    dbc_buf_release(&text);
}

static int maker[2]; /* the ends of a socket: ours, the other maker's */

/* Another process, forked before SQLite knows of any file: it makes the history when it is told,
 * and tells when it has. */
static pid_t start_maker(void)
{
    pid_t pid = -1;
    char told = 0;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, maker), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(maker[0]);
        if (read(maker[1], &told, 1) == 1) {
            dbc_history_close(open_as(true));
            told = write(maker[1], &told, 1) == 1;
        }
        _exit(0);
    }
    close(maker[1]);
    return pid;
}

/* Once all locks were given back for the nth time, the other has made the history. */
static int making_fcntl(int fd, int cmd, void *arg)
{
    int rc = fcntl(fd, cmd, arg);
    const struct flock *lock = arg;
    char told = 0;

    if (cmd == F_SETLK && lock->l_type == F_UNLCK && lock->l_len == 0 && calls_left-- == 0) {
        assert_int_equal(write(maker[0], &told, 1), 1);
        assert_int_equal(read(maker[0], &told, 1), 1);
    }
    return rc;
}

/* Two make the history at once, and one is through wherever the other is. */
TEST(test_makers)
{
    bool reached = true;

    for (long n = 0; reached; n++) {
        pid_t pid = start_maker();
        calls_left = n;
        replace_call("fcntl", (sqlite3_syscall_ptr)making_fcntl);
        dbc_history_close(open_as(true));
        replace_call("fcntl", NULL);
        reached = calls_left < 0;
        assert_true(reached || n > 3);
        close(maker[0]);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        unlink(db_path());
    }
}

/* A writer that does not end: an error after the wait, not a hang. */
TEST(test_busy)
{
    struct dbc_history *history = open_as(true);
    struct dbc_history_entry entry = { .data = "y", .len = 1 };
    struct dbc_error err = DBC_ERROR_INIT;
    sqlite3 *db = NULL;

    save(history, "x");
    assert_int_equal(sqlite3_open(db_path(), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(dbc_history_save(history, &entry, NULL, &err), -1);
    assert_int_equal(err.code, DBC_EBUSY);
    sqlite3_close(db);
    assert_int_equal(save(history, "y"), 2);
    dbc_history_close(history);
}

/* As somebody who may change nothing: the newest snapshot is there, a save is refused. */
static _Noreturn void read_only_user(void)
{
    struct dbc_history_entry entry = { .data = "y", .len = 1 };
    struct dbc_history *history = NULL;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf out = DBC_BUF_INIT;
    int64_t id = 0, when = 0;

    if (geteuid() == 0 && setuid(65534) != 0) {
        _exit(3);
    }
    if (dbc_history_open(db_path(), false, &history, NULL) != 0 ||
        dbc_history_newest(history, 0, &out, &id, &when, NULL) != 0) {
        _exit(1);
    }
    dbc_buf_release(&out);
    dbc_history_close(history);
    history = NULL;
    if (dbc_history_open(db_path(), true, &history, &err) == 0 &&
        dbc_history_save(history, &entry, NULL, &err) == 0) {
        _exit(2);
    }
    dbc_history_close(history);
    _exit(err.code == DBC_EIO ? 0 : 4);
}

static void expect_readable(void)
{
    int status = 0;
    pid_t pid = 0;

    assert_int_equal(chmod(scratch.root, 0555), 0);
    pid = fork();
    if (pid == 0) {
        read_only_user();
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    chmod(scratch.root, 0755);
    assert_int_equal(status, 0);
}

TEST(test_read_only)
{
    struct dbc_history *history = open_as(true);

    save(history, "kept");
    dbc_history_close(history);
    expect_readable();
}

/* The plug was pulled in the middle of a save, with pages of it in the file already and the journal
 * that would take them out again beside it. */
static void pull_the_plug(void)
{
    sqlite3 *db = NULL;
    struct stat st;

    assert_int_equal(sqlite3_open(db_path(), &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
                     "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                     "LIMIT 300) INSERT INTO chunk (hash, data) SELECT randomblob(32), "
                     "randomblob(500) FROM n",
                     NULL, NULL, NULL),
        SQLITE_OK);
    copy("/" DBC_HISTORY_NAME, "/cut");
    copy("/" DBC_HISTORY_NAME "-journal", "/cut-journal");
    sqlite3_close(db);
    copy("/cut", "/" DBC_HISTORY_NAME);
    copy("/cut-journal", "/" DBC_HISTORY_NAME "-journal");
    assert_int_equal(stat(scratch_path(&scratch, "/" DBC_HISTORY_NAME "-journal"), &st), 0);
    assert_true(st.st_size > 0);
}

TEST(test_journal_left)
{
    struct dbc_history *history = open_as(true);
    long before = 0;

    save(history, "kept");
    dbc_history_close(history);
    before = file_size();
    pull_the_plug();
    assert_true(file_size() > before);
    expect_readable(); /* where the journal cannot be used up */
    assert_true(file_size() > before);
    history = open_as(true);
    expect_text(history, 1, "kept", 4);
    assert_int_equal(count(history), 1);
    assert_int_equal(file_size(), before);
    dbc_history_close(history);
}

/* A disk that is full in the middle of a save, as far as a limit can stand for it. */
TEST(test_full_disk)
{
    struct dbc_history *history = open_as(true);
    struct rlimit limit, before;
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_history_entry entry = { .program = "p", .reason = "r" };
    struct dbc_error err = DBC_ERROR_INIT;

    save(history, "kept");
    make_cache(&text, 200, 200);
    entry.data = text.data;
    entry.len = text.len;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)file_size() + 8192;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(dbc_history_save(history, &entry, NULL, &err), -1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err.code, DBC_EIO);
    expect_text(history, 1, "kept", 4);
    expect_text(history, save_at(history, text.data, text.len, 0), text.data, text.len);
    dbc_buf_release(&text);
    dbc_history_close(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_writers),      FIXTURE(test_killed_writers), FIXTURE(test_killed_makers),
        FIXTURE(test_makers),       FIXTURE(test_busy),           FIXTURE(test_read_only),
        FIXTURE(test_journal_left), FIXTURE(test_full_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
