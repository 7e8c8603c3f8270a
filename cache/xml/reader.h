/* reader.h - reads a network.dbcache into a database.  It reads a stream (libxml2's SAX2
 * interface), so there is no tree, and memory grows with the records only.  It is hardened: no DTD,
 * no entities but the five, no network, no encoding but UTF-8, the limits of base/limits.h,
 * database.h and xml/limits.h.  See network.dbcache(5) for the format and its dialects.
 *
 * Accepted: elements in any order, both text layouts (white space around a text is dropped), CDATA,
 * character references, comments and processing instructions anywhere, missing elements, and
 * duplicates (of a field, a key or a record the last one wins).
 *
 * Kept for the writer: elements that the schema does not know, comments and processing
 * instructions, at top level, in a record, in a list or map.  Names are compared as written: one
 * with a namespace prefix is never known; namespaces in scope are written into what is kept.
 *
 * Dropped without a warning: text outside of fields, comments inside a text.
 *
 * Left out with a warning: a record without `ref`, an attribute that the format does not have, an
 * element inside a text.  Kept with a warning: a number that does not parse, a text with control
 * characters, a boolean other than True and False (it reads as False).
 *
 * Damage (bytes that are not XML, an early end of the file, a limit crossed, a read error) ends the
 * reading.  The result is the whole records before it, with a warning that names the place and
 * their number; damage before the first record is an error.  Running out of memory always is.  The
 * code of a warning is DBC_EINVAL for a single value or record, another one for damage. */
#ifndef DBC_XML_READER_H
#define DBC_XML_READER_H

#include "base/stream.h"
#include "model/database.h"

/* Read a file, memory or a stream as dbc_db_read of dbcache.h; the result is indexed and the
 * caller's to free.  `name` is for messages.  NULL with *err when nothing is usable; DBC_EINVAL
 * when the path is not a regular file's. */
struct dbc_db *dbc_xml_read_file(const char *path, dbc_warning_fn *warn, void *ctx,
                                 struct dbc_error *err);
struct dbc_db *dbc_xml_read_memory(const char *name, const void *data, size_t len,
                                   dbc_warning_fn *warn, void *ctx, struct dbc_error *err);
/* To be called once before several threads read, each its own file. */
void dbc_xml_settle(void);
struct dbc_db *dbc_xml_read_stream(const struct dbc_stream *stream, dbc_warning_fn *warn, void *ctx,
                                   struct dbc_error *err);

#endif
