/* undo_check.c - checks a record of the way back that was read from a file (undo.h).  It names
 * devices, files and flows that we change as root, so nothing in it is trusted. */
#include <string.h>

#include "base/valid.h"
#include "reconfigure/plan/flows.h"
#include "reconfigure/plan/undo.h"

#define MODE_MAX 07777

static bool valid_file(const char *path)
{
    static const char *const folders[] = { "/etc/sysconfig/", "/var/xapi/", "/var/lib/xcp/" };
    static const char *const files[] = { "/etc/resolv.conf", "/etc/resolv.conf.save" };
    const size_t n_files = sizeof files / sizeof files[0];

    if (dbc_find_word(files, n_files, path) < n_files) {
        return true;
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (strncmp(path, folders[i], strlen(folders[i])) == 0) {
            return dbc_valid_path(path);
        }
    }
    return false;
}

/* ---- One value of each part ------------------------------------------------------------------ */

/* Attributes by name; null: there was no such device. */
static bool is_device(const json_t *value)
{
    const char *name = NULL;
    json_t *text = NULL;

    json_object_foreach((json_t *)(uintptr_t)value, name, text)
    {
        if (!json_is_string(text)) {
            return false;
        }
    }
    return json_is_object(value) || json_is_null(value);
}

static bool is_number(const json_t *value, json_int_t max)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 &&
           json_integer_value(value) <= max;
}

/* null: there was no such file. */
static bool is_file(const json_t *value)
{
    bool text = json_is_string(json_object_get(value, "text"));
    bool hex = json_is_string(json_object_get(value, "hex"));

    return json_is_null(value) ||
           (text != hex && is_number(json_object_get(value, "mode"), MODE_MAX) &&
            is_number(json_object_get(value, "uid"), UINT32_MAX - 1) &&
            is_number(json_object_get(value, "gid"), UINT32_MAX - 1));
}

static bool is_text(const json_t *value)
{
    return json_is_string(value);
}

/* Flows become words of a command, so they must look like those of flows.c. */
static bool are_flows(const json_t *value)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *flow = json_string_value(json_array_get(value, i));
        if (flow == NULL || !dbc_valid_text(flow) ||
            strncmp(flow, IFR_FLOW_BEGIN, strlen(IFR_FLOW_BEGIN)) != 0) {
            return false;
        }
    }
    return json_is_array(value);
}

static int check_part(const json_t *record, const char *part, bool (*valid)(const char *name),
                      bool (*is)(const json_t *value), struct dbc_error *err)
{
    json_t *members = json_object_get(record, part), *value = NULL;
    const char *name = NULL;

    if (!json_is_object(members)) {
        return dbc_fail(err, DBC_EPARSE, "the record has no %s", part);
    }
    json_object_foreach(members, name, value)
    {
        if (!valid(name) || !is(value)) {
            return dbc_fail(err, DBC_EPARSE, "the record's %s: \"%s\" cannot be used", part, name);
        }
    }
    return 0;
}

/* ---- Edits of Open vSwitch (edits.h) --------------------------------------------------------- */

/* The members that each verb needs, as a letter and a name: t is a text, r a reference to a row, o
 * a row, a any value, n a text or null. */
static const struct {
    const char *verb;
    const char *needs[6];
} verbs[] = {
    { "insert", { "t table", "t name", "o row" } },
    { "attach", { "t table", "r row", "t column", "t of", "r child" } },
    { "detach", { "t table", "r row", "t column", "t of", "r child" } },
    { "set", { "t table", "r row", "t column", "a before", "a after" } },
    { "key", { "t table", "r row", "t column", "t key", "n before", "n after" } },
};

static bool is_reference(const json_t *value)
{
    const char *kind = json_string_value(json_array_get(value, 0));

    return json_array_size(value) == 2 && json_is_string(json_array_get(value, 1)) &&
           kind != NULL && (strcmp(kind, "uuid") == 0 || strcmp(kind, "named-uuid") == 0);
}

static bool has(const json_t *edit, const char *need)
{
    const json_t *value = json_object_get(edit, need + 2);

    switch (need[0]) {
    case 't':
        return json_is_string(value);
    case 'r':
        return is_reference(value);
    case 'o':
        return json_is_object(value);
    case 'n':
        return json_is_string(value) || json_is_null(value);
    default:
        return value != NULL;
    }
}

static bool is_edit(const json_t *edit)
{
    const char *verb = json_string_value(json_object_get(edit, "do"));

    for (size_t i = 0; verb != NULL && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verb, verbs[i].verb) == 0) {
            bool whole = true;
            for (size_t k = 0; k < sizeof verbs[i].needs / sizeof verbs[i].needs[0]; k++) {
                whole = whole && (verbs[i].needs[k] == NULL || has(edit, verbs[i].needs[k]));
            }
            return whole;
        }
    }
    return false;
}

/* {TABLE: {UUID: ROW}} */
static bool are_rows(const json_t *rows)
{
    const char *table = NULL, *uuid = NULL;
    json_t *of_table = NULL, *row = NULL;

    json_object_foreach((json_t *)(uintptr_t)rows, table, of_table)
    {
        json_object_foreach(of_table, uuid, row)
        {
            if (!json_is_object(row)) {
                return false;
            }
        }
        if (!json_is_object(of_table)) {
            return false;
        }
    }
    return json_is_object(rows);
}

static int check_edits(const json_t *record, struct dbc_error *err)
{
    const json_t *edits = json_object_get(record, "edits");
    bool right =
        edits == NULL || (json_is_array(edits) && are_rows(json_object_get(record, "rows")) &&
                          json_is_string(json_object_get(record, "root")));

    for (size_t i = 0; right && i < json_array_size(edits); i++) {
        right = is_edit(json_array_get(edits, i));
    }
    return right ? 0
                 : dbc_fail(err, DBC_EPARSE, "the record's edits of Open vSwitch cannot be used");
}

/* Both parts may be missing. */
static int check_since(const json_t *record, struct dbc_error *err)
{
    const json_t *after = json_object_get(record, "after");
    const json_t *foreign = json_object_get(record, "foreign");

    if (after != NULL && (check_part(after, "devices", dbc_valid_ifname, is_device, err) < 0 ||
                          check_part(after, "files", valid_file, is_file, err) < 0)) {
        return -1;
    }
    return foreign != NULL &&
                   (check_part(foreign, "devices", dbc_valid_ifname, is_device, err) < 0 ||
                    check_part(foreign, "files", valid_file, is_text, err) < 0)
               ? -1
               : 0;
}

int ifr_undo_check(const json_t *record, struct dbc_error *err)
{
    return check_since(record, err) < 0 ||
                   check_part(record, "devices", dbc_valid_ifname, is_device, err) < 0 ||
                   check_part(record, "files", valid_file, is_file, err) < 0 ||
                   check_part(record, "flows", dbc_valid_ifname, is_text, err) < 0 ||
                   check_part(record, "added", dbc_valid_ifname, are_flows, err) < 0 ||
                   check_edits(record, err) < 0
               ? -1
               : 0;
}
