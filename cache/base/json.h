/* json.h - JSON (RFC 8259) written piece by piece at the end of a buffer, for texts that are too
 * large to be built as a tree first.  What is to be read, changed or small is jansson's.
 *
 * A value is written with the name of its member, or NULL where it is an element of an array or
 * stands by itself.  The caller closes what it opens.  Memory that is lacking shows in the buffer's
 * `failed`, once, at the end. */
#ifndef DBC_BASE_JSON_H
#define DBC_BASE_JSON_H

#include <stdint.h>

#include "base/buf.h"

struct dbc_json {
    struct dbc_buf *out; /* not owned */
    bool lines;          /* each value on a line of its own, two blanks a level; else all on one */
    unsigned depth;      /* open arrays and objects */
    bool inside;         /* the innermost one has a value already */
};

#define DBC_JSON_LINES(buf)                                                                        \
    {                                                                                              \
        .out = (buf), .lines = true                                                                \
    }
#define DBC_JSON_ONE_LINE(buf)                                                                     \
    {                                                                                              \
        .out = (buf)                                                                               \
    }

/* What stands before a value, for a writer that has the same names again and again: it keeps this
 * text, and adds the values behind it without a name, each with `inside` false. */
void dbc_json_before(struct dbc_json *json, const char *name);
/* `bracket` is '{' or '[', and '}' or ']' for its end. */
void dbc_json_open(struct dbc_json *json, const char *name, char bracket);
void dbc_json_close(struct dbc_json *json, char bracket);
/* NULL is null.  A text that is no UTF-8 is written as dbc_buf_add_printable shows it. */
void dbc_json_text(struct dbc_json *json, const char *name, const char *text);
void dbc_json_int(struct dbc_json *json, const char *name, int64_t number);
/* Enough digits to read the same number back; null for what JSON has no number for. */
void dbc_json_real(struct dbc_json *json, const char *name, double number);
void dbc_json_bool(struct dbc_json *json, const char *name, bool truth);

#endif
