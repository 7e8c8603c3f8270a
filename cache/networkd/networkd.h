/* networkd.h - xcp-networkd's database, networkd.db, to records and back.  xcp-networkd took over
 * from interface-reconfigure in XenServer 6.1; its file speaks of bridges and interfaces where a
 * cache speaks of PIFs and networks, so either way something is not said; it goes to `loss`.
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

/* Does a file that starts with these bytes look like JSON's object? */
bool dbc_networkd_recognise(const char *head, size_t len);

/* Records as a save would have made them, with invented references and, where the file has none,
 * uuids; the same file always gives the same ones.  `management` is the bridge of the management
 * interface (the inventory's MANAGEMENT_INTERFACE; "": there is none), NULL when it is not known:
 * then it is guessed, and the guess is told.
 *
 * A value that is not of its kind is left out with a warning that names its place by the names
 * around it, "interface xapi0: mtu: ..." (the file is one line); at most DBC_LIMIT_WARNINGS and
 * one. What is said by default is not said again: bond options as interface-reconfigure has them,
 * lro off.  A bond's slaves get the networks that XAPI and installers would give them.
 *
 * NULL: DBC_EPARSE (no JSON, a member that stands twice, not this format; with line and column
 * where there are), DBC_ELIMIT (those above, DBC_LIMIT_TEXT_BYTES, those of a database),
 * DBC_ENOMEM. */
struct dbc_db *dbc_networkd_read(const char *name, const char *data, size_t len,
                                 const char *management, dbc_warning_fn *warn, dbc_loss_fn *loss,
                                 void *ctx, struct dbc_error *err);

enum dbc_networkd_shape {
    DBC_NETWORKD_NOW,        /* 7.5 and later */
    DBC_NETWORKD_BEFORE_2018 /* 6.1 to 7.4: routes as tuples, "Basic" ports */
};

/* Appends the text, which xcp-networkd ends without a newline.  Persistent, so that it comes up at
 * boot, is what XAPI makes so: a PIF with an IPv4 or IPv6 mode, and the management PIF; and what a
 * persistent VLAN stands on.
 *
 * Fails for lack of memory (then a part may have been appended), and with DBC_ECONFLICT when the
 * records contradict themselves so that there is no answer (a cycle of VLANs, a bond in itself). */
int dbc_networkd_format(const struct dbc_db *db, enum dbc_networkd_shape shape, struct dbc_buf *out,
                        dbc_loss_fn *loss, void *ctx, struct dbc_error *err);

#endif
