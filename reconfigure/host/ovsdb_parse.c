/* ovsdb_parse.c - JSON text as a tree of jansson's values.
 *
 * json_loadb ignores a failed allocation of its token buffer and then returns a text that lacks a
 * byte, which would be a wrong answer of the database.  Here each step reports whether it worked,
 * and what it did not understand.  It is as strict as json_loadb with JSON_REJECT_DUPLICATES: UTF-8
 * only, no NUL in a text, no number that does not fit. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/host/ovsdb_priv.h"

#define NUMBER_LEN 64 /* bytes of a number, at most */

struct parser {
    const char *at, *end;
    unsigned depth;
    struct dbc_buf text; /* of the string in hand */
    struct dbc_error *err;
};

int ifr_ovsdb_nonsense(struct dbc_error *err, const char *what)
{
    return dbc_fail(err, DBC_EPARSE, "ovsdb-server sent what makes no sense: %s", what);
}

static json_t *bad(struct parser *p, const char *what)
{
    ifr_ovsdb_nonsense(p->err, what);
    return NULL;
}

static json_t *no_memory(struct parser *p, json_t *drop)
{
    json_decref(drop);
    dbc_fail_nomem(p->err);
    return NULL;
}

static void skip_space(struct parser *p)
{
    while (p->at < p->end &&
           (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r')) {
        p->at++;
    }
}

/* Takes `c` if it comes next. */
static bool take(struct parser *p, char c)
{
    skip_space(p);
    if (p->at >= p->end || *p->at != c) {
        return false;
    }
    p->at++;
    return true;
}

/* ---- Strings --------------------------------------------------------------------------------- */

/* Reads the four hexadecimal digits of \uXXXX; returns -1 when they are no such digits. */
static long hex4(struct parser *p)
{
    long value = 0;

    if (p->end - p->at < 4) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        int digit = dbc_hex_digit(*p->at++);
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

/* Reads a code point after \u, of two surrogates where it needs them.  Returns -1 when it is not
 * valid, or NUL. */
static long code_point(struct parser *p)
{
    long first = hex4(p), second = 0;

    if (first < 0xd800 || first > 0xdfff) {
        return first == 0 ? -1 : first;
    }
    if (first > 0xdbff || p->end - p->at < 2 || p->at[0] != '\\' || p->at[1] != 'u') {
        return -1;
    }
    p->at += 2;
    second = hex4(p);
    return second < 0xdc00 || second > 0xdfff
               ? -1
               : 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

static void add_utf8(struct dbc_buf *out, long c)
{
    if (c < 0x80) {
        dbc_buf_addc(out, (char)c);
    } else if (c < 0x800) {
        dbc_buf_addc(out, (char)(0xc0 | c >> 6));
    } else if (c < 0x10000) {
        dbc_buf_addc(out, (char)(0xe0 | c >> 12));
        dbc_buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
    } else {
        dbc_buf_addc(out, (char)(0xf0 | c >> 18));
        dbc_buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
        dbc_buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
    }
    if (c >= 0x80) {
        dbc_buf_addc(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* Reads what follows a backslash. */
static bool parse_escape(struct parser *p)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c = p->at < p->end ? *p->at++ : '\0';
    const char *letter = c == '\0' ? NULL : strchr(letters, c);
    long code = 0;

    if (letter != NULL) {
        dbc_buf_addc(&p->text, meant[letter - letters]);
        return true;
    }
    code = c == 'u' ? code_point(p) : -1;
    if (code >= 0) {
        add_utf8(&p->text, code);
    }
    return code >= 0;
}

/* Adds the text up to the next quote or backslash; false when it is not valid or neither comes. */
static bool plain_text(struct parser *p)
{
    const char *from = p->at;

    while (p->at < p->end && *p->at != '"' && *p->at != '\\') {
        size_t len =
            (unsigned char)*p->at < 0x80 ? (unsigned char)*p->at >= ' ' : dbc_utf8_length(p->at);
        if (len == 0 || len > (size_t)(p->end - p->at)) {
            return false;
        }
        p->at += len;
    }
    dbc_buf_add(&p->text, from, (size_t)(p->at - from));
    return p->at < p->end;
}

static json_t *parse_string(struct parser *p)
{
    json_t *string = NULL;

    p->text.len = 0;
    do {
        if (!plain_text(p)) {
            return bad(p, "a text that is not UTF-8, or has no end");
        }
        if (*p->at++ == '"') {
            string = p->text.failed ? NULL : json_stringn_nocheck(p->text.data, p->text.len);
            return string == NULL ? no_memory(p, NULL) : string;
        }
    } while (parse_escape(p));
    return bad(p, "a text with an invalid escape");
}

/* ---- Numbers and words ----------------------------------------------------------------------- */

static bool take_digits(const char **at)
{
    const char *from = *at;

    while (**at >= '0' && **at <= '9') {
        ++*at;
    }
    return *at > from;
}

/* Returns whether the text is a number of JSON; *real: it is no integer. */
static bool is_number(const char *at, bool *real)
{
    const char *digits = NULL;

    at += *at == '-';
    digits = at;
    if (!take_digits(&at) || (*digits == '0' && at > digits + 1)) {
        return false;
    }
    *real = *at != '\0';
    if (*at == '.' && (at++, !take_digits(&at))) {
        return false;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '-' || *at == '+';
        if (!take_digits(&at)) {
            return false;
        }
    }
    return *at == '\0';
}

static json_t *parse_number(struct parser *p, const char *text)
{
    json_t *number = NULL;
    bool real = false;

    if (!is_number(text, &real)) {
        return bad(p, "a value that is none");
    }
    errno = 0;
    if (real) {
        double value = strtod(text, NULL);
        if (!isfinite(value)) {
            return bad(p, "a number that is too large");
        }
        number = json_real(value);
    } else {
        long long value = strtoll(text, NULL, 10);
        if (errno == ERANGE) {
            return bad(p, "a number that is too large");
        }
        number = json_integer(value);
    }
    return number == NULL ? no_memory(p, NULL) : number;
}

static json_t *parse_word(struct parser *p)
{
    char text[NUMBER_LEN + 1];
    size_t len = 0;

    while (p->at < p->end && len < NUMBER_LEN && *p->at != '\0' &&
           strchr(" \t\r\n,:]}[{\"", *p->at) == NULL) {
        text[len++] = *p->at++;
    }
    text[len] = '\0';
    return strcmp(text, "null") == 0    ? json_null()
           : strcmp(text, "true") == 0  ? json_true()
           : strcmp(text, "false") == 0 ? json_false()
                                        : parse_number(p, text);
}

/* ---- Arrays and objects ---------------------------------------------------------------------- */

static json_t *parse_value(struct parser *p);

static json_t *parse_array(struct parser *p)
{
    json_t *array = json_array();

    if (array == NULL) {
        return no_memory(p, NULL);
    }
    if (take(p, ']')) {
        return array;
    }
    do {
        json_t *value = parse_value(p);
        if (value == NULL) {
            json_decref(array);
            return NULL;
        }
        if (json_array_append_new(array, value) != 0) {
            return no_memory(p, array);
        }
    } while (take(p, ','));
    if (!take(p, ']')) {
        json_decref(array);
        return bad(p, "an array without commas or without an end");
    }
    return array;
}

/* Parses NAME: VALUE; false with the error set. */
static bool parse_member(struct parser *p, json_t *object)
{
    json_t *name = take(p, '"') ? parse_string(p) : bad(p, "a member without a name");
    json_t *value = NULL;
    bool stored = false;

    if (name == NULL) {
        return false;
    }
    if (json_object_get(object, json_string_value(name)) != NULL) {
        bad(p, "an object with the same member twice");
    } else if (!take(p, ':')) {
        bad(p, "a member without a value");
    } else if ((value = parse_value(p)) != NULL) {
        stored = json_object_set_new_nocheck(object, json_string_value(name), value) == 0;
        if (!stored) {
            no_memory(p, NULL);
        }
    }
    json_decref(name);
    return stored;
}

static json_t *parse_object(struct parser *p)
{
    json_t *object = json_object();

    if (object == NULL) {
        return no_memory(p, NULL);
    }
    if (take(p, '}')) {
        return object;
    }
    do {
        if (!parse_member(p, object)) {
            json_decref(object);
            return NULL;
        }
    } while (take(p, ','));
    if (!take(p, '}')) {
        json_decref(object);
        return bad(p, "an object without commas or without an end");
    }
    return object;
}

static json_t *parse_value(struct parser *p)
{
    json_t *value = NULL;

    if (p->depth == IFR_OVSDB_DEPTH_MAX) {
        return bad(p, "values that are nested too deeply");
    }
    p->depth++;
    value = take(p, '{')   ? parse_object(p)
            : take(p, '[') ? parse_array(p)
            : take(p, '"') ? parse_string(p)
                           : parse_word(p);
    p->depth--;
    return value;
}

json_t *ifr_ovsdb_load(struct ifr_ovsdb_span span, struct dbc_error *err)
{
    struct parser p = { .at = span.text, .end = span.text + span.len, .err = err };
    json_t *value = NULL;

    if (span.len > IFR_OVSDB_PIECE_MAX) {
        dbc_fail(err, DBC_ELIMIT, "ovsdb-server sent a value of %zu bytes, at most %zu are taken",
                 span.len, IFR_OVSDB_PIECE_MAX);
        return NULL;
    }
    value = parse_value(&p);
    skip_space(&p);
    if (value != NULL && p.at < p.end) {
        json_decref(value);
        value = bad(&p, "more text after a value");
    }
    dbc_buf_release(&p.text);
    return value;
}
