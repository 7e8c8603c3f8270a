/* statedb.h - XAPI's database as a source of records: state.db, and what `xe pool-dump-database`
 * writes.  A pool's database has the records of all its hosts; those of each host become a database
 * of their own, as a save from XAPI would have them: the fields of the schema, the keys of
 * other_config that a cache keeps, a network's PIFs of this host only.
 *
 * The reader is streaming and keeps only the tables that matter, in a compact form.
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

/* Whether a file that starts with these bytes has <database> as its root element. */
bool dbc_statedb_recognise(const char *head, size_t len);

/* Reads a database; the caller frees it.  NULL: DBC_EPARSE with line and column for another file,
 * and for one that ends in the middle (half a pool would look like a whole one); DBC_ELIMIT (for
 * attributes, nesting, bytes of a tag and of the file, see read.c; for what is kept, stage.h);
 * DBC_ENOENT when it has no host, as the stub that a server in a rolling upgrade gives; DBC_ENOMEM;
 * or as the stream fails.
 *
 * Warnings are DBC_EINVAL and name what they are about: a column that has a value of another kind,
 * or one too long, reads as if it were missing; a row without a reference is left out, and so is an
 * unknown element; of two rows of a table with one reference the last counts.  Unknown tables and
 * columns are skipped in silence.  Errors and warnings never quote the manifest, which in older
 * releases has the pool's secret, nor damaged XML. */
struct dbc_statedb *dbc_statedb_read(const struct dbc_stream *stream, dbc_warning_fn *warn,
                                     void *ctx, struct dbc_error *err);
void dbc_statedb_free(struct dbc_statedb *statedb);

/* What these return lives as long as `statedb`; NULL past the last host. */
const struct dbc_statedb_info *dbc_statedb_info(const struct dbc_statedb *statedb);
size_t dbc_statedb_n_hosts(const struct dbc_statedb *statedb);
const struct dbc_statedb_host *dbc_statedb_host(const struct dbc_statedb *statedb, size_t i);
/* Returns the host with this uuid, else this reference, else this name_label; SIZE_MAX when there
 * is none, or when several have it. */
size_t dbc_statedb_find_host(const struct dbc_statedb *statedb, const char *name);

/* Returns the records of the `host`-th host, which must exist, indexed; the caller frees them.
 * Their line is 0.  `loss` (may be NULL) gets what XAPI knows and a record cannot say: properties
 * of PIFs and bonds, tunnel keys and protocols, SR-IOV.  NULL: DBC_ENOMEM, DBC_ELIMIT. */
struct dbc_db *dbc_statedb_host_db(const struct dbc_statedb *statedb, size_t host,
                                   dbc_loss_fn *loss, void *ctx, struct dbc_error *err);

#endif
