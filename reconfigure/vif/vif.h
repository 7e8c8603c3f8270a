/* vif.h - the hotplug script of XenServer, which works when the network device of a VM comes or
 * goes.  udev or the toolstack runs it: `vif ACTION [TYPE [DOMID DEVID]]`.
 *
 * xenstore (xenstore.h) has the device's settings below /xapi/DOMID/private/vif/DEVID.  The result
 * is written below /xapi/DOMID/hotplug/vif/DEVID and to the back end.  Keys below
 * /local/domain/DOMID are the guest's own.  All values are checked before they are used. */
#ifndef IFR_VIF_VIF_H
#define IFR_VIF_VIF_H

#include "reconfigure/host/facts.h"
#include "reconfigure/vif/xenstore.h"

#define IFR_VIF_ID_MAX 65535        /* of a domain and of a device */
#define IFR_VIF_DEADLINE_HOOK 60000 /* ms that /etc/xapi.d/vif-hotplug may take */

enum ifr_vif_type { IFR_VIF, IFR_TAP };

struct ifr_vif {
    const char *action; /* borrowed: "online", "add", "move", "remove"; others do nothing */
    enum ifr_vif_type type;
    unsigned domid, devid;
    char device[16]; /* "vifDOMID.DEVID", "tapDOMID.DEVID" */
};

/* Reads the `n` words after the program's name.  Without DOMID and DEVID the numbers come from the
 * environment: for a vif from XENBUS_PATH, "backend/vif/DOMID/DEVID", for a tap from INTERFACE;
 * both may be NULL.  Returns 0, or -1: DBC_EINVAL names what is wrong or missing. */
int ifr_vif_parse(const char *const *words, size_t n, const char *xenbus_path,
                  const char *interface, struct ifr_vif *ret, struct dbc_error *err);

/* The host; all borrowed. */
struct ifr_vif_host {
    struct ifr_facts *facts;
    struct ifr_runner *runner;
    struct ifr_xenstore *xenstore;
    const struct dbc_log *log;
    const char *database; /* ovsdb-server's socket, with any root prefix */
};

/* Performs the action; one that does not belong to the type does nothing.  Returns 0, or -1:
 * DBC_EINVAL        a key of xenstore that is needed is missing or cannot be used
 * DBC_ENOENT        the device or its bridge is not there (udev may run this for a device that
 *                   goes), or Open vSwitch does not run
 * DBC_EUNSUPPORTED  network.conf names an unknown kind of network
 * DBC_ECOMMAND      Open vSwitch could not open the device, or `ip` failed
 * and those of xenstore.h, ovsdb.h and netlink.h. */
int ifr_vif_run(const struct ifr_vif *vif, const struct ifr_vif_host *host, struct dbc_error *err);

#endif
