/* planner.h - what planning functions share: the records, the facts, and the plan that they fill.
 * Planning runs no command that changes anything and writes no file. */
#ifndef IFR_PLANNER_H
#define IFR_PLANNER_H

#include "model/topology.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/plan/plan.h"
#include "reconfigure/state/observe.h"

struct ifr_datapath;

struct ifr_planner {
    const struct dbc_db *db;
    const struct ifr_facts *facts;
    struct ifr_plan *plan;
    const struct ifr_datapath *datapath;
    /* The host as it was observed; NULL, or with unknown kinds, where that was not possible.  Not
     * const, since ifr_observe_device adds to it. */
    struct ifr_state *seen;
    const struct ifr_live *live;
    const struct dbc_log *log; /* gets the notes so far before a question; NULL in a dry run */
    bool take_over;            /* --take-over: what is in the way goes, whoever uses it */
    bool several;              /* an interface that does not come up does not stop the others */
    bool verify;               /* in the end the host must be as wanted */
    bool force;      /* --force: records of the cache, in which currently_attached does not count */
    bool management; /* --management: the PIF in hand owns DNS and gateway */
    bool tears_down; /* set while planning: the plan takes down a device in service */
};

/* Returns the PIF's bridge; "" when it has none, or one whose name may not reach a file or an argv,
 * which is noted. */
const char *ifr_bridge(struct ifr_planner *p, const struct dbc_pif *pif);

/* Refuses what no datapath can do, before anything is planned: a PIF without a bridge, bad names, a
 * bridge with the name of its device, a VLAN tag outside 0..4094, a VLAN on nothing, on a VLAN or
 * on a PIF with the same bridge.  Returns 0, or -1 with DBC_EINVAL, DBC_ENOENT or DBC_ECONFLICT,
 * naming record and value. */
int ifr_check_pif(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err);

/* Notes a text and the devices of PIFs: "TEXT - ['eth0', 'eth1']". */
void ifr_note_pifs(struct ifr_planner *p, const struct dbc_pifs *pifs, const char *fmt, ...)
    DBC_PRINTF(3, 4);

/* Returns 0, or -1 with DBC_ENOMEM when filling `buf` or `vec` (either may be NULL) has failed. */
int ifr_filled(const struct dbc_buf *buf, const struct dbc_strvec *vec, struct dbc_error *err);

#endif
