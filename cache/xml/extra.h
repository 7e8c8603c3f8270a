/* extra.h - XML text of elements, comments and processing instructions that the schema does not
 * know, made from libxml2's events for the writer to write back.  One text is built at a time.
 * Private to this folder's readers. */
#ifndef DBC_XML_EXTRA_H
#define DBC_XML_EXTRA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "xml/parser.h"

struct dbc_xml_extra {
    struct dbc_buf xml; /* the current text */
    bool tag_open;      /* its last start tag still lacks its '>' */
    size_t total;       /* bytes of the earlier texts */
};

/* A start tag as libxml2's SAX2 interface reports it. */
struct dbc_xml_tag {
    const xmlChar *name, *prefix;
    int n_namespaces, n_attributes;
    const xmlChar **namespaces; /* two each: prefix, URI */
    const xmlChar **attributes; /* five each: name, prefix, URI, start and end of the value */
};

/* Each adds one event to the current text.  Returns 0, or -1 with DBC_ENOMEM or, where a limit of
 * limits.h is crossed, DBC_ELIMIT. */
int dbc_xml_extra_start(struct dbc_xml_extra *x, const struct dbc_xml_tag *tag,
                        struct dbc_error *err);
int dbc_xml_extra_text(struct dbc_xml_extra *x, const char *text, size_t len,
                       struct dbc_error *err);
int dbc_xml_extra_end(struct dbc_xml_extra *x, const struct dbc_xml_tag *tag,
                      struct dbc_error *err);
/* A whole comment or processing instruction, in pieces, ended by NULL. */
int dbc_xml_extra_aside(struct dbc_xml_extra *x, const char *const *pieces, struct dbc_error *err);
/* Empties the current text, which the caller has copied, and starts the next one. */
void dbc_xml_extra_next(struct dbc_xml_extra *x);
void dbc_xml_extra_release(struct dbc_xml_extra *x);

#endif
