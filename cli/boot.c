/* boot.c - three programs of the boot sequence in one, which the name decides; SysV scripts and
 * systemd units call them:
 *     management-interface      brings up the inventory's interfaces from the cache
 *     openvswitch-boot          starts Open vSwitch without the bridges left from the last boot
 *     openvswitch-xapi-update   runs XAPI's plugin at the end of the boot
 * This file parses options and returns the LSB's exit statuses; reconfigure/boot/ does the work. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/valid.h"
#include "guardian.h"
#include "program.h"
#include "reconfigure/boot/management_interface.h"
#include "reconfigure/boot/openvswitch.h"
#include "reconfigure/boot/xapi_update.h"

#ifndef DBCACHE_VERSION
#define DBCACHE_VERSION "unknown"
#endif

/* The LSB's exit statuses for every verb but status. */
enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_UNKNOWN_VERB = 3,
    EXIT_NOT_INSTALLED = 5,
    EXIT_NOT_CONFIGURED = 6
};

struct run {
    struct ifr_host host;
    struct ifr_patience patience;
    bool sync; /* ovs-xapi-sync is ours */
};

/* Runs a verb; returns its exit status, or -1 with *err. */
typedef int verb_fn(struct run *run, struct dbc_error *err);

struct verb {
    const char *name, *summary;
    verb_fn *act;
};

/* ---- management-interface. ------------------------------------------------------------------ */

static void show_one(void *ctx, const struct ifr_request *request, const struct dbc_error *err)
{
    struct run *run = ctx;
    struct dbc_buf line = DBC_BUF_INIT;
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];

    dbc_buf_add_printable(&line, request->bridge);
    if (err) {
        dbc_buf_addf(&line, ": FAILED: %s", dbc_error_string(err, text, sizeof text));
    } else {
        dbc_buf_addf(&line, ": up%s", request->management ? " (management)" : "");
    }
    dbc_logf(run->host.log, err ? DBC_LOG_ERROR : DBC_LOG_INFO, "%s", dbc_buf_str(&line));
    puts(dbc_buf_str(&line));
    fflush(stdout); /* the next one may take a minute */
    dbc_buf_release(&line);
}

static int management_start(struct run *run, struct dbc_error *err)
{
    run->host.comes_up = true;
    return ifr_management_start(&run->host, NULL, show_one, run, err);
}

static int management_stop(struct run *run, struct dbc_error *err)
{
    return ifr_management_stop(&run->host, err);
}

static int management_restart(struct run *run, struct dbc_error *err)
{
    return management_stop(run, err) < 0 ? -1 : management_start(run, err);
}

static int management_status(struct run *run, struct dbc_error *err)
{
    enum ifr_status status = IFR_STATUS_UNKNOWN;
    struct dbc_buf text = DBC_BUF_INIT;
    if (ifr_management_status(&run->host, &status, &text, err) == 0) {
        puts(dbc_buf_str(&text));
    }
    dbc_buf_release(&text);
    return (int)status;
}

/* ---- openvswitch-boot. ---------------------------------------------------------------------- */

static int openvswitch_start(struct run *run, struct dbc_error *err)
{
    return ifr_openvswitch_start(&run->host, run->sync, err);
}

static int openvswitch_stop(struct run *run, struct dbc_error *err)
{
    return ifr_openvswitch_stop(&run->host, run->sync, err);
}

static int openvswitch_restart(struct run *run, struct dbc_error *err)
{
    return ifr_openvswitch_restart(&run->host, run->sync, err);
}

static int openvswitch_reload(struct run *run, struct dbc_error *err)
{
    return ifr_openvswitch_reload(&run->host, err);
}

static int ask(struct run *run, const char *verb, int otherwise, struct dbc_error *err)
{
    int status = otherwise;
    struct dbc_buf text = DBC_BUF_INIT;
    if (ifr_openvswitch_ask(&run->host, verb, &status, &text, err) == 0) {
        fputs(dbc_buf_str(&text), stdout);
    }
    dbc_buf_release(&text);
    return status;
}

static int openvswitch_status(struct run *run, struct dbc_error *err)
{
    return ask(run, "status", IFR_STATUS_UNKNOWN, err);
}

static int openvswitch_version(struct run *run, struct dbc_error *err)
{
    return ask(run, "version", EXIT_FAILED, err);
}

/* ---- openvswitch-xapi-update. --------------------------------------------------------------- */

static int xapi_start(struct run *run, struct dbc_error *err)
{
    return ifr_xapi_update(&run->host, &run->patience, err);
}

static int xapi_stop(struct run *run, struct dbc_error *err)
{
    (void)run;
    (void)err;
    return EXIT_DONE;
}

/* ---- Which program, which verb. ------------------------------------------------------------- */

static const struct verb management_verbs[] = {
    { "start", "bring up the interfaces that the inventory names", management_start },
    { "stop", "note that they are not wanted any more; they stay up", management_stop },
    { "restart", "stop, then start", management_restart },
    { "status", "say whether the management bridge is up", management_status },
    { NULL, NULL, NULL },
};

static const struct verb openvswitch_verbs[] = {
    { "start", "start the daemons; after a boot without the old bridges", openvswitch_start },
    { "stop", "stop the daemons", openvswitch_stop },
    { "restart", "restart the daemons, bridges stay", openvswitch_restart },
    { "reload", "have ovs-xapi-sync ask XAPI for everything again", openvswitch_reload },
    { "force-reload", "as reload", openvswitch_reload },
    { "status", "say whether the daemons run, as ovs-ctl does", openvswitch_status },
    { "version", "print the daemons' versions", openvswitch_version },
    { NULL, NULL, NULL },
};

static const struct verb xapi_verbs[] = {
    { "start", "wait for XAPI, then have it run openvswitch-cfg-update", xapi_start },
    { "stop", "do nothing", xapi_stop },
    { "restart", "as start", xapi_start },
    { NULL, NULL, NULL },
};

static const struct program {
    const char *name, *summary;
    const struct verb *verbs;
    bool waits; /* has --wait */
    bool syncs; /* has --no-xapi-sync and --save-flows */
} programs[] = {
    { "management-interface", "Brings up this host's management interface at boot.",
      management_verbs, false, false },
    { "openvswitch-boot", "Starts and stops Open vSwitch as a XenServer host needs it.",
      openvswitch_verbs, false, true },
    { "openvswitch-xapi-update", "Brings Open vSwitch in line with XAPI at the end of the boot.",
      xapi_verbs, true, false },
};

static const struct program *find_program(const char *name)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strcmp(programs[i].name, name) == 0) {
            return &programs[i];
        }
    }
    return &programs[0];
}

static const struct verb *find_verb(const struct program *program, const char *name)
{
    for (const struct verb *verb = program->verbs; verb->name; verb++) {
        if (strcmp(verb->name, name) == 0) {
            return verb;
        }
    }
    return NULL;
}

/* ---- Options. ------------------------------------------------------------------------------- */

struct options {
    const struct program *program;
    const struct verb *verb;
    const char *root_prefix;
    bool no_syslog, no_sync;
    struct ifr_patience patience;
};

static int print_help(const struct program *program)
{
    printf("Usage: %s [OPTION]... ", program->name);
    for (const struct verb *verb = program->verbs; verb->name; verb++) {
        printf("%s%s", verb == program->verbs ? "" : "|", verb->name);
    }
    printf("\n%s\n\n", program->summary);
    for (const struct verb *verb = program->verbs; verb->name; verb++) {
        printf("  %-18s %s\n", verb->name, verb->summary);
    }
    puts("");
    if (program->waits) {
        printf("  --wait=SECONDS     how long XAPI may take to get ready (default %d)\n",
               IFR_XAPI_WAIT / 1000);
    }
    if (program->syncs) {
        puts("  --no-xapi-sync     leave ovs-xapi-sync to its own unit\n"
             "  --save-flows[=yes] for init scripts: a restart always keeps the flows");
    }
    puts("  --root-prefix=DIR  put DIR before every path that is read, written or executed\n"
         "  --no-syslog        log to stderr\n"
         "  --version          print the version\n"
         "  -h, --help         print this text\n"
         "\n"
         "Exit status: the LSB's for init scripts (0 done, 1 failed, 2 wrong usage, ...).");
    return EXIT_DONE;
}

static int usage_error(const struct program *program, const char *text, const char *value)
{
    fprintf(stderr, "%s: %s%s\nFor help use --help.\n", program->name, text, value);
    return EXIT_USAGE;
}

/* As take_option. */
static int take_sync(int option, struct options *options)
{
    if (!options->program->syncs) {
        return usage_error(options->program, "this is an option of openvswitch-boot", "");
    }
    if (option == 'f' && optarg && strcmp(optarg, "yes") != 0) {
        return usage_error(options->program, "--save-flows is yes, and cannot be ", optarg);
    }
    options->no_sync = options->no_sync || option == 's';
    return -1;
}

/* Returns -1 to go on, else the exit status. */
static int take_option(int option, struct options *options)
{
    uint64_t seconds = 0;
    switch (option) {
    case 'h':
        return print_help(options->program);
    case 'v':
        printf("%s (dbcache) " DBCACHE_VERSION "\n", options->program->name);
        return EXIT_DONE;
    case 'r':
        options->root_prefix = optarg;
        return -1;
    case 'n':
        options->no_syslog = true;
        return -1;
    case 'w':
        if (!options->program->waits) {
            return usage_error(options->program, "there is nothing to wait for: --wait=", optarg);
        }
        if (!dbc_parse_uint(optarg, IFR_XAPI_WAIT_MAX_S, &seconds)) {
            return usage_error(options->program, "--wait wants a number of seconds, not ", optarg);
        }
        options->patience.wait_ms = (unsigned)seconds * 1000;
        return -1;
    case 's':
    case 'f':
        return take_sync(option, options);
    default: /* getopt_long has said what is wrong */
        fputs("For help use --help.\n", stderr);
        return EXIT_USAGE;
    }
}

static int parse_options(int argc, char **argv, struct options *options)
{
    static const struct option longs[] = { { "help", no_argument, NULL, 'h' },
                                           { "version", no_argument, NULL, 'v' },
                                           { "root-prefix", required_argument, NULL, 'r' },
                                           { "no-syslog", no_argument, NULL, 'n' },
                                           { "wait", required_argument, NULL, 'w' },
                                           { "no-xapi-sync", no_argument, NULL, 's' },
                                           { "save-flows", optional_argument, NULL, 'f' },
                                           { NULL, 0, NULL, 0 } };
    int option = 0, rc = -1;

    while (rc < 0 && (option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        rc = take_option(option, options);
    }
    if (rc >= 0) {
        return rc;
    }
    if (optind >= argc) {
        return usage_error(options->program, "what is to be done?", "");
    }
    if (optind + 1 < argc) {
        return usage_error(options->program, "one thing at a time, not also ", argv[optind + 1]);
    }
    options->verb = find_verb(options->program, argv[optind]);
    if (!options->verb) {
        usage_error(options->program, "no such verb: ", argv[optind]);
        return EXIT_UNKNOWN_VERB;
    }
    return -1;
}

/* ---- The run. ------------------------------------------------------------------------------- */

static int exit_status(const struct dbc_error *err)
{
    if (err->code == DBC_EUNSUPPORTED) {
        return EXIT_NOT_INSTALLED;
    }
    return err->code == DBC_ENOENT ? EXIT_NOT_CONFIGURED : EXIT_FAILED;
}

static int act(const struct options *options, struct run *run)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];
    int status = options->verb->act(run, &err);

    if (err.code != DBC_OK) {
        dbc_log_error(run->host.log, &err);
        if (!options->no_syslog) {
            fprintf(stderr, "%s: %s\n", options->program->name,
                    dbc_error_string(&err, text, sizeof text));
        }
    }
    return status < 0 ? exit_status(&err) : status;
}

static int run(const struct options *options, char *const *env)
{
    const struct dbc_log log = { .line =
                                     options->no_syslog ? program_to_stderr : program_to_syslog };
    char *prefix = program_prefix(options->root_prefix);
    struct ifr_runner *runner = prefix ? ifr_runner_exec_new(prefix, env, NULL) : NULL;
    struct run run = { .host = { .prefix = prefix, .runner = runner, .log = &log },
                       .patience = options->patience,
                       .sync = !options->no_sync };
    int status = EXIT_FAILED;

    if (!options->no_syslog) {
        openlog(options->program->name, LOG_PID, LOG_DAEMON);
    }
    if (runner) {
        status = act(options, &run);
    } else {
        fprintf(stderr, "%s: out of memory\n", options->program->name);
    }
    ifr_runner_free(runner);
    free(prefix);
    return status;
}

int main(int argc, char **argv)
{
    struct options options = {
        .program = find_program(program_name(argv[0], "")),
        .root_prefix = "",
        .patience = IFR_PATIENCE_INIT,
    };
    int status = program_settle() < 0 ? EXIT_FAILED : guardian_main(argc, argv, environ);

    if (status < 0) {
        status = parse_options(argc, argv, &options);
    }
    return status >= 0 ? status : run(&options, environ);
}
