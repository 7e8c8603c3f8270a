/* action.h - the actions as plans: up, down, rewrite.  reconfigure.c picks one, makes the planner
 * and applies or prints the result. */
#ifndef IFR_ACTION_H
#define IFR_ACTION_H

#include "reconfigure/datapath/datapath.h"
#include "reconfigure/reconfigure.h"

/* p->datapath is set; each appends to p->plan. 0, or -1 with *err; notes planned before a failure
 * stay in the plan and are logged by the caller. */
struct ifr_item {
    const struct dbc_pif *pif;
    bool management; /* it owns DNS and gateway */
};
/* All PIFs in one plan: one set of files, one transaction, then the addresses.  More than one only
 * where the host can be observed. */
int ifr_plan_up(struct ifr_planner *p, const struct ifr_item *items, size_t n,
                struct dbc_error *err);
/* The same for what goes down. */
int ifr_plan_down(struct ifr_planner *p, const struct ifr_item *items, size_t n,
                  struct dbc_error *err);
int ifr_plan_rewrite(struct ifr_planner *p, struct dbc_error *err);

/* `--force BRIDGE rewrite`: a minimal cache of one management PIF and one network.  p->db is not
 * used. Validates every argument of the request (DBC_EINVAL names option and value), but a MAC that
 * is no MAC is replaced by the device's own, or left empty, with a note. */
int ifr_plan_force_rewrite(struct ifr_planner *p, const struct ifr_request *request,
                           struct dbc_error *err);

#endif
