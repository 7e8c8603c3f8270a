/* decode.c - the layers of decode.h.  read_row.c uses them for the columns that it keeps. */
#include "statedb/decode.h"

#include <string.h>

/* ---- White space -------------------------------------------------------------------------- */

/* What '%' and this character mean, or NULL. */
static const char *unprotected(char c)
{
    switch (c) {
    case '.':
        return " ";
    case '_':
        return "  ";
    case 't':
        return "\t";
    case 'n':
        return "\n";
    case 'r':
        return "\r";
    case '%':
        return "%";
    default:
        return NULL;
    }
}

size_t dbc_statedb_unprotect(char *text, size_t len)
{
    const char *from = memchr(text, '%', len), *end = text + len;
    char *to = text + (from == NULL ? len : (size_t)(from - text));

    while (from != NULL && from < end) {
        const char *means = *from == '%' && end - from > 1 ? unprotected(from[1]) : NULL;

        if (means == NULL) {
            *to++ = *from++;
            continue;
        }
        from += 2;
        while (*means != '\0') {
            *to++ = *means++;
        }
    }
    *to = '\0';
    return (size_t)(to - text);
}

/* ---- Sets and maps ------------------------------------------------------------------------ */

#define NO_STRING "a quoted string"
#define NO_CLOSE "')'"

static char *skip_blanks(char *at)
{
    for (;;) {
        at += strspn(at, " \t\r\n");
        if (*at != ';') {
            return at;
        }
        at += strcspn(at, "\n"); /* a comment */
    }
}

/* Takes a quoted string off *at; NULL when there is none, or it has no end. */
static char *take_string(char **at, size_t *len)
{
    char quote = **at, *from = *at + 1, *start = from, *to = from;

    if (quote != '\'' && quote != '"') {
        return NULL;
    }
    while (*from != quote) {
        from += *from == '\\' ? 1 : 0;
        if (*from == '\0') {
            return NULL;
        }
        *to++ = *from++;
    }
    *to = '\0';
    *at = from + 1;
    *len = (size_t)(to - start);
    return start;
}

/* Takes one pair off *at. */
static const char *take_pair(char **at, dbc_statedb_pair_fn *tell, void *ctx)
{
    const char *key = NULL, *value = NULL;
    size_t len = 0;

    if (**at != '(') {
        return "'('";
    }
    *at = skip_blanks(*at + 1);
    key = take_string(at, &len);
    if (key == NULL) {
        return NO_STRING;
    }
    *at = skip_blanks(*at);
    value = take_string(at, &len);
    if (value == NULL) {
        return NO_STRING;
    }
    *at = skip_blanks(*at);
    if (**at != ')') {
        return NO_CLOSE;
    }
    ++*at;
    tell(ctx, key, value, len);
    return NULL;
}

static const char *take_item(char **at, dbc_statedb_item_fn *tell, void *ctx)
{
    size_t len = 0;
    const char *item = take_string(at, &len);

    if (item == NULL) {
        return NO_STRING;
    }
    tell(ctx, item, len);
    return NULL;
}

/* Decodes a list of items or, when `item` is NULL, of pairs. */
static const char *parse_list(char *text, dbc_statedb_item_fn *item, dbc_statedb_pair_fn *pair,
                              void *ctx)
{
    char *at = skip_blanks(text);
    const char *fault = NULL;

    if (*text == '\0') {
        return NULL;
    }
    if (*at != '(') {
        return "'('";
    }
    for (at = skip_blanks(at + 1); *at != ')'; at = skip_blanks(at)) {
        if (*at == '\0') {
            return NO_CLOSE;
        }
        fault = item != NULL ? take_item(&at, item, ctx) : take_pair(&at, pair, ctx);
        if (fault != NULL) {
            return fault;
        }
    }
    return *skip_blanks(at + 1) == '\0' ? NULL : "nothing behind the list";
}

const char *dbc_statedb_set(char *text, dbc_statedb_item_fn *tell, void *ctx)
{
    return parse_list(text, tell, NULL, ctx);
}

const char *dbc_statedb_map(char *text, dbc_statedb_pair_fn *tell, void *ctx)
{
    return parse_list(text, NULL, tell, ctx);
}
