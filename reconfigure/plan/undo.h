/* undo.h - the way back: what a run changes as it was before, kept so that it can be restored by
 * this process or, from a file, by another one (confirm.h).
 *
 * It is one JSON object; what it holds:
 *   "devices": {NAME: {ATTRIBUTE: TEXT, ...} or null where there was no such device}
 *   "files":   {PATH: {"text" or "hex", "mode", "uid", "gid"} or null}
 *   "edits":   [...], "rows": {...}, "root": UUID      of Open vSwitch's database (edits.h)
 *   "flows":   {BRIDGE: TEXT}                          what bridges did with packets
 *   "added":   {BRIDGE: [FLOW, ...]}                   flows that the run added
 *   "after":   {"devices", "files"}                    the same once the change was done
 *   "foreign": {"devices", "files"}                    what somebody else has changed since then
 * Attributes have their names of the table (state.h).
 *
 * Going back is idempotent and goes on after a failure.  It restores what the run changed: what
 * somebody else altered meanwhile is reported and left. */
#ifndef IFR_PLAN_UNDO_H
#define IFR_PLAN_UNDO_H

#include <jansson.h>

#include "base/log.h"
#include "reconfigure/state/observe.h"

#define IFR_UNDO_MAX ((size_t)64 * 1024 * 1024) /* bytes of a record that is read back */

struct ifr_undo {
    json_t *record;
};

/* DBC_ENOMEM. */
int ifr_undo_new(struct ifr_undo *ret, struct dbc_error *err);
void ifr_undo_release(struct ifr_undo *undo);

/* ---- Before the change ---------------------------------------------------------------------- */

/* Notes a device as `seen` has it (with its client and offloads; there is none: null).  Once a
 * device. */
int ifr_undo_device(struct ifr_undo *undo, const struct ifr_live *live,
                    const struct ifr_facts *facts, struct ifr_state *seen, const char *device,
                    struct dbc_error *err);
/* Notes a file below the prefix: its bytes, mode and owner, or that there is none.  DBC_ELIMIT over
 * DBC_LIMIT_FILE_BYTES; DBC_EIO. */
int ifr_undo_file(struct ifr_undo *undo, const struct ifr_facts *facts, const char *path,
                  struct dbc_error *err);
/* Notes edits and the whole rows that they may delete (ifr_edits_backup); `list` is shared, so that
 * it may be resolved afterwards. */
int ifr_undo_edits(struct ifr_undo *undo, json_t *list, json_t *rows, const char *root,
                   struct dbc_error *err);
/* Notes a bridge's flows, of what `ovs-ofctl dump-flows BRIDGE` prints.  Once a bridge. */
int ifr_undo_flows(struct ifr_undo *undo, const char *bridge, const char *flows,
                   struct dbc_error *err);
/* Notes a flow, as `ovs-ofctl add-flow` takes it, that is about to be added. */
int ifr_undo_added_flow(struct ifr_undo *undo, const char *bridge, const char *flow,
                        struct dbc_error *err);

/* ---- After it ------------------------------------------------------------------------------- */

/* Notes the same devices and files as the change has left them, so that what somebody else does to
 * them from then on can be told. */
int ifr_undo_after(struct ifr_undo *undo, const struct ifr_live *live,
                   const struct ifr_facts *facts, struct dbc_error *err);

/* ---- Back ----------------------------------------------------------------------------------- */

/* The host as a program reaches it. */
struct ifr_undo_host {
    const struct ifr_facts *facts;
    struct ifr_runner *runner;
    const struct dbc_log *log;
    /* Makes the record last, before Open vSwitch is changed: what the run inserted has UUIDs in it
     * now, and could not be told from what comes back by its name any more.  NULL: nobody does. */
    int (*keep)(void *ctx, const struct ifr_undo *undo, struct dbc_error *err);
    void *keep_ctx;
};

/* Restores, in this order: files, Open vSwitch, devices with their addresses and routes (those of
 * `first`, the management bridge, before the others; NULL: no matter), DHCP clients, flows.  `left`
 * gets one line for each thing that is still different or was left as somebody else made it.
 * 0: all is as it was.  -1: *err is the first failure, the rest was tried. */
int ifr_undo_run(const struct ifr_undo *undo, const struct ifr_undo_host *host, const char *first,
                 struct dbc_strvec *left, struct dbc_error *err);

/* Checks a record that was read from a file: shape, names, paths below known folders, sizes.
 * DBC_EPARSE names what is wrong. */
int ifr_undo_check(const json_t *record, struct dbc_error *err);

#endif
