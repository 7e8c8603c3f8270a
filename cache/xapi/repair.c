/* repair.c - makes a server's answer well-formed before the XML parser of value.c reads it
 * (repair.h).  It knows bytes, entities and the words of tags.c, no structure. */
#include "xapi/repair.h"

#include <string.h>

#include "base/valid.h"
#include "xapi/tags.h"

#define ENTITY_MAX 10 /* "&#1114111;" */
#define CDATA_START "<![CDATA["
#define CDATA_END "]]>"
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* What the functions say that look at a byte: the number of bytes to pass on, or one of these. */
#define LITERAL 0 /* mend this byte */
#define MORE (-1) /* more bytes must come first */

enum byte { PLAIN, CONTROL, AMPERSAND, LESS, BRACKET, HIGH };

static const unsigned char classes[256] = {
    [0x00 ... 0x08] = CONTROL,
    [0x0b ... 0x0c] = CONTROL,
    [0x0e ... 0x1f] = CONTROL,
    ['&'] = AMPERSAND,
    ['<'] = LESS,
    [']'] = BRACKET,
    [0x80 ... 0xff] = HIGH,
};

static int flush(struct dbc_xapi_repair *r)
{
    size_t n = r->n_out;

    r->n_out = 0;
    return n > 0 ? r->put(r->ctx, r->out, n) : 0;
}

/* Collects short pieces, as between two mended bytes.  A long one, mostly a whole block, is passed
 * on without a copy. */
static int emit(struct dbc_xapi_repair *r, const char *data, size_t len)
{
    bool is_long = len > sizeof r->out / 2;

    if ((is_long || len > sizeof r->out - r->n_out) && flush(r) != 0) {
        return -1;
    }
    if (is_long) {
        return r->put(r->ctx, data, len);
    }
    memcpy(r->out + r->n_out, data, len);
    r->n_out += len;
    return 0;
}

static bool xml_char(unsigned long c)
{
    return c == 0x9 || c == 0xa || c == 0xd || (c >= 0x20 && c < 0xd800) ||
           (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c < 0x110000);
}

/* Whether "#38" or "#x26", between `&` and `;`, refers to a character that XML has. */
static bool numeric_reference(const char *text, size_t len)
{
    int base = len > 1 && text[1] == 'x' ? 16 : 10;
    unsigned long c = 0;
    size_t i = base == 16 ? 2 : 1;

    if (len <= i || text[0] != '#') {
        return false;
    }
    for (; i < len; i++) {
        int digit = dbc_hex_digit(text[i]);
        if (digit < 0 || digit >= base) {
            return false;
        }
        c = c * (unsigned)base + (unsigned)digit; /* ENTITY_MAX digits: no overflow */
    }
    return xml_char(c);
}

static bool known_entity(const char *text, size_t len)
{
    static const char *const names[] = { "amp", "lt", "gt", "quot", "apos" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0) {
            return true;
        }
    }
    return numeric_reference(text, len);
}

static int at_ampersand(const char *p, size_t n)
{
    for (size_t i = 1; i < n && i < ENTITY_MAX; i++) {
        if (p[i] == ';') {
            return known_entity(p + 1, i - 1) ? (int)(i + 1) : LITERAL;
        }
        if (p[i] != '#' && (p[i] < '0' || p[i] > '9') &&
            ((p[i] | 0x20) < 'a' || (p[i] | 0x20) > 'z')) {
            return LITERAL;
        }
    }
    return n < ENTITY_MAX ? MORE : LITERAL;
}

/* A tag's start up to the end of its word; the rest of it is plain to this filter. */
static int at_tag(struct dbc_xapi_repair *r, const char *p, size_t n)
{
    int start = p[1] == '/' ? 2 : 1; /* a NUL follows the last byte */
    enum dbc_xapi_tag tag = DBC_TAG_NONE;
    int len = dbc_xapi_tag_match(p + start, n - (size_t)start, &tag);

    if (len <= 0) {
        return len; /* LITERAL or MORE */
    }
    if (r->in_name && (tag != DBC_TAG_NAME || start == 1)) {
        return LITERAL;
    }
    r->in_name = tag == DBC_TAG_NAME && start == 1 && p[start + len] == '>';
    return start + len;
}

/* "<!--", "<?xml" and CDATA sections go to the parser as they are.  So does a document type, which
 * the parser refuses. */
static int at_declaration(struct dbc_xapi_repair *r, const char *p, size_t n)
{
    size_t len = strlen(CDATA_START);

    if (memcmp(p, CDATA_START, n < len ? n : len) != 0) {
        return 2;
    }
    if (n < len) {
        return MORE;
    }
    r->in_cdata = true;
    return (int)len;
}

static int at_less(struct dbc_xapi_repair *r, const char *p, size_t n)
{
    if (r->in_cdata) {
        return 1;
    }
    if ((p[1] == '!' || p[1] == '?') && !r->in_name) {
        return at_declaration(r, p, n);
    }
    return at_tag(r, p, n);
}

static int at_bracket(struct dbc_xapi_repair *r, const char *p, size_t n)
{
    size_t len = strlen(CDATA_END);

    if (!r->in_cdata || memcmp(p, CDATA_END, n < len ? n : len) != 0) {
        return 1;
    }
    if (n < len) {
        return MORE;
    }
    r->in_cdata = false;
    return (int)len;
}

/* A NUL follows the bytes, so dbc_utf8_length gives 0 for a character that is cut off. */
static int at_high(const char *p, size_t n)
{
    unsigned char lead = (unsigned char)p[0];
    size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2, len = dbc_utf8_length(p), have = 1;

    if (len > 0) {
        return memcmp(p, "\xef\xbf\xbe", 3) == 0 || memcmp(p, "\xef\xbf\xbf", 3) == 0 ? LITERAL
                                                                                      : (int)len;
    }
    while (have < want && have < n && ((unsigned char)p[have] & 0xc0) == 0x80) {
        have++;
    }
    return have == n && have < want ? MORE : LITERAL;
}

static int look(struct dbc_xapi_repair *r, enum byte kind, const char *p, size_t n)
{
    switch (kind) {
    case AMPERSAND:
        return r->in_cdata ? 1 : at_ampersand(p, n);
    case LESS:
        return at_less(r, p, n);
    case BRACKET:
        return at_bracket(r, p, n);
    case HIGH:
        return at_high(p, n);
    case PLAIN:
    case CONTROL:
        break;
    }
    return LITERAL;
}

static int mend(struct dbc_xapi_repair *r, enum byte kind)
{
    switch (kind) {
    case AMPERSAND:
        return emit(r, "&amp;", 5);
    case LESS:
        return emit(r, "&lt;", 4);
    case HIGH:
        return emit(r, REPLACEMENT, 3);
    case BRACKET:
        return emit(r, "]", 1);
    case PLAIN:
    case CONTROL:
        break;
    }
    return 0;
}

/* Mends the bytes of `in` and keeps the tail that cannot be judged yet; with `last` all can be. */
static int work(struct dbc_xapi_repair *r, bool last)
{
    const char *p = r->in, *end = r->in + r->n_in, *from = p;

    r->in[r->n_in] = '\0'; /* not PLAIN */
    for (;;) {
        enum byte kind = PLAIN;
        int n = 0;
        while ((kind = classes[(unsigned char)*p]) == PLAIN) {
            p++;
        }
        if (p == end) {
            break;
        }
        n = look(r, kind, p, (size_t)(end - p));
        if (n == MORE && !last) {
            break;
        }
        if (n > 0) {
            p += n;
            continue;
        }
        if (emit(r, from, (size_t)(p - from)) != 0 || mend(r, kind) != 0) {
            return -1;
        }
        from = ++p;
    }
    if (emit(r, from, (size_t)(p - from)) != 0) {
        return -1;
    }
    r->n_in = (size_t)(end - p);
    memmove(r->in, p, r->n_in);
    return 0;
}

void dbc_xapi_repair_init(struct dbc_xapi_repair *r, dbc_xapi_bytes_fn *put, void *ctx)
{
    r->put = put;
    r->ctx = ctx;
    r->in_name = r->in_cdata = false;
    r->n_in = r->n_out = 0;
}

int dbc_xapi_repair_add(struct dbc_xapi_repair *r, const char *data, size_t len)
{
    while (len > 0) {
        size_t n = DBC_XAPI_REPAIR_BLOCK - r->n_in;
        n = n < len ? n : len;
        memcpy(r->in + r->n_in, data, n);
        r->n_in += n;
        data += n;
        len -= n;
        if (work(r, false) != 0) {
            return -1;
        }
    }
    return flush(r);
}

int dbc_xapi_repair_end(struct dbc_xapi_repair *r)
{
    return work(r, true) != 0 ? -1 : flush(r);
}
