/* flows.h - the OpenFlow rules that keep management reachable on a secure bridge, which drops
 * everything until a controller speaks.  Texts only: step_flows.c adds them in a plan, the plugin
 * when a bridge turns secure under XAPI's settings. */
#ifndef IFR_FLOWS_H
#define IFR_FLOWS_H

#include "base/strvec.h"

/* Each text begins with IFR_FLOW_BEGIN.  IFR_FLOW_ADDING is no part of the flow's match: a command
 * that deletes the flow leaves it out. */
#define IFR_FLOW_ADDING "idle_timeout=0,"
#define IFR_FLOW_BEGIN IFR_FLOW_ADDING "priority=0,in_port="

/* Appends the flows to `flows`, as `ovs-ofctl add-flow BRIDGE` takes them.  Packets for `mac` and
 * ARP requests that come in go to the bridge's own port; what the host sends goes out.  `ofports`
 * are the OpenFlow ports of the NICs: one, or those of a bond, where the switch chooses the way
 * out.  Failure to allocate is sticky. */
void ifr_flows(const char *mac, const struct dbc_strvec *ofports, struct dbc_strvec *flows);

/* The same for a switch that can be observed.  `host` is the port that management is on: "LOCAL",
 * or the number of a VLAN's internal device; `tag` is that VLAN, or -1.  What the host sends takes
 * the switch's NORMAL action, so that a bond sends it once.  These reach the host: packets for
 * `mac`, ARP requests, neighbour solicitations, and advertisements of neighbours and routers. */
void ifr_flows_live(const char *host, const char *mac, int tag, const struct dbc_strvec *ofports,
                    struct dbc_strvec *flows);

/* Cuts `answer`, what ovs-vsctl prints for an interface's ofport, to the number.  Returns false
 * when no flow can use it, as with -1: the switch could not open the NIC, but ovs-vsctl exits with
 * 0. */
bool ifr_flows_ofport(char *answer);

#endif
