/* json.h - JSON as xcp-networkd writes it, for read*.c: parses a file into jansson's values, and
 * reads these values in the spellings of all releases. */
#ifndef DBC_NETWORKD_JSON_H
#define DBC_NETWORKD_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* A byte of the file that is not UTF-8 becomes the private-use character of this plus its value
 * (U+F780 to U+F7FF): jansson takes UTF-8 only, and a MAC in raw octets must be kept. */
#define DBC_NETWORKD_OCTET 0xf700u

/* Returns the file's object, which the caller releases (json_decref); `name` is for messages.
 * NULL: DBC_EPARSE with line and column for a file that is not JSON or no object, and for a member
 * that comes twice; DBC_ELIMIT above DBC_LIMIT_NETWORKD_BYTES, _DEPTH or _VALUES, or for a text
 * above DBC_LIMIT_TEXT_BYTES; DBC_ENOMEM. */
json_t *dbc_networkd_parse(const char *name, const char *data, size_t len, struct dbc_error *err);

/* The functions below borrow values, and accept NULL as a value.
 *
 * Returns the member of a record, whose name may differ in the case of letters; NULL when there is
 * none, or it is null. */
json_t *dbc_networkd_member(json_t *record, const char *name);
/* The same for a member that is optional: [] means none, [x] means x. */
json_t *dbc_networkd_option(json_t *record, const char *name);
/* Returns the text of a string without a NUL in it; NULL for another value. */
const char *dbc_networkd_string(json_t *value);
/* Formats a string of six octets as "xx:xx:xx:xx:xx:xx"; false for another value. */
bool dbc_networkd_octets(json_t *value, char out[18]);
/* Returns the name of a variant, which is "Name", ["Name"] or ["Name", payload]; NULL for another
 * value.  *payload is NULL when there is none. */
const char *dbc_networkd_variant(json_t *value, json_t **payload);
/* Whether two texts are equal but for the case of ASCII letters. */
bool dbc_networkd_same(const char *a, const char *b);
/* Returns a string, number or boolean as text for a message, in `out` or the value's own; "" for
 * another value. */
const char *dbc_networkd_show(json_t *value, char out[32]);

#endif
