/* step.h - the kinds of steps as a table: what each is called, how it is shown, done and undone.
 * Only files of plan/ include it. */
#ifndef IFR_STEP_H
#define IFR_STEP_H

#include "base/fileset.h"
#include "reconfigure/plan/apply.h"

/* What a walk along a plan carries. */
struct ifr_walk {
    const struct ifr_plan *plan;
    const struct ifr_apply_host *host;
    const struct ifr_facts *facts; /* these four are the host's, too */
    const struct dbc_log *log;
    struct ifr_live *live;
    struct ifr_state *seen;
    struct ifr_undo *undo;      /* the way back; NULL where the kernel is not observed */
    struct dbc_strvec refusing; /* devices that did not take their MTU */
    struct dbc_fileset *files;  /* NULL: the plan changes none */
    bool committed;
    bool undone;
    struct dbc_error late; /* the first failure that fails the run at its end */
};

/* Saves the way back, of which more is known now. */
static inline int ifr_walk_keep(const struct ifr_walk *walk, struct dbc_error *err)
{
    return walk->host->keep && walk->undo ? walk->host->keep(walk->host->keep_ctx, walk->undo, err)
                                          : 0;
}

struct ifr_step_type {
    const char *name; /* in the JSON of a dry run */
    /* How it is shown in one line: a text, or what a function appends.  Notes and commands are
     * shown in a form of their own. */
    const char *text;
    void (*print)(const struct ifr_step *step, struct dbc_buf *out);
    /* 0, or -1 with *err: the step did not do its work (DBC_ENOMEM ends the run whatever the
     * step's on_failure says). */
    int (*apply)(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err);
    /* Harmless when apply did nothing or half its work; NULL: nothing to undo. */
    int (*undo)(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err);
};

const struct ifr_step_type *ifr_step_type(enum ifr_step_kind kind);

/* ---- plan.c ---------------------------------------------------------------------------------- */

/* Appends the present text of a file, as ifr_facts_read does, but up to DBC_LIMIT_FILE_BYTES. */
int ifr_plan_old_text(const struct ifr_facts *facts, const char *path, struct dbc_buf *out,
                      struct dbc_error *err);
/* Writes the cache that a SAVE step writes into `text`, and lets *ret point there.  ret->path is
 * NULL when the plan has no such step. */
int ifr_plan_saved(const struct ifr_plan *plan, struct dbc_buf *text, struct ifr_file_change *ret,
                   struct dbc_error *err);

/* ---- Kinds that have a file of their own ----------------------------------------------------- */

/* step_command.c. */
int ifr_step_command_apply(struct ifr_walk *walk, const struct ifr_step *step,
                           struct dbc_error *err);
/* Runs step->undo unless it is empty. */
int ifr_step_run_undo(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err);
/* Runs argv and logs it.  DBC_ECOMMAND, or DBC_ENOMEM. */
int ifr_step_run(const struct ifr_walk *walk, const char *const *argv, unsigned deadline_ms,
                 struct dbc_error *err);
/* Runs argv and appends its output to `answer`.  Only a failure is logged. */
int ifr_step_ask(const struct ifr_walk *walk, const char *const *argv, struct dbc_buf *answer,
                 struct dbc_error *err);
/* step_flows.c. */
int ifr_step_flows_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err);
/* Notes the flows of a bridge for the way back.  A bridge that does not exist, or that ovs-ofctl
 * cannot ask, is passed over. */
int ifr_step_note_flows(struct ifr_walk *walk, const char *bridge, struct dbc_error *err);
/* step_live.c. */
int ifr_step_ovsdb_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err);
int ifr_step_ovsdb_undo(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err);
int ifr_step_link_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err);
/* step_address.c. */
int ifr_step_forget_apply(struct ifr_walk *walk, const struct ifr_step *step,
                          struct dbc_error *err);
int ifr_step_keep_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err);
/* step_verify.c. */
int ifr_step_verify_apply(struct ifr_walk *walk, const struct ifr_step *step,
                          struct dbc_error *err);

#endif
