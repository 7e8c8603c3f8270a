/* drift.c - asks the host and compares (drift.h). */
#include "drift.h"

#include <unistd.h>

#include "base/error.h"

static void log_line(void *ctx, enum dbc_level level, const char *text)
{
    (void)ctx;
    if (level != DBC_LOG_INFO) {
        cli_warning("%s", text);
    }
}

int cli_drift(const struct cli_options *options, const struct dbc_db *db, bool all,
              struct ifr_comparison *ret, struct dbc_error *err)
{
    const struct dbc_log log = { .line = log_line };
    struct ifr_runner *runner = ifr_runner_exec_new(options->root_prefix, environ, err);
    struct ifr_facts *facts =
        runner == NULL ? NULL : ifr_facts_new(options->root_prefix, runner, &log, err);
    int rc = facts == NULL ? -1 : ifr_compare(db, facts, &log, all, ret, err);

    ifr_facts_free(facts);
    ifr_runner_free(runner);
    return rc;
}
