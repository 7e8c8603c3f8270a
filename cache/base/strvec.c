/* strvec.c - a vector of strings, which it owns (strvec.h). */
#include "base/strvec.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "base/valid.h"

/* Makes room for one more string and the NULL behind it. */
static bool grow(struct dbc_strvec *vec)
{
    bool room = DBC_GROW(vec->v, vec->n + 1, vec->cap);

    if (room) {
        vec->v[vec->n] = NULL;
    }
    return room;
}

void dbc_strvec_push_take(struct dbc_strvec *vec, char *text)
{
    if (vec->failed || text == NULL || !grow(vec)) {
        vec->failed = true;
        free(text);
        return;
    }
    vec->v[vec->n] = text;
    vec->n++;
    vec->v[vec->n] = NULL;
}

void dbc_strvec_push(struct dbc_strvec *vec, const char *text)
{
    if (!vec->failed) {
        dbc_strvec_push_take(vec, strdup(text));
    }
}

void dbc_strvec_pushf(struct dbc_strvec *vec, const char *fmt, ...)
{
    struct dbc_buf buf = DBC_BUF_INIT;
    va_list args;

    va_start(args, fmt);
    dbc_buf_addv(&buf, fmt, args);
    va_end(args);
    dbc_strvec_push_take(vec, dbc_buf_steal(&buf));
}

void dbc_strvec_pushl(struct dbc_strvec *vec, ...)
{
    const char *text = NULL;
    va_list args;

    va_start(args, vec);
    while ((text = va_arg(args, const char *)) != NULL) {
        dbc_strvec_push(vec, text);
    }
    va_end(args);
}

void dbc_strvec_push_all(struct dbc_strvec *vec, const struct dbc_strvec *from)
{
    size_t n = from->n; /* taken first: `from` may be `vec` */

    for (size_t i = 0; i < n; i++) {
        dbc_strvec_push(vec, from->v[i]);
    }
    vec->failed = vec->failed || from->failed;
}

void dbc_strvec_split(struct dbc_strvec *vec, const char *text, const char *blank)
{
    for (text += strspn(text, blank); *text != '\0'; text += strspn(text, blank)) {
        size_t len = strcspn(text, blank);
        dbc_strvec_push_take(vec, strndup(text, len));
        text += len;
    }
}

void dbc_strvec_join(const struct dbc_strvec *vec, struct dbc_buf *out)
{
    for (size_t i = 0; i < vec->n; i++) {
        dbc_buf_adds(out, i > 0 ? " " : "");
        dbc_buf_add_printable(out, vec->v[i]);
    }
}

void dbc_strvec_push_once(struct dbc_strvec *vec, struct dbc_hash *known, const char *text)
{
    size_t n = vec->n;

    if (dbc_hash_get(known, text) != NULL) {
        return;
    }
    dbc_strvec_push(vec, text);
    if (vec->n > n && dbc_hash_put(known, vec->v[n], vec->v[n], true) < 0) {
        vec->failed = true;
    }
}

bool dbc_strvec_has(const struct dbc_strvec *vec, const char *text)
{
    return dbc_find_word((const char *const *)vec->v, vec->n, text) < vec->n;
}

void dbc_strvec_clear(struct dbc_strvec *vec)
{
    for (size_t i = 0; i < vec->n; i++) {
        free(vec->v[i]);
        vec->v[i] = NULL;
    }
    vec->n = 0;
    vec->failed = false;
}

void dbc_strvec_release(struct dbc_strvec *vec)
{
    dbc_strvec_clear(vec);
    free(vec->v);
    *vec = DBC_STRVEC_INIT;
}
