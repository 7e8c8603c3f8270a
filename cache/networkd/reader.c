/* reader.c - what all parts of reading use: members of records, records of the database, warnings
 * and losses (read.h). */
#include <stdio.h>

#include "networkd/read.h"

void dbc_networkd_warn(struct dbc_networkd_reader *r, const char *what, const char *fmt, ...)
{
    struct dbc_buf text = DBC_BUF_INIT;
    va_list args;

    va_start(args, fmt);
    dbc_buf_addv(&text, fmt, args);
    va_end(args);
    dbc_warn_at(&r->warnings, r->name, 0, 0, "%s: %s", what, dbc_buf_str(&text));
    dbc_buf_release(&text);
}

void dbc_networkd_lose(struct dbc_networkd_reader *r, enum dbc_loss_kind kind, const char *what,
                       const char *field, const char *value, const char *why)
{
    dbc_networkd_tell(r->loss, r->ctx, &(struct dbc_loss){ kind, what, field, value, why });
}

const char *dbc_networkd_text(struct dbc_networkd_reader *r, const char *what, json_t *record,
                              const char *member)
{
    json_t *value = dbc_networkd_option(record, member);
    const char *text = dbc_networkd_string(value);

    if (value != NULL && text == NULL) {
        dbc_networkd_warn(r, what, "%s: expected a text", member);
    }
    return text;
}

static json_t *typed(struct dbc_networkd_reader *r, const char *what, json_t *record,
                     const char *member, json_type type)
{
    json_t *value = dbc_networkd_member(record, member);

    if (value != NULL && json_typeof(value) != type) {
        dbc_networkd_warn(r, what, "%s: expected %s", member,
                          type == JSON_OBJECT ? "an object" : "a list");
        return NULL;
    }
    return value;
}

json_t *dbc_networkd_object(struct dbc_networkd_reader *r, const char *what, json_t *record,
                            const char *member)
{
    return typed(r, what, record, member, JSON_OBJECT);
}

json_t *dbc_networkd_array(struct dbc_networkd_reader *r, const char *what, json_t *record,
                           const char *member)
{
    return typed(r, what, record, member, JSON_ARRAY);
}

void dbc_networkd_unknown(struct dbc_networkd_reader *r, const char *what, json_t *record,
                          const char *const *known)
{
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(record, key, value)
    {
        const char *const *name = known;
        char text[32];

        while (*name != NULL && !dbc_networkd_same(*name, key)) {
            name++;
        }
        if (*name == NULL) {
            dbc_networkd_lose(r, DBC_LOST, what, key, dbc_networkd_show(value, text),
                              "not known to this program");
        }
    }
}

struct dbc_record *dbc_networkd_add(struct dbc_networkd_reader *r, enum dbc_class class_)
{
    struct dbc_record *rec = NULL;
    char ref[64];

    r->n_refs++;
    snprintf(ref, sizeof ref, "OpaqueRef:%08x-1111-4111-8111-%012x", r->n_refs, r->n_refs);
    if (!r->failed) {
        rec = dbc_db_add(r->db, class_, ref, r->err);
        r->failed = rec == NULL;
    }
    return rec;
}

void dbc_networkd_set(struct dbc_networkd_reader *r, struct dbc_record *rec, const char *field,
                      const char *text)
{
    if (!r->failed && rec != NULL) {
        const struct dbc_field *f = dbc_schema_field(rec->class_, field);

        f = f != NULL ? f : dbc_schema_xapi_field(rec->class_, field);
        r->failed = dbc_record_set(r->db, rec, f, text, NULL, r->err) != 0;
    }
}

void dbc_networkd_set_refs(struct dbc_networkd_reader *r, struct dbc_record *rec, const char *field,
                           const char *const *refs, size_t n)
{
    if (!r->failed && rec != NULL) {
        const struct dbc_field *f = dbc_schema_field(rec->class_, field);
        r->failed = dbc_record_set_list(r->db, rec, f, refs, n, r->err) != 0;
    }
}

void dbc_networkd_put(struct dbc_networkd_reader *r, struct dbc_hash *hash, const char *key,
                      void *value)
{
    if (!r->failed && dbc_hash_put(hash, key, value, false) != 0) {
        dbc_fail_nomem(r->err);
        r->failed = true;
    }
}

const char *dbc_networkd_keep_buf(struct dbc_networkd_reader *r, const struct dbc_buf *text)
{
    if (text->failed && !r->failed) {
        dbc_fail_nomem(r->err);
        r->failed = true;
    }
    return dbc_networkd_keep(r, dbc_buf_str(text));
}

const char *dbc_networkd_keep(struct dbc_networkd_reader *r, const char *text)
{
    const char *copy = r->failed ? NULL : dbc_arena_strdup(&r->scratch, text);

    if (copy == NULL && !r->failed) {
        dbc_fail_nomem(r->err);
        r->failed = true;
    }
    return copy == NULL ? "" : copy;
}

json_t *dbc_networkd_interface(struct dbc_networkd_reader *r, const char *name)
{
    static const char *const known[] = {
        "ipv4_conf", "ipv4_gateway",     "ipv6_conf",       "ipv6_gateway", "ipv4_routes", "dns",
        "mtu",       "ethtool_settings", "ethtool_offload", "persistent_i", NULL
    };
    json_t *iface = json_object_get(r->interfaces, name);
    struct dbc_networkd_what what = dbc_networkd_what("interface", name);

    if (dbc_hash_get(&r->used, name) != NULL) {
        return json_is_object(iface) ? iface : NULL;
    }
    dbc_networkd_put(r, &r->used, name, r);
    if (iface != NULL && !json_is_object(iface)) {
        dbc_networkd_warn(r, what.text, "expected an object");
        return NULL;
    }
    dbc_networkd_unknown(r, what.text, iface, known);
    return iface;
}
