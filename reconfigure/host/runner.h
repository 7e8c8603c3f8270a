/* runner.h - commands of the host: an argv in, how it ended out.  No shell, ever.
 *
 * Two implementations: runner_exec (the only place in the project that forks) and runner_record
 * (remembers instead of running: benchmarks and tests; a dry run needs none).
 */
#ifndef IFR_RUNNER_H
#define IFR_RUNNER_H

#include "base/buf.h"
#include "base/strvec.h"

/* Deadlines in milliseconds.  ovs-vsctl has its own --timeout=20; ours only ends one that hangs
 * all the same. */
#define IFR_DEADLINE_VSCTL 25000
#define IFR_DEADLINE_QUERY 10000 /* ovs-vsctl get ..., ovs-ofctl */
#define IFR_DEADLINE_LINK 10000  /* ip link, ethtool, vconfig, brctl, modprobe */
#define IFR_DEADLINE_IFUP 90000  /* longer than the 60 s that a DHCP client tries */
#define IFR_DEADLINE_IFUP_FIRSTBOOT 300000
#define IFR_DEADLINE_IFDOWN 30000
#define IFR_DEADLINE_UPDATE_ISSUE 10000
#define IFR_KILL_GRACE 2000         /* between SIGTERM and SIGKILL of a late command */
#define IFR_OUTPUT_MAX (64u * 1024) /* captured output; more is dropped */

struct ifr_command {
    const char *const *argv; /* argv[0]: absolute path on the host, without the root prefix */
    unsigned deadline_ms;    /* 0: IFR_DEADLINE_LINK */
    bool capture;            /* read its stdout; else stdout is /dev/null */
    const char *const *env;  /* to add to the environment, NULL-terminated; or NULL: "NAME=VALUE"
                              * sets, "NAME+=VALUE" appends to what NAME holds */
};

enum ifr_ended {
    IFR_EXITED,    /* status: its exit status */
    IFR_SIGNALED,  /* status: the signal */
    IFR_TIMED_OUT, /* ended by us at its deadline */
    IFR_NOT_FOUND, /* not installed (ENOENT on exec) */
    IFR_NOT_RUN    /* any other reason why it could not start; status: errno */
};

struct ifr_result {
    enum ifr_ended ended;
    int status;
    struct dbc_buf out; /* what it printed, when captured; release it */
};

#define IFR_RESULT_INIT                                                                            \
    {                                                                                              \
        .out = DBC_BUF_INIT                                                                        \
    }

struct ifr_runner {
    /* 0 when `result` says how it ended (whatever that is); -1 only for lack of memory. */
    int (*run)(struct ifr_runner *self, const struct ifr_command *cmd, struct ifr_result *result,
               struct dbc_error *err);
    /* Starts this program anew with these words (argv[0] is a name only), in a session of its own,
     * with nothing open and "/" as its folder: it outlives us and our terminal.  0: it runs. */
    int (*detach)(struct ifr_runner *self, const char *const *argv, struct dbc_error *err);
    void (*free)(struct ifr_runner *self);
};

/* Runs below `prefix` ("" for the host itself): exec of PREFIX/argv[0], with argv[0] as that path.
 * stdin /dev/null, stderr inherited, default signal dispositions, no descriptor but 0 to 2.
 * `base_env` is the environment that children get (the program passes its own). */
struct ifr_runner *ifr_runner_exec_new(const char *prefix, char *const *base_env,
                                       struct dbc_error *err);

/* Every command exits 0 at once; answers come from `script` when not NULL. */
typedef void ifr_script_fn(void *ctx, const char *const *argv, struct ifr_result *result);
struct ifr_runner *ifr_runner_record_new(ifr_script_fn *script, void *ctx, struct dbc_error *err);
/* What was run: one line a command, words joined by tabs. */
const struct dbc_strvec *ifr_runner_record_lines(const struct ifr_runner *runner);

void ifr_runner_free(struct ifr_runner *runner);

bool ifr_succeeded(const struct ifr_result *result); /* exited with 0 */
/* Runs it and asks only whether it exited with 0.  -1: DBC_ECOMMAND has its words and how it ended;
 * DBC_ENOMEM. */
int ifr_command_run(struct ifr_runner *runner, const struct ifr_command *cmd,
                    struct dbc_error *err);
bool ifr_command_succeeds(struct ifr_runner *runner, const char *const *argv, unsigned deadline_ms);
/* The program of a command line, without its folder. */
const char *ifr_program_name(const char *argv0);
/* "exited with 1", "killed by signal 11", "timed out", "not installed": for log lines. */
void ifr_describe(const struct ifr_result *result, struct dbc_buf *out);

#endif
