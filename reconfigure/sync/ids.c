/* ids.c - maps of strings in one block each (ids.h). */
#include "reconfigure/sync/ids.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "reconfigure/host/ovsdb.h"

static int no_map(struct dbc_error *err)
{
    return dbc_fail(err, DBC_EPARSE, "ovsdb-server sent a column that is no map of strings");
}

/* The texts have no NUL in them, since the client refuses those. */
static int add_pair(struct dbc_buf *out, const json_t *pair, struct dbc_error *err)
{
    const char *key = json_string_value(json_array_get(pair, 0));
    const char *value = json_string_value(json_array_get(pair, 1));

    if (json_array_size(pair) != 2 || key == NULL || value == NULL) {
        return no_map(err);
    }
    dbc_buf_add(out, key, strlen(key) + 1);
    dbc_buf_add(out, value, strlen(value) + 1);
    return out->failed ? dbc_fail_nomem(err) : 0;
}

/* The server always writes a map in the order of its keys, so equal maps have equal texts. */
static int take(struct ifr_sync_ids *ids, struct dbc_buf *text, struct dbc_error *err)
{
    char *copy = NULL;

    if (text->len == ids->len && (text->len == 0 || memcmp(text->data, ids->text, ids->len) == 0)) {
        return 0;
    }
    if (text->len > 0) {
        copy = malloc(text->len); /* not the buffer's memory, which is larger */
        if (copy == NULL) {
            return dbc_fail_nomem(err);
        }
        memcpy(copy, text->data, text->len);
    }
    free(ids->text);
    ids->text = copy;
    ids->len = text->len;
    return 1;
}

int ifr_sync_ids_set(struct ifr_sync_ids *ids, const json_t *cell, struct dbc_error *err)
{
    const json_t *pairs = ifr_ovsdb_map(cell);
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = pairs != NULL ? 0 : no_map(err);

    for (size_t i = 0; rc == 0 && i < json_array_size(pairs); i++) {
        rc = add_pair(&text, json_array_get(pairs, i), err);
    }
    if (rc == 0) {
        rc = take(ids, &text, err);
    }
    dbc_buf_release(&text);
    return rc;
}

void ifr_sync_ids_release(struct ifr_sync_ids *ids)
{
    free(ids->text);
    *ids = (struct ifr_sync_ids){ 0 };
}

const char *ifr_sync_ids_get(const struct ifr_sync_ids *ids, const char *key)
{
    const char *at = ids->text, *end = at != NULL ? at + ids->len : NULL;

    while (at < end) {
        const char *value = at + strlen(at) + 1;
        if (strcmp(at, key) == 0) {
            return value;
        }
        at = value + strlen(value) + 1;
    }
    return NULL;
}

json_t *ifr_sync_ids_json(const struct ifr_sync_ids *ids)
{
    json_t *pairs = json_array();
    const char *at = ids->text, *end = at != NULL ? at + ids->len : NULL;

    while (at < end) {
        const char *value = at + strlen(at) + 1;
        if (json_array_append_new(pairs, json_pack("[s, s]", at, value)) != 0) {
            json_decref(pairs);
            return NULL;
        }
        at = value + strlen(value) + 1;
    }
    return json_pack("[s, o]", "map", pairs); /* frees what it was given when part of it is NULL */
}
