/* edits_switch.c - edits of what belongs to the switch as a whole (edits.h): its managers and
 * certificates, and the reset that takes away what they and controllers have set. */
#include <string.h>

#include "reconfigure/state/edits_priv.h"

/* ---- Managers and certificates -------------------------------------------------------------- */

struct leaving {
    struct ifr_maker *m;
    struct ifr_maker_cell cell;
    const char *of;
};

static void detach(void *ctx, const char *uuid)
{
    const struct leaving *leaving = ctx;

    ifr_maker_connect(leaving->m, "detach", leaving->cell.table, ifr_ref_to(leaving->cell.uuid),
                      leaving->cell.column, leaving->of, ifr_ref_to(uuid));
}

static void detach_all(struct ifr_maker *m, const struct ifr_object *seen, const char *column,
                       const char *of)
{
    struct leaving leaving = { m, { "Open_vSwitch", seen->uuid, column }, of };
    json_t *row = json_loads(seen->row != NULL ? seen->row : "{}", 0, NULL);

    m->failed = m->failed || row == NULL;
    ifr_edits_each_uuid(json_object_get(row, column), detach, &leaving);
    json_decref(row);
}

static void attach_new(struct ifr_maker *m, const struct ifr_object *seen, const char *column,
                       const char *of, json_t *row)
{
    char name[16];

    ifr_maker_insert(m, of, row, name);
    ifr_maker_connect(m, "attach", "Open_vSwitch", ifr_ref_to(seen->uuid), column, of,
                      ifr_ref_to_new(name));
}

static void replace_managers(struct ifr_maker *m, const struct ifr_change *change)
{
    const char *targets = ifr_object_get(change->after, IFR_SWITCH_MANAGERS);
    char target[IFR_MEMBER_MAX];

    detach_all(m, change->before, "manager_options", "Manager");
    while (ifr_set_next(&targets, ' ', target)) {
        attach_new(m, change->before, "manager_options", "Manager",
                   json_pack("{s:s}", "target", target));
    }
}

static void replace_ssl(struct ifr_maker *m, const struct ifr_change *change)
{
    json_t *row = json_object();
    const struct ifr_attribute *rows = ifr_attributes(IFR_SWITCH);

    detach_all(m, change->before, "ssl", "SSL");
    for (unsigned i = IFR_SWITCH_KEY; i < IFR_N_SWITCH; i++) {
        const char *text = ifr_object_get(change->after, i);
        if (*text != '\0') {
            row = ifr_json_put(row, rows[i].column, ifr_maker_cell(&rows[i], text));
        }
    }
    if (row == NULL || json_object_size(row) > 0) {
        attach_new(m, change->before, "ssl", "SSL", row);
    } else {
        json_decref(row);
    }
}

void ifr_edits_switch(struct ifr_maker *m, const struct ifr_change *change)
{
    const uint32_t managers = IFR_BIT(IFR_SWITCH_MANAGERS);

    ifr_maker_touch(m, "Open_vSwitch", change->before);
    if ((change->differs & managers) != 0) {
        replace_managers(m, change);
    }
    if ((change->differs & ~managers) != 0) {
        replace_ssl(m, change);
    }
}

/* ---- The reset ------------------------------------------------------------------------------ */

/* The columns that are reset.  Kinds: 'r' references to rows of `of`, which go along; 's' a set;
 * 'i' a number; 'm' a map, in which keys that are attributes of ours stay. */
static const struct {
    const char *table, *column, *of;
    char kind;
} forgotten[] = {
    { "Bridge", "controller", "Controller", 'r' },
    { "Bridge", "mirrors", "Mirror", 'r' },
    { "Bridge", "netflow", "NetFlow", 'r' },
    { "Bridge", "sflow", "sFlow", 'r' },
    { "Bridge", "ipfix", "IPFIX", 'r' },
    { "Bridge", "flood_vlans", NULL, 's' },
    { "Bridge", "other_config", NULL, 'm' },
    { "Port", "other_config", NULL, 'm' },
    { "Interface", "ingress_policing_rate", NULL, 'i' },
    { "Interface", "ingress_policing_burst", NULL, 'i' },
};
#define N_FORGOTTEN (sizeof forgotten / sizeof *forgotten)

static bool is_ours(const char *column, const char *key)
{
    for (unsigned kind = IFR_BRIDGE; kind <= IFR_PORT; kind++) {
        const struct ifr_attribute *rows = ifr_attributes((enum ifr_kind)kind);
        for (size_t i = 0; i < ifr_n_attributes((enum ifr_kind)kind); i++) {
            if (rows[i].key != NULL && strcmp(rows[i].column, column) == 0 &&
                strcmp(rows[i].key, key) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void forget_keys(struct ifr_maker *m, const struct ifr_maker_cell *at, const json_t *map)
{
    const json_t *pairs = json_array_get(map, 1);

    for (size_t i = 0; i < json_array_size(pairs); i++) {
        const char *key = json_string_value(json_array_get(json_array_get(pairs, i), 0));
        const char *value = json_string_value(json_array_get(json_array_get(pairs, i), 1));
        if (key != NULL && value != NULL && !is_ours(at->column, key)) {
            ifr_maker_key(m, at, key, value, NULL);
        }
    }
}

static void forget(struct ifr_maker *m, size_t number, const char *uuid, json_t *cell)
{
    struct leaving leaving = { m,
                               { forgotten[number].table, uuid, forgotten[number].column },
                               forgotten[number].of };

    switch (forgotten[number].kind) {
    case 'r':
        ifr_edits_each_uuid(cell, detach, &leaving);
        break;
    case 'm':
        forget_keys(m, &leaving.cell, cell);
        break;
    case 'i':
        if (json_integer_value(cell) != 0) {
            ifr_maker_value(m, &leaving.cell, json_incref(cell), json_integer(0));
        }
        break;
    default:
        if (ifr_ovsdb_set_size(cell) > 0) {
            ifr_maker_value(m, &leaving.cell, json_incref(cell), ifr_maker_nothing());
        }
    }
}

struct reset {
    struct ifr_maker m;
    size_t asked[N_FORGOTTEN]; /* operation -> index in `forgotten` */
};

/* One row, of which one column was asked for. */
static int take_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct reset *reset = ctx;
    size_t number = reset->asked[op], before = json_array_size(reset->m.out->list);
    const char *column = forgotten[number].column;
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));
    json_t *cell = json_object_get(row, column);

    if (uuid == NULL || cell == NULL) {
        return dbc_fail(err, DBC_EPARSE, "Open vSwitch sent a row without a UUID, or without %s",
                        column);
    }
    forget(&reset->m, number, uuid, cell);
    if (json_array_size(reset->m.out->list) > before) {
        ifr_maker_wait(&reset->m, forgotten[number].table, uuid, json_pack("{s:O}", column, cell));
    }
    return 0;
}

/* A server of an old release lacks some of them. */
static json_t *selects(const struct ifr_ovsdb *db, struct reset *reset)
{
    json_t *operations = json_array();
    size_t n = 0;

    for (size_t i = 0; i < N_FORGOTTEN; i++) {
        if (ifr_ovsdb_has_column(db, forgotten[i].table, forgotten[i].column)) {
            reset->asked[n++] = i;
            json_array_append_new(operations,
                                  json_pack("{s:s, s:s, s:[], s:[s, s]}", "op", "select", "table",
                                            forgotten[i].table, "where", "columns", "_uuid",
                                            forgotten[i].column));
        }
    }
    if (json_array_size(operations) < n) {
        json_decref(operations);
        return NULL;
    }
    return operations;
}

int ifr_edits_reset(struct ifr_ovsdb *db, struct ifr_edits *ret, struct dbc_error *err)
{
    struct reset reset = { .m = { .out = ret } };
    int rc = ifr_ovsdb_load_schema(db, IFR_OVSDB_DEADLINE, err);

    ret->list = json_array();
    ret->waits = json_array();
    if (rc == 0) {
        rc = ifr_ovsdb_ask(db, selects(db, &reset), take_row, &reset, err);
    }
    return rc == 0 && reset.m.failed ? dbc_fail_nomem(err) : rc;
}
