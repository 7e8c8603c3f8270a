/* json.h - JSON as xcp-networkd writes it, for read*.c: a file into jansson's values, and questions
 * to these values that take what the releases differ in. */
#ifndef DBC_NETWORKD_JSON_H
#define DBC_NETWORKD_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* A byte of the file that is no UTF-8 is this plus its value inside the program (U+F780 to U+F7FF,
 * which nobody uses): jansson takes UTF-8 only, and a MAC as raw octets must come out as it was. */
#define DBC_NETWORKD_OCTET 0xf700u

/* The file's object, the caller's (json_decref).  NULL: DBC_EPARSE with line and column for what is
 * no JSON, no object, or an object that has a member twice; DBC_ELIMIT for more than
 * DBC_LIMIT_NETWORKD_BYTES, _DEPTH or _VALUES; DBC_ENOMEM. */
json_t *dbc_networkd_parse(const char *name, const char *data, size_t len, struct dbc_error *err);

/* The member of a record, whose names are compared without regard to case; NULL where there is
 * none, and for null, [] and [x] read as no value and x where `option`. */
json_t *dbc_networkd_member(json_t *record, const char *name);
json_t *dbc_networkd_option(json_t *record, const char *name);
/* NULL for what is no string, and for a string with a NUL. */
const char *dbc_networkd_string(json_t *value);
/* Six octets in a string, as "xx:xx:xx:xx:xx:xx". */
bool dbc_networkd_octets(json_t *value, char out[18]);
/* A variant: its constructor's name in "Name", ["Name"] or ["Name", payload]; NULL: it is none.
 * *payload, which may be NULL, is borrowed. */
const char *dbc_networkd_variant(json_t *value, json_t **payload);
/* Letters of ASCII only, whatever the locale. */
bool dbc_networkd_same(const char *a, const char *b);
/* A value for a message: a string, number or boolean; "" for others.  Returns `out` or the string
 * itself. */
const char *dbc_networkd_show(json_t *value, char out[32]);

#endif
