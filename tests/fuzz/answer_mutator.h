/* answer_mutator.h - changes an answer of XAPI's, or a request, which are XML-RPC: a value becomes
 * another or that of another place, a member gets another name, goes or comes twice. */
#ifndef FUZZ_ANSWER_MUTATOR_H
#define FUZZ_ANSWER_MUTATOR_H

#include "xml_mutator.h"

/* Names of members: of fields, of keys of other_config, and of the envelope. */
static const char *some_name(unsigned *seed)
{
    static const char *const names[] = {
        "Status",
        "Value",
        "ErrorDescription",
        "events",
        "token",
        "class",
        "operation",
        "snapshot",
        "ref",
        "uuid",
        "bridge",
        "other_config",
        "nicira-bridge-id",
        "nicira-iface-id",
        "nicira-vm-id",
        "vswitch-controller-fail-mode",
        "vswitch-disable-in-band",
    };

    switch (draw(seed, 4)) {
    case 0:
        return some_field(seed);
    case 1:
        return some_key(seed);
    default:
        return names[draw(seed, sizeof names / sizeof *names)];
    }
}

static void set_text(xmlNodePtr node, const char *text)
{
    xmlNodeSetContent(node, NULL);
    xmlNodeAddContent(node, xml_text(text));
}

/* A value of any type, with or without an element that says which. */
static void set_value(xmlNodePtr value, unsigned *seed)
{
    static const char *const types[] = {
        "string", "int",    "i4",     "boolean", "double",
        "nil",    "base64", "struct", "array",   "dateTime.iso8601"
    };
    const char *type = types[draw(seed, sizeof types / sizeof *types)];
    xmlNodePtr child = NULL;

    if (draw(seed, 2) == 0) {
        set_text(value, some_value(seed));
        return;
    }
    xmlNodeSetContent(value, NULL);
    child = xmlNewChild(value, NULL, xml_text(type), NULL);
    if (strcmp(type, "array") == 0) {
        xmlNewChild(child, NULL, xml_text("data"), NULL);
    } else if (strcmp(type, "struct") != 0 && strcmp(type, "nil") != 0) {
        xmlNodeAddContent(child, xml_text(some_value(seed)));
    }
}

/* Makes a value that of another place. */
static void borrow_value(xmlNodePtr root, xmlNodePtr value, unsigned *seed)
{
    xmlNodePtr copy = xmlCopyNode(some_element(root, "value", seed), 1);

    if (copy != NULL) {
        xmlReplaceNode(value, copy);
        xmlFreeNode(value);
    }
}

static void change_answer(xmlNodePtr root, unsigned *seed)
{
    xmlNodePtr value = some_element(root, "value", seed);
    xmlNodePtr name = some_element(root, "name", seed);

    switch (value == NULL ? 0 : draw(seed, 8)) {
    case 0:
        if (name != NULL) {
            set_text(name, some_name(seed));
        }
        break;
    case 1:
        drop_or_double(some_element(root, "member", seed), seed);
        break;
    case 2:
        drop_or_double(value, seed);
        break;
    case 3:
    case 4:
        borrow_value(root, value, seed);
        break;
    default:
        set_value(value, seed);
        break;
    }
}

#endif
