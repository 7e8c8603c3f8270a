/* reader.h - network.dbcache, from XML into a database.  Streaming (libxml2's SAX2 interface): no
 * tree, memory in proportion to the records; hardened: no DTD, no entities but the five, no
 * network, no encoding but UTF-8, limits of base/limits.h, database.h and xml/limits.h.  See
 * network.dbcache(5) for the format and its dialects.
 *
 * Taken as it comes: elements in any order, both text layouts (white space around a text is
 * dropped), CDATA, character references, comments and processing instructions anywhere, missing
 * elements, duplicates (of a field, a key or a record the last one wins).
 *
 * Kept for the writer: elements that the schema does not know, comments and processing
 * instructions, at top level, in a record, in a list or map.  Names are compared as written: one
 * with a namespace prefix is never known; namespaces in scope are written into what is kept.
 *
 * Dropped in silence: text that is in no field, comments inside a text.
 *
 * Warned about and left out: a record without `ref`, an attribute that the format does not have, an
 * element inside a text.  Warned about and kept: a number that is none, a text with control
 * characters, a boolean other than True and False (it reads as False).
 *
 * Damage (bytes that are no XML, the file's end in the middle, a limit crossed, a read error) ends
 * the reading: the whole records before it are the result, with a warning that names the place and
 * their number; without any it is an error.  Out of memory is always an error.  The code of a
 * warning is DBC_EINVAL for a single value or record, another one for damage. */
#ifndef DBC_XML_READER_H
#define DBC_XML_READER_H

#include "base/stream.h"
#include "model/database.h"

/* As dbc_db_read of dbcache.h, from a path; every record read is in the result, which is indexed.
 * NULL with *err when nothing is usable; DBC_EINVAL for what is no regular file. */
struct dbc_db *dbc_xml_read_file(const char *path, dbc_warning_fn *warn, void *ctx,
                                 struct dbc_error *err);
struct dbc_db *dbc_xml_read_memory(const char *name, const void *data, size_t len,
                                   dbc_warning_fn *warn, void *ctx, struct dbc_error *err);
/* Before several threads read, each its own file: once, by the first of them. */
void dbc_xml_settle(void);
struct dbc_db *dbc_xml_read_stream(const struct dbc_stream *stream, dbc_warning_fn *warn, void *ctx,
                                   struct dbc_error *err);

#endif
