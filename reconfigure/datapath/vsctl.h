/* vsctl.h - one `ovs-vsctl` transaction as an argv: every change of a run goes in one call, so that
 * Open vSwitch sees the whole of it or nothing.  Failure to allocate is sticky in the vector.
 *
 * Names (bridges, ports) must have passed dbc_valid_ifname; values are quoted here. */
#ifndef IFR_VSCTL_H
#define IFR_VSCTL_H

#include "reconfigure/datapath/planner.h"
#include "reconfigure/state/state.h"

/* `value` as OVSDB's own text form takes it, appended: plain if it is alphanumeric, else in double
 * quotes with \\ \" \n \t \r \b \a \xHH escapes, so that no value can end early or become two. */
void ifr_vsctl_quote(const char *value, struct dbc_buf *out);

/* Appends what leads to `wanted` from whatever there is, in the old program's order: the managers,
 * with the reset that goes with a change of them; what is to go; the NICs out of the ports that
 * have them; then bridge by bridge, with its port and its attributes. */
void ifr_vsctl_words(const struct ifr_state *wanted, struct dbc_strvec *t);

/* Plans the transaction as one step, nothing when it is empty. */
void ifr_vsctl_plan(struct ifr_planner *p, const struct dbc_strvec *t);

#endif
