/* records.c - makes records of this host from the values of a get_all_records.  The schema says
 * which fields count; the rest of an answer is skipped.
 *
 * A record is gathered in one buffer, which the next one uses again, and enters the database when
 * it is whole and of this host: a fetch takes the memory of one host, however large the pool.
 */
#include "xapi/records.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/limits.h"
#include "base/valid.h"
#include "model/bond_options.h"
#include "model/ipv6.h"
#include "xapi/source.h"

/* The member that names the owner of a record.  A PIF names its host; VLANs, bonds and tunnels name
 * a PIF.  Networks and pools have no owner: every host has them all. */
static const char *owner_field(enum dbc_class class_)
{
    static const char *const fields[DBC_N_CLASSES] = {
        [DBC_PIF] = "host",
        [DBC_BOND] = "master",
        [DBC_VLAN] = "untagged_PIF",
        [DBC_TUNNEL] = "transport_PIF",
    };
    return fields[class_];
}

static const char *ref_of(const struct dbc_xapi_records *r)
{
    return dbc_buf_str(&r->text); /* the first in the buffer */
}

/* The name of the open member. */
static const char *name_of_member(const struct dbc_xapi_records *r)
{
    return r->field != NULL ? r->field->xapi : owner_field(r->class_);
}

static int wrong_type(const struct dbc_xapi_records *r, const char *wanted, const char *found,
                      struct dbc_error *err)
{
    return dbc_fail(err, DBC_EPARSE, "%s %s, %s: expected %s, found %s",
                    dbc_schema_class(r->class_)->xapi, ref_of(r), name_of_member(r), wanted, found);
}

static int bad_ref(const struct dbc_xapi_records *r, const char *ref, struct dbc_error *err)
{
    return dbc_fail(err, DBC_EPARSE, "%s: expected the reference of a record, found \"%.80s\"",
                    dbc_schema_class(r->class_)->xapi, ref);
}

/* Whether XAPI has a list of it. */
static bool is_list(const struct dbc_field *field)
{
    return field->kind == DBC_KIND_REFS || (field->flags & DBC_FIELD_LIST) != 0;
}

static const char *wanted_kind(const struct dbc_field *field)
{
    if (field == NULL) {
        return "a string"; /* the owner's reference */
    }
    switch (field->kind) {
    case DBC_KIND_REFS:
        return "a list of references";
    case DBC_KIND_MAP:
        return "a map of strings";
    case DBC_KIND_BOOL:
        return "a boolean";
    case DBC_KIND_INT:
        return "a number";
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        break;
    }
    return is_list(field) ? "a list of strings" : "a string";
}

/* ---- Gathering ----------------------------------------------------------------------------- */

static int keep_text(struct dbc_xapi_records *r, const char *text, size_t len, size_t *at,
                     struct dbc_error *err)
{
    if (len > DBC_XAPI_RECORD_BYTES_MAX - r->text.len) {
        return dbc_fail(err, DBC_ELIMIT,
                        "%s %s: a record of more than %zu bytes (DBC_XAPI_RECORD_BYTES_MAX)",
                        dbc_schema_class(r->class_)->xapi, ref_of(r), DBC_XAPI_RECORD_BYTES_MAX);
    }
    *at = r->text.len;
    dbc_buf_add(&r->text, text, len + 1);
    return r->text.failed ? dbc_fail_nomem(err) : 0;
}

static int keep_item(struct dbc_xapi_records *r, const char *text, size_t len,
                     struct dbc_error *err)
{
    size_t field = dbc_schema_field_index(r->field);
    struct dbc_xapi_item item = { .key = r->key };

    if (r->of[field].n >= DBC_LIMIT_LIST) {
        return dbc_fail(err, DBC_ELIMIT, "%s %s, %s: more than %d items (DBC_LIMIT_LIST)",
                        dbc_schema_class(r->class_)->xapi, ref_of(r), r->field->xapi,
                        DBC_LIMIT_LIST);
    }
    if (keep_text(r, text, len, &item.value, err) != 0) {
        return -1;
    }
    if (!DBC_GROW(r->items, r->n_items, r->cap_items)) {
        return dbc_fail_nomem(err);
    }
    r->items[r->n_items++] = item;
    r->of[field].n++;
    return 0;
}

/* Begins the value of the open field; its items follow. */
static void begin_field(struct dbc_xapi_records *r)
{
    size_t field = dbc_schema_field_index(r->field);

    r->of[field].first = r->n_items; /* of a member that comes twice the last one counts */
    r->of[field].n = 0;
    r->seen |= UINT64_C(1) << field;
}

/* ---- Ending a record ----------------------------------------------------------------------- */

static int set_one(struct dbc_xapi_records *r, struct dbc_record *rec,
                   const struct dbc_field *field, const char *text, struct dbc_error *err)
{
    bool ok = true;

    if (field->kind == DBC_KIND_REF && text[0] == '\0') {
        text = field->missing; /* XAPI has "" after an upgrade of its database */
    }
    if (dbc_record_set(r->db, rec, field, text, &ok, err) != 0) {
        return -1;
    }
    r->field = field;
    return ok ? 0 : wrong_type(r, wanted_kind(field), text, err);
}

static int set_many(struct dbc_xapi_records *r, struct dbc_record *rec,
                    const struct dbc_field *field, size_t first, size_t n, struct dbc_error *err)
{
    const char *base = dbc_buf_str(&r->text);
    struct dbc_pair *pairs = calloc(n + 1, sizeof *pairs);
    const char **refs = calloc(n + 1, sizeof *refs);
    int rc = -1;

    if (pairs == NULL || refs == NULL) {
        dbc_fail_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        refs[i] = base + r->items[first + i].value;
        pairs[i].key = base + r->items[first + i].key;
        pairs[i].value = refs[i];
    }
    rc = field->kind == DBC_KIND_MAP ? dbc_record_set_map(r->db, rec, field, pairs, n, err)
                                     : dbc_record_set_list(r->db, rec, field, refs, n, err);
out:
    free(pairs);
    free(refs);
    return rc;
}

static int set_field(struct dbc_xapi_records *r, struct dbc_record *rec,
                     const struct dbc_field *field, struct dbc_error *err)
{
    size_t i = dbc_schema_field_index(field), first = r->of[i].first;

    if (is_list(field) || field->kind == DBC_KIND_MAP) {
        return set_many(r, rec, field, first, r->of[i].n, err);
    }
    return set_one(r, rec, field, dbc_buf_str(&r->text) + r->items[first].value, err);
}

static int put_record(struct dbc_xapi_records *r, struct dbc_record *rec, struct dbc_error *err)
{
    if (r->class_ == DBC_PIF && dbc_pif_settle_ipv6(r->db, (struct dbc_pif *)rec, err) != 0) {
        return -1;
    }
    rec = dbc_db_put(r->db, rec, NULL, err);
    if (rec == NULL) {
        return -1;
    }
    return r->class_ == DBC_BOND ? dbc_bond_take_options(r->db, (struct dbc_bond *)rec, err) : 0;
}

static int end_record(struct dbc_xapi_records *r, struct dbc_error *err)
{
    const struct dbc_class_info *info = dbc_schema_class(r->class_);
    struct dbc_record *rec = NULL;

    if (r->foreign || !r->decided) {
        return 0;
    }
    if (!dbc_valid_text(ref_of(r))) {
        return bad_ref(r, ref_of(r), err);
    }
    rec = dbc_db_make(r->db, r->class_, ref_of(r), err);
    if (rec == NULL) {
        return -1;
    }
    for (size_t i = 0; i < info->n_known; i++) {
        if ((r->seen & UINT64_C(1) << i) != 0 && set_field(r, rec, &info->fields[i], err) != 0) {
            return -1;
        }
    }
    return put_record(r, rec, err);
}

/* ---- Events -------------------------------------------------------------------------------- */

/* Depths: 1 in the map of records, 2 in a record, 3 in a list or map of it. */
static int on_open(void *ctx, enum dbc_xapi_kind kind, struct dbc_error *err)
{
    struct dbc_xapi_records *r = ctx;

    if (r->depth < 2) {
        if (kind != DBC_XAPI_STRUCT) {
            return dbc_fail(err, DBC_EPARSE, "%s: expected a map of records, found %s",
                            dbc_schema_class(r->class_)->xapi, dbc_xapi_kind_name(kind));
        }
    } else if (r->depth == 2 && r->field != NULL &&
               ((kind == DBC_XAPI_ARRAY && is_list(r->field)) ||
                (kind == DBC_XAPI_STRUCT && r->field->kind == DBC_KIND_MAP))) {
        begin_field(r);
    } else {
        return wrong_type(r, r->depth == 2 ? wanted_kind(r->field) : "a string",
                          dbc_xapi_kind_name(kind), err);
    }
    r->depth++;
    return 0;
}

static int begin_record(struct dbc_xapi_records *r, const char *ref, size_t len,
                        struct dbc_error *err)
{
    size_t at = 0;

    if (len == 0 || len > DBC_XAPI_REF_MAX) {
        return bad_ref(r, ref, err);
    }
    dbc_buf_clear(&r->text);
    r->n_items = 0;
    r->seen = 0;
    r->foreign = false;
    r->decided = owner_field(r->class_) == NULL;
    return keep_text(r, ref, len, &at, err);
}

static int on_member(void *ctx, const char *name, size_t len, struct dbc_error *err)
{
    struct dbc_xapi_records *r = ctx;
    const char *owner = owner_field(r->class_);

    if (r->depth == 1) {
        return begin_record(r, name, len, err);
    }
    if (r->depth == 3) {
        return !dbc_schema_wants_key(r->field, name) ? DBC_XAPI_SKIP
                                                     : keep_text(r, name, len, &r->key, err);
    }
    if (r->foreign) {
        return DBC_XAPI_SKIP;
    }
    r->field = dbc_schema_xapi_field(r->class_, name);
    return r->field != NULL || (owner != NULL && strcmp(name, owner) == 0) ? DBC_XAPI_WANTED
                                                                           : DBC_XAPI_SKIP;
}

static void decide(struct dbc_xapi_records *r, const char *text)
{
    r->decided = true;
    r->foreign =
        r->class_ == DBC_PIF ? strcmp(text, r->host) != 0 : dbc_db_pif(r->db, text) == NULL;
}

/* The schema's spelling of XAPI's boolean, or NULL. */
static const char *boolean(const char *text)
{
    if (strcmp(text, "1") == 0 || strcmp(text, "true") == 0 || strcmp(text, "True") == 0) {
        return "True";
    }
    if (strcmp(text, "0") == 0 || strcmp(text, "false") == 0 || strcmp(text, "False") == 0) {
        return "False";
    }
    return NULL;
}

/* Whether a scalar fits a field, or at depth 3 an item of it.  XAPI may send any type as a string,
 * and a text that looks like a number as a number. */
static bool kind_fits(const struct dbc_field *field, size_t depth, enum dbc_xapi_kind kind)
{
    bool number = field != NULL && (field->kind == DBC_KIND_INT || field->kind == DBC_KIND_TEXT ||
                                    field->kind == DBC_KIND_MAP);
    bool many = field != NULL && (is_list(field) || field->kind == DBC_KIND_MAP);

    if (many && depth == 2) {
        return false;
    }
    return kind == DBC_XAPI_STRING || (kind == DBC_XAPI_INT && number) ||
           (kind == DBC_XAPI_BOOL && field != NULL && field->kind == DBC_KIND_BOOL);
}

static int field_text(struct dbc_xapi_records *r, enum dbc_xapi_kind kind, const char *text,
                      size_t len, struct dbc_error *err)
{
    const char *owner = owner_field(r->class_);

    if (kind == DBC_XAPI_NIL) {
        return 0; /* as if it were not there */
    }
    if (!kind_fits(r->field, 2, kind)) {
        return wrong_type(r, wanted_kind(r->field), dbc_xapi_kind_name(kind), err);
    }
    if (owner != NULL && (r->field == NULL || strcmp(r->field->xapi, owner) == 0)) {
        decide(r, text);
    }
    if (r->field == NULL || r->foreign) {
        return 0;
    }
    if (r->field->kind == DBC_KIND_BOOL) {
        const char *known = boolean(text);
        if (known == NULL) {
            return wrong_type(r, "a boolean", text, err);
        }
        text = known;
        len = strlen(known);
    }
    begin_field(r);
    return keep_item(r, text, len, err);
}

static int on_scalar(void *ctx, enum dbc_xapi_kind kind, const char *text, size_t len,
                     struct dbc_error *err)
{
    struct dbc_xapi_records *r = ctx;

    if (r->depth < 2) {
        return dbc_fail(err, DBC_EPARSE, "%s: expected a map of records, found %s",
                        dbc_schema_class(r->class_)->xapi, dbc_xapi_kind_name(kind));
    }
    if (r->depth == 2) {
        return field_text(r, kind, text, len, err);
    }
    if (!kind_fits(r->field, 3, kind)) {
        return wrong_type(r, wanted_kind(r->field), dbc_xapi_kind_name(kind), err);
    }
    if ((r->field->flags & DBC_FIELD_HOST) != 0 && dbc_db_pif(r->db, text) == NULL) {
        return 0; /* a network's PIF on another host */
    }
    return keep_item(r, text, len, err);
}

static int on_close(void *ctx, struct dbc_error *err)
{
    struct dbc_xapi_records *r = ctx;

    r->depth--;
    return r->depth == 1 ? end_record(r, err) : 0;
}

const struct dbc_xapi_sink dbc_xapi_records_sink = { on_open, on_member, on_scalar, on_close };

void dbc_xapi_records_init(struct dbc_xapi_records *r, struct dbc_db *db, enum dbc_class class_,
                           const char *host)
{
    memset(r, 0, sizeof *r);
    r->db = db;
    r->class_ = class_;
    r->host = host;
}

void dbc_xapi_records_release(struct dbc_xapi_records *r)
{
    dbc_buf_release(&r->text);
    free(r->items);
    r->items = NULL;
}
