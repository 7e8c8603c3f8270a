/* log.h - where a library's log lines go: to whoever the program says.  Libraries never print. */
#ifndef DBC_BASE_LOG_H
#define DBC_BASE_LOG_H

#include "base/error.h"

enum dbc_level { DBC_LOG_INFO, DBC_LOG_WARNING, DBC_LOG_ERROR };

struct dbc_log {
    /* One line without its newline, control characters already escaped. */
    void (*line)(void *ctx, enum dbc_level level, const char *text);
    void *ctx;
};

/* log may be NULL: nothing happens.  Never fails; an overlong line is cut at DBC_LOG_LINE_MAX and
 * ends in "...".  (One vsctl transaction is logged whole: a line may be 128 KiB.) */
#define DBC_LOG_LINE_MAX (160u * 1024)
void dbc_logf(const struct dbc_log *log, enum dbc_level level, const char *fmt, ...)
    DBC_PRINTF(3, 4);
void dbc_log_error(const struct dbc_log *log, const struct dbc_error *err);

#endif
