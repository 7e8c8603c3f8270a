/* stage.h - the rows of a pool's database in little memory: each different text once, a row as the
 * numbers of its columns and texts.  Filled by read.c, asked by host.c and losses.c; nothing is
 * taken out again.
 *
 * A place is where something lies in the stage, 0 is none.  Places of equal interned texts are
 * equal. */
#ifndef DBC_STATEDB_STAGE_H
#define DBC_STATEDB_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "statedb/columns.h"

#define DBC_LIMIT_STAGE_BYTES (96u * 1024 * 1024)
#define DBC_LIMIT_STAGE_TEXT (128u * 1024) /* one text, all settings of a map together */
#define DBC_STAGE_CHUNK (256u * 1024)

struct dbc_stage_cell {
    unsigned column : 6;
    unsigned text : 26; /* a place */
};

struct dbc_stage_row {
    uint32_t ref;  /* text */
    uint32_t same; /* row with this reference in another table */
    uint32_t next; /* row of this table */
    uint32_t seen; /* bit i: the file has the schema's field i, whether or not there is a cell */
    uint32_t cells;
    uint8_t n_cells, table;
};

struct dbc_stage {
    uint32_t *chunks[DBC_LIMIT_STAGE_BYTES / DBC_STAGE_CHUNK];
    size_t n_chunks;
    uint32_t used; /* units of four bytes in the last chunk */
    struct dbc_stage_slot *slots;
    unsigned slot_bits; /* there are 1 << slot_bits */
    size_t n_texts;     /* interned */
    uint64_t key[2];
    struct {
        uint32_t first, last;
        size_t n;
        bool known; /* the file has the table, if only an empty one */
    } tables[DBC_N_TABLES];
};

/* What adds gives 0, or -1 with DBC_ENOMEM or DBC_ELIMIT.  Zeroed memory may be released. */
int dbc_stage_init(struct dbc_stage *stage, struct dbc_error *err);
void dbc_stage_release(struct dbc_stage *stage);

/* `len` bytes, at most DBC_LIMIT_STAGE_TEXT; a NUL is put behind them.  Several at once are faster
 * than one by one, since most of the time goes into waiting for memory. */
struct dbc_stage_wanted {
    const char *bytes;
    size_t len;
    uint32_t place, hash; /* out */
};
int dbc_stage_intern(struct dbc_stage *stage, struct dbc_stage_wanted *v, size_t n,
                     struct dbc_error *err);
const char *dbc_stage_text(const struct dbc_stage *stage, uint32_t place); /* "" for 0 */
uint32_t dbc_stage_find(const struct dbc_stage *stage, const char *text);  /* 0: none */
/* For a text that no other one equals: not looked for, and 16 bytes when it is a uuid.  To be had
 * by dbc_stage_unique, as it is or made in `out`. */
#define DBC_STAGE_UNIQUE_SIZE 37
int dbc_stage_keep(struct dbc_stage *stage, const char *bytes, size_t len, uint32_t *place,
                   struct dbc_error *err);
const char *dbc_stage_unique(const struct dbc_stage *stage, uint32_t place,
                             char out[DBC_STAGE_UNIQUE_SIZE]);

/* Copies ref (interned), seen, n_cells and table of `row`, and the cells.  A row whose table
 * and reference are known takes the place of the old one. */
int dbc_stage_add(struct dbc_stage *stage, const struct dbc_stage_row *row,
                  const struct dbc_stage_cell *cells, bool *replaced, struct dbc_error *err);
/* In the order of the file: the first of a table, the one after; NULL: no more. */
const struct dbc_stage_row *dbc_stage_first(const struct dbc_stage *stage, unsigned table);
const struct dbc_stage_row *dbc_stage_next(const struct dbc_stage *stage,
                                           const struct dbc_stage_row *row);
const struct dbc_stage_row *dbc_stage_row(const struct dbc_stage *stage, unsigned table,
                                          uint32_t ref);
/* The place of a row's text in this column; 0: it has none. */
uint32_t dbc_stage_cell(const struct dbc_stage *stage, const struct dbc_stage_row *row,
                        unsigned column);

/* A map is one text: key, NUL, value, NUL and so on, and ends in an empty key.  Steps through one:
 * NULL at the end, else the pair at *at, which moves on. */
const char *dbc_stage_pair(const char **at, const char **value);
/* Is the row of this host, by its owner?  `host` is the place of the host's reference. */
bool dbc_stage_is_of(const struct dbc_stage *stage, const struct dbc_stage_row *row, uint32_t host);

#endif
