/* routes.c - makes other_config:static-routes of route files (import.h), in both formats of Red
 * Hat's scripts: arguments of `ip route add` on each line, or numbered keys. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ifcfg/import.h"

#define LINE_MAX_BYTES 255 /* NET/LEN via GATEWAY dev DEVICE takes 60 */
#define WORDS_MAX 8

struct reading {
    struct dbc_ifcfg_import *im;
    struct dbc_ifcfg_device *dev;
    const struct dbc_ifcfg_file *file;
    struct dbc_buf list;
    unsigned n;
};

/* False when there is no room for more. */
static bool add(struct reading *r, unsigned line, uint32_t net, unsigned prefix, uint32_t gateway)
{
    char text[2][16];

    if (r->n++ == DBC_LIMIT_IFCFG_ROUTES) {
        dbc_ifcfg_warn(r->im, r->file->name, line, "no more than %d routes are read",
                       DBC_LIMIT_IFCFG_ROUTES);
        return false;
    }
    dbc_format_ipv4(net, text[0]);
    dbc_format_ipv4(gateway, text[1]);
    dbc_buf_addf(&r->list, "%s%s/%u/%s", r->list.len > 0 ? "," : "", text[0], prefix, text[1]);
    return true;
}

/* ---- Lines ---------------------------------------------------------------------------------- */

/* Copies the line at `data` and returns its length; *ok is false when it is too long or has a NUL
 * byte. */
static size_t cut_line(const char *data, size_t len, char out[LINE_MAX_BYTES + 1], bool *ok)
{
    const char *end = memchr(data, '\n', len);
    size_t n = end != NULL ? (size_t)(end - data) : len;

    *ok = n <= LINE_MAX_BYTES && memchr(data, '\0', n) == NULL;
    if (*ok) {
        memcpy(out, data, n);
    }
    out[*ok ? n : 0] = '\0';
    return n;
}

/* Parses "NET/LEN", "NET" (one address) or "default"; replaces the slash in `text` by a NUL. */
static bool parse_net(char *text, uint32_t *net, unsigned *prefix)
{
    char *slash = strchr(text, '/');
    uint64_t bits = 32;

    if (strcmp(text, "default") == 0) {
        *net = 0;
        *prefix = 0;
        return true;
    }
    if (slash != NULL) {
        *slash = '\0';
        if (!dbc_parse_uint(slash + 1, 32, &bits)) {
            return false;
        }
    }
    *prefix = (unsigned)bits;
    return dbc_parse_ipv4(text, net);
}

/* Whether the route has only a gateway and, by its name or its file's, this device. */
static bool is_plain(const struct reading *r, char *const word[WORDS_MAX], size_t n)
{
    if (n != 3 && (n != 5 || strcmp(word[3], "dev") != 0 ||
                   (strcmp(word[4], r->dev->name) != 0 &&
                    strcmp(word[4], strchr(r->file->name, '-') + 1) != 0))) {
        return false;
    }
    return strcmp(word[1], "via") == 0;
}

static void lost_line(const struct reading *r, unsigned line, const char *text)
{
    char what[LINE_MAX_BYTES + 64];

    snprintf(what, sizeof what, "%s:%u", r->file->name, line);
    dbc_ifcfg_tell(r->im, DBC_LOST, what, "", text,
                   "a cache has routes to a net through a gateway, and nothing more of them");
}

/* False when there is no room for more routes. */
static bool read_line(struct reading *r, unsigned line, const char *text)
{
    char copy[LINE_MAX_BYTES + 1], *rest = copy, *word[WORDS_MAX];
    size_t n = 0;
    uint32_t net = 0, gateway = 0;
    unsigned prefix = 0;

    snprintf(copy, sizeof copy, "%s", text);
    while (rest != NULL && n < WORDS_MAX) {
        word[n] = strsep(&rest, " \t\r");
        n += *word[n] != '\0';
    }
    if (n == 0 || word[0][0] == '#') {
        return true;
    }
    if (!is_plain(r, word, n)) {
        lost_line(r, line, text);
        return true;
    }
    if (!parse_net(word[0], &net, &prefix) || !dbc_parse_ipv4(word[2], &gateway)) {
        dbc_ifcfg_warn(r->im, r->file->name, line, "expected NET/LEN via GATEWAY, found '%s'",
                       text);
        return true;
    }
    return add(r, line, net, prefix, gateway);
}

static void read_lines(struct reading *r)
{
    char text[LINE_MAX_BYTES + 1];
    unsigned line = 0;
    bool ok = false, more = true;

    for (size_t at = 0; at < r->file->len && more;) {
        at += cut_line(r->file->data + at, r->file->len - at, text, &ok) + 1;
        line++;
        if (ok) {
            more = read_line(r, line, text);
        } else {
            dbc_ifcfg_warn(r->im, r->file->name, line, "no route: no text, or more than %d bytes",
                           LINE_MAX_BYTES);
        }
    }
}

/* ---- Keys ----------------------------------------------------------------------------------- */

/* Whether the file has a numbered ADDRESS; Red Hat's scripts then read all of it as keys. */
static bool has_keys(const struct dbc_ifcfg_file *file)
{
    char text[LINE_MAX_BYTES + 1];
    bool ok = false;

    for (size_t at = 0; at < file->len;) {
        const char *p = text;
        at += cut_line(file->data + at, file->len - at, text, &ok) + 1;
        p += strspn(p, " \t");
        if (strncmp(p, "ADDRESS", 7) == 0 && isdigit((unsigned char)p[7]) &&
            p[7 + strspn(p + 7, "0123456789")] == '=') {
            return true;
        }
    }
    return false;
}

static const struct dbc_ifcfg_key *numbered(const struct dbc_ifcfg_keys *keys, const char *name,
                                            unsigned number)
{
    char full[32];

    snprintf(full, sizeof full, "%s%u", name, number);
    return dbc_ifcfg_keys_find(keys, full);
}

static const char *value_of(const struct dbc_ifcfg_key *key)
{
    return key != NULL && key->value != NULL ? key->value : "";
}

/* Reads numbers from 0 up to the first that is missing, and returns how many there are. */
static unsigned read_numbered(struct reading *r, const struct dbc_ifcfg_keys *keys)
{
    unsigned i = 0;

    for (;; i++) {
        const struct dbc_ifcfg_key *address = numbered(keys, "ADDRESS", i);
        const char *mask = value_of(numbered(keys, "NETMASK", i));
        const char *via = value_of(numbered(keys, "GATEWAY", i));
        uint32_t net = 0, gateway = 0;
        unsigned prefix = 0;
        if (*value_of(address) == '\0') {
            return i;
        }
        if (!dbc_parse_ipv4(address->value, &net) || !dbc_parse_netmask(mask, &prefix) ||
            !dbc_parse_ipv4(via, &gateway)) {
            dbc_ifcfg_warn(r->im, r->file->name, address->line,
                           "expected ADDRESS%u, NETMASK%u and GATEWAY%u, found '%s', '%s' and '%s'",
                           i, i, i, address->value, mask, via);
        } else {
            (void)add(r, address->line, net, prefix, gateway);
        }
    }
}

/* Whether the key is one of the three with a number below `n`. */
static bool is_read(const char *name, unsigned n)
{
    static const char *const names[] = { "ADDRESS", "NETMASK", "GATEWAY" };

    for (size_t i = 0; i < 3; i++) {
        uint64_t number = 0;
        if (strncmp(name, names[i], 7) == 0 && dbc_parse_uint(name + 7, UINT32_MAX, &number)) {
            return number < n;
        }
    }
    return false;
}

static void read_keys(struct reading *r)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;

    if (dbc_ifcfg_parse(r->im, r->file, &keys)) {
        unsigned n = read_numbered(r, &keys);
        for (size_t i = 0; i < keys.n; i++) {
            if (keys.v[i].value != NULL && !is_read(keys.v[i].name, n)) {
                dbc_ifcfg_tell_key(r->im, DBC_LOST, r->file->name, &keys.v[i],
                                   "it belongs to no ADDRESS that is read");
            }
        }
    }
    dbc_ifcfg_keys_release(&keys);
}

void dbc_ifcfg_routes(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                      const struct dbc_ifcfg_file *file)
{
    struct reading r = { .im = im, .dev = dev, .file = file };

    dbc_buf_adds(&r.list, dev->address.routes);
    if (has_keys(file)) {
        read_keys(&r);
    } else {
        read_lines(&r);
    }
    dev->address.routes = dbc_ifcfg_take(im, &r.list);
}
