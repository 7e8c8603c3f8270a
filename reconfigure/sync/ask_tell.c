/* ask_tell.c - turns XAPI's records into answers (ask_tell.h).  An identifier in other_config that
 * is no text, or too long, is ignored. */
#include "reconfigure/sync/ask_tell.h"

#include <string.h>

#include "base/valid.h"

static const char *clean(const struct ifr_sync_ask *ask, const char *what, const char *uuid,
                         const char *id)
{
    if (id == NULL || id[0] == '\0') {
        return NULL;
    }
    if (strlen(id) > IFR_SYNC_ID_MAX || !dbc_valid_text(id)) {
        dbc_logf(ask->log, DBC_LOG_WARNING,
                 "%s %.64s: the identifier for Open vSwitch in its other_config is ignored: "
                 "expected a text of at most %d bytes",
                 what, uuid, IFR_SYNC_ID_MAX);
        return NULL;
    }
    return id;
}

static int tell_vif(void *ctx, const struct dbc_xapi_brief_record *record, struct dbc_error *err)
{
    struct ifr_sync_ask *ask = ctx;

    return ifr_sync_learn(ask->rows->answers, IFR_SYNC_VIF, record->uuid,
                          clean(ask, "VIF", record->uuid, record->value[0]), err);
}

static int tell_vm(void *ctx, const struct dbc_xapi_brief_record *record, struct dbc_error *err)
{
    struct ifr_sync_ask *ask = ctx;

    return ifr_sync_learn(ask->rows->answers, IFR_SYNC_VM, record->uuid,
                          clean(ask, "VM", record->uuid, record->value[0]), err);
}

/* ---- Networks and pools ---------------------------------------------------------------------- */

static struct ifr_sync_network network_of(const struct ifr_sync_ask *ask,
                                          const struct dbc_xapi_brief_record *record)
{
    struct ifr_sync_network n = { .ref = record->ref,
                                  .bridge = record->bridge,
                                  .uuid = record->uuid };

    for (size_t i = 0; i < IFR_SYNC_N_KEYS; i++) {
        n.value[i] = record->value[i]; /* only compared with words, or logged */
    }
    n.value[IFR_SYNC_BRIDGE_ID] =
        clean(ask, "network", record->uuid, record->value[IFR_SYNC_BRIDGE_ID]);
    return n;
}

static int tell_network(void *ctx, const struct dbc_xapi_brief_record *record,
                        struct dbc_error *err)
{
    struct ifr_sync_ask *ask = ctx;
    struct ifr_sync_network n = network_of(ask, record);

    return ifr_sync_networks_add(&ask->networks, &n, IFR_SYNC_NETWORKS_MAX, err);
}

static int tell_pool(void *ctx, const struct dbc_xapi_brief_record *record, struct dbc_error *err)
{
    struct ifr_sync_ask *ask = ctx;
    struct ifr_sync_network n = network_of(ask, record);

    n.bridge = "";
    return ifr_sync_networks_add(&ask->pools, &n, IFR_SYNC_POOLS_MAX, err);
}

/* Takes a network or pool that changed, came or went.  No bridge is touched for a pool: its fail
 * mode counts only when a bridge is set up. */
static int tell_change(struct ifr_sync_ask *ask, const struct dbc_xapi_brief_record *record,
                       bool pool, struct dbc_error *err)
{
    struct ifr_sync_answers *answers = ask->rows->answers;
    struct ifr_sync_networks *list = pool ? &answers->pools : &answers->networks;
    const struct ifr_sync_network *old = ifr_sync_networks_by_ref(list, record->ref);
    struct ifr_sync_network n = network_of(ask, record);

    n.bridge = pool ? "" : n.bridge;
    if (old != NULL && !record->gone && ifr_sync_network_equals(old, &n)) {
        return 0;
    }
    if (old != NULL) {
        ifr_sync_rows_touch_bridge(ask->rows, old->bridge);
    }
    if (record->gone) {
        ifr_sync_networks_remove(list, record->ref);
        return 0;
    }
    ifr_sync_rows_touch_bridge(ask->rows, n.bridge);
    return ifr_sync_networks_put(list, &n, pool ? IFR_SYNC_POOLS_MAX : IFR_SYNC_NETWORKS_MAX, err);
}

static int tell_event(void *ctx, const struct dbc_xapi_brief_record *record, struct dbc_error *err)
{
    struct ifr_sync_ask *ask = ctx;
    bool pool = strcmp(record->class_, "pool") == 0;

    if (!pool && strcmp(record->class_, "network") != 0) {
        return 0;
    }
    if (!ask->full) {
        return tell_change(ask, record, pool, err);
    }
    if (record->gone) {
        return 0;
    }
    return pool ? tell_pool(ask, record, err) : tell_network(ask, record, err);
}

void ifr_sync_tell_all(struct ifr_sync_ask *ask)
{
    struct ifr_sync_answers *answers = ask->rows->answers;

    ifr_sync_networks_sort(&ask->networks);
    ifr_sync_networks_compare(&answers->networks, &ask->networks, ifr_sync_rows_touch_bridge,
                              ask->rows);
    ifr_sync_networks_release(&answers->networks);
    ifr_sync_networks_release(&answers->pools);
    answers->networks = ask->networks;
    answers->pools = ask->pools;
    ask->networks = ask->pools = (struct ifr_sync_networks){ 0 };
}

/* ---- Which answer ---------------------------------------------------------------------------- */

void ifr_sync_tell_init(struct ifr_sync_ask *ask, enum ifr_sync_call call,
                        struct dbc_xapi_brief *brief)
{
    static const char *const of_vif[] = { "nicira-iface-id", NULL };
    static const char *const of_vm[] = { "nicira-vm-id", NULL };
    static const char *const of_network[] = { [IFR_SYNC_FAIL_MODE] = "vswitch-controller-fail-mode",
                                              [IFR_SYNC_IN_BAND] = "vswitch-disable-in-band",
                                              [IFR_SYNC_BRIDGE_ID] = "nicira-bridge-id",
                                              [IFR_SYNC_N_KEYS] = NULL };
    static const struct {
        const char *const *keys;
        dbc_xapi_brief_fn *tell;
    } of_call[] = {
        [IFR_SYNC_CALL_VIFS] = { of_vif, tell_vif },
        [IFR_SYNC_CALL_VMS] = { of_vm, tell_vm },
        [IFR_SYNC_CALL_EVENTS] = { of_network, tell_event },
        [IFR_SYNC_CALL_NETWORKS] = { of_network, tell_network },
        [IFR_SYNC_CALL_POOLS] = { of_network, tell_pool },
        [IFR_SYNC_CALL_LOGOUT] = { NULL, NULL },
    };

    dbc_xapi_brief_init(brief, call == IFR_SYNC_CALL_EVENTS, of_call[call].keys, of_call[call].tell,
                        ask);
}
