/* json.h - JSON (RFC 8259) written piece by piece at the end of a buffer, for texts that are too
 * large to be built as a tree first.  For small texts, and for reading and changing, use jansson.
 *
 * A value is written with the name of its member, or NULL where it is an element of an array or
 * stands by itself.  The caller closes what it opens.  Running out of memory shows in the buffer's
 * `failed`, to be checked once at the end. */
#ifndef DBC_BASE_JSON_H
#define DBC_BASE_JSON_H

#include <stdint.h>

#include "base/buf.h"

struct dbc_json {
    struct dbc_buf *out; /* borrowed */
    bool lines;     /* each value on a line of its own, two blanks a level; else all on one line */
    unsigned depth; /* open arrays and objects */
    bool inside;    /* the innermost of them has a value already */
};

#define DBC_JSON_LINES(buf) ((struct dbc_json){ .out = (buf), .lines = true })
#define DBC_JSON_ONE_LINE(buf) ((struct dbc_json){ .out = (buf) })

/* Writes only what stands before a value: comma, line break and name.  A writer that repeats the
 * same names can keep this text, add it itself, and write the values behind it without a name, each
 * with `inside` set to false. */
void dbc_json_before(struct dbc_json *json, const char *name);
/* `bracket` is '{' or '[' to open, '}' or ']' to close. */
void dbc_json_open(struct dbc_json *json, const char *name, char bracket);
void dbc_json_close(struct dbc_json *json, char bracket);
/* Writes NULL as null, and a text that is not UTF-8 as dbc_buf_add_printable shows it. */
void dbc_json_text(struct dbc_json *json, const char *name, const char *text);
void dbc_json_int(struct dbc_json *json, const char *name, int64_t number);
/* Writes enough digits to read the same number back; infinities and NaN as null. */
void dbc_json_real(struct dbc_json *json, const char *name, double number);
void dbc_json_bool(struct dbc_json *json, const char *name, bool truth);

#endif
