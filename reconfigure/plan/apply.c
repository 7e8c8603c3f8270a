/* apply.c - walking a plan (apply.h), and what a failure means for the run.  What a step does is in
 * step*.c. */
#include "reconfigure/plan/apply.h"

#include <pthread.h>
#include <stdlib.h>

#include "reconfigure/plan/step.h"

#define TRIES 3 /* when somebody else changes Open vSwitch between observing and changing it */

enum outcome { WENT_ON, ENDED, FAILED };

void ifr_plan_flush_notes(struct ifr_plan *plan, const struct dbc_log *log)
{
    for (size_t i = plan->flushed; i < plan->n_steps; i++) {
        const struct ifr_step *step = &plan->steps[i];
        if (step->kind == IFR_STEP_NOTE && !step->device && step->text) {
            dbc_logf(log, DBC_LOG_INFO, "%s", step->text);
        }
    }
    plan->flushed = plan->n_steps;
}

/* Returns whether the step is passed over, since its device does not exist. */
static bool is_off(const struct ifr_walk *walk, const struct ifr_step *step)
{
    if (!step->device || step->kind == IFR_STEP_FLOWS ||
        ifr_facts_netdev_exists(walk->facts, step->device)) {
        return false;
    }
    if (step->absent) {
        dbc_logf(walk->log, DBC_LOG_INFO, "%s", step->absent);
    }
    return true;
}

/* Writes all new texts to the disk, beside the files that they will replace. */
static int stage(struct ifr_walk *walk, struct dbc_error *err)
{
    const struct ifr_plan *plan = walk->plan;
    walk->files = dbc_fileset_new(walk->host->prefix, walk->log, err);
    if (!walk->files) {
        return -1;
    }
    for (size_t i = 0; i < plan->n_files; i++) {
        const struct ifr_file_change *file = &plan->files[i];
        if (dbc_fileset_add(walk->files, file->path, file->data, file->len, file->mode, err) < 0) {
            return -1;
        }
    }
    return dbc_fileset_stage(walk->files, err);
}

/* What a step's failure means for the run. */
static enum outcome judge(struct ifr_walk *walk, const struct ifr_step *step,
                          const struct dbc_error *err)
{
    struct dbc_error commit = DBC_ERROR_INIT;
    if (err->code == DBC_ENOMEM) {
        return FAILED;
    }
    switch (step->on_failure) {
    case IFR_FATAL:
        return FAILED;
    case IFR_WARN:
        if (step->kind != IFR_STEP_COMMAND) { /* a command has logged its own failure */
            dbc_log_error(walk->log, err);
        }
        return WENT_ON;
    case IFR_FAIL_LATE:
        if (walk->host->failed && step->argv.n > 0 &&
            ifr_failures_add(walk->host->failed, step->argv.v[step->argv.n - 1], err) < 0) {
            return FAILED;
        }
        if (walk->late.code == DBC_OK) {
            walk->late = *err; /* ifr_apply returns it at the end */
        } else if (step->kind == IFR_STEP_SAVE) {
            dbc_log_error(walk->log, err);
        }
        return WENT_ON;
    case IFR_FAIL_KEEP:
        walk->committed = true;
        if (walk->files && dbc_fileset_commit(walk->files, &commit) < 0) {
            dbc_log_error(walk->log, &commit);
        }
        return ENDED;
    }
    return FAILED;
}

/* Undoes done steps in reverse, the one that failed first: it may be half done. */
static void undo_steps(struct ifr_walk *walk, const bool *done, size_t end)
{
    for (size_t i = end; i-- > 0;) {
        const struct ifr_step *step = &walk->plan->steps[i];
        const struct ifr_step_type *type = ifr_step_type(step->kind);
        struct dbc_error err = DBC_ERROR_INIT;
        if (done[i] && type->undo && type->undo(walk, step, &err) < 0) {
            dbc_log_error(walk->log, &err);
        }
    }
}

/* Restores the host as it was observed.  The files come first, from their hard links, since that
 * needs no room on the disk. */
static void undo_seen(struct ifr_walk *walk)
{
    const struct ifr_undo_host host = { .facts = walk->facts,
                                        .runner = walk->host->runner,
                                        .log = walk->log,
                                        .keep = walk->host->keep,
                                        .keep_ctx = walk->host->keep_ctx };
    struct dbc_strvec left = DBC_STRVEC_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (walk->files && dbc_fileset_revert(walk->files, &err) < 0) {
        dbc_log_error(walk->log, &err);
        dbc_error_clear(&err);
    }
    if (ifr_undo_run(walk->undo, &host, NULL, &left, &err) < 0) {
        dbc_log_error(walk->log, &err);
    }
    ifr_undo_log_left(walk->log, &left);
    dbc_strvec_release(&left);
}

static void undo(struct ifr_walk *walk, const bool *done, size_t end)
{
    if (walk->undo != NULL) {
        undo_seen(walk);
    } else {
        undo_steps(walk, done, end);
    }
}

/* ---- The state before the walk. -------------------------------------------------------------- */

static int note_files(struct ifr_walk *walk, struct dbc_error *err)
{
    static const char *const others[] = { "/etc/resolv.conf", "/etc/resolv.conf.save" };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < walk->plan->n_files; i++) {
        rc = ifr_undo_file(walk->undo, walk->facts, walk->plan->files[i].path, err);
    }
    for (size_t i = 0; rc == 0 && i < sizeof others / sizeof others[0]; i++) {
        rc = ifr_undo_file(walk->undo, walk->facts, others[i], err);
    }
    return rc;
}

static int note_before(struct ifr_walk *walk, struct dbc_error *err)
{
    int rc = note_files(walk, err);

    for (size_t i = 0; rc == 0 && i < walk->plan->touched.n; i++) {
        rc = ifr_undo_device(walk->undo, walk->live, walk->facts, walk->seen,
                             walk->plan->touched.v[i], err);
    }
    return rc;
}

/* ---- Commands at the same time. -------------------------------------------------------------- */

#define PARALLEL_MAX 8

struct job {
    struct ifr_walk *walk;
    const struct ifr_step *step;
    pthread_t thread;
    bool started;
    int rc;
    struct dbc_error err;
};

static void *run_job(void *arg)
{
    struct job *job = arg;
    job->rc = ifr_step_command_apply(job->walk, job->step, &job->err);
    return NULL;
}

/* Returns how many steps from `i` on may run together: neighbours that say so and have no
 * condition. */
static size_t count_parallel(const struct ifr_walk *walk, size_t i)
{
    const struct ifr_plan *plan = walk->plan;
    size_t n = 0;
    while (i + n < plan->n_steps && n < PARALLEL_MAX && plan->steps[i + n].parallel &&
           plan->steps[i + n].kind == IFR_STEP_COMMAND && !plan->steps[i + n].device) {
        n++;
    }
    return n;
}

/* Runs `n` commands, a thread each, and judges them in their order.  A command that gets no thread
 * runs in this one. */
static enum outcome take_parallel(struct ifr_walk *walk, size_t i, size_t n, bool *done,
                                  struct dbc_error *err)
{
    struct job jobs[PARALLEL_MAX];
    enum outcome worst = WENT_ON;

    for (size_t k = 0; k < n; k++) {
        jobs[k] = (struct job){ .walk = walk, .step = &walk->plan->steps[i + k] };
        jobs[k].started = pthread_create(&jobs[k].thread, NULL, run_job, &jobs[k]) == 0;
        done[i + k] = true;
    }
    for (size_t k = 0; k < n; k++) {
        if (jobs[k].started) {
            pthread_join(jobs[k].thread, NULL);
        } else {
            run_job(&jobs[k]);
        }
        enum outcome outcome = jobs[k].rc == 0 ? WENT_ON : judge(walk, jobs[k].step, &jobs[k].err);
        if (outcome > worst) {
            worst = outcome;
            *err = jobs[k].err;
        }
    }
    return worst;
}

/* One step; err is never NULL.  `done` is set when it may have changed something. */
static enum outcome take(struct ifr_walk *walk, size_t i, bool *done, struct dbc_error *err)
{
    const struct ifr_plan *plan = walk->plan;
    const struct ifr_step *step = &plan->steps[i];
    struct dbc_error why = DBC_ERROR_INIT;

    if (step->kind == IFR_STEP_NOTE && i < plan->flushed) {
        return WENT_ON;
    }
    /* As late as possible, so that the log shows what led here, and before anything changes. */
    if (step->kind != IFR_STEP_NOTE && plan->n_files > 0 && !walk->files && stage(walk, err) < 0) {
        return FAILED;
    }
    if (is_off(walk, step)) {
        return WENT_ON;
    }
    if (walk->host->stop && *walk->host->stop != 0 && !walk->committed) {
        dbc_fail(err, DBC_ECOMMAND, "stopped by signal %d", (int)*walk->host->stop);
        return FAILED;
    }
    *done = true;
    if (ifr_step_type(step->kind)->apply(walk, step, &why) == 0) {
        return WENT_ON;
    }
    enum outcome outcome = judge(walk, step, &why);
    /* A command may be half done.  The kernel takes a sysfs word whole or not at all; undoing one
     * that it refused would destroy a bond that existed before. */
    *done = outcome != WENT_ON && step->kind != IFR_STEP_SYSFS;
    if (outcome != WENT_ON) {
        *err = why;
    }
    return outcome;
}

/* The walk itself.  `done` has room for every step. */
static int walk_plan(struct ifr_walk *walk, bool *done, struct dbc_error *err)
{
    for (size_t i = 0, n = 1; i < walk->plan->n_steps; i += n) {
        n = count_parallel(walk, i);
        enum outcome outcome =
            n > 1 ? take_parallel(walk, i, n, done, err) : take(walk, i, &done[i], err);
        n = n > 1 ? n : 1;
        switch (outcome) {
        case WENT_ON:
            break;
        case ENDED:
            return -1;
        case FAILED:
            if (walk->host->failed_at) {
                *walk->host->failed_at = &walk->plan->steps[i];
            }
            if (walk->plan->n_files > 0) {
                dbc_logf(walk->log, DBC_LOG_ERROR, "failed to apply changes: %s", err->text);
            }
            if (!walk->committed) {
                undo(walk, done, i + n);
                walk->undone = true;
            }
            return -1;
        }
    }
    *err = walk->late;
    return err->code == DBC_OK ? 0 : -1;
}

/* Notes the state before the walk, where the kernel is observed. */
static int prepare(struct ifr_walk *walk, struct ifr_undo *own, struct dbc_error *err)
{
    if (walk->live == NULL || walk->live->kernel == NULL || walk->seen == NULL) {
        walk->undo = NULL;
        return 0;
    }
    if (ifr_undo_new(own, err) < 0) {
        return -1;
    }
    walk->undo = own;
    return note_before(walk, err) < 0 ? -1 : ifr_walk_keep(walk, err);
}

/* Needed only for a way back that waits (--confirm).  When it fails, the way back treats every
 * later change as ours. */
static void note_after(struct ifr_walk *walk)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (walk->host->keep != NULL && walk->undo != NULL &&
        ifr_undo_after(walk->undo, walk->live, walk->facts, &why) < 0) {
        dbc_log_error(walk->log, &why);
    }
}

int ifr_apply(struct ifr_plan *plan, const struct ifr_apply_host *host, struct dbc_error *err)
{
    struct ifr_walk walk = { .plan = plan,
                             .host = host,
                             .facts = host->facts,
                             .log = host->log,
                             .live = host->live,
                             .seen = host->seen,
                             .late = DBC_ERROR_INIT };
    struct ifr_undo own = { NULL };
    struct dbc_error first = DBC_ERROR_INIT;
    bool *done = NULL;
    int rc = -1;

    if (ifr_plan_check(plan, err) < 0) {
        return -1;
    }
    done = calloc(plan->n_steps + 1, sizeof *done);
    if (!done) {
        return dbc_fail_nomem(err);
    }
    rc = prepare(&walk, &own, &first);
    if (rc == 0) {
        rc = walk_plan(&walk, done, &first);
        if (host->stays) {
            *host->stays = rc < 0 && !walk.undone;
        }
        if (!walk.undone) {
            note_after(&walk);
        }
    }
    if (rc < 0 && err) {
        *err = first;
    }
    dbc_fileset_free(walk.files);
    dbc_strvec_release(&walk.refusing);
    ifr_undo_release(&own);
    free(done);
    return rc;
}

bool ifr_try_again(unsigned *tries, const struct dbc_error *why, const struct dbc_log *log)
{
    if (why->code != DBC_ECONFLICT) {
        return false;
    }
    ++*tries;
    dbc_logf(log, DBC_LOG_WARNING, "somebody else changed Open vSwitch meanwhile: %s",
             *tries < TRIES ? "looking again" : "giving up");
    return *tries < TRIES;
}
