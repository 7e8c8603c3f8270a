/* confirm.h - a change that is taken back unless somebody confirms it: for work from afar, where a
 * mistake cuts the administrator off.
 *
 * The record of such a change is a file beside the cache, mode 0600, written before anything
 * changes.  It says how to go back (plan/undo.h) and outlives every process: a guardian waits for
 * the confirmation, and when it is dead the next run of any program of ours does its work.  Its
 * phases: armed (the change is under way), applied (it waits), confirmed, reverting, reverted. */
#ifndef IFR_CONFIRM_H
#define IFR_CONFIRM_H

#include "reconfigure/plan/undo.h"
#include "reconfigure/reconfigure.h"

#define IFR_CONFIRM_FILE "dbcache-pending.json" /* in the cache's folder */
#define IFR_CONFIRM_ID 32                       /* hexadecimal digits */

enum ifr_phase { IFR_ARMED, IFR_APPLIED, IFR_CONFIRMED, IFR_REVERTING, IFR_REVERTED, IFR_N_PHASES };

/* The record in memory. */
struct ifr_pending {
    json_t *json; /* NULL: there is none */
};

/* ---- The file (confirm_file.c) ------------------------------------------------------------- */

/* Reads and checks it; ret->json is NULL when there is none.  DBC_EINVAL: a file that somebody else
 * could have written; DBC_EPARSE names what is wrong; DBC_ELIMIT, DBC_EIO, DBC_ENOMEM. */
int ifr_pending_read(const struct ifr_facts *facts, struct ifr_pending *ret, struct dbc_error *err);
/* Replaces it, durably. */
int ifr_pending_write(const struct ifr_facts *facts, const struct ifr_pending *pending,
                      struct dbc_error *err);
/* Notes in /var/run that going back began, which the record cannot say: from then on it is read as
 * reverting. */
int ifr_pending_mark(const struct ifr_facts *facts, const struct ifr_pending *pending,
                     struct dbc_error *err);
/* Removes the file; false when it is still there. */
bool ifr_pending_remove(const struct ifr_facts *facts);
void ifr_pending_release(struct ifr_pending *pending);

enum ifr_phase ifr_pending_phase(const struct ifr_pending *pending);
int ifr_pending_set_phase(const struct ifr_facts *facts, struct ifr_pending *pending,
                          enum ifr_phase phase, struct dbc_error *err);
/* A text of the record: "id", "device", "command", "since", "boot_id"; "" when it has none. */
const char *ifr_pending_text(const struct ifr_pending *pending, const char *key);
/* Milliseconds until the deadline, 0 when it has passed; of a change that waits. */
int64_t ifr_pending_left(const struct ifr_pending *pending);
/* Was it made in this boot? */
bool ifr_pending_is_of_this_boot(const struct ifr_facts *facts, const struct ifr_pending *pending);

/* ---- A run with --confirm (confirm.c) ------------------------------------------------------ */

/* Writes the record of a change of `bridges` that `request` asks for: armed.  Probes go through the
 * first, which goes back before the others.  `undo` is the way back as far as it is known.  DBC_EIO
 * and the like: then nothing may be changed. */
int ifr_confirm_arm(const struct ifr_facts *facts, const struct ifr_request *request,
                    const struct dbc_strvec *bridges, const struct ifr_undo *undo,
                    struct ifr_pending *ret, struct dbc_error *err);
/* The way back is known better now. */
int ifr_confirm_keep(const struct ifr_facts *facts, struct ifr_pending *pending,
                     const struct ifr_undo *undo, struct dbc_error *err);
/* The change is done: `save` (may be NULL) becomes the cache when it is confirmed; the time starts,
 * and the guardian with it.  A change that cannot wait, since the record cannot be written or there
 * is no guardian, goes back at once; -1: *err says why, and what is left. */
int ifr_confirm_applied(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, unsigned seconds, const char *save,
                        struct dbc_error *err);
/* The run failed for the reason in *err: whatever is there of the change goes back, and *err says
 * that too.  `pending` is released: another try arms its own. */
void ifr_confirm_failed(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, struct dbc_error *err);

/* Under the host's lock, before a change: finishes what a dead program or guardian left.  0:
 * nothing waits any more.  -1: DBC_EBUSY names the change that waits, and how long still; or why
 * the record cannot be used. */
int ifr_confirm_settle(const struct ifr_host *host, const struct ifr_facts *facts,
                       struct dbc_error *err);

/* Does a change wait?  DBC_EBUSY names it.  Nothing is finished or started: for a program that only
 * wants to write the cache. */
int ifr_confirm_check(const struct ifr_facts *facts, struct dbc_error *err);

/* ---- Going back (confirm_back.c) ------------------------------------------------------------ */

/* Under the host's lock.  The network goes back even when the record cannot be written; what is
 * left is in the log and sets host->left.  -1: DBC_ECOMMAND: some of it could not be restored, and
 * the record says so; else the record says still that the change waits, and whoever comes next goes
 * back again. */
int ifr_confirm_go_back(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, struct dbc_error *err);

/* ---- The verbs ------------------------------------------------------------------------------ */

/* `id` NULL: the change that waits.  A second confirmation of the same id is a success.  -1:
 * DBC_ENOENT (nothing waits, or another id), DBC_ECONFLICT (it is being taken back, or was). */
int ifr_confirm(const struct ifr_host *host, const char *id, struct dbc_error *err);
/* -1 with DBC_ECOMMAND: some of it could not be restored; the log says what. */
int ifr_revert(const struct ifr_host *host, const char *id, struct dbc_error *err);
/* What waits, for people or as JSON, appended.  *waits is false when nothing does. */
int ifr_show_pending(const struct ifr_host *host, bool json, bool *waits, struct dbc_buf *out,
                     struct dbc_error *err);
/* The guardian's own work (guardian.c): returns when the change is confirmed or taken back. */
int ifr_guard(const struct ifr_host *host, const char *id, struct dbc_error *err);

#endif
