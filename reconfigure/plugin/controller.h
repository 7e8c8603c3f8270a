/* controller.h - a manager of Open vSwitch's database, which XAPI calls a controller.  The
 * spellings of XAPI and of ovs-vsctl get one form here, so that they can be compared. */
#ifndef IFR_PLUGIN_CONTROLLER_H
#define IFR_PLUGIN_CONTROLLER_H

#include "base/buf.h"

#define IFR_MANAGER_PORT 6640 /* OVSDB's; releases of 2011 used 6632 */
#define IFR_MANAGER_HOST_MAX 253

enum ifr_manager_kind {
    IFR_MANAGER_NONE,
    IFR_MANAGER_SSL, /* Open vSwitch connects to it */
    IFR_MANAGER_PSSL /* Open vSwitch listens for it */
};

struct ifr_manager {
    enum ifr_manager_kind kind;
    unsigned port;
    /* An IPv4 or IPv6 address in its usual spelling, without brackets, or a name in lower case. For
     * pssl the local address, "": any. */
    char host[IFR_MANAGER_HOST_MAX + 1];
};

/* Reads a target of `ovs-vsctl get-manager`: ssl:HOST[:PORT] or pssl:[PORT][:HOST], an IPv6 address
 * in brackets.  Returns false for anything else (tcp:, unix:, ...), which equals no manager of
 * XAPI's. */
bool ifr_manager_parse(const char *target, struct ifr_manager *manager);

/* Reads pool.vswitch_controller: an address or name, "" for none.  Returns 0, or -1: DBC_EINVAL. */
int ifr_manager_from_pool(const char *address, struct ifr_manager *manager, struct dbc_error *err);
/* Reads the fields of an SDN_controller; `port` "0" or "" means the usual one.  The address of a
 * passive controller is ignored: Open vSwitch listens on all addresses of this host.  Returns 0, or
 * -1: DBC_EINVAL. */
int ifr_manager_from_sdn(const char *protocol, const char *address, const char *port,
                         struct ifr_manager *manager, struct dbc_error *err);

bool ifr_manager_equal(const struct ifr_manager *a, const struct ifr_manager *b);
/* Appends the target as `ovs-vsctl set-manager` takes it.  Not for IFR_MANAGER_NONE. */
void ifr_manager_target(const struct ifr_manager *manager, struct dbc_buf *out);

#endif
