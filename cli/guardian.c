/* guardian.c - runs the program as a guardian (guardian.h). */
#include "guardian.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "program.h"
#include "reconfigure/confirm.h"

#define PREFIX "--root-prefix="

static int guard(const char *id, const char *given, char *const *env)
{
    const struct dbc_log log = { .line = program_to_syslog };
    char *prefix = program_prefix(given);
    struct ifr_runner *runner = prefix ? ifr_runner_exec_new(prefix, env, NULL) : NULL;
    const struct ifr_host host = { .prefix = prefix, .runner = runner, .log = &log };
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = runner ? ifr_guard(&host, id, &err) : dbc_fail_nomem(&err);

    if (rc < 0) {
        dbc_log_error(&log, &err);
    }
    ifr_runner_free(runner);
    free(prefix);
    return rc < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int guardian_main(int argc, char **argv, char *const *env)
{
    bool prefix = argc == 4 && strncmp(argv[3], PREFIX, strlen(PREFIX)) == 0;

    if ((argc != 3 && !prefix) || strcmp(argv[1], "guardian") != 0) {
        return -1;
    }
    /* The end of the terminal or the session must not end the guardian. */
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    openlog("interface-reconfigure", LOG_PID, LOG_DAEMON);
    return guard(argv[2], prefix ? argv[3] + strlen(PREFIX) : "", env);
}
