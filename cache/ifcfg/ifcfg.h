/* ifcfg.h - makes records of the files in etc/sysconfig/network-scripts, the last resort when a
 * cache is lost and XAPI does not answer.  It reads ifcfg-NAME and route-NAME, for the Linux bridge
 * and for Open vSwitch, as interface-reconfigure (the old and this one), the installers and Red
 * Hat's tools write them.  Nothing is sourced.  Each value is used or reported.
 *
 * What the files leave open is decided as follows, and reported as assumed (loss.h):
 *   - Every PIF gets a bridge, since interface-reconfigure refuses a PIF without one.  A port's
 *     BRIDGE= names it.  Another device, also a bond's slave, gets one with XAPI's name, xenbrN for
 *     ethN, else brDEVICE, and its address moves there.
 *   - On Open vSwitch no file says which NIC a bridge stands on: xenbrN is taken to stand on ethN.
 *     Other bridges without a port (xapiN: a bond, a VLAN, a tunnel) become networks without a PIF,
 *     and their addresses are reported as lost.
 *   - A network's MTU is its bridge's, else its port's.  A port with another MTU keeps it as
 *     other_config:mtu: Network.MTU and an override of it look the same in these files.
 *   - BONDING_OPTS, ETHTOOL_OPTS and ETHTOOL_OFFLOAD_OPTS become other_config keys where they
 *     differ from the defaults of interface-reconfigure; 802.3ad is called lacp.
 *   - A MAC is HWADDR, else MACADDR, else empty, which matches any NIC of the name.
 * Reported as lost: a second address or gateway of IPv4, a VLAN on a VLAN, a bond of bonds, a
 * bridge in a bridge, other types of devices, routes that have more than a net and a gateway,
 * options that a cache has no key for, and every key that is not known to be without meaning here.
 */
#ifndef DBC_IFCFG_IFCFG_H
#define DBC_IFCFG_IFCFG_H

#include "model/database.h"
#include "model/loss.h"

#define DBC_LIMIT_IFCFG_FILES 16384 /* 4,094 VLANs take 12,282 */
#define DBC_LIMIT_IFCFG_DNS 16      /* DNS1 to DNS16 */
#define DBC_LIMIT_IFCFG_ROUTES 1024 /* of one file */

struct dbc_ifcfg_file {
    const char *name; /* "ifcfg-xenbr0", "route-xenbr0", or "network" for etc/sysconfig/network with
                         GATEWAYDEV and DNSDEV; others are ignored */
    const char *data;
    size_t len; /* a file above DBC_LIMIT_CONFIG_FILE is left out, with a warning */
};

/* Makes a database of `n` files; the caller frees it.  Its references and uuids are invented, and
 * the same for the same files.  A bad value, and a file that cannot be parsed to its end, is left
 * out with a warning; ifcfg-lo, and the leftovers that Red Hat's scripts ignore (.bak, ~,
 * .rpmsave, ...), without one.  Of two files with the same name the later counts; otherwise their
 * order does not matter.
 *
 * `management` is the bridge of the management interface (MANAGEMENT_INTERFACE of the inventory),
 * or "" when the host has none.  NULL has it guessed from GATEWAYDEV, gateway and address, and the
 * guess is reported; when the most likely bridge stands on a device that no file names, there is
 * no guess.  `warn` and `loss` are called for warnings and losses.
 *
 * NULL: DBC_ENOENT when no file is a usable ifcfg file; DBC_ELIMIT above DBC_LIMIT_IFCFG_FILES or a
 * limit of the database; DBC_ENOMEM. */
struct dbc_db *dbc_ifcfg_read(const struct dbc_ifcfg_file *files, size_t n, const char *management,
                              dbc_warning_fn *warn, dbc_loss_fn *loss, void *ctx,
                              struct dbc_error *err);

#endif
