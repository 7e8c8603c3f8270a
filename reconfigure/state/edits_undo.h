/* edits_undo.h - carries out edits (edits.h), and takes them back.  Rows that the database deleted
 * because nothing referred to them any more are inserted again with all their columns. */
#ifndef IFR_STATE_EDITS_UNDO_H
#define IFR_STATE_EDITS_UNDO_H

#include "base/strvec.h"
#include "reconfigure/host/ovsdb.h"
#include "reconfigure/state/edits.h"

#define IFR_SWITCH_DEADLINE 20000 /* ms that ovs-vswitchd has to follow its database */

/* Sends `edits` (waits may be NULL) as one transaction, replaces the names of new rows in the list
 * by UUIDs, and waits until ovs-vswitchd has followed.  `root` is the UUID of the Open_vSwitch row;
 * `comment` is for the database's log.  `refused` (may be NULL) gets the interfaces of the list
 * that the switch could not open, each with its reason.  Returns 0, or -1 with the errors of
 * ifr_ovsdb_transact, or DBC_ETIMEOUT with a text of its own when the switch does not follow. */
int ifr_edits_run(struct ifr_ovsdb *db, const struct ifr_edits *edits, const char *root,
                  const char *comment, struct dbc_buf *refused, struct dbc_error *err);
/* Waits until ovs-vswitchd has followed what the database has now.  `list` is that of the edits;
 * `refused` and errors are as for ifr_edits_run. */
int ifr_edits_wait(struct ifr_ovsdb *db, const json_t *list, struct dbc_buf *refused,
                   struct dbc_error *err);
/* Whether an edit still refers to a new row by its name. */
bool ifr_edits_have_names(const json_t *list);
/* Finds the UUIDs of new rows by their names, when the answer was lost or the program died before
 * it read it.  Rows in `rows` (ifr_edits_backup; may be NULL) were there before and do not count.
 * A row that is not there keeps its name in the list.  Asks nothing when all are known.  Must not
 * be called once `list` was taken back, since old rows have these names again.  Errors are those of
 * ifr_ovsdb_transact. */
int ifr_edits_resolve_by_name(struct ifr_ovsdb *db, json_t *list, const json_t *rows,
                              struct dbc_error *err);

/* Reads the rows that `list` may delete: those that it detaches, and all that would go with them
 * (strong references to tables that are not root).  *rows gets {TABLE: {UUID: ROW}}, which the
 * caller releases: {} when nothing is detached, NULL on failure.  Columns that the database does
 * not keep are left out.  Under "mirrors" are the references of mirrors to such ports, which the
 * database empties silently.  Errors are those of ifr_ovsdb_transact. */
int ifr_edits_backup(struct ifr_ovsdb *db, const json_t *list, json_t **rows,
                     struct dbc_error *err);

/* Takes `list` (resolved) back, waits for ovs-vswitchd, and looks whether all is as it was.  `rows`
 * is from ifr_edits_backup.  `left` gets a line for everything that somebody else has changed
 * meanwhile, which stays, and for everything else that is not as it was.  Running it again only
 * waits.  Errors are those of ifr_edits_run. */
int ifr_edits_undo(struct ifr_ovsdb *db, const json_t *list, const json_t *rows, const char *root,
                   struct dbc_strvec *left, struct dbc_error *err);

#endif
