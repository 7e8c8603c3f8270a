/* warnings.h - passes on the warnings about one file, up to DBC_LIMIT_WARNINGS and then one that
 * says that there are more: a file may have something wrong in every line. */
#ifndef DBC_BASE_WARNINGS_H
#define DBC_BASE_WARNINGS_H

#include <stdarg.h>

#include "base/error.h"

struct dbc_warnings {
    dbc_warning_fn *fn; /* NULL: warnings are dropped */
    void *ctx;
    unsigned n; /* passed on so far */
};

void dbc_warn(struct dbc_warnings *warnings, const struct dbc_error *warning);
/* Makes the warning as dbc_fail_at does, with the code DBC_EINVAL, and passes it on. */
void dbc_warn_at(struct dbc_warnings *warnings, const char *file, unsigned line, unsigned column,
                 const char *fmt, ...) DBC_PRINTF(5, 6);
void dbc_warn_at_v(struct dbc_warnings *warnings, const char *file, unsigned line, unsigned column,
                   const char *fmt, va_list args) DBC_PRINTF(5, 0);

#endif
