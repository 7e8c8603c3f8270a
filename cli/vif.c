/* vif.c - the hotplug script of this name, which udev and the toolstack run from
 * /etc/xensource/scripts: takes arguments and environment and returns an exit status;
 * reconfigure/vif/ does the work. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "program.h"
#include "reconfigure/host/ovsdb.h"
#include "reconfigure/vif/vif.h"

#define NAME "vif"
#define EXIT_USAGE 2

static int print_help(void)
{
    puts("Usage: " NAME " ACTION [TYPE [DOMID DEVID]]\n"
         "Puts the network device of a VM on its bridge, or takes it off; what xenstore says of\n"
         "the device counts.  udev and the toolstack run it.\n"
         "\n"
         "  TYPE          vif (default) or tap\n"
         "  DOMID DEVID   the device; else XENBUS_PATH (vif) or INTERFACE (tap) of the\n"
         "                environment says which\n"
         "  --version     print the version\n"
         "  -h, --help    print this text\n"
         "\n"
         "Actions: online, move, remove of a vif; add, remove of a tap; others do nothing.\n"
         "Exit status: 0 done; 1 failed; 2 wrong usage.");
    return EXIT_SUCCESS;
}

/* Logs to syslog, and warnings to stderr as well, which is not read when udev runs the program. */
static void say(void *ctx, enum dbc_level level, const char *text)
{
    program_to_syslog(ctx, level, text);
    if (level != DBC_LOG_INFO) {
        program_to_stderr(ctx, level, text);
    }
}

static struct ifr_xenstore *open_xenstore(struct ifr_runner *runner, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    struct ifr_xenstore *store = ifr_xenstore_library(&why);

    if (store == NULL && why.code == DBC_ENOENT) {
        return ifr_xenstore_programs(runner, err);
    }
    if (store == NULL) {
        *err = why;
    }
    return store;
}

static int run(const struct ifr_vif *vif, const struct dbc_log *log)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_runner *runner = ifr_runner_exec_new("", environ, &err);
    struct ifr_vif_host host = { .runner = runner, .log = log, .database = IFR_OVSDB_SOCKET };
    int rc = -1;

    host.facts = runner != NULL ? ifr_facts_new("", runner, log, &err) : NULL;
    host.xenstore = host.facts != NULL ? open_xenstore(runner, &err) : NULL;
    if (host.xenstore != NULL) {
        rc = ifr_vif_run(vif, &host, &err);
    }
    if (rc < 0) {
        dbc_logf(log, DBC_LOG_ERROR, "%s %s: %s", vif->action, vif->device, err.text);
    }
    ifr_xenstore_free(host.xenstore);
    ifr_facts_free(host.facts);
    ifr_runner_free(runner);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const struct dbc_log log = { .line = say };
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_vif vif;

    if (program_settle() < 0) {
        return EXIT_FAILURE;
    }
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        return print_help();
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts(NAME " (dbcache) " DBCACHE_VERSION);
        return EXIT_SUCCESS;
    }
    openlog("scripts-vif", LOG_PID, LOG_DAEMON);
    if (ifr_vif_parse((const char *const *)argv + 1, (size_t)(argc > 0 ? argc - 1 : 0),
                      getenv("XENBUS_PATH"), getenv("INTERFACE"), &vif, &err) < 0) {
        dbc_logf(&log, DBC_LOG_ERROR, "%s; for help use --help", err.text);
        return EXIT_USAGE;
    }
    return run(&vif, &log);
}
