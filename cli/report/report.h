/* report.h - the page of `dbcache report`: hosts come one after the other, the page at the end. */
#ifndef CLI_REPORT_REPORT_H
#define CLI_REPORT_REPORT_H

#include "base/buf.h"
#include "base/error.h"

struct cli_host;       /* input/hosts.h */
struct ifr_comparison; /* reconfigure/compare.h */

struct report;

struct report *report_new(void); /* NULL: no memory */
void report_free(struct report *report);

/* The next host, whose records may be taken: host->db is NULL then.  `drift` is what differs on the
 * running host, NULL when that was not asked for.  0, or -1: DBC_ENOMEM, DBC_ELIMIT for a page that
 * is too large. */
int report_add(struct report *report, struct cli_host *host, const struct ifr_comparison *drift,
               struct dbc_error *err);
/* The whole page, when all hosts are there.  0, or -1 as above. */
int report_finish(struct report *report, struct dbc_buf *page, struct dbc_error *err);

#endif
