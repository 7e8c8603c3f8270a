/* read.c - reads a state.db into the stage.  libxml2 reports each element with its attributes
 * (xml/parser.c).  This file keeps the place in the document and reads the manifest, read_row.c
 * takes the rows of the tables that matter.
 *
 * The manifest of older releases has the pool's secret, and there is a table of secrets, so what
 * libxml2 says of damaged XML, which quotes the file, is not passed on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/valid.h"
#include "statedb/read_priv.h"

#define ROOT "database"

/* The format needs 3 levels of elements.  The widest rows have about 120 attributes.  The tag of a
 * network with 5,000 virtual machines has 1 MB of references, that of a host with 10,000 VLANs half
 * of that; above 10 MB libxml2 has limits of its own. */
static const struct dbc_xml_limits limits = { 8, DBC_STATEDB_NAMES, 8u * 1024 * 1024 };

static void misplaced(struct dbc_statedb_reader *r, const char *expected, const xmlChar *name)
{
    r->told = true;
    dbc_xml_stop(&r->parser, DBC_EPARSE, "expected %s, found <%.100s>", expected,
                 dbc_statedb_str(name));
}

/* ---- Manifest and tables ------------------------------------------------------------------ */

/* Copies an attribute's text to `out`; "" when there is none, or it does not fit. */
static const char *short_text(const xmlChar **attributes, int n, const char *name, char out[64])
{
    out[0] = '\0';
    for (int i = 0; i < n; i++) {
        struct dbc_statedb_attribute value = dbc_statedb_value_of(attributes + 5 * i);
        if (strcmp(dbc_statedb_str(attributes[5 * i]), name) == 0 && value.len < 64) {
            memcpy(out, value.text, value.len);
            out[value.len] = '\0';
        }
    }
    return out;
}

static void read_pair(struct dbc_statedb_reader *r, const xmlChar **attributes, int n)
{
    struct dbc_statedb_info *info = &r->statedb->info;
    char key[64], value[64];
    uint64_t number = 0;

    short_text(attributes, n, "key", key);
    if (strcmp(key, "schema_major_vsn") != 0 && strcmp(key, "schema_minor_vsn") != 0 &&
        strcmp(key, "generation_count") != 0) {
        return;
    }
    if (!dbc_parse_uint(short_text(attributes, n, "value", value),
                        key[0] == 'g' ? INT64_MAX : INT_MAX, &number)) {
        dbc_xml_warn(&r->parser, "manifest, %s: expected a number", key);
    } else if (key[0] == 'g') {
        info->generation = (int64_t)number;
    } else if (strcmp(key, "schema_major_vsn") == 0) {
        info->schema_major = (int)number;
    } else {
        info->schema_minor = (int)number;
    }
}

static void start_table(struct dbc_statedb_reader *r, const xmlChar **attributes, int n)
{
    char name[64];

    r->table = dbc_statedb_table(short_text(attributes, n, "name", name));
    if (r->table < DBC_N_TABLES) {
        r->statedb->stage.tables[r->table].known = true;
    }
    r->place = IN_TABLE;
}

/* ---- Events ------------------------------------------------------------------------------- */

/* Fails for an element of the format in the wrong place.  Skips another one with a warning, since a
 * later release may have added it. */
static void start_other(struct dbc_statedb_reader *r, const char *expected, const xmlChar *name)
{
    static const char *const known[] = { ROOT, "manifest", "pair", "table", "row" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(dbc_statedb_str(name), known[i]) == 0) {
            misplaced(r, expected, name);
            return;
        }
    }
    dbc_xml_warn(&r->parser, "expected %s, found <%.100s>, which is left out", expected,
                 dbc_statedb_str(name));
    r->after = r->place;
    r->outer_depth = r->parser.depth;
    r->place = IN_SKIPPED;
}

static void start_in_database(struct dbc_statedb_reader *r, const xmlChar *name,
                              const xmlChar **attributes, int n)
{
    if (strcmp(dbc_statedb_str(name), "table") == 0) {
        start_table(r, attributes, n);
    } else if (strcmp(dbc_statedb_str(name), "manifest") == 0) {
        r->place = IN_MANIFEST;
    } else {
        start_other(r, "<table>", name);
    }
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n, int n_defaulted,
                     const xmlChar **attributes)
{
    struct dbc_statedb_reader *r = ctx;

    (void)prefix;
    (void)uri;
    (void)namespaces;
    (void)n_defaulted;
    if (!dbc_xml_enter(&r->parser, n_namespaces + n)) {
        return;
    }
    switch (r->place) {
    case OUTSIDE:
        if (strcmp(dbc_statedb_str(name), ROOT) != 0) {
            misplaced(r, "<" ROOT ">", name);
        }
        r->place = IN_DATABASE;
        break;
    case IN_DATABASE:
        start_in_database(r, name, attributes, n);
        break;
    case IN_MANIFEST:
        if (strcmp(dbc_statedb_str(name), "pair") != 0) {
            start_other(r, "<pair>", name);
            break;
        }
        r->place = IN_PAIR;
        read_pair(r, attributes, n);
        break;
    case IN_TABLE:
        if (strcmp(dbc_statedb_str(name), "row") != 0) {
            start_other(r, "<row>", name);
            break;
        }
        r->place = IN_ROW;
        if (r->table < DBC_N_TABLES) {
            dbc_statedb_add_row(r, attributes, n);
        }
        break;
    case IN_PAIR:
        start_other(r, "</pair>", name);
        break;
    case IN_ROW:
        start_other(r, "</row>", name);
        break;
    case IN_SKIPPED:
        break;
    }
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct dbc_statedb_reader *r = ctx;

    (void)name;
    (void)prefix;
    (void)uri;
    switch (r->place) {
    case OUTSIDE:
    case IN_DATABASE:
        r->place = OUTSIDE;
        break;
    case IN_MANIFEST:
    case IN_TABLE:
        r->place = IN_DATABASE;
        break;
    case IN_PAIR:
        r->place = IN_MANIFEST;
        break;
    case IN_ROW:
        r->place = IN_TABLE;
        break;
    case IN_SKIPPED:
        if (r->parser.depth == r->outer_depth) {
            r->place = r->after;
        }
        break;
    }
    dbc_xml_leave(&r->parser);
}

static const xmlSAXHandler events = {
    .startElementNs = on_start,
    .endElementNs = on_end,
};

/* ---- One file ----------------------------------------------------------------------------- */

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* Makes the error for the caller.  Where libxml2 may have quoted the file, only the place is kept.
 */
static void explain(const struct dbc_statedb_reader *r, struct dbc_error *err)
{
    const struct dbc_error *e = &r->parser.error;

    if (e->code == DBC_EPARSE && !r->told && r->place != OUTSIDE &&
        !has(e->text, "found the end of the file")) {
        dbc_fail_at(err, DBC_EPARSE, e->file, e->line, e->column,
                    "expected well-formed XML, found damage (not shown: it may be a secret)");
    } else if (err != NULL && err->code == DBC_OK) {
        *err = *e;
    }
}

int dbc_statedb_parse(struct dbc_statedb *statedb, const struct dbc_stream *stream,
                      dbc_warning_fn *warn_fn, void *ctx, struct dbc_error *err)
{
    struct dbc_statedb_reader *r = calloc(1, sizeof *r);
    struct dbc_stage_wanted yes = { .bytes = "True", .len = strlen("True") };
    int status = 0;

    if (r == NULL) {
        return dbc_fail_nomem(err);
    }
    r->statedb = statedb;
    r->parser.warnings = (struct dbc_warnings){ .fn = warn_fn, .ctx = ctx };
    r->table = DBC_N_TABLES;
    dbc_xml_input_stream(&r->parser.input, stream);
    r->parser.input.max = DBC_LIMIT_STATEDB_BYTES;
    r->parser.root = ROOT;
    r->parser.limits = &limits;
    status = dbc_stage_intern(&statedb->stage, &yes, 1, &r->parser.error);
    r->yes = yes.place;
    if (status != 0 || dbc_xml_parse(&r->parser, &events) != 0) {
        status = -1;
        explain(r, err);
    }
    dbc_buf_release(&r->ref_text);
    dbc_buf_release(&r->text);
    dbc_buf_release(&r->many);
    free(r);
    return status;
}
