/* log.h - where a library's log lines go: to the function that the program gives it, since
 * libraries never print. */
#ifndef DBC_BASE_LOG_H
#define DBC_BASE_LOG_H

#include "base/error.h"

enum dbc_level { DBC_LOG_INFO, DBC_LOG_WARNING, DBC_LOG_ERROR };

struct dbc_log {
    /* One line without its newline, control characters already escaped. */
    void (*line)(void *ctx, enum dbc_level level, const char *text);
    void *ctx;
};

/* Bytes of a line; a longer one is cut and ends in "...".  One vsctl transaction, which may have
 * 128 KiB, is logged whole. */
#define DBC_LOG_LINE_MAX (160u * 1024)
/* Both do nothing when `log` is NULL, and never fail: without memory they log the line's start.
 * dbc_log_error logs dbc_error_string at the level DBC_LOG_ERROR. */
void dbc_logf(const struct dbc_log *log, enum dbc_level level, const char *fmt, ...)
    DBC_PRINTF(3, 4);
void dbc_log_error(const struct dbc_log *log, const struct dbc_error *err);

#endif
