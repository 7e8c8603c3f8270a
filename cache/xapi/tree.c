/* tree.c - the sink that keeps a whole value, within limits (tree.h). */
#include "xapi/tree.h"

#include <string.h>

static struct dbc_xapi_value *add(struct dbc_xapi_tree *t, enum dbc_xapi_kind kind,
                                  const char *text, size_t len, struct dbc_error *err)
{
    struct dbc_xapi_value *v = NULL;

    if (t->arena.used > DBC_XAPI_TREE_BYTES_MAX) {
        dbc_fail(err, DBC_ELIMIT, "a value of more than %zu bytes (DBC_XAPI_TREE_BYTES_MAX)",
                 DBC_XAPI_TREE_BYTES_MAX);
        return NULL;
    }
    v = dbc_arena_alloc(&t->arena, sizeof *v);
    if (v == NULL || (v->text = dbc_arena_strndup(&t->arena, text, len)) == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    v->kind = kind;
    v->name = t->name != NULL ? t->name : "";
    t->name = NULL;
    if (t->depth == 0) {
        t->root = v;
        return v;
    }
    if (t->last[t->depth - 1] == NULL) {
        t->open[t->depth - 1]->first = v;
    } else {
        t->last[t->depth - 1]->next = v;
    }
    t->last[t->depth - 1] = v;
    return v;
}

static int on_open(void *ctx, enum dbc_xapi_kind kind, struct dbc_error *err)
{
    struct dbc_xapi_tree *t = ctx;
    struct dbc_xapi_value *v = add(t, kind, "", 0, err);

    if (v == NULL) {
        return -1;
    }
    t->open[t->depth] = v; /* the parser's depth is limited by the same constant */
    t->last[t->depth] = NULL;
    t->depth++;
    return 0;
}

static int on_member(void *ctx, const char *name, size_t len, struct dbc_error *err)
{
    struct dbc_xapi_tree *t = ctx;

    t->name = dbc_arena_strndup(&t->arena, name, len);
    return t->name != NULL ? DBC_XAPI_WANTED : dbc_fail_nomem(err);
}

static int on_scalar(void *ctx, enum dbc_xapi_kind kind, const char *text, size_t len,
                     struct dbc_error *err)
{
    return add(ctx, kind, text, len, err) != NULL ? 0 : -1;
}

static int on_close(void *ctx, struct dbc_error *err)
{
    struct dbc_xapi_tree *t = ctx;

    (void)err;
    t->depth--;
    return 0;
}

const struct dbc_xapi_sink dbc_xapi_tree_sink = { on_open, on_member, on_scalar, on_close };

void dbc_xapi_tree_release(struct dbc_xapi_tree *tree)
{
    dbc_arena_release(&tree->arena);
    *tree = DBC_XAPI_TREE_INIT;
}

const struct dbc_xapi_value *dbc_xapi_member(const struct dbc_xapi_value *value, const char *name)
{
    if (value == NULL || value->kind != DBC_XAPI_STRUCT) {
        return NULL;
    }
    for (value = value->first; value != NULL; value = value->next) {
        if (strcmp(value->name, name) == 0) {
            return value;
        }
    }
    return NULL;
}

const char *dbc_xapi_text(const struct dbc_xapi_value *value)
{
    return value != NULL ? value->text : "";
}
