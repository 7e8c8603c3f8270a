/* import.c - what all parts of an import use: warnings and losses, texts, and the list of devices
 * (import.h). */
#include "ifcfg/import.h"

#include <stdio.h>

#define WHAT_MAX 320 /* a file's name and a line's number */

/* ---- Warnings and losses -------------------------------------------------------------------- */

static void pass_warning(void *ctx, const struct dbc_error *warning)
{
    struct dbc_ifcfg_import *im = ctx;

    dbc_warn(&im->warnings, warning);
}

void dbc_ifcfg_warn(struct dbc_ifcfg_import *im, const char *file, unsigned line, const char *fmt,
                    ...)
{
    va_list args;

    va_start(args, fmt);
    dbc_warn_at_v(&im->warnings, file, line, 0, fmt, args);
    va_end(args);
}

void dbc_ifcfg_tell(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *what,
                    const char *field, const char *value, const char *why)
{
    const struct dbc_loss loss = { kind, what, field, value, why };

    if (im->loss != NULL) {
        im->loss(im->ctx, &loss);
    }
}

void dbc_ifcfg_tell_of(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *class_,
                       const char *name, const char *field, const char *value, const char *why)
{
    char what[WHAT_MAX];

    snprintf(what, sizeof what, "%s %s", class_, name);
    dbc_ifcfg_tell(im, kind, what, field, value, why);
}

void dbc_ifcfg_tell_key(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *file,
                        const struct dbc_ifcfg_key *key, const char *why)
{
    char what[WHAT_MAX];

    snprintf(what, sizeof what, "%s:%u", file, key->line);
    dbc_ifcfg_tell(im, kind, what, key->name, key->value, why);
}

/* ---- Memory and devices --------------------------------------------------------------------- */

const char *dbc_ifcfg_text(struct dbc_ifcfg_import *im, const char *text)
{
    const char *copy = dbc_arena_strdup(&im->arena, text);

    im->failed = im->failed || copy == NULL;
    return copy != NULL ? copy : "";
}

const char *dbc_ifcfg_take(struct dbc_ifcfg_import *im, struct dbc_buf *buf)
{
    const char *copy = dbc_ifcfg_text(im, dbc_buf_str(buf));

    im->failed = im->failed || buf->failed;
    dbc_buf_release(buf);
    return copy;
}

struct dbc_ifcfg_device *dbc_ifcfg_find(const struct dbc_ifcfg_import *im, const char *name)
{
    return dbc_hash_get(&im->by_name, name);
}

struct dbc_ifcfg_device *dbc_ifcfg_device_new(struct dbc_ifcfg_import *im, const char *name,
                                              enum dbc_ifcfg_kind kind)
{
    struct dbc_ifcfg_device *dev = dbc_arena_alloc(&im->arena, sizeof *dev);

    if (dev == NULL) {
        im->failed = true;
        return NULL;
    }
    snprintf(dev->name, sizeof dev->name, "%s", name);
    dev->kind = kind;
    dev->file = dev->address.dns = dev->address.domain = dev->address.routes = "";
    dev->address.ipv6 = dev->address.ipv6_mode = "";
    return dev;
}

void dbc_ifcfg_add(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev)
{
    if (dbc_hash_put(&im->by_name, dev->name, dev, true) < 0) {
        im->failed = true;
        return;
    }
    if (im->last == NULL) {
        im->first = dev;
    } else {
        im->last->next = dev;
    }
    im->last = dev;
}

bool dbc_ifcfg_parse(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *file,
                     struct dbc_ifcfg_keys *ret)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (dbc_ifcfg_keys_parse(file->name, file->data, file->len, ret, pass_warning, im, &err) == 0) {
        return true;
    }
    if (err.code == DBC_ENOMEM) {
        im->failed = true;
    } else {
        pass_warning(im, &err);
    }
    return false;
}
