/* wanted.c - what bridges and interfaces must have (wanted.h). */
#include "reconfigure/sync/wanted.h"

#include <string.h>

#define UUIDS_BETWEEN ";" /* in xs-network-uuids */

/* Makes the map have `value` for `key`; NULL: no such key. */
static void want(struct ifr_sync_change *change, const struct ifr_sync_ids *ids, bool other,
                 const char *key, const char *value)
{
    const char *has = ifr_sync_ids_get(ids, key);
    bool right = has != NULL && value != NULL ? strcmp(has, value) == 0 : has == value;

    if (!right) {
        change->edit[change->n++] = (struct ifr_sync_edit){ other, key, value };
    }
}

static void want_id(struct ifr_sync_change *change, const struct ifr_sync_row *row, const char *key,
                    const char *value)
{
    want(change, &row->external, false, key, value);
}

/* Makes the row wait for XAPI.  While XAPI is away, a missing key gets the value `otherwise`. */
static void wait_for(struct ifr_sync_change *change, const struct ifr_sync_row *row, bool away,
                     const char *key, const char *otherwise)
{
    change->waits = true;
    if (away && otherwise != NULL && ifr_sync_ids_get(&row->external, key) == NULL) {
        want_id(change, row, key, otherwise);
    }
}

/* ---- Interfaces ------------------------------------------------------------------------------ */

/* `uuid` is that of the VIF or VM; `held` XAPI's answer about it, or NULL if it is not asked. */
static void want_xapi_id(struct ifr_sync_change *change, const struct ifr_sync_row *row, bool away,
                         const char *key, const char *uuid, const struct ifr_sync_answer *held)
{
    if (held == NULL) {
        want_id(change, row, key, uuid);
    } else if (held->state == IFR_SYNC_KNOWN) {
        want_id(change, row, key, held->id != NULL ? held->id : uuid);
    } else {
        wait_for(change, row, away, key, uuid);
    }
}

/* Where a NIC of a guest has both a vif and a tap, its packets go through the tap. */
static const char *status(const struct ifr_sync_row *row, const struct ifr_sync_row *partner)
{
    if (ifr_sync_is_tap(row)) {
        return partner != NULL ? "active" : NULL;
    }
    if (ifr_sync_is_vif(row)) {
        return partner != NULL ? "inactive" : "active";
    }
    return NULL;
}

static int want_interface(struct ifr_sync_rows *rows, struct ifr_sync_row *row, bool away,
                          struct ifr_sync_change *change, struct dbc_error *err)
{
    static const char *const copied[] = { "attached-mac", "xs-network-uuid", "xs-vif-uuid",
                                          "xs-vm-uuid" };
    const struct ifr_sync_row *partner = ifr_sync_rows_partner(rows, row);
    bool guest = ifr_sync_is_vif(row) || ifr_sync_is_tap(row);
    bool copies = ifr_sync_is_tap(row) && partner != NULL;
    const struct ifr_sync_ids *ids = copies ? &partner->external : &row->external;
    const char *vif = ifr_sync_ids_get(ids, "xs-vif-uuid");
    const char *vm = ifr_sync_ids_get(ids, "xs-vm-uuid");

    /* For other devices their own keys count, and XAPI is not asked. */
    if (ifr_sync_row_needs(rows, row, guest ? vif : NULL, guest ? vm : NULL, err) != 0) {
        return -1;
    }
    for (size_t i = 0; copies && i < sizeof copied / sizeof copied[0]; i++) {
        want_id(change, row, copied[i], ifr_sync_ids_get(ids, copied[i]));
    }
    change->source = copies ? partner : NULL;
    want_xapi_id(change, row, away, "iface-id", vif, row->vif);
    want_xapi_id(change, row, away, "vm-id", vm, row->vm);
    want_id(change, row, "iface-status", status(row, partner));
    return 0;
}

/* ---- Bridges --------------------------------------------------------------------------------- */

/* Counts the uuids in the list; the first of them begins at *first. */
static size_t count_uuids(const char *list, const char **first)
{
    size_t n = 0;

    *first = "";
    for (const char *at = list + strspn(list, UUIDS_BETWEEN); *at != '\0';
         at += strspn(at, UUIDS_BETWEEN)) {
        *first = n == 0 ? at : *first;
        at += strcspn(at, UUIDS_BETWEEN);
        n++;
    }
    return n;
}

static bool has_uuid(const char *list, const char *uuid)
{
    size_t len = strlen(uuid);

    for (const char *at = list; len > 0 && *at != '\0'; at += strspn(at, UUIDS_BETWEEN)) {
        size_t n = strcspn(at, UUIDS_BETWEEN);
        if (n == len && memcmp(at, uuid, len) == 0) {
            return true;
        }
        at += n;
    }
    return false;
}

/* Returns the uuid if the list is one uuid and nothing else, or NULL.  A uuid with separators
 * around it counts as a list, since it would have to be copied. */
static const char *only_uuid(const char *list)
{
    const char *first = "";

    return list != NULL && count_uuids(list, &first) == 1 && first == list &&
                   strpbrk(list, UUIDS_BETWEEN) == NULL
               ? list
               : NULL;
}

static void want_bridge_id(struct ifr_sync_change *change, const struct ifr_sync_rows *rows,
                           const struct ifr_sync_row *row, const struct ifr_sync_network *network,
                           bool away)
{
    const char *list = ifr_sync_ids_get(&row->external, "xs-network-uuids");
    const char *only = only_uuid(list), *id = only;

    if (!rows->answers->networks_known) {
        wait_for(change, row, away, "bridge-id", only);
        return;
    }
    if (network != NULL && network->value[IFR_SYNC_BRIDGE_ID] != NULL) {
        id = network->value[IFR_SYNC_BRIDGE_ID];
    } else if (only == NULL && list != NULL && network != NULL && has_uuid(list, network->uuid)) {
        id = network->uuid;
    }
    want_id(change, row, "bridge-id", id);
}

static const char *fail_mode(const struct ifr_sync_answers *answers,
                             const struct ifr_sync_network *network)
{
    const char *mode = network->value[IFR_SYNC_FAIL_MODE];

    if ((mode == NULL || mode[0] == '\0') && answers->pools.n == 1) {
        mode = answers->pools.v[0].value[IFR_SYNC_FAIL_MODE];
    }
    return mode != NULL && strcmp(mode, "secure") == 0 ? "secure" : "standalone";
}

static void want_in_band(struct ifr_sync_change *change, const struct ifr_sync_row *row,
                         const char *setting)
{
    if (setting == NULL || strcmp(setting, "true") == 0 || strcmp(setting, "false") == 0) {
        want(change, &row->other, true, "disable-in-band", setting);
    } else {
        change->bad_in_band = setting;
    }
}

/* Sets fail mode and in-band once for each bridge.  Later only the plugin changes them, which also
 * adds the flows that a bridge loses with its fail mode. */
static void want_set_up(struct ifr_sync_change *change, const struct ifr_sync_rows *rows,
                        const struct ifr_sync_row *row, const struct ifr_sync_network *network)
{
    const char *mode = NULL;

    if (row->set_up || network == NULL) {
        return;
    }
    mode = fail_mode(rows->answers, network);
    change->fail_mode = strcmp(row->fail_mode, mode) != 0 ? mode : NULL;
    want_in_band(change, row, network->value[IFR_SYNC_IN_BAND]);
    change->settles = true;
}

static void want_bridge(struct ifr_sync_rows *rows, struct ifr_sync_row *row, bool away,
                        struct ifr_sync_change *change)
{
    const struct ifr_sync_network *network =
        rows->answers->networks_known ? ifr_sync_networks_find(&rows->answers->networks, row->name)
                                      : NULL;

    want_bridge_id(change, rows, row, network, away);
    want_set_up(change, rows, row, network);
}

int ifr_sync_want(struct ifr_sync_rows *rows, struct ifr_sync_row *row, bool away,
                  struct ifr_sync_change *change, struct dbc_error *err)
{
    *change = (struct ifr_sync_change){ 0 };
    if (row->table == IFR_SYNC_INTERFACE) {
        return want_interface(rows, row, away, change, err);
    }
    want_bridge(rows, row, away, change);
    return 0;
}
