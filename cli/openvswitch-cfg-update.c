/* openvswitch-cfg-update.c - the plugin of this name, called openvswitch-config-update by later
 * releases: reads XAPI's request from argv[1] and prints one response; reconfigure/plugin/ does the
 * work.  The exit status says whether there is a response, not whether that is a success. */
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "guardian.h"
#include "program.h"
#include "reconfigure/plugin/update.h"

static int respond(const char *request)
{
    const struct dbc_log log = { .line = program_to_syslog };
    struct ifr_runner *runner = ifr_runner_exec_new("", environ, NULL);
    const struct ifr_host host = { .prefix = "", .runner = runner, .log = &log };
    struct ifr_plugin plugin = { .host = &host };
    struct dbc_buf document = DBC_BUF_INIT;

    if (runner) {
        ifr_plugin_dispatch(ifr_plugin_functions, &plugin, request, &log, &document);
    }
    fputs(runner && !document.failed ? dbc_buf_str(&document) : ifr_plugin_no_memory, stdout);
    dbc_buf_release(&document);
    ifr_runner_free(runner);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const char *name = program_name(argv[0], "openvswitch-cfg-update");

    int status = program_settle() < 0 ? EXIT_FAILURE : guardian_main(argc, argv, environ);

    if (status >= 0) {
        return status;
    }
    if (argc != 2) {
        fprintf(stderr,
                "%s: XAPI runs this, with its request as the one argument; by hand:\n"
                "xe host-call-plugin host-uuid=... plugin=openvswitch-cfg-update fn=update\n",
                name);
        return EXIT_FAILURE;
    }
    openlog(name, LOG_PID, LOG_DAEMON);
    return respond(argv[1]);
}
