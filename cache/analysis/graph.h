/* graph.h - a picture of a host's network in the language of Graphviz' dot: NICs on the left,
 * bonds, VLANs and tunnels on them to the right, then bridges and their addresses.  The path of the
 * management traffic is in colour. */
#ifndef DBC_ANALYSIS_GRAPH_H
#define DBC_ANALYSIS_GRAPH_H

#include "base/buf.h"
#include "model/database.h"

/* When a PIF has more VLANs than this with neither an address nor management, these become one
 * node: a picture of four thousand shows nothing, and dot takes minutes for it. */
#define DBC_GRAPH_FOLD 64

/* Appends the text to `out`.  All names are escaped; a missing record is drawn as missing.  Returns
 * 0, or -1 with DBC_ENOMEM. */
int dbc_graph(const struct dbc_db *db, struct dbc_buf *out, struct dbc_error *err);

#endif
