/* writer.h - writes a database as canonical network.dbcache text, which every reader from Python
 * 2.4's minidom to the installer's line scanners accepts (network.dbcache(5), "Writing").
 *
 * The text has the declaration of every producer so far.  Each element has its own line, indented
 * with tabs, with its text inline; a record's start tag is alone on its line.  Fields come in the
 * schema's order (<MAC> before <device>), and those that are not optional are always there.  Empty
 * lists and maps are <x/>, booleans True and False.  Classes come in the order pif, bond, vlan,
 * tunnel, network, pool, records in the order of their source, and unknown elements and comments at
 * the end of the part that had them.
 *
 * The same records give the same bytes, and the text reads back as the same records, except for
 * what XML cannot have: a map's key that is not an XML name is left out (only XAPI can have one),
 * and a character that XML does not allow becomes U+FFFD. */
#ifndef DBC_XML_WRITER_H
#define DBC_XML_WRITER_H

#include "base/buf.h"
#include "model/database.h"
#include "model/loss.h"

/* Appends the text to `out`.  Returns 0, or -1 with DBC_ENOMEM. */
int dbc_xml_format(const struct dbc_db *db, struct dbc_buf *out, struct dbc_error *err);
/* Replaces the file (mode 0644 when it is new), unless it has these bytes already; *changed_out
 * (may be NULL) says whether it did.  Returns 0, or -1 as dbc_file_replace fails. */
int dbc_xml_write_file(const struct dbc_db *db, const char *path, bool *changed_out,
                       struct dbc_error *err);

/* Calls `tell` (may be NULL) for each value of the pool and its networks that XAPI has and the text
 * does not: only XAPI acts on these. */
void dbc_xml_losses(const struct dbc_db *db, dbc_loss_fn *tell, void *ctx);

/* Appends text for between tags or quotes, with the five entities.  Tabs and line ends become
 * character references, so that an element stays on one line, unless `layout` is set. */
void dbc_xml_escape(struct dbc_buf *out, const char *text, size_t len, bool layout);

#endif
