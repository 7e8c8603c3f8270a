/* xml_mutator.h - changes an XML text in its tree, so that it stays XML.  Which elements change,
 * and how, says a function of the format. */
#ifndef FUZZ_XML_MUTATOR_H
#define FUZZ_XML_MUTATOR_H

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "values.h"

typedef void change_tree_fn(xmlNodePtr root, unsigned *seed);

static inline const xmlChar *xml_text(const char *text)
{
    return (const xmlChar *)text;
}

/* The node after `at` in the order of the text, or NULL. */
static inline xmlNodePtr node_after(xmlNodePtr root, xmlNodePtr at)
{
    if (at->type == XML_ELEMENT_NODE && at->children != NULL) {
        return at->children;
    }
    while (at != root && at->next == NULL) {
        at = at->parent;
    }
    return at == root ? NULL : at->next;
}

static inline bool is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, xml_text(name));
}

/* Returns one of the elements of this name below `root`, or NULL. */
static inline xmlNodePtr some_element(xmlNodePtr root, const char *name, unsigned *seed)
{
    xmlNodePtr found = NULL;
    size_t n = 0;

    for (xmlNodePtr at = node_after(root, root); at != NULL; at = node_after(root, at)) {
        if (is_element(at, name) && draw(seed, ++n) == 0) {
            found = at;
        }
    }
    return found;
}

/* Removes an element, or puts a copy behind it; returns the copy, or NULL. */
static inline xmlNodePtr drop_or_double(xmlNodePtr at, unsigned *seed)
{
    if (at != NULL && draw(seed, 2) == 0) {
        return xmlAddNextSibling(at, xmlCopyNode(at, 1));
    }
    if (at != NULL) {
        xmlUnlinkNode(at);
        xmlFreeNode(at);
    }
    return NULL;
}

/* Changes the XML in `data`, up to `max` bytes; returns its new size, or 0 if it is no XML. */
static inline size_t mutate_tree(uint8_t *data, size_t size, size_t max, unsigned seed,
                                 change_tree_fn *change)
{
    xmlDocPtr doc = xmlReadMemory((const char *)data, (int)size, NULL, NULL,
                                  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNodePtr root = xmlDocGetRootElement(doc);
    xmlChar *text = NULL;
    int len = 0;

    if (root != NULL) {
        for (unsigned n = 1 + draw(&seed, 3); n > 0; n--) {
            change(root, &seed);
        }
        xmlDocDumpMemory(doc, &text, &len);
    }
    if (text == NULL || len <= 0 || (size_t)len > max) {
        len = 0;
    } else {
        memcpy(data, text, (size_t)len);
    }
    xmlFree(text);
    xmlFreeDoc(doc);
    return (size_t)len;
}

/* The same behind the `head` bytes of an input; one time in eight, and for what is no XML, the
 * whole input is changed by libFuzzer. */
static inline size_t mutate_xml(size_t head, uint8_t *data, size_t size, size_t max, unsigned seed,
                                change_tree_fn *change)
{
    size_t len = 0;

    if (size > head && draw(&seed, 8) != 0) {
        len = mutate_tree(data + head, size - head, max - head, seed, change);
    }
    return len > 0 ? head + len : LLVMFuzzerMutate(data, size, max);
}

#endif
