/* parser.h - libxml2's SAX2 interface, hardened: no DTD, no entities but the five, no network, no
 * encoding but UTF-8, limits on depth, attributes and tokens, no output on stderr.  A reader of a
 * format has a struct dbc_xml_parser as its first member and gets a pointer to it in each event.
 * Private to the folders that read XML. */
#ifndef DBC_XML_PARSER_H
#define DBC_XML_PARSER_H

#include <libxml/parser.h>

#include "base/warnings.h"
#include "xml/input.h"

/* A format's limits; that on the size of the file is the input's `max`. */
struct dbc_xml_limits {
    unsigned depth; /* nested elements */
    int names;      /* attributes and namespaces of one element */
    size_t token;   /* bytes without an event: of a tag, a comment or a CDATA section */
};
extern const struct dbc_xml_limits dbc_xml_cache_limits; /* network.dbcache */

struct dbc_xml_parser {
    struct dbc_xml_input input;
    const struct dbc_xml_limits *limits;
    const char *root;             /* the root element's name, for messages */
    struct dbc_warnings warnings; /* for dbc_xml_warn */
    struct dbc_error error;       /* why the parsing ended; the first reason stays */
    xmlParserCtxtPtr libxml;
    size_t quiet;   /* bytes read since the last event; every handler sets it to 0 */
    unsigned depth; /* of the current element; 1 is the root */
};

/* Parses the whole input; the handlers get `p`.  `events` has startElementNs, endElementNs and any
 * others that the format needs; `characters` also gets white space and CDATA sections.  A DOCTYPE
 * is refused here.  Returns 0, or -1 with p->error: DBC_EPARSE and DBC_ELIMIT with file, line and
 * column, DBC_EIO, DBC_ENOMEM, or what a handler gave to dbc_xml_stop. */
int dbc_xml_parse(struct dbc_xml_parser *p, const xmlSAXHandler *events);

/* The rest is for handlers.
 *
 * To be called first in startElementNs: counts the depth, and checks it and `n_names`, the number
 * of attributes and namespaces.  False when the parsing has ended; the handler returns then. */
bool dbc_xml_enter(struct dbc_xml_parser *p, int n_names);
/* To be called last in endElementNs. */
void dbc_xml_leave(struct dbc_xml_parser *p);
/* Warns about the current place. */
void dbc_xml_warn(struct dbc_xml_parser *p, const char *fmt, ...) DBC_PRINTF(2, 3);
unsigned dbc_xml_line(const struct dbc_xml_parser *p);
/* Ends the parsing here with an error, unless it has ended already. */
void dbc_xml_stop(struct dbc_xml_parser *p, enum dbc_code code, const char *fmt, ...)
    DBC_PRINTF(3, 4);
/* The same when p->error has an error already, to which the place is added. */
void dbc_xml_stop_at_error(struct dbc_xml_parser *p);

#endif
