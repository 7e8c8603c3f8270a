/* live.h - for planning functions: questions about the observed host, and wanted objects.  Where
 * nothing could be observed, nothing is right and nothing is known to be in use. */
#ifndef IFR_LIVE_H
#define IFR_LIVE_H

#include "reconfigure/datapath/planner.h"

/* Returns the observed state when this kind of objects could be observed; else NULL. */
const struct ifr_state *ifr_seen(const struct ifr_planner *p, enum ifr_kind kind);

/* ---- What is wanted ------------------------------------------------------------------------- */

/* Returns the object of p->plan->wanted, made when it is not there.  NULL with DBC_ECONFLICT when
 * another part of this request wants it absent. */
struct ifr_object *ifr_want(struct ifr_planner *p, enum ifr_kind kind, const char *name,
                            struct dbc_error *err);
/* Makes the object wanted absent.  Returns 0, or -1 with DBC_ECONFLICT when another part of
 * this request wants it. */
int ifr_want_absent(struct ifr_planner *p, enum ifr_kind kind, const char *name,
                    struct dbc_error *err);

/* ---- Bridges -------------------------------------------------------------------------------- */

/* Whether the bridge of this PIF is seen. */
bool ifr_bridge_is_there(const struct ifr_planner *p, const struct dbc_pif *pif);
/* Notes that the plan takes the bridge of this PIF down.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_take_down(const struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err);
/* Whether that was noted. */
bool ifr_takes_down(const struct ifr_planner *p, const char *bridge);
/* Whether this PIF is attached, as far as the plan has come.  Records from XAPI say so
 * (currently_attached).  With those of the cache, which a reboot made untrue, its bridge must be
 * seen.  Only this function decides it. */
bool ifr_attached(const struct ifr_planner *p, const struct dbc_pif *pif);
/* Whether the plan makes a new device for this bridge of Open vSwitch, since it is not there or
 * changes its kind or parent. */
bool ifr_bridge_is_remade(const struct ifr_planner *p, const char *bridge);
/* Whether this run makes the ipdev and tears nothing down for it, as at boot.  Then a
 * half-configured bridge is better than none. */
bool ifr_ipdev_is_fresh(const struct ifr_planner *p, const char *ipdev);
/* Whether the device is in service: a bridge, bond or VLAN, in one of these, or with an address. */
bool ifr_link_serves(const struct ifr_planner *p, const char *device);
/* Marks as touched (plan.h) what changes when this device goes: its ports, and the VLANs on it. */
void ifr_touch_dependents(struct ifr_planner *p, const char *device);
/* Returns 0 when the bridge may have its name, or -1 with DBC_ECONFLICT when something else has it:
 * a port, or a device that this datapath has not made. */
int ifr_bridge_name_is_free(const struct ifr_planner *p, const char *bridge, struct dbc_error *err);

/* ---- Devices -------------------------------------------------------------------------------- */

bool ifr_link_is_up(const struct ifr_planner *p, const char *device);
/* Whether the device has an address or a DHCP client.  True where it cannot be seen. */
bool ifr_may_have_address(struct ifr_planner *p, const char *device);
/* Returns IFR_BIT of each attribute that differs on a wanted device; all bits when the device is
 * not wanted, is not seen, or is made anew by the plan. */
uint32_t ifr_link_differs(const struct ifr_planner *p, const char *device);
/* Returns the attributes that netlink can set at once: state, MTU, and options (options.h) but a
 * bond's mode. */
uint32_t ifr_link_set_at_once(void);
/* Plans a step that sets the device up, with the wanted MTU and the options that differ. */
void ifr_plan_link_up(struct ifr_planner *p, enum ifr_on_failure on_failure, const char *device);
bool ifr_link_exists(const struct ifr_planner *p, const char *device);

#endif
