/* networkd.h - xcp-networkd's database, networkd.db, to records and back.  xcp-networkd took over
 * from interface-reconfigure in XenServer 6.1.  Its file has bridges and interfaces where a cache
 * has PIFs and networks, so each direction loses something, which goes to `loss`.
 *
 * Format: one JSON object; types in xapi's ocaml/xapi-idl/network/network_interface.ml.  Read: the
 * shapes of all releases, and bytes that are no UTF-8 (ordered interfaces keep raw octets).
 * Written: the shape of today, or that of the releases before 2018. */
#ifndef DBC_NETWORKD_NETWORKD_H
#define DBC_NETWORKD_NETWORKD_H

#include <stdbool.h>

#include "base/buf.h"
#include "model/database.h"
#include "model/loss.h"

#define DBC_LIMIT_NETWORKD_BYTES (16u * 1024 * 1024)
#define DBC_LIMIT_NETWORKD_DEPTH 16       /* the format needs 7 */
#define DBC_LIMIT_NETWORKD_VALUES 1000000 /* 4,094 VLANs take 100,000 */

/* Whether a file that starts with these bytes looks like an object of JSON. */
bool dbc_networkd_recognise(const char *head, size_t len);

/* Reads a file from memory, and returns its records, indexed, which the caller frees.  References
 * and, where the file has none, uuids are invented; the same file always gives the same ones.
 * `name` is the file's name for messages.  `management` is the bridge of the management interface
 * (the inventory's MANAGEMENT_INTERFACE; "": there is none).  NULL has it guessed, and the guess is
 * reported as a loss.  `warn` and `loss` may be NULL.
 *
 * A value that is not of its kind is left out with a warning that names its place by the names
 * around it, "interface xapi0: mtu: ..." (the file is one line); at most DBC_LIMIT_WARNINGS and
 * one.  The records do not have what is standard: the bond options of interface-reconfigure, lro
 * off, and gro off in files of releases before 7.1.  A bond's slaves get the networks that XAPI and
 * installers would give them.
 *
 * NULL: DBC_EPARSE (not JSON, a member that comes twice, another format), with line and column
 * where they are known; DBC_ELIMIT for the limits above, DBC_LIMIT_TEXT_BYTES and those of a
 * database; DBC_ENOMEM. */
struct dbc_db *dbc_networkd_read(const char *name, const char *data, size_t len,
                                 const char *management, dbc_warning_fn *warn, dbc_loss_fn *loss,
                                 void *ctx, struct dbc_error *err);

enum dbc_networkd_shape {
    DBC_NETWORKD_NOW,        /* 7.5 and later */
    DBC_NETWORKD_BEFORE_2018 /* 6.1 to 7.4: routes as tuples, "Basic" ports */
};

/* Appends the records as the text of a file, without a newline at the end, as xcp-networkd writes
 * it.  As with XAPI, the bridges of the management PIF and of a PIF with an IPv4 or IPv6 mode are
 * persistent, that is, they come up at boot, and so is the bridge that carries a persistent VLAN.
 * The keys of other_config of the pool, the network and the PIF become one map of the bridge, as
 * with XAPI, but for those that nothing reads where they are.  `loss` may be NULL.
 *
 * Returns 0, or -1: DBC_ENOMEM, when a part may have been appended; DBC_ECONFLICT when the records
 * contradict each other (a cycle of VLANs, a bond in itself). */
int dbc_networkd_format(const struct dbc_db *db, enum dbc_networkd_shape shape, struct dbc_buf *out,
                        dbc_loss_fn *loss, void *ctx, struct dbc_error *err);

#endif
