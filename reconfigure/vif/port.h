/* port.h - adds or removes the port of a VM's network device on Open vSwitch in one transaction. */
#ifndef IFR_VIF_PORT_H
#define IFR_VIF_PORT_H

#include "base/error.h"

/* Tries when other programs change the same port at the same time: one succeeds each time. */
#define IFR_VIF_TRIES 16

/* Keys of the interface's external_ids, for Open vSwitch's clients. */
enum ifr_vif_id {
    IFR_VIF_ATTACHED_MAC,
    IFR_VIF_VM_UUID,
    IFR_VIF_UUID,
    IFR_VIF_NETWORK_UUID,
    IFR_VIF_N_IDS
};

struct ifr_vif_port {
    const char *device, *bridge;    /* the bridge may be a VLAN's: the port gets its tag */
    const char *ids[IFR_VIF_N_IDS]; /* NULL: not known */
};

/* Adds the port, and removes any port of this name, since the device may be a new one.  `socket` is
 * ovsdb-server's.  Returns 0 when ovs-vswitchd has done it, or -1: DBC_ENOENT when Open vSwitch
 * does not run or has no such bridge; DBC_ECOMMAND when it could not open the device; and the
 * errors of ifr_ovsdb_open and ifr_edits_run. */
int ifr_vif_port_add(const char *socket, const struct ifr_vif_port *port, struct dbc_error *err);
/* Removes the port, if there is one.  Fails as ifr_vif_port_add does. */
int ifr_vif_port_remove(const char *socket, const char *device, struct dbc_error *err);

#endif
