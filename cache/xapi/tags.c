/* tags.c - the table of an answer's elements, shared by the two files that must agree on it. */
#include "xapi/tags.h"

#include <stdint.h>
#include <string.h>

#define BIT(tag) ((uint32_t)1 << (tag))

static const struct {
    const char *name;
    size_t len;
    enum dbc_xapi_tag tag;
} words[] = {
    /* The most common first: a large answer has a million elements. */
    { "value", 5, DBC_TAG_VALUE },     { "name", 4, DBC_TAG_NAME },
    { "member", 6, DBC_TAG_MEMBER },   { "struct", 6, DBC_TAG_STRUCT },
    { "array", 5, DBC_TAG_ARRAY },     { "data", 4, DBC_TAG_DATA },
    { "boolean", 7, DBC_TAG_BOOLEAN }, { "string", 6, DBC_TAG_STRING },
    { "int", 3, DBC_TAG_INT },         { "i4", 2, DBC_TAG_INT },
    { "i8", 2, DBC_TAG_INT },          { "double", 6, DBC_TAG_DOUBLE },
    { "base64", 6, DBC_TAG_BASE64 },   { "dateTime.iso8601", 16, DBC_TAG_DATE },
    { "nil", 3, DBC_TAG_NIL },         { "methodResponse", 14, DBC_TAG_RESPONSE },
    { "params", 6, DBC_TAG_PARAMS },   { "param", 5, DBC_TAG_PARAM },
    { "fault", 5, DBC_TAG_FAULT },
};

enum dbc_xapi_tag dbc_xapi_tag_find(const char *name)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].name, name) == 0) {
            return words[i].tag;
        }
    }
    return DBC_TAG_NONE;
}

static bool ends_word(char c)
{
    return c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int dbc_xapi_tag_match(const char *text, size_t len, enum dbc_xapi_tag *tag_out)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0] && len > 0; i++) {
        size_t n = 1;
        if (text[0] != words[i].name[0]) {
            continue;
        }
        while (text[n] == words[i].name[n] && n < words[i].len) {
            n++;
        }
        if (n == len) {
            return -1;
        }
        if (n == words[i].len && ends_word(text[n])) {
            *tag_out = words[i].tag;
            return (int)n;
        }
    }
    return len > 0 ? 0 : -1;
}

const char *dbc_xapi_tag_name(enum dbc_xapi_tag tag)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].tag == tag) {
            return words[i].name;
        }
    }
    return "document";
}

bool dbc_xapi_tag_allows(enum dbc_xapi_tag parent, enum dbc_xapi_tag child)
{
    static const uint32_t children[DBC_N_TAGS] = {
        [DBC_TAG_NONE] = BIT(DBC_TAG_RESPONSE),
        [DBC_TAG_RESPONSE] = BIT(DBC_TAG_PARAMS) | BIT(DBC_TAG_FAULT),
        [DBC_TAG_PARAMS] = BIT(DBC_TAG_PARAM),
        [DBC_TAG_PARAM] = BIT(DBC_TAG_VALUE),
        [DBC_TAG_FAULT] = BIT(DBC_TAG_VALUE),
        [DBC_TAG_VALUE] = BIT(DBC_TAG_STRUCT) | BIT(DBC_TAG_ARRAY) | BIT(DBC_TAG_STRING) |
                          BIT(DBC_TAG_INT) | BIT(DBC_TAG_BOOLEAN) | BIT(DBC_TAG_DOUBLE) |
                          BIT(DBC_TAG_DATE) | BIT(DBC_TAG_BASE64) | BIT(DBC_TAG_NIL),
        [DBC_TAG_STRUCT] = BIT(DBC_TAG_MEMBER),
        [DBC_TAG_MEMBER] = BIT(DBC_TAG_NAME) | BIT(DBC_TAG_VALUE),
        [DBC_TAG_ARRAY] = BIT(DBC_TAG_DATA),
        [DBC_TAG_DATA] = BIT(DBC_TAG_VALUE),
    };

    return (children[parent] & BIT(child)) != 0;
}
