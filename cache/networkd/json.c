/* json.c - reads the values that text.c has made (json.h). */
#include "networkd/json.h"

#include <stdio.h>
#include <string.h>

#include "base/valid.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool dbc_networkd_same(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

json_t *dbc_networkd_member(json_t *record, const char *name)
{
    json_t *found = json_object_get(record, name);
    const char *key = NULL;
    json_t *value = NULL;

    if (found == NULL && record != NULL) {
        json_object_foreach(record, key, value)
        {
            if (dbc_networkd_same(key, name)) {
                found = value;
                break;
            }
        }
    }
    return json_is_null(found) ? NULL : found;
}

json_t *dbc_networkd_option(json_t *record, const char *name)
{
    json_t *found = dbc_networkd_member(record, name);

    if (json_is_array(found) && json_array_size(found) < 2) {
        found = json_array_get(found, 0);
    }
    return found;
}

const char *dbc_networkd_string(json_t *value)
{
    const char *text = json_string_value(value);

    return text != NULL && strlen(text) == json_string_length(value) ? text : NULL;
}

const char *dbc_networkd_variant(json_t *value, json_t **payload)
{
    *payload = json_array_get(value, 1);
    if (json_is_array(value) && json_array_size(value) <= 2) {
        value = json_array_get(value, 0);
    }
    return dbc_networkd_string(value);
}

/* The code of a character of `len` bytes. */
static unsigned code_of(const char *text, size_t len)
{
    static const unsigned char first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    unsigned code = (unsigned char)text[0] & first[len];

    for (size_t i = 1; i < len; i++) {
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    }
    return code;
}

/* Returns the number of octets in a string, and stores the first 6.  A character of several bytes
 * may be octets that are UTF-8 by chance or, with `escaped`, one octet that a writer escaped. */
static size_t octets_of(const char *text, size_t len, bool escaped, unsigned char out[6])
{
    size_t n = 0;

    for (size_t at = 0; at < len;) {
        size_t width = text[at] == '\0' ? 1 : dbc_utf8_length(text + at);
        unsigned code = code_of(text + at, width);
        bool one = code - DBC_NETWORKD_OCTET < 0x100 || (escaped && code < 0x100);

        for (size_t i = 0; i < (one ? 1 : width); i++, n++) {
            if (n < 6) {
                out[n] = one ? (unsigned char)(code & 0xff) : (unsigned char)text[at + i];
            }
        }
        at += width;
    }
    return n;
}

bool dbc_networkd_octets(json_t *value, char out[18])
{
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    unsigned char mac[6] = { 0 };

    if (text == NULL ||
        (octets_of(text, len, false, mac) != 6 && octets_of(text, len, true, mac) != 6)) {
        return false;
    }
    snprintf(out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
             mac[5]);
    return true;
}

const char *dbc_networkd_show(json_t *value, char out[32])
{
    out[0] = '\0';
    if (json_is_string(value)) {
        return json_string_value(value);
    }
    if (json_is_integer(value)) {
        snprintf(out, 32, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        snprintf(out, 32, "%g", json_real_value(value));
    } else if (json_is_boolean(value)) {
        snprintf(out, 32, "%s", json_is_true(value) ? "true" : "false");
    }
    return out;
}
