/* undo.h - the way back: everything that a run changes, as it was before.  This process can restore
 * it, or another one from a file (confirm.h).
 *
 * It is one JSON object with these members:
 *   "devices": {NAME: {ATTRIBUTE: TEXT, ...} or null where there was no such device}
 *   "files":   {PATH: {"text" or "hex", "mode", "uid", "gid"} or null}
 *   "edits":   [...], "rows": {...}, "root": UUID      of Open vSwitch's database (edits.h)
 *   "flows":   {BRIDGE: TEXT}                          the flows that bridges had
 *   "added":   {BRIDGE: [FLOW, ...]}                   flows that the run added
 *   "after":   {"devices", "files"}                    the same once the change was done
 *   "foreign": {"devices", "files"}                    what somebody else has changed since then
 * Attributes have the names that they have in the table (state.h).
 *
 * Going back is idempotent and goes on after a failure.  It restores what the run changed.  What
 * somebody else altered meanwhile is reported and stays. */
#ifndef IFR_PLAN_UNDO_H
#define IFR_PLAN_UNDO_H

#include <jansson.h>

#include "base/log.h"
#include "reconfigure/state/observe.h"

#define IFR_UNDO_MAX ((size_t)64 * 1024 * 1024) /* bytes of a record that is read back */

struct ifr_undo {
    json_t *record;
};

/* Makes an empty record, which the caller releases.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_undo_new(struct ifr_undo *ret, struct dbc_error *err);
void ifr_undo_release(struct ifr_undo *undo);

/* ---- Before the change ------------------------------------------------------------------------
 *
 * All return 0, or -1 with DBC_ENOMEM and the errors that they name. */

/* Notes a device as `seen` has it, with its DHCP clients, offloads and settings of IPv6, which are
 * read now.  A device that is noted already stays as it is noted. */
int ifr_undo_device(struct ifr_undo *undo, const struct ifr_live *live,
                    const struct ifr_facts *facts, struct ifr_state *seen, const char *device,
                    struct dbc_error *err);
/* Notes a file below the prefix: its bytes, mode and owner, or that there is none.  A file that is
 * noted already is not read again.  DBC_ELIMIT over DBC_LIMIT_FILE_BYTES; DBC_EIO; DBC_EINVAL when
 * it is no regular file. */
int ifr_undo_file(struct ifr_undo *undo, const struct ifr_facts *facts, const char *path,
                  struct dbc_error *err);
/* Notes edits and the whole rows that they may delete (ifr_edits_backup).  `list` is shared: once
 * it is resolved, so is the record. */
int ifr_undo_edits(struct ifr_undo *undo, json_t *list, json_t *rows, const char *root,
                   struct dbc_error *err);
/* Notes a bridge's flows, from what `ovs-ofctl dump-flows BRIDGE` prints.  A bridge that is noted
 * already stays as it is noted. */
int ifr_undo_flows(struct ifr_undo *undo, const char *bridge, const char *flows,
                   struct dbc_error *err);
/* Notes a flow, as `ovs-ofctl add-flow` takes it, that is about to be added. */
int ifr_undo_added_flow(struct ifr_undo *undo, const char *bridge, const char *flow,
                        struct dbc_error *err);

/* ---- After it ------------------------------------------------------------------------------- */

/* Notes the same devices and files as the change has left them, so that later changes by somebody
 * else can be recognised.  DBC_ENOMEM, or as ifr_observe and ifr_undo_file fail. */
int ifr_undo_after(struct ifr_undo *undo, const struct ifr_live *live,
                   const struct ifr_facts *facts, struct dbc_error *err);

/* ---- Back ----------------------------------------------------------------------------------- */

/* The host as a program reaches it. */
struct ifr_undo_host {
    const struct ifr_facts *facts;
    struct ifr_runner *runner;
    const struct dbc_log *log;
    /* Saves the record when it has changed, and before Open vSwitch is changed: it holds the UUIDs
     * of the rows that the run inserted, which have the names of the rows that come back.  NULL: it
     * is not saved. */
    int (*keep)(void *ctx, const struct ifr_undo *undo, struct dbc_error *err);
    void *keep_ctx;
};

/* Restores, in this order: files, Open vSwitch, devices with their addresses and routes (those of
 * `first`, the management bridge, before the others; NULL: in any order), DHCP clients, flows.
 * Appends to `left` one line for each thing that is still different or stays as somebody else made
 * it.  Returns 0, or -1 with the first failure; then the rest was tried.  `left` may have lines
 * after 0 too. */
int ifr_undo_run(const struct ifr_undo *undo, const struct ifr_undo_host *host, const char *first,
                 struct dbc_strvec *left, struct dbc_error *err);

/* Logs the lines of `left` as errors. */
void ifr_undo_log_left(const struct dbc_log *log, const struct dbc_strvec *left);

/* Checks a record that was read from a file: its shape, names, paths (only those of known folders)
 * and numbers.  Returns 0, or -1 with DBC_EPARSE, which names what is wrong. */
int ifr_undo_check(const json_t *record, struct dbc_error *err);

#endif
