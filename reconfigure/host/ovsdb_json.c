/* ovsdb_json.c - takes JSON text apart piece by piece, so that only one row at a time becomes a
 * tree.  The stream has checked before that brackets match and strings end. */
#include <string.h>

#include "reconfigure/host/ovsdb_priv.h"

bool ifr_ovsdb_span_is(struct ifr_ovsdb_span span, const char *text)
{
    return span.text != NULL && span.len == strlen(text) && memcmp(span.text, text, span.len) == 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && is_space(*at)) {
        at++;
    }
    return at;
}

/* Returns the place after the string that begins at `at`, or `end` when it has no end. */
static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++) {
        if (*at == '\\' && at + 1 < end) {
            at++;
        }
    }
    return at < end ? at + 1 : end;
}

static const char *skip_brackets(const char *at, const char *end)
{
    size_t depth = 0;

    while (at < end) {
        char c = *at;
        if (c == '"') {
            at = skip_string(at, end);
            continue;
        }
        at++;
        if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            break;
        }
    }
    return at;
}

static const char *skip_value(const char *at, const char *end)
{
    if (at < end && *at == '"') {
        return skip_string(at, end);
    }
    if (at < end && (*at == '{' || *at == '[')) {
        return skip_brackets(at, end);
    }
    while (at < end && !is_space(*at) && strchr(",:]}[{\"", *at) == NULL) {
        at++;
    }
    return at;
}

int ifr_ovsdb_walk_begin(struct ifr_ovsdb_walk *walk, struct ifr_ovsdb_span span, char open,
                         struct dbc_error *err)
{
    memset(walk, 0, sizeof *walk);
    walk->key = "";
    if (span.text == NULL || span.len < 2 || span.text[0] != open) {
        return ifr_ovsdb_nonsense(err, open == '{' ? "no object where one belongs"
                                                   : "no array where one belongs");
    }
    walk->at = span.text + 1;
    walk->end = span.text + span.len;
    walk->close = open == '{' ? '}' : ']';
    walk->first = true;
    return 0;
}

void ifr_ovsdb_walk_end(struct ifr_ovsdb_walk *walk)
{
    json_decref(walk->name);
    walk->name = NULL;
    walk->key = "";
}

static int walk_name(struct ifr_ovsdb_walk *walk, struct dbc_error *err)
{
    struct ifr_ovsdb_span name = { walk->at, 0 };

    if (walk->at >= walk->end || *walk->at != '"') {
        return ifr_ovsdb_nonsense(err, "a member without a name");
    }
    walk->at = skip_string(walk->at, walk->end);
    name.len = (size_t)(walk->at - name.text);
    walk->name = ifr_ovsdb_load(name, err);
    if (walk->name == NULL) {
        return -1;
    }
    walk->key = json_string_value(walk->name);
    walk->at = skip_space(walk->at, walk->end);
    if (walk->at >= walk->end || *walk->at != ':') {
        return ifr_ovsdb_nonsense(err, "a member without a value");
    }
    walk->at = skip_space(walk->at + 1, walk->end);
    return 0;
}

int ifr_ovsdb_walk_next(struct ifr_ovsdb_walk *walk, struct dbc_error *err)
{
    ifr_ovsdb_walk_end(walk);
    walk->at = skip_space(walk->at, walk->end);
    if (walk->at < walk->end && *walk->at == walk->close) {
        return 0;
    }
    if (!walk->first) {
        if (walk->at >= walk->end || *walk->at != ',') {
            return ifr_ovsdb_nonsense(err, "no comma between two values");
        }
        walk->at = skip_space(walk->at + 1, walk->end);
    }
    walk->first = false;
    if (walk->close == '}' && walk_name(walk, err) != 0) {
        return -1;
    }
    walk->value.text = walk->at;
    walk->at = skip_value(walk->at, walk->end);
    walk->value.len = (size_t)(walk->at - walk->value.text);
    return walk->value.len > 0 ? 1 : ifr_ovsdb_nonsense(err, "a value is missing");
}

int ifr_ovsdb_check(struct ifr_ovsdb_span span, struct dbc_error *err)
{
    json_t *value = ifr_ovsdb_load(span, err);

    json_decref(value);
    return value == NULL ? -1 : 0;
}
