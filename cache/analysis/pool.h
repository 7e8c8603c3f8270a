/* pool.h - rules on the hosts of a pool together: a host that differs from the others, and an
 * address or MAC that two hosts have.  check.h has the rules on one host. */
#ifndef DBC_ANALYSIS_POOL_H
#define DBC_ANALYSIS_POOL_H

#include "analysis/check.h"

/* The databases and the names must outlive the findings. */
struct dbc_pool_host {
    const char *name; /* for messages */
    const struct dbc_db *db;
};

/* The memory of records (their arenas) up to which callers keep hosts to check them together. */
#define DBC_POOL_BYTES ((size_t)64 * 1024 * 1024)

/* Runs the rules whose `look` is NULL.  Hosts are in one pool when their pool records have the same
 * reference, or when they have no such record.  Networks are the same by uuid, or by bridge where
 * they have no uuid.  A finding's `host` is an index into `hosts`; findings come in the order of
 * hosts, then lines.  Returns 0, or -1 with DBC_ENOMEM, when `ret` holds nothing. */
int dbc_check_pool(const struct dbc_pool_host *hosts, size_t n, struct dbc_findings *ret,
                   struct dbc_error *err);

#endif
