/* common.h - what both directions share: how things are named and losses told, what a bond does
 * when nobody says otherwise, and the text of static-routes. */
#ifndef DBC_NETWORKD_COMMON_H
#define DBC_NETWORKD_COMMON_H

#include <stdbool.h>
#include <stddef.h>

#include "model/loss.h"

/* The name of a thing in messages, "bridge xapi0"; cut where it is no real name. */
struct dbc_networkd_what {
    char text[64];
};
struct dbc_networkd_what dbc_networkd_what(const char *kind, const char *name);

/* fn may be NULL. */
void dbc_networkd_tell(dbc_loss_fn *fn, void *ctx, const struct dbc_loss *loss);

/* interface-reconfigure and XAPI agree on these; a cache does not say what is standard, networkd.db
 * says all. */
struct dbc_networkd_option {
    const char *name, *value; /* in bond_properties; in other_config "bond-" stands before it */
};
const struct dbc_networkd_option *dbc_networkd_bond_options(size_t *n);

/* An item of static-routes in a cache's other_config, "NET/LEN/GATEWAY,...". */
struct dbc_networkd_route {
    char text[64];             /* the item, cut there when longer */
    char net[16], gateway[16]; /* dotted quads */
    unsigned len;
    bool good; /* else there is the text only */
};
/* Takes one item that is not empty off *text; false at the end. */
bool dbc_networkd_next_route(const char **text, struct dbc_networkd_route *out);

#endif
