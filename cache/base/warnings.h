/* warnings.h - the warnings of one reading, passed on up to DBC_LIMIT_WARNINGS and then one that
 * says so: a file may have something wrong in every line. */
#ifndef DBC_BASE_WARNINGS_H
#define DBC_BASE_WARNINGS_H

#include <stdarg.h>

#include "base/error.h"

struct dbc_warnings {
    dbc_warning_fn *fn; /* NULL: nobody wants to know */
    void *ctx;
    unsigned n;
};

void dbc_warn(struct dbc_warnings *warnings, const struct dbc_error *warning);
/* DBC_EINVAL at a place, as dbc_fail_at has it. */
void dbc_warn_at(struct dbc_warnings *warnings, const char *file, unsigned line, unsigned column,
                 const char *fmt, ...) DBC_PRINTF(5, 6);
void dbc_warn_at_v(struct dbc_warnings *warnings, const char *file, unsigned line, unsigned column,
                   const char *fmt, va_list args) DBC_PRINTF(5, 0);

#endif
