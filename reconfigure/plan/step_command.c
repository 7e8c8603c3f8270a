/* step_command.c - runs one command, as a step of its own or for another step (step.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reconfigure/plan/step.h"

#define DHCP_FILE "/var/run/interface-reconfigure-dhcp.XXXXXX"

/* "Command failed STATUS: ..." is the old program's line; other ends have words of their own. */
static void log_failure(const struct ifr_walk *walk, const struct ifr_result *result,
                        const char *line)
{
    struct dbc_buf how = DBC_BUF_INIT;
    if (result->ended == IFR_EXITED) {
        dbc_logf(walk->log, DBC_LOG_WARNING, "Command failed %d: %s", result->status, line);
        return;
    }
    ifr_describe(result, &how);
    dbc_logf(walk->log, DBC_LOG_WARNING, "Command %s: %s", dbc_buf_str(&how), line);
    dbc_buf_release(&how);
}

struct call {
    const char *const *argv, *const *env;
    unsigned deadline_ms;
    bool quiet;             /* not announced in the log */
    bool optional;          /* when it is not installed, that is a success */
    const char *text;       /* the error's text instead of the command's own; may be NULL */
    struct dbc_buf *answer; /* gets its stdout; NULL: not read */
};

static int run_call(const struct ifr_walk *walk, const struct call *call, struct dbc_error *err)
{
    const struct ifr_command cmd = { .argv = call->argv,
                                     .env = call->env,
                                     .deadline_ms = call->deadline_ms,
                                     .capture = call->answer != NULL };
    struct ifr_result result = { 0 };
    struct dbc_buf line = DBC_BUF_INIT, how = DBC_BUF_INIT;
    int rc = -1;

    ifr_command_words(call->argv, &line);
    if (!call->quiet) {
        dbc_logf(walk->log, DBC_LOG_INFO, "Running command: %s", dbc_buf_str(&line));
    }
    if (line.failed) {
        dbc_fail_nomem(err);
        goto out;
    }
    if (walk->host->runner->run(walk->host->runner, &cmd, &result, err) < 0) {
        goto out;
    }
    if (ifr_succeeded(&result) || (call->optional && result.ended == IFR_NOT_FOUND)) {
        rc = 0;
        goto out;
    }
    log_failure(walk, &result, dbc_buf_str(&line));
    ifr_describe(&result, &how);
    if (call->text) {
        dbc_fail(err, DBC_ECOMMAND, "%s", call->text);
    } else {
        dbc_fail(err, DBC_ECOMMAND, "%s: %s", dbc_buf_str(&line), dbc_buf_str(&how));
    }
out:
    if (call->answer && rc == 0) {
        dbc_buf_adds(call->answer, dbc_buf_str(&result.out));
        rc = call->answer->failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_buf_release(&result.out);
    dbc_buf_release(&line);
    dbc_buf_release(&how);
    return rc;
}

/* ---- One command. --------------------------------------------------------------------------- */

/* Makes a private file that tells dhclient its timeout. */
static int make_dhcp_file(const struct ifr_walk *walk, unsigned seconds, char path[PATH_MAX],
                          struct dbc_error *err)
{
    char text[32];

    snprintf(text, sizeof text, "timeout %u;\n", seconds);
    return ifr_facts_temporary(walk->facts, DHCP_FILE, text, path, err);
}

/* Runs the command itself; a DHCP client below it gets the step's timeout.  Without the file the
 * client uses its own timeout, which is no reason to fail. */
static int run_main(struct ifr_walk *walk, const struct ifr_step *step, struct call *call,
                    struct dbc_error *err)
{
    struct dbc_strvec env = DBC_STRVEC_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    char file[PATH_MAX] = "";
    int rc = -1;

    dbc_strvec_push_all(&env, &step->env);
    if (step->dhcp_timeout > 0) {
        if (make_dhcp_file(walk, step->dhcp_timeout, file, &why) == 0) {
            dbc_strvec_pushf(&env, "DHCLIENTARGS+= -cf %s ", file);
        } else {
            dbc_log_error(walk->log, &why);
        }
    }
    call->env = (const char *const *)env.v;
    rc = env.failed ? dbc_fail_nomem(err) : run_call(walk, call, err);
    call->env = NULL;
    unlink(file);
    dbc_strvec_release(&env);
    return rc;
}

/* Runs the fallback after `first`.  When it works, the run goes on and fails at its end. */
static int run_fallback(struct ifr_walk *walk, const struct ifr_step *step, struct call *call,
                        const struct dbc_error *first, struct dbc_error *err)
{
    call->argv = (const char *const *)step->fallback.v;
    if (run_call(walk, call, err) < 0) {
        return -1;
    }
    if (walk->late.code == DBC_OK) {
        walk->late = *first;
    }
    return 0;
}

int ifr_step_command_apply(struct ifr_walk *walk, const struct ifr_step *step,
                           struct dbc_error *err)
{
    struct dbc_error first = DBC_ERROR_INIT;
    struct dbc_error *why = step->fallback.n > 0 ? &first : err;
    struct call call = { .argv = (const char *const *)step->argv.v,
                         .deadline_ms = step->deadline_ms,
                         .quiet = step->quiet,
                         .optional = step->optional,
                         .text = step->text };
    if (run_main(walk, step, &call, why) == 0) {
        return 0;
    }
    if (step->fallback.n == 0) {
        return -1;
    }
    return first.code == DBC_ENOMEM ? dbc_fail_nomem(err)
                                    : run_fallback(walk, step, &call, &first, err);
}

int ifr_step_run_undo(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    return step->undo.n > 0
               ? ifr_step_run(walk, (const char *const *)step->undo.v, step->deadline_ms, err)
               : 0;
}

/* ---- For other steps. ----------------------------------------------------------------------- */

int ifr_step_run(const struct ifr_walk *walk, const char *const *argv, unsigned deadline_ms,
                 struct dbc_error *err)
{
    const struct call call = { .argv = argv, .deadline_ms = deadline_ms };

    return run_call(walk, &call, err);
}

int ifr_step_ask(const struct ifr_walk *walk, const char *const *argv, struct dbc_buf *answer,
                 struct dbc_error *err)
{
    const struct call call = {
        .argv = argv, .deadline_ms = IFR_DEADLINE_QUERY, .quiet = true, .answer = answer
    };

    return run_call(walk, &call, err);
}
