/* ifup.c - three small programs in one, which the name decides:
 *     ifup, ifdown   bring one network device up or down as its ifcfg file says
 *     ifup-dhcp      handles an event of a lease; the DHCP client that ifup starts runs it
 * This file parses options and returns exit statuses; reconfigure/ifup/ does the work. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/valid.h"
#include "program.h"
#include "reconfigure/ifup/dhcp.h"
#include "reconfigure/ifup/ifup.h"
#include "reconfigure/ifup/lease.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

enum program { IFUP, IFDOWN, IFUP_DHCP };

static const char *const names[] = { "ifup", "ifdown", "ifup-dhcp" };

struct options {
    enum program program;
    const char *prefix;
    unsigned timeout_s;
    const char *name; /* the device; for ifup-dhcp the event, or NULL */
};

static void print_help(enum program program)
{
    if (program == IFUP_DHCP) {
        puts("Usage: ifup-dhcp [EVENT]\n"
             "Applies a DHCP lease.  Run by the DHCP client that ifup starts, not by hand.");
        return;
    }
    printf("Usage: %s [OPTION]... DEVICE\n"
           "Brings a network device %s as etc/sysconfig/network-scripts/ifcfg-DEVICE says.\n\n"
           "  --root-prefix=DIR  put DIR before every path that is read, written or executed\n",
           names[program], program == IFUP ? "up" : "down");
    if (program == IFUP) {
        printf("  --timeout=SECONDS  wait this long for a DHCP lease (default %d)\n",
               IFR_DHCP_TIMEOUT);
    }
    puts("  -h, --help         print this and exit\n\n"
         "Exit status: 0 done, 1 failed, 2 wrong usage.");
}

static int usage_error(enum program program, const char *text, const char *value)
{
    fprintf(stderr, "%s: %s%s\nFor help use --help.\n", names[program], text, value);
    return EXIT_USAGE;
}

static enum program program_of(const char *argv0)
{
    const char *base = program_name(argv0, names[IFUP]);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(base, names[i]) == 0) {
            return (enum program)i;
        }
    }
    return IFUP;
}

/* Returns -1 to go on, else the exit status. */
static int parse_option(int option, struct options *opt)
{
    uint64_t seconds = 0;

    switch (option) {
    case 'h':
        print_help(opt->program);
        return EXIT_DONE;
    case 'r':
        opt->prefix = optarg;
        return -1;
    case 't':
        if (opt->program != IFUP) {
            return usage_error(opt->program, "there is nothing to wait for: --timeout=", optarg);
        }
        if (!dbc_parse_uint(optarg, IFR_DHCP_TIMEOUT_MAX, &seconds) || seconds == 0) {
            return usage_error(opt->program, "--timeout wants a number of seconds, not ", optarg);
        }
        opt->timeout_s = (unsigned)seconds;
        return -1;
    default: /* getopt_long has said what is wrong */
        fputs("For help use --help.\n", stderr);
        return EXIT_USAGE;
    }
}

static int parse_options(int argc, char **argv, struct options *opt)
{
    static const struct option longs[] = { { "help", no_argument, NULL, 'h' },
                                           { "root-prefix", required_argument, NULL, 'r' },
                                           { "timeout", required_argument, NULL, 't' },
                                           { NULL, 0, NULL, 0 } };
    int option = 0;
    int rc = -1;

    while (rc < 0 && (option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        rc = parse_option(option, opt);
    }
    if (rc >= 0) {
        return rc;
    }
    opt->name = argv[optind];
    if (optind + 1 < argc) {
        return usage_error(opt->program, "one name at a time, not also ", argv[optind + 1]);
    }
    if (opt->name == NULL && opt->program != IFUP_DHCP) {
        return usage_error(opt->program, "which device?", "");
    }
    return -1;
}

static void log_line(void *ctx, enum dbc_level level, const char *text)
{
    const struct options *opt = ctx;

    program_to_syslog(NULL, level, text);
    if (level == DBC_LOG_ERROR) {
        fprintf(stderr, "%s: %s\n", names[opt->program], text);
    }
}

/* Finds ifup-dhcp, which is in the folder of this program, installed or in a build folder. */
static bool find_lease_program(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - 1);
    char *slash = NULL;

    out[n > 0 ? n : 0] = '\0';
    slash = strrchr(out, '/');
    if (slash == NULL || (size_t)(slash - out) + sizeof "/ifup-dhcp" > size) {
        return false;
    }
    snprintf(slash, size - (size_t)(slash - out), "/%s", names[IFUP_DHCP]);
    return true;
}

static int act(const struct ifr_ifup_host *host, const struct options *opt, const char *const *env,
               struct dbc_error *err)
{
    switch (opt->program) {
    case IFUP:
        return ifr_ifup(host, opt->name, opt->timeout_s, err);
    case IFDOWN:
        return ifr_ifdown(host, opt->name, err);
    case IFUP_DHCP:
        return ifr_lease_event(host, opt->name, env, err);
    }
    return -1;
}

static int run(struct options *opt, const char *const *env)
{
    /* The environment of ifup-dhcp has values from a DHCP server, which no command may get. */
    char *const plain_env[] = { NULL };
    char lease_program[PATH_MAX] = "";
    struct dbc_error err = DBC_ERROR_INIT;
    const struct dbc_log log = { .line = log_line, .ctx = opt };
    struct ifr_runner *runner = ifr_runner_exec_new(opt->prefix, plain_env, &err);
    struct ifr_facts *facts =
        runner != NULL ? ifr_facts_new(opt->prefix, runner, &log, &err) : NULL;
    const struct ifr_ifup_host host = { .prefix = opt->prefix,
                                        .facts = facts,
                                        .runner = runner,
                                        .log = &log,
                                        .lease_program = lease_program };
    int rc = -1;

    if (!find_lease_program(lease_program, sizeof lease_program)) {
        dbc_fail(&err, DBC_ENOENT, "/proc/self/exe does not say where this program is");
    } else if (facts != NULL) {
        rc = act(&host, opt, env, &err);
    }
    if (rc < 0) {
        dbc_log_error(&log, &err);
    }
    ifr_facts_free(facts);
    ifr_runner_free(runner);
    return rc < 0 ? EXIT_FAILED : EXIT_DONE;
}

int main(int argc, char **argv)
{
    struct options opt = { .program = program_of(argv[0]), .prefix = "" };
    const char *const *env = (const char *const *)environ;
    int rc = EXIT_FAILED;

    if (program_settle() < 0) {
        return EXIT_FAILED;
    }
    rc = parse_options(argc, argv, &opt);
    if (rc >= 0) {
        return rc;
    }
    if (opt.program == IFUP_DHCP) {
        opt.prefix = ifr_env_get(env, IFR_LEASE_PREFIX_ENV);
    }
    openlog(names[opt.program], LOG_PID, LOG_DAEMON);
    return run(&opt, env);
}
