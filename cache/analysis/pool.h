/* pool.h - what is wrong with hosts when they are looked at together: one that differs from the
 * others of its pool, and what two of them claim.  check.h has what is wrong with one by itself. */
#ifndef DBC_ANALYSIS_POOL_H
#define DBC_ANALYSIS_POOL_H

#include "analysis/check.h"

/* The databases and the names must outlive the findings. */
struct dbc_pool_host {
    const char *name; /* for messages */
    const struct dbc_db *db;
};

/* Of records (their arenas) that are worth being kept until they can be looked at together; hosts
 * that have more are better left each by itself. */
#define DBC_POOL_BYTES ((size_t)64 * 1024 * 1024)

/* Runs the rules whose `look` is NULL.  Hosts are of one pool when their records of the pool have
 * one reference, or none has such a record; networks are the same by uuid, or by bridge where there
 * is none.  A finding's `host` is a place in `hosts`; they come in the order of hosts, then lines.
 * 0, or -1 with DBC_ENOMEM, when `ret` holds nothing. */
int dbc_check_pool(const struct dbc_pool_host *hosts, size_t n, struct dbc_findings *ret,
                   struct dbc_error *err);

#endif
