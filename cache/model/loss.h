/* loss.h - what a conversion between formats leaves behind.  A reader or writer of a foreign format
 * tells each thing that its result does not say, so that nobody finds out at the next boot. */
#ifndef DBC_MODEL_LOSS_H
#define DBC_MODEL_LOSS_H

#include "base/error.h"

enum dbc_loss_kind {
    DBC_LOST,    /* the result does not have it */
    DBC_ASSUMED, /* the source does not say it; the result has what is likely */
    DBC_CHANGED  /* the result says it otherwise, or nobody there acts on it */
};

struct dbc_loss {
    enum dbc_loss_kind kind;
    const char *what;  /* the thing: "pif eth0", "bridge xapi3", "ifcfg-eth0:7" */
    const char *field; /* of it: "IPv6", "ipv6_conf"; "" for all of it */
    const char *value; /* as the source has it; "" where that says nothing */
    const char *why;   /* one sentence, no full stop: "a cache has no tunnel keys" */
};

/* Texts are valid during the call only, and not escaped. */
typedef void dbc_loss_fn(void *ctx, const struct dbc_loss *loss);

#endif
