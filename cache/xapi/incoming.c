/* incoming.c - reads the request of a plugin (incoming.h) as a small tree of libxml2's: it is one
 * argument long at most, and printed by a program, not by a person. */
#include "xapi/incoming.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

static bool is(const xmlNode *node, const char *name)
{
    return node != NULL && strcmp((const char *)node->name, name) == 0;
}

static bool is_blank(const xmlNode *node)
{
    const char *text = node->content != NULL ? (const char *)node->content : "";
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* The first element among `node` and what follows it, or NULL. */
static const xmlNode *element_from(const xmlNode *node)
{
    while (node != NULL && node->type != XML_ELEMENT_NODE) {
        node = node->next;
    }
    return node;
}

/* The only element in `node` if its name is `name`, else NULL.  Text and comments do not count. */
static const xmlNode *only(const xmlNode *node, const char *name)
{
    const xmlNode *inside = node != NULL ? element_from(node->children) : NULL;
    return is(inside, name) && element_from(inside->next) == NULL ? inside : NULL;
}

/* Appends the text of an element; false when it contains more than text and comments. */
static bool take_text(const xmlNode *node, struct dbc_buf *out)
{
    for (const xmlNode *part = node->children; part != NULL; part = part->next) {
        if (part->type == XML_TEXT_NODE || part->type == XML_CDATA_SECTION_NODE) {
            dbc_buf_adds(out, (const char *)part->content);
        } else if (part->type != XML_COMMENT_NODE) {
            return false;
        }
    }
    return true;
}

/* Takes <value>x</value> or <value><string>x</string></value>; x may be empty. */
static bool take_string(const xmlNode *value, struct dbc_buf *out)
{
    const xmlNode *inside = element_from(value->children);

    if (inside == NULL) {
        return take_text(value, out);
    }
    for (const xmlNode *part = value->children; part != NULL; part = part->next) {
        if (part->type == XML_TEXT_NODE && !is_blank(part)) {
            return false;
        }
    }
    inside = only(value, "string");
    return inside != NULL && take_text(inside, out);
}

static int bad(struct dbc_error *err, const char *wanted)
{
    return dbc_fail(err, DBC_EPARSE, "the request is no call of a plugin: expected %s", wanted);
}

static int read_params(struct dbc_xapi_incoming *call, const xmlNode *params, struct dbc_error *err)
{
    const xmlNode *first = element_from(params->children);
    const xmlNode *second = first != NULL ? element_from(first->next) : NULL;
    const xmlNode *session = is(first, "param") ? only(first, "value") : NULL;
    const xmlNode *args = is(second, "param") ? only(second, "value") : NULL;

    if (session == NULL || !take_string(session, &call->session)) {
        return bad(err, "a session as first parameter");
    }
    if (only(args, "struct") == NULL || element_from(second->next) != NULL) {
        return bad(err, "a map as second and last parameter");
    }
    return call->session.failed ? dbc_fail_nomem(err) : 0;
}

static int read_call(struct dbc_xapi_incoming *call, const xmlDoc *doc, struct dbc_error *err)
{
    const xmlNode *root = element_from(doc->children);
    const xmlNode *name = is(root, "methodCall") ? element_from(root->children) : NULL;
    const xmlNode *params = name != NULL ? element_from(name->next) : NULL;

    if (doc->intSubset != NULL) {
        return bad(err, "no document type");
    }
    if (!is(name, "methodName") || !take_text(name, &call->method)) {
        dbc_buf_release(&call->method);
        return bad(err, "<methodCall> with a <methodName>");
    }
    if (call->method.failed) {
        return dbc_fail_nomem(err);
    }
    return is(params, "params") && element_from(params->next) == NULL
               ? read_params(call, params, err)
               : bad(err, "<params>");
}

static int fail_xml(xmlParserCtxtPtr xml, struct dbc_error *err)
{
    const xmlError *found = xmlCtxtGetLastError(xml);
    const char *text = found != NULL && found->message != NULL ? found->message : "";

    if (found == NULL || found->code == XML_ERR_NO_MEMORY) {
        return dbc_fail_nomem(err);
    }
    return dbc_fail(err, DBC_EPARSE, "the request is no XML: line %d: %.*s", found->line,
                    (int)strcspn(text, "\n"), text);
}

int dbc_xapi_incoming_read(struct dbc_xapi_incoming *call, const char *text, struct dbc_error *err)
{
    size_t len = strnlen(text, DBC_XAPI_INCOMING_MAX + 1);
    xmlParserCtxtPtr xml = NULL;
    xmlDoc *doc = NULL;
    int rc = -1;

    if (len > DBC_XAPI_INCOMING_MAX) {
        return dbc_fail(err, DBC_ELIMIT, "a request of more than %u bytes (DBC_XAPI_INCOMING_MAX)",
                        DBC_XAPI_INCOMING_MAX);
    }
    xml = xmlNewParserCtxt();
    if (xml == NULL) {
        return dbc_fail_nomem(err);
    }
    doc = xmlCtxtReadMemory(xml, text, (int)len, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    rc = doc != NULL ? read_call(call, doc, err) : fail_xml(xml, err);
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(xml);
    return rc;
}

void dbc_xapi_incoming_release(struct dbc_xapi_incoming *call)
{
    dbc_buf_release(&call->method);
    dbc_buf_release(&call->session);
}
