/* boot.h - what the parts of the boot sequence share: statuses as init systems count them, marks in
 * var/, and programs of others with their output in the log.  management_interface.h, openvswitch.h
 * and xapi_update.h are the parts; doc/boot.md tells the sequence. */
#ifndef IFR_BOOT_BOOT_H
#define IFR_BOOT_BOOT_H

#include "reconfigure/host/facts.h"
#include "reconfigure/reconfigure.h"

/* The answers to `status`, as the LSB numbers them. */
enum ifr_status {
    IFR_STATUS_RUNNING = 0,
    IFR_STATUS_BROKEN = 1,  /* there, but of no use */
    IFR_STATUS_DEAD = 2,    /* not there, though its mark says that it was started */
    IFR_STATUS_STOPPED = 3, /* not there */
    IFR_STATUS_UNKNOWN = 4
};

/* An empty file that says something by being there; its folder is made when missing. */
int ifr_mark_set(const struct ifr_facts *facts, const char *path, struct dbc_error *err);
/* A mark that is not there is no failure. */
int ifr_mark_clear(const struct ifr_facts *facts, const char *path, struct dbc_error *err);

/* Runs a program and logs the call and what it prints, line by line.  -1: DBC_ECOMMAND names it and
 * how it ended, DBC_EUNSUPPORTED says that it is not installed. */
int ifr_boot_run(const struct ifr_host *host, const struct dbc_strvec *argv, unsigned deadline_ms,
                 struct dbc_error *err);
/* The same for its answer: its exit status, whatever it is, and what it prints, appended to `out`.
 * Nothing is logged. */
int ifr_boot_ask(const struct ifr_host *host, const struct dbc_strvec *argv, unsigned deadline_ms,
                 int *status, struct dbc_buf *out, struct dbc_error *err);

#endif
