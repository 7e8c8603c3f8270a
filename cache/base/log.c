/* log.c - makes one safe line of a message and hands it to the program's function (log.h). */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define SPARE 1024 /* bytes of a line that are kept when there is no memory for all of it */

/* Sends a line; an escaped byte takes four bytes at most. */
static void emit(const struct dbc_log *log, enum dbc_level level, const char *text)
{
    char spare[SPARE] = "";
    size_t len = strlen(text), size = DBC_LOG_LINE_MAX + 1;
    char *line = NULL;

    if (len < DBC_LOG_LINE_MAX / 4) {
        size = len * 4 + 1;
    }
    line = malloc(size);
    if (line != NULL) {
        dbc_printable(line, size, text);
        log->line(log->ctx, level, line);
    } else {
        dbc_printable(spare, sizeof spare, text);
        log->line(log->ctx, level, spare);
    }
    free(line);
}

void dbc_logf(const struct dbc_log *log, enum dbc_level level, const char *fmt, ...)
{
    struct dbc_buf raw = DBC_BUF_INIT;
    char spare[SPARE] = "";
    va_list args;

    if (log == NULL || log->line == NULL) {
        return;
    }
    va_start(args, fmt);
    dbc_buf_addv(&raw, fmt, args);
    va_end(args);
    if (raw.failed) {
        va_start(args, fmt);
        if (vsnprintf(spare, sizeof spare, fmt, args) >= SPARE) {
            memcpy(spare + SPARE - 4, "...", 4);
        }
        va_end(args);
    }
    emit(log, level, raw.failed ? spare : raw.data);
    dbc_buf_release(&raw);
}

void dbc_log_error(const struct dbc_log *log, const struct dbc_error *err)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE + 32] = "";

    if (log != NULL && log->line != NULL) {
        log->line(log->ctx, DBC_LOG_ERROR, dbc_error_string(err, text, sizeof text));
    }
}
