/* read_priv.h - what read.c, which keeps the place in the document, and read_row.c, which takes one
 * row, share. */
#ifndef DBC_STATEDB_READ_PRIV_H
#define DBC_STATEDB_READ_PRIV_H

#include "base/buf.h"
#include "statedb/statedb_priv.h"
#include "xml/parser.h"

#define DBC_STATEDB_NAMES 256 /* attributes of an element */
#define DBC_STATEDB_CELLS 64  /* of a row */

enum dbc_statedb_place { OUTSIDE, IN_DATABASE, IN_MANIFEST, IN_PAIR, IN_TABLE, IN_ROW, IN_SKIPPED };

/* The column of the attribute that had this position in the last row of the table.  It is probably
 * that of the next row: writers keep one order.  libxml2 gives equal names equal addresses. */
struct dbc_statedb_guess {
    const xmlChar *name;
    struct dbc_column column;
};

struct dbc_statedb_attribute {
    const char *text; /* not ended by a NUL */
    size_t len;
};

struct dbc_statedb_reader {
    struct dbc_xml_parser parser; /* first: see parser.h */
    struct dbc_statedb *statedb;

    uint32_t yes;                        /* the place of "True" */
    enum dbc_statedb_place place, after; /* after: the place that follows IN_SKIPPED ... */
    unsigned outer_depth;                /* ... at the end of the element of this depth */
    bool told;                           /* the error is not libxml2's */
    unsigned table;                      /* in hand; DBC_N_TABLES: it does not matter */
    struct dbc_statedb_guess guesses[DBC_N_TABLES][DBC_STATEDB_NAMES];

    /* The row in hand. */
    const char *ref;
    const struct dbc_column *column;
    struct dbc_statedb_attribute value; /* of the column, as XML has it */
    struct dbc_stage_row row;
    struct dbc_stage_cell cells[DBC_STATEDB_CELLS];
    /* Texts to be staged, the reference first, and which columns they are of. */
    struct dbc_stage_wanted wanted[DBC_STATEDB_CELLS];
    unsigned columns[DBC_STATEDB_CELLS];
    size_t n_wanted;
    struct dbc_buf ref_text, text, many; /* many: the items or pairs that are kept */
    bool too_long;                       /* an item or pair is, or all together */
};

static inline const char *dbc_statedb_str(const xmlChar *text)
{
    return (const char *)text;
}

/* The text of the attribute that libxml2 describes by five pointers. */
static inline struct dbc_statedb_attribute dbc_statedb_value_of(const xmlChar **a)
{
    return (struct dbc_statedb_attribute){ dbc_statedb_str(a[3]), (size_t)(a[4] - a[3]) };
}

/* read_row.c: adds a row of the table in hand, with these `n` attributes, to the stage.  An error
 * ends the parsing. */
void dbc_statedb_add_row(struct dbc_statedb_reader *r, const xmlChar **attributes, int n);

#endif
