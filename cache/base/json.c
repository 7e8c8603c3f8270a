/* json.c - JSON written piece by piece (json.h). */
#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/valid.h"

#define BLANKS "                                " /* written at once; deeper levels repeat it */
#define INDENT 2

static void new_line(struct dbc_json *json)
{
    size_t blanks = (size_t)json->depth * INDENT;

    dbc_buf_addc(json->out, '\n');
    while (blanks > 0) {
        size_t some = blanks < strlen(BLANKS) ? blanks : strlen(BLANKS);
        dbc_buf_add(json->out, BLANKS, some);
        blanks -= some;
    }
}

/* A word of eight equal bytes. */
#define EIGHT(byte) (UINT64_MAX / 255 * (byte))

/* Returns something else than 0 when one of the eight bytes is not ASCII or must be escaped in
 * JSON.  An ASCII byte is below n (up to 128) when subtracting n from it sets its high bit. */
static uint64_t special(uint64_t word)
{
    uint64_t quote = word ^ EIGHT('"'), slash = word ^ EIGHT('\\');

    return (word | ((word - EIGHT(0x20)) & ~word) | ((quote - EIGHT(1)) & ~quote) |
            ((slash - EIGHT(1)) & ~slash)) &
           EIGHT(0x80);
}

/* Whether the text is ASCII without anything to escape, as most texts are.  Looks at eight bytes at
 * a time, and at the last eight once more. */
static bool is_plain(const char *text, size_t len)
{
    uint64_t word = EIGHT(' '), found = 0;

    for (size_t at = 0; at + sizeof word <= len; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        found |= special(word);
    }
    if (len >= sizeof word) {
        memcpy(&word, text + len - sizeof word, sizeof word);
    } else {
        memcpy(&word, text, len);
    }
    return (found | special(word)) == 0;
}

/* Returns the number of bytes at the start that need no escape. */
static size_t plain_length(const char *text)
{
    const char *at = text;

    while ((unsigned char)*at >= 0x20 && *at != '"' && *at != '\\') {
        at++;
    }
    return (size_t)(at - text);
}

static void add_escape(struct dbc_buf *out, char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = strchr(from, c);

    if (found != NULL) {
        dbc_buf_addc(out, '\\');
        dbc_buf_addc(out, to[found - from]);
    } else {
        dbc_buf_addf(out, "\\u%04X", (unsigned)(unsigned char)c);
    }
}

static void add_string(struct dbc_buf *out, const char *text)
{
    dbc_buf_addc(out, '"');
    for (;;) {
        size_t plain = plain_length(text);
        dbc_buf_add(out, text, plain);
        text += plain;
        if (*text == '\0') {
            break;
        }
        add_escape(out, *text++);
    }
    dbc_buf_addc(out, '"');
}

static bool is_utf8(const char *text)
{
    size_t n = 1;

    while (*text != '\0' && n > 0) {
        n = (unsigned char)*text < 0x80 ? 1 : dbc_utf8_length(text);
        text += n;
    }
    return n > 0;
}

/* Adds the text in quotes, and `end` behind it. */
static void add_plain(struct dbc_buf *out, const char *text, size_t len, const char *end)
{
    size_t more = strlen(end);
    char *room = dbc_buf_reserve(out, len + 2 + more);

    if (room != NULL) {
        room[0] = '"';
        memcpy(room + 1, text, len);
        room[len + 1] = '"';
        memcpy(room + len + 2, end, more);
        dbc_buf_added(out, len + 2 + more);
    }
}

static void add_any_string(struct dbc_buf *out, const char *text)
{
    struct dbc_buf escaped = DBC_BUF_INIT;
    size_t len = strlen(text);

    if (is_plain(text, len)) {
        add_plain(out, text, len, "");
        return;
    }
    if (is_utf8(text)) {
        add_string(out, text);
        return;
    }
    dbc_buf_add_printable(&escaped, text);
    add_string(out, dbc_buf_str(&escaped));
    out->failed = out->failed || escaped.failed;
    dbc_buf_release(&escaped);
}

void dbc_json_before(struct dbc_json *json, const char *name)
{
    if (json->inside) {
        dbc_buf_adds(json->out, json->lines ? "," : ", ");
    }
    if (json->lines && json->depth > 0) {
        new_line(json);
    }
    if (name != NULL && is_plain(name, strlen(name))) {
        add_plain(json->out, name, strlen(name), ": ");
    } else if (name != NULL) {
        add_any_string(json->out, name);
        dbc_buf_adds(json->out, ": ");
    }
    json->inside = true;
}

void dbc_json_open(struct dbc_json *json, const char *name, char bracket)
{
    dbc_json_before(json, name);
    dbc_buf_addc(json->out, bracket);
    json->depth++;
    json->inside = false;
}

void dbc_json_close(struct dbc_json *json, char bracket)
{
    json->depth--;
    if (json->inside && json->lines) {
        new_line(json);
    }
    dbc_buf_addc(json->out, bracket);
    json->inside = true;
}

void dbc_json_text(struct dbc_json *json, const char *name, const char *text)
{
    dbc_json_before(json, name);
    if (text == NULL) {
        dbc_buf_adds(json->out, "null");
    } else {
        add_any_string(json->out, text);
    }
}

void dbc_json_int(struct dbc_json *json, const char *name, int64_t number)
{
    dbc_json_before(json, name);
    dbc_buf_add_int(json->out, number);
}

void dbc_json_real(struct dbc_json *json, const char *name, double number)
{
    size_t start = 0;

    dbc_json_before(json, name);
    if (!isfinite(number)) {
        dbc_buf_adds(json->out, "null");
        return;
    }
    start = json->out->len;
    dbc_buf_addf(json->out, "%.17g", number);
    if (!json->out->failed && strpbrk(json->out->data + start, ".e") == NULL) {
        dbc_buf_adds(json->out, ".0"); /* or it would be read as an integer */
    }
}

void dbc_json_bool(struct dbc_json *json, const char *name, bool truth)
{
    dbc_json_before(json, name);
    dbc_buf_adds(json->out, truth ? "true" : "false");
}
