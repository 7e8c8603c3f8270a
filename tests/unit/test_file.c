/* test_file.c - base/file.c: reading everything that a path may be; replacing a file while each
 * call fails or is the last one; removing leftovers. */
#include "unit/test.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/tempfile.h"
#include "unit/base_folder.h"
#include "unit/fail_calls.h"

static enum dbc_code read_code(const char *path, size_t max)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf out = DBC_BUF_INIT;

    dbc_buf_adds(&out, "before");
    int status = dbc_file_read(path, max, &out, &err);
    assert_int_equal(status, err.code == DBC_OK ? 0 : -1);
    if (err.code != DBC_OK) {
        assert_string_equal(dbc_buf_str(&out), "before");
        assert_int_equal(out.len, 6);
        assert_int_equal(dbc_file_read(path, max, &out, NULL), -1);
    }
    dbc_buf_release(&out);
    return err.code;
}

static enum dbc_code replace_code(const char *path, const char *text)
{
    struct dbc_error err = DBC_ERROR_INIT;

    int status = dbc_file_replace(path, text, strlen(text), 0644, &err);
    assert_int_equal(status, err.code == DBC_OK ? 0 : -1);
    return err.code;
}

/* ---- Reading ------------------------------------------------------------------------------- */

static void reads_and_appends(void **state)
{
    struct dbc_buf out = DBC_BUF_INIT;
    const char *path = in(*state, "f");

    put_file(path, "one\n", 0644);
    assert_int_equal(dbc_file_read(path, 4, &out, NULL), 0);
    assert_int_equal(dbc_file_read(path, SIZE_MAX, &out, NULL), 0);
    assert_string_equal(dbc_buf_str(&out), "one\none\n");
    put_file(path, "", 0644);
    assert_int_equal(dbc_file_read(path, 0, &out, NULL), 0);
    assert_int_equal(out.len, 8);
    dbc_buf_release(&out);
}

TEST(reads_what_has_no_size)
{
    struct dbc_buf out = DBC_BUF_INIT;

    assert_int_equal(dbc_file_read("/proc/self/status", DBC_LIMIT_CONFIG_FILE, &out, NULL), 0);
    assert_non_null(strstr(dbc_buf_str(&out), "\nVmSize:"));
    dbc_buf_release(&out);
}

static void limits_are_exact(void **state)
{
    const char *path = in(*state, "f");

    put_file(path, "12345", 0644);
    assert_int_equal(read_code(path, 5), DBC_OK);
    assert_int_equal(read_code(path, 4), DBC_ELIMIT);
    assert_int_equal(read_code(path, 0), DBC_ELIMIT);
    assert_int_equal(read_code("/proc/self/status", 10), DBC_ELIMIT);
    assert_int_equal(truncate(path, DBC_LIMIT_CONFIG_FILE), 0);
    assert_int_equal(read_code(path, DBC_LIMIT_CONFIG_FILE), DBC_OK);
    assert_int_equal(truncate(path, DBC_LIMIT_CONFIG_FILE + 1), 0);
    assert_int_equal(read_code(path, DBC_LIMIT_CONFIG_FILE), DBC_ELIMIT);
    assert_int_equal(truncate(path, (off_t)1 << 40), 0); /* 1 TiB of nothing: bounded memory */
    assert_int_equal(read_code(path, DBC_LIMIT_FILE_BYTES), DBC_ELIMIT);
}

static void limit_is_named(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf out = DBC_BUF_INIT;
    char text[500];

    put_file(in(*state, "f"), "12345", 0644);
    assert_int_equal(dbc_file_read(in(*state, "f"), 4, &out, &err), -1);
    dbc_error_string(&err, text, sizeof text);
    assert_non_null(strstr(text, "/f: larger than the limit of 4 bytes"));
    dbc_buf_release(&out);
}

static void make_socket(const char *path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(strlen(path) < sizeof addr.sun_path);
    memcpy(addr.sun_path, path, strlen(path));
    assert_int_equal(bind(fd, (const struct sockaddr *)&addr, sizeof addr), 0);
    close(fd);
}

static void only_regular_files_are_read(void **state)
{
    alarm(20); /* a read that blocks ends the program */
    assert_int_equal(mkfifo(in(*state, "fifo"), 0600), 0);
    make_socket(in(*state, "socket"));
    assert_int_equal(symlink("fifo", in(*state, "to-fifo")), 0);
    assert_int_equal(read_code(in(*state, "fifo"), 10), DBC_EINVAL);
    assert_int_equal(read_code(in(*state, "to-fifo"), 10), DBC_EINVAL);
    assert_int_equal(read_code(in(*state, "socket"), 10), DBC_EINVAL);
    assert_int_equal(read_code(*state, 10), DBC_EINVAL);
    assert_int_equal(read_code("/dev/zero", 10), DBC_EINVAL);
    assert_int_equal(read_code("/dev/null", 10), DBC_EINVAL);
    alarm(0);
}

static void paths_that_lead_nowhere(void **state)
{
    char longest[PATH_MAX + 10];

    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    put_file(in(*state, "f"), "x", 0644);
    assert_int_equal(symlink("loop", in(*state, "loop")), 0);
    assert_int_equal(symlink("missing", in(*state, "dangling")), 0);
    assert_int_equal(read_code(in(*state, "missing"), 10), DBC_ENOENT);
    assert_int_equal(read_code(in(*state, "dangling"), 10), DBC_ENOENT);
    assert_int_equal(read_code("", 10), DBC_ENOENT);
    assert_int_equal(read_code(in(*state, "loop"), 10), DBC_EIO);
    assert_int_equal(read_code(in(*state, "f/below"), 10), DBC_EIO);
    assert_int_equal(read_code(longest, 10), DBC_EIO);
}

static void short_and_interrupted_reads(void **state)
{
    struct dbc_buf out = DBC_BUF_INIT;

    put_file(in(*state, "f"), "some bytes", 0644);
    fault.kind = FAULT_SHORT;
    int status = dbc_file_read(in(*state, "f"), 10, &out, NULL);
    fault.kind = FAULT_NONE;
    assert_int_equal(status, 0);
    assert_string_equal(dbc_buf_str(&out), "some bytes");
    dbc_buf_release(&out);
    fail_call("read", 0, EIO);
    fault.kind = FAULT_ALWAYS;
    assert_int_equal(read_code(in(*state, "f"), 10), DBC_EIO);
    assert_true(fault_hit());
}

/* ---- Replacing ----------------------------------------------------------------------------- */

static void new_files_get_exactly_the_mode(void **state)
{
    mode_t mask = umask(077);

    assert_int_equal(dbc_file_replace(in(*state, "f"), "new", 3, 0644, NULL), 0);
    umask(0);
    assert_int_equal(dbc_file_replace(in(*state, "empty"), NULL, 0, 0600, NULL), 0);
    umask(mask);
    assert_int_equal(mode_of(in(*state, "f")), 0644);
    assert_int_equal(mode_of(in(*state, "empty")), 0600);
    assert_string_equal(get_file(in(*state, "f")), "new");
    assert_string_equal(get_file(in(*state, "empty")), "");
    assert_int_equal(count_hidden(*state), 0);
}

static void old_mode_and_owner_stay(void **state)
{
    static const mode_t modes[] = { 0600, 0644, 0400, 04755, 0 };
    const char *path = in(*state, "f");
    struct stat st;

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        put_file(path, "old", 0644);
        assert_int_equal(geteuid() == 0 ? chown(path, 12, 34) : 0, 0);
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_int_equal(replace_code(path, "new"), DBC_OK);
        assert_int_equal(mode_of(path), modes[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_uid, geteuid() == 0 ? 12 : geteuid());
        assert_int_equal(st.st_gid, geteuid() == 0 ? 34 : getegid());
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(count_hidden(*state), 0);
}

static void symlinks_are_followed(void **state)
{
    char absolute[PATH_MAX];

    snprintf(absolute, sizeof absolute, "%s/b/target", (const char *)*state);
    assert_int_equal(mkdir(in(*state, "a"), 0755), 0);
    assert_int_equal(mkdir(in(*state, "b"), 0755), 0);
    put_file(absolute, "old", 0600);
    assert_int_equal(symlink(absolute, in(*state, "a/second")), 0);
    assert_int_equal(symlink("a/second", in(*state, "first")), 0);
    assert_int_equal(symlink("../b/none-yet", in(*state, "a/dangling")), 0);
    assert_int_equal(replace_code(in(*state, "first"), "new"), DBC_OK);
    assert_int_equal(replace_code(in(*state, "a/dangling"), "made"), DBC_OK);
    assert_string_equal(get_file(absolute), "new");
    assert_int_equal(mode_of(absolute), 0600);
    assert_string_equal(get_file(in(*state, "b/none-yet")), "made");
    assert_int_equal(readlink(in(*state, "first"), absolute, sizeof absolute), 8);
    assert_int_equal(count_hidden(in(*state, "a")) + count_hidden(in(*state, "b")), 0);
}

static void what_is_no_file_is_not_replaced(void **state)
{
    struct stat st;
    int fd = next_fd();

    assert_int_equal(mkdir(in(*state, "folder"), 0755), 0);
    assert_int_equal(mkfifo(in(*state, "fifo"), 0600), 0);
    assert_int_equal(symlink("folder", in(*state, "to-folder")), 0);
    assert_int_equal(symlink("loop", in(*state, "loop")), 0);
    put_file(in(*state, "f"), "x", 0644);
    assert_int_equal(replace_code(in(*state, "folder"), "x"), DBC_EINVAL);
    assert_int_equal(replace_code(in(*state, "folder/"), "x"), DBC_EINVAL);
    assert_int_equal(replace_code(in(*state, "folder/."), "x"), DBC_EINVAL);
    assert_int_equal(replace_code(in(*state, "folder/.."), "x"), DBC_EINVAL);
    assert_int_equal(replace_code(in(*state, "to-folder"), "x"), DBC_EINVAL);
    assert_int_equal(replace_code(in(*state, "fifo"), "x"), DBC_EINVAL);
    assert_int_equal(replace_code("", "x"), DBC_EINVAL);
    assert_int_equal(replace_code("/", "x"), DBC_EINVAL);
    assert_int_equal(replace_code(in(*state, "loop"), "x"), DBC_EIO);
    assert_int_equal(replace_code(in(*state, "f/below"), "x"), DBC_EIO);
    assert_int_equal(replace_code(in(*state, "no/such/folder"), "x"), DBC_ENOENT);
    assert_int_equal(stat(in(*state, "no"), &st), -1);
    assert_int_equal(lstat(in(*state, "fifo"), &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    assert_int_equal(count_hidden(*state), 0);
    assert_int_equal(next_fd(), fd);
}

/* A name so long that none can be made beside it. */
static void names_of_every_length(void **state)
{
    char name[300];

    for (size_t len = 240; len < 260; len++) {
        memset(name, 'n', len);
        name[len] = '\0';
        bool fits = len + sizeof "..dbc-XXXXXX" - 1 <= NAME_MAX;
        assert_int_equal(replace_code(in(*state, name), "x"), fits ? DBC_OK : DBC_EIO);
        assert_string_equal(get_file(in(*state, name)), fits ? "x" : "(none)");
    }
    assert_int_equal(count_hidden(*state), 0);
}

static void relative_paths(void **state)
{
    char old[PATH_MAX];

    assert_non_null(getcwd(old, sizeof old));
    assert_int_equal(chdir(*state), 0);
    assert_int_equal(replace_code("f", "here"), DBC_OK);
    assert_int_equal(replace_code("./g", "there"), DBC_OK);
    assert_int_equal(chdir(old), 0);
    assert_string_equal(get_file(in(*state, "f")), "here");
    assert_string_equal(get_file(in(*state, "g")), "there");
}

static void short_and_interrupted_writes(void **state)
{
    fault.kind = FAULT_SHORT;
    enum dbc_code code = replace_code(in(*state, "f"), "some bytes");
    fault.kind = FAULT_NONE;
    assert_int_equal(code, DBC_OK);
    assert_string_equal(get_file(in(*state, "f")), "some bytes");
}

static void each_call_fails_once(void **state)
{
    static const int reasons[] = { ENOSPC, EIO, EROFS, EDQUOT };
    struct dbc_error err = DBC_ERROR_INIT;
    const char *path = in(*state, "f");
    bool hit = true;
    int fd = next_fd();

    for (long n = 0; hit; n++) {
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
            put_file(path, "old", 0600);
            dbc_error_clear(&err);
            fail_call(NULL, n, reasons[i]);
            int status = dbc_file_replace(path, "new", 3, 0644, &err);
            hit = fault_hit();
            bool late = status != 0 && strstr(err.text, "is changed, but") != NULL;
            /* The close of the folder does not matter. */
            assert_string_equal(get_file(path), status == 0 || late ? "new" : "old");
            assert_true(status == 0 || (hit && err.sys_errno == reasons[i]));
            assert_int_equal(mode_of(path), 0600);
            assert_int_equal(count_hidden(*state), 0);
        }
        assert_true(n < 20);
    }
    assert_int_equal(next_fd(), fd);
}

/* On a network file system that is the first to say that the disk is full. */
static void close_of_the_new_file_counts(void **state)
{
    put_file(in(*state, "f"), "old", 0644);
    fail_call("close", 0, ENOSPC);
    assert_int_equal(replace_code(in(*state, "f"), "x"), DBC_EIO);
    assert_true(fault_hit());
    assert_string_equal(get_file(in(*state, "f")), "old");
    assert_int_equal(count_hidden(*state), 0);
}

static void interrupted_syncs_are_repeated(void **state)
{
    fail_call("fsync", 0, EINTR);
    assert_int_equal(replace_code(in(*state, "f"), "x"), DBC_OK);
    assert_true(fault_hit());
    fail_call("fsync", 1, EINTR);
    assert_int_equal(replace_code(in(*state, "f"), "x"), DBC_OK);
    assert_true(fault_hit());
    fail_call("fsync", 1, EINVAL); /* a folder that cannot be synced */
    assert_int_equal(replace_code(in(*state, "f"), "x"), DBC_OK);
    assert_true(fault_hit());
    fail_call("fsync", 0, EINVAL);
    assert_int_equal(replace_code(in(*state, "f"), "x"), DBC_EIO);
    assert_true(fault_hit());
}

static void taken_names_are_tried_again_but_not_forever(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;

    fail_call("openat", 0, EEXIST);
    assert_int_equal(replace_code(in(*state, "f"), "x"), DBC_OK);
    assert_true(fault_hit());
    fail_call("openat", 0, EEXIST);
    fault.kind = FAULT_ALWAYS;
    assert_int_equal(dbc_file_replace(in(*state, "f"), "y", 1, 0644, &err), -1);
    assert_true(fault_hit());
    assert_int_equal(err.sys_errno, EEXIST);
    assert_string_equal(get_file(in(*state, "f")), "x");
}

TEST(temporary_names_differ)
{
    struct dbc_place place = { .name = "ifcfg-x" };
    char one[NAME_MAX + 1], two[NAME_MAX + 1];

    assert_int_equal(dbc_temp_name(&place, one), 0);
    assert_int_equal(dbc_temp_name(&place, two), 0);
    assert_int_equal(strlen(one), strlen(".ifcfg-x.dbc-XXXXXX"));
    assert_memory_equal(one, ".ifcfg-x.dbc-", 13);
    assert_string_not_equal(one, two);
}

static int replace_in_child(const void *path)
{
    return dbc_file_replace(path, "new text", 8, 0644, NULL);
}

static void killed_at_each_call(void **state)
{
    char path[PATH_MAX];
    int status = KILLED, leftovers = 0;

    snprintf(path, sizeof path, "%s/f", (const char *)*state);
    for (long n = 0; status == KILLED; n++) {
        put_file(path, "old", 0600);
        status = run_killed(replace_in_child, path, n);
        assert_true(status == KILLED || status == 0);
        const char *text = get_file(path);
        assert_true(strcmp(text, "old") == 0 || strcmp(text, "new text") == 0);
        leftovers += count_hidden(*state);
        assert_int_equal(dbc_file_clean(*state, "f", NULL), 0);
        assert_int_equal(count_hidden(*state), 0);
        assert_true(n < 20);
    }
    assert_true(leftovers > 2); /* it did die in the middle */
    assert_string_equal(get_file(path), "new text");
}

static int replace_with_small_limit(const char *path)
{
    struct rlimit limit = { 4096, 4096 };
    struct dbc_error err = DBC_ERROR_INIT;
    char *data = calloc(1, 100000);

    signal(SIGXFSZ, SIG_IGN);
    if (data == NULL || setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 2;
    }
    int status = dbc_file_replace(path, data, 100000, 0644, &err);
    free(data);
    return status == -1 && err.sys_errno == EFBIG ? 0 : 1;
}

/* The kernel's own refusal in the middle of the data. */
static void too_large_for_the_system(void **state)
{
    const char *path = in(*state, "f");
    int status = 0;

    put_file(path, "old", 0644);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(replace_with_small_limit(path));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_string_equal(get_file(path), "old");
    assert_int_equal(count_hidden(*state), 0);
}

/* ---- Leftovers ----------------------------------------------------------------------------- */

static void clean_takes_leftovers_only(void **state)
{
    static const char *const keep[] = { "ifcfg-x",
                                        ".ifcfg-x",
                                        ".bashrc",
                                        ".ifcfg-x.dbc-12345",
                                        ".ifcfg-x.dbc-1234567",
                                        ".ifcfg-x.dbc-12345_",
                                        "..dbc-123456",
                                        "ifcfg-x.dbc-123456",
                                        ".dbc-123456",
                                        ".xapi-new",
                                        "..xapi-old",
                                        "x.xapi-old",
                                        ".ifcfg-x.xapi-newer",
                                        ".x.dbc-12 456" };
    static const char *const gone[] = { ".ifcfg-x.dbc-aZ09bY", ".ifcfg-y.xapi-new", ".y.xapi-old",
                                        ".a.dbc-123456.dbc-abcdef", ".\xff\n.dbc-000000" };

    for (size_t i = 0; i < sizeof keep / sizeof *keep; i++) {
        put_file(in(*state, keep[i]), "", 0644);
    }
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        put_file(in(*state, gone[i]), "", 0400);
    }
    assert_int_equal(mkdir(in(*state, ".folder.dbc-123456"), 0755), 0);
    assert_int_equal(symlink("ifcfg-x", in(*state, ".link.dbc-123456")), 0);
    assert_int_equal(mkfifo(in(*state, ".fifo.dbc-123456"), 0600), 0);
    assert_int_equal(dbc_file_clean(*state, NULL, NULL), 0);
    for (size_t i = 0; i < sizeof keep / sizeof *keep; i++) {
        assert_string_equal(get_file(in(*state, keep[i])), "");
    }
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        assert_string_equal(get_file(in(*state, gone[i])), "(none)");
    }
    assert_int_equal(mode_of(in(*state, ".folder.dbc-123456")), 0755);
    assert_int_equal(mode_of(in(*state, ".link.dbc-123456")), 0777);
    assert_int_equal(mode_of(in(*state, ".fifo.dbc-123456")), 0600);
}

static void clean_of_one_name(void **state)
{
    put_file(in(*state, ".a.dbc-123456"), "", 0644);
    put_file(in(*state, ".a.xapi-old"), "", 0644);
    put_file(in(*state, ".ab.dbc-123456"), "", 0644);
    put_file(in(*state, ".b.xapi-new"), "", 0644);
    assert_int_equal(dbc_file_clean(*state, "a", NULL), 0);
    assert_string_equal(get_file(in(*state, ".a.dbc-123456")), "(none)");
    assert_string_equal(get_file(in(*state, ".a.xapi-old")), "(none)");
    assert_int_equal(count_hidden(*state), 2);
    assert_int_equal(dbc_file_clean(*state, "", NULL), 0);
    assert_int_equal(count_hidden(*state), 2);
}

/* F1: the old program's only copy of a file is not thrown away. */
static void clean_rescues_the_only_copy(void **state)
{
    put_file(in(*state, ".network.xapi-old"), "HOSTNAME=a\n", 0640);
    put_file(in(*state, "ifcfg-x"), "new", 0644);
    put_file(in(*state, ".ifcfg-x.xapi-old"), "old", 0644);
    assert_int_equal(dbc_file_clean(*state, NULL, NULL), 0);
    assert_string_equal(get_file(in(*state, "network")), "HOSTNAME=a\n");
    assert_int_equal(mode_of(in(*state, "network")), 0640);
    assert_string_equal(get_file(in(*state, "ifcfg-x")), "new");
    assert_int_equal(count_hidden(*state), 0);
}

static void clean_goes_on(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;

    put_file(in(*state, ".a.dbc-123456"), "", 0644);
    put_file(in(*state, ".b.dbc-123456"), "", 0644);
    put_file(in(*state, ".c.dbc-123456"), "", 0644);
    fail_call("unlinkat", 0, EACCES);
    assert_int_equal(dbc_file_clean(*state, NULL, &err), -1);
    assert_true(fault_hit());
    assert_int_equal(err.sys_errno, EACCES);
    assert_int_equal(count_hidden(*state), 1);
    assert_int_equal(dbc_file_clean(in(*state, "missing"), NULL, NULL), 0);
    put_file(in(*state, "f"), "", 0644);
    assert_int_equal(dbc_file_clean(in(*state, "f"), NULL, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(reads_and_appends),
        FOLDER_TEST(reads_what_has_no_size),
        FOLDER_TEST(limits_are_exact),
        FOLDER_TEST(limit_is_named),
        FOLDER_TEST(only_regular_files_are_read),
        FOLDER_TEST(paths_that_lead_nowhere),
        FOLDER_TEST(short_and_interrupted_reads),
        FOLDER_TEST(new_files_get_exactly_the_mode),
        FOLDER_TEST(old_mode_and_owner_stay),
        FOLDER_TEST(symlinks_are_followed),
        FOLDER_TEST(what_is_no_file_is_not_replaced),
        FOLDER_TEST(names_of_every_length),
        FOLDER_TEST(relative_paths),
        FOLDER_TEST(short_and_interrupted_writes),
        FOLDER_TEST(each_call_fails_once),
        FOLDER_TEST(close_of_the_new_file_counts),
        FOLDER_TEST(interrupted_syncs_are_repeated),
        FOLDER_TEST(taken_names_are_tried_again_but_not_forever),
        FOLDER_TEST(temporary_names_differ),
        FOLDER_TEST(killed_at_each_call),
        FOLDER_TEST(too_large_for_the_system),
        FOLDER_TEST(clean_takes_leftovers_only),
        FOLDER_TEST(clean_of_one_name),
        FOLDER_TEST(clean_rescues_the_only_copy),
        FOLDER_TEST(clean_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
