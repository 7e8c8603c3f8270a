/* report.h - makes the page of `dbcache report` of hosts that are added one after the other. */
#ifndef CLI_REPORT_REPORT_H
#define CLI_REPORT_REPORT_H

#include "base/buf.h"
#include "base/error.h"

struct cli_host;       /* input/hosts.h */
struct ifr_comparison; /* reconfigure/compare.h */

struct report;

struct report *report_new(void); /* NULL: out of memory */
void report_free(struct report *report);

/* Adds the next host and may take its records, setting host->db to NULL.  `drift` is what differs
 * on the running host, or NULL when that is not wanted.  Returns 0, or -1: DBC_ENOMEM, or
 * DBC_ELIMIT for a page that is too large. */
int report_add(struct report *report, struct cli_host *host, const struct ifr_comparison *drift,
               struct dbc_error *err);
/* Writes the whole page when all hosts were added.  Returns 0, or -1 as report_add fails. */
int report_finish(struct report *report, struct dbc_buf *page, struct dbc_error *err);

#endif
