/* writer.c - what all parts of writing use: JSON whose failures are noted in one place, and losses
 * (write.h). */
#include "networkd/write.h"

void dbc_networkd_drop(struct dbc_networkd_writer *w, enum dbc_loss_kind kind, const char *what,
                       const char *field, const char *value, const char *why)
{
    dbc_networkd_tell(w->loss, w->ctx, &(struct dbc_loss){ kind, what, field, value, why });
}

struct dbc_networkd_what dbc_networkd_pif_name(const struct dbc_pif *pif)
{
    char name[DBC_NETDEV_NAME_SIZE];

    return dbc_networkd_what("pif", dbc_pif_netdev(pif, name));
}

void dbc_networkd_no_memory(struct dbc_networkd_writer *w)
{
    if (!w->failed) {
        dbc_fail_nomem(w->err);
        w->failed = true;
    }
}

json_t *dbc_networkd_made(struct dbc_networkd_writer *w, json_t *value)
{
    if (value == NULL) {
        dbc_networkd_no_memory(w);
    }
    return value;
}

void dbc_networkd_add_item(struct dbc_networkd_writer *w, json_t *list, json_t *item)
{
    if (json_array_append_new(list, item) != 0) {
        dbc_networkd_no_memory(w);
    }
}

void dbc_networkd_add_key(struct dbc_networkd_writer *w, json_t *object, const char *key,
                          json_t *value)
{
    if (json_object_set_new(object, key, value) != 0) {
        dbc_networkd_no_memory(w);
    }
}

json_t *dbc_networkd_make(struct dbc_networkd_writer *w, const struct dbc_networkd_field *fields,
                          size_t n)
{
    json_t *record = dbc_networkd_made(w, json_object());

    for (size_t i = 0; i < n; i++) {
        const struct dbc_networkd_field *f = &fields[w->shape == DBC_NETWORKD_NOW ? n - 1 - i : i];

        if (f->value != NULL) {
            dbc_networkd_add_key(w, record, f->name, f->value);
        }
    }
    return record;
}
