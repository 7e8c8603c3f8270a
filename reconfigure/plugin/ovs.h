/* ovs.h - what the plugin asks Open vSwitch and has it do where its database has no socket: each by
 * one command with a deadline.  ovs-vsctl's answers come as OVSDB's JSON, where a map is a map
 * whatever its keys are. */
#ifndef IFR_PLUGIN_OVS_H
#define IFR_PLUGIN_OVS_H

#include "reconfigure/reconfigure.h"
#include "reconfigure/state/state.h"

/* The managers, and the real bridges with their fail mode, hwaddr and disable-in-band.
 * DBC_ECOMMAND (a command failed), DBC_EPARSE (an answer is not what it should be), DBC_ELIMIT
 * (longer than IFR_OUTPUT_MAX), DBC_ENOMEM.  `seen` is to be released in any case. */
int ifr_ovs_read(const struct ifr_host *host, struct ifr_state *seen, struct dbc_error *err);

/* The OpenFlow port of an interface, pushed to `ofports` as text.  One that Open vSwitch does not
 * have, or could not open, is logged and left out. */
int ifr_ovs_ofport(const struct ifr_host *host, const char *interface, struct dbc_strvec *ofports,
                   struct dbc_error *err);

/* `ovs-vsctl --timeout=20 WORDS`: one transaction.  `ovs-ofctl add-flow BRIDGE FLOW`.
 * -1: DBC_ENOMEM, or DBC_ECOMMAND with *status as Python counts: an exit status, or a signal below
 * zero, or 127 when the command is not installed. */
int ifr_ovs_change(const struct ifr_host *host, const struct dbc_strvec *words, int *status,
                   struct dbc_error *err);
int ifr_ovs_add_flow(const struct ifr_host *host, const char *bridge, const char *flow, int *status,
                     struct dbc_error *err);

#endif
