/* writer.h - a database as canonical network.dbcache text: what any reader from Python 2.4's
 * minidom to the installer's line scanners takes (network.dbcache(5), "Writing").
 *
 * The declaration of every producer so far; one element a line, tabs, text inline; a record's start
 * tag alone on its line; fields in the schema's order (<MAC> before <device>), those that are
 * not optional always there; empty lists and maps as <x/>; True and False; classes in the order
 * pif, bond, vlan, tunnel, network, pool and records in the order of their source; unknown things
 * last, where they were.
 *
 * The same records give the same bytes, and what is written reads back as the same records, but
 * for what XML cannot carry: a map's key that is no XML name is left out (only XAPI can have one),
 * a character that XML does not allow becomes U+FFFD. */
#ifndef DBC_XML_WRITER_H
#define DBC_XML_WRITER_H

#include "base/buf.h"
#include "model/database.h"
#include "model/loss.h"

/* Appends to `out`.  Fails for lack of memory only. */
int dbc_xml_format(const struct dbc_db *db, struct dbc_buf *out, struct dbc_error *err);
/* Replaces the file (base/file.h; mode 0644 when it is new) unless it holds these bytes already;
 * *changed_out (may be NULL) says whether it did. */
int dbc_xml_write_file(const struct dbc_db *db, const char *path, bool *changed_out,
                       struct dbc_error *err);

/* What XAPI says of the pool and its networks and the text does not: only XAPI acts on it.  `tell`
 * may be NULL. */
void dbc_xml_losses(const struct dbc_db *db, dbc_loss_fn *tell, void *ctx);

/* Text for between tags or quotes: the five entities.  Tabs and line ends become references, which
 * keeps one element a line, unless `layout` says that they stand for themselves. */
void dbc_xml_escape(struct dbc_buf *out, const char *text, size_t len, bool layout);

#endif
