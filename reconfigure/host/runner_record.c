/* runner_record.c - a runner (runner.h) that records commands instead of running them, for
 * benchmarks and tests. */
#include <stdlib.h>

#include "reconfigure/host/runner.h"

struct recorder {
    struct ifr_runner base; /* first: a recorder is a runner */
    struct dbc_strvec lines;
    ifr_script_fn *script;
    void *ctx;
};

static int record_run(struct ifr_runner *self, const struct ifr_command *cmd,
                      struct ifr_result *result, struct dbc_error *err)
{
    struct recorder *recorder = (struct recorder *)self;
    struct dbc_buf line = DBC_BUF_INIT;
    for (size_t i = 0; cmd->argv[i]; i++) {
        if (i > 0) {
            dbc_buf_addc(&line, '\t');
        }
        dbc_buf_adds(&line, cmd->argv[i]);
    }
    dbc_strvec_push(&recorder->lines, dbc_buf_str(&line));
    bool failed = line.failed || recorder->lines.failed;
    dbc_buf_release(&line);
    result->ended = IFR_EXITED;
    result->status = 0;
    if (recorder->script) {
        recorder->script(recorder->ctx, cmd->argv, result);
    }
    return failed ? dbc_fail_nomem(err) : 0;
}

static int record_detach(struct ifr_runner *self, const char *const *argv, struct dbc_error *err)
{
    const struct ifr_command command = { .argv = argv };
    struct ifr_result result = IFR_RESULT_INIT;
    int rc = record_run(self, &command, &result, err);

    dbc_buf_release(&result.out);
    return rc;
}

static void record_free(struct ifr_runner *self)
{
    struct recorder *recorder = (struct recorder *)self;
    dbc_strvec_release(&recorder->lines);
    free(recorder);
}

struct ifr_runner *ifr_runner_record_new(ifr_script_fn *script, void *ctx, struct dbc_error *err)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (!recorder) {
        dbc_fail_nomem(err);
        return NULL;
    }
    recorder->base.run = record_run;
    recorder->base.detach = record_detach;
    recorder->base.free = record_free;
    recorder->script = script;
    recorder->ctx = ctx;
    return &recorder->base;
}

const struct dbc_strvec *ifr_runner_record_lines(const struct ifr_runner *runner)
{
    return &((const struct recorder *)runner)->lines;
}
