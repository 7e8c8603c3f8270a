/* flows.h - the OpenFlow rules that keep management reachable on a secure bridge, which drops
 * everything until a controller speaks.  Texts only: step_command.c runs them in a plan, the plugin
 * when a bridge turns secure under XAPI's settings. */
#ifndef IFR_FLOWS_H
#define IFR_FLOWS_H

#include "base/strvec.h"

/* How each of the texts begins; what stands first is for adding a flow only, and no part of it. */
#define IFR_FLOW_ADDING "idle_timeout=0,"
#define IFR_FLOW_BEGIN IFR_FLOW_ADDING "priority=0,in_port="

/* Appends the flows, as `ovs-ofctl add-flow BRIDGE` takes them: what comes in for `mac`, and ARP,
 * goes to the bridge's own port, what the host sends goes out.  `ofports` are the numbers of the
 * NICs: one, or those of a bond, where the switch chooses the way out.  Failure to allocate is
 * sticky. */
void ifr_flows(const char *mac, const struct dbc_strvec *ofports, struct dbc_strvec *flows);

/* The same for a switch that can be asked what it has: `host` is the port that management is on,
 * "LOCAL" or the number of a VLAN's internal device, and `tag` that VLAN, or -1.  What the host
 * sends goes the switch's normal way, so that a bond sends it once; what comes in for it, ARP
 * requests, and of IPv6 neighbour solicitations, and advertisements of neighbours and routers,
 * reaches it. */
void ifr_flows_live(const char *host, const char *mac, int tag, const struct dbc_strvec *ofports,
                    struct dbc_strvec *flows);

/* Cuts `answer`, what ovs-vsctl says of an interface's ofport, to the number; false: it is none
 * that a flow could use (-1: the switch could not open the NIC; ovs-vsctl exits 0 all the same). */
bool ifr_flows_ofport(char *answer);

#endif
