/* test_fileset.c - base/fileset.c: the order of its steps, going back, each call failing or being
 * the last one, file systems without hard links, a full disk. */
#include "unit/test.h"

#include <sched.h>
#include <sys/mount.h>

#include "unit/fail_calls.h"

#include "unit/base_folder.h"

#include "unit/fail_alloc.h"

#include "base/fileset.c"

#define NEW_A "new text of a\n"
#define NEW_B "new text of b, which is longer\n"
#define NEW_C "c\n"

struct heard {
    char text[2000];
};

static void hear(void *ctx, enum dbc_level level, const char *text)
{
    struct heard *heard = ctx;
    size_t len = strlen(heard->text);

    snprintf(heard->text + len, sizeof heard->text - len, "%d %s\n", (int)level, text);
}

/* Three files, of which a and b exist. */
static void put_old(const void *root)
{
    if (access(in(root, "etc"), F_OK) != 0) {
        assert_int_equal(mkdir(in(root, "etc"), 0755), 0);
    }
    put_file(in(root, "etc/a"), "old a", 0600);
    put_file(in(root, "etc/b"), "old b", 0640);
    unlink(in(root, "etc/c"));
}

static struct dbc_fileset *new_set(const void *root, const struct dbc_log *log)
{
    struct dbc_fileset *set = dbc_fileset_new(root, log, NULL);

    if (set == NULL || dbc_fileset_add(set, "/etc/a", NEW_A, strlen(NEW_A), 0644, NULL) != 0 ||
        dbc_fileset_add(set, "/etc/b", NEW_B, strlen(NEW_B), 0644, NULL) != 0 ||
        dbc_fileset_add(set, "/etc/c", NEW_C, strlen(NEW_C), 0644, NULL) != 0) {
        dbc_fileset_free(set);
        return NULL;
    }
    return set;
}

static void assert_old(const void *root)
{
    assert_string_equal(get_file(in(root, "etc/a")), "old a");
    assert_string_equal(get_file(in(root, "etc/b")), "old b");
    assert_string_equal(get_file(in(root, "etc/c")), "(none)");
    assert_int_equal(mode_of(in(root, "etc/a")), 0600);
    assert_int_equal(mode_of(in(root, "etc/b")), 0640);
}

static void assert_new(const void *root)
{
    assert_string_equal(get_file(in(root, "etc/a")), NEW_A);
    assert_string_equal(get_file(in(root, "etc/b")), NEW_B);
    assert_string_equal(get_file(in(root, "etc/c")), NEW_C);
    assert_int_equal(mode_of(in(root, "etc/a")), 0600);
    assert_int_equal(mode_of(in(root, "etc/b")), 0640);
    assert_int_equal(mode_of(in(root, "etc/c")), 0644);
}

/* ---- The sequence -------------------------------------------------------------------------- */

static void stage_apply_commit(void **state)
{
    struct heard heard = { "" };
    struct dbc_log log = { hear, &heard };
    mode_t mask = umask(077);

    put_old(*state);
    struct dbc_fileset *set = new_set(*state, &log);
    assert_int_equal(dbc_fileset_stage(set, NULL), 0);
    assert_old(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 3);
    assert_string_equal(heard.text, "");
    assert_int_equal(dbc_fileset_apply(set, NULL), 0);
    assert_new(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 2);
    assert_int_equal(dbc_fileset_commit(set, NULL), 0);
    umask(mask);
    assert_new(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 0);
    assert_int_equal(dbc_fileset_revert(set, NULL), 0); /* too late: nothing happens */
    dbc_fileset_free(set);
    assert_new(*state);
    assert_string_equal(heard.text, "0 Applying changes to /etc/a configuration\n"
                                    "0 Applying changes to /etc/b configuration\n"
                                    "0 Applying changes to /etc/c configuration\n"
                                    "0 Committing changes to /etc/a configuration\n"
                                    "0 Committing changes to /etc/b configuration\n"
                                    "0 Committing changes to /etc/c configuration\n");
}

static void stage_apply_revert(void **state)
{
    struct heard heard = { "" };
    struct dbc_log log = { hear, &heard };
    struct stat before, after;

    put_old(*state);
    assert_int_equal(stat(in(*state, "etc/a"), &before), 0);
    struct dbc_fileset *set = new_set(*state, &log);
    assert_int_equal(dbc_fileset_stage(set, NULL), 0);
    assert_int_equal(dbc_fileset_apply(set, NULL), 0);
    heard.text[0] = '\0';
    assert_int_equal(dbc_fileset_revert(set, NULL), 0);
    assert_int_equal(dbc_fileset_commit(set, NULL), 0); /* too late: nothing happens */
    dbc_fileset_free(set);
    assert_old(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 0);
    assert_int_equal(stat(in(*state, "etc/a"), &after), 0);
    assert_int_equal(before.st_ino, after.st_ino); /* the very file, not a copy */
    assert_string_equal(heard.text, "0 Reverting changes to /etc/a configuration\n"
                                    "0 Reverting changes to /etc/b configuration\n"
                                    "0 Reverting changes to /etc/c configuration\n");
}

static void free_removes_what_was_staged(void **state)
{
    put_old(*state);
    struct dbc_fileset *set = new_set(*state, NULL);
    assert_int_equal(dbc_fileset_revert(set, NULL), 0);
    assert_int_equal(dbc_fileset_stage(set, NULL), 0);
    assert_int_equal(dbc_fileset_revert(set, NULL), 0);
    dbc_fileset_free(set);
    assert_old(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 0);
    dbc_fileset_free(new_set(*state, NULL)); /* never staged */
    dbc_fileset_free(NULL);
}

static void owner_stays(void **state)
{
    struct stat st;

    if (geteuid() != 0) {
        skip();
    }
    put_old(*state);
    assert_int_equal(chown(in(*state, "etc/a"), 12, 34), 0);
    struct dbc_fileset *set = new_set(*state, NULL);
    assert_int_equal(dbc_fileset_stage(set, NULL), 0);
    assert_int_equal(dbc_fileset_apply(set, NULL), 0);
    assert_int_equal(stat(in(*state, "etc/a"), &st), 0);
    assert_true(st.st_uid == 12 && st.st_gid == 34);
    assert_int_equal(dbc_fileset_commit(set, NULL), 0);
    dbc_fileset_free(set);
}

static void empty_and_large_files(void **state)
{
    size_t size = 3 << 20;
    char *data = calloc(1, size);
    struct dbc_fileset *set = dbc_fileset_new(*state, NULL, NULL);
    struct stat st;

    assert_non_null(data);
    assert_int_equal(dbc_fileset_stage(set, NULL), 0); /* nothing to do is fine */
    assert_int_equal(dbc_fileset_add(set, "/empty", NULL, 0, 0600, NULL), 0);
    assert_int_equal(dbc_fileset_add(set, "/large", data, size, 0600, NULL), 0);
    free(data); /* it has a copy */
    assert_int_equal(dbc_fileset_stage(set, NULL), 0);
    assert_int_equal(dbc_fileset_apply(set, NULL), 0);
    assert_int_equal(dbc_fileset_commit(set, NULL), 0);
    dbc_fileset_free(set);
    assert_string_equal(get_file(in(*state, "empty")), "");
    assert_int_equal(stat(in(*state, "large"), &st), 0);
    assert_int_equal(st.st_size, size);
}

/* ---- Paths --------------------------------------------------------------------------------- */

static void bad_paths_are_refused(void **state)
{
    static const char *const bad[] = { "",
                                       "etc/a",
                                       "/",
                                       "/etc/",
                                       "//etc",
                                       "/etc//a",
                                       "/../a",
                                       "/etc/..",
                                       "/etc/./a",
                                       "/.",
                                       "/a\nb",
                                       "/\xff",
                                       "/a/../../etc/shadow" };
    struct dbc_fileset *set = dbc_fileset_new(*state, NULL, NULL);

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        assert_int_equal(dbc_fileset_add(set, bad[i], "x", 1, 0644, &err), -1);
        assert_int_equal(err.code, DBC_EINVAL);
    }
    assert_int_equal(dbc_fileset_add(set, NULL, "x", 1, 0644, NULL), -1);
    assert_int_equal(dbc_fileset_add(set, "/..a/b..", "x", 1, 0644, NULL), 0);
    dbc_fileset_free(set);
}

static enum dbc_code stage_two(const void *root, const char *one, const char *two)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_fileset *set = dbc_fileset_new(root, NULL, NULL);

    assert_int_equal(dbc_fileset_add(set, one, "x", 1, 0644, NULL), 0);
    assert_int_equal(dbc_fileset_add(set, two, "y", 1, 0644, NULL), 0);
    int status = dbc_fileset_stage(set, &err);
    assert_int_equal(status, err.code == DBC_OK ? 0 : -1);
    dbc_fileset_free(set);
    return err.code;
}

static void one_file_twice_is_refused(void **state)
{
    put_old(*state);
    assert_int_equal(symlink("a", in(*state, "etc/link")), 0);
    assert_int_equal(symlink("etc", in(*state, "also")), 0);
    assert_int_equal(stage_two(*state, "/etc/a", "/etc/a"), DBC_EINVAL);
    assert_int_equal(stage_two(*state, "/etc/a", "/etc/link"), DBC_EINVAL);
    assert_int_equal(stage_two(*state, "/also/a", "/etc/a"), DBC_EINVAL);
    assert_int_equal(stage_two(*state, "/etc/a", "/also/b"), DBC_OK);
    assert_int_equal(stage_two(*state, "/etc/a", "/a"), DBC_OK);
    assert_old(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 0);
}

static void only_regular_files_are_replaced(void **state)
{
    put_old(*state);
    assert_int_equal(mkfifo(in(*state, "fifo"), 0600), 0);
    put_file(in(*state, "file"), "", 0644);
    assert_int_equal(stage_two(*state, "/etc/a", "/etc"), DBC_EINVAL);
    assert_int_equal(stage_two(*state, "/etc/a", "/fifo"), DBC_EINVAL);
    assert_int_equal(stage_two(*state, "/etc/a", "/file/below"), DBC_EIO);
    assert_old(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 0);
}

static void missing_folders_are_made_below_the_prefix(void **state)
{
    char prefix[PATH_MAX];
    mode_t mask = umask(077);

    assert_int_equal(stage_two(*state, "/x/y/z/f", "/x/f"), DBC_OK);
    umask(mask);
    assert_int_equal(mode_of(in(*state, "x")), DBC_FOLDER_MODE);
    assert_int_equal(mode_of(in(*state, "x/y/z")), DBC_FOLDER_MODE);
    assert_int_equal(count_hidden(in(*state, "x/y/z")), 0);
    snprintf(prefix, sizeof prefix, "%s/not/there", (const char *)*state);
    assert_int_equal(stage_two(prefix, "/f", "/etc/f"), DBC_ENOENT);
    assert_int_equal(stage_two(prefix, "/etc/f", "/f"), DBC_ENOENT);
    assert_int_equal(access(in(*state, "not"), F_OK), -1);
}

static void symlinked_target(void **state)
{
    put_old(*state);
    assert_int_equal(mkdir(in(*state, "far"), 0755), 0);
    put_file(in(*state, "far/a"), "far", 0600);
    assert_int_equal(unlink(in(*state, "etc/a")), 0);
    assert_int_equal(symlink("../far/a", in(*state, "etc/a")), 0);
    for (int commit = 0; commit < 2; commit++) {
        struct dbc_fileset *set = new_set(*state, NULL);
        assert_int_equal(dbc_fileset_stage(set, NULL), 0);
        assert_int_equal(count_hidden(in(*state, "far")), 1);
        assert_int_equal(dbc_fileset_apply(set, NULL), 0);
        assert_string_equal(get_file(in(*state, "far/a")), NEW_A);
        assert_int_equal((commit ? dbc_fileset_commit : dbc_fileset_revert)(set, NULL), 0);
        dbc_fileset_free(set);
        assert_string_equal(get_file(in(*state, "far/a")), commit ? NEW_A : "far");
        assert_int_equal(access(in(*state, "etc/a"), F_OK), 0);
        assert_int_equal(count_hidden(in(*state, "far")), 0);
    }
}

/* ---- Failures ------------------------------------------------------------------------------ */

/* As the program does it: what cannot be applied is put back. */
static int change(const void *root, bool go_back, struct dbc_error *err)
{
    struct dbc_fileset *set = new_set(root, NULL);
    int status = set == NULL ? -1 : dbc_fileset_stage(set, err);

    if (status == 0) {
        status = dbc_fileset_apply(set, err);
        if (status != 0 || go_back) {
            status = dbc_fileset_revert(set, err) != 0 ? -1 : status;
        } else {
            status = dbc_fileset_commit(set, err);
        }
    }
    dbc_fileset_free(set);
    return status;
}

static bool all_old(const void *root)
{
    return strcmp(get_file(in(root, "etc/a")), "old a") == 0 &&
           strcmp(get_file(in(root, "etc/b")), "old b") == 0 &&
           strcmp(get_file(in(root, "etc/c")), "(none)") == 0;
}

static bool all_new(const void *root)
{
    return strcmp(get_file(in(root, "etc/a")), NEW_A) == 0 &&
           strcmp(get_file(in(root, "etc/b")), NEW_B) == 0 &&
           strcmp(get_file(in(root, "etc/c")), NEW_C) == 0;
}

static void assert_each_whole(const void *root)
{
    const char *text = get_file(in(root, "etc/a"));

    assert_true(strcmp(text, "old a") == 0 || strcmp(text, NEW_A) == 0);
    text = get_file(in(root, "etc/b"));
    assert_true(strcmp(text, "old b") == 0 || strcmp(text, NEW_B) == 0);
    text = get_file(in(root, "etc/c"));
    assert_true(strcmp(text, "(none)") == 0 || strcmp(text, NEW_C) == 0);
}

static void each_call_fails_once(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;
    int failed = 0;
    bool hit = true;
    int fd = next_fd();

    for (long n = 0; hit; n++) {
        put_old(*state);
        dbc_error_clear(&err);
        fail_call(NULL, n, ENOSPC);
        int status = change(*state, false, &err);
        hit = fault_hit();
        assert_true(all_old(*state) || all_new(*state));
        assert_int_equal(err.code, status == 0 ? DBC_OK : DBC_EIO);
        assert_true(status != 0 || all_new(*state));
        failed += status != 0;
        /* Only an old file that cannot be removed may stay, for the next run. */
        bool named = strstr(err.text, "beside it") != NULL;
        assert_int_equal(count_hidden(in(*state, "etc")), named ? 1 : 0);
        assert_int_equal(dbc_file_clean(in(*state, "etc"), NULL, NULL), 0);
        assert_true(n < 100);
    }
    assert_true(failed > 20);
    assert_int_equal(next_fd(), fd);
}

static void apply_that_stops_half_way(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct heard heard = { "" };
    struct dbc_log log = { hear, &heard };

    put_old(*state);
    struct dbc_fileset *set = new_set(*state, &log);
    assert_int_equal(dbc_fileset_stage(set, NULL), 0);
    fail_call("renameat", 1, EROFS);
    assert_int_equal(dbc_fileset_apply(set, &err), -1);
    assert_true(fault_hit());
    assert_int_equal(err.sys_errno, EROFS);
    assert_non_null(strstr(err.text, "/etc/b: "));
    assert_string_equal(get_file(in(*state, "etc/a")), NEW_A);
    assert_string_equal(get_file(in(*state, "etc/b")), "old b");
    assert_int_equal(dbc_fileset_revert(set, NULL), 0);
    dbc_fileset_free(set);
    assert_old(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 0);
    assert_string_equal(heard.text, "0 Applying changes to /etc/a configuration\n"
                                    "0 Applying changes to /etc/b configuration\n"
                                    "0 Reverting changes to /etc/a configuration\n");
}

static void revert_goes_on_and_keeps_the_only_copy(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;

    put_old(*state);
    struct dbc_fileset *set = new_set(*state, NULL);
    assert_int_equal(dbc_fileset_stage(set, NULL), 0);
    assert_int_equal(dbc_fileset_apply(set, NULL), 0);
    fail_call("renameat", 0, EIO);
    assert_int_equal(dbc_fileset_revert(set, &err), -1);
    assert_true(fault_hit());
    assert_string_equal(get_file(in(*state, "etc/a")), NEW_A);
    assert_string_equal(get_file(in(*state, "etc/b")), "old b");
    assert_string_equal(get_file(in(*state, "etc/c")), "(none)");
    const char *beside = strstr(err.text, ".a.dbc-");
    assert_non_null(beside);
    char name[] = "etc/.a.dbc-XXXXXX";
    memcpy(name + 4, beside, sizeof name - 5);
    assert_string_equal(get_file(in(*state, name)), "old a");
    assert_int_equal(dbc_fileset_revert(set, NULL), 0); /* and may be tried again */
    dbc_fileset_free(set);
    assert_old(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 0);
}

static void without_hard_links(void **state)
{
    static const int reasons[] = { EPERM, EOPNOTSUPP, ENOSYS, EMLINK };

    for (size_t i = 0; i < 2 * sizeof reasons / sizeof *reasons; i++) {
        put_old(*state);
        fail_call("linkat", 0, reasons[i / 2]);
        fault.kind = FAULT_ALWAYS;
        int status = change(*state, i % 2 == 0, NULL);
        assert_true(fault_hit());
        assert_int_equal(status, 0);
        assert_true(i % 2 == 0 ? all_old(*state) : all_new(*state));
        assert_int_equal(mode_of(in(*state, "etc/a")), 0600);
        assert_int_equal(mode_of(in(*state, "etc/b")), 0640);
        assert_int_equal(count_hidden(in(*state, "etc")), 0);
    }
}

static void names_of_links_are_not_tried_forever(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;

    put_old(*state);
    fail_call("linkat", 0, EEXIST);
    assert_int_equal(change(*state, false, &err), 0);
    assert_true(fault_hit());
    put_old(*state);
    fail_call("linkat", 0, EEXIST);
    fault.kind = FAULT_ALWAYS;
    assert_int_equal(change(*state, false, &err), -1);
    assert_true(fault_hit());
    assert_int_equal(err.sys_errno, EEXIST);
    assert_old(*state);
    assert_int_equal(count_hidden(in(*state, "etc")), 0);
}

static void each_allocation_fails_once(void **state)
{
    bool failed = true;

    for (long n = 0; failed; n++) {
        put_old(*state);
        allocs_left = n;
        int status = change(*state, false, NULL);
        failed = alloc_failed();
        assert_int_equal(status, failed ? -1 : 0);
        assert_true(failed ? all_old(*state) : all_new(*state));
        assert_int_equal(count_hidden(in(*state, "etc")), 0);
        assert_true(n < 30);
    }
}

/* ---- Kills and full disks ------------------------------------------------------------------ */

static int commit_in_child(const void *root)
{
    return change(root, false, NULL);
}

static int revert_in_child(const void *root)
{
    return change(root, true, NULL);
}

static int count_leftovers_of_kills(const void *root, int (*work)(const void *))
{
    int status = KILLED, leftovers = 0;

    for (long n = 0; status == KILLED; n++) {
        put_old(root);
        status = run_killed(work, root, n);
        assert_true(status == KILLED || status == 0);
        assert_each_whole(root);
        leftovers += count_hidden(in(root, "etc"));
        assert_int_equal(dbc_file_clean(in(root, "etc"), NULL, NULL), 0);
        assert_int_equal(count_hidden(in(root, "etc")), 0);
        assert_each_whole(root);
        assert_true(n < 100);
    }
    return leftovers;
}

static void killed_at_each_call(void **state)
{
    assert_true(count_leftovers_of_kills(*state, commit_in_child) > 20);
    assert_true(all_new(*state));
    assert_true(count_leftovers_of_kills(*state, revert_in_child) > 20);
    assert_true(all_old(*state));
}

/* Returns the line of the first surprise, 0 for none, 77 where it cannot be tried. */
static int on_a_full_disk(const char *root)
{
    struct dbc_error err = DBC_ERROR_INIT;
    static char data[8192];

    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", root, "tmpfs", 0, "size=64k") != 0) {
        return 77;
    }
    put_old(root);
    struct dbc_fileset *set = new_set(root, NULL);
    if (dbc_fileset_stage(set, NULL) != 0 || dbc_fileset_apply(set, NULL) != 0) {
        return __LINE__;
    }
    int fd = open(in(root, "filler"), O_WRONLY | O_CREAT, 0600);
    while (write(fd, data, sizeof data) > 0) {
    }
    if (errno != ENOSPC || dbc_fileset_revert(set, NULL) != 0 || !all_old(root)) {
        return __LINE__;
    }
    dbc_fileset_free(set);
    while (write(fd, data, 1) > 0) { /* what the revert gave back */
    }
    if (change(root, false, &err) != -1 || err.sys_errno != ENOSPC || !all_old(root)) {
        return __LINE__;
    }
    return count_hidden(in(root, "etc")) == 0 ? 0 : __LINE__;
}

static void full_disk(void **state)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        int line = on_a_full_disk(*state);
        _exit(line > 255 ? line % 250 + 1 : line);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) {
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(stage_apply_commit),
        FOLDER_TEST(stage_apply_revert),
        FOLDER_TEST(free_removes_what_was_staged),
        FOLDER_TEST(owner_stays),
        FOLDER_TEST(empty_and_large_files),
        FOLDER_TEST(bad_paths_are_refused),
        FOLDER_TEST(one_file_twice_is_refused),
        FOLDER_TEST(only_regular_files_are_replaced),
        FOLDER_TEST(missing_folders_are_made_below_the_prefix),
        FOLDER_TEST(symlinked_target),
        FOLDER_TEST(each_call_fails_once),
        FOLDER_TEST(apply_that_stops_half_way),
        FOLDER_TEST(revert_goes_on_and_keeps_the_only_copy),
        FOLDER_TEST(without_hard_links),
        FOLDER_TEST(names_of_links_are_not_tried_forever),
        FOLDER_TEST(each_allocation_fails_once),
        FOLDER_TEST(killed_at_each_call),
        FOLDER_TEST(full_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
