/* runner.c - what all runners share (runner.h): running a command, and how it ended in words. */
#include "reconfigure/host/runner.h"

#include <errno.h>
#include <string.h>

void ifr_runner_free(struct ifr_runner *runner)
{
    if (runner) {
        runner->free(runner);
    }
}

bool ifr_succeeded(const struct ifr_result *result)
{
    return result->ended == IFR_EXITED && result->status == 0;
}

void ifr_command_words(const char *const *argv, struct dbc_buf *out)
{
    for (size_t i = 0; argv[i] != NULL; i++) {
        dbc_buf_adds(out, i > 0 ? " " : "");
        dbc_buf_add_printable(out, argv[i]);
    }
}

int ifr_command_run(struct ifr_runner *runner, const struct ifr_command *cmd, struct dbc_error *err)
{
    struct ifr_result result = { 0 };
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = runner->run(runner, cmd, &result, err);

    if (rc == 0 && !ifr_succeeded(&result)) {
        ifr_command_words(cmd->argv, &text);
        dbc_buf_adds(&text, ": ");
        ifr_describe(&result, &text);
        rc = dbc_fail(err, DBC_ECOMMAND, "%s", dbc_buf_str(&text));
    }
    dbc_buf_release(&text);
    dbc_buf_release(&result.out);
    return rc;
}

bool ifr_command_succeeds(struct ifr_runner *runner, const char *const *argv, unsigned deadline_ms)
{
    const struct ifr_command command = { .argv = argv, .deadline_ms = deadline_ms };

    return ifr_command_run(runner, &command, NULL) == 0;
}

const char *ifr_program_name(const char *argv0)
{
    const char *slash = strrchr(argv0, '/');

    return slash != NULL ? slash + 1 : argv0;
}

void ifr_describe(const struct ifr_result *result, struct dbc_buf *out)
{
    switch (result->ended) {
    case IFR_EXITED:
        dbc_buf_addf(out, "exited with %d", result->status);
        break;
    case IFR_SIGNALED:
        dbc_buf_addf(out, "killed by signal %d", result->status);
        break;
    case IFR_TIMED_OUT:
        dbc_buf_adds(out, "timed out");
        break;
    case IFR_NOT_FOUND:
        dbc_buf_adds(out, "not installed");
        break;
    case IFR_NOT_RUN:
        /* The file exists (else IFR_NOT_FOUND), so ENOENT means its interpreter. */
        dbc_buf_addf(out, "could not start: %s",
                     result->status == ENOENT ? "interpreter missing" : strerror(result->status));
        break;
    }
}
