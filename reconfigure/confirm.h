/* confirm.h - a change that goes back unless somebody confirms it: for remote work, where a mistake
 * cuts the administrator off.
 *
 * The record of such a change is a file beside the cache, mode 0600, written before anything
 * changes.  It says how to go back (plan/undo.h) and outlives every process.  A guardian waits for
 * the confirmation; when the guardian is dead, ifr_confirm_settle() does its work in the next run.
 * The phases are armed (the change is under way), applied (it waits), confirmed, reverting and
 * reverted. */
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

/* Reads and checks the record, which the caller releases; ret->json is NULL when there is no file.
 * Returns 0, or -1: DBC_EINVAL for a file that somebody else could have written; DBC_EPARSE, which
 * names what is wrong; DBC_ELIMIT, DBC_EIO, DBC_ENOMEM. */
int ifr_pending_read(const struct ifr_facts *facts, struct ifr_pending *ret, struct dbc_error *err);
/* Replaces the file durably.  Returns 0, or -1 as dbc_file_replace does. */
int ifr_pending_write(const struct ifr_facts *facts, const struct ifr_pending *pending,
                      struct dbc_error *err);
/* Notes in /var/run that going back began, for a record that cannot be written: until the next boot
 * ifr_pending_read() gives it the phase reverting.  Returns 0, or -1 as dbc_file_replace does. */
int ifr_pending_mark(const struct ifr_facts *facts, const struct ifr_pending *pending,
                     struct dbc_error *err);
/* Removes the file durably.  Returns false when it may still be there. */
bool ifr_pending_remove(const struct ifr_facts *facts);
void ifr_pending_release(struct ifr_pending *pending);

enum ifr_phase ifr_pending_phase(const struct ifr_pending *pending);
/* Sets the phase and writes the file.  Fails as ifr_pending_write does. */
int ifr_pending_set_phase(const struct ifr_facts *facts, struct ifr_pending *pending,
                          enum ifr_phase phase, struct dbc_error *err);
/* Returns a text of the record: "id", "phase", "device", "command", "since" or "boot_id"; "" when
 * it has none.  Borrowed. */
const char *ifr_pending_text(const struct ifr_pending *pending, const char *key);
/* Returns the milliseconds until the deadline of a change that waits; 0 when it has passed. */
int64_t ifr_pending_left(const struct ifr_pending *pending);
/* Returns whether the change was made since the last boot. */
bool ifr_pending_is_of_this_boot(const struct ifr_facts *facts, const struct ifr_pending *pending);

/* ---- A run with --confirm (confirm.c) ------------------------------------------------------ */

/* Writes the record of a change of `bridges` that `request` asks for, in the phase armed.  Probes
 * go through the first bridge, which goes back before the others.  `undo` is the way back as far as
 * it is known.  Returns 0 and *ret, which the caller releases; or -1 as ifr_pending_write does:
 * then nothing may be changed. */
int ifr_confirm_arm(const struct ifr_facts *facts, const struct ifr_request *request,
                    const struct dbc_strvec *bridges, const struct ifr_undo *undo,
                    struct ifr_pending *ret, struct dbc_error *err);
/* Writes the record again, with more of the way back.  Fails as ifr_pending_write does. */
int ifr_confirm_keep(const struct ifr_facts *facts, struct ifr_pending *pending,
                     const struct ifr_undo *undo, struct dbc_error *err);
/* After the change: starts the time (`seconds`) and the guardian.  `save` (may be NULL) becomes the
 * cache when the change is confirmed.  Where the record cannot be written or the guardian cannot be
 * started, the change goes back at once.  Then it returns -1, *err says why and whether all of it
 * went back, and `pending` is released. */
int ifr_confirm_applied(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, unsigned seconds, const char *save,
                        struct dbc_error *err);
/* After a run that failed for the reason in *err (never NULL): takes back what is left of the
 * change and adds that to *err.  `pending` is released: another try arms its own. */
void ifr_confirm_failed(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, struct dbc_error *err);

/* Finishes what a dead program or guardian left.  Called under the host's lock, before a change.
 * Returns 0 when no change waits any more; or -1: DBC_EBUSY names the change that waits, and for
 * how long; other errors say why the record cannot be used or written. */
int ifr_confirm_settle(const struct ifr_host *host, const struct ifr_facts *facts,
                       struct dbc_error *err);

/* Returns 0 when no change waits; or -1: DBC_EBUSY names it, else as ifr_pending_read fails.
 * Finishes and starts nothing: for a program that only writes the cache. */
int ifr_confirm_check(const struct ifr_facts *facts, struct dbc_error *err);

/* ---- Going back (confirm_back.c) ------------------------------------------------------------ */

/* Takes the change back.  Called under the host's lock.  The network goes back even when the record
 * cannot be written; what could not be restored is logged and sets host->left.  Returns 0, or -1:
 * after DBC_ECOMMAND some of it could not be restored, and the record is ended; after any other
 * error the record still says that the change waits, and the next run goes back again. */
int ifr_confirm_go_back(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, struct dbc_error *err);

/* ---- The verbs ------------------------------------------------------------------------------ */

/* Both take the host's lock and fail as ifr_lock_host, ifr_pending_read and ifr_pending_write do.
 * `id` NULL means the change that waits; DBC_ENOENT: no change waits, or it has another id. */

/* Confirms the change and saves its cache.  A second confirmation of the same id is a success.
 * DBC_ECONFLICT: it was never finished, or is being taken back, or was; after the deadline it goes
 * back now. */
int ifr_confirm(const struct ifr_host *host, const char *id, struct dbc_error *err);
/* Takes the change back.  DBC_ECONFLICT: it was confirmed.  Else as ifr_confirm_go_back fails. */
int ifr_revert(const struct ifr_host *host, const char *id, struct dbc_error *err);
/* Appends what waits to `out`, for people or as JSON.  *waits: a change waits.  Fails as
 * ifr_pending_read does. */
int ifr_show_pending(const struct ifr_host *host, bool json, bool *waits, struct dbc_buf *out,
                     struct dbc_error *err);
/* The guardian's work (guardian.c): returns 0 when the change is confirmed or taken back; -1 when
 * neither could be done. */
int ifr_guard(const struct ifr_host *host, const char *id, struct dbc_error *err);

#endif
