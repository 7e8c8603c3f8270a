/* runner.c - what every runner (runner.h) shares: how a command ended, in words. */
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

bool ifr_command_succeeds(struct ifr_runner *runner, const char *const *argv, unsigned deadline_ms)
{
    const struct ifr_command command = { .argv = argv, .deadline_ms = deadline_ms };
    struct ifr_result result = IFR_RESULT_INIT;
    bool yes = runner->run(runner, &command, &result, NULL) == 0 && ifr_succeeded(&result);

    dbc_buf_release(&result.out);
    return yes;
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
        /* ENOENT here: the file is there, so it is its interpreter that is not. */
        dbc_buf_addf(out, "could not start: %s",
                     result->status == ENOENT ? "interpreter missing" : strerror(result->status));
        break;
    }
}
