/* records.c - finds records by name and writes their values as one line (records.h).  The names
 * come from cache/analysis/label.c, so that check, diff and show use the same. */
#include "records.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/label.h"
#include "base/error.h"
#include "base/grow.h"
#include "base/valid.h"
#include "command.h"
#include "hint.h"
#include "model/ipv6.h"

static int push(struct cli_found *found, const struct dbc_record *rec)
{
    if (!DBC_GROW(found->v, found->n, found->cap)) {
        return -1;
    }
    found->v[found->n++] = rec;
    return 0;
}

void cli_found_release(struct cli_found *found)
{
    free(found->v);
    *found = CLI_FOUND_INIT;
}

/* Returns a record's label without its class, in `label`. */
static const char *short_name(const struct dbc_db *db, enum dbc_class class_, const char *ref,
                              char label[DBC_LABEL_SIZE])
{
    size_t skip = strlen(dbc_schema_class(class_)->name);
    const char *text = dbc_label_ref(db, class_, ref, label);

    if (strncmp(text, dbc_schema_class(class_)->name, skip) == 0 && text[skip] == ' ') {
        return text + skip + 1;
    }
    return text;
}

static bool is_called(const struct dbc_db *db, const struct dbc_record *rec, const char *name,
                      const char *printed)
{
    char label[DBC_LABEL_SIZE];

    if (strcmp(rec->ref, name) == 0) {
        return true;
    }
    if (rec->class_ != DBC_POOL && strcmp(dbc_record_uuid(rec), name) == 0) {
        return true;
    }
    return strcmp(short_name(db, rec->class_, rec->ref, label), printed) == 0;
}

static int find_in(const struct dbc_db *db, enum dbc_class class_, const char *name,
                   struct cli_found *ret)
{
    char printed[DBC_LABEL_SIZE] = "";

    if (name != NULL) {
        dbc_printable(printed, sizeof printed, name);
    }
    for (size_t i = 0; i < db->of[class_].n; i++) {
        const struct dbc_record *rec = db->of[class_].v[i];
        if ((name == NULL || is_called(db, rec, name, printed)) && push(ret, rec) != 0) {
            return -1;
        }
    }
    return 0;
}

int cli_find(const struct dbc_db *db, enum dbc_class class_, const char *name,
             struct cli_found *ret)
{
    if (class_ != DBC_N_CLASSES) {
        return find_in(db, class_, name, ret);
    }
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        if (find_in(db, (enum dbc_class)i, name, ret) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- Nothing found --------------------------------------------------------------------------- */

#define NAMES_SHOWN 12

/* Tries the names of a class as hints, and appends the first of them to `names`. */
static void try_names(const struct dbc_db *db, enum dbc_class class_, struct cli_hint *hint,
                      struct dbc_buf *names)
{
    const struct dbc_records *records = &db->of[class_];
    char label[DBC_LABEL_SIZE];

    for (size_t i = 0; i < records->n; i++) {
        const char *name = short_name(db, class_, records->v[i]->ref, label);
        cli_hint_try(hint, "", name);
        if (i < NAMES_SHOWN) {
            dbc_buf_addf(names, "%s%s", i == 0 ? "" : ", ", name);
        }
    }
    if (records->n > NAMES_SHOWN) {
        dbc_buf_addf(names, " and %zu more", records->n - NAMES_SHOWN);
    }
}

int cli_not_found(const struct dbc_db *db, enum dbc_class class_, const char *name)
{
    struct cli_hint hint = CLI_HINT_INIT(name);
    struct dbc_buf names = DBC_BUF_INIT;

    if (class_ == DBC_N_CLASSES) {
        for (int i = 0; i < DBC_N_CLASSES; i++) {
            try_names(db, (enum dbc_class)i, &hint, &names);
            cli_hint_try(&hint, "", dbc_schema_class((enum dbc_class)i)->name);
        }
        cli_error("%s: no record is called '%s'%s", db->source, name, hint.text);
    } else if (db->of[class_].n == 0) {
        cli_error("%s: has no %s", db->source, dbc_schema_class(class_)->name);
    } else {
        try_names(db, class_, &hint, &names);
        cli_error("%s: no %s is called '%s'%s (there are %s)", db->source,
                  dbc_schema_class(class_)->name, name, hint.text, dbc_buf_str(&names));
    }
    dbc_buf_release(&names);
    return CLI_FAILED;
}

/* ---- Values ---------------------------------------------------------------------------------- */

static void show_refs(const struct dbc_db *db, const struct dbc_field *field,
                      const struct dbc_refs *refs, struct dbc_buf *out)
{
    char label[DBC_LABEL_SIZE];

    for (size_t i = 0; i < refs->n; i++) {
        dbc_buf_addf(out, "%s%s", i == 0 ? "" : ", ",
                     short_name(db, field->target, refs->v[i], label));
    }
}

void cli_show_value(const struct dbc_db *db, const struct dbc_record *rec,
                    const struct dbc_field *field, struct dbc_buf *out)
{
    char label[DBC_LABEL_SIZE];

    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_BOOL:
    case DBC_KIND_INT:
        dbc_buf_adds(out, dbc_field_text(rec, field));
        break;
    case DBC_KIND_REF:
        dbc_buf_adds(out, short_name(db, field->target, dbc_field_text(rec, field), label));
        break;
    case DBC_KIND_REFS:
        show_refs(db, field, dbc_field_of(rec, field), out);
        break;
    case DBC_KIND_MAP:
        dbc_map_join(dbc_field_of(rec, field), ", ", out);
        break;
    }
}

void cli_show_counts(const struct dbc_db *db, struct dbc_buf *out)
{
    const char *separator = "";

    for (int i = 0; i < DBC_N_CLASSES; i++) {
        if (i != DBC_POOL && db->of[i].n > 0) {
            dbc_buf_addf(out, "%s%zu %s%s", separator, db->of[i].n,
                         dbc_schema_class((enum dbc_class)i)->xapi, db->of[i].n == 1 ? "" : "s");
            separator = ", ";
        }
    }
}

static void show_ipv4(const struct dbc_pif *pif, struct dbc_buf *out)
{
    unsigned prefix = 0;

    if (strcmp(pif->ip_configuration_mode, "Static") != 0) {
        dbc_buf_adds(out, pif->ip_configuration_mode);
        return;
    }
    if (dbc_parse_netmask(pif->netmask, &prefix)) {
        dbc_buf_addf(out, "%s/%u", pif->IP, prefix);
    } else {
        dbc_buf_addf(out, "%s mask %s", pif->IP, pif->netmask);
    }
    if (*pif->gateway != '\0') {
        dbc_buf_addf(out, " via %s", pif->gateway);
    }
}

static void show_ipv6(const struct dbc_pif *pif, struct dbc_buf *out)
{
    if (!dbc_pif_is_static_ipv6(pif)) {
        dbc_buf_addf(out, "IPv6 %s", pif->ipv6_configuration_mode);
        return;
    }
    dbc_buf_adds(out, *pif->IPv6 != '\0' ? pif->IPv6 : "IPv6 Static");
    if (*pif->IPv6_gateway != '\0') {
        dbc_buf_addf(out, " via %s", pif->IPv6_gateway);
    }
}

void cli_show_address(const struct dbc_pif *pif, struct dbc_buf *out)
{
    bool ipv4 = strcmp(pif->ip_configuration_mode, "None") != 0;

    if (ipv4) {
        show_ipv4(pif, out);
    }
    if (dbc_pif_wants_ipv6(pif)) {
        dbc_buf_adds(out, ipv4 && out->len > 0 ? ", " : "");
        show_ipv6(pif, out);
    } else if (!ipv4) {
        dbc_buf_adds(out, "-");
    }
}
