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
    /* The host as it was observed; NULL, or with kinds that are not known, where nobody could look.
     * Devices are looked at more closely when they are asked for, so it is not const. */
    struct ifr_state *seen;
    const struct ifr_live *live;
    const struct dbc_log *log; /* for a question that comes after its lines; NULL in a dry run */
    bool take_over;            /* what is in the way goes, whoever uses it */
    bool several;              /* one interface that does not come up does not stop the others */
    bool verify;               /* in the end the host must be as wanted */
    bool force;      /* from the cache, at boot: nothing is attached yet, no ifdown first */
    bool management; /* --management: the PIF in hand owns DNS and gateway */
    bool tears_down; /* set while planning: the plan takes down what was seen at work */
};

/* The PIF's bridge, or "" when it has none or one whose name may not reach a file or an argv; the
 * latter is noted. */
const char *ifr_bridge(struct ifr_planner *p, const struct dbc_pif *pif);

/* What every datapath refuses before anything is planned: a PIF without a bridge, names that no
 * kernel and no file can take, a VLAN tag outside 0..4094, a VLAN on nothing, on a VLAN or on a
 * bridge of the same name.  DBC_EINVAL, DBC_ENOENT or DBC_ECONFLICT, naming record and value. */
int ifr_check_pif(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err);

/* "['eth0', 'eth1']": netdev names as log lines show them. */
void ifr_pif_list(const struct dbc_pifs *pifs, struct dbc_buf *out);

/* DBC_ENOMEM when `buf` or `vec` (NULL: not asked) failed while it was filled. */
int ifr_filled(const struct dbc_buf *buf, const struct dbc_strvec *vec, struct dbc_error *err);

#endif
