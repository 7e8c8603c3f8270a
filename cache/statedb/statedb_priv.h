/* statedb_priv.h - what the files of this folder share: the rows of a file after reading, and the
 * functions that fill and use them. */
#ifndef DBC_STATEDB_STATEDB_PRIV_H
#define DBC_STATEDB_STATEDB_PRIV_H

#include "statedb/stage.h"
#include "statedb/statedb.h"

struct dbc_statedb {
    struct dbc_stage stage;
    struct dbc_statedb_info info;
    struct dbc_statedb_host *hosts;
    size_t n_hosts;
    char *name; /* the file's, for the records' source */
};

/* read.c: reads the rows and the manifest.  Returns 0, or -1 as dbc_statedb_read. */
int dbc_statedb_parse(struct dbc_statedb *statedb, const struct dbc_stream *stream,
                      dbc_warning_fn *warn, void *ctx, struct dbc_error *err);

/* losses.c: tells what the rows of the host with this reference have and `db`, made of them, lacks.
 */
void dbc_statedb_losses(const struct dbc_stage *stage, uint32_t host, const struct dbc_db *db,
                        dbc_loss_fn *tell, void *ctx);

#endif
