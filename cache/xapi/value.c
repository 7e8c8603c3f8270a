/* value.c - the structure of an XML-RPC answer on libxml2's SAX2 interface.
 *
 * The open elements are a stack of tags; tags.c says which may contain which.  Text counts where a
 * value can have it and must be blank elsewhere.  Of a member that the sink does not want, as most
 * of a large answer is, only the structure is checked and no text is kept.
 */
#include "xapi/value.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "xapi/repair.h"
#include "xapi/tags.h"

struct frame {
    unsigned char tag;
    unsigned char children; /* counted up to 2 */
};

struct dbc_xapi_parser {
    const char *what;
    const struct dbc_xapi_sink *sink;
    void *ctx;
    xmlParserCtxtPtr xml;
    struct dbc_error *err;            /* of the call that runs */
    const xmlChar *names[DBC_N_TAGS]; /* as libxml2 keeps them: one address a name */
    struct frame stack[DBC_XAPI_DEPTH_MAX];
    size_t depth;
    size_t skipping; /* the depth of the member that is skipped; 0: none */
    bool failed, started, in_fault;
    size_t len; /* of `text`, that of the value or name that is open */
    char text[DBC_LIMIT_TEXT_BYTES + 1];
    struct dbc_xapi_repair repair;
};

const char *dbc_xapi_kind_name(enum dbc_xapi_kind kind)
{
    static const char *const names[] = { "a string",   "a number", "a boolean",
                                         "a fraction", "a date",   "binary data",
                                         "nothing",    "a list",   "a map" };
    return names[kind];
}

/* ---- Failing ------------------------------------------------------------------------------- */

static void stop(struct dbc_xapi_parser *p)
{
    p->failed = true;
    xmlStopParser(p->xml);
}

static unsigned place(int n)
{
    return n > 0 ? (unsigned)n : 0;
}

#define fail_here(p, code, ...)                                                                    \
    do {                                                                                           \
        dbc_fail_at((p)->err, code, (p)->what, place(xmlSAX2GetLineNumber((p)->xml)),              \
                    place(xmlSAX2GetColumnNumber((p)->xml)), __VA_ARGS__);                         \
        stop(p);                                                                                   \
    } while (0)

/* libxml2's own findings.  Only the first counts, and only what makes the XML ill-formed. */
static void on_error(void *ctx, xmlErrorPtr found)
{
    struct dbc_xapi_parser *p = ctx;
    const char *text = found->message != NULL ? found->message : "not well-formed";
    int len = (int)strcspn(text, "\n");

    if (found->level != XML_ERR_FATAL || p->failed) {
        return;
    }
    p->failed = true;
    if (found->code == XML_ERR_NO_MEMORY) {
        dbc_fail_nomem(p->err);
        return;
    }
    dbc_fail_at(p->err, DBC_EPARSE, p->what, place(found->line), place(found->int2), "%.*s", len,
                text);
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    struct dbc_xapi_parser *p = ctx;

    (void)name;
    (void)public_id;
    (void)system_id;
    fail_here(p, DBC_EPARSE, "expected an XML-RPC answer, found a document type");
}

/* ---- Structure ----------------------------------------------------------------------------- */

static struct frame *top(struct dbc_xapi_parser *p)
{
    return p->depth > 0 ? &p->stack[p->depth - 1] : NULL;
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\n' && text[i] != '\r') {
            return false;
        }
    }
    return true;
}

static enum dbc_xapi_kind kind_of(enum dbc_xapi_tag tag)
{
    static const unsigned char kinds[DBC_N_TAGS] = {
        [DBC_TAG_STRUCT] = DBC_XAPI_STRUCT, [DBC_TAG_ARRAY] = DBC_XAPI_ARRAY,
        [DBC_TAG_STRING] = DBC_XAPI_STRING, [DBC_TAG_INT] = DBC_XAPI_INT,
        [DBC_TAG_BOOLEAN] = DBC_XAPI_BOOL,  [DBC_TAG_DOUBLE] = DBC_XAPI_DOUBLE,
        [DBC_TAG_DATE] = DBC_XAPI_DATE,     [DBC_TAG_BASE64] = DBC_XAPI_BASE64,
        [DBC_TAG_NIL] = DBC_XAPI_NIL,
    };
    return kinds[tag];
}

/* Whether one more `child` may come: structures and lists have any number, a member its name and
 * then its value, the others one child at most. */
static bool has_room(const struct frame *parent, enum dbc_xapi_tag child)
{
    if (parent->tag == DBC_TAG_STRUCT || parent->tag == DBC_TAG_DATA) {
        return true;
    }
    if (parent->tag == DBC_TAG_MEMBER) {
        return parent->children == (child == DBC_TAG_NAME ? 0 : 1);
    }
    return parent->children == 0;
}

/* Whether `child` may come now; counts it in its parent. */
static bool enter(struct dbc_xapi_parser *p, enum dbc_xapi_tag child)
{
    struct frame *parent = top(p);
    enum dbc_xapi_tag tag = parent != NULL ? parent->tag : DBC_TAG_NONE;

    if (!dbc_xapi_tag_allows(tag, child)) {
        fail_here(p, DBC_EPARSE, "expected what may stand in a %s, found <%s>",
                  dbc_xapi_tag_name(tag), dbc_xapi_tag_name(child));
        return false;
    }
    if (parent == NULL) {
        return true;
    }
    if (!has_room(parent, child) || (tag == DBC_TAG_VALUE && !is_blank(p->text, p->len))) {
        fail_here(p, DBC_EPARSE, "expected the end of a %s, found <%s>", dbc_xapi_tag_name(tag),
                  dbc_xapi_tag_name(child));
        return false;
    }
    parent->children = parent->children < 2 ? (unsigned char)(parent->children + 1) : 2;
    return true;
}

/* Comparing addresses first: a large answer has a million elements. */
static enum dbc_xapi_tag tag_of(struct dbc_xapi_parser *p, const xmlChar *name)
{
    enum dbc_xapi_tag tag = DBC_TAG_NONE;

    for (int i = 1; i < DBC_N_TAGS; i++) {
        if (p->names[i] == name) {
            return (enum dbc_xapi_tag)i;
        }
    }
    tag = dbc_xapi_tag_find((const char *)name);
    p->names[tag] = name;
    return tag;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n_attributes,
                     int n_defaulted, const xmlChar **attributes)
{
    struct dbc_xapi_parser *p = ctx;
    enum dbc_xapi_tag tag = tag_of(p, name);

    (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces;
    (void)n_attributes, (void)n_defaulted, (void)attributes;
    if (p->failed) {
        return;
    }
    if (tag == DBC_TAG_NONE) {
        fail_here(p, DBC_EPARSE, "expected an XML-RPC answer, found <%s>", (const char *)name);
        return;
    }
    if (p->depth == DBC_XAPI_DEPTH_MAX) {
        fail_here(p, DBC_ELIMIT, "more than %d elements within each other", DBC_XAPI_DEPTH_MAX);
        return;
    }
    if (!enter(p, tag)) {
        return;
    }
    p->stack[p->depth++] = (struct frame){ .tag = (unsigned char)tag };
    p->started = true;
    p->len = 0;
    if (tag == DBC_TAG_FAULT) {
        p->in_fault = true;
    }
    if ((tag == DBC_TAG_STRUCT || tag == DBC_TAG_ARRAY) && p->skipping == 0 &&
        p->sink->open(p->ctx, kind_of(tag), p->err) != 0) {
        stop(p);
    }
}

static int send_scalar(struct dbc_xapi_parser *p, enum dbc_xapi_kind kind)
{
    const char *text = p->text;
    size_t len = p->len;

    if (kind != DBC_XAPI_STRING) { /* blanks around a number mean nothing */
        while (len > 0 && is_blank(text + len - 1, 1)) {
            len--;
        }
        p->text[len] = '\0';
        while (len > 0 && is_blank(text, 1)) {
            text++;
            len--;
        }
    }
    return p->sink->scalar(p->ctx, kind, text, len, p->err);
}

static int send_name(struct dbc_xapi_parser *p)
{
    int rc = p->sink->member(p->ctx, p->text, p->len, p->err);

    if (rc == DBC_XAPI_SKIP) {
        p->skipping = p->depth - 1; /* the member of this name */
        return 0;
    }
    return rc;
}

static bool is_scalar(enum dbc_xapi_tag tag)
{
    return tag >= DBC_TAG_STRING && tag <= DBC_TAG_NIL;
}

/* Tells the sink of an element that has just ended. */
static int leave(struct dbc_xapi_parser *p, const struct frame *frame)
{
    enum dbc_xapi_tag tag = frame->tag;

    if (tag == DBC_TAG_VALUE && frame->children == 0) {
        return send_scalar(p, DBC_XAPI_STRING);
    }
    if (tag == DBC_TAG_NAME) {
        return send_name(p);
    }
    if (tag == DBC_TAG_STRUCT || tag == DBC_TAG_ARRAY) {
        return p->sink->close(p->ctx, p->err);
    }
    return is_scalar(tag) ? send_scalar(p, kind_of(tag)) : 0;
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct dbc_xapi_parser *p = ctx;
    struct frame *frame = top(p);

    (void)name, (void)prefix, (void)uri;
    if (p->failed || frame == NULL) {
        return;
    }
    p->text[p->len] = '\0';
    if (p->skipping == 0 && leave(p, frame) != 0) {
        stop(p);
        return;
    }
    if (frame->tag == DBC_TAG_MEMBER && frame->children < 2) {
        fail_here(p, DBC_EPARSE, "expected a name and a value, found the end of a member");
        return;
    }
    if (frame->tag == DBC_TAG_MEMBER && p->skipping == p->depth) {
        p->skipping = 0;
    }
    p->depth--;
    p->len = 0;
}

/* ---- Text ---------------------------------------------------------------------------------- */

/* Whether an element may have text.  A value that has a child, and elements that only contain
 * others, may have blanks at most. */
static bool takes_text(const struct frame *frame)
{
    enum dbc_xapi_tag tag = frame != NULL ? frame->tag : DBC_TAG_NONE;

    if (tag == DBC_TAG_VALUE) {
        return frame->children == 0;
    }
    return tag == DBC_TAG_NAME || is_scalar(tag);
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct dbc_xapi_parser *p = ctx;
    size_t n = len > 0 ? (size_t)len : 0;

    if (p->failed) {
        return;
    }
    if (!takes_text(top(p))) {
        if (!is_blank((const char *)text, n)) {
            /* The text is not shown: it may be a credential. */
            fail_here(p, DBC_EPARSE, "expected a tag, found text");
        }
        return;
    }
    if (p->skipping != 0) {
        return;
    }
    if (n > DBC_LIMIT_TEXT_BYTES - p->len) {
        fail_here(p, DBC_ELIMIT, "a text of more than %u bytes (DBC_LIMIT_TEXT_BYTES)",
                  DBC_LIMIT_TEXT_BYTES);
        return;
    }
    memcpy(p->text + p->len, text, n);
    p->len += n;
}

/* ---- From outside -------------------------------------------------------------------------- */

/* At most DBC_XAPI_REPAIR_BLOCK bytes. */
static int parse(void *ctx, const char *data, size_t len)
{
    struct dbc_xapi_parser *p = ctx;

    xmlParseChunk(p->xml, data, (int)len, data == NULL);
    if (!p->failed && p->xml->disableSAX) { /* libxml2 reported no error: no memory */
        dbc_fail_nomem(p->err);
        p->failed = true;
    }
    return p->failed ? -1 : 0;
}

struct dbc_xapi_parser *dbc_xapi_parser_new(const char *what, const struct dbc_xapi_sink *sink,
                                            void *ctx, struct dbc_error *err)
{
    xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
                          .internalSubset = on_doctype,
                          .startElementNs = on_start,
                          .endElementNs = on_end,
                          .characters = on_text,
                          .ignorableWhitespace = on_text,
                          .cdataBlock = on_text,
                          .serror = on_error };
    struct dbc_xapi_parser *p = calloc(1, sizeof *p);

    if (p == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    p->what = what;
    p->sink = sink;
    p->ctx = ctx;
    dbc_xapi_repair_init(&p->repair, parse, p);
    p->xml = xmlCreatePushParserCtxt(&sax, p, NULL, 0, NULL);
    if (p->xml == NULL) {
        dbc_fail_nomem(err);
        free(p);
        return NULL;
    }
    /* The bytes are UTF-8 now, whatever encoding the answer claims. */
    xmlCtxtUseOptions(p->xml, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    return p;
}

int dbc_xapi_parser_add(struct dbc_xapi_parser *p, const char *data, size_t len,
                        struct dbc_error *err)
{
    int rc = -1;

    p->err = err;
    if (!p->failed) {
        rc = dbc_xapi_repair_add(&p->repair, data, len);
    }
    p->err = NULL;
    return rc;
}

int dbc_xapi_parser_end(struct dbc_xapi_parser *p, struct dbc_error *err)
{
    p->err = err;
    if (!p->failed && dbc_xapi_repair_end(&p->repair) == 0) {
        if (p->depth > 0 || !p->started) {
            fail_here(p, DBC_EPARSE, "expected the rest of the answer, found its end");
        } else {
            parse(p, NULL, 0);
        }
    }
    p->err = NULL;
    return p->failed ? -1 : 0;
}

bool dbc_xapi_parser_in_fault(const struct dbc_xapi_parser *p)
{
    return p->in_fault;
}

void dbc_xapi_parser_free(struct dbc_xapi_parser *p)
{
    if (p == NULL) {
        return;
    }
    xmlFreeParserCtxt(p->xml);
    free(p);
}
