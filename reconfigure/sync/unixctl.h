/* unixctl.h - the control socket that ovs-appctl speaks to: JSON-RPC requests whose answer is a
 * text.  Waits for nothing: the loop polls it.  What arrives is hostile. */
#ifndef IFR_SYNC_UNIXCTL_H
#define IFR_SYNC_UNIXCTL_H

#include <jansson.h>
#include <poll.h>
#include <stdbool.h>

#include "base/buf.h"

#define IFR_UNIXCTL_CLIENTS 8 /* at the same time; of more the one that came first goes */
#define IFR_UNIXCTL_BYTES ((size_t)64 * 1024)         /* of one request */
#define IFR_UNIXCTL_ANSWER_BYTES ((size_t)256 * 1024) /* that a client has not read yet */
#define IFR_UNIXCTL_FDS (1 + IFR_UNIXCTL_CLIENTS)

/* Answers one request: appends to `answer`, and returns whether it is no error. */
typedef bool ifr_unixctl_fn(void *ctx, const char *method, const json_t *params,
                            struct dbc_buf *answer);

struct ifr_unixctl;

/* Listens on a new socket at `path`, in the place of an old one, for its owner alone.  NULL:
 * DBC_ELIMIT (the path is too long), DBC_EIO, DBC_ENOMEM. */
struct ifr_unixctl *ifr_unixctl_open(const char *path, ifr_unixctl_fn *answer, void *ctx,
                                     struct dbc_error *err);
/* The socket goes; what was answered is sent as far as that goes at once.  NULL is fine. */
void ifr_unixctl_close(struct ifr_unixctl *ctl);
/* What to wait for; NULL: nothing. */
void ifr_unixctl_poll(const struct ifr_unixctl *ctl, struct pollfd p[IFR_UNIXCTL_FDS]);
/* Does what can be done at once. */
void ifr_unixctl_run(struct ifr_unixctl *ctl);

#endif
