/* test_runner.c - reconfigure/runner*.c: how commands end, and what they inherit from us. */
#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "reconfigure/host/runner.h"
#include "unit/clock.h"
#include "unit/recorder.h"
#include "unit/scratch.h"

struct fixture {
    struct scratch s;
    struct ifr_runner *runner;
    struct ifr_result result;
};

static int setup(void **state)
{
    static struct fixture f;
    char *env[] = { (char[]){ "LANG=C" }, (char[]){ "DHCLIENTARGS=-q" }, (char[]){ "broken" },
                    NULL };
    memset(&f, 0, sizeof f);
    scratch_make(&f.s);
    f.runner = ifr_runner_exec_new(f.s.root, env, NULL);
    *state = &f;
    return f.runner ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    dbc_buf_release(&f->result.out);
    ifr_runner_free(f->runner);
    scratch_remove(&f->s);
    return 0;
}

static void run(struct fixture *f, const struct ifr_command *cmd)
{
    struct dbc_error err = DBC_ERROR_INIT;
    dbc_buf_clear(&f->result.out);
    assert_int_equal(f->runner->run(f->runner, cmd, &f->result, &err), 0);
}

/* Runs a script; its stdout is what comes back. */
static const char *output(struct fixture *f, const char *script)
{
    const char *const argv[] = { "/bin/tool", "one", "two words", NULL };
    const struct ifr_command cmd = { .argv = argv, .capture = true, .deadline_ms = 5000 };
    scratch_script(&f->s, "/bin/tool", script);
    run(f, &cmd);
    return dbc_buf_str(&f->result.out);
}

static void assert_described(const struct fixture *f, const char *words)
{
    struct dbc_buf out = DBC_BUF_INIT;
    ifr_describe(&f->result, &out);
    assert_string_equal(dbc_buf_str(&out), words);
    dbc_buf_release(&out);
}

TEST_WITH(test_status_and_arguments, struct fixture, f)
{
    assert_string_equal(output(f, "echo \"$#:$1:$2:${0#$root}\"; exit 3"),
                        "2:one:two words:/bin/tool\n");
    assert_int_equal(f->result.ended, IFR_EXITED);
    assert_int_equal(f->result.status, 3);
    assert_false(ifr_succeeded(&f->result));
    assert_described(f, "exited with 3");
    output(f, "exit 0");
    assert_true(ifr_succeeded(&f->result));
}

TEST_WITH(test_signal, struct fixture, f)
{
    output(f, "kill -11 $$");
    assert_int_equal(f->result.ended, IFR_SIGNALED);
    assert_int_equal(f->result.status, 11);
    assert_described(f, "killed by signal 11");
}

TEST_WITH(test_not_found, struct fixture, f)
{
    const char *const argv[] = { "/sbin/missing", NULL };
    const struct ifr_command cmd = { .argv = argv };
    run(f, &cmd);
    assert_int_equal(f->result.ended, IFR_NOT_FOUND);
    assert_described(f, "not installed");
}

TEST_WITH(test_not_run, struct fixture, f)
{
    const char *const argv[] = { "/bin/odd", NULL };
    const struct ifr_command cmd = { .argv = argv };

    scratch_write(&f->s, "/bin/odd", "#!/no/such/interpreter\n", 0755);
    run(f, &cmd);
    assert_int_equal(f->result.ended, IFR_NOT_RUN);
    assert_int_equal(f->result.status, ENOENT);
    assert_described(f, "could not start: interpreter missing");

    scratch_write(&f->s, "/bin/odd", "exit 0\n", 0644);
    run(f, &cmd);
    assert_int_equal(f->result.ended, IFR_NOT_RUN);
    assert_int_equal(f->result.status, EACCES);

    scratch_write(&f->s, "/bin/odd", "no program\n", 0755);
    run(f, &cmd);
    assert_int_equal(f->result.ended, IFR_NOT_RUN);
    assert_int_equal(f->result.status, ENOEXEC);
}

TEST_WITH(test_argument_too_long, struct fixture, f)
{
    static char huge[200 * 1024];
    const char *const argv[] = { "/bin/tool", huge, NULL };
    const struct ifr_command cmd = { .argv = argv };
    memset(huge, 'x', sizeof huge - 1);
    scratch_script(&f->s, "/bin/tool", "exit 0");
    run(f, &cmd);
    assert_int_equal(f->result.ended, IFR_NOT_RUN);
    assert_int_equal(f->result.status, E2BIG);
}

/* A process whose number a script left in /pid: ended, or ended and not yet waited for. */
static bool is_gone(struct fixture *f)
{
    pid_t pid = (pid_t)strtol(scratch_read(&f->s, "/pid"), NULL, 10);
    char path[64], text[512] = "";
    assert_true(pid > 1);
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *status = fopen(path, "r");
    if (!status) {
        return true;
    }
    size_t n = fread(text, 1, sizeof text - 1, status);
    text[n] = '\0';
    fclose(status);
    return strstr(text, ") Z") != NULL;
}

static void assert_gone(struct fixture *f)
{
    for (int i = 0; i < 100 && !is_gone(f); i++) {
        usleep(10000);
    }
    assert_true(is_gone(f));
}

TEST_WITH(test_deadline_ends_the_group, struct fixture, f)
{
    const char *const argv[] = { "/bin/tool", NULL };
    const struct ifr_command cmd = { .argv = argv, .deadline_ms = 200 };
    int64_t start = now_ms();
    scratch_script(&f->s, "/bin/tool", "sleep 300 & echo $! >$root/pid; sleep 300");
    run(f, &cmd);
    assert_int_equal(f->result.ended, IFR_TIMED_OUT);
    assert_described(f, "timed out");
    assert_true(now_ms() - start < 2000);
    assert_gone(f);
}

TEST_WITH(test_deadline_of_a_stubborn_command, struct fixture, f)
{
    const char *const argv[] = { "/bin/tool", NULL };
    const struct ifr_command cmd = { .argv = argv, .deadline_ms = 200 };
    int64_t start = now_ms(), took = 0;
    scratch_script(&f->s, "/bin/tool", "trap '' TERM; sleep 300 & echo $! >$root/pid; wait");
    run(f, &cmd);
    took = now_ms() - start;
    assert_int_equal(f->result.ended, IFR_TIMED_OUT);
    assert_in_range(took, IFR_KILL_GRACE, IFR_KILL_GRACE + 3000);
    assert_gone(f);
}

TEST_WITH(test_daemon_that_keeps_the_pipe, struct fixture, f)
{
    int64_t start = now_ms();
    assert_string_equal(output(f, "setsid sleep 5 & echo $! >$root/pid; echo started"),
                        "started\n");
    assert_true(ifr_succeeded(&f->result));
    assert_true(now_ms() - start < 3000);
    kill((pid_t)strtol(scratch_read(&f->s, "/pid"), NULL, 10), SIGKILL);
}

TEST_WITH(test_output_is_bounded, struct fixture, f)
{
    output(f, "head -c 300000 /dev/zero | tr '\\0' x");
    assert_true(ifr_succeeded(&f->result));
    assert_int_equal(f->result.out.len, IFR_OUTPUT_MAX);
}

TEST_WITH(test_output_without_end, struct fixture, f)
{
    const char *const argv[] = { "/bin/tool", NULL };
    const struct ifr_command cmd = { .argv = argv, .deadline_ms = 300, .capture = true };
    scratch_script(&f->s, "/bin/tool", "exec yes");
    run(f, &cmd);
    assert_int_equal(f->result.ended, IFR_TIMED_OUT);
    assert_int_equal(f->result.out.len, IFR_OUTPUT_MAX);
}

TEST_WITH(test_not_captured, struct fixture, f)
{
    const char *const argv[] = { "/bin/tool", NULL };
    const struct ifr_command cmd = { .argv = argv };
    scratch_script(&f->s, "/bin/tool",
                   "is=$(readlink /proc/$$/fd/1); echo $is >$root/out; echo lost");
    run(f, &cmd);
    assert_string_equal(scratch_read(&f->s, "/out"), "/dev/null\n");
    assert_int_equal(f->result.out.len, 0);
}

TEST_WITH(test_descriptors_and_signals, struct fixture, f)
{
    int leak = open("/dev/zero", O_RDONLY); /* not close-on-exec, as a careless caller leaves it */
    signal(SIGUSR1, SIG_IGN);
    int high = fcntl(leak, F_DUPFD, 77);
    assert_true(high >= 77);
    /* 10 is where the shell keeps its script; a pipeline or a `*` would open more. */
    assert_string_equal(output(f, "readlink /proc/$$/fd/0\n"
                                  "for n in 3 4 5 6 7 8 9 11 12 13 14 15 77 78 79; do\n"
                                  "    test ! -e /proc/$$/fd/$n || echo $n\n"
                                  "done\n"
                                  "grep SigIgn /proc/$$/status"),
                        "/dev/null\nSigIgn:\t0000000000000000\n");
    close(high);
    close(leak);
    signal(SIGUSR1, SIG_DFL);
}

TEST_WITH(test_environment, struct fixture, f)
{
    const char *const argv[] = { "/bin/tool", NULL };
    const char *const env[] = { "DHCLIENTARGS+= -cf x ", "LANG=other", "NEW+=value", NULL };
    const struct ifr_command cmd = {
        .argv = argv, .env = env, .capture = true, .deadline_ms = 5000
    };
    scratch_script(&f->s, "/bin/tool", "tr '\\0' '\\n' </proc/$$/environ | sort");
    run(f, &cmd);
    assert_string_equal(dbc_buf_str(&f->result.out),
                        "DHCLIENTARGS=-q -cf x \nLANG=other\nNEW=value\n"
                        "PATH=/usr/sbin:/usr/bin:/sbin:/bin\n");
}

TEST_WITH(test_own_path_is_kept, struct fixture, f)
{
    char *env[] = { (char[]){ "PATH=/bin" }, NULL };
    ifr_runner_free(f->runner);
    f->runner = ifr_runner_exec_new(f->s.root, env, NULL);
    assert_string_equal(output(f, "tr '\\0' '\\n' </proc/$$/environ"), "PATH=/bin\n");
}

static void answer(void *ctx, const char *const *argv, struct ifr_result *result)
{
    (void)ctx;
    result->status = argv[1] ? 7 : 0;
    dbc_buf_adds(&result->out, "said");
}

TEST(test_record)
{
    struct ifr_runner *runner = recorder_new(answer, NULL, NULL);
    struct ifr_result result = { 0 };
    const char *const argv[] = { "/sbin/ip", "link show", NULL };
    const struct ifr_command cmd = { .argv = argv };
    assert_int_equal(runner->run(runner, &cmd, &result, NULL), 0);
    assert_int_equal(result.ended, IFR_EXITED);
    assert_int_equal(result.status, 7);
    assert_string_equal(dbc_buf_str(&result.out), "said");
    assert_string_equal(joined(recorder_lines(runner)), "/sbin/ip\tlink show");
    dbc_buf_release(&result.out);
    ifr_runner_free(runner);
    ifr_runner_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_status_and_arguments),
        FIXTURE(test_signal),
        FIXTURE(test_not_found),
        FIXTURE(test_not_run),
        FIXTURE(test_argument_too_long),
        FIXTURE(test_deadline_ends_the_group),
        FIXTURE(test_deadline_of_a_stubborn_command),
        FIXTURE(test_daemon_that_keeps_the_pipe),
        FIXTURE(test_output_is_bounded),
        FIXTURE(test_output_without_end),
        FIXTURE(test_not_captured),
        FIXTURE(test_descriptors_and_signals),
        FIXTURE(test_environment),
        FIXTURE(test_own_path_is_kept),
        cmocka_unit_test(test_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
