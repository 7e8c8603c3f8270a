/* vif.h - the hotplug script of XenServer: what is to be done when the network device of a VM comes
 * or goes.  udev or the toolstack runs it, `vif ACTION [TYPE [DOMID DEVID]]`.
 *
 * What is known of the device is in xenstore (xenstore.h): settings below
 * /xapi/DOMID/private/vif/DEVID, and what was done goes to /xapi/DOMID/hotplug/vif/DEVID.  Keys
 * below /local/domain/DOMID are the guest's own.  All of it is checked before it is used. */
#ifndef IFR_VIF_VIF_H
#define IFR_VIF_VIF_H

#include "reconfigure/host/facts.h"
#include "reconfigure/vif/xenstore.h"

#define IFR_VIF_ID_MAX 65535        /* of a domain and of a device */
#define IFR_VIF_DEADLINE_HOOK 60000 /* ms that /etc/xapi.d/vif-hotplug may take */

enum ifr_vif_type { IFR_VIF, IFR_TAP };

struct ifr_vif {
    const char *action; /* borrowed: "online", "add", "move", "remove", or one that means nothing */
    enum ifr_vif_type type;
    unsigned domid, devid;
    char device[16]; /* "vifDOMID.DEVID", "tapDOMID.DEVID" */
};

/* From the words after the program's name and, for the numbers that they do not have, from the
 * environment: XENBUS_PATH (".../DOMID/DEVID" as its third and fourth part) of a vif, INTERFACE of
 * a tap; both may be NULL.  DBC_EINVAL names what is wrong or missing. */
int ifr_vif_parse(const char *const *words, size_t n, const char *xenbus_path,
                  const char *interface, struct ifr_vif *ret, struct dbc_error *err);

/* The host that it is done on; all borrowed. */
struct ifr_vif_host {
    struct ifr_facts *facts;
    struct ifr_runner *runner;
    struct ifr_xenstore *xenstore;
    const struct dbc_log *log;
    const char *database; /* ovsdb-server's socket, with any root prefix */
};

/* Does it.  An action that means nothing for the type is done.  -1:
 * DBC_EINVAL     a key of xenstore that is needed is missing or cannot be used
 * DBC_ENOENT     the device or its bridge is not there (udev may run this for a device that goes)
 * DBC_EUNSUPPORTED  network.conf names no network that is known
 * DBC_ECOMMAND   Open vSwitch could not open the device
 * and those of xenstore.h, ovsdb.h and netlink.h. */
int ifr_vif_run(const struct ifr_vif *vif, const struct ifr_vif_host *host, struct dbc_error *err);

#endif
