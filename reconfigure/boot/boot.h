/* boot.h - what the parts of the boot sequence share: statuses as init systems number them, marks
 * in var/, and running other programs with their output in the log.  The parts are
 * management_interface.h, openvswitch.h and xapi_update.h; doc/boot.md describes the sequence. */
#ifndef IFR_BOOT_BOOT_H
#define IFR_BOOT_BOOT_H

#include "reconfigure/host/facts.h"
#include "reconfigure/reconfigure.h"

/* The answers to `status`, as the LSB numbers them. */
enum ifr_status {
    IFR_STATUS_RUNNING = 0,
    IFR_STATUS_BROKEN = 1,  /* exists, but cannot be used */
    IFR_STATUS_DEAD = 2,    /* does not exist, though its mark says that it was started */
    IFR_STATUS_STOPPED = 3, /* does not exist */
    IFR_STATUS_UNKNOWN = 4
};

/* A mark is an empty file whose existence says something.  Setting it makes its folder when that is
 * missing.  Returns 0, or -1 as dbc_file_replace does.  ifr_facts_remove clears it. */
int ifr_mark_set(const struct ifr_facts *facts, const char *path, struct dbc_error *err);

/* Runs a program and logs the call and what it prints, line by line.  Returns 0, or -1:
 * DBC_ECOMMAND names the program and how it ended, DBC_EUNSUPPORTED says that it is not installed;
 * DBC_ENOMEM. */
int ifr_boot_run(const struct ifr_host *host, const char *const *argv, unsigned deadline_ms,
                 struct dbc_error *err);
/* The same; a failure is only a warning in the log. */
void ifr_boot_try(const struct ifr_host *host, const char *const *argv, unsigned deadline_ms);
/* Runs a program and logs nothing.  Sets *status to its exit status, whatever that is, and appends
 * what it prints to `out`.  Fails as ifr_boot_run does when it did not exit. */
int ifr_boot_ask(const struct ifr_host *host, const char *const *argv, unsigned deadline_ms,
                 int *status, struct dbc_buf *out, struct dbc_error *err);
/* As ifr_facts_datapath; logs that Open vSwitch is not used. */
int ifr_boot_wants_ovs(const struct ifr_host *host, const struct ifr_facts *facts, bool *ret,
                       struct dbc_error *err);

#endif
