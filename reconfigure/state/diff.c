/* diff.c - comparing two states object by object (diff.h). */
#include "reconfigure/state/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

static int push(struct ifr_changes *changes, const struct ifr_change *change, struct dbc_error *err)
{
    if (!DBC_GROW(changes->v, changes->n, changes->cap)) {
        return dbc_fail_nomem(err);
    }
    changes->v[changes->n++] = *change;
    return 0;
}

void ifr_changes_release(struct ifr_changes *changes)
{
    free(changes->v);
    *changes = (struct ifr_changes){ 0 };
}

static bool lacks(const struct ifr_attribute *row, const char *seen, const char *wanted)
{
    char member[IFR_MEMBER_MAX];

    while (ifr_set_next(&wanted, row->between, member)) {
        if (!(row->between == '\n' ? ifr_addresses_have(seen, member)
                                   : ifr_set_has_words(seen, row->between, member))) {
            return true;
        }
    }
    return false;
}

static bool differs(const struct ifr_attribute *row, const char *seen, const char *wanted)
{
    if (wanted == NULL || seen == NULL) {
        return wanted != NULL;
    }
    if (strcmp(wanted, IFR_ANY) == 0) {
        return *seen == '\0';
    }
    if (row->within) {
        return lacks(row, seen, wanted);
    }
    return row->between != '\0' ? !ifr_set_equal(seen, wanted, row->between)
                                : strcmp(seen, wanted) != 0;
}

uint32_t ifr_object_differs(const struct ifr_object *seen, const struct ifr_object *wanted)
{
    const struct ifr_attribute *rows = ifr_attributes(wanted->kind);
    uint32_t ret = 0;

    for (size_t i = 0; i < ifr_n_attributes(wanted->kind); i++) {
        if (differs(&rows[i], seen->v[i], wanted->v[i])) {
            ret |= IFR_BIT(i);
        }
    }
    return ret;
}

/* A bridge with an unknown parent and a port with an unknown bridge are only changed, not made. */
static bool is_to_be_made(const struct ifr_object *wanted)
{
    switch (wanted->kind) {
    case IFR_BRIDGE:
        return wanted->v[IFR_BRIDGE_PARENT] != NULL;
    case IFR_PORT:
        return wanted->v[IFR_PORT_BRIDGE] != NULL;
    case IFR_LINK:
    case IFR_FILE:
        return true;
    case IFR_SWITCH:
    case IFR_INTERFACE:
    case IFR_N_KINDS:
        break;
    }
    return false;
}

static int compare_present(const struct ifr_object *seen, const struct ifr_object *wanted,
                           struct ifr_changes *ret, struct dbc_error *err)
{
    struct ifr_change change = { .verb = IFR_SET, .before = seen, .after = wanted };

    if (seen == NULL) {
        change.verb = IFR_CREATE;
        return is_to_be_made(wanted) ? push(ret, &change, err) : 0;
    }
    change.differs = ifr_object_differs(seen, wanted);
    return change.differs != 0 ? push(ret, &change, err) : 0;
}

int ifr_diff_states(const struct ifr_state *seen, const struct ifr_state *wanted,
                    struct ifr_changes *ret, struct dbc_error *err)
{
    int rc = 0;

    for (int absent = 1; absent >= 0; absent--) {
        for (size_t i = 0; i < wanted->n && rc == 0; i++) {
            const struct ifr_object *object = wanted->objects[i];
            const struct ifr_object *now = ifr_state_find(seen, object->kind, object->name);
            const struct ifr_change gone = { IFR_DELETE, now, object, 0 };
            if (seen == NULL || !seen->known[object->kind] || object->absent != (absent != 0)) {
                continue;
            }
            if (!object->absent) {
                rc = compare_present(now, object, ret, err);
            } else if (now != NULL) {
                rc = push(ret, &gone, err);
            }
        }
    }
    return rc;
}

/* ---- In words ------------------------------------------------------------------------------- */

static const char *whose(enum ifr_kind kind)
{
    return kind == IFR_LINK ? "kernel" : kind == IFR_FILE ? "file" : "ovs";
}

static void print_bridge(const struct ifr_object *object, struct dbc_buf *out)
{
    if (*ifr_object_get(object, IFR_BRIDGE_PARENT) != '\0') {
        dbc_buf_addf(out, ", VLAN %s of %s", ifr_object_get(object, IFR_BRIDGE_TAG),
                     ifr_object_get(object, IFR_BRIDGE_PARENT));
    }
}

static void print_port(const struct ifr_object *object, struct dbc_buf *out)
{
    const char *interfaces = ifr_object_get(object, IFR_PORT_INTERFACES);

    dbc_buf_addf(out, " of %s", ifr_object_get(object, IFR_PORT_BRIDGE));
    if (*interfaces != '\0' && strcmp(interfaces, object->name) != 0) {
        dbc_buf_addf(out, ", NICs %s", interfaces);
    }
}

static void print_object(const struct ifr_object *object, struct dbc_buf *out)
{
    dbc_buf_addf(out, "%s ", ifr_kind_name(object->kind));
    dbc_buf_add_printable(out, object->name);
    if (object->kind == IFR_BRIDGE) {
        print_bridge(object, out);
    } else if (object->kind == IFR_PORT) {
        print_port(object, out);
    }
}

static void print_value(const char *text, char between, struct dbc_buf *out)
{
    char member[IFR_MEMBER_MAX];
    const char *comma = "";

    if (text == NULL || *text == '\0') {
        dbc_buf_adds(out, text == NULL ? "unknown" : "none");
    }
    while (text != NULL && ifr_set_next(&text, between != '\0' ? between : '\n', member)) {
        dbc_buf_adds(out, comma);
        dbc_buf_add_printable(out, member);
        comma = ", ";
    }
}

static void print_differences(const struct ifr_change *change, struct dbc_buf *out)
{
    const struct ifr_attribute *rows = ifr_attributes(change->after->kind);
    const char *comma = ":";

    for (size_t i = 0; i < ifr_n_attributes(change->after->kind); i++) {
        if ((change->differs >> i & 1) != 0) {
            dbc_buf_addf(out, "%s %s ", comma, rows[i].name);
            print_value(change->before->v[i], rows[i].between, out);
            dbc_buf_adds(out, " -> ");
            print_value(change->after->v[i], rows[i].between, out);
            comma = ",";
        }
    }
}

void ifr_change_print(const struct ifr_change *change, struct dbc_buf *out)
{
    const struct ifr_object *object = change->verb == IFR_DELETE ? change->before : change->after;

    dbc_buf_addf(out, "%s: ", whose(object->kind));
    switch (change->verb) {
    case IFR_CREATE:
        dbc_buf_adds(out, "+ ");
        print_object(object, out);
        break;
    case IFR_DELETE:
        dbc_buf_adds(out, "- ");
        print_object(object, out);
        break;
    case IFR_SET:
        dbc_buf_addf(out, "%s ", ifr_kind_name(object->kind));
        dbc_buf_add_printable(out, object->name);
        print_differences(change, out);
        break;
    }
}
