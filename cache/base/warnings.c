/* warnings.c - counts the warnings about one file and stops at their limit (warnings.h). */
#include "base/warnings.h"

#include <stdio.h>

#include "base/limits.h"

void dbc_warn(struct dbc_warnings *warnings, const struct dbc_error *warning)
{
    struct dbc_error last = DBC_ERROR_INIT;

    if (warnings->fn == NULL || warnings->n > DBC_LIMIT_WARNINGS) {
        return;
    }
    if (warnings->n++ == DBC_LIMIT_WARNINGS) {
        dbc_fail_at(&last, DBC_EINVAL, warning->file, warning->line, warning->column,
                    "there are more warnings, which are not shown");
        warning = &last;
    }
    warnings->fn(warnings->ctx, warning);
}

void dbc_warn_at_v(struct dbc_warnings *warnings, const char *file, unsigned line, unsigned column,
                   const char *fmt, va_list args)
{
    struct dbc_error warning = DBC_ERROR_INIT;
    char text[DBC_ERROR_TEXT_SIZE];

    if (warnings->fn == NULL || warnings->n > DBC_LIMIT_WARNINGS) {
        return; /* saves the formatting: there may be a warning for each element */
    }
    vsnprintf(text, sizeof text, fmt, args);
    dbc_fail_at(&warning, DBC_EINVAL, file, line, column, "%s", text);
    dbc_warn(warnings, &warning);
}

void dbc_warn_at(struct dbc_warnings *warnings, const char *file, unsigned line, unsigned column,
                 const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    dbc_warn_at_v(warnings, file, line, column, fmt, args);
    va_end(args);
}
