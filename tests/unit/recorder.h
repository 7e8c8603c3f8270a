/* recorder.h - a runner of commands (runner.h) that records them instead. */
#ifndef TESTS_UNIT_RECORDER_H
#define TESTS_UNIT_RECORDER_H

#include <stdlib.h>

#include "reconfigure/host/runner.h"

typedef void script_fn(void *ctx, const char *const *argv, struct ifr_result *result);

struct recorder {
    struct ifr_runner base; /* first: a recorder is a runner */
    struct dbc_strvec lines;
    script_fn *script;
    void *ctx;
};

static inline int recorder_run(struct ifr_runner *self, const struct ifr_command *cmd,
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

static inline int recorder_detach(struct ifr_runner *self, const char *const *argv,
                                  struct dbc_error *err)
{
    const struct ifr_command command = { .argv = argv };
    struct ifr_result result = { 0 };
    int rc = recorder_run(self, &command, &result, err);

    dbc_buf_release(&result.out);
    return rc;
}

static inline void recorder_free(struct ifr_runner *self)
{
    struct recorder *recorder = (struct recorder *)self;
    dbc_strvec_release(&recorder->lines);
    free(recorder);
}

/* Makes the runner; each command exits with 0 unless `script` (may be NULL), which is called for
 * it, changes its result.  NULL: DBC_ENOMEM. */
static inline struct ifr_runner *recorder_new(script_fn *script, void *ctx, struct dbc_error *err)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (!recorder) {
        dbc_fail_nomem(err);
        return NULL;
    }
    recorder->base.run = recorder_run;
    recorder->base.detach = recorder_detach;
    recorder->base.free = recorder_free;
    recorder->script = script;
    recorder->ctx = ctx;
    return &recorder->base;
}

/* Returns what was run: one line a command, words joined by tabs.  Borrowed. */
static inline const struct dbc_strvec *recorder_lines(const struct ifr_runner *runner)
{
    return &((const struct recorder *)runner)->lines;
}

#endif
