/* live.h - what planning functions ask of the host as it was observed, and how they say what is
 * wanted of it.  Where nothing could be observed the answers are those of a host that nobody has
 * looked at: nothing is right, and nothing is known to be in use. */
#ifndef IFR_LIVE_H
#define IFR_LIVE_H

#include "reconfigure/datapath/planner.h"

/* What was observed, when objects of this kind could be; else NULL. */
const struct ifr_state *ifr_seen(const struct ifr_planner *p, enum ifr_kind kind);

/* ---- Saying what is wanted ------------------------------------------------------------------ */

/* The object of p->plan->wanted.  NULL with DBC_ECONFLICT when another part of this request wants
 * it absent. */
struct ifr_object *ifr_want(struct ifr_planner *p, enum ifr_kind kind, const char *name,
                            struct dbc_error *err);
/* DBC_ECONFLICT when another part of this request wants it. */
int ifr_want_absent(struct ifr_planner *p, enum ifr_kind kind, const char *name,
                    struct dbc_error *err);

/* ---- Bridges -------------------------------------------------------------------------------- */

/* Is the bridge of this PIF there? */
bool ifr_bridge_is_there(const struct ifr_planner *p, const struct dbc_pif *pif);
/* From now on the bridge of this PIF counts as gone, since the plan takes it down.  DBC_ENOMEM. */
int ifr_take_down(const struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err);
bool ifr_takes_down(const struct ifr_planner *p, const char *bridge);
/* Is this PIF plugged, as far as the plan has come?  From XAPI: currently_attached.  From the
 * cache, whose word is not true any more after a reboot: when its bridge is seen.  The one place
 * that decides. */
bool ifr_attached(const struct ifr_planner *p, const struct dbc_pif *pif);
/* Will this bridge's device be another one when the plan is done?  It is not there, or changes its
 * kind or its parent. */
bool ifr_bridge_is_remade(const struct ifr_planner *p, const char *bridge);
/* Is the ipdev made by this run, with nothing torn down for it, as at boot?  Then a half-configured
 * bridge beats none. */
bool ifr_ipdev_is_fresh(const struct ifr_planner *p, const char *ipdev);
/* Is the device seen to do something: it is a bridge, bond or VLAN, it belongs to one, or it has an
 * address? */
bool ifr_link_serves(const struct ifr_planner *p, const char *device);
/* Names as touched what goes or loses its master when this device goes: its ports, and the VLANs on
 * it with theirs. */
void ifr_touch_dependents(struct ifr_planner *p, const char *device);
/* The name of a bridge is its own, or nobody's.  DBC_ECONFLICT when something else has it: a port,
 * or a device that this datapath has not made. */
int ifr_bridge_name_is_free(const struct ifr_planner *p, const char *bridge, struct dbc_error *err);

/* ---- Devices -------------------------------------------------------------------------------- */

bool ifr_link_is_up(const struct ifr_planner *p, const char *device);
/* Has it an address, or a DHCP client that gets it one?  True where nobody could look. */
bool ifr_may_have_address(struct ifr_planner *p, const char *device);
/* What differs on a device that is wanted, a bit for each attribute; all of it when it is not
 * there, or will not be once the plan is done. */
uint32_t ifr_link_differs(const struct ifr_planner *p, const char *device);
/* Of these, what netlink can set at once: its state, its MTU, and options (options.h) but a bond's
 * mode. */
uint32_t ifr_link_set_at_once(void);
/* ... by a step that sets the device up, with the MTU and options that are wanted. */
void ifr_plan_link_up(struct ifr_planner *p, enum ifr_on_failure on_failure, const char *device);
/* Does the device exist? */
bool ifr_link_exists(const struct ifr_planner *p, const char *device);

#endif
