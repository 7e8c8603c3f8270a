/* parser.c - runs and hardens libxml2's parser (parser.h); no other file runs it.  It is above
 * input.c, which has the bytes, and below the readers of the formats. */
#include "xml/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "xml/limits.h"

const struct dbc_xml_limits dbc_xml_cache_limits = { DBC_LIMIT_XML_DEPTH, DBC_LIMIT_XML_ATTRS,
                                                     DBC_LIMIT_TOKEN_BYTES };

static const char *str(const xmlChar *text)
{
    return (const char *)text;
}

/* ---- Places and ends ---------------------------------------------------------------------- */

static const xmlParserInput *position(const struct dbc_xml_parser *p)
{
    return p->libxml == NULL ? NULL : p->libxml->input;
}

unsigned dbc_xml_line(const struct dbc_xml_parser *p)
{
    const xmlParserInput *in = position(p);

    return in == NULL || in->line < 0 ? 0 : (unsigned)in->line;
}

static unsigned column_of(const struct dbc_xml_parser *p)
{
    const xmlParserInput *in = position(p);

    return in == NULL || in->col < 0 ? 0 : (unsigned)in->col;
}

void dbc_xml_warn(struct dbc_xml_parser *p, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    dbc_warn_at_v(&p->warnings, p->input.name, dbc_xml_line(p), column_of(p), fmt, args);
    va_end(args);
}

/* Notes why the parsing ends at this place.  The parser itself goes on, see on_error. */
static void note(struct dbc_xml_parser *p, enum dbc_code code, const char *fmt, ...)
    DBC_PRINTF(3, 4);
static void note(struct dbc_xml_parser *p, enum dbc_code code, const char *fmt, ...)
{
    char text[DBC_ERROR_TEXT_SIZE] = "";
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    dbc_fail_at(&p->error, code, p->input.name, dbc_xml_line(p), column_of(p), "%s", text);
}

void dbc_xml_stop(struct dbc_xml_parser *p, enum dbc_code code, const char *fmt, ...)
{
    char text[DBC_ERROR_TEXT_SIZE] = "";
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    note(p, code, "%s", text);
    xmlStopParser(p->libxml);
}

void dbc_xml_stop_at_error(struct dbc_xml_parser *p)
{
    struct dbc_error error = p->error;

    dbc_error_clear(&p->error);
    dbc_xml_stop(p, error.code, "%s", error.text);
}

bool dbc_xml_enter(struct dbc_xml_parser *p, int n_names)
{
    p->quiet = 0;
    p->depth++;
    if (p->depth > p->limits->depth) {
        dbc_xml_stop(p, DBC_ELIMIT, "expected at most %u elements inside each other, found more",
                     p->limits->depth);
    } else if (n_names > p->limits->names) {
        dbc_xml_stop(p, DBC_ELIMIT, "expected at most %d attributes of an element, found %d",
                     p->limits->names, n_names);
    }
    return p->error.code == DBC_OK;
}

void dbc_xml_leave(struct dbc_xml_parser *p)
{
    p->quiet = 0;
    p->depth--;
}

/* ---- libxml2's errors --------------------------------------------------------------------- */

static bool is_at_end(const struct dbc_xml_parser *p)
{
    const xmlParserInput *in = position(p);

    return p->input.ended && in != NULL && in->cur >= in->end;
}

static void explain_end(struct dbc_xml_parser *p)
{
    if (p->input.given == 0) {
        note(p, DBC_EPARSE, "expected <%s>, found an empty file", p->root);
    } else if (p->libxml->name == NULL) {
        note(p, DBC_EPARSE, "expected <%s>, found the end of the file", p->root);
    } else {
        note(p, DBC_EPARSE, "expected </%.200s>, found the end of the file", str(p->libxml->name));
    }
}

static void explain(struct dbc_xml_parser *p, const xmlError *e)
{
    const char *text = e->message == NULL ? "an error" : e->message;

    switch (e->code) {
    case XML_ERR_TAG_NAME_MISMATCH:
        note(p, DBC_EPARSE, "expected </%.200s>, found </%.200s>", e->str1, e->str2);
        break;
    case XML_ERR_UNDECLARED_ENTITY:
        note(p, DBC_EPARSE, "expected &amp; &lt; &gt; &quot; or &apos;, found &%.200s;", e->str1);
        break;
    default:
        note(p, DBC_EPARSE, "expected well-formed XML, found: %.*s", (int)strcspn(text, "\n"),
             text);
        break;
    }
}

/* libxml2 reports errors while it works on its buffers, which xmlStopParser would take away.
 * Without a stop it would go on without events, even through a DTD, so the state is set to the end
 * here. */
static void on_error(void *ctx, xmlErrorPtr e)
{
    struct dbc_xml_parser *p = ctx;

    if (e->code == XML_ERR_NO_MEMORY) {
        dbc_fail_nomem(&p->error);
    } else if (e->level == XML_ERR_FATAL && p->error.code == DBC_OK) {
        if (is_at_end(p)) {
            explain_end(p);
        } else {
            explain(p, e);
        }
    }
    if (p->error.code != DBC_OK && p->libxml != NULL) {
        p->libxml->disableSAX = 1;
        p->libxml->instate = XML_PARSER_EOF;
    }
}

/* Refuses <!DOCTYPE: it could declare entities, on which most attacks with XML rely. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    struct dbc_xml_parser *p = ctx;

    (void)name;
    (void)public_id;
    (void)system_id;
    dbc_xml_stop(p, DBC_EPARSE, "expected <%s>, found <!DOCTYPE>", p->root);
}

/* ---- Events that a format does not need --------------------------------------------------- */

/* Resets `quiet`, so that the text does not count as part of the next tag. */
static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct dbc_xml_parser *p = ctx;

    (void)text;
    (void)len;
    p->quiet = 0;
}

static void on_comment(void *ctx, const xmlChar *text)
{
    on_text(ctx, text, 0);
}

static void on_instruction(void *ctx, const xmlChar *target, const xmlChar *data)
{
    (void)target;
    on_text(ctx, data, 0);
}

static void complete(xmlSAXHandler *sax)
{
    sax->characters = sax->characters != NULL ? sax->characters : on_text;
    sax->ignorableWhitespace = sax->characters;
    sax->cdataBlock = sax->characters;
    sax->comment = sax->comment != NULL ? sax->comment : on_comment;
    sax->processingInstruction =
        sax->processingInstruction != NULL ? sax->processingInstruction : on_instruction;
}

/* ---- Parsing ------------------------------------------------------------------------------ */

/* libxml2 reports a tag after it has compared all pairs of its attributes, which takes far too long
 * for a tag of megabytes.  It keeps five entries for each attribute and allocates twice as many as
 * it needs. */
static bool has_too_many_names(const struct dbc_xml_parser *p)
{
    int most = p->limits->names;

    return p->quiet > DBC_LIMIT_TOKEN_BYTES && p->libxml != NULL &&
           (p->libxml->maxatts > 2 * 5 * (most + 2) ||
            p->libxml->nsNr > 2 * most * (int)p->limits->depth);
}

/* The parser must not be stopped in here; -1 makes it stop by itself. */
static int on_read(void *ctx, char *buffer, int len)
{
    struct dbc_xml_parser *p = ctx;
    ssize_t n = 0;

    if (p->error.code != DBC_OK) {
        return -1;
    }
    if (has_too_many_names(p)) {
        note(p, DBC_ELIMIT, "expected at most %d attributes of an element, found more",
             p->limits->names);
        return -1;
    }
    n = dbc_xml_input_take(&p->input, buffer, (size_t)len, &p->error);
    if (n < 0) {
        return -1;
    }
    p->quiet += (size_t)n;
    if (p->libxml != NULL && xmlDictSize(p->libxml->dict) > DBC_LIMIT_XML_NAMES) {
        note(p, DBC_ELIMIT, "expected at most %d different names, found more", DBC_LIMIT_XML_NAMES);
        return -1;
    }
    if (p->quiet > p->limits->token) {
        note(p, DBC_ELIMIT,
             "expected a tag, comment or CDATA section of at most %zu bytes, found more",
             p->limits->token);
        return -1;
    }
    return (int)n;
}

static xmlParserCtxtPtr new_libxml(struct dbc_xml_parser *p, const xmlSAXHandler *events)
{
    xmlSAXHandler sax = *events;
    xmlParserCtxtPtr libxml = NULL;

    sax.initialized = XML_SAX2_MAGIC;
    sax.internalSubset = on_doctype;
    complete(&sax);
    libxml = xmlCreateIOParserCtxt(&sax, p, on_read, NULL, p, XML_CHAR_ENCODING_NONE);
    /* NOENT makes "&amp;" in an attribute a plain '&'; other entities cannot be declared without
     * a DTD, which on_doctype refuses.  IGNORE_ENC reads the file as UTF-8, whatever it claims. */
    if (libxml != NULL) {
        xmlCtxtUseOptions(libxml, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
    }
    return libxml;
}

static void free_libxml(struct dbc_xml_parser *p)
{
    if (p->libxml != NULL) {
        xmlFreeDoc(p->libxml->myDoc); /* libxml2 makes one for a declared entity */
        p->libxml->myDoc = NULL;
        xmlFreeParserCtxt(p->libxml);
        p->libxml = NULL;
    }
}

int dbc_xml_parse(struct dbc_xml_parser *p, const xmlSAXHandler *events)
{
    xmlStructuredErrorFunc others = xmlStructuredError;
    void *others_ctx = xmlStructuredErrorContext;

    xmlSetStructuredErrorFunc(p, on_error); /* for this thread; sax.serror misses some errors */
    xmlInitParser();
    p->libxml = new_libxml(p, events);
    if (p->libxml == NULL) {
        dbc_fail_nomem(&p->error);
    } else if (xmlParseDocument(p->libxml) != 0) {
        note(p, DBC_EPARSE, "expected well-formed XML, found an error that libxml2 does not name");
    }
    free_libxml(p);
    xmlSetStructuredErrorFunc(others_ctx, others);
    return p->error.code == DBC_OK ? 0 : -1;
}
