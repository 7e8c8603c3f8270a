/* text.c - parses the bytes of a networkd.db into jansson's values, which json.c reads.  Before
 * jansson gets the text, one pass makes it UTF-8 and checks the limits of memory and stack. */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/valid.h"
#include "networkd/json.h"
#include "networkd/networkd.h"

struct scan {
    unsigned depth, values;
    size_t token, longest; /* bytes of the current string, number or word, and of the longest */
    bool in_string, escaped;
};

static void scan_string(struct scan *s, char c)
{
    s->in_string = s->escaped || c != '"';
    s->escaped = !s->escaped && c == '\\';
}

/* Follows strings and brackets only; jansson checks whether the text is JSON. */
static void scan_outside(struct scan *s, char c)
{
    switch (c) {
    case '"':
        s->in_string = true;
        s->token = 1;
        return;
    case '{':
    case '[':
        s->depth++;
        s->values++;
        break;
    case '}':
    case ']':
        s->depth -= s->depth > 0;
        break;
    case ',':
        s->values++;
        break;
    default:
        break;
    }
    s->token = strchr("{}[],: \t\r\n", c) != NULL ? 0 : s->token;
}

/* A character of `width` bytes; `c` is 'x' where it has several. */
static void scan_character(struct scan *s, char c, size_t width)
{
    s->token += width;
    if (s->in_string) {
        scan_string(s, c);
    } else {
        scan_outside(s, c);
    }
    s->longest = s->token > s->longest ? s->token : s->longest;
}

static int fail_here(const char *name, const char *data, size_t at, const char *what, unsigned max,
                     struct dbc_error *err)
{
    unsigned line = 1, column = 1;

    for (size_t i = 0; i < at; i++) {
        column = data[i] == '\n' ? 1 : column + 1;
        line += data[i] == '\n';
    }
    return dbc_fail_at(err, DBC_ELIMIT, name, line, column, "expected at most %u %s, found more",
                       max, what);
}

/* The length of the UTF-8 character at data[at]; 1 for a NUL, which jansson refuses; 0 when it is
 * not UTF-8. */
static size_t character(const char *data, size_t len, size_t at)
{
    char end[5] = "";
    size_t left = len - at;

    if (data[at] == '\0') {
        return 1;
    }
    memcpy(end, data + at, left < 4 ? left : 4);
    return dbc_utf8_length(end);
}

static void add_octet(struct dbc_buf *out, unsigned char octet)
{
    unsigned code = DBC_NETWORKD_OCTET + octet;

    dbc_buf_addc(out, (char)(0xe0 | code >> 12));
    dbc_buf_addc(out, (char)(0x80 | (code >> 6 & 0x3f)));
    dbc_buf_addc(out, (char)(0x80 | (code & 0x3f)));
}

static int transcode(const char *name, const char *data, size_t len, struct scan *scan,
                     struct dbc_buf *out, struct dbc_error *err)
{
    for (size_t at = 0, n = 0; at < len; at += n == 0 ? 1 : n) {
        n = character(data, len, at);
        if (n == 0) {
            add_octet(out, (unsigned char)data[at]);
        } else {
            dbc_buf_add(out, data + at, n);
        }
        scan_character(scan, n == 1 ? data[at] : 'x', n == 0 ? 3 : n);
        if (scan->depth > DBC_LIMIT_NETWORKD_DEPTH) {
            return fail_here(name, data, at, "levels of nesting", DBC_LIMIT_NETWORKD_DEPTH, err);
        }
        if (scan->values > DBC_LIMIT_NETWORKD_VALUES) {
            return fail_here(name, data, at, "values", DBC_LIMIT_NETWORKD_VALUES, err);
        }
        if (scan->longest > DBC_LIMIT_TEXT_BYTES) {
            return fail_here(name, data, at, "bytes of one text", DBC_LIMIT_TEXT_BYTES, err);
        }
    }
    return out->failed ? dbc_fail_nomem(err) : 0;
}

/* ---- jansson ------------------------------------------------------------------------------ */

static json_t *load(const char *text, size_t len, json_error_t *error)
{
    return json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, error);
}

/* jansson has one buffer for the token that it reads, which never shrinks.  When the buffer cannot
 * grow, jansson leaves out bytes and goes on, and a host would lose a bridge in silence.  So the
 * file is read as the second item of a list, after a text longer than any in the file: if this text
 * is whole, so are all others.  Its odd length makes sure that the buffer does not have to grow for
 * the closing quote, which jansson looks for. */
static json_t *load_whole(const struct dbc_buf *text, size_t longest, bool *failed)
{
    size_t pad = longest | 1;
    struct dbc_buf list = DBC_BUF_INIT;
    json_t *root = NULL, *file = NULL;
    char *room = NULL;

    dbc_buf_adds(&list, "[\"");
    room = dbc_buf_reserve(&list, pad);
    if (room != NULL) {
        memset(room, 'x', pad);
        dbc_buf_added(&list, pad);
    }
    dbc_buf_adds(&list, "\",");
    dbc_buf_add(&list, dbc_buf_str(text), text->len);
    dbc_buf_addc(&list, ']');
    *failed = list.failed;
    root = list.failed ? NULL : load(list.data, list.len, NULL);
    if (json_array_size(root) == 2 && json_string_length(json_array_get(root, 0)) == pad) {
        file = json_incref(json_array_get(root, 1));
    }
    json_decref(root);
    dbc_buf_release(&list);
    return file;
}

/* Reports why the list could not be read.  Reads the file itself, to get the place of a fault; when
 * it has none, there was not enough memory. */
static void explain(const char *name, const struct dbc_buf *text, bool failed,
                    struct dbc_error *err)
{
    json_error_t error = { 0 };
    json_t *root = failed ? NULL : load(dbc_buf_str(text), text->len, &error);

    if (root != NULL || error.text[0] == '\0') {
        dbc_fail_nomem(err);
    } else {
        dbc_fail_at(err, DBC_EPARSE, name, error.line > 0 ? (unsigned)error.line : 0,
                    error.column > 0 ? (unsigned)error.column : 0, "expected JSON, found: %s",
                    error.text);
    }
    json_decref(root);
}

json_t *dbc_networkd_parse(const char *name, const char *data, size_t len, struct dbc_error *err)
{
    struct scan scan = { 0 };
    struct dbc_buf text = DBC_BUF_INIT;
    json_t *root = NULL;
    bool failed = false;

    if (len > DBC_LIMIT_NETWORKD_BYTES) {
        dbc_fail_at(err, DBC_ELIMIT, name, 0, 0, "expected at most %u bytes, found more",
                    DBC_LIMIT_NETWORKD_BYTES);
        return NULL;
    }
    if (transcode(name, data, len, &scan, &text, err) == 0) {
        root = load_whole(&text, scan.longest, &failed);
        if (root == NULL) {
            explain(name, &text, failed, err);
        } else if (!json_is_object(root)) {
            dbc_fail_at(err, DBC_EPARSE, name, 1, 1, "expected an object, found another value");
            json_decref(root);
            root = NULL;
        }
    }
    dbc_buf_release(&text);
    return root;
}

bool dbc_networkd_recognise(const char *head, size_t len)
{
    bool open = false;

    for (size_t i = 0; i < len; i++) {
        if (strchr(" \t\r\n", head[i]) != NULL && head[i] != '\0') {
            continue;
        }
        if (open) {
            return head[i] == '"' || head[i] == '}';
        }
        open = head[i] == '{';
        if (!open) {
            return false;
        }
    }
    return open;
}
