/* port.h - the port of a VM's network device on Open vSwitch: one transaction each. */
#ifndef IFR_VIF_PORT_H
#define IFR_VIF_PORT_H

#include "base/error.h"

/* When others put the same device on a bridge at the same time: one of them succeeds each time. */
#define IFR_VIF_TRIES 16

/* What Open vSwitch's clients want to know of it, in external_ids. */
enum ifr_vif_id {
    IFR_VIF_ATTACHED_MAC,
    IFR_VIF_VM_UUID,
    IFR_VIF_UUID,
    IFR_VIF_NETWORK_UUID,
    IFR_VIF_N_IDS
};

struct ifr_vif_port {
    const char *device, *bridge;    /* the bridge may be a VLAN's, whose port has its tag then */
    const char *ids[IFR_VIF_N_IDS]; /* NULL: it is not known */
};

/* A port of this name, wherever it is, goes, and a new one comes: the device may be another one of
 * the same name.  Returns when ovs-vswitchd has it.  DBC_ENOENT: Open vSwitch does not run, or has
 * no such bridge; DBC_ECOMMAND: it could not open the device; and those of ifr_ovsdb_transact. */
int ifr_vif_port_add(const char *socket, const struct ifr_vif_port *port, struct dbc_error *err);
/* The port goes; one that is not there is gone.  Fails as ifr_vif_port_add does. */
int ifr_vif_port_remove(const char *socket, const char *device, struct dbc_error *err);

#endif
