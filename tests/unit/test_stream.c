/* test_stream.c - base/stream.c: reading a stream to its end within a limit, and a file descriptor
 * as a stream. */
#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/fail_alloc.h"

#include "base/buf.c"
#include "base/stream.c"

#include "unit/base_folder.h"

/* `len` bytes, "0123456789..." as often as needed, some at a time. */
struct source {
    size_t len, at, piece;
    bool fails;
    unsigned after_end;
    bool ended;
};

static ssize_t source_read(const struct dbc_stream *self, char *buffer, size_t len,
                           struct dbc_error *err)
{
    struct source *source = self->ctx;
    size_t n = source->len - source->at < len ? source->len - source->at : len;

    source->after_end += source->ended;
    n = n < source->piece ? n : source->piece;
    for (size_t i = 0; i < n; i++) {
        buffer[i] = (char)('0' + (source->at + i) % 10);
    }
    source->at += n;
    source->ended = n == 0;
    return n == 0 && source->fails ? dbc_fail_at(err, DBC_EPARSE, self->name, 3, 4, "broken")
                                   : (ssize_t)n;
}

static int read_all(struct source source, size_t max, struct dbc_buf *out, struct dbc_error *err)
{
    struct dbc_stream stream = { .name = "source", .read = source_read, .ctx = &source };
    int rc = dbc_stream_read_all(&stream, max, out, err);

    assert_int_equal(source.after_end, 0);
    return rc;
}

static void assert_digits(const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(data[i], '0' + i % 10);
    }
}

TEST(all_of_it_behind_what_is_there)
{
    static const size_t sizes[] = { 0, 1, 7, 65535, 65536, 65537, 200000 };
    static const size_t pieces[] = { 1, 1000, SIZE_MAX };

    for (size_t i = 0; i < 3 * sizeof sizes / sizeof sizes[0]; i++) {
        struct dbc_buf out = DBC_BUF_INIT;
        dbc_buf_adds(&out, "old");
        assert_int_equal(read_all((struct source){ .len = sizes[i / 3], .piece = pieces[i % 3] },
                                  sizes[i / 3], &out, NULL),
                         0);
        assert_int_equal(out.len, 3 + sizes[i / 3]);
        assert_memory_equal(out.data, "old", 3);
        assert_digits(out.data + 3, sizes[i / 3]);
        assert_int_equal(out.data[out.len], '\0');
        dbc_buf_release(&out);
    }
}

TEST(one_byte_too_many)
{
    static const size_t sizes[] = { 0, 1, 65536, 100000 };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct dbc_buf out = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        dbc_buf_adds(&out, "old");
        assert_int_equal(read_all((struct source){ .len = sizes[i] + 1, .piece = SIZE_MAX },
                                  sizes[i], &out, &err),
                         -1);
        assert_int_equal(err.code, DBC_ELIMIT);
        assert_string_equal(err.file, "source");
        assert_non_null(strstr(err.text, "expected at most"));
        dbc_buf_release(&out);
    }
}

/* It is not read to its end only to say that it is too long. */
TEST(what_has_no_end)
{
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(read_all((struct source){ .len = SIZE_MAX, .piece = 10 }, 1000, &out, &err),
                     -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_true(out.len <= 1010);
    dbc_buf_release(&out);
}

TEST(what_the_stream_says)
{
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(read_all((struct source){ .len = 100, .piece = 9, .fails = true }, 1000, &out,
                              &err),
                     -1);
    assert_int_equal(err.code, DBC_EPARSE);
    assert_string_equal(err.text, "broken");
    assert_int_equal(err.line, 3);
    assert_int_equal(read_all((struct source){ .fails = true }, 1000, &out, NULL), -1);
    dbc_buf_release(&out);
}

TEST(without_memory)
{
    long failing = 0;

    for (bool reached = true; reached; failing += reached) {
        struct dbc_buf out = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        allocs_left = failing;
        int rc = read_all((struct source){ .len = 200000, .piece = SIZE_MAX }, 200000, &out, &err);
        reached = alloc_failed();
        assert_int_equal(rc, reached ? -1 : 0);
        assert_int_equal(err.code, reached ? DBC_ENOMEM : DBC_OK);
        dbc_buf_release(&out);
    }
    assert_true(failing > 1);
}

static void a_file_from_where_it_stands(void **state)
{
    struct dbc_buf out = DBC_BUF_INIT;
    char path[PATH_MAX];
    int fd = -1;

    snprintf(path, sizeof path, "%s/file", (const char *)*state);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "0123456789", 10), 10);
    assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
    struct dbc_stream stream = dbc_stream_of_fd(&fd, path);
    assert_ptr_equal(stream.name, path);
    assert_int_equal(dbc_stream_read_all(&stream, 6, &out, NULL), 0);
    assert_string_equal(dbc_buf_str(&out), "456789");
    dbc_buf_release(&out);
    close(fd);
}

static void a_descriptor_that_cannot_be_read(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;
    int fd = open((const char *)*state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct dbc_stream stream = dbc_stream_of_fd(&fd, "a\nfolder");
    char some[8];

    assert_int_equal(stream.read(&stream, some, sizeof some, &err), -1);
    assert_int_equal(err.code, DBC_EIO);
    assert_int_equal(err.sys_errno, EISDIR);
    assert_non_null(strstr(err.text, "a\\x0afolder: cannot read"));
    close(fd);
}

static void nothing(int signal_)
{
    (void)signal_;
}

/* A handler without SA_RESTART interrupts the read; the bytes come later. */
TEST(a_signal_is_no_error)
{
    const struct sigaction action = { .sa_handler = nothing };
    const struct itimerval soon = { .it_value = { .tv_usec = 20000 } };
    struct sigaction before;
    int ends[2];
    char some[8];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    pid_t child = fork();
    if (child == 0) {
        usleep(100000);
        _exit(write(ends[1], "late", 4) == 4 ? 0 : 1);
    }
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    struct dbc_stream stream = dbc_stream_of_fd(&ends[0], "pipe");
    assert_int_equal(stream.read(&stream, some, sizeof some, NULL), 4);
    assert_memory_equal(some, "late", 4);
    sigaction(SIGALRM, &before, NULL);
    close(ends[0]);
    close(ends[1]);
    waitpid(child, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_it_behind_what_is_there),
        cmocka_unit_test(one_byte_too_many),
        cmocka_unit_test(what_has_no_end),
        cmocka_unit_test(what_the_stream_says),
        cmocka_unit_test(without_memory),
        FOLDER_TEST(a_file_from_where_it_stands),
        FOLDER_TEST(a_descriptor_that_cannot_be_read),
        cmocka_unit_test(a_signal_is_no_error),
    };

    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
