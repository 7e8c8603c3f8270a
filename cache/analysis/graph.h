/* graph.h - a picture of a host's network in the language of Graphviz' dot: NICs on the left, what
 * stands on them to the right, bridges and their addresses last, the way of the management traffic
 * in colour. */
#ifndef DBC_ANALYSIS_GRAPH_H
#define DBC_ANALYSIS_GRAPH_H

#include "base/buf.h"
#include "model/database.h"

/* Of so many VLANs on one PIF those without an address become one node: a picture of four thousand
 * shows nothing, and dot takes minutes for it. */
#define DBC_GRAPH_FOLD 64

/* Appends the text.  Names are escaped, whatever they hold; references to nothing are drawn as
 * such. 0, or -1 with DBC_ENOMEM. */
int dbc_graph(const struct dbc_db *db, struct dbc_buf *out, struct dbc_error *err);

#endif
