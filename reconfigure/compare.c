/* compare.c - which PIFs should be up, and a look at each (compare.h). */
#include <string.h>

#include "base/valid.h"
#include "model/topology.h"
#include "reconfigure/compare_priv.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/ipv6.h"

/* ---- Which PIFs should be up ----------------------------------------------------------------- */

static void want(struct ifr_comparing *w, const struct dbc_pif *pif)
{
    void *known = w; /* any address will do */

    if (dbc_hash_put(&w->wanted, pif->rec.ref, known, true) != 0) {
        ifr_compare_no_memory(w);
    }
}

static bool is_wanted(const struct ifr_comparing *w, const struct dbc_pif *pif)
{
    return dbc_hash_get(&w->wanted, pif->rec.ref) != NULL;
}

static void read_inventory(struct ifr_comparing *w)
{
    ifr_facts_inventory_words(w->facts, "MANAGEMENT_INTERFACE", &w->interfaces, NULL);
    ifr_facts_inventory_words(w->facts, "CURRENT_INTERFACES", &w->interfaces, NULL);
}

static bool is_asked_for(const struct ifr_comparing *w, const struct dbc_pif *pif)
{
    if (dbc_db_bond(w->db, pif->bond_slave_of) != NULL) {
        return false;
    }
    return pif == dbc_management_pif(w->db) || pif->currently_attached ||
           dbc_strvec_has(&w->interfaces, dbc_pif_bridge(w->db, pif));
}

/* A VLAN brings up its parent's bridge too. */
static void choose(struct ifr_comparing *w)
{
    const struct dbc_pif *pif = NULL, *below = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(w->db, i)) != NULL && !w->failed; i++) {
        if (!is_asked_for(w, pif)) {
            continue;
        }
        want(w, pif);
        below = dbc_vlan_slave(w->db, pif);
        if (below != NULL) {
            want(w, below);
        }
    }
}

/* Returns the PIF whose gateway is the host's; with `ipv6` only PIFs with IPv6 can claim it. */
static const struct dbc_pif *gateway_owner(const struct dbc_db *db, bool ipv6)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        const char *claim = dbc_map_get(&pif->other_config, "defaultroute");
        if (claim != NULL && strcmp(claim, "true") == 0 && dbc_ref_is_null(pif->bond_slave_of) &&
            (!ipv6 || dbc_pif_wants_ipv6(pif))) {
            return pif;
        }
    }
    return dbc_management_pif(db);
}

/* ---- All of it ------------------------------------------------------------------------------- */

static void look_at(struct ifr_comparing *w, const struct dbc_pif *pif)
{
    char name[DBC_NETDEV_NAME_SIZE];

    if (!dbc_pif_is_vlan(pif) && !dbc_pif_is_bond(w->db, pif) && !dbc_pif_is_tunnel(w->db, pif)) {
        ifr_compare_nic(w, pif);
    }
    if (is_wanted(w, pif)) {
        ifr_compare_bridge(w, pif);
    } else if (w->all && dbc_db_bond(w->db, pif->bond_slave_of) == NULL) {
        ifr_compare_row(w, pif, "state", "not asked for",
                        ifr_compare_state(w, dbc_pif_ipdev(w->db, pif, name)), false);
    }
}

/* What cannot be observed is unknown; the log says why, once. */
static void observe(struct ifr_comparing *w, const struct dbc_log *log)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_live_open(w->facts, w->vswitch, &w->live, &why) < 0 ||
        ifr_observe(&w->live, &w->seen, &why) < 0) {
        dbc_log_error(log, &why);
        dbc_buf_adds(&w->why_no_ovs, why.text);
        ifr_state_release(&w->seen);
    } else if (w->live.why_no_ovs != NULL) {
        dbc_buf_adds(&w->why_no_ovs, w->live.why_no_ovs);
    }
    w->failed = w->failed || why.code == DBC_ENOMEM || w->why_no_ovs.failed;
}

static void begin(struct ifr_comparing *w, const struct dbc_log *log)
{
    w->failed = ifr_facts_datapath(w->facts, &w->vswitch, w->err) != 0;
    if (w->failed) {
        return;
    }
    observe(w, log);
    w->p = (struct ifr_planner){ .db = w->db,
                                 .facts = w->facts,
                                 .plan = &w->plan,
                                 .seen = &w->seen,
                                 .live = &w->live,
                                 .take_over = true,
                                 .datapath = &ifr_datapath_vswitch };
    read_inventory(w);
    choose(w);
}

static void end(struct ifr_comparing *w)
{
    dbc_hash_release(&w->wanted);
    dbc_strvec_release(&w->interfaces);
    dbc_buf_release(&w->why_no_ovs);
    ifr_plan_release(&w->plan);
    ifr_state_release(&w->seen);
    ifr_live_close(&w->live);
}

int ifr_compare(const struct dbc_db *db, struct ifr_facts *facts, const struct dbc_log *log,
                bool all, struct ifr_comparison *ret, struct dbc_error *err)
{
    struct ifr_comparing w = { .db = db,
                               .facts = facts,
                               .out = ret,
                               .err = err,
                               .all = all,
                               .gateway = gateway_owner(db, false),
                               .ipv6_gateway = gateway_owner(db, true) };
    const struct dbc_pif *pif = NULL;

    *ret = (struct ifr_comparison){ 0 };
    begin(&w, log);
    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL && !w.failed; i++) {
        look_at(&w, pif);
    }
    end(&w);
    if (w.failed) {
        dbc_fail_nomem(err); /* unless *err has another reason already */
        ifr_compare_release(ret);
    }
    return w.failed ? -1 : 0;
}
