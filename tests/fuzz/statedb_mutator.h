/* statedb_mutator.h - changes a state.db as libFuzzer's own mutators cannot: a column of a row, as
 * THE TABLE and the reader's table of columns name them, gets a value of its kind, a row or table
 * goes or comes twice.  The three layers of escaping are kept, in all their spellings, so that what
 * is odd in a value gets past the reader. */
#ifndef FUZZ_STATEDB_MUTATOR_H
#define FUZZ_STATEDB_MUTATOR_H

#include <stdlib.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "statedb/columns.h"
#include "statedb/decode.h"
#include "xml_mutator.h"

/* ---- Spelling ------------------------------------------------------------------------------ */

/* White space between strings, or a comment. */
static void add_blank(struct dbc_buf *out, unsigned *seed)
{
    static const char *const blanks[] = { " ", " ", " ", " ", "  ", "\t", "\n", "", ";'a\n" };

    dbc_buf_adds(out, blanks[draw(seed, sizeof blanks / sizeof *blanks)]);
}

static void add_string(struct dbc_buf *out, const char *text, unsigned *seed)
{
    char quote = draw(seed, 4) == 0 ? '"' : '\'';

    dbc_buf_addc(out, quote);
    for (; *text != '\0'; text++) {
        if (*text == quote || *text == '\\') {
            dbc_buf_addc(out, '\\');
        }
        dbc_buf_addc(out, *text);
    }
    dbc_buf_addc(out, quote);
}

/* ('a' 'b'), or with the strings in twos (('k' 'v') ('l' 'w')). */
static void add_strings(struct dbc_buf *out, const struct dbc_strvec *strings, bool in_twos,
                        unsigned *seed)
{
    dbc_buf_addc(out, '(');
    for (size_t i = 0; i < strings->n; i++) {
        if (i > 0) {
            add_blank(out, seed);
        }
        dbc_buf_adds(out, in_twos && i % 2 == 0 ? "(" : "");
        add_string(out, strings->v[i], seed);
        dbc_buf_adds(out, in_twos && i % 2 == 1 ? ")" : "");
    }
    dbc_buf_addc(out, ')');
}

/* White space and '%' as XAPI protects them; older releases had "%_" for two blanks. */
static void protect(struct dbc_buf *out, const char *text)
{
    static const char plain[] = " \t\n\r%", with[] = ".tnr%";

    for (; *text != '\0'; text++) {
        const char *which = strchr(plain, *text);

        if (which == NULL) {
            dbc_buf_addc(out, *text);
        } else if (strncmp(text, "  ", 2) == 0) {
            dbc_buf_adds(out, "%_");
            text++;
        } else {
            dbc_buf_addf(out, "%%%c", with[which - plain]);
        }
    }
}

/* ---- Rows ---------------------------------------------------------------------------------- */

static unsigned table_of(xmlNodePtr row)
{
    xmlChar *name = row->parent == NULL ? NULL : xmlGetProp(row->parent, xml_text("name"));
    unsigned table = name == NULL ? DBC_N_TABLES : dbc_statedb_table((const char *)name);

    xmlFree(name);
    return table;
}

/* Returns a row of this table, or with DBC_N_TABLES of any that matters; or NULL. */
static xmlNodePtr some_row(xmlNodePtr root, unsigned table, unsigned *seed)
{
    xmlNodePtr found = NULL, parent = NULL;
    unsigned of = DBC_N_TABLES;
    size_t n = 0;

    for (xmlNodePtr at = node_after(root, root); at != NULL; at = node_after(root, at)) {
        if (!is_element(at, "row")) {
            continue;
        }
        of = at->parent == parent ? of : table_of(at);
        parent = at->parent;
        if (of < DBC_N_TABLES && (of == table || table == DBC_N_TABLES) && draw(seed, ++n) == 0) {
            found = at;
        }
    }
    return found;
}

/* Copies a row's attribute; "" when it has none. */
static const char *attribute(xmlNodePtr row, const char *name, char out[256])
{
    xmlChar *text = row == NULL ? NULL : xmlGetProp(row, xml_text(name));

    snprintf(out, 256, "%s", text == NULL ? "" : (const char *)text);
    xmlFree(text);
    return out;
}

/* ---- Columns ------------------------------------------------------------------------------- */

static const char *name_of_column(unsigned table, size_t i)
{
    size_t n = table < DBC_N_CLASSES ? dbc_schema_class((enum dbc_class)table)->n_known : 0;

    return i < n ? dbc_schema_class((enum dbc_class)table)->fields[i].xapi
                 : dbc_statedb_column_name((unsigned)(DBC_COLUMN_FIELDS + i - n));
}

/* Returns a column that the reader knows in this table. */
static struct dbc_column some_column(unsigned table, unsigned *seed)
{
    struct dbc_column found = { .number = DBC_COLUMN_NONE };
    size_t n = table < DBC_N_CLASSES ? dbc_schema_class((enum dbc_class)table)->n_known : 0;
    size_t known = 0;

    n += DBC_COLUMN_END - DBC_COLUMN_FIELDS;
    for (size_t i = 0; i < n; i++) {
        struct dbc_column column = dbc_statedb_column(table, name_of_column(table, i));

        if (column.number != DBC_COLUMN_NONE && draw(seed, ++known) == 0) {
            found = column;
        }
    }
    return found;
}

static unsigned target_of(const struct dbc_column *column)
{
    if (column->field != NULL) {
        return column->field->target;
    }
    return strstr(column->name, "PIF") != NULL ? DBC_PIF : DBC_TABLE_HOST;
}

static void keep_pair(void *ctx, const char *key, const char *value, size_t len)
{
    (void)len;
    dbc_strvec_pushl(ctx, key, value, NULL);
}

/* A map as it is, with a pair more or less. */
static void make_map(struct dbc_buf *out, xmlNodePtr row, const struct dbc_column *column,
                     unsigned *seed)
{
    static const char *const properties[] = { "gro", "hashing_algorithm", "lacp-time", "key" };
    struct dbc_strvec pairs = DBC_STRVEC_INIT;
    xmlChar *text = xmlGetProp(row, xml_text(column->name));
    const char *key = column->field == NULL || draw(seed, 8) == 0
                          ? properties[draw(seed, sizeof properties / sizeof *properties)]
                          : some_key(seed);

    if (text != NULL && draw(seed, 4) != 0) {
        dbc_statedb_unprotect((char *)text, strlen((char *)text));
        dbc_statedb_map((char *)text, keep_pair, &pairs);
    }
    dbc_strvec_pushl(&pairs, key, some_value(seed), NULL);
    add_strings(out, &pairs, true, seed);
    dbc_strvec_release(&pairs);
    xmlFree(text);
}

static void make_set(struct dbc_buf *out, unsigned *seed)
{
    struct dbc_strvec items = DBC_STRVEC_INIT;

    for (unsigned n = draw(seed, 4); n > 0; n--) {
        dbc_strvec_push(&items, some_value(seed));
    }
    add_strings(out, &items, false, seed);
    dbc_strvec_release(&items);
}

/* Makes a value of the column's kind. */
static void make_value(struct dbc_buf *out, xmlNodePtr root, xmlNodePtr row,
                       const struct dbc_column *column, unsigned *seed)
{
    char text[256];

    switch (column->kind) {
    case DBC_KIND_REF:
        dbc_buf_adds(out, draw(seed, 8) == 0
                              ? some_value(seed)
                              : attribute(some_row(root, target_of(column), seed), "ref", text));
        break;
    case DBC_KIND_MAP:
        make_map(out, row, column, seed);
        break;
    case DBC_KIND_REFS:
        make_set(out, seed);
        break;
    case DBC_KIND_TEXT:
    case DBC_KIND_BOOL:
    case DBC_KIND_INT:
        dbc_buf_adds(out, some_value(seed));
        break;
    }
}

static void change_column(xmlNodePtr root, unsigned *seed)
{
    xmlNodePtr row = some_row(root, DBC_N_TABLES, seed), other = NULL;
    unsigned table = row == NULL ? DBC_N_TABLES : table_of(row);
    struct dbc_column column = { .number = DBC_COLUMN_NONE };
    struct dbc_buf value = DBC_BUF_INIT, text = DBC_BUF_INIT;
    char borrowed[256];

    if (row == NULL || (column = some_column(table, seed)).number == DBC_COLUMN_NONE) {
        return;
    }
    if (draw(seed, 4) == 0) {
        other = some_row(root, table, seed);
        xmlSetProp(row, xml_text(column.name), xml_text(attribute(other, column.name, borrowed)));
        return;
    }
    make_value(&value, root, row, &column, seed);
    protect(&text, dbc_buf_str(&value));
    xmlSetProp(row, xml_text(column.name),
               xml_text(dbc_buf_str(draw(seed, 8) == 0 ? &value : &text)));
    dbc_buf_release(&value);
    dbc_buf_release(&text);
}

/* ---- The file ------------------------------------------------------------------------------ */

static void change_row(xmlNodePtr root, unsigned *seed)
{
    xmlNodePtr copy = drop_or_double(some_row(root, DBC_N_TABLES, seed), seed);
    char ref[32];

    snprintf(ref, sizeof ref, "OpaqueRef:%u", draw(seed, 1000));
    if (copy != NULL && draw(seed, 4) != 0) {
        xmlSetProp(copy, xml_text("ref"), xml_text(ref));
    }
}

static void change_table(xmlNodePtr root, unsigned *seed)
{
    xmlNodePtr table = some_element(root, "table", seed);

    if (draw(seed, 2) == 0) {
        drop_or_double(table, seed);
    } else if (table != NULL) {
        xmlSetProp(table, xml_text("name"),
                   xml_text(dbc_statedb_table_name(draw(seed, DBC_N_TABLES))));
    }
}

static void change_pair(xmlNodePtr root, unsigned *seed)
{
    xmlNodePtr pair = some_element(root, "pair", seed);

    if (pair != NULL) {
        xmlSetProp(pair, xml_text("value"), xml_text(some_value(seed)));
    }
}

static void change_statedb(xmlNodePtr root, unsigned *seed)
{
    switch (draw(seed, 16)) {
    case 0:
    case 1:
        change_row(root, seed);
        break;
    case 2:
        change_table(root, seed);
        break;
    case 3:
        change_pair(root, seed);
        break;
    default:
        change_column(root, seed);
        break;
    }
}

#endif
