/* common.h - what both directions share: the names of things, losses, the standard options of a
 * bond, and the text of static-routes. */
#ifndef DBC_NETWORKD_COMMON_H
#define DBC_NETWORKD_COMMON_H

#include <stdbool.h>
#include <stddef.h>

#include "model/loss.h"

/* The name of a thing in messages, "bridge xapi0"; one that is too long is cut. */
struct dbc_networkd_what {
    char text[64];
};
struct dbc_networkd_what dbc_networkd_what(const char *kind, const char *name);

/* Passes a loss to `fn`, which may be NULL. */
void dbc_networkd_tell(dbc_loss_fn *fn, void *ctx, const struct dbc_loss *loss);

/* The standard options of a bond, on which interface-reconfigure and XAPI agree: networkd.db always
 * has them, a cache does not.  The array is static; *n is its length. */
struct dbc_networkd_option {
    const char *name, *value; /* in bond_properties; other_config has "bond-" before the name */
};
const struct dbc_networkd_option *dbc_networkd_bond_options(size_t *n);

/* Returns the value of an ethtool option ("tso", "speed", ...) as xcp-networkd writes it, "on" for
 * "true"; NULL when it is none. */
const char *dbc_networkd_ethtool(const char *name, const char *value);

/* An item of static-routes in a cache's other_config, "NET/LEN/GATEWAY,...". */
struct dbc_networkd_route {
    char text[64];             /* the item; one that is too long is cut */
    char net[16], gateway[16]; /* dotted quads */
    unsigned len;
    bool good; /* false: only `text` is set */
};
/* Takes one item that is not empty off *text; false at the end. */
bool dbc_networkd_next_route(const char **text, struct dbc_networkd_route *out);

#endif
