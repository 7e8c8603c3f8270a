/* statedb.h - XAPI's database as a source of records: state.db, what `xe pool-dump-database`
 * writes, and their relatives.  A pool's database has the records of all its hosts; each host's are
 * made into a database of its own, as a save from XAPI would have them: the fields of the schema,
 * the keys of other_config that a cache keeps, a network's PIFs of this host only.
 *
 * Streaming: only the tables that matter are kept, in a compact form, whatever else the file has.
 * One-to-many columns (Bond.slaves, PIF.VLAN_slave_of, ...) are derived from the other side, as
 * XAPI itself does when it loads the file; older releases do not write them at all.
 *
 * Format: XML of <table>, <row> and attributes; see xapi's ocaml/database/db_xml.ml, xml_spaces.ml
 * and ocaml/libs/sexpr for the three layers of escaping. */
#ifndef DBC_STATEDB_STATEDB_H
#define DBC_STATEDB_STATEDB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/stream.h"
#include "model/database.h"
#include "model/loss.h"

#define DBC_LIMIT_STATEDB_BYTES (256u * 1024 * 1024) /* XAPI itself plans for 60 MiB */

struct dbc_statedb;

struct dbc_statedb_host {
    const char *ref, *uuid, *name_label; /* "" where the file does not say */
    bool master;                         /* of the pool */
};

struct dbc_statedb_info {
    int schema_major, schema_minor; /* -1 where the file does not say */
    int64_t generation;             /* likewise */
    const char *release;            /* "5.6" or so, guessed from the schema's version; "" */
};

/* Does a file that starts with these bytes have <database> as its root element? */
bool dbc_statedb_recognise(const char *head, size_t len);

/* NULL: DBC_EPARSE with line and column for what is no such file, and for one that ends in the
 * middle (half a pool would look like a whole one); DBC_ELIMIT (attributes, nesting, bytes of a tag
 * and of the file: read.c; what is kept: stage.h); DBC_ENOENT without any host (the stub that a
 * server in a rolling upgrade gives); DBC_ENOMEM; what the stream says.
 *
 * Warnings, all DBC_EINVAL with table, row, column and value: a column that is not what its kind
 * demands or longer than a field may be reads as if it were missing, a row without a reference is
 * left out, of a reference that a table has twice the last row counts.  Unknown tables and columns
 * are skipped in silence.  Errors and warnings never quote the manifest, which in older releases
 * has the pool's secret, nor damaged XML. */
struct dbc_statedb *dbc_statedb_read(const struct dbc_stream *stream, dbc_warning_fn *warn,
                                     void *ctx, struct dbc_error *err);
void dbc_statedb_free(struct dbc_statedb *statedb);

const struct dbc_statedb_info *dbc_statedb_info(const struct dbc_statedb *statedb);
size_t dbc_statedb_n_hosts(const struct dbc_statedb *statedb);
const struct dbc_statedb_host *dbc_statedb_host(const struct dbc_statedb *statedb, size_t i);
/* By uuid, reference, or a name_label that only one has; SIZE_MAX: none, or several. */
size_t dbc_statedb_find_host(const struct dbc_statedb *statedb, const char *name);

/* The records of one host, indexed; the caller's.  They have no line, since the file is one.  What
 * XAPI knows and a record does not say (properties of PIFs and bonds, tunnel keys and protocols,
 * SR-IOV) goes to `loss`, which may be NULL. DBC_ENOMEM, DBC_ELIMIT. */
struct dbc_db *dbc_statedb_host_db(const struct dbc_statedb *statedb, size_t host,
                                   dbc_loss_fn *loss, void *ctx, struct dbc_error *err);

#endif
