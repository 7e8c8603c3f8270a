/* drift_ask.h - the questions that drift.c puts to the host's own tools.  Private to drift.c. */
#ifndef IFR_DRIFT_ASK_H
#define IFR_DRIFT_ASK_H

#include "base/strvec.h"
#include "reconfigure/host/runner.h"

/* All: 0 with the answer, which may be empty; 1 when the host does not tell, with the reason
 * ("ip timed out") in `why`; -1 without memory.  Names must be valid interface names. */

/* IPv4 addresses of a device with a scope beyond the host, "192.0.2.5/24" each. */
int ifr_ask_addresses(struct ifr_runner *runner, const char *device, struct dbc_strvec *ret,
                      struct dbc_buf *why, struct dbc_error *err);
/* The gateway of the device's default route: "192.0.2.1", "on-link", "" for none. */
int ifr_ask_gateway(struct ifr_runner *runner, const char *device, struct dbc_buf *ret,
                    struct dbc_buf *why, struct dbc_error *err);
/* The interfaces on an Open vSwitch bridge. */
int ifr_ask_ovs_interfaces(struct ifr_runner *runner, const char *bridge, struct dbc_strvec *ret,
                           struct dbc_buf *why, struct dbc_error *err);
/* A VLAN's bridge: "TAG on PARENT"; TAG is 0 for a bridge of its own. */
int ifr_ask_ovs_vlan(struct ifr_runner *runner, const char *bridge, struct dbc_buf *ret,
                     struct dbc_buf *why, struct dbc_error *err);

#endif
