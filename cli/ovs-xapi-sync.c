/* ovs-xapi-sync.c - the daemon of this name: parses options and runs the loop of reconfigure/sync/
 * in the foreground or the background. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "base/valid.h"
#include "daemon.h"
#include "program.h"
#include "reconfigure/sync/sync.h"
#include "vlog.h"

#ifndef DBCACHE_VERSION
#define DBCACHE_VERSION "unknown"
#endif

#define NAME "ovs-xapi-sync"
#define RUN_FOLDER "/var/run/openvswitch"
#define LOG_FOLDER "/var/log/openvswitch"
#define DATABASE "unix:" RUN_FOLDER "/db.sock"
#define XAPI_READY "/var/run/xapi_init_complete.cookie"
#define TIMEOUT_MAX_S 3600
#define EXIT_USAGE 2

/* Releases have the socket in different places. */
static const char *const xapi_sockets[] = { "/var/lib/xcp/xapi", "/var/xapi/xapi" };

struct program {
    const char *database, *root_prefix, *xapi_socket;
    const char *pidfile, *control, *log_file; /* NULL: not given; "": at the usual place */
    bool once, no_syslog;
    unsigned timeout_ms;
    struct daemon daemon;
    struct vlog vlog;
    const char *notify; /* systemd's socket */
};

/* ---- Options --------------------------------------------------------------------------------- */

static int print_help(void)
{
    puts("Usage: " NAME " [OPTION]... [DATABASE]\n"
         "Keeps Open vSwitch's bridges and interfaces in step with XAPI.  DATABASE is the socket\n"
         "of ovsdb-server, by default " DATABASE ".\n"
         "\n"
         "  --once                bring all in step, then end\n"
         "  --detach              go to the background\n"
         "  --monitor             start it again when it ends by accident\n"
         "  --pidfile[=FILE]      write the pid to FILE (default " NAME ".pid)\n"
         "  --unixctl=SOCKET      listen there for ovs-appctl\n"
         "  --log-file[=FILE]     log to FILE as well (default " NAME ".log)\n"
         "  -v, --verbose[=[MODULE:]DESTINATION:LEVEL]\n"
         "                        what of the log goes to console, syslog and file\n"
         "  --no-syslog           nothing to syslog\n"
         "  --xapi-socket=SOCKET  where XAPI listens\n"
         "  --timeout=SECONDS     how long XAPI may take for an answer (default 60)\n"
         "  --root-prefix=DIR     put DIR before XAPI's paths and the usual places\n"
         "  --version             print the version\n"
         "  -h, --help            print this text\n"
         "\n"
         "Exit status: 0 done; 1 failed, or with --once not all is in step; 2 wrong usage.");
    return EXIT_SUCCESS;
}

static int usage_error(const char *text, const char *value)
{
    fprintf(stderr, NAME ": %s%s\nFor help use --help.\n", text, value);
    return EXIT_USAGE;
}

enum {
    O_ONCE = 256,
    O_DETACH,
    O_MONITOR,
    O_PIDFILE,
    O_UNIXCTL,
    O_LOG_FILE,
    O_NO_SYSLOG,
    O_XAPI,
    O_TIMEOUT,
    O_PREFIX,
    O_VERSION
};

static const struct option longs[] = {
    { "once", no_argument, NULL, O_ONCE },
    { "detach", no_argument, NULL, O_DETACH },
    { "monitor", no_argument, NULL, O_MONITOR },
    { "pidfile", optional_argument, NULL, O_PIDFILE },
    { "unixctl", required_argument, NULL, O_UNIXCTL },
    { "log-file", optional_argument, NULL, O_LOG_FILE },
    { "verbose", optional_argument, NULL, 'v' },
    { "no-syslog", no_argument, NULL, O_NO_SYSLOG },
    { "xapi-socket", required_argument, NULL, O_XAPI },
    { "timeout", required_argument, NULL, O_TIMEOUT },
    { "root-prefix", required_argument, NULL, O_PREFIX },
    { "version", no_argument, NULL, O_VERSION },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static int take_timeout(struct program *p)
{
    uint64_t seconds = 0;

    if (!dbc_parse_uint(optarg, TIMEOUT_MAX_S, &seconds) || seconds == 0) {
        return usage_error("--timeout wants a number of seconds, not ", optarg);
    }
    p->timeout_ms = (unsigned)seconds * 1000;
    return -1;
}

/* Returns the place for an option's argument; NULL for an option that is not just kept. */
static const char **place_of(struct program *p, int option)
{
    switch (option) {
    case O_PIDFILE:
        return &p->pidfile;
    case O_UNIXCTL:
        return &p->control;
    case O_LOG_FILE:
        return &p->log_file;
    case O_XAPI:
        return &p->xapi_socket;
    case O_PREFIX:
        return &p->root_prefix;
    default:
        return NULL;
    }
}

static bool *flag_of(struct program *p, int option)
{
    switch (option) {
    case O_ONCE:
        return &p->once;
    case O_DETACH:
        return &p->daemon.detach;
    case O_MONITOR:
        return &p->daemon.monitor;
    case O_NO_SYSLOG:
        return &p->no_syslog;
    default:
        return NULL;
    }
}

/* Returns -1 to go on, else the exit status. */
static int take_option(struct program *p, int option)
{
    const char **place = place_of(p, option);
    bool *flag = flag_of(p, option);

    if (place != NULL) {
        *place = optarg != NULL ? optarg : "";
        return -1;
    }
    if (flag != NULL) {
        *flag = true;
        return -1;
    }
    switch (option) {
    case 'h':
        return print_help();
    case O_VERSION:
        puts(NAME " (dbcache) " DBCACHE_VERSION);
        return EXIT_SUCCESS;
    case O_TIMEOUT:
        return take_timeout(p);
    case 'v':
        return vlog_parse(&p->vlog, optarg != NULL ? optarg : "")
                   ? -1
                   : usage_error("-v wants [MODULE:]DESTINATION:LEVEL, not ", optarg);
    default: /* getopt_long has said what is wrong */
        fputs("For help use --help.\n", stderr);
        return EXIT_USAGE;
    }
}

static int parse_options(int argc, char **argv, struct program *p)
{
    int option = 0, rc = -1;

    while (rc < 0 && (option = getopt_long(argc, argv, "hv::", longs, NULL)) != -1) {
        rc = take_option(p, option);
    }
    if (rc >= 0) {
        return rc;
    }
    if (optind + 1 < argc) {
        return usage_error("one database, not also ", argv[optind + 1]);
    }
    p->database = optind < argc ? argv[optind] : DATABASE;
    if (strncmp(p->database, "unix:", 5) != 0 || p->database[5] == '\0') {
        return usage_error("DATABASE is unix:SOCKET, not ", p->database);
    }
    if (p->once && (p->daemon.detach || p->daemon.monitor)) {
        return usage_error("--once stays in the foreground", "");
    }
    return -1;
}

/* ---- Places ---------------------------------------------------------------------------------- */

/* Appends `given`, or for "" the usual place, FOLDER/ovs-xapi-sync[.PID]SUFFIX.  An environment
 * variable like $OVS_RUNDIR may name another folder than the one below the prefix. */
static void find_place(struct dbc_buf *out, const char *prefix, const char *given,
                       const char *variable, const char *folder, const char *suffix, bool pid)
{
    const char *other = getenv(variable);

    if (given[0] != '\0') {
        dbc_buf_addf(out, "%s%s%s",
                     given[0] == '/' ? ""
                     : other != NULL ? other
                                     : folder,
                     given[0] == '/' ? "" : "/", given);
        return;
    }
    dbc_buf_addf(out, "%s%s/" NAME, other != NULL ? "" : prefix, other != NULL ? other : folder);
    if (pid) {
        dbc_buf_addf(out, ".%ld", (long)getpid());
    }
    dbc_buf_adds(out, suffix);
}

static void find_sockets(const struct program *p, const char *prefix, struct dbc_strvec *out)
{
    if (p->xapi_socket != NULL) {
        dbc_strvec_push(out, p->xapi_socket);
        return;
    }
    for (size_t i = 0; i < sizeof xapi_sockets / sizeof xapi_sockets[0]; i++) {
        dbc_strvec_pushf(out, "%s%s", prefix, xapi_sockets[i]);
    }
}

/* ---- The run --------------------------------------------------------------------------------- */

static void on_listens(void *ctx)
{
    struct program *p = ctx;

    daemon_listens(&p->daemon);
    if (p->daemon.detach) {
        p->vlog.level[VLOG_CONSOLE] = DBC_LOG_ERROR + 1;
    }
}

static void on_ready(void *ctx)
{
    daemon_notify(((struct program *)ctx)->notify, "READY=1");
}

/* Removes the pid file early: closing the session with XAPI may take seconds, in which another
 * daemon may start. */
static void on_end(void *ctx)
{
    struct program *p = ctx;

    daemon_notify(p->notify, "STOPPING=1");
    daemon_end(&p->daemon);
}

static int on_reopen(void *ctx)
{
    return vlog_open(&((struct program *)ctx)->vlog);
}

static int sync_all(struct program *p, const char *prefix, const char *control,
                    const struct dbc_log *log)
{
    struct dbc_strvec sockets = DBC_STRVEC_INIT;
    struct dbc_buf ready = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_sync_options options = { .database = p->database + 5,
                                        .control = control,
                                        .version = NAME " (dbcache) " DBCACHE_VERSION,
                                        .timeout_ms = p->timeout_ms,
                                        .once = p->once,
                                        .stop = program_catch_stop(),
                                        .log = log,
                                        .ctx = p,
                                        .listens = on_listens,
                                        .ready = on_ready,
                                        .ends = on_end,
                                        .reopen_log = on_reopen };
    int rc = -1;

    find_sockets(p, prefix, &sockets);
    dbc_buf_addf(&ready, "%s" XAPI_READY, prefix);
    if (sockets.failed || ready.failed) {
        dbc_fail_nomem(&err);
    } else {
        options.xapi = (const char *const *)sockets.v;
        options.xapi_ready = p->once ? NULL : ready.data;
        rc = ifr_sync_run(&options, &err);
    }
    if (rc != 0) {
        dbc_log_error(log, &err);
    }
    dbc_strvec_release(&sockets);
    dbc_buf_release(&ready);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Does the work, in the process that daemon_begin chose for it. */
static int work(struct program *p, const char *prefix)
{
    const struct dbc_log log = { .line = vlog_line, .ctx = &p->vlog };
    struct dbc_buf control = DBC_BUF_INIT;
    int status = EXIT_FAILURE;

    find_place(&control, prefix, p->control != NULL ? p->control : "", "OVS_RUNDIR", RUN_FOLDER,
               ".ctl", true);
    if (!p->no_syslog) {
        openlog(NAME, LOG_PID, LOG_DAEMON);
    }
    if (control.failed) {
        fputs(NAME ": out of memory\n", stderr);
    } else if (daemon_write_pid(&p->daemon) == 0) {
        status = sync_all(p, prefix, p->once ? NULL : control.data, &log);
        daemon_end(&p->daemon);
    }
    dbc_buf_release(&control);
    return status;
}

static int run(struct program *p)
{
    char *prefix = program_prefix(p->root_prefix);
    struct dbc_buf pidfile = DBC_BUF_INIT, log_file = DBC_BUF_INIT;
    int status = -1;

    if (prefix != NULL && p->pidfile != NULL) {
        find_place(&pidfile, prefix, p->pidfile, "OVS_RUNDIR", RUN_FOLDER, ".pid", false);
        p->daemon.pidfile = pidfile.data;
    }
    if (prefix != NULL && p->log_file != NULL) {
        find_place(&log_file, prefix, p->log_file, "OVS_LOGDIR", LOG_FOLDER, ".log", false);
        p->vlog.path = log_file.data;
    }
    if (prefix == NULL || pidfile.failed || log_file.failed) {
        fputs(NAME ": out of memory\n", stderr);
        status = EXIT_FAILURE;
    } else if (vlog_open(&p->vlog) != 0) {
        fprintf(stderr, NAME ": %s: %s\n", p->vlog.path, strerror(errno));
        status = EXIT_FAILURE;
    }
    if (status < 0) {
        status = daemon_begin(&p->daemon);
    }
    if (status < 0) {
        status = work(p, prefix);
    }
    vlog_close(&p->vlog);
    dbc_buf_release(&pidfile);
    dbc_buf_release(&log_file);
    free(prefix);
    return status;
}

int main(int argc, char **argv)
{
    struct program p = { .root_prefix = "", .notify = getenv("NOTIFY_SOCKET") };
    int status = program_settle() < 0 ? EXIT_FAILURE : -1;

    vlog_init(&p.vlog, NAME);
    if (status < 0) {
        status = parse_options(argc, argv, &p);
    }
    if (p.no_syslog) {
        p.vlog.level[VLOG_SYSLOG] = DBC_LOG_ERROR + 1;
    }
    return status >= 0 ? status : run(&p);
}
