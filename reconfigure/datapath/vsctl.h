/* vsctl.h - one `ovs-vsctl` transaction as an argv: all changes of a run are one call, so that Open
 * vSwitch sees all of them or none.  Failure to allocate is sticky in the vector.
 *
 * Names (bridges, ports) must have passed dbc_valid_ifname; values are quoted here. */
#ifndef IFR_VSCTL_H
#define IFR_VSCTL_H

#include "reconfigure/datapath/planner.h"
#include "reconfigure/state/state.h"

/* Appends `value` in OVSDB's text form: plain if it is alphanumeric, else in double quotes with
 * \\ \" \n \t \r \b \a \xHH escapes, so that no value can end early or become two. */
void ifr_vsctl_quote(const char *value, struct dbc_buf *out);

/* Appends the words that lead to `wanted` from any state, in the old program's order: the reset and
 * the managers, when they are wanted; bridges and ports that must go; ports that have the NICs;
 * then each bridge with its ports and attributes.  Objects with only_if_seen are left out. */
void ifr_vsctl_words(const struct ifr_state *wanted, struct dbc_strvec *t);

/* Plans the transaction as one step; nothing when it is empty. */
void ifr_vsctl_plan(struct ifr_planner *p, const struct dbc_strvec *t);

#endif
