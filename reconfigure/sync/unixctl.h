/* unixctl.h - the control socket for ovs-appctl: JSON-RPC requests, each answered with a text.
 * Nothing blocks: the loop polls it.  What arrives is hostile. */
#ifndef IFR_SYNC_UNIXCTL_H
#define IFR_SYNC_UNIXCTL_H

#include <jansson.h>
#include <poll.h>
#include <stdbool.h>

#include "base/buf.h"

/* Clients at the same time.  One more takes the place of another, of each in turn. */
#define IFR_UNIXCTL_CLIENTS 8
#define IFR_UNIXCTL_BYTES ((size_t)64 * 1024)         /* of one request */
#define IFR_UNIXCTL_ANSWER_BYTES ((size_t)256 * 1024) /* that a client has not read yet */
#define IFR_UNIXCTL_FDS (1 + IFR_UNIXCTL_CLIENTS)

/* Answers one request: appends to `answer`, and returns false when that is an error. */
typedef bool ifr_unixctl_fn(void *ctx, const char *method, const json_t *params,
                            struct dbc_buf *answer);

struct ifr_unixctl;

/* Listens on a new socket at `path`, which replaces an old one and has mode 0600.  Returns NULL on
 * failure: DBC_ELIMIT (the path is too long), DBC_ENOENT (its folder is missing), DBC_EIO,
 * DBC_ENOMEM. */
struct ifr_unixctl *ifr_unixctl_open(const char *path, ifr_unixctl_fn *answer, void *ctx,
                                     struct dbc_error *err);
/* Removes the socket and drops all clients, with or without their answers.  NULL is fine. */
void ifr_unixctl_close(struct ifr_unixctl *ctl);
/* Fills in what to poll; nothing for NULL. */
void ifr_unixctl_poll(const struct ifr_unixctl *ctl, struct pollfd p[IFR_UNIXCTL_FDS]);
/* Takes new clients, answers requests and sends, as far as that does not block.  NULL is fine. */
void ifr_unixctl_run(struct ifr_unixctl *ctl);

#endif
