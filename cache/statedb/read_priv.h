/* read_priv.h - what the two parts of reading share: read.c keeps the place in the document,
 * read_row.c takes one row. */
#ifndef DBC_STATEDB_READ_PRIV_H
#define DBC_STATEDB_READ_PRIV_H

#include "base/buf.h"
#include "statedb/statedb_priv.h"
#include "xml/parser.h"

#define DBC_STATEDB_NAMES 256 /* attributes of an element */
#define DBC_STATEDB_CELLS 64  /* different columns */

enum dbc_statedb_place { OUTSIDE, IN_DATABASE, IN_MANIFEST, IN_PAIR, IN_TABLE, IN_ROW, IN_SKIPPED };

/* What the name of an attribute stands for, at the same position of the last row of the table:
 * writers have one order, and libxml2 gives equal names equal addresses. */
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
    enum dbc_statedb_place place, after; /* after: IN_SKIPPED's place to return to ... */
    unsigned outer_depth;                /* ... at the end of the element of this depth */
    bool told;                           /* the error is of our own words */
    unsigned table;                      /* in hand; DBC_N_TABLES: of no interest */
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
    bool too_long;                       /* one of them is */
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

/* read_row.c: the row with these attributes, of the table in hand, into the stage. */
void dbc_statedb_add_row(struct dbc_statedb_reader *r, const xmlChar **attributes, int n);

#endif
