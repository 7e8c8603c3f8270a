/* action.h - the actions as plans: up, down, rewrite.  reconfigure.c picks one, makes the planner
 * and applies or prints the result. */
#ifndef IFR_ACTION_H
#define IFR_ACTION_H

#include "reconfigure/datapath/datapath.h"
#include "reconfigure/reconfigure.h"

struct ifr_item {
    const struct dbc_pif *pif;
    bool management; /* it owns DNS and gateway */
};

/* Each appends to p->plan; p->datapath is set.  They return 0, or -1 with *err; notes planned
 * before a failure stay in the plan, and the caller logs them. */

/* Plans all PIFs together: one set of files, one transaction, then the addresses.  More than one
 * only where the host can be observed. */
int ifr_plan_up(struct ifr_planner *p, const struct ifr_item *items, size_t n,
                struct dbc_error *err);
/* The same for what goes down. */
int ifr_plan_down(struct ifr_planner *p, const struct ifr_item *items, size_t n,
                  struct dbc_error *err);
/* `rewrite` with XAPI's records: what the datapath has to do; the caller saves the cache. */
int ifr_plan_rewrite(struct ifr_planner *p, struct dbc_error *err);

/* `--force BRIDGE rewrite`: plans a minimal cache of one management PIF and one network.  p->db is
 * not used.  Checks each argument that the mode needs; DBC_EINVAL names option and value.  A MAC
 * that is no MAC is replaced by the device's own, or left empty, with a note. */
int ifr_plan_force_rewrite(struct ifr_planner *p, const struct ifr_request *request,
                           struct dbc_error *err);

#endif
