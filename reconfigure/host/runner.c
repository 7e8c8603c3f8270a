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
