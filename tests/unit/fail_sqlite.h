/* fail_sqlite.h - for fail_alloc.h: SQLite's allocations fail as well. */
#ifndef TESTS_UNIT_FAIL_SQLITE_H
#define TESTS_UNIT_FAIL_SQLITE_H

#include <sqlite3.h>

#include "base/error.h"
#include "unit/fail_alloc.h"

static sqlite3_mem_methods sqlite_memory; /* SQLite's own */

static inline void *failing_sqlite_malloc(int size)
{
    return alloc_fails_now() ? NULL : sqlite_memory.xMalloc(size);
}

static inline void *failing_sqlite_realloc(void *old, int size)
{
    return alloc_fails_now() ? NULL : sqlite_memory.xRealloc(old, size);
}

/* Once, before anything of SQLite is used.  No lookaside: what comes from there cannot fail. */
static inline int fail_sqlite(void)
{
    sqlite3_mem_methods failing;

    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory) != SQLITE_OK) {
        return -1;
    }
    failing = sqlite_memory;
    failing.xMalloc = failing_sqlite_malloc;
    failing.xRealloc = failing_sqlite_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) == SQLITE_OK &&
                   sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK &&
                   sqlite3_initialize() == SQLITE_OK
               ? 0
               : -1;
}

/* After the `n`th allocation failed, or was not reached. */
static inline void expect_code(const struct dbc_error *err, int rc, long n)
{
    if (err->code != (rc == 0 ? DBC_OK : DBC_ENOMEM)) {
        print_error("allocation %ld: %d, %s\n", n, rc, err->text);
    }
    assert_int_equal(err->code, rc == 0 ? DBC_OK : DBC_ENOMEM);
}

#endif
