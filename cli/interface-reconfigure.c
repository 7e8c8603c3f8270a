/* interface-reconfigure.c - the program: parses options, calls ifr_reconfigure and returns its exit
 * status.  It decides nothing about networks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "guardian.h"
#include "options.h"
#include "program.h"
#include "reconfigure/boot/management_interface.h"
#include "reconfigure/confirm.h"

#ifndef DBCACHE_VERSION
#define DBCACHE_VERSION "unknown"
#endif

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CHANGED = 3, EXIT_LEFT = 4 };

/* Prints everything to stdout, or fails after a message. */
static int print(const char *text, size_t len)
{
    if (fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0) {
        fprintf(stderr, "cannot write to stdout: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

/* Prints the result of one of several requests, as management-interface does. */
static void show_one(void *ctx, const struct ifr_request *request, const struct dbc_error *err)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];
    struct dbc_buf line = DBC_BUF_INIT;

    (void)ctx;
    dbc_buf_add_printable(&line, request->bridge ? request->bridge
                                 : request->pif  ? request->pif
                                                 : request->pif_uuid);
    if (err) {
        dbc_buf_addf(&line, ": %s", dbc_error_string(err, text, sizeof text));
    } else {
        dbc_buf_addf(&line, ": %s", request->verb == IFR_UP ? "up" : "down");
    }
    puts(dbc_buf_str(&line));
    dbc_buf_release(&line);
}

static int run_several(const struct options *options, const struct ifr_host *host,
                       struct dbc_error *err)
{
    struct ifr_request *requests = calloc(options->n_names, sizeof *requests);
    int rc = 0;

    if (requests == NULL) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < options->n_names; i++) {
        struct ifr_request *r = &requests[i];
        *r = options->request;
        *(r->bridge ? &r->bridge : r->pif ? &r->pif : &r->pif_uuid) = options->names[i];
        r->management = r->management && i == 0;
    }
    rc = ifr_reconfigure_each(requests, options->n_names, host, show_one, NULL, err);
    free(requests);
    return rc;
}

static int dispatch(const struct options *options, const struct ifr_host *host,
                    struct dbc_buf *shown, struct dbc_error *err)
{
    bool waits = false;

    switch (options->verb) {
    case OPTIONS_RECONFIGURE:
        break;
    case OPTIONS_CONFIRM:
        return ifr_confirm(host, options->id, err);
    case OPTIONS_REVERT:
        return ifr_revert(host, options->id, err);
    case OPTIONS_PENDING:
        /* When nothing waits the exit status is 1, without a message. */
        return ifr_show_pending(host, options->json, &waits, shown, err) < 0 || !waits ? -1 : 0;
    }
    if (options->all) {
        return ifr_management_start(host, &options->request, show_one, NULL, err);
    }
    return options->n_names > 1 ? run_several(options, host, err)
                                : ifr_reconfigure(&options->request, host, shown, err);
}

/* The result of a request besides success or an error. */
struct ended {
    bool changed, left;
};

static int run(const struct options *options, const struct dbc_log *log, char *const *env,
               struct dbc_buf *shown, struct ended *ended, struct dbc_error *err)
{
    int rc = -1;
    char *prefix = program_prefix(options->root_prefix);
    struct ifr_runner *runner = prefix ? ifr_runner_exec_new(prefix, env, err) : NULL;
    const struct ifr_host host = { .prefix = prefix,
                                   .runner = runner,
                                   .log = log,
                                   .stop = program_catch_stop(),
                                   .changed = &ended->changed,
                                   .left = &ended->left };
    if (runner) {
        rc = dispatch(options, &host, shown, err);
    } else {
        dbc_fail_nomem(err);
    }
    ifr_runner_free(runner);
    free(prefix);
    return rc;
}

/* Runs the request with its log.  The last error always goes to stderr, which XAPI shows to the
 * administrator. */
static int serve(const struct options *options, const char *program, const char *called,
                 char *const *env)
{
    const struct dbc_log log = { .line =
                                     options->no_syslog ? program_to_stderr : program_to_syslog };
    struct dbc_buf shown = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];
    struct ended ended = { false, false };
    int status = EXIT_FAILED;

    if (!options->no_syslog) {
        openlog(program, LOG_PID, LOG_DAEMON);
        dbc_logf(&log, DBC_LOG_INFO, "Called as %s", called);
    }
    if (run(options, &log, env, &shown, &ended, &err) == 0) {
        status = print(dbc_buf_str(&shown), shown.len);
        status =
            status == EXIT_DONE && options->exit_codes && ended.changed ? EXIT_CHANGED : status;
    } else if (err.code == DBC_OK) {
        (void)print(dbc_buf_str(&shown), shown.len);
    } else {
        status = ended.left ? EXIT_LEFT : EXIT_FAILED;
        dbc_log_error(&log, &err);
        if (!options->no_syslog) {
            fprintf(stderr, "%s\n", dbc_error_string(&err, text, sizeof text));
        }
    }
    dbc_buf_release(&shown);
    return status;
}

int main(int argc, char **argv, char **env)
{
    static struct options options; /* large */
    struct dbc_buf usage = DBC_BUF_INIT, called = DBC_BUF_INIT;
    const char *program = program_name(argc > 0 ? argv[0] : NULL, "interface-reconfigure");
    int status = program_settle() < 0 ? EXIT_FAILED : guardian_main(argc, argv, env);

    if (status >= 0) {
        return status;
    }
    status = EXIT_USAGE;
    options_show(argc, argv, &called);
    if (options_parse(argc, argv, &options, &usage) < 0) {
        fprintf(stderr, "%s\nFor help use --help.\n", dbc_buf_str(&usage));
    } else if (options.help) {
        status = print(options_help, strlen(options_help));
    } else if (options.version) {
        status = print("interface-reconfigure (dbcache) " DBCACHE_VERSION "\n",
                       strlen("interface-reconfigure (dbcache) " DBCACHE_VERSION "\n"));
    } else {
        status = serve(&options, program, dbc_buf_str(&called), env);
    }
    dbc_buf_release(&usage);
    dbc_buf_release(&called);
    return status;
}
