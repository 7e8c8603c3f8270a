/* ovs.h - how the plugin reads and changes Open vSwitch where its database has no socket: each
 * function runs one command with a deadline.  The list of bridges comes as OVSDB's JSON, so that no
 * key or value can be misread. */
#ifndef IFR_PLUGIN_OVS_H
#define IFR_PLUGIN_OVS_H

#include "reconfigure/reconfigure.h"
#include "reconfigure/state/state.h"

/* Fills `seen` with the managers, and the real bridges with their fail mode, hwaddr and
 * disable-in-band.  The caller releases `seen` in any case.  Returns 0, or -1: DBC_ECOMMAND (a
 * command failed), DBC_EPARSE (an answer is not OVSDB's JSON), DBC_ELIMIT (an answer has
 * IFR_OUTPUT_MAX bytes or more), DBC_ENOMEM. */
int ifr_ovs_read(const struct ifr_host *host, struct ifr_state *seen, struct dbc_error *err);

/* Appends the OpenFlow port of an interface to `ofports`, as text.  An interface that Open vSwitch
 * does not have or could not open is logged and left out.  Returns 0, or -1: DBC_ECOMMAND,
 * DBC_ELIMIT, DBC_ENOMEM. */
int ifr_ovs_ofport(const struct ifr_host *host, const char *interface, struct dbc_strvec *ofports,
                   struct dbc_error *err);

/* Run `ovs-vsctl --timeout=20 WORDS`, one transaction, and `ovs-ofctl add-flow BRIDGE FLOW`.
 * Return 0, or -1: DBC_ENOMEM, or DBC_ECOMMAND with *status as Python reports it: the exit status;
 * the negative number of the signal, SIGTERM after a deadline; 127 when the command could not be
 * started. */
int ifr_ovs_change(const struct ifr_host *host, const struct dbc_strvec *words, int *status,
                   struct dbc_error *err);
int ifr_ovs_add_flow(const struct ifr_host *host, const char *bridge, const char *flow, int *status,
                     struct dbc_error *err);

#endif
