/* parse.c - reads KEY=VALUE lines; parse.h has the grammar. */
#include "ifcfg/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"

#define BLANKS " \t"
#define KEY_FIRST "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define KEY_REST KEY_FIRST "0123456789"

/* One line of the file, its place, and whom to warn. */
struct line {
    const char *file;
    unsigned number;
    const char *text; /* NUL-terminated, without the newline */
    dbc_warning_fn *warn;
    void *ctx;
};

static void warn_line(const struct line *line, const char *what, const char *key, const char *text)
{
    struct dbc_error warning = DBC_ERROR_INIT;

    if (line->warn != NULL) {
        dbc_fail_at(&warning, DBC_EINVAL, line->file, line->number, 0, "%s%s: %s", key, what, text);
        line->warn(line->ctx, &warning);
    }
}

void dbc_ifcfg_keys_release(struct dbc_ifcfg_keys *keys)
{
    for (size_t i = 0; i < keys->n; i++) {
        free(keys->v[i].name);
        free(keys->v[i].value);
    }
    free(keys->v);
    *keys = DBC_IFCFG_KEYS_INIT;
}

const struct dbc_ifcfg_key *dbc_ifcfg_keys_find(const struct dbc_ifcfg_keys *keys, const char *name)
{
    for (size_t i = keys->n; i-- > 0;) {
        if (strcmp(keys->v[i].name, name) == 0) {
            return &keys->v[i];
        }
    }
    return NULL;
}

/* Takes `name` and `value` over, also on failure. */
static int add_key(struct dbc_ifcfg_keys *keys, char *name, char *value, const struct line *line,
                   struct dbc_error *err)
{
    int rc = -1;

    if (keys->n == DBC_LIMIT_IFCFG_KEYS) {
        dbc_fail_at(err, DBC_ELIMIT, line->file, line->number, 0, "more than %d keys",
                    DBC_LIMIT_IFCFG_KEYS);
        goto out;
    }
    if (!DBC_GROW(keys->v, keys->n, keys->cap)) {
        dbc_fail_nomem(err);
        goto out;
    }
    keys->v[keys->n++] =
        (struct dbc_ifcfg_key){ .name = name, .value = value, .line = line->number };
    name = value = NULL;
    rc = 0;
out:
    free(name);
    free(value);
    return rc;
}

/* Whether a shell would end the command with this line.  False when a quote is open or a backslash
 * hides the newline. */
static bool line_is_whole(const char *text)
{
    char quote = 0;
    bool word_start = true;

    for (const char *p = text; *p != '\0'; p++) {
        if (quote == 0 && *p == '#' && word_start) {
            return true;
        }
        if (*p == '\\' && quote != '\'') {
            if (p[1] == '\0') {
                return false;
            }
            p++;
        } else if (quote != 0) {
            quote = *p == quote ? 0 : quote;
        } else if (*p == '\'' || *p == '"') {
            quote = *p;
        }
        word_start = quote == 0 && strchr(BLANKS ";", *p) != NULL;
    }
    return quote == 0;
}

static bool only_comment(const char *rest)
{
    const char *p = rest + strspn(rest, BLANKS);

    return *p == '\0' || (*p == '#' && p > rest);
}

/* Finds the value that begins at `text` and its length; false when it is not accepted. */
static bool find_value(const char *text, const char **ret, size_t *len)
{
    const char *rest = NULL;

    if (*text == '\'' || *text == '"') {
        const char end[] = { *text, '\0' };
        *ret = text + 1;
        *len = strcspn(*ret, end);
        rest = *ret + *len;
        if (*rest == '\0' || (*text == '"' && strcspn(*ret, "\\$`") < *len)) {
            return false;
        }
        rest++;
    } else {
        *ret = text;
        *len = strcspn(text, BLANKS);
        rest = text + *len;
        if (strcspn(text, "'\"\\$`;&|<>()") < *len) {
            return false;
        }
    }
    return only_comment(rest);
}

static bool has_control(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

static int parse_pair(const struct line *line, const char *key, size_t key_len,
                      struct dbc_ifcfg_keys *keys, struct dbc_error *err)
{
    const char *text = NULL;
    size_t len = 0;
    char *name = strndup(key, key_len);
    char *value = NULL;

    if (name == NULL) {
        return dbc_fail_nomem(err);
    }
    if (find_value(key + key_len + 1, &text, &len) && !has_control(text, len)) {
        value = strndup(text, len);
        if (value == NULL) {
            free(name);
            return dbc_fail_nomem(err);
        }
    } else {
        warn_line(line, ": this value is not taken", name, key + key_len + 1);
    }
    return add_key(keys, name, value, line, err);
}

static int parse_line(const struct line *line, struct dbc_ifcfg_keys *keys, struct dbc_error *err)
{
    const char *key = line->text + strspn(line->text, BLANKS);
    size_t key_len = strspn(key, KEY_REST);

    if (*key == '\0' || *key == '#') {
        return 0;
    }
    if (!line_is_whole(key)) {
        return dbc_fail_at(err, DBC_EPARSE, line->file, line->number, 0,
                           "expected the end of a value, found the end of the line");
    }
    if (strspn(key, KEY_FIRST) == 0 || key[key_len] != '=') {
        warn_line(line, "no KEY=VALUE, ignored", "", key);
        return 0;
    }
    return parse_pair(line, key, key_len, keys, err);
}

int dbc_ifcfg_keys_parse(const char *file, const char *data, size_t len, struct dbc_ifcfg_keys *ret,
                         dbc_warning_fn *warn, void *ctx, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    unsigned number = 0;
    int rc = 0;

    for (size_t at = 0; at < len && rc == 0;) {
        const char *end = memchr(data + at, '\n', len - at);
        size_t n = end != NULL ? (size_t)(end - (data + at)) : len - at;
        number++;
        if (memchr(data + at, '\0', n) != NULL) {
            rc = dbc_fail_at(err, DBC_EPARSE, file, number, 0, "expected text, found a NUL byte");
            break;
        }
        dbc_buf_clear(&text);
        dbc_buf_add(&text, data + at, n);
        if (text.failed) {
            rc = dbc_fail_nomem(err);
            break;
        }
        rc = parse_line(&(struct line){ file, number, dbc_buf_str(&text), warn, ctx }, ret, err);
        at += n + 1;
    }
    dbc_buf_release(&text);
    return rc;
}
