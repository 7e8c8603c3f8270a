/* test_lock.c - base/lock.c: one at a time, bounded waiting, and who is in the way. */
#include "unit/test.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/lock.h"
#include "unit/base_folder.h"
#include "unit/clock.h"

/* Starts a process that takes the lock, says so, and runs `work` holding it. */
static pid_t start(const char *path, void (*work)(int fd, const void *arg), const void *arg)
{
    int ready[2] = { -1, -1 };
    char byte = 0;

    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int fd = dbc_lock_take(path, 0, NULL);
        if (fd < 0 || write(ready[1], "x", 1) != 1) {
            _exit(1);
        }
        work(fd, arg);
        _exit(0);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return pid;
}

static void sleep_for_ms(int fd, const void *ms)
{
    (void)fd;
    usleep((useconds_t) * (const int *)ms * 1000);
}

static void be_called(int fd, const void *name)
{
    (void)fd;
    prctl(PR_SET_NAME, name);
    kill(getppid(), SIGUSR1);
    pause();
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void take_and_drop(void **state)
{
    const char *path = in(*state, "var/lock/x.lock");
    char pid[24];
    mode_t mask = umask(027);

    int fd = dbc_lock_take(path, 0, NULL);
    umask(mask);
    assert_true(fd >= 0);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(mode_of(in(*state, "var")), 0755);
    assert_int_equal(mode_of(in(*state, "var/lock")), 0755);
    snprintf(pid, sizeof pid, "%d\n", (int)getpid());
    assert_string_equal(get_file(path), pid);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    dbc_lock_drop(fd);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    fd = dbc_lock_take(path, INT_MAX, NULL); /* free: no waiting */
    assert_true(fd >= 0);
    dbc_lock_drop(fd);
    dbc_lock_drop(-1);
}

static void second_is_refused_and_told(void **state)
{
    const char *path = in(*state, "lock");
    struct dbc_error err = DBC_ERROR_INIT;
    char want[64];
    int fd = dbc_lock_take(path, 0, NULL);
    int64_t before = now_ms();

    assert_true(fd >= 0);
    assert_int_equal(dbc_lock_take(path, 0, &err), -1);
    assert_int_equal(dbc_lock_take(path, -5, NULL), -1);
    assert_true(now_ms() - before < 1000);
    assert_int_equal(err.code, DBC_EBUSY);
    snprintf(want, sizeof want, " is locked by process %d (test_lock); ", (int)getpid());
    assert_non_null(strstr(err.text, want));
    assert_non_null(strstr(err.text, path));
    dbc_lock_drop(fd);
    fd = dbc_lock_take(path, 0, NULL);
    assert_true(fd >= 0);
    dbc_lock_drop(fd);
}

static void wait_is_bounded(void **state)
{
    const char *path = in(*state, "lock");
    struct dbc_error err = DBC_ERROR_INIT;
    int fd = dbc_lock_take(path, 0, NULL);
    int64_t before = now_ms();

    assert_int_equal(dbc_lock_take(path, 150, &err), -1);
    assert_int_equal(err.code, DBC_EBUSY);
    assert_in_range(now_ms() - before, 150, 3000);
    assert_non_null(strstr(err.text, "waited 150 ms"));
    dbc_lock_drop(fd);
}

static void waits_until_it_is_free(void **state)
{
    const char *path = in(*state, "lock");
    const int ms = 200;
    pid_t pid = start(path, sleep_for_ms, &ms);
    int fd = dbc_lock_take(path, 20000, NULL); /* the child ends without dropping it */

    assert_true(fd >= 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    dbc_lock_drop(fd);
}

static void killed_holder_leaves_nothing(void **state)
{
    const char *path = in(*state, "lock");
    const int ms = 60000;
    pid_t pid = start(path, sleep_for_ms, &ms);

    assert_int_equal(dbc_lock_take(path, 0, NULL), -1);
    end(pid);
    int fd = dbc_lock_take(path, 0, NULL);
    assert_true(fd >= 0);
    dbc_lock_drop(fd);
}

#define LOCKERS 6
#define ROUNDS 25

/* Adds one to a counter in a way that loses counts when two do it at once. */
static int count_up(const char *folder)
{
    char lock[PATH_MAX], counter[PATH_MAX];

    snprintf(lock, sizeof lock, "%s/lock", folder);
    snprintf(counter, sizeof counter, "%s/counter", folder);
    for (int i = 0; i < ROUNDS; i++) {
        int fd = dbc_lock_take(lock, 60000, NULL);
        if (fd < 0) {
            return 1;
        }
        long n = strtol(get_file(counter), NULL, 10);
        usleep(300);
        FILE *file = fopen(counter, "w");
        if (file == NULL || fprintf(file, "%ld", n + 1) < 0 || fclose(file) != 0) {
            return 1;
        }
        dbc_lock_drop(fd);
        usleep(10000); /* the others poll: give them a chance */
    }
    return 0;
}

static void many_at_once(void **state)
{
    pid_t pids[LOCKERS];

    put_file(in(*state, "counter"), "0", 0600);
    for (int i = 0; i < LOCKERS; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            _exit(count_up(*state));
        }
    }
    for (int i = 0; i < LOCKERS; i++) {
        int status = 0;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    assert_int_equal(strtol(get_file(in(*state, "counter")), NULL, 10), LOCKERS * ROUNDS);
}

/* Somebody holds the lock and has not said who, or the file says nonsense. */
static void texts_of_nobody_do_not_mislead(void **state)
{
    static const char *const texts[] = { "",          "\n",
                                         "4999999\n", "0\n",
                                         "-1\n",      "1x\n",
                                         " 1\n",      "99999999999999999999999999\n",
                                         "\x1b[2J\n", "init\n" };
    const char *path = in(*state, "lock");

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        put_file(path, texts[i], 0600);
        int fd = open(path, O_RDWR);
        assert_int_equal(flock(fd, LOCK_EX), 0);
        assert_int_equal(dbc_lock_take(path, 0, &err), -1);
        assert_int_equal(err.code, DBC_EBUSY);
        assert_non_null(strstr(err.text, " is locked by another program; "));
        close(fd);
    }
}

static void pid_of_the_dead_is_not_named(void **state)
{
    const char *path = in(*state, "lock");
    struct dbc_error err = DBC_ERROR_INIT;
    const int ms = 60000;
    pid_t pid = start(path, sleep_for_ms, &ms);

    end(pid);
    int fd = open(path, O_RDWR); /* takes it without a word */
    assert_int_equal(strtol(get_file(path), NULL, 10), pid);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(dbc_lock_take(path, 0, &err), -1);
    assert_non_null(strstr(err.text, " is locked by another program; "));
    close(fd);
}

static void no_signal(int number)
{
    (void)number;
}

static void program_names_are_escaped(void **state)
{
    const char *path = in(*state, "lock");
    struct dbc_error err = DBC_ERROR_INIT;
    sigset_t set, old;
    int number = 0;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    signal(SIGUSR1, no_signal);
    sigprocmask(SIG_BLOCK, &set, &old);
    pid_t pid = start(path, be_called, "a\x1b[2J\xff)");
    sigwait(&set, &number);
    sigprocmask(SIG_SETMASK, &old, NULL);
    assert_int_equal(dbc_lock_take(path, 0, &err), -1);
    end(pid);
    assert_non_null(strstr(err.text, "(a\\x1b[2J\\xff))"));
}

/* The file was removed, or another put in its place, while it was locked. */
static void lock_on_a_removed_file_counts_for_nothing(void **state)
{
    const char *path = in(*state, "lock");
    struct stat ours, there;
    const int ms = 200;
    int fd = -1;

    pid_t pid = start(path, sleep_for_ms, &ms);
    assert_int_equal(unlink(path), 0);
    fd = dbc_lock_take(path, 0, NULL);
    assert_true(fd >= 0);
    dbc_lock_drop(fd);
    assert_int_equal(waitpid(pid, NULL, 0), pid);

    pid = start(path, sleep_for_ms, &ms);
    pid_t remover = fork();
    if (remover == 0) {
        usleep(50000); /* by now the parent waits with the old file open */
        _exit(unlink(path));
    }
    fd = dbc_lock_take(path, 20000, NULL);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &ours), 0);
    assert_int_equal(stat(path, &there), 0);
    assert_int_equal(ours.st_ino, there.st_ino);
    dbc_lock_drop(fd);
    assert_int_equal(waitpid(remover, NULL, 0), remover);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static enum dbc_code code_of(const char *path)
{
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_lock_take(path, 0, &err), -1);
    assert_int_equal(dbc_lock_take(path, 0, NULL), -1);
    return err.code;
}

static void only_plain_files_are_locked(void **state)
{
    char longest[PATH_MAX + 10];
    int fd = next_fd();

    alarm(20);
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(mkfifo(in(*state, "fifo"), 0600), 0);
    put_file(in(*state, "precious"), "text", 0600);
    assert_int_equal(symlink("precious", in(*state, "link")), 0);
    assert_int_equal(code_of(in(*state, "fifo")), DBC_EINVAL);
    assert_int_equal(code_of("/dev/null"), DBC_EINVAL);
    assert_int_equal(code_of(in(*state, "link")), DBC_EIO);
    assert_int_equal(code_of(*state), DBC_EIO);
    assert_int_equal(code_of(in(*state, "precious/lock")), DBC_EIO);
    assert_int_equal(code_of(in(*state, "precious/below/lock")), DBC_EIO);
    assert_int_equal(code_of(longest), DBC_EIO);
    assert_int_equal(code_of(""), DBC_ENOENT);
    assert_string_equal(get_file(in(*state, "precious")), "text");
    assert_int_equal(next_fd(), fd);
    alarm(0);
}

/* Not one byte can be written: it is locked all the same, and names nobody. */
static int take_on_a_full_disk(const char *path)
{
    struct rlimit limit = { 0, 0 };
    struct dbc_error err = DBC_ERROR_INIT;

    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || dbc_lock_take(path, 0, &err) < 0) {
        return 1;
    }
    dbc_lock_take(path, 0, &err);
    return strstr(err.text, " is locked by another program; ") != NULL ? 0 : 2;
}

static void full_disk_is_no_failure(void **state)
{
    const char *path = in(*state, "lock");
    int status = 0;

    put_file(path, "1\n", 0600); /* init lives, but does not hold it */
    pid_t pid = fork();
    if (pid == 0) {
        _exit(take_on_a_full_disk(path));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A child that has not exec'ed has the descriptor, too. */
static void drop_frees_it_whoever_inherited_it(void **state)
{
    const char *path = in(*state, "lock");
    int fd = dbc_lock_take(path, 0, NULL);
    pid_t pid = fork();

    if (pid == 0) {
        pause();
        _exit(0);
    }
    dbc_lock_drop(fd);
    fd = dbc_lock_take(path, 0, NULL);
    end(pid);
    assert_true(fd >= 0);
    dbc_lock_drop(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(take_and_drop),
        FOLDER_TEST(second_is_refused_and_told),
        FOLDER_TEST(wait_is_bounded),
        FOLDER_TEST(waits_until_it_is_free),
        FOLDER_TEST(killed_holder_leaves_nothing),
        FOLDER_TEST(many_at_once),
        FOLDER_TEST(texts_of_nobody_do_not_mislead),
        FOLDER_TEST(pid_of_the_dead_is_not_named),
        FOLDER_TEST(program_names_are_escaped),
        FOLDER_TEST(lock_on_a_removed_file_counts_for_nothing),
        FOLDER_TEST(only_plain_files_are_locked),
        FOLDER_TEST(full_disk_is_no_failure),
        FOLDER_TEST(drop_frees_it_whoever_inherited_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
