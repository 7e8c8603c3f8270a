/* stage.h - the rows of a pool's database in little memory: each different text once, a row as the
 * numbers of its columns and texts.  Filled by read_row.c, read by host.c, losses.c and statedb.c.
 *
 * A place says where something is in the stage; 0 is none.  Places of equal interned texts are
 * equal.  Functions that return an int return 0, or -1 with DBC_ENOMEM or DBC_ELIMIT. */
#ifndef DBC_STATEDB_STAGE_H
#define DBC_STATEDB_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "statedb/columns.h"

#define DBC_LIMIT_STAGE_BYTES (96u * 1024 * 1024)
#define DBC_LIMIT_STAGE_TEXT (128u * 1024) /* of one text; a map's pairs are one */
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

int dbc_stage_init(struct dbc_stage *stage, struct dbc_error *err);
void dbc_stage_release(struct dbc_stage *stage); /* zeroed memory may be released, too */

/* Interns texts of `len` bytes, at most DBC_LIMIT_STAGE_TEXT, and stores the place of each; a NUL
 * follows the copy.  Several at once are faster than one by one, since most of the time goes into
 * waiting for memory. */
struct dbc_stage_wanted {
    const char *bytes;
    size_t len;
    uint32_t place, hash; /* out */
};
int dbc_stage_intern(struct dbc_stage *stage, struct dbc_stage_wanted *v, size_t n,
                     struct dbc_error *err);
const char *dbc_stage_text(const struct dbc_stage *stage, uint32_t place); /* "" for 0 */
/* Returns the place of an interned text, or 0. */
uint32_t dbc_stage_find(const struct dbc_stage *stage, const char *text);
/* Keep adds a text of at least one byte that no other one equals, without looking for it; a uuid
 * takes 17 bytes.  Unique returns the text of such a place: the stage's own, or made in `out`. */
#define DBC_STAGE_UNIQUE_SIZE 37
int dbc_stage_keep(struct dbc_stage *stage, const char *bytes, size_t len, uint32_t *place,
                   struct dbc_error *err);
const char *dbc_stage_unique(const struct dbc_stage *stage, uint32_t place,
                             char out[DBC_STAGE_UNIQUE_SIZE]);

/* Adds a copy of the row's ref (interned), seen, n_cells and table, and of the cells.  It replaces
 * a row of the table with this reference; *replaced says whether there was one. */
int dbc_stage_add(struct dbc_stage *stage, const struct dbc_stage_row *row,
                  const struct dbc_stage_cell *cells, bool *replaced, struct dbc_error *err);
/* Return the first row of a table, and the one after a row, in the order of the file; or NULL. */
const struct dbc_stage_row *dbc_stage_first(const struct dbc_stage *stage, unsigned table);
const struct dbc_stage_row *dbc_stage_next(const struct dbc_stage *stage,
                                           const struct dbc_stage_row *row);
/* Returns the row of a table with this reference, a place, or NULL. */
const struct dbc_stage_row *dbc_stage_row(const struct dbc_stage *stage, unsigned table,
                                          uint32_t ref);
/* Returns the place of a row's text in this column, or 0. */
uint32_t dbc_stage_cell(const struct dbc_stage *stage, const struct dbc_stage_row *row,
                        unsigned column);

/* Returns the key of the pair at *at, which moves on, and its value; NULL at the end.  *at starts
 * at the text of a map: key, NUL, value, NUL and so on, then an empty key. */
const char *dbc_stage_pair(const char **at, const char **value);
/* Whether a row is of the host whose reference has the place `host`, or of every host. */
bool dbc_stage_is_of(const struct dbc_stage *stage, const struct dbc_stage_row *row, uint32_t host);

#endif
