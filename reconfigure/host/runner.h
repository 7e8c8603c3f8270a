/* runner.h - runs commands on the host from an argv and reports how they ended.  There is no shell.
 * runner_exec.c is the only file of the project that starts programs; tests/unit/recorder.h has an
 * implementation that records instead. */
#ifndef IFR_RUNNER_H
#define IFR_RUNNER_H

#include "base/buf.h"
#include "base/strvec.h"

/* Deadlines in ms.  ovs-vsctl has its own --timeout=20; ours ends it if it still hangs. */
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

struct ifr_runner {
    /* Runs a command to its end.  Returns 0 and in `result` how it ended, whatever that is; or -1
     * with DBC_ENOMEM.  The caller releases result->out. */
    int (*run)(struct ifr_runner *self, const struct ifr_command *cmd, struct ifr_result *result,
               struct dbc_error *err);
    /* Starts this program again with these words (argv[0] is only a name), in a session of its own,
     * with no open files and "/" as its folder, so that it outlives us and our terminal.  Returns 0
     * once it runs; or -1: DBC_EIO, DBC_ENOENT, DBC_ENOMEM. */
    int (*detach)(struct ifr_runner *self, const char *const *argv, struct dbc_error *err);
    void (*free)(struct ifr_runner *self);
};

/* Makes a runner that the caller frees; NULL: DBC_ENOMEM.  It executes PREFIX/argv[0], with that
 * path as argv[0] (`prefix` is "" for the host itself).  A command has stdin from /dev/null, our
 * stderr, default signal dispositions and no other descriptors.  `base_env` is copied; it is the
 * environment of all commands, with a PATH where it has none. */
struct ifr_runner *ifr_runner_exec_new(const char *prefix, char *const *base_env,
                                       struct dbc_error *err);

void ifr_runner_free(struct ifr_runner *runner); /* NULL is fine */

bool ifr_succeeded(const struct ifr_result *result); /* exited with 0 */
/* Appends the words of a command for people (dbc_buf_add_printable), with blanks between. */
void ifr_command_words(const char *const *argv, struct dbc_buf *out);
/* Runs a command.  Returns 0 when it exited with 0; or -1: DBC_ECOMMAND has its words and how it
 * ended; DBC_ENOMEM. */
int ifr_command_run(struct ifr_runner *runner, const struct ifr_command *cmd,
                    struct dbc_error *err);
bool ifr_command_succeeds(struct ifr_runner *runner, const char *const *argv, unsigned deadline_ms);
/* Returns the name of a program without its folder, borrowed from argv0. */
const char *ifr_program_name(const char *argv0);
/* Appends how a command ended: "exited with 1", "killed by signal 11", "timed out", "not installed"
 * or "could not start: REASON". */
void ifr_describe(const struct ifr_result *result, struct dbc_buf *out);

#endif
