/* ovsdb_value.c - reads values of Open vSwitch's database in their JSON form (RFC 7047, 5.1). */
#include <ctype.h>
#include <string.h>

#include "reconfigure/host/ovsdb_priv.h"

#define UUID_LEN 36

const char *ifr_json_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text == NULL ? "" : text;
}

/* Returns the value of ["TAG", VALUE]; NULL for anything else. */
static const json_t *tagged(const json_t *cell, const char *tag)
{
    const char *first = json_string_value(json_array_get(cell, 0));

    if (json_array_size(cell) != 2 || first == NULL || strcmp(first, tag) != 0) {
        return NULL;
    }
    return json_array_get(cell, 1);
}

size_t ifr_ovsdb_set_size(const json_t *cell)
{
    const json_t *members = tagged(cell, "set");

    if (cell == NULL) {
        return 0;
    }
    return members == NULL ? 1 : json_array_size(members);
}

const json_t *ifr_ovsdb_set_at(const json_t *cell, size_t i)
{
    const json_t *members = tagged(cell, "set");

    if (members == NULL) {
        return i == 0 ? cell : NULL;
    }
    return json_array_get(members, i);
}

/* Returns the only value of a set; NULL when it has none or several. */
static const json_t *only(const json_t *cell)
{
    return ifr_ovsdb_set_size(cell) == 1 ? ifr_ovsdb_set_at(cell, 0) : NULL;
}

const char *ifr_ovsdb_text(const json_t *cell)
{
    const char *text = json_string_value(only(cell));

    return text == NULL ? "" : text;
}

json_int_t ifr_ovsdb_integer(const json_t *cell, json_int_t none)
{
    const json_t *value = only(cell);

    return json_is_integer(value) ? json_integer_value(value) : none;
}

const json_t *ifr_ovsdb_map(const json_t *cell)
{
    const json_t *pairs = tagged(cell, "map");

    return json_is_array(pairs) ? pairs : NULL;
}

const char *ifr_ovsdb_map_get(const json_t *cell, const char *key)
{
    const json_t *pairs = ifr_ovsdb_map(cell);

    for (size_t i = 0; i < json_array_size(pairs); i++) {
        const json_t *pair = json_array_get(pairs, i);
        const char *name = json_string_value(json_array_get(pair, 0));
        if (json_array_size(pair) == 2 && name != NULL && strcmp(name, key) == 0) {
            return json_string_value(json_array_get(pair, 1));
        }
    }
    return NULL;
}

bool ifr_ovsdb_is_uuid(const char *text)
{
    if (strlen(text) != UUID_LEN) {
        return false;
    }
    for (int i = 0; i < UUID_LEN; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i])) {
            return false;
        }
    }
    return true;
}

const char *ifr_ovsdb_uuid(const json_t *cell)
{
    const char *text = json_string_value(tagged(cell, "uuid"));

    return text != NULL && ifr_ovsdb_is_uuid(text) ? text : NULL;
}
