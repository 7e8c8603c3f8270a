/* host.h - what the ifup helpers share: the host as facts and runner, and the two ways to change
 * it, a command and a file of sysfs. */
#ifndef IFR_IFUP_HOST_H
#define IFR_IFUP_HOST_H

#include "base/log.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/host/runner.h"

/* All borrowed. */
struct ifr_ifup_host {
    const char *prefix; /* as in runner.h; also passed on to the DHCP client's script */
    const struct ifr_facts *facts;
    struct ifr_runner *runner;
    const struct dbc_log *log;
    const char *lease_program; /* absolute path, without prefix, of the program that DHCP clients
                                * run on every lease event (lease.h) */
};

/* Runs a command (arguments end with NULL).  Returns 0, or -1: DBC_ECOMMAND names the command and
 * how it ended; DBC_ENOMEM. */
int ifr_host_run(const struct ifr_ifup_host *host, struct dbc_error *err, const char *path, ...)
    __attribute__((sentinel));
/* The same with a vector, more environment (may be NULL) and a deadline (0: IFR_DEADLINE_LINK). */
int ifr_host_run_v(const struct ifr_ifup_host *host, const struct dbc_strvec *argv,
                   const char *const *env, unsigned deadline_ms, struct dbc_error *err);
/* Runs a command; a failure is only a warning in the log. */
void ifr_host_try(const struct ifr_ifup_host *host, const char *path, ...)
    __attribute__((sentinel));

/* Writes `text` into sys/class/net/DEV/FILE; a failure is only a warning in the log. */
void ifr_host_attribute(const struct ifr_ifup_host *host, const char *dev, const char *file,
                        const char *text);
/* Returns the value of NAME in `env`, which ends with NULL or is NULL; "" when there is none.
 * Borrowed from `env`. */
const char *ifr_env_get(const char *const *env, const char *name);

#endif
