/* ifcfg.h - the files of etc/sysconfig/network-scripts as a source of records: the last resort when
 * a cache is lost and XAPI does not answer.  Reads what interface-reconfigure (the old and this
 * one), the installers and Red Hat's tools write: ifcfg-NAME and route-NAME, for the Linux bridge
 * and for Open vSwitch.  Nothing is sourced; a value is taken or told.
 *
 * What the files leave open is decided so, and told as assumed (loss.h):
 *   - Every PIF gets a bridge, since interface-reconfigure refuses one without: of a port BRIDGE=
 *     says which; another device gets the name that XAPI gives, xenbrN for ethN, else brDEVICE, and
 *     its address moves there.  Of a bond's slaves the network is made up in the same way.
 *   - On Open vSwitch no file says which NIC a bridge stands on: xenbrN is taken to stand on ethN.
 *     Other bridges without a port (xapiN: a bond, a VLAN, a tunnel) become networks without a PIF,
 *     and what they say of addresses is told as lost.
 *   - A network's MTU is its bridge's, else its port's; a port that has another one keeps it as
 *     other_config:mtu.  Network.MTU and an override of it look the same in these files.
 *   - BONDING_OPTS, ETHTOOL_OPTS and ETHTOOL_OFFLOAD_OPTS become other_config keys where they
 *     differ from what interface-reconfigure does without; 802.3ad is called lacp.
 *   - A MAC is HWADDR, else MACADDR; empty where neither is said, which every NIC of the name
 *     fits.
 * Told as lost: a second address or gateway of IPv4, a VLAN on a VLAN, a bond of bonds, a bridge in
 * a bridge, other types of devices, routes that are more than a net and a gateway, options that a
 * cache has no key for, and every key that is not known to mean nothing here. */
#ifndef DBC_IFCFG_IFCFG_H
#define DBC_IFCFG_IFCFG_H

#include "model/database.h"
#include "model/loss.h"

#define DBC_LIMIT_IFCFG_FILES 16384 /* 4,094 VLANs take 12,282 */
#define DBC_LIMIT_IFCFG_DNS 16      /* DNS1 to DNS16 */
#define DBC_LIMIT_IFCFG_ROUTES 1024 /* of one file */

struct dbc_ifcfg_file {
    const char *name; /* "ifcfg-xenbr0", "route-xenbr0"; "network" is etc/sysconfig/network, if it
                         is there: GATEWAYDEV and DNSDEV; others are ignored */
    const char *data;
    size_t len; /* a file above DBC_LIMIT_CONFIG_FILE is left out, with a warning */
};

/* Records with invented references and uuids, the same for the same files in whatever order.
 * Ignored without a word: ifcfg-lo, and the leftovers that Red Hat's scripts ignore (.bak, ~,
 * .rpmsave, ...).  A bad value, and a file that no shell would read to its end, is a warning and
 * left out; of two files with one name the later counts.
 *
 * `management` is the bridge of the management interface (the inventory's MANAGEMENT_INTERFACE), ""
 * when the host is known to have none, NULL when it is not known: then it is guessed from
 * GATEWAYDEV, gateway and address, and the guess is told.  Nothing is guessed when the bridge that
 * looks most like it stands on a device that no file names.
 *
 * NULL: DBC_ENOENT without a single usable ifcfg file; DBC_ELIMIT for DBC_LIMIT_IFCFG_FILES or a
 * limit of the database; DBC_ENOMEM. */
struct dbc_db *dbc_ifcfg_read(const struct dbc_ifcfg_file *files, size_t n, const char *management,
                              dbc_warning_fn *warn, dbc_loss_fn *loss, void *ctx,
                              struct dbc_error *err);

#endif
