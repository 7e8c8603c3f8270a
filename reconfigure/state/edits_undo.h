/* edits_undo.h - edits (edits.h) carried out, and taken back: rows that the database deleted since
 * nobody refers to them any more are inserted again with all their columns. */
#ifndef IFR_STATE_EDITS_UNDO_H
#define IFR_STATE_EDITS_UNDO_H

#include "base/strvec.h"
#include "reconfigure/host/ovsdb.h"
#include "reconfigure/state/edits.h"

#define IFR_SWITCH_DEADLINE 20000 /* ms that ovs-vswitchd has to follow its database */

/* One transaction of `edits` (waits may be NULL), the names of its new rows resolved in the list,
 * and then ovs-vswitchd waited for.  `comment` is for the database's log.  `refused` (NULL: nobody
 * asks) gets the interfaces of the list that the switch could not open, each with its reason.
 * Errors are those of ifr_ovsdb_transact; DBC_ETIMEOUT with a text of its own when the switch does
 * not follow. */
int ifr_edits_run(struct ifr_ovsdb *db, const struct ifr_edits *edits, const char *root,
                  const char *comment, struct dbc_buf *refused, struct dbc_error *err);
/* Waits for ovs-vswitchd to follow what the database has now; `list`, `refused` and errors as of
 * ifr_edits_run. */
int ifr_edits_wait(struct ifr_ovsdb *db, const json_t *list, struct dbc_buf *refused,
                   struct dbc_error *err);
/* Does an edit still speak of a row by its name, and not by its UUID? */
bool ifr_edits_have_names(const json_t *list);
/* Finds the new rows by their names: after a lost answer, or when the program died before it was
 * read.  Those of `rows` (ifr_edits_backup; NULL: none) were there before.  A row that is not there
 * keeps its name in the list.  Nothing is asked when all are known.  Only before `list` is taken
 * back: then the names are those of the old rows again. */
int ifr_edits_resolve_by_name(struct ifr_ovsdb *db, json_t *list, const json_t *rows,
                              struct dbc_error *err);

/* The rows that `list` may delete, whole: those it detaches, and with each all that would go along
 * (strong references to tables that are not root), as {TABLE: {UUID: ROW}}; columns that the
 * database does not keep are left out.  Under "mirrors" the references of mirrors to such ports,
 * which the database empties in silence.  {} when nothing is detached. */
int ifr_edits_backup(struct ifr_ovsdb *db, const json_t *list, json_t **rows,
                     struct dbc_error *err);

/* Takes `list` (resolved) back, and then looks whether it is.  `left` gets a line for everything
 * that somebody else has altered meanwhile, which stays as it is, and for all that is not as it was
 * for another reason.  Running it again does nothing but wait for ovs-vswitchd.  DBC_ENOMEM, or
 * those of ifr_edits_run. */
int ifr_edits_undo(struct ifr_ovsdb *db, const json_t *list, const json_t *rows, const char *root,
                   struct dbc_strvec *left, struct dbc_error *err);

#endif
